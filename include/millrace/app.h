/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/app.h - the contract of group "mlflow.app": hooks of the server, for
 * authentication, authorization, limits, logging and routes of one's own. A
 * named group; `millrace server --app-name NAME` chooses one, and may be given
 * several times: the apps are asked in that order, and the first that does not
 * let a request go on answers it.
 *
 * The path of a request through an app:
 *
 *	before()    each request, whatever its path and method: operations, web
 *	            pages, /health, /metrics, /openapi.json, static files, paths that
 *	            do not exist, routes of apps. The head is there, and nothing of
 *	            the body has been read. What never gets here never gets an answer
 *	            of the API either: malformed HTTP, a Host or Origin that the server
 *	            does not take, CORS preflights (which carry no credentials).
 *	authorize() an operation, with its decoded message, before it runs. Uploads are
 *	            asked about before the first byte is taken.
 *	filter()    each row of a listing, before it is sent.
 *	route()     paths below one of `prefixes` that are no operation of the server.
 *	after()     when the answer stands and nothing of it is sent; and when there
 *	            will be none, because the client has left.
 *
 * All are called on threads of the apps, never on an event loop. Each call has a
 * deadline (`--app-timeout`; a route that of requests): one that fails or
 * overruns it denies the request. Codes of a failure are answered as they are
 * (MR_PERMISSION_DENIED is 403, MR_REQUEST_LIMIT_EXCEEDED 429), with the message;
 * of those that mean 500 only the log has the message. An overrun is 503.
 */
#ifndef MILLRACE_APP_H
#define MILLRACE_APP_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Views live until the function returns. */
struct mr_app_request {
	size_t size;
	mr_str method;
	mr_str path;  /* below the static prefix, percent-decoded once; decide by `operation` rather than by it */
	mr_str query; /* as sent, without '?' */
	const struct mr_header *headers; /* all of them, names in lower case, in the order of the request */
	size_t headers_n;
	mr_str remote; /* the peer's address */
	mr_str user;   /* who an earlier before() said it is; empty: nobody has */
	bool tls;
	/* Of an operation; else empty, 0 and NULL. An upload's message has what its path and query say. */
	mr_str operation;    /* "create_run" */
	uint32_t message_id; /* MR_MSG_*, for host->msg_to_json */
	const void *message; /* from authorize() on; NULL also when the request is not a valid one */
	mr_str artifact;     /* of the artifact proxy: the path below the artifact destination as the server will use it */
	mr_str body;         /* in route() */
	int64_t content_length; /* what the client says; -1 in chunks */
};

/* What an app says; zeroed by the host, memory of the call. */
struct mr_app_answer {
	size_t size;
	int32_t status; /* 0: go on. before() and authorize() end the request with another one; route() must set one */
	const struct mr_header *headers; /* of this answer; with status 0, added to the server's own */
	size_t headers_n;
	mr_str body;
	mr_str user; /* before(): who it is; travels with the call (host->user) and to the apps behind */
};

struct mr_app_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);
	mr_code (*before)(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			  mr_error *err);
	mr_code (*authorize)(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			     mr_error *err);
	/* Rows that are not kept are left out, so that a page may have fewer than was asked for; its token leads on. */
	mr_code (*filter)(void *self, const struct mr_app_request *request, uint32_t row_id, const void *row, bool *keep,
			  mr_call *call, mr_error *err);
	/* Begin with '/' and end with NULL; "/mine" has "/mine" and all below it. */
	const char *const *prefixes;
	mr_code (*route)(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			 mr_error *err);
	/* For each request whose before() was called, the last app first. status 499: the client
	 * left before it was answered. response: the operation's message without its
	 * rows, or NULL. A failure puts an error in the place of the answer, which has been
	 * carried out by then. */
	mr_code (*after)(void *self, const struct mr_app_request *request, int32_t status, const void *response,
			 mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
