/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/inject.h"
#include "base/json.h"

static mr_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static void a_message_is_pulled(void **state)
{
	static const char text[] =
		" { \"id\" : \"r\\u00e9\" , \"n\":-12 ,\"list\":[true,false , null],\"skip\":{\"a\":[1,{}]},\n"
		"\"x\":NaN } ";
	mr_json_scanner sc;
	mr_json_type type;
	mr_error err;
	mr_str key, got;
	bool flag;

	(void)state;
	mr_error_init(&err);
	mr_json_scan_init(&sc, mr_str_from(text), arena, &err);
	assert_true(mr_json_scan_peek(&sc, &type));
	assert_int_equal(type, MR_JSON_OBJECT);
	assert_true(mr_json_scan_enter(&sc, MR_JSON_OBJECT));
	assert_true(mr_json_scan_next(&sc, MR_JSON_OBJECT, true, &key));
	assert_str("id", key);
	assert_true(mr_json_scan_string(&sc, &got));
	assert_str("r\xc3\xa9", got);
	assert_true(mr_json_scan_next(&sc, MR_JSON_OBJECT, false, &key));
	assert_true(mr_json_scan_number(&sc, &got));
	assert_str("-12", got);
	assert_true(mr_json_scan_next(&sc, MR_JSON_OBJECT, false, &key));
	assert_str("list", key);
	assert_true(mr_json_scan_enter(&sc, MR_JSON_ARRAY));
	assert_true(mr_json_scan_next(&sc, MR_JSON_ARRAY, true, NULL));
	assert_true(mr_json_scan_bool(&sc, &flag) && flag);
	assert_true(mr_json_scan_next(&sc, MR_JSON_ARRAY, false, NULL));
	assert_true(mr_json_scan_bool(&sc, &flag) && !flag);
	assert_true(mr_json_scan_next(&sc, MR_JSON_ARRAY, false, NULL));
	assert_true(mr_json_scan_null(&sc));
	assert_false(mr_json_scan_next(&sc, MR_JSON_ARRAY, false, NULL));
	assert_false(mr_json_scan_failed(&sc));
	assert_true(mr_json_scan_next(&sc, MR_JSON_OBJECT, false, &key));
	assert_true(mr_json_scan_skip(&sc, &got));
	assert_str("{\"a\":[1,{}]}", got);
	assert_true(mr_json_scan_next(&sc, MR_JSON_OBJECT, false, &key));
	assert_true(mr_json_scan_number(&sc, &got));
	assert_str("NaN", got);
	assert_false(mr_json_scan_next(&sc, MR_JSON_OBJECT, false, &key));
	assert_true(mr_json_scan_end(&sc));
	assert_int_equal(err.code, MR_OK);
}

static void plain_strings_are_not_copied(void **state)
{
	static const char text[] = "\"plain, longer than sixteen bytes \xf0\x9f\x98\x80 \x7f\"";
	mr_json_scanner sc;
	mr_error err;
	mr_str got;

	(void)state;
	mr_error_init(&err);
	mr_json_scan_init(&sc, mr_str_from(text), NULL, &err); /* no arena: nothing to copy */
	assert_true(mr_json_scan_string(&sc, &got));
	assert_ptr_equal(got.ptr, text + 1);
	assert_int_equal(got.len, sizeof text - 3);
}

static void escapes(void **state)
{
	mr_json_scanner sc;
	mr_error err;
	mr_str got;

	(void)state;
	mr_error_init(&err);
	mr_json_scan_init(&sc, LIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00E9\\ud83d\\uDE00\\u0000end\""), arena,
			  &err);
	assert_true(mr_json_scan_string(&sc, &got));
	assert_int_equal(got.len, 19);
	assert_memory_equal(got.ptr, "\"\\/\b\f\n\r\tA\xc3\xa9\xf0\x9f\x98\x80\0end", 20);
}

static void every_position_of_a_special_byte_is_found(void **state)
{
	char text[80];
	mr_json_scanner sc;
	mr_error err;
	mr_str got;
	size_t length, at;

	(void)state;
	for (length = 1; length < 50; length++) {
		for (at = 0; at < length; at++) {
			memset(text, 'a', sizeof text);
			text[0] = text[length + 1] = '"';
			text[at + 1] = '\x01';
			mr_error_init(&err);
			mr_json_scan_init(&sc, mr_str_make(text, length + 2), arena, &err);
			assert_false(mr_json_scan_string(&sc, &got));
			text[at + 1] = '"'; /* ends the string there */
			mr_error_init(&err);
			mr_json_scan_init(&sc, mr_str_make(text, length + 2), arena, &err);
			assert_true(mr_json_scan_string(&sc, &got));
			assert_int_equal(got.len, at);
		}
	}
}

struct failure {
	const char *text;
	const char *message;
};

static void check_failures(const struct failure *cases, size_t count)
{
	mr_json *tree;
	mr_error err;
	size_t i;

	for (i = 0; i < count; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_json_parse(mr_str_from(cases[i].text), arena, &tree, &err), MR_BAD_REQUEST);
		assert_string_equal(err.message, cases[i].message);
	}
}

static void errors_name_the_place(void **state)
{
	static const struct failure cases[] = {
		{"", "Invalid JSON at line 1 column 1: a value is expected, the text ends here"},
		{"{", "Invalid JSON at line 1 column 2: a key in double quotes is expected, the text ends here"},
		{"[1,]", "Invalid JSON at line 1 column 4: a value is expected, here is ']'"},
		{"[1 2]", "Invalid JSON at line 1 column 4: ',' or ']' is expected, here is '2'"},
		{"[1", "Invalid JSON at line 1 column 3: ',' or ']' is expected, the text ends here"},
		{"[", "Invalid JSON at line 1 column 2: a value is expected, the text ends here"},
		{"{\"a\" 1}", "Invalid JSON at line 1 column 6: ':' is expected, here is '1'"},
		{"{\"a\":1,}", "Invalid JSON at line 1 column 8: a key in double quotes is expected, here is '}'"},
		{"{a:1}", "Invalid JSON at line 1 column 2: a key in double quotes is expected, here is 'a'"},
		{"{\"a\":1\n\n  \"b\":2}", "Invalid JSON at line 3 column 3: ',' or '}' is expected, here is '\"'"},
		{"nul", "Invalid JSON at line 1 column 1: null is expected, here is 'n'"},
		{"\n\ntru", "Invalid JSON at line 3 column 1: true or false is expected, here is 't'"},
		{"1 2", "Invalid JSON at line 1 column 3: the end is expected, here is '2'"},
		{"01", "Invalid JSON at line 1 column 2: a number must not begin with a zero"},
		{"-", "Invalid JSON at line 1 column 2: a digit is expected, the text ends here"},
		{"1.", "Invalid JSON at line 1 column 3: a digit is expected, the text ends here"},
		{"1.e5", "Invalid JSON at line 1 column 3: a digit is expected, here is 'e'"},
		{"1e", "Invalid JSON at line 1 column 3: a digit is expected, the text ends here"},
		{"-NaN", "Invalid JSON at line 1 column 2: a digit is expected, here is 'N'"},
		{"+1", "Invalid JSON at line 1 column 1: a value is expected, here is '+'"},
		{"'a'", "Invalid JSON at line 1 column 1: a value is expected, here is '''"},
		{"\xef\xbb\xbf{}", "Invalid JSON at line 1 column 1: a value is expected, here is the byte 0xef"},
	};

	(void)state;
	check_failures(cases, sizeof cases / sizeof cases[0]);
}

static void errors_in_strings_name_the_place(void **state)
{
	static const struct failure cases[] = {
		{"\"abc", "Invalid JSON at line 1 column 5: the string has no closing quote"},
		{"\"a\nb\"", "Invalid JSON at line 1 column 3: the control character 0x0a must be escaped in a string"},
		{"\"\xff\"", "Invalid JSON at line 1 column 2: the byte 0xff is not valid UTF-8"},
		{"\"\xed\xa0\x80\"", "Invalid JSON at line 1 column 2: the byte 0xed is not valid UTF-8"},
		{"\"\xc3", "Invalid JSON at line 1 column 2: the byte 0xc3 is not valid UTF-8"},
		{"\"\\", "Invalid JSON at line 1 column 2: an escape is cut off"},
		{"\"\\x41\"", "Invalid JSON at line 1 column 2: unknown escape; write a backslash as \\\\"},
		{"\"\\u12\"", "Invalid JSON at line 1 column 2: \\u needs four hex digits"},
		{"\"\\u12g4\"", "Invalid JSON at line 1 column 2: \\u needs four hex digits"},
		{"\"\\ud800\"", "Invalid JSON at line 1 column 2: the escape is half of a surrogate pair"},
		{"\"\\ud800\\n\"", "Invalid JSON at line 1 column 2: the escape is half of a surrogate pair"},
		{"\"\\udc00\\ud800\"", "Invalid JSON at line 1 column 2: the escape is half of a surrogate pair"},
		{"\"\\ud800\\ud800\"", "Invalid JSON at line 1 column 2: the escape is half of a surrogate pair"},
	};

	(void)state;
	check_failures(cases, sizeof cases / sizeof cases[0]);
	assert_int_equal(mr_json_parse(LIT("\"\\ud800\""), arena, &(mr_json *){NULL}, NULL), MR_BAD_REQUEST);
}

static void skipping_checks_as_strictly(void **state)
{
	static const char *const bad[] = {"\"\\ud800\"", "[1,]", "{\"a\\x\":1}", "\"\xff\"", "{1:2}", "[nul]", "[\"a]"};
	mr_json_scanner sc;
	mr_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		mr_error_init(&err);
		mr_json_scan_init(&sc, mr_str_from(bad[i]), arena, &err);
		assert_false(mr_json_scan_skip(&sc, NULL));
		assert_true(mr_json_scan_failed(&sc));
		assert_int_equal(err.code, MR_BAD_REQUEST);
	}
}

static void a_failed_scanner_stays_failed(void **state)
{
	mr_json_scanner sc;
	mr_json_type type;
	mr_error err;
	mr_str got;
	bool flag;

	(void)state;
	mr_error_init(&err);
	mr_json_scan_init(&sc, LIT("[x, {}]"), arena, &err);
	assert_true(mr_json_scan_enter(&sc, MR_JSON_ARRAY));
	assert_true(mr_json_scan_next(&sc, MR_JSON_ARRAY, true, NULL));
	assert_false(mr_json_scan_null(&sc));
	assert_false(mr_json_scan_peek(&sc, &type));
	assert_false(mr_json_scan_next(&sc, MR_JSON_ARRAY, false, NULL));
	assert_false(mr_json_scan_enter(&sc, MR_JSON_OBJECT));
	assert_false(mr_json_scan_string(&sc, &got));
	assert_false(mr_json_scan_number(&sc, &got));
	assert_false(mr_json_scan_bool(&sc, &flag));
	assert_false(mr_json_scan_skip(&sc, NULL));
	assert_false(mr_json_scan_end(&sc));
	assert_string_equal(err.message, "Invalid JSON at line 1 column 2: null is expected, here is 'x'");
}

static void depth_is_limited(void **state)
{
	char text[20001];
	mr_json *tree;
	mr_error err;

	(void)state;
	memset(text, '[', 10000);
	memset(text + 10000, ']', 10000);
	text[20000] = 0;
	mr_error_init(&err);
	assert_int_equal(mr_json_parse(mr_str_make(text, 20000), arena, &tree, &err), MR_BAD_REQUEST);
	assert_string_equal(err.message,
			    "Invalid JSON at line 1 column 101: nested deeper than the 100 levels allowed");
	mr_error_init(&err);
	assert_int_equal(mr_json_parse(mr_str_make(text + 9900, 200), arena, &tree, &err), MR_OK);
}

static void running_out_of_memory_is_an_answer(void **state)
{
	mr_arena *small = mr_arena_new(40);
	mr_json_scanner sc;
	mr_error err;
	mr_str got;

	(void)state;
	mr_error_init(&err);
	mr_json_scan_init(&sc, LIT("\"\\n 0123456789 0123456789 0123456789 0123456789\""), small, &err);
	assert_false(mr_json_scan_string(&sc, &got));
	assert_true(mr_json_scan_failed(&sc));
	assert_int_equal(err.code, MR_RESOURCE_EXHAUSTED);
	mr_arena_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_pulled),
		cmocka_unit_test(plain_strings_are_not_copied),
		cmocka_unit_test(escapes),
		cmocka_unit_test(every_position_of_a_special_byte_is_found),
		cmocka_unit_test(errors_name_the_place),
		cmocka_unit_test(errors_in_strings_name_the_place),
		cmocka_unit_test(skipping_checks_as_strictly),
		cmocka_unit_test(a_failed_scanner_stays_failed),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(running_out_of_memory_is_an_answer),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
