/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs: folders of an experiment; and metric files, which logged models have, too.
 */
#ifndef MR_STORE_FILE_RUNS_H
#define MR_STORE_FILE_RUNS_H

#include "store/file/experiments.h"

struct mr_file_run {
	mr_str id, experiment_id;
	mr_str experiment, folder; /* folders below the root */
	mr_json *meta;
	bool active;
};

/* run_find.c. A run wherever it is; MLflow's error when there is none, or it is damaged. */
mr_code mr_file_run_find(struct mr_file_store *store, mr_str run_id, mr_call *call, struct mr_file_run *out,
			 mr_error *err);
/* And it is active. */
mr_code mr_file_run_active(struct mr_file_store *store, mr_str run_id, mr_call *call, struct mr_file_run *out,
			   mr_error *err);
/* The folders of an experiment that may be runs, by name. */
mr_code mr_file_run_folders(const struct mr_file_store *store, mr_str experiment, mr_arena *arena, mr_str **out, size_t *n,
			    mr_error *err);
/* What a meta.yaml says, as the message; texts are copied into the call's memory. */
mr_code mr_file_run_info(const mr_json *meta, mr_call *call, struct mr_run_info **out, mr_error *err);

/* run_read.c. Data, inputs and outputs of a run whose info is there. */
mr_code mr_file_run_fill(const struct mr_file_store *store, mr_str experiment, mr_str folder, struct mr_run *run,
			 mr_call *call, mr_error *err);
mr_code mr_file_get_run(void *self, const struct mr_get_run *request, struct mr_get_run_response *response, mr_call *call,
			mr_error *err);

/* run_write.c */
mr_code mr_file_runs_change_stage(struct mr_file_write *write, const struct mr_file_experiment *e, bool to_active,
				  mr_error *err);
/* A tag; of the name, the run's meta.yaml, too. */
mr_code mr_file_put_tag(struct mr_file_write *write, struct mr_file_run *run, mr_str key, mr_str value, mr_error *err);

/* run_values.c */
mr_code mr_file_log_param(void *self, const struct mr_log_param *request, struct mr_log_param_response *response,
			  mr_call *call, mr_error *err);
mr_code mr_file_set_tag(void *self, const struct mr_set_tag *request, struct mr_set_tag_response *response, mr_call *call,
			mr_error *err);
mr_code mr_file_delete_tag(void *self, const struct mr_delete_tag *request, struct mr_delete_tag_response *response,
			   mr_call *call, mr_error *err);
mr_code mr_file_log_batch(void *self, const struct mr_log_batch *request, struct mr_log_batch_response *response,
			  mr_call *call, mr_error *err);

mr_code mr_file_search_runs(void *self, const struct mr_search_runs *request, struct mr_search_runs_response *response,
			    mr_call *call, mr_error *err);

/* inputs.c */
mr_code mr_file_run_inputs(const struct mr_file_store *store, mr_str experiment, mr_str folder, struct mr_run *run,
			   mr_call *call, mr_error *err);

/* ---- metric_file.c: a line is a value ---- */

struct mr_file_point {
	int64_t timestamp, step;
	double value;
	mr_str run_id, dataset_name, dataset_digest; /* ptr NULL: not there */
	size_t line;
};

/* In file order; a last line without a newline was cut off by a crash and does not count. of_model: lines with a run's id. */
mr_code mr_file_points_read(const struct mr_file_store *store, mr_str folder, mr_str key, bool of_model, mr_call *call,
			    struct mr_file_point **out, size_t *n, mr_error *err);
/* The one with the greatest step, timestamp and value; false when there is none. */
mr_code mr_file_points_latest(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call,
			      struct mr_file_point *out, bool *found, mr_error *err);
/* Whether a comes after b: by step, timestamp, value. */
bool mr_file_point_after(const struct mr_file_point *a, const struct mr_file_point *b);
/* run_id: of a logged model's file. */
mr_code mr_file_append_metric(struct mr_change *change, mr_str folder, const struct mr_metric *m, mr_str run_id,
			      mr_error *err);
/* Metrics of a run, and of the logged models that they name. */
mr_code mr_file_put_metrics(struct mr_file_write *write, const struct mr_file_run *run, struct mr_metric *const *metrics,
			    size_t n, mr_error *err);

#endif
