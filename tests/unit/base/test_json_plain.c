/* SPDX-License-Identifier: Apache-2.0
 *
 * The portable inner loop, which x86-64 never uses outside of this test, and
 * the one with SSE2 find the same end, whatever bytes stand around it.
 */
#include "helper.h"

#define json_plain_end json_plain_end_portable
#define json_char_is_plain json_char_is_plain_portable
#pragma push_macro("__SSE2__")
#undef __SSE2__
#include "base/json_plain.h"
#pragma pop_macro("__SSE2__")
#undef MR_BASE_JSON_PLAIN_H
#undef json_plain_end
#undef json_char_is_plain
#include "base/json_plain.h"

static const char *naive_end(const char *at, const char *end)
{
	while (at < end && *at >= 0x20 && *at < 0x7f && *at != '"' && *at != '\\')
		at++;
	return at;
}

static void check(const char *from, const char *end)
{
	assert_ptr_equal(json_plain_end(from, end), naive_end(from, end));
	assert_ptr_equal(json_plain_end_portable(from, end), naive_end(from, end));
}

static void every_byte_at_every_place(void **state)
{
	char text[40];
	int byte;
	size_t at;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		for (at = 0; at < sizeof text; at++) {
			memset(text, 'a', sizeof text);
			text[at] = (char)byte;
			check(text, text + sizeof text);
			check(text + at % 9, text + sizeof text);
			check(text, text + at);
		}
	}
}

static void random_bytes(void **state)
{
	char text[64];
	uint64_t word;
	size_t i, from;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		for (i = 0; i < sizeof text; i++) {
			word = test_random();
			/* mostly plain, so that the end is not always near */
			text[i] = (char)(word % 40 ? 0x20 + (word >> 8) % 0x5f : word >> 8);
		}
		from = (size_t)(test_random() % sizeof text);
		check(text + from, text + sizeof text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_at_every_place),
		cmocka_unit_test(random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
