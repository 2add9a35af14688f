/* SPDX-License-Identifier: Apache-2.0
 *
 * The REST store: a server that speaks MLflow's API, as tracking and as
 * registry store. It answers each operation by one invoke, from the operations
 * table: what the server's side of a row decodes, this side encodes.
 */
#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "api/member.h"
#include "api/request.h"
#include "api/tables.h"
#include "base/error.h"
#include "base/inject.h"
#include "base/uri.h"

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

static mr_code rest_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
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

static mr_code send(struct rest *rest, const struct mr_request_parts *parts, struct mr_http_response *response,
		    mr_call *call, mr_error *err)
{
	static const struct mr_header json = {{"Content-Type", 12}, {"application/json", 16}};
	struct mr_http_request request = {
		.size = sizeof request,
		.method = mr_str_from(parts->method),
		.headers = &json,
		.headers_n = parts->body.len ? 1 : 0,
		.body = parts->body,
		.body_size = -1,
	};

	request.url = mr_arena_printf(call->arena, "%.*s%.*s", MR_STR_ARG(rest->base), MR_STR_ARG(parts->target));
	if (!request.url.ptr)
		return mr_error_no_memory(err);
	return rest->host->http(rest->host, &request, response, call, err);
}

/* The path alone: a query may hold what a message should not repeat. */
static mr_str endpoint_of(mr_str target)
{
	const char *mark = target.len ? memchr(target.ptr, '?', target.len) : NULL;

	return mark ? mr_str_make(target.ptr, (size_t)(mark - target.ptr)) : target;
}

static bool is_blank(mr_str body)
{
	size_t at = strspn(body.len ? body.ptr : "", " \t\r\n");

	return at >= body.len || mr_str_is(body, "200 OK"); /* the latter as MLflow has it */
}

static mr_code decode(const struct mr_op_desc *op, mr_str endpoint, const struct mr_http_response *response,
		      mr_call *call, void **out, mr_error *err)
{
	mr_error why;

	if (response->status != 200) {
		mr_error_decode(response->status, response->body, endpoint, &why);
		return mr_error_set(err, why.code, "%s", why.message);
	}
	if (is_blank(response->body)) {
		*out = mr_msg_new(call, op->response);
		return *out ? MR_OK : mr_error_no_memory(err);
	}
	mr_error_init(&why);
	if (mr_msg_decode(op->response, response->body, call, out, &why) == MR_OK)
		return MR_OK;
	if (why.code == MR_RESOURCE_EXHAUSTED)
		return mr_error_set(err, why.code, "%s", why.message);
	return mr_error_set(
		err, MR_INTERNAL_ERROR,
		"API request to endpoint was successful but the response body was not in a valid JSON format "
		"(%s). Response body: '%.*s'",
		why.message, (int)(response->body.len < 1000 ? response->body.len : 1000), response->body.ptr);
}

/* Rows go to emit one by one; the rest of the answer becomes the response. */
static mr_code hand_over(struct rest *rest, const struct mr_op_desc *op, void *answer, void *response, mr_call *call,
			 mr_error *err)
{
	void *const *rows;
	size_t n;
	mr_code code = MR_OK;

	if (op->rows) {
		rows = *(void ***)mr_member(answer, op->rows);
		n = *mr_member_count(answer, op->rows);
		for (size_t i = 0; i < n && code == MR_OK; i++)
			code = rest->host->emit(call, rows[i], err);
		*(void ***)mr_member(answer, op->rows) = NULL;
		*mr_member_count(answer, op->rows) = 0;
	}
	memcpy(response, answer, op->response->size); /* both of the host's size, and the answer is not used again */
	return code;
}

static mr_code rest_invoke(void *self, uint32_t operation, const void *request, void *response, mr_call *call,
			   mr_error *err)
{
	struct rest *rest = self;
	const struct mr_op_desc *op = mr_op_desc_get(operation);
	struct mr_http_response answer = {.size = sizeof answer};
	struct mr_request_parts parts;
	void *message;
	mr_code code;

	if (!op || !op->routes_n || op->side == MR_SIDE_SERVER)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "A tracking server has no route for %s",
				    op ? op->name : "this operation");
	code = mr_request_encode(op, request, call, &parts, err);
	if (code == MR_OK)
		code = send(rest, &parts, &answer, call, err);
	if (code == MR_OK)
		code = decode(op, endpoint_of(parts.target), &answer, call, &message, err);
	if (code == MR_OK)
		code = hand_over(rest, op, message, response, call, err);
	return code;
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
