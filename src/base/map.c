/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries in the order of insertion, and beside them a table of slots with
 * linear probing: a slot holds an entry's number plus one, 0 is empty. The
 * hash is SipHash-1-3 under a key of this process, so that whoever chooses
 * the strings cannot make them collide.
 */
#include "base/map.h"

#include <pthread.h>

#include "base/os.h"

struct entry {
	mr_str key;
	void *value;
	uint32_t hash;
};

struct mr_map {
	mr_arena *arena;
	struct entry *entries;
	uint32_t *slots;
	size_t count, room; /* of entries */
	size_t mask; /* slots are mask + 1, a power of two */
};

static uint64_t seed[2];
static pthread_once_t seed_once = PTHREAD_ONCE_INIT;

static void seed_fill(void)
{
	mr_random_bytes(seed, sizeof seed);
}

static uint64_t rotated(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotated(v[1], 13) ^ v[0];
	v[0] = rotated(v[0], 32);
	v[2] += v[3];
	v[3] = rotated(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotated(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotated(v[1], 17) ^ v[2];
	v[2] = rotated(v[2], 32);
}

static uint64_t sip13(mr_str s)
{
	uint64_t v[4] = {seed[0] ^ 0x736f6d6570736575u, seed[1] ^ 0x646f72616e646f6du, seed[0] ^ 0x6c7967656e657261u,
			 seed[1] ^ 0x7465646279746573u};
	uint64_t word;
	size_t i;

	for (i = 0; i + 8 <= s.len; i += 8) {
		memcpy(&word, s.ptr + i, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = 0;
	if (s.len > i)
		memcpy(&word, s.ptr + i, s.len - i);
	word |= (uint64_t)s.len << 56;
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Room for that many entries at a load of at most one half. */
static bool resize(mr_map *map, size_t room)
{
	size_t slots = 16;
	struct entry *entries;
	size_t i, at;

	while (slots < room * 2)
		slots *= 2;
	if (slots / 2 > UINT32_MAX - 1)
		return false;
	entries = mr_arena_grow(map->arena, map->entries, map->room * sizeof *entries, slots / 2 * sizeof *entries);
	if (!entries)
		return false;
	map->entries = entries;
	map->room = slots / 2;
	map->slots = mr_arena_zalloc(map->arena, slots * sizeof *map->slots);
	map->mask = map->slots ? slots - 1 : 0;
	for (i = 0; map->slots && i < map->count; i++) {
		at = entries[i].hash & map->mask;
		while (map->slots[at])
			at = (at + 1) & map->mask;
		map->slots[at] = (uint32_t)i + 1;
	}
	return map->slots != NULL;
}

mr_map *mr_map_new(mr_arena *arena, size_t expected)
{
	mr_map *map = mr_arena_zalloc(arena, sizeof *map);

	pthread_once(&seed_once, seed_fill);
	if (!map || expected > UINT32_MAX / 4)
		return NULL;
	map->arena = arena;
	return resize(map, expected) ? map : NULL;
}

/* The slot where the key is, or the empty one where it would go. */
static size_t slot_of(const mr_map *map, mr_str key, uint32_t hash)
{
	size_t at = hash & map->mask;
	const struct entry *entry;

	while (map->slots[at]) {
		entry = &map->entries[map->slots[at] - 1];
		if (entry->hash == hash && mr_str_eq(entry->key, key))
			break;
		at = (at + 1) & map->mask;
	}
	return at;
}

bool mr_map_set(mr_map *map, mr_str key, void *value, void **old)
{
	uint32_t hash = (uint32_t)sip13(key);
	size_t at;
	struct entry *entry;

	if (old)
		*old = NULL;
	if (!map->slots)
		return false; /* an earlier growth failed */
	at = slot_of(map, key, hash);
	if (map->slots[at]) {
		entry = &map->entries[map->slots[at] - 1];
		if (old)
			*old = entry->value;
		entry->value = value;
		return true;
	}
	if (map->count == map->room) {
		if (!resize(map, map->count + 1))
			return false;
		at = slot_of(map, key, hash);
	}
	entry = &map->entries[map->count++];
	entry->key = key;
	entry->value = value;
	entry->hash = hash;
	map->slots[at] = (uint32_t)map->count;
	return true;
}

void *mr_map_get(const mr_map *map, mr_str key)
{
	size_t at;

	if (!map->slots)
		return NULL;
	at = slot_of(map, key, (uint32_t)sip13(key));
	return map->slots[at] ? map->entries[map->slots[at] - 1].value : NULL;
}

size_t mr_map_count(const mr_map *map)
{
	return map->count;
}

bool mr_map_at(const mr_map *map, size_t i, mr_str *key, void **value)
{
	if (i >= map->count)
		return false;
	if (key)
		*key = map->entries[i].key;
	if (value)
		*value = map->entries[i].value;
	return true;
}
