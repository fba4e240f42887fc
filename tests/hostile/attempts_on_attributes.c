/* Attributes of files: by path, and of standard input, which is a file that was open before.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

/* Newer than the headers of some distributions. */
enum {
	NUMBER_FCHMODAT2 = 452,
	NUMBER_SETXATTRAT = 463,
	NUMBER_REMOVEXATTRAT = 466,
	NUMBER_FILE_SETATTR = 469,
};

static const char attribute[] = "user.plugh";

static int chmod_path(const struct facts *facts)
{
	return result_of(chmod(in_dir(facts, "victim"), 0644));
}

static int chmod_at(const struct facts *facts)
{
	return result_of(fchmodat(AT_FDCWD, in_dir(facts, "victim"), 0644, 0));
}

static int chmod_at2(const struct facts *facts)
{
	return result_of(syscall(NUMBER_FCHMODAT2, AT_FDCWD, in_dir(facts, "victim"), 0644, 0));
}

/* The mode and group that it has: run by hand, standard input may be a device of the system. */
static int chmod_open(const struct facts *facts)
{
	struct stat st = { .st_mode = 0644 };

	(void)facts;
	(void)fstat(STDIN_FILENO, &st);
	return result_of(fchmod(STDIN_FILENO, st.st_mode & 07777));
}

static int chown_path(const struct facts *facts)
{
	return result_of(chown(in_dir(facts, "victim"), (uid_t)-1, getegid()));
}

static int chown_link(const struct facts *facts)
{
	return result_of(lchown(in_dir(facts, "link"), (uid_t)-1, getegid()));
}

static int chown_at(const struct facts *facts)
{
	return result_of(fchownat(AT_FDCWD, in_dir(facts, "victim"), (uid_t)-1, getegid(), 0));
}

static int chown_open(const struct facts *facts)
{
	struct stat st = { .st_gid = getegid() };

	(void)facts;
	(void)fstat(STDIN_FILENO, &st);
	return result_of(fchown(STDIN_FILENO, (uid_t)-1, st.st_gid));
}

static int set_time(const struct facts *facts)
{
	return result_of(utime(in_dir(facts, "victim"), &(struct utimbuf){ 1, 1 }));
}

static int set_times(const struct facts *facts)
{
	return result_of(utimes(in_dir(facts, "victim"), NULL));
}

static int set_times_at(const struct facts *facts)
{
	return result_of(utimensat(AT_FDCWD, in_dir(facts, "victim"), NULL, 0));
}

static int set_times_open(const struct facts *facts)
{
	(void)facts;
	return result_of(futimens(STDIN_FILENO, NULL));
}

static int set_attribute(const struct facts *facts)
{
	return result_of(setxattr(in_dir(facts, "victim"), attribute, "x", 1, 0));
}

static int set_attribute_open(const struct facts *facts)
{
	(void)facts;
	return result_of(fsetxattr(STDIN_FILENO, attribute, "x", 1, 0));
}

static int set_attribute_at(const struct facts *facts)
{
	const char value[] = "x";
	const struct {
		uint64_t value;
		uint32_t size;
		uint32_t flags;
	} args = { (uintptr_t)value, 1, 0 };

	return result_of(syscall(NUMBER_SETXATTRAT, AT_FDCWD, in_dir(facts, "victim"), 0, attribute,
		&args, sizeof args));
}

static int remove_attribute(const struct facts *facts)
{
	return result_of(removexattr(in_dir(facts, "attributed"), "user.one"));
}

static int remove_attribute_at(const struct facts *facts)
{
	return result_of(syscall(
		NUMBER_REMOVEXATTRAT, AT_FDCWD, in_dir(facts, "attributed"), 0, "user.two"));
}

static int set_flags_open(const struct facts *facts)
{
	long flags = 0;

	(void)facts;
	if (ioctl(STDIN_FILENO, FS_IOC_GETFLAGS, &flags) < 0)
		return -errno;
	return result_of(ioctl(STDIN_FILENO, FS_IOC_SETFLAGS, &flags));
}

static int set_flags_with_high_bits(const struct facts *facts)
{
	long flags = 0;

	(void)facts;
	if (ioctl(STDIN_FILENO, FS_IOC_GETFLAGS, &flags) < 0)
		return -errno;
	return result_of(syscall(SYS_ioctl, STDIN_FILENO, 1UL << 32 | FS_IOC_SETFLAGS, &flags));
}

static int set_extended_flags_open(const struct facts *facts)
{
	struct fsxattr flags;

	(void)facts;
	if (ioctl(STDIN_FILENO, FS_IOC_FSGETXATTR, &flags) < 0)
		return -errno;
	return result_of(ioctl(STDIN_FILENO, FS_IOC_FSSETXATTR, &flags));
}

static int set_file_attributes(const struct facts *facts)
{
	uint64_t attributes[3] = { 0, 0, 0 };

	return result_of(syscall(NUMBER_FILE_SETATTR, AT_FDCWD, in_dir(facts, "victim"), attributes,
		sizeof attributes, 0));
}

static int take_lease(const struct facts *facts)
{
	(void)facts;
	if (fcntl(STDIN_FILENO, F_SETLEASE, F_RDLCK) < 0)
		return -errno;
	/* Else whoever writes the file waits. */
	return result_of(fcntl(STDIN_FILENO, F_SETLEASE, F_UNLCK));
}

const struct attempt attempts_on_attributes[] = {
	{ "chmod", chmod_path },
	{ "fchmodat", chmod_at },
	{ "fchmodat2", chmod_at2 },
	{ "fchmod", chmod_open },
	{ "chown", chown_path },
	{ "lchown", chown_link },
	{ "fchownat", chown_at },
	{ "fchown", chown_open },
	{ "utime", set_time },
	{ "utimes", set_times },
	{ "utimensat", set_times_at },
	{ "futimens", set_times_open },
	{ "setxattr", set_attribute },
	{ "fsetxattr", set_attribute_open },
	{ "setxattrat", set_attribute_at },
	{ "removexattr", remove_attribute },
	{ "removexattrat", remove_attribute_at },
	{ "setflags", set_flags_open },
	{ "setflags-high-bits", set_flags_with_high_bits },
	{ "fssetxattr", set_extended_flags_open },
	{ "file_setattr", set_file_attributes },
	{ "lease", take_lease },
	{ NULL, NULL },
};
