/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching runs. Of each run only that is read which the filter asks for, its
 * meta.yaml first; of those that match, what the order asks for; and the rest
 * only of the runs of the page.
 */
#include "api/gen_descs.h"
#include "api/tables.h"
#include "search/match.h"
#include "store/file/runs.h"
#include "store/rules.h"

enum { RESULTS_DEFAULT = 1000 };

struct search {
	struct mr_file_store *store;
	const struct mr_search_runs *request;
	mr_call *call;
	mr_arena *scratch; /* for what is read of one run */
	struct mr_search_filter filter;
	struct mr_search_order *orders;
	bool *ascending;
	size_t orders_n;
	struct mr_sort_row *rows; /* items are struct found */
	size_t n, room;
	mr_error *err;
};

struct found {
	struct mr_run_info *info;
	mr_str experiment, folder;
};

/* ---- values of a run ---- */

static mr_str status_name(const struct mr_run_info *info)
{
	return mr_str_from(mr_enum_name(&mr_desc_enum_run_status, info->status));
}

static mr_str text_attribute(const struct mr_run_info *info, mr_str key)
{
	if (mr_str_is(key, "status"))
		return status_name(info);
	if (mr_str_is(key, "run_id"))
		return info->run_id;
	if (mr_str_is(key, "run_name"))
		return info->run_name;
	if (mr_str_is(key, "user_id"))
		return info->user_id;
	return info->artifact_uri;
}

static mr_code read_value(const struct search *s, const struct found *run, const char *kind, mr_str key, mr_str *out)
{
	return mr_value_find(s->store, mr_file_join(s->call, run->folder, kind), key, s->call, out, s->err);
}

static mr_code read_metric(const struct search *s, const struct found *run, mr_str key, double *value, bool *there)
{
	struct mr_file_point p;
	mr_code code = mr_file_points_latest(s->store, mr_file_join(s->call, run->folder, "metrics"), key, s->call, &p,
					     there, s->err);

	*value = *there && code == MR_OK ? p.value : 0;
	return code;
}

/* Runs of before MLflow 1.30 have their name in the tag only. */
static mr_code complete_name(const struct search *s, const struct found *run)
{
	mr_str name;
	mr_code code;

	if (run->info->run_name.len)
		return MR_OK;
	code = read_value(s, run, "tags", mr_str_from(MR_TAG_RUN_NAME), &name);
	if (code == MR_OK && name.len)
		MR_PUT(run->info, run_name, MR_RUN_INFO_HAS_RUN_NAME, name);
	return code;
}

/* ---- matching ---- */

static mr_code match_dataset(const struct search *s, const struct found *run, const struct mr_search_clause *c, bool *out)
{
	struct mr_run of_run = {0};
	mr_code code = mr_file_run_inputs(s->store, run->experiment, run->folder, &of_run, s->call, s->err);

	*out = false;
	for (size_t i = 0; code == MR_OK && i < of_run.inputs->dataset_inputs_n && !*out; i++) {
		const struct mr_dataset_input *input = of_run.inputs->dataset_inputs[i];

		if (mr_str_is(c->key, "name"))
			*out = mr_search_match_text(c, input->dataset->name);
		else if (mr_str_is(c->key, "digest"))
			*out = mr_search_match_text(c, input->dataset->digest);
		for (size_t t = 0; t < input->tags_n && mr_str_is(c->key, "context") && !*out; t++)
			*out = mr_str_is(input->tags[t]->key, MR_TAG_DATASET_CONTEXT) &&
			       mr_search_match_text(c, input->tags[t]->value);
	}
	return code;
}

static mr_code match_file(const struct search *s, const struct found *run, const struct mr_search_clause *c, bool *out)
{
	double number;
	mr_str value;
	bool there;
	mr_code code;

	switch (c->type) {
	case MR_SEARCH_METRIC:
		code = read_metric(s, run, c->key, &number, &there);
		*out = code == MR_OK && mr_search_match_number(c, there, number);
		return code;
	case MR_SEARCH_DATASET:
		return match_dataset(s, run, c, out);
	default:
		code = read_value(s, run, c->type == MR_SEARCH_PARAM ? "params" : "tags", c->key, &value);
		*out = code == MR_OK && mr_search_match_text(c, value);
		return code;
	}
}

static bool match_attribute(const struct mr_run_info *info, const struct mr_search_clause *c)
{
	if (mr_str_is(c->key, "start_time"))
		return mr_search_match_integer(c, MR_HAS(info, MR_RUN_INFO_HAS_START_TIME), info->start_time);
	if (mr_str_is(c->key, "end_time"))
		return mr_search_match_integer(c, MR_HAS(info, MR_RUN_INFO_HAS_END_TIME), info->end_time);
	return mr_search_match_text(c, text_attribute(info, c->key));
}

static bool is_in_view(const struct search *s, const struct mr_run_info *info)
{
	bool active = mr_str_is(info->lifecycle_stage, "active");

	switch (s->request->run_view_type) {
	case MR_VIEW_TYPE_ALL:
		return true;
	case MR_VIEW_TYPE_DELETED_ONLY:
		return !active;
	default:
		return active;
	}
}

static mr_code match(const struct search *s, const struct found *run, bool *out)
{
	mr_code code = MR_OK;

	*out = is_in_view(s, run->info);
	for (size_t i = 0; i < s->filter.n && *out && code == MR_OK; i++)
		if (mr_str_is(s->filter.clauses[i].key, "run_name"))
			code = complete_name(s, run);
	for (size_t i = 0; i < s->filter.n && *out && code == MR_OK; i++)
		if (s->filter.clauses[i].type == MR_SEARCH_ATTRIBUTE)
			*out = match_attribute(run->info, &s->filter.clauses[i]);
	for (size_t i = 0; i < s->filter.n && *out && code == MR_OK; i++)
		if (s->filter.clauses[i].type != MR_SEARCH_ATTRIBUTE)
			code = match_file(s, run, &s->filter.clauses[i], out);
	return code;
}

/* ---- the order ---- */

static mr_code key_of(const struct search *s, const struct found *run, const struct mr_search_order *o,
		      struct mr_sort_key *key)
{
	const struct mr_run_info *info = run->info;
	double number;
	mr_str value;
	bool there;
	mr_code code;

	if (o->type == MR_SEARCH_METRIC) {
		code = read_metric(s, run, o->key, &number, &there);
		*key = mr_sort_number(there, number);
		return code;
	}
	if (o->type == MR_SEARCH_PARAM || o->type == MR_SEARCH_TAG) {
		code = read_value(s, run, o->type == MR_SEARCH_PARAM ? "params" : "tags", o->key, &value);
		*key = mr_sort_text(value);
		return code;
	}
	if (mr_str_is(o->key, "start_time")) {
		*key = mr_sort_integer(MR_HAS(info, MR_RUN_INFO_HAS_START_TIME), info->start_time);
	} else if (mr_str_is(o->key, "end_time")) {
		*key = mr_sort_integer(MR_HAS(info, MR_RUN_INFO_HAS_END_TIME), info->end_time);
	} else {
		code = mr_str_is(o->key, "run_name") ? complete_name(s, run) : MR_OK;
		*key = mr_sort_text(text_attribute(info, o->key));
		return code;
	}
	return MR_OK;
}

/* Those that are equal: the later start first, then by id. */
static mr_code read_orders(struct search *s)
{
	const struct mr_search_runs *r = s->request;
	mr_code code = MR_OK;

	s->orders = mr_call_zalloc(s->call, (r->order_by_n + 2) * sizeof *s->orders);
	s->ascending = mr_call_zalloc(s->call, (r->order_by_n + 2) * sizeof *s->ascending);
	if (!s->orders || !s->ascending)
		return mr_error_no_memory(s->err);
	for (size_t i = 0; i < r->order_by_n && code == MR_OK; i++)
		code = mr_search_parse_order(MR_SEARCH_RUNS, r->order_by[i], s->call->arena, &s->orders[i], s->err);
	s->orders_n = r->order_by_n;
	s->orders[s->orders_n++] = (struct mr_search_order){.key = mr_str_from("start_time")};
	s->orders[s->orders_n++] = (struct mr_search_order){.key = mr_str_from("run_id"), .ascending = true};
	for (size_t i = 0; i < s->orders_n; i++)
		s->ascending[i] = s->orders[i].ascending;
	return code;
}

/* ---- going through the runs ---- */

static mr_code keep(struct search *s, const struct found *run)
{
	size_t room = s->room ? s->room * 2 : 64;
	struct mr_sort_row *row;
	mr_code code = MR_OK;

	if (s->n == s->room) {
		s->rows = mr_arena_grow(s->call->arena, s->rows, s->room * sizeof *s->rows, room * sizeof *s->rows);
		if (!s->rows)
			return mr_error_no_memory(s->err);
		s->room = room;
	}
	row = &s->rows[s->n++];
	row->item = mr_call_alloc(s->call, sizeof *run);
	row->keys = mr_call_alloc(s->call, s->orders_n * sizeof *row->keys);
	if (!row->item || !row->keys)
		return mr_error_no_memory(s->err);
	memcpy(row->item, run, sizeof *run);
	for (size_t i = 0; i < s->orders_n && code == MR_OK; i++)
		code = key_of(s, run, &s->orders[i], &row->keys[i]);
	return code;
}

/* What cannot be read is no run: MLflow puts other things there, too, such as artifacts. */
static mr_code look_at(struct search *s, mr_str id, mr_str experiment, mr_str name)
{
	size_t mark = mr_call_mark(s->call);
	struct found run = {.experiment = experiment, .folder = mr_file_join_str(s->call, experiment, name)};
	bool matches = false;
	mr_json *meta;
	mr_code code;

	if (mr_call_is_cancelled(s->call))
		return mr_error_set(s->err, MR_DEADLINE_EXCEEDED, "The search took too long");
	if (!run.folder.ptr)
		return mr_error_no_memory(s->err);
	mr_arena_reset(s->scratch);
	if (mr_meta_read(s->store, run.folder, s->scratch, &meta, NULL) != MR_OK ||
	    !mr_str_eq(mr_meta_text(meta, "experiment_id"), id))
		return MR_OK;
	code = mr_file_run_info(meta, s->call, &run.info, s->err);
	if (code == MR_OK)
		code = match(s, &run, &matches);
	if (code == MR_OK && matches)
		return keep(s, &run);
	mr_call_release(s->call, mark);
	return code;
}

static mr_code look_into(struct search *s, mr_str id)
{
	mr_str experiment = mr_file_experiment_folder(s->store, id, MR_FILE_ALL, s->call), *names;
	size_t n = 0;
	mr_code code;

	if (!experiment.ptr)
		return MR_OK;
	code = mr_file_run_folders(s->store, experiment, s->call->arena, &names, &n, s->err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = look_at(s, id, experiment, names[i]);
	return code;
}

static mr_code emit_run(const struct search *s, const struct found *found)
{
	size_t mark = mr_call_mark(s->call);
	struct mr_run run = {.has = MR_RUN_HAS_INFO, .info = found->info};
	mr_code code = mr_file_run_fill(s->store, found->experiment, found->folder, &run, s->call, s->err);

	if (code == MR_OK)
		code = mr_call_emit(s->call, &run, s->err);
	mr_call_release(s->call, mark);
	return code;
}

static mr_code run_search(struct search *s, int64_t offset, struct mr_search_runs_response *response)
{
	size_t from, to;
	mr_code code = MR_OK;

	for (size_t i = 0; i < s->request->experiment_ids_n && code == MR_OK; i++)
		code = look_into(s, s->request->experiment_ids[i]);
	if (code != MR_OK)
		return code;
	mr_search_sort(s->rows, s->n, s->ascending, s->orders_n);
	from = mr_file_page(offset,
			    MR_HAS(s->request, MR_SEARCH_RUNS_HAS_MAX_RESULTS) || s->request->max_results
				    ? s->request->max_results
				    : RESULTS_DEFAULT,
			    s->n, &to);
	for (size_t i = from; i < to && code == MR_OK; i++)
		code = emit_run(s, s->rows[i].item);
	if (code != MR_OK || to >= s->n)
		return code;
	MR_PUT(response, next_page_token, MR_SEARCH_RUNS_RESPONSE_HAS_NEXT_PAGE_TOKEN,
	       mr_page_token_make(s->call->arena, (int64_t)to, mr_str_from(NULL)));
	return response->next_page_token.ptr ? MR_OK : mr_error_no_memory(s->err);
}

mr_code mr_file_search_runs(void *self, const struct mr_search_runs *request, struct mr_search_runs_response *response,
			    mr_call *call, mr_error *err)
{
	struct search s = {.store = self, .request = request, .call = call, .scratch = mr_arena_new(0), .err = err};
	struct mr_page_token token;
	struct mr_file_hold hold;
	mr_code code = s.scratch ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK && request->max_results > MR_MAX_SEARCH_RESULTS)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value for request parameter max_results. It must be at most %d, but got value %d",
				    MR_MAX_SEARCH_RESULTS, (int)request->max_results);
	if (code == MR_OK)
		code = mr_search_parse_filter(MR_SEARCH_RUNS, request->filter, call->arena, &s.filter, err);
	if (code == MR_OK)
		code = read_orders(&s);
	if (code == MR_OK)
		code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code == MR_OK)
		code = mr_file_read_end(self, &hold, run_search(&s, token.offset, response));
	mr_arena_free(s.scratch);
	return code;
}
