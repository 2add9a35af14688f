/* SPDX-License-Identifier: Apache-2.0
 *
 * installed.json of a plugin folder: what was installed there, with checksums.
 */
#ifndef MR_AUTHOR_MANIFEST_H
#define MR_AUTHOR_MANIFEST_H

#include "author/author.h"

struct manifest {
	mr_arena *arena;
	mr_str folder; /* its real path */
	int lock; /* held until it is closed; -1: the folder is only read */
	struct mr_author_item *items;
	size_t n, room;
};

/* Reads it; change: makes the folder if need be and locks it, so that one command at a time changes it. A folder that
 * others can write to is refused. */
mr_code manifest_open(struct manifest *m, mr_source_kind where, bool change, mr_arena *arena, mr_error *err);
mr_code manifest_write(const struct manifest *m, mr_error *err);
void manifest_close(struct manifest *m);

/* By the plugin's name or its file's; NULL when it is not there. */
struct mr_author_item *manifest_find(const struct manifest *m, mr_str name);
mr_code manifest_put(struct manifest *m, const struct mr_author_item *item, mr_error *err);
void manifest_drop(struct manifest *m, struct mr_author_item *item);

#endif
