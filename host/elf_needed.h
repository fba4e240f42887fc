/* Which libraries an object file names (DT_NEEDED), and whether they are loaded already.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_ELF_NEEDED_H
#define PLUGH_ELF_NEEDED_H

#include <stdbool.h>

/* Does loading the object mean to load a library that this process does not have yet? The file is
 * read as data, with every offset checked; one that cannot be understood counts as true: what loads
 * it will say what is wrong.
 *
 * fd  readable and seekable; its position is not used */
bool elf_needs_more(int fd);

#endif
