/* SPDX-License-Identifier: Apache-2.0
 *
 * The small parts: the pool, which hosts may be asked for artifacts, what a
 * download is called, the head of a request.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/os.h"
#include "server/disposition.h"
#include "server/host_policy.h"
#include "server/http_head.h"
#include "server/pool.h"

/* ---- the pool ---- */

struct work {
	struct mr_task task;
	atomic_bool *gate;
	atomic_int *done;
};

static void wait_at_gate(struct mr_task *task)
{
	struct work *work = (struct work *)task;

	while (!*work->gate)
		usleep(500);
	++*work->done;
}

static void test_pool_runs_all_and_refuses_what_is_too_much(void **state)
{
	enum { THREADS = 3, QUEUE = 5, ALL = 40 };
	mr_pool *pool = mr_pool_new("test", THREADS, QUEUE);
	struct mr_pool_counts counts;
	struct work works[ALL];
	atomic_bool gate = false;
	atomic_int done = 0;
	int taken = 0;
	mr_error err;

	(void)state;
	for (int i = 0; i < ALL; i++) {
		works[i] = (struct work){{NULL, wait_at_gate}, &gate, &done};
		mr_error_init(&err);
		if (mr_pool_submit(pool, &works[i].task, &err) == MR_OK)
			taken++;
		else
			assert_int_equal(err.code, MR_TEMPORARILY_UNAVAILABLE);
		usleep(1000); /* a thread takes it, if one is free */
	}
	assert_in_range(taken, QUEUE, THREADS + QUEUE);
	mr_pool_count(pool, &counts);
	assert_int_equal(counts.threads, THREADS);
	assert_int_equal(counts.refused, ALL - taken);
	assert_false(mr_pool_free(pool, mr_monotonic_ns() + 20000000)); /* they do not end in time */
	gate = true;
	assert_true(mr_pool_free(pool, mr_monotonic_ns() + 5000000000));
	assert_int_equal(done, taken);
}

static void test_pool_with_stuck_threads_refuses(void **state)
{
	mr_pool *pool = mr_pool_new("test", 2, 100);
	atomic_bool gate = true;
	atomic_int done = 0;
	struct work work = {{NULL, wait_at_gate}, &gate, &done};
	mr_error err;

	(void)state;
	mr_error_init(&err);
	mr_pool_stuck(pool, 1);
	assert_int_equal(mr_pool_submit(pool, &work.task, &err), MR_OK);
	while (!done)
		usleep(500);
	mr_pool_stuck(pool, 1);
	assert_int_equal(mr_pool_submit(pool, &work.task, &err), MR_TEMPORARILY_UNAVAILABLE);
	mr_pool_stuck(pool, -1);
	mr_error_init(&err);
	assert_int_equal(mr_pool_submit(pool, &work.task, &err), MR_OK);
	assert_true(mr_pool_free(pool, mr_monotonic_ns() + 5000000000));
	assert_int_equal(done, 2);
}

/* ---- hosts of artifacts ---- */

static bool may(const struct mr_host_policy *policy, const char *uri)
{
	mr_error err;

	mr_error_init(&err);
	return mr_host_policy_check(policy, mr_str_from(uri), NULL, &err) == MR_OK;
}

static void test_hosts_of_artifacts(void **state)
{
	struct mr_host_policy policy = {
		{mr_str_from("ftp://files.example.com/root"), mr_str_from("http://proxy:8080/x")}, NULL};
	mr_error err;

	(void)state;
	assert_true(may(&policy, "s3://bucket/x"));
	assert_true(may(&policy, "/local"));
	assert_true(may(&policy, "file:///local"));
	assert_true(may(&policy, "mlflow-artifacts:/0"));
	assert_true(may(&policy, "ftp://FILES.example.com:21/other"));
	assert_true(may(&policy, "mlflow-artifacts://proxy:8080/0"));
	assert_false(may(&policy, "ftp://files.example.com:2121/x"));
	assert_false(may(&policy, "sftp://files.example.com/x"));
	assert_false(may(&policy, "http://proxy/x"));
	assert_false(may(&policy, "http://proxy:8080\\@evil/x"));
	assert_false(may(&policy, "HTTP://evil/x"));
	assert_false(may(&policy, "hdfs://evil/x"));
	assert_false(may(&policy, "ftp:///x"));
	policy.allowed_schemes = "s3, HDFS";
	assert_true(may(&policy, "hdfs://anywhere/x"));
	mr_error_init(&err);
	mr_host_policy_check(&policy, mr_str_from("ftp://h/x"), "artifact_location", &err);
	assert_string_equal(
		err.message,
		"'artifact_location' cannot use the 'ftp' scheme: the 'ftp' scheme addresses a host other than the "
		"tracking server's configured artifact storage, so the server would connect to the host named in "
		"the URI. Set the MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES environment variable on the server "
		"to allow it.");
}

/* ---- names of downloads ---- */

static void test_dispositions(void **state)
{
	static const struct {
		const char *name, *expected;
	} cases[] = {
		{"a.txt", "attachment; filename=a.txt"},
		{"x y\".txt", "attachment; filename=\"x y\\\".txt\""},
		{"\xc3\xa9 x.html", "attachment; filename=\"e x.html\"; filename*=UTF-8''%C3%A9%20x.html"},
		{"\xe6\x97\xa5", "attachment; filename=download; filename*=UTF-8''%E6%97%A5"},
		{"", "attachment; filename=\"\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		mr_buf out;

		mr_buf_init(&out, 1024);
		mr_disposition_write(mr_str_from(cases[i].name), &out);
		assert_string_equal(out.ptr, cases[i].expected);
		mr_buf_dispose(&out);
	}
}

/* ---- heads ---- */

static bool judge(const char *const *headers, int64_t *length)
{
	mr_http_exchange x;
	bool once = true;

	memset(&x, 0, sizeof x);
	x.path = mr_str_from("/p");
	for (; *headers; headers += 2)
		once &= mr_http_head_add(&x, mr_str_from(headers[0]), mr_str_from(headers[1]));
	once &= mr_http_head_check(&x, mr_str_from("/p?q"), false);
	*length = x.content_length;
	return once;
}

#define HEAD(...)                                                                                                      \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		"host", "h", __VA_ARGS__, NULL                                                                         \
	}

static void test_heads(void **state)
{
	int64_t length;

	(void)state;
	assert_true(judge(HEAD("CONTENT-LENGTH", "12"), &length));
	assert_int_equal(length, 12);
	assert_true(judge(HEAD("Transfer-Encoding", "Chunked"), &length));
	assert_int_equal(length, -1);
	assert_true(judge(HEAD("X", "1", "X", "2"), &length));
	assert_int_equal(length, 0);
	assert_false(judge(HEAD("Content-Length", "1", "Content-Length", "1"), &length));
	assert_false(judge(HEAD("Content-Length", "1", "Transfer-Encoding", "chunked"), &length));
	assert_false(judge(HEAD("Content-Length", "+1"), &length));
	assert_false(judge(HEAD("Content-Length", "1, 1"), &length));
	assert_false(judge(HEAD("Content-Length", "9999999999999999999"), &length));
	assert_false(judge(HEAD("Transfer-Encoding", "chunked, gzip"), &length));
	assert_false(judge(HEAD("Host", "h2"), &length));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool_runs_all_and_refuses_what_is_too_much),
		cmocka_unit_test(test_pool_with_stuck_threads_refuses),
		cmocka_unit_test(test_hosts_of_artifacts),
		cmocka_unit_test(test_dispositions),
		cmocka_unit_test(test_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
