/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables in JSON as cells, before they have types: pandas' orients.
 */
#ifndef MR_MODEL_TABLE_JSON_H
#define MR_MODEL_TABLE_JSON_H

#include "base/json.h"
#include "model/table.h"

struct mr_json_cells {
	size_t columns, rows;
	mr_str *names;
	const mr_json **cells; /* column after column; NULL where a value is missing */
};

static inline const mr_json *mr_json_cell(const struct mr_json_cells *cells, size_t column, size_t row)
{
	return cells->cells[column * cells->rows + row];
}

/* [{"a": 1}, …]: the columns in the order in which they first appear. */
mr_code mr_json_cells_records(const mr_json *array, mr_arena *arena, struct mr_json_cells *out, mr_error *err);
/* {"columns": [...], "data": [[...], ...]}; without columns they are called "0", "1", ... */
mr_code mr_json_cells_split(const mr_json *object, mr_arena *arena, struct mr_json_cells *out, mr_error *err);
/* {"a": [1, 2]} or {"a": {"0": 1, "1": 2}} */
mr_code mr_json_cells_columns(const mr_json *object, mr_arena *arena, struct mr_json_cells *out, mr_error *err);

/* With the types that pandas infers: int64, float64 (also ints with gaps), bool, text, lists of numbers. */
mr_code mr_json_cells_table(const struct mr_json_cells *cells, mr_arena *arena, struct mr_table *out, mr_error *err);
/* What a cell is called in messages: "a string". */
const char *mr_json_kind_name(const mr_json *value);

#endif
