/* DT_NEEDED, read from the file (System V ABI, chapter 5, Dynamic Linking).
 *
 * SPDX-License-Identifier: MIT */
#include "elf_needed.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
	SEGMENTS_MAX = 64,
	ENTRIES_MAX = 256, /* of the dynamic section; usual is 30 */
	NAME_SIZE = 128,
};

/* What of a file is looked at. */
struct object {
	int fd;
	size_t segments;
	ElfW(Phdr) segment[SEGMENTS_MAX];
	size_t entries;
	ElfW(Dyn) entry[ENTRIES_MAX];
	uint64_t strings; /* offset in the file */
	uint64_t strings_size;
};

static bool read_exactly(int fd, void *to, size_t size, uint64_t offset)
{
	if (offset > INT64_MAX - size)
		return false;
	ssize_t n;
	do {
		n = pread(fd, to, size, (off_t)offset);
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)size;
}

static bool read_segments(struct object *object)
{
	ElfW(Ehdr) head;

	if (!read_exactly(object->fd, &head, sizeof head, 0) ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
		head.e_phentsize != sizeof object->segment[0] || head.e_phnum > SEGMENTS_MAX)
		return false;
	object->segments = head.e_phnum;
	return read_exactly(object->fd, object->segment,
		object->segments * sizeof object->segment[0], head.e_phoff);
}

static const ElfW(Phdr) * find_segment(const struct object *object, uint32_t type)
{
	for (size_t i = 0; i < object->segments; i++)
		if (object->segment[i].p_type == type)
			return &object->segment[i];
	return NULL;
}

static bool read_entries(struct object *object)
{
	const ElfW(Phdr) *dynamic = find_segment(object, PT_DYNAMIC);

	if (dynamic == NULL || dynamic->p_filesz > sizeof object->entry)
		return false;
	object->entries = dynamic->p_filesz / sizeof object->entry[0];
	return read_exactly(object->fd, object->entry, object->entries * sizeof object->entry[0],
		dynamic->p_offset);
}

static bool find_entry(const struct object *object, ElfW(Sxword) tag, uint64_t *ret_value)
{
	for (size_t i = 0; i < object->entries && object->entry[i].d_tag != DT_NULL; i++) {
		if (object->entry[i].d_tag != tag)
			continue;
		*ret_value = object->entry[i].d_un.d_val;
		return true;
	}
	return false;
}

/* Addresses are where the object will be in memory, less where it starts. */
static bool find_strings(struct object *object)
{
	uint64_t address;

	if (!find_entry(object, DT_STRTAB, &address) ||
		!find_entry(object, DT_STRSZ, &object->strings_size))
		return false;
	for (size_t i = 0; i < object->segments; i++) {
		const ElfW(Phdr) *segment = &object->segment[i];
		if (segment->p_type != PT_LOAD || address < segment->p_vaddr ||
			address - segment->p_vaddr >= segment->p_filesz)
			continue;
		object->strings = segment->p_offset + (address - segment->p_vaddr);
		return true;
	}
	return false;
}

static bool read_name(const struct object *object, uint64_t offset, char ret_name[NAME_SIZE])
{
	if (offset >= object->strings_size)
		return false;
	uint64_t left = object->strings_size - offset;
	size_t size = left < NAME_SIZE ? (size_t)left : NAME_SIZE;
	return read_exactly(object->fd, ret_name, size, object->strings + offset) &&
	       memchr(ret_name, '\0', size) != NULL;
}

static int compare_name(struct dl_phdr_info *info, size_t size, void *name)
{
	const char *slash = strrchr(info->dlpi_name, '/');

	(void)size;
	return strcmp(slash != NULL ? slash + 1 : info->dlpi_name, (const char *)name) == 0;
}

bool elf_needs_more(int fd)
{
	struct object object = { .fd = fd };
	char name[NAME_SIZE];

	if (!read_segments(&object) || !read_entries(&object) || !find_strings(&object))
		return true;
	for (size_t i = 0; i < object.entries && object.entry[i].d_tag != DT_NULL; i++) {
		if (object.entry[i].d_tag != DT_NEEDED)
			continue;
		if (!read_name(&object, object.entry[i].d_un.d_val, name) ||
			dl_iterate_phdr(compare_name, name) == 0)
			return true;
	}
	return false;
}
