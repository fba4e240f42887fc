/* A shared object read as data: its segments, its dynamic section, its dynamic symbols (System V
 * ABI, chapter 5). Nothing of it is loaded; every number from the file is checked.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_ELF_OBJECT_H
#define PLUGH_ELF_OBJECT_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ELF_SEGMENTS_MAX = 64,
	ELF_ENTRIES_MAX = 256, /* of the dynamic section; usual is 30 */
};

struct elf_object {
	int fd; /* borrowed; readable and seekable; its position is not used */
	size_t segments;
	ElfW(Phdr) segment[ELF_SEGMENTS_MAX];
	size_t entries; /* up to DT_NULL */
	ElfW(Dyn) entry[ELF_ENTRIES_MAX];
	uint64_t strings; /* offset in the file */
	uint64_t strings_size;
};

/* Read headers and dynamic section. False for what is no such object, and for one beyond the
 * limits. Threads (all of these): any. */
bool elf_object_read(int fd, struct elf_object *ret_object);

/* The first segment of a type (PT_...), or NULL. */
const ElfW(Phdr) * elf_object_segment(const struct elf_object *object, uint32_t type);

/* The value of the first entry with that tag (DT_...). False where there is none. */
bool elf_object_find(const struct elf_object *object, ElfW(Sxword) tag, uint64_t *ret_value);

/* The string at an offset in the string table. False where it lies outside, or does not fit. */
bool elf_object_string(
	const struct elf_object *object, uint64_t offset, char *ret_text, size_t size);

/* Call `found` with the name of each dynamic symbol, "" for one whose name cannot be read. It
 * returns 0 to go on.
 *
 * Returns 0, what `found` returned, or -ENOEXEC for tables that reach beyond the file. */
int elf_object_walk(const struct elf_object *object,
	int (*found)(void *ctx, const ElfW(Sym) * symbol, const char *name), void *ctx);

#endif
