/* SPDX-License-Identifier: Apache-2.0
 *
 * Searching registered models and versions.
 */
#include "search/match.h"
#include "store/file/registry.h"
#include "store/rules_registry.h"

enum { MODELS_DEFAULT = 100, MODELS_MAX = 1000, VERSIONS_DEFAULT = 200000, VERSIONS_MAX = 200000 };

struct search {
	struct mr_file_store *store;
	mr_call *call;
	mr_search_entity entity;
	struct mr_search_filter filter;
	struct mr_search_order *orders;
	bool *ascending, names_prompts; /* names_prompts: the filter says itself whether it wants prompts */
	size_t orders_n;
	struct mr_list found;
	mr_error *err;
};

static mr_code read_request(struct search *s, mr_str filter, const mr_str *orders, size_t n, const char *const *defaults)
{
	mr_code code = mr_search_parse_filter(s->entity, filter, s->call->arena, &s->filter, s->err);

	for (size_t i = 0; i < s->filter.n && code == MR_OK; i++)
		s->names_prompts = s->names_prompts || (s->filter.clauses[i].type == MR_SEARCH_TAG &&
							mr_str_is(s->filter.clauses[i].key, MR_TAG_IS_PROMPT));
	s->orders = mr_call_zalloc(s->call, (n + 4) * sizeof *s->orders);
	s->ascending = mr_call_zalloc(s->call, (n + 4) * sizeof *s->ascending);
	if (!s->orders || !s->ascending)
		return mr_error_no_memory(s->err);
	for (; s->orders_n < n && code == MR_OK; s->orders_n++)
		code = mr_search_parse_order(s->entity, orders[s->orders_n], s->call->arena, &s->orders[s->orders_n], s->err);
	for (; *defaults && code == MR_OK; defaults++)
		code = mr_search_parse_order(s->entity, mr_str_from(*defaults), s->call->arena, &s->orders[s->orders_n++],
					     s->err);
	for (size_t i = 0; i < s->orders_n; i++)
		s->ascending[i] = s->orders[i].ascending;
	return code;
}

/* Models that are no prompts do not have the tag, and it counts as 'false' (search_utils.py). */
static bool match_tag(const struct mr_search_clause *c, mr_str value)
{
	if (!value.ptr && mr_str_is(c->key, MR_TAG_IS_PROMPT))
		return (c->op == MR_SEARCH_EQ && mr_str_is(c->text, "false")) ||
		       (c->op == MR_SEARCH_NE && mr_str_is(c->text, "true"));
	return mr_search_match_text(c, value);
}

static mr_code check_max_results(int64_t max_results, int64_t limit, mr_error *err)
{
	if (max_results < 1)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value for max_results. It must be a positive integer, but got %lld",
				    (long long)max_results);
	if (max_results > limit)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid value for request parameter max_results. It must be at most %lld, but got value "
				    "%lld",
				    (long long)limit, (long long)max_results);
	return MR_OK;
}

typedef struct mr_sort_key key_of(const void *item, mr_str key);

static mr_code sort(struct search *s, key_of *key)
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
			rows[i].keys[k] = key(rows[i].item, s->orders[k].key);
	}
	mr_search_sort(rows, s->found.n, s->ascending, s->orders_n);
	for (size_t i = 0; i < s->found.n; i++)
		s->found.items[i] = rows[i].item;
	return MR_OK;
}

/* Emits the page; *next is the token of the one behind it, ptr NULL at the end. */
static mr_code emit_page(struct search *s, int64_t offset, int64_t max_results, mr_str *next)
{
	size_t to, from = mr_file_page(offset, max_results, s->found.n, &to);
	mr_code code = MR_OK;

	*next = mr_str_from(NULL);
	for (size_t i = from; i < to && code == MR_OK; i++)
		code = mr_call_emit(s->call, s->found.items[i], s->err);
	if (code != MR_OK || to >= s->found.n)
		return code;
	*next = mr_page_token_make(s->call->arena, (int64_t)to, mr_str_from(NULL));
	return next->ptr ? MR_OK : mr_error_no_memory(s->err);
}

/* ---- models ---- */

static mr_str model_tag(const struct mr_registered_model *model, const char *key, size_t n)
{
	for (size_t i = 0; i < model->tags_n; i++)
		if (mr_str_eq(model->tags[i]->key, mr_str_make(key, n)))
			return model->tags[i]->value;
	return mr_str_from(NULL);
}

static bool model_matches(const struct search *s, const struct mr_registered_model *model)
{
	bool good = s->names_prompts ||
		    !mr_str_is(model_tag(model, MR_TAG_IS_PROMPT, sizeof MR_TAG_IS_PROMPT - 1), "true");

	for (size_t i = 0; i < s->filter.n && good; i++) {
		const struct mr_search_clause *c = &s->filter.clauses[i];

		good = c->type == MR_SEARCH_TAG ? match_tag(c, model_tag(model, c->key.ptr, c->key.len))
						: mr_search_match_text(c, model->name);
	}
	return good;
}

static struct mr_sort_key model_key(const void *item, mr_str key)
{
	const struct mr_registered_model *model = item;

	if (mr_str_is(key, "name"))
		return mr_sort_text(model->name);
	return mr_sort_integer(MR_HAS(model, MR_REGISTERED_MODEL_HAS_LAST_UPDATED_TIMESTAMP), model->last_updated_timestamp);
}

static mr_code find_models(struct search *s)
{
	struct mr_registered_model *model;
	struct mr_disk_entry *entries;
	size_t n;
	mr_code code = mr_file_registered_list(s->store, s->call, &entries, &n, s->err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_error ignored;

		mr_error_init(&ignored);
		if (mr_file_registered_get(s->store, entries[i].name, s->call, &model, &ignored) != MR_OK)
			continue; /* a folder of something else */
		if (model_matches(s, model))
			code = mr_list_add(&s->found, s->call, model, s->err);
	}
	return code;
}

mr_code mr_file_search_registered_models(void *self, const struct mr_search_registered_models *request,
					 struct mr_search_registered_models_response *response, mr_call *call,
					 mr_error *err)
{
	static const char *const order[] = {"name ASC", NULL};
	struct search s = {.store = self, .call = call, .entity = MR_SEARCH_REGISTERED_MODELS, .err = err};
	struct mr_page_token token;
	struct mr_file_hold hold;
	int64_t max_results = MR_HAS(request, MR_SEARCH_REGISTERED_MODELS_HAS_MAX_RESULTS) || request->max_results
				      ? request->max_results
				      : MODELS_DEFAULT;
	mr_code code = check_max_results(max_results, MODELS_MAX, err);

	if (code == MR_OK)
		code = read_request(&s, request->filter, request->order_by, request->order_by_n, order);
	if (code == MR_OK)
		code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, find_models(&s));
	if (code == MR_OK)
		code = sort(&s, model_key);
	if (code == MR_OK)
		code = emit_page(&s, token.offset, max_results, &response->next_page_token);
	if (code == MR_OK && response->next_page_token.ptr)
		MR_SET(response, MR_SEARCH_REGISTERED_MODELS_RESPONSE_HAS_NEXT_PAGE_TOKEN);
	return code;
}

/* ---- versions ---- */

static mr_str version_tag(const struct mr_model_version *v, const char *key, size_t n)
{
	for (size_t i = 0; i < v->tags_n; i++)
		if (mr_str_eq(v->tags[i]->key, mr_str_make(key, n)))
			return v->tags[i]->value;
	return mr_str_from(NULL);
}

static int64_t number_of(const struct mr_model_version *v)
{
	int64_t number = 0;

	mr_parse_int64(v->version, &number);
	return number;
}

static bool version_matches_one(const struct mr_model_version *v, const struct mr_search_clause *c)
{
	if (c->type == MR_SEARCH_TAG)
		return match_tag(c, version_tag(v, c->key.ptr, c->key.len));
	if (mr_str_is(c->key, "name"))
		return mr_search_match_text(c, v->name);
	if (mr_str_is(c->key, "run_id"))
		return mr_search_match_text(c, v->run_id);
	if (mr_str_is(c->key, "source_path"))
		return mr_search_match_text(c, v->source);
	return mr_search_match_integer(c, true, number_of(v));
}

static bool version_matches(const struct search *s, const struct mr_model_version *v)
{
	bool good = s->names_prompts || !mr_str_is(version_tag(v, MR_TAG_IS_PROMPT, sizeof MR_TAG_IS_PROMPT - 1), "true");

	for (size_t i = 0; i < s->filter.n && good; i++)
		good = version_matches_one(v, &s->filter.clauses[i]);
	return good;
}

static struct mr_sort_key version_key(const void *item, mr_str key)
{
	const struct mr_model_version *v = item;

	if (mr_str_is(key, "name"))
		return mr_sort_text(v->name);
	if (mr_str_is(key, "version_number"))
		return mr_sort_integer(true, number_of(v));
	if (mr_str_is(key, "creation_timestamp"))
		return mr_sort_integer(MR_HAS(v, MR_MODEL_VERSION_HAS_CREATION_TIMESTAMP), v->creation_timestamp);
	return mr_sort_integer(MR_HAS(v, MR_MODEL_VERSION_HAS_LAST_UPDATED_TIMESTAMP), v->last_updated_timestamp);
}

static mr_code find_versions_of(struct search *s, mr_str name)
{
	struct mr_list versions = {0};
	struct mr_model_version *v;
	mr_str folder;
	mr_code code;

	if (mr_file_model_folder(name, s->call, &folder, NULL) != MR_OK)
		return MR_OK;
	code = mr_file_versions_list(s->store, folder, s->call, &versions, s->err);
	for (size_t i = 0; i < versions.n && code == MR_OK; i++) {
		if (((struct mr_file_version *)versions.items[i])->deleted)
			continue;
		code = mr_file_version_read(s->store, folder, versions.items[i], s->call, &v, s->err);
		if (code == MR_OK && version_matches(s, v))
			code = mr_list_add(&s->found, s->call, v, s->err);
	}
	return code;
}

/* Only the folders of models whose name the filter lets through are looked into. */
static mr_code find_versions(struct search *s)
{
	struct mr_disk_entry *entries;
	size_t n;
	mr_code code = mr_file_registered_list(s->store, s->call, &entries, &n, s->err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		bool wanted = true;

		for (size_t c = 0; c < s->filter.n; c++)
			if (s->filter.clauses[c].type == MR_SEARCH_ATTRIBUTE && mr_str_is(s->filter.clauses[c].key, "name"))
				wanted = wanted && mr_search_match_text(&s->filter.clauses[c], entries[i].name);
		if (wanted)
			code = find_versions_of(s, entries[i].name);
	}
	return code;
}

mr_code mr_file_search_model_versions(void *self, const struct mr_search_model_versions *request,
				      struct mr_search_model_versions_response *response, mr_call *call, mr_error *err)
{
	static const char *const by_default[] = {"last_updated_timestamp DESC", "name ASC", "version_number DESC", NULL};
	struct search s = {.store = self, .call = call, .entity = MR_SEARCH_MODEL_VERSIONS, .err = err};
	struct mr_page_token token;
	struct mr_file_hold hold;
	int64_t max_results = MR_HAS(request, MR_SEARCH_MODEL_VERSIONS_HAS_MAX_RESULTS) || request->max_results
				      ? request->max_results
				      : VERSIONS_DEFAULT;
	mr_code code = check_max_results(max_results, VERSIONS_MAX, err);

	if (code == MR_OK)
		code = read_request(&s, request->filter, request->order_by, request->order_by_n,
				    request->order_by_n ? by_default + 1 : by_default);
	if (code == MR_OK)
		code = mr_page_token_parse(request->page_token, call->arena, &token, err);
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, find_versions(&s));
	if (code == MR_OK)
		code = sort(&s, version_key);
	if (code == MR_OK)
		code = emit_page(&s, token.offset, max_results, &response->next_page_token);
	if (code == MR_OK && response->next_page_token.ptr)
		MR_SET(response, MR_SEARCH_MODEL_VERSIONS_RESPONSE_HAS_NEXT_PAGE_TOKEN);
	return code;
}
