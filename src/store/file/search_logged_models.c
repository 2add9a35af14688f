/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching logged models. All models of the experiments are read, for a filter
 * by metrics needs most of a model anyway.
 */
#include "search/match.h"
#include "store/file/logged_models.h"
#include "store/rules.h"

enum {
	RESULTS_PROTO = 50,   /* when max_results is absent */
	RESULTS_DEFAULT = 100 /* when it is 0 */
};

struct search {
	struct mr_file_store *store;
	const struct mr_search_logged_models *request;
	mr_call *call;
	struct mr_search_filter filter;
	struct mr_search_order *orders;
	bool *ascending, by_metric;
	size_t orders_n;
	struct mr_list found;
	mr_error *err;
};

/* ---- values of a model ---- */

static mr_str status_name(const struct mr_logged_model_info *info)
{
	static const char *const names[] = {"UNSPECIFIED", "PENDING", "READY", "FAILED"}; /* LoggedModelStatus */

	return mr_str_from(info->status >= 0 && info->status < 4 ? names[info->status] : NULL);
}

static mr_str text_attribute(const struct mr_logged_model_info *info, mr_str key)
{
	const struct {
		const char *key;
		mr_str value;
	} texts[] = {{"model_id", info->model_id},
		     {"experiment_id", info->experiment_id},
		     {"name", info->name},
		     {"artifact_location", info->artifact_uri},
		     {"status", status_name(info)},
		     {"lifecycle_stage", mr_str_from("active")},
		     {"model_type", info->model_type},
		     {"source_run_id", info->source_run_id},
		     {"status_message", info->status_message}};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (mr_str_is(key, texts[i].key))
			return texts[i].value;
	return mr_str_from(NULL);
}

static bool is_time(mr_str key)
{
	return mr_str_is(key, "creation_timestamp_ms") || mr_str_is(key, "last_updated_timestamp_ms");
}

static int64_t time_of(const struct mr_logged_model_info *info, mr_str key)
{
	return mr_str_is(key, "creation_timestamp_ms") ? info->creation_timestamp_ms : info->last_updated_timestamp_ms;
}

static mr_str param_of(const struct mr_logged_model *model, mr_str key)
{
	for (size_t i = 0; i < model->data->params_n; i++)
		if (mr_str_eq(model->data->params[i]->key, key))
			return model->data->params[i]->value;
	return mr_str_from(NULL);
}

static mr_str tag_of(const struct mr_logged_model *model, mr_str key)
{
	for (size_t i = 0; i < model->info->tags_n; i++)
		if (mr_str_eq(model->info->tags[i]->key, key))
			return model->info->tags[i]->value;
	return mr_str_from(NULL);
}

/* ---- matching ---- */

static bool is_on(const struct mr_metric *m, mr_str name, mr_str digest)
{
	return (!name.len || mr_str_eq(m->dataset_name, name)) && (!digest.len || mr_str_eq(m->dataset_digest, digest));
}

static bool is_on_one(const struct search *s, const struct mr_metric *m)
{
	for (size_t i = 0; i < s->request->datasets_n; i++)
		if (is_on(m, s->request->datasets[i]->dataset_name, s->request->datasets[i]->dataset_digest))
			return true;
	return s->request->datasets_n == 0;
}

static bool match_metric(const struct search *s, const struct mr_logged_model *model, const struct mr_search_clause *c)
{
	for (size_t i = 0; i < model->data->metrics_n; i++) {
		const struct mr_metric *m = model->data->metrics[i];

		if (mr_str_eq(m->key, c->key) && is_on_one(s, m))
			return mr_search_match_number(c, true, m->value);
	}
	return false;
}

static bool match_one(const struct search *s, const struct mr_logged_model *model, const struct mr_search_clause *c)
{
	switch (c->type) {
	case MR_SEARCH_METRIC:
		return match_metric(s, model, c);
	case MR_SEARCH_PARAM:
		return mr_search_match_text(c, param_of(model, c->key));
	case MR_SEARCH_TAG:
		return mr_search_match_text(c, tag_of(model, c->key));
	default:
		if (is_time(c->key))
			return mr_search_match_integer(c, true, time_of(model->info, c->key));
		return mr_search_match_text(c, text_attribute(model->info, c->key));
	}
}

static bool matches(const struct search *s, const struct mr_logged_model *model)
{
	bool good = s->by_metric || s->request->datasets_n == 0;

	for (size_t i = 0; i < model->data->metrics_n && !good; i++)
		good = is_on_one(s, model->data->metrics[i]);
	for (size_t i = 0; i < s->filter.n && good; i++)
		good = match_one(s, model, &s->filter.clauses[i]);
	return good;
}

/* ---- the order ---- */

static struct mr_sort_key metric_key(const struct mr_logged_model *model, const struct mr_search_order *o)
{
	const struct mr_metric *latest = NULL;

	for (size_t i = 0; i < model->data->metrics_n; i++) {
		const struct mr_metric *m = model->data->metrics[i];

		if (mr_str_eq(m->key, o->key) && is_on(m, o->dataset_name, o->dataset_digest) &&
		    (!latest || m->timestamp > latest->timestamp))
			latest = m;
	}
	return mr_sort_number(latest != NULL, latest ? latest->value : 0);
}

static struct mr_sort_key key_of(const struct mr_logged_model *model, const struct mr_search_order *o)
{
	if (o->type == MR_SEARCH_METRIC)
		return metric_key(model, o);
	if (is_time(o->key))
		return mr_sort_integer(true, time_of(model->info, o->key));
	return mr_sort_text(text_attribute(model->info, o->key));
}

static mr_code read_orders(struct search *s)
{
	size_t n = s->request->order_by_n;
	mr_code code = MR_OK;

	s->orders = mr_call_zalloc(s->call, (n + 2) * sizeof *s->orders);
	s->ascending = mr_call_zalloc(s->call, (n + 2) * sizeof *s->ascending);
	if (!s->orders || !s->ascending)
		return mr_error_no_memory(s->err);
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		const struct mr_search_logged_models_order_by *o = s->request->order_by[i];

		if (o->dataset_digest.len && !o->dataset_name.len)
			return mr_error_set(s->err, MR_INVALID_PARAMETER_VALUE,
					    "`dataset_digest` can only be specified if `dataset_name` is also specified.");
		code = mr_search_parse_order(MR_SEARCH_LOGGED_MODELS, o->field_name, s->call->arena, &s->orders[i], s->err);
		s->orders[i].ascending = !MR_HAS(o, MR_SEARCH_LOGGED_MODELS_ORDER_BY_HAS_ASCENDING) || o->ascending;
		s->orders[i].dataset_name = o->dataset_name;
		s->orders[i].dataset_digest = o->dataset_digest;
	}
	s->orders[n] = (struct mr_search_order){.key = mr_str_from("creation_timestamp_ms")};
	s->orders[n + 1] = (struct mr_search_order){.key = mr_str_from("model_id"), .ascending = true};
	s->orders_n = n + 2;
	for (size_t i = 0; i < s->orders_n; i++)
		s->ascending[i] = s->orders[i].ascending;
	return code;
}

static mr_code sort(struct search *s)
{
	struct mr_sort_row *rows = mr_call_zalloc(s->call, (s->found.n + 1) * sizeof *rows);

	if (!rows)
		return mr_error_no_memory(s->err);
	for (size_t i = 0; i < s->found.n; i++) {
		rows[i].item = s->found.items[i];
		rows[i].keys = mr_call_alloc(s->call, s->orders_n * sizeof *rows[i].keys);
		if (!rows[i].keys)
			return mr_error_no_memory(s->err);
		for (size_t k = 0; k < s->orders_n; k++)
			rows[i].keys[k] = key_of(rows[i].item, &s->orders[k]);
	}
	mr_search_sort(rows, s->found.n, s->ascending, s->orders_n);
	for (size_t i = 0; i < s->found.n; i++)
		s->found.items[i] = rows[i].item;
	return MR_OK;
}

/* ---- the operation ---- */

static mr_code look_into(struct search *s, mr_str experiment_id)
{
	struct mr_list all = {0};
	struct mr_logged_model *model;
	mr_code code = mr_file_models_list(s->store, experiment_id, s->call, &all, s->err);

	for (size_t i = 0; i < all.n && code == MR_OK; i++) {
		if (((struct mr_file_model *)all.items[i])->deleted)
			continue;
		code = mr_file_model_read(s->store, all.items[i], s->call, &model, s->err);
		if (code == MR_OK && matches(s, model))
			code = mr_list_add(&s->found, s->call, model, s->err);
	}
	return code;
}

static mr_code read_request(struct search *s, int64_t *max_results, int64_t *offset)
{
	const struct mr_search_logged_models *r = s->request;
	struct mr_page_token token;
	mr_code code = MR_OK;

	for (size_t i = 0; i < r->datasets_n; i++)
		if (!r->datasets[i]->dataset_name.len)
			return mr_error_set(s->err, MR_INVALID_PARAMETER_VALUE,
					    "`dataset_name` in the `datasets` clause must be specified.");
	*max_results = MR_HAS(r, MR_SEARCH_LOGGED_MODELS_HAS_MAX_RESULTS) ? r->max_results : RESULTS_PROTO;
	if (*max_results <= 0)
		*max_results = RESULTS_DEFAULT;
	code = mr_page_token_parse(r->page_token, s->call->arena, &token, s->err);
	*offset = token.offset;
	if (code == MR_OK)
		code = mr_search_parse_filter(MR_SEARCH_LOGGED_MODELS, r->filter, s->call->arena, &s->filter, s->err);
	for (size_t i = 0; i < s->filter.n && code == MR_OK; i++)
		s->by_metric = s->by_metric || s->filter.clauses[i].type == MR_SEARCH_METRIC;
	return code == MR_OK ? read_orders(s) : code;
}

mr_code mr_file_search_logged_models(void *self, const struct mr_search_logged_models *request,
				     struct mr_search_logged_models_response *response, mr_call *call, mr_error *err)
{
	struct search s = {.store = self, .request = request, .call = call, .err = err};
	int64_t max_results = 0, offset = 0;
	struct mr_file_hold hold;
	size_t from, to;
	mr_code code = read_request(&s, &max_results, &offset);

	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < request->experiment_ids_n && code == MR_OK; i++)
		code = look_into(&s, request->experiment_ids[i]);
	code = mr_file_read_end(self, &hold, code);
	if (code == MR_OK)
		code = sort(&s);
	if (code != MR_OK)
		return code;
	from = mr_file_page(offset, max_results, s.found.n, &to);
	for (size_t i = from; i < to && code == MR_OK; i++)
		code = mr_call_emit(call, s.found.items[i], err);
	if (code != MR_OK || to >= s.found.n)
		return code;
	MR_PUT(response, next_page_token, MR_SEARCH_LOGGED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN,
	       mr_page_token_make(call->arena, (int64_t)to, mr_str_from(NULL)));
	return response->next_page_token.ptr ? MR_OK : mr_error_no_memory(err);
}
