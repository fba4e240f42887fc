/* Cutting bytes into records.
 *
 * Where single bytes separate, sixteen at a time are looked at: unless an empty record is among
 * them they are stored as they are, with separators replaced by the end. So most of a usual output
 * is moved once, without a branch for each line.
 *
 * A longer separator may be cut by the border between two reads. The bytes that may be its start
 * are known from their number, since they are those of the separator itself: nothing is held back
 * but that number, and the table of Knuth, Morris and Pratt tells which of them are none after all.
 *
 * SPDX-License-Identifier: MIT */
#include "records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bytes that separate: from `first` on `span` more, and `other`. */
struct byte_set {
	unsigned char first, span, other;
};

enum { BLOCK = 16, BLANK_FIRST = '\t', BLANK_SPAN = '\r' - '\t' };

static struct byte_set set_of(const struct records_spec *spec)
{
	unsigned char c = '\n';

	if (spec->kind == RECORDS_WORDS)
		return (struct byte_set){ BLANK_FIRST, BLANK_SPAN, ' ' };
	if (spec->kind == RECORDS_NULL)
		c = '\0';
	else if (spec->kind == RECORDS_SEPARATED)
		c = (unsigned char)spec->separator[0];
	return (struct byte_set){ c, 0, c };
}

static bool is_in(struct byte_set set, unsigned char c)
{
	return (unsigned char)(c - set.first) <= set.span || c == set.other;
}

static bool keeps_empty(const struct records_spec *spec)
{
	return spec->keeps_empty && spec->kind != RECORDS_WORDS;
}

/* ---- As a stream ---- */

/* fallback[k]: of the first k + 1 bytes of the separator, how many of the last ones are also the
 * first ones (fewer than all). */
static void make_fallback(const char *separator, size_t size, size_t *fallback)
{
	size_t matched = 0;

	fallback[0] = 0;
	for (size_t i = 1; i < size; i++) {
		while (matched > 0 && separator[i] != separator[matched])
			matched = fallback[matched - 1];
		if (separator[i] == separator[matched])
			matched++;
		fallback[i] = matched;
	}
}

int records_init(const struct records_spec *spec, char end, struct records *ret_records)
{
	size_t *fallback = NULL;

	if (spec->kind == RECORDS_SEPARATED && spec->separator_size == 0)
		return -EINVAL;
	if (spec->kind == RECORDS_SEPARATED && spec->separator_size > 1) {
		fallback = (size_t *)calloc(spec->separator_size, sizeof *fallback);
		if (fallback == NULL)
			return -ENOMEM;
		make_fallback(spec->separator, spec->separator_size, fallback);
	}
	*ret_records = (struct records){ .spec = *spec, .end = end, .fallback = fallback };
	return 0;
}

size_t records_room(const struct records *records)
{
	return records->spec.separator_size + 1;
}

/* What is written by one call. */
struct output {
	char *bytes;
	size_t size;
	size_t ended; /* behind the last complete record */
};

static void put(struct records *records, struct output *out, const char *bytes, size_t n)
{
	if (n == 0)
		return;
	memcpy(out->bytes + out->size, bytes, n);
	out->size += n;
	records->is_in_record = true;
}

static void put_end(struct records *records, struct output *out)
{
	if (records->is_in_record || keeps_empty(&records->spec))
		out->bytes[out->size++] = records->end;
	records->is_in_record = false;
	out->ended = out->size;
}

/* One byte after the other, without a branch that depends on them. */
static void cut_bytes(
	struct records *records, struct byte_set set, const char *in, size_t n, struct output *out)
{
	bool keeps = keeps_empty(&records->spec), is_in_record = records->is_in_record;
	size_t size = out->size, ended = out->ended;

	for (size_t i = 0; i < n; i++) {
		bool is_end = is_in(set, (unsigned char)in[i]);
		out->bytes[size] = is_end ? records->end : in[i];
		size += (size_t)(!is_end | is_in_record | keeps);
		ended = is_end ? size : ended;
		is_in_record = !is_end;
	}
	records->is_in_record = is_in_record;
	out->size = size;
	out->ended = ended;
}

#ifdef __SSE2__
/* Returns how many bytes of `in` are done: whole blocks. */
static size_t cut_blocks(
	struct records *records, struct byte_set set, const char *in, size_t n, struct output *out)
{
	const __m128i first = _mm_set1_epi8((char)set.first);
	const __m128i span = _mm_set1_epi8((char)set.span);
	const __m128i other = _mm_set1_epi8((char)set.other);
	const __m128i end = _mm_set1_epi8(records->end);
	const unsigned drops = keeps_empty(&records->spec) ? 0 : 0xffff;
	size_t i = 0;

	for (; n - i >= BLOCK; i += BLOCK) {
		__m128i block = _mm_loadu_si128((const __m128i *)(const void *)(in + i));
		__m128i from_first = _mm_sub_epi8(block, first);
		__m128i is_end = _mm_or_si128(
			_mm_cmpeq_epi8(_mm_min_epu8(from_first, span), from_first),
			_mm_cmpeq_epi8(block, other));
		unsigned ends = (unsigned)_mm_movemask_epi8(is_end);
		unsigned empty = ends & (ends << 1 | !records->is_in_record) & drops;
		if (empty != 0) {
			cut_bytes(records, set, in + i, BLOCK, out);
			continue;
		}
		_mm_storeu_si128((__m128i *)(void *)(out->bytes + out->size),
			_mm_or_si128(_mm_andnot_si128(is_end, block), _mm_and_si128(is_end, end)));
		if (ends != 0)
			out->ended = out->size + 32 - (size_t)__builtin_clz(ends);
		records->is_in_record = ends >> (BLOCK - 1) == 0;
		out->size += BLOCK;
	}
	return i;
}
#else
static size_t cut_blocks(
	struct records *records, struct byte_set set, const char *in, size_t n, struct output *out)
{
	(void)records, (void)set, (void)in, (void)n, (void)out;
	return 0;
}
#endif

/* One byte, where a part of the separator has come or may begin. */
static void step(struct records *records, char c, struct output *out)
{
	const char *separator = records->spec.separator;

	while (records->matched > 0 && separator[records->matched] != c) {
		size_t still = records->fallback[records->matched - 1];
		put(records, out, separator, records->matched - still);
		records->matched = still;
	}
	if (separator[records->matched] != c) {
		put(records, out, &c, 1);
	} else if (++records->matched == records->spec.separator_size) {
		records->matched = 0;
		put_end(records, out);
	}
}

static void cut_text(struct records *records, const char *in, size_t n, struct output *out)
{
	const char *separator = records->spec.separator;
	size_t size = records->spec.separator_size;

	while (n > 0) {
		if (records->matched > 0 || n < size) {
			step(records, *in++, out);
			n--;
			continue;
		}
		const char *found = (const char *)memmem(in, n, separator, size);
		size_t plain = found != NULL ? (size_t)(found - in) : n - (size - 1);
		put(records, out, in, plain);
		if (found != NULL)
			put_end(records, out);
		plain += found != NULL ? size : 0;
		in += plain;
		n -= plain;
	}
}

size_t records_push(
	struct records *records, const char *bytes, size_t n, char *out, size_t *ret_ended)
{
	struct output output = { .bytes = out };

	if (records->fallback != NULL) {
		cut_text(records, bytes, n, &output);
	} else {
		struct byte_set set = set_of(&records->spec);
		size_t done = cut_blocks(records, set, bytes, n, &output);
		cut_bytes(records, set, bytes + done, n - done, &output);
	}
	*ret_ended = output.ended;
	return output.size;
}

size_t records_finish(struct records *records, char *out)
{
	struct output output = { .bytes = out };

	put(records, &output, records->spec.separator, records->matched);
	records->matched = 0;
	if (records->is_in_record || records->spec.kind == RECORDS_SEPARATED)
		put_end(records, &output);
	return output.size;
}

void records_release(struct records *records)
{
	free(records->fallback);
	records->fallback = NULL;
}

/* ---- One by one ---- */

/* The first separator in n bytes, and its size. Returns NULL where there is none. */
static const char *find_end(
	const struct records_spec *spec, const char *bytes, size_t n, size_t *ret_size)
{
	struct byte_set blanks = set_of(spec);

	*ret_size = spec->kind == RECORDS_SEPARATED ? spec->separator_size : 1;
	if (spec->kind == RECORDS_SEPARATED)
		return (const char *)memmem(bytes, n, spec->separator, spec->separator_size);
	if (spec->kind != RECORDS_WORDS)
		return (const char *)memchr(bytes, blanks.other, n);
	for (size_t i = 0; i < n; i++)
		if (is_in(blanks, (unsigned char)bytes[i]))
			return bytes + i;
	return NULL;
}

bool records_next(const struct records_spec *spec, const char *bytes, size_t n, size_t *at,
	struct record *ret_record)
{
	/* Behind the last separator there is one more record; elsewhere only if it is anything. */
	size_t last = spec->kind == RECORDS_SEPARATED ? n + 1 : n;

	while (*at < last) {
		size_t size, start = *at;
		const char *end = find_end(spec, bytes + start, n - start, &size);
		*ret_record = (struct record){ bytes + start, n - start };
		*at = n + 1;
		if (end != NULL) {
			ret_record->size = (size_t)(end - bytes) - start;
			*at = start + ret_record->size + size;
		}
		if (ret_record->size > 0 || keeps_empty(spec))
			return true;
	}
	return false;
}
