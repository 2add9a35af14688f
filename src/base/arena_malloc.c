/* SPDX-License-Identifier: Apache-2.0
 *
 * The arena's twin for sanitizers: one malloc an allocation, of the exact
 * size, so that an overrun or a use after reset is a use of freed memory.
 */
#include "base/arena.h"

#ifdef MR_ARENA_MALLOC

#include "base/inject.h"

struct chunk {
	struct chunk *older;
	size_t size;
	char data[];
};

_Static_assert(offsetof(struct chunk, data) % 16 == 0, "data must be aligned for any type");

struct mr_arena {
	struct chunk *newest;
	size_t used;
	size_t cap;
};

mr_arena *mr_arena_new(size_t cap)
{
	mr_arena *arena = mr_calloc(1, sizeof *arena);

	if (arena)
		arena->cap = cap ? cap : SIZE_MAX;
	return arena;
}

static void drop_newest(mr_arena *arena)
{
	struct chunk *gone = arena->newest;

	arena->newest = gone->older;
	arena->used -= gone->size;
	mr_free(gone);
}

void mr_arena_reset(mr_arena *arena)
{
	while (arena->newest)
		drop_newest(arena);
}

void mr_arena_free(mr_arena *arena)
{
	if (!arena)
		return;
	mr_arena_reset(arena);
	mr_free(arena);
}

size_t mr_arena_used(const mr_arena *arena)
{
	return arena->used;
}

void *mr_arena_alloc(mr_arena *arena, size_t size)
{
	struct chunk *chunk;

	if (size > SIZE_MAX / 2 || size > arena->cap || arena->used > arena->cap - size)
		return NULL;
	chunk = mr_malloc(sizeof *chunk + size);
	if (!chunk)
		return NULL;
	chunk->older = arena->newest;
	chunk->size = size;
	arena->newest = chunk;
	arena->used += size;
	return chunk->data;
}

/* Always moves, so that a pointer into the old place is found out. */
void *mr_arena_grow(mr_arena *arena, void *old, size_t old_size, size_t new_size)
{
	struct chunk *last = arena->newest;
	void *grown = mr_arena_alloc(arena, new_size);

	if (!old || !grown)
		return grown;
	memcpy(grown, old, old_size < new_size ? old_size : new_size);
	if (last && last->data == old) {
		arena->newest->older = last->older;
		arena->used -= last->size;
		mr_free(last);
	}
	return grown;
}

mr_arena_mark mr_arena_mark_get(const mr_arena *arena)
{
	mr_arena_mark mark = {arena->newest, arena->used};

	return mark;
}

void mr_arena_release(mr_arena *arena, mr_arena_mark mark)
{
	while (arena->newest && arena->newest != mark.block)
		drop_newest(arena);
}

#endif
