/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/front_http.h"
#include "helper.h"

#define LINES(text) text "\r\n\r\n"

static const char *parse(const char *text, bool response, struct front_head *head, int *status)
{
	size_t n = front_head_length(text, strlen(text));

	assert_int_equal(n, strlen(text));
	return front_head_parse(mr_str_make(text, n), response, head, status);
}

static void requests_are_read(void **state)
{
	struct front_head h;
	int status;

	(void)state;
	assert_null(parse(LINES("POST /a?b=c HTTP/1.1\r\nHost: h\r\ncontent-LENGTH:  12 \r\nExpect: 100-Continue"), false, &h, &status));
	assert_text(h.method, "POST");
	assert_text(h.target, "/a?b=c");
	assert_int_equal(h.length, 12);
	assert_true(h.expects && !h.close && !h.chunked && h.minor == 1);
	assert_null(parse(LINES("GET / HTTP/1.0"), false, &h, &status));
	assert_true(h.close && h.length == -1 && h.minor == 0);
	assert_null(parse(LINES("GET / HTTP/1.0\r\nConnection: Keep-Alive"), false, &h, &status));
	assert_false(h.close);
	assert_null(parse(LINES("PUT / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\nConnection: x, close"), false, &h, &status));
	assert_true(h.chunked && h.close);
}

static void requests_that_two_could_read_differently_are_refused(void **state)
{
	static const struct {
		const char *text;
		int status;
	} cases[] = {
		{LINES("GET / HTTP/1.2"), 400},
		{LINES("GET / http/1.1"), 400},
		{LINES("GET /"), 400},
		{LINES("GET /a b HTTP/1.1"), 400},
		{LINES("GET /\ta HTTP/1.1"), 400},
		{LINES("GET http://a/ HTTP/1.1"), 400},
		{LINES("CONNECT a:1 HTTP/1.1"), 400},
		{LINES("OPTIONS * HTTP/1.1"), 400},
		{LINES("G\xc3\x84T / HTTP/1.1"), 400},
		{LINES(" GET / HTTP/1.1"), 400},
		{LINES("GET / HTTP/1.1\r\nNo field"), 400},
		{LINES("GET / HTTP/1.1\r\n: x"), 400},
		{LINES("GET / HTTP/1.1\r\nA : x"), 400},
		{LINES("GET / HTTP/1.1\r\nA: x\r\n folded"), 400},
		{LINES("GET / HTTP/1.1\r\nA: x\ny: z"), 400},
		{LINES("GET / HTTP/1.1\r\nA: x\ry"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length: 1, 1"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length: -1"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length: 0x1"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length:"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999"), 400},
		{LINES("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked"), 400},
		{LINES("GET / HTTP/1.0\r\nTransfer-Encoding: chunked"), 400},
		{LINES("GET / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked"), 501},
		{LINES("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 501},
		{LINES("GET / HTTP/1.1\r\nTransfer-Encoding: identity"), 501},
		{LINES("GET / HTTP/1.1\r\nConnection: a\r\nConnection: b"), 400},
	};
	struct front_head h;
	int status;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (!parse(cases[i].text, false, &h, &status))
			fail_msg("accepted: %s", cases[i].text);
		assert_int_equal(status, cases[i].status);
	}
}

static void responses_are_read(void **state)
{
	struct front_head h;
	int status;

	(void)state;
	assert_null(parse(LINES("HTTP/1.1 200 OK\r\nServer: x"), true, &h, &status));
	assert_true(h.status == 200 && h.length == -1 && !h.close && front_has_body(&h, mr_str_from("GET")));
	assert_false(front_has_body(&h, mr_str_from("HEAD")));
	assert_null(parse(LINES("HTTP/1.0 404"), true, &h, &status));
	assert_true(h.status == 404 && h.close);
	assert_null(parse(LINES("HTTP/1.1 204 None"), true, &h, &status));
	assert_false(front_has_body(&h, mr_str_from("GET")));
	assert_non_null(parse(LINES("HTTP/1.1 20 OK"), true, &h, &status));
	assert_non_null(parse(LINES("HTTP/1.1 2000 OK"), true, &h, &status));
	assert_non_null(parse(LINES("HTTP/1.1 099 OK"), true, &h, &status));
	assert_non_null(parse(LINES("ICY 200 OK"), true, &h, &status));
}

static void heads_are_not_complete_without_their_empty_line(void **state)
{
	(void)state;
	assert_int_equal(front_head_length(NULL, 0), 0);
	assert_int_equal(front_head_length("GET / HTTP/1.1\r\n", 16), 0);
	assert_int_equal(front_head_length("GET / HTTP/1.1\n\n", 16), 0);
	assert_int_equal(front_head_length("A\r\n\r\nB\r\n\r\n", 10), 5);
}

static void fields_of_this_hop_stay_here(void **state)
{
	static const char text[] = LINES("POST / HTTP/1.1\r\nHost: h\r\nConnection: X-Mine, content-length, close\r\nKeep-Alive: 5\r\n"
					 "x-mine: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nProxy-Connection: x\r\nExpect: 100-continue\r\n"
					 "Content-Length: 3\r\nX-Kept: a: b");
	struct front_head h;
	mr_buf out;
	int status;

	(void)state;
	assert_null(parse(text, false, &h, &status));
	mr_buf_init(&out, 4096);
	front_head_write(mr_str_from(text), &h, "Via: x\r\n", &out);
	assert_text(mr_buf_view(&out), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX-Kept: a: b\r\nVia: x\r\n\r\n");
	mr_buf_dispose(&out);
}

/* The same however the bytes are cut. */
static void chunks(const char *text, bool good, size_t expected)
{
	size_t n = strlen(text);

	for (size_t step = 1; step <= n; step++) {
		struct front_chunks c = {0};
		size_t taken = 0;

		for (size_t at = 0; at < n && !c.done && !c.bad; at += step)
			taken += front_chunks_take(&c, text + at, at + step < n ? step : n - at);
		if (c.bad == good || c.done != good)
			fail_msg("%s (step %zu)", text, step);
		if (good)
			assert_int_equal(taken, expected);
	}
}

static void chunked_bodies_end_where_they_end(void **state)
{
	(void)state;
	chunks("0\r\n\r\nGET", true, 5);
	chunks("3\r\nabc\r\n0\r\n\r\n3\r\n", true, 13);
	chunks("A;x=\"y\"\r\n0123456789\r\n00\r\nTrailer: 1\r\nOther: 2\r\n\r\n", true, 49);
	chunks("1 \r\nx\r\n0\r\n\r\n", true, 12);
	chunks("\r\n", false, 0);
	chunks("g\r\n", false, 0);
	chunks("-1\r\n", false, 0);
	chunks("3\nabc", false, 0);
	chunks("3\r\nabcd\r\n", false, 0);
	chunks("3\r\nabc\n0\r\n", false, 0);
	chunks("1234567890abcdef0\r\n", false, 0);
	chunks("0\r\nA: b\nC: d\r\n\r\n", false, 0);
	chunks("0\r\n\rX", false, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_read),
		cmocka_unit_test(requests_that_two_could_read_differently_are_refused),
		cmocka_unit_test(responses_are_read),
		cmocka_unit_test(heads_are_not_complete_without_their_empty_line),
		cmocka_unit_test(fields_of_this_hop_stay_here),
		cmocka_unit_test(chunked_bodies_end_where_they_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
