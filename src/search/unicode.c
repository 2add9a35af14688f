/* SPDX-License-Identifier: Apache-2.0 */
#include "search/unicode.h"

#include <stdint.h>

struct range {
	uint32_t first, last;
};

#include "search/unicode_tables.h"

static bool within(const struct range *ranges, size_t n, uint32_t code_point)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code_point > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && code_point >= ranges[low].first;
}

bool mr_unicode_is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
	return within(word_ranges, sizeof word_ranges / sizeof word_ranges[0], c);
}

bool mr_unicode_is_printable(uint32_t c)
{
	if (c < 0x80)
		return c >= 0x20 && c < 0x7f;
	return within(printable_ranges, sizeof printable_ranges / sizeof printable_ranges[0], c);
}

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t mr_unicode_length(mr_str text)
{
	size_t i, n = 0;

	for (i = 0; i < text.len; i++)
		n += !continues(text.ptr[i]);
	return n;
}

mr_str mr_unicode_first(mr_str text, size_t n)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (!continues(text.ptr[i]) && n-- == 0)
			break;
	return mr_str_make(text.ptr, i);
}
