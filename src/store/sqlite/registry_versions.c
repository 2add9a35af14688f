/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of registered models and their tags.
 */
#include "base/uri.h"
#include "store/rules_registry.h"
#include "store/sqlite/registry.h"

static mr_query next_version =
	MR_QUERY("SELECT coalesce(max(version), 0) + 1 FROM model_versions WHERE workspace = 'default' AND name = ?1");
static mr_query insert_version = MR_QUERY(
	"INSERT INTO model_versions (workspace, name, version, creation_time, last_updated_time, description, user_id, "
	"current_stage, source, run_id, status, status_message, run_link, storage_location) "
	"VALUES ('default', ?1, ?2, ?3, ?3, ?4, NULL, 'None', ?5, ?6, 'READY', NULL, ?7, ?8)");
static mr_query put_tag = MR_QUERY("INSERT INTO model_version_tags (workspace, name, version, key, value) "
				   "VALUES ('default', ?1, ?2, ?3, ?4) "
				   "ON CONFLICT (workspace, key, name, version) DO UPDATE SET value = excluded.value");
static mr_query drop_tag = MR_QUERY(
	"DELETE FROM model_version_tags WHERE workspace = 'default' AND name = ?1 AND version = ?2 AND key = ?3");
static mr_query update_description = MR_QUERY("UPDATE model_versions SET description = ?3, last_updated_time = ?4 "
					      "WHERE workspace = 'default' AND name = ?1 AND version = ?2");
static mr_query update_stage = MR_QUERY("UPDATE model_versions SET current_stage = ?3, last_updated_time = ?4 "
					"WHERE workspace = 'default' AND name = ?1 AND version = ?2");
static mr_query archive_others = MR_QUERY("UPDATE model_versions SET current_stage = 'Archived', last_updated_time = ?4 "
					  "WHERE workspace = 'default' AND name = ?1 AND version <> ?2 AND current_stage = ?3");
/* The row stays, as MLflow leaves it, so that the number is not given again. */
static mr_query redact = MR_QUERY(
	"UPDATE model_versions SET current_stage = 'Deleted_Internal', last_updated_time = ?3, description = NULL, "
	"user_id = NULL, source = 'REDACTED-SOURCE-PATH', run_id = 'REDACTED-RUN-ID', run_link = 'REDACTED-RUN-LINK', "
	"status_message = NULL WHERE workspace = 'default' AND name = ?1 AND version = ?2");
static mr_query drop_aliases =
	MR_QUERY("DELETE FROM registered_model_aliases WHERE workspace = 'default' AND name = ?1 AND version = ?2");
static mr_query find_location = MR_QUERY("SELECT coalesce(nullif(storage_location, ''), source) FROM model_versions WHERE "
					 "workspace = 'default' AND name = ?1 AND version = ?2 "
					 "AND current_stage <> 'Deleted_Internal'");
static mr_query find_logged_model =
	MR_QUERY("SELECT artifact_location, source_run_id FROM logged_models WHERE model_id = ?1 AND lifecycle_stage = 'active'");
static mr_query find_alias =
	MR_QUERY("SELECT version FROM registered_model_aliases WHERE workspace = 'default' AND name = ?1 AND alias = ?2");

static mr_code bind_version(mr_conn *conn, mr_query *query, mr_str name, int64_t version, mr_stmt **stmt, mr_error *err)
{
	mr_code code = mr_conn_query(conn, query, stmt, err);

	if (code == MR_OK) {
		mr_stmt_bind_text(*stmt, 1, name);
		mr_stmt_bind_int(*stmt, 2, version);
	}
	return code;
}

/* ---- creating ---- */

/* Where the files of a new version are, and the run they came from. */
struct lineage {
	mr_str location;
	mr_str run_id;
};

static mr_code of_logged_model(mr_conn *conn, mr_str model_id, struct lineage *out, mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	bool row = false;
	mr_code code = mr_conn_query(conn, &find_logged_model, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row) {
		code = mr_stmt_copy(stmt, 0, call, &out->location, err);
		if (code == MR_OK && !out->run_id.len)
			code = mr_stmt_copy(stmt, 1, call, &out->run_id, err);
	}
	mr_stmt_done(stmt);
	if (code == MR_OK && !row)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Logged model with ID '%.*s' not found.",
				    MR_STR_ARG(model_id));
	return code;
}

static mr_code location_of(mr_conn *conn, mr_str name, int64_t version, mr_str *out, mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	bool row = false;
	mr_code code = bind_version(conn, &find_location, name, version, &stmt, err);

	if (code != MR_OK)
		return code;
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row)
		code = mr_stmt_copy(stmt, 0, call, out, err);
	mr_stmt_done(stmt);
	return code == MR_OK && !row ? mr_sqlite_version_check(conn, name, version, err) : code;
}

static mr_code of_alias(mr_conn *conn, mr_str name, mr_str alias, int64_t *version, mr_error *err)
{
	mr_stmt *stmt;
	bool found;
	mr_code code = mr_conn_query(conn, &find_alias, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	mr_stmt_bind_text(stmt, 2, alias);
	code = mr_stmt_get_int(stmt, version, &found, err);
	if (code == MR_OK && !found)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Registered model alias %.*s not found.", MR_STR_ARG(alias));
	return code;
}

/* "models:/m-..." is a logged model; "models:/name/3" and "models:/name@alias" are versions here. */
static mr_code of_model_uri(mr_conn *conn, mr_str path, struct lineage *out, mr_call *call, mr_error *err)
{
	const char *slash, *at;
	int64_t version = 0;
	mr_str name = path;
	mr_code code;

	while (path.len && path.ptr[0] == '/')
		path = mr_str_make(path.ptr + 1, path.len - 1);
	slash = path.len ? memchr(path.ptr, '/', path.len) : NULL;
	at = path.len ? memchr(path.ptr, '@', path.len) : NULL;
	if (!slash && !at)
		return of_logged_model(conn, path, out, call, err);
	name = mr_str_make(path.ptr, (size_t)((slash ? slash : at) - path.ptr));
	path = mr_str_make(name.ptr + name.len + 1, path.len - name.len - 1);
	code = slash ? mr_rule_model_version(path, &version, err) : of_alias(conn, name, path, &version, err);
	return code == MR_OK ? location_of(conn, name, version, &out->location, call, err) : code;
}

static mr_code resolve_lineage(mr_conn *conn, const struct mr_create_model_version *request, struct lineage *out,
			       mr_call *call, mr_error *err)
{
	struct mr_uri uri;
	mr_error why;
	mr_code code;

	out->location = request->source;
	out->run_id = request->run_id;
	mr_error_init(&why);
	if (mr_uri_parse(request->source, &uri, &why) == MR_OK && mr_str_is(uri.scheme, "models")) {
		mr_error_init(&why);
		code = of_model_uri(conn, uri.path, out, call, &why);
		if (code != MR_OK)
			return mr_error_set(err, code,
					    "Unable to fetch model from model URI source artifact location '%.*s'.Error: %s",
					    MR_STR_ARG(request->source), why.message);
	}
	if (!out->run_id.len && request->model_id.len) {
		struct lineage of_model = {0};

		code = of_logged_model(conn, request->model_id, &of_model, call, err);
		if (code != MR_OK)
			return code;
		out->run_id = of_model.run_id;
	}
	return MR_OK;
}

static mr_code put_version_tag(mr_conn *conn, mr_str name, int64_t version, mr_str key, mr_str value, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = bind_version(conn, &put_tag, name, version, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 3, key);
	mr_stmt_bind_text(stmt, 4, value.ptr ? value : mr_str_from(""));
	return mr_stmt_run(stmt, err);
}

static mr_code insert(mr_conn *conn, const struct mr_create_model_version *request, const struct lineage *lineage,
		      int64_t version, mr_call *call, mr_error *err)
{
	mr_str empty = mr_str_from("");
	mr_stmt *stmt;
	mr_code code = bind_version(conn, &insert_version, request->name, version, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 3, call->now_ms);
	mr_stmt_bind_text(stmt, 4, request->description.ptr ? request->description : empty);
	mr_stmt_bind_text(stmt, 5, request->source);
	mr_stmt_bind_text(stmt, 6, lineage->run_id.ptr ? lineage->run_id : empty);
	mr_stmt_bind_text(stmt, 7, request->run_link.ptr ? request->run_link : empty);
	mr_stmt_bind_text(stmt, 8, lineage->location);
	code = mr_stmt_run(stmt, err);
	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = put_version_tag(conn, request->name, version, request->tags[i]->key, request->tags[i]->value, err);
	return code == MR_OK ? mr_sqlite_model_touch(conn, request->name, call->now_ms, err) : code;
}

static mr_code new_number(mr_conn *conn, mr_str name, int64_t *version, mr_error *err)
{
	mr_stmt *stmt;
	bool found;
	mr_code code = mr_conn_query(conn, &next_version, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	return mr_stmt_get_int(stmt, version, &found, err);
}

static mr_code create_model_version(void *self, const struct mr_create_model_version *request,
				    struct mr_create_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct lineage lineage = {0};
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_rule_model_version_tag(request->tags[i]->key, request->tags[i]->value, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = resolve_lineage(conn, request, &lineage, call, err);
	if (code == MR_OK)
		code = mr_sqlite_model_check(conn, request->name, err);
	if (code == MR_OK)
		code = new_number(conn, request->name, &version, err);
	if (code == MR_OK)
		code = mr_conn_savepoint(conn, err);
	if (code == MR_OK)
		code = insert(conn, request, &lineage, version, call, err);
	if (code == MR_OK)
		code = mr_sqlite_version_get(conn, request->name, version, call, &response->model_version, err);
	MR_SET(response, MR_CREATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION);
	return mr_db_write_end(conn, code, err);
}

/* ---- changing and removing ---- */

static mr_code update_model_version(void *self, const struct mr_update_model_version *request,
				    struct mr_update_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_check(conn, request->name, version, err);
	if (code == MR_OK)
		code = bind_version(conn, &update_description, request->name, version, &stmt, err);
	if (code == MR_OK) {
		mr_stmt_bind_text_if(stmt, 3, MR_HAS(request, MR_UPDATE_MODEL_VERSION_HAS_DESCRIPTION), request->description);
		mr_stmt_bind_int(stmt, 4, call->now_ms);
		code = mr_stmt_run(stmt, err);
	}
	if (code == MR_OK)
		code = mr_sqlite_version_get(conn, request->name, version, call, &response->model_version, err);
	MR_SET(response, MR_UPDATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION);
	return mr_db_write_end(conn, code, err);
}

static mr_code set_stage(mr_conn *conn, mr_query *query, mr_str name, int64_t version, const char *stage, mr_call *call,
			 mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = bind_version(conn, query, name, version, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 3, mr_str_from(stage));
	mr_stmt_bind_int(stmt, 4, call->now_ms);
	return mr_stmt_run(stmt, err);
}

static mr_code transition_model_version_stage(void *self, const struct mr_transition_model_version_stage *request,
					      struct mr_transition_model_version_stage_response *response, mr_call *call,
					      mr_error *err)
{
	struct mr_sqlite_store *store = self;
	const char *stage;
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_stage(request->stage, &stage, err);

	if (code == MR_OK && request->archive_existing_versions)
		code = mr_rule_archiving(request->stage, stage, err);
	if (code == MR_OK)
		code = mr_rule_model_name(request->name, err);
	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_check(conn, request->name, version, err);
	if (code == MR_OK)
		code = mr_conn_savepoint(conn, err);
	if (code == MR_OK && request->archive_existing_versions)
		code = set_stage(conn, &archive_others, request->name, version, stage, call, err);
	if (code == MR_OK)
		code = set_stage(conn, &update_stage, request->name, version, stage, call, err);
	if (code == MR_OK)
		code = mr_sqlite_model_touch(conn, request->name, call->now_ms, err);
	if (code == MR_OK)
		code = mr_sqlite_version_get(conn, request->name, version, call, &response->model_version, err);
	MR_SET(response, MR_TRANSITION_MODEL_VERSION_STAGE_RESPONSE_HAS_MODEL_VERSION);
	return mr_db_write_end(conn, code, err);
}

static mr_code remove_version(mr_conn *conn, mr_str name, int64_t version, mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = bind_version(conn, &drop_aliases, name, version, &stmt, err);

	if (code == MR_OK)
		code = mr_stmt_run(stmt, err);
	if (code == MR_OK)
		code = bind_version(conn, &redact, name, version, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 3, call->now_ms);
	code = mr_stmt_run(stmt, err);
	return code == MR_OK ? mr_sqlite_model_touch(conn, name, call->now_ms, err) : code;
}

static mr_code delete_model_version(void *self, const struct mr_delete_model_version *request,
				    struct mr_delete_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_model_version(request->version, &version, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_model_name(request->name, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_check(conn, request->name, version, err);
	if (code == MR_OK)
		code = mr_conn_savepoint(conn, err);
	if (code == MR_OK)
		code = remove_version(conn, request->name, version, call, err);
	return mr_db_write_end(conn, code, err);
}

/* ---- reading ---- */

static mr_code get_model_version(void *self, const struct mr_get_model_version *request,
				 struct mr_get_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_get(conn, request->name, version, call, &response->model_version, err);
	mr_db_read_end(conn);
	MR_SET(response, MR_GET_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION);
	return code;
}

static mr_code get_model_version_download_uri(void *self, const struct mr_get_model_version_download_uri *request,
					      struct mr_get_model_version_download_uri_response *response, mr_call *call,
					      mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = location_of(conn, request->name, version, &response->artifact_uri, call, err);
	mr_db_read_end(conn);
	MR_SET(response, MR_GET_MODEL_VERSION_DOWNLOAD_URI_RESPONSE_HAS_ARTIFACT_URI);
	return code;
}

/* ---- tags ---- */

static mr_code set_model_version_tag(void *self, const struct mr_set_model_version_tag *request,
				     struct mr_set_model_version_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_rule_model_version_tag(request->key, request->value, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_check(conn, request->name, version, err);
	if (code == MR_OK)
		code = put_version_tag(conn, request->name, version, request->key, request->value, err);
	return mr_db_write_end(conn, code, err);
}

static mr_code delete_model_version_tag(void *self, const struct mr_delete_model_version_tag *request,
					struct mr_delete_model_version_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_stmt *stmt;
	int64_t version;
	mr_code code = mr_rule_model_name(request->name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_rule_name(request->key, MR_PLACE_NONE, "key", err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_version_check(conn, request->name, version, err);
	if (code == MR_OK)
		code = bind_version(conn, &drop_tag, request->name, version, &stmt, err);
	if (code == MR_OK) {
		mr_stmt_bind_text(stmt, 3, request->key);
		code = mr_stmt_run(stmt, err);
	}
	return mr_db_write_end(conn, code, err);
}

const struct mr_model_versions_ops mr_sqlite_model_versions = {
	.size = sizeof mr_sqlite_model_versions,
	.create_model_version = create_model_version,
	.update_model_version = update_model_version,
	.transition_model_version_stage = transition_model_version_stage,
	.delete_model_version = delete_model_version,
	.get_model_version = get_model_version,
	.search_model_versions = mr_sqlite_search_model_versions,
	.get_model_version_download_uri = get_model_version_download_uri,
	.set_model_version_tag = set_model_version_tag,
	.delete_model_version_tag = delete_model_version_tag,
};
