/* SPDX-License-Identifier: Apache-2.0
 *
 * The exchange against a server that behaves well and badly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"
#include "net/net.h"
#include "support/http_server.h"

extern const struct mr_net mr_net_module;

struct fixture {
	mr_arena *arena;
	struct http_server *server, *other;
	struct mr_http_request request;
	struct mr_http_response response;
	struct mr_net_exchange exchange;
	mr_error err;
};

static void start(struct fixture *f, http_handler *handler, void *arg)
{
	memset(f, 0, sizeof *f);
	f->arena = mr_arena_new(0);
	f->server = http_server_start(handler, arg);
	f->request.size = sizeof f->request;
	f->request.body_size = -1;
	f->request.timeout_ms = 5000;
	f->exchange.request = &f->request;
	f->exchange.arena = f->arena;
	f->exchange.follow = true;
}

static void end(struct fixture *f)
{
	http_server_stop(f->server);
	if (f->other)
		http_server_stop(f->other);
	mr_arena_free(f->arena);
}

static mr_code go(struct fixture *f, const char *path)
{
	f->request.url = mr_arena_printf(f->arena, "%s%s", http_server_url(f->server), path);
	mr_error_init(&f->err);
	return mr_net_module.perform(&f->exchange, &f->response, &f->err);
}

static const char *header_of(const struct mr_http_response *response, const char *name)
{
	for (size_t i = 0; i < response->headers_n; i++)
		if (mr_str_is(response->headers[i].name, name))
			return response->headers[i].value.ptr;
	return NULL;
}

/* ---- good answers ---- */

static void echo(struct http_exchange *x)
{
	char text[8192];

	snprintf(text, sizeof text, "%s %s|%s|%zu|%s", x->method, x->target,
		 http_header(x, "X-Test") ? http_header(x, "X-Test") : "-", x->body_len, x->body ? x->body : "");
	http_reply(x, 200, "X-Answer:  one \r\nContent-TYPE: text/x\r\n", text);
}

static void gets_and_posts(void **state)
{
	struct mr_header headers[] = {{mr_str_from("X-Test"), mr_str_from("v")}};
	struct fixture f;

	(void)state;
	start(&f, echo, NULL);
	assert_int_equal(go(&f, "/a%20b/../c?x=%2F"), MR_OK);
	assert_int_equal(f.response.status, 200);
	assert_string_equal(f.response.body.ptr, "GET /a%20b/../c?x=%2F|-|0|");
	assert_string_equal(header_of(&f.response, "x-answer"), "one");
	assert_string_equal(header_of(&f.response, "content-type"), "text/x");
	assert_true(f.exchange.connected);
	f.request.body = mr_str_from("hello");
	f.exchange.headers = headers;
	f.exchange.headers_n = 1;
	assert_int_equal(go(&f, "/p"), MR_OK);
	assert_string_equal(f.response.body.ptr, "POST /p|v|5|hello");
	f.request.method = mr_str_from("DELETE");
	assert_int_equal(go(&f, "/p"), MR_OK);
	assert_string_equal(f.response.body.ptr, "DELETE /p|v|5|hello");
	f.request.method = mr_str_from("PUT");
	f.request.body = mr_str_make(NULL, 0);
	assert_int_equal(go(&f, "/p"), MR_OK);
	assert_string_equal(f.response.body.ptr, "PUT /p|v|0|");
	f.request.method = mr_str_from("HEAD");
	assert_int_equal(go(&f, "/p"), MR_OK);
	assert_int_equal(f.response.body.len, 0);
	assert_int_equal(http_server_connections(f.server), 1); /* kept alive throughout */
	end(&f);
}

static void no_headers_of_its_own(struct http_exchange *x)
{
	bool bad = http_header(x, "Expect") || http_header(x, "Content-Type");

	http_reply(x, bad ? 400 : 200, "", http_header(x, "Content-Length") ? "length" : "chunked");
}

static void adds_no_type_and_no_expect(void **state)
{
	static char large[3 << 20];
	struct fixture f;

	(void)state;
	start(&f, no_headers_of_its_own, NULL);
	f.request.body = mr_str_make(large, sizeof large);
	assert_int_equal(go(&f, "/"), MR_OK);
	assert_int_equal(f.response.status, 200);
	end(&f);
}

/* ---- streaming ---- */

struct source {
	size_t size, at;
	int rewinds, fail_at;
};

static int64_t source_read(void *arg, char *out, size_t room)
{
	struct source *s = arg;
	size_t n = s->size - s->at < room ? s->size - s->at : room;

	if (s->fail_at && s->at >= (size_t)s->fail_at)
		return -1;
	memset(out, 'x', n);
	s->at += n;
	return (int64_t)n;
}

static bool source_rewind(void *arg)
{
	struct source *s = arg;

	s->at = 0;
	s->rewinds++;
	return true;
}

static void count_body(struct http_exchange *x)
{
	char text[64];

	snprintf(text, sizeof text, "%zu %s", x->body_len, http_header(x, "Content-Length") ? "length" : "chunked");
	http_reply(x, x->body_complete ? 200 : 400, "", text);
}

static void streams_up(void **state)
{
	struct source s = {.size = 40 << 20};
	struct fixture f;

	(void)state;
	start(&f, count_body, NULL);
	f.request.method = mr_str_from("PUT");
	f.request.read = source_read;
	f.request.read_arg = &s;
	f.request.body_size = (int64_t)s.size;
	assert_int_equal(go(&f, "/"), MR_OK);
	assert_string_equal(f.response.body.ptr, "41943040 length");
	s.at = 0;
	f.request.body_size = -1;
	assert_int_equal(go(&f, "/"), MR_OK);
	assert_string_equal(f.response.body.ptr, "41943040 chunked");
	s.at = 0;
	s.fail_at = 1 << 20;
	assert_int_equal(go(&f, "/"), MR_ABORTED);
	assert_false(f.exchange.transient);
	end(&f);
}

struct sink {
	size_t n, stop_at;
	struct mr_http_response *response;
	int status_seen;
};

static bool sink_write(void *arg, const char *bytes, size_t size)
{
	struct sink *s = arg;

	(void)bytes;
	if (!s->n)
		s->status_seen = s->response->headers_n ? s->response->status : 0;
	s->n += size;
	return !s->stop_at || s->n < s->stop_at;
}

static void send_much(struct http_exchange *x)
{
	static char block[1 << 20];

	http_send_text(x, "HTTP/1.1 200 OK\r\nContent-Length: 41943040\r\n\r\n");
	for (int i = 0; i < 40; i++)
		if (!http_send(x, block, sizeof block))
			return;
}

static void streams_down(void **state)
{
	struct fixture f;
	struct sink s = {.response = &f.response};

	(void)state;
	start(&f, send_much, NULL);
	f.request.write = sink_write;
	f.request.write_arg = &s;
	assert_int_equal(go(&f, "/"), MR_OK);
	assert_int_equal(s.n, 40 << 20);
	assert_int_equal(s.status_seen, 200); /* known before the first byte */
	assert_int_equal(f.response.body.len, 0);
	assert_true(mr_arena_used(f.arena) < 100 * 1024);
	s.n = 0;
	s.stop_at = 1 << 20;
	assert_int_equal(go(&f, "/"), MR_CANCELLED);
	end(&f);
}

static void not_found(struct http_exchange *x)
{
	http_reply(x, 404, "", "{\"error_code\": \"X\"}");
}

static void collects_errors_although_it_streams(void **state)
{
	struct fixture f;
	struct sink s = {.response = &f.response};

	(void)state;
	start(&f, not_found, NULL);
	f.request.write = sink_write;
	f.request.write_arg = &s;
	assert_int_equal(go(&f, "/"), MR_OK);
	assert_int_equal(f.response.status, 404);
	assert_int_equal(s.n, 0);
	assert_string_equal(f.response.body.ptr, "{\"error_code\": \"X\"}");
	end(&f);
}

/* ---- bad answers ---- */

static void misbehave(struct http_exchange *x)
{
	char many[1024];

	if (!strcmp(x->target, "/truncated")) {
		http_send_text(x, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
	} else if (!strcmp(x->target, "/chunk")) {
		http_send_text(x, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
	} else if (!strcmp(x->target, "/reset")) {
		http_reset(x);
	} else if (!strcmp(x->target, "/nothing")) {
		/* closes */
	} else if (!strcmp(x->target, "/garbage")) {
		http_send_text(x, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
	} else if (!strcmp(x->target, "/headers")) {
		memset(many, 'h', sizeof many);
		http_send_text(x, "HTTP/1.1 200 OK\r\n");
		for (int i = 0; i < 400; i++)
			if (!http_send_text(x, "X-Many: ") || !http_send(x, many, sizeof many) ||
			    !http_send_text(x, "\r\n"))
				break;
	} else if (!strcmp(x->target, "/large")) {
		send_much(x);
	} else if (!strcmp(x->target, "/trickle")) {
		http_send_text(x, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
		for (int i = 0; i < 8; i++) {
			usleep(150 * 1000);
			if (!http_send_text(x, "."))
				break;
		}
	} else if (!strcmp(x->target, "/stall")) {
		http_send_text(x, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n.");
		usleep(900 * 1000);
	} else {
		usleep(900 * 1000);
	}
	x->close = true;
}

static void survives_bad_answers(void **state)
{
	static const char *const transient[] = {"/truncated", "/chunk", "/reset", "/nothing"};
	struct fixture f;

	(void)state;
	start(&f, misbehave, NULL);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(go(&f, transient[i]), MR_IO_ERROR);
		assert_true(f.exchange.transient);
		assert_true(f.exchange.connected);
	}
	assert_int_not_equal(go(&f, "/garbage"), MR_OK);
	assert_int_equal(go(&f, "/headers"), MR_RESOURCE_EXHAUSTED);
	assert_false(f.exchange.transient);
	f.request.body_max = 1 << 20;
	assert_int_equal(go(&f, "/large"), MR_RESOURCE_EXHAUSTED);
	assert_non_null(strstr(f.err.message, "1048576"));
	end(&f);
}

static void waits_only_while_something_comes(void **state)
{
	struct fixture f;
	int64_t before;

	(void)state;
	start(&f, misbehave, NULL);
	f.request.timeout_ms = 400;
	assert_int_equal(go(&f, "/trickle"), MR_OK); /* 1.2 s in all, never silent for long */
	assert_int_equal(f.response.body.len, 8);
	before = mr_monotonic_ns();
	assert_int_equal(go(&f, "/stall"), MR_DEADLINE_EXCEEDED);
	assert_true(f.exchange.transient);
	assert_int_equal(go(&f, "/slow"), MR_DEADLINE_EXCEEDED);
	assert_true(mr_monotonic_ns() - before < 1700000000);
	end(&f);
}

static bool after_a_while(void *arg)
{
	return mr_monotonic_ns() > *(int64_t *)arg;
}

static void is_cancelled_while_it_waits(void **state)
{
	struct fixture f;
	int64_t start_ns, when;

	(void)state;
	start(&f, misbehave, NULL);
	start_ns = mr_monotonic_ns();
	when = start_ns + 300000000;
	f.exchange.cancelled = after_a_while;
	f.exchange.cancelled_arg = &when;
	assert_int_equal(go(&f, "/slow"), MR_CANCELLED);
	assert_false(f.exchange.transient);
	assert_true(mr_monotonic_ns() - start_ns < 1000000000);
	end(&f);
}

static void says_what_it_could_not_reach(void **state)
{
	static const char *const urls[] = {"localhost:5000/x",	"ftp://127.0.0.1/x", "http://", "http://a b/", "/x",
					   "file:///etc/passwd"};
	struct fixture f;

	(void)state;
	start(&f, echo, NULL);
	mr_error_init(&f.err);
	f.request.url = mr_str_from("http://127.0.0.1:1/");
	assert_int_equal(mr_net_module.perform(&f.exchange, &f.response, &f.err), MR_IO_ERROR);
	assert_true(f.exchange.transient);
	assert_false(f.exchange.connected);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		mr_error_init(&f.err);
		f.request.url = mr_str_from(urls[i]);
		assert_int_equal(mr_net_module.perform(&f.exchange, &f.response, &f.err), MR_INVALID_PARAMETER_VALUE);
		assert_false(f.exchange.transient);
	}
	mr_error_init(&f.err);
	f.request.url = mr_str_make("http://127.0.0.1/\0x", 19);
	assert_int_equal(mr_net_module.perform(&f.exchange, &f.response, &f.err), MR_INVALID_PARAMETER_VALUE);
	end(&f);
}

static void refuses_bad_headers(void **state)
{
	struct mr_header headers[1];
	struct fixture f;

	(void)state;
	start(&f, echo, NULL);
	f.exchange.headers = headers;
	f.exchange.headers_n = 1;
	headers[0] = (struct mr_header){mr_str_from("X-Test"), mr_str_from("a\r\nX-Evil: 1")};
	assert_int_equal(go(&f, "/"), MR_INVALID_PARAMETER_VALUE);
	assert_null(strstr(f.err.message, "Evil")); /* values may be secrets */
	headers[0] = (struct mr_header){mr_str_from("X Test:"), mr_str_from("a")};
	assert_int_equal(go(&f, "/"), MR_INVALID_PARAMETER_VALUE);
	headers[0] = (struct mr_header){mr_str_from("X-Test"), mr_str_from("")};
	assert_int_equal(go(&f, "/"), MR_OK);
	assert_string_equal(f.response.body.ptr, "GET /||0|");
	end(&f);
}

/* ---- redirects ---- */

static void redirect(struct http_exchange *x)
{
	char line[256];
	int status = 302;

	if (sscanf(x->target, "/other/%d", &status) == 1)
		snprintf(line, sizeof line, "Location: %s/landed\r\n", (const char *)x->arg);
	else if (sscanf(x->target, "/same/%d", &status) == 1)
		snprintf(line, sizeof line, "Location: ../landed/a b\r\n");
	else if (!strcmp(x->target, "/loop"))
		snprintf(line, sizeof line, "Location: /loop\r\n");
	else if (!strcmp(x->target, "/file"))
		snprintf(line, sizeof line, "Location: file:///etc/passwd\r\n");
	else {
		char text[8192];

		snprintf(text, sizeof text, "%s %s %s %zu", x->method, x->target,
			 http_header(x, "Authorization") ? http_header(x, "Authorization") : "-", x->body_len);
		http_reply(x, 200, "", text);
		return;
	}
	http_reply(x, status, line, "moved");
}

static void show_secrets(struct http_exchange *x)
{
	bool any = http_header(x, "Authorization") || http_header(x, "X-Api-Key") || http_header(x, "Cookie");
	char text[4400];

	snprintf(text, sizeof text, "%s %s %s %zu", x->method, any ? "secrets" : "none",
		 http_header(x, "Range") ? http_header(x, "Range") : "-", x->body_len);
	http_reply(x, 200, "", text);
}

static void takes_no_secrets_elsewhere(void **state)
{
	struct mr_header headers[] = {
		{mr_str_from("Authorization"), mr_str_from("Bearer s")},
		{mr_str_from("X-Api-Key"), mr_str_from("k")},
		{mr_str_from("Cookie"), mr_str_from("c")},
		{mr_str_from("Range"), mr_str_from("bytes=1-")},
	};
	struct http_server *other = http_server_start(show_secrets, NULL);
	struct fixture f;

	(void)state;
	start(&f, redirect, (void *)(uintptr_t)http_server_url(other));
	f.other = other;
	f.exchange.headers = headers;
	f.exchange.headers_n = 4;
	assert_int_equal(go(&f, "/other/302"), MR_OK);
	assert_string_equal(f.response.body.ptr, "GET none bytes=1- 0");
	assert_int_equal(go(&f, "/same/302"), MR_OK);
	assert_string_equal(f.response.body.ptr, "GET /landed/a%20b Bearer s 0");
	f.request.body = mr_str_from("12345");
	assert_int_equal(go(&f, "/other/307"), MR_OK);
	assert_string_equal(f.response.body.ptr, "POST none bytes=1- 5");
	assert_int_equal(go(&f, "/same/303"), MR_OK);
	assert_string_equal(f.response.body.ptr, "GET /landed/a%20b Bearer s 0");
	f.request.method = mr_str_from("PUT");
	assert_int_equal(go(&f, "/same/308"), MR_OK);
	assert_string_equal(f.response.body.ptr, "PUT /landed/a%20b Bearer s 5");
	end(&f);
}

static void ends_redirects(void **state)
{
	struct source s = {.size = 1000};
	struct fixture f;

	(void)state;
	start(&f, redirect, NULL);
	assert_int_equal(go(&f, "/loop"), MR_IO_ERROR);
	assert_non_null(strstr(f.err.message, "without end"));
	assert_int_equal(go(&f, "/file"), MR_IO_ERROR);
	f.exchange.follow = false;
	assert_int_equal(go(&f, "/same/301"), MR_OK);
	assert_int_equal(f.response.status, 301);
	assert_string_equal(f.response.body.ptr, "moved");
	f.exchange.follow = true;
	f.request.method = mr_str_from("PUT");
	f.request.read = source_read;
	f.request.read_arg = &s;
	f.request.body_size = 1000;
	assert_int_equal(go(&f, "/same/307"), MR_IO_ERROR);
	s.at = 0;
	f.request.rewind = source_rewind;
	assert_int_equal(go(&f, "/same/307"), MR_OK);
	assert_int_equal(s.rewinds, 1);
	assert_string_equal(f.response.body.ptr, "PUT /landed/a%20b - 1000");
	end(&f);
}

/* ---- addresses and connections ---- */

static void goes_to_public_addresses_only(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, echo, NULL);
	assert_int_equal(go(&f, "/"), MR_OK); /* leaves a connection that must not be taken */
	f.request.flags = MR_HTTP_PUBLIC_ONLY;
	assert_int_equal(go(&f, "/"), MR_PERMISSION_DENIED);
	assert_false(f.exchange.transient);
	assert_non_null(strstr(f.err.message, "127.0.0.1"));
	f.request.url = mr_arena_printf(f.arena, "http://localhost:%d/", http_server_port(f.server));
	mr_error_init(&f.err);
	assert_int_equal(mr_net_module.perform(&f.exchange, &f.response, &f.err), MR_PERMISSION_DENIED);
	f.request.url = mr_arena_printf(f.arena, "http://[::ffff:127.0.0.1]:%d/", http_server_port(f.server));
	mr_error_init(&f.err);
	assert_int_equal(mr_net_module.perform(&f.exchange, &f.response, &f.err), MR_PERMISSION_DENIED);
	assert_int_equal(http_server_requests(f.server), 1);
	end(&f);
}

static void close_after_answer(struct http_exchange *x)
{
	http_reply(x, 200, "", "fine"); /* says nothing of the end that follows */
	x->close = true;
}

static void notices_closed_connections(void **state)
{
	struct source s = {.size = 100000};
	struct fixture f;

	(void)state;
	start(&f, close_after_answer, NULL);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(go(&f, "/"), MR_OK);
		usleep(20000);
	}
	f.request.method = mr_str_from("PUT");
	f.request.read = source_read;
	f.request.rewind = source_rewind;
	f.request.read_arg = &s;
	f.request.body_size = (int64_t)s.size;
	for (int i = 0; i < 5; i++) {
		s.at = 0;
		assert_int_equal(go(&f, "/"), MR_OK);
	}
	end(&f);
}

static void *many_requests(void *arg)
{
	struct fixture *shared = arg;
	struct fixture f = *shared;

	f.arena = mr_arena_new(0);
	f.exchange.arena = f.arena;
	f.exchange.request = &f.request;
	for (int i = 0; i < 50; i++) {
		mr_arena_reset(f.arena);
		assert_int_equal(go(&f, "/t"), MR_OK);
		assert_string_equal(f.response.body.ptr, "GET /t|-|0|");
	}
	mr_arena_free(f.arena);
	return NULL;
}

static void serves_many_threads(void **state)
{
	unsigned long threads[8];
	struct fixture f;

	(void)state;
	start(&f, echo, NULL);
	for (int i = 0; i < 8; i++)
		assert_int_equal(mr_thread_start(&threads[i], "requests", many_requests, &f, &f.err), MR_OK);
	for (int i = 0; i < 8; i++)
		mr_thread_join(threads[i]);
	assert_int_equal(http_server_requests(f.server), 400);
	assert_true(http_server_connections(f.server) <= 24);
	end(&f);
}

static void a_fork_takes_no_connection(void **state)
{
	struct fixture f;
	int status = 1;
	pid_t child;

	(void)state;
	start(&f, echo, NULL);
	assert_int_equal(go(&f, "/parent"), MR_OK);
	child = fork();
	if (child == 0) {
		bool ok = go(&f, "/child") == MR_OK &&
			  http_server_connections(f.server) == 1; /* the count is the parent's copy */
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(go(&f, "/parent"), MR_OK);
	assert_string_equal(f.response.body.ptr, "GET /parent|-|0|");
	assert_int_equal(http_server_connections(f.server), 2); /* the child made its own */
	end(&f);
}

static void out_of_memory_is_an_error(void **state)
{
	struct fixture f;
	mr_code code;

	(void)state;
	start(&f, echo, NULL);
#ifdef MR_INJECT
	for (long n = 1;; n++) {
		mr_arena_reset(f.arena);
		f.request.url = mr_arena_printf(f.arena, "%s/", http_server_url(f.server));
		mr_error_init(&f.err);
		mr_inject_alloc_fail_at(n);
		code = mr_net_module.perform(&f.exchange, &f.response, &f.err);
		if (!mr_inject_alloc_off())
			break;
		assert_true(code == MR_RESOURCE_EXHAUSTED || code == MR_OK);
	}
#endif
	mr_arena_free(f.arena);
	f.exchange.arena = f.arena = mr_arena_new(8192);
	f.request.body_max = 0;
	code = go(&f, "/");
	assert_true(code == MR_OK || code == MR_RESOURCE_EXHAUSTED);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets_and_posts),
		cmocka_unit_test(adds_no_type_and_no_expect),
		cmocka_unit_test(streams_up),
		cmocka_unit_test(streams_down),
		cmocka_unit_test(collects_errors_although_it_streams),
		cmocka_unit_test(survives_bad_answers),
		cmocka_unit_test(waits_only_while_something_comes),
		cmocka_unit_test(is_cancelled_while_it_waits),
		cmocka_unit_test(says_what_it_could_not_reach),
		cmocka_unit_test(refuses_bad_headers),
		cmocka_unit_test(takes_no_secrets_elsewhere),
		cmocka_unit_test(ends_redirects),
		cmocka_unit_test(goes_to_public_addresses_only),
		cmocka_unit_test(notices_closed_connections),
		cmocka_unit_test(serves_many_threads),
		cmocka_unit_test(a_fork_takes_no_connection),
		cmocka_unit_test(out_of_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
