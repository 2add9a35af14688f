/* SPDX-License-Identifier: Apache-2.0
 *
 * runs:/RUN_ID and runs:/RUN_ID/PATH: a run's artifacts, wherever they are, and
 * with them those of the logged models that the run made: "runs:/ID/NAME/..." is
 * also a path in the model NAME. Where both have a file, the model's counts.
 * Source of the rules: mlflow/store/artifact/runs_artifact_repo.py of the reference.
 */
#include <stdlib.h>

#include "api/tables.h"
#include "artifact/delegate.h"
#include "base/inject.h"
#include "base/uri.h"

/* A logged model of the run, or the knowledge that there is none of that name. */
struct model {
	mr_str name;
	mr_artifact_handle *handle; /* NULL: none */
	struct model *next;
};

struct runs {
	struct delegate delegate;
	mr_str tracking_uri;
	mr_str run_id, prefix; /* prefix: the root within the run's artifacts; may be empty */
	struct model *models; /* those asked for; under delegate.lock */
};

struct pull {
	const struct mr_artifact_repository_ops *ops; /* whose it is */
	void *self, *inner;
};

static mr_code parse(struct runs *r, mr_str text, mr_error *err)
{
	mr_uri uri;
	mr_str path;
	const char *slash;
	mr_code code = mr_uri_parse(text, &uri, err);

	if (code != MR_OK)
		return code;
	path = uri.path;
	if (path.len > 1 && path.ptr[0] == '/' && path.ptr[1] != '/') {
		path = mr_str_make(path.ptr + 1, path.len - 1);
		slash = memchr(path.ptr, '/', path.len);
		r->run_id = mr_str_make(path.ptr, slash ? (size_t)(slash - path.ptr) : path.len);
		r->prefix = mr_str_make(slash ? slash + 1 : NULL, slash ? path.len - r->run_id.len - 1 : 0);
		while (r->prefix.len && r->prefix.ptr[r->prefix.len - 1] == '/')
			r->prefix.len--;
		return MR_OK;
	}
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Not a proper runs:/ URI: %.*s. Runs URIs must be of the form "
			    "'runs:/<run_id>/run-relative/path/to/artifact'",
			    MR_STR_ARG(text));
}

/* ---- the run ---- */

static mr_code get_run(const struct runs *r, const struct mr_run_info **info, mr_call *call, mr_error *err)
{
	struct mr_get_run request = {.run_id = r->run_id};
	struct mr_get_run_response *response;
	void *answer;
	mr_code code;

	MR_SET(&request, MR_GET_RUN_HAS_RUN_ID);
	code = delegate_ask(r->delegate.host, MR_SIDE_TRACKING, r->tracking_uri, MR_OP_GET_RUN, &request, &answer, call,
			    err);
	response = answer;
	if (code != MR_OK)
		return code;
	if (!response->run || !response->run->info)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The tracking store gave no run");
	*info = response->run->info;
	return MR_OK;
}

static mr_code locate(void *object, mr_str *out, mr_call *call, mr_error *err)
{
	struct runs *r = object;
	const struct mr_run_info *info;
	mr_uri uri;
	mr_code code = get_run(r, &info, call, err);

	if (code == MR_OK)
		code = mr_uri_parse(info->artifact_uri, &uri, err);
	if (code != MR_OK)
		return code;
	if (!info->artifact_uri.len || mr_str_is(uri.scheme, "runs") || mr_str_is(uri.scheme, "models"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The run %.*s has no place of its own for artifacts: '%.*s'", MR_STR_ARG(r->run_id),
				    MR_STR_ARG(info->artifact_uri));
	*out = r->prefix.len ? mr_uri_append_path(call->arena, info->artifact_uri, r->prefix) : info->artifact_uri;
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- its models ---- */

/* One page of models of this name in the run's experiment; *found is the run's. */
static mr_code search_page(const struct runs *r, mr_str experiment, mr_str filter, mr_str *token, mr_str *found,
			   mr_call *call, mr_error *err)
{
	struct mr_search_logged_models request = {
		.experiment_ids = &experiment, .experiment_ids_n = 1, .filter = filter, .page_token = *token};
	struct mr_search_logged_models_response *response;
	void *answer;
	mr_code code;

	MR_SET(&request, MR_SEARCH_LOGGED_MODELS_HAS_FILTER);
	if (token->len)
		MR_SET(&request, MR_SEARCH_LOGGED_MODELS_HAS_PAGE_TOKEN);
	code = delegate_ask(r->delegate.host, MR_SIDE_TRACKING, r->tracking_uri, MR_OP_SEARCH_LOGGED_MODELS, &request,
			    &answer, call, err);
	response = answer;
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < response->models_n && !found->len; i++) {
		const struct mr_logged_model *model = response->models[i];

		if (model->info && mr_str_eq(model->info->source_run_id, r->run_id))
			*found = model->info->artifact_uri;
	}
	*token = response->next_page_token;
	return MR_OK;
}

/* The URI of the run's model of this name; empty when it has none. */
static mr_code search_model(const struct runs *r, mr_str name, mr_str *found, mr_call *call, mr_error *err)
{
	const struct mr_run_info *info;
	mr_str filter, token = mr_str_make(NULL, 0);
	mr_code code;

	*found = mr_str_make(NULL, 0);
	if (memchr(name.ptr, '\'', name.len) || memchr(name.ptr, '\\', name.len))
		return MR_OK; /* no name of a model, and none that a filter can say */
	code = get_run(r, &info, call, err);
	filter = mr_arena_printf(call->arena, "name = '%.*s'", MR_STR_ARG(name));
	if (code == MR_OK && !filter.ptr)
		code = mr_error_no_memory(err);
	do {
		if (code == MR_OK)
			code = search_page(r, info->experiment_id, filter, &token, found, call, err);
	} while (code == MR_OK && !found->len && token.len);
	return code;
}

static mr_code open_model(struct runs *r, mr_str name, mr_artifact_handle **handle, mr_call *call, mr_error *err)
{
	mr_call *own = delegate_call(call);
	mr_str uri;
	mr_error why;
	mr_code code;

	*handle = NULL;
	if (!own)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	code = search_model(r, name, &uri, own, &why);
	if (code == MR_OK && uri.len)
		code = r->delegate.host->artifact_open(r->delegate.host, uri, handle, &why);
	mr_call_free(own);
	if (code == MR_NOT_IMPLEMENTED || code == MR_ENDPOINT_NOT_FOUND)
		return MR_OK; /* a store without logged models */
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

static mr_code find_model(struct runs *r, mr_str name, mr_artifact_handle **handle, mr_call *call, mr_error *err)
{
	struct model *model;
	mr_code code = MR_OK;

	pthread_mutex_lock(&r->delegate.lock);
	for (model = r->models; model && !mr_str_eq(model->name, name); model = model->next)
		;
	if (!model) {
		model = mr_arena_zalloc(r->delegate.arena, sizeof *model);
		if (model)
			model->name = mr_arena_copy(r->delegate.arena, name);
		code = model && model->name.ptr ? open_model(r, name, &model->handle, call, err)
						: mr_error_no_memory(err);
		if (code == MR_OK) {
			model->next = r->models;
			r->models = model;
		}
	}
	*handle = code == MR_OK ? model->handle : NULL;
	pthread_mutex_unlock(&r->delegate.lock);
	return code;
}

/* Which model a path is in, and where in it; *handle NULL: in none. */
static mr_code split_model(struct runs *r, mr_str path, mr_artifact_handle **handle, mr_str *name, mr_str *rest,
			   mr_call *call, mr_error *err)
{
	mr_str whole = path;
	const char *slash;

	*handle = NULL;
	if (r->prefix.len)
		whole = mr_arena_printf(call->arena, path.len ? "%.*s/%.*s" : "%.*s%.*s", MR_STR_ARG(r->prefix),
					MR_STR_ARG(path));
	if (!whole.len)
		return whole.ptr || !r->prefix.len ? MR_OK : mr_error_no_memory(err);
	slash = memchr(whole.ptr, '/', whole.len);
	*name = mr_str_make(whole.ptr, slash ? (size_t)(slash - whole.ptr) : whole.len);
	*rest = mr_str_make(slash ? slash + 1 : NULL, slash ? whole.len - name->len - 1 : 0);
	return find_model(r, *name, handle, call, err);
}

/* ---- reading ---- */

static mr_code pull_from(const struct mr_artifact_repository_ops *ops, void *self, mr_str path, void **pull,
			 struct mr_artifact_info *info, mr_call *call, mr_error *err)
{
	struct pull *p = mr_calloc(1, sizeof *p);
	mr_code code;

	if (!p)
		return mr_error_no_memory(err);
	p->ops = ops;
	p->self = self;
	code = ops->pull_open(self, path, &p->inner, info, call, err);
	if (code == MR_OK)
		*pull = p;
	else
		mr_free(p);
	return code;
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
			 mr_error *err)
{
	struct runs *r = self;
	const struct mr_artifact_repository_ops *ops;
	mr_artifact_handle *model;
	mr_str name, rest;
	void *inner;
	mr_error why;
	mr_code code = delegate_ready(&r->delegate, call, err);

	if (code == MR_OK)
		code = split_model(r, path, &model, &name, &rest, call, err);
	if (code != MR_OK)
		return code;
	if (model && rest.len) {
		ops = r->delegate.host->artifact_ops(model, &inner);
		mr_error_init(&why);
		code = pull_from(ops, inner, rest, pull, info, call, &why);
		if (code == MR_OK)
			info->path = mr_call_copy(call, path);
		if (code != MR_RESOURCE_DOES_NOT_EXIST)
			return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
	}
	return pull_from(r->delegate.ops, r->delegate.self, path, pull, info, call, err);
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	const struct pull *p = pull;

	(void)self;
	return p->ops->pull_read(p->self, p->inner, offset, out, size, got, call, err);
}

static void pull_close(void *self, void *pull)
{
	struct pull *p = pull;

	(void)self;
	p->ops->pull_close(p->self, p->inner);
	mr_free(p);
}

static mr_code local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	struct runs *r = self;
	const struct mr_artifact_repository_ops *ops;
	mr_artifact_handle *model;
	mr_str name, rest;
	void *inner;
	mr_error ignored;
	mr_code code = delegate_ready(&r->delegate, call, err);

	if (code == MR_OK)
		code = split_model(r, path, &model, &name, &rest, call, err);
	if (code != MR_OK)
		return code;
	if (model) {
		ops = r->delegate.host->artifact_ops(model, &inner);
		mr_error_init(&ignored);
		if (ops->local_path(inner, rest, out, call, &ignored) == MR_OK)
			return MR_OK;
	}
	return r->delegate.ops->local_path(r->delegate.self, path, out, call, err);
}

/* ---- listing ---- */

struct item {
	struct mr_artifact_info info;
	bool of_model;
};

struct listing {
	mr_arena *arena;
	bool of_model; /* whose are listed now */
	mr_str prefix; /* in front of each path of the model's */
	size_t cut; /* of each of these, with its prefix */
	struct item *items;
	size_t n, room;
};

static mr_code keep(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct listing *list = arg;
	size_t room = list->room ? list->room * 2 : 32;
	struct item *grown;
	mr_str path = info->path;

	if (list->of_model)
		path = mr_arena_printf(list->arena, "%.*s/%.*s", MR_STR_ARG(list->prefix), MR_STR_ARG(info->path));
	if (list->n == list->room) {
		grown = mr_arena_grow(list->arena, list->items, list->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		list->items = grown;
		list->room = room;
	}
	if (path.ptr && list->of_model)
		path = mr_str_make(path.ptr + list->cut, path.len - list->cut);
	if (path.ptr)
		path = mr_arena_copy(list->arena, path);
	if (!path.ptr)
		return mr_error_no_memory(err);
	list->items[list->n] = (struct item){*info, list->of_model};
	list->items[list->n++].info.path = path;
	return MR_OK;
}

/* Of two with one path the model's first. */
static int by_path(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->info.path.ptr, y->info.path.ptr);

	return order ? order : (int)y->of_model - (int)x->of_model;
}

static mr_code list_both(struct runs *r, mr_str path, struct listing *found, mr_call *call, mr_error *err)
{
	const struct mr_artifact_repository_ops *ops;
	mr_artifact_handle *model;
	mr_str name, rest;
	void *inner;
	mr_code code = split_model(r, path, &model, &name, &rest, call, err);

	if (code == MR_OK && model) {
		ops = r->delegate.host->artifact_ops(model, &inner);
		found->prefix = name;
		found->cut = r->prefix.len ? r->prefix.len + 1 : 0;
		found->of_model = true;
		code = ops->list(inner, rest, keep, found, call, err);
		found->of_model = false;
	}
	return code == MR_OK ? r->delegate.ops->list(r->delegate.self, path, keep, found, call, err) : code;
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct runs *r = self;
	struct listing found = {.arena = mr_arena_new(0)};
	mr_code code;

	if (!found.arena)
		return mr_error_no_memory(err);
	code = delegate_ready(&r->delegate, call, err);
	if (code == MR_OK)
		code = list_both(r, path, &found, call, err);
	if (code == MR_OK && found.n)
		qsort(found.items, found.n, sizeof *found.items, by_path);
	for (size_t i = 0; i < found.n && code == MR_OK; i++)
		if (i == 0 || !mr_str_eq(found.items[i].info.path, found.items[i - 1].info.path))
			code = visit(arg, &found.items[i].info, err);
	mr_arena_free(found.arena);
	return code;
}

/* ---- the plugin ---- */

static void runs_close(void *self)
{
	struct runs *r = self;

	if (!r)
		return;
	for (struct model *model = r->models; model; model = model->next)
		if (model->handle)
			r->delegate.host->artifact_close(model->handle);
	delegate_dispose(&r->delegate);
	mr_free(r);
}

static mr_code runs_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct runs *r = mr_calloc(1, sizeof *r);
	mr_str uri;
	mr_code code;

	if (!r)
		return mr_error_no_memory(err);
	code = delegate_init(&r->delegate, host, locate, err);
	if (code == MR_OK) {
		uri = mr_arena_copy(r->delegate.arena, args->uri);
		r->tracking_uri = mr_arena_copy(r->delegate.arena, args->tracking_uri);
		code = uri.ptr && r->tracking_uri.ptr ? parse(r, uri, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		*self = r;
	else
		runs_close(r);
	return code;
}

static const struct mr_artifact_repository_ops ops = {
	.size = sizeof ops,
	.open = runs_open,
	.close = runs_close,
	.push_begin = delegate_push_begin,
	.push_write = delegate_push_write,
	.push_commit = delegate_push_commit,
	.push_abort = delegate_push_abort,
	.pull_open = pull_open,
	.pull_read = pull_read,
	.pull_close = pull_close,
	.list = list,
	.remove = delegate_remove,
	.local_path = local_path,
	.multipart_create = delegate_multipart_create,
	.multipart_complete = delegate_multipart_complete,
	.multipart_abort = delegate_multipart_abort,
	.presign = delegate_presign,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "runs", &ops, NULL, MR_ENTRY_OWN_QUERY)
MR_PLUGIN_BUILTIN(mr_builtin_artifact_runs, "runs-artifacts", MR_VERSION, "A run's artifacts, by its runs:/ URI.",
		  "Apache-2.0", ENTRIES)
