/* SPDX-License-Identifier: Apache-2.0
 *
 * A SELECT that is put together: its text, with a "?" for each value, and the
 * values. The text depends on the shape of a search alone, so that the
 * connection finds the statement again. The one place where filters become SQL.
 */
#ifndef MR_STORE_SQLITE_SEARCH_SQL_H
#define MR_STORE_SQLITE_SEARCH_SQL_H

#include "search/search.h"
#include "sql/stmt.h"

struct mr_select {
	mr_buf sql;
	struct mr_select_value *values;
	size_t n, room;
	mr_call *call;
};

void mr_select_init(struct mr_select *select, mr_call *call);
void mr_select_dispose(struct mr_select *select);

void mr_select_add(struct mr_select *select, const char *sql);
void mr_select_text(struct mr_select *select, mr_str value); /* ? */
void mr_select_int(struct mr_select *select, int64_t value);
void mr_select_double(struct mr_select *select, double value);

/* "column op value" of a clause; the value is text, unless it is a number. */
void mr_select_compare(struct mr_select *select, const char *column, const struct mr_search_clause *clause);
/* "column IN (1, 2)"; false in SQL for none. */
void mr_select_in_ints(struct mr_select *select, const char *column, const int64_t *values, size_t n);
/* "column IN ('active')" */
void mr_select_stages(struct mr_select *select, const char *column, int32_t view_type);
/* " ASC NULLS LAST" or " DESC" (NULLs are last then by nature). */
void mr_select_direction(struct mr_select *select, bool ascending);

/* Prepares and binds; MR_RESOURCE_EXHAUSTED when it could not be put together. */
mr_code mr_select_prepare(struct mr_select *select, mr_conn *conn, mr_stmt **out, mr_error *err);

/* Experiment ids as numbers, each once, in the call's memory. */
mr_code mr_select_experiments(const mr_str *texts, size_t *n, mr_call *call, int64_t **out, mr_error *err);
/* MLflow's check of a page's size. */
mr_code mr_select_page_size(int64_t max_results, mr_error *err);

#endif
