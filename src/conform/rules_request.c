/* SPDX-License-Identifier: Apache-2.0
 *
 * The contracts of the three small kinds: run contexts, request headers, request auth.
 */
#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <millrace/run_context.h>

#include "base/error.h"
#include "base/os.h"
#include "base/utf8.h"
#include "conform/check.h"

#define CONTEXT ((const struct mr_run_context_ops *)c->ops)
#define HEADERS ((const struct mr_request_header_ops *)c->ops)
#define AUTH	((const struct mr_request_auth_ops *)c->ops)

/* ---- what they give ---- */

struct given {
	struct check *c;
	struct {
		mr_str key, value;
	} pairs[128];
	size_t n, visits;
	bool fail;
};

static mr_code take(void *arg, mr_str key, mr_str value, mr_error *err)
{
	struct given *g = arg;

	g->visits++;
	if (g->fail)
		return mr_error_set(err, MR_CANCELLED, "enough");
	if (g->n < 128) {
		g->pairs[g->n].key = mr_arena_copy(g->c->arena, key);
		g->pairs[g->n++].value = mr_arena_copy(g->c->arena, value);
	}
	return MR_OK;
}

static const struct mr_auth_request example_request = {
	.size = sizeof example_request,
	.method = {"POST", 4},
	.url = {"https://tracking.example.com/api/2.0/mlflow/runs/search", 55},
	.body = {"{\"max_results\": 1}", 18},
	.body_size = 18,
	.attempt = 1,
};

static mr_code collect(struct check *c, struct given *g)
{
	if (mr_str_is(c->entry->group, MR_GROUP_RUN_CONTEXT))
		return CONTEXT->tags(c->host, take, g, c->call, &c->err);
	if (mr_str_is(c->entry->group, MR_GROUP_REQUEST_HEADER))
		return HEADERS->headers(c->host, take, g, c->call, &c->err);
	return AUTH->authorize(c->host, &example_request, take, g, c->call, &c->err);
}

static bool is_in_context(struct check *c)
{
	if (mr_str_is(c->entry->group, MR_GROUP_RUN_CONTEXT))
		return !CONTEXT->in_context || CONTEXT->in_context(c->host, c->call);
	if (mr_str_is(c->entry->group, MR_GROUP_REQUEST_HEADER))
		return !HEADERS->in_context || HEADERS->in_context(c->host, c->call);
	return true;
}

/* Skips where there is nothing to be had: another context, no credentials. */
static void give(struct check *c, struct given *g)
{
	char why[600];
	mr_code code;

	memset(g, 0, sizeof *g);
	g->c = c;
	if (!is_in_context(c))
		check_skip(c, "it has nothing to say here: in_context is false");
	code = collect(c, g);
	if (mr_str_is(c->entry->group, MR_GROUP_REQUEST_AUTH) && code != MR_OK && c->err.length && !c->starved) {
		snprintf(why, sizeof why, "%.500s", c->err.message);
		check_skip(c, "it has no credentials here: %s", why);
	}
	check_ok(c, code, "it");
}

static void use(struct check *c)
{
	struct given g = {.c = c};
	struct mr_http_response refused = {.size = sizeof refused, .status = 401};
	mr_code code;

	if (!is_in_context(c))
		return;
	mr_error_init(&c->err);
	code = collect(c, &g);
	if (!mr_str_is(c->entry->group, MR_GROUP_REQUEST_AUTH))
		check_ok(c, code, "it");
	else if (AUTH->on_challenge) /* credentials there need not be */
		AUTH->on_challenge(c->host, &example_request, &refused, c->call);
}

void context_use(struct check *c)
{
	use(c);
}

void header_use(struct check *c)
{
	use(c);
}

void auth_use(struct check *c)
{
	use(c);
}

/* ---- rules that they share ---- */

static void visitor_failure(struct check *c)
{
	struct given g;
	size_t n;

	give(c, &g);
	if (!g.n)
		check_skip(c, "it gives nothing here");
	n = g.n;
	memset(&g, 0, sizeof g);
	g.c = c;
	g.fail = true;
	check_code(c, collect(c, &g), MR_CANCELLED, "it, when its visitor fails with MR_CANCELLED,");
	check_that(c, g.visits == 1, "it went on after its visitor had failed (%zu of %zu)", g.visits, n);
}

static void each_once(struct check *c)
{
	struct given g;

	give(c, &g);
	for (size_t i = 0; i < g.n; i++)
		for (size_t k = 0; k < i; k++)
			check_that(c, !mr_str_eq(g.pairs[i].key, g.pairs[k].key), "it gives '%s' twice",
				   g.pairs[i].key.ptr);
}

static void again(struct check *c)
{
	struct given first, second;

	give(c, &first);
	give(c, &second);
	check_that(c, first.n == second.n, "it gives %zu at first and %zu when it is asked again", first.n, second.n);
	for (size_t i = 0; i < first.n; i++)
		check_that(c, mr_str_eq(first.pairs[i].key, second.pairs[i].key),
			   "asked again, it gives '%s' in place of '%s'", second.pairs[i].key.ptr,
			   first.pairs[i].key.ptr);
}

static void quick(struct check *c)
{
	int64_t began;

	is_in_context(c); /* what is read once for all may take its time */
	began = mr_monotonic_ns();
	for (int i = 0; i < 20; i++)
		is_in_context(c);
	check_that(c, mr_monotonic_ns() - began < 20 * 50000000LL, "in_context takes %lld ms",
		   (long long)((mr_monotonic_ns() - began) / 20000000));
}

/* ---- tags ---- */

static bool is_name_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       (ch && strchr("_-./ :", ch));
}

static void tags_can_be_stored(struct check *c)
{
	struct given g;

	give(c, &g);
	for (size_t i = 0; i < g.n; i++) {
		mr_str key = g.pairs[i].key, value = g.pairs[i].value;

		check_that(c, key.len > 0 && key.len <= 250, "a tag's key has %zu bytes; stores take 1 to 250",
			   key.len);
		check_that(c, value.len <= 8000, "the value of %s has %zu bytes; stores take 8000", key.ptr, value.len);
		check_that(c, mr_utf8_valid(key) && mr_utf8_valid(value), "the tag %s is not UTF-8", key.ptr);
		for (size_t k = 0; k < key.len; k++)
			check_that(c, (unsigned char)key.ptr[k] >= 0x80 || is_name_char(key.ptr[k]),
				   "the tag key '%s' has characters that MLflow does not take", key.ptr);
	}
}

/* ---- headers ---- */

static bool is_token(mr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] == 127 || strchr("()<>@,;:\\\"/[]?={}", s.ptr[i]))
			return false;
	return s.len > 0;
}

static void headers_can_be_sent(struct check *c)
{
	static const char *const framing[] = {"host", "content-length", "transfer-encoding", "connection"};
	struct given g;

	give(c, &g);
	for (size_t i = 0; i < g.n; i++) {
		mr_str name = g.pairs[i].key, value = g.pairs[i].value;

		check_that(c, is_token(name), "'%s' is no name of a header", name.ptr);
		for (size_t k = 0; k < value.len; k++)
			check_that(c, value.ptr[k] != '\r' && value.ptr[k] != '\n' && value.ptr[k] != 0,
				   "the value of %s has a line break or a NUL", name.ptr);
		for (size_t k = 0; k < sizeof framing / sizeof *framing; k++)
			check_that(c, strcasecmp(name.ptr, framing[k]) != 0,
				   "it gives %s, which belongs to the connection", name.ptr);
	}
}

/* ---- auth ---- */

static void says_why(struct check *c)
{
	struct given g = {.c = c};
	mr_code code = collect(c, &g);

	if (code == MR_OK && g.n == 0)
		check_fail(c, "it gives no header and no error, so that the server refuses and nobody knows why");
	if (code != MR_OK)
		check_that(c, c->err.length > 0, "it fails with %s and does not say why", mr_code_name(code));
	if (code != MR_OK)
		check_refused(c, code, "authorize");
}

static void challenge(struct check *c)
{
	struct mr_http_response refused = {.size = sizeof refused, .status = 401};
	struct mr_auth_request again_request = example_request;
	int yes = 0;

	for (again_request.attempt = 1; again_request.attempt <= 10; again_request.attempt++)
		yes += AUTH->on_challenge(c->host, &again_request, &refused, c->call);
	check_that(c, yes < 10, "after ten refusals of the same request it still asks for another attempt");
}

#define SHARED(title, header)                                                                                          \
	{title ".returns-visitors-failure", "a failure of the visitor ends it and is returned", header, NULL,          \
	 visitor_failure},                                                                                             \
		{title ".gives-each-once", "it gives each name once", header, NULL, each_once},                        \
	{                                                                                                              \
		title ".can-be-asked-again", "it gives the same names when it is asked again", header, NULL, again     \
	}

const struct rule context_rules[] = {
	{"context.tags-can-be-stored", "its tags have keys and values that stores take", "run_context.h", NULL,
	 tags_can_be_stored},
	{"context.in-context-is-quick", "in_context is cheap: below 50 ms", "run_context.h", "in_context", quick},
	SHARED("context", "run_context.h"),
};
const size_t context_rules_n = sizeof context_rules / sizeof *context_rules;

const struct rule header_rules[] = {
	{"header.can-be-sent", "its headers are headers, and not those of the connection", "request_header.h", NULL,
	 headers_can_be_sent},
	{"header.in-context-is-quick", "in_context is cheap: below 50 ms", "request_header.h", "in_context", quick},
	SHARED("header", "request_header.h"),
};
const size_t header_rules_n = sizeof header_rules / sizeof *header_rules;

const struct rule auth_rules[] = {
	{"auth.can-be-sent", "its headers are headers, and not those of the connection", "request_auth.h", NULL,
	 headers_can_be_sent},
	{"auth.says-why", "it gives credentials or says why it has none", "request_auth.h", NULL, says_why},
	{"auth.challenge-ends", "on_challenge does not ask for new attempts for ever", "request_auth.h", "on_challenge",
	 challenge},
	SHARED("auth", "request_auth.h"),
};
const size_t auth_rules_n = sizeof auth_rules / sizeof *auth_rules;
