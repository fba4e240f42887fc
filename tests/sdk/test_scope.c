/* Scopes, as functions of this process. What exit functions mean to each other is compared with
 * Python's ExitStack in test_scope_oracle.py.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plugh/fake_host.h>
#include <plugh/fd.h>
#include <plugh/scope.h>

#include "failing_alloc.h"
#include "plugh_test.h"
#include "process_fixture.h"
#include "temp_dir.h"

/* What happened, in order. */
static char events[4096];

struct part {
	const char *name;
	int entered; /* what enter returns */
	int answer;  /* what exit returns */
	int told;    /* with what exit was called */
};

static void note(char sign, const struct part *part)
{
	size_t n = strlen(events);

	snprintf(events + n, sizeof events - n, "%c%s ", sign, part->name);
}

static int enter(void *arg)
{
	const struct part *part = (const struct part *)arg;

	note('+', part);
	return part->entered;
}

static int leave(void *arg, int r)
{
	struct part *part = (struct part *)arg;

	note('-', part);
	part->told = r;
	return part->answer;
}

static void never(void *arg, int signal)
{
	(void)signal;
	note('!', (const struct part *)arg);
}

static int enter_part(struct plugh_scope *scope, struct part *part)
{
	struct plugh_context context = {
		.enter = enter, .exit = leave, .crash = never, .arg = part
	};
	return plugh_scope_enter(scope, &context);
}

static int clear(void **state)
{
	(void)state;
	events[0] = '\0';
	return 0;
}

static void what_is_entered_is_exited_in_reverse(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part part[] = { { .name = "a" }, { .name = "b" }, { .name = "c" } };

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(enter_part(&scope, &part[i]), 0);
	assert_string_equal(events, "+a +b +c ");
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);

	assert_string_equal(events, "+a +b +c -c -b -a ");
}

static void exit_functions_learn_how_the_work_ended(void **state)
{
	(void)state;
	static const int r[] = { 0, 1, 255, -EIO, -ECANCELED };

	for (size_t i = 0; i < sizeof r / sizeof r[0]; i++) {
		struct plugh_scope scope = { 0 };
		struct part part[] = { { .name = "a" }, { .name = "b" } };
		assert_int_equal(enter_part(&scope, &part[0]), 0);
		assert_int_equal(plugh_scope_defer(&scope, leave, &part[1]), 0);

		assert_int_equal(plugh_scope_exit(&scope, r[i]), r[i]);

		assert_int_equal(part[0].told, r[i]);
		assert_int_equal(part[1].told, r[i]);
		assert_int_equal(scope.context_count, 0);
	}
}

static void an_error_that_is_handled_is_none_to_those_below(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part part[] = { { .name = "a" }, { .name = "b", .answer = PLUGH_HANDLED },
		{ .name = "c" } };

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(enter_part(&scope, &part[i]), 0);
	assert_int_equal(plugh_scope_exit(&scope, -EIO), 0);

	assert_int_equal(part[2].told, -EIO);
	assert_int_equal(part[1].told, -EIO);
	assert_int_equal(part[0].told, 0);
}

static void exit_functions_that_fail_do_not_stop_the_others(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part part[] = { { .name = "a", .answer = -ENOSPC }, { .name = "b" },
		{ .name = "c", .answer = -EACCES } };

	for (size_t i = 0; i < 3; i++)
		assert_int_equal(enter_part(&scope, &part[i]), 0);
	assert_int_equal(plugh_scope_exit(&scope, -EIO), -ENOSPC);

	assert_int_equal(part[2].told, -EIO);
	assert_int_equal(part[1].told, -EACCES);
	assert_int_equal(part[0].told, -EACCES);
	assert_int_equal(scope.context_count, 2);
	assert_int_equal(scope.context[0], -EIO);
	assert_int_equal(scope.context[1], -EACCES);
}

static void what_cannot_be_entered_is_not_exited(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part part[] = { { .name = "a" }, { .name = "b", .entered = -EBUSY } };

	assert_int_equal(enter_part(&scope, &part[0]), 0);
	assert_int_equal(enter_part(&scope, &part[1]), -EBUSY);
	assert_int_equal(plugh_scope_exit(&scope, -EBUSY), -EBUSY);

	assert_string_equal(events, "+a +b -a ");
}

static void an_empty_scope_gives_back_what_it_gets_and_may_be_used_again(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part part[] = { { .name = "a", .answer = -EIO }, { .name = "b" } };

	assert_int_equal(plugh_scope_exit(&scope, 7), 7);
	assert_int_equal(plugh_scope_exit(&scope, -EPERM), -EPERM);
	assert_int_equal(enter_part(&scope, &part[0]), 0);
	assert_int_equal(plugh_scope_exit(&scope, -EPERM), -EIO);
	assert_int_equal(scope.context_count, 1);
	assert_int_equal(enter_part(&scope, &part[1]), 0);
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);
	assert_int_equal(scope.context_count, 0);

	assert_string_equal(events, "+a -a +b -b ");
}

/* A function that makes two things, and keeps them when both can be made. */
static int make_both(struct plugh_scope *owner, struct part part[2])
{
	struct plugh_scope scope = { 0 };

	int r = enter_part(&scope, &part[0]);
	if (r == 0)
		r = enter_part(&scope, &part[1]);
	if (r == 0)
		plugh_scope_move(&scope, owner);
	return plugh_scope_exit(&scope, r);
}

static void what_is_moved_is_exited_by_the_other(void **state)
{
	(void)state;
	struct plugh_scope owner = { 0 };
	struct part own = { .name = "o" };
	struct part good[] = { { .name = "a" }, { .name = "b" } };
	struct part bad[] = { { .name = "c" }, { .name = "d", .entered = -EBUSY } };

	assert_int_equal(enter_part(&owner, &own), 0);
	assert_int_equal(make_both(&owner, good), 0);
	assert_int_equal(make_both(&owner, bad), -EBUSY);
	assert_string_equal(events, "+o +a +b +c +d -c ");
	assert_int_equal(plugh_scope_exit(&owner, 0), 0);

	assert_string_equal(events, "+o +a +b +c +d -c -b -a -o ");
}

static int exit_again(void *arg, int r)
{
	(void)r;
	return plugh_scope_exit((struct plugh_scope *)arg, -EDOM) == -EDOM ? 0 : -EIO;
}

static void a_scope_may_be_exited_by_its_own_exit_function(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part part[] = { { .name = "a" }, { .name = "b" } };

	assert_int_equal(enter_part(&scope, &part[0]), 0);
	assert_int_equal(plugh_scope_defer(&scope, exit_again, &scope), 0);
	assert_int_equal(enter_part(&scope, &part[1]), 0);
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);

	assert_string_equal(events, "+a +b -b -a ");
	assert_int_equal(part[0].told, -EDOM);
	assert_int_equal(part[1].told, 0);
}

static void without_memory_nothing_is_left_half_done(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	struct part with = { .name = "w" }, done = { .name = "d" };
	struct plugh_context context = { .exit = leave, .crash = never, .arg = &done };

	failing_alloc_start(0);
	assert_int_equal(plugh_scope_enter(&scope, &context), -ENOMEM);
	assert_true(failing_alloc_stop());
	assert_int_equal(done.told, -ENOMEM);
	assert_string_equal(events, "-d ");
	failing_alloc_start(0);
	assert_int_equal(enter_part(&scope, &with), -ENOMEM);
	assert_true(failing_alloc_stop());

	assert_int_equal(plugh_scope_exit(&scope, 0), 0);
	assert_string_equal(events, "-d ");
}

/* The table of crash functions grows, by memory that is never freed. */
static void many_are_entered_at_one_time(void **state)
{
	(void)state;
	enum { MANY = 1000 };
	struct plugh_scope scope = { 0 };
	static struct part part[MANY];
	size_t failures = 0;

	for (size_t i = 0; i < MANY; i++) {
		part[i] = (struct part){ .name = "m" };
		failing_alloc_start(1); /* the entry itself, then a block of the table */
		int r = enter_part(&scope, &part[i]);
		bool has_failed = failing_alloc_stop();
		assert_int_equal(r, has_failed ? -ENOMEM : 0);
		failures += has_failed;
		if (has_failed)
			assert_int_equal(enter_part(&scope, &part[i]), 0);
	}
	assert_true(failures > 1);
	assert_int_equal(plugh_scope_exit(&scope, -EIO), -EIO);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(part[i].told, -EIO);
}

static void descriptors_are_closed_and_memory_is_freed(void **state)
{
	(void)state;
	struct plugh_scope scope = { 0 };
	size_t before = count_descriptors();
	int ends[2];

	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	assert_int_equal(plugh_scope_close(&scope, ends[0]), 0);
	failing_alloc_start(0);
	assert_int_equal(plugh_scope_close(&scope, ends[1]), -ENOMEM);
	failing_alloc_stop();
	assert_int_equal(fcntl(ends[1], F_GETFD), -1);
	assert_int_equal(plugh_scope_free(&scope, strdup("text")), 0);
	assert_int_equal(plugh_scope_free(&scope, NULL), 0);
	char *text = strdup("more");
	failing_alloc_start(0);
	assert_int_equal(plugh_scope_free(&scope, text), -ENOMEM);
	failing_alloc_stop();

	assert_int_equal(plugh_scope_exit(&scope, 0), 0);
	assert_int_equal(count_descriptors(), before);
	assert_int_equal(plugh_scope_close(&scope, ends[0]), 0);
	assert_int_equal(plugh_scope_exit(&scope, 0), -EBADF);
}

static void files_are_removed_wherever_the_process_has_gone(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct plugh_scope scope = { 0 };
	temp_dir_create(&dir);
	size_t before = count_descriptors();
	char *here = getcwd(NULL, 0), *absolute = temp_dir_path(&dir, "absolute");
	char *slash = temp_dir_path(&dir, ""), *lost = temp_dir_path(&dir, "no/folder");

	assert_return_code(chdir(dir.path), errno);
	assert_int_equal(plugh_scope_unlink(&scope, "relative"), 0);
	assert_int_equal(plugh_scope_unlink(&scope, absolute), 0);
	assert_int_equal(plugh_scope_unlink(&scope, "./never-made"), 0);
	assert_int_equal(plugh_scope_unlink(&scope, slash), -EISDIR);
	assert_int_equal(plugh_scope_unlink(&scope, ""), -ENOENT);
	assert_int_equal(plugh_scope_unlink(&scope, lost), -ENOENT);
	assert_return_code(chdir(here), errno);
	temp_dir_write(&dir, "relative", "x");
	temp_dir_write(&dir, "absolute", "x");
	temp_dir_write(&dir, "other", "x");
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);

	assert_int_equal(temp_dir_count(&dir), 1);
	assert_int_equal(count_descriptors(), before);
	free(here), free(absolute), free(slash), free(lost);
	temp_dir_destroy(&dir);
}

static void a_file_that_cannot_be_removed_is_an_error(void **state)
{
	(void)state;
	struct temp_dir dir;
	struct plugh_scope scope = { 0 };
	temp_dir_create(&dir);
	char *path = temp_dir_path(&dir, "folder");

	assert_return_code(mkdir(path, 0700), errno);
	assert_int_equal(plugh_scope_unlink(&scope, path), 0);
	assert_int_equal(plugh_scope_exit(&scope, 0), -EISDIR);

	free(path);
	temp_dir_destroy(&dir);
}

static void a_child_is_ended_and_released(void **state)
{
	(void)state;
	static const struct plugh_ending at_once, gently = { .grace = { PLUGH_FOREVER } };
	struct plugh_process_spec spec = { .argv = WORDS("sleep", "100"),
		.out = { .kind = PLUGH_STREAM_PIPE } };
	size_t before = count_descriptors();

	for (int i = 0; i < 3; i++) {
		struct plugh_scope scope = { 0 };
		struct plugh_process process = spawn(&spec);
		failing_alloc_start(i == 2 ? 0 : 1000);
		int r = plugh_scope_process(&scope, &process, i == 0 ? &at_once : &gently);
		failing_alloc_stop();
		assert_int_equal(r, i == 2 ? -ENOMEM : 0);
		assert_int_equal(plugh_scope_exit(&scope, -ECANCELED), -ECANCELED);
		assert_int_equal(process.pid, 0);
		assert_false(has_children());
		assert_int_equal(count_descriptors(), before);
	}
}

static void a_child_that_was_waited_for_is_only_released(void **state)
{
	(void)state;
	static const struct plugh_ending at_once;
	struct plugh_process_spec spec = { .argv = WORDS("true") };
	size_t before = count_descriptors();
	struct plugh_scope scope = { 0 };
	struct plugh_process process = spawn(&spec);

	assert_int_equal(plugh_scope_process(&scope, &process, &at_once), 0);
	assert_int_equal(wait_for(&process).status, 0);
	assert_int_equal(plugh_scope_exit(&scope, 0), 0);

	assert_int_equal(process.pid, 0);
	assert_int_equal(count_descriptors(), before);
}

static void an_output_is_committed_by_how_the_work_ends(void **state)
{
	(void)state;
	static const struct {
		int r;
		int commit_error;
		int expected;
	} row[] = { { 0, 0, 0 }, { 3, 0, 3 }, { -EIO, 0, -EIO }, { -ECANCELED, 0, -ECANCELED },
		{ 0, -ENOSPC, -ENOSPC } };

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct plugh_fake_host fake;
		struct plugh_output *output;
		assert_int_equal(plugh_fake_host_init(&fake), 0);
		struct plugh_scope scope = { .host = &fake.host };
		fake.commit_error = row[i].commit_error;
		assert_int_equal(plugh_scope_output(&scope, "out", &output), 0);
		assert_int_equal(plugh_output_print(output, "text"), 0);

		assert_int_equal(plugh_scope_exit(&scope, row[i].r), row[i].expected);

		const struct plugh_buf *file = plugh_fake_host_file(&fake, "out");
		assert_int_equal(file != NULL, row[i].expected >= 0);
		assert_int_equal(plugh_fake_host_open_count(&fake), 0);
		plugh_fake_host_release(&fake);
	}
}

static void an_output_that_cannot_be_opened_is_told_once(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	struct plugh_output *output = NULL;
	assert_int_equal(plugh_fake_host_init(&fake), 0);
	struct plugh_scope scope = { .host = &fake.host };

	fake.open_error = -EACCES;
	assert_int_equal(plugh_scope_output(&scope, "out", &output), -EACCES);
	assert_string_equal(
		plugh_fake_host_reports(&fake), "error: cannot write 'out': Permission denied\n");
	failing_alloc_start(0);
	assert_int_equal(plugh_scope_output(&scope, NULL, &output), -ENOMEM);
	failing_alloc_stop();
	assert_int_equal(plugh_scope_exit(&scope, -EACCES), -EACCES);
	assert_null(output);
	plugh_fake_host_release(&fake);
}

static int save(void *arg, int r)
{
	struct plugh_fake_host *fake = (struct plugh_fake_host *)arg;
	struct plugh_output *output;
	struct plugh_host host;

	assert_int_equal(r, -ECANCELED);
	plugh_host_without_cancel(&fake->host, &host);
	assert_false(plugh_is_cancelled(&host));
	assert_int_equal(plugh_output_open(&host, "saved", &output), 0);
	plugh_output_print(output, "half of it");
	return plugh_output_close(output, 0);
}

static void results_are_saved_after_a_cancel(void **state)
{
	(void)state;
	struct plugh_fake_host fake;
	assert_int_equal(plugh_fake_host_init(&fake), 0);
	struct plugh_scope scope = { .host = &fake.host };

	assert_int_equal(plugh_scope_defer(&scope, save, &fake), 0);
	plugh_fake_host_cancel(&fake);
	assert_true(plugh_is_cancelled(&fake.host));
	assert_int_equal(plugh_scope_exit(&scope, -ECANCELED), -ECANCELED);

	const struct plugh_buf *file = plugh_fake_host_file(&fake, "saved");
	assert_non_null(file);
	assert_string_equal(plugh_buf_text(file), "half of it");
	plugh_fake_host_release(&fake);
}

static void a_host_of_another_release_is_copied_as_far_as_both_know(void **state)
{
	(void)state;
	struct {
		struct plugh_host host;
		void *later;
	} newer = { .host = { .size = sizeof newer, .verbosity = 2, .cancel_fd = 5 } };
	struct plugh_host copy;

	plugh_host_without_cancel(&newer.host, &copy);
	assert_int_equal(copy.size, sizeof copy);
	assert_int_equal(copy.verbosity, 2);
	assert_int_equal(copy.cancel_fd, -1);
	newer.host.size = offsetof(struct plugh_host, power);
	newer.host.power = (const void *(*)(void *, const char *))(void (*)(void))abort;
	plugh_host_without_cancel(&newer.host, &copy);
	assert_int_equal(copy.size, offsetof(struct plugh_host, power));
	assert_null(copy.power);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_entered_is_exited_in_reverse, clear),
		cmocka_unit_test_setup(exit_functions_learn_how_the_work_ended, clear),
		cmocka_unit_test_setup(an_error_that_is_handled_is_none_to_those_below, clear),
		cmocka_unit_test_setup(exit_functions_that_fail_do_not_stop_the_others, clear),
		cmocka_unit_test_setup(what_cannot_be_entered_is_not_exited, clear),
		cmocka_unit_test_setup(
			an_empty_scope_gives_back_what_it_gets_and_may_be_used_again, clear),
		cmocka_unit_test_setup(what_is_moved_is_exited_by_the_other, clear),
		cmocka_unit_test_setup(a_scope_may_be_exited_by_its_own_exit_function, clear),
		cmocka_unit_test_setup(without_memory_nothing_is_left_half_done, clear),
		cmocka_unit_test_setup(many_are_entered_at_one_time, clear),
		cmocka_unit_test(descriptors_are_closed_and_memory_is_freed),
		cmocka_unit_test(files_are_removed_wherever_the_process_has_gone),
		cmocka_unit_test(a_file_that_cannot_be_removed_is_an_error),
		cmocka_unit_test(a_child_is_ended_and_released),
		cmocka_unit_test(a_child_that_was_waited_for_is_only_released),
		cmocka_unit_test(an_output_is_committed_by_how_the_work_ends),
		cmocka_unit_test(an_output_that_cannot_be_opened_is_told_once),
		cmocka_unit_test(results_are_saved_after_a_cancel),
		cmocka_unit_test(a_host_of_another_release_is_copied_as_far_as_both_know),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
