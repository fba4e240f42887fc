/* transform and inverse: a text on the command line, by its definition (rotate.c).
 * SPDX-License-Identifier: MIT */
#include "commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rotate.h"
#include "text.h"

enum { QUOTED = 60 }; /* bytes of a text that a message shows */

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

struct plugh_json json_begin(const struct plugh_host **host)
{
	return (struct plugh_json){ .sink = { .write = sink_write, .ctx = host } };
}

int transform_run(const struct plugh_host *host, const struct transform_args *args)
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

/* Digits alone; what is too large for a number is SIZE_MAX, which is no index of any text. */
static bool read_index(const char *text, size_t *ret_index)
{
	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return false;
	*ret_index = strtoul(text, NULL, 10);
	return true;
}

/* Returns an exit status or -errno. */
static int report_refused(const struct plugh_host *host, const struct inverse_args *args, int r)
{
	size_t size = strlen(args->text), shown = size;

	if (size > QUOTED)
		shown = plugh_utf8_valid(args->text, QUOTED);
	const char *dots = shown < size ? "..." : "";
	if (r == -EDOM)
		return plugh_fail(host, PLUGH_EXIT_FAILED, "'%.*s%s' is the transform of no text",
			(int)shown, args->text, dots);
	if (r == -ERANGE)
		return plugh_fail(host, PLUGH_EXIT_FAILED,
			"no text with the transform '%.*s%s' has the index %.*s", (int)shown,
			args->text, dots, QUOTED, args->index);
	return plugh_fail(host, r, "cannot invert the text");
}

int inverse_run(const struct plugh_host *host, const struct inverse_args *args)
{
	struct numbers numbers = { 0 };
	size_t index = 0;

	if (!read_index(args->index, &index))
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"argument INDEX: invalid index (a number from 0): '%s'", args->index);
	int r = numbers_acquire(&numbers, host, args->text, args->bytes);
	if (r != 0)
		goto out;
	r = rotate_inverse(numbers.in, numbers.count, numbers.top, index, numbers.out);
	if (r < 0) {
		r = report_refused(host, args, r);
		goto out;
	}
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
