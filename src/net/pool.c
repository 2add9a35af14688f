/* SPDX-License-Identifier: Apache-2.0 */
#include "net/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/inject.h"

enum { IDLE_MAX = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct slot *idle; /* the latest first */
static int idle_n;
static CURLcode started;

static void before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void after_fork_parent(void)
{
	pthread_mutex_unlock(&lock);
}

/* The connections are the parent's: two processes that write on one would mix
 * their requests. They are forgotten, not closed, as closing speaks TLS. */
static void after_fork_child(void)
{
	idle = NULL;
	idle_n = 0;
	pthread_mutex_unlock(&lock);
}

static void start(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT);
	pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

static void slot_free(struct slot *slot)
{
	if (!slot)
		return;
	curl_easy_cleanup(slot->easy);
	curl_multi_cleanup(slot->multi);
	mr_free(slot);
}

static struct slot *slot_new(bool public_only)
{
	struct slot *slot = mr_calloc(1, sizeof *slot);

	if (!slot)
		return NULL;
	slot->public_only = public_only;
	slot->easy = curl_easy_init();
	slot->multi = curl_multi_init();
	if (slot->easy && slot->multi)
		return slot;
	slot_free(slot);
	return NULL;
}

static struct slot *take_idle(const char *origin, bool public_only)
{
	struct slot **at, *slot;

	for (at = &idle; (slot = *at) != NULL; at = &slot->next) {
		if (slot->public_only != public_only || strcmp(slot->origin, origin) != 0)
			continue;
		*at = slot->next;
		idle_n--;
		return slot;
	}
	return NULL;
}

struct slot *pool_take(const char *origin, bool public_only)
{
	struct slot *slot;

	pthread_once(&once, start);
	if (started != CURLE_OK)
		return NULL;
	pthread_mutex_lock(&lock);
	slot = take_idle(origin, public_only);
	pthread_mutex_unlock(&lock);
	if (!slot)
		slot = slot_new(public_only);
	if (slot)
		snprintf(slot->origin, sizeof slot->origin, "%s", origin);
	return slot;
}

/* The one that waits longest. */
static struct slot *take_last(void)
{
	struct slot **at = &idle, *slot;

	while (*at && (*at)->next)
		at = &(*at)->next;
	slot = *at;
	if (slot) {
		*at = NULL;
		idle_n--;
	}
	return slot;
}

void pool_give(struct slot *slot, bool reusable)
{
	struct slot *surplus = NULL;

	if (!slot)
		return;
	if (!reusable) {
		slot_free(slot);
		return;
	}
	curl_easy_reset(slot->easy);
	pthread_mutex_lock(&lock);
	slot->next = idle;
	idle = slot;
	if (++idle_n > IDLE_MAX)
		surplus = take_last();
	pthread_mutex_unlock(&lock);
	slot_free(surplus);
}
