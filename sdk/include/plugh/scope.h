/* Clean-up that happens whatever ends the work, as with a context manager.
 *
 *     static int work(const struct plugh_host *host, struct plugh_scope *scope)
 *     {
 *             int r = plugh_scope_unlink(scope, path);
 *             if (r == 0)
 *                     r = plugh_scope_enter(scope, &lock_context);
 *             return r == 0 ? compute(host) : r;
 *     }
 *
 *     struct plugh_scope scope = { .host = host };
 *     return plugh_scope_exit(&scope, work(host, &scope));
 *
 * What is entered is exited in reverse order when the work returns, also with an error, also when
 * the user has cancelled the run (Ctrl-C, SIGTERM, SIGHUP: plugh/fd.h returns -ECANCELED then). The
 * rules are those of Python's contextlib.ExitStack: each exit function learns how the work stands
 * and may take its error as handled, or fail itself; all of them run.
 *
 * When the process ends at once instead (a crash, a second Ctrl-C while it cleans up), the exit
 * functions cannot run. What has a `crash` function has that called then, in the signal handler,
 * latest first, over all scopes of the process. In a plugin the host does so (the power
 * "plugh.cleanup/1"; of one that handles signals itself, in crashes alone). In a program without a
 * host the SDK itself takes over SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS and SIGTRAP, and
 * those of SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU and SIGXFSZ that have their default
 * effect, when the first such function is entered; it hands on to what was there before, and stays.
 * (That thread gets a signal stack where it has none.) Nothing runs at SIGKILL.
 *
 * A process that was forked calls no crash function of its parent's, only its own; it must not exit
 * the parent's scopes, but leave by _exit(2).
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_SCOPE_H
#define PLUGH_SCOPE_H

#include <stddef.h>

#include <plugh/host.h>
#include <plugh/output.h>
#include <plugh/process.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	PLUGH_HANDLED = 1,        /* of an exit function: the error is taken as handled */
	PLUGH_SCOPE_CONTEXT = 16, /* errors that are remembered behind the last one */
};

/* What is done and undone. Functions are called by the thread that calls plugh_scope_enter and
 * plugh_scope_exit, but for `crash`. */
struct plugh_context {
	/* Do it. Returns 0, or -errno, and then it is not exited. NULL: it is done already. */
	int (*enter)(void *arg);

	/* Undo it. NULL: nothing to do.
	 *
	 * r  how the work stands: below 0 the error that is under way (-ECANCELED: the user ended
	 *    the run), else the work has ended well, with that exit status
	 *
	 * Returns 0 to leave it so; PLUGH_HANDLED to take the error as handled, so that those that
	 * were entered before see none; or a negative errno of its own, which takes the place of
	 * the error under way. The same number again is the same error. */
	int (*exit)(void *arg, int r);

	/* Undo what must not stay when the process ends at once; NULL: nothing. Called at most
	 * once, in a signal handler, on any thread, while others may go on: it must be
	 * async-signal-safe. It may come while `exit` is under way, since that is when a user
	 * presses Ctrl-C again, so it must bear with what that has done; after `exit` has returned
	 * it does not come. Memory that it needs is best freed by plugh_scope_free, entered before.
	 *
	 * signal  that ends the process */
	void (*crash)(void *arg, int signal);

	void *arg; /* borrowed until `exit` has returned */
};

/* Where things are entered. An empty one is { .host = host }; it may be used again when it was
 * exited, and must not be moved but by plugh_scope_move. */
struct plugh_scope {
	const struct plugh_host *host; /* that run() got; NULL: a program without a host */

	/* After plugh_scope_exit has returned an error: what it took the place of, as Python's
	 * __context__. The first error first; beyond PLUGH_SCOPE_CONTEXT they are only counted.
	 * Errors that were handled are not among them. */
	size_t context_count;
	int context[PLUGH_SCOPE_CONTEXT];

	struct plugh_scope_entry *last; /* the SDK's own */
};

/* Enter.
 *
 * context  copied
 *
 * Returns 0, what `enter` returned, or -ENOMEM. Without memory `enter` is not called; where there
 * is none, since it is done already, it is undone at once (`exit` with -ENOMEM), so that nothing is
 * left on any way.
 * Threads (all of these): any, one at a time per scope.   Since: 0.1 */
int plugh_scope_enter(struct plugh_scope *scope, const struct plugh_context *context)
	__attribute__((warn_unused_result));

/* Have exit(arg, r) called: a context that is entered already, without `crash`. As above.
 * Since: 0.1 */
int plugh_scope_defer(struct plugh_scope *scope, int (*exit)(void *arg, int r), void *arg)
	__attribute__((warn_unused_result));

/* Exit all that was entered, the last first; what is entered meanwhile too.
 *
 * r  how the work ended: 0 or an exit status, or a negative errno
 *
 * Returns how it stands now: the last error of an exit function that no other has handled (what it
 * took the place of is in scope->context); or else r, where that is an error and was not handled;
 * or else the status, which is 0 where r was an error. Each error was reported by who made it, or
 * is reported by the host when run() returns it.
 * Accepts a scope with nothing in it. Needs no memory.   Since: 0.1 */
int plugh_scope_exit(struct plugh_scope *scope, int r) __attribute__((warn_unused_result));

/* Let another scope exit what was entered here, before what it has itself. `from` is empty
 * afterwards: so a function keeps what it has made, when all of it worked. Since: 0.1 */
void plugh_scope_move(struct plugh_scope *from, struct plugh_scope *to);

/* The same host for an exit function, but that waits are not ended by a cancel: what is written to
 * files with it arrives although the user has cancelled the run. (What goes to standard output then
 * may be lost.)
 *
 * ret_host  lives as long as it is used
 *
 * Threads: any.   Since: 0.1 */
void plugh_host_without_cancel(const struct plugh_host *host, struct plugh_host *ret_host);

/* ---- What is often entered. Each returns 0, or an error with nothing left to undo. ---- */

/* Adopt a descriptor: it is closed. What close(2) reports is an error. Since: 0.1 */
int plugh_scope_close(struct plugh_scope *scope, int fd) __attribute__((warn_unused_result));

/* Adopt memory from malloc(3); NULL is accepted. Since: 0.1 */
int plugh_scope_free(struct plugh_scope *scope, void *memory) __attribute__((warn_unused_result));

/* Remove a file, also in a crash; it need not exist yet, and that it is gone is no error.
 *
 * path  copied; a relative one is that of now, whatever the current folder is then
 *
 * Enter it first, make the file then: so there is no moment between. Returns 0, -ENOMEM, -EISDIR
 * for a path that ends in a slash, -ENAMETOOLONG, or -errno where the folder cannot be opened.
 * Since: 0.1 */
int plugh_scope_unlink(struct plugh_scope *scope, const char *path)
	__attribute__((warn_unused_result));

/* End a child, reap and release it (plugh/process.h). In a crash it gets SIGKILL, and so does its
 * own group where `how` says so, and the cgroup of a tree that has one.
 *
 * process  borrowed until it is exited. One that was waited for meanwhile is only released
 * how      copied; its tree is borrowed. Its signal and grace count also after a cancel: a second
 *          Ctrl-C is what ends the wait
 *
 * Since: 0.1 */
int plugh_scope_process(struct plugh_scope *scope, struct plugh_process *process,
	const struct plugh_ending *how) __attribute__((warn_unused_result));

/* Open an output (plugh/output.h) that is put in place when the work ends well, and removed when it
 * ends with an error: nobody sees it half-done, also after a crash or SIGKILL.
 *
 * path        as for plugh_output_open; borrowed
 * ret_output  belongs to the scope: do not close it
 *
 * Returns as plugh_output_open; a failure is reported already. That it cannot be put in place is an
 * error of the scope. Since: 0.1 */
int plugh_scope_output(struct plugh_scope *scope, const char *path,
	struct plugh_output **ret_output) __attribute__((warn_unused_result));

#ifdef __cplusplus
}
#endif

#endif
