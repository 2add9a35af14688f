/* SPDX-License-Identifier: Apache-2.0
 *
 * Tensors of numbers: their numpy types, from JSON and from columns, and as
 * columns of nested fixed-size lists.
 */
#ifndef MR_MODEL_TENSOR_H
#define MR_MODEL_TENSOR_H

#include "base/json.h"
#include "model/table.h"

#define MR_TENSOR_DIMS_MAX 8

/* An item's type, as numpy has it. */
struct mr_dtype {
	const char *name; /* "float32" */
	const char *format; /* Arrow's */
	char kind; /* 'b', 'i', 'u', 'f' */
	size_t size;
};

const struct mr_dtype *mr_dtype_get(mr_str name); /* NULL: not one of numbers or booleans */
const struct mr_dtype *mr_dtype_of(const char *format); /* by Arrow's format */

struct mr_tensor {
	mr_str name;
	const struct mr_dtype *type;
	size_t dims;
	int64_t shape[MR_TENSOR_DIMS_MAX];
	void *data; /* in C order; in the arena that made it */
};

size_t mr_tensor_count(const struct mr_tensor *tensor); /* of items */

/* As numpy.array(value, dtype=type); type NULL: int64, float64 or bool, as the values are. Ragged or mixed values are
 * refused in numpy's words. */
mr_code mr_tensor_from_json(const mr_json *value, const struct mr_dtype *type, mr_arena *arena, struct mr_tensor *out,
			    mr_error *err);
/* A column of numbers, or of (nested) fixed-size lists of them, without nulls. */
mr_code mr_tensor_from_column(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column,
			      mr_arena *arena, struct mr_tensor *out, mr_error *err);
/* Columns of numbers side by side, as DataFrame.to_numpy() of one type. */
mr_code mr_tensor_from_columns(const struct ArrowSchema *schema, const struct ArrowArray *table, mr_arena *arena,
			       struct mr_tensor *out, mr_error *err);
/* The items as another type. */
mr_code mr_tensor_cast(struct mr_tensor *tensor, const struct mr_dtype *type, mr_arena *arena, mr_error *err);
/* A table with a column for each tensor; all have the same first dimension. */
mr_code mr_tensor_table(const struct mr_tensor *tensors, size_t n, struct mr_table *out, mr_error *err);

/* One value of JSON as a number, in Python's words when it is none: "ValueError(\"could not convert string to float:
 * 'x'\")". A whole number may have a fraction, which is cut off, as astype() does. */
mr_code mr_json_to_double(const mr_json *value, double *out, mr_error *err);
mr_code mr_json_to_int(const mr_json *value, int64_t *out, mr_error *err);

#endif
