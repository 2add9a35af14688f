/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite store: an object of it, and what its files share. Both sides, the
 * tracking and the registry entry, are this object on one database.
 */
#ifndef MR_STORE_SQLITE_STORE_H
#define MR_STORE_SQLITE_STORE_H

#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "api/call.h"
#include "sql/stmt.h"

struct mr_sqlite_store {
	const mr_host *host;
	mr_db *db;
	mr_str artifact_root; /* where new experiments put artifacts; empty on the registry side */
};

/* The facets. */
extern const struct mr_experiments_ops mr_sqlite_experiments;
extern const struct mr_runs_ops mr_sqlite_runs;
extern const struct mr_metrics_ops mr_sqlite_metrics;
extern const struct mr_inputs_ops mr_sqlite_inputs;
extern const struct mr_logged_models_ops mr_sqlite_logged_models;
extern const struct mr_maintenance_ops mr_sqlite_maintenance;

/* Opens the database and nothing else (common to both sides). */
mr_code mr_sqlite_store_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
void mr_sqlite_store_close(void *self);
extern const struct mr_group_ops mr_sqlite_group;

/* New objects in the call's memory, zeroed; NULL when there is none left. */
#define MR_NEW(call, type) ((type *)mr_call_zalloc((call), sizeof(type)))

/* A growing array of pointers in the call's memory. */
struct mr_items {
	void **items;
	size_t n, room;
};
mr_code mr_items_add(struct mr_items *items, mr_call *call, void *item, mr_error *err);

/* The member, if the column is not NULL: mr_column_text(stmt, 2, call, &m->name, &m->has, MR_..._HAS_NAME, err). */
mr_code mr_column_text(mr_stmt *stmt, int column, mr_call *call, mr_str *member, uint64_t *has, uint64_t bit,
		       mr_error *err);
void mr_column_int(mr_stmt *stmt, int column, int64_t *member, uint64_t *has, uint64_t bit);

/* A local root becomes absolute (resolve_uri_if_local): it is stored, and read from other folders. */
mr_str mr_sqlite_absolute_root(mr_arena *arena, mr_str root);

/* Takes fields that are the texts of the response, which lives as long as the call. */
#define MR_PUT(message, member, bit, value)                                                              \
	do {                                                                                             \
		(message)->member = (value);                                                             \
		MR_SET((message), (bit));                                                                \
	} while (0)

/* ---- runs.c ---- */

/* Of a write: the run exists and is active, or MLflow's error. Remembered between writes. */
mr_code mr_sqlite_run_active(mr_conn *conn, mr_str run_id, int64_t *experiment_id, mr_error *err);
/* A run has changed its stage or is gone; "": any run may have. */
void mr_sqlite_run_forget(mr_conn *conn, mr_str run_id);
mr_code mr_sqlite_run_absent(mr_str run_id, mr_error *err);

/* ---- run_read.c ---- */

/* RUNNING and its like; 0 for what MLflow does not know. */
int32_t mr_sqlite_run_status(mr_str text);
const char *mr_sqlite_run_status_name(int32_t status);
/* MR_SQLITE_RUN_COLUMNS of the current row, from a column on. */
#define MR_SQLITE_RUN_COLUMNS                                                                            \
	"r.run_uuid, r.name, r.user_id, r.status, r.start_time, r.end_time, r.lifecycle_stage, r.artifact_uri, "  \
	"r.experiment_id"
mr_code mr_sqlite_run_info(mr_stmt *stmt, int first, mr_call *call, struct mr_run_info **out, mr_error *err);

/* ---- experiments.c ---- */

struct mr_sqlite_experiment {
	int64_t id;
	mr_str artifact_location;
	bool active;
};
/* "" is the default experiment. */
mr_code mr_sqlite_experiment_find(mr_conn *conn, mr_str id, mr_call *call, struct mr_sqlite_experiment *out,
				  mr_error *err);
mr_code mr_sqlite_experiment_active(mr_conn *conn, mr_str id, mr_call *call, struct mr_sqlite_experiment *out,
				    mr_error *err);
/* The default experiment, and that there is no workspace but "default". */
mr_code mr_sqlite_experiments_init(struct mr_sqlite_store *store, mr_error *err);

/* ---- run_write.c ---- */

mr_code mr_sqlite_set_run_tag(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err);

/* ---- metrics_write.c ---- */

mr_code mr_sqlite_put_metrics(mr_conn *conn, mr_str run_id, struct mr_metric *const *metrics, size_t n, mr_call *call,
			      mr_error *err);
/* Those of the metrics that name a logged model. Check comes before anything is changed. */
mr_code mr_sqlite_check_model_metrics(mr_conn *conn, mr_str run_id, struct mr_metric *const *metrics, size_t n,
				      mr_error *err);
mr_code mr_sqlite_put_model_metrics(mr_conn *conn, mr_str run_id, int64_t experiment_id,
				    struct mr_metric *const *metrics, size_t n, mr_error *err);
/* NaN is stored as 0 and a mark, infinities as the largest numbers. */
double mr_sqlite_metric_value(double value, bool *is_nan);

#endif
