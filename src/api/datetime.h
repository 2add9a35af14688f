/* SPDX-License-Identifier: Apache-2.0
 *
 * Timestamps and durations of protobuf's JSON: text from and to nanoseconds.
 */
#ifndef MR_API_DATETIME_H
#define MR_API_DATETIME_H

#include <millrace/types.h>

enum { MR_TIME_TEXT_MAX = 48 };

/* "2025-01-01T00:00:00.123Z": none, 3, 6 or 9 digits behind the point. Gives the length. */
size_t mr_timestamp_format(char out[MR_TIME_TEXT_MAX], int64_t ns);
/* RFC 3339 with Z or an offset; false when it is none, or out of the range of nanoseconds. */
bool mr_timestamp_parse(mr_str text, int64_t *ns);
/* "1.500s" */
size_t mr_duration_format(char out[MR_TIME_TEXT_MAX], int64_t ns);
bool mr_duration_parse(mr_str text, int64_t *ns);

#endif
