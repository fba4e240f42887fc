/* Files that are written whole or not at all.
 *
 * What must hold at every moment: a temporary name that may stand in the folder is marked in its
 * slot (has_name), so that a signal handler finds and removes it. The mark is set before the name
 * is made and taken back after it is gone; the slots never move.
 *
 * SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "output_target.h"

enum {
	NAMES_MAX = 100, /* tries for a temporary name that is free */
	READER_MS = 10,  /* between two looks for the reader of a FIFO */
};

static const char acl_name[] = "system.posix_acl_access";

struct file_id {
	dev_t dev;
	ino_t ino;
};

struct output {
	bool is_open;
	int fd;
	struct file_id file; /* behind fd */

	/* Of one that was prepared: which path it is for, whether it was asked for, and what met
	 * it. */
	char *path;
	bool is_taken;
	int error;
	bool is_remote; /* the delegate puts it in place */

	/* The rest is for a file written beside its target; folder is -1 for one in place. */
	int folder; /* O_PATH */
	struct file_id folder_id;
	char *name; /* of the target in its folder */
	bool replaces;
	mode_t mode; /* of what is replaced; owner and group likewise */
	uid_t owner;
	gid_t group;
	atomic_bool has_name;
	char temporary[sizeof ".plugh-XXXXXX"];
};

struct outputs {
	struct outputs_spec spec;
	pid_t process;
	void (*remove_companion)(void *ctx); /* NULL: none */
	void *companion_ctx;
	struct outputs_delegate delegate;           /* for those that are remote */
	_Atomic(struct output *) slot[OUTPUTS_MAX]; /* made when they are first needed */
};

static struct file_id id_of(const struct stat *st)
{
	return (struct file_id){ st->st_dev, st->st_ino };
}

static bool is_same(struct file_id a, struct file_id b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

/* A copy shares the offset, so that what is written through both follows each other. */
static int copy_descriptor(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		return -errno;
	if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH) != 0)
		return -EBADF;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return copy >= 0 ? copy : -errno;
}

/* Wait so long, or until the user cancels. */
static bool is_cancelled(const struct outputs *outputs, int timeout_ms)
{
	struct pollfd cancel = { .fd = outputs->spec.cancel_fd, .events = POLLIN };
	return poll(&cancel, 1, timeout_ms) > 0;
}

/* A plain open for writing waits for the FIFO's reader in a way that only a signal to this thread
 * ends. No event tells of a reader that waits in open, so it is looked for now and then. */
static int open_fifo(const struct outputs *outputs, const struct output_target *target)
{
	for (;;) {
		int fd = openat(target->folder, target->name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0) {
			/* Whoever writes to it need not know of this. */
			(void)fcntl(fd, F_SETFL, 0);
			return fd;
		}
		if (errno != ENXIO)
			return -errno;
		if (is_cancelled(outputs, READER_MS))
			return -ECANCELED;
	}
}

/* Some devices wait, a line for its carrier. */
static int open_device(const struct outputs *outputs, const struct output_target *target)
{
	for (;;) {
		int fd = openat(
			target->folder, target->name, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		if (errno != EINTR)
			return -errno;
		if (is_cancelled(outputs, 0))
			return -ECANCELED;
	}
}

static bool is_taken(const struct outputs *outputs, struct file_id folder, const char *name)
{
	for (size_t i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		const struct output *output = outputs->slot[i];
		if (output->is_open && output->folder >= 0 && is_same(output->folder_id, folder) &&
			strcmp(output->name, name) == 0)
			return true;
	}
	return false;
}

/* .plugh- and six random letters or digits. */
static int make_name(char ret_name[sizeof ".plugh-XXXXXX"])
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	static const char start[] = ".plugh-";
	unsigned char random[6];

	if (getentropy(random, sizeof random) < 0)
		return -errno;
	memcpy(ret_name, start, sizeof start);
	for (size_t i = 0; i < sizeof random; i++)
		ret_name[sizeof start - 1 + i] = digit[random[i] % (sizeof digit - 1)];
	ret_name[sizeof start - 1 + sizeof random] = '\0';
	return 0;
}

/* A file without a name gets one by way of /proc. */
static int link_to(const struct output *output, const char *name)
{
	char self[32];

	snprintf(self, sizeof self, "/proc/self/fd/%d", output->fd);
	if (linkat(AT_FDCWD, self, output->folder, name, AT_SYMLINK_FOLLOW) < 0)
		return -errno;
	return 0;
}

static int create_named(struct output *output, mode_t mode)
{
	int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	output->fd = openat(output->folder, output->temporary, flags, mode);
	return output->fd >= 0 ? 0 : -errno;
}

/* Make a temporary name for what is without one: a new file, or the one behind the descriptor. */
static int with_temporary(struct output *output, bool is_new, mode_t mode)
{
	int r = -EEXIST;

	for (unsigned i = 0; i < NAMES_MAX && r == -EEXIST; i++) {
		r = make_name(output->temporary);
		if (r < 0)
			break;
		atomic_store(&output->has_name, true);
		r = is_new ? create_named(output, mode) : link_to(output, output->temporary);
		if (r < 0)
			atomic_store(&output->has_name, false);
	}
	return r;
}

static int create_file(const struct outputs *outputs, struct output *output)
{
	/* What is replaced gets its own mode before it can be seen. */
	mode_t mode = output->replaces ? 0600 : 0666;

	if (!outputs->spec.named_only && access("/proc/self/fd", X_OK) == 0) {
		output->fd = openat(output->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
		if (output->fd >= 0)
			return 0;
		/* Older file systems do not know the flag and see a folder opened for writing. */
		if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
			return -errno;
	}
	return with_temporary(output, true, mode);
}

/* Takes the target's folder in any case. */
static int open_beside(
	const struct outputs *outputs, struct output_target *target, struct output *ret_output)
{
	struct output *output = ret_output;
	struct stat folder;
	int r = 0;

	output->folder = target->folder;
	output->replaces = target->exists;
	output->mode = target->before.st_mode & 0777;
	output->owner = target->before.st_uid;
	output->group = target->before.st_gid;

	if (fstat(output->folder, &folder) < 0 ||
		(target->exists && faccessat(target->folder, target->name, W_OK, AT_EACCESS) < 0))
		r = -errno;
	else if (is_taken(outputs, id_of(&folder), target->name))
		r = -EBUSY;
	if (r < 0)
		goto out;

	output->folder_id = id_of(&folder);
	output->name = strdup(target->name);
	r = output->name != NULL ? create_file(outputs, output) : -ENOMEM;
out:
	if (r < 0) {
		free(output->name);
		output->name = NULL;
		close(output->folder);
		output->folder = -1;
	}
	return r;
}

/* Takes the target's folder in any case. */
static int open_target(
	const struct outputs *outputs, struct output_target *target, struct output *ret_output)
{
	int own = output_target_descriptor(target);
	int fd;

	if (own >= 0)
		fd = copy_descriptor(own);
	else if (!target->exists || S_ISREG(target->before.st_mode))
		return open_beside(outputs, target, ret_output);
	else if (S_ISDIR(target->before.st_mode))
		fd = -EISDIR;
	else if (S_ISFIFO(target->before.st_mode))
		fd = open_fifo(outputs, target);
	else
		fd = open_device(outputs, target);
	close(target->folder);
	ret_output->fd = fd;
	return fd < 0 ? fd : 0;
}

/* Close, and remove the temporary name if there is still one. */
static void release(struct output *output)
{
	if (atomic_load(&output->has_name))
		unlinkat(output->folder, output->temporary, 0);
	atomic_store(&output->has_name, false);
	if (output->fd >= 0)
		close(output->fd);
	if (output->folder >= 0)
		close(output->folder);
	free(output->name);
	output->name = NULL;
	output->fd = output->folder = -1;
	output->is_open = output->is_remote = false;
}

/* Is the descriptor still the one that was handed out? It may have been closed behind our back and
 * its number given to another file, which is not ours to touch. */
static bool has_descriptor(const struct output *output)
{
	struct stat st;
	return fstat(output->fd, &st) == 0 && is_same(id_of(&st), output->file);
}

static struct output *find(struct outputs *outputs, int fd, unsigned *ret_number)
{
	for (unsigned i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		struct output *output = outputs->slot[i];
		bool is_asked_for = output->path == NULL || output->is_taken;
		if (output->is_open && is_asked_for && output->fd == fd && has_descriptor(output)) {
			*ret_number = i;
			return output;
		}
	}
	return NULL;
}

/* A slot that is free. Returns 0, -ENOMEM or -EMFILE. */
static int take_slot(struct outputs *outputs, struct output **ret_output)
{
	size_t i = 0;

	/* One that was prepared keeps its number. */
	while (i < OUTPUTS_MAX && outputs->slot[i] != NULL &&
		(outputs->slot[i]->is_open || outputs->slot[i]->path != NULL))
		i++;
	if (i == OUTPUTS_MAX)
		return -EMFILE;
	if (outputs->slot[i] == NULL) {
		struct output *output = (struct output *)calloc(1, sizeof *output);
		if (output == NULL)
			return -ENOMEM;
		outputs->slot[i] = output;
	}
	*ret_output = outputs->slot[i];
	return 0;
}

/* Give the file the ACL of what it replaces. Without it the mode's group bits, which are the ACL's
 * mask, would give the group more than it had. Returns false where it cannot be set. */
static bool copy_acl(const struct output *output)
{
	char path[NAME_MAX + 64], acl[4096];

	snprintf(path, sizeof path, "/proc/self/fd/%d/%s", output->folder, output->name);
	ssize_t n = lgetxattr(path, acl_name, acl, sizeof acl);
	if (n >= 0)
		return fsetxattr(output->fd, acl_name, acl, (size_t)n, 0) == 0;
	if (errno != ENODATA)
		return errno == EOPNOTSUPP;
	/* Take back what the folder's default ACL gave. */
	return fremovexattr(output->fd, acl_name) == 0 || errno == ENODATA;
}

static int keep_attributes(const struct output *output)
{
	mode_t mode = output->mode;
	bool has_group = fchown(output->fd, output->owner, output->group) == 0 ||
			 fchown(output->fd, (uid_t)-1, output->group) == 0;

	if (!copy_acl(output) || !has_group)
		mode &= ~(mode_t)070 | (mode & 07) << 3;
	return fchmod(output->fd, mode) == 0 ? 0 : -errno;
}

/* Cancelling does not end it: what is whole is put in place. */
static int flush(int fd)
{
	while (fsync(fd) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int put_in_place(struct output *output)
{
	int r = output->replaces ? keep_attributes(output) : 0;
	if (r == 0)
		r = flush(output->fd);
	if (r < 0)
		return r;
	if (!atomic_load(&output->has_name)) {
		/* A name that is still free is taken without a detour. */
		r = output->replaces ? -EEXIST : link_to(output, output->name);
		if (r != -EEXIST)
			return r;
		r = with_temporary(output, false, 0);
		if (r < 0)
			return r;
	}
	if (renameat(output->folder, output->temporary, output->folder, output->name) < 0)
		return -errno;
	atomic_store(&output->has_name, false);
	return 0;
}

static int finish_in_place(struct output *output)
{
	struct stat st;

	/* Pipes, terminals and the like have no disk to flush to. */
	if (fstat(output->fd, &st) == 0 && S_ISBLK(st.st_mode))
		return flush(output->fd);
	return 0;
}

int outputs_create(const struct outputs_spec *spec, struct outputs **ret_outputs)
{
	struct outputs *outputs = (struct outputs *)calloc(1, sizeof *outputs);
	if (outputs == NULL)
		return -ENOMEM;
	outputs->spec = *spec;
	outputs->process = getpid();
	*ret_outputs = outputs;
	return 0;
}

static int start(struct outputs *outputs, struct output_target *target, struct output *output)
{
	struct stat st;

	output->fd = output->folder = -1;
	int r = open_target(outputs, target, output);
	if (r < 0)
		return r;
	output->is_open = true;
	if (fstat(output->fd, &st) < 0) {
		r = -errno;
		release(output);
		return r;
	}
	output->file = id_of(&st);
	return output->fd;
}

static struct output *find_prepared(struct outputs *outputs, const char *path)
{
	for (size_t i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		struct output *output = outputs->slot[i];
		if (output->path != NULL && strcmp(output->path, path) == 0)
			return output;
	}
	return NULL;
}

int outputs_open(struct outputs *outputs, const char *path)
{
	struct output_target target;

	struct output *output = find_prepared(outputs, path);
	if (output != NULL) {
		int error = output->is_taken ? -EBUSY : output->error;
		output->is_taken = true;
		return error < 0 ? error : output->fd;
	}
	int r = take_slot(outputs, &output);
	if (r != 0)
		return r;
	r = output_target_resolve(path, &target);
	return r != 0 ? r : start(outputs, &target, output);
}

/* Commit or discard, here or by the delegate. */
static int finish(struct outputs *outputs, struct output *output, enum outputs_request request,
	unsigned number)
{
	int r = 0;

	if (output->is_remote)
		r = outputs->delegate.ask(outputs->delegate.ctx, request, number);
	else if (request == OUTPUTS_COMMIT)
		r = output->folder >= 0 ? put_in_place(output) : finish_in_place(output);
	release(output);
	return r;
}

int outputs_commit(struct outputs *outputs, int fd)
{
	unsigned number;
	struct output *output = find(outputs, fd, &number);

	return output != NULL ? finish(outputs, output, OUTPUTS_COMMIT, number) : -EBADF;
}

void outputs_discard(struct outputs *outputs, int fd)
{
	unsigned number;
	struct output *output = find(outputs, fd, &number);

	if (output != NULL)
		(void)finish(outputs, output, OUTPUTS_DISCARD, number);
}

void outputs_discard_open(struct outputs *outputs)
{
	for (unsigned i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		struct output *output = outputs->slot[i];
		if (!output->is_open)
			continue;
		if (!has_descriptor(output))
			output->fd = -1;
		(void)finish(outputs, output, OUTPUTS_DISCARD, i);
	}
}

void outputs_set_companion(struct outputs *outputs, void (*remove)(void *ctx), void *ctx)
{
	outputs->companion_ctx = ctx;
	outputs->remove_companion = remove;
}

void outputs_discard_all(const struct outputs *outputs)
{
	if (outputs == NULL || getpid() != outputs->process)
		return;
	if (outputs->remove_companion != NULL)
		outputs->remove_companion(outputs->companion_ctx);
	if (outputs->delegate.hang_up != NULL)
		outputs->delegate.hang_up(outputs->delegate.ctx);
	for (size_t i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		const struct output *output = outputs->slot[i];
		if (atomic_load(&output->has_name))
			unlinkat(output->folder, output->temporary, 0);
	}
}

/* ---- Outputs that another process puts in place ---- */

bool outputs_prepare(struct outputs *outputs, const char *path)
{
	struct output_target target;
	struct output *output;

	/* What cannot be found or held is left to outputs_open, which tells why. */
	if (find_prepared(outputs, path) != NULL || output_target_resolve(path, &target) < 0)
		return false;
	bool is_beside = output_target_descriptor(&target) < 0 &&
			 (!target.exists || S_ISREG(target.before.st_mode));
	char *copy = is_beside ? strdup(path) : NULL;
	if (copy == NULL || take_slot(outputs, &output) < 0) {
		free(copy);
		close(target.folder);
		return false;
	}
	output->path = copy;
	int r = start(outputs, &target, output);
	output->error = r < 0 ? r : 0;
	return true;
}

void outputs_delegate(struct outputs *outputs, const struct outputs_delegate *delegate)
{
	outputs->delegate = *delegate;
	for (size_t i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		struct output *output = outputs->slot[i];
		if (!output->is_open || output->folder < 0)
			continue;
		close(output->folder);
		output->folder = -1;
		atomic_store(&output->has_name, false);
		output->is_remote = true;
	}
}

int outputs_perform(struct outputs *outputs, unsigned request, unsigned number)
{
	if (request != OUTPUTS_COMMIT && request != OUTPUTS_DISCARD)
		return -EINVAL;
	if (number >= OUTPUTS_MAX || outputs->slot[number] == NULL ||
		!outputs->slot[number]->is_open)
		return -EBADF;
	return finish(outputs, outputs->slot[number], (enum outputs_request)request, number);
}

size_t outputs_list(const struct outputs *outputs, int ret_fd[OUTPUTS_DESCRIPTORS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < OUTPUTS_MAX && outputs->slot[i] != NULL; i++) {
		const struct output *output = outputs->slot[i];
		if (!output->is_open)
			continue;
		ret_fd[n++] = output->fd;
		if (output->folder >= 0)
			ret_fd[n++] = output->folder;
	}
	return n;
}

void outputs_destroy(struct outputs *outputs)
{
	if (outputs == NULL)
		return;
	outputs_discard_open(outputs);
	for (size_t i = 0; i < OUTPUTS_MAX; i++) {
		if (outputs->slot[i] != NULL)
			free(outputs->slot[i]->path);
		free(outputs->slot[i]);
	}
	free(outputs);
}
