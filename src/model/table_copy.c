/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of columns, of any format: of each buffer what the rows need. What is
 * copied may be in several pieces, which become one.
 */
#include "base/buf.h"
#include "base/inject.h"
#include "model/table_parts.h"

#define DEPTH_MAX 16

static mr_code copy_schema(const struct ArrowSchema *from, int depth, struct ArrowSchema *to, mr_error *err)
{
	mr_code code = mr_table_schema_new(to, from->format, mr_str_from(from->name), (size_t)from->n_children, err);
	int64_t i;

	if (!code && depth == DEPTH_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A column is nested deeper than %d", DEPTH_MAX);
	for (i = 0; !code && i < from->n_children; i++)
		code = copy_schema(from->children[i], depth + 1, to->children[i], err);
	if (!code)
		to->flags = from->flags;
	return code;
}

/* ---- buffers ---- */

static size_t total(const struct mr_column_view *views, size_t n)
{
	size_t sum = 0, i;

	for (i = 0; i < n; i++)
		sum += views[i].length;
	return sum;
}

static bool copy_numbers(const struct mr_column_view *views, size_t n, const void **to)
{
	size_t size = (size_t)views[0].bits / 8, i, bytes;
	char *copy = mr_malloc(total(views, n) * size + 1);

	*to = copy;
	for (i = 0; copy && i < n; i++) {
		bytes = views[i].length * size;
		if (bytes)
			memcpy(copy, (const char *)views[i].values + (size_t)views[i].first * size, bytes);
		copy += bytes;
	}
	return *to != NULL;
}

/* The bits of the values, or those of the validity, where a missing bitmap means that all are there. */
static bool copy_bits(const struct mr_column_view *views, size_t n, bool validity, const void **to)
{
	uint8_t *copy = mr_calloc(total(views, n) / 8 + 1, 1);
	size_t i, row, at = 0;
	const uint8_t *bits;
	int64_t from;

	*to = copy;
	for (i = 0; copy && i < n; i++) {
		bits = validity ? views[i].validity : views[i].values;
		for (row = 0; row < views[i].length; row++, at++) {
			from = views[i].first + (int64_t)row;
			if (!bits || bits[from / 8] >> (from % 8) & 1)
				copy[at / 8] |= (uint8_t)(1 << at % 8);
		}
	}
	return copy != NULL;
}

static int64_t offset_at(const struct mr_column_view *view, size_t row)
{
	int64_t i = view->first + (int64_t)row;

	if (!view->length)
		return 0;
	return view->bits == 64 ? ((const int64_t *)view->offsets)[i] : ((const int32_t *)view->offsets)[i];
}

/* Offsets from 0 on. */
static mr_code copy_offsets(const struct mr_column_view *views, size_t n, const void **to, mr_error *err)
{
	size_t size = (size_t)views[0].bits / 8, i, row, at = 0;
	char *copy = mr_calloc(total(views, n) + 1, size);
	int64_t base = 0, value;

	*to = copy;
	if (!copy)
		return mr_error_no_memory(err);
	for (i = 0; i < n; i++) {
		for (row = 0; row < views[i].length; row++) {
			value = base + offset_at(&views[i], row + 1) - offset_at(&views[i], 0);
			if (size == 4 && value > INT32_MAX)
				return mr_error_set(err, MR_RESOURCE_EXHAUSTED,
						    "Column '%s' has more than 2 GiB in 32-bit offsets",
						    views[0].schema->name ? views[0].schema->name : "");
			at++;
			if (size == 8)
				((int64_t *)(void *)copy)[at] = value;
			else
				((int32_t *)(void *)copy)[at] = (int32_t)value;
		}
		base += offset_at(&views[i], views[i].length) - offset_at(&views[i], 0);
	}
	return MR_OK;
}

static mr_code copy_texts(const struct mr_column_view *views, size_t n, struct ArrowArray *to, mr_error *err)
{
	mr_code code = copy_offsets(views, n, &to->buffers[1], err);
	size_t size = 0, i;
	int64_t from, end;
	char *copy;

	for (i = 0; i < n; i++)
		size += (size_t)(offset_at(&views[i], views[i].length) - offset_at(&views[i], 0));
	copy = code ? NULL : mr_malloc(size + 1);
	if (!copy)
		return code ? code : mr_error_no_memory(err);
	to->buffers[2] = copy;
	for (i = 0; i < n; i++) {
		from = offset_at(&views[i], 0);
		end = offset_at(&views[i], views[i].length);
		if (end > from)
			memcpy(copy, (const char *)views[i].values + from, (size_t)(end - from));
		copy += end - from;
	}
	return MR_OK;
}

/* ---- nodes ---- */

static mr_code copy_pieces(const struct ArrowSchema *schema, const struct mr_table_piece *pieces, size_t n, int depth,
			   struct ArrowArray *to, mr_error *err);

static mr_code copy_lists(const struct mr_column_view *views, size_t n, int depth, struct ArrowArray *to, mr_error *err)
{
	struct mr_table_piece *items = mr_calloc(n, sizeof *items);
	mr_code code = items ? MR_OK : mr_error_no_memory(err);
	size_t i;

	if (!code && views[0].kind == MR_ELEMENT_LIST)
		code = copy_offsets(views, n, &to->buffers[1], err);
	for (i = 0; !code && i < n; i++) {
		items[i].array = views[i].array->children[0];
		items[i].first = views[i].first * (int64_t)views[i].width;
		items[i].length = views[i].length * views[i].width;
		if (views[i].kind == MR_ELEMENT_LIST) {
			items[i].first = offset_at(&views[i], 0);
			items[i].length = (size_t)(offset_at(&views[i], views[i].length) - items[i].first);
		}
	}
	if (!code)
		code = copy_pieces(views[0].schema->children[0], items, n, depth + 1, to->children[0], err);
	mr_free(items);
	return code;
}

static mr_code copy_views(const struct mr_column_view *views, size_t n, int depth, struct ArrowArray *to, mr_error *err)
{
	const struct ArrowSchema *schema = views[0].schema;
	mr_code code;
	size_t i;

	if (views[0].kind == MR_ELEMENT_OTHER || depth == DEPTH_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%s' is of the Arrow format '%s', which is not supported",
				    schema->name ? schema->name : "", schema->format);
	code = mr_table_array_new(to, (size_t)views[0].array->n_buffers, (size_t)views[0].array->n_children, err);
	if (code)
		return code;
	to->length = (int64_t)total(views, n);
	if (views[0].kind == MR_ELEMENT_NULL) {
		to->null_count = to->length;
		return MR_OK;
	}
	for (i = 0; i < n && !views[i].validity; i++)
		continue;
	to->null_count = i < n ? -1 : 0;
	if (i < n && !copy_bits(views, n, true, &to->buffers[0]))
		return mr_error_no_memory(err);
	switch (views[0].kind) {
	case MR_ELEMENT_LIST:
	case MR_ELEMENT_FIXED_LIST:
		return copy_lists(views, n, depth, to, err);
	case MR_ELEMENT_TEXT:
	case MR_ELEMENT_BINARY:
		return copy_texts(views, n, to, err);
	case MR_ELEMENT_BOOL:
		return copy_bits(views, n, false, &to->buffers[1]) ? MR_OK : mr_error_no_memory(err);
	default:
		return copy_numbers(views, n, &to->buffers[1]) ? MR_OK : mr_error_no_memory(err);
	}
}

static mr_code copy_pieces(const struct ArrowSchema *schema, const struct mr_table_piece *pieces, size_t n, int depth,
			   struct ArrowArray *to, mr_error *err)
{
	struct mr_column_view *views = mr_calloc(n, sizeof *views);
	mr_code code = views ? MR_OK : mr_error_no_memory(err);
	size_t i;

	for (i = 0; !code && i < n; i++)
		code = mr_column_view_node(&views[i], schema, pieces[i].array, pieces[i].first, pieces[i].length, err);
	if (!code)
		code = copy_views(views, n, depth, to, err);
	mr_free(views);
	return code;
}

mr_code mr_table_copy_column(const struct ArrowSchema *schema, const struct mr_table_piece *pieces, size_t n,
			     struct ArrowSchema *out_schema, struct ArrowArray *out, mr_error *err)
{
	mr_code code = copy_schema(schema, 0, out_schema, err);

	return code ? code : copy_pieces(schema, pieces, n, 0, out, err);
}

/* ---- some columns of a table ---- */

static mr_code not_there(const struct ArrowSchema *schema, mr_str name, mr_error *err)
{
	mr_buf have;
	int64_t i;
	mr_code code;

	mr_buf_init(&have, 2048);
	for (i = 0; i < schema->n_children; i++)
		mr_buf_printf(&have, "%s'%s'", i ? ", " : "", mr_table_name(schema, (size_t)i).ptr);
	code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no column '%.*s'. The columns are: %.*s%s",
			    MR_STR_ARG(name), MR_STR_ARG(mr_buf_view(&have)), have.failed ? ", ..." : "");
	mr_buf_dispose(&have);
	return code;
}

mr_code mr_table_select(const struct ArrowSchema *schema, const struct ArrowArray *table, const mr_str *names, size_t n,
			struct mr_table *out, mr_error *err)
{
	struct mr_table_piece piece = {.first = table->offset, .length = (size_t)table->length};
	mr_code code = mr_table_schema_new(&out->schema, "+s", mr_str_from(""), n, err);
	int64_t at;
	size_t i;

	memset(&out->array, 0, sizeof out->array);
	if (!code)
		code = mr_table_array_new(&out->array, 1, n, err);
	for (i = 0; !code && i < n; i++) {
		at = mr_table_find(schema, names[i]);
		if (at < 0) {
			code = not_there(schema, names[i], err);
			break;
		}
		piece.array = table->children[at];
		code = mr_table_copy_column(schema->children[at], &piece, 1, out->schema.children[i],
					    out->array.children[i], err);
	}
	if (code)
		mr_table_release(out);
	else
		out->array.length = table->length;
	return code;
}
