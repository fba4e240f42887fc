/* All that a child has started: signal it, wait for it, end it.
 *
 * This process is made the one to which orphans come, so that whatever a descendant does to leave
 * its group, session or parent, it stays a descendant. What multiplies is met by rounds: all are
 * stopped, parents first, until a listing shows nothing new, then killed; what was started between
 * is in the next round. A cgroup is one blow, and needs no rounds.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROUNDS = 1000,    /* more only where they multiply as fast as they are ended */
	STOP_ROUNDS = 20, /* in each */
	QUIET_ROUNDS = 2,
	SIGNAL_ROUNDS = 20,
	STRIKES = 1000,
	LIST_SIZE = 4096, /* of this process's children, at a time */
	WAITS = 256,      /* processes that are waited for at the same time */
	BLIND_MS = 10,    /* between two looks where the kernel has no pidfds */
	NS_PER_MS = 1000000,
};

int plugh_tree_open(struct plugh_tree *ret_tree, unsigned flags)
{
	struct plugh_tree tree = { .cgroup = -1, .cgroup_parent = -1, .is_open = true };
	struct process_family family = { 0 };

	if (prctl(PR_GET_CHILD_SUBREAPER, &tree.was_reaper) < 0 ||
		prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -errno;
	tree.listing = (int)process_family_find_listing();
	/* With no known children all that descends from this process is listed. */
	int r = tree.listing == LISTING_SWEEP ? 0 : process_family_list(&family, &tree);
	if (r == 0 && family.count > 0) {
		tree.known = (pid_t *)calloc(family.count, sizeof *tree.known);
		r = tree.known != NULL ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < family.count; i++)
		if (family.member[i].parent == OURSELVES)
			tree.known[tree.known_count++] = family.member[i].pid;
	process_family_release(&family);
	if (r < 0) {
		prctl(PR_SET_CHILD_SUBREAPER, tree.was_reaper);
		return r;
	}
	if ((flags & PLUGH_TREE_NO_CGROUP) == 0)
		process_cgroup_open(&tree);
	*ret_tree = tree;
	return 0;
}

/* Returns 0, -ESRCH where it is gone, or -errno. */
static int signal_member(const struct process_family *family, size_t index, int signal)
{
	int pidfd = process_family_pin(family, index);
	long r;

	if (pidfd < 0 && pidfd != -ENOSYS)
		return pidfd;
	if (pidfd < 0)
		r = kill(family->member[index].pid, signal);
	else
		r = syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
	int error = errno;
	if (pidfd >= 0)
		close(pidfd);
	return r < 0 ? -error : 0;
}

/* Returns how many got it. */
static int signal_all(const struct process_family *family, int signal)
{
	int count = 0;

	for (size_t i = 0; i < family->count; i++)
		if (!family->member[i].is_zombie)
			count += signal_member(family, i, signal) == 0;
	return count;
}

static void remember_told(struct process_family *family, const struct process_family *before)
{
	for (size_t i = 0; i < family->count; i++)
		for (size_t k = 0; k < before->count && !family->member[i].is_told; k++)
			family->member[i].is_told = before->member[k].is_told &&
						    before->member[k].pid ==
							    family->member[i].pid &&
						    before->member[k].start ==
							    family->member[i].start;
}

/* Those that have not got it. Returns how many there were; some may have moved meanwhile. */
static int tell_rest(struct process_family *family, int signal, int *count)
{
	int rest = 0;

	for (size_t i = 0; i < family->count; i++) {
		struct process_member *member = &family->member[i];
		if (member->is_zombie || member->is_told)
			continue;
		int r = signal_member(family, i, signal);
		member->is_told = r != -ESRCH;
		*count += r == 0;
		rest++;
	}
	return rest;
}

/* Who becomes an orphan while all are listed may be missed, and so may what is started: until a
 * listing shows nobody new. */
int plugh_tree_signal(struct plugh_tree *tree, int signal)
{
	/* A listing without /proc misses nobody, and takes long. */
	int rounds = tree->listing == LISTING_SWEEP ? 1 : SIGNAL_ROUNDS;
	struct process_family family = { 0 }, before = { 0 };
	int r = 0, count = 0, rest = 0;

	for (int i = 0; i < rounds && (i < QUIET_ROUNDS || rest > 0); i++) {
		r = process_family_list(&family, tree);
		if (r < 0)
			break;
		remember_told(&family, &before);
		rest = tell_rest(&family, signal, &count);
		process_family_release(&before);
		before = family;
		family = (struct process_family){ 0 };
	}
	process_family_release(&family);
	process_family_release(&before);
	return r < 0 ? r : count;
}

static bool is_process(const struct plugh_process *process, pid_t pid)
{
	return process != NULL && process->pid == pid && !process->is_reaped;
}

bool plugh_tree_is_alive(struct plugh_tree *tree, const struct plugh_process *process)
{
	struct process_family family = { 0 };
	bool is_alive = false;

	/* Not to know is to say yes. */
	if (process_family_list(&family, tree) < 0)
		is_alive = true;
	for (size_t i = 0; i < family.count; i++)
		if (!family.member[i].is_zombie && !is_process(process, family.member[i].pid))
			is_alive = true;
	process_family_release(&family);
	return is_alive;
}

/* ---- Wait ---- */

struct wait_set {
	struct pollfd wait[WAITS + 1]; /* the last: to cancel */
	size_t count;
	bool is_blind; /* some cannot be waited for */
};

/* Pin those that live. */
static void fill_set(struct wait_set *set, const struct process_family *family)
{
	for (size_t i = 0; i < family->count && set->count < WAITS; i++) {
		if (family->member[i].is_zombie)
			continue;
		int pidfd = process_family_pin(family, i);
		if (pidfd >= 0)
			set->wait[set->count++] = (struct pollfd){ .fd = pidfd, .events = POLLIN };
		else if (pidfd != -ESRCH)
			set->is_blind = true;
	}
}

static void drop_ended(struct wait_set *set)
{
	size_t left = 0;

	for (size_t i = 0; i < set->count; i++) {
		if (set->wait[i].revents != 0)
			close(set->wait[i].fd);
		else
			set->wait[left++] = set->wait[i];
	}
	set->count = left;
}

/* Until all in the set have ended. */
static int wait_for_set(struct wait_set *set, const struct plugh_until *until)
{
	int64_t deadline = until->deadline.ns;
	int r = 0;

	while (r == 0 && (set->count > 0 || set->is_blind)) {
		int64_t look = process_now() + BLIND_MS * (int64_t)NS_PER_MS;
		bool is_look = set->is_blind && look < deadline;
		set->wait[set->count] = (struct pollfd){ .fd = until->cancel_fd, .events = POLLIN };
		int n = process_poll(set->wait, set->count + 1, is_look ? look : deadline);
		if (n < 0)
			r = n;
		else if (set->wait[set->count].revents != 0)
			r = -ECANCELED;
		else if (n == 0 && !is_look)
			r = -ETIMEDOUT;
		drop_ended(set);
		if (is_look)
			break;
	}
	for (size_t i = 0; i < set->count; i++)
		close(set->wait[i].fd);
	return r;
}

int process_tree_wait(struct plugh_tree *tree, const struct plugh_until *until)
{
	struct process_family family = { 0 };
	int r = 0;

	/* One listing alone may miss who becomes an orphan meanwhile. */
	for (int quiet = 0; r == 0 && quiet < QUIET_ROUNDS;) {
		struct wait_set set = { .count = 0 };
		r = process_family_list(&family, tree);
		if (r < 0)
			break;
		fill_set(&set, &family);
		quiet = set.count == 0 && !set.is_blind ? quiet + 1 : 0;
		if (quiet == 0)
			r = wait_for_set(&set, until);
	}
	process_family_release(&family);
	return r;
}

/* ---- End ---- */

/* One ending of a tree. */
struct ending {
	struct plugh_tree *tree;
	struct plugh_process *process;
	struct process_family family;
	bool was_alive, is_refused;
};

static bool is_same(const struct process_family *a, const struct process_family *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->member[i].pid != b->member[i].pid)
			return false;
	return true;
}

/* Stop all, until nothing new is seen: who is stopped starts nothing, and replaces nothing. */
static int stop_all(struct ending *ending)
{
	struct process_family before = { 0 };
	int r = 0;

	for (int i = 0; i < STOP_ROUNDS && r == 0; i++) {
		signal_all(&ending->family, SIGSTOP);
		process_family_release(&before);
		before = ending->family;
		ending->family = (struct process_family){ 0 };
		r = process_family_list(&ending->family, ending->tree);
		if (is_same(&before, &ending->family))
			break;
	}
	process_family_release(&before);
	return r;
}

static bool reap(pid_t pid, int flags)
{
	siginfo_t info = { 0 };

	while (waitid(P_PID, (id_t)pid, &info, WEXITED | flags) < 0)
		if (errno != EINTR)
			return false;
	return info.si_pid != 0;
}

/* Kill those that live. Returns whether something was there: also what was gone when it was to be
 * killed may have left others. Who must not be killed is no more to do. */
static bool kill_all(struct ending *ending)
{
	bool is_busy = false;

	for (size_t i = 0; i < ending->family.count; i++) {
		struct process_member *member = &ending->family.member[i];
		if (member->is_zombie)
			continue;
		int r = signal_member(&ending->family, i, SIGKILL);
		if (r == -EPERM)
			ending->is_refused = true;
		else
			is_busy = true;
		if (r == 0 && !is_process(ending->process, member->pid))
			ending->was_alive = true;
		/* It is not waited for. */
		member->is_zombie = r < 0;
	}
	return is_busy;
}

/* Children of this process are reaped, killed ones waited for: what they leave is ours when the
 * next listing is made. Returns whether there were any. */
static bool reap_all(struct ending *ending)
{
	bool is_busy = false;

	for (size_t i = 0; i < ending->family.count; i++) {
		const struct process_member *member = &ending->family.member[i];
		if (member->parent != OURSELVES)
			continue;
		if (!is_process(ending->process, member->pid))
			is_busy |= reap(member->pid, member->is_zombie ? WNOHANG : 0);
		else if (!member->is_zombie)
			plugh_process_wait_end(ending->process, NULL);
	}
	return is_busy;
}

static bool has_alive(const struct process_family *family)
{
	for (size_t i = 0; i < family->count; i++)
		if (!family->member[i].is_zombie)
			return true;
	return false;
}

/* Kill and reap this process's own children once, the newest first. Their numbers are safe without
 * a pidfd: nobody else reaps. Returns whether there were any. */
static bool strike(const struct ending *ending, int list)
{
	char text[LIST_SIZE];
	pid_t child[LIST_SIZE / 2];
	size_t count = 0;
	bool is_busy = false;

	ssize_t n = pread(list, text, sizeof text - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	for (char *end = text, *next = text;; next = end) {
		pid_t pid = (pid_t)strtol(next, &end, 10);
		/* A number without a blank behind it may be cut off. */
		if (end == next || *end == '\0')
			break;
		child[count++] = pid;
	}
	while (count-- > 0) {
		pid_t pid = child[count];
		if (process_family_is_known(ending->tree, pid) || is_process(ending->process, pid))
			continue;
		is_busy |= reap(pid, WNOHANG) || kill(pid, SIGKILL) == 0;
	}
	return is_busy;
}

/* Who forks and ends at once is gone before it can be pinned; but its child comes to this process
 * at that moment, and is met here with as little as possible between seeing and killing. */
static void strike_often(const struct ending *ending)
{
	char path[64];

	if (ending->tree->listing != LISTING_CHILDREN)
		return;
	/* The thread that orphans come to. */
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	int list = open(path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < STRIKES && list >= 0 && strike(ending, list); i++)
		;
	if (list >= 0)
		close(list);
}

/* Returns 1 when something was there, 0, or -errno. */
static int end_round(struct ending *ending)
{
	int r = process_family_list(&ending->family, ending->tree);

	/* To stop those of whom only numbers are known would take a second. */
	if (r == 0 && has_alive(&ending->family) && ending->tree->listing != LISTING_SWEEP)
		r = stop_all(ending);
	if (r < 0)
		return r;
	bool is_busy = kill_all(ending);
	is_busy |= reap_all(ending);
	if (is_busy)
		strike_often(ending);
	return is_busy;
}

/* Who forks and ends at once may slip through one listing, but leaves a zombie there, since only
 * this process reaps: two rounds in a row without anybody are the end. */
static int end_all(struct ending *ending)
{
	int quiet = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int r = end_round(ending);
		if (r < 0)
			return r;
		quiet = r > 0 ? 0 : quiet + 1;
		if (quiet == QUIET_ROUNDS)
			return 0;
	}
	return -EBUSY;
}

int plugh_tree_end(struct plugh_tree *tree, struct plugh_process *process)
{
	struct ending ending = { .tree = tree, .process = process };

	if (!tree->is_open)
		return 0;
	/* Who lives is not seen any more after the blow. */
	if (tree->cgroup >= 0) {
		ending.was_alive = plugh_tree_is_alive(tree, process);
		process_cgroup_kill(tree);
	}
	int r = end_all(&ending);
	process_family_release(&ending.family);
	if (r < 0)
		return r;
	return ending.is_refused ? -EPERM : ending.was_alive;
}

void plugh_tree_close(struct plugh_tree *tree)
{
	if (!tree->is_open)
		return;
	prctl(PR_SET_CHILD_SUBREAPER, tree->was_reaper);
	process_cgroup_close(tree);
	free(tree->known);
	*tree = (struct plugh_tree){ .cgroup = -1, .cgroup_parent = -1 };
}
