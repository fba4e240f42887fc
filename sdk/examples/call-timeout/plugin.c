/* call_timeout - call a function with a time limit: its result, or a value in its place.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <plugh/sdk.h>

enum { LIMIT = 4, ANSWER = 42 }; /* seconds, and what the function returns */

struct call_timeout_args {
	plugh_duration second;
};

struct count {
	int steps;
	plugh_duration second;
};

static void wait_half(plugh_duration second)
{
	int64_t half = second.ns / 2;
	struct timespec left = { .tv_sec = half / 1000000000, .tv_nsec = half % 1000000000 };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* Runs in a process of its own: prints 0, 1, 2 ... in the middle of each second. */
static int count(const struct plugh_host *host, void *arg, struct plugh_buf *result)
{
	const struct count *count = (const struct count *)arg;
	const int answer = ANSWER;

	for (int i = 0; i < count->steps; i++) {
		wait_half(count->second);
		int r = plugh_print(host, "%d\n", i);
		if (r < 0)
			return r;
		wait_half(count->second);
	}
	return plugh_buf_append(result, &answer, sizeof answer);
}

static int show(const struct plugh_host *host, const struct plugh_call_result *result)
{
	int answer;

	if (result->value == NULL)
		return plugh_print(host, "None\n");
	memcpy(&answer, result->value, sizeof answer);
	return plugh_print(host, "%d\n", answer);
}

static int call(const struct plugh_host *host, int steps, plugh_duration second)
{
	struct count arg = { .steps = steps, .second = second };
	struct plugh_call spec = {
		.run = count, .arg = &arg, .timeout = { LIMIT * second.ns }, .fallback = NULL
	};
	struct plugh_call_result result;

	int r = plugh_call_with_timeout(host, &spec, &result);
	if (r == 0)
		r = show(host, &result);
	else
		plugh_fail(host, r, "cannot call the function");
	plugh_call_result_release(&result);
	return r;
}

static int call_timeout_run(const struct plugh_host *host, const struct call_timeout_args *args)
{
	if (args->second.ns > PLUGH_FOREVER / LIMIT)
		return plugh_fail(host, PLUGH_EXIT_USAGE, "argument --second: too long");
	int r = call(host, 2, args->second);
	return r == 0 ? call(host, 6, args->second) : r;
}

/* clang-format off */
PLUGH_PLUGIN(call_timeout, struct call_timeout_args, call_timeout_run,
	PLUGH_ABOUT("call a function with a time limit", .version = "1.0.0"),
	PLUGH_OPT(second, "--second", "how long a second takes (default: %(default)s)", .default_ = "1s"));
