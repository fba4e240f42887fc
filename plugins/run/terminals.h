/* The programs in whose windows a command can be shown, and each one's own way to be told of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef PLUGH_RUN_TERMINALS_H
#define PLUGH_RUN_TERMINALS_H

#include <stdbool.h>
#include <stddef.h>

#include <plugh/buf.h>

/* What a terminal needs around it. */
enum terminal_place {
	TERMINAL_IN_DISPLAY, /* X11 or Wayland */
	TERMINAL_IN_X11,
	TERMINAL_IN_WAYLAND,
	TERMINAL_IN_TMUX,
};

enum { TERMINAL_BEFORE = 2, TERMINAL_WORDS = 16 };

struct terminal {
	const char *name;    /* as --terminal has it */
	const char *program; /* NULL: the same */
	enum terminal_place place;
	const char *before[TERMINAL_BEFORE]; /* words behind the program; NULL: none */
	const char *title;   /* stands before the title, or with '=' at its end is joined to it;
				NULL: there is no option */
	const char *command; /* stands before the command; NULL: nothing does */
	bool takes_line;     /* the command is one word, quoted as for a shell; else its words */
};

/* The known ones, in the order in which they are tried. */
extern const struct terminal terminals[];
extern const size_t terminals_count;

/* One by name; NULL where it is not known. */
const struct terminal *terminal_find(const char *name);

/* How a program is used that is not known: as xterm, and as Debian's policy has it of
 * x-terminal-emulator: -T TITLE -e WORD... */
extern const struct terminal terminal_like_xterm;

/* A command line; members are for reading. */
struct terminal_line {
	const char *argv[TERMINAL_WORDS]; /* ends in NULL */
	struct plugh_buf title, command;  /* what had to be joined or quoted */
};

/* Make the command line that shows a command in a new window.
 *
 * program   what is started: a name or a path; borrowed, as is all else, by the result
 * title     what obeys control characters does not get them
 * command   1 to 3 words, ended by NULL
 * ret_line  the caller releases it, also after an error
 *
 * Returns 0, or -ENOMEM. */
int terminal_line_init(const struct terminal *terminal, const char *program, const char *title,
	const char *const command[], struct terminal_line *ret_line);

void terminal_line_release(struct terminal_line *line);

#endif
