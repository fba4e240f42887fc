/* The table of what is called when the process ends at once.
 *
 * A signal handler reads it at any moment and on any thread, so there is no lock: each slot has a
 * state that changes by compare-and-swap, and slots are neither moved nor freed. Whoever changes a
 * slot from ARMED to RUNNING calls its function, so nothing is called twice; a function that
 * crashes leaves its slot RUNNING, and the handler, entered again, goes on with the others.
 *
 * Signal handlers belong to the process, so there is one table and no struct to pass. A process
 * that was forked has a copy of it: each slot tells whose it is, and those of another process are
 * passed over, and taken when one is needed.
 *
 * SPDX-License-Identifier: MIT */
#include "scope_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SLOTS = 32,       /* in a block */
	OTHERS_MS = 2000, /* longest wait for functions that other threads are calling */
};

enum state {
	STATE_FREE = 0,
	STATE_RESERVED,
	STATE_ARMED,
	STATE_RUNNING,
	STATE_DONE,
};

struct scope_slot {
	atomic_int state;
	_Atomic(pid_t) process;  /* whose it is */
	atomic_int thread;       /* that is calling it, while RUNNING */
	_Atomic(uint64_t) order; /* the higher, the later */
	void (*crash)(void *arg, int signal);
	void *arg;
};

struct block {
	struct scope_slot slot[SLOTS];
	_Atomic(struct block *) next;
};

static struct block first;
static _Atomic(uint64_t) last_order;

_Static_assert(
	ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_POINTER_LOCK_FREE == 2,
	"the handler must not meet a lock");

/* The process is written after the state, so that of a RESERVED slot may not be true yet. */
static bool try_reserve(struct scope_slot *slot, pid_t self)
{
	int state = atomic_load(&slot->state);
	bool is_inherited = state != STATE_RESERVED && atomic_load(&slot->process) != self;

	if ((state != STATE_FREE && !is_inherited) ||
		!atomic_compare_exchange_strong(&slot->state, &state, STATE_RESERVED))
		return false;
	atomic_store(&slot->process, self);
	atomic_store(&slot->thread, 0);
	atomic_store(&slot->order, atomic_fetch_add(&last_order, 1) + 1);
	return true;
}

static struct scope_slot *reserve_in(struct block *block, pid_t self)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (try_reserve(&block->slot[i], self))
			return &block->slot[i];
	return NULL;
}

/* The block behind this one, made where there is none; NULL without memory. */
static struct block *follow(struct block *block)
{
	struct block *next = atomic_load(&block->next);
	if (next != NULL)
		return next;
	struct block *made = (struct block *)calloc(1, sizeof *made);
	if (made == NULL)
		return NULL;
	if (atomic_compare_exchange_strong(&block->next, &next, made))
		return made;
	free(made); /* another thread was faster */
	return next;
}

int scope_table_reserve(const struct plugh_host *host, struct scope_ticket *ret_ticket)
{
	pid_t self = getpid();
	struct block *block = &first;
	struct scope_slot *slot;

	while ((slot = reserve_in(block, self)) == NULL) {
		block = follow(block);
		if (block == NULL)
			return -ENOMEM;
	}
	*ret_ticket = (struct scope_ticket){ slot, atomic_load(&slot->order) };
	scope_signal_hook(host);
	return 0;
}

void scope_table_arm(
	const struct scope_ticket *ticket, void (*crash)(void *arg, int signal), void *arg)
{
	if (ticket->slot == NULL)
		return;
	ticket->slot->crash = crash;
	ticket->slot->arg = arg;
	atomic_store(&ticket->slot->state, STATE_ARMED);
}

/* In a process that was forked since, the slot may be somebody else's. */
static bool is_own(const struct scope_ticket *ticket)
{
	return ticket->slot != NULL && atomic_load(&ticket->slot->process) == getpid() &&
	       atomic_load(&ticket->slot->order) == ticket->order;
}

bool scope_table_is_taken(const struct scope_ticket *ticket)
{
	return is_own(ticket) && atomic_load(&ticket->slot->state) >= STATE_RUNNING;
}

bool scope_table_leave(const struct scope_ticket *ticket)
{
	if (!is_own(ticket))
		return true;
	int state = atomic_load(&ticket->slot->state);
	for (int i = 0; i < OTHERS_MS; i++) {
		while (state != STATE_RUNNING)
			if (atomic_compare_exchange_weak(&ticket->slot->state, &state, STATE_FREE))
				return true;
		poll(NULL, 0, 1);
		state = atomic_load(&ticket->slot->state);
	}
	return false;
}

static bool is_armed(const struct scope_slot *slot, pid_t self)
{
	return atomic_load(&slot->state) == STATE_ARMED && atomic_load(&slot->process) == self;
}

static struct scope_slot *find_latest(pid_t self)
{
	struct scope_slot *latest = NULL;

	for (struct block *block = &first; block != NULL; block = atomic_load(&block->next))
		for (size_t i = 0; i < SLOTS; i++) {
			struct scope_slot *slot = &block->slot[i];
			if (is_armed(slot, self) &&
				(latest == NULL ||
					atomic_load(&slot->order) > atomic_load(&latest->order)))
				latest = slot;
		}
	return latest;
}

static bool do_others_run(pid_t self)
{
	int thread = gettid();

	for (struct block *block = &first; block != NULL; block = atomic_load(&block->next))
		for (size_t i = 0; i < SLOTS; i++) {
			const struct scope_slot *slot = &block->slot[i];
			if (atomic_load(&slot->state) == STATE_RUNNING &&
				atomic_load(&slot->process) == self &&
				atomic_load(&slot->thread) != thread)
				return true;
		}
	return false;
}

void scope_table_run(int signal)
{
	int saved = errno;
	pid_t self = getpid();
	struct scope_slot *slot;

	while ((slot = find_latest(self)) != NULL) {
		int state = STATE_ARMED;
		if (!atomic_compare_exchange_strong(&slot->state, &state, STATE_RUNNING))
			continue;
		atomic_store(&slot->thread, gettid());
		slot->crash(slot->arg, signal);
		atomic_store(&slot->state, STATE_DONE);
	}
	/* Whoever returns from here ends the process. */
	for (int i = 0; i < OTHERS_MS && do_others_run(self); i++)
		poll(NULL, 0, 1);
	errno = saved;
}
