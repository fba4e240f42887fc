/* Messages in GNU timeout's form: the program's name and the text, without a word between.
 *
 * Rationale: who replaces `timeout` by `plugh timeout` looks for the same texts. The host's own
 * messages have "error: " before them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef TIMEOUT_SAY_H
#define TIMEOUT_SAY_H

/* Write "plugh timeout: ", the text and a newline to standard error, at once.
 *
 * error   an errno, whose text is added behind ": "; 0: none
 * before  what stands before the quoted word in the text
 * word    shown in the user's quotation marks; NULL: none
 * after   what stands behind it */
void say(int error, const char *before, const char *word, const char *after);

#endif
