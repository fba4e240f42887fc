/* Children are ended with their group, or with all that they have started.
 *
 * That none is left is told by the kernel: the pipe that all of a tree hold comes to its end.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "process_fixture.h"

enum { TREE_SIZE = 200, RUNNERS = 2 };

static char probe[PATH_MAX];

/* Read until so many bytes have come. */
static void await_bytes(int fd, size_t n)
{
	char bytes[256];

	while (n > 0) {
		struct pollfd one = { .fd = fd, .events = POLLIN };
		assert_int_equal(poll(&one, 1, DEADLINE_S * 1000), 1);
		ssize_t got = read(fd, bytes, n < sizeof bytes ? n : sizeof bytes);
		assert_true(got > 0);
		n -= (size_t)got;
	}
}

/* Read to the end, which comes when nobody holds the pipe. */
static void expect_end(int fd)
{
	char bytes[4096];
	ssize_t n;

	do {
		struct pollfd one = { .fd = fd, .events = POLLIN };
		assert_int_equal(poll(&one, 1, DEADLINE_S * 1000), 1);
		n = read(fd, bytes, sizeof bytes);
		assert_return_code(n, errno);
	} while (n > 0);
}

/* ---- One, and its group ---- */

static struct plugh_process spawn_shell(
	const char *command, struct plugh_tree *tree, struct plugh_process_spec *ret_spec)
{
	const char *const argv[] = { "sh", "-c", command, NULL };

	*ret_spec = (struct plugh_process_spec){
		.argv = argv,
		.out = { .kind = PLUGH_STREAM_PIPE },
		.err = { .kind = PLUGH_STREAM_NULL },
		.group = PLUGH_PROCESS_OWN_GROUP,
		.tree = tree,
	};
	struct plugh_process process = spawn(ret_spec);
	ret_spec->argv = NULL;
	return process;
}

static const plugh_duration long_grace = { INT64_C(1000000000) * DEADLINE_S };

static void a_child_is_asked_and_then_killed(void **state)
{
	(void)state;
	struct plugh_process_spec spec;
	struct plugh_process_result result;
	struct plugh_ending ending = { .grace = long_grace };

	struct plugh_process process = spawn_shell("exec cat </dev/zero >/dev/null", NULL, &spec);
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
	assert_int_equal(result.signal, SIGTERM);
	plugh_process_release(&process);

	process = spawn_shell("trap 'exit 3' USR1; echo +; while :; do :; done", NULL, &spec);
	await_bytes(process.out, 2);
	ending.signal = SIGUSR1;
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
	assert_int_equal(result.status, 3);
	plugh_process_release(&process);

	/* One that stands still is woken to hear it. */
	process = spawn_shell("trap 'exit 4' TERM; echo +; kill -STOP $$; exit 5", NULL, &spec);
	await_bytes(process.out, 2);
	siginfo_t info;
	assert_return_code(waitid(P_PID, (id_t)process.pid, &info, WSTOPPED | WNOWAIT), errno);
	ending.signal = 0;
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
	assert_int_equal(result.status, 4);
	plugh_process_release(&process);

	process = spawn_shell("trap '' TERM; echo +; while :; do :; done", NULL, &spec);
	await_bytes(process.out, 2);
	ending.grace.ns = 1000000;
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
	assert_int_equal(result.signal, SIGKILL);
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), -ECHILD);
	plugh_process_release(&process);

	/* Somebody is in a hurry: a descriptor that is readable. */
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	close(ends[1]);
	process = spawn_shell("trap '' TERM; echo +; while :; do :; done", NULL, &spec);
	await_bytes(process.out, 2);
	ending.grace = long_grace;
	assert_int_equal(plugh_process_end(&process, &ending, ends[0], &result), 0);
	assert_int_equal(result.signal, SIGKILL);
	plugh_process_release(&process);
	close(ends[0]);
	assert_false(has_children());
}

static void a_group_is_ended_also_when_its_leader_has_ended(void **state)
{
	(void)state;
	struct plugh_process_spec spec;
	struct plugh_process_result result;
	struct plugh_ending ending = { .scope = PLUGH_END_GROUP };

	/* The pipe is held by the other alone. */
	struct plugh_process process = spawn_shell(
		"sh -c 'echo +; cat </dev/zero >&2' & exit 7", NULL, &spec);
	assert_int_equal(plugh_process_wait_end(&process, NULL), 0);
	int out = plugh_process_take_fd(&process.out);
	await_bytes(out, 2);
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
	assert_int_equal(result.status, 7);
	expect_end(out);
	close(out);
	plugh_process_release(&process);

	spec.group = PLUGH_PROCESS_SAME_GROUP;
	spec.argv = WORDS("true");
	process = spawn(&spec);
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), -EINVAL);
	ending.scope = PLUGH_END_TREE;
	assert_int_equal(plugh_process_end(&process, &ending, -1, &result), -EINVAL);
	plugh_process_release(&process);
}

/* ---- Trees ---- */

/* How the tree is found: its cgroup, lists of children, or the numbers of all. */
struct way {
	unsigned flags;
	int listing; /* as tree.listing; -1: as found */
};

enum { LISTING_OF_CHILDREN, LISTING_OF_ALL, LISTING_BY_SWEEP };

static const struct way way[] = {
	{ 0, -1 },
	{ PLUGH_TREE_NO_CGROUP, -1 },
	{ PLUGH_TREE_NO_CGROUP, LISTING_OF_ALL },
};

static struct plugh_tree open_tree(const struct way *how)
{
	struct plugh_tree tree;

	assert_int_equal(plugh_tree_open(&tree, how->flags), 0);
	if (how->listing >= 0)
		tree.listing = how->listing;
	if ((how->flags & PLUGH_TREE_NO_CGROUP) != 0)
		assert_int_equal(tree.cgroup, -1);
	return tree;
}

/* Two hundred that replace each other and have left in all manners, and two that are never the
 * same for long; a child from before is left alone. */
static void a_tree_that_multiplies_is_ended(void **state)
{
	(void)state;
	char size[16], runners[16];
	size_t before = count_descriptors();
	struct plugh_process bystander = spawn(&(struct plugh_process_spec){
		.argv = WORDS("cat"), .in = { .kind = PLUGH_STREAM_PIPE } });

	snprintf(size, sizeof size, "%d", TREE_SIZE);
	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
		/* A look at all processes takes longer than those that run away need. */
		snprintf(runners, sizeof runners, "%d",
			way[i].listing == LISTING_OF_ALL ? 0 : RUNNERS);
		struct plugh_tree tree = open_tree(&way[i]);
		struct plugh_process_spec spec = {
			.argv = WORDS(probe, "tree", size, runners),
			.out = { .kind = PLUGH_STREAM_PIPE },
			.tree = &tree,
		};
		struct plugh_ending ending = {
			.scope = PLUGH_END_TREE, .tree = &tree, .grace = { 10000000 }
		};
		struct plugh_process_result result;
		struct plugh_process process = spawn(&spec);
		await_bytes(process.out, TREE_SIZE);
		assert_true(plugh_tree_is_alive(&tree, &process));
		assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
		assert_int_equal(result.signal, SIGKILL);
		expect_end(process.out);
		assert_false(plugh_tree_is_alive(&tree, NULL));
		plugh_process_release(&process);
		plugh_tree_close(&tree);
	}
	assert_int_equal(plugh_process_signal(&bystander, 0), 0);
	struct plugh_until now = until_ms(0);
	assert_int_equal(plugh_process_wait(&bystander, &now, NULL), -ETIMEDOUT);
	plugh_process_release(&bystander);
	assert_false(has_children());
	assert_int_equal(count_descriptors(), before);
}

static void who_goes_when_asked_is_not_killed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
		struct plugh_process_spec spec;
		struct plugh_process_result result;
		struct plugh_tree tree = open_tree(&way[i]);
		/* Each says so when it goes, in a session of its own. */
		struct plugh_process process = spawn_shell(
			"for i in 1 2 3; do setsid sh -c 'trap \"echo bye; exit\" TERM; echo +; "
			"while :; do sleep 0.01; done' & done; trap 'exit 8' TERM; while :; do :; "
			"done",
			&tree, &spec);
		struct plugh_ending ending = {
			.scope = PLUGH_END_TREE, .tree = &tree, .grace = long_grace
		};
		await_bytes(process.out, 6);
		int out = plugh_process_take_fd(&process.out);
		assert_int_equal(plugh_process_end(&process, &ending, -1, &result), 0);
		await_bytes(out, 12);
		expect_end(out);
		close(out);
		plugh_process_release(&process);
		plugh_tree_close(&tree);
	}
	assert_false(has_children());
}

/* Its parent ends just then, so that it is listed neither there nor, yet, here. */
static void who_becomes_an_orphan_meanwhile_gets_the_signal_too(void **state)
{
	(void)state;
	struct plugh_process_spec spec;
	struct plugh_tree tree;

	for (int i = 0; i < 100; i++) {
		assert_int_equal(plugh_tree_open(&tree, PLUGH_TREE_NO_CGROUP), 0);
		struct plugh_process process = spawn_shell(
			"(((echo x; exec sleep 1000) & (echo x; exec sleep 1000) &) &) ; exec "
			"sleep 1000",
			&tree, &spec);
		await_bytes(process.out, 4);
		assert_true(plugh_tree_signal(&tree, SIGTERM) >= 3);
		expect_end(process.out);
		assert_true(plugh_tree_end(&tree, &process) >= 0);
		plugh_process_release(&process);
		plugh_tree_close(&tree);
	}
}

static void what_a_child_leaves_is_found_when_it_has_ended(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
		struct plugh_process_spec spec;
		struct plugh_tree tree = open_tree(&way[i]);
		struct plugh_process process = spawn_shell(
			"setsid sh -c 'setsid sh -c \"echo +; exec cat </dev/zero >&2\" "
			"2>/dev/null & exit' & wait",
			&tree, &spec);
		int out = plugh_process_take_fd(&process.out);
		await_bytes(out, 2);
		assert_int_equal(wait_for(&process).status, 0);
		assert_true(plugh_tree_is_alive(&tree, &process));
		assert_int_equal(plugh_tree_signal(&tree, SIGCONT), 1);
		assert_int_equal(plugh_tree_end(&tree, &process), 1);
		expect_end(out);
		assert_int_equal(plugh_tree_end(&tree, &process), 0);
		close(out);
		plugh_process_release(&process);
		plugh_tree_close(&tree);
		plugh_tree_close(&tree);
	}
	assert_false(has_children());
}

static void what_is_let_go_leaves_the_cgroup(void **state)
{
	(void)state;
	struct plugh_process_spec spec;
	struct plugh_tree tree = open_tree(&way[0]);
	char path[64], name[64], group[4096] = "";

	/* Where no cgroup may be made there is none to leave. */
	bool has_cgroup = tree.cgroup >= 0;
	snprintf(name, sizeof name, "/%s\n", tree.cgroup_name);
	struct plugh_process process = spawn_shell("exec cat </dev/zero >/dev/null", &tree, &spec);
	snprintf(path, sizeof path, "/proc/%d/cgroup", (int)process.pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(pread(fd, group, sizeof group - 1, 0) > 0);
	assert_int_equal(strstr(group, name) != NULL, has_cgroup);
	plugh_tree_close(&tree);
	memset(group, 0, sizeof group);
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(pread(fd, group, sizeof group - 1, 0) > 0);
	assert_true(!has_cgroup || strstr(group, name) == NULL);
	close(fd);
	assert_int_equal(plugh_process_signal(&process, 0), 0);
	plugh_process_release(&process);
}

static void a_tree_puts_back_where_orphans_go(void **state)
{
	(void)state;
	int before = 0, meanwhile = 0, after = 0;

	prctl(PR_GET_CHILD_SUBREAPER, &before);
	struct plugh_tree outer = open_tree(&way[1]), inner = open_tree(&way[1]);
	prctl(PR_GET_CHILD_SUBREAPER, &meanwhile);
	plugh_tree_close(&inner);
	assert_int_equal(meanwhile, 1);
	prctl(PR_GET_CHILD_SUBREAPER, &meanwhile);
	assert_int_equal(meanwhile, 1);
	plugh_tree_close(&outer);
	prctl(PR_GET_CHILD_SUBREAPER, &after);
	assert_int_equal(after, before);
	plugh_tree_close(&(struct plugh_tree){ .cgroup = 0 });
}

/* As in a sandbox: children are found by asking of each number whether it is one. */
static int end_by_sweep(void *arg)
{
	struct plugh_tree tree;
	int ends[2];

	(void)arg;
	CHILD_CHECK(pipe2(ends, O_CLOEXEC) == 0);
	CHILD_CHECK(plugh_tree_open(&tree, PLUGH_TREE_NO_CGROUP) == 0);
	tree.listing = LISTING_BY_SWEEP;
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 3; i++)
			if (fork() == 0)
				setpgid(0, 0), alarm(4 * DEADLINE_S), pause();
		_exit(0);
	}
	close(ends[1]);
	CHILD_CHECK(waitpid(pid, NULL, 0) == pid);
	CHILD_CHECK(has_children());
	CHILD_CHECK(plugh_tree_end(&tree, NULL) == 1);
	CHILD_CHECK(!has_children());
	char c;
	CHILD_CHECK(read(ends[0], &c, 1) == 0);
	plugh_tree_close(&tree);
	return 0;
}

static void without_proc_orphans_are_found_by_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(child_run(end_by_sweep, NULL, NULL), 0);
}

static int end_without_pidfds(void *arg)
{
	struct plugh_process_spec spec;
	struct plugh_tree tree = open_tree((const struct way *)arg);
	struct plugh_process_result result;
	struct plugh_ending ending = {
		.scope = PLUGH_END_TREE, .tree = &tree, .grace = { 20000000 }
	};

	forbid_pidfds();
	struct plugh_process process = spawn_shell("for i in 1 2 3; do setsid sh -c 'trap \"\" "
						   "TERM; echo +; while :; do sleep 1; done' & "
						   "done; exec cat </dev/zero >&2 2>/dev/null",
		&tree, &spec);
	int out = plugh_process_take_fd(&process.out);
	await_bytes(out, 6);
	CHILD_CHECK(plugh_process_end(&process, &ending, -1, &result) == 0);
	expect_end(out);
	plugh_process_release(&process);
	plugh_tree_close(&tree);
	CHILD_CHECK(!has_children());
	return 0;
}

static void a_tree_is_ended_without_pidfds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof way / sizeof way[0]; i++)
		assert_int_equal(child_run(end_without_pidfds, (void *)&way[i], NULL), 0);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_is_asked_and_then_killed),
		cmocka_unit_test(a_group_is_ended_also_when_its_leader_has_ended),
		cmocka_unit_test(a_tree_that_multiplies_is_ended),
		cmocka_unit_test(who_goes_when_asked_is_not_killed),
		cmocka_unit_test(who_becomes_an_orphan_meanwhile_gets_the_signal_too),
		cmocka_unit_test(what_a_child_leaves_is_found_when_it_has_ended),
		cmocka_unit_test(what_is_let_go_leaves_the_cgroup),
		cmocka_unit_test(a_tree_puts_back_where_orphans_go),
		cmocka_unit_test(without_proc_orphans_are_found_by_their_numbers),
		cmocka_unit_test(a_tree_is_ended_without_pidfds),
	};
	if (argc < 2)
		return 2;
	snprintf(probe, sizeof probe, "%s", argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
