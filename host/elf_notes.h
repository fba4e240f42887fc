/* The notes of a shared object, found through its program headers (System V ABI, chapters 4 and 5).
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_ELF_NOTES_H
#define PLUGH_ELF_NOTES_H

#include <stddef.h>

#include "reason.h"

/* All PT_NOTE segments together are not larger than this. */
enum { ELF_MAX_NOTES = 4 * 1024 * 1024 };

struct elf_notes {
	unsigned char *bytes; /* owned: the segments that are aligned to 4, one behind the other */
	size_t size;
};

/* Read the notes of the file fd.
 *
 * Returns 0, -ENOEXEC (why says what is wrong with the file), -ENOMEM, or -errno of a read. */
int elf_read_notes(int fd, struct elf_notes *ret_notes, struct reason *why);

/* Accepts an empty one. */
void elf_notes_release(struct elf_notes *notes);

/* One note; pointers into the notes that were walked. */
struct elf_note {
	const unsigned char *head; /* its first byte */
	unsigned type;
	const char *name; /* name_size bytes, its NUL counted */
	size_t name_size;
	const unsigned char *desc;
	size_t desc_size;
	size_t size; /* of the whole note with its padding */
};

/* The note at *offset, which is moved behind it.
 *
 * Returns 1, 0 at the end, or -ENOEXEC for a note that reaches beyond `size`. */
int elf_next_note(const void *notes, size_t size, size_t *offset, struct elf_note *ret_note);

#endif
