/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded pool of threads for work that may block. Threads start when there
 * is work and nobody is free, and stay.
 */
#ifndef MR_SERVER_POOL_H
#define MR_SERVER_POOL_H

#include <millrace/types.h>

typedef struct mr_pool mr_pool;

struct mr_task {
	struct mr_task *next;
	void (*run)(struct mr_task *task);
};

struct mr_pool_counts {
	uint64_t queued, running, stuck, threads; /* now */
	uint64_t refused; /* since the start */
};

/* name: of the threads and in the metrics; lives as long as the pool. NULL when out of memory. */
mr_pool *mr_pool_new(const char *name, unsigned threads_max, size_t queue_max);
/* Refuses (TEMPORARILY_UNAVAILABLE) when the queue is full, and while so many
 * calls are stuck that no thread can be counted on. */
mr_code mr_pool_submit(mr_pool *pool, struct mr_task *task, mr_error *err);
/* A running task was given up by its client (+1), or came to an end after all (-1). */
void mr_pool_stuck(mr_pool *pool, int change);
void mr_pool_count(mr_pool *pool, struct mr_pool_counts *out);
const char *mr_pool_name(const mr_pool *pool);
/* Runs what is queued and ends the threads. False when some did not end in
 * time: pool and threads are then left alone. */
bool mr_pool_free(mr_pool *pool, int64_t deadline_ns);

#endif
