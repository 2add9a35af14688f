/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/inject.h"

static void allocations_are_aligned_and_apart(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	char *at[500];
	size_t i, n;

	(void)state;
	for (i = 0; i < 500; i++) {
		n = (size_t)(test_random() % 300);
		at[i] = mr_arena_alloc(arena, n + 1);
		assert_non_null(at[i]);
		assert_int_equal((uintptr_t)at[i] % 16, 0);
		memset(at[i], (int)(i & 0xff), n + 1);
		at[i][0] = (char)i;
	}
	for (i = 0; i < 500; i++)
		assert_int_equal((unsigned char)at[i][0], i & 0xff);
	assert_true(mr_arena_used(arena) >= 500);
	mr_arena_reset(arena);
	assert_int_equal(mr_arena_used(arena), 0);
	mr_arena_free(arena);
	mr_arena_free(NULL);
}

static void large_allocations_get_their_own_block(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	char *large = mr_arena_alloc(arena, 5 << 20);

	(void)state;
	assert_non_null(large);
	memset(large, 1, 5 << 20);
	assert_non_null(mr_arena_alloc(arena, 1));
	assert_null(mr_arena_alloc(arena, SIZE_MAX));
	assert_null(mr_arena_alloc(arena, SIZE_MAX - 100));
	mr_arena_free(arena);
}

static void the_cap_holds(void **state)
{
	mr_arena *arena = mr_arena_new(1000);
	char *some;

	(void)state;
	assert_null(mr_arena_alloc(arena, 1001));
	some = mr_arena_alloc(arena, 900);
	assert_non_null(some);
	assert_null(mr_arena_alloc(arena, 101));
	assert_null(mr_arena_grow(arena, some, 900, 1100));
	assert_true(mr_arena_used(arena) <= 1000);
	mr_arena_reset(arena);
	assert_non_null(mr_arena_alloc(arena, 900));
	assert_null(mr_arena_copy(arena, mr_str_make("x", 500)).ptr);
	mr_arena_free(arena);
}

static void marks_nest(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	mr_arena_mark empty = mr_arena_mark_get(arena), outer, inner;
	char *keep, *keep2;
	size_t used, i;

	(void)state;
	keep = mr_arena_strdup(arena, "outer");
	outer = mr_arena_mark_get(arena);
	used = mr_arena_used(arena);
	keep2 = mr_arena_strdup(arena, "inner");
	inner = mr_arena_mark_get(arena);
	for (i = 0; i < 1000; i++)
		assert_non_null(mr_arena_zalloc(arena, 100));
	mr_arena_release(arena, inner);
	assert_string_equal(keep2, "inner");
	for (i = 0; i < 1000; i++)
		assert_non_null(mr_arena_zalloc(arena, 1000));
	mr_arena_release(arena, outer);
	assert_int_equal(mr_arena_used(arena), used);
	assert_string_equal(keep, "outer");
	assert_string_equal(mr_arena_strdup(arena, "again"), "again");
	mr_arena_release(arena, empty);
	assert_int_equal(mr_arena_used(arena), 0);
	assert_non_null(mr_arena_strdup(arena, "fresh"));
	mr_arena_free(arena);
}

static void text(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	char long_text[1000];
	mr_str got;

	(void)state;
	memset(long_text, 'y', sizeof long_text - 1);
	long_text[999] = 0;
	assert_str("", mr_arena_copy(arena, mr_str_make(NULL, 0)));
	assert_non_null(mr_arena_copy(arena, mr_str_make(NULL, 0)).ptr);
	got = mr_arena_copy(arena, mr_str_make("abcdef", 3));
	assert_str("abc", got);
	assert_int_equal(got.ptr[3], 0);
	assert_str("7 x", mr_arena_printf(arena, "%d %s", 7, "x"));
	got = mr_arena_printf(arena, "<%s>", long_text);
	assert_int_equal(got.len, 1001);
	assert_int_equal(got.ptr[1000], '>');
	assert_string_equal(mr_arena_strdup(arena, "dup"), "dup");
	mr_arena_free(arena);
}

static void growing_keeps_the_bytes(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	size_t size = 8, i;
	char *bytes = mr_arena_grow(arena, NULL, 0, size);

	(void)state;
	memset(bytes, 'a', size);
	while (size < 100000) {
		bytes = mr_arena_grow(arena, bytes, size, size * 3);
		assert_non_null(bytes);
		memset(bytes + size, 'a', size * 2);
		size *= 3;
		if (size > 500)
			assert_non_null(mr_arena_alloc(arena, 3)); /* no longer the last */
	}
	for (i = 0; i < size; i++)
		assert_int_equal(bytes[i], 'a');
	assert_non_null(mr_arena_grow(arena, bytes, size, 10));
	assert_null(mr_arena_grow(arena, bytes, 10, SIZE_MAX));
	mr_arena_free(arena);
}

/* One piece of work whose every allocation is made to fail in turn. */
static bool fill(void)
{
	mr_arena *arena = mr_arena_new(0);
	bool ok = arena != NULL;
	int i;

	for (i = 0; ok && i < 20; i++)
		ok = mr_arena_alloc(arena, 3000) && mr_arena_printf(arena, "%0500d", i).ptr;
	mr_arena_free(arena);
	return ok;
}

static void running_out_of_memory_is_an_answer(void **state)
{
	long n;
	bool ok = false, failed = true;

	(void)state;
	for (n = 1; failed; n++) {
		mr_inject_alloc_fail_at(n);
		ok = fill();
		failed = mr_inject_alloc_off();
		assert_int_equal(ok, !failed);
	}
	assert_true(ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_are_aligned_and_apart),
		cmocka_unit_test(large_allocations_get_their_own_block),
		cmocka_unit_test(the_cap_holds),
		cmocka_unit_test(marks_nest),
		cmocka_unit_test(text),
		cmocka_unit_test(growing_keeps_the_bytes),
		cmocka_unit_test(running_out_of_memory_is_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
