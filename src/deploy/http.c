/* SPDX-License-Identifier: Apache-2.0
 *
 * The targets "http" and "https": an MLflow deployments server (its AI Gateway),
 * whose endpoints are in its own configuration, so that they can be listed and
 * queried, and nothing be created.
 */
#include <millrace/deployments.h>
#include <stdlib.h>

#include "api/call.h"
#include "base/error.h"
#include "base/json.h"
#include "base/os.h"
#include "base/uri.h"
#include "deploy/deploy.h"

enum { PAGES_MAX = 10000, SECONDS_MAX = 1000000 };

struct server {
	const mr_host *host;
	char *base; /* without a '/' at its end */
};

/* Of one operation. */
struct ask {
	const struct server *server;
	mr_arena *arena;
	mr_call *call;
	mr_error *err;
};

static mr_code http_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct server *s = malloc(sizeof *s);
	size_t len = args->uri.len;
	mr_uri uri;

	if (mr_uri_parse(args->uri, &uri, err) != MR_OK || !uri.host.len) {
		free(s);
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%.*s' is not the URL of a deployments server, such as http://localhost:5000",
				    MR_STR_ARG(args->uri));
	}
	while (len && args->uri.ptr[len - 1] == '/')
		len--;
	if (!s || !(s->base = strndup(args->uri.ptr, len))) {
		free(s);
		return mr_error_no_memory(err);
	}
	s->host = host;
	*self = s;
	return MR_OK;
}

static void http_close(void *self)
{
	struct server *s = self;

	free(s->base);
	free(s);
}

static int32_t seconds(const char *variable, int32_t otherwise)
{
	const char *text = mr_getenv(variable);
	int64_t value;

	if (!text || !mr_parse_int64(mr_str_from(text), &value) || value < 1 || value > SECONDS_MAX)
		value = otherwise;
	return (int32_t)value * 1000;
}

/* What a server says of a failure: MLflow's {"message"}, FastAPI's {"detail"}, else the text. */
static mr_code refused(const struct ask *a, mr_str url, const struct mr_http_response *response)
{
	mr_code code = mr_code_from_http_status(response->status);
	mr_str why = response->body;
	mr_json *tree;

	if (why.len && mr_json_parse(why, a->arena, &tree, NULL) == MR_OK) {
		why = mr_json_str(mr_json_get(tree, "message"), why);
		why = mr_json_str(mr_json_get(tree, "detail"), why);
	}
	if (why.len > 2000)
		why.len = 2000;
	if (code == MR_BAD_REQUEST) /* which is what a command line was given wrongly */
		code = MR_INVALID_PARAMETER_VALUE;
	return mr_error_set(a->err, code, "%.*s answered %d%s%.*s",
			    MR_STR_ARG(mr_uri_redact(a->arena, url)), (int)response->status, why.len ? ": " : "",
			    MR_STR_ARG(why));
}

static mr_code exchange(const struct ask *a, const char *path, mr_str body, int32_t timeout_ms, mr_str *out)
{
	static const struct mr_header json[] = {{{"Content-Type", 12}, {"application/json", 16}}};
	mr_str url = mr_arena_printf(a->arena, "%s%s", a->server->base, path);
	struct mr_http_request request = {.size = sizeof request,
					  .method = mr_str_from(body.ptr ? "POST" : "GET"),
					  .url = url,
					  .headers = json,
					  .headers_n = body.ptr ? 1 : 0,
					  .body = body,
					  .body_size = (int64_t)body.len,
					  .timeout_ms = timeout_ms};
	struct mr_http_response response = {.size = sizeof response};
	mr_code code;

	if (!url.ptr)
		return mr_error_no_memory(a->err);
	code = a->server->host->http(a->server->host, &request, &response, a->call, a->err);
	if (code != MR_OK)
		return code;
	if (response.status < 200 || response.status > 299)
		return refused(a, url, &response);
	*out = response.body;
	return MR_OK;
}

static mr_code fetch(const struct ask *a, const char *path, mr_json **tree)
{
	mr_str body;
	mr_error why;
	mr_code code = exchange(a, path, mr_str_make(NULL, 0),
				seconds("MLFLOW_DEPLOYMENT_CLIENT_HTTP_REQUEST_TIMEOUT", 300), &body);

	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	if (mr_json_parse(body, a->arena, tree, &why) != MR_OK || (*tree)->type != MR_JSON_OBJECT)
		return mr_error_set(a->err, MR_INVALID_STATE,
				    "%s%s did not answer with a JSON object, so it is no deployments server. It said: %.200s",
				    a->server->base, path, body.ptr ? body.ptr : "");
	return MR_OK;
}

static void write_member(mr_json_writer *w, const struct ask *a, mr_str key, const mr_json *value)
{
	mr_json_write_key(w, key);
	if (mr_str_is(key, "endpoint_url") && value->type == MR_JSON_STRING && value->text.len && value->text.ptr[0] == '/')
		mr_json_write_string(w, mr_arena_printf(a->arena, "%s%.*s", a->server->base, MR_STR_ARG(value->text)));
	else
		mr_json_write_tree(w, value);
}

/* An endpoint as the server gave it, with its whole URL. */
static mr_code describe(const struct ask *a, const mr_json *endpoint, struct mr_deployment_info *out)
{
	mr_json_writer w;
	mr_buf buf;

	if (endpoint->type != MR_JSON_OBJECT || !mr_json_str(mr_json_get(endpoint, "name"), mr_str_make(NULL, 0)).len)
		return mr_error_set(a->err, MR_INVALID_STATE, "%s describes an endpoint without a name", a->server->base);
	mr_buf_init(&buf, 16 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	for (size_t i = 0; i < endpoint->count; i++)
		write_member(&w, a, endpoint->keys[i], &endpoint->items[i]);
	mr_json_write_end(&w, '}');
	*out = (struct mr_deployment_info){.size = sizeof *out, .json = mr_arena_copy(a->arena, mr_buf_view(&buf))};
	if (buf.failed || !out->json.ptr)
		mr_error_no_memory(a->err);
	mr_buf_dispose(&buf);
	return out->json.ptr ? MR_OK : MR_RESOURCE_EXHAUSTED;
}

static struct ask asked(void *self, mr_call *call, mr_error *err)
{
	return (struct ask){.server = self, .arena = call->arena, .call = call, .err = err};
}

static mr_code get_endpoint(void *self, mr_str name, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	struct ask a = asked(self, call, err);
	mr_str escaped = mr_uri_encode(call->arena, name, "");
	mr_str path = mr_arena_printf(call->arena, "/api/2.0/endpoints/%.*s", MR_STR_ARG(escaped));
	mr_json *tree;
	mr_code code = path.ptr ? fetch(&a, path.ptr, &tree) : mr_error_no_memory(err);

	return code == MR_OK ? describe(&a, tree, out) : code;
}

static mr_code give_page(const struct ask *a, const mr_json *page, mr_deployment_visit *visit, void *arg)
{
	const mr_json *endpoints = mr_json_get(page, "endpoints");
	mr_code code = MR_OK;

	for (size_t i = 0; endpoints && endpoints->type == MR_JSON_ARRAY && i < endpoints->count && code == MR_OK; i++) {
		struct mr_deployment_info info;

		code = describe(a, &endpoints->items[i], &info);
		if (code == MR_OK)
			code = visit(arg, &info, a->err);
	}
	return code;
}

static mr_code list_endpoints(void *self, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct ask a = asked(self, call, err);
	mr_str path = mr_str_from("/api/2.0/endpoints/"), token;
	mr_json *page;
	mr_code code = MR_OK;

	for (int i = 0; i < PAGES_MAX && code == MR_OK; i++) {
		code = fetch(&a, path.ptr, &page);
		if (code == MR_OK)
			code = give_page(&a, page, visit, arg);
		if (code != MR_OK)
			return code;
		token = mr_json_str(mr_json_get(page, "next_page_token"), mr_str_make(NULL, 0));
		if (!token.len)
			return MR_OK;
		path = mr_arena_printf(call->arena, "/api/2.0/endpoints/?page_token=%.*s",
				       MR_STR_ARG(mr_uri_encode(call->arena, token, "")));
		if (!path.ptr)
			return mr_error_no_memory(err);
	}
	return mr_error_set(err, MR_INVALID_STATE, "%s gives a next page of endpoints without end", a.server->base);
}

static mr_code predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	struct ask a = asked(self, call, err);
	mr_str path = mr_arena_printf(call->arena, "/endpoints/%.*s/invocations",
				      MR_STR_ARG(mr_uri_encode(call->arena, input->endpoint, "")));

	if (!path.ptr)
		return mr_error_no_memory(err);
	if (!input->endpoint.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "A deployments server has endpoints, no deployments: give --endpoint NAME instead of --name");
	if (!mr_str_is(input->content_type, "application/json"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A deployments server takes JSON, not %.*s",
				    MR_STR_ARG(input->content_type));
	return exchange(&a, path.ptr, input->body, seconds("MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT", 120), out);
}

static mr_code target_help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	(void)err;
	*out = mr_str_from(
		"The targets http and https: an MLflow deployments server (`mlflow gateway start`).\n"
		"\n"
		"Its URL is the target: -t http://localhost:5000. Its endpoints are in its own configuration, so they can\n"
		"be listed (list-endpoints, get-endpoint) and queried (predict --endpoint NAME), but not created here, and\n"
		"there are no deployments. The input of predict is a JSON object as the endpoint takes it, such as\n"
		"{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}.\n"
		"\n"
		"Credentials are those of MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_TOKEN and MLFLOW_TRACKING_AUTH.\n"
		"MLFLOW_DEPLOYMENT_CLIENT_HTTP_REQUEST_TIMEOUT (300 s) and MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT (120 s) say\n"
		"how long to wait. There are no -C keys.");
	return MR_OK;
}

static const struct mr_deployments_ops http = {
	.size = sizeof http,
	.open = http_open,
	.close = http_close,
	.predict = predict,
	.list_endpoints = list_endpoints,
	.get_endpoint = get_endpoint,
	.target_help = target_help,
};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_DEPLOYMENTS, "http", &http, NULL, MR_ENTRY_OWN_QUERY)                              \
	ENTRY(MR_GROUP_DEPLOYMENTS, "https", &http, NULL, MR_ENTRY_OWN_QUERY)

MR_PLUGIN_BUILTIN(mr_builtin_deploy_http, "deployments-server", MR_VERSION,
		  "Deployment targets http and https: an MLflow deployments server.", "Apache-2.0", ENTRIES)
