/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole server over real sockets: where operations run, what is refused,
 * what happens when a store waits, fails, or the server is asked to stop.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "artifact/artifact.h"
#include "base/os.h"
#include "fake_store.h"
#include "plugin/host.h"
#include "raw_http.h"
#include "server/server.h"
#include "server/state.h"

#define JSON "Content-Type: application/json\r\n"

static mr_server *server;
static char folder[64];
static int port;

static struct mr_server_config base_config(void)
{
	return (struct mr_server_config){
		.backend_store_uri = mr_str_from("fake://"),
		.artifacts_destination = mr_str_from(folder),
		.serve_artifacts = true,
		.request_timeout_ms = 10000,
		.workers = 2,
		.body_max = 1 << 20,
	};
}

static void start(const struct mr_server_config *config)
{
	mr_error err;

	mr_error_init(&err);
	if (mr_server_start(config, &server, &err) != MR_OK)
		fail_msg("%s", err.message);
	port = mr_server_port(server);
}

static int setup(void **state)
{
	struct mr_server_config config;

	(void)state;
	fake_reset();
	snprintf(folder, sizeof folder, "/tmp/mr-test-server-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	config = base_config();
	start(&config);
	return 0;
}

static int teardown(void **state)
{
	char command[100];

	(void)state;
	fake.held = false;
	assert_true(mr_server_stop(server, 5000));
	server = NULL;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static void restart(const struct mr_server_config *config)
{
	assert_true(mr_server_stop(server, 1000));
	start(config);
}

static void expect(char *answer, int status, const char *in_body)
{
	assert_non_null(answer);
	assert_int_equal(raw_status(answer), status);
	if (in_body && !strstr(raw_body(answer), in_body))
		fail_msg("'%s' is not in: %s", in_body, answer);
	free(answer);
}

/* ---- where things run ---- */

static void test_a_get_runs_on_the_event_loop(void **state)
{
	unsigned long first;

	(void)state;
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=7", "", NULL), 200, "\"7\"");
	first = fake.read_thread;
	expect(raw_ask(port, "GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=8", "", NULL), 200, "\"8\"");
	assert_int_equal(fake.read_thread, first);
	expect(raw_ask(port, "HEAD", "/api/2.0/mlflow/experiments/get?experiment_id=7", "", NULL), 200, NULL);
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=404", "", NULL), 404,
	       "\"RESOURCE_DOES_NOT_EXIST\"");
	assert_int_equal(fake.commits, 0);
}

/* What the service manager's watchdog is told hangs on this. */
static void test_a_loop_that_stands_still_is_noticed(void **state)
{
	int get = raw_connect(port);

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_true(mr_http_beats(server->http));
		usleep(50000);
	}
	fake.read_ms = 1000;
	raw_send(get, "GET /api/2.0/mlflow/experiments/get?experiment_id=7 HTTP/1.1\r\nHost: localhost\r\n\r\n");
	usleep(200000);
	mr_http_beats(server->http); /* asks */
	usleep(100000);
	assert_false(mr_http_beats(server->http));
	expect(raw_answer(get), 200, "\"7\"");
	usleep(50000);
	assert_true(mr_http_beats(server->http));
	close(get);
}

static void test_a_search_does_not_hold_up_a_get(void **state)
{
	int search = raw_connect(port);
	char *answer;

	(void)state;
	fake.held = true;
	raw_send(search, "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
			 "Content-Length: 17\r\n\r\n{\"max_results\":3}");
	while (!fake.searching)
		usleep(1000);
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=7", "", NULL), 200, "\"7\"");
	fake.held = false;
	answer = raw_answer(search);
	assert_int_equal(raw_status(answer), 200);
	assert_non_null(strstr(answer, "an experiment"));
	free(answer);
	close(search);
}

static void test_writes_of_many_connections_share_a_commit(void **state)
{
	enum { N = 40 };
	int fds[N];

	(void)state;
	fake.write_us = 200;
	for (int i = 0; i < N; i++)
		fds[i] = raw_connect(port);
	for (int i = 0; i < N; i++)
		raw_send(fds[i], "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
				 "Content-Length: 12\r\n\r\n{\"name\":\"n\"}");
	for (int i = 0; i < N; i++) {
		expect(raw_answer(fds[i]), 200, "\"experiment_id\": \"n\"");
		close(fds[i]);
	}
	assert_int_equal(fake.created, N);
	assert_true(fake.commits < N);
	assert_int_not_equal(fake.write_thread, fake.read_thread);
}

static void test_a_lost_commit_is_not_acknowledged(void **state)
{
	(void)state;
	fake.commits_failing = 2; /* that of the group, and that of the write alone */
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/create", JSON, "{\"name\":\"n\"}"), 500,
	       "the disk is gone");
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/create", JSON, "{\"name\":\"taken\"}"), 400,
	       "RESOURCE_ALREADY_EXISTS");
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/create", JSON, "{\"name\":\"n\"}"), 200, "\"n\"");
}

static void test_what_a_store_has_not_is_not_implemented(void **state)
{
	(void)state;
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/runs/get?run_id=1", "", NULL), 501, "NOT_IMPLEMENTED");
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/registered-models/get?name=m", "", NULL), 501, "NOT_IMPLEMENTED");
}

/* ---- waiting ---- */

static void test_a_deadline_is_answered_and_the_call_goes_on(void **state)
{
	struct mr_server_config config = base_config();

	(void)state;
	config.request_timeout_ms = 300;
	restart(&config);
	fake.held = true;
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/search", JSON, "{\"max_results\":1}"), 504,
	       "DEADLINE_EXCEEDED");
	assert_int_equal(fake.searching, 1); /* it keeps its thread */
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/search", JSON, "{\"max_results\":1}"), 504, NULL);
	/* Both threads are stuck: nobody is kept waiting for them. */
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/search", JSON, "{\"max_results\":1}"), 503,
	       "TEMPORARILY_UNAVAILABLE");
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=7", "", NULL), 200, NULL);
	fake.held = false;
	while (fake.searching)
		usleep(1000);
	usleep(50000);
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/search", JSON, "{\"max_results\":1}"), 200, NULL);
}

static void test_stopping_finishes_what_is_in_flight(void **state)
{
	struct mr_server_config config = base_config();
	int search = raw_connect(port), idle = raw_connect(port);
	char *answer;

	(void)state;
	fake.search_ms = 300;
	raw_send(search, "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
			 "Content-Length: 17\r\n\r\n{\"max_results\":1}");
	while (!fake.searching)
		usleep(1000);
	assert_true(mr_server_stop(server, 5000));
	answer = raw_answer(search);
	assert_int_equal(raw_status(answer), 200);
	assert_true(raw_has(answer, "Connection: close"));
	free(answer);
	assert_null(raw_answer(idle));
	assert_int_equal(raw_connect(port), -1);
	close(search);
	close(idle);
	start(&config);
}

static void test_stopping_does_not_wait_for_ever(void **state)
{
	struct mr_server_config config = base_config();
	int search = raw_connect(port);
	int64_t begun;

	(void)state;
	fake.search_ms = 700;
	raw_send(search, "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
			 "Content-Length: 17\r\n\r\n{\"max_results\":1}");
	while (!fake.searching)
		usleep(1000);
	begun = mr_monotonic_ns();
	assert_true(mr_server_stop(server, 100));
	assert_true(mr_monotonic_ns() - begun < INT64_C(2000000000));
	expect(raw_answer(search), 503, "stopping");
	close(search);
	start(&config);
}

static void test_many_rounds_of_stopping_under_load(void **state)
{
	struct mr_server_config config = base_config();

	(void)state;
	config.loops = 2;
	restart(&config);
	for (int round = 0; round < 10; round++) {
		int fds[20], answered = 0, created;

		fake.created = 0;
		fake.write_us = 500;
		for (int i = 0; i < 20; i++) {
			fds[i] = raw_connect(port);
			raw_send(fds[i],
				 i % 3 ? "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
					 "Content-Length: 12\r\n\r\n{\"name\":\"n\"}"
				       : "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
					 "Content-Length: 17\r\n\r\n{\"max_results\":1}");
		}
		usleep((useconds_t)(round * 700));
		assert_true(mr_server_stop(server, round % 2 ? 5000 : 0));
		created = fake.created;
		for (int i = 0; i < 20; i++) {
			char *answer = raw_answer(fds[i]);

			answered += i % 3 && raw_status(answer) == 200;
			free(answer);
			close(fds[i]);
		}
		assert_true(answered <= created); /* nobody was told of what did not happen */
		start(&config);
	}
}

/* ---- bad requests ---- */

static void test_bodies_that_are_too_large(void **state)
{
	int fd = raw_connect(port);
	char *piece = calloc(1, 1 << 20), *answer;

	(void)state;
	/* Announced: refused at once, whatever the client goes on to send. */
	raw_send(fd, "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
		     "Content-Length: 104857600\r\n\r\n");
	raw_send_bytes(fd, piece, 1 << 20);
	answer = raw_answer(fd);
	assert_int_equal(raw_status(answer), 413);
	assert_non_null(strstr(answer, "--max-request-size"));
	free(answer);
	close(fd);
	/* In chunks: refused when it has become too large. */
	fd = raw_connect(port);
	raw_send(fd, "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
		     "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 40 && raw_send_bytes(fd, "10000\r\n", 7); i++) {
		if (!raw_send_bytes(fd, piece, 0x10000) || !raw_send_bytes(fd, "\r\n", 2))
			break;
	}
	answer = raw_answer(fd);
	assert_int_equal(raw_status(answer), 413);
	free(answer);
	close(fd);
	free(piece);
	expect(raw_ask(port, "GET", "/health", "", NULL), 200, "OK");
}

static void test_requests_that_two_would_read_differently(void **state)
{
	static const char *const bad[] = {
		"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
		"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n",
		"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
		"3\r\nContent-Length: "
		"5\r\nConnection: close\r\n\r\nabcde",
		"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
		"3\r\nTransfer-Encoding: "
		"chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
		"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
		"gzip\r\nConnection: "
		"close\r\n\r\nabc",
		"GET /hea lth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int fd = raw_connect(port);
		char *answer;

		raw_send(fd, bad[i]);
		answer = raw_rest(fd);
		if (raw_status(answer) != 400)
			fail_msg("request %zu: %s", i, answer ? answer : "no answer");
		free(answer);
		close(fd);
	}
}

static void test_a_nul_in_the_request_line(void **state)
{
	static const char line[] = "GET /hea\0lth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	static const char hidden[] = "GET /health\0/../secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	int fd = raw_connect(port);
	char *answer;

	(void)state;
	raw_send_bytes(fd, line, sizeof line - 1);
	answer = raw_rest(fd);
	assert_int_equal(raw_status(answer), 400);
	free(answer);
	close(fd);
	fd = raw_connect(port);
	raw_send_bytes(fd, hidden, sizeof hidden - 1);
	answer = raw_rest(fd);
	assert_int_equal(raw_status(answer), 400);
	free(answer);
	close(fd);
	expect(raw_ask(port, "GET", "/health%00", "", NULL), 404, NULL);
	expect(raw_ask(port, "PUT", "/api/2.0/mlflow-artifacts/artifacts/a%00b", "", "x"), 400, "Invalid path");
}

static void test_pipelined_requests_are_answered_in_order(void **state)
{
	int fd = raw_connect(port);

	(void)state;
	raw_send(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
		     "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
		     "Content-Length: 16\r\n\r\n{\"name\":\"second\"}"
		     "GET /api/2.0/mlflow/experiments/get?experiment_id=third HTTP/1.1\r\nHost: localhost\r\n\r\n"
		     "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
		     "Content-Length: 17\r\n\r\n{\"max_results\":1}");
	/* The body of the second is one byte longer than announced, which makes the third no request. */
	expect(raw_answer(fd), 200, "OK");
	expect(raw_answer(fd), 400, NULL);
	close(fd);
	fd = raw_connect(port);
	raw_send(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
		     "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
		     "Content-Length: 17\r\n\r\n{\"name\":\"second\"}"
		     "GET /api/2.0/mlflow/experiments/get?experiment_id=third HTTP/1.1\r\nHost: localhost\r\n\r\n"
		     "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
		     "Content-Length: 17\r\n\r\n{\"max_results\":1}");
	expect(raw_answer(fd), 200, "OK");
	expect(raw_answer(fd), 200, "\"second\"");
	expect(raw_answer(fd), 200, "\"third\"");
	expect(raw_answer(fd), 200, "an experiment");
	close(fd);
}

static void test_a_client_that_leaves_in_the_middle(void **state)
{
	(void)state;
	for (int i = 0; i < 30; i++) {
		int fd = raw_connect(port);

		fake.search_ms = 20;
		raw_send(fd, i % 3 == 0 ? "POST /api/2.0/mlflow/experiments/search HTTP/1.1\r\nHost: localhost\r\n" JSON
					  "Content-Length: 17\r\n\r\n{\"max_results\":1}"
			     : i % 3 == 1
				     ? "POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: localhost\r\n" JSON
				       "Content-Length: 100\r\n\r\n{\"name\":"
				     : "GET /health HTTP/1.1\r\nHost: loc");
		close(fd);
	}
	expect(raw_ask(port, "GET", "/health", "", NULL), 200, "OK");
	assert_int_equal(fake.created, 0);
}

/* ---- artifacts ---- */

#define ARTIFACTS "/api/2.0/mlflow-artifacts/artifacts"

static int64_t file_size(const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static int entries(const char *name)
{
	char command[300], line[64] = "";
	FILE *list;

	snprintf(command, sizeof command, "find '%s/%s' -type f 2>/dev/null | wc -l", folder, name);
	list = popen(command, "r");
	if (!list || !fgets(line, sizeof line, list))
		return -1;
	pclose(list);
	return atoi(line);
}

static void test_artifacts_go_in_and_out(void **state)
{
	char *answer;

	(void)state;
	expect(raw_ask(port, "PUT", ARTIFACTS "/0/a/x%20y.txt", "", "hello world"), 200, NULL);
	assert_int_equal(file_size("0/a/x y.txt"), 11);
	answer = raw_ask(port, "GET", ARTIFACTS "/0/a/x%20y.txt", "", NULL);
	assert_string_equal(raw_body(answer), "hello world");
	assert_true(raw_has(answer, "Content-Disposition: attachment; filename=\"x y.txt\""));
	assert_true(raw_has(answer, "X-Content-Type-Options: nosniff"));
	assert_true(raw_has(answer, "Content-Type: text/plain"));
	free(answer);
	answer = raw_ask(port, "GET", ARTIFACTS "/0/a/x%20y.txt", "Range: bytes=6-8\r\n", NULL);
	assert_int_equal(raw_status(answer), 206);
	assert_string_equal(raw_body(answer), "wor");
	assert_true(raw_has(answer, "Content-Range: bytes 6-8/11"));
	free(answer);
	expect(raw_ask(port, "GET", ARTIFACTS "/0/a/x%20y.txt", "Range: bytes=20-\r\n", NULL), 416, NULL);
	expect(raw_ask(port, "GET", ARTIFACTS "?path=0/a", "", NULL), 200, "\"x y.txt\"");
	expect(raw_ask(port, "GET", ARTIFACTS "/0/a", "", NULL), 400,
	       "{\"detail\":\"Artifact path refers to a directory");
	expect(raw_ask(port, "GET", ARTIFACTS "/0/nope", "", NULL), 404, "No such artifact: '0/nope'");
	expect(raw_ask(port, "DELETE", ARTIFACTS "/0/a", "", NULL), 200, "{}");
	assert_int_equal(entries("0"), 0);
}

static void test_paths_that_lead_out(void **state)
{
	static const char *const bad[] = {"/../x",    "/0/../x", "/0/%2e%2e/x", "/0/%252e%252e/x",
					  "/0/a%23b", "//etc/x", "/%2fetc/x"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		char target[128];
		char *answer;

		snprintf(target, sizeof target, ARTIFACTS "%s", bad[i]);
		answer = raw_ask(port, "PUT", target, "", "x");
		if (raw_status(answer) != 400 && raw_status(answer) != 404)
			fail_msg("%s: %s", bad[i], answer);
		free(answer);
		expect(raw_ask(port, "PUT", ARTIFACTS "/link/x", "", "x"), 200, NULL);
	}
}

static void test_an_upload_is_seen_when_it_is_whole(void **state)
{
	int fd = raw_connect(port);
	char *piece = malloc(300000);

	(void)state;
	memset(piece, 'a', 300000);
	raw_send(fd, "PUT " ARTIFACTS "/0/big HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n");
	raw_send_bytes(fd, piece, 300000);
	usleep(100000);
	expect(raw_ask(port, "GET", ARTIFACTS "/0/big", "", NULL), 404, NULL);
	expect(raw_ask(port, "GET", ARTIFACTS "?path=0", "", NULL), 200, "{}");
	raw_send_bytes(fd, piece, 300000);
	expect(raw_answer(fd), 200, NULL);
	assert_int_equal(file_size("0/big"), 600000);
	close(fd);
	/* The client goes away: nothing is left. */
	fd = raw_connect(port);
	raw_send(fd, "PUT " ARTIFACTS "/1/gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n");
	raw_send_bytes(fd, piece, 300000);
	usleep(50000);
	close(fd);
	for (int i = 0; i < 200 && entries("1") != 0; i++)
		usleep(10000);
	assert_int_equal(entries("1"), 0);
	free(piece);
}

static void test_an_upload_that_cannot_be_stored(void **state)
{
	int fd = raw_connect(port);
	char *piece = calloc(1, 1 << 20), *answer;

	(void)state;
	expect(raw_ask(port, "PUT", ARTIFACTS "/0/file", "", "x"), 200, NULL);
	/* Below a file there is no folder. The answer comes before the body has ended. */
	raw_send(fd,
		 "PUT " ARTIFACTS "/0/file/below HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n");
	for (int i = 0; i < 64 && raw_send_bytes(fd, piece, 1 << 20); i++)
		;
	answer = raw_answer(fd);
	assert_true(raw_status(answer) >= 400);
	free(answer);
	close(fd);
	free(piece);
	expect(raw_ask(port, "GET", ARTIFACTS "/0/file", "", NULL), 200, "x");
}

static void test_stopping_during_an_upload(void **state)
{
	struct mr_server_config config = base_config();
	int fd = raw_connect(port);

	(void)state;
	raw_send(fd, "PUT " ARTIFACTS "/0/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\nabc");
	usleep(50000);
	assert_true(mr_server_stop(server, 100));
	assert_int_equal(entries("0"), 0);
	close(fd);
	start(&config);
}

/* ---- the rest ---- */

static void test_switched_off(void **state)
{
	struct mr_server_config config = base_config();

	(void)state;
	config.serve_artifacts = false;
	config.no_metrics = true;
	restart(&config);
	expect(raw_ask(port, "GET", ARTIFACTS "/a", "", NULL), 503, "Artifact serving is disabled");
	expect(raw_ask(port, "GET", ARTIFACTS, "", NULL), 503, "--serve-artifacts");
	expect(raw_ask(port, "GET", "/metrics", "", NULL), 404, NULL);
	config = base_config();
	config.backend_store_uri = mr_str_from("");
	config.artifacts_only = true;
	config.static_prefix = mr_str_from("/mill");
	restart(&config);
	expect(raw_ask(port, "GET", "/mill/api/2.0/mlflow/experiments/get?experiment_id=1", "", NULL), 503,
	       "Endpoint: /mill/api/2.0/mlflow/experiments/get disabled due to the mlflow server running in "
	       "`--artifacts-only`");
	expect(raw_ask(port, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=1", "", NULL), 404, NULL);
	expect(raw_ask(port, "PUT", "/mill" ARTIFACTS "/a", "", "x"), 200, NULL);
	expect(raw_ask(port, "GET", ARTIFACTS "/a", "", NULL), 200, "x");
	expect(raw_ask(port, "GET", "/mill/health", "", NULL), 200, "OK");
	expect(raw_ask(port, "GET", "/mill", "", NULL), 308, NULL);
}

static void test_metrics_count(void **state)
{
	char *answer;

	(void)state;
	for (int i = 0; i < 3; i++)
		expect(raw_ask(port, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=7", "", NULL), 200, NULL);
	expect(raw_ask(port, "POST", "/api/2.0/mlflow/experiments/create", JSON, "{\"name\":\"n\"}"), 200, NULL);
	answer = raw_ask(port, "GET", "/metrics", "", NULL);
	assert_non_null(strstr(answer,
			       "mlflow_http_request_total{route=\"/api/2.0/mlflow/experiments/get\",method=\"GET\","
			       "status=\"200\"} 3\n"));
	assert_non_null(strstr(answer, "millrace_write_group_members_count 1\n"));
	assert_non_null(strstr(answer, "process_resident_memory_bytes"));
	free(answer);
}

static void test_configurations_that_cannot_be(void **state)
{
	struct mr_server_config config = base_config();
	mr_server *none = NULL;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	config.port = port;
	assert_int_not_equal(mr_server_start(&config, &none, &err), MR_OK);
	assert_non_null(strstr(err.message, "is in use"));
	config.port = 0;
	config.static_prefix = mr_str_from("mill");
	mr_error_init(&err);
	assert_int_not_equal(mr_server_start(&config, &none, &err), MR_OK);
	config.static_prefix = mr_str_from("");
	config.backend_store_uri = mr_str_from("nosuchscheme://x");
	mr_error_init(&err);
	assert_int_not_equal(mr_server_start(&config, &none, &err), MR_OK);
	assert_non_null(strstr(err.message, "nosuchscheme"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_get_runs_on_the_event_loop),
		TEST(test_a_loop_that_stands_still_is_noticed),
		TEST(test_a_search_does_not_hold_up_a_get),
		TEST(test_writes_of_many_connections_share_a_commit),
		TEST(test_a_lost_commit_is_not_acknowledged),
		TEST(test_what_a_store_has_not_is_not_implemented),
		TEST(test_a_deadline_is_answered_and_the_call_goes_on),
		TEST(test_stopping_finishes_what_is_in_flight),
		TEST(test_stopping_does_not_wait_for_ever),
		TEST(test_many_rounds_of_stopping_under_load),
		TEST(test_bodies_that_are_too_large),
		TEST(test_requests_that_two_would_read_differently),
		TEST(test_a_nul_in_the_request_line),
		TEST(test_pipelined_requests_are_answered_in_order),
		TEST(test_a_client_that_leaves_in_the_middle),
		TEST(test_artifacts_go_in_and_out),
		TEST(test_paths_that_lead_out),
		TEST(test_an_upload_is_seen_when_it_is_whole),
		TEST(test_an_upload_that_cannot_be_stored),
		TEST(test_stopping_during_an_upload),
		TEST(test_switched_off),
		TEST(test_metrics_count),
		TEST(test_configurations_that_cannot_be),
	};

	mr_plugins_add_builtin(&fake_store);
	mr_plugins_add_builtin(&mr_builtin_artifact_file);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
