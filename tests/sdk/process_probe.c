/* process-probe: tell what this process was given, as the kernel sees it, one thing a line.
 *
 *     fd N WHERE      each open descriptor, but for the one that looks
 *     blocked, ignored, caught HEX     signals (proc_pid_status(5))
 *     own-group, own-session           where it leads one
 *     foreground                       its group is the terminal's
 *     core N, death-signal N           the limit's soft value; PR_GET_PDEATHSIG
 *     word WORD       each of its arguments
 *
 * With "tree N M" it is a tree of N processes that multiply, and M that run away: see node,
 * run_away.
 *
 * SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void tell_descriptors(void)
{
	const struct dirent *entry;

	DIR *dir = opendir("/proc/self/fd");
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[300], where[256];
		if (entry->d_name[0] == '.' || strtol(entry->d_name, NULL, 10) == dirfd(dir))
			continue;
		snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
		ssize_t n = readlink(path, where, sizeof where - 1);
		where[n > 0 ? n : 0] = '\0';
		printf("fd %s %s\n", entry->d_name, where);
	}
	if (dir != NULL)
		closedir(dir);
}

static void tell_signals(void)
{
	char line[256];

	FILE *file = fopen("/proc/self/status", "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, "SigBlk:\t", 8) == 0)
			printf("blocked %s", line + 8);
		if (strncmp(line, "SigIgn:\t", 8) == 0)
			printf("ignored %s", line + 8);
		if (strncmp(line, "SigCgt:\t", 8) == 0)
			printf("caught %s", line + 8);
	}
	if (file != NULL)
		fclose(file);
}

static void tell_place(void)
{
	struct rlimit core;
	int death = 0;

	printf("%s%s", getpgrp() == getpid() ? "own-group\n" : "",
		getsid(0) == getpid() ? "own-session\n" : "");
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal >= 0 && tcgetpgrp(terminal) == getpgrp())
		printf("foreground\n");
	getrlimit(RLIMIT_CORE, &core);
	prctl(PR_GET_PDEATHSIG, &death);
	printf("core %lld\ndeath-signal %d\n", (long long)core.rlim_cur, death);
}

enum { LIFETIME_S = 60 };

enum { SAME, GROUP, SESSION, DAEMON, MANNERS };

static void node(int size) __attribute__((noreturn));

/* Each moves away in its own manner. */
static void start_node(int size, int manner)
{
	pid_t pid = fork();
	if (pid < 0)
		_exit(1);
	if (pid > 0) {
		if (manner == DAEMON)
			waitpid(pid, NULL, 0);
		return;
	}
	if (manner == GROUP)
		setpgid(0, 0);
	if (manner >= SESSION)
		setsid();
	if (manner == DAEMON && fork() != 0)
		_exit(0);
	node(size);
}

/* One of a tree of `size`. It tells (a byte on standard output), starts its part of the others, and
 * replaces each child of its own that ends. */
static void node(int size)
{
	int left = size - 1;

	alarm(LIFETIME_S);
	if (write(STDOUT_FILENO, "+", 1) != 1)
		_exit(1);
	for (int i = 0; left > 0; i++) {
		int part = left / 2 > 0 ? left / 2 : 1;
		start_node(part, (size + i) % MANNERS);
		left -= part;
	}
	for (;;) {
		if (wait(NULL) > 0)
			start_node(1, SESSION);
		else
			pause();
	}
}

/* Nobody looks on any more, or for too long: what a test has lost must not go on for ever. */
static bool is_lost(time_t start)
{
	struct pollfd one = { .fd = STDOUT_FILENO };

	return poll(&one, 1, 0) != 0 || time(NULL) - start > LIFETIME_S;
}

/* Never the same process for longer than it takes to make the next. */
static void run_away(void)
{
	time_t start = time(NULL);

	while (!is_lost(start)) {
		pid_t pid = fork();
		if (pid > 0)
			_exit(0);
		if (pid == 0)
			setsid();
	}
	_exit(0);
}

static void start_tree(int size, int runners)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (int i = 0; i < runners; i++)
		if (fork() == 0)
			run_away();
	node(size);
}

int main(int argc, char *argv[])
{
	if (argc > 3 && strcmp(argv[1], "tree") == 0)
		start_tree((int)strtol(argv[2], NULL, 10), (int)strtol(argv[3], NULL, 10));
	tell_descriptors();
	tell_signals();
	tell_place();
	for (int i = 1; i < argc; i++)
		printf("word %s\n", argv[i]);
	return 0;
}
