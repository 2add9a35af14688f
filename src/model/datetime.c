/* SPDX-License-Identifier: Apache-2.0 */
#include "model/datetime.h"

#include "api/datetime.h"

/* What is missing of RFC 3339 is put there. */
bool mr_datetime_parse(mr_str text, int64_t *out)
{
	char full[80];
	size_t n = text.len, i;
	bool zone = false;

	if (n < 10 || n > 40)
		return false;
	memcpy(full, text.ptr, n);
	if (n == 10) {
		memcpy(full + n, "T00:00:00", 9);
		n += 9;
	} else if (full[10] == ' ') {
		full[10] = 'T';
	}
	if (n == 16) {
		memcpy(full + n, ":00", 3);
		n += 3;
	}
	for (i = 11; i < n; i++)
		zone = zone || full[i] == 'Z' || full[i] == '+' || full[i] == '-';
	if (!zone)
		full[n++] = 'Z';
	return mr_timestamp_parse(mr_str_make(full, n), out);
}
