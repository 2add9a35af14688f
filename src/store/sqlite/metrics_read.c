/* SPDX-License-Identifier: Apache-2.0
 *
 * The history of metrics: of one metric, of one metric of many runs, and
 * thinned out over steps.
 */
#include <math.h>
#include <stdlib.h>

#include "search/search.h"
#include "store/rules.h"
#include "store/sqlite/metrics.h"

/* ---- one metric ---- */

/* A history is read in the order of its index (by step), which nearly always is
 * the order that is asked for (by time); sorting this much here is cheaper than
 * in SQL. A longer one is sorted by SQLite. */
enum { POINTS_MAX = 100000 };

struct point {
	int64_t timestamp, step;
	double value;
	bool is_nan;
};

struct history {
	const struct mr_get_metric_history *request;
	mr_call *call;
	int64_t offset, limit; /* limit -1: all */
	int64_t emitted;
	bool more;
};

static int by_time(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->timestamp != y->timestamp)
		return x->timestamp < y->timestamp ? -1 : 1;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

static mr_code emit_point(struct history *h, const struct point *p, mr_error *err)
{
	struct mr_metric m = {.has = MR_METRIC_HAS_KEY | MR_METRIC_HAS_VALUE | MR_METRIC_HAS_TIMESTAMP | MR_METRIC_HAS_STEP,
			      .key = h->request->metric_key,
			      .value = p->is_nan ? (double)NAN : p->value,
			      .timestamp = p->timestamp,
			      .step = p->step};

	if (h->limit >= 0 && h->emitted == h->limit) {
		h->more = true;
		return MR_OK;
	}
	h->emitted++;
	return mr_call_emit(h->call, &m, err);
}

static void read_point(mr_stmt *stmt, struct point *p)
{
	p->timestamp = mr_stmt_int(stmt, 0);
	p->step = mr_stmt_int(stmt, 1);
	p->value = mr_stmt_double(stmt, 2);
	p->is_nan = mr_stmt_int(stmt, 3) != 0;
}

static mr_query find_points = MR_QUERY("SELECT timestamp, step, value, is_nan FROM metrics WHERE run_uuid = ?1 AND key = ?2");
static mr_query find_in_order = MR_QUERY("SELECT timestamp, step, value, is_nan FROM metrics WHERE run_uuid = ?1 AND "
					 "key = ?2 ORDER BY timestamp, step, value LIMIT ?3 OFFSET ?4");

static mr_code bound(mr_conn *conn, mr_query *query, const struct history *h, mr_stmt **out, mr_error *err)
{
	mr_code code = mr_conn_query(conn, query, out, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(*out, 1, h->request->run_id);
	mr_stmt_bind_text(*out, 2, h->request->metric_key);
	return MR_OK;
}

static mr_code stream(mr_conn *conn, struct history *h, mr_error *err)
{
	struct point p;
	mr_stmt *stmt;
	bool row;
	mr_code code = bound(conn, &find_in_order, h, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 3, h->limit < 0 ? -1 : h->limit + 1);
	mr_stmt_bind_int(stmt, 4, h->offset);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		read_point(stmt, &p);
		code = emit_point(h, &p, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	return code;
}

/* Reads up to POINTS_MAX points; *n is one more when there are more. */
static mr_code collect(mr_conn *conn, const struct history *h, struct point **out, size_t *n, mr_error *err)
{
	size_t room = 0;
	mr_stmt *stmt;
	bool row;
	mr_code code = bound(conn, &find_points, h, &stmt, err);

	*out = NULL;
	*n = 0;
	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		if (*n == POINTS_MAX) {
			++*n;
			break;
		}
		if (*n == room) {
			size_t more = room ? room * 2 : 64;
			struct point *grown = mr_arena_grow(h->call->arena, *out, room * sizeof **out, more * sizeof **out);

			code = grown ? MR_OK : mr_error_no_memory(err);
			*out = grown ? grown : *out;
			room = grown ? more : room;
			if (!grown)
				break;
		}
		read_point(stmt, &(*out)[(*n)++]);
	}
	mr_stmt_done(stmt);
	return code;
}

static mr_code emit_sorted(struct history *h, struct point *points, size_t n, mr_error *err)
{
	bool sorted = true;
	size_t i;
	mr_code code = MR_OK;

	for (i = 1; i < n && sorted; i++)
		sorted = by_time(&points[i - 1], &points[i]) <= 0;
	if (!sorted)
		qsort(points, n, sizeof *points, by_time);
	for (i = h->offset > 0 ? (size_t)h->offset : 0; i < n && code == MR_OK && !h->more; i++)
		code = emit_point(h, &points[i], err);
	return code;
}

static mr_code read_history(mr_conn *conn, struct history *h, mr_error *err)
{
	size_t mark = mr_call_mark(h->call), n;
	struct point *points;
	mr_code code = collect(conn, h, &points, &n, err);

	if (code == MR_OK && n <= POINTS_MAX)
		return emit_sorted(h, points, n, err);
	mr_call_release(h->call, mark);
	return code == MR_OK ? stream(conn, h, err) : code;
}

static mr_code get_metric_history(void *self, const struct mr_get_metric_history *request,
				  struct mr_get_metric_history_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct history h = {.request = request, .call = call, .limit = -1};
	struct mr_page_token token;
	mr_conn *conn;
	mr_code code;

	if (MR_HAS(request, MR_GET_METRIC_HISTORY_HAS_MAX_RESULTS)) {
		h.limit = request->max_results;
		if (h.limit <= 0)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Invalid value %d for parameter 'max_results' supplied. It must be a positive "
					    "integer.",
					    (int)request->max_results);
	}
	code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	h.offset = token.offset;
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = read_history(conn, &h, err);
	mr_db_read_end(conn);
	if (code == MR_OK && h.more) {
		MR_PUT(response, next_page_token, MR_GET_METRIC_HISTORY_RESPONSE_HAS_NEXT_PAGE_TOKEN,
		       mr_page_token_make(call->arena, h.offset + h.limit, mr_str_from(NULL)));
		code = response->next_page_token.ptr ? MR_OK : mr_error_no_memory(err);
	}
	return code;
}

/* ---- one metric of many runs ---- */

static int by_text(const void *a, const void *b)
{
	const mr_str *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = n ? memcmp(x->ptr, y->ptr, n) : 0;

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* The ids in order, each once. */
static mr_str *sorted_ids(const mr_str *ids, size_t *n, mr_call *call)
{
	mr_str *sorted = mr_call_alloc(call, *n * sizeof *sorted + 1);
	size_t i, kept = 0;

	if (!sorted)
		return NULL;
	if (*n)
		memcpy(sorted, ids, *n * sizeof *sorted);
	qsort(sorted, *n, sizeof *sorted, by_text);
	for (i = 0; i < *n; i++)
		if (!kept || !mr_str_eq(sorted[i], sorted[kept - 1]))
			sorted[kept++] = sorted[i];
	*n = kept;
	return sorted;
}

static mr_code emit_bulk_of_run(mr_conn *conn, mr_str run_id, mr_str key, int64_t *left, mr_call *call, mr_error *err)
{
	struct mr_get_metric_history request = {.run_id = run_id, .metric_key = key};
	struct history h = {.request = &request, .call = call};
	struct mr_metric_point m = {.has = MR_METRIC_POINT_HAS_KEY | MR_METRIC_POINT_HAS_RUN_ID |
					   MR_METRIC_POINT_HAS_STEP | MR_METRIC_POINT_HAS_TIMESTAMP |
					   MR_METRIC_POINT_HAS_VALUE,
				    .key = key,
				    .run_id = run_id};
	struct point p;
	mr_stmt *stmt;
	bool row;
	mr_code code = bound(conn, &find_in_order, &h, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 3, *left);
	mr_stmt_bind_int(stmt, 4, 0);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		read_point(stmt, &p);
		m.timestamp = p.timestamp;
		m.step = p.step;
		m.value = p.is_nan ? (double)NAN : p.value;
		--*left;
		code = mr_call_emit(call, &m, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	return code;
}

static mr_code get_metric_history_bulk(void *self, const struct mr_get_metric_history_bulk *request,
				       struct mr_get_metric_history_bulk_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t left = MR_MAX_BULK_POINTS;
	size_t n = request->run_id_n, i;
	mr_str *ids;
	mr_conn *conn;
	mr_code code = mr_rule_bulk_history(request, err);

	(void)response;
	if (code != MR_OK)
		return code;
	if (MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_HAS_MAX_RESULTS) && request->max_results < MR_MAX_BULK_POINTS)
		left = request->max_results;
	ids = sorted_ids(request->run_id, &n, call);
	code = ids ? mr_db_read_begin(store->db, call, &conn, err) : mr_error_no_memory(err);
	if (code != MR_OK)
		return code;
	for (i = 0; i < n && left > 0 && code == MR_OK; i++)
		code = emit_bulk_of_run(conn, ids[i], request->metric_key, &left, call, err);
	mr_db_read_end(conn);
	return code;
}

/* ---- thinned out ---- */

/* MLflow's sampling (_sample_rows_with_window_functions): the rows in order are cut
 * into max_results buckets of equal size (NTILE), the first row of each is kept,
 * and the last row of all takes the place of the last kept, or is added. */
static mr_query find_sample = MR_QUERY(
	"WITH rows AS (SELECT step, timestamp, value, is_nan, ntile(?3) OVER w AS bucket FROM metrics "
	"WHERE run_uuid = ?1 AND key = ?2 AND (?4 IS NULL OR step >= ?4) AND (?5 IS NULL OR step <= ?5) "
	"WINDOW w AS (ORDER BY step, timestamp, value, is_nan)), "
	"ranked AS (SELECT step, timestamp, value, is_nan, row_number() OVER (PARTITION BY bucket "
	"ORDER BY step, timestamp, value, is_nan) AS rn FROM rows) "
	"SELECT timestamp, step, value, is_nan FROM ranked WHERE rn = 1 ORDER BY step, timestamp, value, is_nan");
static mr_query find_last = MR_QUERY(
	"SELECT timestamp, step, value, is_nan FROM metrics WHERE run_uuid = ?1 AND key = ?2 AND "
	"(?4 IS NULL OR step >= ?4) AND (?5 IS NULL OR step <= ?5) "
	"ORDER BY step DESC, timestamp DESC, value DESC, is_nan DESC LIMIT 1");

struct sample {
	const struct mr_get_metric_history_bulk_interval *request;
	mr_call *call;
	int64_t max_results;
};

static mr_code bind_sample(mr_conn *conn, mr_query *query, const struct sample *s, mr_str run_id, mr_stmt **out,
			   mr_error *err)
{
	bool steps = MR_HAS(s->request, MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_START_STEP);
	mr_code code = mr_conn_query(conn, query, out, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(*out, 1, run_id);
	mr_stmt_bind_text(*out, 2, s->request->metric_key);
	mr_stmt_bind_int(*out, 3, s->max_results);
	mr_stmt_bind_int_if(*out, 4, steps, s->request->start_step);
	mr_stmt_bind_int_if(*out, 5, steps, s->request->end_step);
	return MR_OK;
}

static mr_code emit_sample_point(const struct sample *s, mr_str run_id, const struct point *p, mr_error *err)
{
	struct mr_metric_with_run_id m = {
		.has = MR_METRIC_WITH_RUN_ID_HAS_KEY | MR_METRIC_WITH_RUN_ID_HAS_VALUE | MR_METRIC_WITH_RUN_ID_HAS_TIMESTAMP |
		       MR_METRIC_WITH_RUN_ID_HAS_STEP | MR_METRIC_WITH_RUN_ID_HAS_RUN_ID,
		.key = s->request->metric_key,
		.value = p->is_nan ? (double)NAN : p->value,
		.timestamp = p->timestamp,
		.step = p->step,
		.run_id = run_id};

	return mr_call_emit(s->call, &m, err);
}

static bool same_point(const struct point *a, const struct point *b)
{
	return a->step == b->step && a->timestamp == b->timestamp && a->is_nan == b->is_nan &&
	       (a->is_nan || a->value == b->value);
}

static mr_code read_last(mr_conn *conn, const struct sample *s, mr_str run_id, struct point *last, bool *found,
			 mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = bind_sample(conn, &find_last, s, run_id, &stmt, err);

	if (code != MR_OK)
		return code;
	code = mr_stmt_step(stmt, found, err);
	if (code == MR_OK && *found)
		read_point(stmt, last);
	mr_stmt_done(stmt);
	return code;
}

/* The row that was read last waits, because the last of all may take its place. */
static mr_code sample_run(mr_conn *conn, const struct sample *s, mr_str run_id, mr_error *err)
{
	struct point last, waiting = {0};
	int64_t n = 0;
	bool found = false, row = true;
	mr_stmt *stmt;
	mr_code code = read_last(conn, s, run_id, &last, &found, err);

	if (code != MR_OK || !found)
		return code;
	code = bind_sample(conn, &find_sample, s, run_id, &stmt, err);
	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		if (n++ && (code = emit_sample_point(s, run_id, &waiting, err)) != MR_OK)
			break;
		read_point(stmt, &waiting);
	}
	mr_stmt_done(stmt);
	if (code == MR_OK && n && (n < s->max_results || same_point(&waiting, &last)))
		code = emit_sample_point(s, run_id, &waiting, err);
	if (code == MR_OK && !(n && same_point(&waiting, &last)))
		code = emit_sample_point(s, run_id, &last, err);
	return code;
}

static mr_code check_interval(const struct mr_get_metric_history_bulk_interval *request, mr_error *err)
{
	bool start = MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_START_STEP),
	     end = MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_END_STEP);

	if (start != end)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "If either start step or end step are specified, both must be specified.");
	if (start && request->start_step > request->end_step)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "end_step must be greater than start_step. Found start_step=%d and end_step=%d.",
				    (int)request->start_step, (int)request->end_step);
	return MR_OK;
}

static mr_code get_metric_history_bulk_interval(void *self, const struct mr_get_metric_history_bulk_interval *request,
						struct mr_get_metric_history_bulk_interval_response *response,
						mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct sample s = {.request = request, .call = call, .max_results = MR_MAX_SAMPLED_POINTS};
	mr_conn *conn;
	size_t i;
	mr_code code = check_interval(request, err);

	(void)response;
	if (MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_MAX_RESULTS))
		s.max_results = request->max_results > 0 ? request->max_results : 1;
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	for (i = 0; i < request->run_ids_n && code == MR_OK; i++)
		code = sample_run(conn, &s, request->run_ids[i], err);
	mr_db_read_end(conn);
	return code;
}

const struct mr_metrics_ops mr_sqlite_metrics = {
	.size = sizeof mr_sqlite_metrics,
	.log_metric = mr_sqlite_log_metric,
	.get_metric_history = get_metric_history,
	.get_metric_history_bulk_interval = get_metric_history_bulk_interval,
	.get_metric_history_bulk = get_metric_history_bulk,
};
