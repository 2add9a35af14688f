/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include "base/inject.h"
#include "base/map.h"

static void finds_what_was_set(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	mr_map *map = mr_map_new(arena, 0);
	mr_str key;
	void *value;
	intptr_t i;

	(void)state;
	for (i = 1; i <= 20000; i++)
		assert_true(mr_map_set(map, mr_arena_printf(arena, "key %d", (int)i), (void *)i, NULL));
	assert_int_equal(mr_map_count(map), 20000);
	for (i = 1; i <= 20000; i++) {
		assert_ptr_equal(mr_map_get(map, mr_arena_printf(arena, "key %d", (int)i)), (void *)i);
		assert_true(mr_map_at(map, (size_t)i - 1, &key, &value)); /* in the order of insertion */
		assert_ptr_equal(value, (void *)i);
		assert_str(mr_arena_printf(arena, "key %d", (int)i).ptr, key);
	}
	assert_null(mr_map_get(map, LIT("key 20001")));
	assert_null(mr_map_get(map, LIT("")));
	assert_false(mr_map_at(map, 20000, &key, &value));
	mr_arena_free(arena);
}

static void setting_again_replaces(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	mr_map *map = mr_map_new(arena, 100);
	int a, b;
	void *old = &a;

	(void)state;
	assert_true(mr_map_set(map, LIT("k\0x"), &a, &old));
	assert_null(old);
	assert_true(mr_map_set(map, LIT("k\0y"), &b, &old));
	assert_null(old);
	assert_true(mr_map_set(map, LIT("k\0x"), &b, &old));
	assert_ptr_equal(old, &a);
	assert_int_equal(mr_map_count(map), 2);
	assert_ptr_equal(mr_map_get(map, LIT("k\0x")), &b);
	assert_true(mr_map_set(map, LIT(""), &a, NULL));
	assert_ptr_equal(mr_map_get(map, mr_str_make(NULL, 0)), &a);
	mr_arena_free(arena);
}

static void a_failed_growth_is_an_answer(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	bool failed = true, ok = false;
	mr_map *map;
	intptr_t i;

	(void)state;
	for (long n = 1; failed; n++) {
		mr_arena_free(arena);
		arena = mr_arena_new(0);
		mr_inject_alloc_fail_at(n);
		map = mr_map_new(arena, 0);
		ok = map != NULL;
		for (i = 1; ok && i <= 3000; i++)
			ok = mr_map_set(map, mr_str_make((char *)&i, sizeof i), (void *)i, NULL);
		failed = mr_inject_alloc_off();
		assert_int_equal(ok, !failed);
		if (failed && map)
			assert_null(mr_map_get(map, LIT("none")));
	}
	assert_true(ok);
	mr_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_set),
		cmocka_unit_test(setting_again_replaces),
		cmocka_unit_test(a_failed_growth_is_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
