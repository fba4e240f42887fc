/* Results to standard output or to a file.
 *
 * The host buffers its standard output; a file has its buffer here, and so has all that is written
 * without a host.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/output.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>
#include <plugh/fail.h>
#include <plugh/fd.h>

#include "output_alone.h"

enum { BUFFER_SIZE = 128 * 1024 };

struct plugh_output {
	const struct plugh_host *host;
	const struct plugh_power_output *power; /* NULL: standard output, or without a host */
	struct output_alone *alone;             /* without a host */
	const char *path;
	int fd;
	int error; /* the first failure */
	size_t used;
	char buffer[]; /* BUFFER_SIZE bytes, none for the host's standard output */
};

int plugh_write(const struct plugh_host *host, const void *bytes, size_t n)
{
	return host->write(host->ctx, bytes, n);
}

static int print_to(struct plugh_sink sink, const char *format, va_list args)
{
	struct plugh_buf text = { 0 };

	int r = plugh_buf_vappendf(&text, format, args);
	if (r == 0)
		r = sink.write(sink.ctx, plugh_buf_text(&text), text.size);
	plugh_buf_release(&text);
	return r;
}

int plugh_print(const struct plugh_host *host, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int r = print_to((struct plugh_sink){ host->write, host->ctx }, format, args);
	va_end(args);
	return r;
}

static bool is_standard_output(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

/* Does the host write it, and hold it back? */
static bool is_hosts(const struct plugh_output *output)
{
	return output->power == NULL && output->alone == NULL;
}

/* Returns 0 or -errno. */
static int open_file(struct plugh_output *output)
{
	const struct plugh_host *host = output->host;

	if (host == NULL)
		return output_alone_open(output->path, &output->alone, &output->fd);
	output->power = (const struct plugh_power_output *)host->power(
		host->ctx, PLUGH_POWER_OUTPUT);
	output->fd = output->power != NULL ? output->power->open(host->ctx, output->path) : -ENOSYS;
	return output->fd < 0 ? output->fd : 0;
}

int plugh_output_open(
	const struct plugh_host *host, const char *path, struct plugh_output **ret_output)
{
	bool standard = is_standard_output(path);
	bool is_file = host == NULL || !standard;
	struct plugh_output *output = (struct plugh_output *)calloc(
		1, sizeof *output + (is_file ? BUFFER_SIZE : 0));
	if (output == NULL)
		return plugh_fail(host, -ENOMEM, "cannot open '%s'", standard ? "-" : path);
	*output = (struct plugh_output){ .host = host, .path = standard ? NULL : path, .fd = -1 };

	int r = is_file ? open_file(output) : 0;
	if (r < 0) {
		free(output);
		return plugh_fail(host, r, "cannot write '%s'", path);
	}
	*ret_output = output;
	return 0;
}

static int drain(struct plugh_output *output)
{
	if (output->error == 0 && output->used > 0)
		output->error = plugh_fd_write(
			output->host, output->fd, output->buffer, output->used);
	output->used = 0;
	return output->error;
}

int plugh_output_write(struct plugh_output *output, const void *bytes, size_t n)
{
	if (output->error != 0)
		return output->error;
	if (is_hosts(output))
		return output->error = output->host->write(output->host->ctx, bytes, n);

	if (n > BUFFER_SIZE - output->used && drain(output) < 0)
		return output->error;
	if (n >= BUFFER_SIZE)
		return output->error = plugh_fd_write(output->host, output->fd, bytes, n);
	memcpy(output->buffer + output->used, bytes, n);
	output->used += n;
	return 0;
}

static int sink_write(void *ctx, const void *bytes, size_t n)
{
	return plugh_output_write((struct plugh_output *)ctx, bytes, n);
}

struct plugh_sink plugh_output_sink(struct plugh_output *output)
{
	return (struct plugh_sink){ .write = sink_write, .ctx = output };
}

int plugh_output_print(struct plugh_output *output, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int r = print_to(plugh_output_sink(output), format, args);
	va_end(args);
	if (r < 0 && output->error == 0)
		output->error = r;
	return r;
}

int plugh_output_flush(struct plugh_output *output)
{
	if (!is_hosts(output))
		return drain(output);
	if (output->error == 0)
		output->error = output->host->flush(output->host->ctx);
	return output->error;
}

static int commit(struct plugh_output *output)
{
	return output->alone != NULL ? output_alone_commit(output->alone)
				     : output->power->commit(output->host->ctx, output->fd);
}

static void discard(struct plugh_output *output)
{
	if (output->alone != NULL)
		output_alone_discard(output->alone);
	else
		output->power->discard(output->host->ctx, output->fd);
}

static int close_file(struct plugh_output *output, int r)
{
	if (r >= 0 && drain(output) == 0) {
		int committed = commit(output);
		if (committed == 0)
			return r;
		output->error = committed;
	} else {
		discard(output);
	}
	if (r < 0)
		return r;
	return plugh_fail(output->host, output->error, "cannot write '%s'", output->path);
}

int plugh_output_close(struct plugh_output *output, int r)
{
	if (output == NULL)
		return r;
	if (!is_hosts(output))
		r = close_file(output, r);
	else if (r >= 0 && output->error != 0)
		r = output->error;
	free(output);
	return r;
}
