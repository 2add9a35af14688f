/* SPDX-License-Identifier: Apache-2.0
 *
 * The groups: how their entries are looked up, and how large the host's table is.
 */
#ifndef MR_PLUGIN_GROUPS_H
#define MR_PLUGIN_GROUPS_H

#include <millrace/api.h>

#include "base/arena.h"

typedef enum mr_lookup {
	MR_LOOKUP_SCHEME, /* by the scheme of a URI */
	MR_LOOKUP_NAME,
	MR_LOOKUP_ORDER   /* all of them, one after another */
} mr_lookup;

struct mr_group {
	const char *name;  /* "mlflow.tracking_store" */
	const char *what;  /* for messages: "tracking store" */
	mr_lookup lookup;
	size_t ops_size;
	/* How the table's facets are adopted; NULL for plain tables. */
	void (*adopt)(void *ops, mr_arena *arena, bool *failed);
};

/* NULL when there is no such group. */
const struct mr_group *mr_group_get(mr_str name);
extern const struct mr_group mr_groups[];
extern const size_t mr_groups_n;

/* The plugin's table at the host's size: what the plugin lacks is NULL. NULL when out of memory. */
const void *mr_group_adopt(const struct mr_group *group, const void *ops, mr_arena *arena);

#endif
