/* SPDX-License-Identifier: Apache-2.0
 *
 * The conformance kit: runs the contracts of a plugin's entries against it.
 */
#ifndef MR_CONFORM_CONFORM_H
#define MR_CONFORM_CONFORM_H

#include "base/arena.h"
#include "base/buf.h"

enum mr_conform_outcome { MR_CONFORM_PASSED, MR_CONFORM_FAILED, MR_CONFORM_SKIPPED };

struct mr_conform_options {
	mr_str file; /* the plugin, which mr_plugins_add_file was told before; or */
	mr_str builtin; /* the name of a plugin that is linked in or installed */
	mr_str entry; /* only entries of this name; empty: all */
	mr_str group; /* only entries of this group, whole or its last part; empty: all */
	const mr_str *rules; /* only rules whose ids begin so; none: all */
	size_t rules_n;
	const mr_str *uris; /* what to open: each is for the entries whose name is its scheme. "{folder}" is an empty
			       folder */
	size_t uris_n;
	const struct mr_map_string *pairs; /* values of options that the entries declare */
	size_t pairs_n;
	mr_str tracking_uri, registry_uri; /* of the program, for plugins that ask; may be empty */
	mr_str model_uri; /* for deployment targets; empty: a folder of no known flavor */
	int64_t timeout_ms; /* of one rule; 0: 10 s */
	mr_str valgrind_logs; /* the folder in which valgrind, under which we run, leaves what it found; empty: without
				 it */
};

struct mr_conform_result {
	const char *id, *says, *source;
	enum mr_conform_outcome outcome;
	mr_str why; /* of a failure or skip */
	bool follows; /* skipped because of another rule's outcome */
	double seconds;
};

struct mr_conform_entry {
	mr_str group, name;
	struct mr_conform_result *results;
	size_t results_n;
	size_t functions, offered, called; /* of the group's tables; of this plugin; by a rule */
	mr_str missed; /* offered, and called by no rule, separated by ", " */
	mr_str functions_called; /* likewise */
};

struct mr_conform_report {
	mr_str name, version, file;
	struct mr_conform_entry *entries;
	size_t entries_n;
	size_t passed, failed, skipped;
};

/* A rule that failed is in the report, not an error. One program runs this once. */
mr_code mr_conform_run(const struct mr_conform_options *options, mr_arena *arena, struct mr_conform_report *out,
		       mr_error *err);

void mr_conform_print(const struct mr_conform_report *report, bool colour, FILE *out);
void mr_conform_write_json(const struct mr_conform_report *reports, size_t n, mr_buf *out); /* an array */
void mr_conform_write_junit(const struct mr_conform_report *reports, size_t n, mr_buf *out);

/* All rules, in order, without an outcome; NULL when out of memory. */
const struct mr_conform_result *mr_conform_rules(mr_arena *arena, size_t *n);

#endif
