/* What is often entered into a scope.
 *
 * SPDX-License-Identifier: MIT */
#include "scope_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/fail.h>

#include "process_internal.h"

/* ---- Descriptors, memory ---- */

static int exit_close(void *arg, int r)
{
	int fd = (int)(intptr_t)arg;

	(void)r;
	/* On Linux it is closed also when a signal has interrupted that. */
	return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

int plugh_scope_close(struct plugh_scope *scope, int fd)
{
	return plugh_scope_defer(
		scope, exit_close, (void *)(intptr_t)fd); /* NOLINT(performance-no-int-to-ptr) */
}

static int exit_free(void *arg, int r)
{
	(void)r;
	free(arg);
	return 0;
}

int plugh_scope_free(struct plugh_scope *scope, void *memory)
{
	return memory != NULL ? plugh_scope_defer(scope, exit_free, memory) : 0;
}

/* ---- Files ---- */

struct file {
	int folder; /* O_PATH: the current folder may change */
	const char *name;
	char path[]; /* cut behind the folder */
};

static int exit_unlink(void *arg, int r)
{
	const struct file *file = (const struct file *)arg;

	(void)r;
	return unlinkat(file->folder, file->name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static void crash_unlink(void *arg, int signal)
{
	const struct file *file = (const struct file *)arg;

	(void)signal;
	(void)unlinkat(file->folder, file->name, 0);
}

static void release_file(void *arg)
{
	close(((struct file *)arg)->folder);
}

static int open_folder(struct file *file)
{
	const char *folder = ".";
	char *slash = strrchr(file->path, '/');

	file->name = slash != NULL ? slash + 1 : file->path;
	if (*file->name == '\0')
		return slash != NULL ? -EISDIR : -ENOENT;
	if (slash == file->path)
		folder = "/";
	else if (slash != NULL) {
		*slash = '\0';
		folder = file->path;
	}
	file->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return file->folder >= 0 ? 0 : -errno;
}

int plugh_scope_unlink(struct plugh_scope *scope, const char *path)
{
	static const struct plugh_context context = { .exit = exit_unlink, .crash = crash_unlink };
	size_t size = strlen(path) + 1;

	struct plugh_scope_entry *entry = scope_entry_create(
		scope, &context, sizeof(struct file) + size);
	if (entry == NULL)
		return -ENOMEM;
	struct file *file = (struct file *)entry->context.arg;
	memcpy(file->path, path, size);
	int r = open_folder(file);
	if (r < 0) {
		scope_entry_destroy(entry);
		return r;
	}
	entry->release = release_file;
	scope_entry_push(scope, entry);
	return 0;
}

/* ---- Children ---- */

struct child {
	struct plugh_process *process;
	struct plugh_ending how;
};

static int exit_process(void *arg, int r)
{
	const struct child *child = (const struct child *)arg;

	(void)r;
	if (child->process->pid <= 0 || child->process->is_reaped)
		return 0;
	int ended = plugh_process_end(child->process, &child->how, -1, NULL);
	return ended == -ECHILD ? 0 : ended;
}

static void crash_process(void *arg, int signal)
{
	const struct child *child = (const struct child *)arg;

	(void)signal;
	if (child->how.scope == PLUGH_END_TREE && child->how.tree != NULL)
		process_cgroup_kill(child->how.tree);
	if (child->how.scope != PLUGH_END_PROCESS)
		(void)plugh_process_signal_group(child->process, SIGKILL);
	(void)plugh_process_signal(child->process, SIGKILL);
}

static void release_process(void *arg)
{
	plugh_process_release(((struct child *)arg)->process);
}

int plugh_scope_process(
	struct plugh_scope *scope, struct plugh_process *process, const struct plugh_ending *how)
{
	static const struct plugh_context context = { .exit = exit_process,
		.crash = crash_process };
	struct child child = { process, *how };

	struct plugh_scope_entry *entry = scope_entry_create(scope, &context, sizeof child);
	if (entry == NULL) {
		(void)exit_process(&child, -ENOMEM);
		release_process(&child);
		return -ENOMEM;
	}
	memcpy(entry->context.arg, &child, sizeof child);
	entry->release = release_process;
	scope_entry_push(scope, entry);
	return 0;
}

/* ---- Outputs ---- */

static int exit_output(void *arg, int r)
{
	int closed = plugh_output_close((struct plugh_output *)arg, r);

	return closed < 0 ? closed : 0;
}

int plugh_scope_output(
	struct plugh_scope *scope, const char *path, struct plugh_output **ret_output)
{
	static const struct plugh_context context = { .exit = exit_output };
	struct plugh_output *output = NULL;

	struct plugh_scope_entry *entry = scope_entry_create(scope, &context, 0);
	if (entry == NULL)
		return plugh_fail(
			scope->host, -ENOMEM, "cannot open '%s'", path != NULL ? path : "-");
	int r = plugh_output_open(scope->host, path, &output);
	if (r < 0) {
		scope_entry_destroy(entry);
		return r;
	}
	entry->context.arg = output;
	scope_entry_push(scope, entry);
	*ret_output = output;
	return 0;
}
