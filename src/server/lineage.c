/* SPDX-License-Identifier: Apache-2.0 */
#include "server/lineage.h"

#include <strings.h>

#include <millrace/gen/messages.h>

#include "base/json.h"
#include "base/os.h"
#include "base/uri.h"
#include "server/artifacts.h"

#define TAG_PROMPT   "mlflow.prompt.is_prompt"
#define TAG_VERSIONS "mlflow.modelVersions"

typedef struct mr_create_model_version version_request;

static mr_code refuse(mr_error *err, mr_str source, const char *why)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid model version source: '%.*s'. %s",
			    MR_STR_ARG(source), why);
}

static mr_code not_in(mr_error *err, mr_str source, const char *parameter)
{
	return mr_error_set(
		err, MR_INVALID_PARAMETER_VALUE,
		"Invalid model version source: '%.*s'. The %s request parameter must identify the resource that "
		"contains the source.",
		MR_STR_ARG(source), parameter);
}

static mr_code call(struct backend *backend, struct job *job, const struct mr_op_desc *op, const void *request,
		    void **out, mr_error *err)
{
	*out = mr_msg_new(job->call, op->response);
	return *out ? mr_store_call(backend->store, op, request, *out, job->call, err) : mr_error_no_memory(err);
}

/* Of several tags with one key the last counts. */
static bool is_prompt(struct mr_model_version_tag *const *tags, size_t n)
{
	mr_str value = {NULL, 0};

	for (size_t i = 0; i < n; i++) {
		if (mr_str_is(tags[i]->key, TAG_PROMPT))
			value = tags[i]->value;
	}
	return value.len == 4 && strncasecmp(value.ptr, "true", 4) == 0;
}

/* ---- URIs ---- */

static mr_str scheme_of(mr_str uri)
{
	mr_error ignored;
	mr_uri parsed;

	mr_error_init(&ignored);
	return mr_uri_parse(uri, &parsed, &ignored) == MR_OK ? parsed.scheme : mr_str_make(NULL, 0);
}

static bool has_authority(mr_str uri)
{
	mr_error ignored;
	mr_uri parsed;

	mr_error_init(&ignored);
	return mr_uri_parse(uri, &parsed, &ignored) == MR_OK && parsed.authority.len > 0;
}

static mr_str path_of(mr_str uri)
{
	mr_error ignored;
	mr_uri parsed;

	mr_error_init(&ignored);
	return mr_uri_parse(uri, &parsed, &ignored) == MR_OK ? parsed.path : mr_str_make(NULL, 0);
}

static bool same_word(mr_str a, mr_str b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static bool is_local(mr_str uri)
{
	mr_str scheme = scheme_of(uri);

	return scheme.len == 0 || same_word(scheme, mr_str_from("file"));
}

/* Until nothing is left to decode; ptr NULL for what cannot be, or does not come to an end. */
static mr_str decode_fully(mr_arena *arena, mr_str text, bool plus)
{
	for (int i = 0; i < 16; i++) {
		mr_error ignored;
		mr_str next;

		mr_error_init(&ignored);
		if (plus) {
			char *blank = mr_arena_alloc(arena, text.len + 1);

			if (!blank)
				return mr_str_make(NULL, 0);
			for (size_t c = 0; c < text.len; c++)
				blank[c] = (char)(text.ptr[c] == '+' ? ' ' : text.ptr[c]);
			blank[text.len] = 0;
			text = mr_str_make(blank, text.len);
		}
		if (mr_uri_decode(arena, text, &next, &ignored) != MR_OK)
			break;
		if (mr_str_eq(next, text))
			return text;
		text = next;
	}
	return mr_str_make(NULL, 0);
}

static mr_str next_segment(mr_str *path)
{
	const char *slash;
	mr_str segment;
	size_t len;

	while (path->len && path->ptr[0] == '/')
		*path = mr_str_make(path->ptr + 1, path->len - 1);
	slash = path->len ? memchr(path->ptr, '/', path->len) : NULL;
	len = slash ? (size_t)(slash - path->ptr) : path->len;
	segment = mr_str_make(path->ptr, len);
	*path = mr_str_make(path->ptr + len, path->len - len);
	return segment;
}

/* A remote source must be an absolute path without "." and "..", however it is encoded. */
static mr_code check_absolute(mr_str source, mr_arena *arena, mr_error *err)
{
	mr_str decoded = decode_fully(arena, source, true), path = path_of(decoded), rest = decoded, segment;
	bool good = decoded.ptr && path.len > 1 && path.ptr[0] == '/' && !memchr(decoded.ptr, 0, decoded.len);

	while (good && (segment = next_segment(&rest)).len)
		good = !mr_str_is(segment, "..");
	while (good && (segment = next_segment(&path)).len)
		good = !mr_str_is(segment, ".");
	if (good)
		return MR_OK;
	return refuse(err, source,
		      "If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts "
		      "uri, an "
		      "absolute path must be provided without relative path references present. Please provide an "
		      "absolute path.");
}

static bool is_within(mr_arena *arena, mr_str source, mr_str root)
{
	mr_error ignored;
	mr_uri a, b;
	mr_str in, segment;

	mr_error_init(&ignored);
	if (mr_uri_parse(source, &a, &ignored) != MR_OK || mr_uri_parse(root, &b, &ignored) != MR_OK ||
	    !same_word(a.scheme, b.scheme) || !same_word(a.authority, b.authority))
		return false;
	if ((segment = next_segment(&b.path)).len == 0)
		return false;
	for (; segment.len; segment = next_segment(&b.path)) {
		in = next_segment(&a.path);
		if (!mr_str_eq(decode_fully(arena, in, false), decode_fully(arena, segment, false)))
			return false;
	}
	return true;
}

static bool is_proxied(mr_str source)
{
	mr_str scheme = scheme_of(source), path = path_of(source);

	if (mr_str_is(scheme, "mlflow-artifacts"))
		return true;
	return (mr_str_is(scheme, "http") || mr_str_is(scheme, "https")) && path.len &&
	       memmem(path.ptr, path.len, "/api/2.0/mlflow-artifacts/artifacts", 35) != NULL;
}

/* ---- models:/ ---- */

struct model_uri {
	mr_str model_id, name, version, alias, stage;
	bool latest;
};

static bool parse_model_uri(mr_str source, struct model_uri *out)
{
	mr_str path = path_of(source), first, second, third;
	const char *at;

	memset(out, 0, sizeof *out);
	if (path.len < 2 || path.ptr[0] != '/')
		return false;
	first = next_segment(&path);
	second = next_segment(&path);
	third = next_segment(&path);
	if (first.len == 0 || third.len)
		return false;
	out->name = first;
	if (second.len) {
		if (strspn(second.ptr, "0123456789") >= second.len)
			out->version = second;
		else if (same_word(second, mr_str_from("latest")))
			out->latest = true;
		else
			out->stage = second;
		return true;
	}
	at = memrchr(first.ptr, '@', first.len);
	if (at) {
		out->name = mr_str_make(first.ptr, (size_t)(at - first.ptr));
		out->alias = mr_str_make(at + 1, first.len - out->name.len - 1);
		return out->alias.len > 0;
	}
	out->model_id = first;
	return true;
}

static mr_code find_alias(struct job *job, const struct model_uri *uri, struct mr_model_version **out, mr_error *err)
{
	struct mr_get_model_version_by_alias request = {
		.has = MR_GET_MODEL_VERSION_BY_ALIAS_HAS_NAME | MR_GET_MODEL_VERSION_BY_ALIAS_HAS_ALIAS,
		.name = uri->name,
		.alias = uri->alias,
	};
	struct mr_get_model_version_by_alias_response *response;
	mr_code code =
		call(&job->server->registry, job, &mr_op_get_model_version_by_alias, &request, (void **)&response, err);

	*out = code == MR_OK ? response->model_version : NULL;
	return code;
}

/* The latest version of a stage, or of all. */
static mr_code find_latest(struct job *job, const struct model_uri *uri, struct mr_model_version **out, mr_error *err)
{
	struct mr_get_latest_versions request = {.has = MR_GET_LATEST_VERSIONS_HAS_NAME, .name = uri->name};
	struct mr_get_latest_versions_response *response;
	mr_str stage = uri->stage;
	int64_t most = -1, number;

	if (stage.len) {
		request.stages = &stage;
		request.stages_n = 1;
	}
	job->call->emit = NULL;
	if (call(&job->server->registry, job, &mr_op_get_latest_versions, &request, (void **)&response, err) != MR_OK)
		return err->code;
	*out = NULL;
	for (size_t i = 0; i < response->model_versions_n; i++) {
		if (mr_parse_int64(response->model_versions[i]->version, &number) && number > most) {
			most = number;
			*out = response->model_versions[i];
		}
	}
	if (*out)
		return MR_OK;
	if (stage.len)
		return mr_error_set(err, MR_INTERNAL_ERROR,
				    "No versions of model with name '%.*s' and stage '%.*s' found",
				    MR_STR_ARG(uri->name), MR_STR_ARG(stage));
	return mr_error_set(err, MR_INTERNAL_ERROR, "No versions of model with name '%.*s' found",
			    MR_STR_ARG(uri->name));
}

static mr_code find_version(struct job *job, const struct model_uri *uri, struct mr_model_version **out, mr_error *err)
{
	struct mr_get_model_version request = {
		.has = MR_GET_MODEL_VERSION_HAS_NAME | MR_GET_MODEL_VERSION_HAS_VERSION,
		.name = uri->name,
		.version = uri->version,
	};
	struct mr_get_model_version_response *response;

	if (uri->alias.len)
		return find_alias(job, uri, out, err);
	if (uri->version.len == 0)
		return find_latest(job, uri, out, err);
	if (call(&job->server->registry, job, &mr_op_get_model_version, &request, (void **)&response, err) != MR_OK)
		return err->code;
	*out = response->model_version;
	return MR_OK;
}

static mr_code refuse_prompt(struct job *job, mr_str name, mr_str source, mr_error *err)
{
	struct mr_get_registered_model request = {.has = MR_GET_REGISTERED_MODEL_HAS_NAME, .name = name};
	struct mr_get_registered_model_response *response;
	bool prompt = false;

	if (call(&job->server->registry, job, &mr_op_get_registered_model, &request, (void **)&response, err) != MR_OK)
		return err->code;
	for (size_t i = 0; response->registered_model && i < response->registered_model->tags_n; i++) {
		struct mr_registered_model_tag *tag = response->registered_model->tags[i];

		prompt |= mr_str_is(tag->key, TAG_PROMPT) && same_word(tag->value, mr_str_from("true"));
	}
	return prompt ? refuse(err, source, "Prompt versions cannot be used as model version sources.") : MR_OK;
}

/* A source that is a version of this registry: what it names is made definite and inherited. */
static mr_code inherit(struct job *job, version_request *request, mr_error *err)
{
	struct mr_model_version *from = NULL;
	struct model_uri uri;

	if (!mr_str_is(scheme_of(request->source), "models"))
		return MR_OK;
	if (has_authority(request->source))
		return refuse(err, request->source, "Registered model sources must use the active model registry.");
	if (!parse_model_uri(request->source, &uri))
		return not_in(err, request->source, "model_id");
	if (uri.model_id.len)
		return MR_OK;
	if (refuse_prompt(job, uri.name, request->source, err) != MR_OK || find_version(job, &uri, &from, err) != MR_OK)
		return err->code;
	if (!from)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The registry gave an answer without a model version");
	if ((MR_HAS(request, MR_CREATE_MODEL_VERSION_HAS_RUN_ID) && !mr_str_eq(request->run_id, from->run_id)) ||
	    (MR_HAS(request, MR_CREATE_MODEL_VERSION_HAS_MODEL_ID) && !mr_str_eq(request->model_id, from->model_id)))
		return refuse(err, request->source,
			      "The run_id and model_id request parameters must match the referenced model version.");
	request->source =
		mr_arena_printf(job->call->arena, "models:/%.*s/%.*s", MR_STR_ARG(uri.name), MR_STR_ARG(from->version));
	if (!MR_HAS(request, MR_CREATE_MODEL_VERSION_HAS_RUN_ID) && from->run_id.len) {
		request->run_id = from->run_id;
		MR_SET(request, MR_CREATE_MODEL_VERSION_HAS_RUN_ID);
	}
	if (!MR_HAS(request, MR_CREATE_MODEL_VERSION_HAS_MODEL_ID) && from->model_id.len) {
		request->model_id = from->model_id;
		MR_SET(request, MR_CREATE_MODEL_VERSION_HAS_MODEL_ID);
	}
	return request->source.ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- run or logged model ---- */

/* The artifact root of what the request names; one that is not there contains nothing. */
static mr_code find_root(struct job *job, const version_request *request, bool by_model, mr_str *root, mr_error *err)
{
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = by_model ? artifacts_logged_model_root(job->server, request->model_id, job->call, root, &why)
			: artifacts_run_root(job->server, request->run_id, job->call, root, &why);
	if (code == MR_OK)
		return MR_OK;
	return code == MR_RESOURCE_DOES_NOT_EXIST ? not_in(err, request->source, by_model ? "model_id" : "run_id")
						  : mr_error_set(err, code, "%s", why.message);
}

/* As Python's pathlib resolves it, but without following links. */
static bool resolve(mr_call *c, mr_str source, mr_str *out)
{
	if (source.len >= 5 && memcmp(source.ptr, "file:", 5) == 0)
		return place_local_folder(c, source, out);
	*out = mr_os_absolute(c->arena, source);
	return out->ptr != NULL;
}

static mr_code check_local(struct job *job, const version_request *request, bool by_model, mr_error *err)
{
	const char *parameter = by_model ? "model_id" : "run_id";
	mr_str id = by_model ? request->model_id : request->run_id, source = request->source, root, folder, path;

	if (id.len) {
		if (find_root(job, request, by_model, &root, err) != MR_OK)
			return err->code;
		if (resolve(job->call, request->source, &path))
			source = path;
		if (place_local_folder(job->call, root, &folder) && source.len >= folder.len &&
		    memcmp(source.ptr, folder.ptr, folder.len) == 0 &&
		    (source.len == folder.len || source.ptr[folder.len] == '/'))
			return MR_OK;
	}
	return mr_error_set(
		err, MR_INVALID_PARAMETER_VALUE,
		"Invalid model version source: '%.*s'. To use a local path as a model version source, the %s request "
		"parameter has to be specified and the local path has to be contained within the artifact directory "
		"of the run specified by the %s.",
		MR_STR_ARG(source), parameter, parameter);
}

static mr_code check_runs(const version_request *request, bool by_model, mr_error *err)
{
	mr_str path = path_of(request->source), run_id;

	if (by_model)
		return not_in(err, request->source, "model_id");
	run_id = next_segment(&path);
	if (!has_authority(request->source) && request->run_id.len && mr_str_eq(run_id, request->run_id))
		return MR_OK;
	return not_in(err, request->source, "run_id");
}

static mr_code check_models(const version_request *request, bool by_model, mr_error *err)
{
	struct model_uri uri;

	if (has_authority(request->source) || !parse_model_uri(request->source, &uri))
		return not_in(err, request->source, "model_id");
	if (uri.model_id.len && !(by_model && mr_str_eq(uri.model_id, request->model_id)))
		return not_in(err, request->source, "model_id");
	return MR_OK;
}

static mr_code check_belongs(struct job *job, const version_request *request, mr_error *err)
{
	bool by_model = request->model_id.len > 0;
	const char *parameter = by_model ? "model_id" : "run_id";
	mr_str scheme = scheme_of(request->source), root;

	if (is_local(request->source))
		return check_local(job, request, by_model, err);
	if (check_absolute(request->source, job->call->arena, err) != MR_OK)
		return err->code;
	if (mr_str_is(scheme, "runs"))
		return check_runs(request, by_model, err);
	if (mr_str_is(scheme, "models"))
		return check_models(request, by_model, err);
	if (!is_proxied(request->source))
		return MR_OK;
	if (!(by_model ? request->model_id : request->run_id).len)
		return not_in(err, request->source, parameter);
	if (find_root(job, request, by_model, &root, err) != MR_OK)
		return err->code;
	return is_within(job->call->arena, request->source, root) ? MR_OK : not_in(err, request->source, parameter);
}

mr_code lineage_check(struct job *job, mr_error *err)
{
	version_request *request = job->request;
	bool prompt = is_prompt(request->tags, request->tags_n);

	if (prompt && !mr_str_is(request->source, "dummy-source") && !mr_str_is(request->source, "prompt-template"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid prompt source: '%.*s'. Prompt sources must use an MLflow placeholder.",
				    MR_STR_ARG(request->source));
	if (places_check_host(job->server, request->source, "source", err) != MR_OK)
		return err->code;
	if (prompt)
		return MR_OK;
	if (inherit(job, request, err) != MR_OK)
		return err->code;
	return check_belongs(job, request, err);
}

/* ---- the tag ---- */

static mr_str versions_so_far(const struct mr_logged_model *model)
{
	for (size_t i = 0; model->info && i < model->info->tags_n; i++) {
		if (mr_str_is(model->info->tags[i]->key, TAG_VERSIONS))
			return model->info->tags[i]->value;
	}
	return mr_str_make(NULL, 0);
}

static bool is_version(const mr_json *item, mr_str name, mr_str version)
{
	const mr_json *number = mr_json_get(item, "version"), *of = mr_json_get(item, "name");

	return number && of && mr_str_eq(number->text, version) && mr_str_eq(of->text, name);
}

/* [{"name": "m", "version": 1}, ...] with one more, as Python writes it. */
static mr_str add_version(mr_call *c, mr_str so_far, mr_str name, mr_str version)
{
	mr_json *list = NULL;
	mr_json_writer w;
	mr_error ignored;
	int64_t number;
	mr_str text;
	mr_buf buf;

	mr_error_init(&ignored);
	if (so_far.len && (mr_json_parse(so_far, c->arena, &list, &ignored) != MR_OK || list->type != MR_JSON_ARRAY))
		list = NULL;
	mr_buf_init(&buf, 1 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; list && i < list->count; i++) {
		if (!is_version(&list->items[i], name, version))
			mr_json_write_tree(&w, &list->items[i]);
	}
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("name"));
	mr_json_write_string(&w, name);
	mr_json_write_key(&w, mr_str_from("version"));
	if (mr_parse_int64(version, &number))
		mr_json_write_int(&w, number);
	else
		mr_json_write_string(&w, version);
	mr_json_write_end(&w, '}');
	mr_json_write_end(&w, ']');
	text = buf.failed ? mr_str_make(NULL, 0) : mr_call_copy(c, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return text;
}

mr_code lineage_tag(struct job *job, mr_error *err)
{
	const version_request *request = job->request;
	const struct mr_create_model_version_response *created = job->response;
	struct backend *tracking = &job->server->tracking;
	struct mr_get_logged_model get = {.has = MR_GET_LOGGED_MODEL_HAS_MODEL_ID, .model_id = request->model_id};
	struct mr_get_logged_model_response *found;
	struct mr_logged_model_tag tag = {.has = MR_LOGGED_MODEL_TAG_HAS_KEY | MR_LOGGED_MODEL_TAG_HAS_VALUE,
					  .key = mr_str_from(TAG_VERSIONS)},
				   *tags[] = {&tag};
	struct mr_set_logged_model_tags set = {
		.has = MR_SET_LOGGED_MODEL_TAGS_HAS_MODEL_ID, .model_id = request->model_id, .tags = tags, .tags_n = 1};
	void *ignored;

	if (request->model_id.len == 0 || is_prompt(request->tags, request->tags_n) || !created->model_version)
		return MR_OK;
	if (call(tracking, job, &mr_op_get_logged_model, &get, (void **)&found, err) != MR_OK)
		return err->code;
	if (!found->model)
		return MR_OK;
	tag.value =
		add_version(job->call, versions_so_far(found->model), request->name, created->model_version->version);
	if (!tag.value.ptr)
		return mr_error_no_memory(err);
	return call(tracking, job, &mr_op_set_logged_model_tags, &set, &ignored, err);
}
