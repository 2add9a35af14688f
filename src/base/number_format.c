/* SPDX-License-Identifier: Apache-2.0
 *
 * Doubles as Python's repr: the shortest digits that read back, and of these
 * the nearest to the value. The digits are found as in Raffaello Giulietti's
 * "The Schubfach way to render doubles": scale the value and the borders of
 * its rounding interval by one power of ten, rounding to odd so that
 * comparisons stay exact, and look which short decimal lies in the interval.
 */
#include "base/json.h"

#include "base/number_digits.h"
#include "base/number_pow10.h"

__extension__ typedef unsigned __int128 uint128;

struct decimal {
	uint64_t digits;
	int exponent; /* the value is digits * 10^exponent */
};

/* floor(log10(2^e)), floor(log10(3/4 * 2^e)), floor(log2(10^e)), exact for all exponents of doubles */
static int log10_pow2(int e)
{
	return (e * 1262611) >> 22;
}

static int log10_three_quarters_pow2(int e)
{
	return (e * 1262611 - 524031) >> 22;
}

static int log2_pow10(int e)
{
	return (e * 1741647) >> 19;
}

/* The upper 64 bits of power * cp / 2^64, with the last bit set when anything was cut off. */
static uint64_t scale_to_odd(const uint64_t power[2], uint64_t cp)
{
	uint128 low = (uint128)power[1] * cp;
	uint128 high = (uint128)power[0] * cp + (uint64_t)(low >> 64);

	return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* The significand of 10^k, rounded up, as the method needs it. */
static void power_rounded_up(int k, uint64_t out[2])
{
	const uint64_t *cut = mr_pow10[k - MR_POW10_FIRST];

	out[0] = cut[0];
	out[1] = cut[1];
	if (k < 0 || k > 55) {
		out[1]++;
		out[0] += out[1] == 0;
	}
}

static struct decimal shortest(uint64_t fraction, int biased)
{
	uint64_t c = biased ? fraction | (uint64_t)1 << 52 : fraction;
	int q = (biased ? biased : 1) - 1075;
	bool even = (c & 1) == 0;
	bool closer = fraction == 0 && biased > 1; /* the lower neighbour is at half the distance */
	int k = closer ? log10_three_quarters_pow2(q) : log10_pow2(q);
	int h = q + log2_pow10(-k) + 1;
	uint64_t power[2], low, mid, high, s, tenth;
	struct decimal out;
	bool below, above;

	power_rounded_up(-k, power);
	low = scale_to_odd(power, (4 * c - 2 + closer) << h) + !even;
	mid = scale_to_odd(power, (4 * c) << h);
	high = scale_to_odd(power, (4 * c + 2) << h) - !even;
	s = mid / 4;
	if (s >= 10) {
		tenth = s / 10;
		below = low <= 40 * tenth;
		above = 40 * tenth + 40 <= high;
		if (below != above) {
			out.digits = tenth + above;
			out.exponent = k + 1;
			return out;
		}
	}
	below = low <= 4 * s;
	above = 4 * s + 4 <= high;
	if (below == above) /* both or neither: the nearer one, a tie to even */
		above = mid > 4 * s + 2 || (mid == 4 * s + 2 && (s & 1));
	out.digits = s + above;
	out.exponent = k;
	return out;
}

/* Writes the digits without trailing zeros at the end of room: where they begin, and n of them. */
static const char *put_digits(char room[20], struct decimal *d, size_t *n)
{
	char *at = room + 20;

	while (d->digits % 10 == 0) { /* never 0 itself */
		d->digits /= 10;
		d->exponent++;
	}
	at = mr_digits_before(at, d->digits);
	*n = (size_t)(room + 20 - at);
	return at;
}

static char *put(char *at, const char *bytes, size_t n)
{
	memcpy(at, bytes, n);
	return at + n;
}

static char *put_zeros(char *at, int n)
{
	memset(at, '0', (size_t)n);
	return at + n;
}

/* 1e-05, 1.5e+16, 1e+100: at least two digits of exponent. */
static char *put_scientific(char *at, const char *digits, size_t n, int exponent)
{
	*at++ = digits[0];
	if (n > 1) {
		*at++ = '.';
		at = put(at, digits + 1, n - 1);
	}
	*at++ = 'e';
	*at++ = exponent < 0 ? '-' : '+';
	if (exponent < 0)
		exponent = -exponent;
	if (exponent >= 100)
		*at++ = (char)('0' + exponent / 100);
	*at++ = (char)('0' + exponent / 10 % 10);
	*at++ = (char)('0' + exponent % 10);
	return at;
}

/* point: where the decimal point stands, counted from the first digit. */
static char *put_fixed(char *at, const char *digits, size_t n, int point)
{
	if (point <= 0) {
		at = put(at, "0.", 2);
		at = put_zeros(at, -point);
		return put(at, digits, n);
	}
	if ((size_t)point < n) {
		at = put(at, digits, (size_t)point);
		*at++ = '.';
		return put(at, digits + point, n - (size_t)point);
	}
	at = put(at, digits, n);
	at = put_zeros(at, point - (int)n);
	return put(at, ".0", 2);
}

static char *put_special(char *at, uint64_t fraction, bool negative)
{
	if (fraction)
		return put(at, "nan", 3);
	return negative ? put(at, "-inf", 4) : put(at, "inf", 3);
}

/* Integers that a double holds exactly and repr writes without an exponent are their own shortest digits. */
static bool small_integer(double value, uint64_t *out)
{
	double size = value < 0 ? -value : value;

	if (!(size >= 1 && size < 9007199254740992.0))
		return false;
	*out = (uint64_t)size;
	return (double)*out == size;
}

static size_t put_small_integer(char out[32], uint64_t value, bool negative)
{
	char room[20], *digits = mr_digits_before(room + 20, value), *at = out;

	if (negative)
		*at++ = '-';
	at = put(at, digits, (size_t)(room + 20 - digits));
	at = put(at, ".0", 3); /* with its NUL */
	return (size_t)(at - 1 - out);
}

size_t mr_format_double(char out[32], double value)
{
	uint64_t bits, fraction, integer;
	int biased, point;
	char room[20], *at = out;
	const char *digits;
	struct decimal d;
	size_t n;

	if (small_integer(value, &integer))
		return put_small_integer(out, integer, value < 0);
	memcpy(&bits, &value, sizeof bits);
	fraction = bits & (((uint64_t)1 << 52) - 1);
	biased = (int)(bits >> 52 & 0x7ff);
	if (biased == 0x7ff) {
		at = put_special(at, fraction, bits >> 63);
	} else {
		if (bits >> 63)
			*at++ = '-';
		if (!fraction && !biased) {
			at = put(at, "0.0", 3);
		} else {
			d = shortest(fraction, biased);
			digits = put_digits(room, &d, &n);
			point = d.exponent + (int)n;
			at = point > -4 && point <= 16 ? put_fixed(at, digits, n, point)
						       : put_scientific(at, digits, n, point - 1);
		}
	}
	*at = 0;
	return (size_t)(at - out);
}
