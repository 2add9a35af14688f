/* SPDX-License-Identifier: Apache-2.0 */
#include "artifact/delegate.h"

#include "api/tables.h"

enum { CALL_MAX = 64 << 20 };

mr_code delegate_init(struct delegate *d, const mr_host *host, delegate_resolve *resolve, mr_error *err)
{
	d->host = host;
	d->resolve = resolve;
	pthread_mutex_init(&d->lock, NULL);
	d->arena = mr_arena_new(0);
	return d->arena ? MR_OK : mr_error_no_memory(err);
}

void delegate_dispose(struct delegate *d)
{
	if (d->handle)
		d->host->artifact_close(d->handle);
	mr_arena_free(d->arena);
	pthread_mutex_destroy(&d->lock);
}

mr_call *delegate_call(mr_call *call)
{
	mr_call *own = mr_call_new(CALL_MAX);

	if (!own || !call)
		return own;
	own->workspace = mr_call_copy(own, call->workspace);
	own->user = mr_call_copy(own, call->user);
	own->deadline_ns = call->deadline_ns;
	return own;
}

static mr_code find(struct delegate *d, mr_call *call, mr_error *err)
{
	mr_call *own = delegate_call(call);
	mr_str uri;
	mr_code code;

	if (!own)
		return mr_error_no_memory(err);
	code = d->resolve(d, &uri, own, err);
	if (code == MR_OK)
		code = d->host->artifact_open(d->host, uri, &d->handle, err);
	if (code == MR_OK)
		d->ops = d->host->artifact_ops(d->handle, &d->self);
	mr_call_free(own);
	return code;
}

mr_code delegate_ready(struct delegate *d, mr_call *call, mr_error *err)
{
	mr_code code = MR_OK;

	pthread_mutex_lock(&d->lock);
	if (!d->handle)
		code = find(d, call, err);
	pthread_mutex_unlock(&d->lock);
	return code;
}

mr_code delegate_ask(const mr_host *host, int side, mr_str uri, uint32_t operation, const void *request,
		     void **response, mr_call *call, mr_error *err)
{
	mr_store_handle *store = NULL;
	mr_code code;

	if (!uri.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "This artifact URI needs a tracking server or store. Set MLFLOW_TRACKING_URI.");
	*response = mr_msg_new(call, mr_op_desc_get(operation)->response);
	if (!*response)
		return mr_error_no_memory(err);
	code = host->store_open(host, side, uri, &store, err);
	if (code == MR_OK)
		code = host->store_invoke(store, operation, request, *response, call, err);
	host->store_close(store);
	return code;
}

/* ---- the slots ---- */

mr_code delegate_push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->push_begin(d->self, path, size_hint, push, call, err) : code;
}

mr_code delegate_push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	const struct delegate *d = self;

	return d->ops->push_write(d->self, push, bytes, size, call, err);
}

mr_code delegate_push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	const struct delegate *d = self;

	return d->ops->push_commit(d->self, push, call, err);
}

void delegate_push_abort(void *self, void *push)
{
	const struct delegate *d = self;

	d->ops->push_abort(d->self, push);
}

mr_code delegate_pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
			   mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->pull_open(d->self, path, pull, info, call, err) : code;
}

mr_code delegate_pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			   mr_error *err)
{
	const struct delegate *d = self;

	return d->ops->pull_read(d->self, pull, offset, out, size, got, call, err);
}

void delegate_pull_close(void *self, void *pull)
{
	const struct delegate *d = self;

	d->ops->pull_close(d->self, pull);
}

mr_code delegate_list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->list(d->self, path, visit, arg, call, err) : code;
}

mr_code delegate_remove(void *self, mr_str path, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->remove(d->self, path, call, err) : code;
}

mr_code delegate_local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->local_path(d->self, path, out, call, err) : code;
}

mr_code delegate_multipart_create(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
				  struct mr_artifact_part **parts, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->multipart_create(d->self, path, parts_n, upload_id, parts, call, err) : code;
}

mr_code delegate_multipart_complete(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				    size_t parts_n, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->multipart_complete(d->self, path, upload_id, parts, parts_n, call, err) : code;
}

mr_code delegate_multipart_abort(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->multipart_abort(d->self, path, upload_id, call, err) : code;
}

mr_code delegate_presign(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
			 mr_call *call, mr_error *err)
{
	struct delegate *d = self;
	mr_code code = delegate_ready(d, call, err);

	return code == MR_OK ? d->ops->presign(d->self, path, method, expires_s, out, call, err) : code;
}
