/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements and where they are found again. An mr_stmt is a sqlite3_stmt.
 */
#include "sql/sqlite_db.h"

#include "base/inject.h"

static atomic_uint queries_known;

static sqlite3_stmt *raw(mr_stmt *stmt)
{
	return (sqlite3_stmt *)stmt;
}

static mr_code prepare(mr_conn *conn, mr_str sql, sqlite3_stmt **out, mr_error *err)
{
	if (sqlite3_prepare_v3(conn->handle, sql.ptr, (int)sql.len, SQLITE_PREPARE_PERSISTENT, out, NULL) != SQLITE_OK)
		return mr_sqlite_failed(conn->handle, err);
	return MR_OK;
}

/* Two threads that meet at the first use agree on one number. */
static unsigned number_of(mr_query *query)
{
	unsigned number = atomic_load_explicit(&query->number, memory_order_acquire);
	unsigned fresh;

	if (number)
		return number;
	fresh = atomic_fetch_add(&queries_known, 1) + 1;
	return atomic_compare_exchange_strong(&query->number, &number, fresh) ? fresh : number;
}

static bool room_for(mr_conn *conn, unsigned number)
{
	unsigned n = (number | 31) + 1;
	sqlite3_stmt **grown;

	if (number < conn->queries_n)
		return true;
	grown = mr_realloc(conn->queries, n * sizeof *grown);
	if (!grown)
		return false;
	memset(grown + conn->queries_n, 0, (n - conn->queries_n) * sizeof *grown);
	conn->queries = grown;
	conn->queries_n = n;
	return true;
}

mr_code mr_conn_query(mr_conn *conn, mr_query *query, mr_stmt **out, mr_error *err)
{
	unsigned number = number_of(query);
	mr_code code = MR_OK;

	*out = NULL;
	if (!room_for(conn, number))
		return mr_error_no_memory(err);
	if (!conn->queries[number])
		code = prepare(conn, mr_str_from(query->sql), &conn->queries[number], err);
	*out = (mr_stmt *)conn->queries[number];
	return code;
}

static uint64_t hash_of(mr_str text)
{
	uint64_t hash = 14695981039346656037u;
	size_t i;

	for (i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211u;
	return hash;
}

mr_code mr_conn_prepare(mr_conn *conn, mr_str sql, mr_stmt **out, mr_error *err)
{
	struct prepared *oldest = NULL;
	uint64_t hash = hash_of(sql);
	size_t i;
	mr_code code;

	*out = NULL;
	for (i = 0; i < PREPARED_MAX; i++) {
		struct prepared *p = &conn->prepared[i];

		if (p->stmt && p->hash == hash && mr_str_eq(mr_str_from(sqlite3_sql(p->stmt)), sql)) {
			p->used = ++conn->clock;
			*out = (mr_stmt *)p->stmt;
			return MR_OK;
		}
		if (!p->stmt || !sqlite3_stmt_busy(p->stmt))
			oldest = !oldest || p->used < oldest->used ? p : oldest;
	}
	if (!oldest)
		return mr_error_set(err, MR_INTERNAL_ERROR, "Too many statements are open on one connection");
	sqlite3_finalize(oldest->stmt);
	memset(oldest, 0, sizeof *oldest);
	code = prepare(conn, sql, &oldest->stmt, err);
	oldest->hash = hash;
	oldest->used = ++conn->clock;
	*out = (mr_stmt *)oldest->stmt;
	return code;
}

void mr_conn_forget_statements(mr_conn *conn)
{
	size_t i;

	for (i = 0; i < conn->queries_n; i++)
		sqlite3_finalize(conn->queries[i]);
	mr_free(conn->queries);
	conn->queries = NULL;
	conn->queries_n = 0;
	for (i = 0; i < PREPARED_MAX; i++)
		sqlite3_finalize(conn->prepared[i].stmt);
	memset(conn->prepared, 0, sizeof conn->prepared);
}

void mr_stmt_bind_text(mr_stmt *stmt, int index, mr_str value)
{
	if (sqlite3_bind_text64(raw(stmt), index, value.ptr ? value.ptr : "", value.len, SQLITE_STATIC, SQLITE_UTF8) ==
	    SQLITE_OK)
		return;
	sqlite3_bind_null(raw(stmt), index); /* too long for SQLite: limits of the API are far below */
}

void mr_stmt_bind_int(mr_stmt *stmt, int index, int64_t value)
{
	sqlite3_bind_int64(raw(stmt), index, value);
}

void mr_stmt_bind_double(mr_stmt *stmt, int index, double value)
{
	sqlite3_bind_double(raw(stmt), index, value);
}

void mr_stmt_bind_null(mr_stmt *stmt, int index)
{
	sqlite3_bind_null(raw(stmt), index);
}

mr_code mr_stmt_step(mr_stmt *stmt, bool *row, mr_error *err)
{
	int rc = sqlite3_step(raw(stmt));
	mr_code code;

	*row = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return MR_OK;
	code = mr_sqlite_failed(sqlite3_db_handle(raw(stmt)), err);
	sqlite3_reset(raw(stmt));
	return code;
}

void mr_stmt_done(mr_stmt *stmt)
{
	if (stmt)
		sqlite3_reset(raw(stmt));
}

mr_code mr_stmt_run(mr_stmt *stmt, mr_error *err)
{
	bool row = true;
	mr_code code = MR_OK;

	while (code == MR_OK && row)
		code = mr_stmt_step(stmt, &row, err);
	sqlite3_reset(raw(stmt));
	return code;
}

mr_code mr_stmt_change(mr_stmt *stmt, mr_conn *conn, int64_t *changed, mr_error *err)
{
	sqlite3_int64 before = sqlite3_total_changes64(conn->handle);
	mr_code code = mr_stmt_run(stmt, err);

	*changed = sqlite3_total_changes64(conn->handle) - before;
	return code;
}

mr_code mr_stmt_get_int(mr_stmt *stmt, int64_t *out, bool *found, mr_error *err)
{
	mr_code code = mr_stmt_step(stmt, found, err);

	*out = code == MR_OK && *found ? sqlite3_column_int64(raw(stmt), 0) : 0;
	sqlite3_reset(raw(stmt));
	return code;
}

int64_t mr_conn_inserted(mr_conn *conn)
{
	return sqlite3_last_insert_rowid(conn->handle);
}

bool mr_stmt_is_null(mr_stmt *stmt, int column)
{
	return sqlite3_column_type(raw(stmt), column) == SQLITE_NULL;
}

mr_str mr_stmt_text(mr_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(raw(stmt), column);

	return mr_str_make(text, text ? (size_t)sqlite3_column_bytes(raw(stmt), column) : 0);
}

int64_t mr_stmt_int(mr_stmt *stmt, int column)
{
	return sqlite3_column_int64(raw(stmt), column);
}

double mr_stmt_double(mr_stmt *stmt, int column)
{
	return sqlite3_column_double(raw(stmt), column);
}

mr_code mr_stmt_copy(mr_stmt *stmt, int column, mr_call *call, mr_str *out, mr_error *err)
{
	*out = mr_call_copy(call, mr_stmt_text(stmt, column));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

void mr_sql_quote(mr_buf *buf, mr_str text)
{
	size_t i;

	mr_buf_char(buf, '\'');
	for (i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\'')
			mr_buf_char(buf, '\'');
		mr_buf_char(buf, text.ptr[i]);
	}
	mr_buf_char(buf, '\'');
}
