/* SPDX-License-Identifier: MIT */
/* What ini_file.h makes of random files against what libinih alone makes of them. */
#include "plugh_test.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include <plugh/buf.h>

#include "ini_file.h"

/* Values as libinih gives them, or as they come from ini_file.h: "[section] key=<value>\n". */
struct transcript {
	struct plugh_buf buf;
	char section[64];
	unsigned first_error; /* its line, or 0 */
};

static int add_value(struct transcript *t, const char *section, const char *key, const char *value)
{
	/* libinih leaves comments on continued lines. */
	size_t n = *value == ';' ? 0 : strlen(value);
	for (size_t i = 1; i < n; i++)
		if (value[i] == ';' && (value[i - 1] == ' ' || value[i - 1] == '\t'))
			n = i;
	while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
		n--;
	while (*section == ' ' || *section == '\t')
		section++;
	size_t m = strlen(section);
	while (m > 0 && (section[m - 1] == ' ' || section[m - 1] == '\t'))
		m--;
	return plugh_buf_appendf(
		&t->buf, "[%.*s] %s=<%.*s>\n", (int)m, section, key, (int)n, value);
}

static int take_oracle(void *ctx, const char *section, const char *name, const char *value)
{
	return add_value(ctx, section, name, value) == 0;
}

static int take_section(void *ctx, const char *name, unsigned line)
{
	struct transcript *t = ctx;

	(void)line;
	snprintf(t->section, sizeof t->section, "%s", name);
	return 0;
}

static int take_value(void *ctx, const char *key, const char *text, bool continues, unsigned line)
{
	struct transcript *t = ctx;

	(void)continues;
	(void)line;
	return add_value(t, t->section, key, text);
}

static int take_problem(void *ctx, unsigned line, bool is_error, const char *text, const char *hint)
{
	struct transcript *t = ctx;

	(void)text;
	(void)hint;
	if (is_error && t->first_error == 0)
		t->first_error = line;
	return 0;
}

/* Numbers that are the same in every run: xorshift32 (Marsaglia, "Xorshift RNGs", 2003). */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static size_t make_text(uint32_t *seed, char *text, size_t size)
{
	static const char *const pieces[] = { "a", "b", "c=d", "=", ":", " ", "  ", "\t", "\n",
		"\n", "\n", "\n ", "\r\n", ";", " ; ", "#", "[a]\n", "\n[b]\n", "[", "]", "a = b",
		"\nkey=value\n", "\n  more" };
	size_t n = 4;
	size_t count = next_random(seed) % 24;

	memcpy(text, "[a]\n", n);
	for (size_t i = 0; i < count; i++) {
		const char *piece = pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)];
		assert_true(n + strlen(piece) < size);
		memcpy(text + n, piece, strlen(piece));
		n += strlen(piece);
	}
	text[n] = '\0';
	return n;
}

static void random_files_are_read_as_libinih_reads_them(void **state)
{
	(void)state;
	uint32_t seed = 20240229;
	size_t good = 0;

	for (size_t i = 0; i < 100000; i++) {
		char text[512];
		size_t n = make_text(&seed, text, sizeof text);
		struct transcript oracle = { 0 };
		struct transcript ours = { 0 };
		const struct ini_file_sink sink = { &ours, take_section, take_value, take_problem };

		int bad_line = ini_parse_string(text, take_oracle, &oracle);
		assert_int_equal(ini_file_parse(text, n, &sink), 0);
		if (bad_line > 0) {
			assert_true(ours.first_error > 0);
			assert_true(ours.first_error <= (unsigned)bad_line);
		} else if (ours.first_error == 0) {
			assert_string_equal(plugh_buf_text(&ours.buf), plugh_buf_text(&oracle.buf));
			good += ours.buf.size > 0;
		}
		plugh_buf_release(&oracle.buf);
		plugh_buf_release(&ours.buf);
	}
	assert_true(good > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_files_are_read_as_libinih_reads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
