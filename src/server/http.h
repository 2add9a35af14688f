/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP: event loops on one listening socket, each with its own connections.
 * libmicrohttpd stands behind this header and is named nowhere else.
 *
 * A request is an exchange. It belongs to the loop that read it, and all
 * functions of struct mr_http_app are called on that loop's thread, one at a
 * time. The one thing another thread may do to an exchange is mr_http_resume().
 *
 * The path of an exchange:
 *
 *	head()	the request line and the headers are there: answer, say what
 *		becomes of the body, or defer
 *	data()	pieces of a streamed body
 *	ready()	the whole request is there: answer, or defer
 *	resumed() a deferred exchange was resumed: as the function that deferred it
 *	leaving() the answer stands, and goes out now: let it, or defer
 *	done()	the answer is out, or the client is gone; then the exchange ends
 */
#ifndef MR_SERVER_HTTP_H
#define MR_SERVER_HTTP_H

#include "base/buf.h"

typedef struct mr_http mr_http;
typedef struct mr_http_exchange mr_http_exchange;

/* Headers that the server asks for; every other one is read past. */
enum mr_http_header {
	MR_HTTP_HOST,
	MR_HTTP_ORIGIN,
	MR_HTTP_CONTENT_TYPE,
	MR_HTTP_CONTENT_LENGTH,
	MR_HTTP_TRANSFER_ENCODING,
	MR_HTTP_RANGE,
	MR_HTTP_IF_RANGE,
	MR_HTTP_IF_NONE_MATCH,
	MR_HTTP_ACCEPT_ENCODING,
	MR_HTTP_WORKSPACE,
	MR_HTTP_PREFLIGHT_METHOD,
	MR_HTTP_PREFLIGHT_HEADERS,
	MR_HTTP_USER_AGENT,
	MR_HTTP_REFERER,
	MR_HTTP_HEADERS_N
};

struct mr_http_exchange {
	unsigned loop;
	mr_str method, path, query; /* as they came: percent-encoded; query without '?' */
	mr_str headers[MR_HTTP_HEADERS_N];
	uint32_t has_header; /* bit i: header i is there, if only empty */
	int64_t content_length; /* of the request; -1 in chunks of unknown number */
	mr_buf body; /* COLLECT: the body; ready() may move it away */
	int64_t begun_ns;
	int64_t deadline_ns; /* set by the app before it defers: then expire() is called; 0: never */
	void *user; /* the app's, as are the next: what to count the request under, and who the log says sent it */
	const char *label;
	mr_str sender;
	/* For the log, once answered. */
	int status;
	int64_t sent; /* bytes of the body; -1 unknown */
};

static inline bool mr_http_has(const mr_http_exchange *x, enum mr_http_header header)
{
	return (x->has_header >> header & 1u) != 0;
}

typedef enum mr_http_next {
	MR_HTTP_ANSWERED, /* mr_http_answer() was called */
	MR_HTTP_COLLECT, /* of head(): the body goes into exchange->body */
	MR_HTTP_STREAM, /* of head(): the body goes to data(), piece by piece */
	MR_HTTP_DEFER /* mr_http_resume() will follow */
} mr_http_next;

struct mr_http_app {
	void *arg;
	mr_http_next (*head)(void *arg, mr_http_exchange *x);
	/* Takes the piece or its beginning and says how much. What is left over comes
	 * again after mr_http_resume(), which may have been called already. It may
	 * answer instead: the rest of the body is then read past. */
	size_t (*data)(void *arg, mr_http_exchange *x, const char *bytes, size_t size);
	mr_http_next (*ready)(void *arg, mr_http_exchange *x);
	mr_http_next (*resumed)(void *arg, mr_http_exchange *x);
	/* May be NULL. Once for each exchange, but not for an answer that is given while
	 * the client still sends too much to be read past. Deferred, resumed() follows,
	 * which may put another answer in the place of the one that stands. */
	mr_http_next (*leaving)(void *arg, mr_http_exchange *x);
	/* The deadline of a deferred exchange passed, or the server ends: answer; nobody
	 * may resume the exchange after that. False: somebody has resumed it already. */
	bool (*expire)(void *arg, mr_http_exchange *x, bool stopping);
	/* complete: the client got the whole answer. */
	void (*done)(void *arg, mr_http_exchange *x, bool complete);
	/* After all that was ready at once has been handed over. NULL: nobody wants to know. */
	void (*turn)(void *arg, unsigned loop);
};

enum { MR_HTTP_LOOPS_MAX = 64 };

struct mr_http_config {
	struct mr_http_app app;
	int listen_fd; /* taken over */
	unsigned loops;
	unsigned connections_max; /* of all loops together */
	size_t body_max; /* of a collected body */
	unsigned idle_s; /* a connection may take this long to send a request's head, or a collected body */
	const char *tls_certificate, *tls_key; /* PEM texts, or NULL */
};

mr_code mr_http_start(const struct mr_http_config *config, mr_http **out, mr_error *err);
/* Refuses new connections, closes idle ones, and waits until no exchange is left
 * or the time has come. True: none is left. */
bool mr_http_drain(mr_http *http, int64_t deadline_ns);
/* Expires what is left and ends the loops; resuming goes on to be allowed. */
void mr_http_stop(mr_http *http);
/* Nobody may know it any more. */
void mr_http_free(mr_http *http);

/* Any thread: the loop goes on with the exchange. At most once is as good as
 * many times; the exchange must not have ended. */
void mr_http_resume(mr_http *http, mr_http_exchange *x);
/* The same for many, with one wake-up for each loop. */
void mr_http_resume_all(mr_http *http, mr_http_exchange *const *list, size_t n);

/* Where the bytes of an answer come from when they are not there at once. read:
 * the number of bytes, 0 when there are none yet (mr_http_resume() follows),
 * MR_HTTP_END or MR_HTTP_FAILED. */
enum { MR_HTTP_END = -1, MR_HTTP_FAILED = -2 };
struct mr_http_source {
	int64_t (*read)(void *arg, uint64_t position, char *out, size_t room);
	void *arg;
};

struct mr_http_field {
	const char *name, *value;
};

/* The body is one of: taken, whose memory goes over; lasting, which lives as
 * long as the program; fd (taken over) from offset on; source; or none. */
struct mr_http_answer {
	int status;
	const struct mr_http_field *fields; /* copied */
	size_t fields_n;
	mr_buf *taken;
	mr_str lasting;
	int fd; /* used when has_fd */
	bool has_fd;
	uint64_t offset;
	int64_t size; /* of fd and source; -1 unknown */
	const struct mr_http_source *source; /* copied */
	bool close; /* the connection, afterwards */
};
/* Out of memory closes the connection. */
void mr_http_answer(mr_http_exchange *x, struct mr_http_answer *answer);

/* Every header of the request, in its order; false from visit ends it. While the
 * exchange lives, on its loop. */
void mr_http_each_header(const mr_http_exchange *x, bool (*visit)(void *arg, mr_str name, mr_str value), void *arg);
bool mr_http_is_tls(const mr_http *http);

/* The client's address as text; "-" when unknown. */
void mr_http_peer(const mr_http_exchange *x, char *out, size_t room);

/* Whether every loop has gone round since the last time that this was asked; the
 * first time it is true. One caller. */
bool mr_http_beats(mr_http *http);

struct mr_http_counts {
	uint64_t connections, exchanges; /* now */
	uint64_t accepted; /* since the start */
};
void mr_http_count(const mr_http *http, struct mr_http_counts *out);

#endif
