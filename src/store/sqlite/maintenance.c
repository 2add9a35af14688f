/* SPDX-License-Identifier: Apache-2.0
 *
 * What was marked as deleted, and removing it for good (mlflow gc).
 */
#include "store/rules.h"
#include "store/sqlite/experiments.h"
#include "store/sqlite/logged_models.h"

/* Emits what the statement's rows are. */
typedef mr_code emit_row(mr_conn *conn, mr_stmt *stmt, mr_call *call, mr_error *err);

static mr_code list(void *self, mr_query *query, int64_t older_than_ms, emit_row *emit, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_db_read_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = mr_conn_query(conn, query, &stmt, err);
	if (code == MR_OK)
		mr_stmt_bind_int(stmt, 1, call->now_ms - older_than_ms);
	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		size_t mark = mr_call_mark(call);

		code = emit(conn, stmt, call, err);
		mr_call_release(call, mark);
	}
	mr_stmt_done(stmt);
	mr_db_read_end(conn);
	return code;
}

/* ---- runs ---- */

static mr_query deleted_runs = MR_QUERY("SELECT " MR_SQLITE_RUN_COLUMNS " FROM runs r WHERE r.lifecycle_stage = 'deleted' "
					"AND r.deleted_time <= ?1");

static mr_code emit_run(mr_conn *conn, mr_stmt *stmt, mr_call *call, mr_error *err)
{
	struct mr_run_info *info;
	mr_code code = mr_sqlite_run_info(stmt, 0, call, &info, err);

	(void)conn;
	return code == MR_OK ? mr_call_emit(call, info, err) : code;
}

static mr_code list_deleted_runs(void *self, const struct mr_list_deleted_runs *request,
				 struct mr_list_deleted_runs_response *response, mr_call *call, mr_error *err)
{
	(void)response;
	return list(self, &deleted_runs, request->older_than_ms, emit_run, call, err);
}

/* Runs the statements, each with the same text as its one parameter. */
static mr_code run_all(mr_conn *conn, mr_query *queries, size_t n, mr_str value, mr_error *err)
{
	mr_code code = MR_OK;
	mr_stmt *stmt;
	size_t i;

	for (i = 0; i < n && code == MR_OK; i++) {
		code = mr_conn_query(conn, &queries[i], &stmt, err);
		if (code != MR_OK)
			break;
		mr_stmt_bind_text(stmt, 1, value);
		code = mr_stmt_run(stmt, err);
	}
	return code;
}

/* The stage of a thing; false when there is none. */
static mr_code stage_of(mr_conn *conn, mr_query *query, mr_str id, bool *found, bool *deleted, mr_error *err)
{
	mr_stmt *stmt;
	int64_t is_deleted;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, id);
	code = mr_stmt_get_int(stmt, &is_deleted, found, err);
	*deleted = is_deleted != 0;
	return code;
}

static mr_query run_stage = MR_QUERY("SELECT lifecycle_stage = 'deleted' FROM runs WHERE run_uuid = ?1");
static mr_query purge_run_steps[] = {
	MR_QUERY("DELETE FROM metrics WHERE run_uuid = ?1"), MR_QUERY("DELETE FROM latest_metrics WHERE run_uuid = ?1"),
	MR_QUERY("DELETE FROM params WHERE run_uuid = ?1"),  MR_QUERY("DELETE FROM tags WHERE run_uuid = ?1"),
	MR_QUERY("DELETE FROM runs WHERE run_uuid = ?1"),
};

static mr_code purge_run_in(mr_conn *conn, mr_str run_id, mr_error *err)
{
	bool found, deleted;
	mr_code code = stage_of(conn, &run_stage, run_id, &found, &deleted, err);

	if (code != MR_OK)
		return code;
	if (!found)
		return mr_sqlite_run_absent(run_id, err);
	if (!deleted)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Run %.*s is not in `deleted` lifecycle stage. Only runs in `deleted` lifecycle stage can "
				    "be deleted.",
				    MR_STR_ARG(run_id));
	mr_sqlite_run_forget(conn, run_id);
	return run_all(conn, purge_run_steps, sizeof purge_run_steps / sizeof purge_run_steps[0], run_id, err);
}

static mr_code purge_run(void *self, const struct mr_purge_run *request, struct mr_purge_run_response *response,
			 mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_write_begin_enforced(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = purge_run_in(conn, request->run_id, err);
	return mr_db_write_end(conn, code, err);
}

/* ---- experiments ---- */

static mr_query deleted_experiments = MR_QUERY("SELECT " MR_SQLITE_EXPERIMENT_COLUMNS " FROM experiments e WHERE "
					       "e.lifecycle_stage = 'deleted' AND e.last_update_time <= ?1");

static mr_code emit_experiment(mr_conn *conn, mr_stmt *stmt, mr_call *call, mr_error *err)
{
	struct mr_experiment *experiment;
	mr_code code = mr_sqlite_experiment_read(conn, stmt, call, &experiment, err);

	return code == MR_OK ? mr_call_emit(call, experiment, err) : code;
}

static mr_code list_deleted_experiments(void *self, const struct mr_list_deleted_experiments *request,
					struct mr_list_deleted_experiments_response *response, mr_call *call, mr_error *err)
{
	(void)response;
	return list(self, &deleted_experiments, request->older_than_ms, emit_experiment, call, err);
}

static mr_query experiment_stage =
	MR_QUERY("SELECT lifecycle_stage = 'deleted' FROM experiments WHERE experiment_id = CAST(?1 AS INTEGER)");

/* Children that the schema does not take along, and the rollups, which have no foreign key. */
#define OF_EXPERIMENT(table) MR_QUERY("DELETE FROM " table " WHERE experiment_id = CAST(?1 AS INTEGER)")
#define OF_ITS_RUNS(table)                                                                               \
	MR_QUERY("DELETE FROM " table                                                                    \
		 " WHERE run_uuid IN (SELECT run_uuid FROM runs WHERE experiment_id = CAST(?1 AS INTEGER))")
static mr_query purge_experiment_steps[] = {
	OF_ITS_RUNS("metrics"),
	OF_ITS_RUNS("latest_metrics"),
	OF_ITS_RUNS("params"),
	OF_ITS_RUNS("tags"),
	OF_EXPERIMENT("logged_model_metrics"),
	OF_EXPERIMENT("logged_model_params"),
	OF_EXPERIMENT("logged_model_tags"),
	OF_EXPERIMENT("logged_models"),
	OF_EXPERIMENT("runs"),
	OF_EXPERIMENT("spans"),
	OF_EXPERIMENT("online_scoring_configs"),
	OF_EXPERIMENT("experiment_tags"),
	OF_EXPERIMENT("sql_trace_rollup_rebuild_queue"),
	OF_EXPERIMENT("sql_trace_metric_daily_rollups"),
	OF_EXPERIMENT("sql_span_cost_daily_rollups"),
	OF_EXPERIMENT("sql_assessment_daily_rollups"),
	OF_EXPERIMENT("experiments"),
};

static mr_code purge_experiment_in(mr_conn *conn, mr_str id, mr_error *err)
{
	bool found, deleted;
	mr_code code = stage_of(conn, &experiment_stage, id, &found, &deleted, err);

	if (code != MR_OK)
		return code;
	if (!found || !deleted)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST,
				    "No Experiment with id=%.*s exists among the deleted ones", MR_STR_ARG(id));
	mr_sqlite_run_forget(conn, mr_str_from(NULL));
	return run_all(conn, purge_experiment_steps, sizeof purge_experiment_steps / sizeof purge_experiment_steps[0], id,
		       err);
}

static mr_code purge_experiment(void *self, const struct mr_purge_experiment *request,
				struct mr_purge_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t id;
	mr_conn *conn;
	mr_code code = mr_rule_experiment_id(request->experiment_id, &id, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin_enforced(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = purge_experiment_in(conn, mr_arena_printf(call->arena, "%lld", (long long)id), err);
	return mr_db_write_end(conn, code, err);
}

/* ---- logged models ---- */

static mr_query deleted_models = MR_QUERY("SELECT " MR_SQLITE_LOGGED_MODEL_COLUMNS " FROM logged_models m WHERE "
					  "m.lifecycle_stage = 'deleted' AND m.last_updated_timestamp_ms <= ?1");

static mr_code emit_model(mr_conn *conn, mr_stmt *stmt, mr_call *call, mr_error *err)
{
	struct mr_logged_model *model;
	mr_code code = mr_sqlite_logged_model_read(conn, stmt, call, &model, err);

	return code == MR_OK ? mr_call_emit(call, model, err) : code;
}

static mr_code list_deleted_logged_models(void *self, const struct mr_list_deleted_logged_models *request,
					  struct mr_list_deleted_logged_models_response *response, mr_call *call,
					  mr_error *err)
{
	(void)response;
	return list(self, &deleted_models, request->older_than_ms, emit_model, call, err);
}

static mr_query model_stage = MR_QUERY("SELECT lifecycle_stage = 'deleted' FROM logged_models WHERE model_id = ?1");
static mr_query purge_model_steps[] = {
	MR_QUERY("DELETE FROM logged_models WHERE model_id = ?1"),
};

static mr_code purge_model_in(mr_conn *conn, mr_str model_id, mr_error *err)
{
	bool found, deleted;
	mr_code code = stage_of(conn, &model_stage, model_id, &found, &deleted, err);

	if (code != MR_OK)
		return code;
	if (!found)
		return mr_sqlite_logged_model_absent(model_id, err);
	if (!deleted)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Logged model %.*s is not in `deleted` lifecycle stage. Only logged models in `deleted` "
				    "lifecycle stage can be deleted.",
				    MR_STR_ARG(model_id));
	return run_all(conn, purge_model_steps, 1, model_id, err);
}

static mr_code purge_logged_model(void *self, const struct mr_purge_logged_model *request,
				  struct mr_purge_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_write_begin_enforced(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = purge_model_in(conn, request->model_id, err);
	return mr_db_write_end(conn, code, err);
}

const struct mr_maintenance_ops mr_sqlite_maintenance = {
	.size = sizeof mr_sqlite_maintenance,
	.list_deleted_runs = list_deleted_runs,
	.purge_run = purge_run,
	.list_deleted_experiments = list_deleted_experiments,
	.purge_experiment = purge_experiment,
	.list_deleted_logged_models = list_deleted_logged_models,
	.purge_logged_model = purge_logged_model,
};
