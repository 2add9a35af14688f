/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this folder share: the list of plugins behind host.h.
 */
#ifndef MR_PLUGIN_REGISTRY_H
#define MR_PLUGIN_REGISTRY_H

#include "plugin/groups.h"
#include "plugin/host.h"

struct plugin {
	struct mr_plugin_info info;
	const struct mr_plugin *descriptor; /* NULL until it is loaded */
	mr_code refused;                    /* with info.why, when info.state is MR_PLUGIN_REFUSED */
	uint64_t device, inode;             /* of the file */
	struct mr_host host;
	struct mr_entry *entries;           /* as info.entries; ops NULL until loaded */
	struct python_entry *python;        /* of a Python distribution, as entries; NULL until it is used (python.h) */
	bool warned;
};

struct registry {
	mr_arena *arena; /* everything that is known; lives until mr_plugins_reset */
	struct plugin **plugins; /* in order of rank */
	size_t n, room;
	bool discovered;
	char *const *pythons; /* --python */
	size_t pythons_n;
	struct plugin *deferred; /* MLflow's own entry points, which come behind the built-ins */
};

/* Adds a file that was found; what is wrong with it is kept in the plugin. A file that is
 * listed already is left out. */
mr_code registry_add_file(struct registry *r, const char *path, mr_source_kind source, int index, mr_error *err);
struct plugin *registry_append(struct registry *r, mr_source_kind source, int index, size_t entries_n, mr_error *err);

/* Looks through MILLRACE_PLUGIN_PATH, the user's and the install's folder. */
mr_code discover(struct registry *r, mr_error *err);

/* Loads the plugin's file if that has not happened, and fills its entries. */
mr_code plugin_load(struct registry *r, struct plugin *p, mr_error *err);
/* The tables of a plugin that is in memory. */
mr_code plugin_adopt(struct registry *r, struct plugin *p, const struct mr_plugin *descriptor, mr_error *err);

/* The same for a Python distribution: its entries get the tables that call its host (python.h). */
mr_code python_adopt(struct registry *r, struct plugin *p, mr_error *err);

/* The table of services for one plugin. */
void host_table_init(struct mr_host *host, struct plugin *p);

/* The URIs of the program, as mr_host_set_uris was told; copies in the arena. */
void host_uris(mr_arena *arena, mr_str *tracking_uri, mr_str *registry_uri);

/* Which entry wins each key, and which are ambiguous; after the list has changed. */
void precedence_resolve(struct registry *r);
/* MILLRACE_PLUGINS: whether a plugin of this name may be used at all. */
bool plugin_allowed(mr_str name, mr_source_kind source);

#endif
