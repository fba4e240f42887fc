/* Makes the attempts, each in a child process, so that one which ends the process does not end the
 * others.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_SECONDS = 10 };

static const char *fact(const char *name)
{
	char variable[64];

	snprintf(variable, sizeof variable, "PLUGH_HOSTILE_%s", name);
	const char *value = getenv(variable);
	return value != NULL ? value : "";
}

static unsigned long number(const char *name)
{
	return strtoul(fact(name), NULL, 0);
}

static struct facts read_facts(const char *stage)
{
	static char dir[PATH_MAX];
	const char *home = getenv("HOME");

	snprintf(dir, sizeof dir, "%s/%s", fact("DIR"), stage);

	return (struct facts){
		.dir = dir,
		.home = home != NULL ? home : "",
		.abstract = fact("ABSTRACT"),
		.tcp_port = (uint16_t)number("TCP_PORT"),
		.other_port = (uint16_t)number("OTHER_PORT"),
		.udp_port = (uint16_t)number("UDP_PORT"),
		.victim = (pid_t)number("VICTIM"),
		.address = number("ADDRESS"),
		.fd = (int)number("DESCRIPTOR"),
		.user = (uid_t)number("USER"),
	};
}

int result_of(long r)
{
	return r < 0 ? -errno : 0;
}

const char *in_dir(const struct facts *facts, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", facts->dir, name);
	return path;
}

/* An exec that succeeds ends with status 0 as well: it runs `true`. */
static int make_one(const struct attempt *attempt, const struct facts *facts)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -1;
	if (child == 0) {
		alarm(DEADLINE_SECONDS);
		_exit(-attempt->run(facts));
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static void make_all(const char *stage, const struct attempt *attempt, const struct facts *facts)
{
	for (; attempt->name != NULL; attempt++) {
		int status = make_one(attempt, facts);
		const char *result = "ok";
		char signal[32];

		if (status < 0) {
			result = "nothing";
		} else if (WIFSIGNALED(status)) {
			snprintf(signal, sizeof signal, "SIG%s", sigabbrev_np(WTERMSIG(status)));
			result = signal;
		} else if (WEXITSTATUS(status) != 0) {
			result = strerrorname_np(WEXITSTATUS(status));
		}
		dprintf(STDOUT_FILENO, "%s %s %s\n", stage, attempt->name, result);
	}
}

void attempts_make(const char *stage)
{
	struct facts facts = read_facts(stage);

	make_all(stage, attempts_on_files, &facts);
	make_all(stage, attempts_on_attributes, &facts);
	make_all(stage, attempts_on_sockets, &facts);
	make_all(stage, attempts_on_processes, &facts);
	make_all(stage, attempts_on_the_system, &facts);
	make_all(stage, attempts_on_what_is_open, &facts);
	make_all(stage, attempts_by_rare_calls, &facts);
}
