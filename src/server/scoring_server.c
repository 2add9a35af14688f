/* SPDX-License-Identifier: Apache-2.0
 *
 * Event loops parse, a pool predicts. A request belongs to both while a worker
 * has it: whoever changes its state first, the worker with a result or the loop
 * whose patience has ended, decides who answers; the other one frees it.
 */
#include "server/scoring_server.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "model/scoring.h"
#include "server/http.h"
#include "server/listen.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/security.h"

static const char reference_version[] = "3.17.2";

enum { LOOPS = 1, QUEUE_MAX = 1024, IDLE_S = 60, CONNECTIONS_MAX = 1024, WORKERS_MAX = 64 };

struct mr_scoring_server {
	mr_arena *arena;
	mr_model *model;
	mr_http *http;
	mr_pool *pool;
	mr_metrics *metrics;
	mr_security *security; /* NULL: every Host is fine */
	int64_t timeout_ns;
	mr_str url;
	int port;
};

enum state { WAITING, PREDICTED, GIVEN_UP };

struct request {
	struct mr_task task;
	mr_scoring_server *server;
	mr_http_exchange *exchange; /* not to be touched once it was given up */
	_Atomic int state;
	mr_str content_type;
	mr_buf body;
	mr_arena *arena;
	mr_call *call;
	struct mr_score_answer answer;
};

/* ---- answers ---- */

static void answer_text(mr_http_exchange *x, int status, const char *type, mr_str text, const char *allow)
{
	struct mr_http_field fields[2] = {{"Content-Type", type}, {"Allow", allow}};
	struct mr_http_answer answer = {.status = status, .fields = fields, .fields_n = allow ? 2 : 1, .lasting = text};

	x->status = status;
	mr_http_answer(x, &answer);
}

static void answer_copy(mr_http_exchange *x, int status, const char *type, mr_str text)
{
	struct mr_http_field field = {"Content-Type", type};
	mr_buf copy;
	struct mr_http_answer answer = {.status = status, .fields = &field, .fields_n = 1, .taken = &copy};

	mr_buf_init(&copy, SIZE_MAX / 2);
	mr_buf_str(&copy, text);
	x->status = status;
	mr_http_answer(x, &answer);
	mr_buf_dispose(&copy);
}

static void answer_metrics(mr_scoring_server *server, mr_http_exchange *x)
{
	struct mr_pool_counts counts;
	mr_buf out;

	mr_buf_init(&out, 16 << 20);
	mr_metrics_write(server->metrics, &out);
	mr_pool_count(server->pool, &counts);
	mr_metrics_write_value(&out, "millrace_predictions_running", "gauge", "Predictions that a thread works on.",
			       (double)counts.running);
	mr_metrics_write_value(&out, "millrace_predictions_queued", "gauge", "Requests that wait for a thread.",
			       (double)counts.queued);
	mr_metrics_write_value(&out, "millrace_predictions_stuck", "gauge",
			       "Predictions that go on after their client was answered.", (double)counts.stuck);
	mr_metrics_write_value(&out, "millrace_predictions_refused", "counter",
			       "Requests refused because too many waited.", (double)counts.refused);
	mr_metrics_write_process(&out);
	answer_copy(x, 200, "text/plain; version=0.0.4; charset=utf-8", mr_buf_view(&out));
	mr_buf_dispose(&out);
}

/* ---- requests ---- */

static void request_free(struct request *r)
{
	mr_buf_dispose(&r->body);
	mr_call_free(r->call);
	mr_arena_free(r->arena);
	mr_free(r);
}

/* On a thread of the pool. */
static void run_prediction(struct mr_task *task)
{
	struct request *r = (struct request *)task;
	int expected = WAITING;

	mr_score(r->server->model, r->content_type, mr_buf_view(&r->body), r->arena, r->call, &r->answer);
	if (atomic_compare_exchange_strong(&r->state, &expected, PREDICTED)) {
		mr_http_resume(r->server->http, r->exchange);
		return;
	}
	mr_pool_stuck(r->server->pool, -1);
	request_free(r);
}

static struct request *request_new(mr_scoring_server *server, mr_http_exchange *x)
{
	struct request *r = mr_calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->server = server;
	r->exchange = x;
	r->task.run = run_prediction;
	r->arena = mr_arena_new(0);
	r->call = mr_call_new(0);
	mr_buf_init(&r->body, 0);
	if (r->arena)
		r->content_type = mr_arena_copy(r->arena, x->headers[MR_HTTP_CONTENT_TYPE]);
	if (!r->arena || !r->call || !r->content_type.ptr) {
		request_free(r);
		return NULL;
	}
	r->body = x->body; /* moves */
	mr_buf_init(&x->body, 0);
	return r;
}

static mr_http_next begin_prediction(mr_scoring_server *server, mr_http_exchange *x)
{
	struct request *r = request_new(server, x);
	mr_error err;

	mr_error_init(&err);
	if (!r) {
		answer_text(x, 503, "text/plain; charset=utf-8", mr_str_from("Out of memory"), NULL);
		return MR_HTTP_ANSWERED;
	}
	x->user = r;
	x->deadline_ns = mr_monotonic_ns() + server->timeout_ns;
	r->call->deadline_ns = x->deadline_ns;
	if (mr_pool_submit(server->pool, &r->task, &err) == MR_OK)
		return MR_HTTP_DEFER;
	x->user = NULL;
	x->deadline_ns = 0;
	request_free(r);
	answer_text(x, 503, "text/plain; charset=utf-8",
		    mr_str_from("Too many requests wait for a prediction; try again later"), NULL);
	return MR_HTTP_ANSWERED;
}

/* ---- what the loops call ---- */

enum route { ROUTE_OTHER, ROUTE_PING, ROUTE_VERSION, ROUTE_METRICS, ROUTE_INVOCATIONS };

static enum route route_of(mr_http_exchange *x)
{
	static const struct {
		const char *path;
		enum route route;
	} routes[] = {
		{"/ping", ROUTE_PING},	     {"/health", ROUTE_PING},		{"/version", ROUTE_VERSION},
		{"/metrics", ROUTE_METRICS}, {"/invocations", ROUTE_INVOCATIONS},
	};
	size_t i;

	x->label = "other";
	for (i = 0; i < sizeof routes / sizeof *routes; i++)
		if (mr_str_is(x->path, routes[i].path)) {
			x->label = routes[i].path;
			return routes[i].route;
		}
	return ROUTE_OTHER;
}

static void answer_get(mr_scoring_server *server, mr_http_exchange *x, enum route route)
{
	if (route == ROUTE_PING)
		answer_text(x, 200, "application/json", mr_str_from("\n"), NULL);
	else if (route == ROUTE_VERSION)
		answer_text(x, 200, "application/json", mr_str_from(reference_version), NULL);
	else
		answer_metrics(server, x);
}

static mr_http_next head(void *arg, mr_http_exchange *x)
{
	mr_scoring_server *server = arg;
	enum route route = route_of(x);
	bool get = mr_str_is(x->method, "GET") || mr_str_is(x->method, "HEAD"), post = mr_str_is(x->method, "POST");

	if (server->security && !mr_security_host_is_allowed(server->security, x->headers[MR_HTTP_HOST]))
		answer_text(x, 403, "text/plain; charset=utf-8",
			    mr_str_from("Invalid Host header - possible DNS rebinding attack detected"), NULL);
	else if (server->security &&
		 mr_security_is_forged(server->security, x->method, x->headers[MR_HTTP_ORIGIN]))
		answer_text(x, 403, "text/plain; charset=utf-8", mr_str_from("Cross-origin request blocked"), NULL);
	else if (route == ROUTE_OTHER)
		answer_text(x, 404, "application/json", mr_str_from("{\"detail\":\"Not Found\"}"), NULL);
	else if (route == ROUTE_INVOCATIONS ? !post : !get)
		answer_text(x, 405, "application/json", mr_str_from("{\"detail\":\"Method Not Allowed\"}"),
			    route == ROUTE_INVOCATIONS ? "POST" : "GET");
	else if (route == ROUTE_INVOCATIONS)
		return MR_HTTP_COLLECT;
	else
		answer_get(server, x, route);
	return MR_HTTP_ANSWERED;
}

static mr_http_next ready(void *arg, mr_http_exchange *x)
{
	return begin_prediction(arg, x);
}

static mr_http_next resumed(void *arg, mr_http_exchange *x)
{
	struct request *r = x->user;

	(void)arg;
	answer_copy(x, r->answer.status, r->answer.content_type, r->answer.body);
	return MR_HTTP_ANSWERED;
}

static bool expire(void *arg, mr_http_exchange *x, bool stopping)
{
	mr_scoring_server *server = arg;
	struct request *r = x->user;
	int expected = WAITING;

	atomic_store(&r->call->cancelled, true);
	mr_pool_stuck(server->pool, 1); /* before the worker may say that it ended */
	if (!atomic_compare_exchange_strong(&r->state, &expected, GIVEN_UP)) {
		mr_pool_stuck(server->pool, -1);
		return false;
	}
	x->user = NULL;
	if (!stopping)
		mr_log(MR_LOG_WARNING, "scoring", "the plugin %.*s takes longer than %lld ms for a prediction; its client was answered with 504",
		       MR_STR_ARG(mr_model_plugin_name(server->model)), (long long)(server->timeout_ns / 1000000));
	answer_text(x, stopping ? 503 : 504, "application/json",
		    mr_str_from(stopping ? "The server stops" : "Request processing time exceeded limit"), NULL);
	return true;
}

static void done(void *arg, mr_http_exchange *x, bool complete)
{
	mr_scoring_server *server = arg;

	(void)complete;
	if (x->user)
		request_free(x->user);
	mr_metrics_count(server->metrics, x->loop, x->label ? x->label : "other", x->method, x->status,
			 mr_monotonic_ns() - x->begun_ns);
}

static void turn(void *arg, unsigned loop)
{
	(void)arg, (void)loop; /* nothing is gathered */
}

/* ---- the server ---- */

static bool is_loopback(mr_str host)
{
	return !host.len || mr_str_is(host, "localhost") || mr_str_is(host, "::1") ||
	       (host.len > 4 && !memcmp(host.ptr, "127.", 4));
}

static unsigned default_workers(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 2 ? 2 : n > 8 ? 8 : (unsigned)n;
}

static mr_code make_parts(mr_scoring_server *server, const struct mr_scoring_config *config, mr_error *err)
{
	struct mr_security_config security = {.allowed_hosts = config->allowed_hosts};
	unsigned workers = config->workers ? config->workers : default_workers();

	server->timeout_ns = (config->timeout_ms > 0 ? config->timeout_ms : 60000) * 1000000;
	server->metrics = mr_metrics_new(LOOPS);
	server->pool = mr_pool_new("predict", workers > WORKERS_MAX ? WORKERS_MAX : workers, QUEUE_MAX);
	if (config->allowed_hosts.len || is_loopback(config->host)) {
		server->security = mr_security_new(server->arena, &security);
		if (!server->security)
			return mr_error_no_memory(err);
	}
	return server->metrics && server->pool ? MR_OK : mr_error_no_memory(err);
}

static mr_code start_http(mr_scoring_server *server, const struct mr_scoring_config *config, mr_error *err)
{
	struct mr_http_config http = {
		.app = {.arg = server, .head = head, .ready = ready, .resumed = resumed, .expire = expire, .done = done,
			.turn = turn},
		.loops = LOOPS,
		.connections_max = CONNECTIONS_MAX,
		.body_max = config->body_max ? config->body_max : (size_t)256 << 20,
		.idle_s = IDLE_S,
	};
	mr_str host = mr_arena_copy(server->arena, config->host.len ? config->host : mr_str_from("127.0.0.1"));
	bool six;
	mr_code code;

	server->port = config->port;
	code = host.ptr ? mr_listen(host.ptr, &server->port, &http.listen_fd, err) : mr_error_no_memory(err);
	if (code)
		return code;
	six = memchr(host.ptr, ':', host.len) != NULL;
	server->url = mr_arena_printf(server->arena, "http://%s%s%s:%d", six ? "[" : "", host.ptr, six ? "]" : "",
				      server->port);
	return mr_http_start(&http, &server->http, err);
}

mr_code mr_scoring_start(mr_model *model, const struct mr_scoring_config *config, mr_scoring_server **out, mr_error *err)
{
	mr_scoring_server *server = mr_calloc(1, sizeof *server);
	mr_code code;

	*out = NULL;
	if (!server || !(server->arena = mr_arena_new(0))) {
		mr_free(server);
		return mr_error_no_memory(err);
	}
	server->model = model;
	code = make_parts(server, config, err);
	if (!code)
		code = start_http(server, config, err);
	if (code)
		(void)mr_scoring_stop(server, 0);
	else
		*out = server;
	return code;
}

mr_str mr_scoring_url(const mr_scoring_server *server)
{
	return server->url;
}

int mr_scoring_port(const mr_scoring_server *server)
{
	return server->port;
}

bool mr_scoring_stop(mr_scoring_server *server, int64_t timeout_ms)
{
	int64_t deadline = mr_monotonic_ns() + timeout_ms * 1000000;

	if (server->http) {
		(void)mr_http_drain(server->http, deadline);
		mr_http_stop(server->http);
	}
	if (server->pool && !mr_pool_free(server->pool, deadline + 100000000))
		return false; /* a worker still uses all of it */
	if (server->http)
		mr_http_free(server->http);
	mr_metrics_free(server->metrics);
	mr_arena_free(server->arena);
	mr_free(server);
	return true;
}

mr_code mr_scoring_run(mr_model *model, const struct mr_scoring_config *config, mr_error *err)
{
	mr_scoring_server *server;
	sigset_t set;
	int got;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (mr_scoring_start(model, config, &server, err))
		return err->code;
	printf("Millrace serves the model on %.*s (flavor %.*s)\n", MR_STR_ARG(server->url),
	       MR_STR_ARG(mr_model_flavor_name(model)));
	printf("Next:  curl %.*s/invocations -H 'Content-Type: application/json' -d '{\"dataframe_records\": [{...}]}'\n",
	       MR_STR_ARG(server->url));
	fflush(stdout);
	sigwait(&set, &got);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	if (!mr_scoring_stop(server, 10000)) {
		mr_log(MR_LOG_WARNING, "scoring", "ending although a prediction has not returned");
		_exit(0);
	}
	return MR_OK;
}
