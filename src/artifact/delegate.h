/* SPDX-License-Identifier: Apache-2.0
 *
 * A repository that stands for another one, which is found on first use: what
 * runs: and models: have in common. A struct delegate is the first member of
 * the object.
 */
#ifndef MR_ARTIFACT_DELEGATE_H
#define MR_ARTIFACT_DELEGATE_H

#include <pthread.h>

#include "api/call.h"
#include "artifact/artifact.h"

/* Finds the URI that the object stands for, in the call's memory. The call is one
 * of its own: what an operation of a store emits never reaches the caller's rows. */
typedef mr_code delegate_resolve(void *object, mr_str *uri, mr_call *call, mr_error *err);

struct delegate {
	const mr_host *host;
	mr_arena *arena;
	delegate_resolve *resolve;
	pthread_mutex_t lock;
	mr_artifact_handle *handle; /* NULL: not found yet */
	const struct mr_artifact_repository_ops *ops;
	void *self;
};

mr_code delegate_init(struct delegate *d, const mr_host *host, delegate_resolve *resolve, mr_error *err);
void delegate_dispose(struct delegate *d);
/* Afterwards ops and self are there. */
mr_code delegate_ready(struct delegate *d, mr_call *call, mr_error *err);
/* A call of our own with who and where of the caller's. NULL when out of memory. */
mr_call *delegate_call(mr_call *call);
/* The whole operation: opens the store, asks it, copies nothing: the response is of the call's memory. */
mr_code delegate_ask(const mr_host *host, int side, mr_str uri, uint32_t operation, const void *request,
		     void **response, mr_call *call, mr_error *err);

/* The slots, passed on. */
mr_code delegate_push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err);
mr_code delegate_push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err);
mr_code delegate_push_commit(void *self, void *push, mr_call *call, mr_error *err);
void delegate_push_abort(void *self, void *push);
mr_code delegate_pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
			   mr_error *err);
mr_code delegate_pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			   mr_error *err);
void delegate_pull_close(void *self, void *pull);
mr_code delegate_list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err);
mr_code delegate_remove(void *self, mr_str path, mr_call *call, mr_error *err);
mr_code delegate_local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err);
mr_code delegate_multipart_create(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
				  struct mr_artifact_part **parts, mr_call *call, mr_error *err);
mr_code delegate_multipart_complete(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				    size_t parts_n, mr_call *call, mr_error *err);
mr_code delegate_multipart_abort(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err);
mr_code delegate_presign(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
			 mr_call *call, mr_error *err);

#endif
