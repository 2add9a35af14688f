/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the registry side share (mlflow/store/model_registry/sqlalchemy_store.py).
 */
#ifndef MR_STORE_SQLITE_REGISTRY_H
#define MR_STORE_SQLITE_REGISTRY_H

#include "store/sqlite/store.h"

extern const struct mr_registered_models_ops mr_sqlite_registered_models;
extern const struct mr_model_versions_ops mr_sqlite_model_versions;

/* Columns for mr_sqlite_model_read and mr_sqlite_version_read. */
#define MR_SQLITE_MODEL_COLUMNS "m.name, m.creation_time, m.last_updated_time, m.description"
#define MR_SQLITE_VERSION_COLUMNS                                                                        \
	"v.name, v.version, v.creation_time, v.last_updated_time, v.description, v.user_id, v.current_stage, "    \
	"v.source, v.run_id, v.status, v.status_message, v.run_link"

/* The current row with its tags, aliases and the latest version of each stage, which a search has in another order. */
mr_code mr_sqlite_model_read(mr_conn *conn, mr_stmt *stmt, bool of_search, mr_call *call,
			     struct mr_registered_model **out, mr_error *err);
/* The current row with its tags; the aliases are another step, as listings leave them out. */
mr_code mr_sqlite_version_read(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_model_version **out,
			       mr_error *err);
mr_code mr_sqlite_version_aliases(mr_conn *conn, struct mr_model_version *version, mr_call *call, mr_error *err);

/* One of them by its key; MLflow's error when there is none, or its name is none. */
mr_code mr_sqlite_model_get(mr_conn *conn, mr_str name, mr_call *call, struct mr_registered_model **out, mr_error *err);
mr_code mr_sqlite_version_get(mr_conn *conn, mr_str name, int64_t version, mr_call *call,
			      struct mr_model_version **out, mr_error *err);
/* The same, when only that it is there matters. */
mr_code mr_sqlite_model_check(mr_conn *conn, mr_str name, mr_error *err);
mr_code mr_sqlite_version_check(mr_conn *conn, mr_str name, int64_t version, mr_error *err);
/* Sets last_updated_time of a model. */
mr_code mr_sqlite_model_touch(mr_conn *conn, mr_str name, int64_t now_ms, mr_error *err);

/* ---- registry_search.c ---- */

mr_code mr_sqlite_search_registered_models(void *self, const struct mr_search_registered_models *request,
					   struct mr_search_registered_models_response *response, mr_call *call,
					   mr_error *err);
mr_code mr_sqlite_search_model_versions(void *self, const struct mr_search_model_versions *request,
					struct mr_search_model_versions_response *response, mr_call *call, mr_error *err);

#endif
