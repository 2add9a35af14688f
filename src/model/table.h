/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables, as they cross the plugin ABI: the Arrow C data interface, a struct
 * ("+s") with a child for each column. Made by a builder or read from a file or
 * from bytes; read column by column.
 */
#ifndef MR_MODEL_TABLE_H
#define MR_MODEL_TABLE_H

#include <millrace/arrow.h>

#include "base/arena.h"

/* The owner of a table; all zero is an empty one. */
struct mr_table {
	struct ArrowSchema schema;
	struct ArrowArray array;
};

void mr_table_release(struct mr_table *table); /* the empty one, too */

static inline size_t mr_table_rows(const struct mr_table *table)
{
	return (size_t)table->array.length;
}

static inline size_t mr_table_columns(const struct mr_table *table)
{
	return (size_t)table->array.n_children;
}

mr_str mr_table_name(const struct ArrowSchema *schema, size_t column);
/* The column of this name, or -1. */
int64_t mr_table_find(const struct ArrowSchema *schema, mr_str name);

/* ---- reading columns ---- */

/* The column as doubles: numbers and booleans, NaN where null. Another type is
 * MR_INVALID_PARAMETER_VALUE that names the column and its type. */
mr_code mr_table_doubles(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column,
			 mr_arena *arena, double **out, mr_error *err);
/* The column as texts, of any plain type, as Python's str() prints the value; ptr NULL where null. */
mr_code mr_table_texts(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column,
		       mr_arena *arena, mr_str **out, mr_error *err);

/* ---- making tables ---- */

typedef enum mr_column_type {
	MR_COLUMN_BOOL = 1, /* format "b" */
	MR_COLUMN_INT32 = 2, /* "i" */
	MR_COLUMN_INT64 = 3, /* "l" */
	MR_COLUMN_FLOAT = 4, /* "f" */
	MR_COLUMN_DOUBLE = 5, /* "g" */
	MR_COLUMN_STRING = 6, /* "u", or "U" when it is large */
	MR_COLUMN_BINARY = 7, /* "z" */
	MR_COLUMN_DATETIME = 8 /* "tsn:", nanoseconds since 1970 */
} mr_column_type;

typedef struct mr_table_builder mr_table_builder;

mr_table_builder *mr_table_builder_new(void); /* NULL when out of memory */
void mr_table_builder_free(mr_table_builder *builder);
/* The next column; its number is how many were added before it. */
mr_code mr_table_add_column(mr_table_builder *builder, mr_str name, mr_column_type type, mr_error *err);
/* The next cell of a column. Integers go into every numeric type, doubles into the
 * floating ones (rounded to the nearest in one of 32 bits); an integer that does
 * not fit without loss, or a double that becomes infinite, is MR_INVALID_PARAMETER_VALUE. */
mr_code mr_table_add_null(mr_table_builder *builder, size_t column, mr_error *err);
mr_code mr_table_add_int(mr_table_builder *builder, size_t column, int64_t value, mr_error *err);
mr_code mr_table_add_double(mr_table_builder *builder, size_t column, double value, mr_error *err);
mr_code mr_table_add_text(mr_table_builder *builder, size_t column, mr_str value, mr_error *err);
/* A list in a column of lists of doubles, made by mr_table_add_list_column: for
 * probabilities and tensors of one dimension behind the first. */
mr_code mr_table_add_list_column(mr_table_builder *builder, mr_str name, mr_column_type item, size_t width,
				 mr_error *err);
mr_code mr_table_add_list(mr_table_builder *builder, size_t column, const double *values, mr_error *err);
/* All columns must have as many cells. The builder is empty afterwards. */
mr_code mr_table_finish(mr_table_builder *builder, struct mr_table *out, mr_error *err);

/* A copy of some columns, in this order; names that are not there are an error that lists what there is. */
mr_code mr_table_select(const struct ArrowSchema *schema, const struct ArrowArray *table, const mr_str *names, size_t n,
			struct mr_table *out, mr_error *err);

/* ---- files and bytes ---- */

typedef enum mr_table_format {
	MR_TABLE_ANY = 0, /* by the file's suffix, then by its first bytes */
	MR_TABLE_CSV = 1, /* with a head; types as pandas.read_csv infers them */
	MR_TABLE_JSON = 2, /* pandas' orients: records, split, columns (an object of objects or arrays) */
	MR_TABLE_JSON_LINES = 3,
	MR_TABLE_ARROW = 4, /* IPC, file or stream */
	MR_TABLE_PARQUET = 5 /* plain columns, Snappy or no compression; without pandas' index */
} mr_table_format;

mr_code mr_table_read_file(mr_str path, mr_table_format format, struct mr_table *out, mr_error *err);
mr_code mr_table_read(mr_str bytes, mr_table_format format, struct mr_table *out, mr_error *err);

#endif
