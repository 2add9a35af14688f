/* SPDX-License-Identifier: Apache-2.0
 *
 * `millrace db`: looks at a database, creates one, hands one back, checks one.
 */
#include "sql/admin.h"

#include <sys/stat.h>

#include "sql/schema.h"
#include "sql/sqlite_db.h"

struct admin {
	mr_db *db;
	mr_conn *conn;
	mr_arena *arena;
	mr_str path;
	bool exists;
};

static mr_code admin_open(struct admin *admin, mr_str uri, bool create, mr_error *err)
{
	static const struct mr_db_options options = {.must_exist = false};
	struct stat st;
	mr_code code;

	memset(admin, 0, sizeof *admin);
	admin->arena = mr_arena_new(0);
	if (!admin->arena)
		return mr_error_no_memory(err);
	code = mr_db_path(uri, admin->arena, &admin->path, err);
	if (code != MR_OK)
		return code;
	admin->exists = stat(admin->path.ptr, &st) == 0;
	if (!admin->exists && !create)
		return MR_OK;
	code = mr_db_new(admin->path, &options, &admin->db, err);
	return code == MR_OK ? mr_conn_open(admin->db, false, create, &admin->conn, err) : code;
}

static void admin_close(struct admin *admin)
{
	mr_conn_close(admin->conn);
	mr_db_free(admin->db);
	mr_arena_free(admin->arena);
}

static mr_code absent(mr_str uri, mr_error *err)
{
	return mr_error_set(err, MR_NOT_FOUND, "There is no database at '%.*s'. 'millrace db upgrade %.*s' creates one.",
			    MR_STR_ARG(uri), MR_STR_ARG(uri));
}

/* ---- status ---- */

static mr_code count_rows(mr_conn *conn, const char *table, int64_t *out, mr_error *err)
{
	char sql[120];
	int64_t has;
	mr_code code;

	*out = -1;
	snprintf(sql, sizeof sql, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '%s'", table);
	code = mr_conn_count(conn, sql, &has, err);
	if (code != MR_OK || !has)
		return code;
	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
	return mr_conn_count(conn, sql, out, err);
}

static mr_code count_own_indexes(mr_conn *conn, size_t *out, mr_error *err)
{
	bool has;
	size_t i;
	mr_code code = MR_OK;

	*out = 0;
	for (i = 0; i < mr_own_indexes_n && code == MR_OK; i++) {
		code = mr_conn_has_index(conn, mr_own_indexes[i].name, &has, err);
		*out += code == MR_OK && has;
	}
	return code;
}

static mr_code read_status(struct admin *admin, mr_arena *arena, struct mr_db_status *out, mr_error *err)
{
	char revision[33];
	bool empty;
	struct stat st;
	mr_code code = mr_db_look(admin->conn, &empty, revision, err);

	if (code != MR_OK)
		return code;
	out->bytes = stat(admin->path.ptr, &st) == 0 ? st.st_size : 0;
	out->revision = mr_arena_copy(arena, mr_str_from(revision));
	if (!out->revision.ptr)
		return mr_error_no_memory(err);
	code = count_rows(admin->conn, "experiments", &out->experiments, err);
	if (code == MR_OK)
		code = count_rows(admin->conn, "runs", &out->runs, err);
	if (code == MR_OK)
		code = count_rows(admin->conn, "metrics", &out->metrics, err);
	return code == MR_OK ? count_own_indexes(admin->conn, &out->own_indexes, err) : code;
}

mr_code mr_db_status_get(mr_str uri, mr_arena *arena, struct mr_db_status *out, mr_error *err)
{
	struct admin admin;
	mr_code code = admin_open(&admin, uri, false, err);

	memset(out, 0, sizeof *out);
	out->expected = MR_SCHEMA_REVISION;
	out->own_indexes_of = mr_own_indexes_n;
	out->exists = admin.exists;
	if (code == MR_OK && admin.exists)
		code = read_status(&admin, arena, out, err);
	admin_close(&admin);
	return code;
}

/* ---- upgrade, hand-back ---- */

mr_code mr_db_upgrade(mr_str uri, mr_error *err)
{
	static const struct mr_db_options options = {.own_indexes = true};
	mr_db *db = NULL;
	mr_code code = mr_db_open(uri, &options, &db, err);

	mr_db_close(db);
	return code;
}

static mr_code drop_own_indexes(mr_conn *conn, size_t *dropped, mr_error *err)
{
	char sql[200];
	mr_stmt *stmt;
	bool row = true;
	mr_code code = mr_conn_exec(conn, "BEGIN IMMEDIATE", err);

	while (code == MR_OK && row) {
		code = mr_conn_prepare(conn,
				       mr_str_from("SELECT name FROM sqlite_master WHERE type = 'index' AND "
						   "name LIKE 'millrace\\_%' ESCAPE '\\' LIMIT 1"),
				       &stmt, err);
		if (code == MR_OK)
			code = mr_stmt_step(stmt, &row, err);
		if (code != MR_OK || !row)
			break;
		snprintf(sql, sizeof sql, "DROP INDEX \"%.*s\"", MR_STR_ARG(mr_stmt_text(stmt, 0)));
		mr_stmt_done(stmt);
		code = mr_conn_exec(conn, sql, err);
		*dropped += code == MR_OK;
	}
	mr_conn_forget_statements(conn); /* none is open now */
	return code == MR_OK ? mr_conn_exec(conn, "COMMIT", err) : code;
}

mr_code mr_db_hand_back(mr_str uri, size_t *dropped, mr_error *err)
{
	struct admin admin;
	mr_code code = admin_open(&admin, uri, false, err);

	*dropped = 0;
	if (code == MR_OK && !admin.exists)
		code = absent(uri, err);
	if (code == MR_OK)
		code = drop_own_indexes(admin.conn, dropped, err);
	if (code == MR_OK)
		code = mr_conn_exec(admin.conn, "PRAGMA journal_mode = DELETE", err);
	admin_close(&admin);
	return code;
}

/* ---- check ---- */

/* Every row that a pragma gives is a finding, but for "ok". */
static mr_code report_rows(mr_conn *conn, const char *sql, const char *what, mr_buf *report, bool *sound, mr_error *err)
{
	mr_stmt *stmt;
	bool row = true;
	mr_str text;
	mr_code code = mr_conn_prepare(conn, mr_str_from(sql), &stmt, err);

	while (code == MR_OK && row) {
		code = mr_stmt_step(stmt, &row, err);
		if (code != MR_OK || !row)
			break;
		text = mr_stmt_text(stmt, 0);
		if (mr_str_is(text, "ok"))
			continue;
		*sound = false;
		mr_buf_printf(report, "%s: %.*s\n", what, MR_STR_ARG(text));
	}
	return code;
}

mr_code mr_db_check(mr_str uri, mr_buf *report, bool *sound, mr_error *err)
{
	char revision[33];
	struct admin admin;
	bool empty;
	mr_code code = admin_open(&admin, uri, false, err);

	*sound = true;
	if (code == MR_OK && !admin.exists)
		code = absent(uri, err);
	if (code == MR_OK)
		code = mr_db_look(admin.conn, &empty, revision, err);
	if (code == MR_OK && strcmp(revision, MR_SCHEMA_REVISION) != 0) {
		*sound = false;
		mr_buf_printf(report, "revision: '%s' was found, '%s' is expected\n", revision, MR_SCHEMA_REVISION);
	}
	if (code == MR_OK)
		code = report_rows(admin.conn, "PRAGMA integrity_check", "integrity", report, sound, err);
	if (code == MR_OK)
		code = report_rows(admin.conn,
				   "SELECT \"table\" || ' row ' || coalesce(rowid, '?') || ' refers to a missing ' || parent"
				   " FROM pragma_foreign_key_check",
				   "foreign key", report, sound, err);
	if (code == MR_OK)
		code = mr_buf_check(report, err);
	admin_close(&admin);
	return code;
}
