/* run's records: the stream, cut anywhere, writes what the records are one by one.
 *
 * The input is: kind and flags, the size of a part, the size of the separator (a byte each), the
 * separator, the data.
 *
 * SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"

enum { HEAD = 3, FLAG_KEEP = 4, FLAG_NUL = 8 };

/* What is written part by part, in memory that has exactly the room that is asked for. */
static size_t stream(const struct records_spec *spec, char end, size_t part, const char *data,
	size_t size, char *out)
{
	struct records records;
	size_t n = 0, ended;

	if (records_init(spec, end, &records) < 0)
		abort();
	for (size_t at = 0; at < size; at += part) {
		size_t take = part < size - at ? part : size - at;
		char *own = (char *)malloc(take + records_room(&records));
		size_t put = records_push(&records, data + at, take, own, &ended);
		if (ended > put || (ended > 0 && own[ended - 1] != end))
			__builtin_trap();
		memcpy(out + n, own, put);
		n += put;
		free(own);
	}
	n += records_finish(&records, out + n);
	records_release(&records);
	return n;
}

static size_t one_by_one(
	const struct records_spec *spec, char end, const char *data, size_t size, char *out)
{
	struct record record;
	size_t n = 0, at = 0;

	while (records_next(spec, data, size, &at, &record)) {
		memcpy(out + n, record.bytes, record.size);
		n += record.size;
		out[n++] = end;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < HEAD)
		return 0;
	struct records_spec spec = { .kind = (enum records_kind)(data[0] % 4),
		.keeps_empty = (data[0] & FLAG_KEEP) != 0,
		.separator = (const char *)data + HEAD };
	char end = data[0] & FLAG_NUL ? '\0' : '\n';
	size_t part = 1 + data[1] % 70u;
	if (spec.kind == RECORDS_SEPARATED)
		spec.separator_size = 1 + data[2] % 20u;
	if (size < HEAD + spec.separator_size)
		return 0;
	data += HEAD + spec.separator_size;
	size -= HEAD + spec.separator_size;

	size_t room = size + 2 * spec.separator_size + 2;
	char *wanted = (char *)malloc(room), *got = (char *)malloc(room);
	size_t wanted_size = one_by_one(&spec, end, (const char *)data, size, wanted);
	size_t got_size = stream(&spec, end, part, (const char *)data, size, got);
	if (wanted_size != got_size || memcmp(wanted, got, got_size) != 0)
		__builtin_trap();
	free(wanted);
	free(got);
	return 0;
}
