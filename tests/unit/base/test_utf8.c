/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include "base/utf8.h"

static void every_code_point_comes_back(void **state)
{
	char bytes[4];
	size_t n, got;
	uint32_t c;

	(void)state;
	for (c = 0; c <= 0x10ffff; c++) {
		if (c == 0xd800)
			c = 0xe000;
		n = mr_utf8_put(bytes, c);
		if (mr_utf8_get(bytes, bytes + n, &got) != (int32_t)c || got != n)
			fail_msg("U+%04X", (unsigned)c);
		if (n > 1 && mr_utf8_get(bytes, bytes + n - 1, &got) != -1)
			fail_msg("U+%04X cut", (unsigned)c);
	}
}

static void bad_bytes_are_seen(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc3",
		"\xc3(",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82",
		"\xe2(\xac",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x9f\x98",
		"\xff",
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(mr_utf8_get(bad[i], bad[i] + strlen(bad[i]), &n), -1);
		assert_int_equal(n, 1);
		assert_false(mr_utf8_valid(mr_str_from(bad[i])));
	}
	assert_true(mr_utf8_valid(LIT("")));
	assert_true(mr_utf8_valid(LIT("plain ascii, longer than a word \0 and h\xc3\xa9 \xf0\x9f\x98\x80")));
	assert_false(mr_utf8_valid(LIT("plain ascii, longer than a word \xc3")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_comes_back),
		cmocka_unit_test(bad_bytes_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
