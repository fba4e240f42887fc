/* Calls of the system that are new, or that hardly anybody makes.
 *
 * Where an attempt cannot succeed without harm it asks for what the kernel refuses only after it
 * has looked at the caller's rights: that answer counts as success.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers of some distributions. */
enum {
	NUMBER_MOUNT_SETATTR = 442,
	NUMBER_MEMFD_SECRET = 447,
	NUMBER_PROCESS_MRELEASE = 448,
	NUMBER_LISTMOUNT = 458,
	NUMBER_LSM_LIST_MODULES = 461,
	NUMBER_GETXATTRAT = 464,
	NUMBER_FILE_GETATTR = 468,
	NUMBER_LISTNS = 470,
};

/* The kernel got as far as this. */
static int but_for(long r, int error)
{
	return r < 0 && errno == error ? 0 : result_of(r);
}

static int restart_machine(const struct facts *facts)
{
	(void)facts;
	return but_for(syscall(SYS_reboot, 0, 0, 0, NULL), EINVAL);
}

static int add_swap(const struct facts *facts)
{
	return but_for(syscall(SYS_swapon, in_dir(facts, "missing"), 0), ENOENT);
}

static int remove_swap(const struct facts *facts)
{
	return but_for(syscall(SYS_swapoff, in_dir(facts, "missing")), ENOENT);
}

static int load_kernel(const struct facts *facts)
{
	(void)facts;
	return but_for(syscall(SYS_kexec_load, 0, 0, NULL, -1L), EINVAL);
}

static int load_module(const struct facts *facts)
{
	(void)facts;
	return but_for(syscall(SYS_init_module, NULL, 0, ""), ENOEXEC);
}

static int remove_module(const struct facts *facts)
{
	(void)facts;
	return but_for(syscall(SYS_delete_module, "plugh-none", O_NONBLOCK), ENOENT);
}

static int account(const struct facts *facts)
{
	return but_for(syscall(SYS_acct, in_dir(facts, "missing")), ENOENT);
}

static int pivot(const struct facts *facts)
{
	long r = syscall(SYS_pivot_root, in_dir(facts, "folder"), in_dir(facts, "folder"));

	/* The folder is no mount; and it lies on the mount of the root. */
	return r < 0 && errno == EBUSY ? 0 : but_for(r, EINVAL);
}

static int secret_memory(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(NUMBER_MEMFD_SECRET, 0));
}

static int release_memory(const struct facts *facts)
{
	int fd = (int)syscall(SYS_pidfd_open, facts->victim, 0);

	return but_for(syscall(NUMBER_PROCESS_MRELEASE, fd, 0), EINVAL);
}

static int move_pages(const struct facts *facts)
{
	return result_of(syscall(SYS_move_pages, facts->victim, 0UL, NULL, NULL, NULL, 0));
}

static int set_mount(const struct facts *facts)
{
	uint64_t nothing[4] = { 0, 0, 0, 0 };

	return result_of(
		syscall(NUMBER_MOUNT_SETATTR, AT_FDCWD, facts->dir, 0, nothing, sizeof nothing));
}

static int pick_mount(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_fspick, AT_FDCWD, "/", 0));
}

static int move_mount(const struct facts *facts)
{
	(void)facts;
	return but_for(syscall(SYS_move_mount, -1, "", -1, "", -1), EINVAL);
}

static int list_mounts(const struct facts *facts)
{
	const struct {
		uint32_t size, spare;
		uint64_t mount, param;
	} all = { 24, 0, UINT64_MAX, 0 };
	uint64_t id[8];

	(void)facts;
	return result_of(syscall(NUMBER_LISTMOUNT, &all, id, 8UL, 0));
}

static int list_namespaces(const struct facts *facts)
{
	const uint64_t all[5] = { 40 };
	uint64_t id[8];

	(void)facts;
	return result_of(syscall(NUMBER_LISTNS, all, id, 8UL, 0));
}

static int list_security(const struct facts *facts)
{
	uint64_t id[32];
	uint32_t size = sizeof id;

	(void)facts;
	return result_of(syscall(NUMBER_LSM_LIST_MODULES, id, &size, 0));
}

static int get_attribute_at(const struct facts *facts)
{
	char value[8];
	const struct {
		uint64_t value;
		uint32_t size, flags;
	} args = { (uintptr_t)value, sizeof value, 0 };

	return result_of(syscall(NUMBER_GETXATTRAT, AT_FDCWD, in_dir(facts, "attributed"), 0,
		"user.three", &args, sizeof args));
}

static int get_file_attributes(const struct facts *facts)
{
	uint64_t attributes[3] = { 0, 0, 0 };

	return result_of(syscall(NUMBER_FILE_GETATTR, AT_FDCWD, in_dir(facts, "victim"), attributes,
		sizeof attributes, 0));
}

static int quota(const struct facts *facts)
{
	const unsigned sync = 0x800001u << 8;

	(void)facts;
	return result_of(syscall(SYS_quotactl, sync, NULL, 0, NULL));
}

static int change_groups(const struct facts *facts)
{
	(void)facts;
	return result_of(setgroups(0, NULL));
}

static int change_group(const struct facts *facts)
{
	return result_of(syscall(SYS_setgid, facts->user));
}

static int keep_users(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_setresuid, -1, -1, -1));
}

static int set_group_priority(const struct facts *facts)
{
	(void)facts;
	errno = 0;
	int now = getpriority(PRIO_PGRP, 0);
	return errno != 0 ? -errno : result_of(setpriority(PRIO_PGRP, 0, now));
}

static int set_scheduling(const struct facts *facts)
{
	uint32_t attributes[12] = { 0 };

	if (syscall(SYS_sched_getattr, facts->victim, attributes, sizeof attributes, 0) < 0)
		return -errno;
	return result_of(syscall(SYS_sched_setattr, facts->victim, attributes, 0));
}

#if defined(__x86_64__)
static int port_level(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_iopl, 0));
}

static int port_rights(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_ioperm, 0UL, 1UL, 0));
}

static int segment_table(const struct facts *facts)
{
	char table[16];

	(void)facts;
	/* The call says int, the kernel long: what is wrong has its upper half clear. */
	int r = (int)syscall(SYS_modify_ldt, 0, table, sizeof table);
	return r < 0 ? r == -1 ? -errno : r : 0;
}
#endif

const struct attempt attempts_by_rare_calls[] = {
	{ "reboot", restart_machine },
	{ "swapon", add_swap },
	{ "swapoff", remove_swap },
	{ "kexec_load", load_kernel },
	{ "init_module", load_module },
	{ "delete_module", remove_module },
	{ "acct", account },
	{ "pivot_root", pivot },
	{ "memfd_secret", secret_memory },
	{ "process_mrelease", release_memory },
	{ "move_pages", move_pages },
	{ "mount_setattr", set_mount },
	{ "fspick", pick_mount },
	{ "move_mount", move_mount },
	{ "listmount", list_mounts },
	{ "listns", list_namespaces },
	{ "lsm_list_modules", list_security },
	{ "getxattrat", get_attribute_at },
	{ "file_getattr", get_file_attributes },
	{ "quotactl", quota },
	{ "setgroups", change_groups },
	{ "setgid", change_group },
	{ "setresuid", keep_users },
	{ "setpriority-group", set_group_priority },
	{ "sched_setattr", set_scheduling },
#if defined(__x86_64__)
	{ "iopl", port_level },
	{ "ioperm", port_rights },
	{ "modify_ldt", segment_table },
#endif
	{ NULL, NULL },
};
