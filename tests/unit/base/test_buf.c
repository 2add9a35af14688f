/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/inject.h"

static void appends(void **state)
{
	char long_text[1000];
	mr_error err;
	mr_buf buf;

	(void)state;
	mr_error_init(&err);
	memset(long_text, 'z', sizeof long_text);
	long_text[999] = 0;
	mr_buf_init(&buf, 1 << 20);
	assert_str("", mr_buf_view(&buf));
	mr_buf_c(&buf, "a");
	mr_buf_char(&buf, 'b');
	mr_buf_str(&buf, LIT("c\0d"));
	mr_buf_str(&buf, mr_str_make(NULL, 0));
	assert_int_equal(buf.len, 5);
	assert_memory_equal(buf.ptr, "abc\0d", 6);
	mr_buf_clear(&buf);
	mr_buf_printf(&buf, "%d-%s|", 5, "x");
	mr_buf_int(&buf, 0);
	mr_buf_int(&buf, INT64_MIN);
	mr_buf_int(&buf, INT64_MAX);
	mr_buf_char(&buf, '|');
	mr_buf_double(&buf, 0.1);
	mr_buf_double(&buf, -1e-5);
	assert_str("5-x|0-92233720368547758089223372036854775807|0.1-1e-05", mr_buf_view(&buf));
	mr_buf_clear(&buf);
	mr_buf_printf(&buf, "%s%s", long_text, "!");
	assert_int_equal(buf.len, 1000);
	assert_int_equal(buf.ptr[999], '!');
	assert_int_equal(mr_buf_check(&buf, &err), MR_OK);
	mr_buf_dispose(&buf);
	assert_null(buf.ptr);
}

static void the_cap_is_exact_and_the_failure_sticks(void **state)
{
	mr_error err;
	mr_buf buf;

	(void)state;
	mr_error_init(&err);
	mr_buf_init(&buf, 100);
	for (int i = 0; i < 100; i++)
		mr_buf_char(&buf, 'x');
	assert_false(buf.failed);
	mr_buf_char(&buf, 'y');
	assert_true(buf.failed);
	assert_int_equal(buf.len, 100);
	mr_buf_add(&buf, "", 0);
	assert_null(mr_buf_reserve(&buf, 0));
	assert_int_equal(mr_buf_check(&buf, &err), MR_RESOURCE_EXHAUSTED);
	assert_string_equal(err.message, "More than the 100 bytes allowed here");
	assert_null(mr_buf_take(&buf));
	assert_false(buf.failed); /* empty again */
	mr_buf_printf(&buf, "%0300d", 1);
	assert_true(buf.failed);
	assert_int_equal(buf.len, 0);
	mr_buf_clear(&buf);
	mr_buf_add(&buf, "abc", SIZE_MAX);
	assert_true(buf.failed);
	mr_buf_dispose(&buf);
	mr_buf_init(&buf, 0);
	mr_buf_add(&buf, "", 0);
	assert_false(buf.failed);
	mr_buf_char(&buf, 'x');
	assert_true(buf.failed);
	mr_buf_dispose(&buf);
}

static void reserve_and_take(void **state)
{
	mr_buf buf;
	char *room, *taken;

	(void)state;
	mr_buf_init(&buf, SIZE_MAX);
	room = mr_buf_reserve(&buf, 5);
	memcpy(room, "hello", 6);
	buf.len += 5;
	taken = mr_buf_take(&buf);
	assert_string_equal(taken, "hello");
	free(taken);
	assert_int_equal(buf.len, 0);
	taken = mr_buf_take(&buf);
	assert_string_equal(taken, ""); /* an empty text is one, too */
	free(taken);
	mr_buf_dispose(&buf);
}

static void running_out_of_memory_sticks(void **state)
{
	mr_error err;
	mr_buf buf;
	long n;
	bool failed = true;

	(void)state;
	for (n = 1; failed; n++) {
		mr_error_init(&err);
		mr_buf_init(&buf, 1 << 20);
		mr_inject_alloc_fail_at(n);
		for (int i = 0; i < 1000; i++)
			mr_buf_c(&buf, "0123456789");
		failed = mr_inject_alloc_off();
		assert_int_equal(buf.failed, failed);
		assert_int_equal(mr_buf_check(&buf, &err), failed ? MR_RESOURCE_EXHAUSTED : MR_OK);
		mr_buf_dispose(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends),
		cmocka_unit_test(the_cap_is_exact_and_the_failure_sticks),
		cmocka_unit_test(reserve_and_take),
		cmocka_unit_test(running_out_of_memory_sticks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
