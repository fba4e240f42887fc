/* SPDX-License-Identifier: MIT */
/* How long a parse of 20 arguments against 30 options takes: this parser's, glibc's argp, and
 * popt's where it is installed, in one process. argparse_python.py measures CPython's argparse on
 * the same. */

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef HAVE_POPT
#include <popt.h>
#endif

#include <plugh/argparse.h>

enum {
	OPTIONS = 30,
	ROUNDS = 20000,
	REPEATS = 7,
};

static const char *const names[OPTIONS] = { "alpha", "beta", "gamma", "delta", "epsilon", "zeta",
	"eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho",
	"sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "north", "east", "south", "west",
	"inner", "outer" };

/* Every third option is a flag, every third an int, the others are strings. */
enum kind {
	FLAG,
	INT,
	STRING,
};

static enum kind kind_of(size_t i)
{
	return (enum kind)(i % 3);
}

static char *words[] = { "bench", "--alpha", "--beta=5", "--gamma", "text", "--delta", "--epsilon",
	"12", "--zeta=abc", "--eta", "--theta=-7", "--iota", "value", "--kappa", "--lambda", "99",
	"--mu=x", "--nu", "--xi", "3", "file" };

#define WORDS (sizeof words / sizeof *words - 1)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* The best of some repeats, in microseconds a parse. */
static double measure(int (*parse)(void *ctx), void *ctx)
{
	double best = 1e9;

	for (int i = 0; i < REPEATS; i++) {
		double start = now();
		for (int j = 0; j < ROUNDS; j++)
			if (parse(ctx) != 0)
				return -1;
		double each = (now() - start) / ROUNDS;
		best = each < best ? each : best;
	}
	return best;
}

/* ---- This parser ---- */

static struct plugh_parser *declare(void)
{
	struct plugh_parser *parser = NULL;

	int r = plugh_parser_create(&(struct plugh_parser_spec){ .prog = "bench" }, &parser);
	for (size_t i = 0; r == 0 && i < OPTIONS; i++) {
		char name[32];
		snprintf(name, sizeof name, "--%s", names[i]);
		r = plugh_parser_add_argument(parser,
			&(struct plugh_argument_spec){ .names = PLUGH_NAMES(name),
				.action = kind_of(i) == FLAG ? PLUGH_ACTION_STORE_TRUE
							     : PLUGH_ACTION_STORE,
				.type = kind_of(i) == INT ? &plugh_type_int : NULL },
			NULL);
	}
	if (r == 0)
		r = plugh_parser_add_argument(parser,
			&(struct plugh_argument_spec){ .names = PLUGH_NAMES("file"), .nargs = "*" },
			NULL);
	return r == 0 ? parser : NULL;
}

static int parse_plugh(void *ctx)
{
	struct plugh_outcome *outcome = NULL;

	int r = plugh_parser_parse(ctx, WORDS, words + 1, &outcome);
	if (r == 0 && plugh_outcome_kind(outcome) != PLUGH_OUTCOME_PARSED)
		r = -1;
	plugh_outcome_destroy(outcome);
	return r;
}

static int declare_and_parse_plugh(void *ctx)
{
	struct plugh_parser *parser = declare();

	(void)ctx;
	int r = parser ? parse_plugh(parser) : -1;
	plugh_parser_destroy(parser);
	return r;
}

/* ---- argp ---- */

struct results {
	bool flag[OPTIONS];
	long integer[OPTIONS];
	char *text[OPTIONS];
	char *file;
};

static error_t take_argp(int key, char *arg, struct argp_state *state)
{
	struct results *results = state->input;

	if (key == ARGP_KEY_ARG) {
		results->file = arg;
		return 0;
	}
	if (key < 1000 || key >= 1000 + OPTIONS)
		return ARGP_ERR_UNKNOWN;

	size_t i = (size_t)(key - 1000);
	if (kind_of(i) == FLAG)
		results->flag[i] = true;
	else if (kind_of(i) == INT)
		results->integer[i] = strtol(arg, NULL, 10);
	else
		results->text[i] = arg;
	return 0;
}

static int parse_argp(void *ctx)
{
	struct results results = { 0 };
	char *copy[WORDS + 1]; /* argp reorders */

	memcpy(copy, words, sizeof copy);
	return argp_parse(ctx, WORDS + 1, copy, ARGP_NO_EXIT | ARGP_SILENT, NULL, &results);
}

static void bench_argp(void)
{
	struct argp_option option[OPTIONS + 1] = { 0 };
	struct argp argp = { .options = option, .parser = take_argp };

	for (size_t i = 0; i < OPTIONS; i++) {
		option[i].name = names[i];
		option[i].key = 1000 + (int)i;
		option[i].arg = kind_of(i) == FLAG ? NULL : "X";
	}
	printf("argp (glibc)                      %8.2f us\n", measure(parse_argp, &argp));
}

/* ---- popt ---- */

#ifdef HAVE_POPT
static int parse_popt(void *ctx)
{
	const char *copy[WORDS + 2] = { NULL };

	for (size_t i = 0; i <= WORDS; i++)
		copy[i] = words[i];
	poptContext context = poptGetContext("bench", WORDS + 1, copy, ctx, 0);
	int r = poptGetNextOpt(context);
	const char **files = poptGetArgs(context);
	int has_file = files && files[0];
	poptFreeContext(context);
	return r == -1 && has_file ? 0 : -1;
}

static void bench_popt(void)
{
	static int flag[OPTIONS];
	static int integer[OPTIONS];
	static char *text[OPTIONS];
	struct poptOption option[OPTIONS + 1] = { 0 };

	for (size_t i = 0; i < OPTIONS; i++) {
		option[i].longName = names[i];
		option[i].argInfo = kind_of(i) == FLAG  ? POPT_ARG_NONE
				    : kind_of(i) == INT ? POPT_ARG_INT
							: POPT_ARG_STRING;
		option[i].arg = kind_of(i) == FLAG  ? (void *)&flag[i]
				: kind_of(i) == INT ? (void *)&integer[i]
						    : (void *)&text[i];
	}
	printf("popt                              %8.2f us\n", measure(parse_popt, option));
	for (size_t i = 0; i < OPTIONS; i++)
		free(text[i]);
}
#else
static void bench_popt(void)
{
	printf("popt                              not installed\n");
}
#endif

int main(int argc, char **argv)
{
	struct plugh_parser *parser = declare();
	double limit = argc > 1 ? strtod(argv[1], NULL) : 0;

	if (!parser)
		return 1;
	double each = measure(parse_plugh, parser);
	printf("%zu arguments against %d options, the best of %d times %d\n", WORDS, OPTIONS,
		REPEATS, ROUNDS);
	printf("plugh                             %8.2f us\n", each);
	printf("plugh, declaring the parser too   %8.2f us\n",
		measure(declare_and_parse_plugh, NULL));
	bench_argp();
	bench_popt();
	plugh_parser_destroy(parser);
	if (each < 0 || (limit > 0 && each > limit)) {
		printf("FAIL: more than %.0f us\n", limit);
		return 1;
	}
	return 0;
}
