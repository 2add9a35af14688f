/* SPDX-License-Identifier: Apache-2.0
 *
 * Region allocation. What belongs to one request is allocated from one arena
 * and goes at once. Under sanitizers (MR_ARENA_MALLOC) every allocation is a
 * malloc of its own, so that overruns and use after reset are seen.
 *
 * An arena is used by one thread at a time.
 */
#ifndef MR_BASE_ARENA_H
#define MR_BASE_ARENA_H

#include <millrace/types.h>

typedef struct mr_arena mr_arena;

/* cap: the most bytes it may hold, 0 for no limit. NULL when out of memory. */
mr_arena *mr_arena_new(size_t cap);
void mr_arena_free(mr_arena *arena);

/* Forgets everything allocated; keeps one block for the next request. */
void mr_arena_reset(mr_arena *arena);

/* Aligned for any type, not zeroed. NULL over the cap or out of memory. */
void *mr_arena_alloc(mr_arena *arena, size_t size);
void *mr_arena_zalloc(mr_arena *arena, size_t size);

/* A copy with a NUL behind it; ptr is NULL only on failure. */
mr_str mr_arena_copy(mr_arena *arena, mr_str s);
char *mr_arena_strdup(mr_arena *arena, const char *c_string);
MR_PRINTF(2, 3)
mr_str mr_arena_printf(mr_arena *arena, const char *format, ...);

/* Grows the last allocation in place when it can, else copies. */
void *mr_arena_grow(mr_arena *arena, void *old, size_t old_size, size_t new_size);

/* A point to go back to: all that was allocated after the mark goes. Marks nest. */
typedef struct mr_arena_mark {
	void *block;
	size_t used;
} mr_arena_mark;
mr_arena_mark mr_arena_mark_get(const mr_arena *arena);
void mr_arena_release(mr_arena *arena, mr_arena_mark mark);

/* Bytes handed out since the last reset. */
size_t mr_arena_used(const mr_arena *arena);

#endif
