/* Ctrl-C, SIGTERM and SIGHUP while a command runs.
 *
 * SPDX-License-Identifier: MIT */
#include "signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* SIGPIPE is the last: it gets no handler. */
static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
enum { TAKEN_COUNT = sizeof taken / sizeof taken[0] };

static struct {
	int fd;
	struct plugh_ending *ending;
	struct sigaction before[TAKEN_COUNT];
	volatile sig_atomic_t first; /* signal that came; 0: none */
	volatile sig_atomic_t is_ending;
} state;

void signals_end(int signal)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigemptyset(&action.sa_mask);
	sigaction(signal, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, signal);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(signal);
}

/* The others are blocked meanwhile. What is written here is read by the main thread after it has
 * seen the descriptor readable. */
static void on_signal(int signal, siginfo_t *info, void *context)
{
	const uint64_t one = 1;
	int saved = errno;
	bool is_of_terminal = info->si_code == SI_KERNEL, is_first = state.first == 0;

	(void)context;
	if (state.is_ending != 0)
		signals_end(signal);
	if (is_first)
		state.first = signal;
	if (!is_first || !is_of_terminal || state.ending == NULL) {
		state.is_ending = 1;
		if (state.ending != NULL) {
			state.ending->signal = signal;
			state.ending->grace.ns = PLUGH_FOREVER;
		}
		ssize_t put = write(state.fd, &one, sizeof one);
		(void)put; /* a new counter takes one */
	}
	errno = saved;
}

static int take(size_t i)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };

	if (state.before[i].sa_handler == SIG_IGN)
		return 0;
	action.sa_sigaction = on_signal;
	sigemptyset(&action.sa_mask);
	for (size_t k = 0; k < TAKEN_COUNT; k++)
		sigaddset(&action.sa_mask, taken[k]);
	if (taken[i] == SIGPIPE)
		action = (struct sigaction){ .sa_handler = SIG_IGN };
	return sigaction(taken[i], &action, NULL) == 0 ? 0 : -errno;
}

int signals_start(struct plugh_ending *ending)
{
	int r = 0;

	state.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (state.fd < 0)
		return -errno;
	state.ending = ending;
	state.first = 0;
	state.is_ending = 0;
	for (size_t i = 0; i < TAKEN_COUNT; i++)
		sigaction(taken[i], NULL, &state.before[i]);
	for (size_t i = 0; i < TAKEN_COUNT && r == 0; i++)
		r = take(i);
	if (r < 0)
		signals_stop();
	return r < 0 ? r : state.fd;
}

int signals_first(void)
{
	return state.first;
}

uint64_t signals_kept(void)
{
	bool was_ignored = state.before[TAKEN_COUNT - 1].sa_handler == SIG_IGN;

	return was_ignored ? UINT64_MAX : ~PLUGH_SIGNAL_BIT(SIGPIPE);
}

void signals_stop(void)
{
	for (size_t i = 0; i < TAKEN_COUNT; i++)
		sigaction(taken[i], &state.before[i], NULL);
	close(state.fd);
}
