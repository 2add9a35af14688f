/* SPDX-License-Identifier: Apache-2.0
 *
 * Locks that outlive a fork. The child of a fork has one thread; a lock that another thread held at that moment stays
 * held in it for ever, and what it guards is half changed. A lock of this kind is taken by the forking thread first, so
 * that the child finds it free and its data whole. It costs what a mutex costs.
 *
 * For locks of the process, which are there for good or until mr_fork_lock_dispose. In programs that host the library
 * others fork, so every static lock is one of these.
 */
#ifndef MR_BASE_FORK_H
#define MR_BASE_FORK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct mr_fork_lock {
	pthread_mutex_t mutex;
	atomic_bool known; /* to the fork */
	bool held; /* by the thread that forks */
	struct mr_fork_lock *next;
};
#define MR_FORK_LOCK_INIT {.mutex = PTHREAD_MUTEX_INITIALIZER}

void mr_fork_lock_init(struct mr_fork_lock *lock);
void mr_fork_lock_dispose(struct mr_fork_lock *lock);
void mr_fork_lock_take(struct mr_fork_lock *lock);
void mr_fork_lock_give(struct mr_fork_lock *lock);

#endif
