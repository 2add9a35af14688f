/* SPDX-License-Identifier: Apache-2.0
 *
 * Tracking and registry stores of Python: each operation is the request that
 * MLflow's REST API has for it, answered in the host by MLflow's own handlers
 * over the plugin's store. Opening one starts nothing.
 */
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "api/exchange.h"
#include "base/inject.h"
#include "plugin/python.h"

struct store {
	const struct python_entry *entry;
	mr_arena *arena;
	mr_str tracking_uri, registry_uri, artifact_root; /* the first two: which host */
};

static void store_close(void *self)
{
	struct store *s = self;

	if (!s)
		return;
	mr_arena_free(s->arena);
	mr_free(s);
}

/* The other side's URI is the program's, or, where that has none, the same. */
static mr_code store_open(const mr_host *host, const struct mr_open_args *args, bool registry, void **self, mr_error *err)
{
	struct store *s = mr_calloc(1, sizeof *s);

	if (!s || !(s->arena = mr_arena_new(0))) {
		store_close(s);
		return mr_error_no_memory(err);
	}
	s->entry = python_entry_of(host);
	s->tracking_uri = mr_arena_copy(s->arena, registry && args->tracking_uri.len ? args->tracking_uri : args->uri);
	s->registry_uri = mr_arena_copy(s->arena, !registry && args->registry_uri.len ? args->registry_uri : args->uri);
	s->artifact_root = mr_arena_copy(s->arena, args->artifact_root);
	if (!s->tracking_uri.ptr || !s->registry_uri.ptr || !s->artifact_root.ptr) {
		store_close(s);
		return mr_error_no_memory(err);
	}
	*self = s;
	return MR_OK;
}

static mr_code tracking_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return store_open(host, args, false, self, err);
}

static mr_code registry_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	return store_open(host, args, true, self, err);
}

static mr_code send(void *arg, const struct mr_request_parts *parts, struct mr_http_response *response, mr_call *call,
		    mr_error *err)
{
	struct store *s = arg;
	struct python_request rq = {.entry = s->entry, .tracking_uri = s->tracking_uri, .registry_uri = s->registry_uri,
				    .op = "store.http", .blob = parts->body, .limit_ms = PYTHON_STORE_MS};
	struct python_answer answer;
	struct python_params p;
	mr_code code;

	python_params_begin(&p);
	python_params_text(&p, "artifact_root", s->artifact_root);
	python_params_text(&p, "method", mr_str_from(parts->method));
	python_params_text(&p, "target", parts->target);
	python_params_text(&p, "user", call->user);
	python_params_text(&p, "workspace", call->workspace);
	rq.params = python_params_end(&p);
	code = rq.params.ptr ? python_call(&rq, &answer, call, err) : mr_error_no_memory(err);
	python_params_dispose(&p);
	if (code != MR_OK)
		return code;
	response->status = (int32_t)mr_json_int(mr_json_get(answer.result, "status"), 500);
	response->body = answer.blob;
	return MR_OK;
}

static mr_code store_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call, mr_error *err)
{
	return mr_exchange_invoke(operation, request, response, send, self, call, err);
}

const struct mr_tracking_store_ops python_tracking_ops = {
	.size = sizeof python_tracking_ops,
	.open = tracking_open,
	.close = store_close,
	.invoke = store_invoke,
};

const struct mr_model_registry_store_ops python_registry_ops = {
	.size = sizeof python_registry_ops,
	.open = registry_open,
	.close = store_close,
	.invoke = store_invoke,
};
