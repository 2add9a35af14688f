/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching experiments.
 */
#include "store/rules.h"
#include "store/sqlite/experiments.h"
#include "store/sqlite/search_sql.h"

struct search {
	struct mr_search_filter filter;
	struct mr_search_order *orders;
	size_t orders_n;
	int64_t offset, max_results;
	int32_t view_type;
};

static const char *column_of(mr_str key)
{
	if (mr_str_is(key, "name"))
		return "e.name";
	if (mr_str_is(key, "creation_time"))
		return "e.creation_time";
	if (mr_str_is(key, "last_update_time"))
		return "e.last_update_time";
	return "e.experiment_id";
}

/* experiment_id is a number in the table and a text in filters. */
static mr_code add_id_clause(struct mr_select *s, const struct mr_search_clause *c, mr_error *err)
{
	size_t n = c->list ? c->list_n : 1, i;
	int64_t id;
	mr_code code = MR_OK;

	mr_select_add(s, c->op == MR_SEARCH_IN || c->op == MR_SEARCH_EQ ? "e.experiment_id IN ("
									: "e.experiment_id NOT IN (");
	for (i = 0; i < n && code == MR_OK; i++) {
		code = mr_rule_experiment_id(c->list ? c->list[i] : c->text, &id, err);
		mr_select_add(s, i ? ", " : "");
		mr_select_int(s, id);
	}
	mr_select_add(s, ")");
	return code;
}

static mr_code add_clause(struct mr_select *s, const struct mr_search_clause *c, mr_error *err)
{
	mr_select_add(s, " AND ");
	if (c->type == MR_SEARCH_ATTRIBUTE && mr_str_is(c->key, "experiment_id"))
		return add_id_clause(s, c, err);
	if (c->type == MR_SEARCH_ATTRIBUTE) {
		mr_select_compare(s, column_of(c->key), c);
		return MR_OK;
	}
	mr_buf_printf(&s->sql, "%sEXISTS (SELECT 1 FROM experiment_tags t WHERE t.experiment_id = e.experiment_id AND "
			       "t.key = ",
		      c->op == MR_SEARCH_IS_NULL ? "NOT " : "");
	mr_select_text(s, c->key);
	if (c->op != MR_SEARCH_IS_NULL && c->op != MR_SEARCH_IS_NOT_NULL) {
		mr_select_add(s, " AND ");
		mr_select_compare(s, "t.value", c);
	}
	mr_select_add(s, ")");
	return MR_OK;
}

/* NULLs where SQLite puts them, as MLflow leaves them here. */
static void add_order(struct mr_select *s, const struct search *q)
{
	bool by_id = false;
	size_t i;

	mr_select_add(s, " ORDER BY ");
	if (q->orders_n == 0)
		mr_select_add(s, "e.creation_time DESC, e.experiment_id ASC");
	for (i = 0; i < q->orders_n; i++) {
		by_id = by_id || mr_str_is(q->orders[i].key, "experiment_id");
		mr_buf_printf(&s->sql, "%s%s %s", i ? ", " : "", column_of(q->orders[i].key),
			      q->orders[i].ascending ? "ASC" : "DESC");
	}
	if (q->orders_n && !by_id)
		mr_select_add(s, ", e.experiment_id DESC");
}

static mr_code write_search(struct mr_select *s, const struct search *q, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	mr_select_add(s, "SELECT " MR_SQLITE_EXPERIMENT_COLUMNS " FROM experiments e WHERE e.workspace = 'default' AND ");
	mr_select_stages(s, "e.lifecycle_stage", q->view_type);
	for (i = 0; i < q->filter.n && code == MR_OK; i++)
		code = add_clause(s, &q->filter.clauses[i], err);
	add_order(s, q);
	mr_select_add(s, " LIMIT ");
	mr_select_int(s, q->max_results + 1);
	mr_select_add(s, " OFFSET ");
	mr_select_int(s, q->offset);
	return code;
}

static mr_code emit_page(mr_conn *conn, mr_stmt *stmt, const struct search *q, mr_call *call, bool *more, mr_error *err)
{
	struct mr_experiment *experiment;
	int64_t n = 0;
	bool row = true;
	mr_code code = MR_OK;

	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		size_t mark = mr_call_mark(call);

		if (n++ == q->max_results)
			break;
		code = mr_sqlite_experiment_read(conn, stmt, call, &experiment, err);
		if (code == MR_OK)
			code = mr_call_emit(call, experiment, err);
		mr_call_release(call, mark);
	}
	mr_stmt_done(stmt);
	*more = row;
	return code;
}

static mr_code read_request(struct search *q, const struct mr_search_experiments *request, mr_call *call, mr_error *err)
{
	struct mr_page_token token;
	size_t i;
	mr_code code = mr_select_page_size(request->max_results, err);

	q->max_results = request->max_results;
	q->view_type = MR_HAS(request, MR_SEARCH_EXPERIMENTS_HAS_VIEW_TYPE) ? request->view_type
									     : MR_VIEW_TYPE_ACTIVE_ONLY;
	if (code == MR_OK)
		code = mr_search_parse_filter(MR_SEARCH_EXPERIMENTS, request->filter, call->arena, &q->filter, err);
	q->orders_n = request->order_by_n;
	q->orders = mr_call_zalloc(call, q->orders_n * sizeof *q->orders + 1);
	if (code == MR_OK && !q->orders)
		code = mr_error_no_memory(err);
	for (i = 0; i < q->orders_n && code == MR_OK; i++)
		code = mr_search_parse_order(MR_SEARCH_EXPERIMENTS, request->order_by[i], call->arena, &q->orders[i], err);
	if (code == MR_OK)
		code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	q->offset = code == MR_OK ? token.offset : 0;
	return code;
}

mr_code mr_sqlite_search_experiments(void *self, const struct mr_search_experiments *request,
				     struct mr_search_experiments_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct search q = {0};
	struct mr_select s;
	mr_conn *conn = NULL;
	mr_stmt *stmt;
	bool more = false;
	mr_code code = read_request(&q, request, call, err);

	mr_select_init(&s, call);
	if (code == MR_OK)
		code = write_search(&s, &q, err);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code == MR_OK)
		code = mr_select_prepare(&s, conn, &stmt, err);
	if (code == MR_OK)
		code = emit_page(conn, stmt, &q, call, &more, err);
	mr_db_read_end(conn);
	mr_select_dispose(&s);
	if (code == MR_OK && more) {
		MR_PUT(response, next_page_token, MR_SEARCH_EXPERIMENTS_RESPONSE_HAS_NEXT_PAGE_TOKEN,
		       mr_page_token_make(call->arena, q.offset + q.max_results, mr_str_from(NULL)));
		code = response->next_page_token.ptr ? MR_OK : mr_error_no_memory(err);
	}
	return code;
}
