/* run - parse a command's output, or start it in a console window of its own.
 *
 * What is here: the arguments, the table, the running, the messages and the JSON. The cutting is
 * records.c's, the printing stream.c's, windows are console.c's.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plugh/sdk.h>

#include "console.h"
#include "program.h"
#include "records.h"
#include "shell.h"
#include "signals.h"
#include "stream.h"
#include "tail.h"

enum { STATUS_TIMED_OUT = 124 };

enum { STDERR_PASS, STDERR_MERGE, STDERR_CAPTURE };

/* What a command gets to end by itself, when its time is up. */
static const plugh_duration grace = { INT64_C(1000) * 1000 * 1000 };

struct run_args {
	bool lines;
	bool words;
	bool null;
	const char *split;
	bool keep_empty;
	bool print0;
	bool json;
	plugh_duration timeout;
	plugh_size max_output;
	unsigned standard_error;
	bool progress;
	bool new_console;
	const char *terminal;
	bool wait;
	bool hold;
	const char *title;
	const char *command;
	plugh_texts arguments;
};

/* One run of the command. */
struct job {
	const struct plugh_host *host;
	const struct run_args *args;
	const char **argv; /* ended by NULL */
	size_t argc;
	struct plugh_buf quoted; /* the command as a shell would have it */
	struct records_spec records;

	struct plugh_tree tree;
	struct plugh_capture capture;
	struct plugh_capture_result result;
	struct stream stream;    /* of standard output, without --json */
	struct plugh_buf output; /* with it */
	struct tail tail;        /* of standard error, where it is captured, without --json */
	struct plugh_progress progress;
	uint64_t done; /* bytes */
};

/* ---- The command line ---- */

static int refuse_together(const struct plugh_host *host, const char *one, const char *other)
{
	return plugh_fail(
		host, PLUGH_EXIT_USAGE, "argument %s: not allowed with argument %s", one, other);
}

/* A window shows the output: nothing of it comes here. */
static int check_console(const struct plugh_host *host, const struct run_args *args)
{
	const struct {
		bool is_given;
		const char *name;
	} of_output[] = {
		{ args->lines, "--lines" },
		{ args->words, "--words" },
		{ args->null, "-z/--null" },
		{ args->split != NULL, "--split" },
		{ args->keep_empty, "--keep-empty" },
		{ args->print0, "--print0" },
		{ args->json, "--json" },
		{ args->timeout.ns != 0, "--timeout" },
		{ args->max_output.bytes != 0, "--max-output" },
		{ args->standard_error != STDERR_PASS, "--stderr" },
		{ args->progress, "--progress" },
	};

	for (size_t i = 0; i < sizeof of_output / sizeof of_output[0]; i++)
		if (of_output[i].is_given)
			return refuse_together(host, of_output[i].name, "--new-console");
	return 0;
}

/* --terminal may be a setting of the user's ini file, the others are meant for this command. */
static int check_plain(const struct plugh_host *host, const struct run_args *args)
{
	const char *without = args->wait            ? "--wait"
			      : args->hold          ? "--hold"
			      : args->title != NULL ? "-T/--title"
						    : NULL;

	if (without != NULL)
		return plugh_fail(
			host, PLUGH_EXIT_USAGE, "argument %s: needs --new-console", without);
	if (args->split != NULL && args->split[0] == '\0')
		return plugh_fail(host, PLUGH_EXIT_USAGE,
			"argument --split: expected at least one character");
	return 0;
}

static struct records_spec records_of(const struct run_args *args)
{
	struct records_spec spec = { .keeps_empty = args->keep_empty };

	if (args->words) {
		spec.kind = RECORDS_WORDS;
	} else if (args->null) {
		spec.kind = RECORDS_NULL;
	} else if (args->split != NULL) {
		spec.kind = RECORDS_SEPARATED;
		spec.separator = args->split;
		spec.separator_size = strlen(args->split);
	}
	return spec;
}

static int make_argv(struct job *job)
{
	const struct run_args *args = job->args;

	job->argc = args->arguments.count + 1;
	job->argv = (const char **)calloc(job->argc + 1, sizeof *job->argv);
	if (job->argv == NULL)
		return -ENOMEM;
	job->argv[0] = args->command;
	for (size_t i = 0; i < args->arguments.count; i++)
		job->argv[i + 1] = args->arguments.item[i];
	return shell_join(&job->quoted, job->argv, job->argc);
}

/* ---- What the command writes ---- */

static int take_output(void *ctx, const void *bytes, size_t n)
{
	struct job *job = (struct job *)ctx;

	job->done += n;
	if (job->args->progress)
		plugh_progress_update(&job->progress, job->done);
	return job->args->json ? plugh_buf_append(&job->output, bytes, n)
			       : stream_take(&job->stream, (const char *)bytes, n);
}

static int take_errors(void *ctx, const void *bytes, size_t n)
{
	tail_take(&((struct job *)ctx)->tail, (const char *)bytes, n);
	return 0;
}

static void set_up_capture(struct job *job)
{
	const struct run_args *args = job->args;

	job->capture = (struct plugh_capture){
		.out = { .to = PLUGH_CAPTURE_CHUNKS,
			.limit = args->max_output.bytes,
			.sink = { take_output, job } },
		.ending = { .scope = PLUGH_END_TREE, .grace = grace, .tree = &job->tree },
	};
	if (args->standard_error != STDERR_CAPTURE)
		return;
	/* A document has all of it, so the limit is for it too. */
	if (args->json)
		job->capture.err = (struct plugh_capture_stream){ .to = PLUGH_CAPTURE_MEMORY,
			.limit = args->max_output.bytes };
	else
		job->capture.err = (struct plugh_capture_stream){ .to = PLUGH_CAPTURE_CHUNKS,
			.sink = { take_errors, job } };
}

/* ---- JSON ---- */

static int write_json(void *ctx, const void *bytes, size_t n)
{
	return plugh_write((const struct plugh_host *)ctx, bytes, n);
}

static void print_records(const struct job *job, struct plugh_json *json)
{
	struct record record;
	size_t at = 0;

	plugh_json_begin_array(json, "lines");
	while (records_next(
		&job->records, plugh_buf_text(&job->output), job->output.size, &at, &record))
		plugh_json_bytes(json, NULL, record.bytes, record.size);
	plugh_json_end(json);
}

/* The key is the same whatever the bytes are. */
static void print_bytes(struct plugh_json *json, const char *key, const struct plugh_buf *bytes)
{
	const char *text = plugh_buf_text(bytes);
	bool is_text = plugh_utf8_valid(text, bytes->size) == bytes->size;

	if (!is_text)
		plugh_json_begin_object(json, key);
	plugh_json_bytes(json, is_text ? key : "text", text, bytes->size);
	if (!is_text)
		plugh_json_end(json);
}

static int print_json(const struct job *job)
{
	const struct plugh_process_result *process = &job->result.process;
	struct plugh_json json = { .sink = { write_json, (void *)job->host } };

	plugh_json_begin_object(&json, NULL);
	plugh_json_begin_array(&json, "command");
	for (size_t i = 0; i < job->argc; i++)
		plugh_json_bytes(&json, NULL, job->argv[i], strlen(job->argv[i]));
	plugh_json_end(&json);
	if (process->signal == 0)
		plugh_json_int(&json, "status", process->status);
	else
		plugh_json_null(&json, "status");
	if (process->signal != 0)
		plugh_json_int(&json, "signal", process->signal);
	else
		plugh_json_null(&json, "signal");
	plugh_json_double(&json, "seconds", (double)process->elapsed.ns / 1e9);
	print_records(job, &json);
	if (job->args->standard_error == STDERR_CAPTURE)
		print_bytes(&json, "stderr", &job->result.err.data);
	else
		plugh_json_null(&json, "stderr");
	plugh_json_end(&json);
	return plugh_json_newline(&json);
}

/* ---- How it ended ---- */

static int report_not_started(const struct job *job, int r)
{
	bool is_path = strchr(job->args->command, '/') != NULL;
	char reason[128];

	if (r == -ENOENT && !is_path)
		return plugh_fail(job->host, PLUGH_EXIT_NOT_FOUND,
			"cannot run '%s': not found in PATH", job->args->command);
	/* The GNU form of strerror_r never fails and needs no shared buffer. */
	return plugh_fail(job->host, r == -ENOENT ? PLUGH_EXIT_NOT_FOUND : PLUGH_EXIT_REFUSED,
		"cannot run '%s': %s", job->args->command, strerror_r(-r, reason, sizeof reason));
}

/* What the command said last, as it said it. */
static void show_tail(const struct job *job)
{
	size_t size;
	const char *text = tail_lines(&job->tail, &size);

	plugh_fd_write(job->host, STDERR_FILENO, text, size);
	if (size > 0 && text[size - 1] != '\n')
		plugh_fd_write(job->host, STDERR_FILENO, "\n", 1);
}

static int report_failure(const struct job *job)
{
	const struct plugh_process_result *process = &job->result.process;
	const char *command = plugh_buf_text(&job->quoted);

	if (process->signal == 0)
		return plugh_fail(job->host, PLUGH_EXIT_FAILED,
			"command '%s' exited with status %d", command, process->status);
	const char *name = sigabbrev_np(process->signal);
	return plugh_fail(job->host, PLUGH_EXIT_FAILED, "command '%s' was ended by signal %d%s%s%s",
		command, process->signal, name != NULL ? " (SIG" : "", name != NULL ? name : "",
		name != NULL ? ")" : "");
}

/* The exit status, or -errno. What it says is said here. */
static int report_end(const struct job *job, int r)
{
	const struct plugh_host *host = job->host;
	const char *command = plugh_buf_text(&job->quoted);
	char limit[24];

	if (r == 0 && job->result.process.signal == 0 && job->result.process.status == 0)
		return PLUGH_EXIT_DONE;
	if (r == 0) {
		r = report_failure(job);
	} else if (r == -ETIMEDOUT) {
		r = plugh_fail(host, STATUS_TIMED_OUT, "command '%s' timed out after %g seconds",
			command, (double)job->args->timeout.ns / 1e9);
	} else if (r == -EFBIG) {
		plugh_size_format(job->args->max_output, limit);
		r = plugh_fail(host, PLUGH_EXIT_FAILED,
			"command '%s' wrote more than %s: --max-output sets the limit", command,
			limit);
	} else {
		return plugh_fail(host, r, "cannot go on with command '%s'", command);
	}
	show_tail(job);
	return r;
}

/* The signal that this process has to end by; 0: none. What the terminal sends the command has got
 * too: it counts when the command went by it. */
static int signal_to_end_by(const struct job *job, int r)
{
	const struct plugh_process_result *process = &job->result.process;
	int first = signals_first();
	bool went_by_it = process->signal == first || process->status == 128 + first;

	return first != 0 && (r == -ECANCELED || went_by_it) ? first : 0;
}

/* ---- Running ---- */

static int run_command(struct job *job, int cancel_fd)
{
	const struct run_args *args = job->args;
	const struct plugh_process_spec spec = {
		.argv = job->argv,
		.has_plain_scripts = true,
		.err = { .kind = args->standard_error == STDERR_MERGE ? PLUGH_STREAM_MERGE
								      : PLUGH_STREAM_INHERIT },
		.keep_ignored = signals_kept(),
		.death_signal = SIGKILL,
		.tree = &job->tree,
	};
	const struct plugh_until until = {
		args->timeout.ns > 0 ? plugh_deadline_after(args->timeout)
				     : (plugh_duration){ PLUGH_FOREVER },
		cancel_fd,
	};

	if (args->progress)
		plugh_progress_begin(&job->progress, job->host, args->command, 0);
	int r = plugh_capture_run(&spec, &job->capture, &until, &job->result);
	if (args->progress)
		plugh_progress_end(&job->progress);
	return r;
}

/* Print what is left, and tell how it ended. */
static int finish(const struct job *job, struct stream *stream, int r)
{
	if (!job->result.has_process && job->result.phase == PLUGH_PHASE_EXEC)
		return report_not_started(job, r);
	if (!job->result.has_process)
		return plugh_fail(job->host, r, "cannot run '%s': cannot %s", job->args->command,
			plugh_process_phase_name(job->result.phase));
	int printed = job->args->json ? print_json(job) : stream_finish(stream);
	if (printed == 0 && job->args->json)
		printed = job->host->flush(job->host->ctx);
	/* The host tells of standard output. */
	if (printed < 0)
		return printed == -ENOMEM ? plugh_fail(job->host, printed, "cannot hold the output")
					  : printed;
	return signal_to_end_by(job, r) != 0 ? -ECANCELED : report_end(job, r);
}

static int capture(struct job *job)
{
	int r = job->args->json ? 0
				: stream_init(job->host, &job->records,
					  job->args->print0 ? '\0' : '\n', &job->stream);
	if (r == 0)
		r = plugh_tree_open(&job->tree, PLUGH_TREE_NO_CGROUP);
	if (r < 0)
		return plugh_fail(job->host, r, "cannot run '%s'", job->args->command);
	set_up_capture(job);
	int cancel_fd = signals_start(&job->capture.ending);
	if (cancel_fd < 0) {
		plugh_tree_close(&job->tree);
		return plugh_fail(job->host, cancel_fd, "cannot run '%s'", job->args->command);
	}
	int ended = run_command(job, cancel_fd);
	r = finish(job, &job->stream, ended);
	int signal = job->result.has_process ? signal_to_end_by(job, ended) : 0;
	signals_stop();
	plugh_tree_close(&job->tree);
	if (signal != 0) {
		signals_end(signal);
		r = 128 + signal;
	}
	return r;
}

static int open_console(const struct job *job)
{
	const struct run_args *args = job->args;
	const struct console_spec spec = {
		.terminal = args->terminal,
		.title = args->title,
		.command = job->argv,
		.command_count = job->argc,
		.waits = args->wait,
		.holds = args->hold,
	};

	int r = program_find(args->command, NULL);
	return r < 0 ? report_not_started(job, r) : console_run(job->host, &spec);
}

static int run_run(const struct plugh_host *host, const struct run_args *args)
{
	struct job job = { .host = host, .args = args, .records = records_of(args) };

	int r = args->new_console ? check_console(host, args) : check_plain(host, args);
	if (r != 0)
		return r;
	r = make_argv(&job);
	if (r < 0)
		r = plugh_fail(host, r, "cannot run '%s'", args->command);
	else
		r = args->new_console ? open_console(&job) : capture(&job);
	plugh_capture_result_release(&job.result);
	stream_release(&job.stream);
	plugh_buf_release(&job.output);
	plugh_buf_release(&job.quoted);
	free(job.argv);
	return r;
}

/* clang-format off */
PLUGH_PLUGIN(run, struct run_args, run_run,
	PLUGH_ABOUT("print a command's output record by record, or start it in a console window of its own", .version = "0.1.0",
		.needs = PLUGH_EXEC, .flags = PLUGH_OPTIONS_END_AT_OPERAND | PLUGH_HANDLES_SIGNALS),
	PLUGH_GROUP("records of the command's standard output",
		PLUGH_ONE_OF(
			PLUGH_OPT(lines, "--lines", "each line is a record (the default)"),
			PLUGH_OPT(words, "--words", "each word is a record: what stands between blanks"),
			PLUGH_OPT(null, "-z --null", "records are ended by NUL"),
			PLUGH_OPT(split, "--split", "records are separated by SEP; a newline at the end belongs to the last one",
				.metavar = "SEP")),
		PLUGH_OPT(keep_empty, "--keep-empty", "print empty records too"),
		PLUGH_ONE_OF(
			PLUGH_OPT(print0, "--print0", "NUL behind each record that is printed, instead of a newline"),
			PLUGH_OPT(json, "--json", "when the command has ended, an object: command, status, signal, seconds, lines (the records), "
				"stderr"))),
	PLUGH_GROUP("how the command runs",
		PLUGH_OPT(timeout, "--timeout", "end the command after DUR, with all that it started; 0: no limit", .metavar = "DUR"),
		PLUGH_OPT(max_output, "--max-output", "end the command when it writes more than SIZE; 0: no limit", .metavar = "SIZE"),
		PLUGH_OPT(standard_error, "--stderr", "pass: to standard error; merge: into the records; capture: into the JSON, else the "
			"last lines are shown if it fails (default: %(default)s)", .choices = "pass merge capture", .default_ = "pass"),
		PLUGH_OPT(progress, "--progress", "tell on the terminal how much it has written")),
	PLUGH_GROUP("in a window",
		PLUGH_OPT(new_console, "--new-console", "start the command in a new console window and return: a window of tmux inside "
			"tmux, else of a terminal"),
		PLUGH_OPT(terminal, "--terminal", "the terminal: tmux, tmux-pane, xterm ... (default: tmux, $TERMINAL, x-terminal-emulator, "
			"the first known one)", .metavar = "NAME"),
		PLUGH_OPT(wait, "--wait", "wait for the command, and exit with its status"),
		PLUGH_OPT(hold, "--hold", "keep the window open when the command has ended, until Enter is pressed"),
		PLUGH_OPT(title, "-T --title", "the window's title (default: the command)", .metavar = "T")),
	PLUGH_OPT(command, "command", "what to run, without a shell", .metavar = "COMMAND", .role = PLUGH_ROLE_COMMAND),
	PLUGH_OPT(arguments, "arg", "its arguments; all of them, also those with dashes", .metavar = "ARG", .nargs = "*"),
	PLUGH_STATUS(0, "the command ended with status 0; with --new-console, it was started"),
	PLUGH_STATUS(1, "the command failed, wrote more than --max-output, or no window could be opened"),
	PLUGH_STATUS(124, "the command was ended by --timeout"),
	PLUGH_STATUS(126, "the command was found but cannot be executed"),
	PLUGH_STATUS(127, "the command was not found; with --wait, any status is the command's own"),
	PLUGH_EXAMPLE("plugh run --words echo one two", "a word a line"),
	PLUGH_EXAMPLE("plugh run -z --json find . -name '*.c' -print0", "file names of any kind, as JSON"),
	PLUGH_EXAMPLE("plugh run --stderr capture --timeout 1m make", "silent unless it fails"),
	PLUGH_EXAMPLE("plugh run --new-console --hold top", "in a window of its own"));
/* clang-format on */
