/* SPDX-License-Identifier: MIT */
/* How wide the terminal is: shutil.get_terminal_size().columns. */
#ifndef PLUGH_ARGPARSE_WIDTH_H
#define PLUGH_ARGPARSE_WIDTH_H

#include <plugh/argparse.h>

long argparse_columns(const struct plugh_display *display);

#endif
