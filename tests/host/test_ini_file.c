/* SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <plugh/buf.h>

#include "ini_file.h"

/* ---- A sink that writes down what it is told: one line a call ---- */

static int write_section(void *ctx, const char *name, unsigned line)
{
	return plugh_buf_appendf(ctx, "%u [%s]\n", line, name);
}

static int write_value(void *ctx, const char *key, const char *text, bool continues, unsigned line)
{
	return plugh_buf_appendf(ctx, "%u %s%s<%s>\n", line, key, continues ? "+" : "=", text);
}

static int write_problem(
	void *ctx, unsigned line, bool is_error, const char *text, const char *hint)
{
	return plugh_buf_appendf(ctx, "%u %s: %s%s%s\n", line, is_error ? "error" : "warning", text,
		hint != NULL ? " | " : "", hint != NULL ? hint : "");
}

static struct ini_file_sink sink_of(struct plugh_buf *buf)
{
	return (struct ini_file_sink){ buf, write_section, write_value, write_problem };
}

static void assert_told(const char *bytes, size_t count, const char *told)
{
	struct plugh_buf buf = { 0 };
	const struct ini_file_sink sink = sink_of(&buf);

	/* From memory of exactly this size, so that a sanitizer sees a byte too far. */
	char *copy = malloc(count > 0 ? count : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, count);
	assert_int_equal(ini_file_parse(copy, count, &sink), 0);
	free(copy);

	assert_string_equal(plugh_buf_text(&buf), told);
	plugh_buf_release(&buf);
}

struct row {
	const char *bytes;
	size_t count;
	const char *told;
};

#define ROW(bytes_, told_)                                                                         \
	{                                                                                          \
		bytes_, sizeof bytes_ - 1, told_                                                   \
	}

static void assert_rows(const struct row *row, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_told(row[i].bytes, row[i].count, row[i].told);
}

#define ASSERT_ROWS(rows) assert_rows(rows, sizeof rows / sizeof rows[0])

/* ---- What is read ---- */

static void sections_and_keys_come_with_their_lines(void **state)
{
	static const struct row rows[] = {
		ROW("", ""),
		ROW("\n\n", ""),
		ROW("[a]\n", "1 [a]\n"),
		ROW("[a]", "1 [a]\n"),
		ROW("[a]\nx=1", "1 [a]\n2 x=<1>\n"),
		ROW("\n; c\n[a]\n\nx = 1 2\ny: 3\n", "3 [a]\n5 x=<1 2>\n6 y=<3>\n"),
		ROW("[a]\nx=1\n[b]\nx=2\n[a]\nx=3\n",
			"1 [a]\n2 x=<1>\n3 [b]\n4 x=<2>\n5 [a]\n6 x=<3>\n"),
		ROW("[ plugin:bwt encode\t]\nx=1\n", "1 [plugin:bwt encode]\n2 x=<1>\n"),
		ROW("  [a]\n  x = 1\n", "1 [a]\n2 x=<1>\n"),
		ROW("[a]\nx=\ny =  \nz:\n", "1 [a]\n2 x=<>\n3 y=<>\n4 z=<>\n"),
		ROW("[a]\nx=a=b:c\ny:a=b\n", "1 [a]\n2 x=<a=b:c>\n3 y=<a=b>\n"),
		ROW("[a] ; c\nx=1\n[b]# c\n", "1 [a]\n2 x=<1>\n3 [b]\n"),
		ROW("[]\nx=1\n", "1 []\n2 x=<1>\n"),
	};
	(void)state;

	ASSERT_ROWS(rows);
}

static void comments_end_values_outside_of_quotes_only(void **state)
{
	static const struct row rows[] = {
		ROW("[a]\n;x=1\n#y=2\n  ;z\n\t# z\n", "1 [a]\n"),
		ROW("[a]\nx=1 ; c\ny=1;c\nz=1 #c\n", "1 [a]\n2 x=<1>\n3 y=<1;c>\n4 z=<1 #c>\n"),
		ROW("[a]\nx= ; c\ny=;c\n", "1 [a]\n2 x=<>\n3 y=<>\n"),
		ROW("[a]\nx=\"a ; b\" ; c\n", "1 [a]\n2 x=<\"a ; b\">\n"),
		ROW("[a]\nx=1 \"a ; b\" 2 ; \"c\"\n", "1 [a]\n2 x=<1 \"a ; b\" 2>\n"),
		ROW("[a]\nx=\"a\\\" ; b\" ; c\n", "1 [a]\n2 x=<\"a\\\" ; b\">\n"),
		ROW("[a]\nx=3\" disk ; c\n", "1 [a]\n2 x=<3\" disk>\n"),
		ROW("[a]\nx=\"no end ; c\n", "1 [a]\n2 x=<\"no end>\n"),
		ROW("[a]\nx=\" \" \n", "1 [a]\n2 x=<\" \">\n"),
	};
	(void)state;

	ASSERT_ROWS(rows);
}

static void indented_lines_continue_a_value(void **state)
{
	static const struct row rows[] = {
		ROW("[a]\nx=1\n  2 ; c\n\t\"3 ; c\" ; d\n",
			"1 [a]\n2 x=<1>\n3 x+<2>\n4 x+<\"3 ; c\">\n"),
		ROW("[a]\nx=\n  1\n\n  ; c\n# d\n  2\ny=3\n",
			"1 [a]\n2 x=<>\n3 x+<1>\n7 x+<2>\n8 y=<3>\n"),
		ROW("[a]\nx=1\n  = 2\n  : 3\n", "1 [a]\n2 x=<1>\n3 x+<= 2>\n4 x+<: 3>\n"),
		ROW("[a]\nx=1\n[b]\n  y=2\n  3\n", "1 [a]\n2 x=<1>\n3 [b]\n4 y=<2>\n5 y+<3>\n"),
		ROW("[a]\nx=1\n  \"y=2\"\n  \"[b]\"\n  k:v\n",
			"1 [a]\n2 x=<1>\n3 x+<\"y=2\">\n4 x+<\"[b]\">\n5 x+<k:v>\n"),
	};
	(void)state;

	ASSERT_ROWS(rows);
}

#define INDENT_HINT                                                                                \
	" | start keys and sections in the first column, or put the value in double quotes\n"

static void an_indented_key_or_section_is_an_error(void **state)
{
	static const struct row rows[] = {
		ROW("[a]\n x=1\n y=2\n z=3\n",
			"1 [a]\n2 x=<1>\n"
			"3 error: this line is indented, so it goes on with the value of 'x' in "
			"line "
			"2" INDENT_HINT "4 error: this line is indented, so it goes on with the "
			"value of 'x' in line "
			"2" INDENT_HINT),
		ROW("[a]\nx=1\n [b]\ny=2\n", "1 [a]\n2 x=<1>\n"
					     "3 error: this line is indented, so it goes on with "
					     "the value of 'x' in line "
					     "2" INDENT_HINT "4 y=<2>\n"),
	};
	(void)state;

	ASSERT_ROWS(rows);
}

/* ---- Junk ---- */

static void junk_gives_a_value_or_its_line(void **state)
{
	static const struct row rows[] = {
		/* CRLF, CR */
		ROW("[a]\r\nx=1\r\n  2\r\n\r\ny=3\r\n", "1 [a]\n2 x=<1>\n3 x+<2>\n5 y=<3>\n"),
		ROW("[a]\r\nx=1\r", "1 [a]\n2 x=<1>\n"),
		ROW("[a]\rx=1\ry=2\r", "1 error: control character 0x0d in the line\n"),
		ROW("[a]\nx=1\r2\ny=3\n",
			"1 [a]\n2 error: control character 0x0d in the line\n3 y=<3>\n"),
		/* byte order marks */
		ROW("\xef\xbb\xbf[a]\nx=1\n",
			"1 warning: a byte order mark, which is skipped\n1 [a]\n2 x=<1>\n"),
		ROW("\xef\xbb\xbf", "1 warning: a byte order mark, which is skipped\n"),
		ROW("\xff\xfe[\0a\0]\0\n\0", "1 error: UTF-16 text; it must be UTF-8\n"),
		ROW("\xfe\xff\0[\0a\0]\0\n", "1 error: UTF-16 text; it must be UTF-8\n"),
		/* NUL */
		ROW("[a]\nx=1\0y\nz=2\n", "1 [a]\n2 error: a NUL byte in the line\n3 z=<2>\n"),
		ROW("[a]\n;\0\nz=2\n", "1 [a]\n2 error: a NUL byte in the line\n3 z=<2>\n"),
		ROW("[a]\n\0\n", "1 [a]\n2 error: a NUL byte in the line\n"),
		ROW("\0", "1 error: a NUL byte in the line\n"),
		/* other control characters */
		ROW("[a]\nx=\x1b[31m\n", "1 [a]\n2 error: control character 0x1b in the line\n"),
		ROW("[a]\n\x0cx=1\n", "1 [a]\n2 error: control character 0x0c in the line\n"),
		ROW("[a]\nx=\x7f\n", "1 [a]\n2 error: control character 0x7f in the line\n"),
		/* Latin-1 is a value; a comment may be anything */
		ROW("[a]\nx=caf\xe9\n; caf\xe9\n", "1 [a]\n2 warning: not UTF-8\n2 x=<caf\xe9>\n"),
		ROW("[a]\nx=caf\xc3\xa9\n", "1 [a]\n2 x=<caf\xc3\xa9>\n"),
		ROW("[a]\nx=voil\xc3\xa0 \n", "1 [a]\n2 x=<voil\xc3\xa0>\n"),
	};
	(void)state;

	ASSERT_ROWS(rows);
}

static void bad_lines_are_named_and_take_their_values_with_them(void **state)
{
	static const struct row rows[] = {
		ROW("[a]\nword\nx=1\n",
			"1 [a]\n2 error: no '=' between a key and its value\n3 x=<1>\n"),
		ROW("[a]\nx=1\nword\n  2\n",
			"1 [a]\n2 x=<1>\n3 error: no '=' between a key and its value\n"),
		ROW("[a]\nx ; = 1\n", "1 [a]\n2 error: no '=' between a key and its value\n"),
		ROW("x=1\n  2\n[a]\ny=3\n",
			"1 error: a key before the first [section]\n3 [a]\n4 y=<3>\n"),
		ROW("[a]\n= 1\n  2\ny=3\n", "1 [a]\n2 error: no key before the '='\n4 y=<3>\n"),
		ROW("[a\nx=1\n  2\nword\n[b]\ny=2\n",
			"1 error: no ']' ends the section's name\n5 [b]\n6 y=<2>\n"),
		ROW("[a]\nx=1\n[b ;]\n  2\ny=2\n",
			"1 [a]\n2 x=<1>\n3 error: no ']' ends the section's name\n"),
		ROW("[a] x=1\ny=2\n", "1 [a]\n1 error: text after the section's ']'\n2 y=<2>\n"),
		ROW("[a]\nx=1\n\x01[b]\n  2\ny=3\n",
			"1 [a]\n2 x=<1>\n3 error: control character 0x01 in the line\n5 y=<3>\n"),
		ROW("[a]\nx=1\n \t[\x01]\n  2\ny=3\n",
			"1 [a]\n2 x=<1>\n3 error: control character 0x01 in the line\n"),
		ROW("[a]\nx=1\n \t\x01[\n  2\ny=3\n",
			"1 [a]\n2 x=<1>\n3 error: control character 0x01 in the line\n5 y=<3>\n"),
		ROW("[a]\nx=1\n[\x01]\n  2\ny=3\n[c]\nz=4\n",
			"1 [a]\n2 x=<1>\n3 error: control character 0x01 in the line\n6 [c]\n7 "
			"z=<4>\n"),
	};
	(void)state;

	ASSERT_ROWS(rows);
}

/* ---- Sizes ---- */

/* PREFIX, then C as often as makes the line LENGTH bytes long, then REST. */
static void append_line(
	struct plugh_buf *buf, const char *prefix, char c, size_t length, const char *rest)
{
	plugh_buf_append_text(buf, prefix);
	plugh_buf_append_fill(buf, c, length - strlen(prefix) - strlen(rest));
	assert_int_equal(plugh_buf_append_text(buf, rest), 0);
}

static void a_line_of_198_bytes_is_read_and_a_longer_one_reported(void **state)
{
	(void)state;
	struct plugh_buf file = { 0 };
	struct plugh_buf told = { 0 };

	plugh_buf_append_text(&file, "[a]\n");
	append_line(&file, "x=", 'v', 198, "");
	plugh_buf_append_text(&file, "\ny=1\n");
	append_line(&told, "1 [a]\n2 x=<", 'v', 12 + 196, ">");
	plugh_buf_append_text(&told, "\n3 y=<1>\n");
	assert_told(file.data, file.size, told.data);

	plugh_buf_clear(&file);
	plugh_buf_append_text(&file, "[a]\n");
	append_line(&file, "x=", 'v', 198, "");
	plugh_buf_append_text(&file, "\r\ny=1\n");
	assert_told(file.data, file.size, told.data);

	plugh_buf_clear(&file);
	plugh_buf_append_text(&file, "[a]\nz=1\n");
	append_line(&file, "x=", 'v', 199, "");
	plugh_buf_append_text(&file, "\n  2\ny=1\n");
	assert_told(file.data, file.size,
		"1 [a]\n2 z=<1>\n3 error: a line has at most 198 bytes, this one has 199"
		" | a long list may go on in indented lines\n5 y=<1>\n");

	plugh_buf_release(&file);
	plugh_buf_release(&told);
}

static void a_line_of_one_megabyte_is_reported_once(void **state)
{
	(void)state;
	struct plugh_buf file = { 0 };

	plugh_buf_append_text(&file, "[a]\nz=1\n");
	append_line(&file, "x=", ';', 1000000, "");
	plugh_buf_append_text(&file, "\ny=1\n");
	assert_told(file.data, file.size,
		"1 [a]\n2 z=<1>\n3 error: a line has at most 198 bytes, this one has 1000000"
		" | a long list may go on in indented lines\n4 y=<1>\n");

	plugh_buf_clear(&file);
	plugh_buf_append_text(&file, "[a]\nz=1\n");
	append_line(&file, ";", 'x', 1000000, "");
	plugh_buf_append_text(&file, "\ny=1\n");
	assert_told(file.data, file.size, "1 [a]\n2 z=<1>\n4 y=<1>\n");

	plugh_buf_release(&file);
}

static void names_of_49_bytes_are_read_and_longer_ones_reported(void **state)
{
	(void)state;
	struct plugh_buf file = { 0 };
	struct plugh_buf told = { 0 };

	append_line(&file, "[", 's', 51, "]\n");
	plugh_buf_append_text(&file, "x=1\n");
	append_line(&told, "1 [", 's', 53, "]\n");
	plugh_buf_append_text(&told, "2 x=<1>\n");
	plugh_buf_append_text(&file, "[b]\n");
	plugh_buf_append_text(&told, "3 [b]\n");
	append_line(&file, "", 'k', 52, "=2\n");
	plugh_buf_append_text(&file, "  3\n");
	append_line(&told, "4 ", 'k', 56, "=<2>\n");
	append_line(&told, "5 ", 'k', 56, "+<3>\n");
	assert_told(file.data, file.size, told.data);

	plugh_buf_clear(&file);
	plugh_buf_append_text(&file, "[a]\nz=1\n");
	append_line(&file, "[", 's', 53, "]\n");
	plugh_buf_append_text(&file, "x=1\n  2\n[b]\n");
	append_line(&file, "", 'k', 53, "=2\n");
	plugh_buf_append_text(&file, "  3\ny=1\n");
	assert_told(file.data, file.size,
		"1 [a]\n2 z=<1>\n3 error: a section's name has at most 49 bytes\n6 [b]\n"
		"7 error: a key has at most 49 bytes\n9 y=<1>\n");

	plugh_buf_release(&file);
	plugh_buf_release(&told);
}

static int refuse_value(void *ctx, const char *key, const char *text, bool continues, unsigned line)
{
	int *calls = ctx;

	(void)key;
	(void)text;
	(void)continues;
	(void)line;
	++*calls;
	return -ECANCELED;
}

static int ignore_section(void *ctx, const char *name, unsigned line)
{
	(void)ctx;
	(void)name;
	(void)line;
	return 0;
}

static void an_error_of_the_sink_ends_the_parsing(void **state)
{
	(void)state;
	int calls = 0;
	const struct ini_file_sink sink = { &calls, ignore_section, refuse_value, NULL };
	static const char bytes[] = "[a]\nx=1\ny=2\n[b]\nz=3\nword\n";

	int r = ini_file_parse(bytes, sizeof bytes - 1, &sink);

	assert_int_equal(r, -ECANCELED);
	assert_int_equal(calls, 1);
}

/* ---- Quotes ---- */

static void a_quoted_value_is_unquoted(void **state)
{
	static const struct {
		const char *text, *value, *reason;
	} rows[] = {
		{ "", "", NULL },
		{ "plain \\n text", "plain \\n text", NULL },
		{ "3\" disk", "3\" disk", NULL },
		{ "\"\"", "", NULL },
		{ "\",\"", ",", NULL },
		{ "\" a ; b \"", " a ; b ", NULL },
		{ "\"\\\\ \\\" \\t \\n\"", "\\ \" \t \n", NULL },
		{ "\"", NULL, "no closing double quote" },
		{ "\"a\\\"", NULL, "no closing double quote" },
		{ "\"a\\", NULL, "no closing double quote" },
		{ "\"a\" b", NULL, "text after the closing double quote" },
		{ "\"a\"\"b\"", NULL, "text after the closing double quote" },
		{ "\"\\x41\"", NULL,
			"a '\\' in double quotes must stand before '\\', '\"', 't' or 'n'" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *buffer = malloc(strlen(rows[i].text) + 1);
		const char *reason = NULL;
		int r = ini_file_unquote(rows[i].text, buffer, &reason);

		if (rows[i].value != NULL) {
			assert_int_equal(r, 0);
			assert_string_equal(buffer, rows[i].value);
		} else {
			assert_int_equal(r, -EINVAL);
			assert_string_equal(reason, rows[i].reason);
		}
		free(buffer);
	}
}

static void a_list_is_split_into_words(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "", "" },
		{ " \t ", "" },
		{ "one", "<one>" },
		{ " one  two\tthree ", "<one><two><three>" },
		{ "\"a b\" c \"\"", "<a b><c><>" },
		{ "a\"b c\"", "<a\"b><c\">" },
		{ "\"\\\"\\t\"", "<\"\t>" },
		{ "a \"b", "<a>no closing double quote" },
		{ "\"a\"b", "no blank after the closing double quote" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *cursor = rows[i].text;
		const char *reason = NULL;
		char *buffer = malloc(strlen(rows[i].text) + 1);
		struct plugh_buf told = { 0 };
		int r;

		while ((r = ini_file_next_word(&cursor, buffer, &reason)) > 0)
			plugh_buf_appendf(&told, "<%s>", buffer);
		assert_int_equal(r, reason != NULL ? -EINVAL : 0);
		if (reason != NULL)
			plugh_buf_append_text(&told, reason);
		assert_string_equal(plugh_buf_text(&told), rows[i].told);
		plugh_buf_release(&told);
		free(buffer);
	}
}

/* ---- Files ---- */

struct folder {
	char path[64];
};

static int make_folder(void **state)
{
	struct folder *folder = malloc(sizeof *folder);

	snprintf(folder->path, sizeof folder->path, "/tmp/plugh-ini-XXXXXX");
	*state = folder;
	return mkdtemp(folder->path) == NULL || chdir(folder->path) < 0;
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;
	static const char *const names[] = { "file", "fifo", "socket", "large" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(names[i]);
	int r = chdir("/") < 0 || rmdir(folder->path) < 0;
	free(folder);
	return r;
}

static void write_file(const char *path, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(pwrite(fd, "abc", size < 3 ? size : 3, 0), size < 3 ? size : 3);
	close(fd);
}

static void a_file_is_read_whole_up_to_its_limit(void **state)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, INI_FILE_MAX_BYTES };
	(void)state;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char *bytes = NULL;
		size_t count = 1;
		write_file("file", sizes[i]);
		assert_int_equal(ini_file_read("file", false, &bytes, &count), 0);
		assert_int_equal(count, sizes[i]);
		assert_memory_equal(bytes, "abc", count < 3 ? count : 3);
		free(bytes);
		unlink("file");
	}
}

static void what_is_no_file_is_refused_without_waiting(void **state)
{
	(void)state;
	char *bytes = NULL;
	size_t count = 0;
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };

	write_file("large", INI_FILE_MAX_BYTES + 1);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	close(fd);

	assert_int_equal(ini_file_read("large", false, &bytes, &count), -EFBIG);
	assert_int_equal(ini_file_read("/dev/zero", true, &bytes, &count), -EFBIG);
	assert_int_equal(ini_file_read("fifo", false, &bytes, &count), -EOPNOTSUPP);
	assert_int_equal(ini_file_read("/dev/zero", false, &bytes, &count), -EOPNOTSUPP);
	assert_int_equal(ini_file_read("socket", false, &bytes, &count), -ENXIO);
	assert_int_equal(ini_file_read(".", true, &bytes, &count), -EISDIR);
	assert_int_equal(ini_file_read("missing", false, &bytes, &count), -ENOENT);
	assert_null(bytes);
	/* Nothing stays open: the next descriptor is the one that was free before. */
	int next = dup(STDIN_FILENO);
	assert_int_equal(next, fd);
	close(next);
}

static void a_pipe_is_read_to_its_end_where_any_file_will_do(void **state)
{
	(void)state;
	int ends[2];
	char path[32];
	char *bytes = NULL;
	size_t count = 0;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "[a]\nx=1\n", 8), 8);
	close(ends[1]);
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	assert_int_equal(ini_file_read(path, true, &bytes, &count), 0);

	assert_int_equal(count, 8);
	assert_memory_equal(bytes, "[a]\nx=1\n", 8);
	free(bytes);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_and_keys_come_with_their_lines),
		cmocka_unit_test(comments_end_values_outside_of_quotes_only),
		cmocka_unit_test(indented_lines_continue_a_value),
		cmocka_unit_test(an_indented_key_or_section_is_an_error),
		cmocka_unit_test(junk_gives_a_value_or_its_line),
		cmocka_unit_test(bad_lines_are_named_and_take_their_values_with_them),
		cmocka_unit_test(a_line_of_198_bytes_is_read_and_a_longer_one_reported),
		cmocka_unit_test(a_line_of_one_megabyte_is_reported_once),
		cmocka_unit_test(names_of_49_bytes_are_read_and_longer_ones_reported),
		cmocka_unit_test(an_error_of_the_sink_ends_the_parsing),
		cmocka_unit_test(a_quoted_value_is_unquoted),
		cmocka_unit_test(a_list_is_split_into_words),
		cmocka_unit_test_setup_teardown(
			a_file_is_read_whole_up_to_its_limit, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			what_is_no_file_is_refused_without_waiting, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_pipe_is_read_to_its_end_where_any_file_will_do,
			make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
