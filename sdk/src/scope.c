/* Scopes: what is entered is exited in reverse order.
 *
 * All memory is had when something is entered, so leaving cannot fail for want of it.
 *
 * SPDX-License-Identifier: MIT */
#include "scope_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How the work stands. */
struct standing {
	int r;
	int status; /* what r is when its error is handled */
	size_t context_count;
	int context[PLUGH_SCOPE_CONTEXT];
};

struct plugh_scope_entry *scope_entry_create(
	const struct plugh_scope *scope, const struct plugh_context *context, size_t room)
{
	struct plugh_scope_entry *entry = (struct plugh_scope_entry *)calloc(
		1, sizeof *entry + room);

	if (entry == NULL)
		return NULL;
	entry->context = *context;
	if (room > 0)
		entry->context.arg = entry->room;
	if (context->crash != NULL && scope_table_reserve(scope->host, &entry->ticket) < 0) {
		free(entry);
		return NULL;
	}
	return entry;
}

void scope_entry_push(struct plugh_scope *scope, struct plugh_scope_entry *entry)
{
	entry->below = scope->last;
	scope->last = entry;
	scope_table_arm(&entry->ticket, entry->context.crash, entry->context.arg);
}

void scope_entry_destroy(struct plugh_scope_entry *entry)
{
	if (entry == NULL || !scope_table_leave(&entry->ticket))
		return;
	if (entry->release != NULL)
		entry->release(entry->context.arg);
	free(entry);
}

int plugh_scope_enter(struct plugh_scope *scope, const struct plugh_context *context)
{
	struct plugh_scope_entry *entry = scope_entry_create(scope, context, 0);

	if (entry == NULL) {
		if (context->enter == NULL && context->exit != NULL)
			(void)context->exit(context->arg, -ENOMEM);
		return -ENOMEM;
	}
	int r = context->enter != NULL ? context->enter(context->arg) : 0;
	if (r < 0) {
		scope_entry_destroy(entry);
		return r;
	}
	scope_entry_push(scope, entry);
	return 0;
}

int plugh_scope_defer(struct plugh_scope *scope, int (*exit)(void *arg, int r), void *arg)
{
	return plugh_scope_enter(scope, &(struct plugh_context){ .exit = exit, .arg = arg });
}

/* What an exit function has answered. */
static void take_in(struct standing *standing, int answer)
{
	if (answer > 0 && standing->r < 0) {
		standing->r = standing->status;
		standing->context_count = 0;
	}
	if (answer >= 0 || answer == standing->r)
		return;
	if (standing->r < 0) {
		if (standing->context_count < PLUGH_SCOPE_CONTEXT)
			standing->context[standing->context_count] = standing->r;
		standing->context_count++;
	}
	standing->r = answer;
}

static int leave(struct plugh_scope_entry *entry, int r)
{
	int answer = 0;

	/* What a handler has begun to undo, on another thread, is not undone twice. */
	if (entry->context.exit != NULL && !scope_table_is_taken(&entry->ticket))
		answer = entry->context.exit(entry->context.arg, r);
	scope_entry_destroy(entry);
	return answer;
}

int plugh_scope_exit(struct plugh_scope *scope, int r)
{
	struct standing standing = { .r = r, .status = r > 0 ? r : 0 };

	while (scope->last != NULL) {
		struct plugh_scope_entry *entry = scope->last;
		scope->last = entry->below;
		take_in(&standing, leave(entry, standing.r));
	}
	scope->context_count = standing.context_count;
	memcpy(scope->context, standing.context, sizeof scope->context);
	return standing.r;
}

void plugh_scope_move(struct plugh_scope *from, struct plugh_scope *to)
{
	struct plugh_scope_entry **end = &from->last;

	while (*end != NULL)
		end = &(*end)->below;
	*end = to->last;
	to->last = from->last;
	from->last = NULL;
}

void plugh_host_without_cancel(const struct plugh_host *host, struct plugh_host *ret_host)
{
	/* An older host's table is shorter, a later one's longer. */
	uint32_t size = host->size < sizeof *ret_host ? host->size : (uint32_t)sizeof *ret_host;

	memset(ret_host, 0, sizeof *ret_host);
	memcpy(ret_host, host, size);
	ret_host->size = size;
	ret_host->cancel_fd = -1;
}
