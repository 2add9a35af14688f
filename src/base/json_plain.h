/* SPDX-License-Identifier: Apache-2.0
 *
 * The inner loop of JSON strings, both ways: how far a text is plain ASCII that
 * stands in a JSON string as it is.
 */
#ifndef MR_BASE_JSON_PLAIN_H
#define MR_BASE_JSON_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline int json_char_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The first byte in [at, end) that is a quote, a backslash, a control
 * character (DEL is one) or not ASCII; end when there is none. */
static inline const char *json_plain_end(const char *at, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(0x20);
	const __m128i del = _mm_set1_epi8(0x7f);
	__m128i bytes, special;
	int mask;

	while (end - at >= 16) {
		bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
		/* signed: bytes of 0x80 and more are less than a space, too */
		special = _mm_or_si128(_mm_cmplt_epi8(bytes, space),
				       _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
		special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, del));
		mask = _mm_movemask_epi8(special);
		if (mask)
			return at + __builtin_ctz((unsigned)mask);
		at += 16;
	}
#else
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t word, q, b;

	while (end - at >= 8) {
		memcpy(&word, at, 8);
		q = word ^ ones * '"';
		b = word ^ ones * '\\';
		/* a zero byte borrows its top bit; what lies over it may be wrong, so look byte by byte then */
		if ((word | (word + ones) | (word - ones * 0x20) | ((q - ones) & ~q) | ((b - ones) & ~b)) & tops)
			break;
		at += 8;
	}
#endif
	while (at < end && json_char_is_plain((unsigned char)*at))
		at++;
	return at;
}

#endif
