/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include "base/os.h"

static void a_release_gives_back_what_came_after_the_mark(void **state)
{
	size_t before = mr_arena_used(call->arena), mark = mr_call_mark(call), inner;
	char *kept = mr_call_alloc(call, 100000);

	(void)state;
	assert_non_null(kept);
	inner = mr_call_mark(call);
	assert_non_null(mr_call_alloc(call, 5000));
	mr_call_release(call, inner);
	memset(kept, 1, 100000);
	mr_call_release(call, mark);
	assert_int_equal(before, mr_arena_used(call->arena));
	mr_call_release(call, 0); /* no mark */
}

static void rows_that_are_kept_outlive_a_release(void **state)
{
	size_t mark;
	char *row;

	(void)state;
	call->keeps_rows = true;
	mark = mr_call_mark(call);
	row = mr_call_alloc(call, 64);
	mr_call_release(call, mark);
	memset(row, 1, 64); /* freed memory here is found by the sanitizer */
}

static void a_rewind_repeats_the_random_numbers(void **state)
{
	mr_arena_mark mark = mr_arena_mark_get(call->arena);
	char first[33], second[33], again[33];
	unsigned char bytes[3][13];

	(void)state;
	mr_call_uuid(call, first);
	mr_call_uuid(call, second);
	mr_call_random(call, bytes[0], sizeof bytes[0]);
	assert_string_not_equal(first, second);
	mr_call_rewind(call, mark);
	mr_call_uuid(call, again);
	assert_string_equal(first, again);
	mr_call_uuid(call, again);
	assert_string_equal(second, again);
	mr_call_random(call, bytes[1], sizeof bytes[1]);
	assert_memory_equal(bytes[0], bytes[1], sizeof bytes[0]);
	mr_call_reset(call);
	mr_call_uuid(call, again);
	assert_string_not_equal(first, again);
}

static void an_id_is_a_uuid_that_begins_with_the_time(void **state)
{
	char id[33], time_ms[13];
	int i;

	(void)state;
	snprintf(time_ms, sizeof time_ms, "%012llx", (unsigned long long)call->now_ms);
	for (i = 0; i < 100; i++) {
		mr_call_uuid(call, id);
		assert_int_equal(32, strspn(id, "0123456789abcdef"));
		assert_memory_equal(time_ms, id, 12);
		assert_int_equal('7', id[12]);
		assert_non_null(strchr("89ab", id[16]));
	}
}

static mr_code count_rows(void *arg, const void *row, mr_error *e)
{
	(void)row, (void)e;
	++*(int *)arg;
	return MR_OK;
}

static void an_emit_stops_when_nobody_waits(void **state)
{
	int n = 0;

	(void)state;
	call->emit = count_rows;
	call->emit_arg = &n;
	assert_int_equal(MR_OK, mr_call_emit(call, "row", &err));
	assert_false(mr_call_is_cancelled(call));
	call->deadline_ns = mr_monotonic_ns() - 1;
	assert_true(mr_call_is_cancelled(call));
	assert_int_equal(MR_DEADLINE_EXCEEDED, mr_call_emit(call, "row", &err));
	mr_error_init(&err);
	call->deadline_ns = mr_monotonic_ns() + 60 * (int64_t)1000000000;
	assert_int_equal(MR_OK, mr_call_emit(call, "row", &err));
	atomic_store(&call->cancelled, true);
	assert_true(mr_call_is_cancelled(call));
	assert_int_equal(MR_CANCELLED, mr_call_emit(call, "row", &err));
	assert_int_equal(2, n);
}

static void a_reset_forgets_everything(void **state)
{
	int64_t before = mr_time_ms();

	(void)state;
	call->deadline_ns = 1;
	call->user = mr_str_from("me");
	call->emit = count_rows;
	call->keeps_rows = true;
	atomic_store(&call->cancelled, true);
	mr_call_alloc(call, 100);
	mr_call_reset(call);
	assert_false(mr_call_is_cancelled(call));
	assert_int_equal(0, call->user.len);
	assert_int_equal(0, mr_arena_used(call->arena));
	assert_false(call->keeps_rows);
	assert_null(call->emit);
	assert_true(call->now_ms >= before && call->now_ms <= mr_time_ms());
}

static void memory_has_a_cap(void **state)
{
	mr_call *small = mr_call_new(10000);
	void *out;

	(void)state;
	assert_non_null(small);
	assert_null(mr_call_alloc(small, 10001));
	assert_int_equal(MR_RESOURCE_EXHAUSTED,
			 mr_msg_decode(&mr_desc_log_batch,
				       mr_arena_printf(call->arena, "{\"run_id\": \"%020000d\"}", 1), small, &out,
				       &err));
	mr_call_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_release_gives_back_what_came_after_the_mark, call_open, call_close),
		cmocka_unit_test_setup_teardown(rows_that_are_kept_outlive_a_release, call_open, call_close),
		cmocka_unit_test_setup_teardown(a_rewind_repeats_the_random_numbers, call_open, call_close),
		cmocka_unit_test_setup_teardown(an_id_is_a_uuid_that_begins_with_the_time, call_open, call_close),
		cmocka_unit_test_setup_teardown(an_emit_stops_when_nobody_waits, call_open, call_close),
		cmocka_unit_test_setup_teardown(a_reset_forgets_everything, call_open, call_close),
		cmocka_unit_test_setup_teardown(memory_has_a_cap, call_open, call_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
