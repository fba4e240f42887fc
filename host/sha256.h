/* The SHA-256 of a file (FIPS 180-4), by libmd.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SHA256_H
#define PLUGH_SHA256_H

enum { SHA256_TEXT_SIZE = 65 };

/* Hash all of the file fd, whose position is not used. ret_text receives 64 lower-case hexadecimal
 * digits. Returns 0 or -errno. */
int sha256_file(int fd, char ret_text[SHA256_TEXT_SIZE]);

#endif
