/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder for a test, and what one wants to know of files.
 */
#ifndef MR_TEST_SCRATCH_H
#define MR_TEST_SCRATCH_H

#include <millrace/types.h>

struct scratch {
	char path[64];
};

void scratch_make(struct scratch *scratch);
void scratch_remove(struct scratch *scratch);
/* name is below the folder; parents are made. */
void scratch_write(const struct scratch *scratch, const char *name, const char *text);
void scratch_write_bytes(const struct scratch *scratch, const char *name, const void *bytes, size_t n);
void scratch_mkdir(const struct scratch *scratch, const char *name);
void scratch_link(const struct scratch *scratch, const char *name, const char *target);
/* The text of a file, NULL when there is none; one at a time. */
const char *scratch_read(const struct scratch *scratch, const char *name);
int64_t scratch_size(const struct scratch *scratch, const char *name); /* -1: none */
/* How many files and folders are below name. */
int scratch_count(const struct scratch *scratch, const char *name);

#endif
