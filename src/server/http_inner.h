/* SPDX-License-Identifier: Apache-2.0
 *
 * What http.c (requests and the loop) and http_answer.c share.
 */
#ifndef MR_SERVER_HTTP_INNER_H
#define MR_SERVER_HTTP_INNER_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "server/http.h"
#include "server/list.h"

enum { TARGET_INLINE = 200, EXCHANGES_KEPT = 64 };

enum state { HEAD, HEAD_DEFERRED, DRAIN, COLLECT, STREAM, DEFERRED, SENDING };

/* A connection and the list in which it waits for its client, if it does. */
struct connection {
	struct mr_link link;
	int fd;
	int64_t until_ns;
};

struct exchange {
	mr_http_exchange pub; /* first */
	struct loop *owner;
	struct MHD_Connection *mhd;
	struct connection *connection;
	enum state state;
	bool suspended, broken, gone, hung_up;
	bool over; /* its deadline has passed: the answer that stands is final */
	bool repeats; /* libmicrohttpd calls for the head once more */
	bool leaving; /* the app has been asked whether the answer may go */
	struct mr_link link; /* of loop.suspended */
	atomic_bool noted; /* it is in loop.notes */
	struct exchange *next_note;
	const char *target_end; /* where the target ended in libmicrohttpd's memory */
	int64_t received;
	struct MHD_Response *response;
	mr_str response_body;
	struct mr_http_source source;
	char *target, target_inline[TARGET_INLINE];
};

struct loop {
	mr_http *http;
	unsigned index;
	struct MHD_Daemon *daemon;
	int epoll_fd, event_fd;
	unsigned long thread;
	bool started;
	_Atomic(struct exchange *) notes;
	struct mr_link waiting, bodies; /* connections that owe a request's head, or a collected body */
	struct mr_link suspended; /* exchanges */
	struct mr_link lingers;
	struct exchange *kept[EXCHANGES_KEPT];
	size_t kept_n;
	int64_t ticked_ns;
	bool accepting;
	_Atomic uint64_t connections, exchanges, accepted;
	_Atomic uint64_t beat; /* the last one of mr_http that it has seen */
};

struct mr_http {
	struct mr_http_config config;
	struct loop *loops;
	_Atomic uint64_t beat;
	atomic_int quiet; /* 1: accept no more; 2: end */
	bool tls;
};

/* ---- http_answer.c ---- */

enum MHD_Result mr_http_send_response(struct exchange *x);
/* The answer goes out although the client still sends; then the connection ends. */
enum MHD_Result mr_http_answer_and_hang_up(struct exchange *x);
void mr_http_refuse(struct exchange *x, int status, const char *text);
void mr_http_refuse_large(struct exchange *x);

#endif
