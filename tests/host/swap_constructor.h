/* A plugin that becomes the other one, which must never run, by one byte of its file.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_TEST_SWAP_CONSTRUCTOR_H
#define PLUGH_TEST_SWAP_CONSTRUCTOR_H

/* Stands before the byte: '0', or anything else for the other one. */
#define SWAP_MARK "which of them this is: "

enum { SWAP_OTHER_RAN = 66 };

#endif
