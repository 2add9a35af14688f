/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON to tables: an orient becomes cells, cells become columns with types.
 */
#include "model/table_json.h"

#include <math.h>

#include "base/map.h"
#include "base/utf8.h"
#include "model/table_parts.h"

/* ---- orients ---- */

static mr_code make_cells(struct mr_json_cells *out, mr_arena *arena, size_t columns, size_t rows, mr_error *err)
{
	out->columns = columns;
	out->rows = rows;
	if (rows && columns > SIZE_MAX / 16 / rows)
		return mr_error_no_memory(err);
	out->names = mr_arena_zalloc(arena, (columns + 1) * sizeof *out->names);
	out->cells = mr_arena_zalloc(arena, (columns * rows + 1) * sizeof *out->cells);
	return out->names && out->cells ? MR_OK : mr_error_no_memory(err);
}

/* The names of all records, each with its number + 1 as the value. */
static mr_code gather_names(const mr_json *array, mr_map *names, mr_error *err)
{
	size_t row, i;
	mr_str key;

	for (row = 0; row < array->count; row++) {
		if (array->items[row].type != MR_JSON_OBJECT)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Record %zu is %s; each record is an object of column names and values", row,
					    mr_json_kind_name(&array->items[row]));
		for (i = 0; i < array->items[row].count; i++) {
			key = array->items[row].keys[i];
			if (!mr_map_get(names, key) &&
			    !mr_map_set(names, key, (void *)(mr_map_count(names) + 1), NULL))
				return mr_error_no_memory(err);
		}
	}
	return MR_OK;
}

mr_code mr_json_cells_records(const mr_json *array, mr_arena *arena, struct mr_json_cells *out, mr_error *err)
{
	mr_map *names = mr_map_new(arena, 16);
	size_t row, i, column;
	const mr_json *record;
	mr_code code;

	if (!names)
		return mr_error_no_memory(err);
	if (array->type != MR_JSON_ARRAY)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Records are an array of objects, not %s",
				    mr_json_kind_name(array));
	code = gather_names(array, names, err);
	if (!code)
		code = make_cells(out, arena, mr_map_count(names), array->count, err);
	if (code)
		return code;
	for (i = 0; i < out->columns; i++)
		mr_map_at(names, i, &out->names[i], NULL);
	for (row = 0; row < array->count; row++) {
		record = &array->items[row];
		for (i = 0; i < record->count; i++) {
			/* Records mostly have their keys in the same order. */
			column = i < out->columns && mr_str_eq(out->names[i], record->keys[i])
					 ? i
					 : (size_t)mr_map_get(names, record->keys[i]) - 1;
			out->cells[column * out->rows + row] = &record->items[i];
		}
	}
	return MR_OK;
}

/* A column's name is mostly a string; pandas has numbers as names, too. */
static mr_code name_columns(const mr_json *columns, mr_arena *arena, struct mr_json_cells *out, mr_error *err)
{
	size_t i;

	for (i = 0; i < out->columns; i++) {
		if (!columns)
			out->names[i] = mr_arena_printf(arena, "%zu", i);
		else if (columns->items[i].type == MR_JSON_STRING || columns->items[i].type == MR_JSON_NUMBER)
			out->names[i] = columns->items[i].text;
		else
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The name of column %zu is %s; it must be a string", i,
					    mr_json_kind_name(&columns->items[i]));
		if (!out->names[i].ptr && !columns)
			return mr_error_no_memory(err);
	}
	return MR_OK;
}

mr_code mr_json_cells_split(const mr_json *object, mr_arena *arena, struct mr_json_cells *out, mr_error *err)
{
	const mr_json *columns = mr_json_get(object, "columns"), *data = mr_json_get(object, "data");
	size_t row, i, width;
	mr_code code;

	if (!data || data->type != MR_JSON_ARRAY || (columns && columns->type != MR_JSON_ARRAY))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "A table in the split form is {\"columns\": [...], \"data\": [[...], ...]}");
	width = columns ? columns->count : data->count && data->items[0].type == MR_JSON_ARRAY ? data->items[0].count : 0;
	code = make_cells(out, arena, width, data->count, err);
	if (!code)
		code = name_columns(columns, arena, out, err);
	for (row = 0; !code && row < data->count; row++) {
		if (data->items[row].type != MR_JSON_ARRAY || data->items[row].count != width)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "%zu columns passed, passed data had %zu columns", width,
					    data->items[row].type == MR_JSON_ARRAY ? data->items[row].count : 1);
		for (i = 0; i < width; i++)
			out->cells[i * out->rows + row] = &data->items[row].items[i];
	}
	return code;
}

/* The rows' labels in the order in which they first appear. */
static mr_code gather_labels(const mr_json *object, mr_map *labels, mr_error *err)
{
	size_t i, row;

	for (i = 0; i < object->count; i++)
		for (row = 0; row < object->items[i].count; row++)
			if (!mr_map_get(labels, object->items[i].keys[row]) &&
			    !mr_map_set(labels, object->items[i].keys[row], (void *)(mr_map_count(labels) + 1), NULL))
				return mr_error_no_memory(err);
	return MR_OK;
}

mr_code mr_json_cells_columns(const mr_json *object, mr_arena *arena, struct mr_json_cells *out, mr_error *err)
{
	mr_json_type kind = object->count ? object->items[0].type : MR_JSON_ARRAY;
	mr_map *labels = mr_map_new(arena, 16);
	size_t i, row, at;
	mr_code code = labels ? MR_OK : mr_error_no_memory(err);

	for (i = 0; !code && i < object->count; i++) {
		if ((kind != MR_JSON_ARRAY && kind != MR_JSON_OBJECT) || object->items[i].type != kind)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%.*s' is %s; a table in columns is an object of arrays, or of objects",
					    MR_STR_ARG(object->keys[i]), mr_json_kind_name(&object->items[i]));
		if (kind == MR_JSON_ARRAY && object->items[i].count != object->items[0].count)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "All arrays must be of the same length");
	}
	if (!code && kind == MR_JSON_OBJECT)
		code = gather_labels(object, labels, err);
	if (!code)
		code = make_cells(out, arena, object->count,
				  kind == MR_JSON_OBJECT ? mr_map_count(labels)
				  : object->count	 ? object->items[0].count
							 : 0,
				  err);
	for (i = 0; !code && i < object->count; i++) {
		out->names[i] = object->keys[i];
		for (row = 0; row < object->items[i].count; row++) {
			at = kind == MR_JSON_ARRAY ? row
						   : (size_t)mr_map_get(labels, object->items[i].keys[row]) - 1;
			out->cells[i * out->rows + at] = &object->items[i].items[row];
		}
	}
	return code;
}

/* ---- types ---- */

const char *mr_json_kind_name(const mr_json *value)
{
	static const char *const names[] = {
		[MR_JSON_NULL] = "null",	[MR_JSON_BOOL] = "a boolean",  [MR_JSON_NUMBER] = "a number",
		[MR_JSON_STRING] = "a string", [MR_JSON_ARRAY] = "an array", [MR_JSON_OBJECT] = "an object",
	};

	return names[value->type];
}

struct column_facts {
	const mr_json *first; /* the first that is not null */
	bool nulls, whole;
};

static mr_code look_at_column(const struct mr_json_cells *cells, size_t column, struct column_facts *facts,
			      mr_error *err)
{
	const mr_json *cell;
	int64_t value;
	size_t row;

	facts->first = NULL;
	facts->nulls = false;
	facts->whole = true;
	for (row = 0; row < cells->rows; row++) {
		cell = mr_json_cell(cells, column, row);
		if (!cell || cell->type == MR_JSON_NULL) {
			facts->nulls = true;
			continue;
		}
		if (!facts->first)
			facts->first = cell;
		if (cell->type != facts->first->type)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%.*s' has values of several kinds: %s, and %s in row %zu",
					    MR_STR_ARG(cells->names[column]), mr_json_kind_name(facts->first),
					    mr_json_kind_name(cell), row);
		facts->whole = facts->whole && cell->type == MR_JSON_NUMBER && mr_parse_int64(cell->text, &value);
	}
	return MR_OK;
}

static mr_code add_list(const struct mr_json_cells *cells, size_t column, size_t row, double *values, size_t width,
			mr_table_builder *builder, mr_error *err)
{
	const mr_json *cell = mr_json_cell(cells, column, row);
	size_t i;

	if (!cell || cell->type == MR_JSON_NULL)
		return mr_table_add_null(builder, column, err);
	if (cell->count != width)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Column '%.*s' has lists of different lengths: %zu, and %zu in row %zu",
				    MR_STR_ARG(cells->names[column]), width, cell->count, row);
	for (i = 0; i < width; i++)
		if (cell->items[i].type == MR_JSON_NULL)
			values[i] = (double)NAN;
		else if (cell->items[i].type != MR_JSON_NUMBER || !mr_parse_double(cell->items[i].text, &values[i]))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Column '%.*s' has a list with %s in row %zu; numbers are needed",
					    MR_STR_ARG(cells->names[column]), mr_json_kind_name(&cell->items[i]), row);
	return mr_table_add_list(builder, column, values, err);
}

static mr_code add_cell(const struct mr_json_cells *cells, size_t column, size_t row, mr_column_type type,
			mr_table_builder *builder, mr_error *err)
{
	const mr_json *cell = mr_json_cell(cells, column, row);
	int64_t whole;
	double number;

	if (!cell || cell->type == MR_JSON_NULL)
		return mr_table_add_null(builder, column, err);
	if (type == MR_COLUMN_BOOL)
		return mr_table_add_int(builder, column, cell->boolean, err);
	if (type == MR_COLUMN_STRING)
		return mr_table_add_text(builder, column, cell->text, err);
	if (type == MR_COLUMN_INT64 && mr_parse_int64(cell->text, &whole))
		return mr_table_add_int(builder, column, whole, err);
	if (!mr_parse_double(cell->text, &number))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is not a number", MR_STR_ARG(cell->text));
	return mr_table_add_double(builder, column, number, err);
}

static mr_code add_list_column(const struct mr_json_cells *cells, size_t column, const mr_json *first, mr_arena *arena,
			       mr_table_builder *builder, mr_error *err)
{
	double *values = mr_arena_alloc(arena, (first->count + 1) * sizeof *values);
	mr_code code = values ? mr_table_add_list_column(builder, cells->names[column], MR_COLUMN_DOUBLE, first->count,
							 err)
			      : mr_error_no_memory(err);
	size_t row;

	for (row = 0; !code && row < cells->rows; row++)
		code = add_list(cells, column, row, values, first->count, builder, err);
	return code;
}

static mr_code add_column(const struct mr_json_cells *cells, size_t column, mr_arena *arena, mr_table_builder *builder,
			  mr_error *err)
{
	struct column_facts facts;
	mr_code code = look_at_column(cells, column, &facts, err);
	mr_column_type type = MR_COLUMN_DOUBLE;
	size_t row;

	if (code)
		return code;
	if (facts.first && facts.first->type == MR_JSON_ARRAY)
		return add_list_column(cells, column, facts.first, arena, builder, err);
	if (facts.first && facts.first->type == MR_JSON_OBJECT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Column '%.*s' has objects in it",
				    MR_STR_ARG(cells->names[column]));
	if (facts.first && facts.first->type == MR_JSON_STRING)
		type = MR_COLUMN_STRING;
	else if (facts.first && facts.first->type == MR_JSON_BOOL)
		type = MR_COLUMN_BOOL;
	else if (facts.first && facts.whole && !facts.nulls)
		type = MR_COLUMN_INT64;
	code = mr_table_add_column(builder, cells->names[column], type, err);
	for (row = 0; !code && row < cells->rows; row++)
		code = add_cell(cells, column, row, type, builder, err);
	return code;
}

mr_code mr_json_cells_table(const struct mr_json_cells *cells, mr_arena *arena, struct mr_table *out, mr_error *err)
{
	mr_table_builder *builder = mr_table_builder_new();
	mr_code code = builder ? MR_OK : mr_error_no_memory(err);
	size_t i;

	memset(out, 0, sizeof *out);
	for (i = 0; !code && i < cells->columns; i++)
		code = add_column(cells, i, arena, builder, err);
	if (!code)
		code = mr_table_finish(builder, out, err);
	if (!code)
		out->array.length = (int64_t)cells->rows;
	mr_table_builder_free(builder);
	return code;
}

/* ---- texts ---- */

static bool is_split(const mr_json *object)
{
	const mr_json *columns = mr_json_get(object, "columns"), *data = mr_json_get(object, "data");

	return columns && data && columns->type == MR_JSON_ARRAY && data->type == MR_JSON_ARRAY &&
	       object->count <= 3;
}

static mr_code read_json(mr_str bytes, mr_arena *arena, struct mr_table *out, mr_error *err)
{
	struct mr_json_cells cells;
	mr_json *root;
	mr_code code = mr_json_parse(bytes, arena, &root, err);

	if (code)
		return code;
	if (root->type == MR_JSON_ARRAY)
		code = mr_json_cells_records(root, arena, &cells, err);
	else if (root->type != MR_JSON_OBJECT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "A table is an array of records or an object, not %s", mr_json_kind_name(root));
	else if (is_split(root))
		code = mr_json_cells_split(root, arena, &cells, err);
	else
		code = mr_json_cells_columns(root, arena, &cells, err);
	return code ? code : mr_json_cells_table(&cells, arena, out, err);
}

mr_code mr_table_read_json(mr_str bytes, struct mr_table *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_code code;

	memset(out, 0, sizeof *out);
	code = arena ? read_json(bytes, arena, out, err) : mr_error_no_memory(err);
	mr_arena_free(arena);
	return code;
}

static bool is_blank(mr_str line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if (!strchr(" \t\r", line.ptr[i]))
			return false;
	return true;
}

static mr_code read_lines(mr_str bytes, mr_arena *arena, struct mr_table *out, mr_error *err)
{
	mr_json records = {.type = MR_JSON_ARRAY};
	struct mr_json_cells cells;
	size_t room = 0, number = 1;
	const char *at = bytes.ptr, *end = at + bytes.len, *stop;
	mr_error own;
	mr_json *root;
	mr_code code;

	for (; at < end; at = stop + 1, number++) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if (!stop)
			stop = end;
		if (is_blank(mr_str_make(at, (size_t)(stop - at))))
			continue;
		mr_error_init(&own);
		if (mr_json_parse(mr_str_make(at, (size_t)(stop - at)), arena, &root, &own))
			return mr_error_set(err, own.code, "Line %zu: %s", number, own.message);
		if (records.count == room) {
			records.items = mr_arena_grow(arena, records.items, room * sizeof *root,
						      (room * 2 + 64) * sizeof *root);
			room = room * 2 + 64;
		}
		if (!records.items)
			return mr_error_no_memory(err);
		records.items[records.count++] = *root;
	}
	code = mr_json_cells_records(&records, arena, &cells, err);
	return code ? code : mr_json_cells_table(&cells, arena, out, err);
}

mr_code mr_table_read_json_lines(mr_str bytes, struct mr_table *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_code code;

	memset(out, 0, sizeof *out);
	code = arena ? read_lines(bytes, arena, out, err) : mr_error_no_memory(err);
	mr_arena_free(arena);
	return code;
}
