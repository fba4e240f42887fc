/* bwt - the Burrows-Wheeler transform of a text, and a container of transformed blocks.
 *
 * What is here: the arguments, the tables, the messages and the printing. The cyclic transform is
 * rotate.c's, the container container.c's.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "block.h"
#include "container.h"
#include "machine.h"
#include "pipeline.h"
#include "rotate.h"
#include "text.h"

/* ---- transform and inverse ---- */

struct transform_args {
	bool bytes;
	bool json;
	const char *text;
};

struct inverse_args {
	bool bytes;
	bool json;
	const char *text;
	const char *index;
};

/* A text as numbers, and room for another of the same length. */
struct numbers {
	int32_t *in, *out;
	char *joined;
	size_t count, joined_size;
	int32_t top;
	bool as_bytes;
};

static int numbers_acquire(
	struct numbers *ret, const struct plugh_host *host, const char *text, bool as_bytes)
{
	size_t size = strlen(text);

	size_t valid = as_bytes ? size : plugh_utf8_valid(text, size);
	if (valid != size)
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"argument TEXT: not UTF-8 at offset %zu: --bytes takes it as it is", valid);
	ret->as_bytes = as_bytes;
	ret->in = calloc(size + 1, sizeof *ret->in);
	ret->out = calloc(size + 1, sizeof *ret->out);
	ret->joined = malloc(size * TEXT_BYTES_MAX + 1);
	if (ret->in == NULL || ret->out == NULL || ret->joined == NULL)
		return plugh_fail(host, -ENOMEM, "cannot hold the text");
	ret->count = text_split(text, size, as_bytes, ret->in, &ret->top);
	return 0;
}

static void numbers_release(struct numbers *numbers)
{
	free(numbers->joined);
	free(numbers->out);
	free(numbers->in);
}

static void numbers_join(struct numbers *numbers)
{
	numbers->joined_size = text_join(
		numbers->out, numbers->count, numbers->as_bytes, numbers->joined);
}

static int sink_write(void *ctx, const void *bytes, size_t n)
{
	const struct plugh_host *const *host = ctx;

	return plugh_write(*host, bytes, n);
}

/* host: where the run keeps its pointer to the host, for the life of the writer. */
static struct plugh_json json_begin(const struct plugh_host **host)
{
	return (struct plugh_json){ .sink = { .write = sink_write, .ctx = host } };
}

static int transform_run(const struct plugh_host *host, const struct transform_args *args)
{
	struct numbers numbers = { 0 };
	size_t index = 0;

	int r = numbers_acquire(&numbers, host, args->text, args->bytes);
	if (r != 0)
		goto out;
	r = rotate_transform(numbers.in, numbers.count, numbers.top, numbers.out, &index);
	if (r < 0) {
		r = plugh_fail(host, r, "cannot transform the text");
		goto out;
	}
	numbers_join(&numbers);
	if (args->json) {
		struct plugh_json json = json_begin(&host);
		plugh_json_begin_object(&json, NULL);
		plugh_json_bytes(&json, "text", numbers.joined, numbers.joined_size);
		plugh_json_uint(&json, "index", index);
		plugh_json_end(&json);
		r = plugh_json_newline(&json);
	} else {
		plugh_write(host, numbers.joined, numbers.joined_size);
		r = plugh_print(host, "\n%zu\n", index);
	}
out:
	numbers_release(&numbers);
	return r;
}

static bool read_index(const char *text, size_t *ret_index)
{
	char *end = NULL;

	errno = 0;
	*ret_index = strtoul(text, &end, 10);
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static int inverse_run(const struct plugh_host *host, const struct inverse_args *args)
{
	struct numbers numbers = { 0 };
	size_t index = 0;

	if (!read_index(args->index, &index))
		return plugh_fail(
			host, PLUGH_EXIT_USAGE, "argument INDEX: invalid index: '%s'", args->index);
	int r = numbers_acquire(&numbers, host, args->text, args->bytes);
	if (r != 0)
		goto out;
	r = rotate_inverse(numbers.in, numbers.count, numbers.top, index, numbers.out);
	if (r == -EDOM)
		r = plugh_fail(
			host, PLUGH_EXIT_FAILED, "'%s' is the transform of no text", args->text);
	else if (r == -ERANGE)
		r = plugh_fail(host, PLUGH_EXIT_FAILED,
			"no text with the transform '%s' has the index %s", args->text,
			args->index);
	else if (r < 0)
		r = plugh_fail(host, r, "cannot invert the text");
	if (r != 0)
		goto out;
	numbers_join(&numbers);
	if (args->json) {
		struct plugh_json json = json_begin(&host);
		plugh_json_begin_object(&json, NULL);
		plugh_json_bytes(&json, "text", numbers.joined, numbers.joined_size);
		plugh_json_end(&json);
		r = plugh_json_newline(&json);
	} else {
		plugh_write(host, numbers.joined, numbers.joined_size);
		r = plugh_write(host, "\n", 1);
	}
out:
	numbers_release(&numbers);
	return r;
}

/* ---- encode, decode, test and list ---- */

struct encode_args {
	plugh_size block;
	plugh_ints jobs; /* one or none */
	bool force;
	const char *output;
	const char *file;
};

struct decode_args {
	plugh_size max_block;
	plugh_ints jobs;
	bool force;
	const char *output;
	const char *file;
};

struct test_args {
	plugh_size max_block;
	plugh_ints jobs;
	plugh_paths files;
};

struct list_args {
	bool json;
	plugh_paths files;
};

/* One input and where it goes. */
struct stream {
	const struct plugh_host *host;
	const char *path;
	int fd;
	int read_error; /* -errno, 0 none: to tell it from a failed write, which is reported already
			 */
	struct plugh_output *output;
	struct plugh_progress progress;
	uint64_t done;
	struct container_block *blocks; /* of list */
	size_t block_count, block_capacity;
};

static ssize_t stream_read(void *ctx, void *bytes, size_t n)
{
	struct stream *stream = ctx;

	ssize_t got = plugh_read(stream->host, stream->fd, bytes, n);
	if (got < 0)
		stream->read_error = (int)got;
	else
		plugh_progress_update(&stream->progress, stream->done += (uint64_t)got);
	return got;
}

static int stream_write(void *ctx, const void *bytes, size_t n)
{
	struct stream *stream = ctx;

	return plugh_output_write(stream->output, bytes, n);
}

static int stream_open(struct stream *ret, const struct plugh_host *host, const char *path)
{
	struct stat st;

	*ret = (struct stream){ .host = host, .path = path };
	ret->fd = strcmp(path, "-") == 0 ? STDIN_FILENO
					 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (ret->fd < 0)
		return plugh_fail(host, -errno, "cannot open '%s'", path);
	bool is_file = fstat(ret->fd, &st) == 0 && S_ISREG(st.st_mode);
	plugh_progress_begin(&ret->progress, host, path, is_file ? (uint64_t)st.st_size : 0);
	return 0;
}

static void stream_close(struct stream *stream)
{
	plugh_progress_end(&stream->progress);
	free(stream->blocks);
	if (stream->fd > STDIN_FILENO)
		close(stream->fd);
}

/* How a run of the container ended. Returns 0, an exit status or -errno, reported. */
static int report(struct stream *stream, int r, const struct container_fault *fault)
{
	const struct plugh_host *host = stream->host;

	plugh_progress_end(&stream->progress);
	if (r == -EBADMSG && fault->text != NULL && fault->block > 0)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"block %" PRIu64 " of '%s' is damaged: %s", fault->block, stream->path,
			fault->text);
	if (r == -EBADMSG && fault->text != NULL)
		return plugh_fail(
			host, PLUGH_EXIT_FAILED, "'%s' is damaged: %s", stream->path, fault->text);
	if (stream->read_error < 0)
		return plugh_fail(host, stream->read_error, "cannot read '%s'", stream->path);
	if (r == -ENOMEM)
		return plugh_fail(host, r, "no memory for a block of '%s'", stream->path);
	return r;
}

/* An OUT that is there, and a terminal, are not written without -f. */
static int check_output(const struct plugh_host *host, const char *path, bool force)
{
	bool is_standard = path == NULL || strcmp(path, "-") == 0;
	struct stat st;

	if (force)
		return 0;
	if (is_standard)
		return isatty(STDOUT_FILENO)
			       ? plugh_fail(host, PLUGH_EXIT_FAILED,
					 "not written to a terminal: -f does, -o OUT writes a file")
			       : 0;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
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
				"argument -j/--jobs: not from 1 to %d: %" PRId64, PIPELINE_SLOTS,
				wanted->item[0]);
		jobs = (size_t)wanted->item[0];
	}
	if (jobs > PIPELINE_SLOTS)
		jobs = PIPELINE_SLOTS;
	*ret_jobs = jobs;
	return 0;
}

/* Returns 0 or an exit status, reported. */
static int check_block(const struct plugh_host *host, const char *option, plugh_size size)
{
	if (size.bytes >= 1 && size.bytes <= BLOCK_MAX)
		return 0;
	return plugh_fail(host, PLUGH_EXIT_USAGE, "argument %s: not from 1 to 1G", option);
}

static const char *path_or_standard(const char *path)
{
	return path != NULL ? path : "-";
}

static int encode_run(const struct plugh_host *host, const struct encode_args *args)
{
	struct container_totals totals;
	struct container_fault fault;
	struct stream stream;
	size_t jobs = 1;

	int r = check_block(host, "-b/--block-size", args->block);
	if (r == 0)
		r = choose_jobs(host, &args->jobs, &jobs);
	if (r == 0)
		r = check_output(host, args->output, args->force);
	if (r != 0)
		return r;
	r = stream_open(&stream, host, path_or_standard(args->file));
	if (r < 0)
		return r;
	const struct container_io io = { &stream, stream_read, stream_write, NULL };
	r = plugh_output_open(host, args->output, &stream.output);
	if (r == 0) {
		r = container_encode(&io, (uint32_t)args->block.bytes, jobs, machine_free_memory(),
			&totals, &fault);
		r = report(&stream, r, &fault);
		r = plugh_output_close(stream.output, r);
	}
	stream_close(&stream);
	return r;
}

static int decode_run(const struct plugh_host *host, const struct decode_args *args)
{
	struct container_totals totals;
	struct container_fault fault;
	struct stream stream;
	size_t jobs = 1;

	int r = check_block(host, "--max-block", args->max_block);
	if (r == 0)
		r = choose_jobs(host, &args->jobs, &jobs);
	if (r == 0)
		r = check_output(host, args->output, args->force);
	if (r != 0)
		return r;
	r = stream_open(&stream, host, path_or_standard(args->file));
	if (r < 0)
		return r;
	const struct container_io io = { &stream, stream_read, stream_write, NULL };
	r = plugh_output_open(host, args->output, &stream.output);
	if (r == 0) {
		r = container_decode(&io, (uint32_t)args->max_block.bytes, jobs,
			machine_free_memory(), &totals, &fault);
		int status = report(&stream, r, &fault);
		/* A status above 0 would put the file in place. */
		r = plugh_output_close(stream.output, r < 0 ? r : status);
		r = status > 0 ? status : r;
	}
	stream_close(&stream);
	return r;
}

static int test_file(
	const struct plugh_host *host, const char *path, uint32_t max_block, size_t jobs)
{
	struct container_totals totals;
	struct container_fault fault;
	struct stream stream;

	int r = stream_open(&stream, host, path);
	if (r < 0)
		return r;
	const struct container_io io = { &stream, stream_read, NULL, NULL };
	r = report(&stream,
		container_decode(&io, max_block, jobs, machine_free_memory(), &totals, &fault),
		&fault);
	if (r == 0)
		plugh_inform(host, "'%s': %" PRIu64 " blocks, %" PRIu64 " bytes", path,
			totals.blocks, totals.original);
	stream_close(&stream);
	return r;
}

static int test_run(const struct plugh_host *host, const struct test_args *args)
{
	size_t jobs = 1;
	int worst = check_block(host, "--max-block", args->max_block);

	if (worst == 0)
		worst = choose_jobs(host, &args->jobs, &jobs);
	if (worst != 0)
		return worst;
	for (size_t i = 0; i < args->files.count; i++) {
		int r = test_file(host, args->files.item[i], (uint32_t)args->max_block.bytes, jobs);
		if (r == -ECANCELED)
			return r;
		if (r != 0)
			worst = PLUGH_EXIT_FAILED;
	}
	return worst;
}

/* ---- list ---- */

static void keep_block(void *ctx, const struct container_block *block)
{
	struct stream *stream = ctx;

	if (stream->block_count == stream->block_capacity) {
		size_t capacity = 2 * stream->block_capacity + 64;
		void *larger = realloc(stream->blocks, capacity * sizeof *stream->blocks);
		if (larger == NULL) {
			stream->read_error = -ENOMEM;
			return;
		}
		stream->blocks = larger;
		stream->block_capacity = capacity;
	}
	stream->blocks[stream->block_count++] = *block;
}

static int print_json(const struct stream *stream, const struct container_totals *totals)
{
	const struct plugh_host *host = stream->host;
	struct plugh_json json = json_begin(&host);

	plugh_json_begin_object(&json, NULL);
	plugh_json_bytes(&json, "file", stream->path, strlen(stream->path));
	plugh_json_begin_array(&json, "blocks");
	for (size_t i = 0; i < stream->block_count; i++) {
		char checksum[17];
		(void)snprintf(
			checksum, sizeof checksum, "%016" PRIx64, stream->blocks[i].checksum);
		plugh_json_begin_object(&json, NULL);
		plugh_json_uint(&json, "size", stream->blocks[i].size);
		plugh_json_uint(&json, "row", stream->blocks[i].row);
		plugh_json_text(&json, "checksum", checksum);
		plugh_json_end(&json);
	}
	plugh_json_end(&json);
	plugh_json_uint(&json, "original_size", totals->original);
	plugh_json_uint(&json, "encoded_size", totals->encoded);
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}

static int print_text(const struct stream *stream, const struct container_totals *totals)
{
	const struct plugh_host *host = stream->host;

	plugh_print(host, "%s: %" PRIu64 " blocks, %" PRIu64 " bytes, encoded %" PRIu64 "\n",
		stream->path, totals->blocks, totals->original, totals->encoded);
	for (size_t i = 0; i < stream->block_count; i++)
		plugh_print(host, "%8" PRIu64 " %11" PRIu32 " %11" PRIu32 " %016" PRIx64 "\n",
			stream->blocks[i].number, stream->blocks[i].size, stream->blocks[i].row,
			stream->blocks[i].checksum);
	return plugh_write(host, "", 0);
}

static int list_file(const struct plugh_host *host, const char *path, bool as_json)
{
	struct container_totals totals;
	struct container_fault fault;
	struct stream stream;

	int r = stream_open(&stream, host, path);
	if (r < 0)
		return r;
	const struct container_io io = { &stream, stream_read, NULL, keep_block };
	r = container_list(&io, &totals, &fault);
	if (r == 0 && stream.read_error < 0)
		r = stream.read_error;
	r = report(&stream, r, &fault);
	if (r == 0)
		r = as_json ? print_json(&stream, &totals) : print_text(&stream, &totals);
	stream_close(&stream);
	return r;
}

static int list_run(const struct plugh_host *host, const struct list_args *args)
{
	int worst = 0;

	for (size_t i = 0; i < args->files.count; i++) {
		int r = list_file(host, args->files.item[i], args->json);
		if (r == -ECANCELED || r == -EPIPE)
			return r;
		if (r != 0)
			worst = PLUGH_EXIT_FAILED;
	}
	return worst;
}

/* ---- The tables ---- */

/* clang-format off: a row is a line. */
PLUGH_COMMAND(transform, struct transform_args, transform_run,
	PLUGH_ABOUT(
		"print the transform of a text, and the text's index among its sorted rotations"),
	PLUGH_OPT(bytes, "--bytes", "sort bytes, not code points"),
	PLUGH_OPT(json, "--json", "an object: text, index"),
	PLUGH_OPT(text, "text", "what to transform", .metavar = "TEXT"),
	PLUGH_EXAMPLE("plugh bwt transform '^BANANA|'", "BNN^AA|A and 6"));

PLUGH_COMMAND(inverse, struct inverse_args, inverse_run,
	PLUGH_ABOUT("print the text that a transform and an index belong to"),
	PLUGH_OPT(bytes, "--bytes", "sort bytes, not code points"),
	PLUGH_OPT(json, "--json", "an object: text"),
	PLUGH_OPT(text, "text", "the transform", .metavar = "TEXT"),
	PLUGH_OPT(index, "index", "the text's place among its sorted rotations, from 0",
		.metavar = "INDEX"),
	PLUGH_STATUS(1, "no text has this transform and index"),
	PLUGH_EXAMPLE("plugh bwt inverse 'BNN^AA|A' 6", "^BANANA|"));

PLUGH_COMMAND(encode, struct encode_args, encode_run,
	PLUGH_ABOUT("transform a file into a container of blocks"),
	PLUGH_OPT(block, "-b --block-size",
		"bytes in a block, up to 1G; each block in work takes 6 times as much memory",
		.default_ = "64M"),
	PLUGH_OPT(jobs, "-j --jobs",
		"blocks in work at a time (default: one a core; fewer where memory is short)",
		.metavar = "N", .nargs = "1"),
	PLUGH_OPT(force, "-f --force", "overwrite OUT; write to a terminal"),
	PLUGH_OPT(output, "-o --output", "write to OUT", .metavar = "OUT", .access = PLUGH_WRITE),
	PLUGH_OPT(file, "file", "what to transform (default: standard input)", .metavar = "FILE",
		.nargs = "?", .access = PLUGH_READ),
	PLUGH_EXAMPLE("plugh bwt encode -o book.bwt book.txt", "a container beside a file"));

PLUGH_COMMAND(decode, struct decode_args, decode_run,
	PLUGH_ABOUT("restore what encode transformed"),
	PLUGH_OPT(max_block, "--max-block",
		"refuse larger blocks, up to 1G; each in work takes 6 times its size of memory",
		.default_ = "256M"),
	PLUGH_OPT(jobs, "-j --jobs",
		"blocks in work at a time (default: one a core; fewer where memory is short)",
		.metavar = "N", .nargs = "1"),
	PLUGH_OPT(force, "-f --force", "overwrite OUT; write to a terminal"),
	PLUGH_OPT(output, "-o --output", "write to OUT", .metavar = "OUT", .access = PLUGH_WRITE),
	PLUGH_OPT(file, "file", "the container (default: standard input)", .metavar = "FILE",
		.nargs = "?", .access = PLUGH_READ),
	PLUGH_STATUS(1, "the container is damaged, or the output could not be written"),
	PLUGH_EXAMPLE("cat part1.bwt part2.bwt | plugh bwt decode >whole",
		"containers one behind the other"));

PLUGH_COMMAND(test, struct test_args, test_run, PLUGH_ABOUT("verify containers"),
	PLUGH_OPT(max_block, "--max-block", "refuse larger blocks, up to 1G", .default_ = "256M"),
	PLUGH_OPT(jobs, "-j --jobs",
		"blocks in work at a time (default: one a core; fewer where memory is short)",
		.metavar = "N", .nargs = "1"),
	PLUGH_OPT(files, "file", "the containers", .metavar = "FILE", .nargs = "+",
		.access = PLUGH_READ),
	PLUGH_STATUS(1, "one is damaged, or could not be read"));

PLUGH_COMMAND(list, struct list_args, list_run,
	PLUGH_ABOUT("show the blocks of containers: number, size, row, checksum; contents are "
		    "passed over"),
	PLUGH_OPT(json, "--json",
		"an object a file: file, blocks (size, row, checksum), original_size, "
		"encoded_size"),
	PLUGH_OPT(files, "file", "the containers", .metavar = "FILE", .nargs = "+",
		.access = PLUGH_READ),
	PLUGH_STATUS(1, "one is damaged, or could not be read"));

PLUGH_PLUGIN_OF(bwt,
	PLUGH_ABOUT("Burrows-Wheeler transform, of texts and of files", .version = "0.1.0"),
	transform, inverse, encode, decode, test, list);
/* clang-format on */
