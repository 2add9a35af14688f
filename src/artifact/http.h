/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside of the repository behind mlflow-artifacts, http and https URIs: what
 * its files share.
 */
#ifndef MR_ARTIFACT_HTTP_H
#define MR_ARTIFACT_HTTP_H

#include <pthread.h>

#include "api/call.h"
#include "artifact/artifact.h"

enum { HTTP_WINDOW = 1 << 20, HTTP_ANSWER_MAX = 64 << 20 };

struct http_repository {
	const mr_host *host;
	mr_arena *arena;
	bool is_proxy; /* of an mlflow-artifacts URI: the server may be asked what it can do */
	mr_str base; /* URL of the root: artifacts are below it */
	mr_str service; /* "http://host/prefix/api/2.0", in front of /mlflow-artifacts/; empty when base has none */
	mr_str server; /* "http://host/prefix" */
	mr_str root; /* of the artifacts within the service, decoded; may be empty */
	pthread_mutex_t lock;
	bool asked, uploads_in_parts, downloads_signed; /* what the server said */
};

/* The URL of an artifact. */
mr_str http_url(const struct http_repository *r, mr_arena *arena, mr_str path);
/* http_url's base of an URI (http_uri.c). */
mr_code http_uri_resolve(mr_arena *arena, mr_str uri, mr_str tracking_uri, mr_str *out, mr_error *err);
mr_code http_uri_split(struct http_repository *r, mr_error *err);

/* The error of an answer that is none of success. */
mr_code http_answer_error(const struct mr_http_response *response, mr_str url, mr_error *err);
mr_str http_answer_header(const struct mr_http_response *response, const char *name);

/* A call of a thread's own, with who and where of the caller's. NULL when out of memory. */
mr_call *http_call_like(mr_call *call);
bool http_is_cancelled(void *call);

/* Writing (http_push.c) and reading (http_pull.c), as the table has them. */
mr_code http_push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err);
mr_code http_push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err);
mr_code http_push_commit(void *self, void *push, mr_call *call, mr_error *err);
void http_push_abort(void *self, void *push);
mr_code http_pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
		       mr_error *err);
mr_code http_pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
		       mr_error *err);
void http_pull_close(void *self, void *pull);

/* The optional slots of a server that signs URLs (http_parts.c). */
mr_code http_multipart_create(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
			      struct mr_artifact_part **parts, mr_call *call, mr_error *err);
mr_code http_multipart_complete(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				size_t parts_n, mr_call *call, mr_error *err);
mr_code http_multipart_abort(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err);
mr_code http_presign(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
		     mr_call *call, mr_error *err);

/* A request with a small answer, which is an error unless it is a success. */
mr_code http_ask(const struct http_repository *r, const char *method, mr_str url, mr_str json,
		 struct mr_http_response *response, mr_call *call, mr_error *err);
/* The URL of an operation of the service: its route, with path for the rest of it. */
mr_code http_service_url(const struct http_repository *r, uint32_t operation, mr_str path, mr_call *call, mr_str *out,
			 mr_error *err);

#endif
