/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: mlflow/utils/rest_utils.py (http_request) of the
 * reference; where MLflow and its HTTP library leave credentials to chance, the
 * stricter reading: they go to the origin they were made for and nowhere else.
 */
#include "plugin/outgoing.h"

#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <time.h>

#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "net/net.h"
#include "plugin/outgoing_parts.h"
#include "plugin/stats.h"

enum { CHALLENGES_MAX = 2, SLICE_MS = 50 };

struct outgoing {
	struct mr_http_request request; /* at our size; read and write go through here */
	const struct mr_http_request *theirs;
	struct mr_http_response response;
	struct mr_http_response *answer; /* the caller's */
	size_t answer_size;
	mr_call *call;
	mr_arena *arena; /* of this request only */
	struct settings settings;
	const struct mr_entry *auth; /* or NULL */
	struct headers headers; /* without what auth adds */
	mr_str shown_url; /* without secrets */
	bool body_read; /* in this attempt */
	bool delivered; /* bytes reached the sink: there is no way back */
};

/* ---- what is sent ---- */

static mr_code collect_header(void *arg, mr_str name, mr_str value, mr_error *err)
{
	struct headers *headers = arg;

	mr_headers_join(headers, name, value);
	return headers->failed ? mr_error_no_memory(err) : MR_OK;
}

/* One provider's headers count together or, when it fails, not at all. */
static void ask_provider(struct outgoing *o, const struct mr_entry *entry)
{
	const struct mr_request_header_ops *ops = entry->ops;
	struct headers given = {.arena = o->arena};
	int64_t began;
	mr_error err;
	mr_code code;

	mr_error_init(&err);
	if (!ops->headers || (ops->in_context && !ops->in_context(entry->host, o->call)))
		return;
	began = mr_stats_begin(entry);
	code = mr_stats_end(entry, began, ops->headers(entry->host, collect_header, &given, o->call, &err));
	if (given.failed) { /* no memory for what it said is not the provider's failure */
		o->headers.failed = true;
		return;
	}
	if (code != MR_OK) {
		mr_log(MR_LOG_WARNING, "http",
		       "Encountered unexpected error during resolving request headers: plugin %.*s: %s",
		       MR_STR_ARG(entry->plugin->name), err.message);
		return;
	}
	for (size_t i = 0; i < given.n; i++)
		mr_headers_join(&o->headers, given.items[i].name, given.items[i].value);
}

static mr_code add_provided(struct outgoing *o, mr_error *err)
{
	const struct mr_entry *const *entries = NULL;
	size_t n = 0;
	mr_code code = mr_plugins_in_order(MR_GROUP_REQUEST_HEADER, &entries, &n, err);

	for (size_t i = 0; code == MR_OK && i < n; i++)
		ask_provider(o, entries[i]);
	return code;
}

static bool contains(mr_str s, const char *part)
{
	return s.len && memmem(s.ptr, s.len, part, strlen(part));
}

/* User and password in front of the host become a header: the URL is then fit for logs. */
static mr_code split_userinfo(struct outgoing *o, mr_str *basic, mr_error *err)
{
	mr_str url = o->request.url, user, password, tail;
	mr_uri uri;
	mr_code code = mr_uri_parse(url, &uri, err);

	basic->len = 0;
	if (code != MR_OK || !uri.authority.len || !memchr(uri.authority.ptr, '@', uri.authority.len))
		return code;
	tail = uri.authority;
	while (memchr(tail.ptr, '@', tail.len))
		tail = mr_str_make(tail.ptr + 1, tail.len - 1);
	tail.len = (size_t)(url.ptr + url.len - tail.ptr);
	code = mr_uri_decode(o->arena, uri.user, &user, err);
	if (code == MR_OK)
		code = mr_uri_decode(o->arena, uri.password, &password, err);
	if (code != MR_OK)
		return code;
	*basic = mr_settings_basic(o->arena, user, password);
	o->request.url =
		mr_arena_printf(o->arena, "%.*s%.*s", (int)(uri.authority.ptr - url.ptr), url.ptr, MR_STR_ARG(tail));
	return basic->ptr && o->request.url.ptr ? MR_OK : mr_error_no_memory(err);
}

/* The first that is there: the request's own, the URL's, user and password, the token. */
static mr_code add_credentials(struct outgoing *o, mr_str url_basic, mr_error *err)
{
	const struct settings *s = &o->settings;
	mr_str value = url_basic;

	if (!value.len && s->user.len && s->password.len)
		value = mr_settings_basic(o->arena, s->user, s->password);
	else if (!value.len && s->token.len)
		value = mr_arena_printf(o->arena, "Bearer %.*s", MR_STR_ARG(s->token));
	if (!value.ptr)
		return mr_error_no_memory(err);
	if (value.len)
		mr_headers_set(&o->headers, mr_str_from("Authorization"), value);
	return MR_OK;
}

static mr_code find_auth(struct outgoing *o, mr_error *err)
{
	const struct mr_request_auth_ops *ops;
	mr_code code;

	if (o->settings.aws_sigv4)
		return mr_error_set(
			err, MR_NOT_IMPLEMENTED,
			"MLFLOW_TRACKING_AWS_SIGV4 is not supported yet. Unset it, or name a plugin that signs "
			"requests in MLFLOW_TRACKING_AUTH.");
	if (!o->settings.auth.len)
		return MR_OK;
	code = mr_plugins_by_name(MR_GROUP_REQUEST_AUTH, o->settings.auth, &o->auth, err);
	if (code != MR_OK)
		return code;
	ops = o->auth->ops;
	if (!ops->authorize)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "Plugin %.*s cannot authorize requests",
				    MR_STR_ARG(o->auth->plugin->name));
	return MR_OK;
}

static mr_code prepare(struct outgoing *o, mr_error *err)
{
	bool trusted = !(o->request.flags & MR_HTTP_NO_AUTH);
	mr_str workspace = o->call->workspace, basic = mr_str_from("");
	mr_code code = mr_settings_read(o->arena, trusted, &o->settings, err);

	o->headers.arena = o->arena;
	if (code == MR_OK && trusted)
		code = add_provided(o, err);
	else if (code == MR_OK)
		mr_headers_set(&o->headers, mr_str_from("User-Agent"), mr_str_from("millrace/" MR_VERSION));
	if (code == MR_OK)
		code = split_userinfo(o, &basic, err);
	if (code == MR_OK && (trusted || basic.len))
		code = add_credentials(o, basic, err);
	if (code == MR_OK && trusted && !(o->request.flags & MR_HTTP_AUTHORIZED))
		code = find_auth(o, err);
	if (code != MR_OK)
		return code;
	if (trusted && workspace.len && !contains(o->request.url, "/mlflow/workspaces"))
		mr_headers_set(&o->headers, mr_str_from("X-MLFLOW-WORKSPACE"), workspace);
	for (size_t i = 0; i < o->request.headers_n; i++)
		mr_headers_set(&o->headers, o->request.headers[i].name, o->request.headers[i].value);
	o->shown_url = mr_uri_redact(o->arena, o->request.url);
	return o->headers.failed || !o->shown_url.ptr ? mr_error_no_memory(err) : MR_OK;
}

/* ---- one attempt ---- */

static int64_t read_through(void *arg, char *out, size_t room)
{
	struct outgoing *o = arg;

	o->body_read = true;
	return o->theirs->read(o->theirs->read_arg, out, room);
}

static bool rewind_through(void *arg)
{
	struct outgoing *o = arg;

	return o->theirs->rewind && o->theirs->rewind(o->theirs->read_arg);
}

static void give_answer(struct outgoing *o)
{
	memcpy((char *)o->answer + sizeof o->answer->size, (const char *)&o->response + sizeof o->answer->size,
	       o->answer_size - sizeof o->answer->size);
}

/* The caller may look at status and headers before it takes the first bytes. */
static bool write_through(void *arg, const char *bytes, size_t size)
{
	struct outgoing *o = arg;

	if (!o->delivered)
		give_answer(o);
	o->delivered = true;
	return o->theirs->write(o->theirs->write_arg, bytes, size);
}

static bool is_cancelled(void *arg)
{
	return mr_call_is_cancelled(arg);
}

static mr_code set_header(void *arg, mr_str name, mr_str value, mr_error *err)
{
	struct headers *headers = arg;

	mr_headers_set(headers, name, value);
	return headers->failed ? mr_error_no_memory(err) : MR_OK;
}

static void describe(const struct outgoing *o, int number, struct mr_auth_request *out)
{
	bool has_body = o->request.read || o->request.body.len;

	*out = (struct mr_auth_request){
		.size = sizeof *out,
		.method = o->request.method.len ? o->request.method : mr_str_from(has_body ? "POST" : "GET"),
		.url = o->request.url,
		.headers = o->headers.items,
		.headers_n = o->headers.n,
		.body = o->request.read ? mr_str_make(NULL, 0) : o->request.body,
		.body_size = o->request.read ? o->request.body_size : (int64_t)o->request.body.len,
		.attempt = number,
	};
}

static mr_code authorize(struct outgoing *o, int number, struct headers *all, mr_error *err)
{
	const struct mr_request_auth_ops *ops;
	struct mr_auth_request about;
	mr_code code = MR_OK;
	int64_t began;

	for (size_t i = 0; i < o->headers.n; i++)
		mr_headers_set(all, o->headers.items[i].name, o->headers.items[i].value);
	if (o->auth) {
		ops = o->auth->ops;
		describe(o, number, &about);
		began = mr_stats_begin(o->auth);
		code = mr_stats_end(o->auth, began,
				    ops->authorize(o->auth->host, &about, set_header, all, o->call, err));
		if (code != MR_OK)
			return mr_error_set(err, code, "The plugin %.*s (MLFLOW_TRACKING_AUTH) gave no credentials",
					    MR_STR_ARG(o->auth->plugin->name));
	}
	return all->failed ? mr_error_no_memory(err) : MR_OK;
}

static mr_code attempt(struct outgoing *o, const struct mr_net *net, int number, bool *transient, mr_error *err)
{
	struct headers all = {.arena = o->arena};
	struct mr_net_exchange exchange = {
		.request = &o->request,
		.ca_bundle = o->settings.ca_bundle,
		.client_cert = o->settings.client_cert,
		.insecure = o->settings.insecure,
		.follow = o->settings.follow,
		.cancelled = is_cancelled,
		.cancelled_arg = o->call,
		.arena = o->call->arena,
	};
	mr_code code = authorize(o, number, &all, err);

	*transient = false;
	if (code != MR_OK)
		return code;
	exchange.headers = all.items;
	exchange.headers_n = all.n;
	code = net->perform(&exchange, &o->response, err);
	*transient = exchange.transient;
	return code;
}

/* ---- and again ---- */

static bool can_repeat(struct outgoing *o)
{
	if (o->delivered)
		return false;
	if (!o->request.read || !o->body_read)
		return true;
	o->body_read = false;
	return rewind_through(o);
}

static mr_str answer_header(const struct mr_http_response *response, const char *name)
{
	for (size_t i = 0; i < response->headers_n; i++)
		if (mr_str_is(response->headers[i].name, name))
			return response->headers[i].value;
	return mr_str_make(NULL, 0);
}

static bool is_challenge(struct outgoing *o, int number)
{
	const struct mr_request_auth_ops *ops = o->auth ? o->auth->ops : NULL;
	struct mr_auth_request about;

	if (!ops || !ops->on_challenge || (o->response.status != 401 && o->response.status != 407))
		return false;
	describe(o, number, &about);
	return ops->on_challenge(o->auth->host, &about, &o->response, o->call);
}

/* False: the call was cancelled, or its deadline comes first. */
static bool wait_ms(mr_call *call, int64_t ms)
{
	int64_t end = mr_monotonic_ns() + ms * 1000000, left;

	if (call->deadline_ns && end >= call->deadline_ns)
		return false;
	while ((left = end - mr_monotonic_ns()) > 0 && !mr_call_is_cancelled(call)) {
		left = left < SLICE_MS * 1000000 ? left : SLICE_MS * 1000000;
		nanosleep(&(struct timespec){.tv_nsec = (long)left}, NULL);
	}
	return !mr_call_is_cancelled(call);
}

/* Before attempt number + 1: says why and waits. */
static bool wait_for_retry(struct outgoing *o, int number, int failures, const mr_error *why)
{
	mr_str after = why->code == MR_OK ? answer_header(&o->response, "retry-after") : mr_str_make(NULL, 0);
	int64_t ms = mr_retry_wait_ms(&o->settings, failures, after);
	char answered[32];

	snprintf(answered, sizeof answered, "the server answered %d", (int)o->response.status);
	mr_log(ms ? MR_LOG_WARNING : MR_LOG_DEBUG, "http", "%.*s: %s; trying again in %.1f s (retry %d of %lld)",
	       MR_STR_ARG(o->shown_url), why->code == MR_OK ? answered : why->message, (double)ms / 1000, number,
	       (long long)o->settings.max_retries);
	return wait_ms(o->call, ms);
}

static mr_code explain(struct outgoing *o, const mr_error *why, bool transient, mr_error *err)
{
	mr_code code = why->code;

	if (code == MR_CANCELLED && o->call->deadline_ns && mr_monotonic_ns() >= o->call->deadline_ns)
		return mr_error_set(err, MR_DEADLINE_EXCEEDED, "API request to %.*s did not end before its deadline",
				    MR_STR_ARG(o->shown_url));
	if (code == MR_DEADLINE_EXCEEDED && transient)
		return mr_error_set(
			err, code,
			"API request to %.*s failed with timeout exception %s. To increase the timeout, set the "
			"environment variable MLFLOW_HTTP_REQUEST_TIMEOUT (default: 120) to a larger value.",
			MR_STR_ARG(o->shown_url), why->message);
	if (transient)
		code = MR_TEMPORARILY_UNAVAILABLE;
	return mr_error_set(err, code, "API request to %.*s failed with exception %s", MR_STR_ARG(o->shown_url),
			    why->message);
}

static mr_code attempts(struct outgoing *o, const struct mr_net *net, mr_error *err)
{
	int64_t retries = o->call->no_retry || (o->request.flags & MR_HTTP_NO_RETRY) ? 0 : o->settings.max_retries;
	mr_arena_mark mark = mr_arena_mark_get(o->call->arena);
	int challenges = 0, failures = 0;
	mr_error why;

	for (int number = 1;; number++) {
		bool transient, again;

		mr_error_init(&why);
		why.code = attempt(o, net, number, &transient, &why);
		if (why.code == MR_OK && challenges < CHALLENGES_MAX && is_challenge(o, number)) {
			challenges++;
			again = can_repeat(o);
		} else {
			again = why.code != MR_OK
					? transient
					: mr_retry_is_for(o->response.status,
							  o->settings.respect_retry_after &&
								  answer_header(&o->response, "retry-after").len);
			again = again && failures < retries && can_repeat(o) &&
				wait_for_retry(o, failures + 1, failures + 1, &why);
			failures++;
		}
		if (!again)
			return why.code == MR_OK ? MR_OK : explain(o, &why, transient, err);
		mr_arena_release(o->call->arena, mark);
	}
}

static void take_request(struct outgoing *o, const struct mr_http_request *request)
{
	size_t size = request->size ? request->size : sizeof *request;

	o->request.body_size = -1;
	memcpy(&o->request, request, size < sizeof o->request ? size : sizeof o->request);
	o->theirs = request;
	if (o->request.read) {
		o->request.read = read_through;
		o->request.rewind = o->request.rewind ? rewind_through : NULL;
		o->request.read_arg = o;
	}
	if (o->request.write) {
		o->request.write = write_through;
		o->request.write_arg = o;
	}
}

mr_code mr_outgoing(const struct mr_http_request *request, struct mr_http_response *response, mr_call *call,
		    mr_error *err)
{
	struct outgoing o = {.call = call, .answer = response, .response.size = sizeof o.response};
	const struct mr_net *net;
	mr_code code;

	if (!call)
		return mr_error_set(err, MR_INTERNAL_ERROR, "An HTTP request needs a call, for its answer to live in");
	o.answer_size = response->size && response->size < sizeof o.response ? response->size : sizeof o.response;
	take_request(&o, request);
	o.arena = mr_arena_new(0);
	if (!o.arena)
		return mr_error_no_memory(err);
	code = prepare(&o, err);
	if (code != MR_OK)
		goto out;
	if (o.request.timeout_ms <= 0)
		o.request.timeout_ms = o.settings.timeout_ms;
	net = mr_net_get(err);
	code = net ? attempts(&o, net, err) : MR_IO_ERROR;
	if (code == MR_OK)
		give_answer(&o);
out:
	mr_arena_free(o.arena);
	return code;
}
