/* Ctrl-C, SIGTERM, SIGHUP and SIGPIPE.
 *
 * The handler uses async-signal-safe calls only and no lock; what it shares with the rest is in one
 * struct of lock-free atomics and of values that are set before the handler is.
 *
 * SPDX-License-Identifier: MIT */
#include "cancel.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"

/* SIGPIPE is the last: it gets no handler. */
static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
enum { TAKEN_COUNT = sizeof taken / sizeof taken[0] };

static struct {
	bool is_started;
	int fd;
	pid_t process;
	struct sigaction before[TAKEN_COUNT];
	_Atomic(const struct outputs *) outputs;
	/* 0, or the first signal and when it came: milliseconds << 8 | signal. */
	_Atomic(int64_t) first;
} state;

_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2,
	"the handler must not meet a lock");

enum { SIGNAL_MASK = 0xff };

/* Async-signal-safe. */
static void end_by(int signal)
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

static bool is_repeat(int signal, int64_t now, int64_t first)
{
	return signal != SIGINT && signal == (first & SIGNAL_MASK) &&
	       now - (first >> 8) < CANCEL_REPEAT_MS;
}

static void end_at_once(int signal)
{
	outputs_discard_all(atomic_load(&state.outputs));
	cleanup_run(signal);
	end_by(signal);
	_exit(128 + signal); /* process 1 of a container, which no signal ends */
}

static void on_signal(int signal)
{
	int saved = errno;
	int64_t first = 0, now = clock_ms();

	if (getpid() != state.process) {
		cleanup_run(signal);
		end_by(signal);
	} else if (atomic_compare_exchange_strong(&state.first, &first, now << 8 | signal)) {
		const uint64_t one = 1;
		ssize_t put = write(state.fd, &one, sizeof one);
		(void)put; /* a new counter takes one */
	} else if (!is_repeat(signal, now, first)) {
		end_at_once(signal);
	}
	errno = saved;
}

/* Where the signal is ignored, leave it so. */
static int take(size_t i)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };

	if (state.before[i].sa_handler == SIG_IGN)
		return 0;

	/* Without SA_RESTART, so that a call which blocks returns; the others wait while one is
	 * handled. */
	sigemptyset(&action.sa_mask);
	for (size_t k = 0; k < TAKEN_COUNT; k++)
		sigaddset(&action.sa_mask, taken[k]);
	if (taken[i] == SIGPIPE)
		action = (struct sigaction){ .sa_handler = SIG_IGN };
	return sigaction(taken[i], &action, NULL) == 0 ? 0 : -errno;
}

int cancel_start(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < TAKEN_COUNT; i++)
		sigaction(taken[i], NULL, &state.before[i]);
	state.fd = fd;
	state.process = getpid();
	atomic_store(&state.outputs, NULL);
	atomic_store(&state.first, 0);
	state.is_started = true;

	for (size_t i = 0; i < TAKEN_COUNT; i++) {
		int r = take(i);
		if (r < 0) {
			cancel_stop();
			return r;
		}
	}
	return fd;
}

void cancel_set_outputs(const struct outputs *outputs)
{
	atomic_store(&state.outputs, outputs);
}

int cancel_signal(void)
{
	return (int)(atomic_load(&state.first) & SIGNAL_MASK);
}

bool cancel_was_ignored(int signal)
{
	for (size_t i = 0; i < TAKEN_COUNT; i++)
		if (taken[i] == signal)
			return state.before[i].sa_handler == SIG_IGN;
	return false;
}

void cancel_stop(void)
{
	if (!state.is_started)
		return;
	for (size_t i = 0; i < TAKEN_COUNT; i++)
		sigaction(taken[i], &state.before[i], NULL);
	atomic_store(&state.outputs, NULL);
	close(state.fd);
	state.is_started = false;
}

void cancel_end(int signal)
{
	end_by(signal);
}
