/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_MODEL_DATETIME_H
#define MR_MODEL_DATETIME_H

#include <millrace/types.h>

/* ISO 8601 as pandas.to_datetime reads it: a date, or a date and a time with 'T' or a blank between them, with an
 * offset or without (then UTC). Nanoseconds since 1970; false when it is none. */
bool mr_datetime_parse(mr_str text, int64_t *out);

#endif
