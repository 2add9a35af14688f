/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimal digits, two at a time. Between buf.c and number_format.c only.
 */
#ifndef MR_BASE_NUMBER_DIGITS_H
#define MR_BASE_NUMBER_DIGITS_H

#include <stdint.h>
#include <string.h>

/* Writes the digits of value so that they end before `end`; where they begin. At most 20. */
static inline char *mr_digits_before(char *end, uint64_t value)
{
	static const char pairs[201] =
		"00010203040506070809101112131415161718192021222324252627282930313233343536373839"
		"40414243444546474849505152535455565758596061626364656667686970717273747576777879"
		"8081828384858687888990919293949596979899";

	while (value >= 100) {
		end -= 2;
		memcpy(end, pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		end -= 2;
		memcpy(end, pairs + value * 2, 2);
		return end;
	}
	*--end = (char)('0' + value);
	return end;
}

#endif
