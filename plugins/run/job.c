/* The script that runs in a new console window.
 *
 * The command is started by exec in a subshell: `exec` looks for programs only, never for a
 * function or a builtin of the shell. The script traps what keys of the terminal send, so that it
 * lives on to tell the status; the subshell has their default effect again. SIGHUP is not trapped:
 * when the window is closed the kernel sends it to the script alone, which leads the session, and
 * to the command only when the script has gone.
 *
 * SPDX-License-Identifier: MIT */
#include "job.h"

#include <string.h>

#include "shell.h"

/* Set by terminals for what runs in them, or by shells for themselves: the new window has its own.
 * With '*' at the end: all that begin so. */
static const char *const not_taken[] = { "TERM", "TERMCAP", "TERMINFO", "TERM_*", "COLORTERM",
	"COLORFGBG", "COLUMNS", "LINES", "WINDOWID", "WINDOW", "STY", "TMUX", "TMUX_*", "VTE_*",
	"XTERM_*", "KITTY_*", "ALACRITTY_*", "WEZTERM_*", "KONSOLE_*", "GNOME_TERMINAL_*",
	"GHOSTTY_*", "SHLVL", "PWD", "OLDPWD", "_", "IFS", "OPTIND", "PPID", "UID", "EUID",
	"BASHOPTS", "SHELLOPTS", "BASH_VERSINFO" };

static bool is_taken(const char *name, size_t size)
{
	for (size_t i = 0; i < sizeof not_taken / sizeof not_taken[0]; i++) {
		size_t n = strlen(not_taken[i]);
		bool is_prefix = not_taken[i][n - 1] == '*';
		if (is_prefix ? size >= n - 1 && memcmp(name, not_taken[i], n - 1) == 0
			      : size == n && memcmp(name, not_taken[i], n) == 0)
			return false;
	}
	return true;
}

/* As a shell can name it. */
static bool is_name(const char *name, size_t size)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return size > 0 && (name[0] < '0' || name[0] > '9') && strspn(name, letters) == size;
}

static void write_environment(char *const environment[], struct plugh_buf *script)
{
	for (; *environment != NULL; environment++) {
		size_t size = strcspn(*environment, "=");
		if ((*environment)[size] == '\0' || !is_name(*environment, size) ||
			!is_taken(*environment, size))
			continue;
		plugh_buf_append_text(script, "export ");
		plugh_buf_append(script, *environment, size + 1);
		shell_quote(script, *environment + size + 1);
		plugh_buf_append_char(script, '\n');
	}
}

static void write_title(const char *title, struct plugh_buf *script)
{
	struct plugh_buf plain = { 0 };

	for (; *title != '\0'; title++)
		plugh_buf_append_char(
			&plain, (unsigned char)*title < ' ' || *title == 0x7f ? ' ' : *title);
	plugh_buf_append_text(script, "printf '\\033]2;%s\\007' ");
	shell_quote(script, plugh_buf_text(&plain));
	plugh_buf_append_char(script, '\n');
	if (plain.error != 0)
		script->error = plain.error;
	plugh_buf_release(&plain);
}

static void write_end(const struct job_spec *spec, struct plugh_buf *script)
{
	if (!spec->waits)
		plugh_buf_append_text(script, "exec 3>&-\n");
	if (!spec->waits && !spec->holds) {
		plugh_buf_append_text(script, "exec \"$@\"\n");
		return;
	}
	plugh_buf_append_text(script, "trap : INT QUIT\n"
				      "(exec 3>&-; exec \"$@\")\n"
				      "status=$?\n");
	if (spec->waits)
		plugh_buf_append_text(script, "echo \"ended $status\" >&3\n"
					      "exec 3>&-\n");
	if (spec->holds)
		plugh_buf_append_text(script,
			"trap - INT QUIT\n"
			"stty sane\n"
			"printf '\\n[exit status %s; Enter closes the window]' \"$status\"\n"
			"read -r line\n");
	plugh_buf_append_text(script, "exit \"$status\"\n");
}

int job_write(const struct job_spec *spec, struct plugh_buf *script)
{
	/* For reading too, so that opening it never waits for a reader who has gone. */
	plugh_buf_append_text(script, "exec 3<>");
	shell_quote(script, spec->fifo);
	plugh_buf_append_char(script, '\n');
	if (spec->directory != NULL) {
		plugh_buf_append_text(script, "cd -- ");
		shell_quote(script, spec->directory);
		plugh_buf_append_text(script, " || { echo cd >&3; exit 1; }\n");
	}
	if (spec->title != NULL)
		write_title(spec->title, script);
	plugh_buf_append_text(script, "set -- ");
	shell_join(script, spec->command, spec->command_count);
	plugh_buf_append_text(script, "\necho started >&3\n");
	write_environment(spec->environment, script);
	write_end(spec, script);
	return script->error;
}
