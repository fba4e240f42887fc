/* The reader of ELF notes: files cut and damaged in every way, and notes in memory.
 *
 * SAMPLE_FILE is a plugin that the compiler and the linker made.
 *
 * SPDX-License-Identifier: MIT */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_notes.h"
#include "plugh_test.h"

struct file {
	int fd; /* a copy in memory */
	size_t size;
	unsigned char *bytes;
};

static int set_up(void **state)
{
	struct file *file = (struct file *)calloc(1, sizeof *file);
	struct stat st;

	int fd = open(SAMPLE_FILE, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	assert_return_code(fstat(fd, &st), errno);
	file->size = (size_t)st.st_size;
	file->bytes = (unsigned char *)malloc(file->size);
	assert_int_equal(read(fd, file->bytes, file->size), file->size);
	close(fd);
	file->fd = memfd_create("sample", MFD_CLOEXEC);
	assert_return_code(file->fd, errno);
	assert_int_equal(write(file->fd, file->bytes, file->size), file->size);
	*state = file;
	return 0;
}

static int tear_down(void **state)
{
	struct file *file = (struct file *)*state;

	close(file->fd);
	free(file->bytes);
	free(file);
	return 0;
}

static void put(const struct file *file, size_t offset, const void *bytes, size_t size)
{
	assert_int_equal(pwrite(file->fd, bytes, size, (off_t)offset), size);
}

/* The offset of the first program header of a type. */
static size_t find_segment(const struct file *file, unsigned type)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;

	memcpy(&header, file->bytes, sizeof header);
	for (size_t i = 0; i < header.e_phnum; i++) {
		size_t at = header.e_phoff + i * sizeof segment;
		memcpy(&segment, file->bytes + at, sizeof segment);
		if (segment.p_type == type && (type != PT_NOTE || segment.p_align == 4))
			return at;
	}
	fail_msg("no segment of type %u", type);
	return 0;
}

static void assert_refused(int fd, const char *message)
{
	struct elf_notes notes = { 0 };
	struct reason why = { "" };

	assert_int_equal(elf_read_notes(fd, &notes, &why), -ENOEXEC);
	if (message != NULL)
		assert_string_equal(why.text, message);
	else
		assert_true(why.text[0] != '\0' && strchr(why.text, '\n') == NULL);
	assert_null(notes.bytes);
}

static void a_whole_file_has_notes_of_ours(void **state)
{
	const struct file *file = (const struct file *)*state;
	struct elf_notes notes = { 0 };
	struct reason why = { "" };
	struct elf_note note;
	size_t offset = 0, ours = 0;

	assert_int_equal(elf_read_notes(file->fd, &notes, &why), 0);
	while (elf_next_note(notes.bytes, notes.size, &offset, &note) > 0)
		ours += note.name_size == 6 && memcmp(note.name, "plugh", 6) == 0;

	assert_int_equal(ours, SAMPLE_COUNT);
	assert_int_equal(offset, notes.size);
	elf_notes_release(&notes);
	elf_notes_release(&notes);
}

static void every_shorter_file_is_refused_by_one_line(void **state)
{
	const struct file *file = (const struct file *)*state;

	for (size_t size = file->size; size-- > 0;) {
		assert_return_code(ftruncate(file->fd, (off_t)size), errno);
		assert_refused(file->fd, size < SELFMAG ? "not an ELF file"
					 : size < sizeof(ElfW(Ehdr))
						 ? "truncated: the ELF header is incomplete"
						 : NULL);
	}
}

#define HEADER(field, value_, message_)                                                            \
	{                                                                                          \
		PT_NULL, offsetof(ElfW(Ehdr), field), sizeof(((ElfW(Ehdr) *)0)->field), value_,    \
			message_                                                                   \
	}
#define IDENT(index, value_, message_)                                                             \
	{                                                                                          \
		PT_NULL, index, 1, value_, message_                                                \
	}
#define SEGMENT(type, field, value_, message_)                                                     \
	{                                                                                          \
		type, offsetof(ElfW(Phdr), field), sizeof(((ElfW(Phdr) *)0)->field), value_,       \
			message_                                                                   \
	}

static void damaged_headers_are_refused(void **state)
{
	static const struct {
		unsigned type; /* the segment whose header is changed; PT_NULL: the file's own */
		size_t offset, size;
		uint64_t value;
		const char *message;
	} row[] = {
		IDENT(EI_MAG0, 0, "not an ELF file"),
		IDENT(EI_MAG3, 'f', "not an ELF file"),
		IDENT(EI_CLASS, 3 - (sizeof(void *) / 4),
			"made for another machine: other word size or byte order"),
		IDENT(EI_DATA, 3, "made for another machine: other word size or byte order"),
		HEADER(e_machine, EM_SPARC, NULL),
		HEADER(e_type, ET_REL, "not a shared object: ELF type 1"),
		HEADER(e_type, ET_EXEC, "not a shared object: ELF type 2"),
		HEADER(e_phentsize, 0, "damaged: program headers of 0 bytes"),
		HEADER(e_phentsize, 57, "damaged: program headers of 57 bytes"),
		HEADER(e_phnum, 257, "damaged: 257 program headers"),
		HEADER(e_phnum, 0xffff, "damaged: 65535 program headers"),
		HEADER(e_phoff, UINT64_MAX,
			"truncated: its program headers reach beyond the end of the file"),
		HEADER(e_phoff, UINT64_MAX - 8,
			"truncated: its program headers reach beyond the end of the file"),
		HEADER(e_shoff, UINT64_MAX,
			"truncated: its section headers reach beyond the end of the file"),
		HEADER(e_shnum, 0xfeff,
			"truncated: its section headers reach beyond the end of the file"),
		SEGMENT(PT_NOTE, p_offset, UINT64_MAX,
			"truncated: its notes reach beyond the end of the file"),
		SEGMENT(PT_NOTE, p_filesz, UINT64_MAX,
			"truncated: its notes reach beyond the end of the file"),
		SEGMENT(PT_LOAD, p_filesz, UINT64_MAX,
			"truncated: its segments reach beyond the end of the file"),
		SEGMENT(PT_LOAD, p_offset, UINT64_MAX - 1,
			"truncated: its segments reach beyond the end of the file"),
	};
	const struct file *file = (const struct file *)*state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		size_t at = row[i].type != PT_NULL ? find_segment(file, row[i].type) : 0;

		put(file, at + row[i].offset, &row[i].value, row[i].size);
		assert_refused(file->fd, row[i].message);
		put(file, at, file->bytes + at, sizeof(ElfW(Ehdr)));
	}
}

static void notes_have_a_size_limit(void **state)
{
	const struct file *file = (const struct file *)*state;
	size_t at = find_segment(file, PT_NOTE);
	uint64_t size = ELF_MAX_NOTES + 1;

	assert_return_code(ftruncate(file->fd, 2 * ELF_MAX_NOTES), errno);
	put(file, at + offsetof(ElfW(Phdr), p_filesz), &size, sizeof size);

	assert_refused(file->fd, "its notes are larger than 4194304 bytes");
}

static void a_header_without_program_headers_has_no_notes(void **state)
{
	const struct file *file = (const struct file *)*state;
	struct elf_notes notes = { 0 };
	struct reason why = { "" };

	put(file, offsetof(ElfW(Ehdr), e_phnum), &(uint16_t){ 0 }, 2);

	assert_int_equal(elf_read_notes(file->fd, &notes, &why), 0);
	assert_int_equal(notes.size, 0);
	elf_notes_release(&notes);
}

static void what_is_no_regular_file_is_refused(void **state)
{
	int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int device = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	int ends[2];
	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	int fds[] = { folder, device, ends[0] };
	(void)state;

	for (size_t i = 0; i < 3; i++)
		assert_refused(fds[i], "not a regular file");

	close(folder), close(device), close(ends[0]), close(ends[1]);
}

static void a_closed_descriptor_is_an_errno(void **state)
{
	struct elf_notes notes = { 0 };
	struct reason why = { "" };
	(void)state;

	assert_int_equal(elf_read_notes(-1, &notes, &why), -EBADF);
	assert_string_equal(why.text, "");
}

/* A note in memory: name size, desc size, type, then as many bytes as `size` leaves. */
static void a_chain_of_notes_is_walked_to_its_end(void **state)
{
	static const struct {
		uint32_t word[8];
		size_t size;
		int notes; /* walked before the end or the error */
		int last;  /* 0 or -ENOEXEC */
	} row[] = {
		{ { 0 }, 0, 0, 0 },
		{ { 6 }, 11, 0, 0 }, /* less than a head: padding */
		{ { 0, 0, 1 }, 12, 1, 0 },
		{ { 6, 4, 1 }, 12 + 8 + 4, 1, 0 },
		{ { 6, 3, 1 }, 12 + 8 + 3, 1, 0 }, /* the last one's padding may be missing */
		{ { 6, 4, 1 }, 12 + 8 + 3, 0, -ENOEXEC },
		{ { 6, UINT32_MAX, 1 }, 32, 0, -ENOEXEC },
		{ { UINT32_MAX, 0, 1 }, 32, 0, -ENOEXEC },
		{ { UINT32_MAX, UINT32_MAX, 1 }, 32, 0, -ENOEXEC },
		{ { 0, 0, 1, 1, 9, 2, 0 }, 28, 1, -ENOEXEC },
		{ { 0, 0, 1, 0, 0, 2 }, 24, 2, 0 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct elf_note note;
		size_t offset = 0;
		int notes = 0, r;
		/* On the heap, so that a sanitizer sees each byte too many. */
		unsigned char *bytes = (unsigned char *)malloc(row[i].size + 1);
		unsigned char *end = bytes + row[i].size + 1;
		memcpy(end - row[i].size, row[i].word, row[i].size);

		while ((r = elf_next_note(end - row[i].size, row[i].size, &offset, &note)) > 0)
			notes++;

		assert_int_equal(notes, row[i].notes);
		assert_int_equal(r, row[i].last);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_whole_file_has_notes_of_ours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			every_shorter_file_is_refused_by_one_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_headers_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(notes_have_a_size_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_header_without_program_headers_has_no_notes, set_up, tear_down),
		cmocka_unit_test(what_is_no_regular_file_is_refused),
		cmocka_unit_test(a_closed_descriptor_is_an_errno),
		cmocka_unit_test(a_chain_of_notes_is_walked_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
