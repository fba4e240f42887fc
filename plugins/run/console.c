/* run --new-console.
 *
 * SPDX-License-Identifier: MIT */
#include "console.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <plugh/buf.h>
#include <plugh/fail.h>

#include "program.h"
#include "shell.h"
#include "signals.h"
#include "window.h"

/* Half a minute: a desktop that has just started, or is busy, takes a while for a first window. */
static const plugh_duration patience = { INT64_C(30) * 1000 * 1000 * 1000 };

struct console {
	const struct plugh_host *host;
	const struct console_spec *spec;
	const char *title;
	int cancel_fd;
	struct plugh_buf looked; /* what was looked for, for the message */
	struct window window;
};

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Why there is no place for a terminal; NULL: there is one. */
static const char *find_place(enum terminal_place place)
{
	bool has_x11 = variable("DISPLAY") != NULL;
	bool has_wayland = variable("WAYLAND_DISPLAY") != NULL;

	switch (place) {
	case TERMINAL_IN_TMUX:
		return variable("TMUX") != NULL ? NULL : "not inside tmux: TMUX is not set";
	case TERMINAL_IN_X11:
		return has_x11 ? NULL : "no display: DISPLAY is not set";
	case TERMINAL_IN_WAYLAND:
		return has_wayland ? NULL : "no display: WAYLAND_DISPLAY is not set";
	default:
		return has_x11 || has_wayland
			       ? NULL
			       : "no display: neither DISPLAY nor WAYLAND_DISPLAY is set";
	}
}

static void note(struct console *console, const char *what, const char *outcome)
{
	plugh_buf_appendf(
		&console->looked, "%s%s (%s)", console->looked.size > 0 ? ", " : "", what, outcome);
}

/* Try one. Returns 1 when the window is there, 0 when another one may do, -ECANCELED or -ENOMEM. */
static int try_terminal(
	struct console *console, const struct terminal *terminal, const char *program)
{
	struct plugh_buf why = { 0 };
	const struct window_spec spec = {
		.terminal = terminal,
		.program = program,
		.title = console->title,
		.command = console->spec->command,
		.command_count = console->spec->command_count,
		.waits = console->spec->waits,
		.holds = console->spec->holds,
		.patience = patience,
		.cancel_fd = console->cancel_fd,
	};
	const char *nowhere = find_place(terminal->place);

	if (nowhere != NULL || program_find(program, NULL) < 0) {
		note(console, program, nowhere != NULL ? nowhere : "not installed");
		return 0;
	}
	int r = window_open(&spec, &why, &console->window);
	if (r < 0) {
		note(console, program, plugh_buf_text(&why));
		window_close(&console->window);
	}
	plugh_buf_release(&why);
	if (r == 0)
		plugh_inform(console->host, "the window is one of '%s'", program);
	return r == 0 ? 1 : r == -ECANCELED || r == -ENOMEM ? r : 0;
}

static const struct terminal *find_by_path(const char *path)
{
	const char *slash = strrchr(path, '/');

	return terminal_find(slash != NULL ? slash + 1 : path);
}

/* The way to use a program that is named: a known one by the last part of its path, or of that
 * which a link leads to (x-terminal-emulator is one). */
static const struct terminal *terminal_of(const char *program)
{
	const struct terminal *known = find_by_path(program);
	char path[PATH_MAX], end[PATH_MAX];

	if (known == NULL && program_find(program, path) == 0 && realpath(path, end) != NULL)
		known = find_by_path(end);
	return known != NULL ? known : &terminal_like_xterm;
}

static const char *program_of(const struct terminal *terminal)
{
	return terminal->program != NULL ? terminal->program : terminal->name;
}

static int try_named(struct console *console, const char *name)
{
	const struct terminal *known = terminal_find(name);

	return try_terminal(console, terminal_of(name), known != NULL ? program_of(known) : name);
}

/* What the table has, as far as it is installed; the names of the others are told together. */
static int try_known(struct console *console)
{
	struct plugh_buf missing = { 0 };
	int r = 0;

	for (size_t i = 0; i < terminals_count && r == 0; i++) {
		const struct terminal *terminal = &terminals[i];
		if (terminal->place == TERMINAL_IN_TMUX)
			continue;
		if (program_find(program_of(terminal), NULL) == 0)
			r = try_terminal(console, terminal, program_of(terminal));
		else
			plugh_buf_appendf(&missing, "%s%s", missing.size > 0 ? ", " : "",
				program_of(terminal));
	}
	if (r == 0 && missing.size > 0)
		note(console, plugh_buf_text(&missing), "not installed");
	plugh_buf_release(&missing);
	return r;
}

static int try_displays(struct console *console)
{
	const char *nowhere = find_place(TERMINAL_IN_DISPLAY);
	const char *wanted = variable("TERMINAL");

	if (nowhere != NULL) {
		note(console, "a terminal's window", nowhere);
		return 0;
	}
	int r = 0;
	if (wanted != NULL)
		r = try_named(console, wanted);
	else
		note(console, "$TERMINAL", "not set");
	if (r == 0)
		r = try_named(console, terminal_like_xterm.name);
	return r == 0 ? try_known(console) : r;
}

static int open_any(struct console *console)
{
	const struct terminal *tmux = terminal_find("tmux");

	if (console->spec->terminal != NULL)
		return try_named(console, console->spec->terminal);
	int r = try_terminal(console, tmux, program_of(tmux));
	return r == 0 ? try_displays(console) : r;
}

static int wait_for(struct console *console)
{
	int r = window_wait(&console->window, console->cancel_fd);

	if (r == -EPIPE)
		return plugh_fail(console->host, PLUGH_EXIT_FAILED,
			"the console window was closed before the command had ended");
	return r < 0 ? plugh_fail(console->host, r, "cannot wait for the command") : r;
}

static int open_and_wait(struct console *console)
{
	int r = open_any(console);

	if (r == 0)
		return plugh_fail(console->host, PLUGH_EXIT_FAILED,
			"no console window can be opened; looked for: %s",
			plugh_buf_text(&console->looked));
	if (r < 0)
		return plugh_fail(console->host, r, "cannot open a console window");
	r = console->spec->waits ? wait_for(console) : 0;
	window_close(&console->window);
	return r;
}

int console_run(const struct plugh_host *host, const struct console_spec *spec)
{
	struct console console = { .host = host, .spec = spec, .window = { .fifo = -1 } };
	struct plugh_buf title = { 0 };

	shell_join(&title, spec->command, spec->command_count);
	console.title = spec->title != NULL ? spec->title : plugh_buf_text(&title);
	console.cancel_fd = signals_start(NULL);
	int r = console.cancel_fd < 0 ? plugh_fail(host, console.cancel_fd, "cannot take signals")
				      : open_and_wait(&console);
	int signal = r == -ECANCELED ? signals_first() : 0;
	if (console.cancel_fd >= 0)
		signals_stop();
	plugh_buf_release(&console.looked);
	plugh_buf_release(&title);
	if (signal != 0) {
		signals_end(signal);
		return 128 + signal;
	}
	return r;
}
