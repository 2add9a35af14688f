/* SPDX-License-Identifier: Apache-2.0
 *
 * From an artifact URI to URLs. Source of the rules: mlflow_artifacts_repo.py
 * and http_artifact_repo.py in mlflow/store/artifact of the reference.
 */
#include <strings.h>

#include "api/tables.h"
#include "artifact/http.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/uri.h"

/* What may stand in a URL as it is; the rest is escaped. An escape that is there stays. */
#define URL_KEEP "%!#$&'()*+,/:;=?@[]~"

static bool is_number(mr_str host)
{
	double ignored;

	return host.len && mr_parse_double(host, &ignored);
}

static bool is_http(mr_str scheme)
{
	return (scheme.len == 4 && !strncasecmp(scheme.ptr, "http", 4)) ||
	       (scheme.len == 5 && !strncasecmp(scheme.ptr, "https", 5));
}

static mr_code check(const mr_uri *uri, const mr_uri *tracking, mr_arena *arena, mr_error *err)
{
	mr_str shown;

	if (is_number(uri->host) && uri->port < 0)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"The mlflow-artifacts uri was supplied with a port number: %.*s, but no host was defined.",
			MR_STR_ARG(uri->host));
	if (is_http(tracking->scheme))
		return MR_OK;
	shown = mr_uri_redact(arena, tracking->text);
	return mr_error_set(
		err, MR_INVALID_PARAMETER_VALUE,
		"When an mlflow-artifacts URI was supplied, the tracking URI must be a valid http or https URI, but "
		"it was currently set to %.*s. Perhaps you forgot to set the tracking URI to the running MLflow "
		"server. To set the tracking URI, use either of the following methods:\n"
		"1. Set the MLFLOW_TRACKING_URI environment variable to the desired tracking URI. "
		"`export MLFLOW_TRACKING_URI=http://localhost:5000`\n"
		"2. Set the tracking URI programmatically by calling `mlflow.set_tracking_uri`. "
		"`mlflow.set_tracking_uri('http://localhost:5000')`",
		MR_STR_ARG(shown));
}

/* Adds a path, with one slash where there are several; out ends without one. */
static void add_path(mr_buf *out, mr_str path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.ptr[i] != '/' || !out->len || out->ptr[out->len - 1] != '/')
			mr_buf_char(out, path.ptr[i]);
}

/* "/api/2.0/mlflow-artifacts/artifacts" */
static mr_str list_route(void)
{
	return mr_str_from(mr_op_desc_get(MR_OP_PROXY_LIST)->routes[0].path);
}

mr_code http_uri_resolve(mr_arena *arena, mr_str text, mr_str tracking_uri, mr_str *out, mr_error *err)
{
	mr_uri uri, tracking;
	mr_str authority;
	mr_buf path;
	mr_code code = mr_uri_parse(text, &uri, err);

	if (code == MR_OK)
		code = mr_uri_parse(tracking_uri, &tracking, err);
	if (code == MR_OK)
		code = check(&uri, &tracking, arena, err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&path, 1 << 20);
	add_path(&path, tracking.path);
	add_path(&path, list_route());
	if (!mr_str_eq(uri.path, list_route())) { /* which some have as the root of all artifacts */
		add_path(&path, mr_str_from("/"));
		add_path(&path, uri.path);
	}
	authority = uri.authority.len ? uri.authority : tracking.authority;
	*out = mr_str_make(NULL, 0);
	if (!path.failed) {
		const char *from = path.ptr;

		while (from[0] == '/' && from[1] == '/')
			from++;
		*out = mr_arena_printf(arena, "%.*s://%.*s%s", MR_STR_ARG(tracking.scheme), MR_STR_ARG(authority),
				       from);
	}
	mr_buf_dispose(&path);
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_str before(mr_str s, mr_str part)
{
	const char *at = s.len && part.len ? memmem(s.ptr, s.len, part.ptr, part.len) : NULL;

	return at ? mr_str_make(s.ptr, (size_t)(at - s.ptr)) : mr_str_make(NULL, 0);
}

/* Takes r->base apart; without the proxy's route in it the other members stay empty. */
mr_code http_uri_split(struct http_repository *r, mr_error *err)
{
	mr_str route = list_route(), marker = route, tail, api;
	const char *query = memchr(r->base.ptr, '?', r->base.len);
	mr_code code;

	if (query)
		r->base.len = (size_t)(query - r->base.ptr);
	while (r->base.len && r->base.ptr[r->base.len - 1] == '/')
		r->base.len--;
	r->base = mr_uri_encode(r->arena, r->base, URL_KEEP);
	if (!r->base.ptr)
		return mr_error_no_memory(err);
	while (marker.len && memcmp(marker.ptr, "/mlflow-", 8) != 0)
		marker = mr_str_make(marker.ptr + 1, marker.len - 1);
	api = mr_str_make(route.ptr, route.len - marker.len); /* "/api/2.0" */
	r->service = before(r->base, marker);
	if (!r->service.ptr)
		return MR_OK;
	tail = mr_str_make(r->service.ptr + r->service.len + marker.len, r->base.len - r->service.len - marker.len);
	while (tail.len && tail.ptr[0] == '/')
		tail = mr_str_make(tail.ptr + 1, tail.len - 1);
	code = mr_uri_decode(r->arena, tail, &r->root, err);
	r->server = before(r->service, api);
	return code;
}

mr_str http_url(const struct http_repository *r, mr_arena *arena, mr_str path)
{
	mr_str escaped = mr_uri_encode(arena, path, "/");

	if (!escaped.ptr)
		return escaped;
	return mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(r->base), MR_STR_ARG(escaped));
}

mr_code http_service_url(const struct http_repository *r, uint32_t operation, mr_str path, mr_call *call, mr_str *out,
			 mr_error *err)
{
	mr_str route = mr_str_from(mr_op_desc_get(operation)->routes[0].path), within = path, escaped;
	const char *rest = strchr(route.ptr, '{');

	if (!r->service.ptr)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"The artifact URI %.*s is no root of MLflow's artifact service (there is no %.*s in it), so "
			"that this cannot be asked of it",
			MR_STR_ARG(r->base), MR_STR_ARG(list_route()));
	if (rest)
		route.len = (size_t)(rest - route.ptr) - 1;
	while (route.len && memcmp(route.ptr, "/mlflow-", 8) != 0)
		route = mr_str_make(route.ptr + 1, route.len - 1);
	if (rest && r->root.len)
		within = mr_arena_printf(call->arena, path.len ? "%.*s/%.*s" : "%.*s%.*s", MR_STR_ARG(r->root),
					 MR_STR_ARG(path));
	escaped = mr_uri_encode(call->arena, within, "/");
	if (!escaped.ptr)
		return mr_error_no_memory(err);
	*out = mr_arena_printf(call->arena, rest ? "%.*s%.*s/%.*s" : "%.*s%.*s%.*s", MR_STR_ARG(r->service),
			       MR_STR_ARG(route), MR_STR_ARG(escaped));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}
