/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_MODEL_DATETIME_H
#define MR_MODEL_DATETIME_H

#include "base/buf.h"

/* ISO 8601 as pandas.to_datetime reads it: a date, or a date and a time with 'T' or a blank between them, with an
 * offset or without (then UTC). Nanoseconds since 1970; false when it is none. */
bool mr_datetime_parse(mr_str text, int64_t *out);

/* "2020-01-02", by the days since 1970; and with the time, as str() (a blank between) or isoformat() ('T') of a pandas
 * Timestamp. */
void mr_date_print(mr_buf *buf, int64_t days);
void mr_datetime_print(mr_buf *buf, int64_t nanoseconds, char between);

#endif
