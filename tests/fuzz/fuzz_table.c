/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables: any bytes, in any format, are refused with a message or become a table,
 * of which every column can be read and copied.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void read_columns(const struct mr_table *table, mr_arena *arena)
{
	struct mr_table copy;
	double *numbers;
	mr_str *texts, name;
	mr_error err;
	size_t i;

	for (i = 0; i < mr_table_columns(table); i++) {
		mr_error_init(&err);
		require(table->schema.children[i]->release && table->array.children[i]->release);
		require(table->array.children[i]->length == table->array.length);
		name = mr_table_name(&table->schema, i);
		require(mr_table_find(&table->schema, name) >= 0);
		if (table->array.length > 1 << 20)
			continue;
		require(!mr_table_doubles(&table->schema, &table->array, i, arena, &numbers, &err) || err.length);
		mr_error_init(&err);
		require(!mr_table_texts(&table->schema, &table->array, i, arena, &texts, &err) || err.length);
		mr_error_init(&err);
		require(mr_table_select(&table->schema, &table->array, &name, 1, &copy, &err) == MR_OK);
		mr_table_release(&copy);
	}
}

/* The first byte says in which format. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_arena *arena = mr_arena_new((size_t)256 << 20);
	struct mr_table table;
	mr_error err;

	if (!arena || !size)
		goto out;
	mr_error_init(&err);
	if (mr_table_read(mr_str_make((const char *)data + 1, size - 1), (mr_table_format)(data[0] % 6), &table, &err) ==
	    MR_OK)
		read_columns(&table, arena);
	else
		require(err.code != MR_OK && err.length > 0);
	mr_table_release(&table);
out:
	mr_arena_free(arena);
	return 0;
}
