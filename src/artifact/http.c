/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts through a tracking server (mlflow-artifacts:, and the URLs that it
 * stands for): MLflow's artifact proxy, from the client's side.
 */
#include "artifact/http.h"

#include <stdlib.h>

#include "api/codec.h"
#include "api/tables.h"
#include "base/inject.h"
#include "base/uri.h"
#include "plugin/handle.h"

static void http_close(void *self)
{
	struct http_repository *r = self;

	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	mr_arena_free(r->arena);
	mr_free(r);
}

static mr_code open_as(const mr_host *host, const struct mr_open_args *args, bool is_proxy, void **self, mr_error *err)
{
	struct http_repository *r = mr_calloc(1, sizeof *r);
	mr_code code;

	if (!r)
		return mr_error_no_memory(err);
	r->host = host;
	r->is_proxy = is_proxy;
	pthread_mutex_init(&r->lock, NULL);
	r->arena = mr_arena_new(0);
	code = r->arena ? MR_OK : mr_error_no_memory(err);
	if (code == MR_OK && is_proxy)
		code = http_uri_resolve(r->arena, args->uri, args->tracking_uri, &r->base, err);
	else if (code == MR_OK)
		r->base = mr_arena_copy(r->arena, args->uri);
	if (code == MR_OK)
		code = r->base.ptr ? http_uri_split(r, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		*self = r;
	else
		http_close(r);
	return code;
}

static mr_code proxy_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return open_as(host, args, true, self, err);
}

static mr_code url_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return open_as(host, args, false, self, err);
}

/* ---- what all requests share ---- */

mr_str http_answer_header(const struct mr_http_response *response, const char *name)
{
	for (size_t i = 0; i < response->headers_n; i++)
		if (mr_str_is(response->headers[i].name, name))
			return response->headers[i].value;
	return mr_str_make(NULL, 0);
}

mr_code http_answer_error(const struct mr_http_response *response, mr_str url, mr_error *err)
{
	const char *query = memchr(url.ptr, '?', url.len);
	mr_error why;

	if (response->status / 100 == 2)
		return MR_OK;
	if (query) /* of a signed URL it is the secret */
		url.len = (size_t)(query - url.ptr);
	mr_error_decode(response->status, response->body, url, &why);
	return mr_error_set(err, why.code, "%s", why.message);
}

mr_call *http_call_like(mr_call *call)
{
	mr_call *own = mr_call_new((size_t)HTTP_ANSWER_MAX + (8 << 20));

	if (!own || !call)
		return own;
	own->workspace = mr_call_copy(own, call->workspace);
	own->user = mr_call_copy(own, call->user);
	return own;
}

bool http_is_cancelled(void *call)
{
	return call && mr_call_is_cancelled(call);
}

mr_code http_ask(const struct http_repository *r, const char *method, mr_str url, mr_str json,
		 struct mr_http_response *response, mr_call *call, mr_error *err)
{
	static const struct mr_header type = {{"Content-Type", 12}, {"application/json", 16}};
	struct mr_http_request request = {
		.size = sizeof request,
		.method = mr_str_from(method),
		.url = url,
		.headers = &type,
		.headers_n = json.len ? 1 : 0,
		.body = json,
		.body_size = -1,
		.body_max = HTTP_ANSWER_MAX,
	};
	mr_code code;

	response->size = sizeof *response;
	code = r->host->http(r->host, &request, response, call, err);
	return code == MR_OK ? http_answer_error(response, url, err) : code;
}

/* ---- listing ---- */

static int by_path(const void *a, const void *b)
{
	const struct mr_artifacts_file_info *x = *(void *const *)a, *y = *(void *const *)b;
	size_t n = x->path.len < y->path.len ? x->path.len : y->path.len;
	int order = n ? memcmp(x->path.ptr, y->path.ptr, n) : 0;

	return order ? order : (x->path.len > y->path.len) - (x->path.len < y->path.len);
}

static mr_str last_segment(mr_str path)
{
	while (path.len && memchr(path.ptr, '/', path.len))
		path = mr_str_make(path.ptr + 1, path.len - 1);
	return path;
}

/* Storages answer the listing of a file with that file, which MLflow takes for an empty folder. */
static bool is_file_itself(const struct mr_artifacts_list_artifacts_response *answer, mr_str path)
{
	return answer->files_n == 1 && !answer->files[0]->is_dir && path.len &&
	       mr_str_eq(answer->files[0]->path, last_segment(path));
}

static mr_code visit_one(const struct mr_artifacts_file_info *file, mr_str path, mr_artifact_visit *visit, void *arg,
			 mr_call *call, mr_error *err)
{
	struct mr_artifact_info info = {.is_dir = file->is_dir, .size = -1};
	mr_code code = mr_artifact_path_check(file->path, false, err); /* what a server says is not to be trusted */

	if (code != MR_OK)
		return code;
	if (!info.is_dir) /* MLflow leaves out the size of an empty file */
		info.size = MR_HAS(file, MR_ARTIFACTS_FILE_INFO_HAS_FILE_SIZE) ? file->file_size : 0;
	info.path = mr_arena_printf(call->arena, path.len ? "%.*s/%.*s" : "%.*s%.*s", MR_STR_ARG(path),
				    MR_STR_ARG(file->path));
	return info.path.ptr ? visit(arg, &info, err) : mr_error_no_memory(err);
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	const struct http_repository *r = self;
	const struct mr_op_desc *op = mr_op_desc_get(MR_OP_PROXY_LIST);
	struct mr_artifacts_list_artifacts_response *answer;
	struct mr_http_response response;
	mr_str url, within = path;
	void *message = NULL;
	mr_code code;

	if (r->root.len)
		within = mr_arena_printf(call->arena, path.len ? "%.*s/%.*s" : "%.*s%.*s", MR_STR_ARG(r->root),
					 MR_STR_ARG(path));
	within = mr_uri_encode(call->arena, within, "");
	code = within.ptr ? http_service_url(r, MR_OP_PROXY_LIST, mr_str_make(NULL, 0), call, &url, err)
			  : mr_error_no_memory(err);
	if (code != MR_OK)
		return code;
	url = mr_arena_printf(call->arena, "%.*s?path=%.*s", MR_STR_ARG(url), MR_STR_ARG(within));
	code = url.ptr ? http_ask(r, "GET", url, mr_str_make(NULL, 0), &response, call, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_msg_decode(op->response, response.body, call, &message, err);
	if (code != MR_OK)
		return code;
	answer = message;
	if (is_file_itself(answer, path))
		return MR_OK;
	if (answer->files_n)
		qsort(answer->files, answer->files_n, sizeof *answer->files, by_path);
	for (size_t i = 0; i < answer->files_n && code == MR_OK; i++)
		code = visit_one(answer->files[i], path, visit, arg, call, err);
	return code;
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	const struct http_repository *r = self;
	mr_str url = http_url(r, call->arena, path);
	struct mr_http_response response;
	mr_error why;
	mr_code code;

	if (!url.ptr)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	code = http_ask(r, "DELETE", url, mr_str_make(NULL, 0), &response, call, &why);
	if (code == MR_OK || code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	return mr_error_set(err, code, "%s", why.message);
}

#define SLOTS                                                                                                          \
	.close = http_close, .push_begin = http_push_begin, .push_write = http_push_write,                             \
	.push_commit = http_push_commit, .push_abort = http_push_abort, .pull_open = http_pull_open,                   \
	.pull_read = http_pull_read, .pull_close = http_pull_close, .list = list, .remove = remove_path,               \
	.multipart_create = http_multipart_create, .multipart_complete = http_multipart_complete,                      \
	.multipart_abort = http_multipart_abort, .presign = http_presign

static const struct mr_artifact_repository_ops proxy = {.size = sizeof proxy, .open = proxy_open, SLOTS};
static const struct mr_artifact_repository_ops urls = {.size = sizeof urls, .open = url_open, SLOTS};

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "mlflow-artifacts", &proxy, NULL, MR_ENTRY_OWN_QUERY)                      \
	ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "http", &urls, NULL, MR_ENTRY_OWN_QUERY)                                   \
	ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "https", &urls, NULL, MR_ENTRY_OWN_QUERY)
MR_PLUGIN_BUILTIN(mr_builtin_artifact_http, "http-artifacts", MR_VERSION, "Artifacts through a tracking server.",
		  "Apache-2.0", ENTRIES)
