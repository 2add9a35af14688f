/* SPDX-License-Identifier: Apache-2.0
 *
 * Experiments and their tags (mlflow/store/tracking/sqlalchemy_store.py). The
 * search is in search_experiments.c.
 */
#include "store/sqlite/experiments.h"

#include "base/uri.h"
#include "store/rules.h"

enum { CUSTOM_VIEWS_MAX = 50 };
static const char custom_view[] = "mlflow.customView.view";

/* ---- reading ---- */

static mr_query find_tags = MR_QUERY("SELECT key, value FROM experiment_tags WHERE experiment_id = ?1 ORDER BY rowid");
static mr_query find_by_id =
	MR_QUERY("SELECT " MR_SQLITE_EXPERIMENT_COLUMNS " FROM experiments e WHERE e.experiment_id = ?1");
static mr_query find_by_name =
	MR_QUERY("SELECT " MR_SQLITE_EXPERIMENT_COLUMNS " FROM experiments e WHERE e.workspace = 'default' AND e.name = ?1");

static mr_code read_tags(mr_conn *conn, struct mr_experiment *e, int64_t id, mr_call *call, mr_error *err)
{
	struct mr_items tags = {0};
	struct mr_experiment_tag *tag;
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &find_tags, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, id);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		tag = MR_NEW(call, struct mr_experiment_tag);
		code = mr_items_add(&tags, call, tag, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 0, call, &tag->key, &tag->has, MR_EXPERIMENT_TAG_HAS_KEY, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 1, call, &tag->value, &tag->has, MR_EXPERIMENT_TAG_HAS_VALUE, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	e->tags = (struct mr_experiment_tag **)tags.items;
	e->tags_n = tags.n;
	return code;
}

mr_code mr_sqlite_experiment_read(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_experiment **out, mr_error *err)
{
	struct mr_experiment *e = MR_NEW(call, struct mr_experiment);
	int64_t id = mr_stmt_int(stmt, 0);
	mr_code code;

	*out = e;
	if (!e)
		return mr_error_no_memory(err);
	code = mr_column_text(stmt, 0, call, &e->experiment_id, &e->has, MR_EXPERIMENT_HAS_EXPERIMENT_ID, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 1, call, &e->name, &e->has, MR_EXPERIMENT_HAS_NAME, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 2, call, &e->artifact_location, &e->has,
				      MR_EXPERIMENT_HAS_ARTIFACT_LOCATION, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 3, call, &e->lifecycle_stage, &e->has, MR_EXPERIMENT_HAS_LIFECYCLE_STAGE,
				      err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 6, call, &e->workspace, &e->has, MR_EXPERIMENT_HAS_WORKSPACE, err);
	if (mr_stmt_int(stmt, 4)) /* MLflow leaves a time of 0 out */
		mr_column_int(stmt, 4, &e->creation_time, &e->has, MR_EXPERIMENT_HAS_CREATION_TIME);
	if (mr_stmt_int(stmt, 5))
		mr_column_int(stmt, 5, &e->last_update_time, &e->has, MR_EXPERIMENT_HAS_LAST_UPDATE_TIME);
	return code == MR_OK ? read_tags(conn, e, id, call, err) : code;
}

/* Reads the one row of a bound statement; *out NULL when there is none. */
static mr_code read_one(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_experiment **out, mr_error *err)
{
	bool row;
	mr_code code = mr_stmt_step(stmt, &row, err);

	*out = NULL;
	if (code == MR_OK && row)
		code = mr_sqlite_experiment_read(conn, stmt, call, out, err);
	mr_stmt_done(stmt);
	return code;
}

static mr_code absent(int64_t id, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No Experiment with id=%lld exists", (long long)id);
}

static mr_code get_experiment(void *self, const struct mr_get_experiment *request,
			      struct mr_get_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn = NULL;
	mr_stmt *stmt;
	int64_t id;
	mr_code code = mr_rule_experiment_id(request->experiment_id, &id, err);

	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_conn_query(conn, &find_by_id, &stmt, err);
	if (code == MR_OK) {
		mr_stmt_bind_int(stmt, 1, id);
		code = read_one(conn, stmt, call, &response->experiment, err);
	}
	mr_db_read_end(conn);
	if (code == MR_OK && !response->experiment)
		return absent(id, err);
	MR_SET(response, MR_GET_EXPERIMENT_RESPONSE_HAS_EXPERIMENT);
	return code;
}

static mr_code get_experiment_by_name(void *self, const struct mr_get_experiment_by_name *request,
				      struct mr_get_experiment_by_name_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	mr_code code = mr_db_read_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = mr_conn_query(conn, &find_by_name, &stmt, err);
	if (code == MR_OK) {
		mr_stmt_bind_text(stmt, 1, request->experiment_name);
		code = read_one(conn, stmt, call, &response->experiment, err);
	}
	mr_db_read_end(conn);
	if (code == MR_OK && !response->experiment)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Could not find experiment with name '%.*s'",
				    MR_STR_ARG(request->experiment_name));
	MR_SET(response, MR_GET_EXPERIMENT_BY_NAME_RESPONSE_HAS_EXPERIMENT);
	return code;
}

/* ---- what writes look at first ---- */

mr_code mr_sqlite_experiment_find(mr_conn *conn, mr_str text, mr_call *call, struct mr_sqlite_experiment *out,
				  mr_error *err)
{
	static mr_query find = MR_QUERY(
		"SELECT artifact_location, lifecycle_stage FROM experiments WHERE experiment_id = ?1");
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_rule_experiment_id(text.len ? text : mr_str_from("0"), &out->id, err);

	if (code == MR_OK)
		code = mr_conn_query(conn, &find, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, out->id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && !row) {
		code = absent(out->id, err);
	} else if (code == MR_OK) {
		out->active = mr_str_is(mr_stmt_text(stmt, 1), "active");
		code = mr_stmt_copy(stmt, 0, call, &out->artifact_location, err);
	}
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_sqlite_experiment_active(mr_conn *conn, mr_str id, mr_call *call, struct mr_sqlite_experiment *out,
				    mr_error *err)
{
	mr_code code = mr_sqlite_experiment_find(conn, id, call, out, err);

	if (code != MR_OK || out->active)
		return code;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The experiment %lld must be in the 'active' state. Current state is deleted.",
			    (long long)out->id);
}

static mr_code name_is_free(mr_conn *conn, mr_str name, int64_t except, mr_error *err)
{
	static mr_query find =
		MR_QUERY("SELECT experiment_id FROM experiments WHERE workspace = 'default' AND name = ?1");
	mr_stmt *stmt;
	int64_t id;
	bool found;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	code = mr_stmt_get_int(stmt, &id, &found, err);
	if (code != MR_OK || !found || id == except)
		return code;
	return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS,
			    "Experiment(name=%.*s) already exists. If it was deleted, restore it, or remove it for good "
			    "with 'millrace gc'.",
			    MR_STR_ARG(name));
}

/* ---- creating ---- */

static mr_code put_tag(mr_conn *conn, int64_t id, mr_str key, mr_str value, mr_error *err)
{
	static mr_query put = MR_QUERY("INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?1, ?2, ?3) "
				       "ON CONFLICT (key, experiment_id) DO UPDATE SET value = excluded.value");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, key);
	mr_stmt_bind_text(stmt, 2, value);
	mr_stmt_bind_int(stmt, 3, id);
	return mr_stmt_run(stmt, err);
}

static mr_code check_tags(const struct mr_create_experiment *request, mr_call *call, mr_error *err)
{
	size_t i, j, views = 0;
	mr_code code = MR_OK;

	for (i = 0; i < request->tags_n && code == MR_OK; i++) {
		mr_str key = request->tags[i]->key;

		views += key.len >= sizeof custom_view - 1 && !memcmp(key.ptr, custom_view, sizeof custom_view - 1);
		code = mr_rule_experiment_tag(key, request->tags[i]->value, call->arena, err);
		for (j = 0; j < i && code == MR_OK; j++)
			if (mr_str_eq(request->tags[j]->key, key))
				code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
						    "Tag '%.*s' is given twice. Give each key once.", MR_STR_ARG(key));
	}
	if (code == MR_OK && views > CUSTOM_VIEWS_MAX)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Unable to create another custom view; the maximum number of custom views per "
				    "experiment is %d. Delete an existing custom view before creating a new one.",
				    CUSTOM_VIEWS_MAX);
	return code;
}

static mr_code set_location(mr_conn *conn, int64_t id, mr_str root, mr_call *call, mr_error *err)
{
	static mr_query update =
		MR_QUERY("UPDATE experiments SET artifact_location = ?1 WHERE experiment_id = ?2");
	mr_str location = mr_uri_append_path(call->arena, root, mr_arena_printf(call->arena, "%lld", (long long)id));
	mr_stmt *stmt;
	mr_code code;

	if (!location.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid query string");
	code = mr_conn_query(conn, &update, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, location);
	mr_stmt_bind_int(stmt, 2, id);
	return mr_stmt_run(stmt, err);
}

static mr_code insert(mr_conn *conn, const struct mr_create_experiment *request, mr_str location, int64_t now,
		      int64_t *id, mr_error *err)
{
	static mr_query put = MR_QUERY(
		"INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time, "
		"workspace) VALUES (?1, ?2, 'active', ?3, ?3, 'default')");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);
	size_t i;

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, request->name);
	mr_stmt_bind_text(stmt, 2, location);
	mr_stmt_bind_int(stmt, 3, now);
	code = mr_stmt_run(stmt, err);
	*id = mr_conn_inserted(conn);
	for (i = 0; i < request->tags_n && code == MR_OK; i++)
		code = put_tag(conn, *id, request->tags[i]->key, request->tags[i]->value, err);
	return code;
}

static mr_code create_experiment(void *self, const struct mr_create_experiment *request,
				 struct mr_create_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_str location = request->artifact_location;
	mr_conn *conn;
	int64_t id = 0;
	mr_code code = mr_rule_experiment_name(request->name, err);

	if (code == MR_OK && location.len) {
		location = mr_sqlite_absolute_root(call->arena, location);
		code = location.ptr ? mr_rule_artifact_location(location, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		code = check_tags(request, call, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = name_is_free(conn, request->name, -1, err);
	if (code == MR_OK)
		code = insert(conn, request, location, call->now_ms, &id, err);
	if (code == MR_OK && !location.len)
		code = set_location(conn, id, store->artifact_root, call, err);
	code = mr_db_write_end(conn, code, err);
	if (code != MR_OK)
		return code;
	MR_PUT(response, experiment_id, MR_CREATE_EXPERIMENT_RESPONSE_HAS_EXPERIMENT_ID,
	       mr_arena_printf(call->arena, "%lld", (long long)id));
	return response->experiment_id.ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- deleting, restoring, renaming ---- */

/* Assessments that were made from these runs go with them (_mark_run_deleted). */
static mr_query drop_assessments = MR_QUERY(
	"DELETE FROM assessments WHERE instr(assessment_metadata, '\"mlflow.assessment.sourceRunId\": \"') > 0 AND "
	"substr(assessment_metadata, instr(assessment_metadata, '\"mlflow.assessment.sourceRunId\": \"') + 34, 32) IN "
	"(SELECT run_uuid FROM runs WHERE experiment_id = ?1)");
static mr_query delete_runs =
	MR_QUERY("UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ?2 WHERE experiment_id = ?1");
static mr_query restore_runs =
	MR_QUERY("UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE experiment_id = ?1");
static mr_query set_stage =
	MR_QUERY("UPDATE experiments SET lifecycle_stage = ?3, last_update_time = ?2 WHERE experiment_id = ?1");

static mr_code run_on(mr_conn *conn, mr_query *query, int64_t id, int64_t now, const char *stage, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, id);
	mr_stmt_bind_int(stmt, 2, now);
	mr_stmt_bind_text(stmt, 3, mr_str_from(stage));
	return mr_stmt_run(stmt, err);
}

static mr_code change_stage(struct mr_sqlite_store *store, mr_str text, bool to_active, mr_call *call, mr_error *err)
{
	struct mr_sqlite_experiment e;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = mr_sqlite_experiment_find(conn, text, call, &e, err);
	if (code == MR_OK && e.active == to_active)
		code = absent(e.id, err);
	if (code == MR_OK && !to_active)
		code = run_on(conn, &drop_assessments, e.id, 0, "", err);
	if (code == MR_OK)
		code = run_on(conn, to_active ? &restore_runs : &delete_runs, e.id, call->now_ms, "", err);
	if (code == MR_OK)
		code = run_on(conn, &set_stage, e.id, call->now_ms, to_active ? "active" : "deleted", err);
	mr_sqlite_run_forget(conn, mr_str_from(NULL));
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_experiment(void *self, const struct mr_delete_experiment *request,
				 struct mr_delete_experiment_response *response, mr_call *call, mr_error *err)
{
	(void)response;
	return change_stage(self, request->experiment_id, false, call, err);
}

static mr_code restore_experiment(void *self, const struct mr_restore_experiment *request,
				  struct mr_restore_experiment_response *response, mr_call *call, mr_error *err)
{
	(void)response;
	return change_stage(self, request->experiment_id, true, call, err);
}

static mr_code rename_to(mr_conn *conn, int64_t id, mr_str name, int64_t now, mr_error *err)
{
	static mr_query update =
		MR_QUERY("UPDATE experiments SET name = ?3, last_update_time = ?2 WHERE experiment_id = ?1");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &update, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, id);
	mr_stmt_bind_int(stmt, 2, now);
	mr_stmt_bind_text(stmt, 3, name);
	return mr_stmt_run(stmt, err);
}

static mr_code update_experiment(void *self, const struct mr_update_experiment *request,
				 struct mr_update_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_sqlite_experiment e;
	mr_conn *conn;
	mr_code code = mr_rule_experiment_name(request->new_name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_experiment_find(conn, request->experiment_id, call, &e, err);
	if (code == MR_OK && !e.active)
		code = mr_error_set(err, MR_INVALID_STATE, "Cannot rename a non-active experiment.");
	if (code == MR_OK)
		code = name_is_free(conn, request->new_name, e.id, err);
	if (code == MR_OK)
		code = rename_to(conn, e.id, request->new_name, call->now_ms, err);
	return mr_db_write_end(conn, code, err);
}

/* ---- tags ---- */

/* Adding a view is capped, changing one is not (handlers.py, _validate_custom_view_tag_write). */
static mr_code check_views(mr_conn *conn, int64_t id, mr_str key, mr_error *err)
{
	static mr_query count = MR_QUERY("SELECT count(*) FROM experiment_tags WHERE experiment_id = ?1 AND "
					 "substr(key, 1, 22) = 'mlflow.customView.view' AND NOT EXISTS (SELECT 1 FROM "
					 "experiment_tags WHERE experiment_id = ?1 AND key = ?2)");
	mr_stmt *stmt;
	int64_t n;
	bool found;
	mr_code code;

	if (key.len < sizeof custom_view - 1 || memcmp(key.ptr, custom_view, sizeof custom_view - 1))
		return MR_OK;
	code = mr_conn_query(conn, &count, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, id);
	mr_stmt_bind_text(stmt, 2, key);
	code = mr_stmt_get_int(stmt, &n, &found, err);
	if (code != MR_OK || n < CUSTOM_VIEWS_MAX)
		return code;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Unable to create another custom view for experiment %lld; the maximum number of custom views "
			    "per experiment is %d. Delete an existing custom view before creating a new one.",
			    (long long)id, CUSTOM_VIEWS_MAX);
}

static mr_code set_experiment_tag(void *self, const struct mr_set_experiment_tag *request,
				  struct mr_set_experiment_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_sqlite_experiment e;
	mr_conn *conn;
	mr_code code = mr_rule_experiment_tag(request->key, request->value, call->arena, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_experiment_active(conn, request->experiment_id, call, &e, err);
	if (code == MR_OK)
		code = check_views(conn, e.id, request->key, err);
	if (code == MR_OK)
		code = put_tag(conn, e.id, request->key, request->value, err);
	return mr_db_write_end(conn, code, err);
}

static mr_code drop_tag(mr_conn *conn, int64_t id, const struct mr_delete_experiment_tag *request, mr_error *err)
{
	static mr_query drop = MR_QUERY("DELETE FROM experiment_tags WHERE experiment_id = ?1 AND key = ?2");
	mr_stmt *stmt;
	int64_t changed;
	mr_code code = mr_conn_query(conn, &drop, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, id);
	mr_stmt_bind_text(stmt, 2, request->key);
	code = mr_stmt_change(stmt, conn, &changed, err);
	if (code != MR_OK || changed)
		return code;
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No tag with name: %.*s in experiment with id %.*s",
			    MR_STR_ARG(request->key), MR_STR_ARG(request->experiment_id));
}

static mr_code delete_experiment_tag(void *self, const struct mr_delete_experiment_tag *request,
				     struct mr_delete_experiment_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_sqlite_experiment e;
	mr_conn *conn;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_sqlite_experiment_active(conn, request->experiment_id, call, &e, err);
	if (code == MR_OK)
		code = drop_tag(conn, e.id, request, err);
	return mr_db_write_end(conn, code, err);
}

/* ---- when the store is opened ---- */

static mr_code look_at_state(mr_conn *conn, bool *has_default, bool *has_workspaces, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM experiments WHERE experiment_id = 0");
	static mr_query foreign = MR_QUERY("SELECT 1 FROM experiments WHERE workspace <> 'default' LIMIT 1");
	mr_stmt *stmt;
	int64_t one;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code == MR_OK)
		code = mr_stmt_get_int(stmt, &one, has_default, err);
	if (code == MR_OK)
		code = mr_conn_query(conn, &foreign, &stmt, err);
	return code == MR_OK ? mr_stmt_get_int(stmt, &one, has_workspaces, err) : code;
}

static mr_code create_default(mr_conn *conn, mr_str root, mr_call *call, mr_error *err)
{
	static mr_query put = MR_QUERY("INSERT INTO experiments (experiment_id, name, lifecycle_stage, creation_time, "
				       "last_update_time, workspace) VALUES (0, 'Default', 'active', ?1, ?1, 'default') "
				       "ON CONFLICT DO NOTHING");
	mr_stmt *stmt;
	int64_t changed;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, call->now_ms);
	code = mr_stmt_change(stmt, conn, &changed, err);
	return code == MR_OK && changed ? set_location(conn, 0, root, call, err) : code;
}

mr_code mr_sqlite_experiments_init(struct mr_sqlite_store *store, mr_error *err)
{
	mr_call *call = mr_call_new(0);
	bool has_default, has_workspaces;
	mr_conn *conn;
	mr_code code = call ? mr_db_read_begin(store->db, call, &conn, err) : mr_error_no_memory(err);

	if (code != MR_OK)
		goto out;
	code = look_at_state(conn, &has_default, &has_workspaces, err);
	mr_db_read_end(conn);
	if (code == MR_OK && has_workspaces)
		code = mr_error_set(err, MR_INVALID_STATE,
				    "Cannot disable workspaces because experiments exist outside the default workspace "
				    "(i.e., assigned to non-default workspaces). Move those experiments back to the default "
				    "workspace before opening the tracking store, which has no workspaces.");
	if (code != MR_OK || has_default)
		goto out;
	code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		goto out;
	code = create_default(conn, store->artifact_root, call, err);
	code = mr_db_write_end(conn, code, err);
out:
	mr_call_free(call);
	return code;
}

const struct mr_experiments_ops mr_sqlite_experiments = {
	.size = sizeof mr_sqlite_experiments,
	.create_experiment = create_experiment,
	.search_experiments = mr_sqlite_search_experiments,
	.get_experiment = get_experiment,
	.get_experiment_by_name = get_experiment_by_name,
	.delete_experiment = delete_experiment,
	.restore_experiment = restore_experiment,
	.update_experiment = update_experiment,
	.set_experiment_tag = set_experiment_tag,
	.delete_experiment_tag = delete_experiment_tag,
};
