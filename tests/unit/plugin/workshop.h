/* SPDX-License-Identifier: Apache-2.0
 *
 * A workshop for the tests of this folder: makes real plugins with the real
 * compiler, in a folder of its own.
 */
#ifndef MR_TEST_WORKSHOP_H
#define MR_TEST_WORKSHOP_H

#include <stdbool.h>
#include <stddef.h>

/* A new folder that only we can write to, its path in out; and away with it. */
void workshop_open(char out[256]);
void workshop_close(const char *folder);

/* Compiles C source into FOLDER/NAME.so; flags may be "". */
void workshop_build(const char *folder, const char *name, const char *source, const char *flags);

/* Source of a plugin with one run context whose tag says `word`; name and version. */
const char *workshop_context(const char *name, const char *word);

/* Overwrites bytes, or cuts the file. */
void workshop_patch(const char *folder, const char *file, long offset, const void *bytes, size_t n);
void workshop_cut(const char *folder, const char *file, long size);
long workshop_size(const char *folder, const char *file);
void workshop_copy(const char *from_folder, const char *from, const char *to_folder, const char *to);

#endif
