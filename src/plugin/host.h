/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin host: finds plugins without running them, loads them on first
 * use, and hands out their entries by URI scheme, by name, or in order. The
 * rule which entry wins is told in src/plugin/README.md.
 */
#ifndef MR_PLUGIN_HOST_H
#define MR_PLUGIN_HOST_H

#include <millrace/plugin.h>

#include "base/arena.h"
#include "base/json.h"

/* Where a plugin comes from, in order of rank: a smaller one wins. */
typedef enum mr_source_kind {
	MR_SOURCE_FLAG = 0,     /* --plugin FILE */
	MR_SOURCE_PATH = 1,     /* an entry of MILLRACE_PLUGIN_PATH; earlier entries first */
	MR_SOURCE_PYTHON_NAMED = 2, /* an environment of --python, MILLRACE_PYTHON or VIRTUAL_ENV */
	MR_SOURCE_USER = 3,     /* $XDG_DATA_HOME/millrace/plugins */
	MR_SOURCE_PYTHON_OTHER = 4, /* the environment of the python3 on PATH */
	MR_SOURCE_SYSTEM = 5,   /* lib/millrace/plugins of the install */
	MR_SOURCE_BUILTIN = 6,
	MR_SOURCE_REFERENCE = 7 /* what MLflow itself brings, installed in a Python environment */
} mr_source_kind;

typedef enum mr_plugin_state {
	MR_PLUGIN_FOUND,    /* its note or its entry points were read, nothing of it has run */
	MR_PLUGIN_LOADED,
	MR_PLUGIN_REFUSED,  /* why says it: permissions, ABI, architecture, cut file, ... */
	MR_PLUGIN_DENIED    /* by MILLRACE_PLUGINS; to lookups it is not there */
} mr_plugin_state;

/* What is known of one plugin, for people and for lookups; owned by the host. */
struct mr_plugin_info {
	mr_str name, version, description, licence;
	mr_str file; /* empty: built in; of a Python distribution its entry_points.txt */
	mr_str environment; /* the interpreter of a Python distribution; empty: a native plugin */
	mr_str editable; /* the source folder of a Python distribution that is installed to be edited */
	mr_source_kind source;
	int source_index; /* within MILLRACE_PLUGIN_PATH or the flags */
	unsigned abi_major, abi_minor;
	mr_plugin_state state;
	mr_str why;
	struct mr_entry_info {
		mr_str group, name;
		mr_str object; /* of Python: "module:attribute" */
		const struct mr_plugin_info *shadowed_by; /* whose entry of the same key wins; NULL: this one counts */
		bool ambiguous; /* another plugin of the same source has this key: use is an error */
		const struct mr_option_desc *options; /* known once it is loaded; NULL: none */
		const struct mr_plugin_stats *stats; /* plugin/stats.h */
	} *entries;
	size_t entries_n;
};

/* Built-ins are added when their layer is first used; flags and the environment are
 * read at the first lookup. All of this may be called from any thread. */
void mr_plugins_add_builtin(const struct mr_plugin *plugin);
mr_code mr_plugins_add_file(mr_str path, mr_error *err); /* --plugin */
mr_code mr_plugins_add_file_now(mr_str path, mr_error *err); /* the same, also after the first lookup */
mr_code mr_plugins_add_python(mr_str environment, mr_error *err); /* --python: an interpreter, or an environment's folder */
/* For a program that runs in Python, where MLflow loads its Python plugins itself: from now on none is looked for. */
void mr_plugins_without_python(void);
/* All plugins that were found, in order of rank; valid until the process ends. */
mr_code mr_plugins_list(const struct mr_plugin_info *const **out, size_t *n, mr_error *err);
/* The same one after another, without keeping a list; visit must not come back here. */
mr_code mr_plugins_each(void (*visit)(void *arg, const struct mr_plugin_info *info), void *arg, mr_error *err);
/* The folder of MR_SOURCE_USER or MR_SOURCE_SYSTEM, whether it is there or not; empty when there is none, ptr NULL when out
 * of memory. */
mr_str mr_plugins_folder(mr_arena *arena, mr_source_kind source);
/* Loads it; of a Python distribution *out is what its host says: {"python", "mlflow", "adapted": [text],
 * "failed": [{"entry", "message"}]}; NULL of a native plugin. In the call's memory. */
mr_code mr_plugin_report(const struct mr_plugin_info *plugin, mr_call *call, mr_json **out, mr_error *err);
/* For tests: forgets everything but built-ins. */
void mr_plugins_reset(void);

/* An entry ready for use: its table, adopted to the host's size, and the host
 * table that its plugin is given. */
struct mr_entry {
	const struct mr_plugin_info *plugin;
	const mr_host *host;
	mr_str group, name;
	const void *ops; /* of the group's type; absent functions are NULL */
	const struct mr_option_desc *options;
	uint32_t flags;
	struct mr_plugin_stats *stats; /* plugin/stats.h */
	const struct mr_plugin_entry *declared; /* as the plugin has it */
};

/* Loads the plugin if need be. When there is none of that name the message lists
 * what there is, and how to get more (MR_INVALID_PARAMETER_VALUE, as in MLflow). */
mr_code mr_plugins_by_name(const char *group, mr_str name, const struct mr_entry **out, mr_error *err);
/* One entry of one plugin, whatever else has its key; loads it if need be. */
mr_code mr_plugins_entry(const struct mr_plugin_info *plugin, size_t index, const struct mr_entry **out, mr_error *err);
/* By the URI's scheme; "db+driver" means "db" when no entry has the whole. A
 * path without a scheme is "file". */
mr_code mr_plugins_by_uri(const char *group, mr_str uri, const struct mr_entry **out, mr_error *err);
/* All of an ordered group, built-ins first, the nearest source last. One that
 * does not load is logged once and left out. */
mr_code mr_plugins_in_order(const char *group, const struct mr_entry *const **out, size_t *n, mr_error *err);

/* Options from a URI's query (unless the entry owns it) and `millrace.` pairs;
 * *clean is the URI without them. pairs may be NULL. */
mr_code mr_options_make(const struct mr_entry *entry, mr_str uri, const struct mr_map_string *pairs, size_t pairs_n,
			mr_options **out, mr_str *clean, mr_error *err);
void mr_options_free(mr_options *options);

/* From now on a store that a plugin opens, unless it is a server, is opened as "scheme:URI"; NULL: as it is. */
void mr_host_set_store_scheme(const char *scheme);
/* What a program is: handed to every object that is opened. */
void mr_host_set_uris(mr_str tracking_uri, mr_str registry_uri);

#endif
