/* spawn ROUNDS -- COMMAND [ARG ...] -- COMMAND [ARG ...] ...
 *
 * Start each command in turn, ROUNDS times round, with its output to /dev/null, and print the
 * median and the least time from the start to the reaping, in microseconds, and the ratio of the
 * medians to the first command's. Taking turns spreads what else the machine does over all of them.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MAX_COMMANDS = 16 };

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* The time of one run, or -1. */
static double run(char *const argv[], const posix_spawn_file_actions_t *actions)
{
	double start = now_us();
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], actions, NULL, argv, environ) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	double took = now_us() - start;
	return WIFEXITED(status) && WEXITSTATUS(status) < 126 ? took : -1;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void print_name(char *const argv[])
{
	char name[64] = "";
	size_t used = 0;

	for (size_t i = 0; argv[i] != NULL && used < sizeof name - 1; i++) {
		const char *word = argv[i];
		const char *slash = strrchr(word, '/');
		if (slash != NULL && slash[1] != '\0')
			word = slash + 1;
		used += (size_t)snprintf(
			name + used, sizeof name - used, "%s%s", i > 0 ? " " : "", word);
	}
	printf("%-64.63s", name);
}

int main(int argc, char *argv[])
{
	char **command[MAX_COMMANDS];
	size_t count = 0, rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		argv[i] = NULL;
		if (count < MAX_COMMANDS && i + 1 < argc)
			command[count++] = &argv[i + 1];
	}
	if (rounds == 0 || count == 0) {
		fprintf(stderr, "usage: spawn ROUNDS -- COMMAND [ARG ...] [-- COMMAND ...]\n");
		return 2;
	}

	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	double *took = (double *)calloc(count * rounds, sizeof *took);
	if (took == NULL)
		return 1;
	for (size_t r = 0; r < rounds; r++) {
		for (size_t c = 0; c < count; c++) {
			took[c * rounds + r] = run(command[c], &actions);
			if (took[c * rounds + r] < 0) {
				fprintf(stderr, "spawn: cannot run '%s'\n", command[c][0]);
				return 1;
			}
		}
	}
	double first = 0;
	for (size_t c = 0; c < count; c++) {
		qsort(took + c * rounds, rounds, sizeof *took, compare);
		double median = took[c * rounds + rounds / 2];
		first = c == 0 ? median : first;
		print_name(command[c]);
		printf(" %9.0f %9.0f %7.2f\n", median, took[c * rounds], median / first);
	}
	free(took);
	return 0;
}
