/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests: a line each for method, path, query and content type, then the
 * body. Any request is refused with a message or read; what was read is sent as
 * we send requests, and read again as the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "api/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static mr_str take_line(mr_str *text)
{
	const char *end = text->len ? memchr(text->ptr, '\n', text->len) : NULL;
	mr_str line = mr_str_make(text->ptr, end ? (size_t)(end - text->ptr) : text->len);

	*text = mr_str_make(text->ptr + line.len + (end != NULL), text->len - line.len - (end != NULL));
	return line;
}

static mr_str print(const struct mr_op_desc *op, const void *message, mr_call *call)
{
	mr_error err;
	mr_str copy;
	mr_buf out;

	mr_error_init(&err);
	mr_buf_init(&out, SIZE_MAX);
	require(mr_msg_encode(op->request, message, MR_STYLE_PRETTY, &out, &err) == MR_OK);
	copy = mr_call_copy(call, mr_buf_view(&out));
	mr_buf_dispose(&out);
	require(copy.ptr != NULL);
	return copy;
}

/* A list that must be there is not sent when it is empty, so it is missing then. */
static bool is_missing(const mr_error *err)
{
	return strncmp(err->message, "Missing value", 13) == 0;
}

static void send_and_read(const struct mr_op_desc *op, const void *message, mr_call *call)
{
	struct mr_request_source source = {.content_type = mr_str_from("application/json"), .has_content_type = true};
	struct mr_request_parts parts;
	struct mr_route_match match;
	mr_error err;
	mr_str path;
	void *back;
	const char *mark;

	mr_error_init(&err);
	if (mr_request_encode(op, message, call, &parts, &err) != MR_OK) {
		require(err.code == MR_NOT_IMPLEMENTED || is_missing(&err));
		return;
	}
	path = parts.target;
	mark = memchr(path.ptr, '?', path.len);
	if (mark) {
		path.len = (size_t)(mark - path.ptr);
		source.query = mr_str_make(mark + 1, parts.target.len - path.len - 1);
	}
	source.method = mr_str_from(parts.method);
	source.body = parts.body;
	source.route = &match;
	mr_route_find(source.method, path, &match);
	if (match.op != op)
		return; /* a parameter that looks like another route */
	if (mr_request_decode(&source, call, &back, &err) == MR_OK)
		require(mr_str_eq(print(op, message, call), print(op, back, call)));
	else
		require(is_missing(&err) || strstr(err.message, "NUL"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_str text = mr_str_make((const char *)data, size), path;
	struct mr_request_source source;
	struct mr_route_match match;
	mr_call *call = mr_call_new(0);
	mr_error err;
	void *message;

	if (!call)
		return 0;
	mr_error_init(&err);
	source.route = &match;
	source.method = take_line(&text);
	path = take_line(&text);
	source.query = take_line(&text);
	source.content_type = take_line(&text);
	source.has_content_type = source.content_type.len > 0;
	source.body = text;
	mr_route_find(source.method, path, &match);
	require(!match.op || !match.other_method);
	if (match.op && mr_request_decode(&source, call, &message, &err) == MR_OK)
		send_and_read(match.op, message, call);
	else if (match.op)
		require((err.code == MR_BAD_REQUEST || err.code == MR_INVALID_PARAMETER_VALUE) && err.length > 0);
	mr_call_free(call);
	return 0;
}
