/* perms - print the permutations of items.
 *
 * What is here: the arguments, the table, the messages and the printing. The order and the ranks
 * are order.c's, the lines lines.c's, the drawing draw.c's.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <gmp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <plugh/sdk.h>

#include "draw.h"
#include "items.h"
#include "lines.h"
#include "order.h"

struct perms_args {
	plugh_ints length; /* one or none */
	bool words;
	bool distinct;
	const char *start;
	const char *limit;
	const char *shard;
	const char *nth;
	const char *rank;
	bool count;
	const char *random;
	plugh_texts seed; /* one or none */
	const char *separator;
	const char *delimiter;
	bool null;
	bool json;
	const char *output;
	plugh_texts items;
};

/* One run of the command. */
struct job {
	const struct plugh_host *host;
	const struct perms_args *args;
	struct items items;
	struct order order;
	struct lines_spec lines;
	mpz_t total;       /* arrangements */
	mpz_t from, count; /* those asked for */
	uint64_t random, seed;
	struct plugh_output *output;
	struct plugh_json json;
	struct plugh_progress progress;
	uint64_t done; /* bytes */
};

/* ---- The command line ---- */

static int refuse(const struct job *job, const char *option, const char *kind, const char *text)
{
	return plugh_fail(
		job->host, PLUGH_EXIT_USAGE, "argument %s: invalid %s: '%s'", option, kind, text);
}

/* Digits only, any number of them. */
static bool read_number(const char *text, mpz_t ret_number)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && text[n] == '\0' && mpz_set_str(ret_number, text, 10) == 0;
}

static void choose_ends(struct job *job, bool are_words)
{
	const struct perms_args *args = job->args;
	struct lines_spec *lines = &job->lines;

	lines->separator = args->separator != NULL ? args->separator : are_words ? " " : "";
	lines->separator_size = strlen(lines->separator);
	lines->delimiter = args->null ? "" : args->delimiter != NULL ? args->delimiter : "\n";
	lines->delimiter_size = args->null ? 1 : strlen(lines->delimiter);
}

static int add_item(struct job *job, const char *text, bool are_words)
{
	if (job->args->words)
		return items_add_words(&job->items, text);
	if (are_words)
		return items_add_whole(&job->items, text);
	size_t valid = plugh_utf8_valid(text, strlen(text));
	if (text[valid] != '\0')
		return plugh_fail(job->host, PLUGH_EXIT_USAGE,
			"argument ITEM: not UTF-8 at offset %zu: with --words it is taken as it is",
			valid);
	return items_add_code_points(&job->items, text);
}

/* Returns 0, an exit status or -errno, which were reported. */
static int add_items(struct job *job)
{
	const struct perms_args *args = job->args;
	bool are_words = args->words || args->items.count > 1;
	int r = 0;

	choose_ends(job, are_words);
	for (size_t i = 0; i < args->items.count && r == 0; i++)
		r = add_item(job, args->items.item[i], are_words);
	if (r == 0)
		r = items_seal(&job->items);
	return r < 0 ? plugh_fail(job->host, r, "cannot hold the items") : r;
}

/* I/N: the ranks floor((I - 1) C / N) to floor(I C / N) - 1 of those that are left. */
static int take_shard(struct job *job)
{
	const char *text = job->args->shard;
	const char *slash = strchr(text, '/');
	char *left = slash != NULL ? strndup(text, (size_t)(slash - text)) : NULL;
	mpz_t i, n, end;
	int r = 0;

	if (slash != NULL && left == NULL)
		return plugh_fail(job->host, -ENOMEM, "cannot find the shard");
	mpz_inits(i, n, end, NULL);
	if (left == NULL || !read_number(left, i) || !read_number(slash + 1, n) ||
		mpz_sgn(i) == 0 || mpz_cmp(i, n) > 0) {
		r = refuse(job, "--shard", "shard (I/N, I from 1 to N)", text);
	} else {
		mpz_mul(end, job->count, i);
		mpz_fdiv_q(end, end, n);
		mpz_sub_ui(i, i, 1);
		mpz_mul(i, i, job->count);
		mpz_fdiv_q(i, i, n);
		mpz_add(job->from, job->from, i);
		mpz_sub(job->count, end, i);
	}
	mpz_clears(i, n, end, NULL);
	free(left);
	return r;
}

/* Which ranks are asked for. */
static int take_range(struct job *job)
{
	const struct perms_args *args = job->args;
	mpz_t number;
	int r = 0;

	mpz_init(number);
	mpz_set(job->count, job->total);
	if (args->start != NULL && !read_number(args->start, job->from))
		r = refuse(job, "--start", "rank", args->start);
	if (r == 0 && mpz_cmp(job->from, job->total) > 0)
		mpz_set(job->from, job->total);
	mpz_sub(job->count, job->total, job->from);
	if (r == 0 && args->limit != NULL && !read_number(args->limit, number))
		r = refuse(job, "--limit", "number", args->limit);
	if (r == 0 && args->limit != NULL && mpz_cmp(number, job->count) < 0)
		mpz_set(job->count, number);
	if (r == 0 && args->shard != NULL)
		r = take_shard(job);
	mpz_clear(number);
	return r;
}

static int take_seed(struct job *job)
{
	const struct perms_args *args = job->args;

	if (args->seed.count == 0) {
		if (getrandom(&job->seed, sizeof job->seed, 0) != (ssize_t)sizeof job->seed)
			return plugh_fail(job->host, -errno, "cannot get a seed");
		plugh_inform(job->host, "the seed is %" PRIu64, job->seed);
		return 0;
	}
	const char *text = args->seed.item[0];
	mpz_t seed;
	mpz_init(seed);
	bool is_seed = read_number(text, seed) && mpz_fits_ulong_p(seed);
	job->seed = is_seed ? mpz_get_ui(seed) : 0;
	mpz_clear(seed);
	if (!is_seed)
		return refuse(job, "--seed", "seed (0 to 18446744073709551615)", text);
	return 0;
}

static int take_random(struct job *job)
{
	const char *text = job->args->random;
	mpz_t number;
	int r = 0;

	if (text == NULL)
		return job->args->seed.count == 0 ? 0
						  : plugh_fail(job->host, PLUGH_EXIT_USAGE,
							    "argument --seed: needs --random");
	mpz_init(number);
	if (!read_number(text, number))
		r = refuse(job, "--random", "number", text);
	else if (mpz_cmp(number, job->total) > 0)
		r = plugh_fail(job->host, PLUGH_EXIT_FAILED,
			"--random %s: there are fewer arrangements", text);
	else if (!mpz_fits_ulong_p(number))
		r = plugh_fail(job->host, -ENOMEM, "cannot draw %s arrangements", text);
	else
		job->random = mpz_get_ui(number);
	mpz_clear(number);
	return r != 0 ? r : take_seed(job);
}

/* --start, --limit and --shard are of lists. */
static int check_together(const struct job *job)
{
	const struct perms_args *args = job->args;
	const char *range = args->start != NULL   ? "--start"
			    : args->limit != NULL ? "--limit"
			    : args->shard != NULL ? "--shard"
						  : NULL;
	const char *one = args->nth != NULL      ? "--nth"
			  : args->rank != NULL   ? "--rank"
			  : args->random != NULL ? "--random"
						 : NULL;

	if (range == NULL || one == NULL)
		return 0;
	return plugh_fail(job->host, PLUGH_EXIT_USAGE, "argument %s: not allowed with argument %s",
		range, one);
}

static int prepare(struct job *job)
{
	const struct perms_args *args = job->args;

	int r = check_together(job);
	if (r == 0)
		r = add_items(job);
	if (r != 0)
		return r;
	size_t length = job->items.count;
	if (args->length.count > 0) {
		if (args->length.item[0] < 0)
			return plugh_fail(job->host, PLUGH_EXIT_USAGE,
				"argument -r/--length: invalid length: %" PRId64,
				args->length.item[0]);
		/* One more than there are is as good as any number above. */
		uint64_t wanted = (uint64_t)args->length.item[0];
		length = wanted <= job->items.count ? (size_t)wanted : job->items.count + 1;
	}
	r = order_init(&job->order, &job->items, length, args->distinct);
	if (r < 0)
		return plugh_fail(job->host, r, "cannot hold the items");
	order_count(&job->order, job->total);
	r = take_range(job);
	return r == 0 ? take_random(job) : r;
}

/* ---- Printing ---- */

static int write_output(void *ctx, const void *bytes, size_t n)
{
	struct job *job = (struct job *)ctx;

	job->done += n;
	plugh_progress_update(&job->progress, job->done);
	return plugh_output_write(job->output, bytes, n);
}

/* The arrangement as JSON has it: the text without the delimiter, and the items. */
static int print_json(struct job *job, const uint32_t *at)
{
	struct plugh_buf text = { 0 };
	struct plugh_json *json = &job->json;
	const struct item *item = job->items.item;

	for (size_t k = 0; k < job->order.r; k++) {
		if (k > 0)
			plugh_buf_append(&text, job->lines.separator, job->lines.separator_size);
		plugh_buf_append(&text, item[at[k]].bytes, item[at[k]].size);
	}
	if (text.error != 0) {
		plugh_buf_release(&text);
		return plugh_fail(job->host, -ENOMEM, "cannot print an arrangement");
	}
	plugh_json_begin_object(json, NULL);
	plugh_json_bytes(json, "text", plugh_buf_text(&text), text.size);
	plugh_json_begin_array(json, "items");
	for (size_t k = 0; k < job->order.r; k++)
		plugh_json_bytes(json, NULL, item[at[k]].bytes, item[at[k]].size);
	plugh_json_end(json);
	plugh_json_end(json);
	plugh_buf_release(&text);
	return plugh_json_newline(json);
}

static int print_one(struct job *job, const uint32_t *at)
{
	return job->args->json ? print_json(job, at)
			       : lines_print_one(&job->lines, &job->order, at);
}

/* A number of any size: in JSON as text, since it may have more digits than a reader's numbers. */
static int print_number(struct job *job, const char *key, const mpz_t number)
{
	char *text = mpz_get_str(NULL, 10, number);
	int r;

	if (job->args->json) {
		plugh_json_begin_object(&job->json, NULL);
		plugh_json_text(&job->json, key, text);
		plugh_json_end(&job->json);
		r = plugh_json_newline(&job->json);
	} else {
		plugh_output_write(job->output, text, strlen(text));
		r = plugh_output_write(
			job->output, job->lines.delimiter, job->lines.delimiter_size);
	}
	free(text);
	return r;
}

static int print_all(struct job *job, uint32_t *at)
{
	const struct perms_args *args = job->args;

	if (!args->json)
		return lines_print(&job->lines, &job->items, job->order.r, args->distinct,
			job->from, job->count);
	if (mpz_sgn(job->count) == 0)
		return 0;
	order_unrank(&job->order, job->from, at);
	for (;;) {
		int r = print_json(job, at);
		mpz_sub_ui(job->count, job->count, 1);
		if (r < 0 || mpz_sgn(job->count) == 0)
			return r;
		order_next(&job->order, at);
	}
}

static int print_nth(struct job *job, uint32_t *at)
{
	const char *text = job->args->nth;
	mpz_t rank;
	int r;

	mpz_init(rank);
	if (!read_number(text, rank)) {
		r = refuse(job, "--nth", "rank", text);
	} else if (mpz_cmp(rank, job->total) >= 0) {
		char *total = mpz_get_str(NULL, 10, job->total);
		r = plugh_fail(job->host, PLUGH_EXIT_FAILED,
			"--nth %s: there are %s arrangements, and ranks begin at 0", text, total);
		free(total);
	} else {
		order_unrank(&job->order, rank, at);
		r = print_one(job, at);
	}
	mpz_clear(rank);
	return r;
}

static int print_rank(struct job *job, uint32_t *at)
{
	const char *text = job->args->rank;
	mpz_t rank;

	int r = mpz_sgn(job->total) > 0 ? lines_parse(&job->lines, &job->order, text, at) : -EINVAL;
	if (r == -EINVAL)
		return plugh_fail(job->host, PLUGH_EXIT_FAILED,
			"'%s' is no arrangement of %" PRId64 " of these items", text,
			job->args->length.count > 0 ? job->args->length.item[0]
						    : (int64_t)job->order.r);
	if (r == -E2BIG)
		return plugh_fail(job->host, PLUGH_EXIT_FAILED,
			"'%s' can be read in too many ways: give a separator", text);
	if (r < 0)
		return plugh_fail(job->host, r, "cannot read '%s'", text);
	mpz_init(rank);
	order_rank(&job->order, at, rank);
	r = print_number(job, "rank", rank);
	mpz_clear(rank);
	return r;
}

static int print_random(struct job *job, uint32_t *at)
{
	struct draw_generator generator;
	struct draw draw;
	mpz_t rank;

	draw_seed(&generator, job->seed);
	int r = draw_create(&generator, job->total, job->random, &draw);
	if (r < 0)
		return plugh_fail(
			job->host, r, "cannot draw %" PRIu64 " arrangements", job->random);
	mpz_init(rank);
	for (size_t i = 0; i < draw.count && r == 0; i++) {
		draw_get(&draw, i, rank);
		order_unrank(&job->order, rank, at);
		r = print_one(job, at);
	}
	mpz_clear(rank);
	draw_release(&draw);
	return r;
}

static int print(struct job *job)
{
	const struct perms_args *args = job->args;

	if (args->count)
		return print_number(job, "count", job->count);
	uint32_t *at = (uint32_t *)calloc(job->order.r + 1, sizeof *at);
	if (at == NULL)
		return plugh_fail(job->host, -ENOMEM, "cannot hold an arrangement");
	int r = args->nth != NULL      ? print_nth(job, at)
		: args->rank != NULL   ? print_rank(job, at)
		: args->random != NULL ? print_random(job, at)
				       : print_all(job, at);
	free(at);
	return r;
}

static int perms_run(const struct plugh_host *host, const struct perms_args *args)
{
	struct job job = { .host = host, .args = args };

	job.lines.write = write_output;
	job.lines.ctx = &job;
	mpz_inits(job.total, job.from, job.count, NULL);
	int r = prepare(&job);
	if (r == 0)
		r = plugh_output_open(host, args->output, &job.output);
	if (r == 0) {
		job.json.sink = plugh_output_sink(job.output);
		plugh_progress_begin(&job.progress, host, "permutations", 0);
		r = print(&job);
		plugh_progress_end(&job.progress);
		/* What ends with an error leaves no output. */
		int closed = plugh_output_close(job.output, r > 0 ? -ECANCELED : r);
		r = r > 0 ? r : closed;
	}
	mpz_clears(job.total, job.from, job.count, NULL);
	order_release(&job.order);
	items_release(&job.items);
	return r;
}

/* clang-format off */
PLUGH_PLUGIN(perms, struct perms_args, perms_run,
	PLUGH_ABOUT("print permutations, in the order of Python's itertools", .version = "0.1.0"),
	PLUGH_GROUP("what is arranged",
		PLUGH_OPT(length, "-r --length", "items in an arrangement (default: all)", .metavar = "R", .nargs = "1"),
		PLUGH_OPT(words, "--words", "split each ITEM at blanks; each word is an item"),
		PLUGH_OPT(distinct, "--distinct", "print each arrangement once that equal items make several times")),
	PLUGH_GROUP("which of them",
		PLUGH_OPT(start, "--start", "begin at this rank; ranks count from 0", .metavar = "RANK"),
		PLUGH_OPT(limit, "--limit", "print at most N", .metavar = "N"),
		PLUGH_OPT(shard, "--shard", "print the Ith of N equal parts, I from 1: the parts one behind the other are the whole",
			.metavar = "I/N"),
		PLUGH_ONE_OF(
			PLUGH_OPT(nth, "--nth", "print the one of rank K", .metavar = "K"),
			PLUGH_OPT(rank, "--rank", "print the rank of P, an arrangement written as it would be printed; of equal ones the "
				"lowest", .metavar = "P"),
			PLUGH_OPT(count, "--count", "print how many there are, of those that --start, --limit and --shard leave"),
			PLUGH_OPT(random, "--random", "print N different ones, drawn at random", .metavar = "N")),
		PLUGH_OPT(seed, "--seed", "draw the same ones for the same S, on every machine; without it -v tells the seed",
			.metavar = "S", .nargs = "1")),
	PLUGH_GROUP("how they are printed",
		PLUGH_OPT(separator, "--separator", "between items (default: nothing between characters, a blank between words)",
			.metavar = "SEP"),
		PLUGH_ONE_OF(
			PLUGH_OPT(delimiter, "--delimiter", "behind each arrangement (default: a newline)", .metavar = "D"),
			PLUGH_OPT(null, "-z --null", "NUL behind each arrangement")),
		PLUGH_OPT(json, "--json", "an object a line: text, and items, an array; numbers as text, since they may be long"),
		PLUGH_OPT(output, "-o --output", "write to OUT", .metavar = "OUT", .access = PLUGH_WRITE)),
	PLUGH_OPT(items, "item", "one: its characters (UTF-8) are the items; several: each is an item", .metavar = "ITEM",
		.nargs = "+"),
	PLUGH_STATUS(0, "done; nothing to print is not an error"),
	PLUGH_STATUS(1, "no such rank, no such arrangement, or the output could not be written"),
	PLUGH_EXAMPLE("plugh perms abc", "the six arrangements of three letters"),
	PLUGH_EXAMPLE("plugh perms -r 2 --separator , red green blue", "ordered pairs of words"),
	PLUGH_EXAMPLE("plugh perms --distinct --count mississippi", "34650"),
	PLUGH_EXAMPLE("plugh perms --shard 3/8 abcdefghijkl -o part3", "one of eight parts of a large list"),
	PLUGH_EXAMPLE("plugh perms --shard $SLURM_ARRAY_TASK_ID/8 abcdefghijkl",
		"a task of a job array of Slurm: sbatch --array=1-8"),
	PLUGH_EXAMPLE("plugh perms --random 5 --seed 1 abcdefghij", "five at random, the same ones each time"));
/* clang-format on */
