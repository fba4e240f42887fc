/* scope - work that fails, and whose results are saved all the same.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>

#include <plugh/sdk.h>

struct scope_args {
	const char *out;
	int steps, fail_at;
};

struct results {
	const struct plugh_host *host;
	const char *path;
	struct plugh_buf text;
};

static int begin(void *arg)
{
	const struct results *results = (const struct results *)arg;

	return plugh_print(results->host, "In enter\n");
}

static int write_results(const struct plugh_host *host, const struct results *results)
{
	struct plugh_output *output;

	int r = plugh_output_open(host, results->path, &output);
	if (r < 0)
		return r;
	plugh_output_write(output, plugh_buf_text(&results->text), results->text.size);
	return plugh_output_close(output, 0);
}

/* Save what there is, however the work has ended, also by Ctrl-C. */
static int save(void *arg, int r)
{
	struct results *results = (struct results *)arg;
	struct plugh_host host;

	(void)r;
	plugh_print(results->host, "In exit\n");
	plugh_host_without_cancel(results->host, &host);
	int saved = results->path != NULL ? write_results(&host, results) : 0;
	plugh_buf_release(&results->text);
	return saved;
}

static int work(const struct scope_args *args, struct results *results)
{
	plugh_print(results->host, "Inside scope\n");
	for (int i = 1; i <= args->steps; i++) {
		if (i == args->fail_at)
			return -EDOM;
		int r = plugh_buf_appendf(&results->text, "step %d\n", i);
		if (r < 0)
			return r;
	}
	return 0;
}

static int scope_run(const struct plugh_host *host, const struct scope_args *args)
{
	struct results results = { .host = host, .path = args->out };
	struct plugh_scope scope = { .host = host };

	int r = plugh_scope_enter(
		&scope, &(struct plugh_context){ .enter = begin, .exit = save, .arg = &results });
	if (r < 0)
		return r;
	int worked = work(args, &results);
	r = plugh_scope_exit(&scope, worked);
	/* That it could not be saved has been told. */
	if (r >= 0 || r != worked)
		return r;
	/* What was printed stands before the error, also where both go to one file. */
	host->flush(host->ctx);
	return plugh_fail(host, r, "cannot do step %d", args->fail_at);
}

/* clang-format off */
PLUGH_PLUGIN(scope, struct scope_args, scope_run,
	PLUGH_ABOUT("do work that fails, and save its results", .version = "1.0.0"),
	PLUGH_OPT(steps, "--steps", "how many there are (default: %(default)s)", .default_ = "3"),
	PLUGH_OPT(fail_at, "--fail-at", "the step that fails; 0: none (default: %(default)s)", .default_ = "3"),
	PLUGH_OPT(out, "-o --output", "where the results are saved", .access = PLUGH_WRITE));
