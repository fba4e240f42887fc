/* The JSON writer. What it writes is read back by libjansson, a strict parser of RFC 8259.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <float.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>
#include <plugh/json.h>

#include "plugh_test.h"

struct fixture {
	struct plugh_buf text;
	struct plugh_json json;
};

static int set_up(void **state)
{
	struct fixture *f = (struct fixture *)calloc(1, sizeof *f);
	if (f == NULL)
		return -1;
	f->json.sink = plugh_buf_sink(&f->text);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	plugh_buf_release(&f->text);
	free(f);
	return 0;
}

static json_t *read_back_as(const struct fixture *f, size_t flags)
{
	json_error_t error;
	json_t *root = json_loadb(plugh_buf_text(&f->text), f->text.size,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL | flags, &error);
	if (root == NULL)
		fail_msg("%s in: %s", error.text, plugh_buf_text(&f->text));
	return root;
}

static json_t *read_back(const struct fixture *f)
{
	return read_back_as(f, 0);
}

static void start_over(struct fixture *f)
{
	plugh_buf_clear(&f->text);
	f->json = (struct plugh_json){ .sink = plugh_buf_sink(&f->text) };
}

static void a_document_of_everything_reads_back(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	struct plugh_json *json = &f->json;

	plugh_json_begin_object(json, NULL);
	plugh_json_text(json, "name", "plugh");
	plugh_json_int(json, "low", INT64_MIN);
	plugh_json_int(json, "high", INT64_MAX);
	plugh_json_bool(json, "yes", true);
	plugh_json_bool(json, "no", false);
	plugh_json_null(json, "nothing");
	plugh_json_text(json, "no text", NULL);
	plugh_json_begin_array(json, "list");
	plugh_json_int(json, NULL, 1);
	plugh_json_begin_array(json, NULL);
	plugh_json_end(json);
	plugh_json_begin_object(json, NULL);
	plugh_json_end(json);
	plugh_json_end(json);
	plugh_json_double(json, "half", 0.5);
	assert_int_equal(plugh_json_end(json), 0);

	json_t *root = read_back(f);
	json_t *want = json_pack("{s:s, s:I, s:I, s:b, s:b, s:n, s:n, s:[i, [], {}], s:f}", "name",
		"plugh", "low", (json_int_t)INT64_MIN, "high", (json_int_t)INT64_MAX, "yes", 1,
		"no", 0, "nothing", "no text", "list", 1, "half", 0.5);
	assert_non_null(want);
	assert_true(json_equal(root, want));
	json_decref(root);
	json_decref(want);
}

static void the_layout_is_fixed(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	for (int indent = 0; indent <= 1; indent++) {
		start_over(f);
		f->json.indent = indent;
		plugh_json_begin_object(&f->json, NULL);
		plugh_json_int(&f->json, "a", 1);
		plugh_json_begin_array(&f->json, "b");
		plugh_json_int(&f->json, NULL, 2);
		plugh_json_int(&f->json, NULL, 3);
		plugh_json_end(&f->json);
		plugh_json_begin_array(&f->json, "c");
		plugh_json_end(&f->json);
		plugh_json_end(&f->json);
		plugh_json_newline(&f->json);
		assert_string_equal(plugh_buf_text(&f->text),
			indent ? "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ],\n  \"c\": []\n}\n"
			       : "{\"a\": 1, \"b\": [2, 3], \"c\": []}\n");
	}
}

static void lines_of_a_stream_stand_for_themselves(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	for (int i = 0; i < 3; i++) {
		plugh_json_begin_object(&f->json, NULL);
		plugh_json_int(&f->json, "i", i);
		plugh_json_end(&f->json);
		plugh_json_newline(&f->json);
	}

	assert_string_equal(plugh_buf_text(&f->text), "{\"i\": 0}\n{\"i\": 1}\n{\"i\": 2}\n");
}

/* Every code point: ASCII, surrogates left out, to U+10FFFF. */
static void every_code_point_reads_back(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	for (unsigned code = 0; code <= 0x10ffff; code++) {
		unsigned char s[4];
		size_t n = 0;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		if (code < 0x80) {
			s[n++] = (unsigned char)code;
		} else if (code < 0x800) {
			s[n++] = (unsigned char)(0xc0 | code >> 6);
		} else if (code < 0x10000) {
			s[n++] = (unsigned char)(0xe0 | code >> 12);
			s[n++] = (unsigned char)(0x80 | (code >> 6 & 63));
		} else {
			s[n++] = (unsigned char)(0xf0 | code >> 18);
			s[n++] = (unsigned char)(0x80 | (code >> 12 & 63));
			s[n++] = (unsigned char)(0x80 | (code >> 6 & 63));
		}
		if (code >= 0x80)
			s[n++] = (unsigned char)(0x80 | (code & 63));

		assert_int_equal(plugh_utf8_valid(s, n), n);
		assert_int_equal(plugh_utf8_valid(s, n - 1), n > 1 ? 0 : n - 1);
		start_over(f);
		plugh_json_bytes(&f->json, NULL, s, n);
		json_t *root = read_back(f);
		assert_int_equal(json_string_length(root), n);
		assert_memory_equal(json_string_value(root), s, n);
		json_decref(root);
	}
}

static void control_characters_are_escaped(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	plugh_json_bytes(&f->json, NULL, "\0\x01\b\t\n\v\f\r\x1f \"\\/\x7f", 14);

	assert_string_equal(plugh_buf_text(&f->text),
		"\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\\u007f\"");
}

static const struct {
	const char *bytes;
	size_t n, valid;
} not_utf8[] = {
	{ "\x80", 1, 0 },     /* a continuation alone */
	{ "ab\xc3", 3, 2 },   /* cut */
	{ "\xc0\xaf", 2, 0 }, /* overlong "/" */
	{ "\xc1\xbf", 2, 0 },
	{ "\xe0\x9f\xbf", 3, 0 }, /* overlong */
	{ "\xed\xa0\x80", 3, 0 }, /* a surrogate */
	{ "\xed\xbf\xbf", 3, 0 },
	{ "\xf0\x8f\xbf\xbf", 4, 0 }, /* overlong */
	{ "\xf4\x90\x80\x80", 4, 0 }, /* beyond U+10FFFF */
	{ "\xf5\x80\x80\x80", 4, 0 },
	{ "\xff", 1, 0 },
	{ "\xe2\x82\xac\xe2\x82", 5, 3 }, /* a euro, and a cut one */
	{ "\xe2\x28\xa1", 3, 0 },         /* no continuation */
	{ "\xf0\x9f\x98\x28", 4, 0 },
	{ "a\0\xfe", 3, 2 },
};

static void bytes_that_are_not_utf8_are_told_and_kept(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof not_utf8 / sizeof not_utf8[0]; i++) {
		assert_int_equal(
			plugh_utf8_valid(not_utf8[i].bytes, not_utf8[i].n), not_utf8[i].valid);

		start_over(f);
		plugh_json_begin_object(&f->json, NULL);
		plugh_json_bytes(&f->json, "text", not_utf8[i].bytes, not_utf8[i].n);
		plugh_json_end(&f->json);
		json_t *root = read_back(f);
		assert_int_equal(json_object_size(root), 1);
		assert_true(json_is_string(json_object_get(root, "base64")));
		json_decref(root);
	}
}

/* The test vectors of RFC 4648, section 10, hold for bytes that are not UTF-8 too: 0x80 goes before
 * them, so that three of its vectors' lengths modulo 3 are met. */
static void base64_is_that_of_rfc_4648(void **state)
{
	static const struct {
		const char *bytes, *base64;
	} row[] = {
		/* python3 -c 'import base64; print(base64.b64encode(b"\xfff"))', and so on */
		{ "\xff", "/w==" },
		{ "\xff"
		  "f",
			"/2Y=" },
		{ "\xff"
		  "fo",
			"/2Zv" },
		{ "\xff"
		  "foo",
			"/2Zvbw==" },
		{ "\xff\xfe\xfd\xfc\xfb", "//79/Ps=" },
		{ "\xfb\xef\xbe", "++++" },
	};
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		start_over(f);
		plugh_json_begin_array(&f->json, NULL);
		plugh_json_bytes(&f->json, NULL, row[i].bytes, strlen(row[i].bytes));
		plugh_json_int(&f->json, NULL, 1);
		plugh_json_end(&f->json);
		json_t *root = read_back(f);
		json_t *want = json_pack("[{s:s}, i]", "base64", row[i].base64, 1);
		assert_true(json_equal(root, want));
		json_decref(root);
		json_decref(want);
	}
}

static void text_that_is_not_utf8_gets_replacement_characters(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	plugh_json_begin_object(&f->json, NULL);
	plugh_json_text(&f->json, "k\xff", "a\xc3z\x80");
	plugh_json_end(&f->json);

	assert_string_equal(
		plugh_buf_text(&f->text), "{\"k\xef\xbf\xbd\": \"a\xef\xbf\xbdz\xef\xbf\xbd\"}");
	json_decref(read_back(f));
}

static void doubles_read_back_as_themselves(void **state)
{
	static const double row[] = { 0.0, -0.0, 1.0, 0.1, 0.2, 0.1 + 0.2, 1.0 / 3, 5e-324, DBL_MIN,
		DBL_MAX, -DBL_MAX, 1e15, 1e16, 1e17, 1e22, 1e23, 123456789012345678.0,
		2.2250738585072011e-308, 3.14159265358979, 9007199254740993.0, 4.35, 100.0, 1e100 };
	struct fixture *f = (struct fixture *)*state;
	uint64_t seed = 1;

	for (size_t i = 0; i < sizeof row / sizeof row[0] + 20000; i++) {
		double value;
		if (i < sizeof row / sizeof row[0]) {
			value = row[i];
		} else {
			seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			memcpy(&value, &seed, sizeof value);
			if (!isfinite(value))
				continue;
		}
		start_over(f);
		plugh_json_double(&f->json, NULL, value);
		json_t *root = read_back_as(f, JSON_DECODE_INT_AS_REAL);
		double got = json_number_value(root);
		assert_memory_equal(&got, &value, sizeof value);
		json_decref(root);
	}
}

static void doubles_are_as_short_as_they_can_be(void **state)
{
	static const struct {
		double value;
		const char *text;
	} row[] = {
		{ 0.1, "0.1" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 100.0, "100" },
		{ 1.5, "1.5" },
		{ NAN, "null" },
		{ INFINITY, "null" },
		{ -INFINITY, "null" },
	};
	struct fixture *f = (struct fixture *)*state;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		start_over(f);
		plugh_json_double(&f->json, NULL, row[i].value);
		assert_string_equal(plugh_buf_text(&f->text), row[i].text);
	}
}

static void unsigned_numbers_reach_their_end(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	plugh_json_uint(&f->json, NULL, UINT64_MAX);

	/* Beyond what libjansson reads. */
	assert_string_equal(plugh_buf_text(&f->text), "18446744073709551615");
}

static void the_deepest_nesting_is_written_and_one_more_is_an_error(void **state)
{
	struct fixture *f = (struct fixture *)*state;

	for (int i = 0; i < PLUGH_JSON_DEPTH; i++)
		assert_int_equal(i % 2 ? plugh_json_begin_object(&f->json, NULL)
				       : plugh_json_begin_array(&f->json, i > 0 ? "k" : NULL),
			0);
	for (int i = 0; i < PLUGH_JSON_DEPTH; i++)
		assert_int_equal(plugh_json_end(&f->json), 0);
	json_decref(read_back(f));
	assert_int_equal(plugh_json_end(&f->json), 0);

	start_over(f);
	for (int i = 0; i < PLUGH_JSON_DEPTH; i++)
		plugh_json_begin_array(&f->json, NULL);
	assert_int_equal(plugh_json_begin_array(&f->json, NULL), -EOVERFLOW);
	assert_int_equal(plugh_json_int(&f->json, NULL, 1), -EOVERFLOW);
	assert_int_equal(plugh_json_end(&f->json), -EOVERFLOW);
}

static void the_first_error_of_the_sink_sticks(void **state)
{
	struct fixture *f = (struct fixture *)*state;
	f->text.limit = 10;

	plugh_json_begin_array(&f->json, NULL);
	assert_int_equal(plugh_json_text(&f->json, NULL, "0123456789"), -EFBIG);
	f->text.error = 0;
	assert_int_equal(plugh_json_end(&f->json), -EFBIG);
	assert_int_equal(plugh_json_newline(&f->json), -EFBIG);
	assert_int_equal(f->json.error, -EFBIG);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_document_of_everything_reads_back),
		TEST(the_layout_is_fixed),
		TEST(lines_of_a_stream_stand_for_themselves),
		TEST(every_code_point_reads_back),
		TEST(control_characters_are_escaped),
		TEST(bytes_that_are_not_utf8_are_told_and_kept),
		TEST(base64_is_that_of_rfc_4648),
		TEST(text_that_is_not_utf8_gets_replacement_characters),
		TEST(doubles_read_back_as_themselves),
		TEST(doubles_are_as_short_as_they_can_be),
		TEST(unsigned_numbers_reach_their_end),
		TEST(the_deepest_nesting_is_written_and_one_more_is_an_error),
		TEST(the_first_error_of_the_sink_sticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
