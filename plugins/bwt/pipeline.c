/* pipeline - a ring of slots, each a job of the crew.
 * SPDX-License-Identifier: MIT */
#include "pipeline.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

struct ring;

struct seat {
	struct ring *ring;
	struct crew_job job;
};

struct ring {
	const struct pipeline *pipeline;
	struct crew *crew;
	size_t slots;
	size_t next, busy; /* the slot to fill; those in front of it that wait for drain */
	bool has_failed;   /* in drain */
	struct seat seat[PIPELINE_SLOTS];
};

static void work(void *arg, size_t part)
{
	const struct seat *seat = arg;
	struct ring *ring = seat->ring;

	(void)part;
	ring->pipeline->work(ring->pipeline->ctx, (size_t)(seat - ring->seat),
		crew_threads(ring->crew) > 0 ? ring->crew : NULL);
}

static void submit(struct ring *ring, size_t slot)
{
	struct seat *seat = &ring->seat[slot];

	seat->ring = ring;
	seat->job = (struct crew_job){ .part = work, .arg = seat, .parts = 1 };
	crew_start(ring->crew, &seat->job);
}

static int collect_oldest(struct ring *ring)
{
	size_t oldest = ring->next >= ring->busy ? ring->next - ring->busy
						 : ring->next + ring->slots - ring->busy;

	ring->busy--;
	crew_finish(ring->crew, &ring->seat[oldest].job);
	int r = ring->pipeline->drain(ring->pipeline->ctx, oldest);
	ring->has_failed = r < 0;
	return r;
}

/* Returns 1, 0 at the end of the input, or -errno. */
static int step(struct ring *ring)
{
	int r = ring->busy == ring->slots ? collect_oldest(ring) : 0;

	if (r < 0)
		return r;
	r = ring->pipeline->fill(ring->pipeline->ctx, ring->next);
	if (r > 0) {
		submit(ring, ring->next);
		ring->busy++;
		ring->next = ring->next + 1 < ring->slots ? ring->next + 1 : 0;
	}
	return r;
}

static int run(struct ring *ring)
{
	int r = 1;

	while (r > 0)
		r = step(ring);
	while (ring->busy > 0 && !ring->has_failed && r != -ECANCELED) {
		int drained = collect_oldest(ring);
		if (drained < 0)
			return drained;
	}
	return r;
}

int pipeline_run(const struct pipeline *pipeline)
{
	struct ring *ring = calloc(1, sizeof *ring);
	int r = -ENOMEM;

	if (ring == NULL)
		return r;
	ring->pipeline = pipeline;
	ring->crew = crew_create(pipeline->threads > 1 ? pipeline->threads : 0);
	if (ring->crew == NULL)
		goto out;
	/* Without threads a second slot would only wait. */
	ring->slots = crew_threads(ring->crew) > 0 ? pipeline->slots : 1;
	if (ring->slots > PIPELINE_SLOTS)
		ring->slots = PIPELINE_SLOTS;
	r = run(ring);
out:
	crew_destroy(ring->crew);
	free(ring);
	return r;
}
