/* The notes of a shared object.
 *
 * The program headers are read by hand: a library that parses ELF costs more at start-up than all
 * of this. Every number from the file is checked before it is used. A note segment aligned to 8 is
 * not ours (it is the compiler's property note, padded otherwise) and is passed over.
 *
 * SPDX-License-Identifier: MIT */
#include "elf_notes.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FIRST_READ = 1024, /* the headers; a start has better use for its pages than a larger one */
	MAX_HEADERS = 64,  /* a shared object has about ten */
};

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#elif defined(__riscv)
enum { MACHINE = EM_RISCV };
#elif defined(__i386__)
enum { MACHINE = EM_386 };
#elif defined(__arm__)
enum { MACHINE = EM_ARM };
#elif defined(__powerpc64__)
enum { MACHINE = EM_PPC64 };
#elif defined(__s390x__)
enum { MACHINE = EM_S390 };
#else
#error "add this machine's number from <elf.h>"
#endif

enum {
	CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
	DATA = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB,
};

/* A file being read: what is known of it so far. */
struct file {
	int fd;
	uint64_t size;
	size_t got; /* bytes of `first` */
	unsigned char first[FIRST_READ];
	ElfW(Ehdr) header;
	ElfW(Phdr) segment[MAX_HEADERS];
};

static int read_at(int fd, void *bytes, size_t n, uint64_t offset, size_t *ret_got)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = pread(fd, (char *)bytes + got, n - got, (off_t)(offset + got));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	*ret_got = got;
	return 0;
}

/* The same, out of what was read already where it holds all of it. */
static int read_part(
	const struct file *file, void *bytes, size_t n, uint64_t offset, size_t *ret_got)
{
	if (offset > file->got || n > file->got - offset)
		return read_at(file->fd, bytes, n, offset, ret_got);
	memcpy(bytes, file->first + offset, n);
	*ret_got = n;
	return 0;
}

static int refuse_truncated(struct reason *why, const char *what)
{
	return reason_set(
		why, -ENOEXEC, "truncated: its %s reach beyond the end of the file", what);
}

static int check_header(const struct file *file, struct reason *why)
{
	const ElfW(Ehdr) *header = &file->header;

	if (file->got < SELFMAG || memcmp(file->first, ELFMAG, SELFMAG) != 0)
		return reason_set(why, -ENOEXEC, "not an ELF file");
	if (file->got < sizeof *header)
		return reason_set(why, -ENOEXEC, "truncated: the ELF header is incomplete");
	if (header->e_ident[EI_CLASS] != CLASS || header->e_ident[EI_DATA] != DATA)
		return reason_set(
			why, -ENOEXEC, "made for another machine: other word size or byte order");
	if (header->e_machine != MACHINE)
		return reason_set(why, -ENOEXEC, "made for another machine: ELF machine %u, not %u",
			header->e_machine, MACHINE);
	if (header->e_type != ET_DYN)
		return reason_set(
			why, -ENOEXEC, "not a shared object: ELF type %u", header->e_type);
	if (header->e_phentsize != sizeof(ElfW(Phdr)))
		return reason_set(
			why, -ENOEXEC, "damaged: program headers of %u bytes", header->e_phentsize);
	if (header->e_phnum > MAX_HEADERS)
		return reason_set(why, -ENOEXEC, "damaged: %u program headers", header->e_phnum);
	return 0;
}

/* The section headers are of no use to us; but linkers write them last, so a file that was cut
 * anywhere lacks some of them. */
static int check_sections(const struct file *file, struct reason *why)
{
	uint64_t offset = file->header.e_shoff;
	size_t size = file->header.e_shnum * sizeof(ElfW(Shdr));

	if (offset > file->size || size > file->size - offset)
		return refuse_truncated(why, "section headers");
	return 0;
}

static int read_headers(struct file *file, struct reason *why)
{
	struct stat st;
	if (fstat(file->fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return reason_set(why, -ENOEXEC, "not a regular file");
	file->size = (uint64_t)st.st_size;

	int r = read_at(file->fd, file->first, FIRST_READ, 0, &file->got);
	if (r < 0)
		return r;
	if (file->got >= sizeof file->header)
		memcpy(&file->header, file->first, sizeof file->header);
	r = check_header(file, why);
	if (r == 0)
		r = check_sections(file, why);
	if (r < 0)
		return r;

	size_t size = file->header.e_phnum * sizeof(ElfW(Phdr)), got = 0;
	uint64_t offset = file->header.e_phoff;
	if (offset > file->size || size > file->size - offset)
		return refuse_truncated(why, "program headers");
	r = read_part(file, file->segment, size, offset, &got);
	if (r == 0 && got < size)
		return refuse_truncated(why, "program headers");
	return r;
}

static bool is_note_segment(const ElfW(Phdr) * segment)
{
	return segment->p_type == PT_NOTE && segment->p_align <= 4;
}

/* The size of all note segments together. */
static int measure_notes(const struct file *file, size_t *ret_size, struct reason *why)
{
	size_t total = 0;

	for (size_t i = 0; i < file->header.e_phnum; i++) {
		const ElfW(Phdr) *segment = &file->segment[i];
		if (segment->p_type == PT_LOAD &&
			(segment->p_offset > file->size ||
				segment->p_filesz > file->size - segment->p_offset))
			return refuse_truncated(why, "segments");
		if (!is_note_segment(segment))
			continue;
		if (segment->p_offset > file->size ||
			segment->p_filesz > file->size - segment->p_offset)
			return refuse_truncated(why, "notes");
		if (segment->p_filesz > ELF_MAX_NOTES - total)
			return reason_set(
				why, -ENOEXEC, "its notes are larger than %d bytes", ELF_MAX_NOTES);
		total += (segment->p_filesz + 3) & ~(size_t)3;
	}
	*ret_size = total;
	return 0;
}

int elf_read_notes(int fd, struct elf_notes *ret_notes, struct reason *why)
{
	struct elf_notes notes = { 0 };
	struct file file = { .fd = fd };
	size_t size = 0;

	int r = read_headers(&file, why);
	if (r == 0)
		r = measure_notes(&file, &size, why);
	if (r < 0)
		return r;

	/* Padding between segments is zero. */
	notes.bytes = (unsigned char *)malloc(size + 1);
	if (notes.bytes == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < file.header.e_phnum && r == 0; i++) {
		const ElfW(Phdr) *segment = &file.segment[i];
		size_t got = 0;
		if (!is_note_segment(segment))
			continue;
		r = read_part(&file, notes.bytes + notes.size, segment->p_filesz, segment->p_offset,
			&got);
		if (r == 0 && got < segment->p_filesz)
			r = refuse_truncated(why, "notes");
		notes.size += segment->p_filesz;
		while (notes.size % 4 != 0)
			notes.bytes[notes.size++] = 0;
	}
	if (r < 0)
		elf_notes_release(&notes);
	else
		*ret_notes = notes;
	return r;
}

void elf_notes_release(struct elf_notes *notes)
{
	free(notes->bytes);
	*notes = (struct elf_notes){ 0 };
}

int elf_next_note(const void *notes, size_t size, size_t *offset, struct elf_note *ret_note)
{
	const unsigned char *head = (const unsigned char *)notes + *offset;
	size_t left = size - *offset;
	ElfW(Nhdr) note;

	if (left < sizeof note)
		return 0;
	memcpy(&note, head, sizeof note);
	uint64_t name_end = sizeof note + (((uint64_t)note.n_namesz + 3) & ~UINT64_C(3));
	uint64_t desc_end = name_end + note.n_descsz;
	uint64_t end = (desc_end + 3) & ~UINT64_C(3);
	if (desc_end > left)
		return -ENOEXEC;

	*ret_note = (struct elf_note){
		.head = head,
		.type = note.n_type,
		.name = (const char *)head + sizeof note,
		.name_size = note.n_namesz,
		.desc = head + name_end,
		.desc_size = note.n_descsz,
		.size = end < left ? (size_t)end : left,
	};
	*offset += ret_note->size;
	return 1;
}
