/* process ROUNDS MEGABYTES
 *
 * Start `true` and reap it, ROUNDS times in turn by plugh_process_spawn, posix_spawn, and fork with
 * exec, from a process that has touched so much memory; and print the median and the least time in
 * microseconds, and the ratio of the medians to posix_spawn's.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <plugh/process.h>

extern char **environ;

enum { WAYS = 5, MEGABYTE = 1024 * 1024 };

static const char *const program = "/bin/true";
static char *const words[] = { "true", NULL };

static int by_plugh_in(struct plugh_tree *tree, enum plugh_process_group group)
{
	const struct plugh_process_spec spec = {
		.argv = (const char *const *)words, .file = program, .tree = tree, .group = group
	};
	struct plugh_process process;
	struct plugh_process_result result = { .status = -1 };

	int r = plugh_process_spawn(&spec, &process, NULL);
	if (r == 0)
		r = plugh_process_wait(&process, NULL, &result);
	plugh_process_release(&process);
	return r == 0 ? result.status : r;
}

static int by_plugh(void)
{
	return by_plugh_in(NULL, PLUGH_PROCESS_SAME_GROUP);
}

/* With a deadline, in a group: as a command with a time limit is run. */
static int by_plugh_with_deadline(void)
{
	const struct plugh_process_spec spec = { .argv = (const char *const *)words,
		.file = program,
		.group = PLUGH_PROCESS_OWN_GROUP };
	const struct plugh_until until = {
		plugh_deadline_after((plugh_duration){ INT64_C(10000000000) }), -1
	};
	struct plugh_process process;
	struct plugh_process_result result = { .status = -1 };

	int r = plugh_process_spawn(&spec, &process, NULL);
	if (r == 0)
		r = plugh_process_wait(&process, &until, &result);
	plugh_process_release(&process);
	return r == 0 ? result.status : r;
}

static int by_plugh_in_tree(void)
{
	struct plugh_tree tree;

	if (plugh_tree_open(&tree, 0) < 0)
		return -1;
	int r = by_plugh_in(&tree, PLUGH_PROCESS_OWN_GROUP);
	plugh_tree_end(&tree, NULL);
	plugh_tree_close(&tree);
	return r;
}

static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static int by_posix_spawn(void)
{
	pid_t pid;
	return posix_spawn(&pid, program, NULL, NULL, words, environ) == 0 ? reap(pid) : -1;
}

static int by_fork(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execve(program, words, environ);
		_exit(127);
	}
	return pid > 0 ? reap(pid) : -1;
}

static const struct {
	const char *name;
	int (*run)(void);
} way[WAYS] = {
	{ "posix_spawn, waitpid", by_posix_spawn },
	{ "fork, execve, waitpid", by_fork },
	{ "plugh_process_spawn, _wait, _release", by_plugh },
	{ "  with a deadline and a group of its own", by_plugh_with_deadline },
	{ "  in a tree, opened, ended and closed", by_plugh_in_tree },
};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

int main(int argc, char *argv[])
{
	size_t rounds = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	size_t megabytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (rounds == 0) {
		fprintf(stderr, "usage: process ROUNDS MEGABYTES\n");
		return 2;
	}
	char *memory = (char *)malloc(megabytes * MEGABYTE + 1);
	double *took = (double *)calloc(WAYS * rounds, sizeof *took);
	if (memory == NULL || took == NULL)
		return 1;
	memset(memory, 1, megabytes * MEGABYTE);
	for (size_t r = 0; r < rounds; r++) {
		for (size_t w = 0; w < WAYS; w++) {
			double start = now_us();
			int status = way[w].run();
			took[w * rounds + r] = now_us() - start;
			if (status != 0) {
				fprintf(stderr, "process: %s: %d\n", way[w].name, status);
				return 1;
			}
		}
	}
	double first = 0;
	for (size_t w = 0; w < WAYS; w++) {
		qsort(took + w * rounds, rounds, sizeof *took, compare);
		double median = took[w * rounds + rounds / 2];
		first = w == 0 ? median : first;
		printf("%-64s %9.0f %9.0f %7.2f\n", way[w].name, median, took[w * rounds],
			median / first);
	}
	free(memory);
	free(took);
	return 0;
}
