/* The kernel, the machine, and what the process was started with.
 *
 * Where an attempt succeeds it must do no harm: it sets what was set, or is undone at once.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
	NUMBER_OPEN_TREE_ATTR = 467,
	CLONE_TREE = 1,       /* OPEN_TREE_CLONE */
	SESSION_KEYRING = -3, /* KEY_SPEC_SESSION_KEYRING */
	X32_BIT = 0x40000000,
};

static int io_uring(const struct facts *facts)
{
	struct io_uring_params params = { 0 };

	(void)facts;
	return result_of(syscall(SYS_io_uring_setup, 4, &params));
}

static int old_aio(const struct facts *facts)
{
	unsigned long context = 0;

	(void)facts;
	return result_of(syscall(SYS_io_setup, 1, &context));
}

static int user_faults(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY));
}

static int bpf_map(const struct facts *facts)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};

	(void)facts;
	return result_of(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof attr));
}

static int perf_events(const struct facts *facts)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof attr,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	(void)facts;
	return result_of(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
}

static int key_control(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, SESSION_KEYRING, 1));
}

static int add_key(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_add_key, "user", "plugh", "x", 1, SESSION_KEYRING));
}

static int unshare_user(const struct facts *facts)
{
	(void)facts;
	return result_of(unshare(CLONE_NEWUSER));
}

static int unshare_net(const struct facts *facts)
{
	(void)facts;
	return result_of(unshare(CLONE_NEWNET));
}

static int clone_user(const struct facts *facts)
{
	(void)facts;
	long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);
	if (child == 0)
		_exit(0);
	return result_of(child);
}

static int clone_user_high_bits(const struct facts *facts)
{
	(void)facts;
	long child = syscall(SYS_clone, 1UL << 32 | CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);
	if (child == 0)
		_exit(0);
	return result_of(child);
}

static int clone3_user(const struct facts *facts)
{
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };

	(void)facts;
	long child = syscall(SYS_clone3, &args, sizeof args);
	if (child == 0)
		_exit(0);
	return result_of(child);
}

static int enter_namespace(const struct facts *facts)
{
	int fd = (int)syscall(SYS_pidfd_open, facts->victim, 0);

	return result_of(setns(fd, CLONE_NEWNET));
}

static int mount_folder(const struct facts *facts)
{
	if (mount("none", in_dir(facts, "folder"), "tmpfs", 0, NULL) < 0)
		return -errno;
	return result_of(umount(in_dir(facts, "folder")));
}

static int change_root(const struct facts *facts)
{
	return result_of(chroot(facts->dir));
}

static int open_tree_copy(const struct facts *facts)
{
	return result_of(syscall(SYS_open_tree, AT_FDCWD, facts->dir, CLONE_TREE));
}

static int open_tree_attributes(const struct facts *facts)
{
	return result_of(syscall(NUMBER_OPEN_TREE_ATTR, AT_FDCWD, facts->dir, CLONE_TREE, NULL, 0));
}

static int open_file_system(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_fsopen, "tmpfs", 0));
}

static int shared_memory(const struct facts *facts)
{
	(void)facts;
	int id = shmget(IPC_PRIVATE, 4096, 0600);
	if (id < 0)
		return -errno;
	return result_of(shmctl(id, IPC_RMID, NULL));
}

static int semaphores(const struct facts *facts)
{
	(void)facts;
	int id = semget(IPC_PRIVATE, 1, 0600);
	if (id < 0)
		return -errno;
	return result_of(semctl(id, 0, IPC_RMID));
}

static int message_queue(const struct facts *facts)
{
	(void)facts;
	int id = msgget(IPC_PRIVATE, 0600);
	if (id < 0)
		return -errno;
	return result_of(msgctl(id, IPC_RMID, NULL));
}

static int posix_queue(const struct facts *facts)
{
	char name[64];

	snprintf(name, sizeof name, "/plugh-%d", (int)facts->victim);
	int r = result_of(mq_open(name, O_RDWR | O_CREAT, 0600, NULL));
	/* Landlock alone refuses to open it, when it has been made. */
	mq_unlink(name);
	return r;
}

static int set_clock(const struct facts *facts)
{
	struct timespec now;

	(void)facts;
	clock_gettime(CLOCK_REALTIME, &now);
	return result_of(syscall(SYS_clock_settime, CLOCK_REALTIME, &now));
}

static int set_time_of_day(const struct facts *facts)
{
	struct timezone zone = { 0, 0 };

	(void)facts;
	return result_of(syscall(SYS_settimeofday, NULL, &zone));
}

static int adjust_clock(const struct facts *facts)
{
	struct timex zero = { .modes = ADJ_SETOFFSET };

	(void)facts;
	return result_of(syscall(SYS_adjtimex, &zero));
}

static int change_personality(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_personality, (unsigned long)ADDR_NO_RANDOMIZE));
}

static int set_host_name(const struct facts *facts)
{
	char name[256];

	(void)facts;
	if (gethostname(name, sizeof name) < 0)
		return -errno;
	return result_of(sethostname(name, strlen(name)));
}

static int change_user(const struct facts *facts)
{
	return result_of(syscall(SYS_setuid, facts->user));
}

static int kernel_log(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_syslog, 10, NULL, 0));
}

static int type_ahead(const struct facts *facts)
{
	(void)facts;
	return result_of(ioctl(STDERR_FILENO, TIOCSTI, "x"));
}

static int type_ahead_high_bits(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(SYS_ioctl, STDERR_FILENO, 1UL << 32 | TIOCSTI, "x"));
}

static int drop_terminal(const struct facts *facts)
{
	(void)facts;
	return result_of(ioctl(STDERR_FILENO, TIOCNOTTY, 0));
}

static int paste(const struct facts *facts)
{
	char selection = 3; /* TIOCL_PASTESEL */

	(void)facts;
	return result_of(ioctl(STDERR_FILENO, TIOCLINUX, &selection));
}

#if defined(__x86_64__)
static int old_entry(const struct facts *facts)
{
	long r = 20; /* getpid of i386 */

	(void)facts;
	__asm__ volatile("int $0x80" : "+a"(r) : : "memory");
	return r > 0 ? 0 : (int)r;
}

static int x32_entry(const struct facts *facts)
{
	(void)facts;
	return result_of(syscall(X32_BIT | SYS_getpid));
}
#endif

static int inherited_descriptor(const struct facts *facts)
{
	char byte;

	return result_of(pread(facts->fd, &byte, 1, 0));
}

static int secret_variable(const struct facts *facts)
{
	(void)facts;
	return getenv("SECRET_TOKEN") != NULL ? 0 : -ENOENT;
}

static bool is_at(const volatile char *at, const char *wanted)
	__attribute__((no_sanitize("address")));
static bool is_at(const volatile char *at, const char *wanted)
{
	while (*wanted != '\0' && *at == *wanted) {
		at++;
		wanted++;
	}
	return *wanted == '\0';
}

/* Beside the variables that are left lie those that were taken away, below the program's name. */
static int secret_in_memory(const struct facts *facts)
{
	/* Spelled apart, so that it is found where it was set only. */
	static char wanted[32];
	const char *end = (const char *)getauxval(AT_EXECFN); /* NOLINT: an address */
	const char *known = getenv("PLUGH_HOSTILE_DIR");

	(void)facts;
	if (known == NULL)
		return -EINVAL;
	/* Below it is the stack, which is mapped. */
	const char *from = known - 16384;
	snprintf(wanted, sizeof wanted, "SECRET_%s=", "TOKEN");
	for (; from + sizeof wanted < end; from++)
		if (is_at(from, wanted))
			return 0;
	return -ENOENT;
}

const struct attempt attempts_on_the_system[] = {
	{ "io_uring", io_uring },
	{ "io_setup", old_aio },
	{ "userfaultfd", user_faults },
	{ "bpf", bpf_map },
	{ "perf_event_open", perf_events },
	{ "keyctl", key_control },
	{ "add_key", add_key },
	{ "unshare-user", unshare_user },
	{ "unshare-net", unshare_net },
	{ "clone-user", clone_user },
	{ "clone-user-high-bits", clone_user_high_bits },
	{ "clone3-user", clone3_user },
	{ "setns", enter_namespace },
	{ "mount", mount_folder },
	{ "chroot", change_root },
	{ "open_tree", open_tree_copy },
	{ "open_tree_attr", open_tree_attributes },
	{ "fsopen", open_file_system },
	{ "shmget", shared_memory },
	{ "semget", semaphores },
	{ "msgget", message_queue },
	{ "mq_open", posix_queue },
	{ "clock_settime", set_clock },
	{ "settimeofday", set_time_of_day },
	{ "adjtimex", adjust_clock },
	{ "personality", change_personality },
	{ "sethostname", set_host_name },
	{ "setuid", change_user },
	{ "syslog", kernel_log },
	{ "TIOCSTI", type_ahead },
	{ "TIOCSTI-high-bits", type_ahead_high_bits },
	{ "TIOCNOTTY", drop_terminal },
	{ "TIOCLINUX", paste },
#if defined(__x86_64__)
	{ "int-0x80", old_entry },
	{ "x32", x32_entry },
#endif
	{ "inherited-descriptor", inherited_descriptor },
	{ "environment", secret_variable },
	{ "environment-memory", secret_in_memory },
	{ NULL, NULL },
};
