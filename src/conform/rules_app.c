/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of server apps. What an app allows is its own matter; how it says so is not.
 */
#include <millrace/app.h>
#include <stdlib.h>

#include "api/codec.h"
#include "base/os.h"
#include "base/utf8.h"
#include "conform/check.h"

#define OPS ((const struct mr_app_ops *)c->ops)

static const struct mr_header plain_headers[] = {
	{{"host", 4}, {"localhost:5000", 14}}, {{"accept", 6}, {"*/*", 3}}, {{"user-agent", 10}, {"conform", 7}}};

static struct mr_app_request request_of(const char *method, const char *path)
{
	mr_str none = mr_str_from("");

	return (struct mr_app_request){.size = sizeof(struct mr_app_request),
				       .method = mr_str_from(method),
				       .path = mr_str_from(path),
				       .query = none,
				       .headers = plain_headers,
				       .headers_n = 3,
				       .remote = mr_str_from("127.0.0.1"),
				       .user = none,
				       .operation = none,
				       .artifact = none,
				       .body = none};
}

/* An operation with its message, which JSON gives. */
static struct mr_app_request operation_of(struct check *c, const char *name, const char *json)
{
	const struct mr_op_desc *op = mr_op_desc_by_name(mr_str_from(name));
	struct mr_app_request r = request_of(op->routes[0].method, op->routes[0].path);
	void *message = NULL;
	mr_error err;

	mr_error_init(&err);
	if (mr_msg_decode(op->request, mr_str_from(json), c->kit_call, &message, &err) != MR_OK)
		check_fail(c, "the kit's own request is wrong: %s", err.message);
	r.operation = mr_str_from(op->name);
	r.message_id = op->request->id;
	r.message = message;
	return r;
}

static void check_answer(struct check *c, mr_code code, const struct mr_app_answer *answer, bool must_answer,
			 const char *what)
{
	if (code != MR_OK) {
		check_refused(c, code, what); /* a denial with a reason */
		return;
	}
	check_ok(c, code, what);
	check_that(c, (answer->status == 0 && !must_answer) || (answer->status >= 200 && answer->status <= 599),
		   "%s answers with the status %d", what, answer->status);
	check_that(c, answer->headers_n == 0 || answer->headers, "%s says that there are headers, and there are none",
		   what);
	for (size_t i = 0; i < answer->headers_n; i++) {
		mr_str name = answer->headers[i].name, value = answer->headers[i].value;

		check_that(c, name.len && !memchr(name.ptr, '\n', name.len) && !memchr(name.ptr, ':', name.len),
			   "%s gives a header without a name", what);
		check_that(c,
			   !value.len || (!memchr(value.ptr, '\n', value.len) && !memchr(value.ptr, '\r', value.len)),
			   "%s gives a header with a line break", what);
	}
	check_that(c, mr_utf8_valid(answer->user), "%s gives a user that is not UTF-8", what);
	for (size_t i = 0; i < answer->user.len; i++)
		check_that(c, (unsigned char)answer->user.ptr[i] >= ' ', "%s gives a user with a control character",
			   what);
}

static int32_t before(struct check *c, const struct mr_app_request *request)
{
	struct mr_app_answer answer = {.size = sizeof answer};
	mr_code code;

	if (!OPS->before)
		return 0;
	code = OPS->before(c->self, request, &answer, c->call, &c->err);
	check_answer(c, code, &answer, false, "before");
	return code != MR_OK ? 500 : answer.status;
}

static int32_t authorize(struct check *c, const struct mr_app_request *request)
{
	struct mr_app_answer answer = {.size = sizeof answer};
	mr_code code;

	if (!OPS->authorize)
		return 0;
	code = OPS->authorize(c->self, request, &answer, c->call, &c->err);
	check_answer(c, code, &answer, false, "authorize");
	return code != MR_OK ? 500 : answer.status;
}

static void after(struct check *c, const struct mr_app_request *request, int32_t status, const void *response)
{
	mr_code code = OPS->after ? OPS->after(c->self, request, status, response, c->call, &c->err) : MR_OK;

	if (code == MR_OK)
		check_ok(c, code, "after");
	else
		check_refused(c, code, "after");
}

/* A whole request for an operation, as the server has it. */
static void pass(struct check *c, const char *operation, const char *json)
{
	struct mr_app_request r = operation_of(c, operation, json);
	const void *message = r.message;
	int32_t status;

	r.message = NULL; /* nothing of the body has been read */
	status = before(c, &r);
	r.message = message;
	if (!status)
		status = authorize(c, &r);
	after(c, &r, status ? status : 200, NULL);
}

void app_use(struct check *c)
{
	check_open(c);
	pass(c, "search_experiments", "{\"max_results\": 1}");
	check_close(c);
}

/* ---- rules ---- */

static void answers_well(struct check *c)
{
	static const char *const paths[] = {
		"/", "/health", "/metrics", "/static-files/x.js", "/ajax-api/2.0/mlflow/experiments/search", "/none"};

	check_open(c);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct mr_app_request r = request_of("GET", paths[i]);

		after(c, &r, before(c, &r) ? 403 : 200, NULL);
	}
	pass(c, "create_experiment", "{\"name\": \"a\"}");
	pass(c, "get_run", "{\"run_id\": \"0123456789abcdef0123456789abcdef\"}");
	check_close(c);
}

static void survives_odd_requests(struct check *c)
{
	static const char odd[] = "\xff\xfe\x01 %00 ../../etc/passwd \t=&?";
	static const struct mr_header bad[] = {{{"authorization", 13}, {"", 0}},
					       {{"authorization", 13}, {"Basic", 5}},
					       {{"authorization", 13}, {"Basic !!!!", 10}},
					       {{"authorization", 13}, {"Bearer ", 7}},
					       {{"cookie", 6}, {odd, sizeof odd - 1}},
					       {{odd, sizeof odd - 1}, {odd, sizeof odd - 1}}};
	char *longest = malloc(65537);
	struct mr_app_request r = request_of("GET", "/");

	check_open(c);
	memset(longest, 'a', 65536);
	longest[65536] = 0;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		r.headers = &bad[i];
		r.headers_n = 1;
		before(c, &r);
	}
	r.headers = NULL;
	r.headers_n = 0;
	r.method = r.path = r.query = mr_str_make(odd, sizeof odd - 1);
	before(c, &r);
	r.method = r.path = r.query = mr_str_make(NULL, 0);
	before(c, &r);
	r.path = r.query = r.user = mr_str_make(longest, 65536);
	before(c, &r);
	free(longest);
	check_close(c);
}

static void authorizes(struct check *c)
{
	static const char *const operations[] = {"log_batch", "delete_run", "get_run", "log_inputs"};
	struct mr_app_request r;

	check_open(c);
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		r = operation_of(c, operations[i], "{\"run_id\": \"0123456789abcdef0123456789abcdef\"}");
		authorize(c, &r);
		r.user = mr_str_from("somebody");
		authorize(c, &r);
	}
	check_close(c);
}

static void filters(struct check *c)
{
	const struct mr_op_desc *op = mr_op_desc_by_name(mr_str_from("search_experiments"));
	struct mr_app_request r;
	void *row = NULL;
	bool keep = true;
	mr_code code;
	mr_error err;

	check_open(c);
	r = operation_of(c, "search_experiments", "{\"max_results\": 5}");
	mr_error_init(&err);
	if (mr_msg_decode(op->rows->message, mr_str_from("{\"experiment_id\": \"1\", \"name\": \"a\"}"), c->kit_call,
			  &row, &err) != MR_OK)
		check_fail(c, "the kit's own row is wrong: %s", err.message);
	code = OPS->filter(c->self, &r, op->rows->message->id, row, &keep, c->call, &c->err);
	if (code == MR_OK)
		check_ok(c, code, "filter");
	else
		check_refused(c, code, "filter");
	check_close(c);
}

static void hears_who_left(struct check *c)
{
	struct mr_app_request r;

	check_open(c);
	r = operation_of(c, "get_run", "{\"run_id\": \"0123456789abcdef0123456789abcdef\"}");
	before(c, &r);
	after(c, &r, 499, NULL);
	r.message = NULL; /* the request was not a valid one */
	after(c, &r, 400, NULL);
	after(c, &r, 200, mr_msg_new(c->kit_call, mr_op_desc_by_name(mr_str_from("get_run"))->response));
	check_close(c);
}

static void prefixes(struct check *c)
{
	size_t n = 0;

	while (OPS->prefixes && OPS->prefixes[n]) {
		check_that(c, OPS->prefixes[n][0] == '/' && OPS->prefixes[n][1],
			   "the prefix '%s' does not begin with '/', or is the root", OPS->prefixes[n]);
		check_that(c, ++n < 1000, "the list of prefixes does not end with NULL");
	}
	check_that(c, (n > 0) == (OPS->route != NULL),
		   n ? "it has prefixes and no route" : "it has a route and no prefixes");
}

static void routes(struct check *c)
{
	check_open(c);
	for (size_t i = 0; OPS->prefixes && OPS->prefixes[i]; i++) {
		mr_str below = check_text(c, "%s/no/such/thing", OPS->prefixes[i]);
		struct mr_app_request r = request_of("GET", OPS->prefixes[i]);

		for (int k = 0; k < 2; k++) {
			struct mr_app_answer answer = {.size = sizeof answer};
			mr_code code = OPS->route(c->self, &r, &answer, c->call, &c->err);

			check_answer(c, code, &answer, true, "route");
			r.path = below;
		}
	}
	check_close(c);
}

static void quick(struct check *c)
{
	int64_t began;

	check_open(c);
	pass(c, "get_run", "{\"run_id\": \"0123456789abcdef0123456789abcdef\"}");
	began = mr_monotonic_ns();
	for (int i = 0; i < 10; i++)
		pass(c, "get_run", "{\"run_id\": \"0123456789abcdef0123456789abcdef\"}");
	check_that(c, mr_monotonic_ns() - began < 10 * 100000000LL, "a request passes it in %lld ms",
		   (long long)((mr_monotonic_ns() - began) / 10000000));
	check_close(c);
}

static const char *pass_many(struct check *c, size_t index)
{
	c->kit_call = check_call_new(c);
	for (int i = 0; i < 20; i++)
		pass(c, index % 2 ? "get_run" : "log_param",
		     "{\"run_id\": \"0123456789abcdef0123456789abcdef\", \"key\": \"a\", \"value\": \"b\"}");
	return NULL;
}

static void parallel(struct check *c)
{
	check_open(c);
	check_threads(c, 4, pass_many);
	check_close(c);
}

#define HEADER "app.h"
const struct rule app_rules[] = {
	{"app.answers", "hooks answer with 0, or a status and headers that can be sent", HEADER, NULL, answers_well},
	{"app.odd-requests", "no request, whatever is in it, ends the hook otherwise", HEADER, "before",
	 survives_odd_requests},
	{"app.authorize", "authorize answers about any operation and anybody", HEADER, "authorize", authorizes},
	{"app.filter", "filter says of a row whether it is kept", HEADER, "filter", filters},
	{"app.after", "after hears of clients that left, of refusals, and of answers", HEADER, "after", hears_who_left},
	{"app.prefixes", "routes have prefixes that begin with '/', in a list that ends", HEADER, NULL, prefixes},
	{"app.route", "route sets a status for each path below its prefixes", HEADER, "route", routes},
	{"app.quick", "its hooks together take less than 100 ms", HEADER, NULL, quick},
	{"app.parallel", "hooks may run at once", HEADER, NULL, parallel},
};
const size_t app_rules_n = sizeof app_rules / sizeof *app_rules;
