/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests of MLflow's REST API that another client has made.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/inject.h"
#include "base/os.h"
#include "client/client.h"
#include "store/wire.h"

enum { CALL_MAX = 1 << 30 };

mr_code mr_set_store_program(const char *file, mr_error *err)
{
	static char *program; /* clients may hold the one before */
	char *copy = file ? realpath(file, NULL) : NULL;

	if (file && !copy)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no program '%s'", file);
	program = copy;
	mr_child_program_set(mr_str_from(program ? program : ""));
	mr_host_set_store_scheme(program ? MR_CHILD_SCHEME : NULL);
	return MR_OK;
}

void mr_set_no_python_plugins(void)
{
	mr_plugins_without_python();
}

mr_code mr_client_give(mr_str from, mr_str *out, mr_error *err)
{
	char *copy = mr_malloc(from.len + 1);

	if (!copy)
		return mr_error_no_memory(err);
	if (from.len)
		memcpy(copy, from.ptr, from.len);
	copy[from.len] = 0;
	*out = mr_str_make(copy, from.len);
	return MR_OK;
}

static struct mr_wire_request wire_of(const struct mr_rest_request *request)
{
	return (struct mr_wire_request){
		.parts = {.method = request->method, .target = mr_str_from(request->target), .body = request->body},
		.content_type = mr_str_from(request->content_type ? request->content_type : ""),
		.headers = request->headers,
		.headers_n = request->headers_n,
		.authorized = request->authorized,
	};
}

mr_code mr_client_rest(mr_client *client, const struct mr_rest_request *request, int32_t *status, mr_str *body, mr_error *err)
{
	struct mr_http_response response = {.size = sizeof response};
	struct mr_wire_request wire = wire_of(request);
	mr_store_handle *store;
	mr_wire_send *send;
	mr_call *call;
	void *self;
	mr_code code = mr_client_store(client, request->registry ? MR_SIDE_REGISTRY : MR_SIDE_TRACKING, &store, err);

	if (code != MR_OK)
		return code;
	send = mr_wire_of(store, &self);
	if (!send)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "This store takes no requests as they are; see mr_set_store_program");
	call = mr_call_new(CALL_MAX);
	if (!call)
		return mr_error_no_memory(err);
	if (request->timeout_ms > 0)
		call->deadline_ns = mr_monotonic_ns() + request->timeout_ms * 1000000;
	call->asked = request->cancelled;
	call->asked_arg = request->cancelled_arg;
	code = send(self, &wire, &response, call, err);
	for (size_t i = 0; code == MR_OK && request->answer_header && i < response.headers_n; i++)
		request->answer_header(request->answer_header_arg, response.headers[i].name, response.headers[i].value);
	if (code == MR_OK)
		code = mr_client_give(response.body, body, err);
	*status = response.status;
	mr_call_free(call);
	return code;
}
