/* SPDX-License-Identifier: Apache-2.0
 *
 * For those who write plugins and those who install them.
 */
#ifndef MR_AUTHOR_AUTHOR_H
#define MR_AUTHOR_AUTHOR_H

#include "base/arena.h"

/* ---- a new package ---- */

struct mr_author_new {
	mr_str name;   /* of the plugin and its folder: lower-case letters, digits and '-' */
	mr_str group;  /* "mlflow.artifact_repository" or "artifact_repository" */
	mr_str entry;  /* the scheme or name that users will give; empty: the plugin's name */
	mr_str folder; /* where the new folder goes; empty: here */
	mr_str author; /* "Name <mail>"; empty: as Debian's tools and this machine say */
};

/* Writes the package, whole or not at all; *path is its folder. */
mr_code mr_author_new(const struct mr_author_new *options, mr_arena *arena, mr_str *path, mr_error *err);

#endif
