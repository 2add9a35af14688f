/* SPDX-License-Identifier: Apache-2.0 */
#include "base/inject.h"

#ifdef MR_INJECT

#include <errno.h>
#include <stdatomic.h>

/* Counts down to the call that fails: 1 is the next one, 0 or less is none. */
struct countdown {
	atomic_long left;
	atomic_bool armed;
};

static struct countdown alloc_countdown;
static struct countdown io_countdown;

static void countdown_start(struct countdown *c, long n)
{
	atomic_store(&c->armed, n > 0);
	atomic_store(&c->left, n);
}

static bool countdown_hits(struct countdown *c)
{
	if (!atomic_load_explicit(&c->armed, memory_order_relaxed))
		return false;
	return atomic_fetch_sub(&c->left, 1) == 1;
}

static bool countdown_stop(struct countdown *c)
{
	bool hit = atomic_load(&c->armed) && atomic_load(&c->left) <= 0;

	countdown_start(c, 0);
	return hit;
}

void mr_inject_alloc_fail_at(long n)
{
	countdown_start(&alloc_countdown, n);
}

bool mr_inject_alloc_off(void)
{
	return countdown_stop(&alloc_countdown);
}

void mr_inject_io_fail_at(long n)
{
	countdown_start(&io_countdown, n);
}

bool mr_inject_io_off(void)
{
	return countdown_stop(&io_countdown);
}

bool mr_inject_io(void)
{
	if (!countdown_hits(&io_countdown))
		return false;
	errno = EIO;
	return true;
}

void *mr_malloc(size_t size)
{
	return countdown_hits(&alloc_countdown) ? NULL : malloc(size);
}

void *mr_calloc(size_t count, size_t size)
{
	return countdown_hits(&alloc_countdown) ? NULL : calloc(count, size);
}

void *mr_realloc(void *old, size_t size)
{
	return countdown_hits(&alloc_countdown) ? NULL : realloc(old, size);
}

#endif
