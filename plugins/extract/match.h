/* Finding texts between a prefix and a suffix in a stream, and handing them over.
 *
 * The rule, for prefix P and suffix S, in Python's words:
 *
 *     i = data.index(P, pos)              # P absent: i = 0, once; 0 bytes long
 *     j = data.index(S, i + len(P))       # S absent: the end of the stream
 *     text = data[i + len(P):j]
 *     pos = j + len(S)                    # one more where P and S matched no bytes at all
 *
 * Where P is found and no S behind it, there are no further matches. With `nested`, j is instead
 * the S that balances P: from i + len(P) on, each P opens and each S closes, whichever begins first
 * (if both begin at one place: the longer; if they are equally long: S); an S that nothing opened
 * is passed over.
 *
 * What must be held in memory: nothing while a prefix is looked for, and nothing of the text where
 * the suffix is absent: it is handed over as it comes. A text whose suffix is still to be found is
 * held, since it must not be handed over if there is none; a long one in a source that can be read
 * again is not, and is read again.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_MATCH_H
#define EXTRACT_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern.h"
#include "source.h"

#define MATCH_LENGTH_UNKNOWN UINT64_MAX

struct match_options {
	struct pattern *prefix; /* NULL: absent. Borrowed, as is the suffix */
	struct pattern *suffix; /* NULL: absent */
	uint64_t nth;           /* hand over only this match, from 1; 0: no such wish */
	bool all;               /* all matches, not the first one only */
	bool nested;            /* needs both, neither of which may match no bytes */
	bool delimiters;        /* hand over P and S too */
	bool lines;             /* tell line numbers */
	bool whole;             /* hand over each text in one piece, with its length known before */
	bool count_only;        /* hand over nothing */
	uint64_t max_held;      /* bytes of text (or of one regex match) to hold at most */
	size_t chunk;           /* bytes to read at once; 0: a good number */
};

/* What is handed over: the text, with the delimiters if these are wanted. */
struct match {
	uint64_t index;  /* from 1, in this stream */
	uint64_t offset; /* of its first byte, from 0 */
	uint64_t length; /* or MATCH_LENGTH_UNKNOWN: the text goes on to the end of the stream */
	uint64_t line;   /* of its first byte, from 1; 0 if lines were not asked for */
};

/* Who takes the matches. begin, any number of bytes (with `whole`: just one), end; each returns 0
 * or -errno, which ends the run. */
struct match_sink {
	int (*begin)(void *ctx, const struct match *match);
	int (*bytes)(void *ctx, const char *bytes, size_t n);
	int (*end)(void *ctx);
	void *ctx;
};

enum match_outcome {
	MATCH_DONE,           /* all that was asked for was handed over, or counted */
	MATCH_NO_PREFIX,      /* looked for one more match: there is no (further) prefix, */
	MATCH_NO_SUFFIX,      /* or no suffix behind it */
	MATCH_READ_FAILED,    /* error: what the source returned */
	MATCH_CHANGED,        /* the source no longer has what it had when it was read first */
	MATCH_TEXT_TOO_LONG,  /* over max_held; offset: of the text */
	MATCH_REGEX_TOO_LONG, /* a match of `culprit`, from offset on, is over max_held */
	MATCH_REGEX_FAILED,   /* PCRE2 gave up on `culprit` (pattern_failure); offset: from where */
	MATCH_NO_MEMORY,
	MATCH_SINK_FAILED, /* error: what the sink returned */
};

struct match_result {
	enum match_outcome outcome;
	uint64_t count; /* matches found, handed over or not */
	int error;
	uint64_t offset;
	const struct pattern *culprit;
};

/* Go through the source once. The count is right for every outcome: what was found before it.
 * Threads: any; one at a time per pattern. */
struct match_result match_run(
	const struct match_options *options, struct source *source, const struct match_sink *sink);

#endif
