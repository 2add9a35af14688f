/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the apps. Hooks run in a pool of their own: the loop defers, a thread calls
 * one app after another, the loop goes on with what came out. A hook that
 * overruns is given up by the loop as a call of a store is (job_abandon), and its
 * thread frees the job whenever it returns. after() is owed to every request
 * whose before() was called: where no answer waits for it, hooks_bury() pays.
 */
#include "server/hooks.h"

#include <strings.h>

#include "base/error.h"
#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "plugin/stats.h"
#include "server/artifacts.h"
#include "server/list.h"

enum { THREADS = 16, QUEUE_MAX = 4096, NS_OF_MS = 1000000 };

struct mr_hooks {
	mr_app_handle *apps[HOOKS_APPS_MAX];
	size_t n;
	mr_pool *pool;
	int64_t timeout_ns;
	bool authorizes, filters, follows; /* some app has authorize(), filter(), after() */
};

/* ---- opening ---- */

/* Splits "NAME.key=value"; the name may be left out where there is one app. */
static mr_code read_setting(const struct mr_server_config *config, mr_str text, mr_str app, bool *is_for,
			    struct mr_map_string *out, mr_error *err)
{
	const char *equals = memchr(text.ptr, '=', text.len);
	bool named = false;

	if (!equals || equals == text.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "--app-config must be KEY=VALUE or NAME.KEY=VALUE, not '%.*s'", MR_STR_ARG(text));
	out->key = mr_str_make(text.ptr, (size_t)(equals - text.ptr));
	out->value = mr_str_make(equals + 1, text.len - out->key.len - 1);
	*is_for = false;
	for (size_t i = 0; i < config->app_names_n; i++) {
		mr_str name = config->app_names[i];

		if (out->key.len <= name.len || out->key.ptr[name.len] != '.' ||
		    memcmp(out->key.ptr, name.ptr, name.len) != 0)
			continue;
		named = true;
		if (!mr_str_eq(name, app))
			continue;
		*is_for = true;
		out->key = mr_str_make(out->key.ptr + name.len + 1, out->key.len - name.len - 1);
		break;
	}
	if (!named && config->app_names_n > 1)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "--app-config '%.*s' says not for which app it is: write NAME.%.*s, with one of the "
				    "names that --app-name was given",
				    MR_STR_ARG(out->key), MR_STR_ARG(out->key));
	*is_for |= !named;
	return MR_OK;
}

static mr_code open_one(mr_server *server, struct mr_hooks *hooks, mr_str name, mr_error *err)
{
	const struct mr_server_config *config = &server->config;
	struct mr_map_string *pairs = mr_arena_alloc(server->arena, (config->app_settings_n + 1) * sizeof *pairs);
	size_t n = 0;

	if (!pairs)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < hooks->n; i++)
		if (mr_str_eq(mr_app_name(hooks->apps[i]), name))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "--app-name names '%.*s' twice",
					    MR_STR_ARG(name));
	for (size_t i = 0; i < config->app_settings_n; i++) {
		bool is_for;

		if (read_setting(config, config->app_settings[i], name, &is_for, &pairs[n], err) != MR_OK)
			return err->code;
		n += is_for;
	}
	return mr_app_handle_open(name, pairs, n, &hooks->apps[hooks->n], err);
}

static mr_code no_settings(const struct mr_server_config *config, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The app '%.*s' is one of Python, which has no options of its own: what it needs it reads from the "
			    "environment of `millrace server`. Leave --app-config out",
			    MR_STR_ARG(config->app_names[0]));
}

mr_code hooks_open(mr_server *server, mr_error *err)
{
	const struct mr_server_config *config = &server->config;
	struct mr_hooks *hooks;
	size_t first;

	if (config->app_names_n == 0)
		return config->app_settings_n ? mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
							     "--app-config needs an app: --app-name NAME")
					      : MR_OK;
	if (config->app_names_n > HOOKS_APPS_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There are more than %d apps", HOOKS_APPS_MAX);
	first = server->gate != NULL; /* that one is no table of hooks */
	if (first && config->app_names_n == 1)
		return config->app_settings_n ? no_settings(config, err) : MR_OK;
	server->hooks = hooks = mr_arena_zalloc(server->arena, sizeof *hooks);
	if (!hooks || !(hooks->pool = mr_pool_new("apps", THREADS, QUEUE_MAX)))
		return mr_error_no_memory(err);
	hooks->timeout_ns = config->app_timeout_ms * NS_OF_MS;
	for (size_t i = first; i < config->app_names_n; i++) {
		const struct mr_app_ops *ops;

		if (open_one(server, hooks, config->app_names[i], err) != MR_OK)
			return err->code;
		ops = mr_app_ops(hooks->apps[hooks->n++]);
		hooks->authorizes |= ops->authorize != NULL;
		hooks->filters |= ops->filter != NULL;
		hooks->follows |= ops->after != NULL;
	}
	return MR_OK;
}

void hooks_close(mr_server *server)
{
	for (size_t i = server->hooks ? server->hooks->n : 0; i-- > 0;)
		mr_app_handle_close(server->hooks->apps[i]);
	server->hooks = NULL;
}

mr_pool *hooks_pool(const mr_server *server)
{
	return server->hooks ? server->hooks->pool : NULL;
}

mr_app_handle *hooks_app(const mr_server *server, size_t i)
{
	return server->hooks && i < server->hooks->n ? server->hooks->apps[i] : NULL;
}

/* ---- one call of one hook, on a thread of the apps ---- */

static int64_t begin_hook(struct job *job, mr_app_handle *app, int64_t timeout_ns)
{
	int64_t until = timeout_ns ? mr_monotonic_ns() + timeout_ns : INT64_MAX;

	atomic_store(&job->hooked->running, app);
	atomic_store(&job->hooked->until_ns, until);
	job->call->deadline_ns = timeout_ns ? until : 0;
	return until;
}

/* An overrun is a failure, whatever the hook said in the end; what only concerns the
 * operator goes to the log. */
static mr_code end_hook(struct job *job, mr_app_handle *app, int64_t until, mr_error *why, mr_error *err)
{
	job->call->deadline_ns = 0;
	if (mr_monotonic_ns() > until)
		return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The app '%.*s' did not answer in time, so the request is denied",
				    MR_STR_ARG(mr_app_name(app)));
	if (why->code == MR_OK || mr_code_http_status(why->code) != 500)
		return mr_error_set(err, why->code, "%s", why->message);
	job->hooked->logged = true;
	mr_log(MR_LOG_ERROR, "server", "The app '%.*s' failed, and the request is denied: %s", MR_STR_ARG(mr_app_name(app)),
	       why->message);
	return mr_error_set(err, MR_INTERNAL_ERROR, "The app '%.*s' failed, so the request is denied",
			    MR_STR_ARG(mr_app_name(app)));
}

/* The plugin may give views of what is its own. */
static mr_code keep_answer(struct job *job, const struct mr_app_answer *answer, mr_error *err)
{
	struct hooked *h = job->hooked;
	struct mr_header *headers = mr_call_alloc(job->call, (answer->headers_n + 1) * sizeof *headers);
	bool kept = headers != NULL;

	h->answer = *answer;
	h->answer.headers = headers;
	h->answer.body = mr_call_copy(job->call, answer->body);
	for (size_t i = 0; kept && i < answer->headers_n; i++) {
		headers[i].name = mr_call_copy(job->call, answer->headers[i].name);
		headers[i].value = mr_call_copy(job->call, answer->headers[i].value);
		kept = headers[i].name.ptr && headers[i].value.ptr;
		if (kept && answer->status == 0 && h->fields_n < HOOKS_FIELDS_MAX)
			h->fields[h->fields_n++] = (struct mr_http_field){headers[i].name.ptr, headers[i].value.ptr};
	}
	if (answer->user.len)
		job->call->user = h->facts.user = mr_call_copy(job->call, answer->user);
	return kept && h->answer.body.ptr && h->facts.user.ptr ? MR_OK : mr_error_no_memory(err);
}

/* True when the request goes on to the next app. */
static bool ask(struct job *job, mr_app_handle *app, mr_app_hook hook, int64_t timeout_ns)
{
	int64_t until = begin_hook(job, app, timeout_ns);
	struct mr_app_answer answer;
	mr_error why;

	mr_error_init(&why);
	mr_app_ask(app, hook, &job->hooked->facts, &answer, job->call, &why);
	if (end_hook(job, app, until, &why, &job->member.err) != MR_OK ||
	    keep_answer(job, &answer, &job->member.err) != MR_OK)
		return false;
	return answer.status == 0 && atomic_load(&job->state) == JOB_RUNNING;
}

/* ---- what the threads do ---- */

/* The path below the artifact destination, by the rules by which it will be used. */
static mr_code find_artifact(struct job *job, mr_error *err)
{
	if (strcmp(job->route.op->facet, "artifact_proxy") != 0)
		return MR_OK;
	return artifacts_proxy_target(job, &job->hooked->facts.artifact, err);
}

static void decode_and_authorize(struct job *job)
{
	struct mr_hooks *hooks = job->server->hooks;
	struct hooked *h = job->hooked;
	mr_error *err = &job->member.err;

	h->decoded = true;
	if (job_decode(job, err) != MR_OK || find_artifact(job, err) != MR_OK)
		return;
	h->facts.message = job->request;
	for (size_t i = 0; i < hooks->n; i++)
		if (!ask(job, hooks->apps[i], MR_APP_AUTHORIZE, hooks->timeout_ns))
			return;
}

static void run_before(struct job *job)
{
	struct mr_hooks *hooks = job->server->hooks;
	struct hooked *h = job->hooked;

	for (size_t i = 0; i < hooks->n; i++) {
		h->seen = i + 1;
		if (!ask(job, hooks->apps[i], MR_APP_BEFORE, hooks->timeout_ns))
			return;
	}
	if (h->whole && job->route.op)
		decode_and_authorize(job);
}

/* All of them, whatever one of them says. */
static void run_after(struct job *job, mr_error *err)
{
	struct mr_hooks *hooks = job->server->hooks;
	struct hooked *h = job->hooked;

	atomic_store(&job->call->cancelled, false);
	for (size_t i = h->seen; i-- > 0;) {
		int64_t until = begin_hook(job, hooks->apps[i], hooks->timeout_ns);
		mr_error why;

		mr_error_init(&why);
		mr_app_after(hooks->apps[i], &h->facts, h->status, job->response, job->call, &why);
		end_hook(job, hooks->apps[i], until, &why, err);
	}
}

static void run_stage(struct mr_task *task)
{
	struct job *job = MR_LIST_ELEMENT(task, struct job, task);

	if (atomic_load(&job->state) == JOB_RUNNING) {
		switch (job->hooked->stage) {
		case HOOKS_BEFORE:
			run_before(job);
			break;
		case HOOKS_AUTHORIZE:
			decode_and_authorize(job);
			break;
		case HOOKS_ROUTE:
			ask(job, job->hooked->router, MR_APP_ROUTE, job->server->config.request_timeout_ms * NS_OF_MS);
			break;
		case HOOKS_AFTER:
			run_after(job, &job->member.err);
			break;
		case HOOKS_NONE:
			break;
		}
	}
	job_complete(job);
}

static void run_burial(struct mr_task *task)
{
	struct job *job = MR_LIST_ELEMENT(task, struct job, task);
	mr_error nobody_hears;

	mr_error_init(&nobody_hears);
	run_after(job, &nobody_hears);
	job_free(job, false);
}

void hooks_bury(struct job *job)
{
	struct hooked *h = job->hooked;
	struct mr_hooks *hooks = job->server->hooks;
	mr_error err;

	mr_error_init(&err);
	if (job->stuck)
		mr_stats_stuck(job->stuck, -1);
	if (!h || h->after_done || !hooks->follows || h->seen == 0) {
		job_free(job, false);
		return;
	}
	h->after_done = true;
	job->task.run = run_burial;
	if (mr_pool_submit(hooks->pool, &job->task, &err) == MR_OK)
		return;
	mr_log(MR_LOG_WARNING, "server", "after() of the apps is not called for a request: %s", err.message);
	job_free(job, false);
}

/* ---- on the loop ---- */

static mr_http_next submit(struct job *job, enum hook_stage stage, int64_t timeout_ns)
{
	struct hooked *h = job->hooked;
	mr_http_exchange *x = job->x;

	h->stage = stage;
	atomic_store(&h->running, stage == HOOKS_ROUTE ? h->router : job->server->hooks->apps[0]);
	atomic_store(&h->until_ns, timeout_ns ? mr_monotonic_ns() + timeout_ns : INT64_MAX);
	x->deadline_ns = timeout_ns ? atomic_load(&h->until_ns) : 0;
	atomic_store(&job->state, JOB_RUNNING);
	job->task.run = run_stage;
	job->pool = job->server->hooks->pool;
	mr_error_init(&job->member.err);
	if (mr_pool_submit(job->pool, &job->task, &job->member.err) == MR_OK)
		return MR_HTTP_DEFER;
	h->stage = HOOKS_NONE;
	job->pool = NULL;
	reply_error(job->server, x, &job->member.err, false);
	return MR_HTTP_ANSWERED;
}

struct copying {
	struct job *job;
	struct mr_header *headers;
	size_t n, room;
	bool failed;
};

static bool copy_header(void *arg, mr_str name, mr_str value)
{
	struct copying *c = arg;
	mr_call *call = c->job->call;
	struct mr_header *header;
	char *lower;

	if (c->n == c->room) {
		size_t room = c->room ? 2 * c->room : 16;

		c->headers = mr_arena_grow(call->arena, c->headers, c->room * sizeof *header, room * sizeof *header);
		c->room = room;
	}
	lower = mr_call_alloc(call, name.len + 1);
	c->failed |= !c->headers || !lower;
	if (c->failed)
		return false;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 0x20 : name.ptr[i]);
	lower[name.len] = 0;
	header = &c->headers[c->n++];
	header->name = mr_str_make(lower, name.len);
	header->value = mr_call_copy(call, value);
	c->failed |= !header->value.ptr;
	return !c->failed;
}

/* Who the client is, in headers that only the gate's app can send, or the program that started this one and is in front of it. They are nobody's business further on. */
static void take_what_the_gate_said(struct copying *c, char *peer, size_t room, bool *tls)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (mr_str_is(c->headers[i].name, "x-millrace-peer"))
			snprintf(peer, room, "%.*s", MR_STR_ARG(c->headers[i].value));
		else if (mr_str_is(c->headers[i].name, "x-millrace-tls"))
			*tls = true;
		else
			c->headers[kept++] = c->headers[i];
	}
	c->n = kept;
}

/* What the apps are told; nothing of it is the exchange's. */
static mr_code collect_facts(struct job *job, mr_str path, mr_error *err)
{
	struct mr_app_request *facts = &job->hooked->facts;
	struct copying copying = {.job = job};
	mr_http_exchange *x = job->x;
	mr_call *call = job->call;
	bool tls = mr_http_is_tls(job->server->http);
	char peer[64];

	if (mr_uri_decode(call->arena, path, &facts->path, err) != MR_OK)
		return err->code;
	mr_http_peer(x, peer, sizeof peer);
	mr_http_each_header(x, copy_header, &copying);
	if (job->server->gate || job->server->config.parent_fd > 0)
		take_what_the_gate_said(&copying, peer, sizeof peer, &tls);
	*facts = (struct mr_app_request){
		.size = sizeof *facts,
		.method = mr_call_copy(call, x->method),
		.path = facts->path,
		.query = mr_call_copy(call, x->query),
		.headers = copying.headers,
		.headers_n = copying.n,
		.remote = mr_call_copy(call, mr_str_from(peer)),
		.user = mr_str_from(""),
		.tls = tls,
		.operation = mr_str_from(job->route.op ? job->route.op->name : ""),
		.message_id = job->route.op ? job->route.op->request->id : 0,
		.content_length = x->content_length,
	};
	return copying.failed || !facts->method.ptr || !facts->query.ptr || !facts->remote.ptr ? mr_error_no_memory(err)
											      : MR_OK;
}

static void find_router(struct job *job)
{
	struct mr_hooks *hooks = job->server->hooks;
	struct hooked *h = job->hooked;

	for (size_t i = 0; i < hooks->n && !h->router; i++) {
		const char *prefix = mr_app_prefix(hooks->apps[i], h->facts.path);

		if (!prefix)
			continue;
		h->router = hooks->apps[i];
		job->x->label = prefix;
	}
}

mr_http_next hooks_before(mr_server *server, mr_http_exchange *x, mr_str path, bool inside)
{
	struct job *job = job_new(server, x);
	struct hooked *h = job ? mr_call_zalloc(job->call, sizeof *h) : NULL;
	mr_error err;

	mr_error_init(&err);
	x->user = job;
	if (!h) {
		reply_page(server, x, 500, NULL);
		return MR_HTTP_ANSWERED;
	}
	job->hooked = h;
	memset(&job->route, 0, sizeof job->route);
	if (inside)
		mr_route_find(x->method, path, &job->route);
	job->op = job->route.op;
	if (collect_facts(job, path, &err) != MR_OK) {
		reply_error(server, x, &err, false);
		return MR_HTTP_ANSWERED;
	}
	h->inside = inside;
	h->whole = x->content_length == 0 || (job->route.op && job_streams(job->route.op));
	if (inside && !job->route.op && !job->route.other_method)
		find_router(job);
	if (h->whole && job->route.op && !job_prepare(job, true))
		mr_error_no_memory(&err);
	if (err.code != MR_OK) {
		reply_error(server, x, &err, false);
		return MR_HTTP_ANSWERED;
	}
	return submit(job, HOOKS_BEFORE, server->hooks->timeout_ns);
}

bool hooks_ready(struct job *job, mr_http_next *next)
{
	struct hooked *h = job->hooked;
	mr_http_exchange *x = job->x;

	if (h->decoded || (!h->router && !job->server->hooks->authorizes))
		return false;
	job->body = x->body;
	mr_buf_init(&x->body, 0);
	if (h->router) {
		h->facts.body = mr_buf_view(&job->body);
		*next = submit(job, HOOKS_ROUTE, job->server->config.request_timeout_ms * NS_OF_MS);
		return true;
	}
	if (!job_prepare(job, true)) {
		reply_page(job->server, x, 500, NULL);
		*next = MR_HTTP_ANSWERED;
		return true;
	}
	*next = submit(job, HOOKS_AUTHORIZE, job->server->hooks->timeout_ns);
	return true;
}

mr_http_next hooks_leaving(struct job *job)
{
	struct hooked *h = job->hooked;

	if (!h || h->after_done || !job->server->hooks->follows || h->seen == 0)
		return MR_HTTP_ANSWERED;
	if (job->upload) /* over, or refused */
		upload_done(job);
	h->after_done = true;
	h->status = job->x->status;
	return submit(job, HOOKS_AFTER, job->server->hooks->timeout_ns);
}

/* With the answer of an app. */
static void answer_as_told(struct job *job)
{
	const struct mr_app_answer *answer = &job->hooked->answer;
	bool has_type = false;
	struct reply reply;
	mr_buf body;

	reply_begin(&reply, job->server, job->x, answer->status);
	for (size_t i = 0; i < answer->headers_n; i++) {
		static const char *const ours[] = {"content-length", "transfer-encoding", "connection", "server"};
		mr_str name = answer->headers[i].name;
		bool skip = false;

		for (size_t k = 0; k < sizeof ours / sizeof *ours; k++)
			skip |= strcasecmp(name.ptr, ours[k]) == 0;
		has_type |= strcasecmp(name.ptr, "content-type") == 0;
		if (!skip)
			reply_field(&reply, name.ptr, answer->headers[i].value.ptr);
	}
	if (!has_type)
		reply_field(&reply, "Content-Type", "text/plain; charset=utf-8");
	mr_buf_init(&body, answer->body.len + 1);
	mr_buf_str(&body, answer->body);
	reply.answer.taken = &body;
	reply_send(&reply, job->x);
}

enum hooks_verdict hooks_resumed(struct job *job, enum hook_stage *stage)
{
	struct hooked *h = job->hooked;

	if (!h || h->stage == HOOKS_NONE)
		return HOOKS_NOT_MINE;
	if (atomic_load(&job->state) != JOB_DONE)
		return HOOKS_WAITING;
	*stage = h->stage;
	h->stage = HOOKS_NONE;
	atomic_store(&job->state, JOB_RUNNING); /* it is the loop's again, for the next who works on it */
	job->pool = NULL;
	job->x->deadline_ns = 0;
	job->x->sender = job->call->user;
	if (job->member.err.code != MR_OK) {
		job_answer(job);
		return HOOKS_ENDED;
	}
	if (*stage == HOOKS_AFTER)
		return HOOKS_ENDED;
	if (h->answer.status) {
		answer_as_told(job);
		return HOOKS_ENDED;
	}
	return HOOKS_GO_ON;
}

bool hooks_expire(struct job *job, bool stopping)
{
	struct hooked *h = job->hooked;
	mr_http_exchange *x = job->x;
	mr_app_handle *app = atomic_load(&h->running);
	mr_server *server = job->server;
	mr_error err;

	if (!stopping && atomic_load(&h->until_ns) > mr_monotonic_ns()) { /* the hook before it had its time */
		x->deadline_ns = atomic_load(&h->until_ns) == INT64_MAX ? 0 : atomic_load(&h->until_ns);
		return false;
	}
	mr_error_init(&err);
	if (stopping)
		mr_error_set(&err, MR_TEMPORARILY_UNAVAILABLE, "The server is stopping; try again");
	else
		mr_error_set(&err, MR_TEMPORARILY_UNAVAILABLE,
			     "The app '%.*s' did not answer in time, so the request is denied",
			     MR_STR_ARG(mr_app_name(app)));
	if (h->stage != HOOKS_AFTER) /* whose thread reads what it is told */
		h->status = 503;
	x->user = NULL;
	x->sender = mr_str_from("");
	if (!job_abandon(job, mr_app_entry(app))) { /* it has just returned */
		x->user = job;
		return false;
	}
	mr_log(MR_LOG_ERROR, "server", "%s", err.message);
	reply_error(server, x, &err, false);
	return true;
}

bool hooks_done(struct job *job, int status)
{
	struct hooked *h = job->hooked;

	if (!h || h->after_done || !job->server->hooks->follows || h->seen == 0)
		return false;
	if (job->upload)
		upload_done(job);
	if (job->download)
		download_done(job);
	h->status = status;
	hooks_bury(job);
	return true;
}

/* ---- rows, on the thread that lists them ---- */

bool hooks_filters(const struct job *job)
{
	return job->hooked && job->server->hooks->filters;
}

mr_code hooks_filter(struct job *job, const void *row, bool *keep, mr_error *err)
{
	struct mr_hooks *hooks = job->server->hooks;

	*keep = true;
	for (size_t i = 0; i < hooks->n && *keep; i++) {
		int64_t until = mr_monotonic_ns() + hooks->timeout_ns, deadline = job->call->deadline_ns;
		mr_error why;
		mr_code code;

		mr_error_init(&why);
		mr_app_filter(hooks->apps[i], &job->hooked->facts, job->op->rows->message->id, row, keep, job->call, &why);
		code = end_hook(job, hooks->apps[i], until, &why, err);
		job->call->deadline_ns = deadline;
		if (code != MR_OK)
			return code;
	}
	return MR_OK;
}
