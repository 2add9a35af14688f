/* SPDX-License-Identifier: Apache-2.0
 *
 * Logged models: what reading one, the search and the maintenance share.
 */
#ifndef MR_STORE_SQLITE_LOGGED_MODELS_H
#define MR_STORE_SQLITE_LOGGED_MODELS_H

#include "store/sqlite/store.h"

#define MR_SQLITE_LOGGED_MODEL_COLUMNS                                                                          \
	"m.model_id, m.experiment_id, m.name, m.artifact_location, m.creation_timestamp_ms, "                   \
	"m.last_updated_timestamp_ms, m.status, m.model_type, m.source_run_id, m.status_message"

/* The model of the current row, with tags, params and metrics. */
mr_code mr_sqlite_logged_model_read(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_logged_model **out, mr_error *err);
mr_code mr_sqlite_logged_model_absent(mr_str model_id, mr_error *err);

mr_code mr_sqlite_search_logged_models(void *self, const struct mr_search_logged_models *request,
				       struct mr_search_logged_models_response *response, mr_call *call, mr_error *err);
/* runs/log-model, of before MLflow 3: a tag of the run. */
mr_code mr_sqlite_log_model(void *self, const struct mr_log_model *request, struct mr_log_model_response *response,
			    mr_call *call, mr_error *err);

#endif
