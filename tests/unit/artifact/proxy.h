/* SPDX-License-Identifier: Apache-2.0
 *
 * An artifact proxy for tests, with MLflow's routes and with faults on demand.
 */
#ifndef MR_TEST_PROXY_H
#define MR_TEST_PROXY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "support/http_server.h"

enum { PROXY_FILES = 64 };

struct proxy_file {
	char path[256]; /* decoded */
	char *bytes;
	size_t n;
	char type[64];
};

struct proxy {
	struct http_server *server;
	pthread_mutex_t lock;
	struct proxy_file files[PROXY_FILES];
	int files_n;
	char seen[16384]; /* "METHOD target\n" of each request */
	bool saw_secret; /* a signed URL was asked with credentials */
	bool saw_header; /* ... with the header that came with it */
	/* Faults and abilities: */
	int fail_puts; /* so many PUTs are answered with 503 */
	int cut_gets; /* so many GETs end in the middle */
	int fail_parts; /* so many parts are answered with 403 */
	bool no_ranges, changes, stalls, evil_listing, lists_itself;
	bool parts, signs; /* multipart uploads, presigned downloads */
};

void proxy_start(struct proxy *proxy);
void proxy_stop(struct proxy *proxy);
/* NULL: no such file. */
const struct proxy_file *proxy_find(struct proxy *proxy, const char *path);
void proxy_put(struct proxy *proxy, const char *path, const void *bytes, size_t n);

#endif
