/* SPDX-License-Identifier: MIT */
/* One ini file: bytes in, sections, values and problems out, each with its line.
 *
 * libinih decides what is a section, a key, a comment and a continued value. As Debian builds it,
 * it cuts lines at 200 bytes and section names at 49 in silence, gives no line numbers, reads a
 * line up to its first NUL, keeps quotes, and cuts a quoted value at " ;". What it would lose is
 * reported here instead, and the text of a value is taken from the line itself.
 *
 *	[section]                 ; a comment: after a blank, or as a line (also with #)
 *	key = value               ; blanks around are dropped; `:` will do for `=`
 *	key = " value ; \"x\" "   ; in quotes: \\ \" \t \n
 *	key = one two             ; a value goes on in indented lines
 *	      "and three"
 *
 * (Named after the noun, and not ini.h, because that is libinih's own header.) */
#ifndef PLUGH_INI_FILE_H
#define PLUGH_INI_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum { INI_FILE_MAX_BYTES = 1024 * 1024, INI_FILE_MAX_NAME = 49 };

/* Who is told. Each function returns 0, or -errno, which ends the parsing and becomes its result.
 * All strings are borrowed for the call. */
struct ini_file_sink {
	void *ctx;

	/* A section begins; its name without the blanks around it. */
	int (*section)(void *ctx, const char *name, unsigned line);

	/* A line of a value, quotes kept, without comment and outer blanks; it may be empty.
	 * continues: an indented line, which goes on with the value of the last key */
	int (*value)(void *ctx, const char *key, const char *text, bool continues, unsigned line);

	/* Something is wrong; what the line says is left out, unless is_error is false. The text
	 * may hold any byte of the file but control characters below 0x20 and 0x7f. */
	int (*problem)(void *ctx, unsigned line, bool is_error, const char *text, const char *hint);
};

/* Read a whole file.
 *
 * any        also take what is not a regular file, and wait for it (a FIFO, /dev/fd/N)
 * ret_bytes  receives the content, the caller's to free, and
 * ret_count  its size; not ended by a NUL
 *
 * Returns 0, -ENOMEM, what open and read say, or
 *   -EISDIR      a folder
 *   -EOPNOTSUPP  not a regular file (without `any`)
 *   -EFBIG       more than INI_FILE_MAX_BYTES
 * Threads: any.   Since: 0.1 */
int ini_file_read(const char *path, bool any, char **ret_bytes, size_t *ret_count);

/* Parse the content of a file.
 *
 * Returns 0, also when there were problems, or what a function of the sink returned, or -ENOMEM.
 * Threads: any.   Since: 0.1 */
int ini_file_parse(const char *bytes, size_t count, const struct ini_file_sink *sink);

/* Take the quotes off one line of a value; a text that does not start with one is copied as it is.
 *
 * buffer      receives the result; as large as TEXT with its NUL suffices
 * ret_reason  on -EINVAL, receives what is wrong with it, a constant
 *
 * Returns 0, or -EINVAL for an unknown escape, a missing or a misplaced quote.   Since: 0.1 */
int ini_file_unquote(const char *text, char *buffer, const char **ret_reason);

/* Take the next word of a list: words stand between blanks; one in double quotes may hold blanks.
 *
 * cursor      where to go on; moved behind the word
 * buffer      as above
 *
 * Returns 1 for a word, 0 at the end, or -EINVAL as above.   Since: 0.1 */
int ini_file_next_word(const char **cursor, char *buffer, const char **ret_reason);

#endif
