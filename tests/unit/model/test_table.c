/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <math.h>
#include <stdlib.h>

#include "base/inject.h"

static mr_arena *arena;
static mr_error err;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	mr_error_init(&err);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static mr_str s(const char *text)
{
	return mr_str_from(text);
}

/* ---- what pandas makes of the same text ---- */

static void compare(const char *file, mr_table_format format)
{
	char *text = (char *)test_data(arena, file).ptr, *line, *rest = NULL;
	const mr_json *expected;
	struct mr_table table;
	mr_json *one;
	int count = 0;
	mr_str input;

	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), count++) {
		mr_error_init(&err);
		assert_int_equal(mr_json_parse(s(line), arena, &one, &err), MR_OK);
		input = mr_json_str(mr_json_get(one, "input"), s(""));
		expected = mr_json_get(one, "table");
		if (mr_table_read(input, format, &table, &err)) {
			if (expected)
				fail_msg("%s: %s", line, err.message);
			assert_str(mr_arena_copy(arena, mr_json_str(mr_json_get(one, "error"), s(""))).ptr,
				   mr_str_make(err.message, err.length));
			continue;
		}
		if (!expected)
			fail_msg("no error for %s", line);
		assert_str(mr_arena_copy(arena, expected->text).ptr, dump(arena, &table));
		mr_table_release(&table);
	}
	assert_true(count >= 10);
}

static void csv_is_read_as_pandas_reads_it(void **state)
{
	(void)state;
	compare("csv.jsonl", MR_TABLE_CSV);
}

static void json_is_read_as_pandas_reads_it(void **state)
{
	(void)state;
	compare("json.jsonl", MR_TABLE_JSON);
}

static void bad_json_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"3", "A table is an array of records or an object, not a number"},
		{"[1]", "Record 0 is a number; each record is an object of column names and values"},
		{"[{\"a\":1},{\"a\":\"x\"}]", "Column 'a' has values of several kinds: a number, and a string in row 1"},
		{"[{\"a\":{}}]", "Column 'a' has objects in it"},
		{"{\"a\":[1],\"b\":[1,2]}", "All arrays must be of the same length"},
		{"{\"columns\":[\"a\"],\"data\":[[1,2]]}", "1 columns passed, passed data had 2 columns"},
		{"[{\"a\":[1,2]},{\"a\":[1]}]", "Column 'a' has lists of different lengths: 2, and 1 in row 1"},
		{"{\"a\":1}", "Column 'a' is a number; a table in columns is an object of arrays, or of objects"},
	};
	struct mr_table table;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_table_read(s(cases[i].text), MR_TABLE_JSON, &table, &err),
				 MR_INVALID_PARAMETER_VALUE);
		assert_str(cases[i].message, mr_str_make(err.message, err.length));
	}
}

static void json_lines_and_lists(void **state)
{
	struct mr_table table;

	(void)state;
	assert_int_equal(mr_table_read(s("{\"a\":1,\"v\":[1,2.5]}\n\n{\"a\":2,\"v\":[3,null]}\r\n"), MR_TABLE_JSON_LINES,
				       &table, &err),
			 MR_OK);
	assert_str("a int64: 1 | 2\nv object: [1.0, 2.5] | [3.0, nan]", dump(arena, &table));
	mr_table_release(&table);
	assert_int_equal(mr_table_read(s("{\"a\":1}\n{\n"), MR_TABLE_JSON_LINES, &table, &err), MR_BAD_REQUEST);
	assert_memory_equal(err.message, "Line 2: ", 8);
}

/* ---- Arrow IPC, written by PyArrow ---- */

#define ALL_TYPES                                                                                                      \
	"flag bool: True | null | False | True | True\n"                                                              \
	"i8 int8: 1 | -2 | null | 4 | 5\n"                                                                            \
	"u16 uint16: 1 | 2 | 65535 | null | 5\n"                                                                      \
	"i32 int32: 1 | 2 | 3 | 4 | -5\n"                                                                             \
	"i64 int64: 1 | 2 | 3 | null | 1152921504606846976\n"                                                        \
	"u64 uint64: 1 | 2 | 3 | null | 18446744073709551615\n"                                                      \
	"f16 float16: 0.5 | 1.0 | -2.0 | 0.0 | 65504.0\n"                                                            \
	"f32 float32: 0.1 | null | 3.0 | 4.0 | 1e+30\n"                                                              \
	"f64 float64: 0.1 | null | 3.0 | 4.0 | 1e+300\n"                                                             \
	"text str: a | null |  | d\xc3\xa9 | eeeeeeeeeeeeeeeeeeee\n"                                                  \
	"large str: a | null |  | d | e\n"                                                                            \
	"when datetime64[ns]: 1970-01-01 00:00:00 | 1970-01-01 00:00:00.000000001 | null | "                          \
	"2023-11-14 22:13:20.123456789 | 1969-12-31 23:59:59.999999999\n"                                             \
	"second datetime64[s]: 1970-01-01 00:00:00 | 1970-01-01 00:00:01 | null | 2023-11-14 22:13:20 | "             \
	"1969-12-30 23:59:59\n"                                                                                       \
	"day object: 1970-01-01 | 1970-01-02 | null | 2022-01-08 | 1969-12-31\n"                                      \
	"nothing object: null | null | null | null | null\n"                                                         \
	"lists object: [1.0, 2.0] | [] | null | [3.0] | [4.0]\n"                                                     \
	"pairs object: [1.0, 2.0] | [3.0, 4.0] | null | [5.0, 6.0] | [7.0, 8.0]"

static void arrow_files_of_every_type(void **state)
{
	struct mr_table table;

	(void)state;
	assert_int_equal(mr_table_read_file(test_data_path(arena, "types.arrow"), MR_TABLE_ANY, &table, &err), MR_OK);
	assert_str(ALL_TYPES, dump(arena, &table));
	mr_table_release(&table);
	assert_int_equal(mr_table_read_file(test_data_path(arena, "batches.arrows"), MR_TABLE_ANY, &table, &err),
			 MR_OK);
	assert_str(ALL_TYPES, dump(arena, &table));
	mr_table_release(&table);
	assert_int_equal(mr_table_read_file(test_data_path(arena, "empty.arrows"), MR_TABLE_ANY, &table, &err), MR_OK);
	assert_str("x int64: ", dump(arena, &table));
	mr_table_release(&table);
}

static void arrow_that_is_not_read_says_what_to_do(void **state)
{
	struct mr_table table;

	(void)state;
	assert_int_equal(mr_table_read_file(test_data_path(arena, "dictionary.arrows"), MR_TABLE_ANY, &table, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "dictionary-encoded"));
	mr_error_init(&err);
	assert_int_equal(mr_table_read_file(test_data_path(arena, "compressed.arrows"), MR_TABLE_ANY, &table, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "uncompressed"));
}

/* Of every cut of a file either a table comes or an error; the whole is a table. */
static void arrow_that_is_cut(void **state)
{
	mr_str bytes = test_data(arena, "batches.arrows");
	struct mr_table table;
	size_t n, refused = 0;

	(void)state;
	for (n = 0; n < bytes.len; n += 7) {
		mr_error_init(&err);
		if (mr_table_read(mr_str_make(bytes.ptr, n), MR_TABLE_ARROW, &table, &err)) {
			assert_true(err.length > 0);
			refused++;
		} else {
			mr_table_release(&table);
		}
	}
	assert_true(refused > n / 7 / 2);
}

/* ---- Parquet, written by PyArrow and by pandas ---- */

#define PLAIN_TYPES                                                                                                    \
	"flag bool: True | null | False | True | True\n"                                                              \
	"i8 int32: 1 | -2 | null | 4 | 5\n"                                                                           \
	"u32 int64: 1 | 2 | 4294967295 | null | 5\n"                                                                  \
	"i64 int64: 1 | 2 | 3 | null | 1152921504606846976\n"                                                        \
	"f32 float32: 0.1 | null | 3.0 | 4.0 | 1e+30\n"                                                              \
	"f64 float64: 0.1 | null | 3.0 | 4.0 | 1e+300\n"                                                             \
	"text str: a | null |  | d\xc3\xa9 | eeeeeeeeeeeeeeeeeeee\n"                                                  \
	"day datetime64[ns]: 1970-01-01 00:00:00 | 1970-01-02 00:00:00 | null | 2022-01-08 00:00:00 | "              \
	"1969-12-31 00:00:00\n"                                                                                       \
	"micro datetime64[ns]: 1970-01-01 00:00:00 | 1970-01-01 00:00:00.000001 | null | "                           \
	"2023-11-14 22:13:20.123456 | 1969-12-31 23:59:59.999999\n"                                                  \
	"must int64: 1 | 2 | 3 | 4 | 5"

static void parquet_in_every_form(void **state)
{
	static const char *const files[] = {"plain.parquet", "v2.parquet", "dictionary.parquet"};
	struct mr_table table;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		if (mr_table_read_file(test_data_path(arena, files[i]), MR_TABLE_ANY, &table, &err))
			fail_msg("%s", err.message);
		assert_str(PLAIN_TYPES, dump(arena, &table));
		mr_table_release(&table);
	}
}

/* Several row groups, dictionaries, runs and packed levels: every value is what pandas reads. */
static void parquet_of_pandas(void **state)
{
	char *text = (char *)test_data(arena, "pandas.parquet.txt").ptr, *at = text;
	struct mr_table table;
	mr_str *values;
	size_t column, row;

	(void)state;
	if (mr_table_read_file(test_data_path(arena, "pandas.parquet"), MR_TABLE_PARQUET, &table, &err))
		fail_msg("%s", err.message);
	assert_int_equal(mr_table_rows(&table), 3000);
	assert_int_equal(mr_table_columns(&table), 5);
	for (column = 0; column < 5; column++) {
		assert_string_equal(strsep(&at, "\n"), mr_table_name(&table.schema, column).ptr);
		assert_int_equal(mr_table_texts(&table.schema, &table.array, column, arena, &values, &err), MR_OK);
		for (row = 0; row < 3000; row++)
			assert_string_equal(strsep(&at, "\n"),
					    !values[row].ptr || mr_str_is(values[row], "nan") ? "null" : values[row].ptr);
	}
	mr_table_release(&table);
}

static void parquet_that_is_not_read_says_why(void **state)
{
	struct mr_table table;
	mr_str bytes;
	size_t n;

	(void)state;
	assert_int_equal(mr_table_read_file(test_data_path(arena, "zstd.parquet"), MR_TABLE_ANY, &table, &err),
			 MR_NOT_IMPLEMENTED);
	assert_non_null(strstr(err.message, "write it with snappy"));
	mr_error_init(&err);
	assert_int_equal(mr_table_read_file(test_data_path(arena, "nested.parquet"), MR_TABLE_ANY, &table, &err),
			 MR_NOT_IMPLEMENTED);
	assert_non_null(strstr(err.message, "Column 'lists' of the Parquet data is nested"));
	bytes = test_data(arena, "v2.parquet");
	for (n = 0; n < bytes.len; n += 5) {
		mr_error_init(&err);
		assert_int_not_equal(mr_table_read(mr_str_make(bytes.ptr, n), MR_TABLE_PARQUET, &table, &err), MR_OK);
		assert_true(err.length > 0);
	}
}

/* ---- the builder ---- */

static mr_code build(struct mr_table *table)
{
	static const double first[] = {1, 2, 3}, second[] = {4, 5, 6.5};
	mr_table_builder *b = mr_table_builder_new();
	mr_code code = b ? MR_OK : MR_RESOURCE_EXHAUSTED;
	int row;

	memset(table, 0, sizeof *table);
	if (!code)
		code = mr_table_add_column(b, s("flag"), MR_COLUMN_BOOL, &err);
	if (!code)
		code = mr_table_add_column(b, s("n"), MR_COLUMN_INT32, &err);
	if (!code)
		code = mr_table_add_column(b, s("x"), MR_COLUMN_FLOAT, &err);
	if (!code)
		code = mr_table_add_column(b, s("t"), MR_COLUMN_STRING, &err);
	if (!code)
		code = mr_table_add_column(b, s("when"), MR_COLUMN_DATETIME, &err);
	if (!code)
		code = mr_table_add_list_column(b, s("v"), MR_COLUMN_DOUBLE, 3, &err);
	for (row = 0; !code && row < 3; row++) {
		code = row == 1 ? mr_table_add_null(b, 0, &err) : mr_table_add_int(b, 0, row == 0, &err);
		if (!code)
			code = row == 1 ? mr_table_add_null(b, 1, &err) : mr_table_add_int(b, 1, -row, &err);
		if (!code)
			code = row == 1 ? mr_table_add_null(b, 2, &err) : mr_table_add_double(b, 2, 0.1, &err);
		if (!code)
			code = row == 1 ? mr_table_add_null(b, 3, &err) : mr_table_add_text(b, 3, s("caf\xc3\xa9"), &err);
		if (!code)
			code = row == 1 ? mr_table_add_null(b, 4, &err) : mr_table_add_int(b, 4, 86400000000000, &err);
		if (!code)
			code = row == 1 ? mr_table_add_null(b, 5, &err)
					: mr_table_add_list(b, 5, row ? second : first, &err);
	}
	if (!code)
		code = mr_table_finish(b, table, &err);
	mr_table_builder_free(b);
	return code;
}

#define BUILT                                                                                                          \
	"flag bool: True | null | False\nn int32: 0 | null | -2\nx float32: 0.1 | null | 0.1\n"                       \
	"t str: caf\xc3\xa9 | null | caf\xc3\xa9\n"                                                                   \
	"when datetime64[ns]: 1970-01-02 00:00:00 | null | 1970-01-02 00:00:00\n"                                     \
	"v object: [1.0, 2.0, 3.0] | null | [4.0, 5.0, 6.5]"

static void a_table_is_built_cell_by_cell(void **state)
{
	struct mr_table table;

	(void)state;
	assert_int_equal(build(&table), MR_OK);
	assert_str(BUILT, dump(arena, &table));
	assert_int_equal(mr_table_rows(&table), 3);
	assert_int_equal(table.array.children[1]->null_count, 1);
	mr_table_release(&table);
	mr_table_release(&table);
}

static void what_does_not_fit_is_refused(void **state)
{
	mr_table_builder *b = mr_table_builder_new();
	struct mr_table table;

	(void)state;
	assert_non_null(b);
	assert_int_equal(mr_table_add_column(b, s("b"), MR_COLUMN_BOOL, &err), MR_OK);
	assert_int_equal(mr_table_add_column(b, s("i"), MR_COLUMN_INT32, &err), MR_OK);
	assert_int_equal(mr_table_add_column(b, s("f"), MR_COLUMN_FLOAT, &err), MR_OK);
	assert_int_equal(mr_table_add_column(b, s("d"), MR_COLUMN_DOUBLE, &err), MR_OK);
	assert_int_equal(mr_table_add_column(b, s("s"), MR_COLUMN_STRING, &err), MR_OK);
	assert_int_equal(mr_table_add_int(b, 0, 2, NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_int(b, 1, INT64_C(1) << 31, NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_int(b, 2, (1 << 24) + 1, NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_double(b, 2, 1e300, NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_double(b, 2, INFINITY, NULL), MR_OK);
	assert_int_equal(mr_table_add_int(b, 3, (INT64_C(1) << 53) + 1, NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_double(b, 1, 1.0, NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_text(b, 4, s("\xff"), NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_text(b, 3, s("x"), NULL), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_table_add_int(b, 9, 1, &err), MR_INVALID_PARAMETER_VALUE);
	assert_str("There is no column 9; the table has 5", mr_str_make(err.message, err.length));
	mr_error_init(&err);
	assert_int_equal(mr_table_finish(b, &table, &err), MR_INVALID_PARAMETER_VALUE);
	assert_str("Column 'f' has 1 rows where 'b' has 0", mr_str_make(err.message, err.length));
	mr_table_builder_free(b);
}

/* A part of a table, as a slice of Arrow's is: an offset, and fewer rows. */
static void some_columns_of_a_slice(void **state)
{
	const mr_str names[] = {s("v"), s("t"), s("flag")}, missing[] = {s("nope")};
	struct mr_table table, part;
	double *values;

	(void)state;
	assert_int_equal(build(&table), MR_OK);
	table.array.offset = 1;
	table.array.length = 2;
	assert_int_equal(mr_table_select(&table.schema, &table.array, names, 3, &part, &err), MR_OK);
	assert_str("v object: null | [4.0, 5.0, 6.5]\nt str: null | caf\xc3\xa9\nflag bool: null | False",
		   dump(arena, &part));
	mr_table_release(&part);
	assert_int_equal(mr_table_doubles(&table.schema, &table.array, 1, arena, &values, &err), MR_OK);
	assert_true(isnan(values[0]) && values[1] == -2);
	assert_int_equal(mr_table_doubles(&table.schema, &table.array, 3, arena, &values, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_str("Column 't' is of type str; numbers are needed", mr_str_make(err.message, err.length));
	mr_error_init(&err);
	assert_int_equal(mr_table_select(&table.schema, &table.array, missing, 1, &part, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_str("There is no column 'nope'. The columns are: 'flag', 'n', 'x', 't', 'when', 'v'",
		   mr_str_make(err.message, err.length));
	mr_table_release(&table);
}

static void running_out_of_memory_leaves_nothing(void **state)
{
	const mr_str names[] = {s("v"), s("t")};
	struct mr_table table, part;
	mr_code code;
	long n;

	(void)state;
	for (n = 1;; n++) {
		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		code = build(&table);
		if (!code) {
			code = mr_table_select(&table.schema, &table.array, names, 2, &part, &err);
			if (!code)
				mr_table_release(&part);
			mr_table_release(&table);
		}
		if (!mr_inject_alloc_off())
			break;
		assert_int_equal(code, MR_RESOURCE_EXHAUSTED);
	}
	assert_int_equal(code, MR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(csv_is_read_as_pandas_reads_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_is_read_as_pandas_reads_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_json_is_refused_with_a_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_lines_and_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(arrow_files_of_every_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(arrow_that_is_not_read_says_what_to_do, set_up, tear_down),
		cmocka_unit_test_setup_teardown(arrow_that_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parquet_in_every_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parquet_of_pandas, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parquet_that_is_not_read_says_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_table_is_built_cell_by_cell, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(some_columns_of_a_slice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(running_out_of_memory_leaves_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
