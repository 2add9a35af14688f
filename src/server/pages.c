/* SPDX-License-Identifier: Apache-2.0
 *
 * What is neither an operation nor an artifact: health, version, metrics, the
 * description of the API, and the web pages.
 */
#include <stdlib.h>

#include "server/gate.h"
#include "server/hooks.h"
#include "server/web_assets.h"

/* The reference that clients look for: mlflow's Python client asks for at least 3.4. */
static const char reference_version[] = "3.17.2";

enum { BODY_MAX = 16 << 20 };

struct page {
	const char *path;
	void (*answer)(mr_server *server, mr_http_exchange *x);
};

static void answer_health(mr_server *server, mr_http_exchange *x)
{
	/* MLflow answers a GET and a HEAD from two frameworks. */
	reply_text(server, x, 200,
		   mr_str_is(x->method, "HEAD") ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
		   mr_str_from("OK"));
}

static void answer_version(mr_server *server, mr_http_exchange *x)
{
	reply_text(server, x, 200, "text/html; charset=utf-8", mr_str_from(reference_version));
}

/* ---- metrics ---- */

static void write_pool(mr_pool *pool, const char *what, mr_buf *out)
{
	struct mr_pool_counts counts;

	if (!pool)
		return;
	mr_pool_count(pool, &counts);
	mr_buf_printf(out, "millrace_pool_%s{pool=\"%s\"} %llu\n", what, mr_pool_name(pool),
		      (unsigned long long)(strcmp(what, "queued") == 0	  ? counts.queued
					   : strcmp(what, "running") == 0 ? counts.running
					   : strcmp(what, "stuck") == 0	  ? counts.stuck
									  : counts.refused));
}

static void write_pools(mr_server *server, mr_buf *out)
{
	static const struct {
		const char *what, *name, *type, *help;
	} families[] = {
		{"queued", "millrace_pool_queued", "gauge", "Requests that wait for a thread."},
		{"running", "millrace_pool_running", "gauge", "Requests that a thread works on."},
		{"stuck", "millrace_pool_stuck", "gauge", "Calls that go on after their client was answered."},
		{"refused", "millrace_pool_refused", "counter", "Requests refused because too many waited."},
	};

	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
		mr_metrics_write_head(out, families[i].name, families[i].type, families[i].help);
		write_pool(server->tracking.pool, families[i].what, out);
		if (server->registry.pool != server->tracking.pool)
			write_pool(server->registry.pool, families[i].what, out);
		write_pool(server->artifact_pool, families[i].what, out);
		write_pool(hooks_pool(server), families[i].what, out);
		if (server->gate)
			write_pool(server->gate->pool, families[i].what, out);
	}
}

static void write_group(mr_group_queue *queue, mr_buf *out)
{
	struct mr_group_counts counts;
	uint64_t n = 0;

	mr_group_queue_count(queue, &counts);
	mr_metrics_write_value(out, "millrace_writes_queued", "gauge", "Writes that wait for their group.",
			       (double)counts.queued);
	mr_metrics_write_value(out, "millrace_write_groups_lost", "counter",
			       "Groups that were rolled back as a whole and run again one by one.",
			       (double)counts.lost);
	mr_metrics_write_value(out, "millrace_write_reruns", "counter", "Writes that ran again after that.",
			       (double)counts.reruns);
	mr_metrics_write_head(out, "millrace_write_group_members", "histogram", "Writes committed together.");
	for (size_t i = 0; i < MR_GROUP_SIZES; i++) {
		n += counts.sizes[i];
		mr_buf_printf(out, "millrace_write_group_members_bucket{le=\"%u\"} %llu\n", 1u << i,
			      (unsigned long long)n);
	}
	mr_buf_printf(out,
		      "millrace_write_group_members_bucket{le=\"+Inf\"} %llu\nmillrace_write_group_members_sum "
		      "%llu\nmillrace_write_group_members_count %llu\n",
		      (unsigned long long)n, (unsigned long long)counts.members, (unsigned long long)counts.groups);
}

static void answer_metrics(mr_server *server, mr_http_exchange *x)
{
	struct mr_http_counts counts;
	mr_buf body;

	mr_buf_init(&body, BODY_MAX);
	mr_metrics_write(server->metrics, &body);
	mr_http_count(server->gate && server->gate->http ? server->gate->http : server->http, &counts);
	mr_metrics_write_value(&body, "millrace_http_connections", "gauge", "Open connections.",
			       (double)counts.connections);
	mr_metrics_write_value(&body, "millrace_http_connections_accepted", "counter", "Connections accepted.",
			       (double)counts.accepted);
	mr_metrics_write_value(&body, "millrace_http_requests_in_flight", "gauge",
			       "Requests being received or answered.", (double)counts.exchanges);
	write_pools(server, &body);
	if (server->tracking.group)
		write_group(server->tracking.group, &body);
	plugins_write_metrics(&body);
	mr_metrics_write_head(&body, "millrace_info", "gauge", "What runs here.");
	mr_buf_printf(&body, "millrace_info{version=\"%s\",mlflow_version=\"%s\"} 1\n", MR_VERSION, reference_version);
	mr_metrics_write_process(&body);
	reply_taken(server, x, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
}

static void answer_openapi(mr_server *server, mr_http_exchange *x)
{
	mr_error err;
	mr_buf body;

	mr_error_init(&err);
	mr_buf_init(&body, BODY_MAX);
	if (mr_openapi_write(&body, &err) == MR_OK) {
		reply_taken(server, x, 200, "application/json", &body);
		return;
	}
	mr_buf_dispose(&body);
	reply_error(server, x, &err, false);
}

/* ---- the web pages ---- */

#if MR_WITH_WEB

static int compare_path(const void *key, const void *asset)
{
	mr_str path = *(const mr_str *)key;
	const char *other = ((const struct mr_web_asset *)asset)->path;
	int order = strncmp(path.ptr, other, path.len);

	return order ? order : -(other[path.len] != 0);
}

static const struct mr_web_asset *find_asset(mr_str path)
{
	return bsearch(&path, mr_web_assets, mr_web_assets_count, sizeof mr_web_assets[0], compare_path);
}

/* Pictures and HTML files that runs logged are shown from blob: addresses, HTML in a sandboxed frame. */
#define PAGE_POLICY                                                                                                    \
	"default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "                           \
	"frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'"

static const char *policy(const mr_server *server)
{
	mr_str frame = server->config.x_frame_options;

	if (frame.len == 4 && (frame.ptr[0] | 0x20) == 'n')
		return PAGE_POLICY;
	if (frame.len == 4 && (frame.ptr[0] | 0x20) == 'd')
		return PAGE_POLICY "; frame-ancestors 'none'";
	return PAGE_POLICY "; frame-ancestors 'self'";
}

static bool has_token(mr_str list, const char *token)
{
	size_t len = strlen(token);

	for (size_t i = 0; list.len >= len && i <= list.len - len; i++) {
		if (memcmp(list.ptr + i, token, len) == 0)
			return true;
	}
	return false;
}

static void send_asset(mr_server *server, mr_http_exchange *x, const struct mr_web_asset *asset)
{
	mr_str accepted = x->headers[MR_HTTP_ACCEPT_ENCODING];
	bool gzip = asset->gz_len && has_token(accepted, "gzip") && !has_token(accepted, "gzip;q=0");
	char etag[80];
	struct reply reply;
	bool same;

	snprintf(etag, sizeof etag, "%.*s%s\"", (int)(strlen(asset->etag) - 1), asset->etag, gzip ? "-gz" : "");
	same = has_token(x->headers[MR_HTTP_IF_NONE_MATCH], etag);
	reply_begin(&reply, server, x, same ? 304 : 200);
	reply_field(&reply, "ETag", etag);
	reply_field(&reply, "Cache-Control", asset->immutable ? "public, max-age=31536000, immutable" : "no-cache");
	reply_field(&reply, "Vary", "Accept-Encoding");
	reply_field(&reply, "Referrer-Policy", "no-referrer");
	if (!server->config.no_security)
		reply_field(&reply, "Content-Security-Policy", policy(server));
	if (!same) {
		reply_field(&reply, "Content-Type", asset->content_type);
		if (gzip)
			reply_field(&reply, "Content-Encoding", "gzip");
		reply.answer.lasting = gzip ? mr_str_make((const char *)asset->gz, asset->gz_len)
					    : mr_str_make((const char *)asset->data, asset->len);
	}
	reply_send(&reply, x);
}

static void answer_root(mr_server *server, mr_http_exchange *x)
{
	send_asset(server, x, find_asset(mr_str_from("/")));
}

static bool answer_asset(mr_server *server, mr_http_exchange *x, mr_str path)
{
	const struct mr_web_asset *asset = find_asset(path);

	if (asset)
		send_asset(server, x, asset);
	return asset != NULL;
}

#else

static void answer_root(mr_server *server, mr_http_exchange *x)
{
	reply_text(server, x, 200, "text/plain; charset=utf-8",
		   mr_str_from("\nUnable to display MLflow UI - landing page (index.html) not found.\n\n"
			       "This Millrace was built without the web pages. Build it where node is installed.\n"));
}

static bool answer_asset(mr_server *server, mr_http_exchange *x, mr_str path)
{
	(void)server;
	(void)x;
	(void)path;
	return false;
}

#endif

/* The prefix itself, without the slash that relative addresses in the page need. */
static void answer_prefix(mr_server *server, mr_http_exchange *x)
{
	struct reply reply;
	char to[1024];

	snprintf(to, sizeof to, "%.*s/", MR_STR_ARG(server->config.static_prefix));
	reply_begin(&reply, server, x, 308);
	reply_field(&reply, "Content-Type", "text/html; charset=utf-8");
	reply_field(&reply, "Location", to);
	reply_send(&reply, x);
}

static const struct page pages[] = {
	{"/", answer_root},	      {"/health", answer_health},	 {"/version", answer_version},
	{"/metrics", answer_metrics}, {"/openapi.json", answer_openapi}, {"", answer_prefix},
	{"/ajax-api/2.0/millrace/plugins", plugins_answer},
};

static const struct page *find_page(const mr_server *server, mr_str path)
{
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (mr_str_is(path, pages[i].path))
			return pages[i].answer == answer_metrics && !server->metrics ? NULL : &pages[i];
	}
	return NULL;
}

bool page_answer(mr_server *server, mr_http_exchange *x, mr_str path)
{
	static const char folder[] = "/static-files/";
	const struct page *page = find_page(server, path);
	bool is_get = mr_str_is(x->method, "GET") || mr_str_is(x->method, "HEAD");
	bool is_file = path.len >= sizeof folder - 1 && memcmp(path.ptr, folder, sizeof folder - 1) == 0;

	if (!page && !is_file)
		return false;
	x->label = page ? page->path : "/static-files/";
	if (mr_str_is(x->method, "OPTIONS")) {
		struct reply reply;

		reply_begin(&reply, server, x, 200);
		reply_field(&reply, "Content-Type", "text/html; charset=utf-8");
		reply_field(&reply, "Allow", "GET, HEAD, OPTIONS");
		reply_send(&reply, x);
	} else if (!is_get) {
		reply_page(server, x, 405, "GET, HEAD, OPTIONS");
	} else if (page) {
		page->answer(server, x);
	} else {
		return answer_asset(server, x, path);
	}
	return true;
}
