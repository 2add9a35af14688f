/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a run, its params and tags (mlflow/store/tracking/
 * sqlalchemy_store.py). Batches are in log_batch.c.
 */
#include "store/sqlite/runs.h"

#include "base/uri.h"
#include "search/repr.h"
#include "store/rules.h"

/* ---- creating ---- */

static mr_str tag_value(struct mr_run_tag *const *tags, size_t n, const char *key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (mr_str_is(tags[i]->key, key))
			return tags[i]->value;
	return mr_str_from(NULL);
}

/* The run's tags: those of the request, and its name where they have none. */
static mr_code make_tags(const struct mr_create_run *request, mr_call *call, struct mr_run_data *data, mr_str *name,
			 mr_error *err)
{
	mr_str tagged = tag_value(request->tags, request->tags_n, MR_TAG_RUN_NAME);
	struct mr_items tags = {0};
	struct mr_run_tag *tag;
	uint8_t random[24];
	size_t i;
	mr_code code = MR_OK;

	if (request->run_name.len && tagged.len && !mr_str_eq(request->run_name, tagged))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
				    "values (run_name='%.*s', mlflow.runName='%.*s').",
				    MR_STR_ARG(request->run_name), MR_STR_ARG(tagged));
	*name = request->run_name.len ? request->run_name : tagged;
	if (!name->len) {
		mr_call_random(call, random, sizeof random);
		*name = mr_random_name(call->arena, random);
	}
	for (i = 0; i < request->tags_n && code == MR_OK; i++) {
		tag = MR_NEW(call, struct mr_run_tag);
		code = mr_items_add(&tags, call, tag, err);
		if (code != MR_OK)
			return code;
		MR_PUT(tag, key, MR_RUN_TAG_HAS_KEY, request->tags[i]->key);
		MR_PUT(tag, value, MR_RUN_TAG_HAS_VALUE, request->tags[i]->value);
	}
	if (!tagged.len) {
		tag = MR_NEW(call, struct mr_run_tag);
		code = mr_items_add(&tags, call, tag, err);
		if (code != MR_OK)
			return code;
		MR_PUT(tag, key, MR_RUN_TAG_HAS_KEY, mr_str_from(MR_TAG_RUN_NAME));
		MR_PUT(tag, value, MR_RUN_TAG_HAS_VALUE, *name);
	}
	data->tags = (struct mr_run_tag **)tags.items;
	data->tags_n = tags.n;
	return name->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code check_unique_tags(const struct mr_run_data *data, mr_error *err)
{
	size_t i, j;

	for (i = 0; i < data->tags_n; i++)
		for (j = 0; j < i; j++)
			if (mr_str_eq(data->tags[i]->key, data->tags[j]->key))
				return mr_error_set(err, MR_BAD_REQUEST, "Tag '%.*s' is given twice. Give each key once.",
						    MR_STR_ARG(data->tags[i]->key));
	return MR_OK;
}

static mr_code make_info(const struct mr_create_run *request, const struct mr_sqlite_experiment *e, mr_str name,
			 mr_call *call, struct mr_run_info *info, mr_error *err)
{
	mr_str uri;
	char *id = mr_call_alloc(call, 33);

	if (!id)
		return mr_error_no_memory(err);
	mr_call_uuid(call, id);
	info->run_id = mr_str_make(id, 32);
	info->run_uuid = info->run_id;
	info->experiment_id = request->experiment_id;
	info->run_name = name;
	info->user_id = request->user_id;
	info->status = MR_RUN_STATUS_RUNNING;
	info->start_time = request->start_time;
	info->lifecycle_stage = mr_str_from("active");
	info->has = MR_RUN_INFO_HAS_RUN_ID | MR_RUN_INFO_HAS_RUN_UUID | MR_RUN_INFO_HAS_EXPERIMENT_ID |
		    MR_RUN_INFO_HAS_RUN_NAME | MR_RUN_INFO_HAS_USER_ID | MR_RUN_INFO_HAS_STATUS |
		    MR_RUN_INFO_HAS_START_TIME | MR_RUN_INFO_HAS_LIFECYCLE_STAGE;
	uri = mr_arena_printf(call->arena, "%s/artifacts", id);
	if (!uri.ptr)
		return mr_error_no_memory(err);
	uri = mr_uri_append_path(call->arena, e->artifact_location, uri);
	if (!uri.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid query string");
	MR_PUT(info, artifact_uri, MR_RUN_INFO_HAS_ARTIFACT_URI, uri);
	return MR_OK;
}

mr_code mr_sqlite_put_tag(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err)
{
	static mr_query put = MR_QUERY("INSERT INTO tags (key, value, run_uuid) VALUES (?1, ?2, ?3) "
				       "ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, key);
	mr_stmt_bind_text(stmt, 2, value);
	mr_stmt_bind_text(stmt, 3, run_id);
	return mr_stmt_run(stmt, err);
}

static mr_code insert_run(mr_conn *conn, const struct mr_run *run, int64_t experiment_id, mr_error *err)
{
	static mr_query put = MR_QUERY(
		"INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, "
		"start_time, source_version, lifecycle_stage, artifact_uri, experiment_id) "
		"VALUES (?1, ?2, 'UNKNOWN', '', '', ?3, 'RUNNING', ?4, '', 'active', ?5, ?6)");
	const struct mr_run_info *info = run->info;
	mr_stmt *stmt;
	size_t i;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, info->run_id);
	mr_stmt_bind_text(stmt, 2, info->run_name);
	mr_stmt_bind_text(stmt, 3, info->user_id);
	mr_stmt_bind_int(stmt, 4, info->start_time);
	mr_stmt_bind_text(stmt, 5, info->artifact_uri);
	mr_stmt_bind_int(stmt, 6, experiment_id);
	code = mr_stmt_run(stmt, err);
	for (i = 0; i < run->data->tags_n && code == MR_OK; i++)
		code = mr_sqlite_put_tag(conn, info->run_id, run->data->tags[i]->key, run->data->tags[i]->value, err);
	return code;
}

static mr_code create_in(mr_conn *conn, const struct mr_create_run *request, struct mr_run *run, mr_call *call,
			 mr_error *err)
{
	struct mr_sqlite_experiment e;
	mr_str name;
	mr_code code = mr_sqlite_experiment_active(conn, request->experiment_id, call, &e, err);

	if (code == MR_OK && !request->experiment_id.len)
		code = mr_error_set(err, MR_BAD_REQUEST,
				    "The experiment is not named: give 'experiment_id', such as \"0\" for the default one.");
	if (code == MR_OK)
		code = make_tags(request, call, run->data, &name, err);
	if (code == MR_OK)
		code = check_unique_tags(run->data, err);
	if (code == MR_OK)
		code = make_info(request, &e, name, call, run->info, err);
	return code == MR_OK ? insert_run(conn, run, e.id, err) : code;
}

static mr_code create_run(void *self, const struct mr_create_run *request, struct mr_create_run_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_run *run = MR_NEW(call, struct mr_run);
	mr_conn *conn;
	mr_code code;

	if (!run)
		return mr_error_no_memory(err);
	run->info = MR_NEW(call, struct mr_run_info);
	run->data = MR_NEW(call, struct mr_run_data);
	run->inputs = MR_NEW(call, struct mr_run_inputs);
	if (!run->info || !run->data || !run->inputs)
		return mr_error_no_memory(err);
	run->has = MR_RUN_HAS_INFO | MR_RUN_HAS_DATA | MR_RUN_HAS_INPUTS;
	code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = create_in(conn, request, run, call, err);
	code = mr_db_write_end(conn, code, err);
	MR_PUT(response, run, MR_CREATE_RUN_RESPONSE_HAS_RUN, run);
	return code;
}

/* ---- changing ---- */

/* A name of "" changes nothing (update_run_info). The tag has it, too. */
static mr_code set_name(mr_conn *conn, mr_str run_id, mr_str name, mr_error *err)
{
	static mr_query update = MR_QUERY("UPDATE runs SET name = ?1 WHERE run_uuid = ?2");
	mr_stmt *stmt;
	mr_code code;

	if (!name.len)
		return MR_OK;
	code = mr_conn_query(conn, &update, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	mr_stmt_bind_text(stmt, 2, run_id);
	code = mr_stmt_run(stmt, err);
	return code == MR_OK ? mr_sqlite_put_tag(conn, run_id, mr_str_from(MR_TAG_RUN_NAME), name, err) : code;
}

static mr_code set_status(mr_conn *conn, const struct mr_update_run *request, mr_error *err)
{
	static mr_query update = MR_QUERY("UPDATE runs SET status = coalesce(?1, status), end_time = coalesce(?2, end_time) "
					  "WHERE run_uuid = ?3");
	bool has_status = MR_HAS(request, MR_UPDATE_RUN_HAS_STATUS), has_end = MR_HAS(request, MR_UPDATE_RUN_HAS_END_TIME);
	const char *status = has_status ? mr_sqlite_run_status_name(request->status) : NULL;
	mr_stmt *stmt;
	mr_code code;

	if (!has_status && !has_end)
		return MR_OK;
	code = mr_conn_query(conn, &update, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text_if(stmt, 1, status != NULL, mr_str_from(status));
	mr_stmt_bind_int_if(stmt, 2, has_end, request->end_time);
	mr_stmt_bind_text(stmt, 3, request->run_id);
	return mr_stmt_run(stmt, err);
}

static mr_code update_run(void *self, const struct mr_update_run *request, struct mr_update_run_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t experiment_id;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);
	if (code == MR_OK)
		code = set_status(conn, request, err);
	if (code == MR_OK)
		code = set_name(conn, request->run_id, request->run_name, err);
	if (code == MR_OK)
		code = mr_sqlite_run_read(conn, request->run_id, call, &response->run_info, err);
	MR_SET(response, MR_UPDATE_RUN_RESPONSE_HAS_RUN_INFO);
	return mr_db_write_end(conn, code, err);
}

/* ---- deleting, restoring ---- */

static mr_query drop_assessments = MR_QUERY(
	"DELETE FROM assessments WHERE instr(assessment_metadata, '\"mlflow.assessment.sourceRunId\": \"' || ?1 || '\"') > 0");
static mr_query set_deleted =
	MR_QUERY("UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ?2 WHERE run_uuid = ?1");
static mr_query set_active =
	MR_QUERY("UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE run_uuid = ?1");

static mr_code run_on(mr_conn *conn, mr_query *query, mr_str run_id, int64_t now, int64_t *changed, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, run_id);
	mr_stmt_bind_int(stmt, 2, now);
	return mr_stmt_change(stmt, conn, changed, err);
}

static mr_code change_stage(struct mr_sqlite_store *store, mr_str run_id, bool to_active, mr_call *call, mr_error *err)
{
	int64_t changed = 0, dropped;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = run_on(conn, to_active ? &set_active : &set_deleted, run_id, call->now_ms, &changed, err);
	if (code == MR_OK && !changed)
		code = mr_sqlite_run_absent(run_id, err);
	if (code == MR_OK && !to_active)
		code = run_on(conn, &drop_assessments, run_id, 0, &dropped, err);
	mr_sqlite_run_forget(conn, run_id);
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_run(void *self, const struct mr_delete_run *request, struct mr_delete_run_response *response,
			  mr_call *call, mr_error *err)
{
	(void)response;
	return change_stage(self, request->run_id, false, call, err);
}

static mr_code restore_run(void *self, const struct mr_restore_run *request, struct mr_restore_run_response *response,
			   mr_call *call, mr_error *err)
{
	(void)response;
	return change_stage(self, request->run_id, true, call, err);
}

/* ---- params ---- */

static mr_code param_differs(mr_str run_id, mr_str key, mr_str old, mr_str value, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Changing param values is not allowed. Param with key='%.*s' was already logged with "
			    "value='%.*s' for run ID='%.*s'. Attempted logging new value '%.*s'.",
			    MR_STR_ARG(key), MR_STR_ARG(old), MR_STR_ARG(run_id), MR_STR_ARG(value));
}

mr_code mr_sqlite_param_find(mr_conn *conn, mr_str run_id, mr_str key, mr_call *call, mr_str *out, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT value FROM params WHERE key = ?1 AND run_uuid = ?2");
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	*out = mr_str_from(NULL);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, key);
	mr_stmt_bind_text(stmt, 2, run_id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row)
		code = mr_stmt_copy(stmt, 0, call, out, err);
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_sqlite_param_insert(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err)
{
	static mr_query put = MR_QUERY("INSERT INTO params (key, value, run_uuid) VALUES (?1, ?2, ?3)");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, key);
	mr_stmt_bind_text(stmt, 2, value);
	mr_stmt_bind_text(stmt, 3, run_id);
	return mr_stmt_run(stmt, err);
}

static mr_code log_param(void *self, const struct mr_log_param *request, struct mr_log_param_response *response,
			 mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_str value = request->value, old;
	int64_t experiment_id;
	mr_conn *conn;
	mr_code code = mr_rule_param(request->key, &value, MR_PLACE_NONE, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);
	if (code == MR_OK)
		code = mr_sqlite_param_find(conn, request->run_id, request->key, call, &old, err);
	if (code == MR_OK && !old.ptr)
		code = mr_sqlite_param_insert(conn, request->run_id, request->key, value, err);
	else if (code == MR_OK && !mr_str_eq(old, value))
		code = param_differs(request->run_id, request->key, old, value, err);
	return mr_db_write_end(conn, code, err);
}

/* ---- tags ---- */

mr_code mr_sqlite_set_run_tag(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err)
{
	if (mr_str_is(key, MR_TAG_RUN_NAME))
		return set_name(conn, run_id, value, err);
	return mr_sqlite_put_tag(conn, run_id, key, value, err);
}

static mr_code set_tag(void *self, const struct mr_set_tag *request, struct mr_set_tag_response *response, mr_call *call,
		       mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_str value = request->value;
	int64_t experiment_id;
	mr_conn *conn;
	mr_code code = mr_rule_tag(request->key, &value, MR_PLACE_NONE, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);
	if (code == MR_OK)
		code = mr_sqlite_set_run_tag(conn, request->run_id, request->key, value, err);
	return mr_db_write_end(conn, code, err);
}

static mr_code drop_tag(mr_conn *conn, mr_str run_id, mr_str key, mr_error *err)
{
	static mr_query drop = MR_QUERY("DELETE FROM tags WHERE key = ?1 AND run_uuid = ?2");
	mr_stmt *stmt;
	int64_t changed;
	mr_code code = mr_conn_query(conn, &drop, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, key);
	mr_stmt_bind_text(stmt, 2, run_id);
	code = mr_stmt_change(stmt, conn, &changed, err);
	if (code != MR_OK || changed)
		return code;
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No tag with name: %.*s in run with id %.*s",
			    MR_STR_ARG(key), MR_STR_ARG(run_id));
}

static mr_code delete_tag(void *self, const struct mr_delete_tag *request, struct mr_delete_tag_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t experiment_id;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);
	if (code == MR_OK)
		code = drop_tag(conn, request->run_id, request->key, err);
	return mr_db_write_end(conn, code, err);
}

const struct mr_runs_ops mr_sqlite_runs = {
	.size = sizeof mr_sqlite_runs,
	.create_run = create_run,
	.update_run = update_run,
	.delete_run = delete_run,
	.restore_run = restore_run,
	.get_run = mr_sqlite_get_run,
	.search_runs = mr_sqlite_search_runs,
	.log_param = log_param,
	.set_tag = set_tag,
	.delete_tag = delete_tag,
	.log_batch = mr_sqlite_log_batch,
};
