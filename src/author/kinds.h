/* SPDX-License-Identifier: Apache-2.0
 *
 * What a new package says of itself, for each group that a template is there for.
 */
#ifndef MR_AUTHOR_KINDS_H
#define MR_AUTHOR_KINDS_H

#include <millrace/types.h>

struct author_kind {
	const char *group; /* whole; its last word is the template's name */
	bool scheme; /* its entries are URI schemes */
	const char *what; /* a sentence: what the new plugin does */
	const char *use; /* how it is used, in Markdown */
	/* What the conformance test needs. */
	const char *setup; /* lines of CMake; NULL: none */
	const char *environment; /* "KEY=value" with ${CMAKE_CURRENT_BINARY_DIR} for the build folder; NULL: none */
	const char *arguments; /* NULL: none */
};

/* By the whole name or its last word; NULL when there is none. */
const struct author_kind *author_kind_get(mr_str group);
/* "run_context_provider, ..." */
void author_kinds_list(char *out, size_t size);

#endif
