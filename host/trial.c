/* A function tried in a child process.
 *
 * Child and parent speak by two pipes: up go messages of one size, each by one write (below
 * PIPE_BUF, so never in parts); down goes a byte for each mark, which the child waits for, so that
 * it stands still while /proc is read. What comes up is not believed: code under trial could have
 * written it.
 *
 * SPDX-License-Identifier: MIT */
#include "trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <plugh/process.h>

#include "clock.h"

enum {
	MAX_SAID = 1024 * 1024, /* bytes that the child may write */
	SETTLE_TRIES = 50,      /* for a thread that was joined to be gone from /proc */
	SETTLE_MS = 10,
};

struct message {
	enum { MESSAGE_MARK = 1, MESSAGE_END = 2 } kind;
	int r;
	uint64_t memory;
	struct reason why;
};

/* The parent's end. */
struct watch {
	const struct trial_spec *spec;
	struct plugh_tree *tree; /* all that the child starts */
	struct trial_result *result;
	struct plugh_process child;
	int up, down;
	bool has_ended; /* the function returned, and said so */
};

/* ---- The child ---- */

static uint64_t memory_in_use(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void send_up(const struct trial *trial, const struct message *message)
{
	ssize_t n;
	do {
		n = write(trial->up, message, sizeof *message);
	} while (n < 0 && errno == EINTR);
}

void trial_take_mark(struct trial *trial)
{
	char byte;
	ssize_t n;

	send_up(trial, &(struct message){ .kind = MESSAGE_MARK, .memory = memory_in_use() });
	do {
		n = read(trial->down, &byte, 1);
	} while (n < 0 && errno == EINTR);
}

static void set_up_child(int said)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	for (int i = SIGHUP; i <= SIGTERM; i++)
		signal(i, SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ MAX_SAID, MAX_SAID });
	dup2(null, STDIN_FILENO);
	dup2(said, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
}

static void run_child(const struct trial_spec *spec, struct trial trial, int said)
{
	struct message end = { .kind = MESSAGE_END };

	set_up_child(said);
	end.r = spec->run(spec->ctx, &trial, &end.why);
	send_up(&trial, &end);
	/* What is registered for the end of the process is the parent's, or of what is tried. */
	_exit(0);
}

/* ---- The parent ---- */

static size_t count_entries(pid_t pid, const char *folder)
{
	char path[64];
	size_t n = 0;
	const struct dirent *entry;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, folder);
	DIR *dir = opendir(path);
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

/* The first number of /proc/PID/statm (proc_pid_statm(5)). */
static uint64_t count_pages(pid_t pid)
{
	char path[64], text[128];

	snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return strtoull(text, NULL, 10);
}

/* The child stands still but for its other threads, of which those that end are waited for. */
static void take_mark(const struct watch *watch, uint64_t memory)
{
	struct trial_result *result = watch->result;
	size_t before = result->marks > 0 ? result->mark[0].threads : 1;

	if (result->marks == TRIAL_MARKS)
		return;
	size_t threads = count_entries(watch->child.pid, "task");
	for (int i = 0; i < SETTLE_TRIES && threads > before; i++) {
		poll(NULL, 0, SETTLE_MS);
		threads = count_entries(watch->child.pid, "task");
	}
	result->mark[result->marks++] = (struct trial_mark){
		.descriptors = count_entries(watch->child.pid, "fd"),
		.threads = threads,
		.pages = count_pages(watch->child.pid),
		.memory = memory,
	};
}

/* Returns false when nothing more can come. */
static bool receive(struct watch *watch)
{
	struct message message;

	ssize_t n = read(watch->up, &message, sizeof message);
	if (n < 0 && errno == EINTR)
		return true;
	if (n != (ssize_t)sizeof message)
		return false;
	if (message.kind == MESSAGE_MARK) {
		take_mark(watch, message.memory);
		n = write(watch->down, "", 1);
		return n == 1;
	}
	message.why.text[sizeof message.why.text - 1] = '\0';
	watch->has_ended = true;
	watch->result->r = message.r;
	reason_set(&watch->result->why, 0, "%s", message.why.text);
	return false;
}

enum { WAIT_CHILD, WAIT_CANCEL, WAIT_UP, WAITS };

/* Wait for any. Returns how many, 0 at the deadline, or -errno. */
static int wait_any(struct pollfd wait[WAITS], int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - clock_ms();
		int n = left > 0 ? poll(wait, WAITS, (int)left) : 0;
		if (n >= 0)
			return n;
		if (errno != EINTR)
			return -errno;
	}
}

/* Until the child ends. Returns TRIAL_RETURNED when it did so by itself. */
static enum trial_end watch_child(struct watch *watch)
{
	int64_t deadline = clock_ms() + watch->spec->limit_ms;
	struct pollfd wait[WAITS] = {
		[WAIT_CHILD] = { .fd = plugh_process_end_fd(&watch->child), .events = POLLIN },
		[WAIT_CANCEL] = { .fd = watch->spec->cancel_fd, .events = POLLIN },
		[WAIT_UP] = { .fd = watch->up, .events = POLLIN },
	};

	while (wait_any(wait, deadline) > 0) {
		if (wait[WAIT_CANCEL].revents != 0)
			return TRIAL_CANCELLED;
		/* What it said before it ended counts. */
		if (wait[WAIT_UP].revents == 0)
			return TRIAL_RETURNED;
		if (!receive(watch))
			wait[WAIT_UP].fd = -1;
	}
	return TRIAL_TIMED_OUT;
}

/* Reap the child, and end what it may have left; its number is its group's until then. */
static void finish(struct watch *watch, enum trial_end end)
{
	struct trial_result *result = watch->result;
	struct plugh_process_result ended = { .status = -1 };

	if (end != TRIAL_RETURNED)
		plugh_process_signal(&watch->child, SIGKILL);
	plugh_process_wait_end(&watch->child, NULL);
	result->leaves_process = plugh_tree_end(watch->tree, &watch->child) > 0;
	plugh_process_signal_group(&watch->child, SIGKILL);
	plugh_process_wait(&watch->child, NULL, &ended);
	result->end = end;
	result->number = watch->spec->limit_ms;
	if (end == TRIAL_CANCELLED) {
		reason_set(&result->why, 0, "ended by you");
	} else if (end == TRIAL_TIMED_OUT) {
		reason_set(
			&result->why, 0, "does not end within %d s", watch->spec->limit_ms / 1000);
	} else if (ended.signal != 0) {
		result->end = TRIAL_KILLED;
		result->number = ended.signal;
		reason_set(&result->why, 0, "crashes: %s (SIG%s)", strsignal(ended.signal),
			sigabbrev_np(ended.signal) != NULL ? sigabbrev_np(ended.signal) : "?");
	} else if (!watch->has_ended) {
		result->end = TRIAL_EXITED;
		result->number = ended.status;
		reason_set(&result->why, 0, "ends the process, with status %d", ended.status);
	}
}

static void read_said(int said, char ret_said[TRIAL_SAID_SIZE])
{
	ssize_t n = pread(said, ret_said, TRIAL_SAID_SIZE - 1, 0);

	ret_said[n > 0 ? n : 0] = '\0';
	ret_said[strcspn(ret_said, "\n")] = '\0';
	if (n > 0 && ret_said[0] == '\0')
		memcpy(ret_said, "\\n", sizeof "\\n");
}

static void watch_to_end(struct watch *watch, pid_t pid, int said)
{
	setpgid(pid, pid);
	plugh_process_adopt(pid, PLUGH_PROCESS_OWN_GROUP, &watch->child);
	finish(watch, watch_child(watch));
	plugh_process_release(&watch->child);
	read_said(said, watch->result->said);
}

int trial_run(const struct trial_spec *spec, struct trial_result *ret_result)
{
	int up[2] = { -1, -1 }, down[2] = { -1, -1 };
	struct plugh_tree tree = { 0 };
	int r = 0;

	*ret_result = (struct trial_result){ .end = TRIAL_RETURNED };
	int said = memfd_create("plugh-trial", MFD_CLOEXEC);
	if (said < 0 || pipe2(up, O_CLOEXEC) < 0 || pipe2(down, O_CLOEXEC) < 0) {
		r = -errno;
		goto out;
	}
	r = plugh_tree_open(&tree, PLUGH_TREE_NO_CGROUP);
	if (r < 0)
		goto out;
	pid_t pid = fork();
	if (pid < 0)
		r = -errno;
	if (pid == 0)
		run_child(spec, (struct trial){ up[1], down[0] }, said);
	close(up[1]);
	up[1] = -1;
	if (pid > 0)
		watch_to_end(&(struct watch){ .spec = spec,
				     .tree = &tree,
				     .result = ret_result,
				     .up = up[0],
				     .down = down[1] },
			pid, said);
out:
	plugh_tree_close(&tree);
	for (int i = 0; i < 2; i++) {
		if (up[i] >= 0)
			close(up[i]);
		if (down[i] >= 0)
			close(down[i]);
	}
	if (said >= 0)
		close(said);
	return r;
}
