/* SPDX-License-Identifier: Apache-2.0
 *
 * A request as MLflow's handlers read it (mlflow/server/handlers.py:
 * _get_request_message, and validation.py). Where they would go on with half a
 * message, or raise what nothing catches, the answer here is a 400.
 */
#include "api/decode.h"
#include "api/member.h"
#include "api/percent.h"
#include "api/python.h"
#include "api/request.h"
#include "api/request_validate.h"

struct reading {
	const struct mr_request_source *source;
	const struct mr_plan *plan;
	mr_call *call;
	mr_error *err;
	void *message;
	struct mr_decoded_top top;
};

static mr_code check_content_type(const struct mr_request_source *source, mr_error *err)
{
	mr_str type = source->content_type;
	const char *semicolon = type.len ? memchr(type.ptr, ';', type.len) : NULL;

	if (!mr_str_is(source->method, "POST") && !mr_str_is(source->method, "PUT"))
		return MR_OK;
	if (!source->has_content_type)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Bad Request. Content-Type header is missing.");
	if (semicolon)
		type.len = (size_t)(semicolon - type.ptr);
	if (!mr_str_is(type, "application/json"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Bad Request. Content-Type must be one of ['application/json'].");
	return MR_OK;
}

/* ---- query ---- */

static bool equals_ignoring_case(mr_str s, const char *lower)
{
	size_t i;

	for (i = 0; i < s.len && lower[i]; i++)
		if ((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 0x20 : s.ptr[i]) != lower[i])
			return false;
	return i == s.len && !lower[i];
}

/* The value as the JSON that a message shows. */
static mr_str quoted(mr_call *call, mr_str text, bool list)
{
	mr_buf json;
	mr_json_writer writer;
	mr_str out;

	mr_buf_init(&json, SIZE_MAX);
	mr_json_write_init(&writer, &json, MR_JSON_COMPACT);
	if (list)
		mr_json_write_begin(&writer, '[');
	mr_json_write_string(&writer, text);
	if (list)
		mr_json_write_end(&writer, ']');
	out = json.failed ? mr_str_make(NULL, 0) : mr_call_copy(call, mr_buf_view(&json));
	mr_buf_dispose(&json);
	return out;
}

static mr_code append_parameter(struct reading *r, const struct mr_field_desc *desc, mr_str text)
{
	size_t size = mr_kind_size(desc->kind), *count = mr_member_count(r->message, desc);
	void **items = mr_member(r->message, desc);
	mr_code code;
	void *grown;
	bool set;

	if ((*count & (*count - 1)) == 0) { /* room doubles at the powers of two */
		grown = mr_arena_grow(r->call->arena, *items, *count * size, (*count ? *count * 2 : 1) * size);
		if (!grown)
			return MR_RESOURCE_EXHAUSTED;
		*items = grown;
	}
	code = mr_decode_text(desc, text, r->call, (char *)*items + *count * size, &set);
	if (code == MR_OK)
		*count += set;
	return code;
}

static mr_code read_bool(struct reading *r, mr_str text, bool *out)
{
	*out = equals_ignoring_case(text, "true");
	if (*out || equals_ignoring_case(text, "false"))
		return MR_OK;
	return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
			    "Invalid boolean value: %.*s, must be 'true' or 'false'.", MR_STR_ARG(text));
}

/* A parameter that fits no field is passed over, and so is a second value where one is wanted. */
static mr_code read_parameter(struct reading *r, const struct mr_plan_field *field, mr_str value)
{
	const struct mr_field_desc *desc = field->desc;
	mr_str *shown = &r->top.json[field->index];
	mr_str text = mr_percent_decode(value, true, r->call);
	bool repeated = desc->flags & MR_FIELD_REPEATED, set = !repeated;
	mr_code code;

	if (!repeated && shown->ptr)
		return MR_OK;
	*shown = quoted(r->call, text, repeated);
	if (!text.ptr || !shown->ptr)
		return mr_error_no_memory(r->err);
	if (repeated)
		code = append_parameter(r, desc, text);
	else if (desc->kind == MR_KIND_BOOL)
		code = read_bool(r, text, mr_member(r->message, desc));
	else
		code = mr_decode_text(desc, text, r->call, mr_member(r->message, desc), &set);
	if (code == MR_RESOURCE_EXHAUSTED)
		return mr_error_no_memory(r->err);
	if (code == MR_OK)
		mr_member_set(r->message, field->index, set);
	else
		r->top.wrong[field->index] = (struct mr_wrong_value){mr_str_from(desc->name), *shown};
	return r->err->code;
}

static mr_code read_query(struct reading *r, bool *any)
{
	mr_str rest = r->source->query, key, value;
	mr_code code = MR_OK;
	uint32_t i;

	for (*any = false; code == MR_OK && mr_query_next(&rest, &key, &value); *any = true) {
		mr_str name = mr_percent_decode(key, true, r->call);

		if (!name.ptr)
			return mr_error_no_memory(r->err);
		for (i = 0; i < r->plan->desc->fields_n; i++)
			if (mr_str_eq(name, mr_plan_field_name(&r->plan->fields[i]))) {
				code = read_parameter(r, &r->plan->fields[i], value);
				break;
			}
	}
	return code;
}

/* ---- body ---- */

static mr_code scan_body(struct reading *r, mr_str body, int depth);

static mr_code read_object(struct reading *r, struct mr_decoding *d)
{
	if (mr_decode_object(d, r->plan, r->message, &r->top) && mr_json_scan_end(&d->sc))
		return MR_OK;
	return d->err->code;
}

/* Older clients send the JSON once more as a JSON text. */
static mr_code read_text(struct reading *r, struct mr_decoding *d, int depth)
{
	mr_str text;

	if (!mr_json_scan_string(&d->sc, &text) || !mr_json_scan_end(&d->sc))
		return d->err->code;
	return scan_body(r, text, depth + 1);
}

static mr_code scan_body(struct reading *r, mr_str body, int depth)
{
	struct mr_decoding d = {.call = r->call, .err = r->err};
	mr_json_type type;

	mr_json_scan_init(&d.sc, body, r->call->arena, r->err);
	if (!mr_json_scan_peek(&d.sc, &type))
		return r->err->code;
	if (type == MR_JSON_OBJECT)
		return read_object(r, &d);
	if (type == MR_JSON_STRING && depth == 0)
		return read_text(r, &d, depth);
	if (type == MR_JSON_NULL && mr_json_scan_null(&d.sc) && mr_json_scan_end(&d.sc))
		return MR_OK;
	return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
			    "Invalid JSON: the body of the request must be an object, such as {\"key\": \"value\"}, "
			    "not a value of type '%s'",
			    mr_python_type(body));
}

/* Not read at all where the reference's handler does not look at it. */
static bool wants_body(const struct mr_msg_desc *desc)
{
	uint32_t i;

	for (i = 0; i < desc->fields_n; i++)
		if (!(desc->fields[i].flags & MR_FIELD_IN_PATH))
			return true;
	return false;
}

static mr_code read_body(struct reading *r)
{
	mr_code code = check_content_type(r->source, r->err);

	if (code != MR_OK || r->source->body.len == 0 || !wants_body(r->plan->desc))
		return code;
	return scan_body(r, r->source->body, 0);
}

/* ---- path ---- */

static mr_code read_path_param(struct reading *r, const struct mr_path_param *param)
{
	mr_str value = mr_percent_decode(param->value, false, r->call), name = mr_str_from(param->name);
	mr_code code;
	uint32_t i;
	bool set;

	if (!value.ptr)
		return mr_error_no_memory(r->err);
	if (memchr(value.ptr, 0, value.len))
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "The parameter '%s' in the path must not contain a NUL (%%00)", param->name);
	for (i = 0; i < r->plan->desc->fields_n; i++) {
		const struct mr_plan_field *field = &r->plan->fields[i];

		if (!mr_str_eq(name, mr_plan_field_name(field)))
			continue;
		memset(&r->top.wrong[i], 0, sizeof r->top.wrong[i]); /* what the body says does not matter */
		r->top.json[i] = quoted(r->call, value, false);
		if (!r->top.json[i].ptr)
			return mr_error_no_memory(r->err);
		code = mr_decode_text(field->desc, value, r->call, mr_member(r->message, field->desc), &set);
		if (code == MR_RESOURCE_EXHAUSTED)
			return mr_error_no_memory(r->err);
		if (code == MR_OK)
			mr_member_set(r->message, i, set);
		else
			r->top.wrong[i] = (struct mr_wrong_value){mr_str_from(param->name), r->top.json[i]};
	}
	return MR_OK;
}

mr_code mr_request_decode(const struct mr_request_source *source, mr_call *call, void **out, mr_error *err)
{
	const struct mr_op_desc *op = source->route->op;
	bool reads = mr_str_is(source->method, "GET") || mr_str_is(source->method, "HEAD");
	struct reading r;
	bool any = false;
	mr_code code = MR_OK;
	size_t i;

	memset(&r, 0, sizeof r);
	r.source = source;
	r.call = call;
	r.err = err;
	r.plan = mr_plan_get(op->request);
	r.message = mr_msg_new(call, op->request);
	if (!r.plan || !r.message)
		return mr_error_no_memory(err);
	if (reads || op->style == MR_STYLE_RAW)
		code = read_query(&r, &any);
	if (code == MR_OK && !any && op->style != MR_STYLE_RAW)
		code = read_body(&r);
	for (i = 0; i < source->route->params_n && code == MR_OK; i++)
		code = read_path_param(&r, &source->route->params[i]);
	if (code == MR_OK)
		code = mr_request_validate(r.plan, r.message, &r.top, call, err);
	if (code == MR_OK)
		*out = r.message;
	return code;
}
