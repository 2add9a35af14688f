/* SPDX-License-Identifier: Apache-2.0
 *
 * Each allocation fails in turn: the work fails cleanly, or does not need it.
 */
#include "helper.h"

#include "api/request.h"
#include "base/inject.h"

#ifdef MR_INJECT

/* True when it was done; false after a failure that says what it is. */
typedef bool work(mr_call *in);

static bool outcome(mr_code code)
{
	if (code == MR_OK)
		return true;
	assert_int_equal(MR_RESOURCE_EXHAUSTED, code);
	assert_int_equal(MR_RESOURCE_EXHAUSTED, err.code);
	return false;
}

static void walk(work *todo)
{
	bool done = false, failed = true;
	long n;

	for (n = 1; failed; n++) {
		mr_call *fresh = mr_call_new(0);

		assert_non_null(fresh);
		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		done = todo(fresh);
		failed = mr_inject_alloc_off();
		mr_call_free(fresh);
	}
	assert_true(done);
	assert_true(n > 2);
}

/* Runs before the tables of the codec and the router were made, so that they fail, too. */
static bool first_use(mr_call *in)
{
	struct mr_route_match match;
	struct mr_request_source source = {.method = mr_str_from("POST"), .route = &match, .has_content_type = true};
	void *message;

	source.content_type = mr_str_from("application/json");
	source.body = mr_str_from(
		"{\"run_id\": \"r\\u00e9\", \"metrics\": [{\"key\": \"k\", \"value\": 1, \"timestamp\": 2}]}");
	if (!outcome(mr_route_prepare(&err)))
		return false;
	mr_route_find(source.method, mr_str_from("/api/2.0/mlflow/runs/log-batch"), &match);
	assert_ptr_equal(&mr_op_log_batch, match.op);
	return outcome(mr_request_decode(&source, in, &message, &err));
}

static bool query(mr_call *in)
{
	struct mr_route_match match;
	struct mr_request_source source = {.method = mr_str_from("GET"), .route = &match};
	void *message;

	source.query = mr_str_from("max_results=5&order_by=a&order_by=b&order_by=%FF");
	mr_route_find(source.method, mr_str_from("/api/2.0/mlflow/experiments/search"), &match);
	return outcome(mr_request_decode(&source, in, &message, &err));
}

static struct mr_run *run;

static bool encode(mr_call *in)
{
	void *copy;
	mr_buf out;
	bool good;

	mr_buf_init(&out, 1 << 24);
	good = outcome(mr_msg_copy(in, &mr_desc_run, run, &copy, &err)) &&
	       outcome(mr_msg_encode(&mr_desc_run, copy, MR_STYLE_PRETTY, &out, &err));
	mr_buf_dispose(&out);
	return good;
}

static bool send_request(mr_call *in)
{
	struct mr_search_runs *request = mr_msg_new(in, &mr_desc_search_runs);
	struct mr_request_parts parts;

	if (!request)
		return outcome(mr_error_no_memory(&err));
	mr_search_runs_set_filter(request, mr_str_from("metrics.loss < \"1\""));
	return outcome(mr_request_encode(&mr_op_search_runs, request, in, &parts, &err));
}

static bool openapi(mr_call *in)
{
	mr_buf out;
	bool good;

	(void)in;
	mr_buf_init(&out, 1 << 24);
	good = outcome(mr_openapi_write(&out, &err));
	mr_buf_dispose(&out);
	return good;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	walk(first_use);
	walk(query);
	walk(send_request);
	walk(openapi);
}

static void encoding_may_run_out(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		run = random_message(&mr_desc_run);
		walk(encode);
	}
}

/* Room is asked for in steps of a few bytes, so the last ones below the cap may stay unused. */
static void a_buffer_has_a_cap(void **state)
{
	const size_t step = 64;
	size_t cap, whole;
	mr_code code;
	mr_buf out;

	(void)state;
	run = random_message(&mr_desc_run);
	whole = encoded(&mr_desc_run, run, MR_STYLE_PRETTY).len;
	for (cap = 0; cap <= whole + step; cap++) {
		mr_buf_init(&out, cap);
		mr_error_init(&err);
		code = mr_msg_encode(&mr_desc_run, run, MR_STYLE_PRETTY, &out, &err);
		assert_true(out.len <= cap);
		assert_int_equal(code, err.code);
		if (code == MR_OK)
			assert_int_equal(whole, out.len);
		else
			assert_true(code == MR_RESOURCE_EXHAUSTED && cap < whole + step);
		mr_buf_dispose(&out);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, call_open, call_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_allocation_may_fail),
		TEST(encoding_may_run_out),
		TEST(a_buffer_has_a_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 77; /* needs a build with MR_INJECT */
}

#endif
