/* SPDX-License-Identifier: Apache-2.0
 *
 * The apps of the server (--app-name), and what they are asked about a request.
 * include/millrace/app.h tells the rules; which thread does what, hooks.c.
 */
#ifndef MR_SERVER_HOOKS_H
#define MR_SERVER_HOOKS_H

#include "plugin/handle_app.h"
#include "server/state.h"

enum { HOOKS_APPS_MAX = 16, HOOKS_FIELDS_MAX = 8 };

/* What a thread of the apps does for a request now. */
enum hook_stage { HOOKS_NONE, HOOKS_BEFORE, HOOKS_AUTHORIZE, HOOKS_ROUTE, HOOKS_AFTER };

/* What a job keeps for the apps; in the memory of its call. */
struct hooked {
	struct mr_app_request facts;
	enum hook_stage stage;
	bool inside; /* of the static prefix */
	bool whole; /* before() is all that must pass first: there is no body, or one that streams */
	bool decoded; /* and so asked about with authorize() */
	size_t seen; /* apps whose before() was called */
	bool after_done;
	bool logged; /* why the request is denied */
	int status; /* for after() */
	mr_app_handle *router; /* who has the path, when it is no operation */
	_Atomic(int64_t) until_ns; /* the deadline of the hook that runs */
	_Atomic(mr_app_handle *) running;
	struct mr_app_answer answer; /* with a status: the request ends with it */
	struct mr_http_field fields[HOOKS_FIELDS_MAX]; /* for the answer, whoever makes it */
	size_t fields_n;
};

/* Opens what the configuration names; server->hooks stays NULL when that is nothing. */
mr_code hooks_open(mr_server *server, mr_error *err);
/* When the pool has ended. */
void hooks_close(mr_server *server);
mr_pool *hooks_pool(const mr_server *server); /* or NULL */
mr_app_handle *hooks_app(const mr_server *server, size_t i); /* the i-th, or NULL */

/* ---- on the loop ---- */

/* Makes the job, defers, and asks before(). path: below the prefix if it lies inside. */
mr_http_next hooks_before(mr_server *server, mr_http_exchange *x, mr_str path, bool inside);
/* The whole request is there. False: the apps have nothing to do with it now. */
bool hooks_ready(struct job *job, mr_http_next *next);
mr_http_next hooks_leaving(struct job *job);

enum hooks_verdict {
	HOOKS_NOT_MINE, /* the job was with somebody else */
	HOOKS_WAITING, /* an upload resumed, late, what is with the apps already */
	HOOKS_ENDED, /* the exchange is answered */
	HOOKS_GO_ON /* all apps let it pass *stage */
};
enum hooks_verdict hooks_resumed(struct job *job, enum hook_stage *stage);
/* The deadline passed while the job was with an app: true when the exchange was answered. */
bool hooks_expire(struct job *job, bool stopping);
/* The exchange ends. True: after() will be called, and the job freed behind it. */
bool hooks_done(struct job *job, int status);

/* ---- on any thread ---- */

/* Frees a job that nobody waits for any more, behind after() if that is due. */
void hooks_bury(struct job *job);
bool hooks_filters(const struct job *job);
/* Whether all apps let this row of a listing be seen. */
mr_code hooks_filter(struct job *job, const void *row, bool *keep, mr_error *err);

#endif
