/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/os.h"
#include "model/table_parts.h"

mr_str test_data_path(mr_arena *arena, const char *name)
{
	const char *source = mr_getenv("MILLRACE_SOURCE");

	return mr_arena_printf(arena, "%s/tests/unit/model/data/%s", source ? source : ".", name);
}

mr_str test_data(mr_arena *arena, const char *name)
{
	mr_str text = {NULL, 0};
	mr_error err;

	mr_error_init(&err);
	if (mr_file_read(test_data_path(arena, name), SIZE_MAX, arena, &text, &err))
		fail_msg("%s (set MILLRACE_SOURCE to the source tree)", err.message);
	return text;
}

static void dump_list(mr_buf *buf, const struct mr_column_view *view, size_t row)
{
	const struct ArrowArray *items = view->array->children[0];
	size_t from = (size_t)(view->first + (int64_t)row) * view->width, n = view->width, i;
	struct mr_column_view item;

	if (view->kind == MR_ELEMENT_LIST) {
		from = (size_t)((const int32_t *)view->offsets)[view->first + (int64_t)row];
		n = (size_t)((const int32_t *)view->offsets)[view->first + (int64_t)row + 1] - from;
	}
	assert_int_equal(mr_column_view_node(&item, view->schema->children[0], items, (int64_t)from, n, NULL), MR_OK);
	for (i = 0; i < n; i++) {
		mr_buf_c(buf, i ? ", " : "[");
		mr_buf_double(buf, mr_column_view_double(&item, i));
	}
	mr_buf_c(buf, n ? "]" : "[]");
}

static void dump_column(mr_buf *buf, mr_arena *arena, const struct mr_table *table, size_t column)
{
	struct mr_column_view view;
	mr_str *texts = NULL;
	mr_error err;
	size_t row;

	mr_error_init(&err);
	if (mr_column_view_init(&view, &table->schema, &table->array, column, &err))
		fail_msg("%s", err.message);
	mr_buf_printf(buf, "%s%s %s: ", column ? "\n" : "", mr_table_name(&table->schema, column).ptr,
		      mr_table_type_name(table->schema.children[column]));
	if (view.kind < MR_ELEMENT_LIST && mr_table_texts(&table->schema, &table->array, column, arena, &texts, &err))
		fail_msg("%s", err.message);
	for (row = 0; row < view.length; row++) {
		mr_buf_c(buf, row ? " | " : "");
		if (mr_column_view_null(&view, row) || (texts && mr_str_is(texts[row], "nan")))
			mr_buf_c(buf, "null"); /* pandas knows no difference */
		else if (texts)
			mr_buf_str(buf, texts[row]);
		else
			dump_list(buf, &view, row);
	}
}

mr_str dump(mr_arena *arena, const struct mr_table *table)
{
	mr_str out;
	mr_buf buf;
	size_t i;

	mr_buf_init(&buf, 1 << 24);
	for (i = 0; i < mr_table_columns(table); i++)
		dump_column(&buf, arena, table, i);
	out = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

void assert_str(const char *expected, mr_str got)
{
	char *copy = malloc(got.len + 1);

	assert_non_null(copy);
	if (got.len)
		memcpy(copy, got.ptr, got.len);
	copy[got.len] = 0;
	assert_string_equal(expected, copy);
	assert_int_equal(strlen(expected), got.len);
	free(copy);
}
