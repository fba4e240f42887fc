/* SPDX-License-Identifier: MIT */
/* The plugins of this folder, linked into a test. */
#ifndef PLUGH_SURFACES_H
#define PLUGH_SURFACES_H

#include "never_run.h"

extern const struct plugh_plugin plugh_plugin_kit;
extern const struct plugh_plugin plugh_plugin_pack;
extern const struct plugh_plugin plugh_plugin_limit;
extern const struct plugh_plugin plugh_plugin_record;

#endif
