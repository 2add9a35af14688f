/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/model_evaluator.h - the contract of group "mlflow.model_evaluator":
 * judges a model, or a table of predictions, on a table whose truth is known. A
 * named group: `millrace evaluate --evaluator NAME` chooses by name, and without
 * it every evaluator that can evaluate does, as in mlflow.evaluate.
 *
 * The host reads the data, opens the model, makes the run, logs the data set, and
 * logs what the evaluator hands over. An evaluator computes; it needs no client.
 */
#ifndef MILLRACE_MODEL_EVALUATOR_H
#define MILLRACE_MODEL_EVALUATOR_H

#include "millrace/arrow.h"
#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is to be judged. All of it is borrowed, and lives until evaluate returns;
 * texts that are not there are empty. The functions are called from the thread
 * that evaluate was called on, with `host_arg` as their first argument. */
struct mr_evaluation {
	size_t size;
	mr_str model_type;  /* "classifier", "regressor", or what a plugin makes up */
	mr_str config_json; /* what the user gave this evaluator: an object */
	mr_str run_id;      /* where results go; empty: nowhere but to the caller */
	mr_str tracking_uri;

	/* The data, all columns of it: a struct ("+s") with a child for each. */
	const struct ArrowSchema *schema;
	const struct ArrowArray *table;
	mr_str targets; /* the column with the truth */
	const mr_str *features; /* the columns that a model is shown */
	size_t features_n;
	mr_str dataset_name, dataset_digest;

	mr_str model_uri;  /* empty: a table of predictions is judged */
	mr_str model_id;   /* "m-...", of a logged model */
	mr_str model_json; /* the model's MLmodel, as JSON */

	/* Among the outputs, see below: the column with the predictions (empty: the
	 * user did not say), and the columns with the probabilities of the classes in
	 * the order of their labels, or of the positive class alone. */
	mr_str predictions;
	const mr_str *probabilities;
	size_t probabilities_n;

	void *host_arg;
	/* What the model answers to the features, or those columns of the table that
	 * are its predictions and probabilities; computed once for all evaluators. */
	mr_code (*outputs)(void *host_arg, const struct ArrowSchema **schema, const struct ArrowArray **table,
			   mr_call *call, mr_error *err);
	/* What the model answers to other features; who calls releases the answer. NULL without a model. */
	mr_code (*predict)(void *host_arg, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   struct ArrowSchema *out_schema, struct ArrowArray *out, mr_call *call, mr_error *err);

	/* A column of a table, of any numeric type or of booleans, as doubles: NaN where it is empty. */
	mr_code (*doubles)(void *host_arg, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   mr_str column, const double **out, mr_call *call, mr_error *err);
	/* A column as texts, as Python's str() writes the values; ptr NULL where it is empty. */
	mr_code (*texts)(void *host_arg, const struct ArrowSchema *schema, const struct ArrowArray *table,
			 mr_str column, const mr_str **out, mr_call *call, mr_error *err);

	/* Results, each by one call; a name that was given before is replaced. What was
	 * given stays when evaluate fails later. */
	mr_code (*metric)(void *host_arg, mr_str name, double value, mr_error *err);
	/* A file of this machine, which is in the run, under its own name, when this
	 * returns; it may then be removed. */
	mr_code (*artifact)(void *host_arg, mr_str name, mr_str local_path, mr_error *err);
};

struct mr_model_evaluator_ops {
	size_t size;
	/* Whether it can judge this kind of model with this configuration (an object); cheap. */
	bool (*can_evaluate)(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call);
	mr_code (*evaluate)(const mr_host *host, const struct mr_evaluation *evaluation, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
