/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sqlite/search_sql.h"

#include "store/rules.h"

enum {
	SQL_MAX = 4 << 20,
	VALUES_MAX = 32000 /* what SQLite takes in one statement */
};

struct mr_select_value {
	enum { IS_TEXT, IS_INT, IS_DOUBLE } kind;
	mr_str text;
	int64_t integer;
	double number;
};

void mr_select_init(struct mr_select *select, mr_call *call)
{
	memset(select, 0, sizeof *select);
	mr_buf_init(&select->sql, SQL_MAX);
	select->call = call;
}

void mr_select_dispose(struct mr_select *select)
{
	mr_buf_dispose(&select->sql);
}

void mr_select_add(struct mr_select *select, const char *sql)
{
	mr_buf_c(&select->sql, sql);
}

static void add_value(struct mr_select *select, struct mr_select_value value)
{
	size_t room = select->room ? select->room * 2 : 16;
	struct mr_select_value *grown;

	mr_buf_char(&select->sql, '?');
	if (select->n == select->room) {
		grown = mr_arena_grow(select->call->arena, select->values, select->room * sizeof value,
				      room * sizeof value);
		if (!grown) {
			select->sql.failed = true;
			return;
		}
		select->values = grown;
		select->room = room;
	}
	select->values[select->n++] = value;
}

void mr_select_text(struct mr_select *select, mr_str value)
{
	add_value(select, (struct mr_select_value){.kind = IS_TEXT, .text = value});
}

void mr_select_int(struct mr_select *select, int64_t value)
{
	add_value(select, (struct mr_select_value){.kind = IS_INT, .integer = value});
}

void mr_select_double(struct mr_select *select, double value)
{
	add_value(select, (struct mr_select_value){.kind = IS_DOUBLE, .number = value});
}

static const char *operator_of(mr_search_op op)
{
	switch (op) {
	case MR_SEARCH_NE:
		return " <> ";
	case MR_SEARCH_LT:
		return " < ";
	case MR_SEARCH_LE:
		return " <= ";
	case MR_SEARCH_GT:
		return " > ";
	case MR_SEARCH_GE:
		return " >= ";
	case MR_SEARCH_LIKE:
	case MR_SEARCH_ILIKE:
		return " LIKE ";
	default:
		return " = ";
	}
}

static void add_list(struct mr_select *select, const struct mr_search_clause *clause)
{
	size_t i;

	mr_select_add(select, clause->op == MR_SEARCH_IN ? " IN (" : " NOT IN (");
	for (i = 0; i < clause->list_n; i++) {
		if (i)
			mr_select_add(select, ", ");
		mr_select_text(select, clause->list[i]);
	}
	mr_select_add(select, ")");
}

void mr_select_compare(struct mr_select *select, const char *column, const struct mr_search_clause *clause)
{
	bool fold = clause->op == MR_SEARCH_ILIKE; /* LIKE regards case (PRAGMA case_sensitive_like) */

	mr_buf_printf(&select->sql, fold ? "lower(%s)" : "%s", column);
	if (clause->op == MR_SEARCH_IN || clause->op == MR_SEARCH_NOT_IN) {
		add_list(select, clause);
		return;
	}
	mr_select_add(select, operator_of(clause->op));
	if (fold)
		mr_select_add(select, "lower(");
	if (clause->is_integer)
		mr_select_int(select, clause->integer);
	else if (clause->is_number)
		mr_select_double(select, clause->number);
	else
		mr_select_text(select, clause->text);
	if (fold)
		mr_select_add(select, ")");
}

void mr_select_in_ints(struct mr_select *select, const char *column, const int64_t *values, size_t n)
{
	size_t i;

	mr_buf_printf(&select->sql, "%s IN (", column);
	for (i = 0; i < n; i++) {
		if (i)
			mr_select_add(select, ", ");
		mr_select_int(select, values[i]);
	}
	mr_select_add(select, ")");
}

void mr_select_stages(struct mr_select *select, const char *column, int32_t view_type)
{
	const char *stages = view_type == MR_VIEW_TYPE_ALL	      ? "'active', 'deleted'"
			     : view_type == MR_VIEW_TYPE_DELETED_ONLY ? "'deleted'"
								      : "'active'";

	mr_buf_printf(&select->sql, "%s IN (%s)", column, stages);
}

void mr_select_direction(struct mr_select *select, bool ascending)
{
	mr_select_add(select, ascending ? " ASC NULLS LAST" : " DESC");
}

mr_code mr_select_prepare(struct mr_select *select, mr_conn *conn, mr_stmt **out, mr_error *err)
{
	mr_code code = mr_buf_check(&select->sql, err);
	size_t i;

	*out = NULL;
	if (code == MR_OK && select->n > VALUES_MAX)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "A search may have at most %d values (of its filter and its experiments), this one has "
				    "%zu",
				    VALUES_MAX, select->n);
	if (code == MR_OK)
		code = mr_conn_prepare(conn, mr_buf_view(&select->sql), out, err);
	for (i = 0; code == MR_OK && i < select->n; i++) {
		const struct mr_select_value *v = &select->values[i];

		if (v->kind == IS_TEXT)
			mr_stmt_bind_text(*out, (int)i + 1, v->text);
		else if (v->kind == IS_INT)
			mr_stmt_bind_int(*out, (int)i + 1, v->integer);
		else
			mr_stmt_bind_double(*out, (int)i + 1, v->number);
	}
	return code;
}

static bool seen(const int64_t *ids, size_t n, int64_t id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

mr_code mr_select_experiments(const mr_str *texts, size_t *n, mr_call *call, int64_t **out, mr_error *err)
{
	int64_t *ids = mr_call_alloc(call, *n * sizeof *ids + 1);
	size_t i, kept = 0;
	mr_code code = ids ? MR_OK : mr_error_no_memory(err);

	for (i = 0; i < *n && code == MR_OK; i++) {
		code = mr_rule_experiment_id(texts[i], &ids[kept], err);
		if (code == MR_OK && (kept > 1000 || !seen(ids, kept, ids[kept])))
			kept++;
	}
	*out = ids;
	*n = kept;
	return code;
}

mr_code mr_select_page_size(int64_t max_results, mr_error *err)
{
	if (max_results < 1)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value %lld for parameter 'max_results' supplied. It must be a positive integer",
				    (long long)max_results);
	if (max_results > MR_MAX_SEARCH_RESULTS)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value %lld for parameter 'max_results' supplied. It must be at most %d",
				    (long long)max_results, MR_MAX_SEARCH_RESULTS);
	return MR_OK;
}
