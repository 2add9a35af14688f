/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors over the wire, as mlflow/exceptions.py writes and rest_utils.py reads them.
 */
#include "api/codec.h"
#include "api/sink.h"
#include "base/error.h"

static void add_member(struct mr_sink *sink, const char *lead, const char *value)
{
	if (!value)
		return;
	mr_sink_add(sink, mr_str_from(lead));
	mr_sink_add_json(sink, mr_str_from(value));
}

void mr_error_encode(const mr_error *error, mr_buf *out)
{
	const struct mr_code_info *info = mr_code_info(error->code == MR_OK ? MR_INTERNAL_ERROR : error->code);
	struct mr_sink sink;

	mr_sink_open(&sink, out);
	add_member(&sink, "{\"error_code\": ", info->name);
	mr_sink_add(&sink, mr_str_from(", \"message\": "));
	mr_sink_add_json(&sink, mr_str_make(error->message, error->length));
	add_member(&sink, ", \"sqlstate\": ", info->sqlstate);
	add_member(&sink, ", \"error_class\": ", info->error_class);
	mr_sink_add(&sink, mr_str_from("}"));
	mr_sink_close(&sink);
}

/* A name of MLflow's, or an HTTP status, as a number or text. */
static mr_code code_of(const mr_json *value, int http_status)
{
	mr_code code = MR_INTERNAL_ERROR;
	int64_t status;

	if (value && value->type == MR_JSON_STRING)
		code = mr_code_from_name(value->text);
	if (code != MR_INTERNAL_ERROR)
		return code;
	status = mr_json_int(value, 0);
	if (status >= 400 && status < 600)
		return mr_code_from_http_status((int)status);
	/* "INTERNAL_ERROR", or what we do not know: the status may say more */
	return value && mr_str_is(mr_json_str(value, mr_str_from("")), mr_code_name(MR_INTERNAL_ERROR))
		       ? MR_INTERNAL_ERROR
		       : mr_code_from_http_status(http_status);
}

void mr_error_decode(int http_status, mr_str body, mr_str endpoint, mr_error *out)
{
	mr_arena *arena = mr_arena_new(4 << 20);
	mr_json *tree = NULL;
	const mr_json *message;

	mr_error_init(out);
	if (arena && mr_json_parse(body, arena, &tree, NULL) == MR_OK && tree->type == MR_JSON_OBJECT) {
		message = mr_json_get(tree, "message");
		if (message && message->type == MR_JSON_STRING)
			mr_error_set(out, code_of(mr_json_get(tree, "error_code"), http_status), "%.*s",
				     MR_STR_ARG(message->text));
		else
			mr_error_set(out, code_of(mr_json_get(tree, "error_code"), http_status), "Response: %.*s",
				     MR_STR_ARG(body));
	} else {
		mr_error_set(out, mr_code_from_http_status(http_status),
			     "API request to endpoint %.*s failed with error code %d != 200. Response body: '%.*s'",
			     MR_STR_ARG(endpoint), http_status, MR_STR_ARG(body));
	}
	mr_arena_free(arena);
}
