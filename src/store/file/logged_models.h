/* SPDX-License-Identifier: Apache-2.0
 *
 * Logged models: folders below models/ of an experiment.
 */
#ifndef MR_STORE_FILE_LOGGED_MODELS_H
#define MR_STORE_FILE_LOGGED_MODELS_H

#include "store/file/experiments.h"

struct mr_file_model {
	mr_str id, experiment_id, folder;
	mr_json *meta;
	bool deleted;
};

/* MLflow's error when there is none, or (unless deleted ones count) it is deleted. */
mr_code mr_file_model_find(const struct mr_file_store *store, mr_str model_id, bool deleted_too, mr_call *call,
			   struct mr_file_model *out, mr_error *err);
mr_code mr_file_model_read(const struct mr_file_store *store, const struct mr_file_model *from, mr_call *call,
			   struct mr_logged_model **out, mr_error *err);
/* All models of an experiment that can be read, by id. */
mr_code mr_file_models_list(const struct mr_file_store *store, mr_str experiment_id, mr_call *call, struct mr_list *out,
			    mr_error *err);
/* Where the metrics of a model go that a run of the experiment logs. */
mr_code mr_file_model_metrics_folder(const struct mr_file_store *store, mr_str experiment, mr_str model_id, mr_call *call,
				     mr_str *out, mr_error *err);

mr_code mr_file_search_logged_models(void *self, const struct mr_search_logged_models *request,
				     struct mr_search_logged_models_response *response, mr_call *call, mr_error *err);
mr_code mr_file_log_model(void *self, const struct mr_log_model *request, struct mr_log_model_response *response,
			  mr_call *call, mr_error *err);

#endif
