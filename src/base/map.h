/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash map from strings to pointers, in an arena; keys are views that must
 * outlive it. Insertion order is kept. Seeded per process against flooding.
 */
#ifndef MR_BASE_MAP_H
#define MR_BASE_MAP_H

#include "base/arena.h"

typedef struct mr_map mr_map;

mr_map *mr_map_new(mr_arena *arena, size_t expected);
/* The previous value through *old when the key was there (old may be NULL). */
bool mr_map_set(mr_map *map, mr_str key, void *value, void **old);
void *mr_map_get(const mr_map *map, mr_str key);
size_t mr_map_count(const mr_map *map);
bool mr_map_at(const mr_map *map, size_t i, mr_str *key, void **value);

#endif
