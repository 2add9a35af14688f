/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "artifact/pipe.h"
#include "base/os.h"

enum { MUCH = 1 << 20 };

struct flow {
	struct mr_pipe *pipe;
	size_t got;
	int64_t last;
	unsigned sum;
};

static void *drain(void *arg)
{
	struct flow *flow = arg;
	char bytes[777];

	while ((flow->last = mr_pipe_read(flow->pipe, bytes, sizeof bytes, NULL, NULL)) > 0) {
		for (int64_t i = 0; i < flow->last; i++)
			flow->sum = flow->sum * 31 + (unsigned char)bytes[i];
		flow->got += (size_t)flow->last;
	}
	return NULL;
}

static void carries_bytes_in_order(void **state)
{
	struct flow flow = {.pipe = mr_pipe_new(1000, true)};
	unsigned long thread;
	unsigned sum = 0;
	mr_error err;
	char bytes[331];

	(void)state;
	assert_int_equal(mr_thread_start(&thread, "drain", drain, &flow, &err), MR_OK);
	for (size_t sent = 0; sent < MUCH; sent += sizeof bytes) {
		for (size_t i = 0; i < sizeof bytes; i++) {
			bytes[i] = (char)(sent + i * 7);
			sum = sum * 31 + (unsigned char)bytes[i];
		}
		assert_true(mr_pipe_write(flow.pipe, bytes, sizeof bytes, NULL, NULL));
	}
	mr_pipe_finish(flow.pipe);
	mr_thread_join(thread);
	assert_int_equal(flow.last, 0);
	assert_int_equal(flow.got, (MUCH + sizeof bytes - 1) / sizeof bytes * sizeof bytes);
	assert_int_equal(flow.sum, sum);
	assert_false(mr_pipe_rewind(flow.pipe)); /* more went through than it holds */
	mr_pipe_free(flow.pipe);
}

static bool at_once(void *arg)
{
	(void)arg;
	return true;
}

static void holds_the_last_byte(void **state)
{
	struct mr_pipe *pipe = mr_pipe_new(100, true);
	char bytes[100];

	(void)state;
	assert_true(mr_pipe_write(pipe, "abc", 3, NULL, NULL));
	assert_int_equal(mr_pipe_read(pipe, bytes, 100, NULL, NULL), 2);
	assert_int_equal(mr_pipe_read(pipe, bytes, 100, at_once, NULL), -1);
	assert_true(mr_pipe_rewind(pipe));
	assert_int_equal(mr_pipe_read(pipe, bytes, 1, NULL, NULL), 1);
	mr_pipe_finish(pipe);
	assert_int_equal(mr_pipe_read(pipe, bytes, 100, NULL, NULL), 2);
	assert_memory_equal(bytes, "bc", 2);
	assert_int_equal(mr_pipe_read(pipe, bytes, 100, NULL, NULL), 0);
	assert_true(mr_pipe_rewind(pipe));
	assert_int_equal(mr_pipe_read(pipe, bytes, 100, NULL, NULL), 3);
	assert_false(mr_pipe_write(pipe, "d", 1, NULL, NULL));
	mr_pipe_free(pipe);
}

static void *break_soon(void *arg)
{
	usleep(50 * 1000);
	mr_pipe_break(arg);
	return NULL;
}

static void wakes_both_sides_when_broken(void **state)
{
	struct mr_pipe *pipe;
	unsigned long thread;
	char bytes[200] = {0};
	mr_error err;

	(void)state;
	for (int reading = 0; reading < 2; reading++) {
		pipe = mr_pipe_new(100, false);
		assert_int_equal(mr_thread_start(&thread, "break", break_soon, pipe, &err), MR_OK);
		if (reading)
			assert_int_equal(mr_pipe_read(pipe, bytes, 100, NULL, NULL), -1);
		else
			assert_false(mr_pipe_write(pipe, bytes, 200, NULL, NULL));
		assert_false(mr_pipe_rewind(pipe));
		mr_thread_join(thread);
		mr_pipe_free(pipe);
	}
	pipe = mr_pipe_new(100, false);
	assert_false(mr_pipe_write(pipe, bytes, 200, at_once, NULL)); /* full, and the caller is cancelled */
	mr_pipe_free(pipe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_bytes_in_order),
		cmocka_unit_test(holds_the_last_byte),
		cmocka_unit_test(wakes_both_sides_when_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
