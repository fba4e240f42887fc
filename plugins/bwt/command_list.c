/* list: the blocks of containers.
 * SPDX-License-Identifier: MIT */
#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "container.h"
#include "stream.h"

enum { FIRST_ROWS = 64 };

/* 16 bytes for a block that takes 33 in a container at least: what is kept is bounded by what is
 * read. */
struct row {
	uint32_t size, index;
	uint64_t checksum;
};

struct listing {
	struct stream stream; /* first: it is what the container's calls get */
	struct row *rows;
	size_t count, capacity;
};

static int keep_row(void *ctx, const struct container_block *block)
{
	struct listing *listing = ctx;

	if (listing->count == listing->capacity) {
		size_t capacity = listing->capacity > 0 ? 2 * listing->capacity : FIRST_ROWS;
		void *larger = realloc(listing->rows, capacity * sizeof *listing->rows);
		if (larger == NULL)
			return -ENOMEM;
		listing->rows = larger;
		listing->capacity = capacity;
	}
	listing->rows[listing->count++] = (struct row){ block->size, block->row, block->checksum };
	atomic_fetch_add(&listing->stream.done, block->encoded);
	return 0;
}

static int print_json(const struct listing *listing, const struct container_result *result)
{
	const struct plugh_host *host = listing->stream.host;
	struct plugh_json json = json_begin(&host);

	plugh_json_begin_object(&json, NULL);
	plugh_json_text(&json, "file", listing->stream.path);
	plugh_json_begin_array(&json, "blocks");
	for (size_t i = 0; i < listing->count; i++) {
		char checksum[17];
		(void)snprintf(checksum, sizeof checksum, "%016" PRIx64, listing->rows[i].checksum);
		plugh_json_begin_object(&json, NULL);
		plugh_json_uint(&json, "size", listing->rows[i].size);
		plugh_json_uint(&json, "index", listing->rows[i].index);
		plugh_json_text(&json, "checksum", checksum);
		plugh_json_end(&json);
	}
	plugh_json_end(&json);
	plugh_json_uint(&json, "original_size", result->original);
	plugh_json_uint(&json, "encoded_size", result->encoded);
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}

static int print_text(const struct listing *listing, const struct container_result *result)
{
	const struct plugh_host *host = listing->stream.host;

	int r = plugh_print(host,
		"%s: %" PRIu64 " block%s, %" PRIu64 " bytes, encoded %" PRIu64 "\n",
		listing->stream.path, result->blocks, result->blocks == 1 ? "" : "s",
		result->original, result->encoded);
	if (listing->count > 0)
		r = plugh_print(host, "%8s %11s %11s %16s\n", "block", "size", "index", "checksum");
	for (size_t i = 0; i < listing->count; i++)
		r = plugh_print(host, "%8zu %11" PRIu32 " %11" PRIu32 " %016" PRIx64 "\n", i + 1,
			listing->rows[i].size, listing->rows[i].index, listing->rows[i].checksum);
	return r;
}

static int list_file(const struct plugh_host *host, const char *path, bool as_json)
{
	struct listing listing = { 0 };
	struct container_result result;

	int r = stream_open(&listing.stream, host, path);
	if (r < 0)
		return r;
	const struct container_io io = { &listing, stream_read,
		listing.stream.size >= 0 ? stream_skip : NULL, NULL, keep_row };
	r = container_list(&io, &result);
	r = stream_report(&listing.stream, r, &result.fault);
	if (r == 0)
		r = as_json ? print_json(&listing, &result) : print_text(&listing, &result);
	stream_close(&listing.stream);
	free(listing.rows);
	return r;
}

int list_run(const struct plugh_host *host, const struct list_args *args)
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
