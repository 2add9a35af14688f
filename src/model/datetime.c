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

/* The days since 1970 as a date of the proleptic Gregorian calendar. */
void mr_date_print(mr_buf *buf, int64_t days)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, day_of_era = z - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted = (5 * day_of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;

	mr_buf_printf(buf, "%04lld-%02lld-%02lld", (long long)(year_of_era + era * 400 + (month <= 2)), (long long)month,
		      (long long)(day_of_year - (153 * shifted + 2) / 5 + 1));
}

void mr_datetime_print(mr_buf *buf, int64_t nanoseconds, char between)
{
	int64_t seconds = nanoseconds / 1000000000, rest = nanoseconds % 1000000000, days, of_day;

	if (rest < 0) {
		rest += 1000000000;
		seconds--;
	}
	days = seconds / 86400;
	of_day = seconds % 86400;
	if (of_day < 0) {
		of_day += 86400;
		days--;
	}
	mr_date_print(buf, days);
	mr_buf_printf(buf, "%c%02d:%02d:%02d", between, (int)(of_day / 3600), (int)(of_day / 60 % 60), (int)(of_day % 60));
	if (rest % 1000)
		mr_buf_printf(buf, ".%09lld", (long long)rest);
	else if (rest)
		mr_buf_printf(buf, ".%06lld", (long long)rest / 1000);
}
