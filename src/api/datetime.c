/* SPDX-License-Identifier: Apache-2.0
 *
 * The calendar is the proleptic Gregorian one; days are counted by the method
 * of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms", in which
 * a year begins in March, so that the leap day is its last.
 */
#include "api/datetime.h"

enum { SECOND = 1000000000, DAY = 86400 };

static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	unsigned of_era = (unsigned)(y - era * 400), of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

	return era * 146097 + (int64_t)(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

static void civil_from_days(int64_t days, int *year, unsigned *month, unsigned *day)
{
	int64_t shifted = days + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned in_era = (unsigned)(shifted - era * 146097);
	unsigned of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	unsigned of_year = in_era - (365 * of_era + of_era / 4 - of_era / 100), m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = (int)(of_era + era * 400) + (*month <= 2);
}

static size_t put_nanos(char *out, uint32_t nanos)
{
	char digits[16];
	size_t width = nanos % 1000000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9;

	if (nanos == 0)
		return 0;
	snprintf(digits, sizeof digits, ".%09u", nanos);
	memcpy(out, digits, width + 1);
	return width + 1;
}

size_t mr_timestamp_format(char out[MR_TIME_TEXT_MAX], int64_t ns)
{
	int64_t seconds = ns / SECOND - (ns % SECOND < 0), days = seconds / DAY - (seconds % DAY < 0);
	unsigned of_day = (unsigned)(seconds - days * DAY), month, day;
	int year;
	size_t n;

	civil_from_days(days, &year, &month, &day);
	n = (size_t)snprintf(out, MR_TIME_TEXT_MAX, "%04d-%02u-%02uT%02u:%02u:%02u", year, month, day, of_day / 3600,
			     of_day / 60 % 60, of_day % 60);
	n += put_nanos(out + n, (uint32_t)(ns - seconds * SECOND));
	out[n++] = 'Z';
	return n;
}

size_t mr_duration_format(char out[MR_TIME_TEXT_MAX], int64_t ns)
{
	uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	size_t n = (size_t)snprintf(out, MR_TIME_TEXT_MAX, "%s%llu", ns < 0 ? "-" : "",
				    (unsigned long long)(size / SECOND));

	n += put_nanos(out + n, (uint32_t)(size % SECOND));
	out[n++] = 's';
	return n;
}

/* n digits and, unless it is 0, the character behind them. */
static bool take(mr_str *text, size_t n, char behind, unsigned *out)
{
	size_t i, all = n + (behind != 0);

	if (text->len < all || (behind && text->ptr[n] != behind))
		return false;
	for (*out = 0, i = 0; i < n; i++) {
		unsigned digit = (unsigned char)text->ptr[i] - (unsigned)'0';

		if (digit > 9)
			return false;
		*out = *out * 10 + digit;
	}
	*text = mr_str_make(text->ptr + all, text->len - all);
	return true;
}

/* ".5" and up to nine digits; nothing is fine, too. */
static bool take_nanos(mr_str *text, uint32_t *nanos)
{
	uint32_t scale = SECOND / 10;
	size_t i;

	*nanos = 0;
	if (text->len == 0 || text->ptr[0] != '.')
		return true;
	for (i = 1; i < text->len && text->ptr[i] >= '0' && text->ptr[i] <= '9'; i++, scale /= 10)
		*nanos += (uint32_t)(text->ptr[i] - '0') * scale;
	*text = mr_str_make(text->ptr + i, text->len - i);
	return i > 1 && i <= 10;
}

static bool take_zone(mr_str text, int64_t *offset)
{
	unsigned hours, minutes;
	bool negative = text.len && text.ptr[0] == '-';

	*offset = 0;
	if (mr_str_is(text, "Z"))
		return true;
	if (text.len != 6 || (text.ptr[0] != '+' && !negative))
		return false;
	text = mr_str_make(text.ptr + 1, 5);
	if (!take(&text, 2, ':', &hours) || !take(&text, 2, 0, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset = (int64_t)(hours * 60 + minutes) * (negative ? -60 : 60);
	return true;
}

static bool to_ns(int64_t seconds, int64_t nanos, int64_t *ns)
{
	return !__builtin_mul_overflow(seconds, (int64_t)SECOND, ns) && !__builtin_add_overflow(*ns, nanos, ns);
}

static unsigned month_length(unsigned year, unsigned month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 ? 28u + leap : 30u + ((month + (month > 7)) & 1);
}

bool mr_timestamp_parse(mr_str text, int64_t *ns)
{
	unsigned year, month, day, hour, minute, second;
	uint32_t nanos;
	int64_t offset;

	if (!take(&text, 4, '-', &year) || !take(&text, 2, '-', &month) || !take(&text, 2, 'T', &day) ||
	    !take(&text, 2, ':', &hour) || !take(&text, 2, ':', &minute) || !take(&text, 2, 0, &second) ||
	    !take_nanos(&text, &nanos) || !take_zone(text, &offset))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > month_length(year, month) || hour > 23 || minute > 59 ||
	    second > 59)
		return false;
	return to_ns(days_from_civil(year, month, day) * DAY + (int64_t)(hour * 3600 + minute * 60 + second) - offset,
		     nanos, ns);
}

bool mr_duration_parse(mr_str text, int64_t *ns)
{
	bool negative = text.len && text.ptr[0] == '-';
	int64_t seconds = 0;
	uint32_t nanos;
	size_t i;

	for (i = negative; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++)
		if (__builtin_mul_overflow(seconds, (int64_t)10, &seconds) ||
		    __builtin_add_overflow(seconds, (int64_t)(text.ptr[i] - '0'), &seconds))
			return false;
	if (i == (size_t)negative)
		return false;
	text = mr_str_make(text.ptr + i, text.len - i);
	if (!take_nanos(&text, &nanos) || !mr_str_is(text, "s") || !to_ns(seconds, nanos, ns))
		return false;
	if (negative)
		*ns = -*ns;
	return true;
}
