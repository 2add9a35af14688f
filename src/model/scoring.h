/* SPDX-License-Identifier: Apache-2.0
 *
 * A scoring request: the body of POST /invocations in MLflow's forms to a
 * prediction in MLflow's form, or to its error. For the scoring server, and for
 * `millrace models predict`.
 */
#ifndef MR_MODEL_SCORING_H
#define MR_MODEL_SCORING_H

#include "model/model.h"

struct mr_score_answer {
	int status; /* of HTTP */
	const char *content_type;
	mr_str body; /* in the arena */
};

/* Never fails: what goes wrong is an answer, too. content_type: as the header has it. Any number of threads. */
void mr_score(mr_model *model, mr_str content_type, mr_str body, mr_arena *arena, mr_call *call,
	      struct mr_score_answer *out);

/* ---- the parts of it ---- */

/* MLflow's words for a request of an old form. */
#define MR_SCORE_PROTOCOL_CHANGE                                                                                                \
	"IMPORTANT: The MLflow Model scoring protocol has changed in MLflow version 2.0. If you are seeing this "    \
	"error, you are likely using an outdated scoring request format. To resolve the error, either update your " \
	"request format or adjust your MLflow Model's requirements file to specify an older version of MLflow (for " \
	"example, change the 'mlflow' requirement specifier to 'mlflow==1.30.0'). If you are making a request using " \
	"the MLflow client (e.g. via `mlflow.pyfunc.spark_udf()`), upgrade your MLflow client to a version >= 2.0 in " \
	"order to use the new request format. For more information about the updated MLflow Model scoring protocol " \
	"in MLflow 2.0, see https://mlflow.org/docs/latest/models.html#deploy-mlflow-models."

struct mr_score_input {
	struct mr_table table;
	bool frame; /* a DataFrame in MLflow, whose predictions are records; else an array, or arrays by name */
	mr_str params_json;
};

/* schema: of the model's inputs, or NULL. The message is MLflow's whole. */
mr_code mr_score_read_json(mr_str body, const struct mr_model_schema *schema, mr_arena *arena,
			   struct mr_score_input *out, mr_error *err);
mr_code mr_score_read_csv(mr_str body, const struct mr_model_schema *schema, mr_arena *arena,
			  struct mr_score_input *out, mr_error *err);

/* Predictions as MLflow's JSON: {"predictions": ...}. */
mr_code mr_score_print(const struct mr_table *predictions, bool frame, mr_buf *out, mr_error *err);
/* The table as pandas prints it, or nearly so, for messages; a long one is cut. */
void mr_score_print_data(const struct mr_table *table, mr_buf *out);

#endif
