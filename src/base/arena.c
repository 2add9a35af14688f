/* SPDX-License-Identifier: Apache-2.0
 *
 * The arena of production: blocks that are filled from the front. A mark is a
 * block and an offset in it, so going back is freeing the blocks in front.
 */
#include "base/arena.h"

#ifndef MR_ARENA_MALLOC

#include "base/inject.h"

enum {
	ALIGNMENT = 16,
	BLOCK_FIRST = 4096 - 64, /* with malloc's own header it stays inside a page */
	BLOCK_MOST = 1 << 20, /* blocks double until here */
	KEEP_MOST = 64 << 10 /* a larger block is not kept for the next request */
};

struct block {
	struct block *older;
	size_t size; /* of data */
	size_t before; /* bytes handed out from the older blocks */
	size_t pad; /* keeps data aligned */
	char data[];
};

_Static_assert(offsetof(struct block, data) % ALIGNMENT == 0, "data must be aligned for any type");

struct mr_arena {
	char *at, *end; /* the free part of the newest block */
	struct block *block;
	struct block *spare; /* what a release or a reset gave back, for the next block */
	size_t cap;
	size_t next_size;
};

mr_arena *mr_arena_new(size_t cap)
{
	mr_arena *arena = mr_calloc(1, sizeof *arena);

	if (!arena)
		return NULL;
	arena->cap = cap ? cap : SIZE_MAX;
	arena->next_size = BLOCK_FIRST;
	return arena;
}

static void drop_block(mr_arena *arena)
{
	struct block *gone = arena->block;
	struct block *worse = gone;

	arena->block = gone->older;
	if (gone->size <= KEEP_MOST && (!arena->spare || arena->spare->size < gone->size)) {
		worse = arena->spare;
		arena->spare = gone;
	}
	mr_free(worse);
}

static void drop_all(mr_arena *arena)
{
	while (arena->block)
		drop_block(arena);
	arena->at = arena->end = NULL;
}

void mr_arena_free(mr_arena *arena)
{
	if (!arena)
		return;
	drop_all(arena);
	mr_free(arena->spare);
	mr_free(arena);
}

void mr_arena_reset(mr_arena *arena)
{
	drop_all(arena);
	arena->next_size = BLOCK_FIRST;
}

size_t mr_arena_used(const mr_arena *arena)
{
	return arena->block ? arena->block->before + (size_t)(arena->at - arena->block->data) : 0;
}

static struct block *take_block(mr_arena *arena, size_t size)
{
	struct block *block = arena->spare;

	if (block && block->size >= size) {
		arena->spare = NULL;
		return block;
	}
	if (size < arena->next_size)
		size = arena->next_size;
	block = mr_malloc(sizeof *block + size);
	if (!block)
		return NULL;
	block->size = size;
	if (arena->next_size < BLOCK_MOST)
		arena->next_size = 2 * (arena->next_size + sizeof *block) - sizeof *block;
	return block;
}

/* A block for an allocation that the newest one has no room for. */
static bool add_block(mr_arena *arena, size_t size)
{
	size_t before = mr_arena_used(arena);
	struct block *block = take_block(arena, size);

	if (!block)
		return false;
	block->before = before;
	block->older = arena->block;
	arena->block = block;
	arena->at = block->data;
	arena->end = block->data + block->size;
	return true;
}

static size_t rounded(size_t size)
{
	return size ? (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1) : ALIGNMENT;
}

void *mr_arena_alloc(mr_arena *arena, size_t size)
{
	size_t need = rounded(size);
	char *given;

	if (size > SIZE_MAX / 2 || need > arena->cap || mr_arena_used(arena) > arena->cap - need)
		return NULL;
	if ((size_t)(arena->end - arena->at) < need && !add_block(arena, need))
		return NULL;
	given = arena->at;
	arena->at += need;
	return given;
}

/* True when the allocation is the newest and could be resized where it is. */
static bool resize_last(mr_arena *arena, char *old, size_t old_size, size_t new_size)
{
	size_t had = rounded(old_size), need = rounded(new_size);

	if (old + had != arena->at || need > (size_t)(arena->end - old))
		return false;
	if (need > had && (need - had > arena->cap || mr_arena_used(arena) > arena->cap - (need - had)))
		return false;
	arena->at = old + need;
	return true;
}

void *mr_arena_grow(mr_arena *arena, void *old, size_t old_size, size_t new_size)
{
	void *grown;

	if (!old)
		return mr_arena_alloc(arena, new_size);
	if (new_size > SIZE_MAX / 2)
		return NULL;
	if (resize_last(arena, old, old_size, new_size))
		return old;
	if (new_size <= old_size)
		return old;
	grown = mr_arena_alloc(arena, new_size);
	if (grown)
		memcpy(grown, old, old_size);
	return grown;
}

mr_arena_mark mr_arena_mark_get(const mr_arena *arena)
{
	mr_arena_mark mark = {arena->block, 0};

	if (arena->block)
		mark.used = (size_t)(arena->at - arena->block->data);
	return mark;
}

void mr_arena_release(mr_arena *arena, mr_arena_mark mark)
{
	while (arena->block && arena->block != mark.block)
		drop_block(arena);
	if (!arena->block) {
		arena->at = arena->end = NULL;
		return;
	}
	arena->at = arena->block->data + mark.used;
	arena->end = arena->block->data + arena->block->size;
}

#endif
