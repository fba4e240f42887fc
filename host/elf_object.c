/* A shared object read as data.
 *
 * How many symbols there are is told by the hash tables alone, as the loader sees it; section
 * headers may be stripped.
 *
 * SPDX-License-Identifier: MIT */
#include "elf_object.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	SYMBOLS_MAX = 1 << 20,
	NAME_SIZE = 256,
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

static bool read_segments(struct elf_object *object)
{
	ElfW(Ehdr) head;

	if (!read_exactly(object->fd, &head, sizeof head, 0) ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
		head.e_phentsize != sizeof object->segment[0] || head.e_phnum > ELF_SEGMENTS_MAX)
		return false;
	object->segments = head.e_phnum;
	return read_exactly(object->fd, object->segment,
		object->segments * sizeof object->segment[0], head.e_phoff);
}

const ElfW(Phdr) * elf_object_segment(const struct elf_object *object, uint32_t type)
{
	for (size_t i = 0; i < object->segments; i++)
		if (object->segment[i].p_type == type)
			return &object->segment[i];
	return NULL;
}

static bool read_entries(struct elf_object *object)
{
	const ElfW(Phdr) *dynamic = elf_object_segment(object, PT_DYNAMIC);

	if (dynamic == NULL || dynamic->p_filesz > sizeof object->entry ||
		!read_exactly(object->fd, object->entry, dynamic->p_filesz, dynamic->p_offset))
		return false;
	size_t all = dynamic->p_filesz / sizeof object->entry[0];
	object->entries = 0;
	while (object->entries < all && object->entry[object->entries].d_tag != DT_NULL)
		object->entries++;
	return true;
}

bool elf_object_find(const struct elf_object *object, ElfW(Sxword) tag, uint64_t *ret_value)
{
	for (size_t i = 0; i < object->entries; i++) {
		if (object->entry[i].d_tag != tag)
			continue;
		*ret_value = object->entry[i].d_un.d_val;
		return true;
	}
	return false;
}

/* Addresses are where the object will be in memory, less where it starts. */
static bool find_offset(const struct elf_object *object, uint64_t address, uint64_t *ret_offset)
{
	for (size_t i = 0; i < object->segments; i++) {
		const ElfW(Phdr) *segment = &object->segment[i];
		if (segment->p_type != PT_LOAD || address < segment->p_vaddr ||
			address - segment->p_vaddr >= segment->p_filesz)
			continue;
		*ret_offset = segment->p_offset + (address - segment->p_vaddr);
		return true;
	}
	return false;
}

static bool read_bytes(const struct elf_object *object, uint64_t address, void *to, size_t size)
{
	uint64_t offset;

	return find_offset(object, address, &offset) && read_exactly(object->fd, to, size, offset);
}

bool elf_object_read(int fd, struct elf_object *ret_object)
{
	uint64_t address;

	ret_object->fd = fd;
	return read_segments(ret_object) && read_entries(ret_object) &&
	       elf_object_find(ret_object, DT_STRTAB, &address) &&
	       elf_object_find(ret_object, DT_STRSZ, &ret_object->strings_size) &&
	       find_offset(ret_object, address, &ret_object->strings);
}

bool elf_object_string(
	const struct elf_object *object, uint64_t offset, char *ret_text, size_t size)
{
	if (offset >= object->strings_size)
		return false;
	uint64_t left = object->strings_size - offset;
	if (left < size)
		size = (size_t)left;
	return read_exactly(object->fd, ret_text, size, object->strings + offset) &&
	       memchr(ret_text, '\0', size) != NULL;
}

/* The table of GNU's hash: its buckets name the first symbol of each chain, a chain ends at an odd
 * hash; so the highest bucket's chain ends with the last symbol. */
static bool count_by_gnu_hash(const struct elf_object *object, uint64_t table, uint64_t *ret_count)
{
	uint32_t head[4], last = 0; /* buckets, first symbol, words of the filter, shift */

	if (!read_bytes(object, table, head, sizeof head) || head[0] > SYMBOLS_MAX ||
		head[2] > SYMBOLS_MAX)
		return false;
	uint64_t buckets = table + sizeof head + head[2] * sizeof(ElfW(Addr));
	uint64_t chains = buckets + head[0] * sizeof(uint32_t);
	for (uint32_t i = 0; i < head[0]; i++) {
		uint32_t first;
		if (!read_bytes(object, buckets + i * sizeof first, &first, sizeof first))
			return false;
		last = first > last ? first : last;
	}
	*ret_count = head[1];
	if (last < head[1])
		return true; /* no symbol is defined */
	for (; last < SYMBOLS_MAX; last++) {
		uint32_t hash;
		if (!read_bytes(
			    object, chains + (last - head[1]) * sizeof hash, &hash, sizeof hash))
			return false;
		if (hash & 1)
			break;
	}
	*ret_count = last + 1;
	return true;
}

/* Of two tables that disagree the greater number counts. */
static bool count_symbols(const struct elf_object *object, uint64_t *ret_count)
{
	uint64_t table, by_gnu = 0;
	uint32_t head[2] = { 0 }; /* buckets, symbols */

	if (elf_object_find(object, DT_GNU_HASH, &table) &&
		!count_by_gnu_hash(object, table, &by_gnu))
		return false;
	if (elf_object_find(object, DT_HASH, &table) &&
		!read_bytes(object, table, head, sizeof head))
		return false;
	*ret_count = by_gnu > head[1] ? by_gnu : head[1];
	return *ret_count <= SYMBOLS_MAX;
}

int elf_object_walk(const struct elf_object *object,
	int (*found)(void *ctx, const ElfW(Sym) * symbol, const char *name), void *ctx)
{
	char name[NAME_SIZE];
	uint64_t table, count;

	if (!elf_object_find(object, DT_SYMTAB, &table) || !count_symbols(object, &count))
		return -ENOEXEC;
	for (uint64_t i = 1; i < count; i++) {
		ElfW(Sym) symbol;
		if (!read_bytes(object, table + i * sizeof symbol, &symbol, sizeof symbol))
			return -ENOEXEC;
		if (!elf_object_string(object, symbol.st_name, name, sizeof name))
			name[0] = '\0';
		int r = found(ctx, &symbol, name);
		if (r != 0)
			return r;
	}
	return 0;
}
