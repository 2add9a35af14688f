/* SPDX-License-Identifier: Apache-2.0
 *
 * runs/log-model: a tag of the run that lists its models (model_history.h).
 */
#include "store/model_history.h"
#include "store/rules.h"
#include "store/sqlite/logged_models.h"
#include "store/sqlite/runs.h"

/* The list as it is stored; ptr NULL when there is none. */
static mr_code read_history(mr_conn *conn, mr_str run_id, mr_call *call, mr_str *out, mr_error *err)
{
	static mr_query find =
		MR_QUERY("SELECT value FROM tags WHERE key = '" MR_TAG_LOGGED_MODELS "' AND run_uuid = ?1");
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	*out = mr_str_from(NULL);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, run_id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row)
		code = mr_stmt_copy(stmt, 0, call, out, err);
	mr_stmt_done(stmt);
	return code;
}

static mr_code add_model(mr_conn *conn, const struct mr_log_model *request, const mr_json *model, mr_buf *value,
			 mr_call *call, mr_error *err)
{
	mr_str history;
	int64_t experiment_id;
	mr_code code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);

	if (code == MR_OK)
		code = read_history(conn, request->run_id, call, &history, err);
	if (code == MR_OK)
		code = mr_model_history_add(history, model, request->run_id, call->now_ms, call->arena, value, err);
	return code == MR_OK ? mr_sqlite_put_tag(conn, request->run_id, mr_str_from(MR_TAG_LOGGED_MODELS),
						 mr_buf_view(value), err)
			     : code;
}

mr_code mr_sqlite_log_model(void *self, const struct mr_log_model *request, struct mr_log_model_response *response,
			    mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_json *model;
	mr_conn *conn;
	mr_buf value;
	mr_code code = mr_model_history_parse(request->model_json, call->arena, &model, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&value, MR_MODEL_HISTORY_MAX);
	code = add_model(conn, request, model, &value, call, err);
	mr_buf_dispose(&value);
	return mr_db_write_end(conn, code, err);
}
