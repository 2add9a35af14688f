/* SPDX-License-Identifier: Apache-2.0
 *
 * host->http: credentials, providers and retries, seen from the server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <millrace/request_auth.h>
#include <millrace/request_header.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "plugin/outgoing.h"
#include "plugin/outgoing_parts.h"
#include "support/http_server.h"

extern const struct mr_plugin mr_builtin_headers;

static char home[] = "/tmp/mr_outgoing_XXXXXX";

struct fixture {
	struct http_server *server;
	mr_call *call;
	struct mr_http_request request;
	struct mr_http_response response;
	mr_error err;
	char lines[8192]; /* what was logged */
};
static struct fixture f;

/* ---- two plugins ---- */

static int challenges_left;

static mr_code authorize(const mr_host *host, const struct mr_auth_request *request, mr_header_visit *visit, void *arg,
			 mr_call *call, mr_error *err)
{
	char value[256];

	(void)host;
	(void)call;
	if (strstr(request->url.ptr, "refuse"))
		return mr_error_set(err, MR_UNAUTHENTICATED, "no ticket");
	snprintf(value, sizeof value, "Ticket %d %.*s %.*s", (int)request->attempt, MR_STR_ARG(request->method),
		 MR_STR_ARG(request->body));
	return visit(arg, mr_str_from("authorization"), mr_str_from(value), err);
}

static bool on_challenge(const mr_host *host, const struct mr_auth_request *request,
			 const struct mr_http_response *response, mr_call *call)
{
	(void)host;
	(void)request;
	(void)call;
	assert_int_equal(response->status, 401);
	return challenges_left-- > 0;
}

static mr_code site_headers(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	visit(arg, mr_str_from("user-agent"), mr_str_from("site/1"), err);
	return visit(arg, mr_str_from("X-Site"), mr_str_from("lab"), err);
}

static mr_code broken_headers(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	visit(arg, mr_str_from("X-Site"), mr_str_from("broken"), err);
	return mr_error_set(err, MR_IO_ERROR, "no site file");
}

static bool never(const mr_host *host, mr_call *call)
{
	(void)host;
	(void)call;
	return false;
}

static const struct mr_request_auth_ops ticket = {sizeof ticket, authorize, on_challenge};
static const struct mr_request_header_ops site = {sizeof site, NULL, site_headers};
static const struct mr_request_header_ops broken = {sizeof broken, NULL, broken_headers};
static const struct mr_request_header_ops elsewhere = {sizeof elsewhere, never, broken_headers};

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_REQUEST_AUTH, "ticket", &ticket, NULL, 0)                                                       \
	ENTRY(MR_GROUP_REQUEST_HEADER, "site", &site, NULL, 0)                                                         \
	ENTRY(MR_GROUP_REQUEST_HEADER, "broken", &broken, NULL, 0)                                                     \
	ENTRY(MR_GROUP_REQUEST_HEADER, "elsewhere", &elsewhere, NULL, 0)
MR_PLUGIN_BUILTIN(test_plugin, "outgoing-test", "1.0", "For this test.", "Apache-2.0", ENTRIES)

/* ---- the server ---- */

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

/* The version in it changes, what stands around it does not. */
static const char *agent_of(struct http_exchange *x)
{
	static _Thread_local char text[256];
	const char *agent = or_dash(http_header(x, "User-Agent")), *version = agent + strlen("millrace/");

	if (strncmp(agent, "millrace/", strlen("millrace/")) != 0 || *version < '0' || *version > '9')
		return agent;
	snprintf(text, sizeof text, "millrace%s", version + strcspn(version, " "));
	return text;
}

/* Tells what it saw; "/fail/N/STATUS" fails N times first. */
static void serve(struct http_exchange *x)
{
	static int failed;
	char text[16384];
	int times, status;

	if (sscanf(x->target, "/fail/%d/%d", &times, &status) == 2 && failed < times) {
		failed++;
		if (status == 0)
			http_reset(x);
		else
			http_reply(x, status, strstr(x->target, "after") ? "Retry-After: 1\r\n" : "",
				   "{\"error_code\": \"TEMPORARILY_UNAVAILABLE\"}");
		return;
	}
	failed = 0;
	if (!strcmp(x->target, "/cut")) {
		http_send_text(x, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
		x->close = true;
		return;
	}
	if (!strncmp(x->target, "/401", 4)) {
		http_reply(x, 401, "", or_dash(http_header(x, "Authorization")));
		return;
	}
	snprintf(text, sizeof text, "%s|%s|%s|%s|%s|%zu", or_dash(http_header(x, "Authorization")), agent_of(x),
		 or_dash(http_header(x, "X-Site")), x->target, or_dash(http_header(x, "X-MLFLOW-WORKSPACE")),
		 x->body_len);
	http_reply(x, 200, "", text);
}

static void keep_line(void *arg, mr_str line)
{
	struct fixture *fixture = arg;
	size_t n = strlen(fixture->lines);

	snprintf(fixture->lines + n, sizeof fixture->lines - n, "%.*s\n", MR_STR_ARG(line));
}

static const char *const variables[] = {
	"MLFLOW_TRACKING_USERNAME",
	"MLFLOW_TRACKING_PASSWORD",
	"MLFLOW_TRACKING_TOKEN",
	"MLFLOW_TRACKING_AUTH",
	"MLFLOW_TRACKING_INSECURE_TLS",
	"MLFLOW_TRACKING_SERVER_CERT_PATH",
	"MLFLOW_TRACKING_CLIENT_CERT_PATH",
	"MLFLOW_TRACKING_AWS_SIGV4",
	"MLFLOW_HTTP_REQUEST_MAX_RETRIES",
	"MLFLOW_HTTP_REQUEST_TIMEOUT",
	"MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER",
	"MLFLOW_ALLOW_HTTP_REDIRECTS",
	"MILLRACE_PLUGIN_PATH",
	"http_proxy",
};

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		unsetenv(variables[i]);
	setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0", 1);
	setenv("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0", 1);
	memset(&f, 0, sizeof f);
	f.server = http_server_start(serve, NULL);
	f.call = mr_call_new(64 << 20);
	f.request.size = sizeof f.request;
	f.request.body_size = -1;
	f.response.size = sizeof f.response;
	mr_log_configure(MR_LOG_DEBUG, MR_LOG_TEXT);
	mr_log_set_sink(keep_line, &f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mr_log_set_sink(NULL, NULL);
	http_server_stop(f.server);
	mr_call_free(f.call);
	return 0;
}

static mr_code go(const char *path)
{
	f.request.url = mr_arena_printf(f.call->arena, "%s%s", http_server_url(f.server), path);
	mr_error_init(&f.err);
	return mr_outgoing(&f.request, &f.response, f.call, &f.err);
}

static void expect(const char *path, const char *body)
{
	if (go(path) != MR_OK)
		fail_msg("%s: %s", path, f.err.message);
	assert_string_equal(f.response.body.ptr, body);
}

#define AGENT "millrace site/1"

static void joins_the_providers(void **state)
{
	struct mr_header own[] = {{mr_str_from("x-site"), mr_str_from("mine")}};

	(void)state;
	expect("/a", "-|" AGENT "|lab|/a|-|0");
	assert_non_null(strstr(f.lines, "no site file"));
	f.request.headers = own;
	f.request.headers_n = 1;
	expect("/a", "-|" AGENT "|mine|/a|-|0");
	f.request.flags = MR_HTTP_NO_AUTH;
	f.request.headers_n = 0;
	expect("/a", "-|millrace|-|/a|-|0");
}

static void sends_the_credentials(void **state)
{
	struct mr_header own[] = {{mr_str_from("AUTHORIZATION"), mr_str_from("Own x")}};

	(void)state;
	setenv("MLFLOW_TRACKING_TOKEN", "t0ken", 1);
	expect("/a", "Bearer t0ken|" AGENT "|lab|/a|-|0");
	setenv("MLFLOW_TRACKING_USERNAME", "Aladdin", 1);
	expect("/a", "Bearer t0ken|" AGENT "|lab|/a|-|0"); /* a user alone is none */
	setenv("MLFLOW_TRACKING_PASSWORD", "open sesame", 1);
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==|" AGENT "|lab|/a|-|0");
	setenv("MLFLOW_TRACKING_PASSWORD", "open sesam", 1);
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2Ft|" AGENT "|lab|/a|-|0");
	setenv("MLFLOW_TRACKING_PASSWORD", "open sesamee", 1);
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZWU=|" AGENT "|lab|/a|-|0");
	f.request.headers = own;
	f.request.headers_n = 1;
	expect("/a", "Own x|" AGENT "|lab|/a|-|0");
	f.request.headers_n = 0;
	f.request.flags = MR_HTTP_NO_AUTH;
	expect("/a", "-|millrace|-|/a|-|0");
	f.call->workspace = mr_str_from("team-a");
	f.request.flags = 0;
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZWU=|" AGENT "|lab|/a|team-a|0");
	expect("/api/3.0/mlflow/workspaces/x",
	       "Basic QWxhZGRpbjpvcGVuIHNlc2FtZWU=|" AGENT "|lab|/api/3.0/mlflow/workspaces/x|-|0");
}

static void takes_credentials_out_of_the_url(void **state)
{
	(void)state;
	setenv("MLFLOW_TRACKING_TOKEN", "t0ken", 1);
	mr_error_init(&f.err);
	f.request.url = mr_arena_printf(f.call->arena, "http://Ala%%64din:open%%20sesame@127.0.0.1:%d/u",
					http_server_port(f.server));
	assert_int_equal(mr_outgoing(&f.request, &f.response, f.call, &f.err), MR_OK);
	assert_string_equal(f.response.body.ptr, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==|" AGENT "|lab|/u|-|0");
	f.request.url = mr_str_from("http://user:hunter2@127.0.0.1:1/u?token=hunter3");
	setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1", 1);
	mr_error_init(&f.err);
	assert_int_equal(mr_outgoing(&f.request, &f.response, f.call, &f.err), MR_TEMPORARILY_UNAVAILABLE);
	assert_null(strstr(f.err.message, "hunter"));
	assert_null(strstr(f.lines, "hunter"));
	assert_non_null(strstr(f.err.message, "API request to http://127.0.0.1:1/u?token=*** failed with exception"));
}

static void write_file(const char *text)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof path, "%s/.mlflow", home);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/.mlflow/credentials", home);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void reads_the_credentials_file(void **state)
{
	char path[300];

	(void)state;
	write_file("# ours\n[other]\nmlflow_tracking_username = nobody\n[mlflow]\n"
		   "MLflow_Tracking_Username: Aladdin\nmlflow_tracking_password = open sesame  \n");
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==|" AGENT "|lab|/a|-|0");
	setenv("MLFLOW_TRACKING_PASSWORD", "open sesam", 1); /* each of the two on its own */
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2Ft|" AGENT "|lab|/a|-|0");
	unsetenv("MLFLOW_TRACKING_PASSWORD");
	write_file("[DEFAULT]\nmlflow_tracking_password=open sesame\n[mlflow]\nmlflow_tracking_username=Aladdin");
	expect("/a", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==|" AGENT "|lab|/a|-|0");
	write_file("[DEFAULT]\nmlflow_tracking_username=a\nmlflow_tracking_password=b\n[mlfloww]\nx=y\n");
	expect("/a", "-|" AGENT "|lab|/a|-|0");
	write_file("[mlflow]\nmlflow_tracking_username=a\nmlflow_tracking_password=%%=:;%%");
	expect("/a", "Basic YTolPTo7JQ==|" AGENT "|lab|/a|-|0");
	snprintf(path, sizeof path, "%s/.mlflow/credentials", home);
	unlink(path);
}

static void asks_the_auth_plugin(void **state)
{
	(void)state;
	setenv("MLFLOW_TRACKING_TOKEN", "t0ken", 1);
	setenv("MLFLOW_TRACKING_AUTH", "ticket", 1);
	f.request.body = mr_str_from("body");
	expect("/a", "Ticket 1 POST body|" AGENT "|lab|/a|-|4");
	expect("/fail/2/503", "Ticket 3 POST body|" AGENT "|lab|/fail/2/503|-|4");
	challenges_left = 9;
	expect("/401", "Ticket 3 POST body"); /* two challenges a request at most */
	assert_int_equal(f.response.status, 401);
	assert_int_equal(challenges_left, 7);
	challenges_left = 1;
	expect("/401", "Ticket 2 POST body");
	assert_int_equal(go("/refuse"), MR_UNAUTHENTICATED);
	assert_non_null(strstr(f.err.message, "/refuse failed with exception no ticket"));
	setenv("MLFLOW_TRACKING_AUTH", "nobody", 1);
	assert_int_equal(go("/a"), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(f.err.message, "nobody"));
	assert_non_null(strstr(f.err.message, "ticket")); /* what there is */
	f.request.flags = MR_HTTP_NO_AUTH;
	expect("/a", "-|millrace|-|/a|-|4");
}

static void tries_again(void **state)
{
	static const int statuses[] = {408, 429, 500, 502, 503, 504, 0};
	char path[64];

	(void)state;
	f.request.body = mr_str_from("12345");
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		snprintf(path, sizeof path, "/fail/3/%d", statuses[i]);
		if (go(path) != MR_OK || f.response.status != 200)
			fail_msg("%s: %d %s", path, (int)f.response.status, f.err.message);
	}
	assert_int_equal(go("/fail/9/503"), MR_OK); /* 7 retries; the last answer is the result */
	assert_int_equal(f.response.status, 503);
	assert_non_null(strstr(f.response.body.ptr, "TEMPORARILY_UNAVAILABLE"));
	assert_int_equal(go("/fail/9/503"), MR_OK); /* and the ninth is still to come */
	assert_int_equal(f.response.status, 200);
	setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0", 1);
	assert_int_equal(go("/fail/1/503"), MR_OK);
	assert_int_equal(f.response.status, 503);
	expect("/reset", "-|" AGENT "|lab|/reset|-|5");
	unsetenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES");
	f.request.flags = MR_HTTP_NO_RETRY;
	/* The first of the two looks like a kept connection that has ended, which libcurl replaces on its own. */
	assert_int_equal(go("/fail/2/0"), MR_TEMPORARILY_UNAVAILABLE);
	f.request.flags = 0;
	expect("/x", "-|" AGENT "|lab|/x|-|5");
	assert_int_equal(go("/fail/1/404"), MR_OK); /* no retry */
	assert_int_equal(f.response.status, 404);
	expect("/x", "-|" AGENT "|lab|/x|-|5");
}

struct source {
	int left, rewinds;
};

static int64_t read_three(void *arg, char *out, size_t room)
{
	struct source *s = arg;

	if (s->left == 0 || room == 0)
		return 0;
	*out = 'x';
	s->left--;
	return 1;
}

static bool rewind_three(void *arg)
{
	struct source *s = arg;

	s->left = 3;
	s->rewinds++;
	return true;
}

static bool discard(void *arg, const char *bytes, size_t size)
{
	(void)bytes;
	*(size_t *)arg += size;
	return true;
}

static void repeats_only_what_can_be_repeated(void **state)
{
	struct source s = {.left = 3};
	size_t got = 0;

	(void)state;
	f.request.method = mr_str_from("PUT");
	f.request.read = read_three;
	f.request.read_arg = &s;
	f.request.body_size = 3;
	assert_int_equal(go("/fail/1/503"), MR_OK);
	assert_int_equal(f.response.status, 503);
	s.left = 3;
	expect("/x", "-|" AGENT "|lab|/x|-|3");
	s.left = 3;
	f.request.rewind = rewind_three;
	expect("/fail/2/503", "-|" AGENT "|lab|/fail/2/503|-|3");
	assert_int_equal(s.rewinds, 2);
	f.request.read = NULL;
	f.request.method = mr_str_from("GET");
	f.request.write = discard;
	f.request.write_arg = &got;
	assert_int_equal(go("/cut"), MR_TEMPORARILY_UNAVAILABLE);
	assert_int_equal(got, 4); /* once: what is delivered cannot be taken back */
	got = 0;
	assert_int_equal(go("/fail/2/503"), MR_OK);
	assert_true(got > 4);
}

static void waits_as_it_is_told(void **state)
{
	int64_t before = mr_monotonic_ns();

	(void)state;
	assert_int_equal(go("/fail/1/503?after"), MR_OK);
	assert_int_equal(f.response.status, 200);
	assert_true(mr_monotonic_ns() - before > 900000000);
	assert_non_null(strstr(f.lines, "trying again in 1.0 s"));
	before = mr_monotonic_ns();
	f.call->deadline_ns = before + 300000000; /* comes first: the answer is what there is */
	assert_int_equal(go("/fail/1/503?after"), MR_OK);
	assert_int_equal(f.response.status, 503);
	assert_true(mr_monotonic_ns() - before < 200000000);
	f.call->deadline_ns = 0;
	setenv("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER", "false", 1);
	before = mr_monotonic_ns();
	assert_int_equal(go("/fail/2/503?after"), MR_OK);
	assert_int_equal(f.response.status, 200);
	assert_true(mr_monotonic_ns() - before < 500000000);
}

static void computes_waits(void **state)
{
	struct settings s = {.backoff_factor = 2, .backoff_jitter = 0, .respect_retry_after = true};
	static const int seconds[] = {0, 4, 8, 16, 32, 64, 120, 120};
	mr_str none = mr_str_make(NULL, 0);

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(mr_retry_wait_ms(&s, i + 1, none), seconds[i] * 1000);
	assert_int_equal(mr_retry_wait_ms(&s, 1, mr_str_from("7")), 7000);
	s.backoff_jitter = 1;
	for (int i = 0; i < 100; i++)
		assert_in_range(mr_retry_wait_ms(&s, 2, none), 4000, 5000);
	assert_int_equal(mr_retry_after_ms(mr_str_from("120"), 0), 120000);
	assert_int_equal(mr_retry_after_ms(mr_str_from("999999"), 0), 21600000);
	assert_int_equal(mr_retry_after_ms(mr_str_from("Wed, 21 Oct 2015 07:28:10 GMT"), 1445412480), 10000);
	assert_int_equal(mr_retry_after_ms(mr_str_from("Wed, 21 Oct 2015 07:28:00 GMT"), 1445412480), 0);
	assert_int_equal(mr_retry_after_ms(mr_str_from("Wed, 21 Okt 2015 07:28:00 GMT"), 0), -1);
	assert_int_equal(mr_retry_after_ms(mr_str_from("soon"), 0), -1);
	assert_int_equal(mr_retry_after_ms(mr_str_from("12x"), 0), -1);
	assert_int_equal(mr_retry_after_ms(none, 0), -1);
}

static void refuses_bad_settings(void **state)
{
	static const struct {
		const char *name, *value, *message;
	} bad[] = {
		{"MLFLOW_TRACKING_AWS_SIGV4", "true", "not supported yet"},
		{"MLFLOW_TRACKING_INSECURE_TLS", "yes",
		 "MLFLOW_TRACKING_INSECURE_TLS value must be one of ['true', 'false', '1', '0'] (case-insensitive), "
		 "but got yes"},
		{"MLFLOW_HTTP_REQUEST_MAX_RETRIES", "11",
		 "The configured max_retries value (11) is in excess of the maximum allowable retries (10)"},
		{"MLFLOW_HTTP_REQUEST_MAX_RETRIES", "-1",
		 "The max_retries value must be either 0 a positive integer. Got -1"},
		{"MLFLOW_HTTP_REQUEST_MAX_RETRIES", "many",
		 "Failed to convert 'many' for MLFLOW_HTTP_REQUEST_MAX_RETRIES"},
		{"MLFLOW_HTTP_REQUEST_TIMEOUT", "0", "MLFLOW_HTTP_REQUEST_TIMEOUT must be between"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		setenv(bad[i].name, bad[i].value, 1);
		assert_int_not_equal(go("/a"), MR_OK);
		if (!strstr(f.err.message, bad[i].message))
			fail_msg("%s", f.err.message);
		unsetenv(bad[i].name);
	}
	setenv("MLFLOW_TRACKING_INSECURE_TLS", "TRUE", 1);
	setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", "/ca.pem", 1);
	assert_int_equal(go("/a"), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(f.err.message, "only one of these environment variables may be set"));
	assert_int_equal(http_server_requests(f.server), 0);
}

static void is_cancelled(void **state)
{
	(void)state;
	atomic_store(&f.call->cancelled, true);
	assert_int_equal(go("/a"), MR_CANCELLED);
	atomic_store(&f.call->cancelled, false);
	f.call->deadline_ns = 1;
	assert_int_equal(go("/a"), MR_DEADLINE_EXCEEDED);
	assert_non_null(strstr(f.err.message, "did not end before its deadline"));
}

#ifdef MR_INJECT
static void drops_no_credentials_without_memory(void **state)
{
	static const char expected[] = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==|" AGENT "|lab|/a|-|0";

	(void)state;
	write_file("[mlflow]\nmlflow_tracking_username = Aladdin\nmlflow_tracking_password = open sesame\n");
	f.request.url = mr_arena_printf(f.call->arena, "%s/a", http_server_url(f.server));
	for (long n = 1;; n++) {
		mr_code code;

		mr_error_init(&f.err);
		mr_inject_alloc_fail_at(n);
		code = mr_outgoing(&f.request, &f.response, f.call, &f.err);
		if (!mr_inject_alloc_off())
			break;
		if (code == MR_OK && strcmp(f.response.body.ptr, expected) != 0)
			fail_msg("allocation %ld failed unnoticed: %s", n, f.response.body.ptr);
	}
	write_file("");
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(joins_the_providers, setup, teardown),
		cmocka_unit_test_setup_teardown(sends_the_credentials, setup, teardown),
		cmocka_unit_test_setup_teardown(takes_credentials_out_of_the_url, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_the_credentials_file, setup, teardown),
		cmocka_unit_test_setup_teardown(asks_the_auth_plugin, setup, teardown),
		cmocka_unit_test_setup_teardown(tries_again, setup, teardown),
		cmocka_unit_test_setup_teardown(repeats_only_what_can_be_repeated, setup, teardown),
		cmocka_unit_test_setup_teardown(waits_as_it_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(computes_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_bad_settings, setup, teardown),
		cmocka_unit_test_setup_teardown(is_cancelled, setup, teardown),
#ifdef MR_INJECT
		cmocka_unit_test_setup_teardown(drops_no_credentials_without_memory, setup, teardown),
#endif
	};
	int failed;

	if (!mkdtemp(home))
		return 1;
	setenv("HOME", home, 1);
	setenv("XDG_DATA_HOME", home, 1);
	mr_plugins_add_builtin(&test_plugin); /* of one source the first speaks last */
	mr_plugins_add_builtin(&mr_builtin_headers);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	return failed;
}
