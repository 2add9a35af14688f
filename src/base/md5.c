/* SPDX-License-Identifier: Apache-2.0 */
#include "base/md5.h"

static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

/* floor(2^32 * |sin(i + 1)|) */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
	0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static uint32_t mix(int i, uint32_t b, uint32_t c, uint32_t d)
{
	switch (i / 16) {
	case 0:
		return (b & c) | (~b & d);
	case 1:
		return (d & b) | (~d & c);
	case 2:
		return b ^ c ^ d;
	default:
		return c ^ (b | ~d);
	}
}

static int word_of(int i)
{
	static const int factor[4] = {1, 5, 3, 7}, offset[4] = {0, 1, 5, 0};

	return (factor[i / 16] * i + offset[i / 16]) % 16;
}

static void digest_block(uint32_t state[4], const unsigned char block[64])
{
	uint32_t words[16], s[4];

	for (int i = 0; i < 16; i++)
		words[i] = (uint32_t)block[i * 4] | (uint32_t)block[i * 4 + 1] << 8 | (uint32_t)block[i * 4 + 2] << 16 |
			   (uint32_t)block[i * 4 + 3] << 24;
	memcpy(s, state, sizeof s);
	for (int i = 0; i < 64; i++) {
		uint32_t sum = s[0] + mix(i, s[1], s[2], s[3]) + sines[i] + words[word_of(i)];
		int shift = shifts[i / 16][i % 4];

		s[0] = s[3];
		s[3] = s[2];
		s[2] = s[1];
		s[1] += sum << shift | sum >> (32 - shift);
	}
	for (int i = 0; i < 4; i++)
		state[i] += s[i];
}

void mr_md5_init(mr_md5 *md5)
{
	static const uint32_t start[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};

	memcpy(md5->state, start, sizeof start);
	md5->length = 0;
}

void mr_md5_add(mr_md5 *md5, const void *bytes, size_t n)
{
	const unsigned char *from = bytes;
	size_t held = md5->length % 64;

	md5->length += n;
	while (n) {
		size_t part = 64 - held < n ? 64 - held : n;

		memcpy(md5->block + held, from, part);
		from += part;
		n -= part;
		held += part;
		if (held == 64) {
			digest_block(md5->state, md5->block);
			held = 0;
		}
	}
}

void mr_md5_hex(mr_md5 *md5, char out[33])
{
	static const unsigned char padding[64] = {0x80};
	uint64_t bits = md5->length * 8;
	size_t held = md5->length % 64;
	unsigned char length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (8 * i));
	mr_md5_add(md5, padding, (held < 56 ? 56 : 120) - held);
	mr_md5_add(md5, length, sizeof length);
	for (int i = 0; i < 16; i++)
		snprintf(out + 2 * i, 3, "%02x", (unsigned)(md5->state[i / 4] >> (8 * (i % 4)) & 0xff));
}
