/* SPDX-License-Identifier: Apache-2.0
 *
 * The builder: each column grows its buffers; finish hands them to the Arrow
 * structures, which own them from then on.
 */
#include <math.h>

#include "base/inject.h"
#include "base/utf8.h"
#include "model/table_parts.h"

struct bytes {
	uint8_t *ptr;
	size_t len, room;
};

struct column {
	struct bytes name;
	mr_column_type type; /* of a list: of its items */
	size_t width; /* of a list, else 0 */
	bool list;
	size_t length, nulls;
	struct bytes validity, values, offsets; /* validity is empty while there are no nulls */
	bool large; /* offsets have 64 bits */
};

struct mr_table_builder {
	struct column *columns;
	size_t n, room;
};

/* ---- bytes ---- */

static bool reserve(struct bytes *bytes, size_t more)
{
	size_t room = bytes->room ? bytes->room : 64;
	uint8_t *grown;

	if (more <= bytes->room - bytes->len)
		return true;
	while (room - bytes->len < more) {
		if (room > SIZE_MAX / 2)
			return false;
		room *= 2;
	}
	grown = mr_realloc(bytes->ptr, room);
	if (!grown)
		return false;
	bytes->ptr = grown;
	bytes->room = room;
	return true;
}

static bool append(struct bytes *bytes, const void *from, size_t n)
{
	if (!reserve(bytes, n))
		return false;
	if (n)
		memcpy(bytes->ptr + bytes->len, from, n);
	bytes->len += n;
	return true;
}

static bool append_zeros(struct bytes *bytes, size_t n)
{
	if (!reserve(bytes, n))
		return false;
	if (n)
		memset(bytes->ptr + bytes->len, 0, n);
	bytes->len += n;
	return true;
}

static bool append_bit(struct bytes *bytes, size_t at, bool bit)
{
	if (at / 8 >= bytes->len && !append_zeros(bytes, at / 8 + 1 - bytes->len))
		return false;
	if (bit)
		bytes->ptr[at / 8] |= (uint8_t)(1 << at % 8);
	return true;
}

/* ---- the builder ---- */

mr_table_builder *mr_table_builder_new(void)
{
	return mr_calloc(1, sizeof(mr_table_builder));
}

static void clear(mr_table_builder *builder)
{
	size_t i;

	for (i = 0; i < builder->n; i++) {
		mr_free(builder->columns[i].name.ptr);
		mr_free(builder->columns[i].validity.ptr);
		mr_free(builder->columns[i].values.ptr);
		mr_free(builder->columns[i].offsets.ptr);
	}
	builder->n = 0;
}

void mr_table_builder_free(mr_table_builder *builder)
{
	if (!builder)
		return;
	clear(builder);
	mr_free(builder->columns);
	mr_free(builder);
}

static bool has_texts(const struct column *column)
{
	return column->type == MR_COLUMN_STRING || column->type == MR_COLUMN_BINARY;
}

static mr_code add_column(mr_table_builder *builder, mr_str name, mr_column_type type, bool list, size_t width,
			  mr_error *err)
{
	struct column *column, *grown;
	size_t room = builder->room ? builder->room * 2 : 8;
	int32_t zero = 0;

	if (builder->n == builder->room) {
		grown = mr_realloc(builder->columns, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		builder->columns = grown;
		builder->room = room;
	}
	column = &builder->columns[builder->n];
	memset(column, 0, sizeof *column);
	column->type = type;
	column->list = list;
	column->width = width;
	builder->n++;
	if (!append(&column->name, name.ptr, name.len) ||
	    (has_texts(column) && !append(&column->offsets, &zero, sizeof zero)))
		return mr_error_no_memory(err);
	return MR_OK;
}

mr_code mr_table_add_column(mr_table_builder *builder, mr_str name, mr_column_type type, mr_error *err)
{
	if (!mr_table_format_of(type))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no column type %d", (int)type);
	return add_column(builder, name, type, false, 0, err);
}

mr_code mr_table_add_list_column(mr_table_builder *builder, mr_str name, mr_column_type item, size_t width,
				 mr_error *err)
{
	if (!mr_table_item_size(item) || item == MR_COLUMN_DATETIME)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Lists are of numbers, not of column type %d",
				    (int)item);
	if (width > INT32_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A list of %zu items is too long", width);
	return add_column(builder, name, item, true, width, err);
}

/* ---- cells ---- */

static struct column *column_at(mr_table_builder *builder, size_t column, mr_error *err)
{
	if (column < builder->n)
		return &builder->columns[column];
	mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no column %zu; the table has %zu", column, builder->n);
	return NULL;
}

static mr_code does_not_fit(const struct column *column, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Row %zu of column '%.*s' does not fit the column's type without loss", column->length,
			    (int)column->name.len, column->name.len ? (const char *)column->name.ptr : "");
}

/* The cell's bit of validity; the bitmap begins with the first null. */
static bool note_validity(struct column *column, bool valid)
{
	size_t i;

	if (valid && !column->validity.len)
		return true;
	if (!column->validity.len)
		for (i = 0; i < column->length; i++)
			if (!append_bit(&column->validity, i, true))
				return false;
	return append_bit(&column->validity, column->length, valid);
}

static bool append_offset(struct column *column)
{
	int32_t narrow;
	int64_t wide = (int64_t)column->values.len;
	struct bytes wider = {0};
	size_t i;

	if (!column->large && column->values.len > INT32_MAX) {
		for (i = 0; i < column->offsets.len / sizeof narrow; i++) {
			memcpy(&narrow, column->offsets.ptr + i * sizeof narrow, sizeof narrow);
			wide = narrow;
			if (!append(&wider, &wide, sizeof wide)) {
				mr_free(wider.ptr);
				return false;
			}
		}
		mr_free(column->offsets.ptr);
		column->offsets = wider;
		column->large = true;
		wide = (int64_t)column->values.len;
	}
	narrow = (int32_t)wide;
	return column->large ? append(&column->offsets, &wide, sizeof wide)
			     : append(&column->offsets, &narrow, sizeof narrow);
}

/* What stands in the values for the cell, before its length is counted. */
static mr_code end_cell(struct column *column, bool done, bool valid, mr_error *err)
{
	if (!done || !note_validity(column, valid))
		return mr_error_no_memory(err);
	column->length++;
	column->nulls += !valid;
	return MR_OK;
}

mr_code mr_table_add_null(mr_table_builder *builder, size_t at, mr_error *err)
{
	struct column *column = column_at(builder, at, err);
	bool done;

	if (!column)
		return MR_INVALID_PARAMETER_VALUE;
	if (has_texts(column))
		done = append_offset(column);
	else if (column->type == MR_COLUMN_BOOL)
		done = append_bit(&column->values, column->length, false);
	else
		done = append_zeros(&column->values,
				    mr_table_item_size(column->type) * (column->list ? column->width : 1));
	return end_cell(column, done, false, err);
}

/* The bytes of an integer in the column's type; false when it does not fit. */
static bool int_bytes(mr_column_type type, int64_t value, uint8_t out[8])
{
	int32_t narrow = (int32_t)value;
	double number = (double)value;
	float small = (float)value;

	switch (type) {
	case MR_COLUMN_INT32:
		memcpy(out, &narrow, sizeof narrow);
		return narrow == value;
	case MR_COLUMN_FLOAT:
		memcpy(out, &small, sizeof small);
		return small < 9.2e18f && (int64_t)small == value;
	case MR_COLUMN_DOUBLE:
		memcpy(out, &number, sizeof number);
		return number < 9.2e18 && (int64_t)number == value;
	case MR_COLUMN_INT64:
	case MR_COLUMN_DATETIME:
		memcpy(out, &value, sizeof value);
		return true;
	default:
		return false;
	}
}

static bool double_bytes(mr_column_type type, double value, uint8_t out[8])
{
	float small = (float)value;

	switch (type) {
	case MR_COLUMN_FLOAT:
		memcpy(out, &small, sizeof small);
		return isfinite(small) || !isfinite(value);
	case MR_COLUMN_DOUBLE:
		memcpy(out, &value, sizeof value);
		return true;
	case MR_COLUMN_INT32:
	case MR_COLUMN_INT64: /* items of lists only */
		return value >= -9.2e18 && value <= 9.2e18 && floor(value) == value &&
		       int_bytes(type, (int64_t)value, out);
	default:
		return false;
	}
}

mr_code mr_table_add_int(mr_table_builder *builder, size_t at, int64_t value, mr_error *err)
{
	struct column *column = column_at(builder, at, err);
	uint8_t bytes[8];
	bool done;

	if (!column)
		return MR_INVALID_PARAMETER_VALUE;
	if (column->type == MR_COLUMN_BOOL && (value == 0 || value == 1)) {
		done = append_bit(&column->values, column->length, value != 0);
		return end_cell(column, done, true, err);
	}
	if (column->list || !int_bytes(column->type, value, bytes))
		return does_not_fit(column, err);
	done = append(&column->values, bytes, mr_table_item_size(column->type));
	return end_cell(column, done, true, err);
}

mr_code mr_table_add_double(mr_table_builder *builder, size_t at, double value, mr_error *err)
{
	struct column *column = column_at(builder, at, err);
	uint8_t bytes[8];

	if (!column)
		return MR_INVALID_PARAMETER_VALUE;
	if (column->list || (column->type != MR_COLUMN_DOUBLE && column->type != MR_COLUMN_FLOAT) ||
	    !double_bytes(column->type, value, bytes))
		return does_not_fit(column, err);
	return end_cell(column, append(&column->values, bytes, mr_table_item_size(column->type)), true, err);
}

mr_code mr_table_add_text(mr_table_builder *builder, size_t at, mr_str value, mr_error *err)
{
	struct column *column = column_at(builder, at, err);
	bool done;

	if (!column)
		return MR_INVALID_PARAMETER_VALUE;
	if (!has_texts(column) || (column->type == MR_COLUMN_STRING && !mr_utf8_valid(value)))
		return does_not_fit(column, err);
	done = append(&column->values, value.ptr, value.len) && append_offset(column);
	return end_cell(column, done, true, err);
}

mr_code mr_table_add_list(mr_table_builder *builder, size_t at, const double *values, mr_error *err)
{
	struct column *column = column_at(builder, at, err);
	size_t size, before, i;
	uint8_t bytes[8];

	if (!column)
		return MR_INVALID_PARAMETER_VALUE;
	if (!column->list)
		return does_not_fit(column, err);
	size = mr_table_item_size(column->type);
	before = column->values.len;
	for (i = 0; i < column->width; i++) {
		if (!double_bytes(column->type, values[i], bytes)) {
			column->values.len = before;
			return does_not_fit(column, err);
		}
		if (!append(&column->values, bytes, size)) {
			column->values.len = before;
			return mr_error_no_memory(err);
		}
	}
	return end_cell(column, true, true, err);
}

/* ---- the end ---- */

/* A buffer changes hands; an empty one is still a buffer. */
static bool give(const void **to, struct bytes *from)
{
	if (!from->ptr && !reserve(from, 8))
		return false;
	*to = from->ptr;
	memset(from, 0, sizeof *from);
	return true;
}

static mr_code finish_values(struct column *column, struct ArrowArray *array, mr_error *err)
{
	bool texts = has_texts(column);
	size_t length = column->list ? column->length * column->width : column->length;
	mr_code code = mr_table_array_new(array, texts ? 3 : 2, 0, err);

	if (code)
		return code;
	array->length = (int64_t)length;
	if (!column->list && column->nulls) {
		array->null_count = (int64_t)column->nulls;
		if (!give(&array->buffers[0], &column->validity))
			return mr_error_no_memory(err);
	}
	if ((texts && !give(&array->buffers[1], &column->offsets)) ||
	    !give(&array->buffers[texts ? 2 : 1], &column->values))
		return mr_error_no_memory(err);
	return MR_OK;
}

static mr_code finish_column(struct column *column, struct ArrowSchema *schema, struct ArrowArray *array,
			     mr_error *err)
{
	mr_str name = mr_str_make((const char *)column->name.ptr, column->name.len);
	const char *format = mr_table_format_of(column->type);
	char list[32];
	mr_code code;

	if (column->large)
		format = column->type == MR_COLUMN_STRING ? "U" : "Z";
	if (!column->list) {
		code = mr_table_schema_new(schema, format, name, 0, err);
		return code ? code : finish_values(column, array, err);
	}
	snprintf(list, sizeof list, "+w:%zu", column->width);
	code = mr_table_schema_new(schema, list, name, 1, err);
	if (!code)
		code = mr_table_schema_new(schema->children[0], format, mr_str_from("item"), 0, err);
	if (!code)
		code = mr_table_array_new(array, 1, 1, err);
	if (!code)
		code = finish_values(column, array->children[0], err);
	if (code)
		return code;
	array->length = (int64_t)column->length;
	array->null_count = (int64_t)column->nulls;
	if (column->nulls && !give(&array->buffers[0], &column->validity))
		return mr_error_no_memory(err);
	return MR_OK;
}

static mr_code check_lengths(const mr_table_builder *builder, mr_error *err)
{
	size_t i;

	for (i = 1; i < builder->n; i++)
		if (builder->columns[i].length != builder->columns[0].length)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%.*s' has %zu rows where '%.*s' has %zu",
					    (int)builder->columns[i].name.len, (char *)builder->columns[i].name.ptr,
					    builder->columns[i].length, (int)builder->columns[0].name.len,
					    (char *)builder->columns[0].name.ptr, builder->columns[0].length);
	return MR_OK;
}

mr_code mr_table_finish(mr_table_builder *builder, struct mr_table *out, mr_error *err)
{
	mr_code code;
	size_t i;

	memset(out, 0, sizeof *out);
	code = check_lengths(builder, err);
	if (!code)
		code = mr_table_schema_new(&out->schema, "+s", mr_str_from(""), builder->n, err);
	if (!code)
		code = mr_table_array_new(&out->array, 1, builder->n, err);
	for (i = 0; !code && i < builder->n; i++)
		code = finish_column(&builder->columns[i], out->schema.children[i], out->array.children[i], err);
	if (!code)
		out->array.length = builder->n ? (int64_t)builder->columns[0].length : 0;
	else
		mr_table_release(out);
	clear(builder);
	return code;
}
