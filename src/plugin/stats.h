/* SPDX-License-Identifier: Apache-2.0
 *
 * What the calls of an entry's functions took and how they ended, counted where the
 * host makes them. Relaxed atomics: each number is right, but they need not be
 * of the same moment.
 */
#ifndef MR_PLUGIN_STATS_H
#define MR_PLUGIN_STATS_H

#include <stdatomic.h>

#include "base/error.h"
#include "base/os.h"
#include "plugin/host.h"

struct mr_plugin_stats {
	_Atomic uint64_t calls; /* that returned */
	_Atomic uint64_t refused; /* with what is the caller's fault: 4xx */
	_Atomic uint64_t failed; /* with any other failure */
	_Atomic uint64_t ns, longest_ns;
	_Atomic uint64_t running; /* now */
	_Atomic uint64_t stuck; /* of these, those that their caller has given up */
};

static inline bool mr_stats_used(const struct mr_plugin_stats *s)
{
	return atomic_load_explicit(&s->calls, memory_order_relaxed) ||
	       atomic_load_explicit(&s->running, memory_order_relaxed);
}

static inline int64_t mr_stats_begin(const struct mr_entry *entry)
{
	atomic_fetch_add_explicit(&entry->stats->running, 1, memory_order_relaxed);
	return mr_monotonic_ns();
}

/* Gives the code back. */
static inline mr_code mr_stats_end(const struct mr_entry *entry, int64_t began, mr_code code)
{
	struct mr_plugin_stats *s = entry->stats;
	uint64_t took = (uint64_t)(mr_monotonic_ns() - began);
	uint64_t longest = atomic_load_explicit(&s->longest_ns, memory_order_relaxed);

	atomic_fetch_sub_explicit(&s->running, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->calls, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&s->ns, took, memory_order_relaxed);
	while (took > longest && !atomic_compare_exchange_weak_explicit(&s->longest_ns, &longest, took,
									memory_order_relaxed, memory_order_relaxed))
		;
	if (code != MR_OK)
		atomic_fetch_add_explicit(mr_code_http_status(code) < 500 ? &s->refused : &s->failed, 1,
					  memory_order_relaxed);
	return code;
}

/* A running call was given up by who made it (+1), or came to an end after all (-1). */
static inline void mr_stats_stuck(const struct mr_entry *entry, int change)
{
	atomic_fetch_add_explicit(&entry->stats->stuck, (uint64_t)(int64_t)change, memory_order_relaxed);
}

#endif
