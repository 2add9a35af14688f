/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static bool continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

int32_t mr_utf8_get(const char *at, const char *end, size_t *n)
{
	const unsigned char *b = (const unsigned char *)at;
	size_t left = (size_t)(end - at);
	int32_t c;

	*n = 1;
	if (b[0] < 0x80)
		return b[0];
	if (b[0] < 0xe0) {
		if (b[0] < 0xc2 || left < 2 || !continues(b[1]))
			return -1;
		*n = 2;
		return (b[0] & 0x1f) << 6 | (b[1] & 0x3f);
	}
	if (b[0] < 0xf0) {
		if (left < 3 || !continues(b[1]) || !continues(b[2]))
			return -1;
		c = (b[0] & 0x0f) << 12 | (b[1] & 0x3f) << 6 | (b[2] & 0x3f);
		if (c < 0x800 || (c >= 0xd800 && c < 0xe000))
			return -1;
		*n = 3;
		return c;
	}
	if (b[0] > 0xf4 || left < 4 || !continues(b[1]) || !continues(b[2]) || !continues(b[3]))
		return -1;
	c = (b[0] & 0x07) << 18 | (b[1] & 0x3f) << 12 | (b[2] & 0x3f) << 6 | (b[3] & 0x3f);
	if (c < 0x10000 || c > 0x10ffff)
		return -1;
	*n = 4;
	return c;
}

size_t mr_utf8_put(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

bool mr_utf8_valid(mr_str s)
{
	const char *at = s.ptr, *end = s.ptr + s.len;
	uint64_t word;
	size_t n;

	while (at < end) {
		if (end - at >= 8) {
			memcpy(&word, at, 8);
			if (!(word & 0x8080808080808080u)) {
				at += 8;
				continue;
			}
		}
		if (mr_utf8_get(at, end, &n) < 0)
			return false;
		at += n;
	}
	return true;
}
