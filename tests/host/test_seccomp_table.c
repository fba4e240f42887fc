/* The seccomp programs that the host holds: each call, with many arguments, against the table that
 * they were made from; every call that libseccomp knows must stand in one list; and the kernel
 * takes them.
 *
 * SPDX-License-Identifier: MIT */
#include "plugh_test.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf.h"
#include "child.h"
#include "seccomp_filter.h"
#include "seccomp_rules.h"

enum {
	NUMBERS = 600, /* looked at from 0 on: all that exist, and some that do not yet */
	NEWEST = 469,  /* file_setattr, the last of Linux 6.18 */
	RANDOM_CALLS = 32,
	STEPS_MAX = 40, /* to the answer for a call without conditions: a tree, no list */
};

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

/* What must be refused, whatever is granted, written down apart from the table. */
static const char *const refused[] = {
	"execve",
	"execveat",
	"uselib",
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"process_mrelease",
	"pidfd_getfd",
	"kcmp",
	"migrate_pages",
	"move_pages",
	"chmod",
	"fchmod",
	"fchmodat",
	"fchmodat2",
	"chown",
	"fchown",
	"lchown",
	"fchownat",
	"utime",
	"utimes",
	"utimensat",
	"futimesat",
	"setxattr",
	"fsetxattr",
	"lsetxattr",
	"removexattr",
	"fremovexattr",
	"lremovexattr",
	"getxattr",
	"lgetxattr",
	"listxattr",
	"llistxattr",
	"inotify_init",
	"inotify_init1",
	"inotify_add_watch",
	"inotify_rm_watch",
	"fanotify_init",
	"fanotify_mark",
	"open_by_handle_at",
	"chroot",
	"pivot_root",
	"mount",
	"umount2",
	"mount_setattr",
	"open_tree",
	"move_mount",
	"fsopen",
	"fsconfig",
	"fsmount",
	"fspick",
	"unshare",
	"setns",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"io_setup",
	"io_destroy",
	"io_submit",
	"io_cancel",
	"io_getevents",
	"io_pgetevents",
	"userfaultfd",
	"bpf",
	"perf_event_open",
	"add_key",
	"request_key",
	"keyctl",
	"memfd_secret",
	"modify_ldt",
	"remap_file_pages",
	"shmget",
	"shmat",
	"shmctl",
	"shmdt",
	"semget",
	"semop",
	"semtimedop",
	"semctl",
	"msgget",
	"msgsnd",
	"msgrcv",
	"msgctl",
	"mq_open",
	"mq_unlink",
	"mq_timedsend",
	"mq_timedreceive",
	"mq_notify",
	"mq_getsetattr",
	"setsid",
	"setuid",
	"setgid",
	"setreuid",
	"setregid",
	"setresuid",
	"setresgid",
	"setfsuid",
	"setfsgid",
	"setgroups",
	"personality",
	"clock_settime",
	"clock_adjtime",
	"settimeofday",
	"adjtimex",
	"sethostname",
	"setdomainname",
	"iopl",
	"ioperm",
	"swapon",
	"swapoff",
	"reboot",
	"kexec_load",
	"kexec_file_load",
	"init_module",
	"finit_module",
	"delete_module",
	"syslog",
	"acct",
	"quotactl",
	"quotactl_fd",
	"vhangup",
	"lookup_dcookie",
	"ustat",
	"sysfs",
	"set_thread_area",
	"get_thread_area",
	"_sysctl",
	"nfsservctl",
	"create_module",
	"get_kernel_syms",
	"query_module",
	"getpmsg",
	"putpmsg",
	"afs_syscall",
	"tuxcall",
	"security",
	"vserver",
	"epoll_ctl_old",
	"epoll_wait_old",
};

static int number_of(const struct seccomp_call *call)
{
	int n = seccomp_syscall_resolve_name(call->name);
	return n < 0 && call->number > 0 ? call->number : n;
}

static bool is_listed(const struct seccomp_call *call, int number)
{
	for (; call->name != NULL; call++)
		if (number_of(call) == number)
			return true;
	return false;
}

static bool fits(const struct seccomp_rule *rule, const struct seccomp_data *call)
{
	for (size_t i = 0; i < rule->count; i++) {
		const struct seccomp_argument *one = &rule->argument[i];
		if (((uint32_t)call->args[one->index] & one->mask) != one->value)
			return false;
	}
	return true;
}

/* The table, read as its header describes it. */
static uint32_t expected(unsigned set, const struct seccomp_data *call)
{
	if (call->arch != MACHINE || (MACHINE == AUDIT_ARCH_X86_64 && call->nr >= 0x40000000))
		return SECCOMP_RET_KILL_PROCESS;
	if (is_listed(seccomp_plain, call->nr))
		return SECCOMP_RET_ALLOW;
	for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL; rule++)
		if (seccomp_syscall_resolve_name(rule->name) == call->nr &&
			(rule->needs & set) == rule->needs && fits(rule, call))
			return SECCOMP_RET_ALLOW;
	if (is_listed(seccomp_absent, call->nr) || call->nr > NEWEST)
		return SECCOMP_RET_ERRNO | ENOSYS;
	return SECCOMP_RET_ERRNO | EPERM;
}

static void check(unsigned set, const struct seccomp_data *call)
{
	struct sock_fprog program = seccomp_program(set);
	uint32_t action = bpf_run(&program, call, NULL), wanted = expected(set, call);

	if (action != wanted)
		fail_msg("set %u, call %d(%llx, %llx, %llx, %llx): %x instead of %x", set, call->nr,
			(unsigned long long)call->args[0], (unsigned long long)call->args[1],
			(unsigned long long)call->args[2], (unsigned long long)call->args[3],
			action, wanted);
}

static uint64_t next_random(uint64_t *state)
{
	/* xorshift64 */
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Arguments of which nothing is known: none, all bits, small numbers, anything. */
static void check_anything(unsigned set, struct seccomp_data call, uint64_t *random)
{
	for (uint64_t value = 0; value < 3; value++) {
		for (size_t i = 0; i < 6; i++)
			call.args[i] = value < 2 ? value : UINT64_MAX;
		check(set, &call);
	}
	for (size_t n = 0; n < RANDOM_CALLS; n++) {
		for (size_t i = 0; i < 6; i++)
			call.args[i] = next_random(random) >> (next_random(random) % 64);
		check(set, &call);
	}
}

/* Arguments round those of a rule: fulfilled; with bits above that the kernel drops; one that
 * differs in one bit, within the mask and beyond. */
static void check_rule(unsigned set, const struct seccomp_rule *rule, uint64_t *random)
{
	struct seccomp_data call = { .arch = MACHINE };

	call.nr = seccomp_syscall_resolve_name(rule->name);
	if (call.nr < 0)
		return;
	for (size_t i = 0; i < 6; i++)
		call.args[i] = next_random(random);
	for (size_t i = 0; i < rule->count; i++)
		call.args[rule->argument[i].index] = rule->argument[i].value;
	check(set, &call);
	for (size_t i = 0; i < rule->count; i++) {
		__u64 *one = &call.args[rule->argument[i].index];
		for (unsigned bit = 0; bit < 64; bit++) {
			*one ^= UINT64_C(1) << bit;
			check(set, &call);
			*one ^= UINT64_C(1) << bit;
		}
		*one |= UINT64_MAX << 32;
		check(set, &call);
	}
}

static void each_program_answers_as_the_table_has_it(void **state)
{
	uint64_t random = 88172645463325252;

	(void)state;
	for (unsigned set = 0; set < SECCOMP_SETS; set++) {
		for (int number = 0; number < NUMBERS; number++)
			check_anything(set, (struct seccomp_data){ .nr = number, .arch = MACHINE },
				&random);
		for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL; rule++)
			check_rule(set, rule, &random);
	}
}

static void foreign_entries_end_the_process(void **state)
{
	static const uint32_t foreign[] = { AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_RISCV64,
		0 };

	(void)state;
	for (unsigned set = 0; set < SECCOMP_SETS; set++) {
		for (int number = 0; number < NUMBERS; number++) {
			for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
				check(set,
					&(struct seccomp_data){ .nr = number, .arch = foreign[i] });
			check(set, &(struct seccomp_data){
					   .nr = 0x40000000 | number, .arch = MACHINE });
		}
		check(set, &(struct seccomp_data){ .nr = 0x3fffffff, .arch = MACHINE });
	}
}

static bool is_refused(const char *name)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (strcmp(refused[i], name) == 0)
			return true;
	return false;
}

static bool has_rule(int number)
{
	for (const struct seccomp_rule *rule = seccomp_rule; rule->name != NULL; rule++)
		if (seccomp_syscall_resolve_name(rule->name) == number)
			return true;
	return false;
}

static void every_call_stands_in_one_list(void **state)
{
	(void)state;
	for (int number = 0; number < NUMBERS; number++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
		if (name == NULL)
			continue;
		int lists = is_listed(seccomp_plain, number) + has_rule(number) +
			    is_listed(seccomp_absent, number) + is_refused(name);
		if (lists != 1)
			fail_msg("'%s' stands in %d lists", name, lists);
		free(name);
	}
}

static void a_call_without_conditions_is_found_in_a_tree(void **state)
{
	(void)state;
	for (const struct seccomp_call *call = seccomp_plain; call->name != NULL; call++) {
		struct seccomp_data data = { .nr = number_of(call), .arch = MACHINE };
		struct sock_fprog program = seccomp_program(SECCOMP_NET);
		size_t steps;
		if (data.nr < 0)
			continue;
		bpf_run(&program, &data, &steps);
		if (steps > STEPS_MAX)
			fail_msg("'%s' takes %zu steps", call->name, steps);
	}
}

static int use_program(void *arg)
{
	unsigned set = *(const unsigned *)arg;

	CHILD_CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHILD_CHECK(seccomp_install(set) == 0);
	CHILD_CHECK(getppid() > 0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHILD_CHECK((fd >= 0) == ((set & SECCOMP_NET) != 0));
	CHILD_CHECK(fd >= 0 || errno == EPERM);
	CHILD_CHECK(socket(AF_INET, SOCK_STREAM, 262) < 0 && errno == EPERM);
	CHILD_CHECK(syscall(NEWEST + 1) < 0 && errno == ENOSYS);
	CHILD_CHECK(fchmod(STDERR_FILENO, 0600) < 0 && errno == EPERM);
	if (fd >= 0)
		CHILD_CHECK((listen(fd, 1) == 0) == ((set & SECCOMP_LISTEN) != 0));
	return 0;
}

static void the_kernel_takes_each_program(void **state)
{
	(void)state;
	if (!seccomp_is_known())
		skip();
	for (unsigned set = 0; set < SECCOMP_SETS; set++)
		assert_int_equal(child_run(use_program, &set, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_program_answers_as_the_table_has_it),
		cmocka_unit_test(foreign_entries_end_the_process),
		cmocka_unit_test(every_call_stands_in_one_list),
		cmocka_unit_test(a_call_without_conditions_is_found_in_a_tree),
		cmocka_unit_test(the_kernel_takes_each_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
