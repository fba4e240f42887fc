/* The processes that descend from this one.
 *
 * They are found from the top down. A child that is listed may end, and its number be given to
 * another, before it is used: so each is known by number and time of start, and before a signal is
 * sent it is pinned by a pidfd, and then seen to be a child of a parent that is in the family (or
 * of this process, to which orphans come). While the parent lives its number is no other's; so by
 * induction what is signalled is ours.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FIELD_PARENT = 4, /* of /proc/PID/stat, from 1 (proc_pid_stat(5)) */
	FIELD_START = 22,
	PID_LIMIT = 4 * 1024 * 1024, /* PID_MAX_LIMIT of a 64-bit kernel */
	SWEEP_FURTHER = 64 * 1024,
	SMALLEST = 64,
};

struct stat_line {
	pid_t parent;
	unsigned long long start;
	bool is_zombie;
};

/* Read a small file of /proc. Returns its length or -errno. */
static ssize_t read_text(const char *path, char *ret_text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, ret_text, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	ret_text[n > 0 ? n : 0] = '\0';
	return n;
}

/* Returns 0, or -ESRCH where it is gone. */
static int read_stat(pid_t pid, struct stat_line *ret_line)
{
	char path[64], text[1024];

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (read_text(path, text, sizeof text) <= 0)
		return -ESRCH;
	/* The name is in brackets, and may hold any. */
	char *field = strrchr(text, ')');
	if (field == NULL || field[1] == '\0')
		return -ESRCH;
	field += 2;
	ret_line->is_zombie = *field == 'Z' || *field == 'X';
	for (int i = FIELD_PARENT - 1; i < FIELD_START; i++) {
		field = strchr(field, ' ');
		if (field == NULL)
			return -ESRCH;
		field++;
		if (i == FIELD_PARENT - 1)
			ret_line->parent = (pid_t)strtol(field, NULL, 10);
	}
	ret_line->start = strtoull(field, NULL, 10);
	return 0;
}

static int append(struct process_family *family, struct process_member member)
{
	if (family->count == family->capacity) {
		size_t capacity = family->capacity > 0 ? 2 * family->capacity : SMALLEST;
		struct process_member *grown = (struct process_member *)reallocarray(
			family->member, capacity, sizeof *grown);
		if (grown == NULL)
			return -ENOMEM;
		family->member = grown;
		family->capacity = capacity;
	}
	family->member[family->count++] = member;
	return 0;
}

bool process_family_is_known(const struct plugh_tree *tree, pid_t pid)
{
	for (size_t i = 0; i < tree->known_count; i++)
		if (tree->known[i] == pid)
			return true;
	return false;
}

/* One that has lost its parent meanwhile is listed a second time. */
static bool is_listed(const struct process_family *family, pid_t pid)
{
	for (size_t i = 0; i < family->count; i++)
		if (family->member[i].pid == pid)
			return true;
	return false;
}

/* Add a child, if it is still there. */
static int add(
	struct process_family *family, const struct plugh_tree *tree, pid_t pid, size_t parent)
{
	struct stat_line line;

	if ((parent == OURSELVES && process_family_is_known(tree, pid)) || is_listed(family, pid))
		return 0;
	if (read_stat(pid, &line) < 0)
		return 0;
	return append(
		family, (struct process_member){ pid, parent, line.start, line.is_zombie, false });
}

/* The numbers in a list of children, which ends where the buffer does: what is cut off is found in
 * the next round. */
static int add_list(struct process_family *family, const struct plugh_tree *tree, const char *text,
	size_t parent)
{
	int r = 0;

	while (r == 0) {
		char *end;
		long pid = strtol(text, &end, 10);
		if (end == text || *end == '\0')
			break;
		r = add(family, tree, (pid_t)pid, parent);
		text = end;
	}
	return r;
}

/* The children of all threads of a process. */
static int add_children(struct process_family *family, const struct plugh_tree *tree, size_t parent)
{
	int pid = (int)(parent == OURSELVES ? getpid() : family->member[parent].pid);
	const struct dirent *entry;
	char path[64 + sizeof entry->d_name], list[16 * 1024];
	int r = 0;

	snprintf(path, sizeof path, "/proc/%d/task", pid);
	DIR *dir = opendir(path);
	if (dir == NULL)
		return 0;
	while (r == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, entry->d_name);
		if (read_text(path, list, sizeof list) > 0)
			r = add_list(family, tree, list, parent);
	}
	closedir(dir);
	return r;
}

static int list_by_children(struct process_family *family, const struct plugh_tree *tree)
{
	int r = add_children(family, tree, OURSELVES);

	for (size_t i = 0; r == 0 && i < family->count; i++)
		if (!family->member[i].is_zombie)
			r = add_children(family, tree, i);
	return r;
}

/* Everybody's number, time and parent; the parent's number is kept in place of its index. */
static int list_all(struct process_family *all)
{
	const struct dirent *entry;
	struct stat_line line;
	int r = 0;

	DIR *dir = opendir("/proc");
	if (dir == NULL)
		return 0;
	while (r == 0 && (entry = readdir(dir)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid > 0 && read_stat(pid, &line) == 0)
			r = append(all, (struct process_member){ pid, (size_t)line.parent,
						line.start, line.is_zombie, false });
	}
	closedir(dir);
	return r;
}

static int add_children_of_all(struct process_family *family, const struct plugh_tree *tree,
	const struct process_family *all, size_t parent)
{
	pid_t pid = parent == OURSELVES ? getpid() : family->member[parent].pid;
	int r = 0;

	for (size_t i = 0; i < all->count && r == 0; i++)
		if (all->member[i].parent == (size_t)pid)
			r = add(family, tree, all->member[i].pid, parent);
	return r;
}

static int list_by_all(struct process_family *family, const struct plugh_tree *tree)
{
	struct process_family all = { 0 };

	int r = list_all(&all);
	if (r == 0)
		r = add_children_of_all(family, tree, &all, OURSELVES);
	for (size_t i = 0; r == 0 && i < family->count; i++)
		r = add_children_of_all(family, tree, &all, i);
	process_family_release(&all);
	return r;
}

/* Is it a child of this process? The kernel alone answers, and nobody needs /proc for it. */
static bool is_child(idtype_t type, pid_t pid, bool *ret_is_zombie)
{
	siginfo_t info = { 0 };

	if (waitid(type, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
		return false;
	*ret_is_zombie = info.si_pid != 0;
	return true;
}

/* Numbers are given upwards, so children are looked for from this process's own on. The list may
 * end behind the first that is found: what is further on is found when that one is gone. All
 * numbers that there can be take less than a second, and only where orphans have come. */
static int list_by_sweep(struct process_family *family)
{
	pid_t self = getpid();
	pid_t left = PID_LIMIT;
	bool is_zombie;
	int r = 0;

	if (!is_child(P_ALL, 0, &is_zombie))
		return 0;
	for (pid_t i = 1; left > 0 && r == 0; i++, left--) {
		pid_t pid = (self + i) % PID_LIMIT;
		if (pid == 0 || !is_child(P_PID, pid, &is_zombie))
			continue;
		r = append(family, (struct process_member){ pid, OURSELVES, 0, is_zombie, false });
		if (left > SWEEP_FURTHER)
			left = SWEEP_FURTHER;
	}
	return r;
}

/* Only to open it tells: access(2) is not judged by Landlock. */
static bool can_read(const char *path)
{
	char byte[2];
	return read_text(path, byte, sizeof byte) >= 0;
}

enum process_listing process_family_find_listing(void)
{
	bool is_zombie;

	if (can_read("/proc/thread-self/children"))
		return LISTING_CHILDREN;
	if (can_read("/proc/self/stat"))
		return LISTING_ALL;
	return is_child(P_ALL, 0, &is_zombie) ? LISTING_NONE : LISTING_SWEEP;
}

int process_family_list(struct process_family *family, const struct plugh_tree *tree)
{
	family->count = 0;
	switch (tree->listing) {
	case LISTING_CHILDREN:
		return list_by_children(family, tree);
	case LISTING_ALL:
		return list_by_all(family, tree);
	case LISTING_SWEEP:
		return list_by_sweep(family);
	default:
		return 0;
	}
}

/* Is it still what it was when it was listed, or an orphan that has come to us since? */
static bool is_ours(const struct process_family *family, size_t index)
{
	const struct process_member *member = &family->member[index];
	struct stat_line line;
	bool is_zombie;

	if (member->start == 0)
		return is_child(P_PID, member->pid, &is_zombie);
	if (read_stat(member->pid, &line) < 0 || line.start != member->start)
		return false;
	if (line.parent == getpid())
		return true;
	if (member->parent == OURSELVES)
		return false;
	const struct process_member *parent = &family->member[member->parent];
	return line.parent == parent->pid && read_stat(parent->pid, &line) == 0 &&
	       line.start == parent->start;
}

int process_family_pin(const struct process_family *family, size_t index)
{
	int pidfd = process_open_pidfd(family->member[index].pid);
	if (pidfd < 0 && errno != ENOSYS)
		return errno == ESRCH ? -ESRCH : -errno;
	if (is_ours(family, index))
		return pidfd < 0 ? -ENOSYS : pidfd;
	if (pidfd >= 0)
		close(pidfd);
	return -ESRCH;
}

void process_family_release(struct process_family *family)
{
	free(family->member);
	*family = (struct process_family){ 0 };
}
