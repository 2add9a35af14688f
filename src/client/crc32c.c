/* SPDX-License-Identifier: Apache-2.0 */
#include "client/crc32c.h"

#include <pthread.h>
#include <string.h>

static uint32_t table[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill_table(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? (c >> 1) ^ 0x82f63b78u : c >> 1;
		table[i] = c;
	}
}

uint32_t mr_crc32c_plain(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint32_t c = ~0u;

	pthread_once(&once, fill_table);
	while (n--)
		c = table[(c ^ *p++) & 0xff] ^ (c >> 8);
	return ~c;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t by_instruction(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t c = ~0u;

	for (; n >= 8; n -= 8, p += 8) {
		uint64_t word;

		memcpy(&word, p, 8);
		c = _mm_crc32_u64(c, word);
	}
	while (n--)
		c = _mm_crc32_u8((uint32_t)c, *p++);
	return ~(uint32_t)c;
}

uint32_t mr_crc32c(const void *bytes, size_t n)
{
	return __builtin_cpu_supports("sse4.2") ? by_instruction(bytes, n) : mr_crc32c_plain(bytes, n);
}
#else
uint32_t mr_crc32c(const void *bytes, size_t n)
{
	return mr_crc32c_plain(bytes, n);
}
#endif
