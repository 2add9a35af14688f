/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching runs. One statement gives the rows of the page in order, by number;
 * then each row is read and handed over.
 *
 * In the natural order (start_time DESC, run_uuid) the statement reads our index
 * millrace_runs_start from the page's beginning and stops at its end, so that a
 * page costs what is on it. A filter by a metric's or a param's value that few
 * rows pass is read off an index, too: how few is counted before.
 */
#include "base/json.h"
#include "store/rules.h"
#include "store/sqlite/runs.h"
#include "store/sqlite/search_sql.h"

enum {
	RESULTS_DEFAULT = 1000,
	FEW = 5000,	/* rows that pass a clause, up to which the search begins with them */
	BRANCHES_MAX = 8 /* experiments times stages whose runs are merged, each in order */
};

struct search {
	mr_conn *conn;
	mr_call *call;
	struct mr_search_filter filter;
	struct mr_search_order *orders;
	size_t orders_n;
	int64_t *experiments;
	size_t experiments_n;
	int32_t view_type;
	int64_t max_results, offset;
	const struct mr_search_clause *driver; /* the clause that the search begins with, or NULL */
	bool natural;				/* the natural order */
	bool after;				/* begin behind this run: */
	bool after_null;
	int64_t after_start;
	mr_str after_run;
};

/* ---- filters ---- */

static const char *column_of(mr_str key)
{
	static const struct {
		const char *key, *column;
	} columns[] = {{"status", "r.status"},	       {"user_id", "r.user_id"},   {"artifact_uri", "r.artifact_uri"},
		       {"start_time", "r.start_time"}, {"end_time", "r.end_time"}, {"run_id", "r.run_uuid"},
		       {"run_name", "r.name"}};
	size_t i;

	for (i = 0; i < sizeof columns / sizeof columns[0]; i++)
		if (mr_str_is(key, columns[i].key))
			return columns[i].column;
	return "NULL";
}

static const char *table_of(mr_search_type type)
{
	return type == MR_SEARCH_METRIC ? "latest_metrics" : type == MR_SEARCH_PARAM ? "params" : "tags";
}

/* key = ? AND value > ? of the table with this name. */
static void add_pair(struct mr_select *s, const char *table, const struct mr_search_clause *c, mr_str key)
{
	char column[16];

	mr_buf_printf(&s->sql, "%s.key = ", table);
	mr_select_text(s, key);
	if (c->op == MR_SEARCH_IS_NULL || c->op == MR_SEARCH_IS_NOT_NULL)
		return;
	mr_select_add(s, " AND ");
	snprintf(column, sizeof column, "%s.value", table);
	if (c->type != MR_SEARCH_METRIC) {
		mr_select_compare(s, column, c);
		return;
	}
	/* NaN is stored as 0: it is unlike everything, and compares with nothing */
	mr_select_add(s, c->op == MR_SEARCH_NE ? "(" : "");
	mr_select_compare(s, column, c);
	mr_buf_printf(&s->sql, c->op == MR_SEARCH_NE ? " OR %s.is_nan = 1)" : " AND %s.is_nan = 0", table);
}

static void add_dataset(struct mr_select *s, const struct mr_search_clause *c)
{
	mr_select_add(s, "EXISTS (SELECT 1 FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id ");
	if (mr_str_is(c->key, "context")) {
		mr_select_add(s, "JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = '" MR_TAG_DATASET_CONTEXT
				 "' AND ");
		mr_select_compare(s, "t.value", c);
	}
	mr_select_add(s, " WHERE i.destination_type = 'RUN' AND i.destination_id = r.run_uuid");
	if (!mr_str_is(c->key, "context")) {
		mr_select_add(s, " AND ");
		mr_select_compare(s, mr_str_is(c->key, "name") ? "d.name" : "d.digest", c);
	}
	mr_select_add(s, ")");
}

static bool is_run_name(const struct mr_search_clause *c)
{
	return c->type == MR_SEARCH_ATTRIBUTE && mr_str_is(c->key, "run_name");
}

static void add_clause(struct mr_select *s, const struct mr_search_clause *c)
{
	mr_select_add(s, " AND ");
	if (c->type == MR_SEARCH_DATASET) {
		add_dataset(s, c);
	} else if (c->type == MR_SEARCH_ATTRIBUTE && !is_run_name(c)) {
		mr_select_compare(s, column_of(c->key), c);
	} else { /* the name is compared as a tag: runs of before MLflow 1.30 have it there only */
		mr_buf_printf(&s->sql, "%sEXISTS (SELECT 1 FROM %s x WHERE x.run_uuid = r.run_uuid AND ",
			      c->op == MR_SEARCH_IS_NULL ? "NOT " : "", table_of(c->type));
		add_pair(s, "x", c, is_run_name(c) ? mr_str_from(MR_TAG_RUN_NAME) : c->key);
		mr_select_add(s, ")");
	}
}

static void add_filter(struct mr_select *s, const struct search *q)
{
	size_t i;

	for (i = 0; i < q->filter.n; i++)
		if (&q->filter.clauses[i] != q->driver)
			add_clause(s, &q->filter.clauses[i]);
}

/* ---- which clause to begin with ---- */

static bool may_drive(const struct mr_search_clause *c)
{
	if (c->type == MR_SEARCH_METRIC)
		return c->op != MR_SEARCH_NE;
	return c->type == MR_SEARCH_PARAM && c->op == MR_SEARCH_EQ;
}

static mr_code count_rows(struct search *q, const struct mr_search_clause *c, int64_t *n, mr_error *err)
{
	struct mr_select s;
	mr_stmt *stmt;
	bool found;
	mr_code code;

	mr_select_init(&s, q->call);
	mr_buf_printf(&s.sql, "SELECT count(*) FROM (SELECT 1 FROM %s x WHERE x.key = ", table_of(c->type));
	mr_select_text(&s, c->key);
	mr_select_add(&s, " AND ");
	mr_select_compare(&s, "x.value", c);
	mr_buf_printf(&s.sql, " LIMIT %d)", FEW + 1);
	code = mr_select_prepare(&s, q->conn, &stmt, err);
	if (code == MR_OK)
		code = mr_stmt_get_int(stmt, n, &found, err);
	mr_select_dispose(&s);
	return code;
}

static mr_code choose_driver(struct search *q, mr_error *err)
{
	int64_t fewest = FEW, n;
	mr_code code = MR_OK;
	size_t i;

	for (i = 0; i < q->filter.n && code == MR_OK; i++) {
		const struct mr_search_clause *c = &q->filter.clauses[i];

		if (!may_drive(c))
			continue;
		code = count_rows(q, c, &n, err);
		if (code == MR_OK && n <= fewest) {
			fewest = n;
			q->driver = c;
		}
	}
	return code;
}

/* ---- the statement ---- */

/* FROM and WHERE of runs of some experiments and stages; the caller closes what follows. */
static void add_from(struct mr_select *s, const struct search *q)
{
	size_t i;

	if (q->driver)
		mr_buf_printf(&s->sql, " FROM %s k CROSS JOIN runs r ON r.run_uuid = k.run_uuid", table_of(q->driver->type));
	else
		mr_select_add(s, " FROM runs r");
	for (i = 0; i < q->orders_n; i++) {
		if (q->orders[i].type == MR_SEARCH_ATTRIBUTE)
			continue;
		mr_buf_printf(&s->sql, " LEFT JOIN %s o%zu ON o%zu.run_uuid = r.run_uuid AND o%zu.key = ",
			      table_of(q->orders[i].type), i, i, i);
		mr_select_text(s, q->orders[i].key);
	}
	mr_select_add(s, " WHERE ");
	if (q->driver) {
		add_pair(s, "k", q->driver, q->driver->key);
		mr_select_add(s, " AND ");
	}
}

static void add_order(struct mr_select *s, const struct search *q)
{
	bool by_start = false;
	size_t i;

	mr_select_add(s, " ORDER BY ");
	for (i = 0; i < q->orders_n; i++) {
		const struct mr_search_order *o = &q->orders[i];

		if (o->type == MR_SEARCH_METRIC)
			mr_buf_printf(&s->sql,
				      "CASE WHEN o%zu.is_nan = 1 THEN 1 WHEN o%zu.value IS NULL THEN 2 ELSE 0 END, "
				      "o%zu.value %s, ",
				      i, i, i, o->ascending ? "ASC" : "DESC");
		else if (o->type == MR_SEARCH_ATTRIBUTE)
			mr_buf_printf(&s->sql, "%s%s, ", column_of(o->key), o->ascending ? " ASC NULLS LAST" : " DESC");
		else
			mr_buf_printf(&s->sql, "o%zu.value%s, ", i, o->ascending ? " ASC NULLS LAST" : " DESC");
		by_start = by_start || (o->type == MR_SEARCH_ATTRIBUTE && mr_str_is(o->key, "start_time"));
	}
	mr_select_add(s, by_start ? "r.run_uuid ASC" : "r.start_time DESC, r.run_uuid ASC");
}

static void add_limit(struct mr_select *s, const struct search *q)
{
	mr_select_add(s, " LIMIT ");
	mr_select_int(s, q->max_results + 1);
	if (!q->after) {
		mr_select_add(s, " OFFSET ");
		mr_select_int(s, q->offset);
	}
}

static const char columns[] = "SELECT r.rowid AS id, r.start_time AS start_time, r.run_uuid AS run_uuid";

static void write_sorted(struct mr_select *s, const struct search *q)
{
	mr_select_add(s, columns);
	add_from(s, q);
	mr_select_in_ints(s, q->driver ? "+r.experiment_id" : "r.experiment_id", q->experiments, q->experiments_n);
	mr_select_add(s, " AND ");
	mr_select_stages(s, q->driver ? "+r.lifecycle_stage" : "r.lifecycle_stage", q->view_type);
	add_filter(s, q);
	add_order(s, q);
	add_limit(s, q);
}

/* The runs of one experiment and stage behind the page's beginning. Runs without a start are last. */
static void add_branch(struct mr_select *s, const struct search *q, int64_t experiment, const char *stage, bool null_start)
{
	mr_select_add(s, columns);
	add_from(s, q);
	mr_select_add(s, "r.experiment_id = ");
	mr_select_int(s, experiment);
	mr_buf_printf(&s->sql, " AND r.lifecycle_stage = '%s'", stage);
	if (null_start) {
		mr_select_add(s, " AND r.start_time IS NULL AND r.run_uuid > ");
		mr_select_text(s, q->after_null ? q->after_run : mr_str_from(""));
	} else if (q->after) {
		mr_select_add(s, " AND r.start_time <= ");
		mr_select_int(s, q->after_start);
		mr_select_add(s, " AND (r.start_time < ");
		mr_select_int(s, q->after_start);
		mr_select_add(s, " OR r.run_uuid > ");
		mr_select_text(s, q->after_run);
		mr_select_add(s, ")");
	}
	add_filter(s, q);
}

static void add_branches(struct mr_select *s, const struct search *q, int64_t experiment, const char *stage, bool *first)
{
	int null_start;

	for (null_start = q->after && q->after_null; null_start <= q->after; null_start++) {
		mr_select_add(s, *first ? "" : " UNION ALL ");
		*first = false;
		add_branch(s, q, experiment, stage, null_start != 0);
	}
}

/* Each branch comes in the order of the index, and SQLite merges them. */
static void write_merged(struct mr_select *s, const struct search *q)
{
	bool first = true;
	size_t i;

	for (i = 0; i < q->experiments_n; i++) {
		if (q->view_type != MR_VIEW_TYPE_DELETED_ONLY)
			add_branches(s, q, q->experiments[i], "active", &first);
		if (q->view_type == MR_VIEW_TYPE_DELETED_ONLY || q->view_type == MR_VIEW_TYPE_ALL)
			add_branches(s, q, q->experiments[i], "deleted", &first);
	}
	mr_select_add(s, " ORDER BY start_time DESC, run_uuid ASC");
	add_limit(s, q);
}

static bool is_merged(const struct search *q)
{
	size_t stages = q->view_type == MR_VIEW_TYPE_ALL ? 2 : 1;

	return q->natural && !q->driver && q->experiments_n * stages <= BRANCHES_MAX;
}

/* ---- the token ---- */

/* "<start_time>,<run>", where the natural order begins behind. Another order, or a token of MLflow's, counts. */
static void read_after(struct search *q, mr_str after)
{
	const char *comma = after.ptr ? memchr(after.ptr, ',', after.len) : NULL;
	mr_str start = mr_str_make(after.ptr, comma ? (size_t)(comma - after.ptr) : 0);

	if (!comma || !q->natural)
		return;
	q->after_null = mr_str_is(start, "null");
	if (!q->after_null && !mr_parse_int64(start, &q->after_start))
		return;
	q->after_run = mr_str_make(comma + 1, after.len - start.len - 1);
	q->after = true;
}

static mr_code make_token(const struct search *q, const struct mr_run_info *last, mr_str *out, mr_error *err)
{
	mr_str after = mr_str_from(NULL);

	if (q->natural && MR_HAS(last, MR_RUN_INFO_HAS_START_TIME))
		after = mr_arena_printf(q->call->arena, "%lld,%.*s", (long long)last->start_time, MR_STR_ARG(last->run_id));
	else if (q->natural)
		after = mr_arena_printf(q->call->arena, "null,%.*s", MR_STR_ARG(last->run_id));
	*out = mr_page_token_make(q->call->arena, q->offset + q->max_results, after);
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- the page ---- */

static mr_code emit_run(struct search *q, mr_stmt *stmt, struct mr_run_info **info, mr_error *err)
{
	struct mr_run *run;
	mr_code code = mr_sqlite_run_at(q->conn, mr_stmt_int(stmt, 0), mr_stmt_text(stmt, 2), q->call, &run, err);

	*info = run ? run->info : NULL;
	return code == MR_OK ? mr_call_emit(q->call, run, err) : code;
}

static mr_code emit_page(struct search *q, mr_stmt *stmt, mr_str *token, mr_error *err)
{
	struct mr_run_info *info = NULL;
	int64_t n = 0;
	size_t mark = mr_call_mark(q->call);
	bool row = true;
	mr_code code = MR_OK;

	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		if (n++ == q->max_results)
			break; /* one more than was asked for: there is another page */
		mr_call_release(q->call, mark); /* the last one stays, for the token */
		mark = mr_call_mark(q->call);
		code = emit_run(q, stmt, &info, err);
	}
	mr_stmt_done(stmt);
	return code == MR_OK && row && info ? make_token(q, info, token, err) : code;
}

static mr_code run_search(struct search *q, mr_str *token, mr_error *err)
{
	struct mr_select s;
	mr_stmt *stmt;
	mr_code code = choose_driver(q, err);

	mr_select_init(&s, q->call);
	if (code == MR_OK && is_merged(q)) {
		write_merged(&s, q);
	} else if (code == MR_OK) {
		q->after = false;
		write_sorted(&s, q);
	}
	if (code == MR_OK)
		code = mr_select_prepare(&s, q->conn, &stmt, err);
	if (code == MR_OK)
		code = emit_page(q, stmt, token, err);
	mr_select_dispose(&s);
	return code;
}

/* ---- the request ---- */

static mr_code duplicate_order(const struct mr_search_runs *request, mr_error *err)
{
	mr_buf buf;
	size_t i;

	mr_buf_init(&buf, MR_ERROR_MESSAGE_MAX);
	mr_buf_c(&buf, "`order_by` contains duplicate fields: [");
	for (i = 0; i < request->order_by_n; i++)
		mr_buf_printf(&buf, "%s'%.*s'", i ? ", " : "", MR_STR_ARG(request->order_by[i]));
	mr_buf_char(&buf, ']');
	mr_error_set(err, MR_INTERNAL_ERROR, "%s", buf.ptr ? buf.ptr : "");
	mr_buf_dispose(&buf);
	return MR_INTERNAL_ERROR;
}

static mr_code read_orders(struct search *q, const struct mr_search_runs *request, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i, j;

	q->orders = mr_call_zalloc(q->call, request->order_by_n * sizeof *q->orders + 1);
	if (!q->orders)
		return mr_error_no_memory(err);
	for (i = 0; i < request->order_by_n && code == MR_OK; i++) {
		code = mr_search_parse_order(MR_SEARCH_RUNS, request->order_by[i], q->call->arena, &q->orders[i], err);
		for (j = 0; j < i && code == MR_OK; j++)
			if (q->orders[j].type == q->orders[i].type && mr_str_eq(q->orders[j].key, q->orders[i].key))
				code = duplicate_order(request, err);
	}
	q->orders_n = request->order_by_n;
	q->natural = q->orders_n == 0 || (q->orders_n == 1 && q->orders[0].type == MR_SEARCH_ATTRIBUTE &&
					  mr_str_is(q->orders[0].key, "start_time") && !q->orders[0].ascending);
	return code;
}

static mr_code read_request(struct search *q, const struct mr_search_runs *request, mr_error *err)
{
	struct mr_page_token token;
	mr_code code;

	q->max_results = MR_HAS(request, MR_SEARCH_RUNS_HAS_MAX_RESULTS) ? request->max_results : RESULTS_DEFAULT;
	q->view_type = MR_HAS(request, MR_SEARCH_RUNS_HAS_RUN_VIEW_TYPE) ? request->run_view_type
									  : MR_VIEW_TYPE_ACTIVE_ONLY;
	code = mr_select_page_size(q->max_results, err);
	if (code == MR_OK)
		code = mr_search_parse_filter(MR_SEARCH_RUNS, request->filter, q->call->arena, &q->filter, err);
	if (code == MR_OK)
		code = read_orders(q, request, err);
	if (code == MR_OK)
		code = mr_page_token_parse(request->page_token, q->call->arena, &token, err);
	if (code != MR_OK)
		return code;
	q->offset = token.offset;
	read_after(q, token.after);
	q->experiments_n = request->experiment_ids_n;
	return mr_select_experiments(request->experiment_ids, &q->experiments_n, q->call, &q->experiments, err);
}

mr_code mr_sqlite_search_runs(void *self, const struct mr_search_runs *request, struct mr_search_runs_response *response,
			      mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct search q = {.call = call};
	mr_str token = mr_str_from(NULL);
	mr_code code = read_request(&q, request, err);

	if (code != MR_OK || q.experiments_n == 0)
		return code;
	code = mr_db_read_begin(store->db, call, &q.conn, err);
	if (code != MR_OK)
		return code;
	code = run_search(&q, &token, err);
	mr_db_read_end(q.conn);
	if (code == MR_OK && token.len)
		MR_PUT(response, next_page_token, MR_SEARCH_RUNS_RESPONSE_HAS_NEXT_PAGE_TOKEN, token);
	return code;
}
