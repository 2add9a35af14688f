/* SPDX-License-Identifier: Apache-2.0
 *
 * Between table*.c and tensor.c: nodes of Arrow structures that own what is
 * below them, and one column seen element by element.
 */
#ifndef MR_MODEL_TABLE_PARTS_H
#define MR_MODEL_TABLE_PARTS_H

#include "model/table.h"

#define MR_TABLE_BUFFERS_MAX 3

/* A schema of this format with n children, all empty; name may be NULL. */
mr_code mr_table_schema_new(struct ArrowSchema *out, const char *format, mr_str name, size_t n_children, mr_error *err);
/* An array with so many buffers, all NULL, and n children, all empty. Buffers set
 * later must come from mr_malloc: release frees them. */
mr_code mr_table_array_new(struct ArrowArray *out, size_t n_buffers, size_t n_children, mr_error *err);

/* The format that a column type has. */
const char *mr_table_format_of(mr_column_type type);
size_t mr_table_item_size(mr_column_type type); /* bytes; 0 for what has another layout (bits, texts) */
/* As Python or pandas would call the type of a column of this format: "int64", "object". */
const char *mr_table_type_name(const struct ArrowSchema *column);

/* ---- one column, element by element ---- */

typedef enum mr_element_kind {
	MR_ELEMENT_NULL,
	MR_ELEMENT_BOOL,
	MR_ELEMENT_INT, /* of any width */
	MR_ELEMENT_UINT,
	MR_ELEMENT_FLOAT, /* 16, 32 or 64 bits */
	MR_ELEMENT_TEXT,
	MR_ELEMENT_BINARY,
	MR_ELEMENT_DATETIME, /* int64 since 1970 in `unit` */
	MR_ELEMENT_DATE, /* days or milliseconds */
	MR_ELEMENT_LIST, /* of any length */
	MR_ELEMENT_FIXED_LIST,
	MR_ELEMENT_OTHER
} mr_element_kind;

struct mr_column_view {
	mr_element_kind kind;
	int bits; /* of a number, or of the offsets of texts and lists */
	char unit; /* of a time: 's', 'm', 'u', 'n' */
	size_t width; /* of a fixed list */
	size_t length;
	int64_t first; /* where row 0 is in the buffers */
	const uint8_t *validity; /* or NULL */
	const void *values; /* numbers, bits, or the bytes of texts */
	const void *offsets;
	const struct ArrowSchema *schema;
	const struct ArrowArray *array;
};

/* Kind, bits, unit and width of a format; the rest is zero. How many buffers it has. */
void mr_column_view_kind(struct mr_column_view *view, const struct ArrowSchema *schema);
size_t mr_column_view_buffers(const struct mr_column_view *view);
/* Fails when buffers are missing, or when the column is of a dictionary. */
mr_code mr_column_view_init(struct mr_column_view *view, const struct ArrowSchema *schema,
			    const struct ArrowArray *table, size_t column, mr_error *err);
/* The same of a node that stands alone, from its row `first` on. */
mr_code mr_column_view_node(struct mr_column_view *view, const struct ArrowSchema *node, const struct ArrowArray *array,
			    int64_t first, size_t length, mr_error *err);
bool mr_column_view_null(const struct mr_column_view *view, size_t row);
int64_t mr_column_view_int(const struct mr_column_view *view, size_t row); /* BOOL, INT, UINT, DATETIME, DATE */
double mr_column_view_double(const struct mr_column_view *view, size_t row); /* BOOL, INT, UINT, FLOAT */
mr_str mr_column_view_bytes(const struct mr_column_view *view, size_t row); /* TEXT, BINARY */
int64_t mr_column_view_nanoseconds(const struct mr_column_view *view, size_t row); /* DATETIME, DATE */

/* ---- copies ---- */

struct mr_table_piece {
	const struct ArrowArray *array;
	int64_t first; /* a row of the array, besides its own offset */
	size_t length;
};

/* n > 0 pieces of one schema become one column that owns what it has. After a failure the caller still releases both. */
mr_code mr_table_copy_column(const struct ArrowSchema *schema, const struct mr_table_piece *pieces, size_t n,
			     struct ArrowSchema *out_schema, struct ArrowArray *out, mr_error *err);

/* ---- reading, one a format ---- */

struct mr_csv_type {
	mr_str name;
	mr_column_type type;
};

/* types: what columns are whatever is in them, as read_csv's dtype; the rest is inferred. */
mr_code mr_table_read_csv(mr_str bytes, const struct mr_csv_type *types, size_t n, struct mr_table *out, mr_error *err);
mr_code mr_table_read_json(mr_str bytes, struct mr_table *out, mr_error *err);
mr_code mr_table_read_json_lines(mr_str bytes, struct mr_table *out, mr_error *err);
mr_code mr_table_read_arrow(mr_str bytes, struct mr_table *out, mr_error *err);
mr_code mr_table_read_parquet(mr_str bytes, struct mr_table *out, mr_error *err);


#endif
