/* pipeline - a ring of slots, each with its thread.
 * SPDX-License-Identifier: MIT */
#include "pipeline.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct ring;

struct seat {
	struct ring *ring;
	pthread_t thread;
	bool is_ready; /* for its thread; else for the calling one */
};

struct ring {
	const struct pipeline *pipeline;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_ending;
	size_t threads; /* 0: the calling thread works too */
	size_t slots;
	size_t next, busy; /* the slot to fill; those in front of it that wait for drain */
	bool has_failed;   /* in drain */
	struct seat seat[PIPELINE_SLOTS];
};

static void *seat_main(void *arg)
{
	struct seat *seat = arg;
	struct ring *ring = seat->ring;

	pthread_mutex_lock(&ring->lock);
	for (;;) {
		while (!seat->is_ready && !ring->is_ending)
			pthread_cond_wait(&ring->changed, &ring->lock);
		if (ring->is_ending)
			break;
		pthread_mutex_unlock(&ring->lock);
		ring->pipeline->work(ring->pipeline->ctx, (size_t)(seat - ring->seat));
		pthread_mutex_lock(&ring->lock);
		seat->is_ready = false;
		pthread_cond_broadcast(&ring->changed);
	}
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

static void submit(struct ring *ring, size_t slot)
{
	if (ring->threads == 0) {
		ring->pipeline->work(ring->pipeline->ctx, slot);
		return;
	}
	pthread_mutex_lock(&ring->lock);
	ring->seat[slot].is_ready = true;
	pthread_cond_broadcast(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
}

static int collect(struct ring *ring, size_t slot)
{
	pthread_mutex_lock(&ring->lock);
	while (ring->seat[slot].is_ready)
		pthread_cond_wait(&ring->changed, &ring->lock);
	pthread_mutex_unlock(&ring->lock);
	return ring->pipeline->drain(ring->pipeline->ctx, slot);
}

static void start_threads(struct ring *ring)
{
	size_t wanted = ring->pipeline->slots;

	if (wanted > PIPELINE_SLOTS)
		wanted = PIPELINE_SLOTS;
	while (wanted > 1 && ring->threads < wanted) {
		struct seat *seat = &ring->seat[ring->threads];
		seat->ring = ring;
		if (pthread_create(&seat->thread, NULL, seat_main, seat) != 0)
			break;
		ring->threads++;
	}
	ring->slots = ring->threads > 0 ? ring->threads : 1;
}

static void end_threads(struct ring *ring)
{
	pthread_mutex_lock(&ring->lock);
	ring->is_ending = true;
	pthread_cond_broadcast(&ring->changed);
	pthread_mutex_unlock(&ring->lock);
	for (size_t i = 0; i < ring->threads; i++)
		pthread_join(ring->seat[i].thread, NULL);
}

static int collect_oldest(struct ring *ring)
{
	size_t oldest = ring->next >= ring->busy ? ring->next - ring->busy
						 : ring->next + ring->slots - ring->busy;

	ring->busy--;
	int r = collect(ring, oldest);
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

	if (ring == NULL)
		return -ENOMEM;
	ring->pipeline = pipeline;
	pthread_mutex_init(&ring->lock, NULL);
	pthread_cond_init(&ring->changed, NULL);
	start_threads(ring);
	int r = run(ring);
	end_threads(ring);
	pthread_cond_destroy(&ring->changed);
	pthread_mutex_destroy(&ring->lock);
	free(ring);
	return r;
}
