/* SPDX-License-Identifier: Apache-2.0
 *
 * The distribution as which a native plugin is found by MLflow: what its files say (python_dist.c), and how they get into an
 * environment (python_sync.c).
 */
#ifndef MR_AUTHOR_PYTHON_DIST_H
#define MR_AUTHOR_PYTHON_DIST_H

#include "author/author.h"

enum { DIST_FILES = 4 };

struct dist {
	mr_str plugin, version; /* as the plugin says */
	mr_str folder; /* "millrace_plugin_site-1.0.dist-info" */
	struct dist_file {
		const char *name;
		mr_str text;
	} files[DIST_FILES];
};

struct dist_list {
	mr_arena *arena;
	struct dist *items;
	size_t n, room;
};

#define DIST_PREFIX    "millrace_plugin_"
#define DIST_SUFFIX    ".dist-info"
#define DIST_INSTALLER "millrace\n"

/* Of the plugins of the user's folder, which every libmillrace looks at; and of those that were installed into the system's,
 * when that is a part of the package in this site. A plugin that has nothing for MLflow to find has no distribution. */
mr_code dist_list_fill(struct dist_list *list, mr_str site, mr_error *err);

#endif
