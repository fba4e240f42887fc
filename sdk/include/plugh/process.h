/* Other programs, and functions in processes of their own: start, wait, capture, end.
 *
 *     struct plugh_process_spec spec = { .argv = argv, .group = PLUGH_PROCESS_OWN_GROUP };
 *     struct plugh_process child;
 *     struct plugh_process_result result;
 *     int r = plugh_process_spawn(&spec, &child, NULL);
 *     if (r == 0)
 *         r = plugh_process_wait(&child, NULL, &result);
 *     plugh_process_release(&child);
 *
 * No shell is involved: words arrive as they are. What is zero in a struct is its usual value. A
 * child gets the standard streams and what this process itself was given without close-on-exec, and
 * nothing that the SDK has opened.
 *
 * Nobody else may reap a child of these functions (waitpid(-1), an ignored SIGCHLD). Starting one
 * gives an ignored SIGCHLD its default effect, which differs in nothing but that statuses are kept.
 *
 * A plugin that starts programs says .needs = PLUGH_EXEC; plugh_call_with_timeout needs nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_PROCESS_H
#define PLUGH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <plugh/buf.h>
#include <plugh/host.h>
#include <plugh/option.h>
#include <plugh/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Time ---- */

/* What ends a wait before its time. NULL in place of one: nothing does. */
struct plugh_until {
	plugh_duration deadline; /* a moment on CLOCK_MONOTONIC; ns = PLUGH_FOREVER: none */
	int cancel_fd;           /* the wait ends when it is readable; never read from. -1: none */
};

/* The moment that lies so far ahead on CLOCK_MONOTONIC; PLUGH_FOREVER where that is beyond
 * counting. Async-signal-safe. Threads: any.   Since: 0.1 */
plugh_duration plugh_deadline_after(plugh_duration from_now);

/* ---- Start ---- */

enum plugh_stream_kind {
	PLUGH_STREAM_INHERIT = 0, /* the same as this process's */
	PLUGH_STREAM_NULL,        /* /dev/null */
	PLUGH_STREAM_PIPE,        /* a new pipe; our end is in struct plugh_process */
	PLUGH_STREAM_FILE,        /* path, flags, mode: opened for the child */
	PLUGH_STREAM_FD,          /* fd: any open descriptor, the standard ones in any order too */
	PLUGH_STREAM_MERGE,       /* standard error only: where standard output goes */
};

/* A standard stream of a child. */
struct plugh_stream {
	enum plugh_stream_kind kind;
	int fd;           /* FD: borrowed until plugh_process_spawn returns */
	const char *path; /* FILE: relative to the current directory of this process */
	int flags;        /* FILE: as of open(2), O_WRONLY | O_CREAT | O_APPEND ... */
	mode_t mode;      /* FILE: for O_CREAT */
};

enum plugh_process_group {
	PLUGH_PROCESS_SAME_GROUP = 0, /* gets what the terminal sends to this process's group */
	PLUGH_PROCESS_OWN_GROUP,      /* the child leads a new group in the same session */
	PLUGH_PROCESS_OWN_SESSION,    /* the child leads a new session, without a terminal */
};

/* A limit that is set in the child (setrlimit(2)). */
struct plugh_process_limit {
	int resource; /* RLIMIT_CPU, RLIMIT_AS, RLIMIT_CORE ... */
	struct rlimit value;
};

/* The bit of a signal (1 to 64) in a set. */
#define PLUGH_SIGNAL_BIT(signal) (UINT64_C(1) << ((signal)-1))

/* What to start, and how. All pointers are borrowed until plugh_process_spawn returns. */
struct plugh_process_spec {
	const char *const *argv; /* ended by NULL; argv[0] at least */

	/* The program. NULL: argv[0]. With a '/' it is a path, relative to `directory`. Without one
	 * it is looked for in the PATH of the child's environment ("/bin:/usr/bin" where that has
	 * none), as by execvp(3), unless `is_exact`. */
	const char *file;
	bool is_exact;
	bool has_plain_scripts; /* a file without "#!" that the kernel refuses is run by /bin/sh,
				   as execvp(3) and shells do */

	/* The environment: that of this process, cleared if so asked, without `unset` (names), with
	 * `set` ("NAME=value"). Both lists end in NULL; NULL: none. */
	bool clear_environment;
	const char *const *unset;
	const char *const *set;

	const char *directory; /* NULL: the same */

	struct plugh_stream in, out, err;

	/* Descriptors that keep their number in the child although they are close-on-exec here. */
	const int *pass;
	size_t pass_count;

	enum plugh_process_group group;
	bool is_foreground; /* OWN_GROUP: is made the foreground group of the controlling terminal
			       before it runs; nothing happens where there is no terminal. Take the
			       terminal back by plugh_terminal_take_back */

	/* The child starts with all signals at their default effect, but for those of this set that
	 * are ignored in this process: those stay ignored (nohup(1)). A plugin passes on what was
	 * ignored when plugh was started by ~PLUGH_SIGNAL_BIT(SIGPIPE). */
	uint64_t keep_ignored;

	uint64_t blocked; /* the signals that the child starts with blocked, whatever this process
			     has blocked; 0: none */

	/* A signal that the child gets when the thread that started it ends; 0: none. The kernel
	 * forgets it when the program is set-id (prctl(2), PR_SET_PDEATHSIG). */
	int death_signal;

	const struct plugh_process_limit *limit;
	size_t limit_count;

	struct plugh_tree *tree; /* the child belongs to it (see below); NULL: to none */
};

/* Where a start failed. */
enum plugh_process_phase {
	PLUGH_PHASE_NONE = 0,
	PLUGH_PHASE_PREPARE, /* the spec is wrong (-EINVAL), or memory or descriptors are short */
	PLUGH_PHASE_STDIN,   /* opening or making the standard stream */
	PLUGH_PHASE_STDOUT,
	PLUGH_PHASE_STDERR,
	PLUGH_PHASE_FORK,
	PLUGH_PHASE_TREE, /* entering the tree's cgroup */
	PLUGH_PHASE_DEATH_SIGNAL,
	PLUGH_PHASE_GROUP,
	PLUGH_PHASE_TERMINAL,
	PLUGH_PHASE_LIMIT,
	PLUGH_PHASE_PASS,
	PLUGH_PHASE_DIRECTORY,
	PLUGH_PHASE_EXEC, /* -ENOENT: not found; -EACCES, -ENOEXEC ...: found, cannot be executed */
};

/* What the phase does, for a message: "change the directory", "execute". Threads: any. Since: 0.1
 */
const char *plugh_process_phase_name(enum plugh_process_phase phase);

/* A child. Members are for reading. Filled by plugh_process_spawn, emptied by
 * plugh_process_release; empty is { 0 } too. */
struct plugh_process {
	pid_t pid; /* also its group's and session's number, where it has its own; 0: none */
	int pidfd; /* readable when the child has ended; -1 where the kernel has none */

	/* Our ends of pipes, close-on-exec, blocking; -1: none. They belong to the struct: take one
	 * over, or close it, by plugh_process_take_fd. */
	int in, out, err;

	plugh_duration started, ended; /* on CLOCK_MONOTONIC */
	bool is_reaped;
	enum plugh_process_group group;
	struct plugh_waiter *waiter; /* where the kernel has no pidfds */
};

/* Start a program.
 *
 * Returns 0 when it runs (execve(2) has succeeded), else -errno, with *ret_phase telling where and
 * no process or descriptor left. *ret_process is empty then, so that it may be released; ret_phase
 * may be NULL.
 * Costs as little as vfork(2), whatever the size of this process, whose thread stands still until
 * the program runs.
 * Threads: any.   Since: 0.1 */
int plugh_process_spawn(const struct plugh_process_spec *spec, struct plugh_process *ret_process,
	enum plugh_process_phase *ret_phase) __attribute__((warn_unused_result));

/* Make a child that was started by fork(2) one of these, to be waited for and ended like any other.
 * group is what the child has made of itself. Cannot fail; *ret_process has no pipes. Since: 0.1 */
void plugh_process_adopt(
	pid_t pid, enum plugh_process_group group, struct plugh_process *ret_process);

/* Make this process's group the foreground group of its terminal again, after a child that was in
 * the foreground. Returns 0, or -errno: -ENXIO without a terminal. Threads: any.   Since: 0.1 */
int plugh_terminal_take_back(void);

/* ---- Wait ---- */

/* How a child ended. */
struct plugh_process_result {
	int status;             /* exit status; -1 where a signal ended it */
	int signal;             /* the signal that ended it; 0: none */
	bool has_dumped_core;   /* as the kernel reports */
	plugh_duration elapsed; /* from the start of the program until its end was seen */
	struct rusage usage;    /* of the child and of those children that it reaped itself */
};

/* Wait until the child has ended, and reap it. No polling: it wakes for the end, the deadline and
 * the cancel descriptor alone. The end comes first: a child that has ended is reaped even when the
 * deadline has passed. Waiting again for a reaped child gives -ECHILD.
 *
 * ret_result  may be NULL; untouched on error
 *
 * Returns 0, or
 *   -ETIMEDOUT  the deadline passed; the child still runs
 *   -ECANCELED  the cancel descriptor is readable; the child still runs
 *   -ECHILD     it is reaped already, by us or by somebody else
 *   -errno      (-ENOMEM, -EMFILE, -EAGAIN) only where the kernel has no pidfds
 * Threads: any, one at a time per child.   Since: 0.1 */
int plugh_process_wait(struct plugh_process *process, const struct plugh_until *until,
	struct plugh_process_result *ret_result);

/* The same, but the child is not reaped: its number, and so that of its group, stay taken. Returns
 * 0 also for a child that was waited for in this way before. Since: 0.1 */
int plugh_process_wait_end(struct plugh_process *process, const struct plugh_until *until);

/* A descriptor that is readable when the child has ended, to be waited for together with others. It
 * belongs to the struct. Returns it, or -errno as plugh_process_wait does. Since: 0.1 */
int plugh_process_end_fd(struct plugh_process *process);

/* The number that a shell shows: the exit status, or 128 + the signal.   Since: 0.1 */
int plugh_process_shell_status(const struct plugh_process_result *result);

/* ---- Signal, end ---- */

/* Send a signal to the child; never to another process, also when it has ended meanwhile. Returns
 * 0, -ESRCH when it was reaped, -EPERM (a set-id program), -EINVAL. Async-signal-safe, if
 * nobody reaps at the same time. Threads: any.   Since: 0.1 */
int plugh_process_signal(const struct plugh_process *process, int signal);

/* Send it to the child's whole group, which must be its own (else -EINVAL). A child that has ended
 * but is not reaped keeps the group's number, so those that it left are reached. Returns and
 * promises as above.   Since: 0.1 */
int plugh_process_signal_group(const struct plugh_process *process, int signal);

enum plugh_end_scope {
	PLUGH_END_PROCESS = 0, /* the child alone */
	PLUGH_END_GROUP,       /* the child's own group */
	PLUGH_END_TREE,        /* all in `tree`, wherever they have moved */
};

/* How to end. */
struct plugh_ending {
	enum plugh_end_scope scope;
	int signal;              /* sent first, with SIGCONT behind it; 0: SIGTERM */
	plugh_duration grace;    /* then so long a wait, then SIGKILL; 0: at once SIGKILL */
	struct plugh_tree *tree; /* PLUGH_END_TREE: that of the child's spec */
};

/* End a child, and reap it. SIGKILL comes when the grace has passed, or when cancel_fd (-1: none)
 * becomes readable. With PLUGH_END_GROUP and _TREE the others are ended also when the child has
 * ended by itself; the grace is for all in it, and those of a group that outlive it are killed when
 * the child has ended. All that still run get SIGKILL; of a tree none is left.
 *
 * ret_result  may be NULL; how the child itself ended
 *
 * Returns 0; -ECHILD when it was reaped before (the others of a tree are ended all the same);
 * -EBUSY when some of a tree multiply faster than they are ended; -EPERM where a set-id program
 * cannot be ended: it is not waited for.
 * Threads: as plugh_process_wait; with a tree, as that.   Since: 0.1 */
int plugh_process_end(struct plugh_process *process, const struct plugh_ending *how, int cancel_fd,
	struct plugh_process_result *ret_result);

/* ---- Trees ---- */

/* All that children start in turn, also what has left its group or session (setsid(2), a double
 * fork, daemons). Orphans among them come to this process (prctl(2), PR_SET_CHILD_SUBREAPER), and
 * where it may make a cgroup (v2) they are also kept in one, which ends all of them at once.
 *
 * Only what was started since plugh_tree_open is touched, and only what descends from this process:
 * before each signal the process is pinned by a pidfd and its parents are followed up to this one.
 * Whatever this process starts while a tree is open, by whatever means, belongs to the tree; so
 * does what older children leave as orphans meanwhile.
 *
 * One tree at a time, in a process that starts children from one thread. */
struct plugh_tree {
	int cgroup; /* the cgroup's folder (limits may be set there); -1: it has none */

	/* The SDK's own. */
	int cgroup_parent;
	char cgroup_name[32];
	int was_reaper;
	bool is_open;
	int listing;        /* where children are looked for */
	size_t known_count; /* children from before: not of the tree */
	pid_t *known;
};

enum plugh_tree_flag {
	PLUGH_TREE_NO_CGROUP = 1, /* do not make one */
};

/* Begin a tree, before its first child is started. flags: 0 or enum plugh_tree_flag. Returns 0, or
 * -ENOMEM, -errno of prctl; that no cgroup can be made is no error.   Since: 0.1 */
int plugh_tree_open(struct plugh_tree *ret_tree, unsigned flags);

/* Send a signal to all in the tree. Returns how many got it, or -ENOMEM.   Since: 0.1 */
int plugh_tree_signal(struct plugh_tree *tree, int signal);

/* Is anything in the tree alive? `process`, which may be NULL, does not count.   Since: 0.1 */
bool plugh_tree_is_alive(struct plugh_tree *tree, const struct plugh_process *process);

/* End all in the tree by SIGKILL, stopped first so that nobody replaces what was ended, again and
 * again until none is left, and reap those that came to this process; `process` (may be NULL) is
 * killed but not reaped, so that it can be waited for.
 *
 * Returns 1 when something but `process` was still alive, 0 when nothing was, -EBUSY or -EPERM as
 * plugh_process_end does, -ENOMEM.
 * In a sandbox without /proc: what this process has become the parent of is found, if it had
 * no child when the tree was opened; else only the child's own group is ended.   Since: 0.1 */
int plugh_tree_end(struct plugh_tree *tree, struct plugh_process *process);

/* Forget the tree, remove its cgroup, free. What still runs goes on: orphans go where they went
 * before. Accepts { 0 }.   Since: 0.1 */
void plugh_tree_close(struct plugh_tree *tree);

/* ---- Hand over, let go ---- */

/* Take over one of the pipes' ends: &process->in, ->out or ->err. Returns the descriptor, which the
 * caller closes, or -1 where there is none.   Since: 0.1 */
int plugh_process_take_fd(int *fd);

/* Let a child go on by itself, and empty the struct: it is not waited for, and leaves a zombie when
 * it ends before this process. (Without pidfds a thread that has waited for it does so on.) Since:
 * 0.1 */
void plugh_process_detach(struct plugh_process *process);

/* Close and free all. A child that was not reaped is ended by SIGKILL and reaped: on every way out
 * nothing is left. Accepts an empty struct.   Since: 0.1 */
void plugh_process_release(struct plugh_process *process);

/* ---- Capture ---- */

enum plugh_capture_to {
	PLUGH_CAPTURE_NOTHING = 0, /* the stream is as the spec has it */
	PLUGH_CAPTURE_MEMORY,      /* kept in struct plugh_captured */
	PLUGH_CAPTURE_CHUNKS,      /* given to `sink` as it comes */
	PLUGH_CAPTURE_LINES,       /* given to `sink` line by line, without the newline */
	PLUGH_CAPTURE_FILE,        /* written to the descriptor `fd` */
	PLUGH_CAPTURE_DROP,        /* read, counted, thrown away */
};

/* What is done with a stream of the child. */
struct plugh_capture_stream {
	enum plugh_capture_to to;
	uint64_t limit; /* most bytes that are taken; 0: no limit */
	bool truncates; /* beyond the limit: true: read on and drop; false: end the child, -EFBIG */
	struct plugh_sink sink; /* an error that it returns ends the child, and the capture */
	int fd;                 /* borrowed */
	size_t longest; /* LINES: bytes of the longest line, 0: 64M; a longer one comes in parts */
};

struct plugh_capture {
	/* Given to the child's standard input, which is closed then; NULL: as the spec has it. A
	 * child that closes it earlier is no error. */
	const void *input;
	size_t input_size;

	struct plugh_capture_stream out, err;

	/* Done when the child has ended and what it wrote is read. false: only when all that hold
	 * its streams, such as what it started in the background, have closed them, as a pipeline
	 * of the shell waits. */
	bool is_done_at_exit;

	/* How the child is ended when the deadline passes, the run is cancelled, or a limit is
	 * passed. What it writes meanwhile is still taken. */
	struct plugh_ending ending;
};

struct plugh_captured {
	struct plugh_buf data; /* MEMORY */
	uint64_t bytes;        /* that the child wrote, dropped ones too */
	bool is_truncated;     /* some were dropped */
};

struct plugh_capture_result {
	struct plugh_process_result process; /* how the child ended; also where it was ended */
	bool has_process;                    /* it was started */
	enum plugh_process_phase phase;      /* else: where that failed */
	struct plugh_captured out, err;
};

/* Run a program to its end; both streams are read, and its input written, at the same time, so
 * that nobody waits for the other.
 *
 * spec        its streams that are captured or fed are not looked at; with err.kind = MERGE and a
 *             captured output both come through capture->out, in the order they were written
 * ret_result  always filled, with what came until then; the caller releases it
 *
 * Returns 0 when it ended by itself (with whatever status), -ETIMEDOUT, -ECANCELED, -EFBIG over a
 * limit, what a sink or the writing of a file returned, -ENOMEM, -EINVAL (a pipe in the spec that
 * is neither captured nor fed), or what plugh_process_spawn returned; with the last three
 * has_process is false. The child is never left running. Threads: any.   Since: 0.1 */
int plugh_capture_run(const struct plugh_process_spec *spec, const struct plugh_capture *capture,
	const struct plugh_until *until, struct plugh_capture_result *ret_result);

/* Free what was captured; accepts { 0 }.   Since: 0.1 */
void plugh_capture_result_release(struct plugh_capture_result *result);

/* ---- A function with a time limit ---- */

struct plugh_call {
	/* Runs in a child process, a copy of this one: what it changes in memory is lost. Appends
	 * its result, any bytes, to `result`. Returns 0 or -errno.
	 *
	 * host  what plugh_call_with_timeout got (NULL stays NULL), but it has no powers, and its
	 *       output is written out at once, as is what goes to stdout by stdio: what was
	 *       printed before the time is up is kept */
	int (*run)(const struct plugh_host *host, void *arg, struct plugh_buf *result);
	void *arg;

	plugh_duration timeout; /* PLUGH_FOREVER: no limit; 0: up at once */
	size_t limit;           /* most bytes of a result; 0: no limit */

	/* What the caller gets when the time is up. NULL: no value. Borrowed, not copied. */
	const void *fallback;
	size_t fallback_size;
};

struct plugh_call_result {
	/* The function's result, or the fallback; NULL: no value (a result of no bytes is not
	 * NULL). Followed by a NUL where it is the function's. */
	const void *value;
	size_t size;
	bool has_timed_out;

	int signal; /* that ended the function (-EOWNERDEAD); 0: none */
	int status; /* with which it ended its process (-EOWNERDEAD); -1: it did not */

	struct plugh_buf data; /* holds the function's result */
};

/* Call a function in a child process, with a time limit. When the time is up the child and all that
 * it started are ended; after a return they are too: nothing of a call is left behind. The limit is
 * for the function: a result is waited for once it has returned in time. Calls may be nested.
 *
 * host        may be NULL, outside of plugins; the call ends when its run is cancelled
 * ret_result  the caller releases it, also after an error
 *
 * Returns 0 with a value, which is the fallback where has_timed_out; a negative result of the
 * function; -EOWNERDEAD when it crashed or ended its process, -EFBIG over the limit, -ECANCELED,
 * -ENOMEM, or -errno when the child could not be made.
 * Threads: the main one, as a tree is open meanwhile. If there are other threads the function may
 * do only what is allowed after fork(2).   Since: 0.1 */
int plugh_call_with_timeout(const struct plugh_host *host, const struct plugh_call *call,
	struct plugh_call_result *ret_result) __attribute__((warn_unused_result));

/* Free the result; accepts { 0 }.   Since: 0.1 */
void plugh_call_result_release(struct plugh_call_result *result);

#ifdef __cplusplus
}
#endif

#endif
