/* Records: bytes cut at newlines, at NULs, at blanks, or at a text of the user's own.
 *
 *     lines, NUL   each ends a record; what stands behind the last one is a record too, if it is
 *                  anything
 *     words        what stands between bytes that are blanks in ASCII; never empty
 *     separated    n separators stand between n + 1 records; separators do not overlap, the
 *                  leftmost counts
 *
 * There are two ways to the same records: as a stream, in constant memory and at the speed of
 * memory, and one by one out of a block.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RECORDS_H
#define PLUGH_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

enum records_kind {
	RECORDS_LINES = 0,
	RECORDS_WORDS,
	RECORDS_NULL,
	RECORDS_SEPARATED,
};

struct records_spec {
	enum records_kind kind;
	const char *separator; /* SEPARATED: at least one byte; borrowed */
	size_t separator_size;
	bool keeps_empty; /* empty records too; there are no empty words */
};

/* ---- As a stream ---- */

/* Members are for reading. */
struct records {
	struct records_spec spec;
	char end;          /* stands behind each record that is written */
	bool is_in_record; /* a part of a record has come */
	size_t matched;    /* so many bytes of the separator have come, which may become a whole */
	size_t *fallback;  /* of the separator (Knuth, Morris and Pratt) */
};

/* Begin. Returns 0, -EINVAL for an empty separator, or -ENOMEM. */
int records_init(const struct records_spec *spec, char end, struct records *ret_records);

/* So many bytes more than it gets may records_push write, and so many in all records_finish. */
size_t records_room(const struct records *records);

/* Cut n more bytes.
 *
 * out        room for n + records_room() bytes; not the same memory
 * ret_ended  how many of the bytes in `out` belong to records that are complete, their ends
 *            included; the others are the beginning of the next one. Where no record has ended: 0
 *
 * Returns the number of bytes in `out`. */
size_t records_push(
	struct records *records, const char *bytes, size_t n, char *out, size_t *ret_ended);

/* The input has ended: the rest of the last record, and its end. Returns the number of bytes. */
size_t records_finish(struct records *records, char *out);

/* Free; accepts { 0 }. */
void records_release(struct records *records);

/* ---- One by one ---- */

struct record {
	const char *bytes; /* in the block */
	size_t size;
};

/* The next record of a block of n bytes. *at is 0 before the first and kept by the caller between
 * calls. Returns false when there is none left. */
bool records_next(const struct records_spec *spec, const char *bytes, size_t n, size_t *at,
	struct record *ret_record);

#endif
