/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the program that are loaded when they are first needed:
 * lib/millrace/NAME.so, each behind one table of functions that begins with its size.
 */
#ifndef MR_BASE_MODULE_H
#define MR_BASE_MODULE_H

#include <pthread.h>

#include "base/arena.h"

struct mr_module {
	const char *file;   /* "net.so" */
	const char *symbol; /* of the table */
	size_t size;        /* of the table, which the file's must be */
	const char *what;   /* "HTTP", for messages */
	const char *needs;  /* "libcurl (on Debian: apt-get install libcurl4)" */
	pthread_mutex_t lock;
	const void *table;  /* once it is loaded */
};

#define MR_MODULE(file, symbol, size, what, needs) {file, symbol, size, what, needs, PTHREAD_MUTEX_INITIALIZER, NULL}

/* The table; NULL with an error that names the file and the package. It stays loaded: libraries with threads or
 * state of their own cannot be taken out of a process again. */
const void *mr_module_get(struct mr_module *module, mr_error *err);

#endif
