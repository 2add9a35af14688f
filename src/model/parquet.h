/* SPDX-License-Identifier: Apache-2.0
 *
 * Between table_parquet.c, which reads what a file says of itself, and
 * parquet_pages.c, which reads the values.
 */
#ifndef MR_MODEL_PARQUET_H
#define MR_MODEL_PARQUET_H

#include "base/arena.h"
#include "model/table.h"

enum mr_parquet_type {
	MR_PARQUET_BOOLEAN = 0,
	MR_PARQUET_INT32 = 1,
	MR_PARQUET_INT64 = 2,
	MR_PARQUET_INT96 = 3,
	MR_PARQUET_FLOAT = 4,
	MR_PARQUET_DOUBLE = 5,
	MR_PARQUET_BYTES = 6,
	MR_PARQUET_FIXED = 7
};

struct mr_parquet_column {
	mr_str name;
	int type; /* mr_parquet_type */
	bool optional;
	bool skipped; /* pandas' index */
	mr_column_type becomes;
	bool is_unsigned;
	int64_t factor; /* of a time: nanoseconds of one */
};

/* A column's values in one row group. */
struct mr_parquet_chunk {
	int codec;
	int64_t values, size, data_at, dictionary_at; /* of the file; 0: there is none */
};

/* Adds the chunk's values to the builder's column. rows: how many there must be. */
mr_code mr_parquet_chunk_read(mr_str file, const struct mr_parquet_column *column, const struct mr_parquet_chunk *chunk,
			      int64_t rows, mr_table_builder *builder, size_t at, mr_arena *arena, mr_error *err);

mr_code mr_parquet_broken(const struct mr_parquet_column *column, const char *why, mr_error *err);

#endif
