/* SPDX-License-Identifier: Apache-2.0 */
#include "project/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/os.h"

enum { PATIENCE_MS = 30000 };

struct watch {
	mr_str plugin;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned long thread;
	bool ending;
	const char *call; /* under way; NULL: none */
	int64_t since, tell_at, patience; /* ns */
};

static void wait_until(struct watch *w, int64_t monotonic_ns)
{
	struct timespec t = {monotonic_ns / 1000000000, monotonic_ns % 1000000000};

	pthread_cond_timedwait(&w->changed, &w->lock, &t);
}

static void *look(void *arg)
{
	struct watch *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->ending) {
		int64_t now = mr_monotonic_ns();

		if (!w->call) {
			pthread_cond_wait(&w->changed, &w->lock);
		} else if (now < w->tell_at) {
			wait_until(w, w->tell_at);
		} else {
			mr_log(MR_LOG_WARNING, "project", "The plugin %.*s has not come back from its function '%s' for %lld s",
			       MR_STR_ARG(w->plugin), w->call, (long long)((now - w->since) / 1000000000));
			w->tell_at = now + 2 * (now - w->since);
		}
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

mr_code watch_new(struct watch **out, mr_str plugin, int32_t patience_ms, mr_error *err)
{
	struct watch *w = calloc(1, sizeof *w);
	pthread_condattr_t attributes;
	mr_code code;

	*out = NULL;
	if (!w)
		return mr_error_no_memory(err);
	w->plugin = plugin;
	w->patience = INT64_C(1000000) * (patience_ms ? patience_ms : PATIENCE_MS);
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	code = mr_thread_start(&w->thread, "mr-watch", look, w, err);
	if (code == MR_OK) {
		*out = w;
		return MR_OK;
	}
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
	return code;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	mr_thread_join(w->thread);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void watch_begin(struct watch *w, const char *what)
{
	pthread_mutex_lock(&w->lock);
	w->call = what;
	w->since = mr_monotonic_ns();
	w->tell_at = w->since + w->patience;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

void watch_end(struct watch *w)
{
	pthread_mutex_lock(&w->lock);
	w->call = NULL;
	pthread_mutex_unlock(&w->lock);
}
