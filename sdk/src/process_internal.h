/* What the files of the process module share.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PROCESS_INTERNAL_H
#define PLUGH_PROCESS_INTERNAL_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <plugh/process.h>

enum { STREAMS = 3 };

/* ---- process_wait.c ---- */

/* Nanoseconds on CLOCK_MONOTONIC. Async-signal-safe. */
int64_t process_now(void);

/* poll(2) until a moment on that clock; PLUGH_FOREVER: none. Returns how many are ready, 0 at the
 * deadline, or -errno, never -EINTR. */
int process_poll(struct pollfd *wait, size_t count, int64_t deadline);

/* A pidfd for a process; -1 where there are none. */
int process_open_pidfd(pid_t pid);

/* ---- process_waiter.c ---- */

/* Watch for the end of a child by a thread. Returns 0 or -errno. */
int process_waiter_start(pid_t pid, struct plugh_waiter **ret_waiter);

/* Readable when the child has ended. */
int process_waiter_fd(const struct plugh_waiter *waiter);

/* Free it; both accept NULL. A child may be reaped only after join, for which it must have ended:
 * its number could be given to another while the thread waits for it. detach lets the thread wait
 * on. */
void process_waiter_join(struct plugh_waiter *waiter);
void process_waiter_detach(struct plugh_waiter *waiter);

/* ---- process_plan.c ---- */

/* What is made ready before the child exists, which must not allocate: its memory is ours. */
struct process_plan {
	const struct plugh_process_spec *spec;
	char *const *argv;
	char *const *environment;
	char **candidate;   /* paths to try, ended by NULL */
	char **script_argv; /* for /bin/sh; [1] is the path; NULL: not wanted */
	char **owned_environment;

	int stream[STREAMS]; /* what the child gets as this stream; -1: what is there */
	bool owns[STREAMS];  /* it was opened for the child */
	int ours[STREAMS];   /* our ends of pipes; -1 */
	int terminal;
	int cgroup; /* cgroup.procs; -1 */
	pid_t parent;
};

/* Returns 0, or -errno with the phase. Release it in any case. */
int process_plan_init(struct process_plan *ret_plan, const struct plugh_process_spec *spec,
	enum plugh_process_phase *ret_phase);

/* Close and free all but our ends of pipes, when those were taken (-1). */
void process_plan_release(struct process_plan *plan);

/* The child's environment. *ret_owned is to be freed. Returns 0, -EINVAL, -ENOMEM. */
int process_environment(
	const struct plugh_process_spec *spec, char *const **ret_environment, char ***ret_owned);

/* The value of a variable, or NULL. */
const char *process_variable(char *const *environment, const char *name);

/* The paths that a program may have, in one block of memory, ended by NULL; the caller frees.
 * Returns 0 or -ENOMEM. */
int process_candidates(const char *file, bool is_exact, const char *path, char ***ret_candidate);

/* Open what the child gets as its standard streams. Returns 0, or -errno with the phase. */
int process_streams_open(struct process_plan *plan, enum plugh_process_phase *ret_phase);

/* A descriptor of ours that is none of the standard ones: moves it where it is. Returns it or
 * -errno, and then it is closed. */
int process_raise(int fd);

/* ---- process_child.c ---- */

/* What the child tells, through memory, or by the pipe where it has a copy of the memory. */
struct process_report {
	int is_reached; /* the child has written here */
	int phase;      /* enum plugh_process_phase; 0: the program runs */
	int error;      /* errno */
};

struct process_start {
	const struct process_plan *plan;
	struct process_report *report;
	int pipe; /* close-on-exec: its end tells that the program runs */
};

/* Become the program. The memory is the parent's, which waits; all signals are blocked. Never
 * returns. */
int process_become(void *start);

/* ---- process_end.c ---- */

/* Send a signal to what an ending is about. Returns 0 or -errno; -ESRCH is none. */
int process_signal_scope(struct plugh_process *process, const struct plugh_ending *how, int signal);

/* ---- process_cgroup.c ---- */

/* Make a cgroup for the tree, or leave it without one. */
void process_cgroup_open(struct plugh_tree *tree);

/* Its cgroup.procs, for the child to enter it. Returns a descriptor or -errno. */
int process_cgroup_entry(const struct plugh_tree *tree);

/* SIGKILL to all in it, where the kernel can. */
void process_cgroup_kill(const struct plugh_tree *tree);

/* Remove it; what still runs goes to where this process is. */
void process_cgroup_close(struct plugh_tree *tree);

/* ---- process_family.c ---- */

enum process_listing {
	LISTING_CHILDREN, /* /proc/PID/task/TID/children */
	LISTING_ALL,      /* all of /proc: a kernel without CONFIG_PROC_CHILDREN */
	LISTING_SWEEP,    /* no /proc; this process had no child: is this number one? */
	LISTING_NONE,     /* no /proc, and there were other children */
};

/* One process, of those that descend from us. The time tells it from a later one of its number. */
struct process_member {
	pid_t pid;
	size_t parent; /* index of the parent, which stands before it; OURSELVES */
	unsigned long long start;
	bool is_zombie;
	bool is_told; /* it has got the signal, or must not (plugh_tree_signal) */
};

#define OURSELVES SIZE_MAX

struct process_family {
	struct process_member *member;
	size_t count, capacity;
};

/* How children can be found here. */
enum process_listing process_family_find_listing(void);

/* Is it one of the children from before the tree? */
bool process_family_is_known(const struct plugh_tree *tree, pid_t pid);

/* List all that descend from this process but for the known children and what these started,
 * parents first. Returns 0 or -ENOMEM. */
int process_family_list(struct process_family *family, const struct plugh_tree *tree);

/* Pin a member by a pidfd, and see that it descends from this process by way of its parent. Returns
 * the pidfd, -ENOSYS where there are none though it is ours, or -ESRCH. */
int process_family_pin(const struct process_family *family, size_t index);

/* Empty it and free; accepts { 0 }. */
void process_family_release(struct process_family *family);

/* ---- process_tree.c ---- */

/* Wait until nothing but zombies is left in the tree. Returns 0, -ETIMEDOUT, -ECANCELED, -ENOMEM.
 */
int process_tree_wait(struct plugh_tree *tree, const struct plugh_until *until);

#endif
