/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/client.h - the explicit client: every operation of the API on a
 * store named by its URI, without hidden state. Thread-safe.
 *
 *	mr_client *client;
 *	mr_answer *answer;
 *	struct mr_get_run request = {0};
 *
 *	mr_client_open("http://localhost:5000", NULL, &client, &err);
 *	mr_get_run_set_run_id(&request, mr_str_from(id));
 *	mr_client_call(client, MR_OP_GET_RUN, &request, &answer, &err);
 *	const struct mr_get_run_response *response = mr_answer_message(answer);
 *	... response->run->info->run_name ...
 *	mr_answer_free(answer);
 *	mr_client_close(client);
 *
 * A request may live on the caller's stack, zeroed first: it is read during the
 * call only. (Messages that a plugin fills come from the host, see millrace/api.h;
 * a request of the library's own version needs no such care.)
 */
#ifndef MILLRACE_CLIENT_H
#define MILLRACE_CLIENT_H

#include "millrace/export.h"
#include "millrace/gen/operations.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mr_client mr_client;
typedef struct mr_answer mr_answer;

/* NULL URIs mean MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI, and what MLflow
 * means without them. Stores are opened by the first operation that needs them. */
MR_API mr_code mr_client_open(const char *tracking_uri, const char *registry_uri, mr_client **out, mr_error *err);
MR_API void mr_client_close(mr_client *client);

/* operation: MR_OP_*; request: its message. Rows of a listing are in the
 * response's array. The request is validated as a server would. */
MR_API mr_code mr_client_call(mr_client *client, uint32_t operation, const void *request, mr_answer **out,
			      mr_error *err);
/* The response message of the operation; the answer owns it and all it points to. */
MR_API const void *mr_answer_message(const mr_answer *answer);
/* The response as JSON, as MLflow's server writes it; with a NUL behind it. */
MR_API mr_code mr_answer_json(mr_answer *answer, mr_str *out, mr_error *err);
MR_API void mr_answer_free(mr_answer *answer);

/* Artifacts of a run or of any artifact URI ("runs:/...", "models:/...", "s3://..."):
 * a file, or a folder with all in it. progress may be NULL; it is called now and then
 * from any thread, total -1 when unknown; false cancels. */
typedef bool mr_progress(void *arg, const char *path, int64_t bytes_done, int64_t bytes_total);
MR_API mr_code mr_client_log_artifact(mr_client *client, const char *run_id, const char *local_path,
				      const char *artifact_path, mr_progress *progress, void *arg, mr_error *err);
MR_API mr_code mr_client_log_artifacts(mr_client *client, const char *run_id, const char *local_folder,
				       const char *artifact_path, mr_progress *progress, void *arg, mr_error *err);
MR_API mr_code mr_client_download(mr_client *client, const char *artifact_uri, const char *local_folder,
				  mr_progress *progress, void *arg, mr_error *err);

/* What plugins there are, as the JSON array that `millrace plugins list --output json` prints. */
MR_API mr_code mr_plugins_json(mr_str *out, mr_error *err);
/* Frees what a function without an answer returned in an mr_str. */
MR_API void mr_str_free(mr_str s);

/* "0.1.0" */
MR_API const char *mr_version(void);

#ifdef __cplusplus
}
#endif
#endif
