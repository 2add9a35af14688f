/* SPDX-License-Identifier: Apache-2.0
 *
 * Files of the source tree that the build puts into the program (cmake/MrEmbed.cmake).
 */
#ifndef MR_AUTHOR_EMBEDDED_H
#define MR_AUTHOR_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *path; /* "src/author/templates/package/README.md.in" */
	const char *bytes; /* with a NUL behind them */
	size_t size;
};
extern const struct embedded_file embedded_files[];
extern const size_t embedded_files_n;

#endif
