/* How what stands in the table is reached.
 *
 * In a plugin the host owns the signals: it knows which one ends the process (the second Ctrl-C,
 * not the first), and in which order a crash is told and cleaned up after; so it calls the table,
 * and no disposition is touched here. A program without a host has handlers of ours, which hand on
 * to what was there before. They stay for good: whoever has chained to them since would call what
 * is gone.
 *
 * SPDX-License-Identifier: MIT */
#include "scope_internal.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

enum { STACK_SIZE = 64 * 1024, CRASHES = 7 };

/* Crashes first. Of the others only what ends the process anyway is taken. */
static const int taken[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP, SIGINT,
	SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU, SIGXFSZ };

enum { TAKEN = sizeof taken / sizeof taken[0] };

static struct {
	_Atomic(pid_t) process; /* that has them; 0: none */
	struct sigaction before[TAKEN];
	_Alignas(16) char stack[STACK_SIZE]; /* untouched until then */
} state;

/* It comes now, or when the handler returns, where it is blocked until then. */
static void end_by(int number)
{
	signal(number, SIG_DFL);
	raise(number);
}

static void hand_on(const struct sigaction *before, int signal, siginfo_t *info, void *context)
{
	if ((before->sa_flags & SA_SIGINFO) != 0)
		before->sa_sigaction(signal, info, context);
	else if (before->sa_handler == SIG_DFL)
		end_by(signal);
	else
		before->sa_handler(signal);
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	scope_table_run(signal);
	for (size_t i = 0; i < TAKEN; i++)
		if (taken[i] == signal)
			hand_on(&state.before[i], signal, info, context);
}

/* What is ignored stays so. To the first process of a container nobody sends a signal that has its
 * default effect: the kernel drops it. A process that was forked from one of ours may have given
 * signals their default effect again; another handler may have chained to ours, so it is left. */
static bool is_to_be_taken(size_t i, const struct sigaction *now, bool is_again)
{
	if ((now->sa_flags & SA_SIGINFO) == 0 && now->sa_handler == SIG_DFL)
		return i < CRASHES || getpid() != 1;
	return i < CRASHES && !is_again && now->sa_handler != SIG_IGN;
}

/* A stack overflow leaves no room for a handler. */
static void give_stack(void)
{
	stack_t stack;

	if (sigaltstack(NULL, &stack) < 0 || (stack.ss_flags & SS_DISABLE) == 0)
		return;
	stack = (stack_t){ .ss_sp = state.stack, .ss_size = sizeof state.stack };
	sigaltstack(&stack, NULL);
}

static void chain(bool is_again)
{
	/* SA_NODEFER: a function that crashes enters the handler again, for the others. */
	struct sigaction crash = { .sa_sigaction = on_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	struct sigaction end = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction now;

	sigemptyset(&crash.sa_mask);
	sigemptyset(&end.sa_mask);
	for (size_t i = CRASHES; i < TAKEN; i++)
		sigaddset(&end.sa_mask, taken[i]);
	give_stack();
	for (size_t i = 0; i < TAKEN; i++) {
		if (sigaction(taken[i], NULL, &now) < 0 || !is_to_be_taken(i, &now, is_again))
			continue;
		state.before[i] = now;
		sigaction(taken[i], i < CRASHES ? &crash : &end, NULL);
	}
}

void scope_signal_hook(const struct plugh_host *host)
{
	const struct plugh_power_cleanup *power = NULL;

	if (host != NULL)
		power = (const struct plugh_power_cleanup *)host->power(
			host->ctx, PLUGH_POWER_CLEANUP);
	if (power != NULL) {
		power->set(host->ctx, scope_table_run);
		return;
	}
	pid_t self = getpid(), before = atomic_exchange(&state.process, self);
	if (before != self)
		chain(before != 0);
}
