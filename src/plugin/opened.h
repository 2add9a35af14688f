/* SPDX-License-Identifier: Apache-2.0
 *
 * What every open object has, whatever its group: its entry, its options, and
 * what it was opened with.
 */
#ifndef MR_PLUGIN_OPENED_H
#define MR_PLUGIN_OPENED_H

#include "plugin/host.h"

struct opened {
	const struct mr_entry *entry;
	mr_options *options;
	mr_arena *arena;
	mr_str uri; /* as the user gave it, without options for the host */
	mr_str tracking_uri, registry_uri; /* ptr NULL: the program's */
	void *self; /* the plugin's object */
};

typedef mr_code opened_open_fn(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);

/* Looks the entry up, checks the options. After it open_self calls the plugin. */
mr_code opened_find(struct opened *o, const char *group, mr_str uri, mr_error *err);
/* The same for a group that is looked up by name; pairs are its options. */
mr_code opened_find_name(struct opened *o, const char *group, mr_str name, const struct mr_map_string *pairs,
			 size_t pairs_n, mr_error *err);
mr_code opened_open(struct opened *o, opened_open_fn *open, mr_str artifact_root, mr_error *err);
void opened_dispose(struct opened *o);

/* Around each call of one of the plugin's functions: counted, and an error without
 * a message is given one that names the plugin. */
int64_t opened_begin(const struct opened *o);
mr_code opened_end(const struct opened *o, int64_t began, mr_code code, const char *what, mr_error *err);
/* The same without counting. */
mr_code opened_result(const struct opened *o, mr_code code, const char *what, mr_error *err);

#endif
