/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching experiments: there are few, so all are read.
 */
#include "search/match.h"
#include "store/file/experiments.h"
#include "store/rules.h"

mr_code mr_file_experiments_list(const struct mr_file_store *store, enum mr_file_view view, mr_call *call,
				 struct mr_list *out, mr_error *err)
{
	struct mr_file_experiment e;
	struct mr_experiment *experiment;
	mr_error ignored;
	mr_str *folders;
	size_t n;
	mr_code code = mr_file_experiment_folders(store, view, call, &folders, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_str id = folders[i];

		if (memchr(id.ptr, '/', id.len))
			id = mr_str_make(id.ptr + sizeof MR_FILE_TRASH, id.len - sizeof MR_FILE_TRASH);
		mr_error_init(&ignored);
		if (mr_file_experiment_find(store, id, call, &e, &ignored) != MR_OK || !mr_str_eq(e.folder, folders[i]))
			continue; /* a folder of something else, or damaged: one must not hide the others */
		code = mr_file_experiment_read(store, &e, call, &experiment, err);
		if (code == MR_OK)
			code = mr_list_add(out, call, experiment, err);
	}
	return code;
}

/* ---- matching ---- */

static mr_str tag_of(const struct mr_experiment *e, mr_str key)
{
	for (size_t i = 0; i < e->tags_n; i++)
		if (mr_str_eq(e->tags[i]->key, key))
			return e->tags[i]->value.ptr ? e->tags[i]->value : mr_str_from("");
	return mr_str_from(NULL);
}

static bool matches_one(const struct mr_experiment *e, const struct mr_search_clause *c)
{
	if (c->type == MR_SEARCH_TAG)
		return mr_search_match_text(c, tag_of(e, c->key));
	if (mr_str_is(c->key, "name"))
		return mr_search_match_text(c, e->name);
	if (mr_str_is(c->key, "experiment_id"))
		return mr_search_match_text(c, e->experiment_id);
	if (mr_str_is(c->key, "creation_time"))
		return mr_search_match_integer(c, MR_HAS(e, MR_EXPERIMENT_HAS_CREATION_TIME), e->creation_time);
	return mr_search_match_integer(c, MR_HAS(e, MR_EXPERIMENT_HAS_LAST_UPDATE_TIME), e->last_update_time);
}

static bool matches(const struct mr_experiment *e, const struct mr_search_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		if (!matches_one(e, &filter->clauses[i]))
			return false;
	return true;
}

/* ---- ordering ---- */

struct sorting {
	struct mr_search_order *orders;
	bool *ascending;
	size_t n;
};

static mr_code parse_orders(const mr_str *texts, size_t n, mr_call *call, struct sorting *s, mr_error *err)
{
	bool has_id = false;
	mr_code code = MR_OK;

	s->orders = mr_call_zalloc(call, (n + 2) * sizeof *s->orders);
	s->ascending = mr_call_zalloc(call, (n + 2) * sizeof *s->ascending);
	if (!s->orders || !s->ascending)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = mr_search_parse_order(MR_SEARCH_EXPERIMENTS, texts[i], call->arena, &s->orders[i], err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		has_id = has_id || mr_str_is(s->orders[i].key, "experiment_id");
	s->n = n;
	if (n == 0)
		s->orders[s->n++] = (struct mr_search_order){.key = mr_str_from("creation_time")};
	if (!has_id)
		s->orders[s->n++] = (struct mr_search_order){.key = mr_str_from("experiment_id"), .ascending = n == 0};
	for (size_t i = 0; i < s->n; i++)
		s->ascending[i] = s->orders[i].ascending;
	return code;
}

static struct mr_sort_key key_of(const struct mr_experiment *e, mr_str key)
{
	if (mr_str_is(key, "name"))
		return mr_sort_text(e->name);
	if (mr_str_is(key, "experiment_id"))
		return mr_sort_text(e->experiment_id);
	if (mr_str_is(key, "creation_time"))
		return mr_sort_integer(MR_HAS(e, MR_EXPERIMENT_HAS_CREATION_TIME), e->creation_time);
	return mr_sort_integer(MR_HAS(e, MR_EXPERIMENT_HAS_LAST_UPDATE_TIME), e->last_update_time);
}

static mr_code sort(struct mr_list *list, const struct sorting *s, mr_call *call, mr_error *err)
{
	struct mr_sort_row *rows = mr_call_zalloc(call, (list->n + 1) * sizeof *rows);

	if (!rows)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < list->n; i++) {
		rows[i].item = list->items[i];
		rows[i].keys = mr_call_alloc(call, s->n * sizeof *rows[i].keys);
		if (!rows[i].keys)
			return mr_error_no_memory(err);
		for (size_t k = 0; k < s->n; k++)
			rows[i].keys[k] = key_of(list->items[i], s->orders[k].key);
	}
	mr_search_sort(rows, list->n, s->ascending, s->n);
	for (size_t i = 0; i < list->n; i++)
		list->items[i] = rows[i].item;
	return MR_OK;
}

mr_code mr_file_experiment_named(const struct mr_file_store *store, mr_str name, mr_call *call,
				 struct mr_experiment **out, mr_error *err)
{
	struct mr_list all = {0};
	struct sorting by_default;
	mr_code code = mr_file_experiments_list(store, MR_FILE_ALL, call, &all, err);

	*out = NULL;
	if (code == MR_OK)
		code = parse_orders(NULL, 0, call, &by_default, err);
	if (code == MR_OK)
		code = sort(&all, &by_default, call, err);
	for (size_t i = 0; i < all.n && code == MR_OK && !*out; i++)
		if (mr_str_eq(((struct mr_experiment *)all.items[i])->name, name))
			*out = all.items[i];
	return code;
}

/* ---- the operation ---- */

static mr_code check_max_results(const struct mr_search_experiments *request, mr_error *err)
{
	if (request->max_results < 1)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value %lld for parameter 'max_results' supplied. It must be a positive integer",
				    (long long)request->max_results);
	if (request->max_results > MR_MAX_SEARCH_RESULTS)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value %lld for parameter 'max_results' supplied. It must be at most %d",
				    (long long)request->max_results, MR_MAX_SEARCH_RESULTS);
	return MR_OK;
}

static enum mr_file_view view_of(const struct mr_search_experiments *request)
{
	if (!MR_HAS(request, MR_SEARCH_EXPERIMENTS_HAS_VIEW_TYPE))
		return MR_FILE_ACTIVE;
	return request->view_type == MR_VIEW_TYPE_DELETED_ONLY ? MR_FILE_DELETED
	       : request->view_type == MR_VIEW_TYPE_ALL	       ? MR_FILE_ALL
							       : MR_FILE_ACTIVE;
}

static mr_code find(struct mr_file_store *store, const struct mr_search_experiments *request, mr_call *call,
		    struct mr_list *found, mr_error *err)
{
	struct mr_search_filter filter;
	struct mr_list all = {0};
	struct sorting sorting;
	mr_code code = mr_search_parse_filter(MR_SEARCH_EXPERIMENTS, request->filter, call->arena, &filter, err);

	if (code == MR_OK)
		code = parse_orders(request->order_by, request->order_by_n, call, &sorting, err);
	if (code == MR_OK)
		code = mr_file_experiments_list(store, view_of(request), call, &all, err);
	for (size_t i = 0; i < all.n && code == MR_OK; i++)
		if (matches(all.items[i], &filter))
			code = mr_list_add(found, call, all.items[i], err);
	return code == MR_OK ? sort(found, &sorting, call, err) : code;
}

mr_code mr_file_search_experiments(void *self, const struct mr_search_experiments *request,
				   struct mr_search_experiments_response *response, mr_call *call, mr_error *err)
{
	struct mr_list found = {0};
	struct mr_page_token token;
	struct mr_file_hold hold;
	size_t from, to;
	mr_code code = check_max_results(request, err);

	if (code == MR_OK)
		code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, find(self, request, call, &found, err));
	from = mr_file_page(token.offset, request->max_results, found.n, &to);
	for (size_t i = from; i < to && code == MR_OK; i++)
		code = mr_call_emit(call, found.items[i], err);
	if (code != MR_OK || to >= found.n)
		return code;
	MR_PUT(response, next_page_token, MR_SEARCH_EXPERIMENTS_RESPONSE_HAS_NEXT_PAGE_TOKEN,
	       mr_page_token_make(call->arena, (int64_t)to, mr_str_from(NULL)));
	return response->next_page_token.ptr ? MR_OK : mr_error_no_memory(err);
}
