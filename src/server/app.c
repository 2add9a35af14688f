/* SPDX-License-Identifier: Apache-2.0
 *
 * A request's way through the server: the checks that hold for all, in the order
 * in which MLflow makes them; then the operation, the page, or the refusal.
 */
#include <strings.h>

#include "base/os.h"
#include "server/artifacts.h"
#include "server/hooks.h"
#include "server/state.h"

static const char workspaces_off[] = "Workspace APIs are not available: workspaces are not enabled on this server";

/* The path below the static prefix; false when it lies outside. The proxy's
 * uploads and downloads are served without the prefix, too, as MLflow does. */
static bool below_prefix(const mr_server *server, mr_str path, mr_str *out)
{
	static const char *const anyway[] = {"/api/2.0/mlflow-artifacts/artifacts/",
					     "/ajax-api/2.0/mlflow-artifacts/artifacts/"};
	mr_str prefix = server->config.static_prefix;

	*out = path;
	if (prefix.len == 0)
		return true;
	for (size_t i = 0; i < sizeof anyway / sizeof anyway[0]; i++) {
		if (path.len > strlen(anyway[i]) && memcmp(path.ptr, anyway[i], strlen(anyway[i])) == 0)
			return true;
	}
	if (path.len < prefix.len || memcmp(path.ptr, prefix.ptr, prefix.len) != 0 ||
	    (path.len > prefix.len && path.ptr[prefix.len] != '/'))
		return false;
	*out = mr_str_make(path.ptr + prefix.len, path.len - prefix.len);
	return true;
}

static bool starts_with(mr_str s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && memcmp(s.ptr, prefix, len) == 0;
}

static bool is_api(mr_str path)
{
	return starts_with(path, "/api/") || starts_with(path, "/ajax-api/");
}

static bool ends_with(mr_str s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len >= len && memcmp(s.ptr + s.len - len, suffix, len) == 0;
}

/* An answer without the headers that the checks have not come to. */
static void refuse_bare(mr_server *server, mr_http_exchange *x, int status, const char *type, mr_str text, bool cors)
{
	struct mr_http_field fields[2 + MR_SECURITY_FIELDS_MAX] = {{"Content-Type", type},
								   {"Server", "Millrace/" MR_VERSION}};
	struct mr_http_answer answer = {.status = status, .fields = fields, .fields_n = 2, .lasting = text};

	if (cors)
		answer.fields_n += mr_security_fields(server->security, x, false, fields + 2);
	mr_http_answer(x, &answer);
}

static bool asks_for_workspace(const mr_http_exchange *x)
{
	mr_str name = x->headers[MR_HTTP_WORKSPACE];

	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] != ' ' && name.ptr[i] != '\t')
			return true;
	}
	return false;
}

static void refuse_workspace(mr_server *server, mr_http_exchange *x)
{
	static const char json[] =
		"{\"error_code\":\"FEATURE_DISABLED\",\"message\":\"Workspace APIs are not available: "
		"workspaces are not enabled on this server\",\"sqlstate\":\"KAM00\",\"error_class\":"
		"\"FEATURE_DISABLED\"}";

	_Static_assert(sizeof workspaces_off < sizeof json, "the body carries the message");
	refuse_bare(server, x, 500, "application/json", mr_str_from(json), false);
}

/* True when the request was refused, or was a question about what may be asked. */
static bool is_stopped(mr_server *server, mr_http_exchange *x, mr_str path, bool inside)
{
	bool is_probe = inside && (mr_str_is(path, "/health") || mr_str_is(path, "/version"));

	if (asks_for_workspace(x) && !ends_with(x->path, "/mlflow/server-info")) {
		refuse_workspace(server, x);
		return true;
	}
	if (!is_probe && !mr_security_host_is_allowed(server->security, x->headers[MR_HTTP_HOST])) {
		refuse_bare(server, x, 403, "text/plain",
			    mr_str_from("Invalid Host header - possible DNS rebinding attack detected"), false);
		return true;
	}
	if (mr_security_is_preflight(server->security, x)) {
		mr_security_answer_preflight(server->security, x);
		return true;
	}
	if (inside && is_api(path) && mr_security_is_forged(server->security, x->method, x->headers[MR_HTTP_ORIGIN])) {
		refuse_bare(server, x, 403, "text/plain", mr_str_from("Cross-origin request blocked"), true);
		return true;
	}
	return false;
}

/* The path pattern of the operation that the request came by, as Flask writes it. */
static void write_rule(const mr_server *server, const struct mr_op_desc *op, mr_str path, mr_buf *out)
{
	const char *pattern = op->routes[0].path;

	for (uint32_t i = 0; i < op->routes_n; i++) {
		size_t fixed = strcspn(op->routes[i].path, "{");

		if (path.len >= fixed && memcmp(path.ptr, op->routes[i].path, fixed) == 0)
			pattern = op->routes[i].path;
	}
	mr_buf_str(out, server->config.static_prefix);
	for (; *pattern; pattern++) {
		if (pattern[0] == '{' && pattern[1] == '*') {
			mr_buf_c(out, "<path:");
			pattern++;
		} else {
			mr_buf_char(out, (char)(*pattern == '{' ? '<' : *pattern == '}' ? '>' : *pattern));
		}
	}
}

static bool is_proxy(const struct mr_op_desc *op)
{
	return strcmp(op->facet, "artifact_proxy") == 0;
}

/* --artifacts-only and --no-serve-artifacts switch operations off. */
static bool is_off(mr_server *server, mr_http_exchange *x, const struct mr_op_desc *op, mr_str path)
{
	bool only = server->config.artifacts_only && !is_proxy(op) && op->id != MR_OP_SERVER_INFO;
	bool unserved = !server->config.serve_artifacts && is_proxy(op);
	mr_buf body;

	if (!only && !unserved)
		return false;
	if (unserved && artifacts_is_compact(op) && !mr_str_is(x->method, "HEAD")) {
		reply_detail(server, x, 503,
			     "Artifact serving is disabled. Run `mlflow server` with `--serve-artifacts` to enable.");
		return true;
	}
	mr_buf_init(&body, 4096);
	mr_buf_c(&body, "Endpoint: ");
	write_rule(server, op, path, &body);
	mr_buf_c(&body,
		 only ? " disabled due to the mlflow server running in `--artifacts-only` mode. To enable tracking "
			"server functionality, run `mlflow server` without `--artifacts-only`"
		      : " disabled due to the mlflow server running with `--no-serve-artifacts`. To enable artifacts "
			"server functionality, run `mlflow server` with `--serve-artifacts`");
	reply_taken(server, x, 503, "text/html; charset=utf-8", &body);
	return true;
}

static void answer_options(mr_server *server, mr_http_exchange *x, mr_str path, const char *allow)
{
	struct reply reply;

	reply_begin(&reply, server, x, is_api(path) && !server->config.no_security ? 204 : 200);
	reply_field(&reply, "Content-Type", "text/html; charset=utf-8");
	reply_field(&reply, "Allow", allow);
	reply_send(&reply, x);
}

static mr_http_next answer_otherwise(mr_server *server, mr_http_exchange *x, mr_str path,
				     const struct mr_route_match *match)
{
	if (match->other_method && mr_str_is(x->method, "OPTIONS"))
		answer_options(server, x, path, match->allow);
	else if (match->other_method)
		reply_page(server, x, 405, match->allow);
	else if (!page_answer(server, x, path))
		reply_page(server, x, 404, NULL);
	return MR_HTTP_ANSWERED;
}

/* Behind the checks and the apps: the operation, the page, the route of an app, or none of them. */
static mr_http_next go_where(mr_server *server, mr_http_exchange *x, mr_str path, bool inside)
{
	struct mr_route_match match;
	struct job *job = x->user; /* there is one already when there are apps */

	if (!inside) {
		reply_page(server, x, 404, NULL);
		return MR_HTTP_ANSWERED;
	}
	mr_route_find(x->method, path, &match);
	if (!match.op && job && job->hooked && job->hooked->router)
		return MR_HTTP_COLLECT;
	if (!match.op)
		return answer_otherwise(server, x, path, &match);
	x->label = match.op->routes[0].path;
	if (is_off(server, x, match.op, path))
		return MR_HTTP_ANSWERED;
	if (!job) {
		job = job_new(server, x);
		if (!job) {
			reply_page(server, x, 500, NULL);
			return MR_HTTP_ANSWERED;
		}
		job->route = match;
		job->op = match.op;
		x->user = job;
	}
	if (job_streams(match.op))
		return upload_begin(job) ? MR_HTTP_STREAM : MR_HTTP_ANSWERED;
	return MR_HTTP_COLLECT;
}

bool app_refuses(mr_server *server, mr_http_exchange *x)
{
	mr_str path;
	bool inside = below_prefix(server, x->path, &path);

	return is_stopped(server, x, path, inside);
}

static mr_http_next on_head(void *arg, mr_http_exchange *x)
{
	mr_server *server = arg;
	mr_str path;
	bool inside = below_prefix(server, x->path, &path);

	x->label = "other";
	if (!server->gate && is_stopped(server, x, path, inside))
		return MR_HTTP_ANSWERED;
	return server->hooks ? hooks_before(server, x, path, inside) : go_where(server, x, path, inside);
}

static size_t on_data(void *arg, mr_http_exchange *x, const char *bytes, size_t size)
{
	(void)arg;
	return upload_data(x->user, bytes, size);
}

static mr_http_next on_ready(void *arg, mr_http_exchange *x)
{
	struct job *job = x->user;
	mr_http_next next;

	(void)arg;
	if (job->upload)
		return upload_ready(job);
	return job->hooked && hooks_ready(job, &next) ? next : job_start(job);
}

static mr_http_next on_resumed(void *arg, mr_http_exchange *x)
{
	mr_server *server = arg;
	struct job *job = x->user;
	enum hook_stage stage;
	bool inside;
	mr_str path;

	switch (hooks_resumed(job, &stage)) {
	case HOOKS_WAITING:
		return MR_HTTP_DEFER;
	case HOOKS_ENDED:
		return MR_HTTP_ANSWERED;
	case HOOKS_GO_ON:
		if (stage != HOOKS_BEFORE)
			return job_start(job);
		inside = below_prefix(server, x->path, &path);
		return go_where(server, x, path, inside);
	case HOOKS_NOT_MINE:
		break;
	}
	if (job->upload)
		upload_resumed(job);
	else
		job_answer(job);
	return MR_HTTP_ANSWERED;
}

static mr_http_next on_leaving(void *arg, mr_http_exchange *x)
{
	(void)arg;
	return x->user ? hooks_leaving(x->user) : MR_HTTP_ANSWERED;
}

static void answer_late(mr_server *server, mr_http_exchange *x, bool stopping)
{
	mr_error err;

	mr_error_init(&err);
	if (stopping)
		mr_error_set(&err, MR_TEMPORARILY_UNAVAILABLE, "The server is stopping; try again");
	else
		mr_error_set(
			&err, MR_DEADLINE_EXCEEDED,
			"The request was not answered within %lld ms (--request-timeout); it may still be carried out",
			(long long)server->config.request_timeout_ms);
	reply_error(server, x, &err, false);
}

static bool on_expire(void *arg, mr_http_exchange *x, bool stopping)
{
	struct job *job = x->user;

	if (job->hooked && job->hooked->stage != HOOKS_NONE)
		return hooks_expire(job, stopping);
	if (job->upload)
		return upload_expire(job, stopping);
	if (atomic_load(&job->state) == JOB_DONE) /* only now may we look at what its thread left */
		return x->status && job->download && download_expire(job);
	if (job->hooked)
		job->hooked->status = stopping ? 503 : 504;
	if (!job_abandon(job, job->backend && job->backend->store ? mr_store_entry(job->backend->store) : NULL))
		return false;
	x->user = NULL;
	x->sender = mr_str_from("");
	answer_late(arg, x, stopping);
	return true;
}

static void on_done(void *arg, mr_http_exchange *x, bool complete)
{
	mr_server *server = arg;
	struct job *job = x->user;

	if (server->metrics)
		mr_metrics_count(server->metrics, x->loop, x->label ? x->label : "other", x->method,
				 complete ? x->status : 499, mr_monotonic_ns() - x->begun_ns);
	if (server->access_log && !server->gate)
		mr_access_log_add(server->access_log, x, complete);
	if (job && !hooks_done(job, complete ? x->status : 499))
		job_free(job, true);
}

/* The writes of this turn of the loop go to their writer together. */
static void on_turn(void *arg, unsigned loop_index)
{
	mr_server *server = arg;
	struct loop_state *loop = &server->loops[loop_index];
	struct backend *backends[] = {&server->tracking, &server->registry};

	for (unsigned g = 0; g < GROUPS_MAX; g++) {
		struct mr_group_member *list = loop->batch[g], *next;
		mr_error err;

		if (!list)
			continue;
		loop->batch[g] = NULL;
		loop->batch_end[g] = &loop->batch[g];
		mr_error_init(&err);
		if ((server->config.write_on_loop ? mr_group_queue_run : mr_group_queue_add)(backends[g]->group, list, &err) == MR_OK)
			continue;
		for (; list; list = next) {
			next = list->next;
			mr_error_set(&list->err, err.code, "%s", err.message);
			job_complete((struct job *)list);
		}
	}
	if (server->access_log && !server->gate)
		mr_access_log_flush(server->access_log, loop_index);
}

struct mr_http_app app_make(mr_server *server)
{
	return (struct mr_http_app){
		.arg = server,
		.head = on_head,
		.data = on_data,
		.ready = on_ready,
		.resumed = on_resumed,
		.leaving = server->hooks ? on_leaving : NULL,
		.expire = on_expire,
		.done = on_done,
		.turn = on_turn,
	};
}
