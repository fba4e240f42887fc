/* A JSON writer (RFC 8259) over a sink: no tree, no allocation, constant memory.
 *
 * Values are written in order; commas and colons come by themselves. Inside an object each value
 * has a key, inside an array and at the top it has none (NULL). Errors stick: `error` is the first
 * failure of the sink, and every call returns it.
 *
 *     struct plugh_json json = { .sink = plugh_output_sink(output) };
 *     plugh_json_begin_object(&json, NULL);
 *     plugh_json_text(&json, "file", path);
 *     plugh_json_uint(&json, "offset", 12);
 *     plugh_json_end(&json);
 *     plugh_json_newline(&json);
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_JSON_H
#define PLUGH_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plugh/sink.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PLUGH_JSON_DEPTH = 32 }; /* deepest nesting */

struct plugh_json {
	struct plugh_sink sink;
	int error;
	uint32_t is_array; /* a bit a level */
	uint32_t has_value;
	unsigned depth;
	bool indent; /* a line a value, two blanks a level; set before the first value */
};

/* Open an object or an array; close the innermost. -EOVERFLOW beyond PLUGH_JSON_DEPTH. Threads (all
 * of these): one at a time per writer.   Since: 0.1 */
int plugh_json_begin_object(struct plugh_json *json, const char *key);
int plugh_json_begin_array(struct plugh_json *json, const char *key);
int plugh_json_end(struct plugh_json *json);

/* A string. `text` must be UTF-8: bytes that are not are written as U+FFFD; NULL is null. Since:
 * 0.1 */
int plugh_json_text(struct plugh_json *json, const char *key, const char *text);

/* Bytes from outside, of which nothing is lost: UTF-8 is a string under `key`; anything else is
 * base64 (RFC 4648, section 4) under the key "base64" in its place, in an array an object
 * {"base64": ...}. Since: 0.1 */
int plugh_json_bytes(struct plugh_json *json, const char *key, const void *bytes, size_t n);

int plugh_json_int(struct plugh_json *json, const char *key, int64_t value);
int plugh_json_uint(struct plugh_json *json, const char *key, uint64_t value);
/* The shortest text that reads back as the same double; null for what is not finite. Since: 0.1 */
int plugh_json_double(struct plugh_json *json, const char *key, double value);
int plugh_json_bool(struct plugh_json *json, const char *key, bool value);
int plugh_json_null(struct plugh_json *json, const char *key);

/* End a line, between objects of a stream and after a document. Since: 0.1 */
int plugh_json_newline(struct plugh_json *json);

/* The length of the longest prefix of the n bytes that is UTF-8 (RFC 3629: no surrogates, no
 * overlong forms). Since: 0.1 */
size_t plugh_utf8_valid(const void *bytes, size_t n);

#ifdef __cplusplus
}
#endif

#endif
