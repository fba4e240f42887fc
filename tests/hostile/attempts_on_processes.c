/* Other programs and other processes.
 *
 * SPDX-License-Identifier: MIT */
#include "attempt.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { COMPARE_FILES = 0 };

static const char program[] = "/bin/true";

static char *const *words(void)
{
	static char name[] = "true";
	static char *const argv[] = { name, NULL };
	return argv;
}

/* ---- Other programs ---- */

static int exec(const struct facts *facts)
{
	(void)facts;
	return result_of(execve(program, words(), environ));
}

static int exec_descriptor(const struct facts *facts)
{
	int fd = open(program, O_PATH | O_CLOEXEC);

	(void)facts;
	if (fd < 0)
		return -errno;
	return result_of(syscall(SYS_execveat, fd, "", words(), environ, AT_EMPTY_PATH));
}

/* A program of one's own: mov $0, %edi; mov $231 (exit_group), %eax; syscall. */
static int exec_memory(const struct facts *facts)
{
	static const struct {
		Elf64_Ehdr head;
		Elf64_Phdr segment;
		unsigned char code[12];
	} image = {
		.head = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			.e_entry = 0x400000 + sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
			.e_phoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x400000,
			.p_filesz = sizeof image, .p_memsz = sizeof image, .p_align = 0x1000,
		},
		.code = { 0xbf, 0, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05 },
	};
	int fd = memfd_create("program", 0);

	(void)facts;
	if (fd < 0 || write(fd, &image, sizeof image) != (ssize_t)sizeof image)
		return -errno;
	return result_of(syscall(SYS_execveat, fd, "", words(), environ, AT_EMPTY_PATH));
}

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static int fork_and_exec(const struct facts *facts)
{
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (child == 0)
		_exit(-exec(facts));
	return wait_for(child);
}

static int spawn(const struct facts *facts)
{
	pid_t child;

	(void)facts;
	int r = posix_spawn(&child, program, NULL, NULL, words(), environ);
	return r != 0 ? -r : wait_for(child);
}

/* ---- Other processes ---- */

static int trace(const struct facts *facts)
{
	if (ptrace(PTRACE_SEIZE, facts->victim, NULL, NULL) < 0)
		return -errno;
	return 0;
}

static int trace_self(const struct facts *facts)
{
	(void)facts;
	return result_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int peek(const struct facts *facts, long call)
{
	char byte = 'x';
	struct iovec here = { &byte, 1 };
	struct iovec there = { (void *)facts->address, 1 }; /* NOLINT: another process's */

	/* UL: what is passed as int has any upper half. */
	return result_of(syscall(call, facts->victim, &here, 1UL, &there, 1UL, 0UL));
}

static int read_memory(const struct facts *facts)
{
	return peek(facts, SYS_process_vm_readv);
}

static int write_memory(const struct facts *facts)
{
	return peek(facts, SYS_process_vm_writev);
}

static int read_of_process(pid_t process, const char *name, off_t at)
{
	char path[64], byte;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : result_of(pread(fd, &byte, 1, at));
}

static int read_mem_file(const struct facts *facts)
{
	return read_of_process(facts->victim, "mem", (off_t)facts->address);
}

static int read_maps(const struct facts *facts)
{
	return read_of_process(facts->victim, "maps", 0);
}

static int read_environment(const struct facts *facts)
{
	return read_of_process(facts->victim, "environ", 0);
}

/* A descriptor of another process, by /proc. */
static int open_of_process(const struct facts *facts)
{
	return read_of_process(facts->victim, "fd/0", 0);
}

static int handle_of(pid_t process)
{
	return (int)syscall(SYS_pidfd_open, process, 0);
}

static int take_descriptor(const struct facts *facts)
{
	return result_of(syscall(SYS_pidfd_getfd, handle_of(facts->victim), 0, 0));
}

static int advise_memory(const struct facts *facts)
{
	uintptr_t page = facts->address & ~(uintptr_t)4095;
	struct iovec there = { (void *)page, 4096 }; /* NOLINT: another process's */

	return result_of(
		syscall(SYS_process_madvise, handle_of(facts->victim), &there, 1, MADV_COLD, 0));
}

static int compare(const struct facts *facts)
{
	return result_of(syscall(SYS_kcmp, getpid(), facts->victim, COMPARE_FILES, 0, 0));
}

static int send_signal(const struct facts *facts)
{
	return result_of(kill(facts->victim, SIGCONT));
}

static int send_signal_to_thread(const struct facts *facts)
{
	return result_of(syscall(SYS_tgkill, facts->victim, facts->victim, SIGCONT));
}

static int send_signal_by_handle(const struct facts *facts)
{
	return result_of(
		syscall(SYS_pidfd_send_signal, handle_of(facts->victim), SIGCONT, NULL, 0));
}

static int queue_signal(const struct facts *facts)
{
	return result_of(sigqueue(facts->victim, SIGCONT, (union sigval){ 0 }));
}

static int send_signal_by_owner(const struct facts *facts)
{
	int pipes[2];

	if (pipe(pipes) < 0)
		return -errno;
	return result_of(fcntl(pipes[0], F_SETOWN, facts->victim));
}

static int set_limit(const struct facts *facts)
{
	struct rlimit limit;

	if (prlimit(facts->victim, RLIMIT_CORE, NULL, &limit) < 0)
		return -errno;
	return result_of(prlimit(facts->victim, RLIMIT_CORE, &limit, NULL));
}

static int set_limit_high_bits(const struct facts *facts)
{
	struct rlimit limit;

	return result_of(syscall(
		SYS_prlimit64, 1UL << 32 | (unsigned)facts->victim, RLIMIT_CORE, NULL, &limit));
}

static int set_affinity(const struct facts *facts)
{
	cpu_set_t set;

	if (sched_getaffinity(facts->victim, sizeof set, &set) < 0)
		return -errno;
	return result_of(sched_setaffinity(facts->victim, sizeof set, &set));
}

static int set_priority(const struct facts *facts)
{
	return result_of(setpriority(PRIO_PROCESS, (id_t)facts->victim, 19));
}

static int set_scheduler(const struct facts *facts)
{
	return result_of(
		sched_setscheduler(facts->victim, SCHED_BATCH, &(struct sched_param){ 0 }));
}

static int set_io_priority(const struct facts *facts)
{
	return result_of(syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, facts->victim,
		IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT));
}

static int migrate_pages(const struct facts *facts)
{
	unsigned long node = 1;

	return result_of(syscall(SYS_migrate_pages, facts->victim, 8 * sizeof node, &node, &node));
}

static int let_trace(const struct facts *facts)
{
	return result_of(prctl(PR_SET_PTRACER, facts->victim, 0, 0, 0));
}

const struct attempt attempts_on_processes[] = {
	{ "exec", exec },
	{ "execveat", exec_descriptor },
	{ "exec-memfd", exec_memory },
	{ "fork-exec", fork_and_exec },
	{ "posix-spawn", spawn },
	{ "ptrace-seize", trace },
	{ "ptrace-traceme", trace_self },
	{ "process_vm_readv", read_memory },
	{ "process_vm_writev", write_memory },
	{ "proc-mem", read_mem_file },
	{ "proc-maps", read_maps },
	{ "proc-environ", read_environment },
	{ "proc-fd", open_of_process },
	{ "pidfd_getfd", take_descriptor },
	{ "process_madvise", advise_memory },
	{ "kcmp", compare },
	{ "kill", send_signal },
	{ "tgkill", send_signal_to_thread },
	{ "pidfd_send_signal", send_signal_by_handle },
	{ "sigqueue", queue_signal },
	{ "fcntl-setown", send_signal_by_owner },
	{ "prlimit", set_limit },
	{ "prlimit-high-bits", set_limit_high_bits },
	{ "setaffinity", set_affinity },
	{ "setpriority", set_priority },
	{ "setscheduler", set_scheduler },
	{ "ioprio_set", set_io_priority },
	{ "migrate_pages", migrate_pages },
	{ "prctl-set-ptracer", let_trace },
	{ NULL, NULL },
};
