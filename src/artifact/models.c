/* SPDX-License-Identifier: Apache-2.0
 *
 * models:/NAME/VERSION, models:/NAME/STAGE, models:/NAME/latest,
 * models:/NAME@ALIAS and models:/MODEL_ID: the files of a model, wherever the
 * registry or the tracking store says they are. Source of the rules:
 * models_artifact_repo.py and utils/models.py in mlflow/store/artifact of the
 * reference.
 */
#include <stdlib.h>
#include <strings.h>

#include "api/tables.h"
#include "artifact/delegate.h"
#include "base/inject.h"
#include "base/json.h"
#include "base/uri.h"

struct models {
	struct delegate delegate;
	mr_str tracking_uri, registry_uri;
	mr_str id; /* of a logged model; empty: one of the registry, by */
	mr_str name;
	mr_str version, stage, alias; /* one of these; none: the latest version */
};

/* ---- the URI ---- */

static mr_code improper(mr_str uri, mr_error *err)
{
	return mr_error_set(
		err, MR_INVALID_PARAMETER_VALUE,
		"Not a proper models:/ URI: %.*s. Models URIs must be of the form 'models:/name/suffix' or "
		"'models:/name@alias' where suffix is a version, stage, or the string 'latest' and where alias is a "
		"registered model alias. Only one of suffix or alias can be defined at a time.",
		MR_STR_ARG(uri));
}

static bool is_blank(mr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!strchr(" \t\r\n\f\v", s.ptr[i]))
			return false;
	return true;
}

static bool is_digits(mr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

static void take_suffix(struct models *m, mr_str suffix)
{
	if (is_digits(suffix))
		m->version = suffix;
	else if (suffix.len != 6 || strncasecmp(suffix.ptr, "latest", 6) != 0)
		m->stage = suffix;
}

static mr_code parse(struct models *m, mr_str text, mr_error *err)
{
	mr_uri uri;
	mr_str path, suffix;
	const char *slash, *at = NULL;
	mr_code code = mr_uri_parse(text, &uri, err);

	if (code != MR_OK)
		return code;
	path = mr_str_make(uri.path.ptr, uri.path.len + (size_t)(text.ptr + text.len - (uri.path.ptr + uri.path.len)));
	if (!path.len || path.ptr[0] != '/')
		return improper(text, err);
	while (path.len && path.ptr[0] == '/')
		path = mr_str_make(path.ptr + 1, path.len - 1);
	slash = path.len ? memchr(path.ptr, '/', path.len) : NULL;
	m->name = mr_str_make(path.ptr, slash ? (size_t)(slash - path.ptr) : path.len);
	if (is_blank(m->name))
		return improper(text, err);
	if (slash) {
		suffix = mr_str_make(slash + 1, path.len - m->name.len - 1);
		if (is_blank(suffix) || memchr(suffix.ptr, '/', suffix.len))
			return improper(text, err);
		take_suffix(m, suffix);
		return MR_OK;
	}
	for (size_t i = m->name.len; i > 0 && !at; i--)
		at = m->name.ptr[i - 1] == '@' ? m->name.ptr + i - 1 : NULL;
	if (!at) {
		m->id = m->name;
		return MR_OK;
	}
	m->alias = mr_str_make(at + 1, (size_t)(m->name.ptr + m->name.len - at) - 1);
	m->name.len = (size_t)(at - m->name.ptr);
	return is_blank(m->alias) ? improper(text, err) : MR_OK;
}

/* ---- where it is ---- */

static mr_str registry_of(const struct models *m)
{
	return m->registry_uri.len ? m->registry_uri : m->tracking_uri;
}

static mr_code locate_logged(struct models *m, mr_str *uri, mr_call *call, mr_error *err)
{
	struct mr_get_logged_model request = {.model_id = m->id};
	struct mr_get_logged_model_response *response;
	void *answer;
	mr_code code;

	MR_SET(&request, MR_GET_LOGGED_MODEL_HAS_MODEL_ID);
	code = delegate_ask(m->delegate.host, MR_SIDE_TRACKING, m->tracking_uri, MR_OP_GET_LOGGED_MODEL, &request,
			    &answer, call, err);
	response = answer;
	if (code != MR_OK)
		return code;
	if (!response->model || !response->model->info)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The tracking store gave no logged model");
	*uri = response->model->info->artifact_uri;
	return MR_OK;
}

static mr_code version_by_alias(struct models *m, mr_str *version, mr_call *call, mr_error *err)
{
	struct mr_get_model_version_by_alias request = {.name = m->name, .alias = m->alias};
	struct mr_get_model_version_by_alias_response *response;
	void *answer;
	mr_code code;

	MR_SET(&request, MR_GET_MODEL_VERSION_BY_ALIAS_HAS_NAME | MR_GET_MODEL_VERSION_BY_ALIAS_HAS_ALIAS);
	code = delegate_ask(m->delegate.host, MR_SIDE_REGISTRY, registry_of(m), MR_OP_GET_MODEL_VERSION_BY_ALIAS,
			    &request, &answer, call, err);
	response = answer;
	if (code != MR_OK)
		return code;
	if (!response->model_version)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The registry gave no model version");
	*version = response->model_version->version;
	return MR_OK;
}

static mr_code latest_version(struct models *m, mr_str *version, mr_call *call, mr_error *err)
{
	struct mr_get_latest_versions request = {
		.name = m->name, .stages = &m->stage, .stages_n = m->stage.len ? 1 : 0};
	struct mr_get_latest_versions_response *response;
	int64_t number, best = -1;
	void *answer;
	mr_code code;

	MR_SET(&request, MR_GET_LATEST_VERSIONS_HAS_NAME);
	code = delegate_ask(m->delegate.host, MR_SIDE_REGISTRY, registry_of(m), MR_OP_GET_LATEST_VERSIONS, &request,
			    &answer, call, err);
	response = answer;
	for (size_t i = 0; code == MR_OK && i < response->model_versions_n; i++)
		if (mr_parse_int64(response->model_versions[i]->version, &number) && number > best) {
			best = number;
			*version = response->model_versions[i]->version;
		}
	if (code == MR_OK && best < 0)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST,
				    "No versions of model with name '%.*s'%s%.*s%s found", MR_STR_ARG(m->name),
				    m->stage.len ? " and stage '" : "", MR_STR_ARG(m->stage), m->stage.len ? "'" : "");
	return code;
}

static mr_code locate_version(struct models *m, mr_str version, mr_str *uri, mr_call *call, mr_error *err)
{
	struct mr_get_model_version_download_uri request = {.name = m->name, .version = version};
	struct mr_get_model_version_download_uri_response *response;
	void *answer;
	mr_code code;

	MR_SET(&request, MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_NAME | MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_VERSION);
	code = delegate_ask(m->delegate.host, MR_SIDE_REGISTRY, registry_of(m), MR_OP_GET_MODEL_VERSION_DOWNLOAD_URI,
			    &request, &answer, call, err);
	response = answer;
	if (code == MR_OK)
		*uri = response->artifact_uri;
	return code;
}

/* A version may point at a logged model, and a run's model at a run; anything further could go in circles. */
static mr_code check_target(const struct models *m, mr_str target, mr_error *err)
{
	struct models inner = {0};
	mr_uri uri;
	mr_error ignored;

	mr_error_init(&ignored);
	if (mr_uri_parse(target, &uri, &ignored) != MR_OK || !target.len)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The model at models:/%.*s has no place for its files",
				    MR_STR_ARG(m->name));
	if (m->id.len ? !mr_str_is(uri.scheme, "models") && !mr_str_is(uri.scheme, "runs")
		      : !mr_str_is(uri.scheme, "models"))
		return MR_OK;
	if (!m->id.len && parse(&inner, target, &ignored) == MR_OK && inner.id.len)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The model at models:/%.*s says that its files are at %.*s, which is a reference again",
			    MR_STR_ARG(m->name), MR_STR_ARG(target));
}

static mr_code locate(void *object, mr_str *uri, mr_call *call, mr_error *err)
{
	struct models *m = object;
	mr_str version = m->version;
	mr_code code = MR_OK;

	if (m->id.len)
		code = locate_logged(m, uri, call, err);
	else if (m->alias.len)
		code = version_by_alias(m, &version, call, err);
	else if (!version.len)
		code = latest_version(m, &version, call, err);
	if (code == MR_OK && !m->id.len)
		code = locate_version(m, version, uri, call, err);
	return code == MR_OK ? check_target(m, *uri, err) : code;
}

/* ---- the plugin ---- */

static void models_close(void *self)
{
	struct models *m = self;

	if (!m)
		return;
	delegate_dispose(&m->delegate);
	mr_free(m);
}

static mr_code models_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct models *m = mr_calloc(1, sizeof *m);
	mr_str uri;
	mr_code code;

	if (!m)
		return mr_error_no_memory(err);
	code = delegate_init(&m->delegate, host, locate, err);
	if (code == MR_OK) {
		uri = mr_arena_copy(m->delegate.arena, args->uri);
		m->tracking_uri = mr_arena_copy(m->delegate.arena, args->tracking_uri);
		m->registry_uri = mr_arena_copy(m->delegate.arena, args->registry_uri);
		code = uri.ptr && m->tracking_uri.ptr && m->registry_uri.ptr ? parse(m, uri, err)
									     : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		*self = m;
	else
		models_close(m);
	return code;
}

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	const struct models *m = self;

	if (!m->id.len)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"log_artifact is not supported for models:/<name>/<version> URIs. Use register_model instead.");
	return delegate_push_begin(self, path, size_hint, push, call, err);
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	(void)self;
	(void)path;
	(void)call;
	return mr_error_set(err, MR_NOT_IMPLEMENTED,
			    "Artifacts of a model cannot be deleted by a models:/ URI; delete the model instead");
}

static const struct mr_artifact_repository_ops ops = {
	.size = sizeof ops,
	.open = models_open,
	.close = models_close,
	.push_begin = push_begin,
	.push_write = delegate_push_write,
	.push_commit = delegate_push_commit,
	.push_abort = delegate_push_abort,
	.pull_open = delegate_pull_open,
	.pull_read = delegate_pull_read,
	.pull_close = delegate_pull_close,
	.list = delegate_list,
	.remove = remove_path,
	.local_path = delegate_local_path,
	.presign = delegate_presign,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "models", &ops, NULL, MR_ENTRY_OWN_QUERY)
MR_PLUGIN_BUILTIN(mr_builtin_artifact_models, "models-artifacts", MR_VERSION,
		  "The files of a registered or logged model, by its models:/ URI.", "Apache-2.0", ENTRIES)
