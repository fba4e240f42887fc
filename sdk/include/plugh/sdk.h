/* Everything that a plugin includes: the contract and the linked conveniences.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SDK_H
#define PLUGH_SDK_H

#include <plugh/buf.h>
#include <plugh/fail.h>
#include <plugh/fd.h>
#include <plugh/json.h>
#include <plugh/output.h>
#include <plugh/plugin.h>
#include <plugh/process.h>
#include <plugh/progress.h>
#include <plugh/scope.h>
#include <plugh/sink.h>
#include <plugh/socket.h>
#include <plugh/units.h>

#endif
