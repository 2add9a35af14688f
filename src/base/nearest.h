/* SPDX-License-Identifier: Apache-2.0
 *
 * What somebody may have meant who gave a name that is not there.
 */
#ifndef MR_BASE_NEAREST_H
#define MR_BASE_NEAREST_H

#include "base/arena.h"

/* " Did you mean 'a' or 'b'?" (at most three, the nearest first), or an empty text when none is near. */
mr_str mr_nearest(mr_arena *arena, mr_str name, const mr_str *names, size_t n);
/* The insertions, removals, replacements and swaps of neighbours from one to the other, whatever the case;
 * names longer than 128 bytes are as far away as can be. */
size_t mr_edit_distance(mr_str a, mr_str b);

#endif
