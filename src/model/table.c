/* SPDX-License-Identifier: Apache-2.0
 *
 * Arrow structures that own their parts, and what is asked of any table.
 */
#include "model/table.h"

#include "base/inject.h"
#include "base/buf.h"
#include "model/table_parts.h"

/* ---- nodes ---- */

/* Both kinds of node are made as one block: what the structure points at stands behind its owner. */
struct schema_owner {
	struct ArrowSchema **children;
	struct ArrowSchema *items;
	char *texts; /* format, NUL, name, NUL */
};

struct array_owner {
	const void *buffers[MR_TABLE_BUFFERS_MAX];
	struct ArrowArray **children;
	struct ArrowArray *items;
};

static void schema_release(struct ArrowSchema *schema)
{
	struct schema_owner *owner = schema->private_data;
	int64_t i;

	for (i = 0; i < schema->n_children; i++)
		if (owner->items[i].release)
			owner->items[i].release(&owner->items[i]);
	mr_free(owner->children);
	mr_free(owner->items);
	mr_free(owner->texts);
	mr_free(owner);
	memset(schema, 0, sizeof *schema);
}

static void array_release(struct ArrowArray *array)
{
	struct array_owner *owner = array->private_data;
	int64_t i;

	for (i = 0; i < array->n_children; i++)
		if (owner->items[i].release)
			owner->items[i].release(&owner->items[i]);
	for (i = 0; i < MR_TABLE_BUFFERS_MAX; i++)
		mr_free((void *)owner->buffers[i]);
	mr_free(owner->children);
	mr_free(owner->items);
	mr_free(owner);
	memset(array, 0, sizeof *array);
}

mr_code mr_table_schema_new(struct ArrowSchema *out, const char *format, mr_str name, size_t n_children, mr_error *err)
{
	struct schema_owner *owner = mr_calloc(1, sizeof *owner);
	size_t format_size = strlen(format) + 1, i;

	memset(out, 0, sizeof *out);
	if (!owner)
		return mr_error_no_memory(err);
	owner->texts = mr_malloc(format_size + name.len + 1);
	owner->items = mr_calloc(n_children + 1, sizeof *owner->items);
	owner->children = mr_calloc(n_children + 1, sizeof *owner->children);
	out->private_data = owner;
	out->release = schema_release;
	if (!owner->texts || !owner->items || !owner->children) {
		schema_release(out);
		return mr_error_no_memory(err);
	}
	memcpy(owner->texts, format, format_size);
	if (name.len)
		memcpy(owner->texts + format_size, name.ptr, name.len);
	owner->texts[format_size + name.len] = 0;
	for (i = 0; i < n_children; i++)
		owner->children[i] = &owner->items[i];
	out->format = owner->texts;
	out->name = owner->texts + format_size;
	out->flags = ARROW_FLAG_NULLABLE;
	out->n_children = (int64_t)n_children;
	out->children = n_children ? owner->children : NULL;
	return MR_OK;
}

mr_code mr_table_array_new(struct ArrowArray *out, size_t n_buffers, size_t n_children, mr_error *err)
{
	struct array_owner *owner = mr_calloc(1, sizeof *owner);
	size_t i;

	memset(out, 0, sizeof *out);
	if (!owner)
		return mr_error_no_memory(err);
	owner->items = mr_calloc(n_children + 1, sizeof *owner->items);
	owner->children = mr_calloc(n_children + 1, sizeof *owner->children);
	out->private_data = owner;
	out->release = array_release;
	if (!owner->items || !owner->children) {
		array_release(out);
		return mr_error_no_memory(err);
	}
	for (i = 0; i < n_children; i++)
		owner->children[i] = &owner->items[i];
	out->n_buffers = (int64_t)n_buffers;
	out->buffers = owner->buffers;
	out->n_children = (int64_t)n_children;
	out->children = n_children ? owner->children : NULL;
	return MR_OK;
}

void mr_table_release(struct mr_table *table)
{
	if (table->schema.release)
		table->schema.release(&table->schema);
	if (table->array.release)
		table->array.release(&table->array);
	memset(table, 0, sizeof *table);
}

/* ---- what is asked ---- */

mr_str mr_table_name(const struct ArrowSchema *schema, size_t column)
{
	return mr_str_from(schema->children[column]->name);
}

int64_t mr_table_find(const struct ArrowSchema *schema, mr_str name)
{
	int64_t i;

	for (i = 0; i < schema->n_children; i++)
		if (mr_str_eq(mr_table_name(schema, (size_t)i), name))
			return i;
	return -1;
}

static const struct {
	mr_column_type type;
	const char *format;
	size_t size;
} column_types[] = {
	{MR_COLUMN_BOOL, "b", 0},   {MR_COLUMN_INT32, "i", 4},	{MR_COLUMN_INT64, "l", 8},
	{MR_COLUMN_FLOAT, "f", 4},  {MR_COLUMN_DOUBLE, "g", 8}, {MR_COLUMN_STRING, "u", 0},
	{MR_COLUMN_BINARY, "z", 0}, {MR_COLUMN_DATETIME, "tsn:", 8},
};

const char *mr_table_format_of(mr_column_type type)
{
	size_t i;

	for (i = 0; i < sizeof column_types / sizeof *column_types; i++)
		if (column_types[i].type == type)
			return column_types[i].format;
	return NULL;
}

size_t mr_table_item_size(mr_column_type type)
{
	size_t i;

	for (i = 0; i < sizeof column_types / sizeof *column_types; i++)
		if (column_types[i].type == type)
			return column_types[i].size;
	return 0;
}

const char *mr_table_type_name(const struct ArrowSchema *column)
{
	static const struct {
		const char *format, *name;
	} names[] = {
		{"b", "bool"},	 {"c", "int8"},	  {"C", "uint8"},   {"s", "int16"},   {"S", "uint16"},
		{"i", "int32"},	 {"I", "uint32"}, {"l", "int64"},   {"L", "uint64"},  {"e", "float16"},
		{"f", "float32"}, {"g", "float64"}, {"u", "str"},   {"U", "str"},     {"z", "bytes"},
		{"Z", "bytes"},	 {"n", "object"},
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(column->format, names[i].format))
			return names[i].name;
	if (!strncmp(column->format, "tsn", 3))
		return "datetime64[ns]";
	if (!strncmp(column->format, "tsu", 3))
		return "datetime64[us]";
	if (!strncmp(column->format, "tsm", 3))
		return "datetime64[ms]";
	if (!strncmp(column->format, "tss", 3))
		return "datetime64[s]";
	return "object";
}
