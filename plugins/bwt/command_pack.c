/* encode, decode and test: files and containers.
 * SPDX-License-Identifier: MIT */
#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "block.h"
#include "container.h"
#include "machine.h"
#include "pipeline.h"
#include "stream.h"

/* A terminal, by the numbers of its device (Linux, admin-guide/devices.txt): opening it to ask
 * could do something to a device that is none. */
static bool is_terminal(const struct stat *st)
{
	enum { CONSOLES = 4, CURRENT = 5, PSEUDO_FIRST = 136, PSEUDO_LAST = 143 };
	unsigned number = major(st->st_rdev);

	return S_ISCHR(st->st_mode) && (number == CONSOLES || number == CURRENT ||
					       (number >= PSEUDO_FIRST && number <= PSEUDO_LAST));
}

/* An OUT that is there, and a terminal, are not written without -f. */
static int check_output(const struct plugh_host *host, const char *path, bool force)
{
	bool is_standard = path == NULL || strcmp(path, "-") == 0;
	struct stat st;

	if (force || (is_standard ? fstat(STDOUT_FILENO, &st) : stat(path, &st)) < 0)
		return 0;
	if (is_terminal(&st))
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"not written to a terminal: -f does, -o OUT writes a file");
	if (!is_standard && S_ISREG(st.st_mode))
		return plugh_fail(host, PLUGH_EXIT_FAILED, "'%s' exists: -f overwrites it", path);
	return 0;
}

/* Returns 0 or an exit status, reported. */
static int choose_jobs(const struct plugh_host *host, const plugh_ints *wanted, size_t *ret_jobs)
{
	size_t jobs = machine_cores();

	if (wanted->count > 0) {
		if (wanted->item[0] < 1 || wanted->item[0] > PIPELINE_SLOTS)
			return plugh_fail(host, PLUGH_EXIT_USAGE,
				"argument -j/--jobs: %" PRId64 " is not from 1 to %d",
				wanted->item[0], PIPELINE_SLOTS);
		jobs = (size_t)wanted->item[0];
	}
	*ret_jobs = jobs < PIPELINE_SLOTS ? jobs : PIPELINE_SLOTS;
	return 0;
}

/* Returns 0 or an exit status, reported. */
static int check_block(const struct plugh_host *host, const char *option, plugh_size size)
{
	char text[24];

	if (size.bytes >= 1 && size.bytes <= BLOCK_MAX)
		return 0;
	plugh_size_format(size, text);
	return plugh_fail(
		host, PLUGH_EXIT_USAGE, "argument %s: %s is not from 1 to 1G", option, text);
}

/* What all of the commands are given. Returns 0 or an exit status, reported. */
static int make_spec(const struct plugh_host *host, plugh_size block, const char *block_option,
	const plugh_ints *jobs, struct container_spec *ret)
{
	int r = check_block(host, block_option, block);
	if (r == 0)
		r = choose_jobs(host, jobs, &ret->jobs);
	if (r != 0)
		return r;
	ret->block_size = ret->max_block = (uint32_t)block.bytes;
	ret->memory = machine_free_memory("");
	ret->space = machine_space(
		ret->memory > 0 ? ret->memory : ret->jobs * container_memory(block.bytes));
	return 0;
}

static void tell_totals(const struct stream *stream, const struct container_result *result)
{
	plugh_inform(stream->host,
		"'%s': %" PRIu64 " block%s, %" PRIu64 " bytes, encoded %" PRIu64 ", %zu at a time",
		stream->path, result->blocks, result->blocks == 1 ? "" : "s", result->original,
		result->encoded, result->jobs);
}

static int count_original(void *ctx, const struct container_block *block)
{
	struct stream *stream = ctx;

	atomic_fetch_add(&stream->done, block->size);
	return 0;
}

static int count_encoded(void *ctx, const struct container_block *block)
{
	struct stream *stream = ctx;

	atomic_fetch_add(&stream->done, block->encoded);
	return 0;
}

/* Put OUT in place, or leave what was there: after any failure, also one with an exit status, which
 * plugh_output_close would take for a result. */
static int close_output(struct stream *stream, int r)
{
	if (stream->has_write_failed)
		r = 0; /* it tells of that, once */
	int closed = plugh_output_close(stream->output, r > 0 ? -ECANCELED : r);
	return r > 0 ? r : closed;
}

/* What encode and decode have in common. */
static int convert(const struct plugh_host *host, const char *file, const char *output,
	int (*run)(const struct container_io *, const struct container_spec *,
		struct container_result *),
	const struct container_spec *spec)
{
	struct container_spec own = *spec;
	struct container_result result;
	struct stream stream;

	int r = stream_open(&stream, host, file != NULL ? file : "-");
	if (r < 0)
		return r;
	const struct container_io io = { &stream, stream_read, NULL, stream_write,
		run == container_encode ? count_original : count_encoded };
	own.stop = &stream.stop;
	r = plugh_output_open(host, output, &stream.output);
	if (r == 0) {
		r = run(&io, &own, &result);
		r = close_output(&stream, stream_report(&stream, r, &result.fault));
		if (r == 0)
			tell_totals(&stream, &result);
	}
	stream_close(&stream);
	return r;
}

int encode_run(const struct plugh_host *host, const struct encode_args *args)
{
	struct container_spec spec = { 0 };

	int r = make_spec(host, args->block, "-b/--block-size", &args->jobs, &spec);
	if (r == 0)
		r = check_output(host, args->output, args->force);
	return r != 0 ? r : convert(host, args->file, args->output, container_encode, &spec);
}

int decode_run(const struct plugh_host *host, const struct decode_args *args)
{
	struct container_spec spec = { 0 };

	int r = make_spec(host, args->max_block, "--max-block", &args->jobs, &spec);
	if (r == 0)
		r = check_output(host, args->output, args->force);
	return r != 0 ? r : convert(host, args->file, args->output, container_decode, &spec);
}

static int test_file(
	const struct plugh_host *host, const char *path, const struct container_spec *spec)
{
	struct container_spec own = *spec;
	struct container_result result;
	struct stream stream;

	int r = stream_open(&stream, host, path);
	if (r < 0)
		return r;
	const struct container_io io = { &stream, stream_read, NULL, NULL, count_encoded };
	own.stop = &stream.stop;
	r = container_decode(&io, &own, &result);
	r = stream_report(&stream, r, &result.fault);
	if (r == 0)
		tell_totals(&stream, &result);
	stream_close(&stream);
	return r;
}

int test_run(const struct plugh_host *host, const struct test_args *args)
{
	struct container_spec spec = { 0 };
	int worst = make_spec(host, args->max_block, "--max-block", &args->jobs, &spec);

	if (worst != 0)
		return worst;
	for (size_t i = 0; i < args->files.count; i++) {
		int r = test_file(host, args->files.item[i], &spec);
		if (r == -ECANCELED)
			return r;
		if (r != 0)
			worst = PLUGH_EXIT_FAILED;
	}
	return worst;
}
