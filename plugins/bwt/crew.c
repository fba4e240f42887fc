/* crew - threads and one list of jobs, under one lock: parts take milliseconds.
 * SPDX-License-Identifier: MIT */
#include "crew.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct crew_job *jobs; /* those with parts that have not begun */
	bool is_ending;
	size_t threads;
	pthread_t thread[];
};

/* Takes the lock away for the time of the part. */
static void do_part(struct crew *crew, struct crew_job *job)
{
	size_t part = job->next++;

	if (job->next == job->parts) {
		struct crew_job **place = &crew->jobs;
		while (*place != job)
			place = &(*place)->link;
		*place = job->link;
	}
	pthread_mutex_unlock(&crew->lock);
	job->part(job->arg, part);
	pthread_mutex_lock(&crew->lock);
	if (++job->done == job->parts)
		pthread_cond_broadcast(&crew->changed);
}

static void *thread_main(void *arg)
{
	struct crew *crew = arg;

	pthread_mutex_lock(&crew->lock);
	while (!crew->is_ending) {
		if (crew->jobs != NULL)
			do_part(crew, crew->jobs);
		else
			pthread_cond_wait(&crew->changed, &crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

struct crew *crew_create(size_t threads)
{
	struct crew *crew = calloc(1, sizeof *crew + threads * sizeof *crew->thread);

	if (crew == NULL)
		return NULL;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->changed, NULL);
	while (crew->threads < threads &&
		pthread_create(&crew->thread[crew->threads], NULL, thread_main, crew) == 0)
		crew->threads++;
	return crew;
}

size_t crew_threads(const struct crew *crew)
{
	return crew->threads;
}

void crew_start(struct crew *crew, struct crew_job *job)
{
	struct crew_job **place = &crew->jobs;

	pthread_mutex_lock(&crew->lock);
	while (*place != NULL)
		place = &(*place)->link;
	job->next = job->done = 0;
	job->link = NULL;
	*place = job;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
}

void crew_finish(struct crew *crew, struct crew_job *job)
{
	pthread_mutex_lock(&crew->lock);
	while (crew->threads == 0 && job->next < job->parts)
		do_part(crew, job);
	while (job->done < job->parts)
		pthread_cond_wait(&crew->changed, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

void crew_share(struct crew *crew, void (*part)(void *arg, size_t part), void *arg, size_t parts)
{
	struct crew_job job = { part, arg, parts, 0, 0, NULL };

	if (crew == NULL || parts < 2) {
		for (size_t i = 0; i < parts; i++)
			part(arg, i);
		return;
	}
	pthread_mutex_lock(&crew->lock);
	/* In front: what has begun is to end first. */
	job.link = crew->jobs;
	crew->jobs = &job;
	pthread_cond_broadcast(&crew->changed);
	while (job.next < job.parts)
		do_part(crew, &job);
	while (job.done < job.parts)
		pthread_cond_wait(&crew->changed, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

void crew_destroy(struct crew *crew)
{
	if (crew == NULL)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->is_ending = true;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	for (size_t i = 0; i < crew->threads; i++)
		pthread_join(crew->thread[i], NULL);
	pthread_cond_destroy(&crew->changed);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}
