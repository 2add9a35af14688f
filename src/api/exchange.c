/* SPDX-License-Identifier: Apache-2.0 */
#include "api/exchange.h"

#include "api/member.h"
#include "api/request.h"
#include "api/tables.h"
#include "base/error.h"

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
static mr_code hand_over(const struct mr_op_desc *op, void *answer, void *response, mr_call *call, mr_error *err)
{
	void *const *rows;
	size_t n;
	mr_code code = MR_OK;

	if (op->rows) {
		rows = *(void ***)mr_member(answer, op->rows);
		n = *mr_member_count(answer, op->rows);
		for (size_t i = 0; i < n && code == MR_OK; i++)
			code = mr_call_emit(call, rows[i], err);
		*(void ***)mr_member(answer, op->rows) = NULL;
		*mr_member_count(answer, op->rows) = 0;
	}
	memcpy(response, answer, op->response->size); /* both of the host's size, and the answer is not used again */
	return code;
}

mr_code mr_exchange_invoke(uint32_t operation, const void *request, void *response, mr_exchange_send *send, void *arg,
			   mr_call *call, mr_error *err)
{
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
		code = send(arg, &parts, &answer, call, err);
	if (code == MR_OK)
		code = decode(op, endpoint_of(parts.target), &answer, call, &message, err);
	if (code == MR_OK)
		code = hand_over(op, message, response, call, err);
	return code;
}
