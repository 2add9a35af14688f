/* SPDX-License-Identifier: Apache-2.0
 *
 * A table as pandas writes JSON, made into what a scoring server takes.
 */
#ifndef MR_DEPLOY_ROWS_H
#define MR_DEPLOY_ROWS_H

#include "base/json.h"

/* What is a scoring request already (dataframe_split, dataframe_records, instances, inputs, ...) stays as it is. A
 * list of objects, an object of columns (of objects, or of lists) and {"columns", "data"} become a dataframe; a list of
 * lists becomes instances. Others are refused. */
mr_code mr_rows_to_request(mr_str json, mr_arena *arena, mr_str *out, mr_error *err);

#endif
