/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching logged models.
 */
#include "base/json.h"
#include "search/repr.h"
#include "store/rules.h"
#include "store/sqlite/logged_models.h"
#include "store/sqlite/search_sql.h"

enum {
	RESULTS_PROTO = 50,	/* when max_results is absent */
	RESULTS_DEFAULT = 100,	/* when it is 0 */
	TOKEN_MAX = 1 << 24
};

struct search {
	const struct mr_search_logged_models *request;
	struct mr_search_filter filter;
	struct mr_search_order *orders;
	int64_t *experiments;
	size_t experiments_n;
	int64_t offset, max_results;
};

/* ---- the statement ---- */

/* (x.dataset_name = ? AND x.dataset_digest IS ?) OR ...: without a digest, metrics that have none, as in MLflow. */
static void add_datasets(struct mr_select *s, const struct mr_search_logged_models *request)
{
	size_t i;

	mr_select_add(s, " AND (");
	for (i = 0; i < request->datasets_n; i++) {
		mr_select_add(s, i ? " OR (x.dataset_name = " : "(x.dataset_name = ");
		mr_select_text(s, request->datasets[i]->dataset_name);
		if (request->datasets[i]->dataset_digest.len) {
			mr_select_add(s, " AND x.dataset_digest = ");
			mr_select_text(s, request->datasets[i]->dataset_digest);
		} else {
			mr_select_add(s, " AND x.dataset_digest IS NULL");
		}
		mr_select_add(s, ")");
	}
	mr_select_add(s, ")");
}

static void add_clause(struct mr_select *s, const struct search *q, const struct mr_search_clause *c)
{
	char column[80];

	mr_select_add(s, " AND ");
	if (c->type == MR_SEARCH_ATTRIBUTE) {
		snprintf(column, sizeof column, "m.%.*s", MR_STR_ARG(c->key)); /* one of a list of columns */
		mr_select_compare(s, column, c);
		return;
	}
	if (c->type == MR_SEARCH_METRIC) {
		mr_select_add(s, "EXISTS (SELECT 1 FROM logged_model_metrics x WHERE x.model_id = m.model_id AND "
				 "x.metric_name = ");
		mr_select_text(s, c->key);
		mr_select_add(s, " AND ");
		mr_select_compare(s, "x.metric_value", c);
		if (q->request->datasets_n)
			add_datasets(s, q->request);
	} else {
		bool param = c->type == MR_SEARCH_PARAM;

		mr_buf_printf(&s->sql, "EXISTS (SELECT 1 FROM %s x WHERE x.model_id = m.model_id AND x.%s = ",
			      param ? "logged_model_params" : "logged_model_tags", param ? "param_key" : "tag_key");
		mr_select_text(s, c->key);
		mr_select_add(s, " AND ");
		mr_select_compare(s, param ? "x.param_value" : "x.tag_value", c);
	}
	mr_select_add(s, ")");
}

static void add_filter(struct mr_select *s, const struct search *q)
{
	bool by_metric = false;
	size_t i;

	for (i = 0; i < q->filter.n; i++) {
		add_clause(s, q, &q->filter.clauses[i]);
		by_metric = by_metric || q->filter.clauses[i].type == MR_SEARCH_METRIC;
	}
	if (by_metric || !q->request->datasets_n)
		return;
	mr_select_add(s, " AND EXISTS (SELECT 1 FROM logged_model_metrics x WHERE x.model_id = m.model_id");
	add_datasets(s, q->request);
	mr_select_add(s, ")");
}

/* The latest value of a metric of the model, as a column. */
static void add_metric(struct mr_select *s, const struct mr_search_order *o)
{
	mr_select_add(s, "(SELECT x.metric_value FROM logged_model_metrics x WHERE x.model_id = m.model_id AND "
			 "x.metric_name = ");
	mr_select_text(s, o->key);
	if (o->dataset_name.len) {
		mr_select_add(s, " AND x.dataset_name = ");
		mr_select_text(s, o->dataset_name);
	}
	if (o->dataset_digest.len) {
		mr_select_add(s, " AND x.dataset_digest = ");
		mr_select_text(s, o->dataset_digest);
	}
	mr_select_add(s, " ORDER BY x.metric_timestamp_ms DESC, x.metric_step DESC, x.run_id ASC LIMIT 1)");
}

static void add_order(struct mr_select *s, const struct search *q)
{
	bool by_time = false, by_id = false;
	size_t i;

	mr_select_add(s, " ORDER BY ");
	for (i = 0; i < q->request->order_by_n; i++) {
		const struct mr_search_order *o = &q->orders[i];

		if (o->type == MR_SEARCH_METRIC)
			add_metric(s, o);
		else
			mr_buf_printf(&s->sql, "m.%.*s", MR_STR_ARG(o->key));
		mr_select_direction(s, o->ascending);
		mr_select_add(s, ", ");
		by_time = by_time || (o->type == MR_SEARCH_ATTRIBUTE && mr_str_is(o->key, "creation_timestamp_ms"));
		by_id = by_id || (o->type == MR_SEARCH_ATTRIBUTE && mr_str_is(o->key, "model_id"));
	}
	mr_select_add(s, by_time ? "" : "m.creation_timestamp_ms DESC");
	mr_select_add(s, by_time || by_id ? "" : ", ");
	mr_select_add(s, by_id ? "" : "m.model_id ASC");
	mr_select_add(s, by_time && by_id ? "m.model_id ASC" : "");
}

static void write_search(struct mr_select *s, const struct search *q)
{
	mr_select_add(s, "SELECT " MR_SQLITE_LOGGED_MODEL_COLUMNS " FROM logged_models m WHERE m.lifecycle_stage <> 'deleted' AND ");
	mr_select_in_ints(s, "m.experiment_id", q->experiments, q->experiments_n);
	add_filter(s, q);
	add_order(s, q);
	mr_select_add(s, " LIMIT ");
	mr_select_int(s, q->max_results + 1);
	mr_select_add(s, " OFFSET ");
	mr_select_int(s, q->offset);
}

/* ---- the token: the whole request, and where the next page begins ---- */

static void write_text_or_null(mr_json_writer *w, mr_str text)
{
	if (text.len)
		mr_json_write_string(w, text);
	else
		mr_json_write_null(w);
}

static void write_order(mr_json_writer *w, const struct mr_search_logged_models_order_by *o)
{
	mr_json_write_begin(w, '{');
	mr_json_write_key(w, mr_str_from("field_name"));
	mr_json_write_string(w, o->field_name);
	mr_json_write_key(w, mr_str_from("ascending"));
	mr_json_write_bool(w, !MR_HAS(o, MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_ASCENDING) || o->ascending);
	mr_json_write_key(w, mr_str_from("dataset_name"));
	write_text_or_null(w, o->dataset_name);
	mr_json_write_key(w, mr_str_from("dataset_digest"));
	write_text_or_null(w, o->dataset_digest);
	mr_json_write_end(w, '}');
}

static void write_experiments(mr_json_writer *w, const struct mr_search_logged_models *request)
{
	size_t i;

	mr_json_write_begin(w, '[');
	for (i = 0; i < request->experiment_ids_n; i++)
		mr_json_write_string(w, request->experiment_ids[i]);
	mr_json_write_end(w, ']');
}

static void write_orders(mr_json_writer *w, const struct mr_search_logged_models *request)
{
	size_t i;

	if (!request->order_by_n) {
		mr_json_write_null(w);
		return;
	}
	mr_json_write_begin(w, '[');
	for (i = 0; i < request->order_by_n; i++)
		write_order(w, request->order_by[i]);
	mr_json_write_end(w, ']');
}

static mr_code make_token(const struct search *q, mr_call *call, mr_str *out, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, TOKEN_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("experiment_ids"));
	write_experiments(&w, q->request);
	mr_json_write_key(&w, mr_str_from("filter_string"));
	write_text_or_null(&w, q->request->filter);
	mr_json_write_key(&w, mr_str_from("order_by"));
	write_orders(&w, q->request);
	mr_json_write_key(&w, mr_str_from("offset"));
	mr_json_write_int(&w, q->offset + q->max_results);
	mr_json_write_end(&w, '}');
	code = mr_buf_check(&buf, err);
	if (code == MR_OK) {
		*out = mr_base64_encode(call->arena, mr_buf_view(&buf));
		code = out->ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(&buf);
	return code;
}

/* A value of the token against the same part of the request: both as JSON. */
static mr_code check_same(const char *what, const char *request_name, const mr_json *found,
			  void (*write)(mr_json_writer *, const struct mr_search_logged_models *),
			  const struct mr_search_logged_models *request, mr_error *err)
{
	static const mr_json null = {.type = MR_JSON_NULL};
	mr_buf expected, actual;
	mr_json_writer w;
	mr_code code = MR_OK;

	mr_buf_init(&expected, TOKEN_MAX);
	mr_buf_init(&actual, TOKEN_MAX);
	mr_json_write_init(&w, &expected, MR_JSON_SPACED);
	write(&w, request);
	mr_json_write_init(&w, &actual, MR_JSON_SPACED);
	mr_json_write_tree(&w, found ? found : &null);
	if (expected.failed || actual.failed)
		code = mr_error_no_memory(err);
	else if (!mr_str_eq(mr_buf_view(&expected), mr_buf_view(&actual)))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "%s in the page token do%s not match the requested %s. Expected: %s. Found: %s", what,
				    what[strlen(what) - 1] == 's' ? "" : "es", request_name, expected.ptr, actual.ptr);
	mr_buf_dispose(&expected);
	mr_buf_dispose(&actual);
	return code;
}

static void write_filter(mr_json_writer *w, const struct mr_search_logged_models *request)
{
	write_text_or_null(w, request->filter);
}

static mr_code read_token(struct search *q, mr_call *call, mr_error *err)
{
	mr_str decoded;
	mr_json *token;
	mr_error ignored;
	mr_code code;

	if (!q->request->page_token.len)
		return MR_OK;
	mr_error_init(&ignored);
	if (!mr_base64_decode(q->request->page_token, call->arena, &decoded) ||
	    mr_json_parse(decoded, call->arena, &token, &ignored) != MR_OK || token->type != MR_JSON_OBJECT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid page token: %.*s. It is not one of ours.",
				    MR_STR_ARG(q->request->page_token));
	code = check_same("Experiment IDs", "experiment IDs", mr_json_get(token, "experiment_ids"), write_experiments,
			  q->request, err);
	if (code == MR_OK)
		code = check_same("Filter string", "filter string", mr_json_get(token, "filter_string"), write_filter,
				  q->request, err);
	if (code == MR_OK)
		code = check_same("Order by", "order by", mr_json_get(token, "order_by"), write_orders, q->request, err);
	q->offset = mr_json_int(mr_json_get(token, "offset"), 0);
	return code;
}

/* ---- the request ---- */

static mr_code read_orders(struct search *q, mr_call *call, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	q->orders = mr_call_zalloc(call, q->request->order_by_n * sizeof *q->orders + 1);
	if (!q->orders)
		return mr_error_no_memory(err);
	for (i = 0; i < q->request->order_by_n && code == MR_OK; i++) {
		const struct mr_search_logged_models_order_by *o = q->request->order_by[i];

		code = mr_search_parse_order(MR_SEARCH_LOGGED_MODELS, o->field_name, call->arena, &q->orders[i], err);
		q->orders[i].ascending = !MR_HAS(o, MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_ASCENDING) || o->ascending;
		q->orders[i].dataset_name = o->dataset_name;
		q->orders[i].dataset_digest = o->dataset_digest;
	}
	return code;
}

static mr_code read_request(struct search *q, mr_call *call, mr_error *err)
{
	const struct mr_search_logged_models *r = q->request;
	size_t i;
	mr_code code = MR_OK;

	for (i = 0; i < r->datasets_n && code == MR_OK; i++)
		if (!r->datasets[i]->dataset_name.len)
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "`dataset_name` in the `datasets` clause must be specified.");
	q->max_results = MR_HAS(r, MR_SEARCH_LOGGED_MODELS_HAS_MAX_RESULTS) ? r->max_results : RESULTS_PROTO;
	if (q->max_results == 0)
		q->max_results = RESULTS_DEFAULT;
	if (code == MR_OK)
		code = read_token(q, call, err);
	if (code == MR_OK)
		code = mr_select_page_size(q->max_results, err);
	if (code == MR_OK)
		code = mr_search_parse_filter(MR_SEARCH_LOGGED_MODELS, r->filter, call->arena, &q->filter, err);
	q->experiments_n = r->experiment_ids_n;
	if (code == MR_OK)
		code = mr_select_experiments(r->experiment_ids, &q->experiments_n, call, &q->experiments, err);
	return code == MR_OK ? read_orders(q, call, err) : code;
}

static mr_code emit_page(mr_conn *conn, mr_stmt *stmt, const struct search *q, mr_call *call, bool *more, mr_error *err)
{
	struct mr_logged_model *model;
	int64_t n = 0;
	bool row = true;
	mr_code code = MR_OK;

	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		size_t mark = mr_call_mark(call);

		if (n++ == q->max_results)
			break;
		code = mr_sqlite_logged_model_read(conn, stmt, call, &model, err);
		if (code == MR_OK)
			code = mr_call_emit(call, model, err);
		mr_call_release(call, mark);
	}
	mr_stmt_done(stmt);
	*more = row;
	return code;
}

mr_code mr_sqlite_search_logged_models(void *self, const struct mr_search_logged_models *request,
				       struct mr_search_logged_models_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct search q = {.request = request};
	struct mr_select s;
	mr_conn *conn = NULL;
	mr_stmt *stmt;
	bool more = false;
	mr_code code = read_request(&q, call, err);

	mr_select_init(&s, call);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code == MR_OK) {
		write_search(&s, &q);
		code = mr_select_prepare(&s, conn, &stmt, err);
	}
	if (code == MR_OK)
		code = emit_page(conn, stmt, &q, call, &more, err);
	mr_db_read_end(conn);
	mr_select_dispose(&s);
	if (code == MR_OK && more)
		code = make_token(&q, call, &response->next_page_token, err);
	if (code == MR_OK && more)
		MR_SET(response, MR_SEARCH_LOGGED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN);
	return code;
}
