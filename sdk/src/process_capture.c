/* Run a program to its end, and take what it writes.
 *
 * One loop waits for all that can happen: output, room for input, the child's end, the deadline and
 * the cancel descriptor. When the child is to be ended the loop goes on with the grace as deadline,
 * so that a child which tells something before it goes can do so.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "process_capture.h"

enum {
	CHUNK = 256 * 1024,
	PIPE_CAPACITY = 1024 * 1024, /* what a user without rights may ask for (pipe(7)) */
};

enum { WAIT_OUT, WAIT_ERR, WAIT_IN, WAIT_END, WAIT_CANCEL, WAITS };

struct capture {
	const struct plugh_capture *how;
	struct plugh_process process;
	struct capture_stream stream[2];
	size_t input_at;
	char *chunk;
	int cancel_fd;
	int64_t deadline;
	int r; /* why it is ended; 0: by itself */
	bool has_ended, is_ending;
};

/* Wants the child to be ended; the first reason counts. */
static void give_up(struct capture *capture, int r)
{
	if (capture->r == 0)
		capture->r = r;
}

/* ---- Streams ---- */

/* Read what is there. Returns the number of bytes, 0 at the end or where nothing is there now. */
static ssize_t read_chunk(struct capture *capture, int *fd, struct capture_stream *stream)
{
	ssize_t n = read(*fd, capture->chunk, CHUNK);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		close(*fd);
		*fd = -1;
		return 0;
	}
	int r = capture_stream_take(stream, capture->chunk, (size_t)n);
	if (r < 0)
		give_up(capture, r);
	return n;
}

/* A child that does not read any more sends SIGPIPE, which ends a program that has not asked for
 * it: it is kept from this thread, and taken away where it was not pending before. */
static ssize_t write_without_signal(int fd, const char *bytes, size_t n)
{
	const struct timespec none = { 0, 0 };
	sigset_t pipe, before, pending;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &before);
	sigpending(&pending);
	ssize_t put = write(fd, bytes, n);
	int error = errno;
	if (put < 0 && error == EPIPE && sigismember(&pending, SIGPIPE) != 1)
		sigtimedwait(&pipe, NULL, &none);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return put;
}

/* Write some of the input, and close when that was all or nobody wants more. */
static void feed(struct capture *capture)
{
	const char *input = (const char *)capture->how->input;
	size_t left = capture->how->input_size - capture->input_at;
	ssize_t n = 0;

	if (left > 0)
		n = write_without_signal(capture->process.in, input + capture->input_at, left);
	if (n > 0)
		capture->input_at += (size_t)n;
	bool is_broken = n < 0 && errno != EINTR && errno != EAGAIN;
	if (is_broken || capture->input_at == capture->how->input_size)
		close(plugh_process_take_fd(&capture->process.in));
}

/* ---- The loop ---- */

/* All that is in the pipes. Others that hold them may write on: no more than a pipe holds is read.
 */
static void drain(struct capture *capture)
{
	int *fd[2] = { &capture->process.out, &capture->process.err };

	for (int i = 0; i < 2; i++) {
		ssize_t n = 1;
		for (ssize_t all = 0; *fd[i] >= 0 && n > 0 && all < PIPE_CAPACITY; all += n)
			n = read_chunk(capture, fd[i], &capture->stream[i]);
	}
}

static bool is_done(const struct capture *capture)
{
	if (!capture->has_ended)
		return false;
	return capture->how->is_done_at_exit ||
	       (capture->process.out < 0 && capture->process.err < 0);
}

/* The first time: ask it to end, and give it the grace. Returns false when there is none left. */
static bool begin_ending(struct capture *capture)
{
	const struct plugh_ending *ending = &capture->how->ending;

	if (capture->is_ending || ending->grace.ns <= 0)
		return false;
	capture->is_ending = true;
	capture->cancel_fd = -1;
	capture->deadline = plugh_deadline_after(ending->grace).ns;
	process_signal_scope(
		&capture->process, ending, ending->signal != 0 ? ending->signal : SIGTERM);
	process_signal_scope(&capture->process, ending, SIGCONT);
	return true;
}

/* Wait for one event, and serve all that have come. */
static void serve(struct capture *capture)
{
	struct pollfd wait[WAITS] = {
		[WAIT_OUT] = { .fd = capture->process.out, .events = POLLIN },
		[WAIT_ERR] = { .fd = capture->process.err, .events = POLLIN },
		[WAIT_IN] = { .fd = capture->process.in, .events = POLLOUT },
		[WAIT_END] = { .fd = -1, .events = POLLIN },
		[WAIT_CANCEL] = { .fd = capture->cancel_fd, .events = POLLIN },
	};

	if (!capture->has_ended) {
		int fd = plugh_process_end_fd(&capture->process);
		if (fd < 0)
			give_up(capture, fd);
		wait[WAIT_END].fd = fd;
	}
	int n = process_poll(wait, WAITS, capture->deadline);
	if (n < 0)
		give_up(capture, n);
	if (n <= 0)
		give_up(capture, -ETIMEDOUT);
	if (n <= 0)
		return;
	if (wait[WAIT_OUT].revents != 0)
		read_chunk(capture, &capture->process.out, &capture->stream[0]);
	if (wait[WAIT_ERR].revents != 0)
		read_chunk(capture, &capture->process.err, &capture->stream[1]);
	if (wait[WAIT_IN].revents != 0)
		feed(capture);
	if (wait[WAIT_END].revents != 0) {
		plugh_process_wait_end(&capture->process, NULL);
		capture->has_ended = true;
	}
	if (wait[WAIT_CANCEL].revents != 0)
		give_up(capture, -ECANCELED);
}

/* Until it is done, or the grace is over. */
static void run(struct capture *capture)
{
	while (!is_done(capture)) {
		if (capture->r < 0 && !capture->is_ending && !begin_ending(capture))
			break;
		if (capture->is_ending && process_now() >= capture->deadline)
			break;
		serve(capture);
	}
}

static void finish(struct capture *capture, struct plugh_capture_result *ret_result)
{
	struct plugh_ending at_once = capture->how->ending;

	at_once.grace.ns = 0;
	int r = capture->r < 0
			? plugh_process_end(&capture->process, &at_once, -1, &ret_result->process)
			: plugh_process_wait(&capture->process, NULL, &ret_result->process);
	drain(capture);
	if (r < 0)
		give_up(capture, r);
	for (int i = 0; i < 2; i++) {
		r = capture_stream_finish(&capture->stream[i]);
		if (r < 0)
			give_up(capture, r);
	}
}

/* ---- Set-up ---- */

static void make_pipe(struct plugh_stream *stream, bool is_wanted)
{
	if (is_wanted)
		*stream = (struct plugh_stream){ .kind = PLUGH_STREAM_PIPE };
}

static void set_up_fd(int fd)
{
	if (fd < 0)
		return;
	/* The flag is our end's alone. A larger pipe is a wish. */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETPIPE_SZ, PIPE_CAPACITY);
}

static int begin(struct capture *capture, const struct plugh_process_spec *spec,
	struct plugh_capture_result *ret_result)
{
	const struct plugh_capture *how = capture->how;
	struct plugh_process_spec piped = *spec;

	make_pipe(&piped.in, how->input != NULL);
	make_pipe(&piped.out, how->out.to != PLUGH_CAPTURE_NOTHING);
	make_pipe(&piped.err,
		how->err.to != PLUGH_CAPTURE_NOTHING && spec->err.kind != PLUGH_STREAM_MERGE);
	if ((piped.in.kind == PLUGH_STREAM_PIPE && how->input == NULL) ||
		(piped.out.kind == PLUGH_STREAM_PIPE && how->out.to == PLUGH_CAPTURE_NOTHING) ||
		(piped.err.kind == PLUGH_STREAM_PIPE && how->err.to == PLUGH_CAPTURE_NOTHING))
		return -EINVAL;
	if ((how->ending.scope == PLUGH_END_TREE && how->ending.tree == NULL) ||
		(how->ending.scope == PLUGH_END_GROUP && spec->group == PLUGH_PROCESS_SAME_GROUP))
		return -EINVAL;
	capture->chunk = (char *)malloc(CHUNK);
	if (capture->chunk == NULL)
		return -ENOMEM;
	int r = plugh_process_spawn(&piped, &capture->process, &ret_result->phase);
	if (r < 0)
		return r;
	ret_result->has_process = true;
	set_up_fd(capture->process.in);
	set_up_fd(capture->process.out);
	set_up_fd(capture->process.err);
	return 0;
}

int plugh_capture_run(const struct plugh_process_spec *spec, const struct plugh_capture *capture,
	const struct plugh_until *until, struct plugh_capture_result *ret_result)
{
	struct capture state = {
		.how = capture,
		.cancel_fd = until != NULL ? until->cancel_fd : -1,
		.deadline = until != NULL ? until->deadline.ns : PLUGH_FOREVER,
	};

	*ret_result = (struct plugh_capture_result){ .phase = PLUGH_PHASE_PREPARE };
	capture_stream_init(&state.stream[0], &capture->out, &ret_result->out, state.cancel_fd);
	capture_stream_init(&state.stream[1], &capture->err, &ret_result->err, state.cancel_fd);
	int r = begin(&state, spec, ret_result);
	if (r == 0) {
		run(&state);
		finish(&state, ret_result);
		r = state.r;
	}
	plugh_process_release(&state.process);
	free(state.chunk);
	return r;
}

void plugh_capture_result_release(struct plugh_capture_result *result)
{
	plugh_buf_release(&result->out.data);
	plugh_buf_release(&result->err.data);
}
