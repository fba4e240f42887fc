/* Looking for the next of one or two delimiters in a stream, with the window moved and filled as
 * needed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EXTRACT_FINDER_H
#define EXTRACT_FINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match.h"
#include "pattern.h"
#include "window.h"

#define FINDER_HOLDS_NOTHING UINT64_MAX

/* Where in the stream a delimiter was found; as struct regex_match, but in offsets of the stream.
 */
struct span {
	uint64_t origin;
	uint64_t start;
	uint64_t end;
};

/* The search for one delimiter, which remembers what it knows of the window. Starts as { .pattern =
 * P }. */
struct scan {
	struct pattern *pattern;
	bool found;
	struct span at; /* if found */
	uint64_t from;  /* if not found: no match begins before it ... */
	bool tried;     /* ... and none is complete in the bytes up to tried_end */
	bool tried_last;
	uint64_t tried_end;
};

struct finder {
	struct window window;
	uint64_t hold;       /* keep the bytes from this offset on, or FINDER_HOLDS_NOTHING */
	uint64_t hold_start; /* of what is measured against hold_most; not before `hold` */
	uint64_t hold_most;  /* when this is not enough, `hold` is given up */
	uint64_t regex_most; /* longest unfinished regex match to keep */
	struct match_result *result;
};

/* Find the first match of any of the `count` scans that begins at `pos` or later; `pos` does not go
 * down from call to call. If two begin at one place: the longer one; if they are equally long: that
 * of the later scan.
 *
 * Returns the number of the scan from 1 on, with *ret_span filled; 0 when there is none up to the
 * end of the stream; or -errno with the result's outcome, error, offset and culprit filled. */
int finder_next(struct finder *finder, struct scan *scan, size_t count, uint64_t pos,
	struct span *ret_span);

/* window_fill, with a failure put into the result. */
int finder_fill(struct finder *finder, uint64_t keep, size_t want);

#endif
