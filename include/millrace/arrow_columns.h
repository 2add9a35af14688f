/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/arrow_columns.h - what a plugin needs to read and to make Arrow
 * tables (millrace/arrow.h) of numbers and texts; all of it is inline, so that
 * the plugin links nothing.
 *
 *	double *cells = malloc(rows * columns * sizeof *cells);
 *	mr_arrow_matrix(schema, table, cells, &err);
 *	...
 *	struct mr_arrow_column out = {"predictions", "g", results, {rows}, 1};
 *	mr_arrow_make(&out, 1, out_schema, out_array, &err);
 */
#ifndef MILLRACE_ARROW_COLUMNS_H
#define MILLRACE_ARROW_COLUMNS_H

#include <math.h>
#include <stdlib.h>

#include "millrace/arrow.h"
#include "millrace/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MR_ARROW_DIMS_MAX 8

/* ---- reading ---- */

static inline bool mr_arrow_bit(const void *bits, int64_t i)
{
	return (((const uint8_t *)bits)[i / 8] >> (i % 8) & 1) != 0;
}

/* Element i (the array's own offset is added) of a column of numbers or
 * booleans; NaN where it is missing. */
static inline double mr_arrow_number(const struct ArrowSchema *column, const struct ArrowArray *array, int64_t i)
{
	const void *values = array->buffers[1];

	i += array->offset;
	if (array->buffers[0] && !mr_arrow_bit(array->buffers[0], i))
		return (double)NAN;
	switch (column->format[0]) {
	case 'b':
		return mr_arrow_bit(values, i);
	case 'c':
		return ((const int8_t *)values)[i];
	case 'C':
		return ((const uint8_t *)values)[i];
	case 's':
		return ((const int16_t *)values)[i];
	case 'S':
		return ((const uint16_t *)values)[i];
	case 'i':
		return ((const int32_t *)values)[i];
	case 'I':
		return ((const uint32_t *)values)[i];
	case 'l':
		return (double)((const int64_t *)values)[i];
	case 'L':
		return (double)((const uint64_t *)values)[i];
	case 'f':
		return (double)((const float *)values)[i];
	default:
		return ((const double *)values)[i];
	}
}

/* Whether mr_arrow_number reads columns of this format. */
static inline bool mr_arrow_is_number(const char *format)
{
	return format[0] && !format[1] && strchr("bcCsSiIlLfg", format[0]);
}

/* The width of a column of fixed-size lists ("+w:3"), the product with those nested in it; 1 of a plain one, 0 of
 * lists that are not fixed. *items: what is at the bottom. */
static inline size_t mr_arrow_width(const struct ArrowSchema *column, const struct ArrowSchema **items)
{
	size_t width = 1;

	while (!strncmp(column->format, "+w:", 3) && column->n_children == 1) {
		width *= (size_t)strtoul(column->format + 3, NULL, 10);
		column = column->children[0];
	}
	*items = column;
	return column->format[0] == '+' ? 0 : width;
}

/* How many numbers a row of the table has: a column has one, one of fixed-size
 * lists as many as they are long. */
static inline size_t mr_arrow_matrix_width(const struct ArrowSchema *schema)
{
	const struct ArrowSchema *items;
	size_t width = 0;
	int64_t i;

	for (i = 0; i < schema->n_children; i++)
		width += mr_arrow_width(schema->children[i], &items);
	return width;
}

/* All rows of the table as numbers, row after row: out has room for length *
 * width of them. Columns of anything else are an error that names them. */
static inline mr_code mr_arrow_matrix(const struct ArrowSchema *schema, const struct ArrowArray *table, double *out,
				      mr_error *err)
{
	size_t total = mr_arrow_matrix_width(schema), at = 0, width, k;
	int64_t i, row, from;

	for (i = 0; i < schema->n_children; i++, at += width) {
		const struct ArrowSchema *items, *level = schema->children[i];
		const struct ArrowArray *array = table->children[i];

		width = mr_arrow_width(level, &items);
		if (!mr_arrow_is_number(items->format))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%s' is of the Arrow format '%s'; numbers are needed",
					    level->name ? level->name : "", items->format);
		for (row = 0; row < table->length; row++) {
			const struct ArrowArray *below = array;

			from = table->offset + row;
			for (level = schema->children[i]; level != items; level = level->children[0]) {
				from = (from + below->offset) * (int64_t)strtoul(level->format + 3, NULL, 10);
				below = below->children[0];
			}
			for (k = 0; k < width; k++)
				out[(size_t)row * total + at + k] = mr_arrow_number(items, below, from + (int64_t)k);
		}
	}
	return MR_OK;
}

/* ---- making ---- */

/* A column: the first dimension is the rows; further ones become nested
 * fixed-size lists. data is in C order and is copied: numbers; booleans ("b") a
 * byte each; texts ("u") as an array of mr_str. */
struct mr_arrow_column {
	const char *name;
	const char *format; /* "b", "c", "C", "s", "S", "i", "I", "l", "L", "f", "g", "u" */
	const void *data;
	int64_t shape[MR_ARROW_DIMS_MAX];
	size_t dims;
};

struct mr_arrow_owner { /* private: what a node points at */
	void *parts[6];
};

static inline void mr_arrow_release_schema(struct ArrowSchema *schema)
{
	struct mr_arrow_owner *owner = (struct mr_arrow_owner *)schema->private_data;
	int64_t i;

	for (i = 0; i < schema->n_children; i++)
		if (schema->children[i]->release)
			schema->children[i]->release(schema->children[i]);
	for (i = 0; i < 6; i++)
		free(owner->parts[i]);
	free(owner);
	memset(schema, 0, sizeof *schema);
}

static inline void mr_arrow_release_array(struct ArrowArray *array)
{
	struct mr_arrow_owner *owner = (struct mr_arrow_owner *)array->private_data;
	int64_t i;

	for (i = 0; i < array->n_children; i++)
		if (array->children[i]->release)
			array->children[i]->release(array->children[i]);
	for (i = 0; i < 6; i++)
		free(owner->parts[i]);
	free(owner);
	memset(array, 0, sizeof *array);
}

/* Pointers to n items of a block, both in parts[0] and parts[1]. */
static inline bool mr_arrow_children(struct mr_arrow_owner *owner, size_t n, size_t item_size)
{
	char *items = (char *)calloc(n + 1, item_size);
	void **pointers = (void **)calloc(n + 1, sizeof *pointers);
	size_t i;

	owner->parts[0] = items;
	owner->parts[1] = pointers;
	for (i = 0; items && pointers && i < n; i++)
		pointers[i] = items + i * item_size;
	return items && pointers;
}

static inline bool mr_arrow_new_schema(struct ArrowSchema *out, const char *format, const char *name, size_t n)
{
	struct mr_arrow_owner *owner = (struct mr_arrow_owner *)calloc(1, sizeof *owner);
	size_t format_size = strlen(format) + 1, name_size = strlen(name) + 1;

	memset(out, 0, sizeof *out);
	if (!owner)
		return false;
	owner->parts[2] = malloc(format_size);
	owner->parts[3] = malloc(name_size);
	out->private_data = owner;
	out->release = mr_arrow_release_schema;
	if (!mr_arrow_children(owner, n, sizeof *out) || !owner->parts[2] || !owner->parts[3]) {
		mr_arrow_release_schema(out);
		return false;
	}
	memcpy(owner->parts[2], format, format_size);
	memcpy(owner->parts[3], name, name_size);
	out->format = (const char *)owner->parts[2];
	out->name = (const char *)owner->parts[3];
	out->flags = ARROW_FLAG_NULLABLE;
	out->n_children = (int64_t)n;
	out->children = (struct ArrowSchema **)owner->parts[1];
	return true;
}

/* The buffers are parts[3] to parts[5], their list is parts[2]. */
static inline bool mr_arrow_new_array(struct ArrowArray *out, int64_t length, size_t n_buffers, size_t n)
{
	struct mr_arrow_owner *owner = (struct mr_arrow_owner *)calloc(1, sizeof *owner);

	memset(out, 0, sizeof *out);
	if (!owner)
		return false;
	owner->parts[2] = calloc(3, sizeof(void *));
	out->private_data = owner;
	out->release = mr_arrow_release_array;
	if (!mr_arrow_children(owner, n, sizeof *out) || !owner->parts[2]) {
		mr_arrow_release_array(out);
		return false;
	}
	out->length = length;
	out->n_buffers = (int64_t)n_buffers;
	out->buffers = (const void **)owner->parts[2];
	out->n_children = (int64_t)n;
	out->children = (struct ArrowArray **)owner->parts[1];
	return true;
}

static inline void *mr_arrow_new_buffer(struct ArrowArray *array, size_t which, size_t size)
{
	struct mr_arrow_owner *owner = (struct mr_arrow_owner *)array->private_data;

	owner->parts[3 + which] = calloc(size + 1, 1);
	array->buffers[which] = owner->parts[3 + which];
	return owner->parts[3 + which];
}

static inline bool mr_arrow_fill_texts(const mr_str *texts, size_t count, struct ArrowArray *out)
{
	int32_t *offsets = (int32_t *)mr_arrow_new_buffer(out, 1, (count + 1) * sizeof *offsets);
	size_t size = 0, i;
	char *bytes;

	for (i = 0; i < count; i++)
		size += texts[i].len;
	bytes = size < INT32_MAX ? (char *)mr_arrow_new_buffer(out, 2, size) : NULL;
	for (i = 0; offsets && bytes && i < count; i++) {
		if (texts[i].len)
			memcpy(bytes + offsets[i], texts[i].ptr, texts[i].len);
		offsets[i + 1] = offsets[i] + (int32_t)texts[i].len;
	}
	return offsets && bytes;
}

static inline bool mr_arrow_fill(const struct mr_arrow_column *column, size_t count, struct ArrowArray *out)
{
	static const char formats[] = "cCsSiIlLfg", sizes[] = "1122448848";
	const char *format = strchr(formats, column->format[0]);
	size_t size = format ? (size_t)(sizes[format - formats] - '0') : 0, i;
	uint8_t *to;

	if (column->format[0] == 'u')
		return mr_arrow_fill_texts((const mr_str *)column->data, count, out);
	to = (uint8_t *)mr_arrow_new_buffer(out, 1, format ? count * size : count / 8 + 1);
	if (!to)
		return false;
	if (format && count)
		memcpy(to, column->data, count * size);
	for (i = 0; !format && i < count; i++)
		if (((const uint8_t *)column->data)[i])
			to[i / 8] |= (uint8_t)(1 << i % 8);
	return true;
}

static inline bool mr_arrow_make_column(const struct mr_arrow_column *column, struct ArrowSchema *schema,
					struct ArrowArray *array)
{
	int64_t count = column->shape[0];
	const char *name = column->name;
	char format[32];
	size_t dim;

	for (dim = 1; dim < column->dims; dim++) {
		snprintf(format, sizeof format, "+w:%lld", (long long)column->shape[dim]);
		if (!mr_arrow_new_schema(schema, format, name, 1) || !mr_arrow_new_array(array, count, 1, 1))
			return false;
		count *= column->shape[dim];
		name = "item";
		schema = schema->children[0];
		array = array->children[0];
	}
	return mr_arrow_new_schema(schema, column->format, name, 0) &&
	       mr_arrow_new_array(array, count, column->format[0] == 'u' ? 3 : 2, 0) &&
	       mr_arrow_fill(column, (size_t)count, array);
}

/* A table of these columns, which all have as many rows. */
static inline mr_code mr_arrow_make(const struct mr_arrow_column *columns, size_t n, struct ArrowSchema *schema,
				    struct ArrowArray *array, mr_error *err)
{
	bool made = mr_arrow_new_schema(schema, "+s", "", n);
	size_t i;

	memset(array, 0, sizeof *array);
	made = made && mr_arrow_new_array(array, n ? columns[0].shape[0] : 0, 1, n);
	for (i = 0; made && i < n; i++)
		made = mr_arrow_make_column(&columns[i], schema->children[i], array->children[i]);
	if (made)
		return MR_OK;
	if (schema->release)
		schema->release(schema);
	if (array->release)
		array->release(array);
	return mr_error_no_memory(err);
}

#ifdef __cplusplus
}
#endif
#endif
