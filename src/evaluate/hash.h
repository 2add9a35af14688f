/* SPDX-License-Identifier: Apache-2.0
 *
 * The hashes of pandas (pandas.util.hash_array, hash_pandas_object), from which
 * MLflow makes the digests of data sets.
 */
#ifndef MR_EVALUATE_HASH_H
#define MR_EVALUATE_HASH_H

#include <millrace/arrow.h>

#include "base/arena.h"

/* Of the cells first .. first + n - 1 of a column, as the column of a DataFrame; out has n. MR_NOT_IMPLEMENTED for types
 * that pandas has in another form (lists, ...). */
mr_code hash_column(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column, size_t first, size_t n,
		    mr_arena *arena, uint64_t *out, mr_error *err);
/* Of rows of some columns, with the index 0, 1, 2, ... of the whole table. */
mr_code hash_rows(const struct ArrowSchema *schema, const struct ArrowArray *table, const size_t *columns,
		  size_t columns_n, size_t first, size_t n, mr_arena *arena, uint64_t *out, mr_error *err);

/* SipHash-2-4 with pandas' key. */
uint64_t hash_text(mr_str text);

#endif
