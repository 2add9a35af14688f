/* SPDX-License-Identifier: Apache-2.0
 *
 * A saved model that is open: fetched, its MLmodel read, its flavor loaded.
 * For the scoring server, `millrace models predict`, and evaluation.
 */
#ifndef MR_MODEL_MODEL_H
#define MR_MODEL_MODEL_H

#include "api/call.h"
#include "client/client.h"
#include "model/mlmodel.h"
#include "model/table.h"

typedef struct mr_model mr_model;

/* All members may be 0. */
struct mr_model_options {
	mr_client *client; /* for runs:/ and models:/; NULL: one is opened as the environment says */
	mr_str flavor; /* which of the model's flavors; empty: the first that can be loaded */
	mr_str config_json; /* for the flavor */
	bool files_only; /* no flavor is loaded: there is the MLmodel, and the folder */
};

/* uri: a folder, file://, runs:/ID/PATH, models:/NAME/VERSION, models:/NAME@ALIAS, models:/m-ID, or any artifact URI. */
mr_code mr_model_open(mr_str uri, const struct mr_model_options *options, mr_model **out, mr_error *err);
/* Loads a flavor of a model that was opened with files_only; flavor and config_json of the options count. */
mr_code mr_model_load(mr_model *model, const struct mr_model_options *options, mr_error *err);
void mr_model_close(mr_model *model);

const struct mr_mlmodel *mr_model_info(const mr_model *model);
mr_str mr_model_folder(const mr_model *model); /* where its files are on this machine */
mr_str mr_model_flavor_name(const mr_model *model); /* the one that is loaded */
mr_str mr_model_plugin_name(const mr_model *model); /* whose it is */
/* What the flavor says of the open model, a JSON object in the call's memory or the plugin's. */
mr_code mr_model_describe(mr_model *model, mr_str *out, mr_call *call, mr_error *err);

/* The input example that was saved with the model, as a scoring request in JSON, in the arena; empty: there is none. */
mr_code mr_model_example(const mr_model *model, mr_arena *arena, mr_str *out, mr_error *err);
/* Whether an example fits the signature: MLflow's message when it does not. */
mr_code mr_model_check_example(const mr_model *model, mr_str example, mr_error *err);

/* Checks and converts the table as the signature says (MLflow's messages), then predicts. The input is borrowed; the
 * caller releases what comes out. params_json: an object, or empty. Any number of threads. */
mr_code mr_model_predict(mr_model *model, const struct ArrowSchema *schema, const struct ArrowArray *table,
			 mr_str params_json, struct mr_table *out, mr_call *call, mr_error *err);
/* The same, and where it failed: the input did not fit the signature, the parameters did not, or the flavor failed. */
typedef enum mr_model_stage { MR_MODEL_INPUTS, MR_MODEL_PARAMS, MR_MODEL_FLAVOR } mr_model_stage;
mr_code mr_model_predict_staged(mr_model *model, const struct ArrowSchema *schema, const struct ArrowArray *table,
				mr_str params_json, struct mr_table *out, mr_model_stage *stage, mr_call *call,
				mr_error *err);

#endif
