/* SPDX-License-Identifier: Apache-2.0
 *
 * What a file holds when it is opened: nothing, MLflow's schema at our
 * revision, or something that we leave alone.
 */
#include "sql/sqlite_db.h"

#include "base/log.h"
#include "sql/schema.h"

static const char *const *const parts[] = {mr_schema_tracking,	 mr_schema_registry, mr_schema_traces,
					   mr_schema_evaluation, mr_schema_gateway,  mr_schema_rows};

mr_code mr_conn_count(mr_conn *conn, const char *sql, int64_t *out, mr_error *err)
{
	mr_stmt *stmt;
	bool found;
	mr_code code = mr_conn_prepare(conn, mr_str_from(sql), &stmt, err);

	return code == MR_OK ? mr_stmt_get_int(stmt, out, &found, err) : code;
}

mr_code mr_conn_has_index(mr_conn *conn, const char *name, bool *has, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?1");
	mr_stmt *stmt;
	int64_t one;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	*has = false;
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, mr_str_from(name));
	return mr_stmt_get_int(stmt, &one, has, err);
}

static mr_code read_revision(mr_conn *conn, char revision[33], mr_error *err)
{
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_prepare(conn, mr_str_from("SELECT version_num FROM alembic_version"), &stmt, err);

	if (code != MR_OK)
		return code;
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && row)
		snprintf(revision, 33, "%.*s", MR_STR_ARG(mr_stmt_text(stmt, 0)));
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_db_look(mr_conn *conn, bool *empty, char revision[33], mr_error *err)
{
	int64_t tables, versions;
	mr_code code;

	revision[0] = 0;
	code = mr_conn_count(conn,
			     "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'alembic\\_%'"
			     " ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
			     &tables, err);
	if (code == MR_OK)
		code = mr_conn_count(conn, "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'",
				     &versions, err);
	if (code == MR_OK && versions)
		code = read_revision(conn, revision, err);
	*empty = code == MR_OK && tables == 0;
	return code;
}

static mr_code create_all(mr_conn *conn, bool own_indexes, mr_error *err)
{
	const char *const *statement;
	mr_code code = mr_conn_exec(conn, "DROP TABLE IF EXISTS alembic_version", err);
	size_t i;

	for (i = 0; i < sizeof parts / sizeof parts[0]; i++)
		for (statement = parts[i]; *statement && code == MR_OK; statement++)
			code = mr_conn_exec(conn, *statement, err);
	for (i = 0; own_indexes && i < mr_own_indexes_n && code == MR_OK; i++)
		code = mr_conn_exec(conn, mr_own_indexes[i].sql, err);
	return code;
}

/* Another process may have been quicker: looked at again inside the transaction. */
mr_code mr_db_create_schema(mr_conn *conn, bool own_indexes, mr_error *err)
{
	char revision[33];
	bool empty;
	mr_error ignored;
	mr_code code = mr_conn_exec(conn, "BEGIN IMMEDIATE", err);

	if (code != MR_OK)
		return code;
	code = mr_db_look(conn, &empty, revision, err);
	if (code == MR_OK && empty)
		code = create_all(conn, own_indexes, err);
	if (code == MR_OK)
		code = mr_conn_exec(conn, "COMMIT", err);
	if (code != MR_OK) {
		mr_error_init(&ignored);
		mr_conn_exec(conn, "ROLLBACK", &ignored);
	}
	return code;
}

/* The reference's words (mlflow/store/db/utils.py), with the URI filled in. */
mr_code mr_db_refuse_revision(mr_str uri, const char *revision, mr_error *err)
{
	return mr_error_set(err, MR_INTERNAL_ERROR,
			    "Detected out-of-date database schema (found version %s, but expected %s). Take a backup of "
			    "your database, then run 'mlflow db upgrade %.*s' to migrate your database to the latest "
			    "schema. NOTE: schema migration may result in database downtime - please consult your "
			    "database's documentation for more detail.",
			    revision[0] ? revision : "None", MR_SCHEMA_REVISION, MR_STR_ARG(uri));
}

/* Readers that do not block the writer. Where the file system cannot, it works
 * without, slower. */
static mr_code use_wal(mr_conn *conn, mr_error *err)
{
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_prepare(conn, mr_str_from("PRAGMA journal_mode = WAL"), &stmt, err);

	if (code != MR_OK)
		return code;
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && !mr_str_is(mr_stmt_text(stmt, 0), "wal"))
		mr_log(MR_LOG_WARNING, "sql", "'%s' cannot use a write-ahead log here: reads and writes will wait for "
		       "each other. Is it on a network file system?", conn->db->path);
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_db_prepare_schema(mr_conn *conn, mr_str uri, const struct mr_db_options *options, mr_error *err)
{
	char revision[33];
	bool empty;
	mr_code code = mr_db_look(conn, &empty, revision, err);

	if (code == MR_OK && empty && options->must_exist)
		return mr_error_set(err, MR_NOT_FOUND,
				    "'%.*s' has no tables of MLflow. Run 'millrace db upgrade %.*s' to create them.",
				    MR_STR_ARG(uri), MR_STR_ARG(uri));
	if (code == MR_OK && empty) {
		code = use_wal(conn, err);
		if (code == MR_OK)
			code = mr_db_create_schema(conn, options->own_indexes, err);
		if (code == MR_OK)
			code = mr_db_look(conn, &empty, revision, err);
	}
	if (code == MR_OK && strcmp(revision, MR_SCHEMA_REVISION) != 0)
		return mr_db_refuse_revision(uri, revision, err);
	return code == MR_OK ? use_wal(conn, err) : code;
}
