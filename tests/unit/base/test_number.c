/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"

static double from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static uint64_t to_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

/* data/doubles.txt holds bit patterns and what Python's repr makes of them. */
static void doubles_are_written_as_python_does(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	char *text = (char *)test_data(arena, "doubles.txt").ptr, *line, *rest = NULL, *python;
	char got[32];
	double back;
	size_t n;
	int count = 0;

	(void)state;
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		uint64_t bits = strtoull(line, &python, 16);

		python++;
		n = mr_format_double(got, from_bits(bits));
		assert_string_equal(python, got);
		assert_int_equal(n, strlen(got));
		assert_true(mr_parse_double(mr_str_make(got, n), &back));
		assert_int_equal(to_bits(back), bits);
		count++;
	}
	assert_true(count > 4000);
	mr_arena_free(arena);
}

/* The least number of digits with which the C library reads the value back, and its digits. */
static int least_digits(double value, char digits[40])
{
	int n;

	for (n = 1; n < 17; n++) {
		snprintf(digits, 40, "%.*e", n - 1, value);
		if (to_bits(strtod(digits, NULL)) == to_bits(value))
			break;
	}
	snprintf(digits, 40, "%.*e", n - 1, value);
	return n;
}

/* Only the significant digits, so that "1.5e-07" and "0.00000015" are alike. */
static void significant(const char *text, char out[40])
{
	size_t n = 0;

	for (; *text && *text != 'e'; text++)
		if (*text >= '0' && *text <= '9' && (n || *text != '0'))
			out[n++] = *text;
	while (n > 0 && out[n - 1] == '0')
		n--;
	out[n] = 0;
}

static void random_doubles_are_shortest_and_nearest(void **state)
{
	char got[32], libc[40], ours_digits[40], libc_digits[40];
	double value, back;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		value = from_bits(test_random());
		if (value - value != 0)
			continue;
		mr_format_double(got, value);
		least_digits(value, libc);
		significant(got, ours_digits);
		significant(libc, libc_digits);
		assert_string_equal(libc_digits, ours_digits);
		assert_true(mr_parse_double(mr_str_from(got), &back));
		assert_int_equal(to_bits(back), to_bits(value));
	}
}

/* A text of one of the shapes that take different ways through the parser. */
static void random_text(char out[2000])
{
	uint64_t a = test_random(), b = test_random();
	int e = (int)(test_random() % 720) - 360;

	switch (test_random() % 6) {
	case 0:
		snprintf(out, 2000, "%llu.%llue%d", (unsigned long long)a, (unsigned long long)b, e);
		break;
	case 1:
		snprintf(out, 2000, "-%lluE%d", (unsigned long long)(a >> (b % 64)), e);
		break;
	case 2: /* the middle of two doubles and a little beside it, in full */
		snprintf(out, 2000, "%.1100Lf", ((long double)from_bits(a) + from_bits(a + 1)) / 2);
		if (!strchr(out, 'n'))
			out[strlen(out) - 1 - b % 3] = b & 4 ? '1' : '0';
		break;
	case 3:
		snprintf(out, 2000, "%.*g", (int)(b % 30) + 1, from_bits(a));
		break;
	case 4: /* a middle between two integers over 2^53 */
		snprintf(out, 2000, "%llu%s", (unsigned long long)((a | 1ull << 63) & ~0x3ffull) + 0x400,
			 b & 1 ? ".0000000000000000000000000000000000001" : "");
		break;
	default:
		snprintf(out, 2000, "0.%0*d%llu", (int)(b % 350), 0, (unsigned long long)a);
		break;
	}
}

static void random_texts_are_read_as_the_c_library_does(void **state)
{
	char text[2000];
	double ours, libc;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		random_text(text);
		libc = strtod(text, NULL);
		if (libc != libc)
			continue;
		if (!mr_parse_double(mr_str_from(text), &ours) || to_bits(ours) != to_bits(libc))
			fail_msg("'%s' gives %a, not %a", text, ours, libc);
	}
}

static void hard_cases_are_rounded_correctly(void **state)
{
	static const char *const texts[] = {
		"2.2250738585072011e-308", /* hung PHP once */
		"2.2250738585072012e-308",
		"2.2250738585072014e-308",
		"4.9406564584124654e-324",
		"2.4703282292062327e-324", /* just under half of the smallest */
		"2.4703282292062328e-324",
		"1.7976931348623157e308",
		"1.7976931348623158e308",
		"1.7976931348623159e308", /* infinite */
		"9007199254740993",
		"9007199254740992.9999999999999999999999999999999",
		"9007199254740993.0000000000000000000000000000000000000000001",
		"1e23",
		"8.5e22",
		"6.631236846766476e-316",
		"0.000000000000000000000000000000000000000000000000000000000000000000000000000000000001e84",
		"1e-400",
		"1e400",
		"123456789012345678901234567890e-600",
		"1e99999999999999999999999",
		"1e-99999999999999999999999",
		"0e99999999999999999999999",
		"179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096"
		"330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730"
		"270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
	};
	double ours;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		assert_true(mr_parse_double(mr_str_from(texts[i]), &ours));
		if (to_bits(ours) != to_bits(strtod(texts[i], NULL)))
			fail_msg("'%s' gives %a", texts[i], ours);
	}
}

static void what_a_double_may_look_like(void **state)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {
		{"0", 0},
		{"+1", 1},
		{"1.", 1},
		{".5", 0.5},
		{"-.5e1", -5},
		{"1E2", 100},
		{"1e+02", 100},
		{"Infinity", HUGE_VAL},
		{"-Infinity", -HUGE_VAL},
		{"inf", HUGE_VAL},
		{"-INF", -HUGE_VAL},
		{"+inf", HUGE_VAL},
	};
	static const char *const bad[] = {"",	   " 1", "1 ",	 "e5",	  ".",	 "1e",	  "1e+", "0x10", "1,5", "--1",
					  "1.2.3", "in", "nano", "infin", "1_0", "1e5.0", "+",	 "-",	 "1e5x"};
	double value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_true(mr_parse_double(mr_str_from(good[i].text), &value));
		assert_true(value == good[i].value);
	}
	assert_true(mr_parse_double(LIT("NaN"), &value) && value != value);
	assert_true(mr_parse_double(LIT("nan"), &value) && value != value);
	assert_true(mr_parse_double(LIT("-0.0"), &value) && signbit(value));
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (mr_parse_double(mr_str_from(bad[i]), &value))
			fail_msg("'%s' is read as a double", bad[i]);
	assert_false(mr_parse_double(LIT("1\0"), &value));
}

static void int64_is_read_exactly(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {
		{"0", 0},
		{"-0", 0},
		{"007", 7},
		{"9223372036854775807", INT64_MAX},
		{"-9223372036854775808", INT64_MIN},
	};
	static const char *const bad[] = {"",
					  "-",
					  "+1",
					  " 1",
					  "1 ",
					  "1.0",
					  "1e3",
					  "0x1",
					  "--1",
					  "9223372036854775808",
					  "-9223372036854775809",
					  "99999999999999999999999"};
	int64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_true(mr_parse_int64(mr_str_from(good[i].text), &value));
		assert_true(value == good[i].value);
	}
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(mr_parse_int64(mr_str_from(bad[i]), &value));
}

/* German numbers have a comma. Where no such locale is installed this proves nothing, and says so. */
static void the_locale_does_not_matter(void **state)
{
	char got[32];
	double value;

	(void)state;
	if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
		skip();
	assert_true(mr_parse_double(LIT("1.5"), &value) && value == 1.5);
	assert_true(mr_parse_double(LIT("1.00000000000000000000000000000000001"), &value) && value == 1.0);
	mr_format_double(got, 1.5);
	assert_string_equal(got, "1.5");
	setlocale(LC_ALL, "C");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_are_written_as_python_does),
		cmocka_unit_test(random_doubles_are_shortest_and_nearest),
		cmocka_unit_test(random_texts_are_read_as_the_c_library_does),
		cmocka_unit_test(hard_cases_are_rounded_correctly),
		cmocka_unit_test(what_a_double_may_look_like),
		cmocka_unit_test(int64_is_read_exactly),
		cmocka_unit_test(the_locale_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
