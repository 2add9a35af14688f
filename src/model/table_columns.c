/* SPDX-License-Identifier: Apache-2.0
 *
 * A column, element by element, whatever its type; and whole, as doubles or texts.
 */
#include <math.h>

#include "base/buf.h"
#include "base/json.h"
#include "model/datetime.h"
#include "model/table_parts.h"

/* ---- what a format says ---- */

struct plain_format {
	char format;
	mr_element_kind kind;
	int bits;
};

static const struct plain_format plain_formats[] = {
	{'n', MR_ELEMENT_NULL, 0},   {'b', MR_ELEMENT_BOOL, 1},	   {'c', MR_ELEMENT_INT, 8},
	{'C', MR_ELEMENT_UINT, 8},   {'s', MR_ELEMENT_INT, 16},	   {'S', MR_ELEMENT_UINT, 16},
	{'i', MR_ELEMENT_INT, 32},   {'I', MR_ELEMENT_UINT, 32},   {'l', MR_ELEMENT_INT, 64},
	{'L', MR_ELEMENT_UINT, 64},  {'e', MR_ELEMENT_FLOAT, 16},  {'f', MR_ELEMENT_FLOAT, 32},
	{'g', MR_ELEMENT_FLOAT, 64}, {'u', MR_ELEMENT_TEXT, 32},   {'U', MR_ELEMENT_TEXT, 64},
	{'z', MR_ELEMENT_BINARY, 32}, {'Z', MR_ELEMENT_BINARY, 64},
};

static bool read_width(const char *digits, size_t *out)
{
	int64_t width;

	if (!mr_parse_int64(mr_str_from(digits), &width) || width < 0 || width > INT32_MAX)
		return false;
	*out = (size_t)width;
	return true;
}

void mr_column_view_kind(struct mr_column_view *view, const struct ArrowSchema *schema)
{
	const char *format = schema->format;
	size_t i;

	memset(view, 0, sizeof *view);
	view->schema = schema;
	view->kind = MR_ELEMENT_OTHER;
	for (i = 0; format[0] && !format[1] && i < sizeof plain_formats / sizeof *plain_formats; i++)
		if (plain_formats[i].format == format[0]) {
			view->kind = plain_formats[i].kind;
			view->bits = plain_formats[i].bits;
		}
	if (!strncmp(format, "ts", 2) && format[2] && strchr("smun", format[2])) {
		view->kind = MR_ELEMENT_DATETIME;
		view->bits = 64;
		view->unit = format[2];
	} else if (!strcmp(format, "tdD") || !strcmp(format, "tdm")) {
		view->kind = MR_ELEMENT_DATE;
		view->unit = format[2];
		view->bits = format[2] == 'D' ? 32 : 64;
	} else if (!strcmp(format, "+l") || !strcmp(format, "+L")) {
		view->kind = MR_ELEMENT_LIST;
		view->bits = format[1] == 'l' ? 32 : 64;
	} else if (!strncmp(format, "+w:", 3) && read_width(format + 3, &view->width)) {
		view->kind = MR_ELEMENT_FIXED_LIST;
	}
}

size_t mr_column_view_buffers(const struct mr_column_view *view)
{
	if (view->kind == MR_ELEMENT_NULL)
		return 0;
	if (view->kind == MR_ELEMENT_TEXT || view->kind == MR_ELEMENT_BINARY)
		return 3;
	return view->kind == MR_ELEMENT_FIXED_LIST || view->kind == MR_ELEMENT_OTHER ? 1 : 2;
}

static mr_code take_buffers(struct mr_column_view *view, const struct ArrowArray *array, mr_error *err)
{
	bool texts = view->kind == MR_ELEMENT_TEXT || view->kind == MR_ELEMENT_BINARY;
	bool lists = view->kind == MR_ELEMENT_LIST || view->kind == MR_ELEMENT_FIXED_LIST;
	int64_t wanted = (int64_t)mr_column_view_buffers(view);

	if (view->kind == MR_ELEMENT_NULL || view->kind == MR_ELEMENT_OTHER)
		return MR_OK;
	if (array->n_buffers != wanted || (lists && array->n_children != 1))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%s' is not a valid Arrow array: %lld buffers where its format '%s' has %lld",
				    view->schema->name ? view->schema->name : "", (long long)array->n_buffers,
				    view->schema->format, (long long)wanted);
	view->validity = array->buffers[0];
	if (texts || view->kind == MR_ELEMENT_LIST)
		view->offsets = array->buffers[1];
	if (!lists)
		view->values = array->buffers[texts ? 2 : 1];
	if (view->length && !lists && !view->values && !texts)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%s' is an Arrow array without values",
				    view->schema->name ? view->schema->name : "");
	if (view->length && (texts || view->kind == MR_ELEMENT_LIST) && !view->offsets)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%s' is an Arrow array without offsets",
				    view->schema->name ? view->schema->name : "");
	return MR_OK;
}

mr_code mr_column_view_node(struct mr_column_view *view, const struct ArrowSchema *node, const struct ArrowArray *array,
			    int64_t first, size_t length, mr_error *err)
{
	mr_column_view_kind(view, node);
	view->array = array;
	view->length = length;
	view->first = array->offset + first;
	if (node->dictionary)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%s' is dictionary-encoded (categorical); give it as plain values",
				    node->name ? node->name : "");
	if (array->length < first || (uint64_t)(array->length - first) < length)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%s' has fewer rows than its table",
				    node->name ? node->name : "");
	return take_buffers(view, array, err);
}

mr_code mr_column_view_init(struct mr_column_view *view, const struct ArrowSchema *schema,
			    const struct ArrowArray *table, size_t column, mr_error *err)
{
	return mr_column_view_node(view, schema->children[column], table->children[column], table->offset,
				   (size_t)table->length, err);
}

/* ---- elements ---- */

static bool bit_at(const void *bits, int64_t i)
{
	return ((const uint8_t *)bits)[i / 8] >> (i % 8) & 1;
}

bool mr_column_view_null(const struct mr_column_view *view, size_t row)
{
	return view->kind == MR_ELEMENT_NULL || (view->validity && !bit_at(view->validity, view->first + (int64_t)row));
}

int64_t mr_column_view_int(const struct mr_column_view *view, size_t row)
{
	int64_t i = view->first + (int64_t)row;
	bool is_unsigned = view->kind == MR_ELEMENT_UINT;

	switch (view->bits) {
	case 1:
		return bit_at(view->values, i);
	case 8:
		return is_unsigned ? ((const uint8_t *)view->values)[i] : ((const int8_t *)view->values)[i];
	case 16:
		return is_unsigned ? ((const uint16_t *)view->values)[i] : ((const int16_t *)view->values)[i];
	case 32:
		return is_unsigned ? (int64_t)((const uint32_t *)view->values)[i]
				   : (int64_t)((const int32_t *)view->values)[i];
	default:
		return ((const int64_t *)view->values)[i];
	}
}

static double half_to_double(uint16_t half)
{
	int exponent = half >> 10 & 31, fraction = half & 1023;
	double size = exponent == 31 ? (fraction ? (double)NAN : (double)INFINITY)
		      : exponent	 ? ldexp(1024 + fraction, exponent - 25)
					 : ldexp(fraction, -24);

	return half & 0x8000 ? -size : size;
}

double mr_column_view_double(const struct mr_column_view *view, size_t row)
{
	int64_t i = view->first + (int64_t)row;

	if (view->kind == MR_ELEMENT_FLOAT)
		return view->bits == 64	  ? ((const double *)view->values)[i]
		       : view->bits == 32 ? (double)((const float *)view->values)[i]
					  : half_to_double(((const uint16_t *)view->values)[i]);
	if (view->kind == MR_ELEMENT_UINT && view->bits == 64)
		return (double)((const uint64_t *)view->values)[i];
	return (double)mr_column_view_int(view, row);
}

mr_str mr_column_view_bytes(const struct mr_column_view *view, size_t row)
{
	int64_t i = view->first + (int64_t)row, from, to;

	if (view->bits == 64) {
		from = ((const int64_t *)view->offsets)[i];
		to = ((const int64_t *)view->offsets)[i + 1];
	} else {
		from = ((const int32_t *)view->offsets)[i];
		to = ((const int32_t *)view->offsets)[i + 1];
	}
	return to > from ? mr_str_make((const char *)view->values + from, (size_t)(to - from)) : mr_str_make("", 0);
}

int64_t mr_column_view_nanoseconds(const struct mr_column_view *view, size_t row)
{
	int64_t value = mr_column_view_int(view, row);
	int64_t unit = view->unit == 'n'   ? 1
		       : view->unit == 'u' ? 1000
		       : view->unit == 'm' ? 1000000
		       : view->unit == 's' ? 1000000000
					   : 86400 * (int64_t)1000000000;

	return (int64_t)((uint64_t)value * (uint64_t)unit); /* years that do not fit wrap, as in pandas */
}

/* ---- whole columns ---- */

mr_code mr_table_doubles(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column,
			 mr_arena *arena, double **out, mr_error *err)
{
	struct mr_column_view view;
	mr_code code = mr_column_view_init(&view, schema, table, column, err);
	double *values;
	size_t i;

	if (code)
		return code;
	if (view.kind != MR_ELEMENT_NULL && view.kind != MR_ELEMENT_BOOL && view.kind != MR_ELEMENT_INT &&
	    view.kind != MR_ELEMENT_UINT && view.kind != MR_ELEMENT_FLOAT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%s' is of type %s; numbers are needed",
				    view.schema->name ? view.schema->name : "", mr_table_type_name(view.schema));
	if (view.length > SIZE_MAX / sizeof *values)
		return mr_error_no_memory(err);
	values = mr_arena_alloc(arena, (view.length + 1) * sizeof *values);
	if (!values)
		return mr_error_no_memory(err);
	for (i = 0; i < view.length; i++)
		values[i] = mr_column_view_null(&view, i) ? (double)NAN : mr_column_view_double(&view, i);
	*out = values;
	return MR_OK;
}

/* The shortest digits that read back as the same float, as numpy prints one. */
static double as_printed(float value)
{
	char text[32], *c;
	double back = value;
	int digits;

	for (digits = 1; digits < 10 && isfinite(value); digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, (double)value);
		for (c = text; *c; c++)
			if (!strchr("0123456789+-e", *c))
				*c = '.'; /* whatever the locale has there */
		if (mr_parse_double(mr_str_from(text), &back) && (float)back == value)
			break;
	}
	return back;
}

static void print_element(mr_buf *buf, const struct mr_column_view *view, size_t row)
{
	switch (view->kind) {
	case MR_ELEMENT_BOOL:
		mr_buf_c(buf, mr_column_view_int(view, row) ? "True" : "False");
		break;
	case MR_ELEMENT_UINT:
		mr_buf_printf(buf, "%llu", (unsigned long long)mr_column_view_int(view, row));
		break;
	case MR_ELEMENT_FLOAT:
		mr_buf_double(buf, view->bits == 64 ? mr_column_view_double(view, row)
						    : as_printed((float)mr_column_view_double(view, row)));
		break;
	case MR_ELEMENT_DATETIME:
		mr_datetime_print(buf, mr_column_view_nanoseconds(view, row), ' ');
		break;
	case MR_ELEMENT_DATE:
		mr_date_print(buf, mr_column_view_int(view, row) / (view->unit == 'D' ? 1 : 86400000));
		break;
	case MR_ELEMENT_TEXT:
	case MR_ELEMENT_BINARY:
		mr_buf_str(buf, mr_column_view_bytes(view, row));
		break;
	default:
		mr_buf_int(buf, mr_column_view_int(view, row));
	}
}

mr_code mr_table_texts(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column,
		       mr_arena *arena, mr_str **out, mr_error *err)
{
	struct mr_column_view view;
	mr_code code = mr_column_view_init(&view, schema, table, column, err);
	mr_buf buf;
	mr_str *texts;
	size_t i;

	if (code)
		return code;
	if (view.kind >= MR_ELEMENT_LIST)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%s' is of the Arrow format '%s'; plain values are needed",
				    view.schema->name ? view.schema->name : "", view.schema->format);
	texts = view.length < SIZE_MAX / sizeof *texts ? mr_arena_alloc(arena, (view.length + 1) * sizeof *texts) : NULL;
	if (!texts)
		return mr_error_no_memory(err);
	mr_buf_init(&buf, SIZE_MAX / 2);
	for (i = 0; !code && i < view.length; i++) {
		texts[i] = mr_str_make(NULL, 0);
		if (mr_column_view_null(&view, i))
			continue;
		mr_buf_clear(&buf);
		print_element(&buf, &view, i);
		code = mr_buf_check(&buf, err);
		if (!code && !(texts[i] = mr_arena_copy(arena, mr_buf_view(&buf))).ptr)
			code = mr_error_no_memory(err);
	}
	mr_buf_dispose(&buf);
	*out = texts;
	return code;
}
