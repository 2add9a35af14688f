/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements. A fixed text is a static mr_query, which each connection prepares
 * once and finds again without looking at the text; a text that is put together
 * (searches) goes through mr_conn_prepare, which remembers the last few.
 *
 *	static mr_query find = MR_QUERY("SELECT name FROM runs WHERE run_uuid = ?1");
 *
 *	code = mr_conn_query(conn, &find, &stmt, err);
 *	...
 *	mr_stmt_bind_text(stmt, 1, run_id);
 *	code = mr_stmt_step(stmt, &row, err);
 *	if (row)
 *		name = mr_call_copy(call, mr_stmt_text(stmt, 0));
 *	mr_stmt_done(stmt);
 *
 * Bound texts are views that must live until the statement is done. Texts read
 * are views that live until the next step; they have a NUL behind them.
 */
#ifndef MR_SQL_STMT_H
#define MR_SQL_STMT_H

#include <stdatomic.h>

#include "base/buf.h"
#include "sql/db.h"

typedef struct mr_stmt mr_stmt;

typedef struct mr_query {
	const char *sql;
	atomic_uint number; /* given at the first use, the same in all connections */
} mr_query;

#define MR_QUERY(text) {(text), 0}

/* Ready to be bound: reset, with what was bound before. */
mr_code mr_conn_query(mr_conn *conn, mr_query *query, mr_stmt **out, mr_error *err);
mr_code mr_conn_prepare(mr_conn *conn, mr_str sql, mr_stmt **out, mr_error *err);

/* Parameters count from 1. A failure (out of memory) is seen by the next step. */
void mr_stmt_bind_text(mr_stmt *stmt, int index, mr_str value);
void mr_stmt_bind_int(mr_stmt *stmt, int index, int64_t value);
void mr_stmt_bind_double(mr_stmt *stmt, int index, double value);
void mr_stmt_bind_null(mr_stmt *stmt, int index);
/* NULL when the field is absent. */
static inline void mr_stmt_bind_text_if(mr_stmt *stmt, int index, bool present, mr_str value)
{
	if (present)
		mr_stmt_bind_text(stmt, index, value);
	else
		mr_stmt_bind_null(stmt, index);
}
static inline void mr_stmt_bind_int_if(mr_stmt *stmt, int index, bool present, int64_t value)
{
	if (present)
		mr_stmt_bind_int(stmt, index, value);
	else
		mr_stmt_bind_null(stmt, index);
}

/* The next row, or *row false at the end. After a failure the statement is done. */
mr_code mr_stmt_step(mr_stmt *stmt, bool *row, mr_error *err);
void mr_stmt_done(mr_stmt *stmt);
/* Steps to the end, for statements whose rows do not matter; then done. */
mr_code mr_stmt_run(mr_stmt *stmt, mr_error *err);
/* The same, and how many rows it changed. */
mr_code mr_stmt_change(mr_stmt *stmt, mr_conn *conn, int64_t *changed, mr_error *err);
/* The first row's first column as a number; *found false when there is no row. Then done. */
mr_code mr_stmt_get_int(mr_stmt *stmt, int64_t *out, bool *found, mr_error *err);
/* Rowid of the last row that the connection inserted. */
int64_t mr_conn_inserted(mr_conn *conn);

/* Columns count from 0. */
bool mr_stmt_is_null(mr_stmt *stmt, int column);
mr_str mr_stmt_text(mr_stmt *stmt, int column); /* empty for NULL, ptr is NULL then */
int64_t mr_stmt_int(mr_stmt *stmt, int column);
double mr_stmt_double(mr_stmt *stmt, int column);
/* A copy in the call's memory. MR_RESOURCE_EXHAUSTED when there is none left. */
mr_code mr_stmt_copy(mr_stmt *stmt, int column, mr_call *call, mr_str *out, mr_error *err);

/* Escapes a text for use inside a statement: 'it''s'. */
void mr_sql_quote(mr_buf *buf, mr_str text);

#endif
