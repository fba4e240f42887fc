/* Files: reading, listing, writing, names.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int read_byte(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : result_of(read(fd, &byte, 1));
}

static int read_key(const struct facts *facts)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/.ssh/id_rsa", facts->home);
	return read_byte(path);
}

static int read_own(const struct facts *facts)
{
	return read_byte(in_dir(facts, "secret"));
}

static int read_through_link(const struct facts *facts)
{
	return read_byte(in_dir(facts, "link"));
}

static int read_of_other_user(const struct facts *facts)
{
	return read_byte(in_dir(facts, "other"));
}

static int read_shadow(const struct facts *facts)
{
	(void)facts;
	return read_byte("/etc/shadow");
}

static int read_passwd(const struct facts *facts)
{
	(void)facts;
	return read_byte("/etc/passwd");
}

static int read_by_openat2(const struct facts *facts)
{
	uint64_t how[3] = { O_RDONLY, 0, 0 };

	return result_of(syscall(SYS_openat2, AT_FDCWD, in_dir(facts, "secret"), how, sizeof how));
}

static int read_by_handle(const struct facts *facts)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} file = { .handle = { .handle_bytes = MAX_HANDLE_SZ } };
	int mount;

	if (name_to_handle_at(AT_FDCWD, in_dir(facts, "secret"), &file.handle, &mount, 0) < 0)
		return -errno;
	/* The current folder is in the same file system. */
	return result_of(open_by_handle_at(AT_FDCWD, &file.handle, O_RDONLY));
}

/* What O_PATH gives is no right to read. */
static int read_by_reopening(const struct facts *facts)
{
	char path[64];
	int fd = open(in_dir(facts, "secret"), O_PATH | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return read_byte(path);
}

static int list(const char *path)
{
	DIR *folder = opendir(path);

	if (folder == NULL)
		return -errno;
	return readdir(folder) != NULL ? 0 : -EIO;
}

static int list_home(const struct facts *facts)
{
	return list(facts->home);
}

static int list_root(const struct facts *facts)
{
	(void)facts;
	return list("/");
}

static int list_processes(const struct facts *facts)
{
	(void)facts;
	return list("/proc");
}

static int watch_folder(const struct facts *facts)
{
	int fd = inotify_init1(IN_CLOEXEC);

	return fd < 0 ? -errno : result_of(inotify_add_watch(fd, facts->dir, IN_ALL_EVENTS));
}

static int watch_by_fanotify(const struct facts *facts)
{
	(void)facts;
	return result_of(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY));
}

static int write_file(const struct facts *facts)
{
	int fd = open(in_dir(facts, "victim"), O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : result_of(write(fd, "x", 1));
}

static int append_file(const struct facts *facts)
{
	return result_of(open(in_dir(facts, "victim"), O_WRONLY | O_APPEND));
}

static int truncate_by_path(const struct facts *facts)
{
	return result_of(truncate(in_dir(facts, "victim"), 1));
}

static int truncate_by_open(const struct facts *facts)
{
	return result_of(open(in_dir(facts, "victim"), O_WRONLY | O_TRUNC));
}

static int truncate_by_reading(const struct facts *facts)
{
	return result_of(open(in_dir(facts, "victim"), O_RDONLY | O_TRUNC));
}

static int create(const struct facts *facts)
{
	return result_of(open(in_dir(facts, "new"), O_WRONLY | O_CREAT, 0600));
}

static int create_unnamed(const struct facts *facts)
{
	return result_of(open(facts->dir, O_TMPFILE | O_RDWR, 0600));
}

static int create_in_tmp(const struct facts *facts)
{
	char path[] = "/tmp/plugh-hostile-XXXXXX";
	int fd = mkstemp(path);

	(void)facts;
	if (fd < 0)
		return -errno;
	unlink(path);
	return 0;
}

static int create_shared_memory(const struct facts *facts)
{
	char name[64];

	snprintf(name, sizeof name, "/plugh-hostile-%d", (int)facts->victim);
	int fd = shm_open(name, O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		return -errno;
	shm_unlink(name);
	return 0;
}

static int make_folder(const struct facts *facts)
{
	return result_of(mkdir(in_dir(facts, "new-folder"), 0700));
}

static int remove_folder(const struct facts *facts)
{
	return result_of(rmdir(in_dir(facts, "empty")));
}

static int remove_file(const struct facts *facts)
{
	return result_of(unlink(in_dir(facts, "to-remove")));
}

static int rename_file(const struct facts *facts)
{
	char from[PATH_MAX];

	snprintf(from, sizeof from, "%s", in_dir(facts, "to-rename"));
	return result_of(rename(from, in_dir(facts, "renamed")));
}

static int exchange_files(const struct facts *facts)
{
	char from[PATH_MAX];

	snprintf(from, sizeof from, "%s", in_dir(facts, "victim"));
	return result_of(renameat2(
		AT_FDCWD, from, AT_FDCWD, in_dir(facts, "folder/inner"), RENAME_EXCHANGE));
}

static int link_file(const struct facts *facts)
{
	char from[PATH_MAX];

	snprintf(from, sizeof from, "%s", in_dir(facts, "victim"));
	return result_of(link(from, in_dir(facts, "second-name")));
}

static int link_symbolically(const struct facts *facts)
{
	return result_of(symlink("/etc/passwd", in_dir(facts, "new-link")));
}

static int make_fifo(const struct facts *facts)
{
	return result_of(mkfifo(in_dir(facts, "new-fifo"), 0600));
}

static int make_device(const struct facts *facts)
{
	/* /dev/null's number: harmless. */
	return result_of(mknod(in_dir(facts, "new-device"), S_IFCHR | 0600, 1 << 8 | 3));
}

static int make_socket_node(const struct facts *facts)
{
	return result_of(mknod(in_dir(facts, "new-node"), S_IFSOCK | 0600, 0));
}

const struct attempt attempts_on_files[] = {
	{ "read-ssh-key", read_key },
	{ "read-own-file", read_own },
	{ "read-through-link", read_through_link },
	{ "read-of-other-user", read_of_other_user },
	{ "read-shadow", read_shadow },
	{ "read-passwd", read_passwd },
	{ "read-by-openat2", read_by_openat2 },
	{ "read-by-handle", read_by_handle },
	{ "read-by-reopening", read_by_reopening },
	{ "list-home", list_home },
	{ "list-root", list_root },
	{ "list-processes", list_processes },
	{ "inotify", watch_folder },
	{ "fanotify", watch_by_fanotify },
	{ "write", write_file },
	{ "append", append_file },
	{ "truncate", truncate_by_path },
	{ "open-truncate", truncate_by_open },
	{ "open-truncate-reading", truncate_by_reading },
	{ "create", create },
	{ "create-unnamed", create_unnamed },
	{ "create-in-tmp", create_in_tmp },
	{ "create-shared-memory", create_shared_memory },
	{ "mkdir", make_folder },
	{ "rmdir", remove_folder },
	{ "unlink", remove_file },
	{ "rename", rename_file },
	{ "rename-exchange", exchange_files },
	{ "link", link_file },
	{ "symlink", link_symbolically },
	{ "mkfifo", make_fifo },
	{ "mknod-device", make_device },
	{ "mknod-socket", make_socket_node },
	{ NULL, NULL },
};
