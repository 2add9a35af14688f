/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/evaluate.h - mlflow.evaluate: a model, or a table of predictions, is
 * judged by evaluators on a table whose truth is known; metrics, charts and the
 * data set go into a run.
 *
 *	struct mr_evaluate_options options = {.size = sizeof options};
 *	mr_evaluation_result *result;
 *
 *	options.data_path = "test.csv";
 *	options.targets = "species";
 *	options.predictions = "predicted";
 *	options.model_type = "classifier";
 *	if (mr_evaluate(&options, &result, &err) == MR_OK)
 *		mr_evaluation_metric(result, "accuracy_score", &accuracy);
 *	mr_evaluation_free(result);
 */
#ifndef MILLRACE_EVALUATE_H
#define MILLRACE_EVALUATE_H

#include "millrace/arrow.h"
#include "millrace/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is not given is NULL, 0 or false. */
struct mr_evaluate_options {
	size_t size; /* sizeof(struct mr_evaluate_options) */

	/* The data: a file (CSV, JSON, JSON lines, Arrow IPC, Parquet), or a table in memory,
	 * which is only read. */
	const char *data_path;
	const struct ArrowSchema *schema;
	const struct ArrowArray *table;
	const char *dataset_name; /* "dataset", as MLflow calls it */
	const char *targets;      /* the column with the truth; required for classifiers and regressors */
	const char *const *features; /* the columns that a model is shown; none: all but targets and predictions */
	size_t features_n;

	/* What is judged: a model by its URI, or the column of predictions in the table. With
	 * a model, predictions names the column of its answer that counts. */
	const char *model_uri;
	const char *predictions;
	/* Columns with probabilities, in the order of the sorted labels; one alone is that of the positive class. */
	const char *const *probabilities;
	size_t probabilities_n;
	const char *model_type; /* "classifier", "regressor", or what an evaluator makes up */
	const char *model_id;   /* link the results to this logged model */

	/* By whom: names; none: by all that can. The configuration is an object for the only
	 * evaluator named, or has one for each by name. */
	const char *const *evaluators;
	size_t evaluators_n;
	const char *evaluator_config_json;

	/* Where results go. Without a run_id: the active run of this thread (mr_start_run); else a
	 * new run, which is ended as FINISHED or FAILED. A run that run_id names is continued and ended. */
	mr_client *client; /* NULL: of the fluent API */
	const char *run_id, *experiment_id, *run_name;
	bool no_run; /* only compute: nothing is logged */
	/* Called when the run is there and before anything is logged to it, and with "" before it is ended. */
	void (*run_begun)(void *arg, const char *run_id);
	void *run_begun_arg;
};

/* One evaluator, asked by a program that has the model and the run itself, as MLflow in Python does. What is not given is
 * empty. The functions are called on the thread that called, one at a time. */
struct mr_evaluator_call {
	size_t size; /* sizeof(struct mr_evaluator_call) */
	mr_str evaluator, model_type, config_json; /* config_json: an object, or empty */
	mr_str run_id, tracking_uri;
	const struct ArrowSchema *schema; /* the data, all columns of it; only read */
	const struct ArrowArray *table;
	mr_str targets;
	const mr_str *features;
	size_t features_n;
	mr_str dataset_name, dataset_digest;
	mr_str model_uri, model_id, model_json;
	mr_str predictions; /* among the outputs, as the two in struct mr_evaluate_options */
	const mr_str *probabilities;
	size_t probabilities_n;
	/* What the model answers to the features, or the table's predictions: asked for at most once, released here. */
	mr_code (*outputs)(void *arg, struct ArrowSchema *schema, struct ArrowArray *table, mr_error *err);
	/* What it answers to other features, which are only read; NULL without a model. */
	mr_code (*predict)(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   struct ArrowSchema *out_schema, struct ArrowArray *out, mr_error *err);
	/* Results; a file is the caller's to keep before this returns. */
	mr_code (*metric)(void *arg, mr_str name, double value, mr_error *err);
	mr_code (*artifact)(void *arg, mr_str name, mr_str local_path, mr_error *err);
	bool (*cancelled)(void *arg); /* may be NULL */
	void *arg;
};
MR_API mr_code mr_evaluator_run(const struct mr_evaluator_call *what, mr_error *err);
/* Whether the evaluator of that name judges such models with such a configuration. */
MR_API mr_code mr_evaluator_can_evaluate(const char *evaluator, const char *model_type, const char *config_json, bool *out,
					 mr_error *err);

typedef struct mr_evaluation_result mr_evaluation_result;

/* On failure *out is NULL, and the run that was begun is FAILED. An evaluator that nobody
 * knows is MR_INVALID_PARAMETER_VALUE with the nearest names. */
MR_API mr_code mr_evaluate(const struct mr_evaluate_options *options, mr_evaluation_result **out, mr_error *err);
MR_API void mr_evaluation_free(mr_evaluation_result *result);

/* 32 hex digits, or "" where nothing was logged. Texts live as long as the result. */
MR_API const char *mr_evaluation_run_id(const mr_evaluation_result *result);
MR_API size_t mr_evaluation_metrics(const mr_evaluation_result *result); /* how many there are */
MR_API const char *mr_evaluation_metric_at(const mr_evaluation_result *result, size_t i, double *value);
MR_API bool mr_evaluation_metric(const mr_evaluation_result *result, const char *name, double *value);
/* The name of an artifact, and its URI through *uri. */
MR_API size_t mr_evaluation_artifacts(const mr_evaluation_result *result);
MR_API const char *mr_evaluation_artifact_at(const mr_evaluation_result *result, size_t i, const char **uri);
/* {"run_id", "dataset", "metrics", "artifacts", "evaluators"} */
MR_API const char *mr_evaluation_json(const mr_evaluation_result *result);

/* mlflow.models.MetricThreshold. NaN: not asked for. */
struct mr_metric_threshold {
	const char *metric;
	bool greater_is_better;
	double threshold;           /* the metric must be at least (at most) this */
	double min_absolute_change; /* better than the baseline by at least this; greater than 0 */
	double min_relative_change; /* the same, in parts of the baseline's value; 0 to 1 */
};

/* What became of one threshold. */
struct mr_metric_validation {
	const char *metric;
	double candidate, baseline; /* NaN where there is none */
	bool passed;
	bool missing_candidate, missing_baseline; /* the metric was not among the results */
	bool threshold_failed, min_absolute_change_failed, min_relative_change_failed;
};

/* mlflow.validate_evaluation_results: MR_OK when all thresholds hold; else MR_BAD_REQUEST with a line for
 * each that does not. A threshold that makes no sense is MR_INVALID_PARAMETER_VALUE. baseline may be NULL;
 * validations (n of them) may be NULL. */
MR_API mr_code mr_validate_evaluation(const struct mr_metric_threshold *thresholds, size_t n,
				      const mr_evaluation_result *candidate, const mr_evaluation_result *baseline,
				      struct mr_metric_validation *validations, mr_error *err);
/* A result to compare with: the latest metrics of a run. client NULL: of the fluent API. */
MR_API mr_code mr_evaluation_of_run(mr_client *client, const char *run_id, mr_evaluation_result **out, mr_error *err);

#ifdef __cplusplus
}
#endif
#endif
