/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the server share: the server, and the job, which is the
 * server's side of an exchange.
 *
 * A job belongs to its exchange until it is deferred. From then on the thread
 * that works on it has it, until job_complete(). The loop may give the job up
 * before that (job_abandon: its deadline has passed): it then answers without it,
 * and the working thread frees the job.
 */
#ifndef MR_SERVER_STATE_H
#define MR_SERVER_STATE_H

#include <stdatomic.h>

#include "api/request.h"
#include "plugin/handle.h"
#include "server/access_log.h"
#include "server/group.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/security.h"
#include "server/server.h"

enum { JOBS_KEPT = 32, GROUPS_MAX = 2 };

struct job;
struct places;
struct upload;
struct download;
struct hooked;
struct mr_hooks;
struct mr_gate;

/* A store and where its work runs. */
struct backend {
	mr_store_handle *store; /* NULL with --artifacts-only */
	mr_pool *pool;
	mr_group_queue *group; /* NULL: writes go to the pool */
	unsigned group_index;
	bool never_blocks;
};

/* What one event loop keeps; only its thread touches it. */
struct loop_state {
	struct job *kept;
	size_t kept_n;
	struct mr_group_member *batch[GROUPS_MAX], **batch_end[GROUPS_MAX]; /* writes of this turn */
};

struct mr_server {
	mr_arena *arena; /* of what lives as long as the server */
	struct mr_server_config config;
	mr_http *http;
	mr_str url;
	int port;
	mr_security *security;
	mr_metrics *metrics; /* NULL: --no-metrics */
	mr_access_log *access_log; /* NULL: none */
	struct backend tracking, registry;
	mr_pool *artifact_pool;
	struct places *places; /* where artifacts are */
	struct mr_hooks *hooks; /* of the apps; NULL: there are none */
	struct mr_gate *gate; /* with an app of Python (gate.h), behind which all else is; NULL: there is none */
	struct loop_state *loops;
	unsigned loops_n;
	bool started;
};

enum job_state { JOB_RUNNING, JOB_DONE, JOB_ABANDONED };

struct job {
	struct mr_group_member member; /* first; member.err says how the job ended */
	struct mr_task task;
	struct job *next_kept;
	mr_server *server;
	mr_http_exchange *x;
	unsigned loop;
	struct mr_route_match route;
	struct mr_request_source source;
	const struct mr_op_desc *op;
	struct backend *backend;
	mr_pool *pool; /* the one that has the task, or NULL */
	mr_call *call;
	mr_buf body;
	void *request, *response;
	mr_buf out; /* the answer's body, once encoded */
	mr_code (*work)(struct job *job, mr_error *err);
	void (*answer)(struct job *job); /* instead of the usual way, when it went well */
	struct upload *upload;
	struct download *download;
	struct hooked *hooked; /* NULL: there are no apps */
	const struct mr_entry *stuck; /* whose call was given up */
	bool as_detail; /* its error is written as {"detail": ...} */
	atomic_int state;
};

/* ---- job.c ---- */

struct job *job_new(mr_server *server, mr_http_exchange *x); /* NULL when out of memory */
void job_free(struct job *job, bool on_loop);
/* Runs job->work on a thread of the pool, and defers. */
mr_http_next job_defer(struct job *job, mr_pool *pool);
/* Decodes the request, unless that was done, and runs the operation where it belongs. */
mr_http_next job_start(struct job *job);
/* On the loop, before the request is decoded. keep: for a thread that may outlive the exchange. */
bool job_prepare(struct job *job, bool keep);
mr_code job_decode(struct job *job, mr_error *err);
/* Whether the body of such a request goes to an upload. */
bool job_streams(const struct mr_op_desc *op);
/* On the loop: answers with what came out. */
void job_answer(struct job *job);
/* On the working thread: back to the loop, or to memory. */
void job_complete(struct job *job);
/* On the loop: true when the job's thread has it now for good. entry: whose call it waits for; may be NULL. */
bool job_abandon(struct job *job, const struct mr_entry *entry);
/* struct mr_group_config.finished; arg is the server. */
void job_group_finished(void *arg, struct mr_group_member *list);

/* ---- reply.c: ways to answer ---- */

enum { REPLY_FIELDS_MAX = 40 };

struct reply {
	int status;
	struct mr_http_field fields[REPLY_FIELDS_MAX];
	size_t fields_n;
	struct mr_http_answer answer;
};

/* With the headers that every answer has. */
void reply_begin(struct reply *reply, mr_server *server, mr_http_exchange *x, int status);
void reply_field(struct reply *reply, const char *name, const char *value);
void reply_send(struct reply *reply, mr_http_exchange *x);

void reply_text(mr_server *server, mr_http_exchange *x, int status, const char *type, mr_str lasting);
void reply_taken(mr_server *server, mr_http_exchange *x, int status, const char *type, mr_buf *body);
/* MLflow's JSON; compact as its artifact proxy writes it. */
void reply_error(mr_server *server, mr_http_exchange *x, const mr_error *err, bool compact);
/* {"detail": ...}, as its artifact proxy refuses requests. */
void reply_detail(mr_server *server, mr_http_exchange *x, int status, const char *detail);
/* Flask's page for the status; allow (may be NULL) for a 405. */
void reply_page(mr_server *server, mr_http_exchange *x, int status, const char *allow);

/* ---- app.c ---- */

struct mr_http_app app_make(mr_server *server);
/* The checks that hold for every request, whatever it asks for. True: it is answered. */
bool app_refuses(mr_server *server, mr_http_exchange *x);

/* ---- pages.c: what is neither an operation nor an artifact ---- */

/* False: no such page. path: below the static prefix. */
bool page_answer(mr_server *server, mr_http_exchange *x, mr_str path);

/* ---- plugins_page.c ---- */

void plugins_answer(mr_server *server, mr_http_exchange *x);
void plugins_write_metrics(mr_buf *out);

#endif
