/* sandbox ROUNDS PLUGIN FILE
 *
 * What confining a process costs, in microseconds: each part alone, and all of it, for the plugin's
 * file and one path to read. Each round confines a new process, which measures itself.
 *
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "landlock.h"
#include "sandbox.h"
#include "sandbox_rules.h"
#include "seccomp_filter.h"

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double enter(const struct sandbox_spec *spec)
{
	struct reason why = { "" };
	double start = now_us();

	if (sandbox_enter(spec, &why) != 1) {
		fprintf(stderr, "sandbox: %s\n", why.text);
		return -1;
	}
	return now_us() - start;
}

static double enter_half(const struct sandbox_spec *spec, unsigned halves)
{
	struct sandbox_spec half = *spec;

	half.halves = halves;
	return enter(&half);
}

static double neither(const struct sandbox_spec *spec)
{
	return enter_half(spec, 0);
}

static double by_landlock(const struct sandbox_spec *spec)
{
	return enter_half(spec, SANDBOX_LANDLOCK);
}

static double by_seccomp(const struct sandbox_spec *spec)
{
	return enter_half(spec, SANDBOX_SECCOMP);
}

static double rules(const struct sandbox_spec *spec)
{
	double start = now_us();
	struct landlock_handled handled = landlock_known(sandbox_handled(spec), landlock_abi());
	int set = landlock_create(&handled);

	if (set < 0 || sandbox_add_rules(spec, &handled, set) < 0)
		return -1;
	double took = now_us() - start;
	close(set);
	return took;
}

static const struct {
	const char *name;
	double (*measure)(const struct sandbox_spec *spec);
} part[] = {
	{ "descriptors, environment, no_new_privs", neither },
	{ "Landlock's rules, not in force", rules },
	{ "the first with Landlock", by_landlock },
	{ "the first with seccomp", by_seccomp },
	{ "all", enter },
};

/* One part, in the process that this is: the time goes to standard output. */
static int measure_here(size_t i, const char *plugin, const char *file)
{
	struct trace trace = { .enabled = false };
	struct grant_path path = { file, PLUGH_READ };
	struct grant grant = { PLUGH_READ, &path, 1 };
	struct sandbox_spec spec = {
		.level = CONFIG_SANDBOX_ON,
		.origin = "default",
		.halves = SANDBOX_BOTH,
		.grant = &grant,
		.plugin_fd = open(plugin, O_RDONLY | O_CLOEXEC),
		.environment = environ,
		.trace = &trace,
	};

	/* By then plugh has long used the heap. */
	free(malloc(1));
	double took = part[i].measure(&spec);
	return write(STDOUT_FILENO, &took, sizeof took) != sizeof took;
}

/* In a process that has just started, as every run of plugh is: its pages are not there yet. */
static double measure(size_t i, char *const file[])
{
	char number[16];
	int pipes[2], status;
	double took = -1;

	snprintf(number, sizeof number, "%zu", i);
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -1;
	pid_t child = fork();
	if (child == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		execl("/proc/self/exe", "sandbox", "part", number, file[0], file[1], (char *)NULL);
		_exit(1);
	}
	close(pipes[1]);
	if (child < 0 || read(pipes[0], &took, sizeof took) != sizeof took)
		took = -1;
	close(pipes[0]);
	waitpid(child, &status, 0);
	return took;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

int main(int argc, char *argv[])
{
	enum { PARTS = sizeof part / sizeof part[0] };

	if (argc == 5 && strcmp(argv[1], "part") == 0)
		return measure_here(strtoul(argv[2], NULL, 10) % PARTS, argv[3], argv[4]);
	size_t rounds = argc == 4 ? strtoul(argv[1], NULL, 10) : 0;

	if (rounds == 0) {
		fprintf(stderr, "usage: sandbox ROUNDS PLUGIN FILE\n");
		return 2;
	}
	double *took = (double *)calloc(PARTS * rounds, sizeof *took);
	if (took == NULL)
		return 1;
	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < PARTS; i++)
			took[i * rounds + r] = measure(i, argv + 2);
	for (size_t i = 0; i < PARTS; i++) {
		qsort(took + i * rounds, rounds, sizeof *took, compare);
		printf("%-44s %9.0f %9.0f\n", part[i].name, took[i * rounds + rounds / 2],
			took[i * rounds]);
	}
	free(took);
	return 0;
}
