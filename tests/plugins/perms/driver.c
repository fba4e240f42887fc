/* perms-driver: the engine of perms, asked line by line, for tests that compare it with Python's
 * itertools.
 *
 * A request is fields with tabs between them: what, path, r, distinct, two numbers or a text and -,
 * separator, delimiter, items. The answer is its length in bytes on a line, then the bytes.
 *
 *     print PATH R DISTINCT FROM COUNT SEP DELIM ITEM ...
 *     nth, count, rank (FROM is the text), draw (FROM is the seed, COUNT how many ranks)
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "items.h"
#include "lines.h"

enum { FIELDS = 9, MOST_FIELDS = 1200 };

struct answer {
	char *bytes;
	size_t size;
	FILE *stream;
};

static int take(void *ctx, const void *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ((struct answer *)ctx)->stream) == n ? 0 : -1;
}

static size_t split(char *line, char *field[])
{
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *at = line; at != NULL && n < MOST_FIELDS;)
		field[n++] = strsep(&at, "\t");
	return n;
}

static void draw(struct answer *answer, const mpz_t total, const char *seed, const mpz_t count)
{
	struct draw_generator generator;
	struct draw made;
	mpz_t rank;

	draw_seed(&generator, strtoull(seed, NULL, 10));
	if (draw_create(&generator, total, mpz_get_ui(count), &made) < 0)
		return;
	mpz_init(rank);
	for (size_t i = 0; i < made.count; i++) {
		draw_get(&made, i, rank);
		gmp_fprintf(answer->stream, "%Zd\n", rank);
	}
	mpz_clear(rank);
	draw_release(&made);
}

static void serve(struct answer *answer, const char *what, const struct lines_spec *spec,
	struct order *order, char *const field[])
{
	uint32_t *at = (uint32_t *)calloc(order->r + 1, sizeof *at);
	mpz_t from, count;

	mpz_inits(from, count, NULL);
	mpz_set_str(count, field[5], 10);
	if (strcmp(what, "rank") == 0) {
		int r = lines_parse(spec, order, field[4], at);
		if (r == 0)
			order_rank(order, at, from);
		gmp_fprintf(answer->stream, r == 0 ? "%Zd" : "none", from);
	} else if (strcmp(what, "draw") == 0) {
		order_count(order, from);
		draw(answer, from, field[4], count);
	} else if (strcmp(what, "count") == 0) {
		order_count(order, from);
		gmp_fprintf(answer->stream, "%Zd", from);
	} else if (strcmp(what, "nth") == 0) {
		mpz_set_str(from, field[4], 10);
		order_unrank(order, from, at);
		lines_print_one(spec, order, at);
	} else {
		mpz_set_str(from, field[4], 10);
		if (lines_print(spec, order->items, order->r, order->distinct, from, count) != 0)
			fputs("failed", answer->stream);
	}
	mpz_clears(from, count, NULL);
	free(at);
}

static void answer_request(char *line)
{
	static const char *const path[] = { "best", "avx2", "ssse3", "portable", "steps" };
	char *field[MOST_FIELDS];
	struct items items = { 0 };
	struct order order = { 0 };
	struct answer answer = { NULL, 0, NULL };
	size_t n = split(line, field);

	if (n < FIELDS - 1)
		return;
	struct lines_spec spec = {
		.separator = field[6],
		.separator_size = strlen(field[6]),
		.delimiter = field[7],
		.delimiter_size = strlen(field[7]),
		.write = take,
		.ctx = &answer,
	};
	for (size_t i = 0; i < sizeof path / sizeof path[0]; i++)
		if (strcmp(field[1], path[i]) == 0)
			spec.path = (enum lines_path)i;
	for (size_t i = FIELDS - 1; i < n; i++)
		items_add_whole(&items, field[i]);
	answer.stream = open_memstream(&answer.bytes, &answer.size);
	if (answer.stream != NULL && items_seal(&items) == 0 &&
		order_init(&order, &items, strtoul(field[2], NULL, 10), field[3][0] == '1') == 0)
		serve(&answer, field[0], &spec, &order, field);
	if (answer.stream != NULL)
		fclose(answer.stream);
	printf("%zu\n", answer.size);
	fwrite(answer.bytes, 1, answer.size, stdout);
	fflush(stdout);
	free(answer.bytes);
	order_release(&order);
	items_release(&items);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0)
		answer_request(line);
	free(line);
	return 0;
}
