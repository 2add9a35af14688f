/* SPDX-License-Identifier: Apache-2.0
 *
 * Schemas of messages. A field's own kind and number stand beside what OpenAPI
 * can say, so that the document holds all that the tables do.
 */
#include "api/openapi.h"

static const struct {
	const char *name, *type, *format;
} kinds[] = {
	[MR_KIND_STRING] = {"string", "string", NULL},
	[MR_KIND_BYTES] = {"bytes", "string", "byte"},
	[MR_KIND_BOOL] = {"bool", "boolean", NULL},
	[MR_KIND_INT32] = {"int32", "integer", "int32"},
	[MR_KIND_INT64] = {"int64", "integer", "int64"},
	[MR_KIND_UINT32] = {"uint32", "integer", "uint32"},
	[MR_KIND_UINT64] = {"uint64", "integer", "uint64"},
	[MR_KIND_FLOAT] = {"float", "number", "float"},
	[MR_KIND_DOUBLE] = {"double", "number", "double"},
	[MR_KIND_ENUM] = {"enum", "string", NULL},
	[MR_KIND_MESSAGE] = {"message", NULL, NULL},
	[MR_KIND_MAP_STRING] = {"map<string>", "object", NULL},
	[MR_KIND_MAP_DOUBLE] = {"map<double>", "object", NULL},
	[MR_KIND_JSON] = {"json", NULL, NULL},
	[MR_KIND_TIMESTAMP] = {"timestamp", "string", "date-time"},
	[MR_KIND_DURATION] = {"duration", "string", NULL},
	[MR_KIND_FIELD_MASK] = {"fieldmask", "string", NULL},
};

static void add_enum(mr_json_writer *w, const struct mr_enum_desc *desc)
{
	uint32_t i;

	mr_openapi_text(w, "x-millrace-enum", desc->name);
	mr_openapi_open(w, "enum", '[');
	for (i = 0; i < desc->values_n; i++)
		mr_json_write_string(w, mr_str_from(desc->values[i].name));
	mr_json_write_end(w, ']');
	mr_openapi_open(w, "x-enum-numbers", '[');
	for (i = 0; i < desc->values_n; i++)
		mr_json_write_int(w, desc->values[i].number);
	mr_json_write_end(w, ']');
}

static void add_type(mr_json_writer *w, const char *type, const char *format)
{
	if (type)
		mr_openapi_text(w, "type", type);
	if (format)
		mr_openapi_text(w, "format", format);
}

/* What one value is: members of the field's own object, or of its items. */
static void add_value(mr_json_writer *w, const struct mr_field_desc *field, bool wrap)
{
	if (field->kind == MR_KIND_MESSAGE && wrap) { /* OpenAPI ignores what stands beside a $ref */
		mr_openapi_open(w, "allOf", '[');
		mr_json_write_begin(w, '{');
		add_value(w, field, false);
		mr_json_write_end(w, '}');
		mr_json_write_end(w, ']');
		return;
	}
	if (field->kind == MR_KIND_MESSAGE) {
		char path[160];

		snprintf(path, sizeof path, "#/components/schemas/%s", field->message->name);
		mr_openapi_text(w, "$ref", path);
		return;
	}
	add_type(w, kinds[field->kind].type, kinds[field->kind].format);
	if (field->kind == MR_KIND_ENUM)
		add_enum(w, field->enumeration);
	if (field->kind != MR_KIND_MAP_STRING && field->kind != MR_KIND_MAP_DOUBLE)
		return;
	mr_openapi_open(w, "additionalProperties", '{');
	if (field->kind == MR_KIND_MAP_STRING)
		add_type(w, "string", NULL);
	else
		add_type(w, "number", "double");
	mr_json_write_end(w, '}');
}

static void add_limits(mr_json_writer *w, const struct mr_field_desc *field)
{
	if (field->min)
		mr_openapi_int(w, "minimum", field->min);
	if (field->max)
		mr_openapi_int(w, field->flags & MR_FIELD_REPEATED ? "maxItems" : "maximum", field->max);
	if (!field->default_text)
		return;
	mr_json_write_key(w, mr_str_from("default"));
	if (field->kind == MR_KIND_STRING || field->kind == MR_KIND_ENUM)
		mr_json_write_string(w, mr_str_from(field->default_text));
	else
		mr_json_write_raw(w, mr_str_from(field->default_text));
}

void mr_openapi_field(mr_json_writer *w, const struct mr_field_desc *field, bool full)
{
	bool map = field->kind == MR_KIND_MAP_STRING || field->kind == MR_KIND_MAP_DOUBLE;
	bool list = field->flags & MR_FIELD_REPEATED && !map;

	mr_json_write_begin(w, '{');
	if (list) {
		add_type(w, "array", NULL);
		mr_openapi_open(w, "items", '{');
	}
	add_value(w, field, full && !list);
	if (list)
		mr_json_write_end(w, '}');
	add_limits(w, field);
	if (full) {
		mr_openapi_text(w, "description", field->doc);
		mr_openapi_text(w, "x-millrace-kind", kinds[field->kind].name);
		mr_openapi_int(w, "x-millrace-number", field->id);
	}
	mr_json_write_end(w, '}');
}

/* What stands in the path need not stand in the body. */
static bool is_required(const struct mr_field_desc *field)
{
	return field->flags & MR_FIELD_REQUIRED && !(field->flags & MR_FIELD_IN_PATH);
}

static void add_required(mr_json_writer *w, const struct mr_msg_desc *desc)
{
	bool any = false;
	uint32_t i;

	for (i = 0; i < desc->fields_n; i++) {
		if (!is_required(&desc->fields[i]))
			continue;
		if (!any)
			mr_openapi_open(w, "required", '[');
		any = true;
		mr_json_write_string(w, mr_str_from(desc->fields[i].name));
	}
	if (any)
		mr_json_write_end(w, ']');
}

static void add_message(mr_json_writer *w, const struct mr_msg_desc *desc)
{
	uint32_t i;

	mr_openapi_open(w, desc->name, '{');
	mr_openapi_text(w, "type", "object");
	mr_openapi_text(w, "description", desc->doc);
	mr_openapi_int(w, "x-millrace-number", desc->id);
	add_required(w, desc);
	mr_openapi_open(w, "properties", '{');
	for (i = 0; i < desc->fields_n; i++) {
		mr_json_write_key(w, mr_str_from(desc->fields[i].name));
		mr_openapi_field(w, &desc->fields[i], true);
	}
	mr_json_write_end(w, '}');
	mr_json_write_end(w, '}');
}

static void add_text_property(mr_json_writer *w, const char *name, const char *doc)
{
	mr_openapi_open(w, name, '{');
	mr_openapi_text(w, "type", "string");
	mr_openapi_text(w, "description", doc);
	mr_json_write_end(w, '}');
}

static void add_error(mr_json_writer *w)
{
	mr_openapi_open(w, "Error", '{');
	mr_openapi_text(w, "type", "object");
	mr_openapi_text(w, "description", "What went wrong. The status follows from error_code.");
	mr_openapi_open(w, "required", '[');
	mr_json_write_string(w, mr_str_from("error_code"));
	mr_json_write_string(w, mr_str_from("message"));
	mr_json_write_end(w, ']');
	mr_openapi_open(w, "properties", '{');
	add_text_property(w, "error_code", "One of MLflow's error codes, such as RESOURCE_DOES_NOT_EXIST.");
	add_text_property(w, "message", "What went wrong, in words.");
	add_text_property(w, "sqlstate", "Class of the error, as Databricks has it.");
	add_text_property(w, "error_class", "Class of the error, as Databricks has it.");
	mr_json_write_end(w, '}');
	mr_json_write_end(w, '}');
}

static bool is_used(const struct mr_msg_desc *desc, const struct mr_msg_desc *by);

static bool is_used_by_fields(const struct mr_msg_desc *desc, const struct mr_msg_desc *by)
{
	uint32_t i;

	for (i = 0; i < by->fields_n; i++)
		if (by->fields[i].message && is_used(desc, by->fields[i].message))
			return true;
	return false;
}

static bool is_used(const struct mr_msg_desc *desc, const struct mr_msg_desc *by)
{
	return desc == by || is_used_by_fields(desc, by);
}

static bool is_on_the_wire(const struct mr_msg_desc *desc)
{
	uint32_t i;

	for (i = 0; i < mr_operations_end; i++) {
		const struct mr_op_desc *op = mr_operations[i];

		if (op && op->routes_n && (is_used(desc, op->request) || is_used(desc, op->response)))
			return true;
	}
	return false;
}

void mr_openapi_schemas(mr_json_writer *w)
{
	uint32_t i;

	mr_openapi_open(w, "schemas", '{');
	for (i = 0; i < mr_messages_end; i++)
		if (mr_messages[i] && is_on_the_wire(mr_messages[i]))
			add_message(w, mr_messages[i]);
	add_error(w);
	mr_json_write_end(w, '}');
}
