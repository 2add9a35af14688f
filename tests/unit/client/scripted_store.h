/* SPDX-License-Identifier: Apache-2.0
 *
 * A tracking store that does what a test tells it, and remembers what it was
 * given: scheme "scripted". All of it may be used from several threads.
 */
#ifndef MR_TEST_SCRIPTED_STORE_H
#define MR_TEST_SCRIPTED_STORE_H

#include <millrace/plugin.h>
#include <stdatomic.h>

extern const struct mr_plugin scripted_store;

struct scripted {
	atomic_int away;       /* answers TEMPORARILY_UNAVAILABLE while not 0 */
	atomic_int broken;     /* answers INTERNAL_ERROR while not 0 */
	atomic_int batches;    /* log-batch calls */
	atomic_long metrics;   /* accepted */
	atomic_long params;
	atomic_long tags;
	atomic_int status;     /* the last one */
	atomic_long status_at; /* how many metrics were there then */
	atomic_long disorder;  /* metrics whose step did not follow the one before, by key "loss" */
	atomic_long last_step;
	char last_tag[64];     /* value of the last tag */
};
extern struct scripted scripted;
void scripted_reset(void);

#endif
