/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/model_evaluator.h - the contract of group "mlflow.model_evaluator":
 * validation of a model, or of predictions, on a table. A named group; `mlflow.evaluate`'s
 * evaluators=... chooses by name, and without it every evaluator that can evaluate does.
 */
#ifndef MILLRACE_MODEL_EVALUATOR_H
#define MILLRACE_MODEL_EVALUATOR_H

#include "millrace/arrow.h"
#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_evaluation {
	size_t size;
	mr_str model_type;  /* "classifier", "regressor", "question-answering", ...; may be empty */
	mr_str config_json; /* evaluator_config: an object */
	mr_str run_id;      /* where results go */
	mr_str tracking_uri;
	/* The data: borrowed, not to be released by the evaluator. */
	const struct ArrowSchema *schema;
	const struct ArrowArray *table;
	mr_str targets;     /* name of the label column; may be empty */
	mr_str predictions; /* name of the column of predictions; empty: call predict */
	mr_str dataset_name, dataset_digest;
	/* Predictions of the model for a table with the feature columns; the caller of
	 * predict releases what comes out. NULL when only a table is evaluated. */
	mr_code (*predict)(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   struct ArrowSchema *out_schema, struct ArrowArray *out, mr_call *call, mr_error *err);
	void *predict_arg;
	/* Results, each by one call. An artifact is a file on this machine, which the
	 * host uploads before it returns. */
	mr_code (*metric)(void *arg, mr_str name, double value, mr_error *err);
	mr_code (*artifact)(void *arg, mr_str name, mr_str local_path, mr_error *err);
	void *result_arg;
};

struct mr_model_evaluator_ops {
	size_t size;
	/* Whether it can evaluate this kind of model with this configuration; cheap. */
	bool (*can_evaluate)(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call);
	mr_code (*evaluate)(const mr_host *host, const struct mr_evaluation *evaluation, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
