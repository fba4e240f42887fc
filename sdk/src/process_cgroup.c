/* A cgroup for a tree (cgroups(7), version 2): beside what this process is in, a folder that only
 * the tree's processes enter. They cannot leave it without rights over the folders above, and one
 * write ends them all (cgroup.kill, Linux 5.14).
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 100, REMOVE_ROUNDS = 20 };

/* One line of a list of mounts (proc_pid_mountinfo(5)): the fourth field is the root of the mount
 * in its file system, the fifth where it is mounted; the type stands behind " - ". Returns whether
 * it is a cgroup2 whose root holds `own`; ret_rest is own's rest below it. */
static bool is_mount_of(char *line, const char *own, char **ret_mount, const char **ret_rest)
{
	char *field[5], *save = NULL;
	const char *type = strstr(line, " - cgroup2 ");

	if (type == NULL)
		return false;
	for (int i = 0; i < 5; i++) {
		field[i] = strtok_r(i == 0 ? line : NULL, " ", &save);
		if (field[i] == NULL)
			return false;
	}
	size_t n = strcmp(field[3], "/") == 0 ? 0 : strlen(field[3]);
	if (strncmp(own, field[3], n) != 0 || (own[n] != '/' && own[n] != '\0'))
		return false;
	*ret_mount = field[4];
	*ret_rest = own + n;
	return true;
}

/* "0::PATH" (cgroups(7)). The caller frees. */
static char *find_own(void)
{
	char *line = NULL, *own = NULL;
	size_t size = 0;

	FILE *file = fopen("/proc/self/cgroup", "re");
	if (file == NULL)
		return NULL;
	while (own == NULL && getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0)
			own = strdup(line + 3);
	}
	free(line);
	fclose(file);
	return own;
}

/* The folder of the cgroup that this process is in. Returns a descriptor or -errno. */
static int open_own(void)
{
	struct plugh_buf path = { 0 };
	char *line = NULL, *mount;
	const char *rest;
	size_t size = 0;
	int fd = -ENOENT;

	char *own = find_own();
	FILE *file = own != NULL ? fopen("/proc/self/mountinfo", "re") : NULL;
	while (fd < 0 && file != NULL && getline(&line, &size, file) > 0) {
		if (!is_mount_of(line, own, &mount, &rest))
			continue;
		plugh_buf_clear(&path);
		plugh_buf_appendf(&path, "%s/%s", mount, rest);
		fd = open(plugh_buf_text(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	}
	if (file != NULL)
		fclose(file);
	free(line);
	free(own);
	plugh_buf_release(&path);
	return fd;
}

static int make_folder(struct plugh_tree *tree)
{
	for (int i = 0; i < TRIES; i++) {
		snprintf(tree->cgroup_name, sizeof tree->cgroup_name, "plugh-%d-%d", (int)getpid(),
			i);
		if (mkdirat(tree->cgroup_parent, tree->cgroup_name, 0755) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static void remove_folder(const struct plugh_tree *tree)
{
	unlinkat(tree->cgroup_parent, tree->cgroup_name, AT_REMOVEDIR);
}

void process_cgroup_open(struct plugh_tree *tree)
{
	tree->cgroup_parent = open_own();
	if (tree->cgroup_parent < 0)
		return;
	/* To move a child from here down takes the right to write here. */
	if (faccessat(tree->cgroup_parent, "cgroup.procs", W_OK, AT_EACCESS) == 0 &&
		make_folder(tree) == 0) {
		tree->cgroup = openat(
			tree->cgroup_parent, tree->cgroup_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (tree->cgroup < 0)
			remove_folder(tree);
	}
	if (tree->cgroup < 0) {
		close(tree->cgroup_parent);
		tree->cgroup_parent = -1;
	}
}

int process_cgroup_entry(const struct plugh_tree *tree)
{
	int fd = openat(tree->cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void process_cgroup_kill(const struct plugh_tree *tree)
{
	int fd = openat(tree->cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t put = write(fd, "1", 1);
	(void)put; /* what is not ended so is by signals */
	close(fd);
}

/* What is let go on goes to where this process is. */
static void move_out(const struct plugh_tree *tree)
{
	char list[4096], *next = list;
	int from = openat(tree->cgroup, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	int to = openat(tree->cgroup_parent, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	ssize_t n = from >= 0 && to >= 0 ? read(from, list, sizeof list - 1) : -1;

	list[n > 0 ? n : 0] = '\0';
	/* A write is one number; a last one that is cut off comes in the next round. */
	while (strchr(next, '\n') != NULL) {
		size_t length = strcspn(next, "\n");
		/* One that has ended meanwhile is not there to be moved. */
		if (write(to, next, length) < 0 && errno != ESRCH)
			break;
		next += length + 1;
	}
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
}

void process_cgroup_close(struct plugh_tree *tree)
{
	if (tree->cgroup < 0)
		return;
	for (int i = 0; i < REMOVE_ROUNDS; i++) {
		if (unlinkat(tree->cgroup_parent, tree->cgroup_name, AT_REMOVEDIR) == 0 ||
			errno != EBUSY)
			break;
		move_out(tree);
	}
	close(tree->cgroup);
	close(tree->cgroup_parent);
	tree->cgroup = tree->cgroup_parent = -1;
}
