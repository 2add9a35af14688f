/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers from text, whatever the locale. Doubles are correctly rounded: by
 * one exact multiplication or division where that is enough (Clinger), by a
 * 128-bit product where that decides (Lemire, "Number Parsing at a Gigabyte
 * per Second"), and by the C library for the rest.
 */
#define _GNU_SOURCE
#include "base/json.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#include "base/number_pow10.h"

__extension__ typedef unsigned __int128 uint128;

bool mr_parse_int64(mr_str text, int64_t *out)
{
	bool negative = text.len > 0 && text.ptr[0] == '-';
	uint64_t limit = negative ? (uint64_t)1 << 63 : INT64_MAX;
	uint64_t value = 0;
	size_t i = negative;

	if (i == text.len)
		return false;
	for (; i < text.len; i++) {
		unsigned digit = (unsigned char)text.ptr[i] - (unsigned)'0';

		if (digit > 9 || value > (limit - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

/* What stands in a decimal text. More digits than the 64 bits hold are only counted. */
struct decimal {
	bool negative;
	uint64_t digits; /* the first 19 significant ones */
	int64_t exponent; /* the value is digits * 10^exponent, when not cut */
	bool cut; /* there were more than 19, not all of them zero */
	size_t significant; /* counted only when there are more than 19 digits */
};

static void add_digit(struct decimal *d, unsigned digit, bool after_point)
{
	if (d->significant == 0 && digit == 0) {
		d->exponent -= after_point;
		return;
	}
	if (d->significant < 19) {
		d->digits = d->digits * 10 + digit;
		d->exponent -= after_point;
	} else {
		d->cut |= digit != 0;
		d->exponent += !after_point;
	}
	d->significant++;
}

/* The exponent's number from at on; false when it is not one. */
static bool read_exponent(const char *at, const char *end, int64_t *out)
{
	bool negative = at < end && *at == '-';
	int64_t value = 0;

	if (at < end && (*at == '-' || *at == '+'))
		at++;
	if (at == end)
		return false;
	for (; at < end; at++) {
		if (*at < '0' || *at > '9')
			return false;
		if (value < INT32_MAX) /* far beyond any double; larger ones stay there */
			value = value * 10 + (*at - '0');
	}
	*out = negative ? -value : value;
	return true;
}

/* Steps over digits, adding them to *value, which wraps around when there are too many. */
static const char *read_digits(const char *at, const char *end, uint64_t *value)
{
	uint64_t sum = *value;

	for (; at < end && (unsigned char)(*at - '0') <= 9; at++)
		sum = sum * 10 + (uint64_t)(*at - '0');
	*value = sum;
	return at;
}

/* More than 19 digits, some of which may be zeros that do not count. */
static void read_many_digits(const char *at, const char *end, struct decimal *d)
{
	bool point = false;

	d->digits = 0;
	d->exponent = 0;
	for (; at < end; at++) {
		if (*at == '.')
			point = true;
		else
			add_digit(d, (unsigned)(*at - '0'), point);
	}
}

static bool read_decimal(mr_str text, struct decimal *d)
{
	const char *at = text.ptr, *end = at + text.len, *from, *point;
	int64_t exponent = 0;
	size_t digits;

	memset(d, 0, sizeof *d);
	if (at < end && (*at == '-' || *at == '+'))
		d->negative = *at++ == '-';
	from = at;
	at = read_digits(at, end, &d->digits);
	digits = (size_t)(at - from);
	if (at < end && *at == '.') {
		point = at + 1;
		at = read_digits(point, end, &d->digits);
		d->exponent = point - at;
		digits += (size_t)(at - point);
	}
	if (digits == 0)
		return false;
	if (digits > 19)
		read_many_digits(from, at, d);
	if (at < end && ((*at | 0x20) != 'e' || !read_exponent(at + 1, end, &exponent)))
		return false;
	d->exponent += exponent;
	return true;
}

/* Both the digits and the power of ten are exact doubles, so one operation rounds once. */
static bool by_one_operation(const struct decimal *d, double *out)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,	1e8,  1e9,  1e10, 1e11,
					1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

	if (d->digits > (uint64_t)1 << 53 || d->exponent < -22 || d->exponent > 22)
		return false;
	*out = (double)d->digits;
	if (d->exponent < 0)
		*out /= powers[-d->exponent];
	else
		*out *= powers[d->exponent];
	return true;
}

static double from_parts(uint64_t fraction, int biased)
{
	uint64_t bits = fraction | (uint64_t)biased << 52;
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

/* The product of w, which has its top bit set, and 10^q's significand: 128 bits, enough of them right. */
static uint128 product_with_power(uint64_t w, int q)
{
	const uint64_t *power = mr_pow10[q - MR_POW10_FIRST];
	uint64_t low = power[1], high = power[0];
	uint128 product;

	if (q < 0) { /* reciprocals are rounded up */
		low++;
		high += low == 0;
	}
	product = (uint128)w * high;
	/* 55 bits matter; only when the nine behind them are all set can the rest carry into them */
	if (((uint64_t)(product >> 64) & 0x1ff) == 0x1ff)
		product += (uint64_t)(((uint128)w * low) >> 64);
	return product;
}

/* A subnormal from a 55-bit significand whose biased exponent came out as zero or less. */
static double subnormal(uint64_t significand, int biased)
{
	if (1 - biased >= 64)
		return 0.0;
	significand >>= 1 - biased;
	significand = (significand + (significand & 1)) >> 1;
	/* rounding may have made it the smallest normal number */
	return from_parts(significand & (((uint64_t)1 << 52) - 1), significand >> 52 ? 1 : 0);
}

/* False in the rare case that 128 bits do not decide. */
static bool by_product(uint64_t digits, int64_t exponent, double *out)
{
	int q = (int)exponent, lead, up, biased, shift;
	uint64_t high, low, significand;
	uint128 product;

	if (digits == 0 || exponent < MR_POW10_FIRST) {
		*out = 0.0;
		return true;
	}
	if (exponent > 308) {
		*out = HUGE_VAL;
		return true;
	}
	lead = __builtin_clzll(digits);
	product = product_with_power(digits << lead, q);
	high = (uint64_t)(product >> 64);
	low = (uint64_t)product;
	if (low == UINT64_MAX && (q < -27 || q > 55))
		return false;
	up = (int)(high >> 63);
	shift = up + 64 - 52 - 3;
	significand = high >> shift;
	biased = ((217706 * q) >> 16) + 63 + up - lead + 1023;
	if (biased <= 0) {
		*out = subnormal(significand, biased);
		return true;
	}
	/* exactly between two doubles: to the even one */
	if (low <= 1 && q >= -4 && q <= 23 && (significand & 3) == 1 && significand << shift == high)
		significand &= ~(uint64_t)1;
	significand = (significand + (significand & 1)) >> 1;
	if (significand >= (uint64_t)2 << 52) {
		significand = (uint64_t)1 << 52;
		biased++;
	}
	*out = biased >= 0x7ff ? HUGE_VAL : from_parts(significand & (((uint64_t)1 << 52) - 1), biased);
	return true;
}

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void c_locale_make(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* No double needs more than 767 digits to be told from its neighbours' middle;
 * of a longer text all that counts behind these is whether anything is there. */
enum { DIGITS_MOST = 780 };

static bool by_library(mr_str text, const struct decimal *d, double *out)
{
	char plain[DIGITS_MOST + 32];
	const char *at = text.ptr, *end = at + text.len;
	size_t n = 0, seen = 0;
	bool rest = false;
	int64_t exponent;

	for (; at < end && (*at | 0x20) != 'e'; at++) {
		if (*at < '0' || *at > '9' || (seen == 0 && *at == '0'))
			continue;
		if (seen++ < DIGITS_MOST)
			plain[n++] = *at;
		else
			rest |= *at != '0';
	}
	/* d->exponent belongs to the first 19 digits */
	exponent = d->exponent + 19 - (int64_t)n;
	if (d->significant < 19)
		exponent = d->exponent;
	if (rest) {
		plain[n++] = '1';
		exponent--;
	}
	if (exponent > 99999 || exponent < -99999)
		exponent = exponent < 0 ? -99999 : 99999;
	snprintf(plain + n, sizeof plain - n, "e%d", (int)exponent);
	pthread_once(&c_locale_once, c_locale_make);
	if (!c_locale)
		return false;
	*out = strtod_l(plain, NULL, c_locale);
	return true;
}

/* nan, inf and infinity in any case with an optional sign, as Python's float() reads them. */
static bool read_special(mr_str text, double *out)
{
	bool negative = text.len > 0 && text.ptr[0] == '-';
	size_t sign = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
	const char *word = text.ptr + sign;
	size_t n = text.len - sign;

	if (n == 3 && !strncasecmp(word, "nan", 3))
		*out = (double)NAN;
	else if ((n == 3 && !strncasecmp(word, "inf", 3)) || (n == 8 && !strncasecmp(word, "infinity", 8)))
		*out = negative ? -HUGE_VAL : HUGE_VAL;
	else
		return false;
	return true;
}

bool mr_parse_double(mr_str text, double *out)
{
	struct decimal d;
	double value;

	if (text.len == 0)
		return false;
	if (!read_decimal(text, &d))
		return read_special(text, out);
	if (d.cut ? !by_library(text, &d, &value)
		  : !by_one_operation(&d, &value) && !by_product(d.digits, d.exponent, &value) &&
			    !by_library(text, &d, &value))
		return false;
	*out = d.negative ? -value : value;
	return true;
}
