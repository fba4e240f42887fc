/* timeout - run a command with a time limit.
 *
 * What is here: the arguments, the table, and the way from a command line to a status. The order
 * matters: what can fail does so before the command is started; from then on this process's task is
 * to tell truly what became of it.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <plugh/process.h>
#include <plugh/sdk.h>

#include "duration.h"
#include "budget.h"
#include "report.h"
#include "say.h"
#include "signame.h"
#include "watch.h"

/* As GNU's. */
enum {
	STATUS_TIMED_OUT = 124,
	STATUS_FAILED = 125,
	STATUS_CANNOT_RUN = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128,
	STATUS_MAX = 255,
};

struct timeout_args {
	const char *signal;
	const char *kill_after;
	bool foreground;
	bool preserve_status;
	bool verbose;
	int retval;
	bool tree;
	plugh_duration cpu;
	plugh_size memory;
	const char *report;
	const char *duration;
	const char *command;
	plugh_texts arg;
};

/* One run. */
struct job {
	const struct plugh_host *host;
	const struct timeout_args *args;
	const char **words; /* of the command, ended by NULL */
	struct watch watch;
	struct budget budget;
	const char *limiter; /* what keeps the limits; NULL: there are none */
	struct plugh_process_limit limit[2];
	size_t limit_count;
	struct plugh_tree tree;
	struct plugh_output *output; /* of the report */
	struct plugh_process child;
	struct plugh_process_result result;
};

/* ---- The command line ---- */

/* A word that only GNU's grammar can judge. Returns the status. */
static int refuse(const char *before, const char *word, const char *after)
{
	static const char hint[] = "Try 'plugh timeout --help' for more information.\n";

	say(0, before, word, after);
	ssize_t n = write(STDERR_FILENO, hint, sizeof hint - 1);
	(void)n; /* there is no better place to tell */
	return STATUS_FAILED;
}

static int read_duration(const char *text, int64_t *ret_ns)
{
	return duration_parse(text, ret_ns) == 0 ? 0 : refuse("invalid time interval ", text, "");
}

static int read_words(struct job *job)
{
	const struct timeout_args *args = job->args;

	job->words = (const char **)calloc(args->arg.count + 2, sizeof *job->words);
	if (job->words == NULL) {
		say(ENOMEM, "cannot hold the command", NULL, "");
		return STATUS_FAILED;
	}
	job->words[0] = args->command;
	if (args->arg.count > 0)
		memcpy(job->words + 1, args->arg.item, args->arg.count * sizeof *job->words);
	return 0;
}

static int read_args(struct job *job)
{
	const struct timeout_args *args = job->args;
	struct watch *watch = &job->watch;
	int r = 0;

	*watch = (struct watch){
		.command = args->command,
		.is_foreground = args->foreground,
		.is_verbose = args->verbose,
		.has_work_left = args->report != NULL,
		.cgroup = -1,
		.budget = &job->budget,
	};
	job->budget = (struct budget){ args->cpu.ns, args->memory.bytes };
	if (args->retval < 0 || args->retval > STATUS_MAX)
		return plugh_fail(job->host, STATUS_FAILED,
			"argument --retval: invalid exit status: '%d' (from 0 to 255)",
			args->retval);
	if (args->kill_after != NULL)
		r = read_duration(args->kill_after, &watch->grace_ns);
	if (r != 0)
		return r;
	watch->signal = signame_parse(args->signal);
	if (watch->signal < 0)
		return refuse("", args->signal, ": invalid signal");
	r = read_duration(args->duration, &watch->limit_ns);
	return r == 0 ? read_words(job) : r;
}

/* ---- Limits ---- */

static int add_rlimit(struct job *job, int resource, uint64_t soft, uint64_t hard)
{
	struct plugh_process_limit *limit = &job->limit[job->limit_count];

	limit->resource = resource;
	int r = budget_to_rlimit(resource, soft, hard, &limit->value);
	if (r < 0)
		return r;
	job->limit_count++;
	return 0;
}

static int set_rlimits(struct job *job)
{
	const uint64_t seconds = budget_cpu_seconds(&job->budget);
	int r = 0;

	job->limiter = "rlimit";
	if (job->budget.cpu_ns != 0)
		r = add_rlimit(job, RLIMIT_CPU, seconds, seconds + 1);
	if (r == 0 && job->budget.memory != 0)
		r = add_rlimit(job, RLIMIT_AS, job->budget.memory, job->budget.memory);
	return r;
}

/* All limits are kept by one means, so that a report can tell by which. */
static int set_limits(struct job *job)
{
	if (job->tree.is_open && job->tree.cgroup >= 0 &&
		budget_set_cgroup(&job->budget, job->tree.cgroup) == 0) {
		job->limiter = "cgroup";
		if (job->budget.cpu_ns != 0)
			job->watch.cgroup = job->tree.cgroup;
		return 0;
	}
	return set_rlimits(job);
}

/* What is needed for --tree, --cpu and --memory alone. */
static int prepare_extras(struct job *job)
{
	bool is_limited = job->budget.cpu_ns != 0 || job->budget.memory != 0;
	int r = 0;

	if (job->args->tree || is_limited)
		r = plugh_tree_open(&job->tree, 0);
	if (r == 0 && is_limited)
		r = set_limits(job);
	if (r == 0 && !job->args->tree && job->watch.cgroup < 0 && job->limiter != NULL &&
		strcmp(job->limiter, "rlimit") == 0)
		plugh_tree_close(&job->tree);
	if (r < 0) {
		say(-r, "cannot set the limits", NULL, "");
		return STATUS_FAILED;
	}
	if (job->args->tree)
		job->watch.tree = &job->tree;
	return 0;
}

/* ---- The command ---- */

static int report_no_start(const struct job *job, int r, enum plugh_process_phase phase)
{
	if (phase == PLUGH_PHASE_EXEC) {
		say(-r, "failed to run command ", job->args->command, "");
		return r == -ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
	}
	if (phase == PLUGH_PHASE_FORK) {
		say(-r, "fork system call failed", NULL, "");
	} else {
		char text[64];
		snprintf(text, sizeof text, "cannot %s", plugh_process_phase_name(phase));
		say(-r, text, NULL, "");
	}
	return STATUS_FAILED;
}

static int start(struct job *job)
{
	struct plugh_process_spec spec = {
		.argv = job->words,
		.has_plain_scripts = true,
		.limit = job->limit,
		.limit_count = job->limit_count,
		.tree = job->tree.is_open ? &job->tree : NULL,
	};
	enum plugh_process_phase phase;

	watch_begin(&job->watch);
	watch_pass_on(&job->watch, &spec.keep_ignored, &spec.blocked);
	int r = plugh_process_spawn(&spec, &job->child, &phase);
	return r < 0 ? report_no_start(job, r, phase) : 0;
}

/* An rlimit of CPU time ends the command without this process's doing. */
static bool is_over_cpu_rlimit(const struct job *job)
{
	if (job->budget.cpu_ns == 0 || job->limit_count == 0)
		return false;
	if (job->result.signal == SIGXCPU)
		return true;
	return job->result.signal == SIGKILL && report_cpu_ns(&job->result) >= job->budget.cpu_ns;
}

static int watch_command(struct job *job)
{
	int r = watch_run(&job->watch, &job->child, &job->result);
	if (r < 0) {
		say(-r, "error waiting for command", NULL, "");
		return STATUS_FAILED;
	}
	if (is_over_cpu_rlimit(job))
		job->watch.has_timed_out = true;
	return 0;
}

/* ---- The end ---- */

/* Returns 0, or the status of what was reported already. */
static int write_report(struct job *job)
{
	struct report report = {
		.command = job->words,
		.result = &job->result,
		.has_timed_out = job->watch.has_timed_out,
		.cpu_ns = -1,
		.limiter = job->limiter,
	};

	if (job->output == NULL)
		return 0;
	if (job->watch.cgroup >= 0 && budget_read_cpu(job->watch.cgroup, &report.cpu_ns) < 0)
		report.cpu_ns = -1;
	int r = report_write(&report, plugh_output_sink(job->output));
	r = plugh_output_close(job->output, 0) < 0 || r < 0 ? STATUS_FAILED : 0;
	job->output = NULL;
	return r;
}

/* A command that a signal ended. */
static int end_of_signal(const struct job *job, bool *ret_is_preserved)
{
	int signal = job->result.signal;

	if (job->result.has_dumped_core)
		say(0, "the monitored command dumped core", NULL, "");
	if (!job->watch.has_timed_out) {
		/* This process dies the same death, but its core is of no interest. */
		if (prctl(PR_SET_DUMPABLE, 0) == 0)
			return PLUGH_EXIT_BY_SIGNAL + signal;
		say(errno, "warning: disabling core dumps failed", NULL, "");
	}
	if (signal == SIGKILL)
		*ret_is_preserved = true;
	return STATUS_SIGNAL + signal;
}

static int end_of_command(const struct job *job)
{
	bool is_preserved = job->args->preserve_status;
	int status = job->result.status;

	if (job->watch.has_killed) {
		watch_end_by_kill();
		return PLUGH_EXIT_BY_SIGNAL + SIGKILL;
	}
	if (job->result.signal != 0)
		status = end_of_signal(job, &is_preserved);
	return job->watch.has_timed_out && !is_preserved ? job->args->retval : status;
}

static int timeout_run(const struct plugh_host *host, const struct timeout_args *args)
{
	struct job job = { .host = host, .args = args };

	int r = read_args(&job);
	if (r == 0 && args->report != NULL)
		r = plugh_output_open(host, args->report, &job.output) < 0 ? STATUS_FAILED : 0;
	if (r == 0)
		r = prepare_extras(&job);
	if (r == 0)
		r = start(&job);
	if (r == 0)
		r = watch_command(&job);
	if (r == 0)
		r = write_report(&job);
	if (r == 0)
		r = end_of_command(&job);
	plugh_output_close(job.output, -ECANCELED);
	plugh_process_release(&job.child);
	plugh_tree_close(&job.tree);
	free((void *)job.words);
	return r;
}

/* clang-format off */
PLUGH_PLUGIN(timeout, struct timeout_args, timeout_run,
	PLUGH_ABOUT("run a command with a time limit", .version = "0.1.0", .needs = PLUGH_EXEC,
		.flags = PLUGH_OPTIONS_END_AT_OPERAND | PLUGH_HANDLES_SIGNALS, .usage_status = STATUS_FAILED),
	PLUGH_OPT(signal, "-s --signal", "send this on timeout: a name such as HUP, or a number", .metavar = "SIG",
		.default_ = "TERM"),
	PLUGH_OPT(kill_after, "-k --kill-after", "send KILL too if COMMAND still runs this long after the first signal",
		.metavar = "DURATION"),
	PLUGH_OPT(foreground, "-f --foreground", "let COMMAND read from the terminal and get its signals; what COMMAND starts "
		"is not timed out then"),
	PLUGH_ONE_OF(
		PLUGH_OPT(preserve_status, "-p --preserve-status", "exit with COMMAND's status on timeout, too"),
		PLUGH_OPT(retval, "--retval", "exit with N on timeout (default: %(default)s)", .metavar = "N", .default_ = "124")),
	PLUGH_OPT(verbose, "-v --verbose", "tell of each signal that is sent"),
	PLUGH_OPT(tree, "--tree", "on timeout end all that COMMAND has started, also what left its group or session"),
	PLUGH_OPT(report, "--report", "write to FILE what came of COMMAND: a JSON document", .metavar = "FILE",
		.access = PLUGH_WRITE),
	PLUGH_GROUP("limits",
		PLUGH_OPT(cpu, "--cpu", "CPU time that COMMAND may use; more is a timeout", .metavar = "DUR"),
		PLUGH_OPT(memory, "--memory", "memory that COMMAND may use", .metavar = "SIZE")),
	PLUGH_OPT(duration, "duration", "a number, inf too, with s (seconds, the default), m, h or d; 0: no limit",
		.metavar = "DURATION"),
	PLUGH_OPT(command, "command", "what to run", .metavar = "COMMAND", .role = PLUGH_ROLE_COMMAND),
	PLUGH_OPT(arg, "arg", "its arguments, options too", .metavar = "ARG", .nargs = "*"),
	PLUGH_EPILOG("Without -s the signal is TERM. COMMAND ends as GNU timeout's does; where it ends by itself, so does "
		"plugh timeout: with its status, or by its signal."),
	PLUGH_STATUS(0, "COMMAND ended with it; so with every status and signal of its own"),
	PLUGH_STATUS(1, "COMMAND ended with it"),
	PLUGH_STATUS(124, "COMMAND timed out, and neither --preserve-status nor --retval was given"),
	PLUGH_STATUS(125, "the command line is wrong, or timeout itself failed"),
	PLUGH_STATUS(126, "COMMAND was found but cannot be run"),
	PLUGH_STATUS(127, "COMMAND was not found"),
	PLUGH_STATUS(137, "COMMAND, or timeout itself, was sent the signal KILL"),
	PLUGH_EXAMPLE("plugh timeout 10 make test", "end it by TERM after ten seconds"),
	PLUGH_EXAMPLE("plugh timeout -k 5 1m ./server", "TERM after a minute, KILL five seconds later"),
	PLUGH_EXAMPLE("plugh timeout --tree 1h ./daemons.sh", "nothing that it has started is left then"),
	PLUGH_EXAMPLE("plugh timeout --cpu 30 --memory 2G --report r.json 0 ./solver", "limits of CPU time and memory alone"),
	PLUGH_EXAMPLE("plugh timeout 5 plugh extract --all --prefix a big", "a command of plugh"));
/* clang-format on */
