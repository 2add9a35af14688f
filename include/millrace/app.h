/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/app.h - the contract of group "mlflow.app": hooks of the server, for
 * authentication, authorization, limits, logging and routes of one's own. A
 * named group; `millrace server --app-name NAME` chooses one.
 *
 * before and after run on the server's threads and must be quick; slow work
 * belongs into a route. A hook that fails or overruns its deadline denies the
 * request (500 or 503).
 */
#ifndef MILLRACE_APP_H
#define MILLRACE_APP_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_app_request {
	size_t size;
	mr_str method;
	mr_str path;  /* decoded once, below the static prefix */
	mr_str query; /* as sent */
	const struct mr_header *headers; /* names in lower case */
	size_t headers_n;
	mr_str body;      /* empty in before() of an upload that streams */
	mr_str remote;    /* the peer's address */
	mr_str operation; /* name of the operation, empty for other routes */
	const void *message; /* its decoded request, or NULL */
	mr_str user;      /* who before() said it is */
};

struct mr_app_answer {
	size_t size;
	int32_t status; /* 0: go on */
	const struct mr_header *headers;
	size_t headers_n;
	mr_str body;
	mr_str user; /* before(): who it is; travels with the call */
};

struct mr_app_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);
	/* Before an operation or route: a status other than 0 answers in its place. */
	mr_code (*before)(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			  mr_error *err);
	/* After it, with the status and response message (NULL when it failed). The
	 * message may be changed (rows filtered are the app's own matter: see filter). */
	mr_code (*after)(void *self, const struct mr_app_request *request, int32_t status, void *response, mr_call *call,
			 mr_error *err);
	/* For each row of a listing: whether this user may see it. NULL: all. */
	bool (*filter)(void *self, const struct mr_app_request *request, const void *row, mr_call *call);
	/* Routes of its own: called for paths that begin with one of `prefixes` (ends with NULL). */
	const char *const *prefixes;
	mr_code (*route)(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			 mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
