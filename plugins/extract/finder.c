/* Each scan looks through the bytes at hand, and what it learns stays true when the window moves
 * on: a match found ahead is kept for later, and where none was found only the new bytes are
 * searched. So the time is linear however the two delimiters are mixed. A match counts only when
 * nothing before it can still turn into one.
 *
 * SPDX-License-Identifier: MIT */
#include "finder.h"

#include <errno.h>

/* Take up the search at `pos`, with what is known from before as far as it holds there. */
static void resume(struct scan *scan, uint64_t pos)
{
	bool is_bound = pattern_is_bound_to_start(scan->pattern);
	uint64_t known_from = scan->found ? scan->at.origin : scan->from;

	if (!is_bound && known_from >= pos)
		return;
	scan->found = scan->tried = false;
	scan->from = pos;
}

static int fail_regex(struct finder *finder, const struct scan *scan, int r)
{
	finder->result->outcome = r == -ELOOP ? MATCH_REGEX_FAILED : MATCH_NO_MEMORY;
	finder->result->culprit = scan->pattern;
	finder->result->offset = scan->from;
	return r;
}

/* Look through the bytes at hand, unless that was done. */
static int try(struct finder *finder, struct scan *scan)
{
	const struct window *window = &finder->window;
	uint64_t end = window_end(window);
	bool is_known = scan->tried && scan->tried_end == end && scan->tried_last == window->ended;
	struct regex_match match;

	if (scan->found || is_known || scan->from > end)
		return 0;
	struct pattern_view view = {
		.data = window_data(window, window->base),
		.size = window->size,
		.from = (size_t)(scan->from - window->base),
		.last = window->ended,
	};
	int r = pattern_find(scan->pattern, &view, &match);
	if (r < 0)
		return fail_regex(finder, scan, r);
	if (r > 0) {
		scan->found = true;
		scan->at.origin = window->base + match.origin;
		scan->at.start = window->base + match.start;
		scan->at.end = window->base + match.end;
		return 0;
	}
	scan->from = window->base + match.start;
	scan->tried = true;
	scan->tried_end = end;
	scan->tried_last = window->ended;
	return 0;
}

static bool is_better(const struct span *a, const struct span *b)
{
	return a->start < b->start || (a->start == b->start && a->end >= b->end);
}

/* The scan whose match comes first, or NULL when that cannot be told yet (or there is none). */
static const struct scan *choose(const struct finder *finder, const struct scan *scan, size_t count)
{
	const struct scan *best = NULL;

	for (size_t i = 0; i < count; i++) {
		if (scan[i].found && (!best || is_better(&scan[i].at, &best->at)))
			best = &scan[i];
	}
	for (size_t i = 0; best && i < count; i++) {
		if (!scan[i].found && !finder->window.ended && scan[i].from <= best->at.start)
			return NULL;
	}
	return best;
}

/* Before this offset none of the scans has anything left to find. */
static uint64_t find_lowest(const struct scan *scan, size_t count)
{
	uint64_t lowest = UINT64_MAX;

	for (size_t i = 0; i < count; i++) {
		uint64_t from = scan[i].found ? scan[i].at.origin : scan[i].from;
		lowest = from < lowest ? from : lowest;
	}
	return lowest;
}

/* What must stay at hand: what the scans look at next, lookbehind, and what is held. */
static uint64_t find_keep(const struct finder *finder, const struct scan *scan, size_t count)
{
	uint64_t keep = window_end(&finder->window);

	for (size_t i = 0; i < count; i++) {
		uint64_t from = scan[i].found ? scan[i].at.origin : scan[i].from;
		size_t context = pattern_context(scan[i].pattern);
		from = from > context ? from - context : 0;
		keep = from < keep ? from : keep;
	}
	keep = finder->hold < keep ? finder->hold : keep;
	return keep > finder->window.base ? keep : finder->window.base;
}

/* An unfinished regex match is tried again with twice the bytes, so that a long one costs no more
 * than twice the time. */
static int find_want(struct finder *finder, const struct scan *scan, size_t count, size_t *ret_want)
{
	uint64_t end = window_end(&finder->window);

	*ret_want = 1;
	for (size_t i = 0; i < count; i++) {
		if (scan[i].found || scan[i].from >= end || !pattern_is_regex(scan[i].pattern))
			continue;
		uint64_t unfinished = end - scan[i].from;
		if (unfinished > finder->regex_most) {
			finder->result->outcome = MATCH_REGEX_TOO_LONG;
			finder->result->culprit = scan[i].pattern;
			finder->result->offset = scan[i].from;
			return -EFBIG;
		}
		if (unfinished > finder->window.chunk && unfinished > *ret_want)
			*ret_want = (size_t)unfinished;
	}
	return 0;
}

int finder_fill(struct finder *finder, uint64_t keep, size_t want)
{
	int r = window_fill(&finder->window, keep, want);

	if (r < 0) {
		finder->result->outcome = r == -ENOMEM ? MATCH_NO_MEMORY : MATCH_READ_FAILED;
		finder->result->error = r;
	}
	return r;
}

static int read_more(struct finder *finder, const struct scan *scan, size_t count)
{
	uint64_t lowest = find_lowest(scan, count);
	size_t want;

	if (finder->hold != FINDER_HOLDS_NOTHING && lowest > finder->hold_start &&
		lowest - finder->hold_start > finder->hold_most)
		finder->hold = FINDER_HOLDS_NOTHING;
	int r = find_want(finder, scan, count, &want);
	if (r < 0)
		return r;
	return finder_fill(finder, find_keep(finder, scan, count), want);
}

int finder_next(
	struct finder *finder, struct scan *scan, size_t count, uint64_t pos, struct span *ret_span)
{
	for (size_t i = 0; i < count; i++)
		resume(&scan[i], pos);
	for (;;) {
		for (size_t i = 0; i < count; i++) {
			int r = try(finder, &scan[i]);
			if (r < 0)
				return r;
		}
		const struct scan *best = choose(finder, scan, count);
		if (best) {
			*ret_span = best->at;
			return (int)(best - scan) + 1;
		}
		if (finder->window.ended)
			return 0;
		int r = read_more(finder, scan, count);
		if (r < 0)
			return r;
	}
}
