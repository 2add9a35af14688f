/* SPDX-License-Identifier: Apache-2.0
 *
 * Logged models (mlflow/store/tracking/sqlalchemy_store.py). The search is in
 * search_logged_models.c.
 */
#include "store/sqlite/logged_models.h"

#include "base/uri.h"
#include "search/repr.h"
#include "store/rules.h"

/* ---- reading ---- */

static mr_query find_tags = MR_QUERY("SELECT tag_key, tag_value FROM logged_model_tags WHERE model_id = ?1 ORDER BY tag_key");
static mr_query find_params =
	MR_QUERY("SELECT param_key, param_value FROM logged_model_params WHERE model_id = ?1 ORDER BY param_key");
static mr_query find_metrics = MR_QUERY(
	"SELECT metric_name, metric_value, metric_timestamp_ms, metric_step, run_id, dataset_name, dataset_digest "
	"FROM logged_model_metrics WHERE model_id = ?1 ORDER BY rowid");

typedef mr_code read_row(mr_stmt *stmt, mr_str model_id, mr_call *call, struct mr_items *items, mr_error *err);

static mr_code read_tag(mr_stmt *stmt, mr_str model_id, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_logged_model_tag *t = MR_NEW(call, struct mr_logged_model_tag);
	mr_code code = mr_items_add(items, call, t, err);

	(void)model_id;
	if (code == MR_OK)
		code = mr_column_text(stmt, 0, call, &t->key, &t->has, MR_LOGGED_MODEL_TAG_HAS_KEY, err);
	return code == MR_OK ? mr_column_text(stmt, 1, call, &t->value, &t->has, MR_LOGGED_MODEL_TAG_HAS_VALUE, err)
			     : code;
}

static mr_code read_param(mr_stmt *stmt, mr_str model_id, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_logged_model_parameter *p = MR_NEW(call, struct mr_logged_model_parameter);
	mr_code code = mr_items_add(items, call, p, err);

	(void)model_id;
	if (code == MR_OK)
		code = mr_column_text(stmt, 0, call, &p->key, &p->has, MR_LOGGED_MODEL_PARAMETER_HAS_KEY, err);
	return code == MR_OK
		       ? mr_column_text(stmt, 1, call, &p->value, &p->has, MR_LOGGED_MODEL_PARAMETER_HAS_VALUE, err)
		       : code;
}

static mr_code read_metric(mr_stmt *stmt, mr_str model_id, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_metric *m = MR_NEW(call, struct mr_metric);
	mr_code code = mr_items_add(items, call, m, err);

	if (code != MR_OK)
		return code;
	MR_PUT(m, model_id, MR_METRIC_HAS_MODEL_ID, model_id);
	m->value = mr_stmt_double(stmt, 1);
	m->timestamp = mr_stmt_int(stmt, 2);
	m->step = mr_stmt_int(stmt, 3);
	m->has |= MR_METRIC_HAS_VALUE | MR_METRIC_HAS_TIMESTAMP | MR_METRIC_HAS_STEP;
	code = mr_column_text(stmt, 0, call, &m->key, &m->has, MR_METRIC_HAS_KEY, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 4, call, &m->run_id, &m->has, MR_METRIC_HAS_RUN_ID, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 5, call, &m->dataset_name, &m->has, MR_METRIC_HAS_DATASET_NAME, err);
	return code == MR_OK
		       ? mr_column_text(stmt, 6, call, &m->dataset_digest, &m->has, MR_METRIC_HAS_DATASET_DIGEST, err)
		       : code;
}

static mr_code read_rows(mr_conn *conn, mr_query *query, mr_str model_id, read_row *read, struct mr_items *items,
			 mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		code = read(stmt, model_id, call, items, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	return code;
}

static mr_code read_info(mr_stmt *stmt, mr_call *call, struct mr_logged_model_info *info, mr_error *err)
{
	mr_code code = mr_column_text(stmt, 0, call, &info->model_id, &info->has, MR_LOGGED_MODEL_INFO_HAS_MODEL_ID, err);

	if (code == MR_OK)
		code = mr_column_text(stmt, 1, call, &info->experiment_id, &info->has,
				      MR_LOGGED_MODEL_INFO_HAS_EXPERIMENT_ID, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 2, call, &info->name, &info->has, MR_LOGGED_MODEL_INFO_HAS_NAME, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 3, call, &info->artifact_uri, &info->has,
				      MR_LOGGED_MODEL_INFO_HAS_ARTIFACT_URI, err);
	mr_column_int(stmt, 4, &info->creation_timestamp_ms, &info->has, MR_LOGGED_MODEL_INFO_HAS_CREATION_TIMESTAMP_MS);
	mr_column_int(stmt, 5, &info->last_updated_timestamp_ms, &info->has,
		      MR_LOGGED_MODEL_INFO_HAS_LAST_UPDATED_TIMESTAMP_MS);
	MR_PUT(info, status, MR_LOGGED_MODEL_INFO_HAS_STATUS, (int32_t)mr_stmt_int(stmt, 6));
	if (code == MR_OK)
		code = mr_column_text(stmt, 7, call, &info->model_type, &info->has, MR_LOGGED_MODEL_INFO_HAS_MODEL_TYPE,
				      err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 8, call, &info->source_run_id, &info->has,
				      MR_LOGGED_MODEL_INFO_HAS_SOURCE_RUN_ID, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 9, call, &info->status_message, &info->has,
				      MR_LOGGED_MODEL_INFO_HAS_STATUS_MESSAGE, err);
	return code;
}

mr_code mr_sqlite_logged_model_read(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_logged_model **out, mr_error *err)
{
	struct mr_logged_model *model = MR_NEW(call, struct mr_logged_model);
	struct mr_logged_model_info *info = MR_NEW(call, struct mr_logged_model_info);
	struct mr_logged_model_data *data = MR_NEW(call, struct mr_logged_model_data);
	struct mr_items tags = {0}, params = {0}, metrics = {0};
	mr_code code = model && info && data ? read_info(stmt, call, info, err) : mr_error_no_memory(err);

	*out = model;
	if (code == MR_OK)
		code = read_rows(conn, &find_tags, info->model_id, read_tag, &tags, call, err);
	if (code == MR_OK)
		code = read_rows(conn, &find_params, info->model_id, read_param, &params, call, err);
	if (code == MR_OK)
		code = read_rows(conn, &find_metrics, info->model_id, read_metric, &metrics, call, err);
	if (code != MR_OK)
		return code;
	info->tags = (struct mr_logged_model_tag **)tags.items;
	info->tags_n = tags.n;
	data->params = (struct mr_logged_model_parameter **)params.items;
	data->params_n = params.n;
	data->metrics = (struct mr_metric **)metrics.items;
	data->metrics_n = metrics.n;
	MR_PUT(model, info, MR_LOGGED_MODEL_HAS_INFO, info);
	MR_PUT(model, data, MR_LOGGED_MODEL_HAS_DATA, data);
	return MR_OK;
}

mr_code mr_sqlite_logged_model_absent(mr_str model_id, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Logged model with ID '%.*s' not found.",
			    MR_STR_ARG(model_id));
}

static mr_query find_any = MR_QUERY("SELECT " MR_SQLITE_LOGGED_MODEL_COLUMNS " FROM logged_models m WHERE m.model_id = ?1");
static mr_query find_active = MR_QUERY("SELECT " MR_SQLITE_LOGGED_MODEL_COLUMNS " FROM logged_models m WHERE m.model_id = ?1 AND "
				       "m.lifecycle_stage <> 'deleted'");

static mr_code read_model(mr_conn *conn, mr_query *query, mr_str model_id, mr_call *call, struct mr_logged_model **out,
			  mr_error *err)
{
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK)
		code = row ? mr_sqlite_logged_model_read(conn, stmt, call, out, err) : mr_sqlite_logged_model_absent(model_id, err);
	mr_stmt_done(stmt);
	return code;
}

static mr_code get_logged_model(void *self, const struct mr_get_logged_model *request,
				struct mr_get_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_read_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = read_model(conn, request->allow_deleted ? &find_any : &find_active, request->model_id, call, &response->model, err);
	mr_db_read_end(conn);
	MR_SET(response, MR_GET_LOGGED_MODEL_RESPONSE_HAS_MODEL);
	return code;
}

/* ---- creating ---- */

static mr_code twice(const char *what, mr_str key, mr_error *err)
{
	return mr_error_set(err, MR_BAD_REQUEST, "%s '%.*s' is given twice. Give each key once.", what, MR_STR_ARG(key));
}

static mr_code check_unique(const struct mr_create_logged_model *r, mr_error *err)
{
	size_t i, j;

	for (i = 0; i < r->params_n; i++)
		for (j = 0; j < i; j++)
			if (mr_str_eq(r->params[i]->key, r->params[j]->key))
				return twice("Param", r->params[i]->key, err);
	for (i = 0; i < r->tags_n; i++)
		for (j = 0; j < i; j++)
			if (mr_str_eq(r->tags[i]->key, r->tags[j]->key))
				return twice("Tag", r->tags[i]->key, err);
	return MR_OK;
}

/* A param or a tag: four values of one form. */
static mr_query put_param = MR_QUERY(
	"INSERT INTO logged_model_params (model_id, experiment_id, param_key, param_value) VALUES (?1, ?2, ?3, ?4)");
static mr_query put_tag = MR_QUERY(
	"INSERT INTO logged_model_tags (model_id, experiment_id, tag_key, tag_value) VALUES (?1, ?2, ?3, ?4) "
	"ON CONFLICT (model_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value, "
	"experiment_id = excluded.experiment_id");

static mr_code put_pair(mr_conn *conn, mr_query *query, mr_str model_id, int64_t experiment_id, mr_str key, mr_str value,
			mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	mr_stmt_bind_int(stmt, 2, experiment_id);
	mr_stmt_bind_text(stmt, 3, key);
	mr_stmt_bind_text(stmt, 4, value);
	return mr_stmt_run(stmt, err);
}

static mr_code insert_model(mr_conn *conn, const struct mr_create_logged_model *r, mr_str model_id, int64_t experiment_id,
			    mr_str location, mr_str name, int64_t now, mr_error *err)
{
	static mr_query put = MR_QUERY(
		"INSERT INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, "
		"last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?5, 1, 'active', ?6, ?7)");
	mr_stmt *stmt;
	size_t i;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	mr_stmt_bind_int(stmt, 2, experiment_id);
	mr_stmt_bind_text(stmt, 3, name);
	mr_stmt_bind_text(stmt, 4, location);
	mr_stmt_bind_int(stmt, 5, now);
	mr_stmt_bind_text(stmt, 6, r->model_type);
	mr_stmt_bind_text(stmt, 7, r->source_run_id);
	code = mr_stmt_run(stmt, err);
	for (i = 0; i < r->params_n && code == MR_OK; i++)
		code = put_pair(conn, &put_param, model_id, experiment_id, r->params[i]->key, r->params[i]->value, err);
	for (i = 0; i < r->tags_n && code == MR_OK; i++)
		code = put_pair(conn, &put_tag, model_id, experiment_id, r->tags[i]->key, r->tags[i]->value, err);
	return code;
}

static mr_code create_in(mr_conn *conn, const struct mr_create_logged_model *request, mr_call *call,
			 struct mr_logged_model **out, mr_error *err)
{
	struct mr_sqlite_experiment e;
	mr_str model_id, location, name = request->name;
	uint8_t random[24];
	char hex[33];
	mr_code code = mr_sqlite_experiment_active(conn, request->experiment_id, call, &e, err);

	if (code != MR_OK)
		return code;
	mr_call_uuid(call, hex);
	model_id = mr_arena_printf(call->arena, "m-%s", hex);
	location = mr_arena_printf(call->arena, "models/m-%s/artifacts", hex);
	if (!model_id.ptr || !location.ptr)
		return mr_error_no_memory(err);
	location = mr_uri_append_path(call->arena, e.artifact_location, location);
	if (!location.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid query string");
	if (!name.len) {
		mr_call_random(call, random, sizeof random);
		name = mr_random_name(call->arena, random);
	}
	code = name.ptr ? insert_model(conn, request, model_id, e.id, location, name, call->now_ms, err)
			: mr_error_no_memory(err);
	return code == MR_OK ? read_model(conn, &find_any, model_id, call, out, err) : code;
}

static mr_code create_logged_model(void *self, const struct mr_create_logged_model *request,
				   struct mr_create_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = request->name.len ? mr_rule_logged_model_name(request->name, err) : MR_OK;

	if (code == MR_OK)
		code = check_unique(request, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = create_in(conn, request, call, &response->model, err);
	MR_SET(response, MR_CREATE_LOGGED_MODEL_RESPONSE_HAS_MODEL);
	return mr_db_write_end(conn, code, err);
}

/* ---- changing ---- */

/* A model, deleted or not. */
static mr_code model_exists(mr_conn *conn, mr_str model_id, int64_t *experiment_id, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT experiment_id FROM logged_models WHERE model_id = ?1");
	mr_stmt *stmt;
	bool found;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	code = mr_stmt_get_int(stmt, experiment_id, &found, err);
	return code == MR_OK && !found ? mr_sqlite_logged_model_absent(model_id, err) : code;
}

static mr_query set_status =
	MR_QUERY("UPDATE logged_models SET status = ?2, last_updated_timestamp_ms = ?3 WHERE model_id = ?1");
static mr_query set_deleted =
	MR_QUERY("UPDATE logged_models SET lifecycle_stage = 'deleted', last_updated_timestamp_ms = ?3 WHERE model_id = ?1");

static mr_code update_model(mr_conn *conn, mr_query *query, mr_str model_id, int64_t value, int64_t now, mr_error *err)
{
	mr_stmt *stmt;
	int64_t changed;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	mr_stmt_bind_int(stmt, 2, value);
	mr_stmt_bind_int(stmt, 3, now);
	code = mr_stmt_change(stmt, conn, &changed, err);
	return code == MR_OK && !changed ? mr_sqlite_logged_model_absent(model_id, err) : code;
}

static mr_code finalize_logged_model(void *self, const struct mr_finalize_logged_model *request,
				     struct mr_finalize_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = update_model(conn, &set_status, request->model_id, request->status, call->now_ms, err);
	if (code == MR_OK)
		code = read_model(conn, &find_any, request->model_id, call, &response->model, err);
	MR_SET(response, MR_FINALIZE_LOGGED_MODEL_RESPONSE_HAS_MODEL);
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_logged_model(void *self, const struct mr_delete_logged_model *request,
				   struct mr_delete_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = update_model(conn, &set_deleted, request->model_id, 0, call->now_ms, err);
	return mr_db_write_end(conn, code, err);
}

static mr_code set_logged_model_tags(void *self, const struct mr_set_logged_model_tags *request,
				     struct mr_set_logged_model_tags_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t experiment_id;
	mr_conn *conn;
	size_t i;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = model_exists(conn, request->model_id, &experiment_id, err);
	for (i = 0; i < request->tags_n && code == MR_OK; i++)
		code = put_pair(conn, &put_tag, request->model_id, experiment_id, request->tags[i]->key,
				request->tags[i]->value, err);
	return mr_db_write_end(conn, code, err);
}

static mr_code drop_tag(mr_conn *conn, const struct mr_delete_logged_model_tag *request, mr_error *err)
{
	static mr_query drop = MR_QUERY("DELETE FROM logged_model_tags WHERE model_id = ?1 AND tag_key = ?2");
	mr_stmt *stmt;
	mr_buf buf;
	int64_t changed;
	mr_code code = mr_conn_query(conn, &drop, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, request->model_id);
	mr_stmt_bind_text(stmt, 2, request->tag_key);
	code = mr_stmt_change(stmt, conn, &changed, err);
	if (code != MR_OK || changed)
		return code;
	mr_buf_init(&buf, MR_ERROR_MESSAGE_MAX);
	mr_buf_c(&buf, "No tag with key ");
	mr_repr_text(&buf, request->tag_key);
	mr_buf_c(&buf, " found for model with ID ");
	mr_repr_text(&buf, request->model_id);
	mr_buf_char(&buf, '.');
	return mr_repr_error(err, MR_RESOURCE_DOES_NOT_EXIST, &buf);
}

static mr_code delete_logged_model_tag(void *self, const struct mr_delete_logged_model_tag *request,
				       struct mr_delete_logged_model_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t experiment_id;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = model_exists(conn, request->model_id, &experiment_id, err);
	if (code == MR_OK)
		code = drop_tag(conn, request, err);
	return mr_db_write_end(conn, code, err);
}

static mr_code param_is_free(mr_conn *conn, const struct mr_log_logged_model_params_request *r, size_t i, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM logged_model_params WHERE model_id = ?1 AND param_key = ?2");
	mr_stmt *stmt;
	int64_t one;
	bool found;
	size_t j;
	mr_code code;

	for (j = 0; j < i; j++)
		if (mr_str_eq(r->params[i]->key, r->params[j]->key))
			return twice("Param", r->params[i]->key, err);
	code = mr_conn_query(conn, &find, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, r->model_id);
	mr_stmt_bind_text(stmt, 2, r->params[i]->key);
	code = mr_stmt_get_int(stmt, &one, &found, err);
	if (code == MR_OK && found)
		code = mr_error_set(err, MR_BAD_REQUEST,
				    "Param '%.*s' of model '%.*s' was already logged. Params cannot be changed.",
				    MR_STR_ARG(r->params[i]->key), MR_STR_ARG(r->model_id));
	return code;
}

static mr_code log_logged_model_params(void *self, const struct mr_log_logged_model_params_request *request,
				       struct mr_log_logged_model_params_request_response *response, mr_call *call,
				       mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t experiment_id;
	mr_conn *conn;
	size_t i;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = model_exists(conn, request->model_id, &experiment_id, err);
	for (i = 0; i < request->params_n && code == MR_OK; i++)
		code = param_is_free(conn, request, i, err);
	for (i = 0; i < request->params_n && code == MR_OK; i++)
		code = put_pair(conn, &put_param, request->model_id, experiment_id, request->params[i]->key,
				request->params[i]->value, err);
	return mr_db_write_end(conn, code, err);
}

const struct mr_logged_models_ops mr_sqlite_logged_models = {
	.size = sizeof mr_sqlite_logged_models,
	.create_logged_model = create_logged_model,
	.finalize_logged_model = finalize_logged_model,
	.get_logged_model = get_logged_model,
	.delete_logged_model = delete_logged_model,
	.search_logged_models = mr_sqlite_search_logged_models,
	.set_logged_model_tags = set_logged_model_tags,
	.delete_logged_model_tag = delete_logged_model_tag,
	.log_logged_model_params = log_logged_model_params,
	.log_model = mr_sqlite_log_model,
};
