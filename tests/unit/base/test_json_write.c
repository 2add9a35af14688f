/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <math.h>
#include <stdlib.h>

#include "base/inject.h"
#include "base/json.h"

/* The expected texts are json.dumps's of {"a": [1, "x", {}, []], "b": {"c": null}}. */
static void three_styles(void **state)
{
	static const char *const expected[] = {
		[MR_JSON_COMPACT] = "{\"a\":[1,\"x\",{},[]],\"b\":{\"c\":null,\"d\":[true,1.5]}}",
		[MR_JSON_SPACED] = "{\"a\": [1, \"x\", {}, []], \"b\": {\"c\": null, \"d\": [true, 1.5]}}",
		[MR_JSON_PRETTY] = "{\n  \"a\": [\n    1,\n    \"x\",\n    {},\n    []\n  ],\n  \"b\": {\n"
				   "    \"c\": null,\n    \"d\": [\n      true,\n      1.5\n    ]\n  }\n}",
	};
	mr_json_writer w;
	mr_buf buf;

	(void)state;
	mr_buf_init(&buf, 1 << 20);
	for (int style = MR_JSON_COMPACT; style <= MR_JSON_PRETTY; style++) {
		mr_buf_clear(&buf);
		mr_json_write_init(&w, &buf, (mr_json_style)style);
		mr_json_write_begin(&w, '{');
		mr_json_write_key(&w, LIT("a"));
		mr_json_write_begin(&w, '[');
		mr_json_write_int(&w, 1);
		mr_json_write_string(&w, LIT("x"));
		mr_json_write_begin(&w, '{');
		mr_json_write_end(&w, '}');
		mr_json_write_begin(&w, '[');
		mr_json_write_end(&w, ']');
		mr_json_write_end(&w, ']');
		mr_json_write_key(&w, LIT("b"));
		mr_json_write_begin(&w, '{');
		mr_json_write_key(&w, LIT("c"));
		mr_json_write_null(&w);
		mr_json_write_key(&w, LIT("d"));
		mr_json_write_begin(&w, '[');
		mr_json_write_bool(&w, true);
		mr_json_write_raw(&w, LIT("1.5"));
		mr_json_write_end(&w, ']');
		mr_json_write_end(&w, '}');
		mr_json_write_end(&w, '}');
		assert_str(expected[style], mr_buf_view(&buf));
	}
	mr_buf_dispose(&buf);
}

static void strings_are_escaped_as_python_does(void **state)
{
	/* json.dumps of the same text, where it is valid */
	static const struct {
		mr_str text;
		const char *json;
	} cases[] = {
		{{"", 0}, "\"\""},
		{{NULL, 0}, "\"\""},
		{{"\"\\/\b\f\n\r\t\x01\x1f\x7f<>&'", 15}, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f<>&'\""},
		{{"a\0b", 3}, "\"a\\u0000b\""},
		{{"h\xc3\xa9 \xe2\x82\xac \xef\xbf\xbf", 11}, "\"h\\u00e9 \\u20ac \\uffff\""},
		{{"\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", 8}, "\"\\ud83d\\ude00\\udbff\\udfff\""},
		{{"bad \xff\xc3", 6}, "\"bad \\ufffd\\ufffd\""},
		{{"longer than sixteen bytes, then \n and more than sixteen", 55},
		 "\"longer than sixteen bytes, then \\n and more than sixteen\""},
	};
	mr_json_writer w;
	mr_buf buf;
	size_t i;

	(void)state;
	mr_buf_init(&buf, 1 << 20);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		mr_buf_clear(&buf);
		mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
		mr_json_write_string(&w, cases[i].text);
		assert_str(cases[i].json, mr_buf_view(&buf));
	}
	mr_buf_dispose(&buf);
}

static void numbers(void **state)
{
	mr_json_writer w;
	mr_buf buf;

	(void)state;
	mr_buf_init(&buf, 1 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '[');
	mr_json_write_double(&w, (double)NAN);
	mr_json_write_double(&w, HUGE_VAL);
	mr_json_write_double(&w, -HUGE_VAL);
	mr_json_write_double(&w, 3);
	mr_json_write_double(&w, 1e-5);
	mr_json_write_int(&w, INT64_MIN);
	mr_json_write_end(&w, ']');
	assert_str("[\"NaN\",\"Infinity\",\"-Infinity\",3.0,1e-05,-9223372036854775808]", mr_buf_view(&buf));
	mr_buf_dispose(&buf);
}

static void a_full_buffer_is_seen_at_the_end(void **state)
{
	mr_json_writer w;
	mr_error err;
	mr_buf buf;

	(void)state;
	mr_error_init(&err);
	mr_buf_init(&buf, 10);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	mr_json_write_string(&w, LIT("0123456789"));
	mr_json_write_end(&w, ']');
	assert_int_equal(mr_buf_check(&buf, &err), MR_RESOURCE_EXHAUSTED);
	mr_buf_dispose(&buf);
}

/* One key and its value; the length written, 0 when the cap does not allow it. */
static size_t write_capped(size_t cap, mr_json_style style, mr_str text)
{
	mr_json_writer w;
	mr_buf buf;
	size_t n;

	mr_buf_init(&buf, cap);
	mr_json_write_init(&w, &buf, style);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, text);
	mr_json_write_string(&w, text);
	mr_json_write_end(&w, '}');
	assert_true(buf.len <= cap);
	n = buf.failed ? 0 : buf.len;
	mr_buf_dispose(&buf);
	return n;
}

/* What fits is written to the last byte, whatever room the writer would like to have. */
static void a_text_may_fill_the_cap_exactly(void **state)
{
	static const char *const parts[] = {"plain", "\n", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
					    "\""};
	size_t n;
	mr_buf text;

	(void)state;
	mr_buf_init(&text, 1 << 20);
	for (int round = 0; round < 300; round++) {
		mr_buf_clear(&text);
		for (uint64_t left = test_random() % (round % 50 ? 20 : 2000); left > 0; left--)
			mr_buf_c(&text, parts[test_random() % 7]);
		for (int style = MR_JSON_COMPACT; style <= MR_JSON_PRETTY; style++) {
			n = write_capped(SIZE_MAX, (mr_json_style)style, mr_buf_view(&text));
			assert_true(n > 0);
			assert_int_equal(write_capped(n, (mr_json_style)style, mr_buf_view(&text)), n);
			assert_int_equal(write_capped(n - 1, (mr_json_style)style, mr_buf_view(&text)), 0);
		}
	}
	mr_buf_dispose(&text);
}

static void trees(void **state)
{
	static const char text[] =
		"{\"s\": \"\\u00e9\", \"n\": -1.50, \"i\": 7, \"is\": \"8\", \"d\": 1, \"d\": 2, \"l\": "
		"[1, [2, [3]], NaN, -Infinity], \"e\": {}, \"t\": true, \"z\": null}";
	mr_arena *arena = mr_arena_new(0);
	mr_json *tree;
	const mr_json *got;
	mr_json_writer w;
	mr_error err;
	mr_buf buf;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_json_parse(mr_str_from(text), arena, &tree, &err), MR_OK);
	assert_int_equal(tree->count, 10);
	assert_str("\xc3\xa9", mr_json_str(mr_json_get(tree, "s"), LIT("?")));
	assert_str("?", mr_json_str(mr_json_get(tree, "i"), LIT("?")));
	assert_str("?", mr_json_str(mr_json_get(tree, "none"), LIT("?")));
	assert_int_equal(mr_json_int(mr_json_get(tree, "i"), -1), 7);
	assert_int_equal(mr_json_int(mr_json_get(tree, "is"), -1), 8);
	assert_int_equal(mr_json_int(mr_json_get(tree, "n"), -1), -1);
	assert_int_equal(mr_json_int(mr_json_get(tree, "t"), -1), -1);
	assert_int_equal(mr_json_int(mr_json_get(tree, "d"), -1), 2); /* the last of duplicates */
	assert_null(mr_json_get(mr_json_get(tree, "l"), "x"));
	assert_null(mr_json_get(NULL, "x"));
	got = mr_json_get(tree, "l");
	assert_int_equal(got->count, 4);
	assert_str("3", got->items[1].items[1].items[0].text);
	mr_buf_init(&buf, 1 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_tree(&w, tree);
	assert_str(text, mr_buf_view(&buf));
	mr_buf_clear(&buf);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_tree(&w, NULL);
	assert_str("null", mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	mr_arena_free(arena);
}

static void a_tree_out_of_memory_is_an_answer(void **state)
{
	bool failed = true;
	mr_arena *arena;
	mr_json *tree;
	mr_error err;
	mr_code code = MR_INTERNAL_ERROR;

	(void)state;
	for (long n = 1; failed; n++) {
		arena = mr_arena_new(0);
		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		code = mr_json_parse(LIT("{\"a\": [1,2,3,4,5,6,7,8,9,\"\\n\"], \"b\": {\"c\": []}}"), arena, &tree,
				     &err);
		failed = mr_inject_alloc_off();
		assert_int_equal(code, failed ? MR_RESOURCE_EXHAUSTED : MR_OK);
		assert_int_equal(err.code, code);
		mr_arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_styles),
		cmocka_unit_test(strings_are_escaped_as_python_does),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_full_buffer_is_seen_at_the_end),
		cmocka_unit_test(a_text_may_fill_the_cap_exactly),
		cmocka_unit_test(trees),
		cmocka_unit_test(a_tree_out_of_memory_is_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
