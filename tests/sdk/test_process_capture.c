/* What a program writes is taken: all of it, at once, within limits.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "process_fixture.h"
#include "temp_dir.h"

enum { MUCH = 100 * 1000 * 1000 };

/* Run a shell's command; the result is to be released. */
static int run_shell(const char *command, struct plugh_capture *capture,
	const struct plugh_until *until, struct plugh_capture_result *ret_result)
{
	struct plugh_until never_long = until_ms(DEADLINE_S * 1000);
	struct plugh_process_spec spec = { .argv = WORDS("sh", "-c", command),
		.group = PLUGH_PROCESS_OWN_GROUP };

	capture->ending.scope = PLUGH_END_GROUP;
	return plugh_capture_run(&spec, capture, until != NULL ? until : &never_long, ret_result);
}

static const struct plugh_capture_stream in_memory = { .to = PLUGH_CAPTURE_MEMORY };

static void both_streams_come_apart(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory, .err = in_memory };
	struct plugh_capture_result result;

	assert_int_equal(run_shell("echo a; echo b >&2; exit 7", &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&result.out.data), "a\n");
	assert_string_equal(plugh_buf_text(&result.err.data), "b\n");
	assert_int_equal(result.out.bytes, 2);
	assert_false(result.out.is_truncated);
	assert_true(result.has_process);
	assert_int_equal(result.process.status, 7);
	plugh_capture_result_release(&result);
}

/* head(1) makes it; its two writers take no turns, and neither waits for the other. */
static void much_on_both_is_no_deadlock(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory, .err = in_memory };
	struct plugh_capture_result result;
	char command[256];

	snprintf(command, sizeof command,
		"head -c %d /dev/zero & yes abc | head -c %d >&2; wait; head -c 3 /dev/zero >&2",
		MUCH, MUCH);
	assert_int_equal(run_shell(command, &capture, NULL, &result), 0);
	assert_int_equal(result.process.status, 0);
	assert_int_equal(result.out.data.size, MUCH);
	assert_int_equal(result.err.data.size, MUCH + 3);
	assert_memory_equal(result.err.data.data + MUCH - 4, "abc\n\0\0", 7);
	for (size_t i = 0; i < MUCH; i++)
		if (result.out.data.data[i] != 0)
			fail_msg("byte %zu differs", i);
	plugh_capture_result_release(&result);
}

static void input_is_written_while_output_is_read(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory, .input_size = MUCH / 4 };
	struct plugh_capture_result result;
	char *input = (char *)malloc(MUCH / 4);

	assert_non_null(input);
	for (size_t i = 0; i < MUCH / 4; i++)
		input[i] = (char)(i * 31 + i / 255);
	capture.input = input;
	assert_int_equal(run_shell("cat", &capture, NULL, &result), 0);
	assert_int_equal(result.out.data.size, MUCH / 4);
	assert_memory_equal(result.out.data.data, input, MUCH / 4);
	plugh_capture_result_release(&result);

	/* No input is an end at once; one that nobody reads is no error, and no signal. */
	capture.input_size = 0;
	assert_int_equal(run_shell("cat", &capture, NULL, &result), 0);
	assert_int_equal(result.out.bytes, 0);
	plugh_capture_result_release(&result);
	capture.input_size = MUCH / 4;
	struct sigaction before;
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_DFL }, &before);
	assert_int_equal(run_shell("exec <&-; echo done", &capture, NULL, &result), 0);
	sigaction(SIGPIPE, &before, NULL);
	assert_string_equal(plugh_buf_text(&result.out.data), "done\n");
	plugh_capture_result_release(&result);
	free(input);
}

static void merged_streams_keep_their_order(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory };
	struct plugh_capture_result result;
	struct plugh_process_spec spec = {
		.argv = WORDS("sh", "-c", "for i in 1 2 3; do echo o$i; echo e$i >&2; done"),
		.err = { .kind = PLUGH_STREAM_MERGE },
	};

	assert_int_equal(plugh_capture_run(&spec, &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&result.out.data), "o1\ne1\no2\ne2\no3\ne3\n");
	plugh_capture_result_release(&result);
}

/* ---- Limits ---- */

static void beyond_a_limit_it_is_truncated_or_ended(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory, .err = in_memory };
	struct plugh_capture_result result;

	capture.out.limit = 10;
	capture.out.truncates = true;
	assert_int_equal(
		run_shell("yes | head -c 1000000; echo all >&2", &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&result.out.data), "y\ny\ny\ny\ny\n");
	assert_int_equal(result.out.bytes, 1000000);
	assert_true(result.out.is_truncated);
	assert_string_equal(plugh_buf_text(&result.err.data), "all\n");
	plugh_capture_result_release(&result);

	capture.out.truncates = false;
	assert_int_equal(run_shell("exec yes", &capture, NULL, &result), -EFBIG);
	assert_string_equal(plugh_buf_text(&result.out.data), "y\ny\ny\ny\ny\n");
	assert_true(result.out.is_truncated);
	assert_int_equal(result.process.signal, SIGKILL);
	plugh_capture_result_release(&result);

	/* The limit itself is within it. */
	assert_int_equal(run_shell("printf 1234567890", &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&result.out.data), "1234567890");
	assert_false(result.out.is_truncated);
	plugh_capture_result_release(&result);
	assert_false(has_children());
}

/* ---- Sinks and files ---- */

struct taken {
	struct plugh_buf text;
	size_t calls;
	int answer; /* to the third call */
};

static int take(void *ctx, const void *bytes, size_t n)
{
	struct taken *taken = (struct taken *)ctx;

	plugh_buf_append_char(&taken->text, '[');
	plugh_buf_append(&taken->text, bytes, n);
	plugh_buf_append_char(&taken->text, ']');
	return ++taken->calls == 3 ? taken->answer : 0;
}

static void a_sink_gets_lines(void **state)
{
	(void)state;
	struct taken taken = { .answer = 0 };
	struct plugh_capture capture = { .out = { .to = PLUGH_CAPTURE_LINES,
						 .sink = { take, &taken } } };
	struct plugh_capture_result result;

	assert_int_equal(
		run_shell("printf 'one\\n\\nth'; printf 'ree\\nlast'", &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&taken.text), "[one][][three][last]");
	plugh_capture_result_release(&result);

	plugh_buf_clear(&taken.text);
	capture.out.longest = 4;
	assert_int_equal(
		run_shell("printf 'abcd\\nabcde\\nabcdefghij\\n'", &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&taken.text), "[abcd][abcd][e][abcd][efgh][ij]");
	plugh_capture_result_release(&result);
	plugh_buf_release(&taken.text);
}

/* Longer than what is read at once. */
static void a_line_may_be_long(void **state)
{
	(void)state;
	struct taken taken = { .answer = 0 };
	struct plugh_capture capture = { .out = { .to = PLUGH_CAPTURE_LINES,
						 .sink = { take, &taken } } };
	struct plugh_capture_result result;

	assert_int_equal(
		run_shell("head -c 3000000 /dev/zero; echo; echo x", &capture, NULL, &result), 0);
	assert_int_equal(taken.calls, 2);
	assert_int_equal(taken.text.size, 3000000 + 1 + 4);
	plugh_capture_result_release(&result);
	plugh_buf_release(&taken.text);
}

static void a_sink_that_fails_ends_the_child(void **state)
{
	(void)state;
	struct taken taken = { .answer = -ENOSPC };
	struct plugh_capture capture = { .out = { .to = PLUGH_CAPTURE_LINES,
						 .sink = { take, &taken } } };
	struct plugh_capture_result result;

	assert_int_equal(run_shell("exec yes", &capture, NULL, &result), -ENOSPC);
	assert_string_equal(plugh_buf_text(&taken.text), "[y][y][y]");
	assert_int_equal(result.process.signal, SIGKILL);
	plugh_capture_result_release(&result);
	plugh_buf_release(&taken.text);
}

static void chunks_go_to_a_sink_and_to_a_file(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct plugh_buf chunks = { 0 };
	struct plugh_capture_result result;

	temp_dir_create(&dir);
	char *path = temp_dir_path(&dir, "file");
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct plugh_capture capture = {
		.out = { .to = PLUGH_CAPTURE_CHUNKS, .sink = plugh_buf_sink(&chunks) },
		.err = { .to = PLUGH_CAPTURE_FILE, .fd = fd, .limit = 4, .truncates = true },
	};
	assert_int_equal(run_shell("seq 3; seq 3 >&2", &capture, NULL, &result), 0);
	close(fd);
	char *text = temp_dir_read(&dir, "file");
	assert_string_equal(plugh_buf_text(&chunks), "1\n2\n3\n");
	assert_string_equal(text, "1\n2\n");
	assert_int_equal(result.err.bytes, 6);
	plugh_capture_result_release(&result);

	fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	capture.err.fd = fd;
	assert_int_equal(run_shell("seq 3 >&2; cat", &capture, NULL, &result), -ENOSPC);
	plugh_capture_result_release(&result);
	close(fd);
	plugh_buf_release(&chunks);
	free(text);
	free(path);
	temp_dir_destroy(&dir);
}

/* ---- The end ---- */

static void a_deadline_ends_it(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory };
	struct plugh_capture_result result;
	struct plugh_until until = until_ms(20);

	assert_int_equal(
		run_shell("exec cat </dev/zero >/dev/null", &capture, &until, &result), -ETIMEDOUT);
	assert_int_equal(result.process.signal, SIGKILL);
	plugh_capture_result_release(&result);

	/* Where it does not go by itself the grace ends. */
	capture.ending.grace.ns = 50 * 1000000;
	until = until_ms(0);
	assert_int_equal(run_shell("trap '' TERM; while :; do :; done", &capture, &until, &result),
		-ETIMEDOUT);
	assert_true(result.process.signal == SIGKILL || result.process.signal == SIGTERM);
	plugh_capture_result_release(&result);
	assert_false(has_children());
}

/* Cancels when the first bytes come. */
struct canceller {
	struct plugh_buf text;
	int fd;
};

static int take_and_cancel(void *ctx, const void *bytes, size_t n)
{
	struct canceller *canceller = (struct canceller *)ctx;
	uint64_t one = 1;

	assert_int_equal(write(canceller->fd, &one, sizeof one), sizeof one);
	return plugh_buf_append(&canceller->text, bytes, n);
}

static void what_it_writes_to_the_last_is_kept(void **state)
{
	(void)state;
	struct canceller canceller = { .fd = eventfd(0, EFD_CLOEXEC) };
	struct plugh_capture capture = { .out = { .to = PLUGH_CAPTURE_CHUNKS,
						 .sink = { take_and_cancel, &canceller } } };
	struct plugh_capture_result result;
	struct plugh_until until = { { PLUGH_FOREVER }, canceller.fd };

	assert_int_equal(run_shell("echo before; cat </dev/zero >/dev/null; echo after", &capture,
				 &until, &result),
		-ECANCELED);
	assert_string_equal(plugh_buf_text(&canceller.text), "before\n");
	assert_int_equal(result.process.signal, SIGKILL);
	plugh_capture_result_release(&result);
	close(canceller.fd);
	plugh_buf_clear(&canceller.text);

	/* With a grace it may say more than a pipe holds. */
	canceller.fd = until.cancel_fd = eventfd(0, EFD_CLOEXEC);
	capture.ending.signal = SIGINT;
	capture.ending.grace.ns = INT64_C(1000000000) * DEADLINE_S;
	assert_int_equal(run_shell("trap 'yes | head -c 2000000; exit 3' INT; echo before; "
				   "while :; do :; done",
				 &capture, &until, &result),
		-ECANCELED);
	assert_int_equal(canceller.text.size, 7 + 2000000);
	assert_int_equal(result.process.status, 3);
	plugh_capture_result_release(&result);
	plugh_buf_release(&canceller.text);
	close(canceller.fd);
	assert_false(has_children());
}

static void the_background_is_waited_for_or_not(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory };
	struct plugh_capture_result result;
	int ends[2];
	char command[256];

	/* It says "late" when something comes through a pipe that is inherited. */
	assert_int_equal(pipe(ends), 0);
	snprintf(command, sizeof command, "(read x <&%d; echo late) & echo early", ends[0]);
	capture.is_done_at_exit = true;
	assert_int_equal(run_shell(command, &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&result.out.data), "early\n");
	plugh_capture_result_release(&result);
	/* The one that is still there reads this. */
	assert_int_equal(write(ends[1], "go\n", 3), 3);

	assert_int_equal(write(ends[1], "go\n", 3), 3);
	capture.is_done_at_exit = false;
	snprintf(command, sizeof command, "(sleep 0.1; echo late) & echo early");
	assert_int_equal(run_shell(command, &capture, NULL, &result), 0);
	assert_string_equal(plugh_buf_text(&result.out.data), "early\nlate\n");
	plugh_capture_result_release(&result);
	close(ends[0]);
	close(ends[1]);
}

/* A writer that outlives what is ended cannot hold the capture. */
static void a_stream_that_others_hold_is_let_go(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory };
	struct plugh_capture_result result;
	struct plugh_tree tree;

	assert_int_equal(plugh_tree_open(&tree, PLUGH_TREE_NO_CGROUP), 0);
	capture.is_done_at_exit = true;
	assert_int_equal(run_shell("setsid yes & exec true", &capture, NULL, &result), 0);
	assert_int_equal(result.process.status, 0);
	plugh_capture_result_release(&result);
	assert_true(plugh_tree_end(&tree, NULL) >= 0);
	plugh_tree_close(&tree);
}

static void a_start_that_fails_is_told(void **state)
{
	(void)state;
	struct plugh_capture capture = { .out = in_memory };
	struct plugh_capture_result result;
	struct plugh_process_spec spec = { .argv = WORDS("/nonesuch") };

	assert_int_equal(plugh_capture_run(&spec, &capture, NULL, &result), -ENOENT);
	assert_false(result.has_process);
	assert_int_equal(result.phase, PLUGH_PHASE_EXEC);
	plugh_capture_result_release(&result);
	spec = (struct plugh_process_spec){ .argv = WORDS("true"),
		.in = { .kind = PLUGH_STREAM_PIPE } };
	assert_int_equal(plugh_capture_run(&spec, &capture, NULL, &result), -EINVAL);
	assert_int_equal(result.phase, PLUGH_PHASE_PREPARE);
	spec.in.kind = PLUGH_STREAM_INHERIT;
	capture.ending.scope = PLUGH_END_GROUP;
	assert_int_equal(plugh_capture_run(&spec, &capture, NULL, &result), -EINVAL);
	capture.ending.scope = PLUGH_END_TREE;
	assert_int_equal(plugh_capture_run(&spec, &capture, NULL, &result), -EINVAL);
}

static void many_captures_leave_nothing(void **state)
{
	(void)state;
	size_t before = count_descriptors();

	for (int i = 0; i < 200; i++) {
		struct plugh_process_spec spec = { .argv = WORDS("echo", "x") };
		char *out = output_of(&spec);
		assert_string_equal(out, "x\n");
		free(out);
	}
	assert_int_equal(count_descriptors(), before);
	assert_false(has_children());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_streams_come_apart),
		cmocka_unit_test(much_on_both_is_no_deadlock),
		cmocka_unit_test(input_is_written_while_output_is_read),
		cmocka_unit_test(merged_streams_keep_their_order),
		cmocka_unit_test(beyond_a_limit_it_is_truncated_or_ended),
		cmocka_unit_test(a_sink_gets_lines),
		cmocka_unit_test(a_line_may_be_long),
		cmocka_unit_test(a_sink_that_fails_ends_the_child),
		cmocka_unit_test(chunks_go_to_a_sink_and_to_a_file),
		cmocka_unit_test(a_deadline_ends_it),
		cmocka_unit_test(what_it_writes_to_the_last_is_kept),
		cmocka_unit_test(the_background_is_waited_for_or_not),
		cmocka_unit_test(a_stream_that_others_hold_is_let_go),
		cmocka_unit_test(a_start_that_fails_is_told),
		cmocka_unit_test(many_captures_leave_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
