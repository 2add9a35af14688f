/* SPDX-License-Identifier: Apache-2.0
 *
 * The module's one function: a request, and the redirects that it meets.
 */
#include <millrace/export.h>

#include <stdlib.h>
#include <strings.h>

#include "base/inject.h"
#include "net/hop.h"

enum { REDIRECTS_MAX = 30 }; /* as Python's requests */

/* Where a request goes; strings of libcurl's. */
struct target {
	CURLU *url;
	char *text, *scheme, *host, *port;
};

static void target_dispose(struct target *target)
{
	curl_free(target->text);
	curl_free(target->scheme);
	curl_free(target->host);
	curl_free(target->port);
	curl_url_cleanup(target->url);
	memset(target, 0, sizeof *target);
}

/* url may be relative to what the handle holds already, which it then takes over. */
static mr_code target_set(struct target *target, CURLU *handle, const char *url, unsigned flags, mr_error *err)
{
	CURLUcode bad;

	target->url = handle;
	if (!target->url)
		return mr_error_no_memory(err);
	bad = curl_url_set(target->url, CURLUPART_URL, url, CURLU_PATH_AS_IS | CURLU_NON_SUPPORT_SCHEME | flags);
	if (bad == CURLUE_OUT_OF_MEMORY)
		return mr_error_no_memory(err);
	if (bad || curl_url_get(target->url, CURLUPART_URL, &target->text, 0) ||
	    curl_url_get(target->url, CURLUPART_SCHEME, &target->scheme, 0) ||
	    curl_url_get(target->url, CURLUPART_HOST, &target->host, 0) ||
	    (strcasecmp(target->scheme, "http") && strcasecmp(target->scheme, "https")) ||
	    curl_url_get(target->url, CURLUPART_PORT, &target->port, CURLU_DEFAULT_PORT))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "no valid http or https URL%s%s", bad ? ": " : "",
				    bad ? curl_url_strerror(bad) : "");
	return MR_OK;
}

/* As requests has it: another scheme or port is another origin, but for the step up from http to https. */
static bool same_origin(const struct target *a, const struct target *b)
{
	if (strcasecmp(a->host, b->host) != 0)
		return false;
	if (!strcasecmp(a->scheme, b->scheme))
		return !strcmp(a->port, b->port);
	return !strcasecmp(a->scheme, "http") && !strcmp(a->port, "80") && !strcmp(b->port, "443");
}

/* What becomes of method and body: 307 and 308 keep both, the others ask with GET, but 301 only for POST. */
static void change_method(struct hop *hop, int status)
{
	bool head = !strcmp(hop->method, "HEAD");

	if (status == 307 || status == 308)
		return;
	if (status == 303 || status == 302 || !strcmp(hop->method, "POST"))
		hop->method = head ? "HEAD" : "GET";
	hop->with_body = false;
}

static mr_code rewind_body(struct hop *hop, mr_error *err)
{
	const struct mr_http_request *request = hop->exchange->request;

	if (!hop->with_body || !request->read || !hop->body_touched)
		return MR_OK;
	if (request->rewind && request->rewind(request->read_arg))
		return MR_OK;
	return mr_error_set(
		err, MR_IO_ERROR,
		"the server redirects the request, whose body can be sent only once; use the address that it "
		"redirects to");
}

static mr_code run_hop(struct hop *hop, const struct target *target, mr_error *err)
{
	char origin[sizeof hop->slot->origin];
	bool public_only = (hop->exchange->request->flags & MR_HTTP_PUBLIC_ONLY) != 0;
	mr_code code;

	snprintf(origin, sizeof origin, "%s://%s:%s", target->scheme, target->host, target->port);
	hop->slot = pool_take(origin, public_only);
	if (!hop->slot)
		return mr_error_no_memory(err);
	hop->url = target->text;
	code = hop_run(hop, err);
	pool_give(hop->slot, code == MR_OK);
	hop->slot = NULL;
	return code;
}

/* Goes on to hop->location: *next becomes *target. */
static mr_code follow(struct hop *hop, struct target *target, mr_error *err)
{
	struct target next = {0};
	mr_code code = target_set(&next, curl_url_dup(target->url), hop->location.ptr, CURLU_URLENCODE, err);

	if (code) {
		code = mr_error_set(err, MR_IO_ERROR, "the server redirects to something that is no http or https URL");
		goto out;
	}
	change_method(hop, hop->response->status);
	code = rewind_body(hop, err);
	if (code)
		goto out;
	hop->harmless_only |= !same_origin(target, &next);
	target_dispose(target);
	*target = next;
	return MR_OK;
out:
	target_dispose(&next);
	return code;
}

static void next_answer(struct hop *hop)
{
	hop->in_body = hop->redirects = hop->body_touched = false;
	hop->got = NULL;
	hop->got_n = hop->got_room = hop->got_bytes = 0;
	hop->up = hop->down = 0;
	hop->location = mr_str_make(NULL, 0);
}

static mr_code run(struct hop *hop, struct target *target, mr_error *err)
{
	mr_code code = run_hop(hop, target, err);

	for (int hops = 0; code == MR_OK && hop->redirects; hops++) {
		if (hops == REDIRECTS_MAX)
			return mr_error_set(err, MR_IO_ERROR, "the server redirects without end (%d times)", hops);
		code = follow(hop, target, err);
		if (code)
			return code;
		next_answer(hop);
		code = run_hop(hop, target, err);
	}
	return code;
}

static bool has_body(const struct mr_http_request *request, mr_str method)
{
	return request->read || request->body.len || mr_str_is(method, "POST") || mr_str_is(method, "PUT") ||
	       mr_str_is(method, "PATCH");
}

static mr_code check_request(const struct mr_http_request *request, mr_str *method, mr_error *err)
{
	*method = request->method;
	if (!method->len)
		*method = mr_str_from(request->read || request->body.len ? "POST" : "GET");
	for (size_t i = 0; i < method->len; i++)
		if (method->ptr[i] < 'A' || method->ptr[i] > 'Z')
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid HTTP method: '%.*s'",
					    MR_STR_ARG(*method));
	if (!request->url.len || memchr(request->url.ptr, 0, request->url.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "no valid http or https URL");
	return MR_OK;
}

static mr_code perform(struct mr_net_exchange *exchange, struct mr_http_response *response, mr_error *err)
{
	struct hop *hop = mr_calloc(1, sizeof *hop);
	struct target target = {0};
	mr_str method, url;
	mr_code code;

	exchange->connected = exchange->transient = false;
	response->status = 0;
	response->headers = NULL;
	response->headers_n = 0;
	response->body = mr_str_make("", 0);
	if (!hop) {
		code = mr_error_no_memory(err);
		goto out;
	}
	code = check_request(exchange->request, &method, err);
	if (code)
		goto out;
	url = mr_arena_copy(exchange->arena, exchange->request->url);
	method = mr_arena_copy(exchange->arena, method);
	if (!url.ptr || !method.ptr) {
		code = mr_error_no_memory(err);
		goto out;
	}
	code = target_set(&target, curl_url(), url.ptr, 0, err);
	if (code)
		goto out;
	hop->exchange = exchange;
	hop->response = response;
	hop->method = method.ptr;
	hop->with_body = has_body(exchange->request, method);
	code = run(hop, &target, err);
out:
	target_dispose(&target);
	mr_free(hop);
	return code;
}

MR_API const struct mr_net mr_net_module;
const struct mr_net mr_net_module = {sizeof(struct mr_net), perform};
