/* SPDX-License-Identifier: Apache-2.0
 *
 * A request as MLflow's Python client sends it (mlflow/utils/rest_utils.py:
 * call_endpoint): what a GET asks stands in the query, all else in a JSON body.
 * Members in the path are in the body, too, because the reference wants some
 * of them there.
 */
#include "api/encode.h"
#include "api/member.h"
#include "api/percent.h"
#include "api/request.h"

static bool is_present(const struct mr_plan_field *field, const void *message)
{
	return field->desc->flags & MR_FIELD_REPEATED ? *mr_member_count(message, field->desc) > 0
						      : mr_member_is_set(message, field->index);
}

/* A scalar as str() prints it. */
static void add_scalar(const struct mr_field_desc *field, const void *value, bool query, mr_buf *out)
{
	char text[32];

	switch (field->kind) {
	case MR_KIND_STRING:
	case MR_KIND_FIELD_MASK:
		mr_percent_encode(*(const mr_str *)value, query, out);
		break;
	case MR_KIND_BOOL:
		mr_buf_c(out, *(const bool *)value ? "true" : "false");
		break;
	case MR_KIND_INT32:
		mr_buf_int(out, *(const int32_t *)value);
		break;
	case MR_KIND_UINT32:
		mr_buf_int(out, *(const uint32_t *)value);
		break;
	case MR_KIND_UINT64:
		mr_buf_printf(out, "%llu", (unsigned long long)*(const uint64_t *)value);
		break;
	case MR_KIND_INT64:
		mr_buf_int(out, *(const int64_t *)value);
		break;
	case MR_KIND_ENUM:
		mr_buf_c(out, mr_enum_name(field->enumeration, *(const int32_t *)value));
		break;
	default: /* float, double */
		mr_percent_encode(mr_str_make(text, mr_format_double(text, field->kind == MR_KIND_FLOAT
										   ? (double)*(const float *)value
										   : *(const double *)value)),
				  query, out);
		break;
	}
}

static void add_pair(const struct mr_plan_field *field, const void *value, char *separator, mr_buf *out)
{
	mr_buf_char(out, *separator);
	mr_buf_str(out, mr_plan_field_name(field));
	mr_buf_char(out, '=');
	add_scalar(field->desc, value, true, out);
	*separator = '&';
}

static void add_query(const struct mr_plan *plan, const void *message, mr_buf *out)
{
	char separator = '?';
	uint32_t i;
	size_t k;

	for (i = 0; i < plan->desc->fields_n; i++) {
		const struct mr_plan_field *field = plan->order[i];
		const char *elements;

		if (!is_present(field, message) || field->desc->flags & MR_FIELD_IN_PATH)
			continue;
		if (!(field->desc->flags & MR_FIELD_REPEATED)) {
			add_pair(field, mr_member(message, field->desc), &separator, out);
			continue;
		}
		elements = *(const char *const *)mr_member(message, field->desc);
		for (k = 0; k < *mr_member_count(message, field->desc); k++)
			add_pair(field, elements + k * mr_kind_size(field->desc->kind), &separator, out);
	}
}

static mr_code add_param(const struct mr_op_desc *op, const struct mr_plan *plan, mr_str name, const void *message,
			 mr_buf *out, mr_error *err)
{
	const struct mr_field_desc *field;
	uint32_t i;

	if (name.ptr[0] == '*')
		return mr_error_set(
			err, MR_NOT_IMPLEMENTED,
			"%s has a path in its URL that is no member of its request; its caller builds the URL",
			op->name);
	for (i = 0; i < plan->desc->fields_n && !mr_str_eq(mr_plan_field_name(&plan->fields[i]), name); i++)
		;
	field = i < plan->desc->fields_n ? plan->fields[i].desc : NULL;
	if (!field || !mr_member_is_set(message, i) ||
	    (field->kind == MR_KIND_STRING && ((const mr_str *)mr_member(message, field))->len == 0))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Missing value for required parameter '%.*s'.",
				    MR_STR_ARG(name));
	add_scalar(field, mr_member(message, field), false, out);
	return MR_OK;
}

static mr_code add_path(const struct mr_op_desc *op, const struct mr_plan *plan, const void *message, mr_buf *out,
			mr_error *err)
{
	const char *at = op->routes[0].path, *open, *close;
	mr_code code = MR_OK;

	while (code == MR_OK && (open = strchr(at, '{')) != NULL && (close = strchr(open, '}')) != NULL) {
		mr_buf_add(out, at, (size_t)(open - at));
		code = add_param(op, plan, mr_str_make(open + 1, (size_t)(close - open - 1)), message, out, err);
		at = close + 1;
	}
	mr_buf_c(out, at);
	return code;
}

/* The buffer's text in the memory of the call. */
static mr_code keep(mr_buf *buf, mr_call *call, mr_str *out, mr_error *err)
{
	mr_code code = mr_buf_check(buf, err);

	if (code != MR_OK)
		return code;
	*out = mr_call_copy(call, mr_buf_view(buf));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

mr_code mr_request_encode(const struct mr_op_desc *op, const void *request, mr_call *call, struct mr_request_parts *out,
			  mr_error *err)
{
	const struct mr_plan *plan = mr_plan_get(op->request);
	mr_buf text;
	mr_code code;
	bool query;

	if (!op->routes_n)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "The REST API has no route for %s", op->name);
	if (!plan)
		return mr_error_no_memory(err);
	out->method = op->routes[0].method;
	out->body = mr_str_from("");
	query = strcmp(out->method, "GET") == 0 || op->style == MR_STYLE_RAW;
	mr_buf_init(&text, 64 << 20);
	code = add_path(op, plan, request, &text, err);
	if (code == MR_OK && query)
		add_query(plan, request, &text);
	if (code == MR_OK)
		code = keep(&text, call, &out->target, err);
	mr_buf_clear(&text);
	if (code == MR_OK && !query)
		code = mr_encode_object(op->request, request, MR_ENCODE_COMPACT, &text, err);
	if (code == MR_OK && !query)
		code = keep(&text, call, &out->body, err);
	mr_buf_dispose(&text);
	return code;
}
