/* Outputs that another process puts in place.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker.h"
#include "output_fixture.h"

struct scene {
	struct fixture *f;
	struct broker *broker; /* the outputs, which end after the test, know it */
	int fd;
};

/* Prepare a name, and start the broker. */
static void start(struct fixture *f, const char *name, struct scene *ret_scene)
{
	static struct broker broker;
	char *path = temp_dir_path(&f->dir, name);

	broker = BROKER_NONE;
	*ret_scene = (struct scene){ .f = f, .broker = &broker };
	assert_true(outputs_prepare(f->outputs, path));
	assert_int_equal(
		broker_start(&(struct broker_charge){ .outputs = f->outputs }, &broker), 0);
	ret_scene->fd = outputs_open(f->outputs, path);
	free(path);
	assert_true(ret_scene->fd >= 0);
}

static void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static int say(const struct scene *scene, unsigned char request, unsigned char number)
{
	const unsigned char message[2] = { request, number };
	int32_t answer = 1;

	assert_int_equal(write(scene->broker->to, message, sizeof message), sizeof message);
	assert_int_equal(read(scene->broker->from, &answer, sizeof answer), sizeof answer);
	return answer;
}

static void a_new_file_is_there_when_it_is_committed(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	start(f, "new", &scene);
	put(scene.fd, "text");
	assert_false(exists(f, "new"));
	assert_int_equal(outputs_commit(f->outputs, scene.fd), 0);
	assert_content(f, "new", "text");
	broker_stop(scene.broker);
	assert_int_equal(temp_dir_count(&f->dir), 1);
}

static void a_file_is_replaced_and_keeps_its_mode(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	struct scene scene;

	temp_dir_write(&f->dir, "old", "before");
	char *path = temp_dir_path(&f->dir, "old");
	assert_int_equal(chmod(path, 0640), 0);
	start(f, "old", &scene);
	put(scene.fd, "after");
	assert_content(f, "old", "before");
	assert_int_equal(outputs_commit(f->outputs, scene.fd), 0);
	assert_content(f, "old", "after");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	free(path);
	broker_stop(scene.broker);
}

static void what_is_discarded_or_left_open_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	start(f, "new", &scene);
	put(scene.fd, "text");
	outputs_discard(f->outputs, scene.fd);
	assert_int_equal(temp_dir_count(&f->dir), 0);
	assert_int_equal(outputs_commit(f->outputs, scene.fd), -EBADF);
	broker_stop(scene.broker);
	assert_int_equal(temp_dir_count(&f->dir), 0);
}

static void stopping_discards_what_is_open(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	start(f, "new", &scene);
	put(scene.fd, "text");
	broker_stop(scene.broker);
	assert_int_equal(temp_dir_count(&f->dir), 0);
	assert_int_equal(outputs_commit(f->outputs, scene.fd), -EIO);
}

static void an_output_can_be_opened_once(void **state)
{
	struct fixture *f = *state;
	struct scene scene;
	char *path = temp_dir_path(&f->dir, "new");

	start(f, "new", &scene);
	assert_int_equal(outputs_open(f->outputs, path), -EBUSY);
	assert_int_equal(outputs_commit(f->outputs, scene.fd), 0);
	assert_int_equal(outputs_open(f->outputs, path), -EBUSY);
	free(path);
	broker_stop(scene.broker);
}

static void what_met_the_opening_is_told_when_it_is_asked_for(void **state)
{
	struct fixture *f = *state;
	char *path = temp_dir_path(&f->dir, "ro");
	char *missing = temp_dir_path(&f->dir, "none/x");

	assert_int_equal(mkdir(path, 0700), 0);
	assert_false(outputs_prepare(f->outputs, path)); /* a folder */
	assert_int_equal(outputs_open(f->outputs, path), -EISDIR);
	assert_false(outputs_prepare(f->outputs, missing));
	assert_int_equal(outputs_open(f->outputs, missing), -ENOENT);
	free(path);
	free(missing);
}

static void devices_and_descriptors_are_left_in_place(void **state)
{
	struct fixture *f = *state;

	assert_false(outputs_prepare(f->outputs, "/dev/null"));
	assert_false(outputs_prepare(f->outputs, "/dev/stdout"));
}

static void junk_is_answered_and_does_no_harm(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	start(f, "new", &scene);
	put(scene.fd, "text");
	for (unsigned request = 0; request < 256; request++) {
		if ((request >= BROKER_END && request <= BROKER_NOTIFY) ||
			request == OUTPUTS_COMMIT || request == OUTPUTS_DISCARD)
			continue;
		assert_int_equal(say(&scene, (unsigned char)request, 0), -EINVAL);
	}
	for (unsigned number = 1; number < 256; number++)
		assert_int_equal(say(&scene, OUTPUTS_COMMIT, (unsigned char)number), -EBADF);
	assert_false(exists(f, "new"));
	assert_int_equal(say(&scene, OUTPUTS_COMMIT, 0), 0);
	assert_int_equal(say(&scene, OUTPUTS_COMMIT, 0), -EBADF);
	assert_int_equal(say(&scene, OUTPUTS_DISCARD, 0), -EBADF);
	assert_content(f, "new", "text");
	broker_stop(scene.broker);
}

static void a_commit_that_fails_is_told_and_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct scene scene;
	char *path = temp_dir_path(&f->dir, "new");

	start(f, "new", &scene);
	put(scene.fd, "text");
	/* Meanwhile a folder took the name. */
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(outputs_commit(f->outputs, scene.fd), -EISDIR);
	assert_int_equal(temp_dir_count(&f->dir), 1);
	free(path);
	broker_stop(scene.broker);
}

/* In a process group of its own, whose signals meet this test only. */
static int commit_in_a_group_that_hangs_up(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct scene scene;

	CHILD_CHECK(setpgid(0, 0) == 0);
	CHILD_CHECK(
		sigaction(SIGHUP, &ignore, NULL) == 0 && sigaction(SIGTERM, &ignore, NULL) == 0);
	start(f, "new", &scene);
	CHILD_CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	CHILD_CHECK(write(scene.fd, "text", 4) == 4);
	CHILD_CHECK(kill(0, SIGHUP) == 0 && kill(0, SIGTERM) == 0);
	CHILD_CHECK(outputs_commit(f->outputs, scene.fd) == 0);
	broker_stop(scene.broker);
	return 0;
}

static void no_wait_sees_it_and_no_signal_of_the_group_ends_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(child_run(commit_in_a_group_that_hangs_up, f, NULL), 0);
	assert_content(f, "new", "text");
}

static int write_and_wait(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	struct scene scene;

	CHILD_CHECK(setpgid(0, 0) == 0);
	start(f, "new", &scene);
	/* A process that is left behind and holds the channel for a while. */
	if (fork() == 0) {
		alarm(10);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		for (;;)
			pause();
	}
	put(scene.fd, "half of it");
	child_tell('w');
	child_wait_go();
	return 0;
}

/* What a host leaves is left to this process, which asked for it (main). */
static void await_orphan(void)
{
	pid_t orphan;

	do
		orphan = waitpid(-1, NULL, 0);
	while (orphan < 0 && errno == EINTR);
	assert_true(orphan > 0);
}

static void a_host_that_is_killed_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct child child;

	child_start(&child, write_and_wait, f);
	pid_t group = child.pid;
	child_await(&child, 'w');
	assert_int_equal(temp_dir_count(&f->dir), f->named_only ? 1 : 0);
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	(void)child_finish(&child);
	/* The broker ends, the other does not. */
	await_orphan();
	assert_int_equal(temp_dir_count(&f->dir), 0);
	assert_int_equal(kill(-group, SIGKILL), 0);
	await_orphan();
	child_release(&child);
}

static int write_and_commit(void *arg)
{
	struct fixture *f = (struct fixture *)arg;
	struct scene scene;

	start(f, "new", &scene);
	put(scene.fd, "all of it");
	child_tell('w');
	return outputs_commit(f->outputs, scene.fd) != 0;
}

/* Killed at different moments round the commit: the file is there as a whole, or not at all, and
 * no other name. */
static void a_host_that_is_killed_in_a_commit_leaves_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	char *path = temp_dir_path(&f->dir, "new");

	for (unsigned round = 0; round < 60; round++) {
		struct child child;
		child_start(&child, write_and_commit, f);
		child_await(&child, 'w');
		for (volatile unsigned spin = 0; spin < round * 3000; spin++)
			;
		kill(child.pid, SIGKILL);
		(void)child_finish(&child);
		child_release(&child);
		await_orphan();
		bool is_there = exists(f, "new");
		assert_int_equal(temp_dir_count(&f->dir), is_there ? 1 : 0);
		if (is_there)
			assert_content(f, "new", "all of it");
		unlink(path);
	}
	free(path);
}

#define WITH(test)                                                                                 \
	cmocka_unit_test_setup_teardown(test, output_set_up, output_tear_down),                    \
		cmocka_unit_test_setup_teardown(test, output_set_up_named, output_tear_down)

int main(void)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		WITH(a_new_file_is_there_when_it_is_committed),
		WITH(a_file_is_replaced_and_keeps_its_mode),
		WITH(what_is_discarded_or_left_open_leaves_nothing),
		WITH(stopping_discards_what_is_open),
		WITH(an_output_can_be_opened_once),
		WITH(what_met_the_opening_is_told_when_it_is_asked_for),
		WITH(devices_and_descriptors_are_left_in_place),
		WITH(junk_is_answered_and_does_no_harm),
		WITH(a_commit_that_fails_is_told_and_leaves_nothing),
		WITH(no_wait_sees_it_and_no_signal_of_the_group_ends_it),
		WITH(a_host_that_is_killed_leaves_nothing),
		WITH(a_host_that_is_killed_in_a_commit_leaves_all_or_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
