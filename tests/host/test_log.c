/* Messages on standard error.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "failing_alloc.h"
#include "log.h"
#include "plugh_test.h"

/* Each message that arrives at ends[0] is one write. */
struct fixture {
	int ends[2];
	struct log log;
	char got[70000];
};

static int set_up(void **state)
{
	struct fixture *f = (struct fixture *)calloc(1, sizeof *f);
	if (f == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, f->ends) < 0)
		return -1;
	f->log = (struct log){ .fd = f->ends[1], .prefix = "plugh extract" };
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	close(f->ends[0]);
	close(f->ends[1]);
	free(f);
	return 0;
}

/* The next message; "" where there is none. */
static const char *next(struct fixture *f)
{
	ssize_t n = recv(f->ends[0], f->got, sizeof f->got - 1, MSG_DONTWAIT);
	f->got[n > 0 ? n : 0] = '\0';
	return f->got;
}

static void each_level_has_its_line(void **state)
{
	static const struct {
		uint32_t level;
		const char *line;
	} row[] = {
		{ PLUGH_LEVEL_ERROR, "plugh extract: error: it's off\n" },
		{ PLUGH_LEVEL_WARNING, "plugh extract: warning: it's off\n" },
		{ PLUGH_LEVEL_INFO, "plugh extract: it's off\n" },
		{ PLUGH_LEVEL_DEBUG, "plugh extract: debug: it's off\n" },
		{ 77, "plugh extract: debug: it's off\n" },
	};
	struct fixture *f = (struct fixture *)*state;
	f->log.verbosity = 2;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		log_write(&f->log, row[i].level, "it's off");
		assert_string_equal(next(f), row[i].line);
		assert_string_equal(next(f), "");
	}
}

static void verbosity_decides_what_is_shown(void **state)
{
	static const char *const shown[] = { "e", "ew", "ewi", "ewid", "ewid" };
	struct fixture *f = (struct fixture *)*state;

	for (int verbosity = -1; verbosity <= 3; verbosity++) {
		char got[8] = "";
		f->log.verbosity = verbosity;
		for (uint32_t level = 0; level <= PLUGH_LEVEL_DEBUG; level++) {
			log_write(&f->log, level, "x");
			bool is_there = *next(f) != '\0';
			assert_int_equal(is_there, log_is_shown(&f->log, level));
			if (is_there)
				got[strlen(got)] = "ewid"[level];
		}
		assert_string_equal(got, shown[verbosity + 1]);
	}
}

static void control_characters_are_shown_escaped(void **state)
{
	static const struct {
		const char *text, *shown;
	} row[] = {
		{ "\x1b[2J", "\\x1b[2J" },
		{ "a\nb\tc\rd", "a\\nb\\tc\\rd" },
		{ "\a\b\v\f\x7f", "\\x07\\x08\\x0b\\x0c\\x7f" },
		{ "back\\slash", "back\\slash" },
		{ "Grüße, 世界 🙂", "Grüße, 世界 🙂" },
		{ "\xc2\x9b"
		  "31m",
			"\\u009b31m" },     /* C1: CSI */
		{ "\xc2\xa0", "\xc2\xa0" }, /* the first behind C1 */
		{ "a\xe2\x80\xae"
		  "b",
			"a\\u202eb" }, /* right-to-left override */
		{ "a\xe2\x81\xa6"
		  "b",
			"a\\u2066b" }, /* isolate */
		{ "a\xe2\x80\xa8"
		  "b",
			"a\\u2028b" }, /* line separator */
		{ "a\xe2\x80\x93"
		  "b",
			"a\xe2\x80\x93"
			"b" }, /* a dash, no control */
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "cut \xe2\x82", "cut \\xe2\\x82" },
		{ "cut \xf0\x9f\x98", "cut \\xf0\\x9f\\x98" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* a surrogate */
		{ "\xc0\x80", "\\xc0\\x80" },
		{ "", "" },
	};
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char line[128];
		snprintf(line, sizeof line, "plugh extract: error: %s\n", row[i].shown);
		log_write(&f->log, PLUGH_LEVEL_ERROR, row[i].text);
		assert_string_equal(next(f), line);
	}
}

static void colour_is_on_the_word_only(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	f->log.color = true;
	f->log.verbosity = 1;

	log_write(&f->log, PLUGH_LEVEL_ERROR, "x");
	assert_string_equal(next(f), "plugh extract: \033[1;31merror:\033[0m x\n");
	log_write(&f->log, PLUGH_LEVEL_WARNING, "x");
	assert_string_equal(next(f), "plugh extract: \033[1;33mwarning:\033[0m x\n");
	log_write(&f->log, PLUGH_LEVEL_INFO, "x");
	assert_string_equal(next(f), "plugh extract: x\n");
}

static void printing_formats(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	log_print(&f->log, PLUGH_LEVEL_ERROR, "cannot open '%s': %d%%", "a\nb", 7);

	assert_string_equal(next(f), "plugh extract: error: cannot open 'a\\nb': 7%\n");
}

static void a_long_line_is_one_write(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	static char text[60001];
	memset(text, 'x', sizeof text - 1);

	log_write(&f->log, PLUGH_LEVEL_ERROR, text);

	assert_int_equal(strlen(next(f)), strlen("plugh extract: error: ") + 60000 + 1);
	assert_string_equal(next(f), "");
}

enum { WRITERS = 4, LINES = 200, LINE_LENGTH = 2000 };

static int write_lines(void *arg)
{
	const struct log *log = (const struct log *)arg;
	char text[LINE_LENGTH + 1] = "";

	child_wait_go();
	for (int i = 0; i < LINES; i++) {
		memset(text, 'a' + i % 26, LINE_LENGTH);
		log_write(log, PLUGH_LEVEL_ERROR, text);
	}
	return 0;
}

static void check_line(const char *line)
{
	static const char begin[] = "plugh extract: error: ";
	const char *text = line + strlen(begin);

	assert_memory_equal(line, begin, strlen(begin));
	assert_int_equal(strlen(text), LINE_LENGTH + 1);
	assert_int_equal(strspn(text, (char[]){ text[0], '\0' }), LINE_LENGTH);
	assert_int_equal(text[LINE_LENGTH], '\n');
}

static void lines_of_several_processes_do_not_mix(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child[WRITERS];
	char *line = NULL;
	size_t capacity = 0, count = 0;
	int ends[2];

	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	f->log.fd = ends[1];
	for (int i = 0; i < WRITERS; i++)
		child_start(&child[i], write_lines, &f->log);
	close(ends[1]);
	for (int i = 0; i < WRITERS; i++)
		child_go(&child[i]);
	FILE *file = fdopen(ends[0], "r");
	for (; getline(&line, &capacity, file) > 0; count++)
		check_line(line);
	fclose(file);
	free(line);

	assert_int_equal(count, WRITERS * LINES);
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(child_finish(&child[i]), 0);
		child_release(&child[i]);
	}
}

static void a_closed_or_full_descriptor_is_passed_over(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	f->log.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	log_write(&f->log, PLUGH_LEVEL_ERROR, "x");
	close(f->log.fd);
	log_write(&f->log, PLUGH_LEVEL_ERROR, "x");
	f->log.fd = -1;
	log_write(&f->log, PLUGH_LEVEL_ERROR, "x");
}

static int write_to_full_pipe(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	char junk[1024] = "";

	while (write(f->ends[1], junk, sizeof junk) > 0)
		;
	child_tell('f');
	log_write(&f->log, PLUGH_LEVEL_ERROR, "at last");
	return 0;
}

static void a_full_pipe_that_does_not_block_is_waited_for(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct child child;
	struct plugh_buf text = { 0 };
	char bytes[4096];
	ssize_t n;

	close(f->ends[0]), close(f->ends[1]);
	assert_return_code(pipe2(f->ends, O_CLOEXEC | O_NONBLOCK), errno);
	assert_return_code(fcntl(f->ends[0], F_SETFL, 0), errno);
	f->log.fd = f->ends[1];
	child_start(&child, write_to_full_pipe, f);
	child_await(&child, 'f');
	child_await_blocked(&child);
	close(f->ends[1]);
	while ((n = read(f->ends[0], bytes, sizeof bytes)) > 0)
		plugh_buf_append(&text, bytes, (size_t)n);

	assert_int_equal(child_finish(&child), 0);
	const char line[] = "plugh extract: error: at last\n";
	assert_true(text.size > sizeof line);
	assert_string_equal(text.data + text.size - strlen(line), line);
	plugh_buf_release(&text);
	child_release(&child);
	f->ends[1] = -1;
}

static void short_memory_still_says_something(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	bool has_failed = true;

	for (size_t n = 0; has_failed; n++) {
		failing_alloc_start(n);
		log_print(&f->log, PLUGH_LEVEL_ERROR, "cannot %s", "go");
		has_failed = failing_alloc_stop();
		assert_string_equal(next(f), has_failed ? "plugh extract: error: out of memory\n"
							: "plugh extract: error: cannot go\n");
	}
}

static void colour_is_for_terminals_that_want_it(void **state)
{
	(void)state;
	static const struct {
		enum log_color mode;
		bool is_terminal, want;
		const char *variable[3];
	} row[] = {
		{ LOG_COLOR_AUTO, true, true, { "TERM=xterm" } },
		{ LOG_COLOR_AUTO, true, true, { NULL } },
		{ LOG_COLOR_AUTO, false, false, { "TERM=xterm" } },
		{ LOG_COLOR_AUTO, true, false, { "TERM=dumb" } },
		{ LOG_COLOR_AUTO, true, false, { "TERM=xterm", "NO_COLOR=1" } },
		{ LOG_COLOR_AUTO, true, false, { "TERM=xterm", "NO_COLOR=0" } },
		{ LOG_COLOR_AUTO, true, true, { "TERM=xterm", "NO_COLOR=" } },
		{ LOG_COLOR_AUTO, true, true, { "NO_COLORS=1", "XNO_COLOR=1" } },
		{ LOG_COLOR_ALWAYS, false, true, { "NO_COLOR=1" } },
		{ LOG_COLOR_ALWAYS, true, true, { "TERM=dumb" } },
		{ LOG_COLOR_NEVER, true, false, { "TERM=xterm" } },
	};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_return_code(terminal, errno);

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char *environment[4] = { NULL };
		for (int k = 0; k < 3 && row[i].variable[k] != NULL; k++)
			environment[k] = strdup(row[i].variable[k]);
		bool got = log_color_decide(
			row[i].mode, row[i].is_terminal ? terminal : null, environment);
		if (got != row[i].want)
			fail_msg("row %zu", i);
		for (int k = 0; k < 3; k++)
			free(environment[k]);
	}
	assert_false(log_color_decide(LOG_COLOR_AUTO, -1, (char *[]){ NULL }));
	close(terminal);
	close(null);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_level_has_its_line),
		TEST(verbosity_decides_what_is_shown),
		TEST(control_characters_are_shown_escaped),
		TEST(colour_is_on_the_word_only),
		TEST(printing_formats),
		TEST(a_long_line_is_one_write),
		TEST(lines_of_several_processes_do_not_mix),
		TEST(a_closed_or_full_descriptor_is_passed_over),
		TEST(a_full_pipe_that_does_not_block_is_waited_for),
		TEST(short_memory_still_says_something),
		cmocka_unit_test(colour_is_for_terminals_that_want_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
