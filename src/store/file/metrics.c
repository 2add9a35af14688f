/* SPDX-License-Identifier: Apache-2.0
 *
 * Metrics and their history.
 */
#include <math.h>
#include <stdlib.h>

#include "search/search.h"
#include "store/file/logged_models.h"
#include "store/file/runs.h"
#include "store/rules.h"

/* ---- logging ---- */

mr_code mr_file_put_metrics(struct mr_file_write *write, const struct mr_file_run *run, struct mr_metric *const *metrics,
			    size_t n, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder = mr_file_join(call, run->folder, "metrics"), of_model;
	mr_code code = MR_OK;

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		const struct mr_metric *m = metrics[i];

		code = mr_value_check(write->store, folder, m->key, call, err);
		if (code == MR_OK)
			code = mr_file_append_metric(&write->change, folder, m, mr_str_from(NULL), err);
		if (code != MR_OK || !m->model_id.len)
			continue;
		code = mr_file_model_metrics_folder(write->store, run->experiment, m->model_id, call, &of_model, err);
		if (code == MR_OK)
			code = mr_value_check(write->store, of_model, m->key, call, err);
		if (code == MR_OK)
			code = mr_file_append_metric(&write->change, of_model, m, run->id, err);
	}
	return code;
}

static mr_code log_metric(void *self, const struct mr_log_metric *request, struct mr_log_metric_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_metric m = {.key = request->key,
			      .value = request->value,
			      .timestamp = request->timestamp,
			      .step = request->step,
			      .model_id = request->model_id,
			      .dataset_name = request->dataset_name,
			      .dataset_digest = request->dataset_digest};
	struct mr_metric *one = &m;
	struct mr_file_write write;
	struct mr_file_run run;
	mr_code code = mr_rule_metric(m.key, m.value, m.timestamp, MR_PLACE_NONE, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = mr_file_run_active(self, request->run_id, call, &run, err);
	if (code == MR_OK)
		code = mr_file_put_metrics(&write, &run, &one, 1, err);
	return mr_file_write_end(&write, code, err);
}

/* ---- history ---- */

static mr_code read_points(struct mr_file_store *store, mr_str run_id, mr_str key, mr_call *call,
			   struct mr_file_point **points, size_t *n, mr_error *err)
{
	struct mr_file_run run;
	mr_code code = mr_rule_name(key, MR_PLACE_NONE, "name", err);

	*n = 0;
	if (code == MR_OK)
		code = mr_file_run_find(store, run_id, call, &run, err);
	return code == MR_OK ? mr_file_points_read(store, mr_file_join(call, run.folder, "metrics"), key, false, call,
						   points, n, err)
			     : code;
}

static mr_code emit_point(mr_str key, mr_str run_id, const struct mr_file_point *p, mr_call *call, mr_error *err)
{
	struct mr_metric m = {.has = MR_METRIC_HAS_KEY | MR_METRIC_HAS_VALUE | MR_METRIC_HAS_TIMESTAMP | MR_METRIC_HAS_STEP |
				     MR_METRIC_HAS_RUN_ID,
			      .key = key,
			      .value = p->value,
			      .timestamp = p->timestamp,
			      .step = p->step,
			      .run_id = run_id};

	MR_PUT_TEXT(&m, dataset_name, MR_METRIC_HAS_DATASET_NAME, p->dataset_name);
	MR_PUT_TEXT(&m, dataset_digest, MR_METRIC_HAS_DATASET_DIGEST, p->dataset_digest);
	return mr_call_emit(call, &m, err);
}

static mr_code get_metric_history(void *self, const struct mr_get_metric_history *request,
				  struct mr_get_metric_history_response *response, mr_call *call, mr_error *err)
{
	int64_t limit = MR_HAS(request, MR_GET_METRIC_HISTORY_HAS_MAX_RESULTS) ? request->max_results : INT64_MAX;
	struct mr_file_point *points;
	struct mr_page_token token;
	struct mr_file_hold hold;
	size_t n, from, to;
	mr_code code = MR_OK;

	if (limit <= 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer.",
				    (int)request->max_results);
	code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, read_points(self, request->run_id, request->metric_key, call, &points, &n, err));
	if (code != MR_OK)
		return code;
	from = mr_file_page(token.offset, limit, n, &to);
	for (size_t i = from; i < to && code == MR_OK; i++)
		code = emit_point(request->metric_key, request->run_id, &points[i], call, err);
	if (code != MR_OK || to >= n)
		return code;
	MR_PUT(response, next_page_token, MR_GET_METRIC_HISTORY_RESPONSE_HAS_NEXT_PAGE_TOKEN,
	       mr_page_token_make(call->arena, (int64_t)to, mr_str_from(NULL)));
	return response->next_page_token.ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- one metric of many runs ---- */

static int by_text(const void *a, const void *b)
{
	const mr_str *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = n ? memcmp(x->ptr, y->ptr, n) : 0;

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

static int by_time(const void *a, const void *b)
{
	const struct mr_file_point *x = a, *y = b;

	if (x->timestamp != y->timestamp)
		return x->timestamp < y->timestamp ? -1 : 1;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	if (x->value != y->value && x->value == x->value && y->value == y->value)
		return x->value < y->value ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static mr_code emit_bulk_of_run(struct mr_file_store *store, mr_str run_id, mr_str key, int64_t max_results, mr_call *call,
				mr_error *err)
{
	size_t mark = mr_call_mark(call), n;
	struct mr_file_point *points;
	mr_code code = read_points(store, run_id, key, call, &points, &n, err);

	if (code == MR_OK && (uint64_t)max_results < n)
		n = (size_t)max_results;
	if (code == MR_OK && n)
		qsort(points, n, sizeof *points, by_time);
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_metric_point m = {.has = MR_METRIC_POINT_HAS_KEY | MR_METRIC_POINT_HAS_RUN_ID |
						   MR_METRIC_POINT_HAS_STEP | MR_METRIC_POINT_HAS_TIMESTAMP |
						   MR_METRIC_POINT_HAS_VALUE,
					    .key = key,
					    .run_id = run_id,
					    .timestamp = points[i].timestamp,
					    .step = points[i].step,
					    .value = points[i].value};

		code = mr_call_emit(call, &m, err);
	}
	mr_call_release(call, mark);
	return code;
}

/* max_results is of each run, as the reference's file store has it. */
static mr_code get_metric_history_bulk(void *self, const struct mr_get_metric_history_bulk *request,
				       struct mr_get_metric_history_bulk_response *response, mr_call *call, mr_error *err)
{
	int64_t max_results = MR_MAX_BULK_POINTS;
	struct mr_file_hold hold;
	mr_str *ids;
	mr_code code = mr_rule_bulk_history(request, err);

	(void)response;
	if (code != MR_OK)
		return code;
	if (MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_HAS_MAX_RESULTS) && request->max_results < max_results)
		max_results = request->max_results > 0 ? request->max_results : 0;
	ids = mr_call_alloc(call, request->run_id_n * sizeof *ids);
	if (!ids)
		return mr_error_no_memory(err);
	memcpy(ids, request->run_id, request->run_id_n * sizeof *ids);
	qsort(ids, request->run_id_n, sizeof *ids, by_text);
	code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < request->run_id_n && code == MR_OK; i++)
		code = emit_bulk_of_run(self, ids[i], request->metric_key, max_results, call, err);
	return mr_file_read_end(self, &hold, code);
}

/* ---- thinned out: abstract_store.py, get_metric_history_bulk_interval ---- */

/* Sorted, each once. */
struct steps {
	int64_t *items;
	size_t n, room;
};

static bool add_step(struct steps *s, int64_t step, mr_call *call)
{
	size_t room = s->room ? s->room * 2 : 256;

	if (s->n == s->room) {
		s->items = mr_arena_grow(call->arena, s->items, s->room * sizeof *s->items, room * sizeof *s->items);
		s->room = room;
	}
	if (s->items)
		s->items[s->n++] = step;
	return s->items != NULL;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void sort_steps(struct steps *s)
{
	size_t kept = 0;

	if (s->n)
		qsort(s->items, s->n, sizeof *s->items, by_number);
	for (size_t i = 0; i < s->n; i++)
		if (!kept || s->items[kept - 1] != s->items[i])
			s->items[kept++] = s->items[i];
	s->n = kept;
}

/* How many are below the step (or not above it). */
static size_t position(const struct steps *s, int64_t step, bool behind)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->items[middle] < step || (behind && s->items[middle] == step))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct sample {
	const struct mr_get_metric_history_bulk_interval *request;
	mr_call *call;
	int64_t max_results, start, end;
	struct steps chosen;
};

/* The steps of all runs, and the first and last of each. */
static mr_code collect_steps(struct mr_file_store *store, const struct sample *s, struct steps *all, struct steps *ends,
			     mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t r = 0; r < s->request->run_ids_n && code == MR_OK; r++) {
		struct mr_file_point *points;
		int64_t first = INT64_MAX, last = INT64_MIN;
		size_t n;
		bool room = true;

		code = read_points(store, s->request->run_ids[r], s->request->metric_key, s->call, &points, &n, err);
		for (size_t i = 0; i < n && code == MR_OK; i++) {
			room = room && add_step(all, points[i].step, s->call);
			first = points[i].step < first ? points[i].step : first;
			last = points[i].step > last ? points[i].step : last;
		}
		if (code == MR_OK && n)
			room = room && add_step(ends, first, s->call) && add_step(ends, last, s->call);
		if (!room)
			code = mr_error_no_memory(err);
	}
	sort_steps(all);
	sort_steps(ends);
	return code;
}

static mr_code choose_steps(struct sample *s, const struct steps *all, const struct steps *ends, mr_error *err)
{
	size_t from = position(all, s->start, false), to = position(all, s->end, true), n = to > from ? to - from : 0;
	bool room = true;

	for (size_t i = from; i < to && (int64_t)n <= s->max_results; i++)
		room = room && add_step(&s->chosen, all->items[i], s->call);
	for (int64_t i = 0; i < s->max_results && (int64_t)n > s->max_results; i++) {
		size_t at = from + (size_t)((double)i * ((double)n / (double)s->max_results));

		if (at < to)
			room = room && add_step(&s->chosen, all->items[at], s->call);
	}
	if (n)
		room = room && add_step(&s->chosen, all->items[to - 1], s->call);
	for (size_t i = 0; i < ends->n; i++)
		if (ends->items[i] >= s->start && ends->items[i] <= s->end)
			room = room && add_step(&s->chosen, ends->items[i], s->call);
	sort_steps(&s->chosen);
	return room ? MR_OK : mr_error_no_memory(err);
}

static int by_step(const void *a, const void *b)
{
	const struct mr_file_point *x = a, *y = b;

	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	if (x->timestamp != y->timestamp)
		return x->timestamp < y->timestamp ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static mr_code emit_sample_point(const struct sample *s, mr_str run_id, const struct mr_file_point *p, mr_error *err)
{
	struct mr_metric_with_run_id m = {
		.has = MR_METRIC_WITH_RUN_ID_HAS_KEY | MR_METRIC_WITH_RUN_ID_HAS_VALUE | MR_METRIC_WITH_RUN_ID_HAS_TIMESTAMP |
		       MR_METRIC_WITH_RUN_ID_HAS_STEP | MR_METRIC_WITH_RUN_ID_HAS_RUN_ID,
		.key = s->request->metric_key,
		.value = p->value,
		.timestamp = p->timestamp,
		.step = p->step,
		.run_id = run_id};

	return mr_call_emit(s->call, &m, err);
}

/* Evenly over the points, with the first and the last; rounded as Python rounds, half to even. */
static mr_code emit_sample_of_run(struct mr_file_store *store, const struct sample *s, mr_str run_id, mr_error *err)
{
	size_t limit = (size_t)s->max_results > s->chosen.n ? (size_t)s->max_results : s->chosen.n, n, kept = 0;
	struct mr_file_point *points;
	size_t last = SIZE_MAX;
	mr_code code = read_points(store, run_id, s->request->metric_key, s->call, &points, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		size_t at = position(&s->chosen, points[i].step, false);

		if (at < s->chosen.n && s->chosen.items[at] == points[i].step)
			points[kept++] = points[i];
	}
	if (code != MR_OK || kept == 0)
		return code;
	qsort(points, kept, sizeof *points, by_step);
	for (size_t i = 0; i < (kept < limit ? kept : limit) && code == MR_OK; i++) {
		size_t at = kept <= limit ? i
			    : limit == 1  ? kept - 1
					  : (size_t)nearbyint((double)i * ((double)(kept - 1) / (double)(limit - 1)));

		if (at == last)
			continue;
		last = at;
		code = emit_sample_point(s, run_id, &points[at], err);
	}
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

static mr_code sample_runs(struct mr_file_store *store, struct sample *s, mr_error *err)
{
	struct steps all = {0}, ends = {0};
	mr_code code = collect_steps(store, s, &all, &ends, err);

	if (code != MR_OK)
		return code;
	s->start = s->request->start_step;
	s->end = s->request->end_step;
	if (!MR_HAS(s->request, MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_START_STEP)) {
		s->start = 0;
		s->end = all.n ? all.items[all.n - 1] : 0;
	}
	code = choose_steps(s, &all, &ends, err);
	for (size_t i = 0; i < s->request->run_ids_n && code == MR_OK; i++)
		code = emit_sample_of_run(store, s, s->request->run_ids[i], err);
	return code;
}

static mr_code get_metric_history_bulk_interval(void *self, const struct mr_get_metric_history_bulk_interval *request,
						struct mr_get_metric_history_bulk_interval_response *response,
						mr_call *call, mr_error *err)
{
	struct sample s = {.request = request, .call = call, .max_results = MR_MAX_SAMPLED_POINTS};
	struct mr_file_hold hold;
	mr_code code = check_interval(request, err);

	(void)response;
	if (MR_HAS(request, MR_GET_METRIC_HISTORY_BULK_INTERVAL_HAS_MAX_RESULTS))
		s.max_results = request->max_results > 0 ? request->max_results : 1;
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	return code == MR_OK ? mr_file_read_end(self, &hold, sample_runs(self, &s, err)) : code;
}

const struct mr_metrics_ops mr_file_metrics = {
	.size = sizeof mr_file_metrics,
	.log_metric = log_metric,
	.get_metric_history = get_metric_history,
	.get_metric_history_bulk_interval = get_metric_history_bulk_interval,
	.get_metric_history_bulk = get_metric_history_bulk,
};
