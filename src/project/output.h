/* SPDX-License-Identifier: Apache-2.0
 *
 * What a command says: passed on as it comes, and kept in a file that becomes the run's artifact.
 */
#ifndef MR_PROJECT_OUTPUT_H
#define MR_PROJECT_OUTPUT_H

#include <pthread.h>

#include "base/arena.h"

#define OUTPUT_NAME "mlproject.log"

struct output {
	void (*pass)(void *arg, bool is_stderr, const char *bytes, size_t n); /* NULL: to standard output and error */
	void *arg;
	/* Whether what goes to a reader that stands still (a pager, a stopped terminal) may be dropped. */
	bool (*cancelled)(void *arg);
	void *cancelled_arg;
	pthread_mutex_t lock;
	mr_str folder, file; /* of the copy; empty: none is kept */
	int fd;
	int64_t kept;
	bool broken; /* writing the copy failed */
};

mr_code output_init(struct output *o, mr_arena *arena, bool keep, mr_error *err);
void output_dispose(struct output *o);
/* Fits the callbacks of backends: arg is the struct output. */
void output_write(void *arg, bool is_stderr, const char *bytes, size_t n);

#endif
