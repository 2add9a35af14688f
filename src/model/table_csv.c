/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV as pandas.read_csv reads it with no options: the head, quotes, blank
 * lines, what counts as missing, and the types of columns. It works on a copy of
 * the text, in which quoted fields are unescaped where they stand.
 */
#include "base/buf.h"
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "model/table_parts.h"

struct csv {
	mr_arena *arena;
	mr_error *err;
	char *at, *end;
	size_t line; /* where `at` is, from 1 */
	size_t records; /* that were read, the head too */
	mr_str *fields; /* of the record that was read last */
	size_t n, room;
	mr_str *names;
	size_t columns;
	mr_str *cells; /* row after row */
	size_t rows, cells_room;
};

/* ---- records ---- */

static bool add_field(struct csv *csv, mr_str field)
{
	size_t room = csv->room ? csv->room * 2 : 32;

	if (csv->n == csv->room) {
		csv->fields = mr_arena_grow(csv->arena, csv->fields, csv->room * sizeof field, room * sizeof field);
		if (!csv->fields)
			return false;
		csv->room = room;
	}
	csv->fields[csv->n++] = field;
	return true;
}

static bool ends_field(char c)
{
	return c == ',' || c == '\n' || c == '\r';
}

/* A field whose first character is a quote: two quotes are one, and what stands behind the last is kept as it is. */
static mr_code read_quoted(struct csv *csv, mr_str *out)
{
	char *to = csv->at, *from = csv->at;

	for (csv->at++;; csv->at++) {
		if (csv->at == csv->end)
			return mr_error_set(csv->err, MR_INVALID_PARAMETER_VALUE,
					    "Error tokenizing data. C error: EOF inside string starting at row %zu",
					    csv->records);
		if (*csv->at == '"') {
			csv->at++;
			if (csv->at == csv->end || *csv->at != '"')
				break;
		}
		csv->line += *csv->at == '\n';
		*to++ = *csv->at;
	}
	while (csv->at < csv->end && !ends_field(*csv->at))
		*to++ = *csv->at++;
	*out = mr_str_make(from, (size_t)(to - from));
	return MR_OK;
}

static mr_code read_field(struct csv *csv)
{
	char *from = csv->at;
	mr_str field;
	mr_code code;

	if (csv->at < csv->end && *csv->at == '"') {
		code = read_quoted(csv, &field);
		if (code)
			return code;
	} else {
		while (csv->at < csv->end && !ends_field(*csv->at))
			csv->at++;
		field = mr_str_make(from, (size_t)(csv->at - from));
	}
	return add_field(csv, field) ? MR_OK : mr_error_no_memory(csv->err);
}

static void end_line(struct csv *csv)
{
	if (csv->at < csv->end && *csv->at == '\r')
		csv->at++;
	if (csv->at < csv->end && *csv->at == '\n')
		csv->at++;
	csv->line++;
}

static void skip_blank_lines(struct csv *csv)
{
	char *line = csv->at;

	while (line < csv->end) {
		while (line < csv->end && (*line == ' ' || *line == '\t'))
			line++;
		if (line < csv->end && *line != '\n' && *line != '\r')
			return;
		csv->at = line;
		end_line(csv);
		line = csv->at;
	}
	csv->at = csv->end;
}

/* The next record; with n == 0 at the end. *line is where it began. */
static mr_code read_record(struct csv *csv, size_t *line)
{
	mr_code code;

	csv->n = 0;
	skip_blank_lines(csv);
	*line = csv->line;
	if (csv->at == csv->end)
		return MR_OK;
	for (;;) {
		code = read_field(csv);
		if (code)
			return code;
		if (csv->at == csv->end || *csv->at != ',')
			break;
		csv->at++;
	}
	end_line(csv);
	csv->records++;
	return MR_OK;
}

/* ---- the head ---- */

/* A name that was there before gets ".1", ".2" and so on, one without text "Unnamed: N". */
static mr_code read_head(struct csv *csv)
{
	mr_map *seen = mr_map_new(csv->arena, csv->n);
	mr_str name, unique;
	size_t i, count;

	csv->columns = csv->n;
	csv->names = mr_arena_alloc(csv->arena, (csv->n + 1) * sizeof *csv->names);
	for (i = 0; seen && csv->names && i < csv->n; i++) {
		name = csv->fields[i];
		if (!name.len)
			name = mr_arena_printf(csv->arena, "Unnamed: %zu", i);
		unique = name;
		for (count = 1; mr_map_get(seen, unique); count++)
			unique = mr_arena_printf(csv->arena, "%.*s.%zu", MR_STR_ARG(name), count);
		if (!unique.ptr || !mr_map_set(seen, unique, csv, NULL))
			return mr_error_no_memory(csv->err);
		csv->names[i] = unique;
	}
	return seen && csv->names ? MR_OK : mr_error_no_memory(csv->err);
}

/* ---- rows ---- */

static mr_code keep_row(struct csv *csv, size_t skipped)
{
	size_t wanted = (csv->rows + 1) * csv->columns, room = csv->cells_room ? csv->cells_room * 2 : 256, i;
	mr_str *row;

	if (wanted > csv->cells_room) {
		while (room < wanted)
			room *= 2;
		csv->cells = mr_arena_grow(csv->arena, csv->cells, csv->cells_room * sizeof *row, room * sizeof *row);
		if (!csv->cells)
			return mr_error_no_memory(csv->err);
		csv->cells_room = room;
	}
	row = csv->cells + csv->rows++ * csv->columns;
	for (i = 0; i < csv->columns; i++)
		row[i] = i + skipped < csv->n ? csv->fields[i + skipped] : mr_str_make("", 0);
	return MR_OK;
}

/* The first row says how many leading fields are an index without names. */
static mr_code read_rows(struct csv *csv)
{
	size_t line, skipped = 0;
	mr_code code = read_record(csv, &line);

	if (!code && csv->n > csv->columns)
		skipped = csv->n - csv->columns;
	while (!code && csv->n) {
		if (csv->n > csv->columns + skipped)
			return mr_error_set(csv->err, MR_INVALID_PARAMETER_VALUE,
					    "Error tokenizing data. C error: Expected %zu fields in line %zu, saw %zu\n",
					    csv->columns + skipped, line, csv->n);
		code = keep_row(csv, skipped);
		if (!code)
			code = read_record(csv, &line);
	}
	return code;
}

/* ---- values ---- */

static bool is_missing(mr_str s)
{
	static const char *const words[] = {
		"#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>",
		"N/A",	"NA",	    "NULL", "NaN",     "None",	   "n/a",  "nan",  "null",
	};
	size_t i;

	for (i = 0; s.len && i < sizeof words / sizeof *words; i++)
		if (mr_str_is(s, words[i]))
			return true;
	return s.len == 0;
}

static mr_str without_blanks(mr_str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	if (s.len > 1 && s.ptr[0] == '+' && s.ptr[1] != '-' && s.ptr[1] != '+')
		s = mr_str_make(s.ptr + 1, s.len - 1);
	return s;
}

static bool read_int(mr_str s, int64_t *out)
{
	return mr_parse_int64(without_blanks(s), out);
}

/* Infinity is known in any case, with or without its end. */
static bool read_infinity(mr_str s, double *out)
{
	char lower[10];
	size_t i, minus = s.len && s.ptr[0] == '-';

	s = mr_str_make(s.ptr + minus, s.len - minus);
	if (s.len != 3 && s.len != 8)
		return false;
	for (i = 0; i < s.len; i++)
		lower[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];
	lower[s.len] = 0;
	if (strcmp(lower, "inf") && strcmp(lower, "infinity"))
		return false;
	return mr_parse_double(mr_str_from(minus ? "-Infinity" : "Infinity"), out);
}

static bool read_double(mr_str s, double *out)
{
	mr_str bare = without_blanks(s);

	return bare.len && (bare.len == s.len || !strchr("iI", bare.ptr[bare.ptr[0] == '-'])) &&
	       (mr_parse_double(bare, out) || read_infinity(bare, out));
}

static bool read_bool(mr_str s, bool *out)
{
	*out = mr_str_is(s, "True") || mr_str_is(s, "TRUE") || mr_str_is(s, "true");
	return *out || mr_str_is(s, "False") || mr_str_is(s, "FALSE") || mr_str_is(s, "false");
}

static mr_column_type infer(const struct csv *csv, size_t column)
{
	bool ints = true, doubles = true, bools = true, missing = false, truth;
	size_t row, some = 0;
	int64_t whole;
	double number;

	for (row = 0; row < csv->rows && (ints || doubles || bools); row++) {
		mr_str cell = csv->cells[row * csv->columns + column];

		if (is_missing(cell)) {
			missing = true;
			continue;
		}
		some++;
		ints = ints && read_int(cell, &whole);
		doubles = doubles && read_double(cell, &number);
		bools = bools && read_bool(cell, &truth);
	}
	if (!csv->rows)
		return MR_COLUMN_STRING;
	if (!some || (doubles && (!ints || missing)))
		return MR_COLUMN_DOUBLE;
	return ints ? MR_COLUMN_INT64 : bools ? MR_COLUMN_BOOL : MR_COLUMN_STRING;
}

/* Only a column whose type the caller gave has cells that do not fit it. */
static mr_code bad_cell(const struct csv *csv, size_t column, size_t row, const char *what)
{
	mr_str cell = csv->cells[row * csv->columns + column];

	return mr_error_set(csv->err, MR_INVALID_PARAMETER_VALUE, "%s: '%.*s'", what,
			    (int)(cell.len > 200 ? 200 : cell.len), cell.ptr);
}

static mr_code add_cell(const struct csv *csv, mr_table_builder *builder, size_t column, size_t row,
			mr_column_type type)
{
	mr_str cell = csv->cells[row * csv->columns + column];
	int64_t whole;
	double number;
	bool truth;

	if (is_missing(cell))
		return mr_table_add_null(builder, column, csv->err);
	switch (type) {
	case MR_COLUMN_BOOL:
		return read_bool(cell, &truth) ? mr_table_add_int(builder, column, truth, csv->err)
					       : bad_cell(csv, column, row, "could not convert string to bool");
	case MR_COLUMN_INT32:
	case MR_COLUMN_INT64:
		return read_int(cell, &whole) ? mr_table_add_int(builder, column, whole, csv->err)
					      : bad_cell(csv, column, row, "invalid literal for int() with base 10");
	case MR_COLUMN_FLOAT:
	case MR_COLUMN_DOUBLE:
		return read_double(cell, &number) ? mr_table_add_double(builder, column, number, csv->err)
						  : bad_cell(csv, column, row, "could not convert string to float");
	default:
		return mr_table_add_text(builder, column, cell, csv->err);
	}
}

static mr_code make_table(const struct csv *csv, const struct mr_csv_type *types, size_t n, struct mr_table *out)
{
	mr_table_builder *builder = mr_table_builder_new();
	mr_code code = builder ? MR_OK : mr_error_no_memory(csv->err);
	size_t column, row, i;
	mr_column_type type;

	for (column = 0; !code && column < csv->columns; column++) {
		for (i = 0; i < n && !mr_str_eq(types[i].name, csv->names[column]); i++)
			continue;
		type = i < n ? types[i].type : infer(csv, column);
		code = mr_table_add_column(builder, csv->names[column], type, csv->err);
		for (row = 0; !code && row < csv->rows; row++)
			code = add_cell(csv, builder, column, row, type);
	}
	if (!code)
		code = mr_table_finish(builder, out, csv->err);
	mr_table_builder_free(builder);
	return code;
}

mr_code mr_table_read_csv(mr_str bytes, const struct mr_csv_type *types, size_t n, struct mr_table *out, mr_error *err)
{
	struct csv csv = {.arena = mr_arena_new(0), .err = err, .line = 1};
	mr_code code;
	mr_str copy;
	size_t line;

	memset(out, 0, sizeof *out);
	copy = csv.arena ? mr_arena_copy(csv.arena, bytes) : mr_str_make(NULL, 0);
	csv.at = (char *)copy.ptr;
	csv.end = csv.at ? csv.at + copy.len : NULL;
	if (!csv.at)
		code = mr_error_no_memory(err);
	else if (!mr_utf8_valid(bytes))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The CSV is not UTF-8");
	else {
		if (copy.len >= 3 && !memcmp(copy.ptr, "\xef\xbb\xbf", 3))
			csv.at += 3;
		code = read_record(&csv, &line);
		if (!code && !csv.n)
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "No columns to parse from file");
		if (!code)
			code = read_head(&csv);
		if (!code)
			code = read_rows(&csv);
		if (!code)
			code = make_table(&csv, types, n, out);
	}
	mr_arena_free(csv.arena);
	return code;
}
