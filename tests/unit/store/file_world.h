/* SPDX-License-Identifier: Apache-2.0
 *
 * A file store in a folder of its own, asked as a client asks: an operation by
 * its name, request and answer as JSON.
 */
#ifndef MR_TEST_FILE_WORLD_H
#define MR_TEST_FILE_WORLD_H

#include <millrace/types.h>

#include "plugin/handle.h"

struct file_world {
	char path[64];   /* the root of the store is below it */
	char root[80];
	mr_store_handle *tracking, *registry;
};

void file_world_make(struct file_world *world);
/* Closes the store and opens it again, as a new process would. */
void file_world_reopen(struct file_world *world);
void file_world_remove(struct file_world *world);

/* The answer as JSON, or "ERROR_CODE: message"; until the next but seven. */
const char *file_ask(struct file_world *world, const char *operation, const char *request, ...) MR_PRINTF(3, 4);
/* Fails the test when it is an error. */
const char *file_do(struct file_world *world, const char *operation, const char *request, ...) MR_PRINTF(3, 4);
/* A text of an answer by its path, "run.info.run_id", "runs.0.info.run_name"; "" when there is none. */
const char *file_get(const char *json, const char *path);
/* How many elements a list has. */
int file_count(const char *json, const char *path);

/* Files of the store, by their path below the root. */
const char *file_text(const struct file_world *world, const char *path, ...) MR_PRINTF(2, 3); /* NULL: none */
void file_write(const struct file_world *world, const char *text, const char *path, ...) MR_PRINTF(3, 4);
bool file_is_there(const struct file_world *world, const char *path, ...) MR_PRINTF(2, 3);

#endif
