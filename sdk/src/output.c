/* Results to standard output or to a file.
 *
 * The host buffers its standard output; a file has its buffer here.
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

enum { BUFFER_SIZE = 128 * 1024 };

struct plugh_output {
	const struct plugh_host *host;
	const struct plugh_power_output *power; /* NULL: standard output */
	const char *path;
	int fd;
	int error; /* the first failure */
	size_t used;
	char buffer[]; /* BUFFER_SIZE bytes for a file, none for standard output */
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

int plugh_output_open(
	const struct plugh_host *host, const char *path, struct plugh_output **ret_output)
{
	bool standard = is_standard_output(path);
	struct plugh_output *output = (struct plugh_output *)calloc(
		1, sizeof *output + (standard ? 0 : BUFFER_SIZE));
	if (output == NULL)
		return plugh_fail(host, -ENOMEM, "cannot open '%s'", standard ? "-" : path);
	*output = (struct plugh_output){ .host = host, .path = path, .fd = -1 };

	if (!standard) {
		output->power = (const struct plugh_power_output *)host->power(
			host->ctx, PLUGH_POWER_OUTPUT);
		output->fd = output->power != NULL ? output->power->open(host->ctx, path) : -ENOSYS;
		if (output->fd < 0) {
			int r = plugh_fail(host, output->fd, "cannot write '%s'", path);
			free(output);
			return r;
		}
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
	if (output->power == NULL)
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
	if (output->power != NULL)
		return drain(output);
	if (output->error == 0)
		output->error = output->host->flush(output->host->ctx);
	return output->error;
}

static int close_file(struct plugh_output *output, int r)
{
	void *ctx = output->host->ctx;

	if (r >= 0 && drain(output) == 0) {
		int committed = output->power->commit(ctx, output->fd);
		if (committed == 0)
			return r;
		output->error = committed;
	} else {
		output->power->discard(ctx, output->fd);
	}
	if (r < 0)
		return r;
	return plugh_fail(output->host, output->error, "cannot write '%s'", output->path);
}

int plugh_output_close(struct plugh_output *output, int r)
{
	if (output == NULL)
		return r;
	if (output->power != NULL)
		r = close_file(output, r);
	else if (r >= 0 && output->error != 0)
		r = output->error;
	free(output);
	return r;
}
