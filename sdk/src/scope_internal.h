/* What the files of the scope module share.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SCOPE_INTERNAL_H
#define PLUGH_SCOPE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plugh/scope.h>

/* ---- scope_table.c: what is called when the process ends at once ---- */

struct scope_slot;

/* A place in the table. Without a slot it is none: all below accept that. */
struct scope_ticket {
	struct scope_slot *slot;
	uint64_t order;
};

/* Reserve a place, and see to it that a handler gets there. Returns 0 or -ENOMEM. Threads (all of
 * these): any. */
int scope_table_reserve(const struct plugh_host *host, struct scope_ticket *ret_ticket);

/* From now on crash(arg, signal) is called. */
void scope_table_arm(
	const struct scope_ticket *ticket, void (*crash)(void *arg, int signal), void *arg);

/* Has a handler begun to call it? */
bool scope_table_is_taken(const struct scope_ticket *ticket);

/* Take it out; waits where a handler is calling it right now, on another thread. Returns false
 * where that takes too long: what it uses must stay for good. */
bool scope_table_leave(const struct scope_ticket *ticket);

/* Call all that this process has armed, the latest first, and each once; then wait a moment for
 * what other threads are calling. Async-signal-safe. */
void scope_table_run(int signal);

/* ---- scope_signal.c ---- */

/* Have scope_table_run called when the process ends at once, by the host or by handlers of ours.
 * Threads: any. */
void scope_signal_hook(const struct plugh_host *host);

/* ---- scope.c ---- */

struct plugh_scope_entry {
	struct plugh_scope_entry *below;
	struct plugh_context context;
	/* When `crash` can come no more; NULL: nothing. */
	void (*release)(void *arg);
	struct scope_ticket ticket;
	max_align_t room[];
};

/* Make an entry, with so many bytes of its own (0: none), which are the context's arg then. Returns
 * it, or NULL without memory. */
struct plugh_scope_entry *scope_entry_create(
	const struct plugh_scope *scope, const struct plugh_context *context, size_t room);

/* Put it into the scope, which takes it. */
void scope_entry_push(struct plugh_scope *scope, struct plugh_scope_entry *entry);

/* Free one that is in no scope. */
void scope_entry_destroy(struct plugh_scope_entry *entry);

#endif
