/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/fluent.h - the fluent API, with the names and meanings of MLflow's:
 * an active experiment for the process, a stack of active runs for each thread.
 *
 * Metrics, parameters and tags are queued: the call takes about a microsecond,
 * and a thread of ours sends them in batches. What was accepted lies in a spool
 * file until the store has it, so neither a crash nor a server that is away
 * loses anything; the next process or `millrace spool flush` sends the rest.
 * What the store refuses is kept for `millrace spool list`, and the next
 * mr_flush or mr_end_run returns that error. Order within a run is kept.
 */
#ifndef MILLRACE_FLUENT_H
#define MILLRACE_FLUENT_H

#include "millrace/export.h"
#include "millrace/gen/messages.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where runs and models are stored; NULL goes back to MLFLOW_TRACKING_URI and
 * MLFLOW_REGISTRY_URI. Not while a run is active. */
MR_API mr_code mr_set_tracking_uri(const char *uri, mr_error *err);
MR_API mr_code mr_set_registry_uri(const char *uri, mr_error *err);
/* Copied to out, cut if need be; returns the whole length. */
MR_API size_t mr_get_tracking_uri(char *out, size_t size);

/* The experiment of this name becomes the active one; it is created when there
 * is none. Without this: MLFLOW_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_ID, what a plugin says (millrace/default_experiment.h),
 * "Default". */
MR_API mr_code mr_set_experiment(const char *name, mr_error *err);

struct mr_run_options {
	size_t size;             /* sizeof(struct mr_run_options) */
	const char *run_name;    /* NULL: the store invents one */
	const char *run_id;      /* continue this run; NULL: a new one, or MLFLOW_RUN_ID's */
	const char *experiment_id;
	const char *parent_run_id;
	const char *description;
	bool nested;             /* below the active run of this thread; without it, an active run is an error */
	const struct mr_map_string *tags;
	size_t tags_n;
};

/* Starts a run, and makes it this thread's active one. options may be NULL. */
MR_API mr_code mr_start_run(const struct mr_run_options *options, mr_error *err);
/* Ends this thread's active run: sends what is queued, waits for it (at most
 * MILLRACE_FLUSH_TIMEOUT, 60 s), sets the status (enum mr_run_status). A run that
 * the process leaves open is ended as FINISHED at exit, as MLflow does. */
MR_API mr_code mr_end_run(int32_t status, mr_error *err);
/* 32 hex digits and a NUL; starts a run when there is none, as MLflow does. */
MR_API mr_code mr_active_run_id(char out[33], mr_error *err);

/* All of these log to the active run of this thread, and start one when there is none. */
MR_API mr_code mr_log_metric(const char *key, double value, int64_t step, mr_error *err);
MR_API mr_code mr_log_param(const char *key, const char *value, mr_error *err);
MR_API mr_code mr_set_tag(const char *key, const char *value, mr_error *err);

/* Artifacts are sent at once. artifact_path is the folder, NULL for the root. */
MR_API mr_code mr_log_artifact(const char *local_path, const char *artifact_path, mr_error *err);
MR_API mr_code mr_log_artifacts(const char *local_folder, const char *artifact_path, mr_error *err);
MR_API mr_code mr_log_text(const char *text, const char *artifact_file, mr_error *err);

/* Sends what is queued, of every run of this process, and waits; timeout_ms 0 waits as
 * mr_end_run does. The first refusal since the last flush is returned. */
MR_API mr_code mr_flush(int32_t timeout_ms, mr_error *err);

/* Registers the files at model_uri ("runs:/<id>/model", "models:/m-...", a path or
 * URI) as the next version of a model, which is created when there is none. version
 * (may be NULL) gets its number as text. */
MR_API mr_code mr_register_model(const char *model_uri, const char *name, char version[24], mr_error *err);

#ifdef __cplusplus
}
#endif
#endif
