/* SPDX-License-Identifier: Apache-2.0
 *
 * What the grammar's comparison with MLflow (tests/compat) cannot see: LIKE,
 * tokens of pages, texts as Python prints them, numbers of a clause, memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/inject.h"
#include "search/repr.h"
#include "search/search.h"
#include "search/unicode.h"

static mr_arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static void likes(void **state)
{
	static const struct {
		const char *value, *pattern;
		bool like, ilike;
	} cases[] = {{"abc", "abc", true, true},     {"abc", "a%", true, true},	 {"abc", "%c", true, true},
		     {"abc", "%b%", true, true},     {"abc", "a_c", true, true}, {"abc", "a_", false, false},
		     {"ABC", "abc", false, true},    {"", "%", true, true},	 {"", "_", false, false},
		     {"", "", true, true},	     {"aXbXc", "a%b%c", true, true}, {"\xc3\xa9x", "_x", true, true},
		     {"aab", "%ab", true, true},     {"[x]", "[x]", true, true}, {"@", "`", false, false},
		     {"mississippi", "m%iss%pi", true, true}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		mr_str v = mr_str_from(cases[i].value), p = mr_str_from(cases[i].pattern);

		assert_int_equal(mr_search_like(v, p, false), cases[i].like);
		assert_int_equal(mr_search_like(v, p, true), cases[i].ilike);
	}
}

static void check_token(const char *text, mr_code code, int64_t offset, const char *message)
{
	struct mr_page_token token;
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_page_token_parse(mr_str_from(text), arena, &token, &err), code);
	if (code == MR_OK)
		assert_int_equal(token.offset, offset);
	else
		assert_string_equal(err.message, message);
}

static void tokens(void **state)
{
	struct mr_page_token token;
	mr_error err;
	mr_str made;

	(void)state;
	assert_true(mr_str_is(mr_page_token_make(arena, 1, mr_str_from(NULL)), "eyJvZmZzZXQiOiAxfQ==")); /* as MLflow's */
	check_token("", MR_OK, 0, NULL);
	check_token("eyJvZmZzZXQiOiAxfQ==", MR_OK, 1, NULL);
	check_token("eyJvZmZzZXQiOiAxfQ", MR_INVALID_PARAMETER_VALUE, 0, "Invalid page token, could not base64-decode");
	check_token("AAAA", MR_INVALID_PARAMETER_VALUE, 0, "Invalid page token, decoded value=b'\\x00\\x00\\x00'");
	check_token("e30=", MR_INVALID_PARAMETER_VALUE, 0, "Invalid page token, parsed value={}");
	made = mr_page_token_make(arena, 300, mr_str_from("null,\"x\""));
	mr_error_init(&err);
	assert_int_equal(mr_page_token_parse(made, arena, &token, &err), MR_OK);
	assert_int_equal(token.offset, 300);
	assert_true(mr_str_is(token.after, "null,\"x\""));
}

static void check_repr(const char *text, const char *expected)
{
	mr_buf buf;

	mr_buf_init(&buf, 1000);
	mr_repr_text(&buf, mr_str_from(text));
	assert_string_equal(buf.ptr, expected);
	mr_buf_dispose(&buf);
}

static void representations(void **state)
{
	(void)state;
	check_repr("", "''");
	check_repr("it's", "\"it's\"");
	check_repr("it's \"x\"", "'it\\'s \"x\"'");
	check_repr("a\\b\n\t\r\x01", "'a\\\\b\\n\\t\\r\\x01'");
	check_repr("\xc3\xa9", "'\xc3\xa9'");
	check_repr("\xc2\xa0\xe2\x80\xa8\xf3\xa0\x80\x81", "'\\xa0\\u2028\\U000e0001'");
	assert_true(mr_str_is(mr_repr_strip(mr_str_from(" \xc2\xa0x y\xe3\x80\x80\n")), "x y"));
	assert_int_equal(mr_unicode_length(mr_str_from("a\xc3\xa9\xf0\x9f\x98\x80")), 3);
	assert_true(mr_str_is(mr_unicode_first(mr_str_from("a\xc3\xa9\xf0\x9f\x98\x80"), 2), "a\xc3\xa9"));
	assert_true(mr_unicode_is_word(0xe9) && !mr_unicode_is_word(0x1f600) && mr_unicode_is_word('_'));
}

static void numbers(void **state)
{
	struct mr_search_filter f;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_search_parse_filter(MR_SEARCH_RUNS,
						mr_str_from("start_time > 9007199254740993 AND metrics.a <= -1.5e3 AND "
							    "end_time < 99999999999999999999 AND run_id IN ('a\\x41', \"b\")"),
						arena, &f, &err),
			 MR_OK);
	assert_int_equal(f.n, 4);
	assert_true(f.clauses[0].is_integer && f.clauses[0].integer == 9007199254740993);
	assert_true(f.clauses[1].is_number && !f.clauses[1].is_integer && f.clauses[1].number == -1500);
	assert_true(f.clauses[2].is_number && !f.clauses[2].is_integer && f.clauses[2].number == 1e20);
	assert_int_equal(f.clauses[3].list_n, 2);
	assert_true(mr_str_is(f.clauses[3].list[0], "aA") && mr_str_is(f.clauses[3].list[1], "b"));
}

/* Deep nesting and long filters are refused, not crashed on. */
static void hostile(void **state)
{
	enum { N = 200000 };
	char *text = mr_arena_alloc(arena, N);
	struct mr_search_filter f;
	mr_error err;

	(void)state;
	memset(text, '(', N);
	mr_error_init(&err);
	assert_int_not_equal(mr_search_parse_filter(MR_SEARCH_RUNS, mr_str_make(text, N), arena, &f, &err), MR_OK);
	memset(text, ')', N / 2);
	memset(text, '(', N / 4);
	mr_error_init(&err);
	assert_int_not_equal(mr_search_parse_filter(MR_SEARCH_RUNS, mr_str_make(text, N / 2), arena, &f, &err), MR_OK);
	memset(text, '.', N);
	mr_error_init(&err);
	assert_int_not_equal(mr_search_parse_filter(MR_SEARCH_LOGGED_MODELS, mr_str_make(text, N), arena, &f, &err), MR_OK);
}

#ifdef MR_INJECT
/* Every allocation in turn fails: an error, never a crash. */
static void out_of_memory(void **state)
{
	mr_str text = mr_str_from("metrics.a > 1 AND run_id IN ('a', 'b') AND tags.`x y` ILIKE '%z'");
	struct mr_search_filter f;
	mr_error err;
	mr_code code;
	long n;

	(void)state;
	for (n = 1;; n++) {
		mr_arena *own = mr_arena_new(0);

		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		code = mr_search_parse_filter(MR_SEARCH_RUNS, text, own, &f, &err);
		if (!mr_inject_alloc_off()) {
			assert_int_equal(code, MR_OK);
			mr_arena_free(own);
			return;
		}
		assert_int_equal(code, MR_RESOURCE_EXHAUSTED);
		mr_arena_free(own);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(likes),   cmocka_unit_test(tokens),  cmocka_unit_test(representations),
		cmocka_unit_test(numbers), cmocka_unit_test(hostile),
#ifdef MR_INJECT
		cmocka_unit_test(out_of_memory),
#endif
	};

	return cmocka_run_group_tests(tests, begin, end);
}
