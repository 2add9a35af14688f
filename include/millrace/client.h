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
#include "millrace/http.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mr_client mr_client;
typedef struct mr_answer mr_answer;

/* NULL URIs mean MLFLOW_TRACKING_URI and MLFLOW_REGISTRY_URI, and what MLflow
 * means without them. Stores are opened by the first operation that needs them. */
MR_API mr_code mr_client_open(const char *tracking_uri, const char *registry_uri, mr_client **out, mr_error *err);
struct mr_client_options {
	size_t size; /* sizeof(struct mr_client_options) */
	const char *tracking_uri, *registry_uri;
	const char *artifact_root; /* where new experiments of a store that is no server put artifacts; NULL: ./mlruns, or the
				    * store's own folder */
};
MR_API mr_code mr_client_open_with(const struct mr_client_options *options, mr_client **out, mr_error *err);
MR_API void mr_client_close(mr_client *client);

/* As they were given, or found; they live as long as the client. */
MR_API mr_str mr_client_tracking_uri(const mr_client *client);
MR_API mr_str mr_client_registry_uri(const mr_client *client);

/* operation: MR_OP_*; request: its message. Rows of a listing are in the
 * response's array. The request is validated as a server would. */
MR_API mr_code mr_client_call(mr_client *client, uint32_t operation, const void *request, mr_answer **out,
			      mr_error *err);
/* The response message of the operation; the answer owns it and all it points to. */
MR_API const void *mr_answer_message(const mr_answer *answer);
/* The response as JSON, as MLflow's server writes it; with a NUL behind it. */
MR_API mr_code mr_answer_json(mr_answer *answer, mr_str *out, mr_error *err);
MR_API void mr_answer_free(mr_answer *answer);

/* Logging to any run by a queue, as the fluent API does (millrace/fluent.h, which says what is promised): each takes about
 * a microsecond. flush sends and waits, at most timeout_ms (0: as mr_flush does), and returns the first refusal since the
 * last one. mr_client_close flushes. The fluent API's queue is another. */
MR_API mr_code mr_client_log_metric(mr_client *client, const char *run_id, const char *key, double value,
				    int64_t timestamp_ms, int64_t step, mr_error *err);
MR_API mr_code mr_client_log_param(mr_client *client, const char *run_id, const char *key, const char *value, mr_error *err);
MR_API mr_code mr_client_set_tag(mr_client *client, const char *run_id, const char *key, const char *value, mr_error *err);
/* status: enum mr_run_status; it comes behind all that was logged to the run before. */
MR_API mr_code mr_client_end_run(mr_client *client, const char *run_id, int32_t status, int64_t end_time_ms, mr_error *err);
MR_API mr_code mr_client_flush(mr_client *client, int64_t timeout_ms, mr_error *err);
/* How long a flush waits that was told 0: MILLRACE_FLUSH_TIMEOUT, or 60 s; in ms. */
MR_API int64_t mr_flush_timeout(void);
/* How long these wait while the spool is full: 60 s if it is not said; 0 for callers that must not wait, who get
 * MR_TEMPORARILY_UNAVAILABLE at once. Before the first of them. */
MR_API void mr_client_set_patience(mr_client *client, int32_t full_wait_ms);
/* For the end of a program in which other threads may still be in calls of this client: flushes, and takes nothing more. */
MR_API mr_code mr_client_retire(mr_client *client, int64_t timeout_ms, mr_error *err);

/* The tags that the run context plugins give to a new run here, as a JSON object; freed by mr_str_free. */
MR_API mr_code mr_run_context_json(mr_str *out, mr_error *err);

/* The same for many at once, and with an answer for these. */
enum { MR_LOGGED_METRIC = 1, MR_LOGGED_PARAM = 2, MR_LOGGED_TAG = 3 };
struct mr_log_record {
	int32_t kind;          /* MR_LOGGED_* */
	mr_str key;
	mr_str text;           /* value of a parameter or tag */
	double number;         /* value of a metric, */
	int64_t step, timestamp_ms; /* its step, and Unix time in milliseconds */
};
struct mr_log_ticket {
	uint64_t queue, from, to; /* which records these are */
	uint64_t n;               /* how many */
};
/* The ticket, zeroed by the caller, may be NULL. When one cannot be queued, those before it are: ticket->n of them; the ticket may be
 * given again with the rest. */
MR_API mr_code mr_client_log(mr_client *client, mr_str run_id, const struct mr_log_record *records, size_t n,
			     struct mr_log_ticket *ticket, mr_error *err);
/* Until the store has the ticket's records, at most timeout_ms (0: as mr_flush does; then MR_DEADLINE_EXCEEDED). When it refused
 * one of them, the first refusal, each time it is asked (of the queue's last 1,024 refusals). */
MR_API mr_code mr_client_wait(mr_client *client, const struct mr_log_ticket *ticket, int64_t timeout_ms, mr_error *err);

/* A request of MLflow's REST API as it is, for programs that have one: to a server, or to a store that runs in a
 * program of its own (see mr_set_store_program). Of another store: MR_NOT_IMPLEMENTED. */
struct mr_rest_request {
	size_t size; /* sizeof(struct mr_rest_request) */
	bool registry; /* to the model registry's side */
	const char *method, *target; /* "POST", "/api/2.0/mlflow/runs/create": path and query below the store's address */
	mr_str body; /* may be empty */
	const char *content_type; /* of the body; NULL: JSON */
	const struct mr_header *headers; /* besides those that the user's settings and plugins add */
	size_t headers_n;
	int64_t timeout_ms; /* 0: none */
	bool authorized; /* the headers hold what MLFLOW_TRACKING_AUTH would add */
	bool (*cancelled)(void *arg); /* asked now and then, on the caller's thread or another; may be NULL */
	void *cancelled_arg;
	void (*answer_header)(void *arg, mr_str name, mr_str value); /* told of each header of the answer; may be NULL */
	void *answer_header_arg;
};
/* Any status is MR_OK. The answer's body, with a NUL behind it, is freed by mr_str_free. */
MR_API mr_code mr_client_rest(mr_client *client, const struct mr_rest_request *request, int32_t *status, mr_str *body,
			      mr_error *err);

/* From now on stores other than servers are opened in a process of their own, which is this millrace program and ends
 * with this one. For programs in which another copy of SQLite is, or which fork: two copies in one process do not see each
 * other's locks, and lose what was written. Before the first client is opened; NULL: no longer. */
MR_API mr_code mr_set_store_program(const char *file, mr_error *err);

/* For a program that runs in Python beside MLflow, which loads its Python plugins itself: from now on this library looks
 * for none. Before its first use. */
MR_API void mr_set_no_python_plugins(void);

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

/* One more plugin for this process, as --plugin gives it to a program, and for the processes of stores that are opened from now
 * on. Nothing of it runs before it is used; what is wrong with it is said then. A file that is known already is left. */
MR_API mr_code mr_plugins_add(const char *file, mr_error *err);
/* What plugins there are, as the JSON array that `millrace plugins list --output json` prints. */
MR_API mr_code mr_plugins_json(mr_str *out, mr_error *err);
/* Frees what a function without an answer returned in an mr_str. */
MR_API void mr_str_free(mr_str s);

/* "RESOURCE_DOES_NOT_EXIST": MLflow's name for a code. */
MR_API const char *mr_code_name(mr_code code);
/* "0.1.0" */
MR_API const char *mr_version(void);

#ifdef __cplusplus
}
#endif
#endif
