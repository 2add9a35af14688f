/* SPDX-License-Identifier: Apache-2.0
 *
 * Predictions as json.dump() of what MLflow's wrappers return: a list, records,
 * or lists by name. NaN and infinities are bare words, as Python writes them.
 */
#include <math.h>

#include "base/json.h"
#include "model/datetime.h"
#include "model/scoring.h"
#include "model/table_parts.h"

static void print_number(mr_buf *out, double value)
{
	if (isnan(value))
		mr_buf_c(out, "NaN");
	else if (isinf(value))
		mr_buf_c(out, value > 0 ? "Infinity" : "-Infinity");
	else
		mr_buf_double(out, value);
}

static void print_text(mr_buf *out, mr_str text)
{
	mr_json_writer w;

	mr_json_write_init(&w, out, MR_JSON_SPACED);
	mr_json_write_string(&w, text);
}

static mr_code print_cell(const struct mr_column_view *view, size_t row, mr_buf *out, mr_error *err);

/* A row of a struct: an object. */
static mr_code print_struct(const struct mr_column_view *view, size_t row, mr_buf *out, mr_error *err)
{
	struct mr_column_view member;
	mr_code code = MR_OK;
	int64_t i;

	mr_buf_char(out, '{');
	for (i = 0; !code && i < view->schema->n_children; i++) {
		mr_buf_c(out, i ? ", " : "");
		print_text(out, mr_table_name(view->schema, (size_t)i));
		mr_buf_c(out, ": ");
		code = mr_column_view_node(&member, view->schema->children[i], view->array->children[i], view->first,
					   view->length, err);
		if (!code)
			code = print_cell(&member, row, out, err);
	}
	mr_buf_char(out, '}');
	return code;
}

static mr_code print_list(const struct mr_column_view *view, size_t row, mr_buf *out, mr_error *err)
{
	int64_t first = (view->first + (int64_t)row) * (int64_t)view->width;
	struct mr_column_view items;
	mr_code code = mr_column_view_node(&items, view->schema->children[0], view->array->children[0], first, view->width,
					   err);
	size_t i;

	mr_buf_char(out, '[');
	for (i = 0; !code && i < view->width; i++) {
		mr_buf_c(out, i ? ", " : "");
		code = print_cell(&items, i, out, err);
	}
	mr_buf_char(out, ']');
	return code;
}

static mr_code print_cell(const struct mr_column_view *view, size_t row, mr_buf *out, mr_error *err)
{
	if (mr_column_view_null(view, row)) {
		mr_buf_c(out, "null");
		return MR_OK;
	}
	switch (view->kind) {
	case MR_ELEMENT_BOOL:
		mr_buf_c(out, mr_column_view_int(view, row) ? "true" : "false");
		return MR_OK;
	case MR_ELEMENT_INT:
		mr_buf_int(out, mr_column_view_int(view, row));
		return MR_OK;
	case MR_ELEMENT_UINT:
		mr_buf_printf(out, "%llu", (unsigned long long)mr_column_view_int(view, row));
		return MR_OK;
	case MR_ELEMENT_FLOAT:
		print_number(out, mr_column_view_double(view, row));
		return MR_OK;
	case MR_ELEMENT_TEXT:
		print_text(out, mr_column_view_bytes(view, row));
		return MR_OK;
	case MR_ELEMENT_DATETIME:
	case MR_ELEMENT_DATE:
		mr_buf_char(out, '"');
		mr_datetime_print(out, mr_column_view_nanoseconds(view, row), 'T');
		mr_buf_char(out, '"');
		return MR_OK;
	case MR_ELEMENT_FIXED_LIST:
		return print_list(view, row, out, err);
	default:
		if (!strcmp(view->schema->format, "+s"))
			return print_struct(view, row, out, err);
		return mr_error_set(err, MR_NOT_IMPLEMENTED,
				    "The flavor answered with column '%s' of the Arrow format '%s', which has no JSON form",
				    view->schema->name ? view->schema->name : "", view->schema->format);
	}
}

static mr_code print_list_of(const struct mr_column_view *view, mr_buf *out, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	mr_buf_char(out, '[');
	for (i = 0; !code && i < view->length; i++) {
		mr_buf_c(out, i ? ", " : "");
		code = print_cell(view, i, out, err);
	}
	mr_buf_char(out, ']');
	return code;
}

static mr_code print_by_name(const struct mr_column_view *views, size_t n, mr_buf *out, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	mr_buf_char(out, '{');
	for (i = 0; !code && i < n; i++) {
		mr_buf_c(out, i ? ", " : "");
		print_text(out, mr_str_from(views[i].schema->name));
		mr_buf_c(out, ": ");
		code = print_list_of(&views[i], out, err);
	}
	mr_buf_char(out, '}');
	return code;
}

static mr_code print_records(const struct ArrowSchema *names, const struct mr_column_view *views, size_t n, size_t rows,
			     mr_buf *out, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i, row;

	mr_buf_char(out, '[');
	for (row = 0; !code && row < rows; row++) {
		mr_buf_c(out, row ? ", {" : "{");
		for (i = 0; !code && i < n; i++) {
			mr_buf_c(out, i ? ", " : "");
			print_text(out, mr_table_name(names, i));
			mr_buf_c(out, ": ");
			code = print_cell(&views[i], row, out, err);
		}
		mr_buf_char(out, '}');
	}
	mr_buf_char(out, ']');
	return code;
}

/* MLflow's records of tensors are their items one after another, when all have as many: [[1], [2]] is 1, 2. */
static mr_code flatten(struct mr_column_view *view, mr_error *err)
{
	mr_code code = MR_OK;

	while (!code && view->kind == MR_ELEMENT_FIXED_LIST)
		code = mr_column_view_node(view, view->schema->children[0], view->array->children[0],
					   view->first * (int64_t)view->width, view->length * view->width, err);
	return code;
}

static mr_code flatten_all(struct mr_column_view *views, size_t n, size_t *rows, mr_error *err)
{
	struct mr_column_view flat;
	bool same = true;
	size_t i, length = 0;
	mr_code code = MR_OK;

	for (i = 0; !code && i < n; i++) {
		flat = views[i];
		code = flatten(&flat, err);
		same = same && (!i || flat.length == length);
		length = flat.length;
	}
	for (i = 0; !code && same && i < n; i++)
		code = flatten(&views[i], err);
	if (same && n)
		*rows = length;
	return code;
}

mr_code mr_score_print(const struct mr_table *predictions, bool frame, mr_buf *out, mr_error *err)
{
	size_t n = mr_table_columns(predictions), rows = mr_table_rows(predictions), i;
	mr_arena *arena = mr_arena_new(0);
	struct mr_column_view *views = arena ? mr_arena_alloc(arena, (n + 1) * sizeof *views) : NULL;
	mr_code code = views ? MR_OK : mr_error_no_memory(err);

	for (i = 0; !code && i < n; i++)
		code = mr_column_view_init(&views[i], &predictions->schema, &predictions->array, i, err);
	mr_buf_c(out, "{\"predictions\": ");
	if (!code && n == 1 && mr_str_is(mr_table_name(&predictions->schema, 0), "predictions"))
		code = print_list_of(&views[0], out, err);
	else if (!code && !frame)
		code = print_by_name(views, n, out, err);
	else if (!code) {
		code = flatten_all(views, n, &rows, err);
		if (!code)
			code = print_records(&predictions->schema, views, n, rows, out, err);
	}
	mr_buf_char(out, '}');
	mr_arena_free(arena);
	return code ? code : mr_buf_check(out, err);
}

/* ---- data in messages ---- */

#define ROWS_SHOWN 5
#define COLUMNS_SHOWN 12

void mr_score_print_data(const struct mr_table *table, mr_buf *out)
{
	size_t columns = mr_table_columns(table), rows = mr_table_rows(table), row, i;
	struct mr_column_view view;
	mr_error err;

	mr_error_init(&err);
	if (!columns)
		mr_buf_c(out, "Empty DataFrame\nColumns: []\nIndex: []");
	for (i = 0; i < columns && i < COLUMNS_SHOWN; i++)
		mr_buf_printf(out, "  %s", mr_table_name(&table->schema, i).ptr);
	for (row = 0; columns && row < rows && row < ROWS_SHOWN; row++) {
		mr_buf_printf(out, "\n%zu", row);
		for (i = 0; i < columns && i < COLUMNS_SHOWN; i++) {
			mr_buf_c(out, "  ");
			if (mr_column_view_init(&view, &table->schema, &table->array, i, &err) == MR_OK)
				(void)print_cell(&view, row, out, &err);
		}
	}
	if (rows > ROWS_SHOWN || columns > COLUMNS_SHOWN)
		mr_buf_printf(out, "\n...\n[%zu rows x %zu columns]", rows, columns);
}
