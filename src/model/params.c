/* SPDX-License-Identifier: Apache-2.0
 *
 * Inference parameters against the schema that the model has for them.
 */
#include "base/log.h"
#include "model/datetime.h"
#include "model/enforce.h"
#include "search/repr.h"

mr_str mr_model_text_of(const mr_json *value, mr_arena *arena)
{
	mr_json_writer w;
	mr_buf buf;
	mr_str out;

	if (value->type == MR_JSON_NULL)
		return mr_str_make(NULL, 0);
	if (value->type == MR_JSON_STRING || value->type == MR_JSON_NUMBER)
		return mr_arena_copy(arena, value->text);
	mr_buf_init(&buf, SIZE_MAX / 2);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_tree(&w, value);
	out = buf.failed ? mr_str_make(NULL, 0) : mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

/* ---- as Python prints values ---- */

static void print_str(mr_buf *buf, const mr_json *value, bool nested)
{
	size_t i;

	switch (value->type) {
	case MR_JSON_NULL:
		mr_buf_c(buf, "None");
		break;
	case MR_JSON_BOOL:
		mr_buf_c(buf, value->boolean ? "True" : "False");
		break;
	case MR_JSON_STRING:
		if (nested)
			mr_repr_text(buf, value->text);
		else
			mr_buf_str(buf, value->text);
		break;
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
		mr_buf_char(buf, value->type == MR_JSON_ARRAY ? '[' : '{');
		for (i = 0; i < value->count; i++) {
			mr_buf_c(buf, i ? ", " : "");
			if (value->type == MR_JSON_OBJECT) {
				mr_repr_text(buf, value->keys[i]);
				mr_buf_c(buf, ": ");
			}
			print_str(buf, &value->items[i], true);
		}
		mr_buf_char(buf, value->type == MR_JSON_ARRAY ? ']' : '}');
		break;
	default:
		mr_buf_str(buf, value->text);
	}
}

static void print_param(mr_buf *buf, const struct mr_mlmodel_param *param)
{
	mr_repr_text(buf, param->name);
	mr_buf_printf(buf, ": %.*s (default: ", MR_STR_ARG(param->type_name));
	print_str(buf, param->otherwise, false);
	mr_buf_c(buf, param->list ? ") (shape: (-1,))" : ")");
}

static const char *class_of(const mr_json *value)
{
	int64_t whole;

	switch (value->type) {
	case MR_JSON_BOOL:
		return "bool";
	case MR_JSON_NUMBER:
		return mr_parse_int64(value->text, &whole) ? "int" : "float";
	case MR_JSON_STRING:
		return "str";
	case MR_JSON_ARRAY:
		return "list";
	case MR_JSON_OBJECT:
		return "dict";
	default:
		return "NoneType";
	}
}

/* ---- types ---- */

/* A boolean is an integer in Python, but not for MLflow. */
static bool fits(const mr_json *value, mr_column_type type)
{
	int64_t whole;
	double number;

	switch (type) {
	case MR_COLUMN_BOOL:
		return value->type == MR_JSON_BOOL;
	case MR_COLUMN_INT32:
	case MR_COLUMN_INT64:
		return value->type == MR_JSON_NUMBER && mr_parse_int64(value->text, &whole);
	case MR_COLUMN_FLOAT:
	case MR_COLUMN_DOUBLE:
		return value->type == MR_JSON_NUMBER && mr_parse_double(value->text, &number);
	case MR_COLUMN_STRING:
		return value->type == MR_JSON_STRING;
	case MR_COLUMN_DATETIME:
		return value->type == MR_JSON_STRING && mr_datetime_parse(value->text, &whole);
	default:
		return false;
	}
}

static void check_scalar(const struct mr_mlmodel_param *param, const mr_json *value, mr_buf *why)
{
	if (value->type == MR_JSON_NULL || fits(value, param->type))
		return;
	if (value->type == MR_JSON_ARRAY || value->type == MR_JSON_OBJECT) {
		mr_buf_printf(why, "Value must be a scalar for type `DataType.%.*s`, got `", MR_STR_ARG(param->type_name));
		print_str(why, value, false);
	} else if (param->type == MR_COLUMN_DATETIME && value->type == MR_JSON_STRING) {
		mr_buf_printf(why, "Failed to convert value `%.*s` from type `<class 'str'>` to `DataType.datetime",
			      MR_STR_ARG(value->text));
	} else {
		mr_buf_printf(why, "Can not safely convert `<class '%s'>` to `DataType.%.*s` for value `", class_of(value),
			      MR_STR_ARG(param->type_name));
		print_str(why, value, false);
	}
	mr_buf_char(why, '`');
}

/* What is wrong with a value; nothing is written when it is right. */
static void check_value(const struct mr_mlmodel_param *param, const mr_json *value, mr_buf *why)
{
	mr_buf inner;
	size_t i;

	if (param->list && value->type != MR_JSON_ARRAY) {
		mr_buf_c(why, "Value must be a 1D array with shape (-1,) for param ");
		print_param(why, param);
		mr_buf_printf(why, ", received %s with ndim 0", class_of(value));
		return;
	}
	if (!param->type)
		return; /* an object: the flavor sees to it */
	mr_buf_init(&inner, 2048);
	if (!param->list)
		check_scalar(param, value, &inner);
	for (i = 0; param->list && !inner.len && i < value->count; i++)
		check_scalar(param, &value->items[i], &inner);
	if (inner.len) {
		mr_buf_c(why, "Failed to validate type and shape for ");
		print_param(why, param);
		mr_buf_printf(why, ", error: %.*s", MR_STR_ARG(mr_buf_view(&inner)));
	}
	mr_buf_dispose(&inner);
}

static const struct mr_mlmodel_param *find_param(const struct mr_mlmodel *model, mr_str name)
{
	size_t i;

	for (i = 0; i < model->params_n; i++)
		if (mr_str_eq(model->params[i].name, name))
			return &model->params[i];
	return NULL;
}

static mr_code check_all(const struct mr_mlmodel *model, const mr_json *given, mr_error *err)
{
	const struct mr_mlmodel_param *param;
	mr_buf invalid, why;
	mr_code code = MR_OK;
	size_t i;

	mr_buf_init(&invalid, 3500);
	mr_buf_init(&why, 2500);
	for (i = 0; given && i < given->count; i++) {
		param = find_param(model, given->keys[i]);
		mr_buf_clear(&why);
		if (param)
			check_value(param, &given->items[i], &why);
		if (!why.len)
			continue;
		mr_buf_c(&invalid, invalid.len ? ", (" : "(");
		mr_repr_text(&invalid, param->name);
		mr_buf_c(&invalid, ", ");
		mr_repr_text(&invalid, mr_buf_view(&why));
		mr_buf_char(&invalid, ')');
	}
	if (invalid.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid parameters found: {%.*s}",
				    MR_STR_ARG(mr_buf_view(&invalid)));
	mr_buf_dispose(&invalid);
	mr_buf_dispose(&why);
	return code;
}

static mr_code parse_params(mr_str json, mr_arena *arena, bool has_schema, mr_json **out, mr_error *err)
{
	mr_code code = MR_OK;

	*out = NULL;
	if (json.len)
		code = mr_json_parse(json, arena, out, err);
	if (code || !*out || (*out)->type == MR_JSON_OBJECT)
		return code;
	if (has_schema && (*out)->type != MR_JSON_NULL)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Parameters must be a dictionary. Got type '%s'.",
				    class_of(*out));
	*out = NULL;
	return MR_OK;
}

mr_code mr_model_enforce_params(const struct mr_mlmodel *model, mr_str params_json, mr_arena *arena,
				struct mr_map_string **out, size_t *n, mr_error *err)
{
	const mr_json *value;
	mr_json *given;
	mr_code code = parse_params(params_json, arena, model->has_params, &given, err);
	size_t i;

	*n = 0;
	*out = NULL;
	if (!code)
		code = check_all(model, given, err);
	if (code)
		return code;
	if (given && given->count && !model->has_params)
		mr_log(MR_LOG_WARNING, "model", "`params` can only be specified at inference time if the model signature defines a "
				    "params schema. This model does not define a params schema; they are ignored.");
	*out = mr_arena_zalloc(arena, (model->params_n + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(err);
	for (i = 0; i < model->params_n; i++) {
		value = given ? mr_json_get(given, mr_arena_copy(arena, model->params[i].name).ptr) : NULL;
		if (!value)
			value = model->params[i].otherwise;
		if (value->type == MR_JSON_NULL)
			continue;
		(*out)[*n].key = model->params[i].name;
		(*out)[*n].value = mr_model_text_of(value, arena);
		if (!(*out)[*n].value.ptr)
			return mr_error_no_memory(err);
		++*n;
	}
	return MR_OK;
}
