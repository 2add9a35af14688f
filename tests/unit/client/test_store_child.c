/* SPDX-License-Identifier: Apache-2.0
 *
 * Stores in a process of their own, by the public API: what they share, what they outlive, what they refuse; and the answers
 * that a broken process might give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <millrace.h>

#include "api/call.h"
#include "base/os.h"
#include "store/child/child.h"

static char folder[] = "/tmp/mr-child-XXXXXX";
static mr_error err;

static const char *format(const char *pattern, ...)
{
	static char texts[4][400];
	static int next;
	char *text = texts[next++ % 4];
	va_list args;

	va_start(args, pattern);
	vsnprintf(text, sizeof texts[0], pattern, args);
	va_end(args);
	return text;
}

static mr_client *open_client(const char *uri)
{
	mr_client *client;

	mr_error_init(&err);
	assert_int_equal(mr_client_open(uri, uri, &client, &err), MR_OK);
	return client;
}

/* The status, or minus the code of the error in err. */
static int ask(mr_client *client, const char *method, const char *target, const char *body, char *out, size_t size)
{
	struct mr_rest_request request = {
		.size = sizeof request, .method = method, .target = target, .body = mr_str_from(body), .timeout_ms = 20000};
	int32_t status = 0;
	mr_str answer;

	mr_error_init(&err);
	if (mr_client_rest(client, &request, &status, &answer, &err) != MR_OK)
		return -(int)err.code;
	snprintf(out, size, "%.*s", (int)answer.len, answer.ptr);
	mr_str_free(answer);
	return status;
}

static int get(mr_client *client)
{
	char text[2000];

	return ask(client, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", "", text, sizeof text);
}

static int create(mr_client *client, const char *name)
{
	char text[2000], body[200];

	snprintf(body, sizeof body, "{\"name\": \"%s\"}", name);
	return ask(client, "POST", "/api/2.0/mlflow/experiments/create", body, text, sizeof text);
}

/* The children of this process that are serve-store; the first one's number in *first. */
static int processes(pid_t *first)
{
	FILE *list = popen(format("pgrep -P %d -f [s]erve-store", (int)getpid()), "r");
	int n = 0, pid;

	while (list && fscanf(list, "%d", &pid) == 1)
		if (n++ == 0 && first)
			*first = pid;
	pclose(list);
	return n;
}

static int sockets(void)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int n = 0;

	while ((e = readdir(dir)))
		n += strncmp(e->d_name, "millrace-store-", 15) == 0;
	closedir(dir);
	return n;
}

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder) != 0 || !getenv("MILLRACE"))
		return -1;
	setenv("TMPDIR", folder, 1);
	unsetenv("XDG_RUNTIME_DIR");
	setenv("MILLRACE_SPOOL_DIR", format("%s/spool", folder), 1);
	return mr_set_store_program(getenv("MILLRACE"), &err);
}

static int end(void **state)
{
	(void)state;
	return system(format("rm -rf %s", folder)) == 0 && chdir("/") == 0 ? 0 : -1;
}

static void one_process_for_a_uri(void **state)
{
	mr_client *a = open_client("sqlite:///one.db"), *b = open_client("sqlite:///one.db"), *c = open_client("sqlite:///two.db");

	(void)state;
	assert_int_equal(get(a), 200);
	assert_int_equal(get(b), 200);
	assert_int_equal(processes(NULL), 1);
	assert_int_equal(get(c), 200);
	assert_int_equal(processes(NULL), 2);
	assert_int_equal(sockets(), 2);
	mr_client_close(a);
	assert_int_equal(get(b), 200);
	mr_client_close(b);
	mr_client_close(c);
	assert_int_equal(processes(NULL), 0);
	assert_int_equal(sockets(), 0);
}

static void a_relative_path_is_of_the_opening(void **state)
{
	mr_client *client = open_client("sqlite:///three.db");

	(void)state;
	assert_int_equal(create(client, "here"), 200);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(create(client, "there"), 200);
	assert_int_equal(access(format("%s/three.db", folder), F_OK), 0);
	mr_client_close(client);
	assert_int_equal(chdir(folder), 0);
}

static void location_is(const char *root, const char *expected)
{
	struct mr_client_options options = {.size = sizeof options, .tracking_uri = "sqlite:///root.db", .artifact_root = root};
	char text[2000], body[200];
	mr_client *client;

	mr_error_init(&err);
	assert_int_equal(mr_client_open_with(&options, &client, &err), MR_OK);
	snprintf(body, sizeof body, "{\"name\": \"%s\"}", expected);
	assert_int_equal(ask(client, "POST", "/api/2.0/mlflow/experiments/create", body, text, sizeof text), 200);
	assert_int_equal(chdir("/"), 0);
	snprintf(body, sizeof body, "/api/2.0/mlflow/experiments/get-by-name?experiment_name=%s", expected);
	assert_int_equal(ask(client, "GET", body, "", text, sizeof text), 200);
	assert_non_null(strstr(text, format("\"artifact_location\": \"%s/", expected)));
	assert_int_equal(chdir(folder), 0);
	mr_client_close(client);
}

/* New experiments put their artifacts below it; a relative one is below the folder of the opening. */
static void it_has_its_artifact_root(void **state)
{
	(void)state;
	location_is("s3://bucket/some", "s3://bucket/some");
	location_is("/abs/olute", "/abs/olute");
	location_is("rela/tive", format("%s/rela/tive", folder));
	location_is(NULL, format("%s/mlruns", folder));
}

static void it_is_started_again(void **state)
{
	mr_client *client = open_client("sqlite:///four.db");
	pid_t pid = 0;

	(void)state;
	assert_int_equal(create(client, "before"), 200);
	for (int round = 0; round < 5; round++) {
		assert_int_equal(processes(&pid), 1);
		kill(pid, SIGKILL);
		assert_int_equal(get(client), 200); /* at once: reading is repeated */
	}
	processes(&pid);
	kill(pid, SIGKILL);
	usleep(100000);
	assert_int_equal(create(client, "after"), 200); /* it was dead before this was sent */
	assert_int_equal(create(client, "before"), 400); /* nothing was lost */
	mr_client_close(client);
}

static void what_it_refuses_is_said(void **state)
{
	mr_client *client;

	(void)state;
	assert_int_equal(system("echo this is no database, whatever its name > broken.db"), 0);
	client = open_client("sqlite:///broken.db");
	assert_true(get(client) < 0);
	if (!strstr(err.message, "not a database"))
		fail_msg("%s", err.message);
	mr_client_close(client);
	client = open_client("nothing-of-the-kind://x");
	assert_true(get(client) < 0);
	assert_non_null(strstr(err.message, "nothing-of-the-kind"));
	mr_client_close(client);
	client = open_client("sqlite:///five.db");
	assert_int_equal(-ask(client, "GET", "/a b\r\nX: y", "", (char[10]){0}, 10), MR_INVALID_PARAMETER_VALUE);
	mr_client_close(client);
	assert_int_equal(processes(NULL), 0);
	assert_int_equal(sockets(), 0);
}

static void a_forked_process_uses_it_too(void **state)
{
	mr_client *client = open_client("sqlite:///six.db");
	int status = -1;
	pid_t pid;

	(void)state;
	assert_int_equal(create(client, "parent"), 200);
	pid = fork();
	if (pid == 0)
		_exit(create(client, "child") == 200 && create(client, "parent") == 400 ? 0 : 1);
	assert_int_equal(create(client, "parent too"), 200);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(create(client, "child"), 400);
	mr_client_close(client);
}

static void *create_many(void *client)
{
	static _Atomic int next;

	for (int i = 0; i < 50; i++) {
		char name[32];

		snprintf(name, sizeof name, "many-%d", next++);
		if (create(client, name) != 200)
			return client;
	}
	return NULL;
}

static void threads_share_it(void **state)
{
	mr_client *client = open_client("sqlite:///seven.db");
	unsigned long threads[8];
	char text[64];

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(mr_thread_start(&threads[i], "test", create_many, client, &err), MR_OK);
	for (int i = 0; i < 8; i++)
		mr_thread_join(threads[i]);
	assert_int_equal(ask(client, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=400", "", text, sizeof text), 200);
	assert_int_equal(ask(client, "GET", "/api/2.0/mlflow/experiments/get?experiment_id=401", "", text, sizeof text), 404);
	mr_client_close(client);
}

static bool now(void *arg)
{
	++*(int *)arg;
	return true;
}

/* What the other side of a socket wrote before it closed. */
static mr_code answer(const char *bytes, struct mr_http_response *response, mr_call *call)
{
	const struct mr_wire_request request = {.parts = {.method = "GET", .target = mr_str_from("/")}};
	bool reusable, unanswered;
	int pair[2];
	mr_code code;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(write(pair[1], bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	shutdown(pair[1], SHUT_WR);
	mr_error_init(&err);
	code = child_talk(pair[0], &request, response, &reusable, &unanswered, call, &err);
	close(pair[0]);
	close(pair[1]);
	return code;
}

static void answers_are_read_as_http(void **state)
{
	mr_call *call = mr_call_new(1 << 20);
	struct mr_http_response r = {0};

	(void)state;
	assert_int_equal(answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", &r, call), MR_OK);
	assert_string_equal(r.body.ptr, "hello");
	assert_int_equal(answer("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", &r, call), MR_OK);
	assert_int_equal(r.status, 404);
	assert_string_equal(r.body.ptr, "abcde");
	assert_int_equal(answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", &r, call), MR_TEMPORARILY_UNAVAILABLE);
	assert_int_equal(answer("", &r, call), MR_TEMPORARILY_UNAVAILABLE);
	assert_int_equal(answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", &r, call), MR_RESOURCE_EXHAUSTED);
	assert_int_equal(answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n", &r, call), MR_RESOURCE_EXHAUSTED);
	assert_int_equal(answer("SSH-2.0-OpenSSH\r\n\r\n", &r, call), MR_INTERNAL_ERROR);
	mr_call_free(call);
}

static void a_call_is_given_up(void **state)
{
	const struct mr_wire_request request = {.parts = {.method = "GET", .target = mr_str_from("/")}};
	struct mr_http_response r = {0};
	struct timeval turn = {0, CHILD_TURN_MS * 1000};
	mr_call *call = mr_call_new(1 << 20);
	bool reusable, unanswered;
	int pair[2], asked = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &turn, sizeof turn);
	call->asked = now;
	call->asked_arg = &asked;
	mr_error_init(&err);
	assert_int_equal(child_talk(pair[0], &request, &r, &reusable, &unanswered, call, &err), MR_DEADLINE_EXCEEDED);
	assert_true(asked > 0 && !reusable);
	close(pair[0]);
	close(pair[1]);
	mr_call_free(call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_process_for_a_uri),
		cmocka_unit_test(a_relative_path_is_of_the_opening),
		cmocka_unit_test(it_has_its_artifact_root),
		cmocka_unit_test(it_is_started_again),
		cmocka_unit_test(what_it_refuses_is_said),
		cmocka_unit_test(a_forked_process_uses_it_too),
		cmocka_unit_test(threads_share_it),
		cmocka_unit_test(answers_are_read_as_http),
		cmocka_unit_test(a_call_is_given_up),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
