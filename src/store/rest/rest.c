/* SPDX-License-Identifier: Apache-2.0
 *
 * The REST store: a server that speaks MLflow's API, as tracking and as
 * registry store. It answers each operation by one invoke, from the operations
 * table: what the server's side of a row decodes, this side encodes.
 */
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "api/exchange.h"
#include "base/inject.h"
#include "base/uri.h"
#include "store/wire.h"

struct rest {
	const mr_host *host;
	mr_arena *arena;
	mr_str base; /* "http://host:port/prefix", without a slash at the end */
};

static void rest_close(void *self)
{
	struct rest *rest = self;

	if (!rest)
		return;
	mr_arena_free(rest->arena);
	mr_free(rest);
}

static mr_code check_uri(mr_str text, mr_error *err)
{
	mr_uri uri;
	mr_code code = mr_uri_parse(text, &uri, err);

	if (code != MR_OK)
		return code;
	if (!uri.host.len || uri.port == -2)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"The tracking URI needs a host, and a port that is a number, as in http://localhost:5000");
	return MR_OK;
}

mr_code rest_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct rest *rest = NULL;
	mr_str base = args->uri;
	mr_code code = check_uri(base, err);

	if (code != MR_OK)
		return code;
	rest = mr_calloc(1, sizeof *rest);
	if (!rest || !(rest->arena = mr_arena_new(0)))
		goto no_memory;
	rest->host = host;
	if (base.ptr[base.len - 1] == '/') /* one of them, as MLflow */
		base.len--;
	rest->base = mr_arena_copy(rest->arena, base);
	if (!rest->base.ptr)
		goto no_memory;
	*self = rest;
	return MR_OK;
no_memory:
	rest_close(rest);
	return mr_error_no_memory(err);
}

mr_code rest_send(void *self, const struct mr_wire_request *wire, struct mr_http_response *response, mr_call *call,
		  mr_error *err)
{
	struct rest *rest = self;
	size_t n = 0;
	struct mr_header *headers = mr_call_alloc(call, (wire->headers_n + 1) * sizeof *headers);
	struct mr_http_request request = {
		.size = sizeof request,
		.method = mr_str_from(wire->parts.method),
		.headers = headers,
		.body = wire->parts.body,
		.body_size = -1,
		.flags = wire->authorized ? MR_HTTP_AUTHORIZED : 0,
	};

	request.url = mr_arena_printf(call->arena, "%.*s%.*s", MR_STR_ARG(rest->base), MR_STR_ARG(wire->parts.target));
	if (!request.url.ptr || !headers)
		return mr_error_no_memory(err);
	if (wire->parts.body.len)
		headers[n++] = (struct mr_header){mr_str_from("Content-Type"), wire->content_type.len ? wire->content_type
											      : mr_str_from("application/json")};
	for (size_t i = 0; i < wire->headers_n; i++)
		headers[n++] = wire->headers[i];
	request.headers_n = n;
	return rest->host->http(rest->host, &request, response, call, err);
}

static mr_code send(void *arg, const struct mr_request_parts *parts, struct mr_http_response *response, mr_call *call,
		    mr_error *err)
{
	const struct mr_wire_request wire = {.parts = *parts};

	return rest_send(arg, &wire, response, call, err);
}

static mr_code rest_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call,
			   mr_error *err)
{
	return mr_exchange_invoke(operation, request, response, send, self, call, err);
}

static const struct mr_tracking_store_ops tracking = {
	.size = sizeof tracking,
	.open = rest_open,
	.close = rest_close,
	.invoke = rest_invoke,
};

static const struct mr_model_registry_store_ops registry = {
	.size = sizeof registry,
	.open = rest_open,
	.close = rest_close,
	.invoke = rest_invoke,
};

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_TRACKING_STORE, "http", &tracking, NULL, MR_ENTRY_OWN_QUERY)                                    \
	ENTRY(MR_GROUP_TRACKING_STORE, "https", &tracking, NULL, MR_ENTRY_OWN_QUERY)                                   \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, "http", &registry, NULL, MR_ENTRY_OWN_QUERY)                              \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, "https", &registry, NULL, MR_ENTRY_OWN_QUERY)
MR_PLUGIN_BUILTIN(mr_builtin_rest, "rest-store", MR_VERSION, "A tracking server, by MLflow's REST API.", "Apache-2.0",
		  ENTRIES)
