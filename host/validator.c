/* The order of the validator's tests, and what their children's ends mean.
 *
 * SPDX-License-Identifier: MIT */
#include "validator.h"

#include <errno.h>
#include <string.h>

#include "validator_internal.h"

#define AFTER(test) (1u << (VALIDATOR_##test))

static const struct test {
	const char *name;
	unsigned after; /* not tried where one of these has not passed */
	int (*run)(void *subject, struct trial *trial, struct reason *why);
} tests[VALIDATOR_TESTS] = {
	[VALIDATOR_MANIFEST] = { "manifest", 0, validator_try_manifest },
	[VALIDATOR_EXPORTS] = { "exports", AFTER(MANIFEST), validator_try_exports },
	[VALIDATOR_SYMBOLS] = { "symbols", AFTER(MANIFEST), validator_try_symbols },
	[VALIDATOR_RUNPATH] = { "runpath", AFTER(MANIFEST), validator_try_runpath },
	[VALIDATOR_STACK] = { "stack", AFTER(MANIFEST), validator_try_stack },
	[VALIDATOR_OPTIONS] = { "options", AFTER(MANIFEST), validator_try_options },
	[VALIDATOR_ENVIRONMENT] = { "environment", AFTER(MANIFEST), validator_try_environment },
	[VALIDATOR_HELP] = { "help", AFTER(MANIFEST) | AFTER(OPTIONS), validator_try_help },
	[VALIDATOR_CONSTRUCTORS] = { "constructors", AFTER(MANIFEST) | AFTER(SYMBOLS),
		validator_try_constructors },
	[VALIDATOR_LOAD] = { "load", AFTER(MANIFEST) | AFTER(SYMBOLS) | AFTER(CONSTRUCTORS),
		validator_try_load },
	[VALIDATOR_RUN] = { "run", AFTER(LOAD) | AFTER(OPTIONS), validator_try_run },
	[VALIDATOR_DESCRIPTORS] = { "descriptors", AFTER(RUN), NULL },
	[VALIDATOR_THREADS] = { "threads", AFTER(RUN), NULL },
	[VALIDATOR_MEMORY] = { "memory", AFTER(RUN), NULL },
};

static void set(struct validator *validator, enum validator_test test, enum validator_status status,
	const char *text)
{
	struct validator_row *row = &validator->row[test];

	/* Of several commands the first that fails is told. */
	if (row->status == VALIDATOR_FAILED)
		return;
	validator->failed += status == VALIDATOR_FAILED;
	row->status = status;
	reason_set(&row->text, 0, "%s", text);
}

/* Skips the test where one that it stands on has not passed. */
static bool is_possible(struct validator *validator, enum validator_test test)
{
	struct reason why;

	if (validator->is_cancelled) {
		set(validator, test, VALIDATOR_SKIPPED, "ended by you");
		return false;
	}
	for (unsigned i = 0; i < VALIDATOR_TESTS; i++) {
		const struct validator_row *row = &validator->row[i];
		if ((tests[test].after & (1u << i)) == 0 || row->status == VALIDATOR_PASSED)
			continue;
		reason_set(&why, 0, "not tried, since '%s' %s", tests[i].name,
			row->status == VALIDATOR_FAILED ? "failed" : "was skipped");
		set(validator, test, VALIDATOR_SKIPPED, why.text);
		return false;
	}
	return true;
}

static int try(const struct validator_subject *subject, enum validator_test test,
	struct validator *validator, struct trial_result *ret_result)
{
	int r = trial_run(
		&(struct trial_spec){
			.run = tests[test].run,
			.ctx = (void *)subject, /* the child has a copy of its own */
			.limit_ms = VALIDATOR_LIMIT_MS,
			.cancel_fd = subject->spec->cancel_fd,
		},
		ret_result);
	validator->is_cancelled |= ret_result->end == TRIAL_CANCELLED;
	return r;
}

static void judge_return(
	struct validator *validator, enum validator_test test, struct trial_result *result)
{
	if (result->r < 0 && result->why.text[0] == '\0')
		reason_set(&result->why, 0, "%s", strerror(-result->r));
	set(validator, test,
		result->r < 0                 ? VALIDATOR_FAILED
		: result->r == VALIDATOR_SKIP ? VALIDATOR_SKIPPED
					      : VALIDATOR_PASSED,
		result->r == 0 ? "" : result->why.text);
}

/* ---- What code leaves behind ---- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* Between the first two marks. `who`: "run() of 'hello'". */
static void judge_descriptors(struct validator *validator, enum validator_test test,
	const struct trial_result *result, const char *who)
{
	const struct trial_mark *mark = result->mark;
	struct reason why;

	if (mark[1].descriptors <= mark[0].descriptors) {
		set(validator, test, VALIDATOR_PASSED, "");
		return;
	}
	size_t count = mark[1].descriptors - mark[0].descriptors;
	reason_set(&why, 0, "%s leaves %zu descriptor%s open", who, count, plural(count));
	set(validator, test, VALIDATOR_FAILED, why.text);
}

static void judge_threads(struct validator *validator, enum validator_test test,
	const struct trial_result *result, const char *who)
{
	const struct trial_mark *mark = result->mark;
	struct reason why;

	if (result->leaves_process) {
		reason_set(&why, 0, "%s leaves a process behind", who);
		set(validator, test, VALIDATOR_FAILED, why.text);
	}
	if (mark[1].threads <= mark[0].threads) {
		set(validator, test, VALIDATOR_PASSED, "");
		return;
	}
	size_t count = mark[1].threads - mark[0].threads;
	reason_set(&why, 0, "%s leaves %zu thread%s behind", who, count, plural(count));
	set(validator, test, VALIDATOR_FAILED, why.text);
}

/* The least growth from one mark to the next, where each run has one. The first runs fill caches;
 * what grows with each later one is lost. */
static void find_growth(const struct trial_result *result, uint64_t *ret_bytes, uint64_t *ret_pages)
{
	*ret_bytes = UINT64_MAX;
	*ret_pages = UINT64_MAX;
	for (size_t i = 2; i + 1 < VALIDATOR_MARKS; i++) {
		const struct trial_mark *one = &result->mark[i], *next = one + 1;
		uint64_t bytes = next->memory > one->memory ? next->memory - one->memory : 0;
		uint64_t pages = next->pages > one->pages ? next->pages - one->pages : 0;
		*ret_bytes = bytes < *ret_bytes ? bytes : *ret_bytes;
		*ret_pages = pages < *ret_pages ? pages : *ret_pages;
	}
}

static void judge_memory(
	struct validator *validator, const struct trial_result *result, const char *who)
{
	enum validator_status status = VALIDATOR_PASSED;
	struct reason why = { "" };
	uint64_t bytes, pages;

	find_growth(result, &bytes, &pages);
	if (result->marks < VALIDATOR_MARKS) {
		status = VALIDATOR_SKIPPED;
		reason_set(&why, 0, "%s cannot be called again in one process: it %s", who,
			result->end == TRIAL_RETURNED ? "fails" : result->why.text);
	} else if (result->mark[0].memory == 0) {
		/* Pages say nothing either: a sanitizer keeps what is freed. */
		status = VALIDATOR_SKIPPED;
		reason_set(&why, 0, "the allocator does not tell what is in use");
	} else if (bytes > 0) {
		status = VALIDATOR_FAILED;
		reason_set(
			&why, 0, "%s loses %llu bytes each time", who, (unsigned long long)bytes);
	} else if (pages > 0) {
		status = VALIDATOR_FAILED;
		reason_set(&why, 0, "%s loses %llu mapped pages each time", who,
			(unsigned long long)pages);
	}
	set(validator, VALIDATOR_MEMORY, status, why.text);
}

static void judge_constructors(struct validator *validator, const struct trial_result *result)
{
	struct reason why;

	if (result->marks < 2 || result->r != 0)
		return;
	judge_descriptors(validator, VALIDATOR_CONSTRUCTORS, result, "loading it");
	judge_threads(validator, VALIDATOR_CONSTRUCTORS, result, "loading it");
	if (result->said[0] == '\0')
		return;
	reason_set(&why, 0, "loading it writes '%s'", result->said);
	set(validator, VALIDATOR_CONSTRUCTORS, VALIDATOR_FAILED, why.text);
}

/* ---- The tests in turn ---- */

static int try_plain(const struct validator_subject *subject, enum validator_test test,
	struct validator *validator)
{
	struct trial_result result;

	if (!is_possible(validator, test))
		return 0;
	int r = try(subject, test, validator, &result);
	if (r < 0)
		return r;
	if (result.end == TRIAL_CANCELLED)
		set(validator, test, VALIDATOR_SKIPPED, result.why.text);
	else if (result.end != TRIAL_RETURNED)
		set(validator, test, VALIDATOR_FAILED, result.why.text);
	else
		judge_return(validator, test, &result);
	if (test == VALIDATOR_CONSTRUCTORS)
		judge_constructors(validator, &result);
	return 0;
}

/* One command's run(). Returns 1 when it could be run, 0, or -errno. */
static int try_command(struct validator_subject *subject, const struct manifest_command *command,
	struct validator *validator, struct reason *ret_skipped)
{
	struct trial_result result;
	char who[MANIFEST_NAME_SIZE + sizeof "run() of ''"];
	struct reason why;

	subject->command = command;
	int r = try(subject, VALIDATOR_RUN, validator, &result);
	if (r < 0)
		return r;
	if (result.end == TRIAL_RETURNED && result.r == VALIDATOR_SKIP) {
		*ret_skipped = result.why;
		return 0;
	}
	reason_set(&why, 0, "run() of '%s'", command->head->names);
	memcpy(who, why.text, strnlen(why.text, sizeof who - 1) + 1);
	bool is_slow = result.end == TRIAL_TIMED_OUT || result.end == TRIAL_CANCELLED;
	if (result.marks < 2 && is_slow) {
		reason_set(ret_skipped, 0, "%s %s", who, result.why.text);
		return 0;
	}
	if (result.marks < 2 && result.end != TRIAL_RETURNED) {
		reason_set(&why, 0, "%s %s", who, result.why.text);
		set(validator, VALIDATOR_RUN, VALIDATOR_FAILED, why.text);
		return 1;
	}
	if (result.marks < 2) {
		judge_return(validator, VALIDATOR_RUN, &result);
		return 1;
	}
	set(validator, VALIDATOR_RUN, VALIDATOR_PASSED, "");
	judge_descriptors(validator, VALIDATOR_DESCRIPTORS, &result, who);
	judge_threads(validator, VALIDATOR_THREADS, &result, who);
	judge_memory(validator, &result, who);
	return 1;
}

static int try_commands(struct validator_subject *subject, struct validator *validator)
{
	const struct manifest *manifest = subject->manifest;
	struct reason skipped = { "" };
	int tried = 0;

	if (!is_possible(validator, VALIDATOR_RUN))
		return 0;
	size_t count = manifest->command_count;
	for (size_t i = 0; i < (count > 0 ? count : 1); i++) {
		int r = try_command(subject, count > 0 ? &manifest->command[i] : &manifest->root,
			validator, &skipped);
		if (r < 0)
			return r;
		tried += r;
	}
	if (tried == 0)
		set(validator, VALIDATOR_RUN, VALIDATOR_SKIPPED, skipped.text);
	return 0;
}

int validator_run(const struct validator_spec *spec, struct validator *ret_validator)
{
	struct validator_subject subject = { .spec = spec };
	struct reason why = { "" };

	*ret_validator = (struct validator){ .failed = 0 };
	int r = try_plain(&subject, VALIDATOR_MANIFEST, ret_validator);
	if (r == 0 && ret_validator->failed == 0 && !ret_validator->is_cancelled)
		r = manifest_read(spec->fd, &ret_validator->manifest, &why);
	subject.manifest = ret_validator->manifest;
	for (unsigned i = VALIDATOR_EXPORTS; r == 0 && i < VALIDATOR_RUN; i++)
		r = try_plain(&subject, (enum validator_test)i, ret_validator);
	if (r == 0)
		r = try_commands(&subject, ret_validator);
	for (unsigned i = VALIDATOR_DESCRIPTORS; r == 0 && i < VALIDATOR_TESTS; i++)
		is_possible(ret_validator, (enum validator_test)i);
	if (r < 0)
		validator_release(ret_validator);
	return r;
}

const char *validator_test_name(enum validator_test test)
{
	return tests[test].name;
}

const char *validator_status_name(enum validator_status status)
{
	static const char *const name[] = { "passed", "failed", "skipped" };

	return name[status];
}

enum validator_test validator_first_failed(const struct validator *validator)
{
	unsigned i = 0;

	while (i < VALIDATOR_TESTS && validator->row[i].status != VALIDATOR_FAILED)
		i++;
	return (enum validator_test)i;
}

void validator_release(struct validator *validator)
{
	manifest_destroy(validator->manifest);
	validator->manifest = NULL;
}
