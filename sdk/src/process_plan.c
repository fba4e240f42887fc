/* What is made ready before a child exists.
 *
 * Everything that may allocate, wait or fail for a reason of its own is done here, in the parent,
 * so that the child has a short list of system calls to make.
 *
 * SPDX-License-Identifier: MIT */
#include "process_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int process_raise(int fd)
{
	if (fd < 0 || fd >= STREAMS)
		return fd;
	/* It was one of the standard ones that this process was started without. */
	int raised = fcntl(fd, F_DUPFD_CLOEXEC, STREAMS);
	int error = errno;
	close(fd);
	return raised < 0 ? -error : raised;
}

/* Returns a descriptor or -errno. */
static int open_file(const char *path, int flags, mode_t mode)
{
	int fd;

	do {
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
	} while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : process_raise(fd);
}

static int open_pipe(struct process_plan *plan, int number)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	int reader = process_raise(ends[0]);
	int writer = process_raise(ends[1]);
	plan->ours[number] = number == STDIN_FILENO ? writer : reader;
	plan->stream[number] = number == STDIN_FILENO ? reader : writer;
	plan->owns[number] = true;
	return reader < 0 ? reader : writer < 0 ? writer : 0;
}

static int open_stream(struct process_plan *plan, int number, const struct plugh_stream *stream)
{
	int fd = -1;

	switch (stream->kind) {
	case PLUGH_STREAM_INHERIT:
		return 0;
	case PLUGH_STREAM_PIPE:
		return open_pipe(plan, number);
	case PLUGH_STREAM_NULL:
		fd = open_file("/dev/null", number == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
		break;
	case PLUGH_STREAM_FILE:
		fd = stream->path != NULL ? open_file(stream->path, stream->flags, stream->mode)
					  : -EINVAL;
		break;
	case PLUGH_STREAM_FD:
		plan->stream[number] = stream->fd;
		return fcntl(stream->fd, F_GETFD) < 0 ? -errno : 0;
	case PLUGH_STREAM_MERGE:
		if (number != STDERR_FILENO)
			return -EINVAL;
		plan->stream[number] = plan->stream[STDOUT_FILENO] >= 0
					       ? plan->stream[STDOUT_FILENO]
					       : STDOUT_FILENO;
		return 0;
	default:
		return -EINVAL;
	}
	plan->stream[number] = fd;
	plan->owns[number] = fd >= 0;
	return fd < 0 ? fd : 0;
}

int process_streams_open(struct process_plan *plan, enum plugh_process_phase *ret_phase)
{
	const struct plugh_stream *stream[STREAMS] = { &plan->spec->in, &plan->spec->out,
		&plan->spec->err };
	int r = 0;

	for (int i = 0; i < STREAMS && r == 0; i++) {
		r = open_stream(plan, i, stream[i]);
		if (r < 0)
			*ret_phase = (enum plugh_process_phase)(PLUGH_PHASE_STDIN + i);
	}
	return r;
}

/* "/bin/sh", the path, and all words but the first. */
static int make_script_words(struct process_plan *plan)
{
	static char shell[] = "/bin/sh";
	size_t n = 1;

	if (!plan->spec->has_plain_scripts)
		return 0;
	while (plan->argv[n] != NULL)
		n++;
	plan->script_argv = (char **)calloc(n + 2, sizeof *plan->script_argv);
	if (plan->script_argv == NULL)
		return -ENOMEM;
	plan->script_argv[0] = shell;
	memcpy(plan->script_argv + 2, plan->argv + 1, n * sizeof *plan->script_argv);
	return 0;
}

static int make_words(struct process_plan *plan)
{
	const struct plugh_process_spec *spec = plan->spec;
	const char *file = spec->file != NULL ? spec->file : spec->argv[0];

	int r = process_environment(spec, &plan->environment, &plan->owned_environment);
	if (r == 0)
		r = process_candidates(file, spec->is_exact,
			process_variable(plan->environment, "PATH"), &plan->candidate);
	return r == 0 ? make_script_words(plan) : r;
}

static bool is_good(const struct plugh_process_spec *spec)
{
	if (spec->argv == NULL || spec->argv[0] == NULL)
		return false;
	if (spec->is_foreground && spec->group != PLUGH_PROCESS_OWN_GROUP)
		return false;
	return spec->death_signal >= 0 && spec->death_signal < NSIG;
}

static int open_tree(struct process_plan *plan)
{
	const struct plugh_tree *tree = plan->spec->tree;

	if (tree == NULL || tree->cgroup < 0)
		return 0;
	plan->cgroup = process_raise(process_cgroup_entry(tree));
	return plan->cgroup < 0 ? plan->cgroup : 0;
}

int process_plan_init(struct process_plan *ret_plan, const struct plugh_process_spec *spec,
	enum plugh_process_phase *ret_phase)
{
	*ret_plan = (struct process_plan){
		.spec = spec,
		.stream = { -1, -1, -1 },
		.ours = { -1, -1, -1 },
		.terminal = -1,
		.cgroup = -1,
		.parent = getpid(),
	};
	*ret_phase = PLUGH_PHASE_PREPARE;
	if (!is_good(spec))
		return -EINVAL;
	ret_plan->argv = (char *const *)spec->argv;
	int r = make_words(ret_plan);
	if (r == 0)
		r = process_streams_open(ret_plan, ret_phase);
	if (r < 0)
		return r;
	if (spec->is_foreground)
		ret_plan->terminal = open_file("/dev/tty", O_RDWR, 0);
	*ret_phase = PLUGH_PHASE_TREE;
	return open_tree(ret_plan);
}

void process_plan_release(struct process_plan *plan)
{
	for (int i = 0; i < STREAMS; i++) {
		if (plan->owns[i] && plan->stream[i] >= 0)
			close(plan->stream[i]);
		if (plan->ours[i] >= 0)
			close(plan->ours[i]);
	}
	if (plan->terminal >= 0)
		close(plan->terminal);
	if (plan->cgroup >= 0)
		close(plan->cgroup);
	free(plan->candidate);
	free(plan->script_argv);
	free(plan->owned_environment);
}
