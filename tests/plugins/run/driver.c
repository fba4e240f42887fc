/* run-driver: the cutting and quoting of run, asked line by line, for tests that compare them with
 * Python's own.
 *
 * Texts are hexadecimal, an empty one is "-".
 *
 *     stream KIND KEEP END SEPARATOR SIZE[,SIZE...] DATA   what is written, cut at these sizes in
 * turn next KIND KEEP SEPARATOR DATA                        the records, one by one, with blanks
 * between quote WORD...                                        the words, joined for a shell
 *
 * SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "shell.h"

enum { MOST_FIELDS = 64 };

struct text {
	char *bytes;
	size_t size;
};

static struct text decode(const char *hex)
{
	size_t size = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;
	struct text text = { (char *)calloc(size + 1, 1), size };

	for (size_t i = 0; i < size; i++) {
		const char byte[] = { hex[2 * i], hex[2 * i + 1], '\0' };
		text.bytes[i] = (char)strtoul(byte, NULL, 16);
	}
	return text;
}

static void encode(const char *bytes, size_t n)
{
	if (n == 0)
		fputs("-", stdout);
	for (size_t i = 0; i < n; i++)
		printf("%02x", (unsigned char)bytes[i]);
}

/* The room is exactly what is asked for, so that a sanitizer sees a byte too much. */
static void stream(const struct records_spec *spec, char end, const char *sizes, struct text data)
{
	struct records records;
	struct plugh_buf all = { 0 };
	const char *at = sizes;
	size_t complete = 0;

	if (records_init(spec, end, &records) < 0)
		return;
	for (size_t done = 0; done < data.size;) {
		char *next;
		size_t n = strtoul(at, &next, 10), ended = 0;
		n = n < data.size - done ? n : data.size - done;
		at = *next == ',' ? next + 1 : sizes;
		char *in = (char *)malloc(n), *out = (char *)malloc(n + records_room(&records));
		memcpy(in, data.bytes + done, n);
		size_t size = records_push(&records, in, n, out, &ended);
		if (ended > 0)
			complete = all.size + ended;
		plugh_buf_append(&all, out, size);
		free(out);
		free(in);
		done += n;
	}
	char *out = (char *)malloc(records_room(&records));
	size_t size = records_finish(&records, out);
	plugh_buf_append(&all, out, size);
	free(out);
	encode(plugh_buf_text(&all), all.size);
	printf(" %zu", complete);
	plugh_buf_release(&all);
	records_release(&records);
}

static void next(const struct records_spec *spec, struct text data)
{
	struct record record;
	size_t at = 0;

	while (records_next(spec, data.bytes, data.size, &at, &record)) {
		encode(record.bytes, record.size);
		putchar(' ');
	}
}

static void quote(char *const field[], size_t count)
{
	struct text word[MOST_FIELDS];
	const char *bytes[MOST_FIELDS];
	struct plugh_buf line = { 0 };

	for (size_t i = 0; i < count; i++) {
		word[i] = decode(field[i]);
		bytes[i] = word[i].bytes;
	}
	shell_join(&line, bytes, count);
	encode(plugh_buf_text(&line), line.size);
	plugh_buf_release(&line);
	for (size_t i = 0; i < count; i++)
		free(word[i].bytes);
}

static void cut(char *const field[], size_t count)
{
	bool is_stream = strcmp(field[0], "stream") == 0;
	struct text separator = decode(field[is_stream ? 4 : 3]), data = decode(field[count - 1]);
	const struct records_spec spec = {
		.kind = (enum records_kind)strtoul(field[1], NULL, 10),
		.keeps_empty = field[2][0] == '1',
		.separator = separator.bytes,
		.separator_size = separator.size,
	};

	if (is_stream)
		stream(&spec, (char)strtol(field[3], NULL, 10), field[5], data);
	else
		next(&spec, data);
	free(data.bytes);
	free(separator.bytes);
}

static void answer(char *line)
{
	char *field[MOST_FIELDS];
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at != NULL && n < MOST_FIELDS;)
		field[n++] = strsep(&at, " ");
	if (strcmp(field[0], "quote") == 0)
		quote(field + 1, n - 1);
	else if (n > 4)
		cut(field, n);
	putchar('\n');
	fflush(stdout);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0)
		answer(line);
	free(line);
	return 0;
}
