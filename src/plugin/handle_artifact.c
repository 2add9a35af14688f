/* SPDX-License-Identifier: Apache-2.0
 *
 * Open artifact repositories: a table in front of the plugin's that checks
 * paths, so that no plugin sees a hostile one, and answers for absent slots.
 */
#include "base/inject.h"
#include "base/uri.h"
#include "plugin/handle.h"
#include "plugin/opened.h"

struct mr_artifact_handle {
	struct opened opened;
	mr_str shown; /* its URI without secrets; made once, as several threads may need it */
	const struct mr_artifact_repository_ops *theirs;
};

static mr_code absent(const mr_artifact_handle *h, const char *what, mr_error *err)
{
	return mr_error_set(err, MR_NOT_IMPLEMENTED, "The artifact repository at '%.*s' (plugin %.*s) cannot %s",
			    MR_STR_ARG(h->shown), MR_STR_ARG(h->opened.entry->plugin->name), what);
}

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, false, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->push_begin || !h->theirs->push_write || !h->theirs->push_commit || !h->theirs->push_abort)
		return absent(h, "be written to", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->push_begin(h->opened.self, path, size_hint, push, call, err),
			     "push_begin", err);
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began = opened_begin(&h->opened);

	return opened_end(&h->opened, began, h->theirs->push_write(h->opened.self, push, bytes, size, call, err), "push_write",
			     err);
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began = opened_begin(&h->opened);

	return opened_end(&h->opened, began, h->theirs->push_commit(h->opened.self, push, call, err), "push_commit", err);
}

static void push_abort(void *self, void *push)
{
	mr_artifact_handle *h = self;

	h->theirs->push_abort(h->opened.self, push);
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, false, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->pull_open || !h->theirs->pull_read || !h->theirs->pull_close)
		return absent(h, "be read from", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->pull_open(h->opened.self, path, pull, info, call, err), "pull_open", err);
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began = opened_begin(&h->opened);

	return opened_end(&h->opened, began, h->theirs->pull_read(h->opened.self, pull, offset, out, size, got, call, err),
			     "pull_read", err);
}

static void pull_close(void *self, void *pull)
{
	mr_artifact_handle *h = self;

	h->theirs->pull_close(h->opened.self, pull);
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, true, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->list)
		return absent(h, "be listed", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->list(h->opened.self, path, visit, arg, call, err), "list", err);
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, true, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->remove)
		return absent(h, "remove artifacts", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->remove(h->opened.self, path, call, err), "remove", err);
}

static mr_code local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, true, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->local_path)
		return absent(h, "be read as files of this machine", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->local_path(h->opened.self, path, out, call, err), "local_path", err);
}

static mr_code multipart_create(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
				struct mr_artifact_part **parts, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, false, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->multipart_create)
		return absent(h, "take uploads in parts", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began,
			  h->theirs->multipart_create(h->opened.self, path, parts_n, upload_id, parts, call, err),
			     "multipart_create", err);
}

static mr_code multipart_complete(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				  size_t parts_n, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, false, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->multipart_complete)
		return absent(h, "take uploads in parts", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began,
			  h->theirs->multipart_complete(h->opened.self, path, upload_id, parts, parts_n, call, err),
			     "multipart_complete", err);
}

static mr_code multipart_abort(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, false, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->multipart_abort)
		return absent(h, "take uploads in parts", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->multipart_abort(h->opened.self, path, upload_id, call, err),
			     "multipart_abort", err);
}

static mr_code presign(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
		       mr_call *call, mr_error *err)
{
	mr_artifact_handle *h = self;
	int64_t began;
	mr_code code = mr_artifact_path_check(path, false, err);

	if (code != MR_OK)
		return code;
	if (!h->theirs->presign)
		return absent(h, "sign URLs", err);
	began = opened_begin(&h->opened);
	return opened_end(&h->opened, began, h->theirs->presign(h->opened.self, path, method, expires_s, out, call, err),
			     "presign", err);
}

static const struct mr_artifact_repository_ops front = {
	.size = sizeof front,
	.push_begin = push_begin,
	.push_write = push_write,
	.push_commit = push_commit,
	.push_abort = push_abort,
	.pull_open = pull_open,
	.pull_read = pull_read,
	.pull_close = pull_close,
	.list = list,
	.remove = remove_path,
	.local_path = local_path,
	.multipart_create = multipart_create,
	.multipart_complete = multipart_complete,
	.multipart_abort = multipart_abort,
	.presign = presign,
};

mr_code mr_artifact_handle_open(mr_str uri, mr_artifact_handle **out, mr_error *err)
{
	mr_str none = mr_str_make(NULL, 0);

	return mr_artifact_handle_open_with(uri, none, none, out, err);
}

mr_code mr_artifact_handle_open_with(mr_str uri, mr_str tracking_uri, mr_str registry_uri, mr_artifact_handle **out,
				     mr_error *err)
{
	mr_artifact_handle *h = mr_calloc(1, sizeof *h);
	mr_code code;

	if (!h)
		return mr_error_no_memory(err);
	h->opened.tracking_uri = tracking_uri;
	h->opened.registry_uri = registry_uri;
	code = opened_find(&h->opened, MR_GROUP_ARTIFACT_REPOSITORY, uri, err);
	if (code == MR_OK) {
		h->theirs = h->opened.entry->ops;
		h->shown = mr_uri_redact(h->opened.arena, h->opened.uri);
		code = !h->shown.ptr ? mr_error_no_memory(err) : opened_open(&h->opened, h->theirs->open, mr_str_make(NULL, 0), err);
	}
	if (code != MR_OK) {
		opened_dispose(&h->opened);
		mr_free(h);
		return code;
	}
	*out = h;
	return MR_OK;
}

void mr_artifact_handle_close(mr_artifact_handle *h)
{
	if (!h)
		return;
	if (h->theirs->close)
		h->theirs->close(h->opened.self);
	opened_dispose(&h->opened);
	mr_free(h);
}

const struct mr_artifact_repository_ops *mr_artifact_handle_ops(mr_artifact_handle *h, void **self)
{
	*self = h;
	return &front;
}

bool mr_artifact_handle_has(const mr_artifact_handle *h, size_t slot_offset)
{
	static const char nothing[sizeof(void (*)(void))];

	return memcmp((const char *)h->theirs + slot_offset, nothing, sizeof nothing) != 0;
}

mr_str mr_artifact_handle_uri(const mr_artifact_handle *h)
{
	return h->opened.uri;
}
