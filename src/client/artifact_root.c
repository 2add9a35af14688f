/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifact roots for programs that know their URI (millrace/artifacts.h).
 */
#include <millrace/artifacts.h>

#include "artifact/transfer.h"
#include "base/error.h"
#include "base/inject.h"
#include "base/os.h"
#include "client/builtins.h"
#include "client/client.h"

enum { CALL_MAX = 256 << 20 };

struct mr_artifacts {
	mr_artifact_handle *handle;
	const struct mr_artifact_repository_ops *ops;
	void *self;
};

mr_code mr_artifacts_open(const char *uri, const char *tracking_uri, const char *registry_uri, mr_artifacts **out,
			  mr_error *err)
{
	mr_artifacts *root = mr_calloc(1, sizeof *root);
	mr_code code;

	if (!root)
		return mr_error_no_memory(err);
	mr_builtins_register();
	code = mr_artifact_handle_open_with(mr_str_from(uri), mr_str_from(tracking_uri), mr_str_from(registry_uri), &root->handle, err);
	if (code != MR_OK) {
		mr_free(root);
		return code;
	}
	root->ops = mr_artifact_handle_ops(root->handle, &root->self);
	*out = root;
	return MR_OK;
}

void mr_artifacts_close(mr_artifacts *root)
{
	if (!root)
		return;
	mr_artifact_handle_close(root->handle);
	mr_free(root);
}

/* ---- one call ---- */

struct job {
	mr_call *call;
	const struct mr_artifacts_options *options; /* or NULL */
	struct mr_transfer transfer;
};

static void tell(void *arg, mr_str path, int64_t done, int64_t total)
{
	struct job *job = arg;

	if (!job->options->progress(job->options->arg, path.ptr ? path.ptr : "", done, total))
		atomic_store(&job->call->cancelled, true);
}

static mr_code begin(struct job *job, const struct mr_artifacts_options *options, mr_error *err)
{
	*job = (struct job){.call = mr_call_new(CALL_MAX), .options = options};
	if (!job->call)
		return mr_error_no_memory(err);
	job->transfer.call = job->call;
	if (!options)
		return MR_OK;
	job->call->workspace = mr_call_copy(job->call, mr_str_from(options->workspace ? options->workspace : ""));
	job->call->asked = options->cancelled;
	job->call->asked_arg = options->arg;
	if (options->progress) {
		job->transfer.progress = tell;
		job->transfer.progress_arg = job;
	}
	return job->call->workspace.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_str text(const char *path)
{
	return mr_str_from(path ? path : "");
}

/* ---- files and folders ---- */

mr_code mr_artifacts_upload(mr_artifacts *root, const char *local, const char *folder,
			    const struct mr_artifacts_options *options, mr_error *err)
{
	struct job job;
	mr_code code = begin(&job, options, err);

	if (code == MR_OK)
		code = mr_transfer_upload(root->handle, mr_str_from(local), text(folder), &job.transfer, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_artifacts_upload_folder(mr_artifacts *root, const char *local, const char *folder,
				   const struct mr_artifacts_options *options, mr_error *err)
{
	struct job job;
	mr_code code = begin(&job, options, err);

	if (code == MR_OK)
		code = mr_transfer_upload_folder(root->handle, mr_str_from(local), text(folder), &job.transfer, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_artifacts_download(mr_artifacts *root, const char *path, const char *local_folder,
			      const struct mr_artifacts_options *options, mr_error *err)
{
	struct job job;
	mr_code code = begin(&job, options, err);

	if (code == MR_OK)
		code = mr_transfer_download(root->handle, text(path), mr_str_from(local_folder), &job.transfer, job.call->arena, NULL, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_artifacts_download_file(mr_artifacts *root, const char *path, const char *local_file,
				   const struct mr_artifacts_options *options, mr_error *err)
{
	struct job job;
	mr_code code = begin(&job, options, err);

	if (code == MR_OK)
		code = mr_transfer_download_file(root->handle, text(path), mr_str_from(local_file), &job.transfer, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_artifacts_list(mr_artifacts *root, const char *path, mr_artifact_visit *visit, void *arg,
			  const struct mr_artifacts_options *options, mr_error *err)
{
	struct job job;
	mr_code code = begin(&job, options, err);

	if (code == MR_OK)
		code = root->ops->list(root->self, text(path), visit, arg, job.call, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_artifacts_remove(mr_artifacts *root, const char *path, const struct mr_artifacts_options *options, mr_error *err)
{
	struct job job;
	mr_code code = begin(&job, options, err);

	if (code == MR_OK)
		code = root->ops->remove(root->self, text(path), job.call, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_artifacts_local_path(mr_artifacts *root, const char *path, mr_str *out, mr_error *err)
{
	struct job job;
	mr_str found;
	mr_code code = begin(&job, NULL, err);

	if (code == MR_OK)
		code = root->ops->local_path(root->self, text(path), &found, job.call, err);
	if (code == MR_OK)
		code = mr_client_give(found, out, err);
	mr_call_free(job.call);
	return code;
}

/* ---- streams ---- */

struct mr_artifact_push {
	mr_artifacts *root;
	struct job job;
	void *push;
};

struct mr_artifact_pull {
	mr_artifacts *root;
	struct job job;
	void *pull;
	int64_t at;
};

mr_code mr_artifacts_push(mr_artifacts *root, const char *path, int64_t size, const struct mr_artifacts_options *options,
			  mr_artifact_push **out, mr_error *err)
{
	mr_artifact_push *push = mr_calloc(1, sizeof *push);
	mr_code code = push ? begin(&push->job, options, err) : mr_error_no_memory(err);

	if (code == MR_OK) {
		push->root = root;
		code = root->ops->push_begin(root->self, text(path), size, &push->push, push->job.call, err);
	}
	if (code == MR_OK) {
		*out = push;
	} else if (push) {
		mr_call_free(push->job.call);
		mr_free(push);
	}
	return code;
}

mr_code mr_artifacts_push_write(mr_artifact_push *push, const void *bytes, size_t size, mr_error *err)
{
	const struct mr_artifacts *root = push->root;

	if (mr_call_is_cancelled(push->job.call))
		return mr_error_set(err, MR_CANCELLED, "The transfer was cancelled");
	return root->ops->push_write(root->self, push->push, bytes, size, push->job.call, err);
}

mr_code mr_artifacts_push_end(mr_artifact_push *push, bool keep, mr_error *err)
{
	const struct mr_artifacts *root = push->root;
	mr_code code = MR_OK;

	if (keep)
		code = root->ops->push_commit(root->self, push->push, push->job.call, err);
	else
		root->ops->push_abort(root->self, push->push);
	mr_call_free(push->job.call);
	mr_free(push);
	return code;
}

mr_code mr_artifacts_pull(mr_artifacts *root, const char *path, const struct mr_artifacts_options *options,
			  mr_artifact_pull **out, int64_t *size, mr_error *err)
{
	mr_artifact_pull *pull = mr_calloc(1, sizeof *pull);
	struct mr_artifact_info info = {.size = -1};
	mr_code code = pull ? begin(&pull->job, options, err) : mr_error_no_memory(err);

	if (code == MR_OK) {
		pull->root = root;
		code = root->ops->pull_open(root->self, text(path), &pull->pull, &info, pull->job.call, err);
	}
	if (code == MR_OK) {
		*out = pull;
		if (size)
			*size = info.size;
	} else if (pull) {
		mr_call_free(pull->job.call);
		mr_free(pull);
	}
	return code;
}

mr_code mr_artifacts_pull_read(mr_artifact_pull *pull, void *out, size_t room, size_t *got, mr_error *err)
{
	const struct mr_artifacts *root = pull->root;
	mr_code code;

	if (mr_call_is_cancelled(pull->job.call))
		return mr_error_set(err, MR_CANCELLED, "The transfer was cancelled");
	code = root->ops->pull_read(root->self, pull->pull, pull->at, out, room, got, pull->job.call, err);
	if (code == MR_OK)
		pull->at += (int64_t)*got;
	return code;
}

void mr_artifacts_pull_close(mr_artifact_pull *pull)
{
	if (!pull)
		return;
	pull->root->ops->pull_close(pull->root->self, pull->pull);
	mr_call_free(pull->job.call);
	mr_free(pull);
}
