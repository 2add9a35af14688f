/* SPDX-License-Identifier: Apache-2.0 */
#include "model/tensor.h"

#include <math.h>

#include "base/inject.h"
#include "model/mlmodel.h"
#include "model/table_parts.h"

static const struct mr_dtype dtypes[] = {
	{"bool", "b", 'b', 1},	 {"int8", "c", 'i', 1},	  {"int16", "s", 'i', 2},   {"int32", "i", 'i', 4},
	{"int64", "l", 'i', 8},	 {"uint8", "C", 'u', 1},  {"uint16", "S", 'u', 2},  {"uint32", "I", 'u', 4},
	{"uint64", "L", 'u', 8}, {"float32", "f", 'f', 4}, {"float64", "g", 'f', 8},
};

const struct mr_dtype *mr_dtype_get(mr_str name)
{
	size_t i;

	for (i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if (mr_str_is(name, dtypes[i].name))
			return &dtypes[i];
	return NULL;
}

const struct mr_dtype *mr_dtype_of(const char *format)
{
	size_t i;

	for (i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
		if (!strcmp(format, dtypes[i].format))
			return &dtypes[i];
	return NULL;
}

size_t mr_tensor_count(const struct mr_tensor *tensor)
{
	size_t count = 1, i;

	for (i = 0; i < tensor->dims; i++)
		count *= (size_t)tensor->shape[i];
	return count;
}

/* ---- single values ---- */

static const char *python_kind(const mr_json *value)
{
	static const char *const names[] = {
		[MR_JSON_NULL] = "NoneType", [MR_JSON_BOOL] = "bool",  [MR_JSON_NUMBER] = "float",
		[MR_JSON_STRING] = "str",    [MR_JSON_ARRAY] = "list", [MR_JSON_OBJECT] = "dict",
	};

	return names[value->type];
}

mr_code mr_json_to_double(const mr_json *value, double *out, mr_error *err)
{
	switch (value->type) {
	case MR_JSON_NULL:
		*out = (double)NAN;
		return MR_OK;
	case MR_JSON_BOOL:
		*out = value->boolean;
		return MR_OK;
	case MR_JSON_NUMBER:
	case MR_JSON_STRING:
		if (mr_parse_double(value->text, out))
			return MR_OK;
		return mr_error_set(err, MR_BAD_REQUEST, "ValueError(\"could not convert string to float: '%.*s'\")",
				    MR_STR_ARG(value->text));
	default:
		return mr_error_set(err, MR_BAD_REQUEST,
				    "TypeError(\"float() argument must be a string or a real number, not '%s'\")",
				    python_kind(value));
	}
}

mr_code mr_json_to_int(const mr_json *value, int64_t *out, mr_error *err)
{
	double number;

	switch (value->type) {
	case MR_JSON_BOOL:
		*out = value->boolean;
		return MR_OK;
	case MR_JSON_STRING:
	case MR_JSON_NUMBER:
		if (mr_parse_int64(value->text, out))
			return MR_OK;
		if (value->type == MR_JSON_STRING || !mr_parse_double(value->text, &number))
			return mr_error_set(err, MR_BAD_REQUEST,
					    "ValueError(\"invalid literal for int() with base 10: '%.*s'\")",
					    MR_STR_ARG(value->text));
		if (!isfinite(number))
			return mr_error_set(err, MR_BAD_REQUEST,
					    "IntCastingNaNError(\"Cannot convert non-finite values (NA or inf) to integer. Replace or "
				    "remove non-finite values or cast to an integer type that supports these values (e.g. "
				    "'Int64')\")");
		if (fabs(number) >= 9.2e18)
			return mr_error_set(err, MR_BAD_REQUEST,
					    "OverflowError('Python int too large to convert to C long')");
		*out = (int64_t)number;
		return MR_OK;
	default:
		return mr_error_set(err, MR_BAD_REQUEST,
				    "TypeError(\"int() argument must be a string, a bytes-like object or a real number, "
				    "not '%s'\")",
				    python_kind(value));
	}
}

static bool int_in_range(const struct mr_dtype *type, int64_t value)
{
	int bits = (int)type->size * 8;

	if (type->kind == 'u')
		return value >= 0 && (bits == 64 || value < (int64_t)1 << bits);
	return bits == 64 || (value >= -((int64_t)1 << (bits - 1)) && value < (int64_t)1 << (bits - 1));
}

static void store_int(const struct mr_dtype *type, void *to, int64_t value)
{
	uint64_t bits = (uint64_t)value; /* the low bytes are the same for all widths on a little-endian machine */
	uint32_t b32 = (uint32_t)bits;
	uint16_t b16 = (uint16_t)bits;
	uint8_t b8 = (uint8_t)bits;

	memcpy(to, type->size == 8 ? (void *)&bits : type->size == 4 ? (void *)&b32 : type->size == 2 ? (void *)&b16 : &b8,
	       type->size);
}

static void store_double(const struct mr_dtype *type, void *to, double value)
{
	float small = (float)value;

	memcpy(to, type->size == 8 ? (void *)&value : &small, type->size);
}

/* ---- from JSON ---- */

/* Strings are numbers for numpy, too, when it is told the type. */
static mr_code store_json(const struct mr_dtype *type, const mr_json *value, void *to, mr_error *err)
{
	int64_t whole;
	double number;
	mr_code code;

	if (type->kind == 'f') {
		code = mr_json_to_double(value, &number, err);
		if (!code)
			store_double(type, to, number);
		return code;
	}
	if (type->kind == 'b') {
		whole = value->type == MR_JSON_BOOL     ? value->boolean
			: value->type == MR_JSON_NUMBER ? mr_parse_double(value->text, &number) && number != 0
							: value->text.len > 0;
		store_int(type, to, whole);
		return MR_OK;
	}
	code = mr_json_to_int(value, &whole, err);
	if (!code && !int_in_range(type, whole))
		return mr_error_set(err, MR_BAD_REQUEST, "Python integer %lld out of bounds for %s", (long long)whole,
				    type->name);
	if (!code)
		store_int(type, to, whole);
	return code;
}

static mr_code find_shape(const mr_json *value, struct mr_tensor *out, mr_error *err)
{
	out->dims = 0;
	while (value->type == MR_JSON_ARRAY) {
		if (out->dims == MR_TENSOR_DIMS_MAX)
			return mr_error_set(err, MR_BAD_REQUEST, "Tensors have at most %d dimensions here",
					    MR_TENSOR_DIMS_MAX);
		out->shape[out->dims++] = (int64_t)value->count;
		if (!value->count)
			break;
		value = &value->items[0];
	}
	return MR_OK;
}

static mr_code ragged(const struct mr_tensor *tensor, size_t depth, mr_error *err)
{
	mr_buf shape;
	mr_code code;

	mr_buf_init(&shape, 1024);
	mr_model_shape_print(tensor->shape, depth, &shape);
	code = mr_error_set(err, MR_BAD_REQUEST,
			    "setting an array element with a sequence. The requested array has an inhomogeneous shape "
			    "after %zu dimensions. The detected shape was %.*s + inhomogeneous part.",
			    depth, MR_STR_ARG(mr_buf_view(&shape)));
	mr_buf_dispose(&shape);
	return code;
}

struct filler {
	struct mr_tensor *tensor;
	char *at;
	bool whole, bools, numbers; /* what the values are, when the type is not known */
	mr_error *err;
};

/* Walks over all values; without a place to put them it only looks at what they are. */
static mr_code fill(struct filler *f, const mr_json *value, size_t depth)
{
	int64_t whole;
	mr_code code = MR_OK;
	size_t i;

	if (depth < f->tensor->dims) {
		if (value->type != MR_JSON_ARRAY || (int64_t)value->count != f->tensor->shape[depth])
			return ragged(f->tensor, depth, f->err);
		for (i = 0; !code && i < value->count; i++)
			code = fill(f, &value->items[i], depth + 1);
		return code;
	}
	if (value->type == MR_JSON_ARRAY)
		return ragged(f->tensor, depth, f->err);
	if (f->at) {
		code = store_json(f->tensor->type, value, f->at, f->err);
		f->at += f->tensor->type->size;
		return code;
	}
	f->bools = f->bools && value->type == MR_JSON_BOOL;
	f->whole = f->whole && (value->type == MR_JSON_BOOL ||
				(value->type == MR_JSON_NUMBER && mr_parse_int64(value->text, &whole)));
	f->numbers = f->numbers && (value->type == MR_JSON_BOOL || value->type == MR_JSON_NUMBER);
	return MR_OK;
}

mr_code mr_tensor_from_json(const mr_json *value, const struct mr_dtype *type, mr_arena *arena, struct mr_tensor *out,
			    mr_error *err)
{
	struct filler f = {.tensor = out, .whole = true, .bools = true, .numbers = true, .err = err};
	mr_code code;

	memset(out, 0, sizeof *out);
	code = find_shape(value, out, err);
	if (!code)
		code = fill(&f, value, 0);
	if (code)
		return code;
	if (!type && !f.numbers)
		return mr_error_set(err, MR_BAD_REQUEST, "An array of something else than numbers needs a model signature");
	if (!type)
		type = mr_dtype_get(mr_str_from(!mr_tensor_count(out) ? "float64"
						: f.bools	      ? "bool"
						: f.whole	      ? "int64"
								      : "float64"));
	out->type = type;
	out->data = mr_arena_zalloc(arena, mr_tensor_count(out) * type->size + 1);
	if (!out->data)
		return mr_error_no_memory(err);
	f.at = out->data;
	return fill(&f, value, 0);
}

/* ---- from columns ---- */

static mr_code take_items(const struct mr_column_view *view, mr_arena *arena, struct mr_tensor *out, mr_error *err)
{
	size_t i;
	char *to;

	out->type = mr_dtype_of(view->schema->format);
	if (!out->type)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%s' is of type %s; numbers are needed",
				    view->schema->name ? view->schema->name : "", mr_table_type_name(view->schema));
	to = mr_arena_alloc(arena, view->length * out->type->size + 1);
	out->data = to;
	if (!to)
		return mr_error_no_memory(err);
	for (i = 0; i < view->length; i++, to += out->type->size) {
		if (mr_column_view_null(view, i) && out->type->kind != 'f')
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%s' has missing values, which a tensor of %s cannot have",
					    view->schema->name ? view->schema->name : "", out->type->name);
		if (out->type->kind == 'f')
			store_double(out->type, to,
				     mr_column_view_null(view, i) ? (double)NAN : mr_column_view_double(view, i));
		else
			store_int(out->type, to, mr_column_view_int(view, i));
	}
	return MR_OK;
}

mr_code mr_tensor_from_column(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column,
			      mr_arena *arena, struct mr_tensor *out, mr_error *err)
{
	struct mr_column_view view;
	mr_code code = mr_column_view_init(&view, schema, table, column, err);
	size_t i;

	memset(out, 0, sizeof *out);
	out->name = mr_table_name(schema, column);
	out->shape[out->dims++] = (int64_t)view.length;
	while (!code && view.kind == MR_ELEMENT_FIXED_LIST) {
		if (out->dims == MR_TENSOR_DIMS_MAX)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Tensors have at most %d dimensions here",
					    MR_TENSOR_DIMS_MAX);
		for (i = 0; i < view.length; i++)
			if (mr_column_view_null(&view, i))
				return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%.*s' has missing lists",
						    MR_STR_ARG(out->name));
		out->shape[out->dims++] = (int64_t)view.width;
		code = mr_column_view_node(&view, view.schema->children[0], view.array->children[0],
					   view.first * (int64_t)view.width, view.length * view.width, err);
	}
	return code ? code : take_items(&view, arena, out, err);
}

/* The type that numpy finds for columns side by side: the widest float when one is there, else the widest integer. */
static const struct mr_dtype *common_type(const struct mr_dtype *a, const struct mr_dtype *b)
{
	if (!a || a == b)
		return b;
	if (a->kind == b->kind)
		return a->size > b->size ? a : b;
	if ((a->kind == 'f' && a->size == 4 && b->size <= 2) || (b->kind == 'f' && b->size == 4 && a->size <= 2))
		return mr_dtype_get(mr_str_from("float32"));
	if (a->kind == 'f' || b->kind == 'f')
		return mr_dtype_get(mr_str_from("float64"));
	return mr_dtype_get(mr_str_from("int64"));
}

mr_code mr_tensor_from_columns(const struct ArrowSchema *schema, const struct ArrowArray *table, mr_arena *arena,
			       struct mr_tensor *out, mr_error *err)
{
	size_t n = (size_t)schema->n_children, rows = (size_t)table->length, i, row;
	struct mr_tensor *columns = mr_arena_alloc(arena, (n + 1) * sizeof *columns);
	mr_code code = columns ? MR_OK : mr_error_no_memory(err);
	const struct mr_dtype *type = NULL;
	char *to;

	memset(out, 0, sizeof *out);
	for (i = 0; !code && i < n; i++) {
		code = mr_tensor_from_column(schema, table, i, arena, &columns[i], err);
		if (!code && columns[i].dims != 1)
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%.*s' has lists; columns side by side have numbers",
					    MR_STR_ARG(columns[i].name));
		if (!code)
			type = common_type(type, columns[i].type);
	}
	for (i = 0; !code && i < n; i++)
		code = mr_tensor_cast(&columns[i], type, arena, err);
	if (code)
		return code;
	out->type = type ? type : mr_dtype_get(mr_str_from("float64"));
	out->dims = 2;
	out->shape[0] = (int64_t)rows;
	out->shape[1] = (int64_t)n;
	to = mr_arena_alloc(arena, rows * n * out->type->size + 1);
	out->data = to;
	if (!to)
		return mr_error_no_memory(err);
	for (row = 0; row < rows; row++)
		for (i = 0; i < n; i++, to += out->type->size)
			memcpy(to, (char *)columns[i].data + row * out->type->size, out->type->size);
	return MR_OK;
}

/* ---- another type ---- */

mr_code mr_tensor_cast(struct mr_tensor *tensor, const struct mr_dtype *type, mr_arena *arena, mr_error *err)
{
	struct ArrowSchema schema = {.format = tensor->type->format};
	struct mr_column_view view;
	size_t count = mr_tensor_count(tensor), i;
	char *to;

	if (tensor->type == type)
		return MR_OK;
	mr_column_view_kind(&view, &schema);
	view.values = tensor->data;
	view.length = count;
	if (tensor->type->kind == 'b') /* bytes here, bits in Arrow */
		view.kind = MR_ELEMENT_UINT, view.bits = 8;
	to = mr_arena_alloc(arena, count * type->size + 1);
	tensor->data = to;
	if (!to)
		return mr_error_no_memory(err);
	for (i = 0; i < count; i++, to += type->size)
		if (type->kind == 'f')
			store_double(type, to, mr_column_view_double(&view, i));
		else if (type->kind == 'b')
			store_int(type, to, mr_column_view_double(&view, i) != 0);
		else
			store_int(type, to,
				  view.kind == MR_ELEMENT_FLOAT ? (int64_t)fmax(-9.2e18, fmin(9.2e18, mr_column_view_double(&view, i)))
								: mr_column_view_int(&view, i));
	tensor->type = type;
	return MR_OK;
}

/* ---- to a table ---- */

static mr_code give_items(const struct mr_tensor *tensor, struct ArrowArray *out, mr_error *err)
{
	size_t count = mr_tensor_count(tensor), i;
	uint8_t *copy;

	if (tensor->type->kind == 'b') {
		copy = mr_calloc(count / 8 + 1, 1);
		for (i = 0; copy && i < count; i++)
			if (((const uint8_t *)tensor->data)[i])
				copy[i / 8] |= (uint8_t)(1 << i % 8);
	} else {
		copy = mr_malloc(count * tensor->type->size + 1);
		if (copy)
			memcpy(copy, tensor->data, count * tensor->type->size);
	}
	out->buffers[1] = copy;
	out->length = (int64_t)count;
	return copy ? MR_OK : mr_error_no_memory(err);
}

static mr_code make_column(const struct mr_tensor *tensor, struct ArrowSchema *schema, struct ArrowArray *array,
			   mr_error *err)
{
	size_t dim, length = (size_t)tensor->shape[0];
	mr_str name = tensor->name;
	char format[32];
	mr_code code = MR_OK;

	for (dim = 1; !code && dim < tensor->dims; dim++) {
		snprintf(format, sizeof format, "+w:%lld", (long long)tensor->shape[dim]);
		code = mr_table_schema_new(schema, format, name, 1, err);
		if (!code)
			code = mr_table_array_new(array, 1, 1, err);
		if (code)
			return code;
		array->length = (int64_t)length;
		length *= (size_t)tensor->shape[dim];
		name = mr_str_from("item");
		schema = schema->children[0];
		array = array->children[0];
	}
	code = mr_table_schema_new(schema, tensor->type->format, name, 0, err);
	if (!code)
		code = mr_table_array_new(array, 2, 0, err);
	return code ? code : give_items(tensor, array, err);
}

mr_code mr_tensor_table(const struct mr_tensor *tensors, size_t n, struct mr_table *out, mr_error *err)
{
	mr_code code = mr_table_schema_new(&out->schema, "+s", mr_str_from(""), n, err);
	size_t i;

	memset(&out->array, 0, sizeof out->array);
	if (!code)
		code = mr_table_array_new(&out->array, 1, n, err);
	for (i = 0; !code && i < n; i++) {
		if (!tensors[i].dims || tensors[i].shape[0] != tensors[0].shape[0])
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The inputs differ in their first dimension, the number of rows");
		else
			code = make_column(&tensors[i], out->schema.children[i], out->array.children[i], err);
	}
	if (code)
		mr_table_release(out);
	else
		out->array.length = n ? tensors[0].shape[0] : 0;
	return code;
}
