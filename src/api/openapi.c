/* SPDX-License-Identifier: Apache-2.0
 *
 * The OpenAPI 3.0 document: every route, in the order of the operations'
 * numbers. Beyond OpenAPI: x-millrace-op names the operation of a route (an
 * operationId must be another one on each), x-millrace-rest a parameter that
 * takes the rest of the path with its slashes.
 */
#include "api/openapi.h"

#include "api/request.h"
#include "api/route.h"

void mr_openapi_text(mr_json_writer *w, const char *key, const char *value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, mr_str_from(value));
}

void mr_openapi_int(mr_json_writer *w, const char *key, int64_t value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_int(w, value);
}

void mr_openapi_bool(mr_json_writer *w, const char *key, bool value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_bool(w, value);
}

void mr_openapi_open(mr_json_writer *w, const char *key, char bracket)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_begin(w, bracket);
}

void mr_openapi_ref(mr_json_writer *w, const char *key, const char *kind, const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "#/components/%s/%s", kind, name);
	mr_openapi_open(w, key, '{');
	mr_openapi_text(w, "$ref", path);
	mr_json_write_end(w, '}');
}

/* "content": {"application/json": {"schema": ...}} */
static void add_content(mr_json_writer *w, const char *message)
{
	mr_openapi_open(w, "content", '{');
	mr_openapi_open(w, message ? "application/json" : "application/octet-stream", '{');
	if (message) {
		mr_openapi_ref(w, "schema", "schemas", message);
	} else {
		mr_openapi_open(w, "schema", '{');
		mr_openapi_text(w, "type", "string");
		mr_openapi_text(w, "format", "binary");
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, '}');
	mr_json_write_end(w, '}');
}

static void begin_parameter(mr_json_writer *w, mr_str name, const char *in, const char *doc)
{
	mr_json_write_begin(w, '{');
	mr_json_write_key(w, mr_str_from("name"));
	mr_json_write_string(w, name);
	mr_openapi_text(w, "in", in);
	if (doc)
		mr_openapi_text(w, "description", doc);
}

static void add_path_parameter(mr_json_writer *w, const struct mr_op_desc *op, mr_str segment)
{
	enum mr_segment_kind kind = mr_segment_read(&segment);
	const struct mr_field_desc *field = mr_field_by_name(op->request, segment);

	if (kind == MR_SEGMENT_TEXT)
		return;
	begin_parameter(w, segment, "path", field ? field->doc : "Path, separated by \"/\".");
	mr_openapi_bool(w, "required", true);
	if (kind == MR_SEGMENT_REST)
		mr_openapi_bool(w, "x-millrace-rest", true);
	mr_json_write_key(w, mr_str_from("schema"));
	if (field) {
		mr_openapi_field(w, field, false);
	} else {
		mr_json_write_begin(w, '{');
		mr_openapi_text(w, "type", "string");
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, '}');
}

static void add_query_parameter(mr_json_writer *w, const struct mr_field_desc *field)
{
	begin_parameter(w, mr_str_from(field->name), "query", field->doc);
	if (field->flags & MR_FIELD_REQUIRED)
		mr_openapi_bool(w, "required", true);
	mr_json_write_key(w, mr_str_from("schema"));
	mr_openapi_field(w, field, false);
	mr_json_write_end(w, '}');
}

static void add_parameters(mr_json_writer *w, const struct mr_op_desc *op, mr_str path, bool query)
{
	uint32_t i;

	mr_openapi_open(w, "parameters", '[');
	while (path.len)
		add_path_parameter(w, op, mr_segment_cut(&path));
	for (i = 0; query && i < op->request->fields_n; i++)
		if (!(op->request->fields[i].flags & MR_FIELD_IN_PATH))
			add_query_parameter(w, &op->request->fields[i]);
	mr_json_write_end(w, ']');
}

static void add_responses(mr_json_writer *w, const struct mr_op_desc *op, bool bytes)
{
	mr_openapi_open(w, "responses", '{');
	mr_openapi_open(w, "200", '{');
	mr_openapi_text(w, "description", op->response->doc);
	add_content(w, bytes ? NULL : op->response->name);
	mr_json_write_end(w, '}');
	mr_openapi_ref(w, "default", "responses", "Error");
	mr_json_write_end(w, '}');
}

/* The name of the operation; on its second route and those behind it with their number. */
static void add_operation_id(mr_json_writer *w, const struct mr_op_desc *op, int method, mr_str path)
{
	char name[160];
	uint32_t i;

	for (i = 0; i < op->routes_n; i++)
		if (mr_str_is(path, op->routes[i].path) && mr_method_index(mr_str_from(op->routes[i].method)) == method)
			break;
	snprintf(name, sizeof name, i ? "%s_%u" : "%s", op->name, i + 1);
	mr_openapi_text(w, "operationId", name);
}

static void add_operation(mr_json_writer *w, const struct mr_op_desc *op, int method, mr_str path)
{
	bool raw = op->style == MR_STYLE_RAW, query = raw || method == MR_METHOD_GET;

	add_operation_id(w, op, method, path);
	mr_openapi_text(w, "x-millrace-op", op->name);
	mr_openapi_text(w, "summary", op->doc);
	mr_openapi_open(w, "tags", '[');
	mr_json_write_string(w, mr_str_from(op->facet));
	mr_json_write_end(w, ']');
	add_parameters(w, op, path, query);
	if (!query || (raw && (method == MR_METHOD_PUT || method == MR_METHOD_POST))) {
		mr_openapi_open(w, "requestBody", '{');
		mr_openapi_bool(w, "required", true);
		add_content(w, raw ? NULL : op->request->name);
		mr_json_write_end(w, '}');
	}
	add_responses(w, op, raw && method == MR_METHOD_GET);
}

/* OpenAPI knows no rest of a path: "{*name}" is "{name}" there. */
static void add_path_key(mr_json_writer *w, mr_str path)
{
	char plain[256];
	size_t i, n = 0;

	for (i = 0; i < path.len && n < sizeof plain; i++)
		if (path.ptr[i] != '*')
			plain[n++] = path.ptr[i];
	mr_json_write_key(w, mr_str_make(plain, n));
}

static void add_paths(mr_json_writer *w, const struct mr_router *router)
{
	static const char *const names[MR_METHODS] = {"delete", "get", "patch", "post", "put"};
	size_t i;
	int method;

	mr_openapi_open(w, "paths", '{');
	for (i = 0; i < router->endpoints_n; i++) {
		const struct mr_endpoint *endpoint = &router->endpoints[i];

		add_path_key(w, endpoint->path);
		mr_json_write_begin(w, '{');
		for (method = 0; method < MR_METHODS; method++) {
			if (!endpoint->ops[method])
				continue;
			mr_openapi_open(w, names[method], '{');
			add_operation(w, endpoint->ops[method], method, endpoint->path);
			mr_json_write_end(w, '}');
		}
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, '}');
}

static void add_components(mr_json_writer *w)
{
	mr_openapi_open(w, "components", '{');
	mr_openapi_open(w, "responses", '{');
	mr_openapi_open(w, "Error", '{');
	mr_openapi_text(w, "description", "What went wrong.");
	add_content(w, "Error");
	mr_json_write_end(w, '}');
	mr_json_write_end(w, '}');
	mr_openapi_schemas(w);
	mr_json_write_end(w, '}');
}

mr_code mr_openapi_write(mr_buf *out, mr_error *err)
{
	const struct mr_router *router = mr_router_get();
	mr_json_writer w;

	if (!router)
		return mr_error_no_memory(err);
	mr_json_write_init(&w, out, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	mr_openapi_text(&w, "openapi", "3.0.3");
	mr_openapi_open(&w, "info", '{');
	mr_openapi_text(&w, "title", "Millrace");
	mr_openapi_text(&w, "version", MR_VERSION);
	mr_openapi_text(&w, "description", "MLflow's REST API, as Millrace serves it.");
	mr_json_write_end(&w, '}');
	add_paths(&w, router);
	add_components(&w);
	mr_json_write_end(&w, '}');
	mr_buf_char(out, '\n');
	return mr_buf_check(out, err);
}
