/* SPDX-License-Identifier: Apache-2.0
 *
 * What MLflow lets into a store, with its messages (mlflow/utils/validation.py);
 * for every store that keeps things itself. Lengths are in code points.
 */
#ifndef MR_STORE_RULES_H
#define MR_STORE_RULES_H

#include <millrace/gen/messages.h>

#include "base/arena.h"

enum {
	MR_MAX_KEY_LENGTH = 250,
	MR_MAX_PARAM_LENGTH = 6000,
	MR_MAX_TAG_LENGTH = 8000,
	MR_MAX_EXPERIMENT_NAME_LENGTH = 500,
	MR_MAX_EXPERIMENT_TAG_LENGTH = 20000,
	MR_MAX_BATCH_METRICS = 1000,
	MR_MAX_BATCH_PARAMS = 100, /* and tags */
	MR_MAX_BATCH = 1000,
	MR_MAX_SEARCH_RESULTS = 50000,
	MR_MAX_BULK_RUNS = 100, /* of get-history-bulk */
	MR_MAX_BULK_POINTS = 25000,
	MR_MAX_SAMPLED_POINTS = 2500 /* of get-history-bulk-interval */
};

#define MR_TAG_RUN_NAME "mlflow.runName"
#define MR_TAG_DATASET_CONTEXT "mlflow.data.context"
#define MR_TAG_LOGGED_MODELS "mlflow.log-model.history"

/* Where in a request a thing stands: "metrics[3]"; list NULL for a request that has but one. */
struct mr_place {
	const char *list;
	size_t index;
};
#define MR_PLACE_NONE ((struct mr_place){NULL, 0})

/* A name of a metric, param or tag; member: what it is called in the request ("key", "name"). */
mr_code mr_rule_name(mr_str name, struct mr_place place, const char *member, mr_error *err);

/* Of such a name, only that it resolves to itself as a path. */
mr_code mr_rule_path(mr_str name, struct mr_place place, const char *member, mr_error *err);

mr_code mr_rule_metric(mr_str key, double value, int64_t timestamp, struct mr_place place, mr_error *err);
/* *value is cut at the limit unless MLFLOW_TRUNCATE_LONG_VALUES is false. */
mr_code mr_rule_param(mr_str key, mr_str *value, struct mr_place place, mr_error *err);
mr_code mr_rule_tag(mr_str key, mr_str *value, struct mr_place place, mr_error *err);
mr_code mr_rule_experiment_tag(mr_str key, mr_str value, mr_arena *arena, mr_error *err);

mr_code mr_rule_experiment_name(mr_str name, mr_error *err);
mr_code mr_rule_artifact_location(mr_str location, mr_error *err);
mr_code mr_rule_run_id(mr_str run_id, mr_error *err);
mr_code mr_rule_logged_model_name(mr_str name, mr_error *err);
/* As Python's int(). */
mr_code mr_rule_experiment_id(mr_str text, int64_t *out, mr_error *err);
/* {name} exceeds the maximum length of {limit} characters. */
mr_code mr_rule_length(const char *what, size_t limit, mr_str value, mr_error *err);

/* All of log-batch but what depends on the run. Long values are cut in place. */
mr_code mr_rule_batch(const struct mr_log_batch *batch, mr_error *err);
mr_code mr_rule_bulk_history(const struct mr_get_metric_history_bulk *request, mr_error *err);
mr_code mr_rule_dataset_inputs(struct mr_dataset_input *const *inputs, size_t n, mr_error *err);

/* "nervous-crane-274": MLflow's form, our own words. random: at least 24 bytes. */
mr_str mr_random_name(mr_arena *arena, const uint8_t random[24]);

#endif
