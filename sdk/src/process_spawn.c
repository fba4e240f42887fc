/* Start a program.
 *
 * The child is made by clone(2) with the parent's memory and the parent waiting (as vfork(2)),
 * which costs the same for a parent of any size, and gives a pidfd in the same call. What fails on
 * the way to the program is told through that memory. Where a tool runs this program and makes a
 * copy of it instead (valgrind does), the parent sees that nothing was written, and reads the same
 * report from a pipe, whose end is the program's start.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of the child: a handful of small frames, and what the dynamic linker takes to find syscall(). */
enum { STACK_SIZE = 64 * 1024, KERNEL_SET_SIZE = 8 };

const char *plugh_process_phase_name(enum plugh_process_phase phase)
{
	static const char *const name[] = {
		[PLUGH_PHASE_NONE] = "start",
		[PLUGH_PHASE_PREPARE] = "prepare the start",
		[PLUGH_PHASE_STDIN] = "open standard input",
		[PLUGH_PHASE_STDOUT] = "open standard output",
		[PLUGH_PHASE_STDERR] = "open standard error",
		[PLUGH_PHASE_FORK] = "make a process",
		[PLUGH_PHASE_TREE] = "enter the cgroup",
		[PLUGH_PHASE_DEATH_SIGNAL] = "watch the parent",
		[PLUGH_PHASE_GROUP] = "make a process group",
		[PLUGH_PHASE_TERMINAL] = "take the terminal",
		[PLUGH_PHASE_LIMIT] = "set the limits",
		[PLUGH_PHASE_PASS] = "pass on a descriptor",
		[PLUGH_PHASE_DIRECTORY] = "change the directory",
		[PLUGH_PHASE_EXEC] = "execute",
	};

	return (unsigned)phase < sizeof name / sizeof name[0] ? name[phase] : name[0];
}

/* A child's status is not kept where SIGCHLD is ignored, as it may have been inherited. */
static void keep_statuses(void)
{
	struct sigaction now;

	if (sigaction(SIGCHLD, NULL, &now) < 0)
		return;
	if (now.sa_handler == SIG_IGN || (now.sa_flags & SA_NOCLDWAIT) != 0) {
		now.sa_flags &= ~SA_NOCLDWAIT;
		if (now.sa_handler == SIG_IGN)
			now.sa_handler = SIG_DFL;
		sigaction(SIGCHLD, &now, NULL);
	}
}

/* The thread sanitizer keeps books of each clone(2), in memory which the child would share. */
#if defined __has_feature
#if __has_feature(thread_sanitizer)
#define SHARES_NO_MEMORY 1
#endif
#endif
#if defined __SANITIZE_THREAD__
#define SHARES_NO_MEMORY 1
#endif
#ifndef SHARES_NO_MEMORY
#define SHARES_NO_MEMORY 0
#endif

/* Of clone3(2), as Linux 5.7 has them. */
struct clone3_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
		set_tid_size, cgroup;
};

#define INTO_CGROUP UINT64_C(0x200000000)

/* The child of a call that copies the memory, and so needs no stack of its own. */
static void go_on_in_copy(struct process_start *start, bool is_in_cgroup)
{
	struct process_plan plan = *start->plan;

	if (is_in_cgroup)
		plan.cgroup = -1;
	start->plan = &plan;
	process_become(start);
}

/* To start in a cgroup costs nothing, while to move there takes the kernel some milliseconds; and a
 * copy of the memory costs less than that, but for very large programs. */
static pid_t make_child_in_cgroup(struct process_start *start, int *ret_pidfd)
{
	struct clone3_args args = {
		.flags = CLONE_VFORK | CLONE_PIDFD | INTO_CGROUP,
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)start->plan->spec->tree->cgroup,
	};

	long pid = syscall(SYS_clone3, &args, sizeof args);
	if (pid == 0)
		go_on_in_copy(start, true);
	return (pid_t)pid;
}

static pid_t clone_child(struct process_start *start, char *stack, int flags, int *ret_pidfd)
{
	if (!SHARES_NO_MEMORY)
		return clone(process_become, stack + STACK_SIZE,
			flags | CLONE_VM | CLONE_VFORK | SIGCHLD, start, ret_pidfd);
	long pid = syscall(SYS_clone, flags | CLONE_VFORK | SIGCHLD, NULL, ret_pidfd, NULL, NULL);
	if (pid == 0)
		go_on_in_copy(start, false);
	return (pid_t)pid;
}

/* Kernels without pidfds ignore the flag, or a filter refuses it. */
static pid_t make_child(struct process_start *start, char *stack, int *ret_pidfd)
{
	pid_t pid = -1;

	*ret_pidfd = -1;
	if (start->plan->cgroup >= 0)
		pid = make_child_in_cgroup(start, ret_pidfd);
	if (pid < 0)
		pid = clone_child(start, stack, CLONE_PIDFD, ret_pidfd);
	if (pid < 0 && errno == EINVAL)
		pid = clone_child(start, stack, 0, ret_pidfd);
	return pid < 0 ? -errno : pid;
}

/* With all signals blocked: a handler of the parent must not run in the child. The C library's own
 * signals are among them, which sigprocmask(3) would leave out. */
static pid_t make_child_without_signals(struct process_start *start, int *ret_pidfd)
{
	static const uint64_t all = UINT64_MAX;
	uint64_t before;

	char *stack = (char *)mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -errno;
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, KERNEL_SET_SIZE);
	pid_t pid = make_child(start, stack, ret_pidfd);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, KERNEL_SET_SIZE);
	munmap(stack, STACK_SIZE);
	return pid;
}

/* Closes both ends of the pipe. */
static void read_report(const struct process_start *start, int reader)
{
	struct process_report told;

	close(start->pipe);
	if (start->report->is_reached == 0) {
		ssize_t n;
		do {
			n = read(reader, &told, sizeof told);
		} while (n < 0 && errno == EINTR);
		if (n == (ssize_t)sizeof told)
			*start->report = told;
	}
	close(reader);
}

/* Reap the child that has told why it does not run. */
static void reap(pid_t pid, int pidfd)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (pidfd >= 0)
		close(pidfd);
}

static int open_report_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	ends[0] = process_raise(ends[0]);
	ends[1] = process_raise(ends[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return 0;
	int r = ends[0] < 0 ? ends[0] : ends[1];
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return r;
}

static int start(struct process_plan *plan, struct plugh_process *process,
	enum plugh_process_phase *ret_phase)
{
	struct process_report report = { 0, 0, 0 };
	struct process_start start = { .plan = plan, .report = &report };
	int ends[2], pidfd = -1;

	*ret_phase = PLUGH_PHASE_FORK;
	int r = open_report_pipe(ends);
	if (r < 0)
		return r;
	start.pipe = ends[1];
	keep_statuses();
	process->started.ns = process_now();
	pid_t pid = make_child_without_signals(&start, &pidfd);
	read_report(&start, ends[0]);
	if (pid < 0)
		return pid;
	if (report.error != 0) {
		reap(pid, pidfd);
		*ret_phase = (enum plugh_process_phase)report.phase;
		return -report.error;
	}
	process->pid = pid;
	process->pidfd = pidfd >= 0 ? pidfd : process_open_pidfd(pid);
	process->group = plan->spec->group;
	return 0;
}

int plugh_process_spawn(const struct plugh_process_spec *spec, struct plugh_process *ret_process,
	enum plugh_process_phase *ret_phase)
{
	struct process_plan plan;
	enum plugh_process_phase phase;

	*ret_process = (struct plugh_process){ .pidfd = -1, .in = -1, .out = -1, .err = -1 };
	int r = process_plan_init(&plan, spec, &phase);
	if (r == 0)
		r = start(&plan, ret_process, &phase);
	if (r == 0) {
		ret_process->in = plan.ours[STDIN_FILENO];
		ret_process->out = plan.ours[STDOUT_FILENO];
		ret_process->err = plan.ours[STDERR_FILENO];
		plan.ours[STDIN_FILENO] = plan.ours[STDOUT_FILENO] = plan.ours[STDERR_FILENO] = -1;
		phase = PLUGH_PHASE_NONE;
	}
	process_plan_release(&plan);
	if (ret_phase != NULL)
		*ret_phase = phase;
	return r;
}

void plugh_process_adopt(
	pid_t pid, enum plugh_process_group group, struct plugh_process *ret_process)
{
	*ret_process = (struct plugh_process){
		.pid = pid,
		.pidfd = process_open_pidfd(pid),
		.in = -1,
		.out = -1,
		.err = -1,
		.started = { process_now() },
		.group = group,
	};
}
