/* SPDX-License-Identifier: Apache-2.0
 *
 * A small HTTP server for tests that does what it is told, good or bad: each
 * request is handed to the test's function, which answers as it likes.
 */
#ifndef MR_TEST_HTTP_SERVER_H
#define MR_TEST_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_server;

struct http_exchange {
	struct http_server *server;
	void *arg;
	int fd;
	int connection; /* which of the server's connections, from 1 */
	int request; /* which of the server's requests, from 1 */
	char method[16];
	char target[2048];
	char *head; /* the whole head, with its lines */
	char *body; /* with a NUL behind; the first BODY_KEPT bytes of it */
	size_t body_len; /* all of it */
	bool body_complete; /* false: the client went away in the middle */
	bool close; /* set by the handler: close when it returns */
};

typedef void http_handler(struct http_exchange *exchange);

/* Listens on a free port of 127.0.0.1; each connection has a thread. */
struct http_server *http_server_start(http_handler *handler, void *arg);
void http_server_stop(struct http_server *server);
const char *http_server_url(const struct http_server *server); /* "http://127.0.0.1:PORT" */
int http_server_port(const struct http_server *server);
int http_server_connections(struct http_server *server);
int http_server_requests(struct http_server *server);

/* The value of a header of the request, in a buffer of the exchange's thread; NULL when absent. */
const char *http_header(struct http_exchange *exchange, const char *name);
/* headers: whole lines with CRLF, or "". */
void http_reply(struct http_exchange *exchange, int status, const char *headers, const char *body);
void http_reply_bytes(struct http_exchange *exchange, int status, const char *headers, const void *body, size_t n);
/* Bytes as they are; false when the client is gone. */
bool http_send(struct http_exchange *exchange, const void *bytes, size_t n);
bool http_send_text(struct http_exchange *exchange, const char *text);
/* Ends the connection with a reset instead of a close. */
void http_reset(struct http_exchange *exchange);

#endif
