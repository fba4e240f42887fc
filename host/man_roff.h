/* SPDX-License-Identifier: MIT */
/* Writing man(7): texts of any content become roff source that shows just them.
 *
 * Pages are man(7), not mdoc(7): in man(7) all is text but what begins a line with a dot, so a word
 * out of a manifest cannot turn into a macro ("No", "Ar" and "Ns" are such words in mdoc), and
 * groff and mandoc show the same. References: groff_man(7), mandoc's man(7), groff_char(7).
 *
 * All functions append to a buffer and leave its error sticking (buf.h), so that a page is checked
 * once, at its end. Texts are UTF-8 without control characters. Threads: any. */
#ifndef PLUGH_MAN_ROFF_H
#define PLUGH_MAN_ROFF_H

#include <plugh/buf.h>

/* Text as a part of a line or as an argument of a macro: backslashes, quotes, dashes and what is
 * not ASCII are escaped, a dot at the beginning too.   Since: 0.1 */
void roff_text(struct plugh_buf *buf, const char *text);

/* The same in bold (what is typed as it stands) and in italics (what stands for something). */
void roff_bold(struct plugh_buf *buf, const char *text);
void roff_italic(struct plugh_buf *buf, const char *text);

/* Text as a line of its own; blanks around it are left out, an empty one is no line. */
void roff_line(struct plugh_buf *buf, const char *text);

/* .SH and .SS. */
void roff_section(struct plugh_buf *buf, const char *title);
void roff_subsection(struct plugh_buf *buf, const char *title);

/* Begin an entry of a list: .TP; the tag's line is next, then the body. */
void roff_entry(struct plugh_buf *buf);

/* A reference to a page: "plugh-bwt(1)" in bold and roman, without a newline. */
void roff_reference(struct plugh_buf *buf, const char *page, const char *section);

/* Append source that was made apart, its error too, and release it. */
void roff_adopt(struct plugh_buf *buf, struct plugh_buf *source);

/* The same for a text, which becomes a line as by roff_line. */
void roff_line_adopt(struct plugh_buf *buf, struct plugh_buf *text);

#endif
