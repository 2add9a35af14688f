/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations that the server answers itself (MR_SIDE_SERVER): artifacts of
 * runs, logged models and model versions, and the proxy of the artifact destination.
 */
#ifndef MR_SERVER_ARTIFACTS_H
#define MR_SERVER_ARTIFACTS_H

#include "server/state.h"

/* ---- artifacts.c ---- */

/* The request is decoded; all of these run in the pool for artifacts. */
mr_http_next artifacts_start(struct job *job);
/* Whether its errors are compact JSON, as those of MLflow's FastAPI routes are. */
bool artifacts_is_compact(const struct mr_op_desc *op);
/* A path that a client gave: tidied for reading, and safe. */
mr_code artifacts_check_path(mr_call *call, mr_str given, bool may_be_empty, mr_str *out, mr_error *err);
/* The one path below the artifact destination that an operation of the proxy is about, as it will be used. */
mr_code artifacts_proxy_target(struct job *job, mr_str *out, mr_error *err);
/* The proxy's path out of the route, decoded once: as given, and checked as above. */
mr_code artifacts_proxy_path(struct job *job, mr_str *given, mr_str *out, mr_error *err);

/* ---- places.c: where artifacts are ---- */

/* A repository, and a path in it. */
struct place {
	mr_artifact_handle *repository;
	const struct mr_artifact_repository_ops *ops;
	void *self;
	mr_str path;
	bool owned; /* close it */
};

mr_code places_new(mr_server *server, struct places **out, mr_error *err);
void places_free(struct places *places);
/* Whether the server may connect to what a field of a request names (host_policy.h). */
mr_code places_check_host(const mr_server *server, mr_str uri, const char *field, mr_error *err);
/* Below the artifact destination. */
mr_code place_open_destination(mr_server *server, mr_str path, mr_call *call, struct place *out, mr_error *err);
/* Below the artifact root of a run, a logged model or a model version. */
mr_code place_open(mr_server *server, mr_str root_uri, mr_str path, mr_call *call, struct place *out, mr_error *err);
/* Whether root_uri is served through the destination, and as which path there. */
bool place_proxied_path(const mr_server *server, mr_str root_uri, mr_str *out);
void place_close(struct place *place);
/* A folder of the local file system as an absolute path; false when the URI is none. */
bool place_local_folder(mr_call *call, mr_str uri, mr_str *out);
/* The whole list, for server-info: whether the destination has the optional parts. */
void place_destination_can(mr_server *server, bool *uploads_in_parts, bool *signs);

mr_code artifacts_run_root(mr_server *server, mr_str run_id, mr_call *call, mr_str *out, mr_error *err);
mr_code artifacts_logged_model_root(mr_server *server, mr_str model_id, mr_call *call, mr_str *out, mr_error *err);
mr_code artifacts_model_version_root(mr_server *server, mr_str name, mr_str version, mr_call *call, mr_str *out,
				     mr_error *err);

/* ---- receive.c: uploads ---- */

/* The head of an upload is there: the job's upload takes the body. False: it was answered. */
bool upload_begin(struct job *job);
size_t upload_data(struct job *job, const char *bytes, size_t size);
mr_http_next upload_ready(struct job *job);
void upload_resumed(struct job *job);
bool upload_expire(struct job *job, bool stopping);
void upload_done(struct job *job);

/* ---- send.c: downloads ---- */

/* Opens place->path for reading and keeps it in job->download; the place is its own
 * from now on. shown: the path as a message has it. On a thread of the pool. */
mr_code download_open(struct job *job, struct place *place, mr_str shown, mr_error *err);
void download_answer(struct job *job); /* a job's answer() */
bool download_expire(struct job *job);
void download_done(struct job *job);

#endif
