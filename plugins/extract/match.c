/* The rule of match.h over a finder, and the handing over of texts.
 *
 * SPDX-License-Identifier: MIT */
#include "match.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "finder.h"

enum {
	CHUNK = 256 * 1024, /* fits a second-level cache, and makes system calls few */
	HOLD_READABLE = 4,  /* chunks: texts up to this size are not read again */
	PREFIX = 0,
	SUFFIX = 1,
};

/* One run. The scans stand side by side, so that `nested` can look for both. */
struct run {
	const struct match_options *options;
	const struct match_sink *sink;
	struct source *source;
	struct finder finder;
	struct scan scan[2];
	uint64_t pos;
	char *again; /* a chunk for texts that are read again */
	struct match_result result;
};

static int fail(struct run *run, enum match_outcome outcome, uint64_t offset, int error)
{
	run->result.outcome = outcome;
	run->result.offset = offset;
	run->result.error = error;
	return error;
}

static int fail_sink(struct run *run, int error)
{
	return fail(run, MATCH_SINK_FAILED, 0, error);
}

/* Is the match that is looked for now to be handed over? */
static bool is_wanted(const struct run *run)
{
	const struct match_options *options = run->options;

	if (options->count_only)
		return false;
	return options->nth == 0 || options->nth == run->result.count + 1;
}

/* Has all that was asked for been found? */
static bool is_finished(const struct run *run)
{
	const struct match_options *options = run->options;

	if (options->nth > 0)
		return run->result.count == options->nth;
	return !options->all && run->result.count > 0;
}

static bool can_read_again(const struct run *run)
{
	return run->source->read_again && !run->options->whole;
}

static int read_again(struct run *run, uint64_t from, uint64_t to)
{
	size_t chunk = run->finder.window.chunk;

	if (!run->again)
		run->again = malloc(chunk);
	if (!run->again)
		return fail(run, MATCH_NO_MEMORY, from, -ENOMEM);
	while (from < to) {
		size_t want = to - from < chunk ? (size_t)(to - from) : chunk;
		ssize_t n = run->source->read_again(run->source, from, run->again, want);
		if (n < 0)
			return fail(run, MATCH_READ_FAILED, from, (int)n);
		if (n == 0)
			return fail(run, MATCH_CHANGED, from, -ESTALE);
		int r = run->sink->bytes(run->sink->ctx, run->again, (size_t)n);
		if (r < 0)
			return fail_sink(run, r);
		from += (uint64_t)n;
	}
	return 0;
}

static int begin(struct run *run, const struct match *match)
{
	int r = run->sink->begin(run->sink->ctx, match);

	return r < 0 ? fail_sink(run, r) : 0;
}

static int end(struct run *run)
{
	int r = run->sink->end(run->sink->ctx);

	return r < 0 ? fail_sink(run, r) : 0;
}

/* From `offset` on as far as the window goes, or up to `to` if that comes first. */
static int bytes(struct run *run, uint64_t offset, uint64_t to)
{
	const struct window *window = &run->finder.window;
	uint64_t stop = to < window_end(window) ? to : window_end(window);

	int r = run->sink->bytes(
		run->sink->ctx, window_data(window, offset), (size_t)(stop - offset));
	return r < 0 ? fail_sink(run, r) : 0;
}

/* A text whose end is known. `text_length` is that between the delimiters. */
static int hand_over(struct run *run, struct match *match, uint64_t text_length)
{
	uint64_t to = match->offset + match->length;
	bool is_at_hand = run->finder.hold != FINDER_HOLDS_NOTHING;

	if (!can_read_again(run) && (!is_at_hand || text_length > run->options->max_held))
		return fail(run, MATCH_TEXT_TOO_LONG, match->offset, -EFBIG);
	int r = begin(run, match);
	if (r == 0)
		r = is_at_hand ? bytes(run, match->offset, to) : read_again(run, match->offset, to);
	return r == 0 ? end(run) : r;
}

/* A text that goes on to the end of the stream, as it comes. */
static int stream_rest(struct run *run, struct match *match)
{
	uint64_t offset = match->offset;

	match->length = MATCH_LENGTH_UNKNOWN;
	int r = begin(run, match);
	while (r == 0) {
		uint64_t at_hand = window_end(&run->finder.window);
		if (at_hand > offset)
			r = bytes(run, offset, at_hand);
		offset = at_hand;
		if (r < 0 || run->finder.window.ended)
			break;
		r = finder_fill(&run->finder, offset, 1);
	}
	return r == 0 ? end(run) : r;
}

/* The same, for a taker who wants it in one piece. */
static int hold_rest(struct run *run, struct match *match, uint64_t text_start)
{
	struct window *window = &run->finder.window;

	while (!window->ended && window_end(window) - text_start <= run->options->max_held) {
		int r = finder_fill(&run->finder, match->offset, 1);
		if (r < 0)
			return r;
	}
	match->length = window_end(window) - match->offset;
	return hand_over(run, match, window_end(window) - text_start);
}

/* The next prefix. Returns 1, 0 when there is none, or -errno. */
static int find_prefix(struct run *run, struct span *ret_span)
{
	if (run->options->prefix)
		return finder_next(&run->finder, &run->scan[PREFIX], 1, run->pos, ret_span);
	*ret_span = (struct span){ 0 };
	return run->pos == 0 && run->result.count == 0;
}

/* The suffix that balances the prefix which ends at `pos`. */
static int find_balance(struct run *run, uint64_t pos, struct span *ret_span)
{
	for (uint64_t depth = 1; depth > 0;) {
		int r = finder_next(&run->finder, run->scan, 2, pos, ret_span);
		if (r <= 0)
			return r;
		depth = r - 1 == PREFIX ? depth + 1 : depth - 1;
		pos = ret_span->end;
	}
	return 1;
}

static int find_suffix(struct run *run, uint64_t pos, struct span *ret_span)
{
	if (run->options->nested)
		return find_balance(run, pos, ret_span);
	return finder_next(&run->finder, &run->scan[SUFFIX], 1, pos, ret_span);
}

/* The match whose suffix is the end of the stream, so the last one. */
static int finish_at_end(struct run *run, struct match *match, uint64_t text_start)
{
	int r = 0;

	if (is_wanted(run))
		r = run->options->whole ? hold_rest(run, match, text_start)
					: stream_rest(run, match);
	if (r < 0)
		return r;
	run->result.count++;
	if (!is_finished(run))
		run->result.outcome = MATCH_NO_PREFIX;
	return 0;
}

static void hold(struct run *run, const struct match *match, uint64_t text_start)
{
	uint64_t most = run->options->max_held;
	uint64_t readable = (uint64_t)run->finder.window.chunk * HOLD_READABLE;

	run->finder.hold = match->offset;
	run->finder.hold_start = text_start;
	run->finder.hold_most = can_read_again(run) && readable < most ? readable : most;
}

/* One match, from `prefix` on. Returns 1 when there may be another, 0 at the end, or -errno. */
static int take_match(struct run *run, const struct span *prefix)
{
	const struct match_options *options = run->options;
	struct match match = {
		.index = run->result.count + 1,
		.offset = options->delimiters ? prefix->start : prefix->end,
	};
	struct span suffix;

	if (options->lines && is_wanted(run))
		match.line = window_line(&run->finder.window, match.offset);
	run->finder.hold = FINDER_HOLDS_NOTHING;
	if (is_wanted(run))
		hold(run, &match, prefix->end);
	if (!options->suffix)
		return finish_at_end(run, &match, prefix->end);

	int r = find_suffix(run, prefix->end, &suffix);
	if (r == 0)
		run->result.outcome = MATCH_NO_SUFFIX;
	if (r <= 0)
		return r;
	match.length = (options->delimiters ? suffix.end : suffix.start) - match.offset;
	if (is_wanted(run))
		r = hand_over(run, &match, suffix.start - prefix->end);
	if (r < 0)
		return r;
	run->finder.hold = FINDER_HOLDS_NOTHING;
	run->result.count++;
	/* Where nothing was matched and nothing lies between, the same would be found for ever. */
	run->pos = suffix.end + (suffix.end == prefix->start);
	return 1;
}

/* Both delimiters are literals, and neither is empty. */
static bool is_plain(const struct match_options *options)
{
	return !options->nested && options->prefix && options->suffix &&
	       pattern_literal_size(options->prefix) > 0 &&
	       pattern_literal_size(options->suffix) > 0;
}

/* Hand over a match of literals that lies in the bytes at hand from end to end. */
static int hand_over_at_hand(
	struct run *run, const struct regex_match *prefix, const struct regex_match *suffix)
{
	struct window *window = &run->finder.window;
	bool delimiters = run->options->delimiters;
	size_t from = delimiters ? prefix->start : prefix->end;
	struct match match = {
		.index = run->result.count + 1,
		.offset = window->base + from,
		.length = (delimiters ? suffix->end : suffix->start) - from,
	};
	int r = 0;

	if (is_wanted(run)) {
		if (run->options->lines)
			match.line = window_line(window, match.offset);
		run->finder.hold = match.offset;
		r = hand_over(run, &match, suffix->start - prefix->end);
		run->finder.hold = FINDER_HOLDS_NOTHING;
	}
	run->result.count += r == 0;
	run->pos = window->base + suffix->end;
	return r;
}

/* Nearly all matches lie so where there are many: what follows is what finder_next and take_match
 * come to, without their care for what is not complete yet. Returns 0, with the rest left to them,
 * or -errno. */
static int take_at_hand(struct run *run)
{
	const struct match_options *options = run->options;
	const struct window *window = &run->finder.window;
	struct pattern_view view = {
		.data = window_data(window, window->base),
		.size = window->size,
		.last = window->ended,
	};
	struct regex_match prefix, suffix;
	int r = 0;

	while (r == 0 && !is_finished(run)) {
		if (run->pos < window->base || run->pos > window_end(window))
			return 0;
		view.from = (size_t)(run->pos - window->base);
		if (pattern_find(options->prefix, &view, &prefix) <= 0)
			return 0;
		view.from = prefix.end;
		if (pattern_find(options->suffix, &view, &suffix) <= 0 ||
			suffix.start - prefix.end > options->max_held)
			return 0;
		r = hand_over_at_hand(run, &prefix, &suffix);
	}
	return r;
}

struct match_result match_run(
	const struct match_options *options, struct source *source, const struct match_sink *sink)
{
	struct run run = {
		.options = options,
		.sink = sink,
		.source = source,
		.finder = { .hold = FINDER_HOLDS_NOTHING, .regex_most = options->max_held },
		.scan = { { .pattern = options->prefix }, { .pattern = options->suffix } },
	};
	bool is_simple = is_plain(options);
	struct span prefix;
	int r = 1;

	assert(!options->nested || (options->prefix && options->suffix));
	run.finder.result = &run.result;
	window_init(&run.finder.window, source, options->chunk ? options->chunk : CHUNK,
		options->lines);
	while (r > 0 && !is_finished(&run)) {
		r = find_prefix(&run, &prefix);
		if (r == 0)
			run.result.outcome = MATCH_NO_PREFIX;
		if (r > 0)
			r = take_match(&run, &prefix);
		if (r > 0 && is_simple && take_at_hand(&run) < 0)
			break;
	}
	window_release(&run.finder.window);
	free(run.again);
	return run.result;
}
