/* The table of terminals.
 *
 * What stands here for those that no test starts has not been tried. The command that it gets is
 * always `sh` and the path of a script (job.h), so what a terminal does to quotes, newlines and
 * dashes never meets the user's own words. (But TMPDIR may have a blank in it.)
 *
 * SPDX-License-Identifier: MIT */
#include "terminals.h"

#include <string.h>

#include "shell.h"

/* clang-format off */
const struct terminal terminals[] = {
	{ "tmux",           NULL,             TERMINAL_IN_TMUX,    { "new-window" },         "-n",           "--", false },
	{ "tmux-pane",      "tmux",           TERMINAL_IN_TMUX,    { "split-window" },       NULL,           "--", false },
	{ "ptyxis",         NULL,             TERMINAL_IN_DISPLAY, { "--new-window" },       "-T",           "--", false },
	{ "gnome-terminal", NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "--title=",     "--", false },
	{ "kgx",            NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "--title=",     "--", false },
	{ "konsole",        NULL,             TERMINAL_IN_DISPLAY, { "-p" },                 "tabtitle=",    "-e", false },
	{ "xfce4-terminal", NULL,             TERMINAL_IN_DISPLAY, { "--disable-server" },   "-T",           "-x", false },
	{ "mate-terminal",  NULL,             TERMINAL_IN_DISPLAY, { "--disable-factory" },  "-t",           "-x", false },
	{ "kitty",          NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "--title",      NULL, false },
	{ "alacritty",      NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "--title",      "-e", false },
	{ "ghostty",        NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "--title=",     "-e", false },
	{ "wezterm",        NULL,             TERMINAL_IN_DISPLAY, { "start" },              NULL,           "--", false },
	{ "foot",           NULL,             TERMINAL_IN_WAYLAND, { NULL },                 "-T",           NULL, false },
	{ "tilix",          NULL,             TERMINAL_IN_DISPLAY, { "--new-process" },      "-t",           "-e", true },
	{ "terminator",     NULL,             TERMINAL_IN_DISPLAY, { "--no-dbus" },          "-T",           "-x", false },
	{ "lxterminal",     NULL,             TERMINAL_IN_DISPLAY, { "--no-remote" },        "-t",           "-e", true },
	{ "qterminal",      NULL,             TERMINAL_IN_DISPLAY, { NULL },                 NULL,           "-e", true },
	{ "terminology",    NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "-T",           "-e", true },
	{ "sakura",         NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "-t",           "-x", true },
	{ "mlterm",         NULL,             TERMINAL_IN_DISPLAY, { NULL },                 "-T",           "-e", false },
	{ "urxvt",          NULL,             TERMINAL_IN_X11,     { NULL },                 "-title",       "-e", false },
	{ "rxvt",           NULL,             TERMINAL_IN_X11,     { NULL },                 "-title",       "-e", false },
	{ "st",             NULL,             TERMINAL_IN_X11,     { NULL },                 "-T",           "-e", false },
	{ "stterm",         NULL,             TERMINAL_IN_X11,     { NULL },                 "-T",           "-e", false },
	{ "uxterm",         NULL,             TERMINAL_IN_X11,     { NULL },                 "-T",           "-e", false },
	{ "xterm",          NULL,             TERMINAL_IN_X11,     { NULL },                 "-T",           "-e", false },
};
/* clang-format on */

const size_t terminals_count = sizeof terminals / sizeof terminals[0];

const struct terminal terminal_like_xterm = {
	.name = "x-terminal-emulator",
	.place = TERMINAL_IN_DISPLAY,
	.title = "-T",
	.command = "-e",
};

const struct terminal *terminal_find(const char *name)
{
	for (size_t i = 0; i < terminals_count; i++)
		if (strcmp(terminals[i].name, name) == 0)
			return &terminals[i];
	return NULL;
}

/* What is obeyed by a terminal or by tmux's formats must not be. */
static void append_title(struct plugh_buf *buf, const char *title, bool is_format)
{
	for (; *title != '\0'; title++) {
		unsigned char c = (unsigned char)*title;
		plugh_buf_append_char(buf, c < ' ' || c == 0x7f ? ' ' : *title);
		if (is_format && *title == '#')
			plugh_buf_append_char(buf, '#');
	}
}

static size_t add_title(
	const struct terminal *terminal, const char *title, struct terminal_line *line, size_t n)
{
	bool is_joined = terminal->title[strlen(terminal->title) - 1] == '=';

	if (is_joined)
		plugh_buf_append_text(&line->title, terminal->title);
	else
		line->argv[n++] = terminal->title;
	append_title(&line->title, title, terminal->place == TERMINAL_IN_TMUX);
	line->argv[n++] = plugh_buf_text(&line->title);
	return n;
}

int terminal_line_init(const struct terminal *terminal, const char *program, const char *title,
	const char *const command[], struct terminal_line *ret_line)
{
	struct terminal_line *line = ret_line;
	size_t n = 0, count = 0;

	*line = (struct terminal_line){ .argv = { program } };
	n++;
	for (size_t i = 0; i < TERMINAL_BEFORE && terminal->before[i] != NULL; i++)
		line->argv[n++] = terminal->before[i];
	if (terminal->title != NULL)
		n = add_title(terminal, title, line, n);
	if (terminal->command != NULL)
		line->argv[n++] = terminal->command;
	while (command[count] != NULL)
		count++;
	if (terminal->takes_line) {
		shell_join(&line->command, command, count);
		line->argv[n++] = plugh_buf_text(&line->command);
	} else {
		for (size_t i = 0; i < count; i++)
			line->argv[n++] = command[i];
	}
	line->argv[n] = NULL;
	return line->title.error != 0 ? line->title.error : line->command.error;
}

void terminal_line_release(struct terminal_line *line)
{
	plugh_buf_release(&line->title);
	plugh_buf_release(&line->command);
}
