/* SPDX-License-Identifier: Apache-2.0
 *
 * What front.c and front_relay.c share.
 */
#ifndef MR_DEPLOY_FRONT_PARTS_H
#define MR_DEPLOY_FRONT_PARTS_H

#include <pthread.h>

#include "base/buf.h"
#include "deploy/front.h"

struct front_backend {
	int port;
	unsigned in_flight, holds; /* under backends_lock */
};

struct front_connection {
	struct front *front;
	struct front_connection *next, **link;
	int fd;
	bool idle; /* waits for a next request; under front->lock */
	mr_buf in; /* what was read of the client and not used yet */
	int backend_fd; /* kept for the next request to the same backend; -1: none */
	struct front_backend *backend; /* of backend_fd, held */
	char piece[65536];
};

struct front {
	pthread_mutex_t lock;
	int fd;
	int64_t timeout_ms;
	struct front_backend *backend; /* held */
	struct front_connection *connections;
	unsigned connections_n;
	bool closing;
};

/* The backend of the moment with a request more in flight, held; NULL: there is none. */
struct front_backend *front_take(struct front *front, int64_t *timeout_ms, bool *closing);
void front_give_back(struct front_backend *backend);
void front_hold(struct front_backend *backend);

void front_set_idle(struct front_connection *c, bool idle);
/* All requests of a connection, until it ends. */
void front_relay(struct front_connection *c);

#endif
