/* SPDX-License-Identifier: MIT */
/* Arbitrary bytes written as JSON, in parts that a byte 0x1e separates, and read back by
 * libjansson: of bytes nothing may be lost, be they UTF-8 (by libjansson's word) or base64 (by
 * libresolv's). Doubles must come back as they were. */
#include <jansson.h>
#include <math.h>
#include <resolv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>
#include <plugh/json.h>

enum { SEPARATOR = 0x1e };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(int condition)
{
	if (!condition)
		__builtin_trap();
}

struct part {
	const char *bytes;
	size_t size;
};

/* Returns the next part, and moves `rest` behind it; false at the end. */
static bool take_part(struct part *rest, struct part *ret_part)
{
	if (rest->bytes == NULL)
		return false;
	const char *end = (const char *)memchr(rest->bytes, SEPARATOR, rest->size);
	*ret_part = (struct part){ rest->bytes,
		end != NULL ? (size_t)(end - rest->bytes) : rest->size };
	*rest = end != NULL ? (struct part){ end + 1, rest->size - ret_part->size - 1 }
			    : (struct part){ NULL, 0 };
	return true;
}

static double double_of(const struct part *part)
{
	double number = 0;

	memcpy(&number, part->bytes, part->size < sizeof number ? part->size : sizeof number);
	return number;
}

static void write_part(struct plugh_json *json, const struct part *part)
{
	char *text = strndup(part->bytes, part->size);

	require(text != NULL);
	plugh_json_begin_object(json, NULL);
	plugh_json_bytes(json, "bytes", part->bytes, part->size);
	plugh_json_begin_array(json, "array");
	plugh_json_bytes(json, NULL, part->bytes, part->size);
	plugh_json_end(json);
	plugh_json_text(json, "text", text);
	plugh_json_double(json, "double", double_of(part));
	plugh_json_end(json);
	free(text);
}

static void check_base64(const json_t *value, const struct part *part)
{
	unsigned char *decoded = (unsigned char *)malloc(part->size + 4);

	require(decoded != NULL && json_is_string(value));
	require(b64_pton(json_string_value(value), decoded, part->size + 4) == (int)part->size);
	require(memcmp(decoded, part->bytes, part->size) == 0);
	free(decoded);
}

static void check_string(const json_t *value, const struct part *part)
{
	require(json_is_string(value) && json_string_length(value) == part->size);
	require(memcmp(json_string_value(value), part->bytes, part->size) == 0);
}

static void check_part(const json_t *value, const struct part *part)
{
	const json_t *item = json_array_get(json_object_get(value, "array"), 0);
	const json_t *number = json_object_get(value, "double");
	const json_t *text = json_object_get(value, "text");
	const struct part line = { part->bytes, strnlen(part->bytes, part->size) };
	double expected = double_of(part);
	json_t *probe = json_stringn(part->bytes, part->size);
	json_t *text_probe = json_stringn(line.bytes, line.size);

	if (probe != NULL) {
		check_string(json_object_get(value, "bytes"), part);
		check_string(item, part);
	} else {
		require(json_object_get(value, "bytes") == NULL);
		check_base64(json_object_get(value, "base64"), part);
		check_base64(json_object_get(item, "base64"), part);
	}
	if (text_probe != NULL)
		check_string(text, &line);
	else
		require(json_is_string(text) && strstr(json_string_value(text), "\xef\xbf\xbd"));
	if (isfinite(expected))
		require(json_is_number(number) && json_number_value(number) == expected);
	else
		require(json_is_null(number));
	json_decref(probe);
	json_decref(text_probe);
}

static void check(const struct part *all, bool indent)
{
	struct plugh_buf buf = { 0 };
	struct plugh_json json = { .sink = plugh_buf_sink(&buf), .indent = indent };
	struct part rest = *all, part;
	size_t i = 0;

	plugh_json_begin_array(&json, NULL);
	while (take_part(&rest, &part))
		write_part(&json, &part);
	require(plugh_json_end(&json) == 0 && plugh_json_newline(&json) == 0 && buf.error == 0);

	json_t *root = json_loadb(
		buf.data, buf.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	require(root != NULL);
	for (rest = *all; take_part(&rest, &part); i++)
		check_part(json_array_get(root, i), &part);
	require(json_array_size(root) == i);
	json_decref(root);
	plugh_buf_release(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct part all = { size > 0 ? (const char *)bytes : "", size };

	check(&all, false);
	check(&all, true);
	return 0;
}
