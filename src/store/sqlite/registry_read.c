/* SPDX-License-Identifier: Apache-2.0
 *
 * Registered models and versions from their rows.
 */
#include "store/rules_registry.h"
#include "store/sqlite/registry.h"

static mr_query model_tags = MR_QUERY(
	"SELECT key, value FROM registered_model_tags WHERE workspace = 'default' AND name = ?1 ORDER BY rowid");
static mr_query model_aliases = MR_QUERY(
	"SELECT alias, version FROM registered_model_aliases WHERE workspace = 'default' AND name = ?1 ORDER BY alias");
static mr_query version_tags = MR_QUERY("SELECT key, value FROM model_version_tags "
					"WHERE workspace = 'default' AND name = ?1 AND version = ?2 ORDER BY rowid");
static mr_query version_aliases = MR_QUERY("SELECT alias FROM registered_model_aliases "
					   "WHERE workspace = 'default' AND name = ?1 AND version = ?2 ORDER BY alias");
/* The newest of each stage. MLflow gives one model in the order in which the stages were first reached, and those of a
 * search by the name of the stage. */
#define LATEST_VERSIONS(order)                                                                           \
	MR_QUERY("SELECT " MR_SQLITE_VERSION_COLUMNS " FROM model_versions v JOIN (SELECT max(version) AS newest, "   \
		 "min(version) AS oldest FROM model_versions WHERE workspace = 'default' AND name = ?1 "           \
		 "AND current_stage <> 'Deleted_Internal' GROUP BY current_stage) s ON v.version = s.newest "       \
		 "WHERE v.workspace = 'default' AND v.name = ?1 ORDER BY " order)
static mr_query latest_versions = LATEST_VERSIONS("s.oldest");
static mr_query latest_versions_by_stage = LATEST_VERSIONS("v.current_stage");
static mr_query find_model = MR_QUERY("SELECT " MR_SQLITE_MODEL_COLUMNS
				      " FROM registered_models m WHERE m.workspace = 'default' AND m.name = ?1");
static mr_query find_version = MR_QUERY(
	"SELECT " MR_SQLITE_VERSION_COLUMNS " FROM model_versions v WHERE v.workspace = 'default' AND v.name = ?1 "
	"AND v.version = ?2 AND v.current_stage <> 'Deleted_Internal'");
static mr_query touch_model =
	MR_QUERY("UPDATE registered_models SET last_updated_time = ?2 WHERE workspace = 'default' AND name = ?1");

/* ---- versions ---- */

static mr_code read_version_tags(mr_conn *conn, struct mr_model_version *v, int64_t version, mr_call *call, mr_error *err)
{
	struct mr_items tags = {0};
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &version_tags, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, v->name);
	mr_stmt_bind_int(stmt, 2, version);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		struct mr_model_version_tag *tag = MR_NEW(call, struct mr_model_version_tag);

		code = mr_items_add(&tags, call, tag, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 0, call, &tag->key, &tag->has, MR_MODEL_VERSION_TAG_HAS_KEY, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 1, call, &tag->value, &tag->has, MR_MODEL_VERSION_TAG_HAS_VALUE, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	v->tags = (struct mr_model_version_tag **)tags.items;
	v->tags_n = tags.n;
	return code;
}

static int32_t version_status(mr_str text)
{
	return mr_str_is(text, "PENDING_REGISTRATION")  ? MR_MODEL_VERSION_STATUS_PENDING_REGISTRATION
	       : mr_str_is(text, "FAILED_REGISTRATION") ? MR_MODEL_VERSION_STATUS_FAILED_REGISTRATION
							: MR_MODEL_VERSION_STATUS_READY;
}

mr_code mr_sqlite_version_read(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_model_version **out, mr_error *err)
{
	struct mr_model_version *v = MR_NEW(call, struct mr_model_version);
	int64_t version = mr_stmt_int(stmt, 1);
	mr_code code;

	*out = v;
	if (!v)
		return mr_error_no_memory(err);
	const struct {
		int column;
		mr_str *member;
		uint64_t bit;
	} texts[] = {
		{0, &v->name, MR_MODEL_VERSION_HAS_NAME},
		{1, &v->version, MR_MODEL_VERSION_HAS_VERSION},
		{4, &v->description, MR_MODEL_VERSION_HAS_DESCRIPTION},
		{5, &v->user_id, MR_MODEL_VERSION_HAS_USER_ID},
		{6, &v->current_stage, MR_MODEL_VERSION_HAS_CURRENT_STAGE},
		{7, &v->source, MR_MODEL_VERSION_HAS_SOURCE},
		{8, &v->run_id, MR_MODEL_VERSION_HAS_RUN_ID},
		{11, &v->run_link, MR_MODEL_VERSION_HAS_RUN_LINK},
	};

	code = MR_OK;
	for (size_t i = 0; i < sizeof texts / sizeof *texts && code == MR_OK; i++)
		code = mr_column_text(stmt, texts[i].column, call, texts[i].member, &v->has, texts[i].bit, err);
	if (code == MR_OK && mr_stmt_text(stmt, 10).len) /* MLflow leaves an empty one out */
		code = mr_column_text(stmt, 10, call, &v->status_message, &v->has, MR_MODEL_VERSION_HAS_STATUS_MESSAGE, err);
	if (code != MR_OK)
		return code;
	mr_column_int(stmt, 2, &v->creation_timestamp, &v->has, MR_MODEL_VERSION_HAS_CREATION_TIMESTAMP);
	mr_column_int(stmt, 3, &v->last_updated_timestamp, &v->has, MR_MODEL_VERSION_HAS_LAST_UPDATED_TIMESTAMP);
	if (!mr_stmt_is_null(stmt, 9))
		mr_model_version_set_status(v, version_status(mr_stmt_text(stmt, 9)));
	return read_version_tags(conn, v, version, call, err);
}

mr_code mr_sqlite_version_aliases(mr_conn *conn, struct mr_model_version *v, mr_call *call, mr_error *err)
{
	mr_str list[64], *aliases = list; /* few versions have more */
	size_t n = 0, room = sizeof list / sizeof *list;
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &version_aliases, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, v->name);
	mr_stmt_bind_text(stmt, 2, v->version);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		if (n == room) {
			mr_str *grown = mr_call_alloc(call, 2 * room * sizeof *grown);

			if (!grown) {
				code = mr_error_no_memory(err);
				break;
			}
			memcpy(grown, aliases, n * sizeof *grown);
			aliases = grown;
			room *= 2;
		}
		code = mr_stmt_copy(stmt, 0, call, &aliases[n++], err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	v->aliases = n ? mr_call_alloc(call, n * sizeof *v->aliases) : NULL;
	if (code == MR_OK && n && !v->aliases)
		return mr_error_no_memory(err);
	if (code == MR_OK && n) {
		memcpy(v->aliases, aliases, n * sizeof *v->aliases);
		v->aliases_n = n;
	}
	return code;
}

static mr_code version_absent(mr_str name, int64_t version, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Model Version (name=%.*s, version=%lld) not found",
			    MR_STR_ARG(name), (long long)version);
}

mr_code mr_sqlite_version_get(mr_conn *conn, mr_str name, int64_t version, mr_call *call, struct mr_model_version **out,
			      mr_error *err)
{
	mr_stmt *stmt;
	bool row = false;
	mr_code code = mr_conn_query(conn, &find_version, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	mr_stmt_bind_int(stmt, 2, version);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row)
		code = mr_sqlite_version_read(conn, stmt, call, out, err);
	mr_stmt_done(stmt);
	if (code == MR_OK && !row)
		return version_absent(name, version, err);
	return code == MR_OK ? mr_sqlite_version_aliases(conn, *out, call, err) : code;
}

mr_code mr_sqlite_version_check(mr_conn *conn, mr_str name, int64_t version, mr_error *err)
{
	mr_stmt *stmt;
	bool row = false;
	mr_code code = mr_conn_query(conn, &find_version, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	mr_stmt_bind_int(stmt, 2, version);
	code = mr_stmt_step(stmt, &row, err);
	mr_stmt_done(stmt);
	return code == MR_OK && !row ? version_absent(name, version, err) : code;
}

/* ---- models ---- */

static mr_code read_model_tags(mr_conn *conn, struct mr_registered_model *m, mr_call *call, mr_error *err)
{
	struct mr_items tags = {0};
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &model_tags, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, m->name);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		struct mr_registered_model_tag *tag = MR_NEW(call, struct mr_registered_model_tag);

		code = mr_items_add(&tags, call, tag, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 0, call, &tag->key, &tag->has, MR_REGISTERED_MODEL_TAG_HAS_KEY, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 1, call, &tag->value, &tag->has, MR_REGISTERED_MODEL_TAG_HAS_VALUE, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	m->tags = (struct mr_registered_model_tag **)tags.items;
	m->tags_n = tags.n;
	return code;
}

static mr_code read_model_aliases(mr_conn *conn, struct mr_registered_model *m, mr_call *call, mr_error *err)
{
	struct mr_items aliases = {0};
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &model_aliases, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, m->name);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		struct mr_registered_model_alias *a = MR_NEW(call, struct mr_registered_model_alias);

		code = mr_items_add(&aliases, call, a, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 0, call, &a->alias, &a->has, MR_REGISTERED_MODEL_ALIAS_HAS_ALIAS, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 1, call, &a->version, &a->has, MR_REGISTERED_MODEL_ALIAS_HAS_VERSION, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	m->aliases = (struct mr_registered_model_alias **)aliases.items;
	m->aliases_n = aliases.n;
	return code;
}

static mr_code read_latest_versions(mr_conn *conn, struct mr_registered_model *m, bool of_search, mr_call *call,
				    mr_error *err)
{
	struct mr_items versions = {0};
	struct mr_model_version *v;
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, of_search ? &latest_versions_by_stage : &latest_versions, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, m->name);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		code = mr_sqlite_version_read(conn, stmt, call, &v, err);
		if (code == MR_OK)
			code = mr_items_add(&versions, call, v, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	m->latest_versions = (struct mr_model_version **)versions.items;
	m->latest_versions_n = versions.n;
	return code;
}

mr_code mr_sqlite_model_read(mr_conn *conn, mr_stmt *stmt, bool of_search, mr_call *call,
			     struct mr_registered_model **out, mr_error *err)
{
	struct mr_registered_model *m = MR_NEW(call, struct mr_registered_model);
	mr_code code;

	*out = m;
	if (!m)
		return mr_error_no_memory(err);
	code = mr_column_text(stmt, 0, call, &m->name, &m->has, MR_REGISTERED_MODEL_HAS_NAME, err);
	mr_column_int(stmt, 1, &m->creation_timestamp, &m->has, MR_REGISTERED_MODEL_HAS_CREATION_TIMESTAMP);
	if (mr_stmt_int(stmt, 2)) /* MLflow leaves a time of 0 out, and an empty description */
		mr_column_int(stmt, 2, &m->last_updated_timestamp, &m->has, MR_REGISTERED_MODEL_HAS_LAST_UPDATED_TIMESTAMP);
	if (code == MR_OK && mr_stmt_text(stmt, 3).len)
		code = mr_column_text(stmt, 3, call, &m->description, &m->has, MR_REGISTERED_MODEL_HAS_DESCRIPTION, err);
	if (code == MR_OK)
		code = read_latest_versions(conn, m, of_search, call, err);
	if (code == MR_OK)
		code = read_model_tags(conn, m, call, err);
	return code == MR_OK ? read_model_aliases(conn, m, call, err) : code;
}

static mr_code model_absent(mr_str name, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Registered Model with name=%.*s not found", MR_STR_ARG(name));
}

mr_code mr_sqlite_model_get(mr_conn *conn, mr_str name, mr_call *call, struct mr_registered_model **out, mr_error *err)
{
	mr_stmt *stmt;
	bool row = false;
	mr_code code = mr_rule_model_name(name, err);

	if (code == MR_OK)
		code = mr_conn_query(conn, &find_model, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row)
		code = mr_sqlite_model_read(conn, stmt, false, call, out, err);
	mr_stmt_done(stmt);
	return code == MR_OK && !row ? model_absent(name, err) : code;
}

mr_code mr_sqlite_model_check(mr_conn *conn, mr_str name, mr_error *err)
{
	mr_stmt *stmt;
	bool row = false;
	mr_code code = mr_rule_model_name(name, err);

	if (code == MR_OK)
		code = mr_conn_query(conn, &find_model, &stmt, err);
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	code = mr_stmt_step(stmt, &row, err);
	mr_stmt_done(stmt);
	return code == MR_OK && !row ? model_absent(name, err) : code;
}

mr_code mr_sqlite_model_touch(mr_conn *conn, mr_str name, int64_t now_ms, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &touch_model, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, name);
	mr_stmt_bind_int(stmt, 2, now_ms);
	return mr_stmt_run(stmt, err);
}
