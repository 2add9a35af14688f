/* SPDX-License-Identifier: Apache-2.0
 *
 * The forking thread takes all locks, whatever order others take them in: when one is not free, it lets go of all, waits
 * for that one, and begins again with it. After a while it forks all the same - a thread that forks while it holds a
 * lock of its own, or a store that takes a minute to start, must not stop the program - and the child makes such a lock
 * anew.
 */
#include "base/fork.h"

#include <time.h>

enum { TURNS = 200, TURN_NS = 10000000, PAUSE_NS = 100000 }; /* two seconds */

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct mr_fork_lock *list;

static void give_all(void)
{
	for (struct mr_fork_lock *l = list; l; l = l->next) {
		if (l->held)
			pthread_mutex_unlock(&l->mutex);
		l->held = false;
	}
}

/* The first that is not free, or NULL. */
static struct mr_fork_lock *take_rest(void)
{
	for (struct mr_fork_lock *l = list; l; l = l->next)
		if (!l->held && !(l->held = pthread_mutex_trylock(&l->mutex) == 0))
			return l;
	return NULL;
}

/* For a turn. Between turns others make locks known, and forget them. */
static void wait_for(struct mr_fork_lock *taken)
{
	const struct timespec pause = {0, PAUSE_NS};
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_nsec += TURN_NS;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	taken->held = pthread_mutex_timedlock(&taken->mutex, &end) == 0;
	if (taken->held)
		return;
	pthread_mutex_unlock(&list_lock);
	nanosleep(&pause, NULL);
	pthread_mutex_lock(&list_lock);
}

static void before(void)
{
	struct mr_fork_lock *taken;

	pthread_mutex_lock(&list_lock);
	for (int i = 0; (taken = take_rest()) != NULL && i < TURNS; i++) {
		give_all();
		wait_for(taken);
	}
	for (struct mr_fork_lock *l = taken; l; l = l->next) /* as many as there are */
		if (!l->held)
			l->held = pthread_mutex_trylock(&l->mutex) == 0;
}

static void in_parent(void)
{
	give_all();
	pthread_mutex_unlock(&list_lock);
}

static void in_child(void)
{
	for (struct mr_fork_lock *l = list; l; l = l->next)
		if (!l->held)
			pthread_mutex_init(&l->mutex, NULL);
	give_all();
	pthread_mutex_unlock(&list_lock);
}

static void hook(void)
{
	pthread_atfork(before, in_parent, in_child);
}

static void make_known(struct mr_fork_lock *lock)
{
	pthread_once(&once, hook);
	pthread_mutex_lock(&list_lock);
	if (!atomic_load(&lock->known)) {
		lock->next = list;
		list = lock;
		atomic_store(&lock->known, true);
	}
	pthread_mutex_unlock(&list_lock);
}

void mr_fork_lock_init(struct mr_fork_lock *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
	atomic_init(&lock->known, false);
	lock->held = false;
	lock->next = NULL;
}

void mr_fork_lock_dispose(struct mr_fork_lock *lock)
{
	struct mr_fork_lock **at = &list;

	pthread_mutex_lock(&list_lock);
	while (*at && *at != lock)
		at = &(*at)->next;
	if (*at)
		*at = lock->next;
	pthread_mutex_unlock(&list_lock);
	pthread_mutex_destroy(&lock->mutex);
}

/* Known before it is held: who makes it known waits for a fork, which would wait for this lock. */
void mr_fork_lock_take(struct mr_fork_lock *lock)
{
	if (!atomic_load_explicit(&lock->known, memory_order_acquire))
		make_known(lock);
	pthread_mutex_lock(&lock->mutex);
}

void mr_fork_lock_give(struct mr_fork_lock *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}
