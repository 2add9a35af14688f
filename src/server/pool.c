/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pool.h"

#include <pthread.h>
#include <time.h>

#include "base/inject.h"
#include "base/os.h"

enum { THREADS_MOST = 256 };

struct mr_pool {
	const char *name;
	unsigned threads_max;
	size_t queue_max;
	pthread_mutex_t lock;
	pthread_cond_t work, ended;
	struct mr_task *first, *last;
	size_t queued;
	unsigned idle, running, stuck, alive;
	uint64_t refused;
	bool stopping;
	unsigned threads_n;
	unsigned long threads[THREADS_MOST];
};

mr_pool *mr_pool_new(const char *name, unsigned threads_max, size_t queue_max)
{
	mr_pool *pool = mr_calloc(1, sizeof *pool);
	pthread_condattr_t attributes;

	if (!pool)
		return NULL;
	pool->name = name;
	pool->threads_max = threads_max < 1 ? 1 : threads_max > THREADS_MOST ? THREADS_MOST : threads_max;
	pool->queue_max = queue_max;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pool->ended, &attributes);
	pthread_condattr_destroy(&attributes);
	return pool;
}

static void *thread_main(void *arg)
{
	mr_pool *pool = arg;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		struct mr_task *task = pool->first;

		if (!task && pool->stopping)
			break;
		if (!task) {
			pool->idle++;
			pthread_cond_wait(&pool->work, &pool->lock);
			pool->idle--;
			continue;
		}
		pool->first = task->next;
		pool->queued--;
		pool->running++;
		pthread_mutex_unlock(&pool->lock);
		task->run(task); /* which may free it */
		pthread_mutex_lock(&pool->lock);
		pool->running--;
	}
	pool->alive--;
	pthread_cond_signal(&pool->ended);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* A thread more if all are busy and there may be more. Called with the lock. */
static mr_code grow(mr_pool *pool, mr_error *err)
{
	mr_error refused;

	if (pool->idle > pool->queued || pool->threads_n == pool->threads_max)
		return MR_OK;
	mr_error_init(&refused);
	if (mr_thread_start(&pool->threads[pool->threads_n], pool->name, thread_main, pool, &refused) == MR_OK) {
		pool->threads_n++;
		pool->alive++;
	} else if (pool->threads_n == 0) {
		return mr_error_set(err, refused.code, "%s", refused.message);
	}
	return MR_OK;
}

mr_code mr_pool_submit(mr_pool *pool, struct mr_task *task, mr_error *err)
{
	mr_code code = MR_OK;

	task->next = NULL;
	pthread_mutex_lock(&pool->lock);
	if (pool->stuck >= pool->threads_max)
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "All %u threads of '%s' wait for calls that do not return; try again later",
				    pool->threads_max, pool->name);
	else if (pool->stopping || pool->queued >= pool->queue_max)
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The server is too busy: %zu requests wait for '%s'; try again later", pool->queued,
				    pool->name);
	else
		code = grow(pool, err);
	if (code != MR_OK) {
		pool->refused++;
	} else {
		if (pool->first)
			pool->last->next = task;
		else
			pool->first = task;
		pool->last = task;
		pool->queued++;
		if (pool->idle)
			pthread_cond_signal(&pool->work);
	}
	pthread_mutex_unlock(&pool->lock);
	return code;
}

void mr_pool_stuck(mr_pool *pool, int change)
{
	pthread_mutex_lock(&pool->lock);
	pool->stuck = (unsigned)((int)pool->stuck + change);
	pthread_mutex_unlock(&pool->lock);
}

void mr_pool_count(mr_pool *pool, struct mr_pool_counts *out)
{
	pthread_mutex_lock(&pool->lock);
	*out = (struct mr_pool_counts){pool->queued, pool->running, pool->stuck, pool->threads_n, pool->refused};
	pthread_mutex_unlock(&pool->lock);
}

const char *mr_pool_name(const mr_pool *pool)
{
	return pool->name;
}

bool mr_pool_free(mr_pool *pool, int64_t deadline_ns)
{
	struct timespec until = {deadline_ns / 1000000000, deadline_ns % 1000000000};
	bool ended;

	if (!pool)
		return true;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->work);
	while (pool->alive && pthread_cond_timedwait(&pool->ended, &pool->lock, &until) == 0)
		;
	ended = pool->alive == 0;
	pthread_mutex_unlock(&pool->lock);
	if (!ended)
		return false;
	for (unsigned i = 0; i < pool->threads_n; i++)
		mr_thread_join(pool->threads[i]);
	pthread_cond_destroy(&pool->work);
	pthread_cond_destroy(&pool->ended);
	pthread_mutex_destroy(&pool->lock);
	mr_free(pool);
	return true;
}
