/* SPDX-License-Identifier: Apache-2.0
 *
 * Registered models, their tags and aliases.
 */
#include <strings.h>

#include "store/rules_registry.h"
#include "store/sqlite/registry.h"

static mr_query insert_model =
	MR_QUERY("INSERT INTO registered_models (workspace, name, creation_time, last_updated_time, description) "
		 "VALUES ('default', ?1, ?2, ?2, ?3)");
static mr_query update_description = MR_QUERY("UPDATE registered_models SET description = ?2, last_updated_time = ?3 "
					      "WHERE workspace = 'default' AND name = ?1");
static mr_query put_tag = MR_QUERY("INSERT INTO registered_model_tags (workspace, name, key, value) "
				   "VALUES ('default', ?1, ?2, ?3) "
				   "ON CONFLICT (workspace, key, name) DO UPDATE SET value = excluded.value");
static mr_query drop_tag =
	MR_QUERY("DELETE FROM registered_model_tags WHERE workspace = 'default' AND name = ?1 AND key = ?2");
static mr_query put_alias = MR_QUERY("INSERT INTO registered_model_aliases (workspace, name, alias, version) "
				     "VALUES ('default', ?1, ?2, ?3) "
				     "ON CONFLICT (workspace, name, alias) DO UPDATE SET version = excluded.version");
static mr_query drop_alias =
	MR_QUERY("DELETE FROM registered_model_aliases WHERE workspace = 'default' AND name = ?1 AND alias = ?2");
static mr_query find_latest = MR_QUERY("SELECT max(version) FROM model_versions WHERE workspace = 'default' AND name = ?1 "
				       "AND current_stage <> 'Deleted_Internal' HAVING max(version) IS NOT NULL");
static mr_query find_alias =
	MR_QUERY("SELECT version FROM registered_model_aliases WHERE workspace = 'default' AND name = ?1 AND alias = ?2");

/* The tables that name a model; the versions carry the time of a renaming. */
static mr_query rename_in[] = {
	MR_QUERY("UPDATE registered_models SET name = ?2, last_updated_time = ?3 WHERE workspace = 'default' AND name = ?1"),
	MR_QUERY("UPDATE model_versions SET name = ?2, last_updated_time = ?3 WHERE workspace = 'default' AND name = ?1"),
	MR_QUERY("UPDATE registered_model_tags SET name = ?2 WHERE workspace = 'default' AND name = ?1 AND ?3 IS NOT NULL"),
	MR_QUERY("UPDATE registered_model_aliases SET name = ?2 WHERE workspace = 'default' AND name = ?1 AND ?3 IS NOT NULL"),
	MR_QUERY("UPDATE model_version_tags SET name = ?2 WHERE workspace = 'default' AND name = ?1 AND ?3 IS NOT NULL"),
};
static mr_query drop_from[] = {
	MR_QUERY("DELETE FROM model_version_tags WHERE workspace = 'default' AND name = ?1"),
	MR_QUERY("DELETE FROM registered_model_aliases WHERE workspace = 'default' AND name = ?1"),
	MR_QUERY("DELETE FROM registered_model_tags WHERE workspace = 'default' AND name = ?1"),
	MR_QUERY("DELETE FROM model_versions WHERE workspace = 'default' AND name = ?1"),
	MR_QUERY("DELETE FROM registered_models WHERE workspace = 'default' AND name = ?1"),
};

static mr_code run_three(mr_conn *conn, mr_query *query, mr_str a, mr_str b, mr_str c, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, a);
	mr_stmt_bind_text(stmt, 2, b);
	if (c.ptr)
		mr_stmt_bind_text(stmt, 3, c);
	return mr_stmt_run(stmt, err);
}

static bool is_prompt(struct mr_registered_model_tag *const *tags, size_t n)
{
	bool prompt = false;

	for (size_t i = 0; i < n; i++)
		if (mr_str_is(tags[i]->key, MR_TAG_IS_PROMPT))
			prompt = mr_str_is(tags[i]->value, "true") || mr_str_is(tags[i]->value, "True");
	return prompt;
}

/* ---- creating, changing, removing ---- */

static mr_code refuse_existing(mr_conn *conn, const struct mr_create_registered_model *request, mr_call *call,
			       mr_error *err)
{
	struct mr_registered_model *existing;
	mr_error absent;
	mr_code code;

	mr_error_init(&absent);
	code = mr_sqlite_model_get(conn, request->name, call, &existing, &absent);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", absent.message);
	return mr_rule_model_exists(request->name, is_prompt(existing->tags, existing->tags_n),
				    is_prompt(request->tags, request->tags_n), err);
}

static mr_code insert(mr_conn *conn, const struct mr_create_registered_model *request, mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &insert_model, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, request->name);
	mr_stmt_bind_int(stmt, 2, call->now_ms);
	mr_stmt_bind_text(stmt, 3, request->description);
	code = mr_stmt_run(stmt, err);
	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = run_three(conn, &put_tag, request->name, request->tags[i]->key,
				 request->tags[i]->value.ptr ? request->tags[i]->value : mr_str_from(""), err);
	return code;
}

static mr_code create_registered_model(void *self, const struct mr_create_registered_model *request,
				       struct mr_create_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_rule_model_name(request->name, err);

	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_rule_registered_model_tag(request->tags[i]->key, request->tags[i]->value, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = refuse_existing(conn, request, call, err);
	if (code == MR_OK)
		code = mr_conn_savepoint(conn, err);
	if (code == MR_OK)
		code = insert(conn, request, call, err);
	if (code == MR_OK)
		code = mr_sqlite_model_get(conn, request->name, call, &response->registered_model, err);
	MR_SET(response, MR_CREATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_db_write_end(conn, code, err);
}

static mr_code update_registered_model(void *self, const struct mr_update_registered_model *request,
				       struct mr_update_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = mr_conn_query(conn, &update_description, &stmt, err);
	if (code == MR_OK) {
		mr_stmt_bind_text(stmt, 1, request->name);
		mr_stmt_bind_text(stmt, 2, request->description);
		mr_stmt_bind_int(stmt, 3, call->now_ms);
		code = mr_stmt_run(stmt, err);
	}
	if (code == MR_OK)
		code = mr_sqlite_model_get(conn, request->name, call, &response->registered_model, err);
	MR_SET(response, MR_UPDATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_db_write_end(conn, code, err);
}

static mr_code refuse_taken(mr_conn *conn, const struct mr_rename_registered_model *request, mr_error *err)
{
	mr_error absent;
	mr_code code;

	if (mr_str_eq(request->name, request->new_name))
		return MR_OK;
	mr_error_init(&absent);
	code = mr_sqlite_model_check(conn, request->new_name, &absent);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	return code == MR_OK ? mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "Registered Model (name=%.*s) already exists.",
					    MR_STR_ARG(request->new_name))
			     : mr_error_set(err, code, "%s", absent.message);
}

static mr_code rename_registered_model(void *self, const struct mr_rename_registered_model *request,
				       struct mr_rename_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	mr_code code = mr_rule_model_new_name(request->new_name, err);

	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = refuse_taken(conn, request, err);
	if (code == MR_OK)
		code = mr_conn_savepoint(conn, err);
	for (size_t i = 0; i < sizeof rename_in / sizeof *rename_in && code == MR_OK; i++) {
		code = mr_conn_query(conn, &rename_in[i], &stmt, err);
		if (code != MR_OK)
			break;
		mr_stmt_bind_text(stmt, 1, request->name);
		mr_stmt_bind_text(stmt, 2, request->new_name);
		mr_stmt_bind_int(stmt, 3, call->now_ms);
		code = mr_stmt_run(stmt, err);
	}
	if (code == MR_OK)
		code = mr_sqlite_model_get(conn, request->new_name, call, &response->registered_model, err);
	MR_SET(response, MR_RENAME_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_registered_model(void *self, const struct mr_delete_registered_model *request,
				       struct mr_delete_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = mr_conn_savepoint(conn, err);
	for (size_t i = 0; i < sizeof drop_from / sizeof *drop_from && code == MR_OK; i++) {
		code = mr_conn_query(conn, &drop_from[i], &stmt, err);
		if (code != MR_OK)
			break;
		mr_stmt_bind_text(stmt, 1, request->name);
		code = mr_stmt_run(stmt, err);
	}
	return mr_db_write_end(conn, code, err);
}

/* ---- reading ---- */

static mr_code get_registered_model(void *self, const struct mr_get_registered_model *request,
				    struct mr_get_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_read_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_get(conn, request->name, call, &response->registered_model, err);
	mr_db_read_end(conn);
	MR_SET(response, MR_GET_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return code;
}

static mr_code check_stages(const struct mr_get_latest_versions *request, mr_error *err)
{
	const char *canonical;
	mr_code code = MR_OK;

	for (size_t i = 0; i < request->stages_n && code == MR_OK; i++)
		code = mr_rule_stage(request->stages[i], &canonical, err);
	return code;
}

static bool wants_stage(const struct mr_get_latest_versions *request, mr_str stage)
{
	const char *canonical;
	mr_error ignored;

	mr_error_init(&ignored);
	for (size_t i = 0; i < request->stages_n; i++)
		if (mr_rule_stage(request->stages[i], &canonical, &ignored) == MR_OK && mr_str_is(stage, canonical))
			return true;
	return request->stages_n == 0;
}

static mr_code get_latest_versions(void *self, const struct mr_get_latest_versions *request,
				   struct mr_get_latest_versions_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_registered_model *model;
	mr_conn *conn;
	mr_code code = mr_db_read_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_get(conn, request->name, call, &model, err);
	if (code == MR_OK)
		code = check_stages(request, err);
	for (size_t i = 0; code == MR_OK && i < model->latest_versions_n; i++) {
		struct mr_model_version *v = model->latest_versions[i];

		if (!wants_stage(request, v->current_stage))
			continue;
		code = mr_sqlite_version_aliases(conn, v, call, err);
		if (code == MR_OK)
			code = mr_call_emit(call, v, err);
	}
	mr_db_read_end(conn);
	return code;
}

/* ---- tags and aliases ---- */

static mr_code set_registered_model_tag(void *self, const struct mr_set_registered_model_tag *request,
					struct mr_set_registered_model_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_rule_model_name(request->name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_registered_model_tag(request->key, request->value, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = run_three(conn, &put_tag, request->name, request->key,
				 request->value.ptr ? request->value : mr_str_from(""), err);
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_registered_model_tag(void *self, const struct mr_delete_registered_model_tag *request,
					   struct mr_delete_registered_model_tag_response *response, mr_call *call,
					   mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_rule_model_name(request->name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_name(request->key, MR_PLACE_NONE, "key", err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = run_three(conn, &drop_tag, request->name, request->key, mr_str_make(NULL, 0), err);
	return mr_db_write_end(conn, code, err);
}

static mr_code set_registered_model_alias(void *self, const struct mr_set_registered_model_alias *request,
					  struct mr_set_registered_model_alias_response *response, mr_call *call,
					  mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_alias(request->alias, true, err);
	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_check(conn, request->name, version, err);
	if (code == MR_OK)
		code = mr_conn_query(conn, &put_alias, &stmt, err);
	if (code == MR_OK) {
		mr_stmt_bind_text(stmt, 1, request->name);
		mr_stmt_bind_text(stmt, 2, request->alias);
		mr_stmt_bind_int(stmt, 3, version);
		code = mr_stmt_run(stmt, err);
	}
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_registered_model_alias(void *self, const struct mr_delete_registered_model_alias *request,
					     struct mr_delete_registered_model_alias_response *response, mr_call *call,
					     mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_rule_model_name(request->name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_alias(request->alias, false, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = run_three(conn, &drop_alias, request->name, request->alias, mr_str_make(NULL, 0), err);
	return mr_db_write_end(conn, code, err);
}

static mr_code version_of_alias(mr_conn *conn, const struct mr_get_model_version_by_alias *request, int64_t *version,
				mr_error *err)
{
	bool latest = request->alias.len == 6 && strncasecmp(request->alias.ptr, "latest", 6) == 0, found;
	mr_stmt *stmt;
	mr_code code = mr_sqlite_model_check(conn, request->name, err);

	if (code == MR_OK)
		code = mr_conn_query(conn, latest ? &find_latest : &find_alias, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, request->name);
	if (!latest)
		mr_stmt_bind_text(stmt, 2, request->alias);
	code = mr_stmt_get_int(stmt, version, &found, err);
	if (code == MR_OK && !found && latest)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Latest version not found for model %.*s.",
				    MR_STR_ARG(request->name));
	if (code == MR_OK && !found)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Registered model alias %.*s not found.",
				    MR_STR_ARG(request->alias));
	return code;
}

static mr_code get_model_version_by_alias(void *self, const struct mr_get_model_version_by_alias *request,
					  struct mr_get_model_version_by_alias_response *response, mr_call *call,
					  mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	if (code == MR_OK)
		code = mr_rule_alias(request->alias, false, err);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = version_of_alias(conn, request, &version, err);
	if (code == MR_OK)
		code = mr_sqlite_version_get(conn, request->name, version, call, &response->model_version, err);
	mr_db_read_end(conn);
	MR_SET(response, MR_GET_MODEL_VERSION_BY_ALIAS_RESPONSE_HAS_MODEL_VERSION);
	return code;
}

const struct mr_registered_models_ops mr_sqlite_registered_models = {
	.size = sizeof mr_sqlite_registered_models,
	.create_registered_model = create_registered_model,
	.rename_registered_model = rename_registered_model,
	.update_registered_model = update_registered_model,
	.delete_registered_model = delete_registered_model,
	.get_registered_model = get_registered_model,
	.search_registered_models = mr_sqlite_search_registered_models,
	.get_latest_versions = get_latest_versions,
	.set_registered_model_tag = set_registered_model_tag,
	.delete_registered_model_tag = delete_registered_model_tag,
	.set_registered_model_alias = set_registered_model_alias,
	.delete_registered_model_alias = delete_registered_model_alias,
	.get_model_version_by_alias = get_model_version_by_alias,
};
