/* SPDX-License-Identifier: Apache-2.0
 *
 * Hashes and digests: the expected values are those of pandas 3.1.1 and of MLflow 3.17.2 for the same tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "evaluate/dataset.h"
#include "evaluate/hash.h"
#include "model/table.h"

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

static void is_text(const char *expected, mr_str got)
{
	assert_true(got.len > 0);
	assert_string_equal(expected, got.ptr);
}

static void hashes(const struct mr_table *table, const uint64_t *expected, size_t n)
{
	uint64_t got[8];

	assert_int_equal(hash_column(&table->schema, &table->array, 0, 0, n, arena, got, &err), MR_OK);
	for (size_t i = 0; i < n; i++)
		if (got[i] != expected[i])
			fail_msg("cell %zu: %llx is not %llx", i, (unsigned long long)got[i], (unsigned long long)expected[i]);
}

static struct mr_table finish(mr_table_builder *b)
{
	struct mr_table table;

	assert_int_equal(mr_table_finish(b, &table, &err), MR_OK);
	mr_table_builder_free(b);
	return table;
}

static mr_table_builder *column(mr_column_type type)
{
	mr_table_builder *b = mr_table_builder_new();

	assert_int_equal(mr_table_add_column(b, mr_str_from("c"), type, &err), MR_OK);
	return b;
}

static void numbers(void **state)
{
	static const uint64_t whole[] = {0x5692161d100b05e5, 0xb4d055fcf2cbbd7b, 0x12e13752bce754c5};
	static const uint64_t floats[] = {0x440fe4ce5f2d375, 0, 0x469bf2dcc1aa179b}, narrow[] = {0x95c1de1967f3f56e, 0};
	static const uint64_t small[] = {0x12ae30237b17df14, 0x7d2b35320bf1ffc5}, truths[] = {0x5692161d100b05e5, 0};
	mr_table_builder *b = column(MR_COLUMN_INT64);
	struct mr_table table;

	(void)state;
	mr_table_add_int(b, 0, 1, &err);
	mr_table_add_int(b, 0, -1, &err);
	mr_table_add_int(b, 0, INT64_C(1) << 62, &err);
	table = finish(b);
	hashes(&table, whole, 3);
	mr_table_release(&table);
	b = column(MR_COLUMN_DOUBLE);
	mr_table_add_double(b, 0, 0.5, &err);
	mr_table_add_double(b, 0, -0.0, &err); /* equal to 0, so hashed as 0 */
	mr_table_add_null(b, 0, &err);
	table = finish(b);
	hashes(&table, floats, 3);
	mr_table_release(&table);
	b = column(MR_COLUMN_FLOAT);
	mr_table_add_double(b, 0, 1.5, &err);
	mr_table_add_double(b, 0, -0.0, &err);
	table = finish(b);
	hashes(&table, narrow, 2);
	mr_table_release(&table);
	b = column(MR_COLUMN_INT32);
	mr_table_add_int(b, 0, 7, &err);
	mr_table_add_int(b, 0, -7, &err);
	table = finish(b);
	hashes(&table, small, 2);
	mr_table_release(&table);
	b = column(MR_COLUMN_BOOL);
	mr_table_add_int(b, 0, 1, &err);
	mr_table_add_int(b, 0, 0, &err);
	table = finish(b);
	hashes(&table, truths, 2);
	mr_table_release(&table);
}

static void texts(void **state)
{
	static const char *const cells[] = {"", "a", "abcdefgh", "\xc3\xa9 and nine"};
	static const uint64_t expected[] = {0x186da64456263a46, 0xc1999a454057bfd0, 0xc428b08d4425824a, 0xf940617c1ee058dc, UINT64_MAX};
	mr_table_builder *b = column(MR_COLUMN_STRING);
	struct mr_table table;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		mr_table_add_text(b, 0, mr_str_from(cells[i]), &err);
	mr_table_add_null(b, 0, &err);
	table = finish(b);
	hashes(&table, expected, 5);
	mr_table_release(&table);
}

/* {'n': 0.., 't': ['x', 'y', 'x', 'é', ''] again and again, 'b': True} */
static struct mr_table make(size_t rows, int64_t first, bool flag)
{
	static const char *const cells[] = {"x", "y", "x", "\xc3\xa9", ""};
	mr_table_builder *b = mr_table_builder_new();

	mr_table_add_column(b, mr_str_from("n"), MR_COLUMN_INT64, &err);
	mr_table_add_column(b, mr_str_from("t"), MR_COLUMN_STRING, &err);
	if (flag)
		mr_table_add_column(b, mr_str_from("b"), MR_COLUMN_BOOL, &err);
	for (size_t i = 0; i < rows; i++) {
		mr_table_add_int(b, 0, (int64_t)i + first, &err);
		mr_table_add_text(b, 1, mr_str_from(cells[i % 5]), &err);
		if (flag)
			mr_table_add_int(b, 2, 1, &err);
	}
	return finish(b);
}

static void rows(void **state)
{
	static const size_t columns[] = {0, 1};
	static const uint64_t expected[] = {0xd9077a81de17763d, 0x535dc871a0b97044, 0x54019e7437493f8e};
	struct mr_table table = make(3, 1, false);
	uint64_t got[3];

	(void)state;
	assert_int_equal(hash_rows(&table.schema, &table.array, columns, 2, 0, 3, arena, got, &err), MR_OK);
	assert_memory_equal(got, expected, sizeof expected);
	assert_int_equal(hash_rows(&table.schema, &table.array, columns, 2, 1, 2, arena, got, &err), MR_OK);
	assert_memory_equal(got, expected + 1, 2 * sizeof *expected); /* the index goes on */
	mr_table_release(&table);
}

static void digests(void **state)
{
	static const size_t only_t[] = {1}, n_and_b[] = {0, 2}, only_b[] = {2};
	struct mr_table table = make(3, 1, false);
	struct dataset d = {.schema = &table.schema, .table = &table.array, .targets = 0, .predictions = -1, .features = only_t,
			    .features_n = 1};
	mr_str got;

	(void)state;
	assert_int_equal(dataset_digest(&d, arena, &got, &err), MR_OK);
	is_text("3e113852", got);
	assert_int_equal(dataset_hash(&d, arena, &got, &err), MR_OK);
	is_text("3c326b56d6f11f6307133953f0f75c6d", got);
	mr_table_release(&table);
	table = make(25, 0, true);
	d = (struct dataset){.schema = &table.schema, .table = &table.array, .targets = 1, .predictions = -1, .features = n_and_b,
			     .features_n = 2};
	assert_int_equal(dataset_digest(&d, arena, &got, &err), MR_OK);
	is_text("b7ab12c7", got);
	assert_int_equal(dataset_hash(&d, arena, &got, &err), MR_OK);
	is_text("ed9613d54931742a2f3bca7e35d9fd0c", got);
	d.predictions = 0;
	d.features = only_b;
	d.features_n = 1;
	assert_int_equal(dataset_hash(&d, arena, &got, &err), MR_OK);
	is_text("bb23cfdd053a1a4141e9b34cabde7b31", got);
	mr_table_release(&table);
}

static void descriptions(void **state)
{
	struct mr_table table = make(3, 1, true);
	struct dataset d = {.schema = &table.schema, .table = &table.array, .path = mr_str_from("/data/\"x\".csv")};
	mr_str type, got;

	(void)state;
	assert_int_equal(dataset_schema(&d, arena, &got, &err), MR_OK);
	is_text("{\"mlflow_colspec\": [{\"type\": \"long\", \"name\": \"n\", \"required\": true}, {\"type\": \"string\", \"name\": \"t\", "
		"\"required\": true}, {\"type\": \"boolean\", \"name\": \"b\", \"required\": true}]}",
		got);
	assert_int_equal(dataset_profile(&d, arena, &got, &err), MR_OK);
	is_text("{\"num_rows\": 3, \"num_elements\": 9}", got);
	assert_int_equal(dataset_source(&d, arena, &type, &got, &err), MR_OK);
	is_text("local", type);
	is_text("{\"uri\": \"/data/\\\"x\\\".csv\"}", got);
	mr_table_release(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(texts),	   cmocka_unit_test(rows),
		cmocka_unit_test(digests), cmocka_unit_test(descriptions),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
