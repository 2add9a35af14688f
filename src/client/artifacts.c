/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts of the explicit client and of the fluent API.
 */
#include <millrace/fluent.h>

#include "artifact/transfer.h"
#include "client/session.h"

enum { CALL_MAX = 64 << 20 };

/* The progress callback of the public API on top of the transfer's. */
struct progress {
	mr_progress *tell;
	void *arg;
	mr_call *call;
};

static void tell(void *arg, mr_str path, int64_t done, int64_t total)
{
	struct progress *p = arg;

	if (p->tell && !p->tell(p->arg, path.ptr ? path.ptr : "", done, total))
		atomic_store(&p->call->cancelled, true);
}

/* The artifact root of a run or logged model is the store's to say. */
static mr_code open_run(mr_client *client, mr_str run_id, mr_call *call, mr_artifact_handle **out, mr_error *err)
{
	struct mr_get_run request = {0};
	void *response;
	mr_code code;

	mr_get_run_set_run_id(&request, run_id);
	code = mr_client_invoke(client, &mr_op_get_run, &request, &response, call, err);
	if (code != MR_OK)
		return code;
	return mr_artifact_handle_open(((struct mr_get_run_response *)response)->run->info->artifact_uri, out, err);
}

/* One upload or download: a call for its memory and its end. */
struct job {
	mr_call *call;
	struct progress progress;
	struct mr_transfer transfer;
};

static mr_code begin(struct job *job, mr_progress *progress, void *arg, mr_error *err)
{
	job->call = mr_call_new(CALL_MAX);
	if (!job->call)
		return mr_error_no_memory(err);
	job->progress = (struct progress){progress, arg, job->call};
	job->transfer = (struct mr_transfer){.call = job->call, .progress = tell, .progress_arg = &job->progress};
	return MR_OK;
}

static mr_code upload(mr_client *client, const char *run_id, const char *local, const char *folder, bool contents,
		      mr_progress *progress, void *arg, mr_error *err)
{
	mr_artifact_handle *repository = NULL;
	struct job job;
	mr_code code = begin(&job, progress, arg, err);

	if (code == MR_OK)
		code = open_run(client, mr_str_from(run_id), job.call, &repository, err);
	if (code == MR_OK)
		code = contents ? mr_transfer_upload_folder(repository, mr_str_from(local), mr_str_from(folder), &job.transfer, err)
				: mr_transfer_upload(repository, mr_str_from(local), mr_str_from(folder), &job.transfer, err);
	mr_artifact_handle_close(repository);
	mr_call_free(job.call);
	return code;
}

mr_code mr_client_log_artifact(mr_client *client, const char *run_id, const char *local_path, const char *artifact_path,
			       mr_progress *progress, void *arg, mr_error *err)
{
	return upload(client, run_id, local_path, artifact_path, false, progress, arg, err);
}

mr_code mr_client_log_artifacts(mr_client *client, const char *run_id, const char *local_folder,
				const char *artifact_path, mr_progress *progress, void *arg, mr_error *err)
{
	return upload(client, run_id, local_folder, artifact_path, true, progress, arg, err);
}

mr_code mr_client_download(mr_client *client, const char *artifact_uri, const char *local_folder, mr_progress *progress,
			   void *arg, mr_error *err)
{
	mr_artifact_handle *repository = NULL;
	struct job job;
	mr_str root, path;
	mr_code code = begin(&job, progress, arg, err);

	(void)client; /* opening it has told the host where runs and models are */
	if (code == MR_OK)
		code = mr_transfer_split_uri(job.call->arena, mr_str_from(artifact_uri), &root, &path, err);
	if (code == MR_OK)
		code = mr_artifact_handle_open(root, &repository, err);
	if (code == MR_OK)
		code = mr_transfer_download(repository, path, mr_str_from(local_folder), &job.transfer, job.call->arena, NULL, err);
	mr_artifact_handle_close(repository);
	mr_call_free(job.call);
	return code;
}

/* ---- fluent ---- */

/* The repository of the active run, kept open with it. */
static mr_code active_repository(mr_call *call, mr_artifact_handle **out, mr_error *err)
{
	char id[33];
	struct mr_open_run *run;
	mr_client *client;
	mr_code code = mr_active_run_id(id, err);

	if (code == MR_OK)
		code = mr_session_client(&client, err);
	if (code != MR_OK)
		return code;
	run = mr_session_run();
	if (!run->artifacts)
		code = open_run(client, mr_str_from(id), call, &run->artifacts, err);
	*out = run->artifacts;
	return code;
}

static mr_code log_local(const char *local, const char *folder, bool contents, mr_error *err)
{
	mr_artifact_handle *repository;
	struct job job;
	mr_code code = begin(&job, NULL, NULL, err);

	if (code == MR_OK)
		code = active_repository(job.call, &repository, err);
	if (code == MR_OK)
		code = contents ? mr_transfer_upload_folder(repository, mr_str_from(local), mr_str_from(folder), &job.transfer, err)
				: mr_transfer_upload(repository, mr_str_from(local), mr_str_from(folder), &job.transfer, err);
	mr_call_free(job.call);
	return code;
}

mr_code mr_log_artifact(const char *local_path, const char *artifact_path, mr_error *err)
{
	return log_local(local_path, artifact_path, false, err);
}

mr_code mr_log_artifacts(const char *local_folder, const char *artifact_path, mr_error *err)
{
	return log_local(local_folder, artifact_path, true, err);
}

mr_code mr_log_text(const char *text, const char *artifact_file, mr_error *err)
{
	mr_artifact_handle *repository;
	struct job job;
	mr_code code = begin(&job, NULL, NULL, err);

	if (code == MR_OK)
		code = active_repository(job.call, &repository, err);
	if (code == MR_OK)
		code = mr_transfer_upload_bytes(repository, mr_str_from(artifact_file), mr_str_from(text), job.call, err);
	mr_call_free(job.call);
	return code;
}
