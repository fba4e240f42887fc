/* The JSON writer.
 *
 * SPDX-License-Identifier: MIT */
#include <plugh/json.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int put(struct plugh_json *json, const void *bytes, size_t n)
{
	if (json->error == 0 && n > 0)
		json->error = json->sink.write(json->sink.ctx, bytes, n);
	return json->error;
}

static int put_text(struct plugh_json *json, const char *text)
{
	return put(json, text, strlen(text));
}

/* The length of the UTF-8 sequence at the start of the n bytes, 0 where none starts. The table of
 * RFC 3629, section 4. */
static size_t sequence_size(const unsigned char *s, size_t n)
{
	static const struct {
		unsigned char first_low, first_high, second_low, second_high, size;
	} row[] = {
		{ 0x00, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		if (s[0] < row[i].first_low || s[0] > row[i].first_high)
			continue;
		if (row[i].size > n)
			return 0;
		if (row[i].size > 1 && (s[1] < row[i].second_low || s[1] > row[i].second_high))
			return 0;
		for (size_t k = 2; k < row[i].size; k++) {
			if ((s[k] & 0xc0) != 0x80)
				return 0;
		}
		return row[i].size;
	}
	return 0;
}

size_t plugh_utf8_valid(const void *bytes, size_t n)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t at = 0;

	while (at < n) {
		size_t size = s[at] < 0x80 ? 1 : sequence_size(s + at, n - at);
		if (size == 0)
			break;
		at += size;
	}
	return at;
}

static void put_escaped(struct plugh_json *json, unsigned char c)
{
	static const char short_for[] = "btn-fr"; /* of 0x08 to 0x0d; 0x0b has none */
	char text[8];

	if (c == '"' || c == '\\')
		snprintf(text, sizeof text, "\\%c", c);
	else if (c >= 0x08 && c <= 0x0d && c != 0x0b)
		snprintf(text, sizeof text, "\\%c", short_for[c - 0x08]);
	else
		snprintf(text, sizeof text, "\\u%04x", c);
	put_text(json, text);
}

static bool needs_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void put_string(struct plugh_json *json, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t start = 0;

	put(json, "\"", 1);
	for (size_t at = 0; at < n;) {
		size_t size = s[at] < 0x80 ? 1 : sequence_size(s + at, n - at);
		if (size == 1 && !needs_escape(s[at])) {
			at++;
			continue;
		}
		if (size > 1) {
			at += size;
			continue;
		}
		put(json, s + start, at - start);
		if (size == 0)
			put_text(json, "\xef\xbf\xbd"); /* U+FFFD */
		else
			put_escaped(json, s[at]);
		start = ++at;
	}
	put(json, s + start, n - start);
	put(json, "\"", 1);
}

static void put_line(struct plugh_json *json)
{
	put(json, "\n", 1);
	for (unsigned i = 0; i < json->depth; i++)
		put(json, "  ", 2);
}

/* What stands before a value: a comma where one went before, the line, the key. */
static int begin_value(struct plugh_json *json, const char *key)
{
	if (json->depth > 0) {
		uint32_t bit = 1u << (json->depth - 1);
		if (json->has_value & bit)
			put(json, json->indent ? "," : ", ", json->indent ? 1 : 2);
		json->has_value |= bit;
		if (json->indent)
			put_line(json);
	}
	if (key != NULL) {
		put_string(json, key, strlen(key));
		put(json, ": ", 2);
	}
	return json->error;
}

static int begin_level(struct plugh_json *json, const char *key, bool is_array)
{
	begin_value(json, key);
	if (json->error == 0 && json->depth == PLUGH_JSON_DEPTH)
		json->error = -EOVERFLOW;
	if (json->error != 0)
		return json->error;

	uint32_t bit = 1u << json->depth++;
	json->has_value &= ~bit;
	json->is_array = is_array ? json->is_array | bit : json->is_array & ~bit;
	return put(json, is_array ? "[" : "{", 1);
}

int plugh_json_begin_object(struct plugh_json *json, const char *key)
{
	return begin_level(json, key, false);
}

int plugh_json_begin_array(struct plugh_json *json, const char *key)
{
	return begin_level(json, key, true);
}

int plugh_json_end(struct plugh_json *json)
{
	if (json->error != 0 || json->depth == 0)
		return json->error;

	uint32_t bit = 1u << --json->depth;
	if (json->indent && (json->has_value & bit))
		put_line(json);
	return put(json, json->is_array & bit ? "]" : "}", 1);
}

int plugh_json_text(struct plugh_json *json, const char *key, const char *text)
{
	if (text == NULL)
		return plugh_json_null(json, key);
	begin_value(json, key);
	put_string(json, text, strlen(text));
	return json->error;
}

static void put_base64(struct plugh_json *json, const unsigned char *s, size_t n)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	put(json, "\"", 1);
	for (size_t at = 0; at < n; at += 3) {
		size_t left = n - at;
		uint32_t bits = (uint32_t)s[at] << 16 | (left > 1 ? (uint32_t)s[at + 1] << 8 : 0) |
				(left > 2 ? s[at + 2] : 0u);
		char group[4] = {
			digit[bits >> 18],
			digit[bits >> 12 & 63],
			left > 1 ? digit[bits >> 6 & 63] : '=',
			left > 2 ? digit[bits & 63] : '=',
		};
		put(json, group, sizeof group);
	}
	put(json, "\"", 1);
}

int plugh_json_bytes(struct plugh_json *json, const char *key, const void *bytes, size_t n)
{
	if (plugh_utf8_valid(bytes, n) == n) {
		begin_value(json, key);
		put_string(json, (const char *)bytes, n);
		return json->error;
	}
	if (key == NULL)
		plugh_json_begin_object(json, NULL);
	begin_value(json, "base64");
	put_base64(json, (const unsigned char *)bytes, n);
	if (key == NULL)
		plugh_json_end(json);
	return json->error;
}

int plugh_json_int(struct plugh_json *json, const char *key, int64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRId64, value);
	begin_value(json, key);
	return put_text(json, text);
}

int plugh_json_uint(struct plugh_json *json, const char *key, uint64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, value);
	begin_value(json, key);
	return put_text(json, text);
}

int plugh_json_double(struct plugh_json *json, const char *key, double value)
{
	char text[32];

	if (!isfinite(value))
		return plugh_json_null(json, key);
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	/* JSON's decimal point is a point in every locale. */
	char *comma = strchr(text, ',');
	if (comma != NULL)
		*comma = '.';
	begin_value(json, key);
	return put_text(json, text);
}

int plugh_json_bool(struct plugh_json *json, const char *key, bool value)
{
	begin_value(json, key);
	return put_text(json, value ? "true" : "false");
}

int plugh_json_null(struct plugh_json *json, const char *key)
{
	begin_value(json, key);
	return put_text(json, "null");
}

int plugh_json_newline(struct plugh_json *json)
{
	return put(json, "\n", 1);
}
