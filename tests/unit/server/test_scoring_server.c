/* SPDX-License-Identifier: Apache-2.0
 *
 * The scoring server with a flavor that takes its time: what waits, what is given
 * up, and how it ends. What it answers is compared with MLflow in
 * tests/scenario/models_serve.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <millrace/arrow_columns.h>
#include <millrace/model_flavor.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "raw_http.h"
#include "server/scoring_server.h"

/* ---- the flavor ---- */

static atomic_bool held; /* predictions wait until this is false again */
static atomic_int predicting;

static mr_code slow_open(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *err)
{
	(void)host, (void)args, (void)err;
	*self = &held;
	return MR_OK;
}

static mr_code slow_predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
			    const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
			    struct ArrowArray *out, mr_call *call, mr_error *err)
{
	static const int64_t ones[64] = {1, 1, 1, 1};
	struct mr_arrow_column column = {.name = "predictions", .format = "l", .data = ones, .shape = {table->length},
					 .dims = 1};

	(void)self, (void)schema, (void)params, (void)params_n, (void)call;
	atomic_fetch_add(&predicting, 1);
	while (atomic_load(&held))
		usleep(1000);
	atomic_fetch_sub(&predicting, 1);
	return mr_arrow_make(&column, 1, out_schema, out, err);
}

static const struct mr_model_flavor_ops slow_ops = {
	.size = sizeof slow_ops, .open = slow_open, .predict = slow_predict};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_MODEL_FLAVOR, "slow", &slow_ops, NULL, 0)
MR_PLUGIN_BUILTIN(slow_plugin, "slow", "1.0.0", "Takes its time.", "Apache-2.0", ENTRIES)

/* ---- what the tests share ---- */

static char folder[] = "/tmp/millrace-scoring-test-XXXXXX";
static mr_model *model;
static mr_scoring_server *server;
static mr_error err;

#define ROW "{\"dataframe_records\": [{\"a\": 1}]}"
#define JSON "Content-Type: application/json\r\n"

static int set_up_all(void **state)
{
	char path[128];

	(void)state;
	mr_error_init(&err);
	setenv("MLFLOW_TRACKING_URI", "/nonexistent/mlruns", 1);
	mr_plugins_add_builtin(&slow_plugin);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof path, "%s/MLmodel", folder);
	if (mr_file_write_atomic(mr_str_from(path), mr_str_from("flavors: {slow: {}}"), &err) ||
	    mr_model_open(mr_str_from(folder), NULL, &model, &err)) {
		print_error("%s\n", err.message);
		return -1;
	}
	return 0;
}

static int tear_down_all(void **state)
{
	char path[128];

	(void)state;
	mr_model_close(model);
	snprintf(path, sizeof path, "%s/MLmodel", folder);
	unlink(path);
	return rmdir(folder);
}

static void start(int64_t timeout_ms, unsigned workers)
{
	struct mr_scoring_config config = {.timeout_ms = timeout_ms, .workers = workers};

	mr_error_init(&err);
	atomic_store(&held, false);
	if (mr_scoring_start(model, &config, &server, &err))
		fail_msg("%s", err.message);
}

static void expect(int status, const char *body, char *answer)
{
	assert_non_null(answer);
	assert_int_equal(raw_status(answer), status);
	assert_string_equal(raw_body(answer), body);
	free(answer);
}

static void wait_for(int n)
{
	int i;

	for (i = 0; i < 5000 && atomic_load(&predicting) != n; i++)
		usleep(1000);
	assert_int_equal(atomic_load(&predicting), n);
}

static void *ask_later(void *answer)
{
	*(char **)answer = raw_ask(mr_scoring_port(server), "POST", "/invocations", JSON, ROW);
	return NULL;
}

/* ---- the tests ---- */

static void a_prediction(void **state)
{
	(void)state;
	start(0, 0);
	expect(200, "{\"predictions\": [1]}", raw_ask(mr_scoring_port(server), "POST", "/invocations", JSON, ROW));
	expect(200, "\n", raw_ask(mr_scoring_port(server), "GET", "/ping", "", NULL));
	assert_true(mr_scoring_stop(server, 5000));
}

static void one_that_hangs_is_given_up_and_others_go_on(void **state)
{
	char *answer;

	(void)state;
	start(200, 2);
	atomic_store(&held, true);
	expect(504, "Request processing time exceeded limit",
	       raw_ask(mr_scoring_port(server), "POST", "/invocations", JSON, ROW));
	expect(200, "\n", raw_ask(mr_scoring_port(server), "GET", "/health", "", NULL));
	answer = raw_ask(mr_scoring_port(server), "GET", "/metrics", "", NULL);
	assert_non_null(strstr(raw_body(answer), "\nmillrace_predictions_stuck 1"));
	free(answer);
	atomic_store(&held, false);
	wait_for(0);
	expect(200, "{\"predictions\": [1]}", raw_ask(mr_scoring_port(server), "POST", "/invocations", JSON, ROW));
	answer = raw_ask(mr_scoring_port(server), "GET", "/metrics", "", NULL);
	assert_non_null(strstr(raw_body(answer), "\nmillrace_predictions_stuck 0"));
	free(answer);
	assert_true(mr_scoring_stop(server, 5000));
}

static void stopping_waits_for_what_is_in_flight(void **state)
{
	pthread_t thread;
	char *answer = NULL;

	(void)state;
	start(0, 1);
	atomic_store(&held, true);
	assert_int_equal(pthread_create(&thread, NULL, ask_later, &answer), 0);
	wait_for(1);
	atomic_store(&held, false);
	assert_true(mr_scoring_stop(server, 5000));
	pthread_join(thread, NULL);
	expect(200, "{\"predictions\": [1]}", answer);
}

static void requests_wait_for_a_worker(void **state)
{
	pthread_t threads[6];
	char *answers[6];
	size_t i;

	(void)state;
	start(0, 2);
	atomic_store(&held, true);
	for (i = 0; i < 6; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_later, &answers[i]), 0);
	wait_for(2);
	atomic_store(&held, false);
	for (i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		expect(200, "{\"predictions\": [1]}", answers[i]);
	}
	assert_true(mr_scoring_stop(server, 5000));
}

static void clients_that_leave(void **state)
{
	int fd;

	(void)state;
	start(0, 1);
	atomic_store(&held, true);
	fd = raw_connect(mr_scoring_port(server));
	raw_send(fd, "POST /invocations HTTP/1.1\r\nHost: localhost\r\n" JSON "Content-Length: 33\r\n\r\n" ROW);
	wait_for(1);
	close(fd);
	atomic_store(&held, false);
	wait_for(0);
	expect(200, "{\"predictions\": [1]}", raw_ask(mr_scoring_port(server), "POST", "/invocations", JSON, ROW));
	assert_true(mr_scoring_stop(server, 5000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prediction),
		cmocka_unit_test(one_that_hangs_is_given_up_and_others_go_on),
		cmocka_unit_test(stopping_waits_for_what_is_in_flight),
		cmocka_unit_test(requests_wait_for_a_worker),
		cmocka_unit_test(clients_that_leave),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
