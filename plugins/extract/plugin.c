/* extract - print the text between a prefix and a suffix.
 *
 * What is here: the arguments, the table, the messages and the printing. The finding is match.c's.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "match.h"
#include "pattern.h"
#include "source.h"

/* Digits of a 64-bit number and a colon. */
enum { NUMBER_ROOM = 21 };

struct extract_args {
	const char *prefix;
	const char *suffix;
	bool all;
	plugh_ints nth; /* one or none, so that 0 can be told from none */
	bool nested;
	bool regex;
	bool ignore_case;
	bool with_delimiters;
	plugh_size max_match;
	bool count;
	bool with_filename;
	bool line_number;
	bool byte_offset;
	bool null;
	bool json;
	const char *output;
	plugh_paths files;
};

enum { TINY_FILE = 4 * 1024, SMALL_FILE = 32 * 1024 };

/* One run of the command. */
struct job {
	const struct plugh_host *host;
	const struct extract_args *args;
	struct match_options options;
	struct plugh_output *output;
	struct plugh_json json;
	bool names_files; /* each line begins with the file's name */
	bool adds_ends;   /* each text is ended by a newline or NUL */

	/* The file in work. */
	const char *file;
	struct match match;
	bool has_begun; /* something of it was handed over */

	/* How it went so far. */
	bool has_found;
	bool has_printed;
	bool is_broken; /* what was printed ends in the middle of a file */
	int status;     /* of failures: the highest */
};

static char end_of_line(const struct job *job)
{
	return job->args->null ? '\0' : '\n';
}

/* "12:", for lines and offsets. There may be millions of them, for which printf is slow. */
static size_t format_number(char ret_text[NUMBER_ROOM], uint64_t number)
{
	char digits[NUMBER_ROOM];
	size_t at = sizeof digits;

	digits[--at] = ':';
	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	memcpy(ret_text, digits + at, sizeof digits - at);
	return sizeof digits - at;
}

static int print_place(struct job *job, const struct match *match)
{
	char text[2 * NUMBER_ROOM];
	size_t n = 0;

	if (job->names_files) {
		plugh_output_write(job->output, job->file, strlen(job->file));
		plugh_output_write(job->output, ":", 1);
	}
	if (job->args->line_number)
		n += format_number(text + n, match->line);
	if (job->args->byte_offset)
		n += format_number(text + n, match->offset);
	/* A failed write sticks, and the last one tells of it. */
	return plugh_output_write(job->output, text, n);
}

static int begin_text(void *ctx, const struct match *match)
{
	struct job *job = ctx;

	job->has_begun = job->has_printed = true;
	return print_place(job, match);
}

static int print_bytes(void *ctx, const char *bytes, size_t n)
{
	struct job *job = ctx;

	return plugh_output_write(job->output, bytes, n);
}

static int end_text(void *ctx)
{
	struct job *job = ctx;
	char end = end_of_line(job);

	return job->adds_ends ? plugh_output_write(job->output, &end, 1) : 0;
}

static int begin_json(void *ctx, const struct match *match)
{
	struct job *job = ctx;

	job->has_begun = job->has_printed = true;
	job->match = *match;
	return 0;
}

static int print_json(void *ctx, const char *bytes, size_t n)
{
	struct job *job = ctx;
	struct plugh_json *json = &job->json;

	plugh_json_begin_object(json, NULL);
	plugh_json_text(json, "file", job->file);
	plugh_json_uint(json, "index", job->match.index);
	plugh_json_uint(json, "offset", job->match.offset);
	plugh_json_uint(json, "length", job->match.length);
	plugh_json_uint(json, "line", job->match.line);
	plugh_json_bytes(json, "text", bytes, n);
	return plugh_json_end(json);
}

static int end_json(void *ctx)
{
	struct job *job = ctx;

	return plugh_json_newline(&job->json);
}

static int print_count(struct job *job, uint64_t count)
{
	job->has_printed = true;
	if (job->args->json) {
		plugh_json_begin_object(&job->json, NULL);
		plugh_json_text(&job->json, "file", job->file);
		plugh_json_uint(&job->json, "count", count);
		plugh_json_end(&job->json);
		return plugh_json_newline(&job->json);
	}
	if (job->names_files)
		plugh_output_print(job->output, "%s:", job->file);
	return plugh_output_print(job->output, "%" PRIu64 "%c", count, end_of_line(job));
}

/* The status of failures is the highest of any file's; what was found meanwhile does not lower it.
 */
static void note_failure(struct job *job, int status)
{
	job->status = status > job->status ? status : job->status;
}

static const char *text_of(const struct job *job, const struct pattern *pattern)
{
	return pattern == job->options.prefix ? job->args->prefix : job->args->suffix;
}

/* A file that could not be searched to its end. Returns 0 when the others go on, or -errno. */
static int report_failure(struct job *job, const struct match_result *result)
{
	const struct plugh_host *host = job->host;
	const char *file = job->file;
	char limit[24], reason[160];

	plugh_size_format(job->args->max_match, limit);
	job->is_broken = job->is_broken || job->has_begun;
	switch (result->outcome) {
	case MATCH_READ_FAILED:
		if (result->error == -ECANCELED)
			return -ECANCELED;
		(void)plugh_fail(host, result->error, "cannot read '%s'", file);
		note_failure(job, PLUGH_EXIT_USAGE);
		return 0;
	case MATCH_CHANGED:
		note_failure(job,
			plugh_fail(host, PLUGH_EXIT_USAGE, "'%s' changed while it was read", file));
		return 0;
	case MATCH_TEXT_TOO_LONG:
		note_failure(job,
			plugh_fail(host, PLUGH_EXIT_FAILED,
				"text at offset %" PRIu64 " of '%s' is longer than --max-match %s",
				result->offset, file, limit));
		return 0;
	case MATCH_REGEX_TOO_LONG:
		note_failure(
			job, plugh_fail(host, PLUGH_EXIT_FAILED,
				     "match of '%s' at offset %" PRIu64
				     " of '%s' is longer than --max-match %s",
				     text_of(job, result->culprit), result->offset, file, limit));
		return 0;
	case MATCH_REGEX_FAILED:
		pattern_failure(result->culprit, reason, sizeof reason);
		note_failure(
			job, plugh_fail(host, PLUGH_EXIT_FAILED,
				     "pattern '%s' gave up at offset %" PRIu64 " of '%s': %s",
				     text_of(job, result->culprit), result->offset, file, reason));
		return 0;
	case MATCH_NO_MEMORY:
		(void)plugh_fail(host, -ENOMEM, "cannot search '%s'", file);
		note_failure(job, PLUGH_EXIT_FAILED);
		return 0;
	default:
		return result->error;
	}
}

/* Nothing in the only file: say what was missing. As grep does, nothing is said of several. */
static void report_nothing(const struct job *job, const struct match_result *result)
{
	const struct extract_args *args = job->args;

	if (args->count || args->files.count > 1)
		return;
	if (job->options.nth > 0)
		(void)plugh_fail(job->host, PLUGH_EXIT_FAILED, "only %" PRIu64 " matches in '%s'",
			result->count, job->file);
	else if (result->outcome == MATCH_NO_PREFIX)
		(void)plugh_fail(job->host, PLUGH_EXIT_FAILED, "prefix '%s' not found in '%s'",
			args->prefix, job->file);
	else if (job->options.prefix)
		(void)plugh_fail(job->host, PLUGH_EXIT_FAILED,
			"suffix '%s' not found after prefix '%s' in '%s'", args->suffix,
			args->prefix, job->file);
	else
		(void)plugh_fail(job->host, PLUGH_EXIT_FAILED, "suffix '%s' not found in '%s'",
			args->suffix, job->file);
}

/* How many of the matches are those that were asked for. */
static uint64_t count_asked(const struct job *job, const struct match_result *result)
{
	if (job->options.nth > 0)
		return result->outcome == MATCH_DONE;
	return result->count;
}

static void show_what_was_found(void *ctx)
{
	struct job *job = ctx;

	(void)plugh_output_flush(job->output);
}

static void tell_progress(void *ctx, uint64_t done)
{
	plugh_progress_update((struct plugh_progress *)ctx, done);
}

static int search(struct job *job, struct file_source *file)
{
	const struct match_sink text = { begin_text, print_bytes, end_text, job };
	const struct match_sink json = { begin_json, print_json, end_json, job };

	file->idle = show_what_was_found;
	file->idle_ctx = job;
	/* A small file needs no large buffer, which would be a mapping of its own. Should it grow
	 * meanwhile, it is read in small pieces. */
	bool is_small = file->is_regular && file->size < SMALL_FILE;
	job->options.chunk = !is_small ? 0 : file->size < TINY_FILE ? TINY_FILE : SMALL_FILE;
	/* Nobody waits a second for a small file. */
	struct plugh_progress progress = { .fd = -1 };
	if (!is_small)
		plugh_progress_begin(&progress, job->host, job->file, (uint64_t)file->size);
	if (progress.fd >= 0) {
		file->progress = tell_progress;
		file->progress_ctx = &progress;
	}
	struct match_result result = match_run(
		&job->options, &file->source, job->args->json ? &json : &text);
	plugh_progress_end(&progress);
	if (result.outcome > MATCH_NO_SUFFIX)
		return report_failure(job, &result);

	uint64_t count = count_asked(job, &result);
	if (count > 0)
		job->has_found = true;
	else
		report_nothing(job, &result);
	return job->args->count ? print_count(job, count) : 0;
}

static int extract_file(struct job *job, const char *path)
{
	bool is_standard_input = strcmp(path, "-") == 0;
	struct file_source file;

	job->file = path;
	job->has_begun = false;
	int fd = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		(void)plugh_fail(job->host, -errno, "cannot open '%s'", path);
		note_failure(job, PLUGH_EXIT_USAGE);
		return 0;
	}
	int r = file_source_init(&file, fd, job->host->cancel_fd);
	if (r < 0) {
		(void)plugh_fail(job->host, r, "cannot read '%s'", path);
		note_failure(job, PLUGH_EXIT_USAGE);
		r = 0;
	} else {
		r = search(job, &file);
	}
	if (!is_standard_input)
		close(fd);
	return r;
}

static int make_pattern(
	const struct job *job, const char *option, const char *text, struct pattern **ret_pattern)
{
	const struct extract_args *args = job->args;
	unsigned flags = (args->regex ? PATTERN_REGEX : 0u) |
			 (args->ignore_case ? PATTERN_IGNORE_CASE : 0u) |
			 (args->nested ? PATTERN_NOT_EMPTY : 0u);
	struct regex_error error;

	int r = pattern_create(text, strlen(text), flags, ret_pattern, &error);
	if (r == -EINVAL)
		return plugh_fail(job->host, PLUGH_EXIT_USAGE,
			"argument %s: invalid pattern '%s': %s at offset %zu", option, text,
			error.text, error.offset);
	return r < 0 ? plugh_fail(job->host, r, "cannot use '%s'", text) : 0;
}

/* Returns 0, an exit status or -errno, which were reported. */
static int prepare(struct job *job)
{
	const struct extract_args *args = job->args;
	bool has_prefix = args->prefix && *args->prefix;
	bool is_one_text = args->files.count <= 1 && !args->all && !args->nested && !args->json;
	int r = 0;

	if (args->nth.count > 0 && args->nth.item[0] < 1)
		return plugh_fail(job->host, PLUGH_EXIT_USAGE,
			"argument --nth: invalid value: %" PRId64 " (matches count from 1)",
			args->nth.item[0]);
	if (args->nested && (!has_prefix || !args->suffix || !*args->suffix))
		return plugh_fail(job->host, PLUGH_EXIT_USAGE,
			"argument --nested: needs a --prefix and a --suffix");
	if (has_prefix)
		r = make_pattern(job, "--prefix", args->prefix, &job->options.prefix);
	if (r == 0 && args->suffix)
		r = make_pattern(job, "--suffix", args->suffix, &job->options.suffix);

	job->options.nth = args->nth.count > 0 ? (uint64_t)args->nth.item[0] : 0;
	job->options.all = args->all || args->nested || args->count;
	job->options.nested = args->nested;
	job->options.delimiters = args->with_delimiters;
	job->options.lines = args->line_number || args->json;
	job->options.whole = args->json;
	job->options.count_only = args->count;
	job->options.max_held = args->max_match.bytes;
	job->names_files = args->with_filename || args->files.count > 1;
	job->adds_ends = !args->output || !is_one_text;
	return r;
}

/* Close the output and find the status of it all. Where nothing was found, or a file's matches
 * broke off, an existing OUT stays as it is. */
static int finish(struct job *job, int r)
{
	int status = job->status > 0  ? job->status
		     : job->has_found ? PLUGH_EXIT_DONE
				      : PLUGH_EXIT_FAILED;

	if (r < 0)
		return plugh_output_close(job->output, r);
	if (job->is_broken || (!job->has_printed && status != PLUGH_EXIT_DONE)) {
		(void)plugh_output_close(job->output, -ECANCELED);
		return status;
	}
	return plugh_output_close(job->output, status);
}

static int extract_run(const struct plugh_host *host, const struct extract_args *args)
{
	static const char *const standard_input[] = { "-" };
	struct job job = { .host = host, .args = args };
	bool has_files = args->files.count > 0;
	const char *const *path = has_files ? args->files.item : standard_input;
	size_t count = has_files ? args->files.count : 1;

	int r = prepare(&job);
	if (r == 0)
		r = plugh_output_open(host, args->output, &job.output);
	if (r != 0)
		goto out;

	job.json.sink = plugh_output_sink(job.output);
	for (size_t i = 0; i < count && r == 0; i++)
		r = extract_file(&job, path[i]);
	r = finish(&job, r);
out:
	pattern_destroy(job.options.prefix);
	pattern_destroy(job.options.suffix);
	return r;
}

/* clang-format off */
PLUGH_PLUGIN(extract, struct extract_args, extract_run,
	PLUGH_ABOUT("print the text between a prefix and a suffix", .version = "0.1.0"),
	PLUGH_GROUP("what to find",
		PLUGH_OPT(prefix, "--prefix", "what stands before the text; without it the text begins where the file does",
			.metavar = "P"),
		PLUGH_OPT(suffix, "--suffix", "what ends the text, the next one behind P; without it the text goes on to the end of "
			"the file", .metavar = "S"),
		PLUGH_OPT(all, "-a --all", "every match that does not overlap the one before, not only the first"),
		PLUGH_OPT(nth, "--nth", "only the Kth match, counted from 1", .metavar = "K", .nargs = "1"),
		PLUGH_OPT(nested, "--nested", "the S that balances P, with other pairs of P and S between; every such pair that is not "
			"inside another"),
		PLUGH_OPT(regex, "-r --regex", "P and S are Perl-compatible regular expressions (PCRE2) over bytes; ^ and $ are the "
			"ends of the file, with (?m) those of lines"),
		PLUGH_OPT(ignore_case, "-i --ignore-case", "take the letters a-z for A-Z; with -r, what PCRE2 calls caseless"),
		PLUGH_OPT(max_match, "--max-match", "a text that must be held in memory until S is found (from a pipe, or with --json), and "
			"a match of a pattern, may be this long (default: %(default)s)", .default_ = "256M")),
	PLUGH_GROUP("what to print",
		PLUGH_OPT(with_delimiters, "-d --with-delimiters", "P and S too"),
		PLUGH_OPT(count, "-c --count", "only the number of matches, for each file"),
		PLUGH_OPT(with_filename, "-H --with-filename", "FILE: before each text, as is done anyway where there are several"),
		PLUGH_OPT(line_number, "-n --line-number", "the line in which what is printed begins, from 1, before it"),
		PLUGH_OPT(byte_offset, "-b --byte-offset", "the offset at which what is printed begins, from 0, before it"),
		PLUGH_OPT(null, "-z --null", "NUL after each text, not a newline"),
		PLUGH_OPT(json, "--json", "an object a line: file, index, offset, length, line, and text, or base64 where it is not UTF-8"),
		PLUGH_OPT(output, "-o --output", "write to OUT; the one text of one file just as it is, with nothing added", .metavar = "OUT",
			.access = PLUGH_WRITE)),
	PLUGH_OPT(files, "file", "where to look; - or none: standard input", .metavar = "FILE", .nargs = "*", .access = PLUGH_READ),
	PLUGH_STATUS(0, "a match was found"),
	PLUGH_STATUS(1, "none was found, or a limit was met"),
	PLUGH_STATUS(2, "usage error, or a file could not be read (the others are still done)"),
	PLUGH_EXAMPLE("plugh extract --prefix '<title>' --suffix '</title>' page.html", "the title of a page"),
	PLUGH_EXAMPLE("plugh extract -a -n -r --prefix 'id=\"' --suffix '\"' *.xml", "every id, with file and line"),
	PLUGH_EXAMPLE("plugh extract --nested --prefix '{' --suffix '}' main.c", "what is inside the outermost braces"),
	PLUGH_EXAMPLE("zcat dump.gz | plugh extract --prefix 'BEGIN DATA' -o data", "all from a mark on"));
/* clang-format on */
