/* Call a function in a child process, with a time limit.
 *
 * The child sends a head (what the function returned, and how many bytes follow) and the result
 * through a pipe. The parent waits for the head, for the child's end and for the deadline at the
 * same time, and knows by the head how much to read: what the function has started may hold the
 * pipe for as long as it likes. Then all that the call has started is ended, however it went.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

struct head {
	int64_t r;
	uint64_t size;
};

/* ---- The child ---- */

/* A host whose output is written at once: what is held back would be lost with the child. */
static int write_at_once(void *ctx, const void *bytes, size_t n)
{
	const struct plugh_host *host = (const struct plugh_host *)ctx;
	int r = host->write(host->ctx, bytes, n);

	return r == 0 ? host->flush(host->ctx) : r;
}

static int flush(void *ctx)
{
	const struct plugh_host *host = (const struct plugh_host *)ctx;

	return host->flush(host->ctx);
}

static void report_on(void *ctx, uint32_t level, const char *text)
{
	const struct plugh_host *host = (const struct plugh_host *)ctx;

	host->report(host->ctx, level, text);
}

/* Powers are the parent's: an output that the child commits would be open there for ever. */
static const void *no_power(void *ctx, const char *id)
{
	(void)ctx;
	(void)id;
	return NULL;
}

static void lend(struct plugh_host *ret_lent, const struct plugh_host *host)
{
	*ret_lent = (struct plugh_host){
		.size = sizeof *ret_lent,
		.abi_major = host->abi_major,
		.abi_minor = host->abi_minor,
		.verbosity = host->verbosity,
		.json = host->json,
		.cancel_fd = host->cancel_fd,
		.ctx = (void *)host,
		.write = write_at_once,
		.flush = flush,
		.report = report_on,
		.power = no_power,
	};
}

/* A crash is the parent's to tell; whoever catches it in this process would do so twice. */
static void reset_crash_signals(void)
{
	static const int number[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };

	for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
		signal(number[i], SIG_DFL);
}

static bool send(int fd, const void *bytes, size_t n)
{
	const char *next = (const char *)bytes;

	while (n > 0) {
		ssize_t put = write(fd, next, n);
		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			next += put;
			n -= (size_t)put;
		}
	}
	return true;
}

static void run_child(
	const struct plugh_host *host, const struct plugh_call *call, int fd, pid_t parent)
{
	struct plugh_buf result = { .limit = call->limit };
	struct plugh_host lent;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	if (getppid() != parent)
		_exit(1);
	reset_crash_signals();
	setvbuf(stdout, NULL, _IONBF, 0);
	if (host != NULL)
		lend(&lent, host);
	int r = call->run(host != NULL ? &lent : NULL, call->arg, &result);
	if (r >= 0 && result.error < 0)
		r = result.error;
	fflush(NULL);
	int flushed = host != NULL ? lent.flush(lent.ctx) : 0;
	if (r >= 0 && flushed < 0)
		r = flushed;
	struct head head = { .r = r, .size = r < 0 ? 0 : result.size };
	/* What is registered for the end of the process is the parent's. */
	_exit(send(fd, &head, sizeof head) && send(fd, result.data, (size_t)head.size) ? 0 : 1);
}

/* ---- The parent ---- */

struct call_state {
	struct plugh_process process;
	struct plugh_tree tree;
	int fd; /* read end; does not block */
	struct plugh_until until;
	struct head head;
	size_t head_size; /* bytes of it that have come */
};

enum { WAIT_BYTES, WAIT_END, WAIT_CANCEL, WAITS };

/* Read what is there. What the child sent before it ended counts, and what it sent before the run
 * was cancelled. Returns how many bytes, 0 when no more will come, -EAGAIN to wait on, -ECANCELED
 * or -errno. */
static ssize_t read_ready(
	struct call_state *state, struct pollfd wait[WAITS], void *ret_bytes, size_t n)
{
	ssize_t got = read(state->fd, ret_bytes, n);

	if (got > 0)
		return got;
	if (got < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	if (wait[WAIT_END].revents != 0)
		return 0;
	/* Nobody holds the other end: the end of the child is near. */
	if (got == 0)
		wait[WAIT_BYTES].fd = -1;
	return wait[WAIT_CANCEL].revents != 0 ? -ECANCELED : -EAGAIN;
}

/* Read up to n bytes, waiting for them. Returns how many, 0 when the child has ended and nothing is
 * left to read, -ETIMEDOUT, -ECANCELED or -errno. */
static ssize_t receive(struct call_state *state, void *ret_bytes, size_t n)
{
	struct pollfd wait[WAITS] = {
		[WAIT_BYTES] = { .fd = state->fd, .events = POLLIN },
		[WAIT_END] = { .fd = plugh_process_end_fd(&state->process), .events = POLLIN },
		[WAIT_CANCEL] = { .fd = state->until.cancel_fd, .events = POLLIN },
	};
	ssize_t got = wait[WAIT_END].fd < 0 ? wait[WAIT_END].fd : -EAGAIN;

	while (got == -EAGAIN) {
		int ready = process_poll(wait, WAITS, state->until.deadline.ns);
		if (ready <= 0)
			return ready < 0 ? ready : -ETIMEDOUT;
		got = read_ready(state, wait, ret_bytes, n);
	}
	return got;
}

/* Returns 1 when the function has returned, 0 when the child ended without, or -errno. */
static int receive_head(struct call_state *state)
{
	while (state->head_size < sizeof state->head) {
		ssize_t n = receive(state, (char *)&state->head + state->head_size,
			sizeof state->head - state->head_size);
		if (n <= 0)
			return (int)n;
		state->head_size += (size_t)n;
	}
	return 1;
}

static int receive_result(
	struct call_state *state, const struct plugh_call *call, struct plugh_buf *ret_data)
{
	char chunk[CHUNK];

	ret_data->limit = call->limit;
	if (call->limit != 0 && state->head.size > call->limit)
		return -EFBIG;
	/* Also for a result of no bytes. */
	int r = plugh_buf_append(ret_data, "", 0);
	while (r == 0 && ret_data->size < state->head.size) {
		uint64_t left = state->head.size - ret_data->size;
		ssize_t n = receive(state, chunk, left < CHUNK ? (size_t)left : CHUNK);
		if (n <= 0)
			return n < 0 ? (int)n : -EOWNERDEAD;
		r = plugh_buf_append(ret_data, chunk, (size_t)n);
	}
	return r;
}

static void give_fallback(const struct plugh_call *call, struct plugh_call_result *ret_result)
{
	ret_result->has_timed_out = true;
	ret_result->value = call->fallback;
	ret_result->size = call->fallback != NULL ? call->fallback_size : 0;
}

static int wait_for_result(struct call_state *state, const struct plugh_call *call,
	struct plugh_call_result *ret_result)
{
	int r = receive_head(state);
	if (r == -ETIMEDOUT) {
		give_fallback(call, ret_result);
		return 0;
	}
	if (r <= 0)
		return r < 0 ? r : -EOWNERDEAD;
	if (state->head.r < 0)
		return (int)state->head.r;
	/* It has returned in time; to hand over much may take longer. */
	state->until.deadline.ns = PLUGH_FOREVER;
	r = receive_result(state, call, &ret_result->data);
	if (r == 0) {
		ret_result->value = ret_result->data.data;
		ret_result->size = ret_result->data.size;
	}
	return r;
}

/* End all that was started, and learn how the child ended. */
static void end_all(struct call_state *state, struct plugh_process_result *ret_ended)
{
	plugh_process_signal_group(&state->process, SIGKILL);
	plugh_process_wait(&state->process, NULL, ret_ended);
	plugh_tree_end(&state->tree, NULL);
	plugh_process_release(&state->process);
}

static int start_child(
	const struct plugh_host *host, const struct plugh_call *call, struct call_state *state)
{
	int ends[2];

	/* What is held back now would be written by both. */
	fflush(NULL);
	int r = host != NULL ? host->flush(host->ctx) : 0;
	if (r < 0)
		return r;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	state->fd = ends[0];
	fcntl(state->fd, F_SETFL, O_NONBLOCK);
	pid_t parent = getpid();
	state->until.deadline = plugh_deadline_after(call->timeout);
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		run_child(host, call, ends[1], parent);
	}
	r = pid < 0 ? -errno : 0;
	close(ends[1]);
	if (r < 0)
		return r;
	setpgid(pid, pid);
	plugh_process_adopt(pid, PLUGH_PROCESS_OWN_GROUP, &state->process);
	return 0;
}

int plugh_call_with_timeout(const struct plugh_host *host, const struct plugh_call *call,
	struct plugh_call_result *ret_result)
{
	struct call_state state = {
		.fd = -1,
		.until = { .cancel_fd = host != NULL ? host->cancel_fd : -1 },
	};
	struct plugh_process_result ended = { .status = -1 };

	*ret_result = (struct plugh_call_result){ .status = -1 };
	int r = plugh_tree_open(&state.tree, PLUGH_TREE_NO_CGROUP);
	if (r < 0)
		return r;
	r = start_child(host, call, &state);
	if (r == 0) {
		r = wait_for_result(&state, call, ret_result);
		end_all(&state, &ended);
	}
	bool has_returned = state.head_size == sizeof state.head && state.head.r < 0;
	if (r == -EOWNERDEAD && !has_returned) {
		ret_result->signal = ended.signal;
		ret_result->status = ended.status;
	}
	if (state.fd >= 0)
		close(state.fd);
	plugh_tree_close(&state.tree);
	return r;
}

void plugh_call_result_release(struct plugh_call_result *result)
{
	plugh_buf_release(&result->data);
	*result = (struct plugh_call_result){ .status = -1 };
}
