/* SPDX-License-Identifier: Apache-2.0
 *
 * The front port of a deployment: it stays the same while the servers behind it
 * come and go. Each request goes to the backend of the moment, whatever
 * connection it comes on, so that after front_switch() the old one gets no more;
 * how many it still has is front_in_flight().
 */
#ifndef MR_DEPLOY_FRONT_H
#define MR_DEPLOY_FRONT_H

#include <millrace/types.h>

/* A scoring server on 127.0.0.1; counted, because requests outlive the switch. */
struct front_backend;
struct front_backend *front_backend_new(int port); /* NULL when out of memory */
unsigned front_in_flight(struct front_backend *backend);
void front_backend_release(struct front_backend *backend); /* the maker's hold on it; NULL is fine */

struct front;
/* host: a numeric address; *port: 0 for one that the kernel chooses, which it then is. request_timeout_ms: of
 * silence of a backend. */
mr_code front_open(const char *host, int *port, int64_t request_timeout_ms, struct front **out, mr_error *err);
void front_set_timeout(struct front *front, int64_t request_timeout_ms);
int front_fd(struct front *front); /* to poll for front_accept; -1: takes no more for now */
void front_accept(struct front *front);
void front_switch(struct front *front, struct front_backend *backend); /* NULL: 503 */
/* Takes no more connections or requests; what is under way goes on. */
void front_close(struct front *front);
unsigned front_connections(struct front *front);
/* Cuts off what is left. */
void front_cut(struct front *front);
void front_free(struct front *front); /* closed, and without connections */

#endif
