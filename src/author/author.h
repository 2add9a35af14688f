/* SPDX-License-Identifier: Apache-2.0
 *
 * For those who write plugins and those who install them.
 */
#ifndef MR_AUTHOR_AUTHOR_H
#define MR_AUTHOR_AUTHOR_H

#include "plugin/host.h"

/* ---- a new package ---- */

struct mr_author_new {
	mr_str name; /* of the plugin and its folder: lower-case letters, digits and '-' */
	mr_str group; /* "mlflow.artifact_repository" or "artifact_repository" */
	mr_str entry; /* the scheme or name that users will give; empty: the plugin's name */
	mr_str folder; /* where the new folder goes; empty: here */
	mr_str author; /* "Name <mail>"; empty: as Debian's tools and this machine say */
	bool wheel; /* also what makes a Python wheel of it */
};

/* Writes the package, whole or not at all; *path is its folder. */
mr_code mr_author_new(const struct mr_author_new *options, mr_arena *arena, mr_str *path, mr_error *err);

/* ---- files in a plugin folder ---- */

struct mr_author_install {
	mr_str path; /* a plugin's file, or a folder of them: all are installed, or none */
	mr_source_kind where; /* MR_SOURCE_USER or MR_SOURCE_SYSTEM */
	mr_str checksum; /* SHA-256 that the file must have; empty: any */
	mr_str key, signature; /* files; without a signature it is FILE.minisig; without a key nothing is checked */
};

/* What is known of one installed file. */
struct mr_author_item {
	mr_str file; /* in the plugin folder: "example.so" */
	mr_str name, version, sha256, signed_by, from;
	int64_t installed_ms;
	bool well;
	mr_str state; /* of verify: "as installed", or what is wrong */
};

struct mr_author_items {
	mr_str folder;
	struct mr_author_item *list;
	size_t n;
};

/* Reads each file once, refuses what could not be loaded here, and what is written are the bytes that were checked:
 * beside its place, synced, and renamed. A plugin that was installed before is replaced; a file that somebody else put
 * there is not. items: those that were installed. */
mr_code mr_author_install(const struct mr_author_install *options, mr_arena *arena, struct mr_author_items *items,
			  mr_error *err);
/* Of one that was installed, by its name or file. */
mr_code mr_author_remove(mr_source_kind where, mr_str name, mr_arena *arena, struct mr_author_items *items,
			 mr_error *err);
/* All that was installed and all that is there otherwise, with its state. */
mr_code mr_author_verify(mr_source_kind where, mr_arena *arena, struct mr_author_items *items, mr_error *err);

/* ---- Python environments with the package millrace ---- */

/* For MLflow a plugin of a plugin folder is a distribution: millrace_plugin_<name>-<version>.dist-info, with its entry points. */
enum mr_python_state {
	MR_PYTHON_FINE,
	MR_PYTHON_MISSING, /* the plugin has none */
	MR_PYTHON_OLD, /* it is not what the plugin says now */
	MR_PYTHON_ORPHAN, /* its plugin is gone, or the package is */
	MR_PYTHON_FOREIGN /* somebody else has installed a distribution of this name; it is left alone */
};

struct mr_author_python {
	mr_str python, version; /* the interpreter, "3.11" */
	mr_str site, package; /* where the package is, and its version; empty: it is not in there */
	mr_str why; /* it could not be changed; empty: nothing was to be done, or it was done */
	bool named; /* by a person, not merely the one that is there */
	struct mr_author_python_item {
		mr_str plugin, version, file; /* "site", "1.0", "/.../millrace_plugin_site-1.0.dist-info" */
		enum mr_python_state state; /* as it was found */
		bool done; /* and mended */
	} *items;
	size_t items_n;
};

/* Looks at the environments that flags (--python), MILLRACE_PYTHON, VIRTUAL_ENV and the path name, and mends them when change is
 * set: each distribution is there whole or not at all, and of an environment that cannot be changed `why` tells. */
mr_code mr_author_python(const mr_str *flags, size_t flags_n, bool change, mr_arena *arena, struct mr_author_python **out, size_t *n,
			 mr_error *err);
/* "missing", and what it is when that is mended: "added". */
const char *mr_python_state_text(const struct mr_author_python_item *item);

#endif
