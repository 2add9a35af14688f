/* SPDX-License-Identifier: Apache-2.0
 *
 * mr_register_model, as mlflow.register_model.
 */
#include <millrace/fluent.h>

#include "base/uri.h"
#include "client/session.h"

enum { CALL_MAX = 64 << 20 };

static mr_code ensure_model(mr_client *client, mr_str name, mr_call *call, mr_error *err)
{
	struct mr_create_registered_model request = {0};
	void *response;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	mr_create_registered_model_set_name(&request, name);
	code = mr_client_invoke(client, &mr_op_create_registered_model, &request, &response, call, &why);
	return code == MR_OK || code == MR_RESOURCE_ALREADY_EXISTS ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

/* "runs:/ID/path" is stored as the place where the run's artifacts are, as MLflow does. */
static mr_code resolve_run(mr_client *client, mr_str path, struct mr_create_model_version *request, mr_call *call,
			   mr_error *err)
{
	struct mr_get_run get = {0};
	const char *slash;
	mr_str run_id, rest;
	void *response;
	mr_code code;

	while (path.len && path.ptr[0] == '/')
		path = mr_str_make(path.ptr + 1, path.len - 1);
	slash = path.len ? memchr(path.ptr, '/', path.len) : NULL;
	run_id = mr_str_make(path.ptr, slash ? (size_t)(slash - path.ptr) : path.len);
	rest = slash ? mr_str_make(slash + 1, path.len - run_id.len - 1) : mr_str_make("", 0);
	mr_get_run_set_run_id(&get, run_id);
	code = mr_client_invoke(client, &mr_op_get_run, &get, &response, call, err);
	if (code != MR_OK)
		return code;
	mr_create_model_version_set_source(
		request,
		mr_uri_append_path(call->arena, ((struct mr_get_run_response *)response)->run->info->artifact_uri, rest));
	mr_create_model_version_set_run_id(request, run_id);
	return request->source.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code create_version(mr_client *client, mr_str model_uri, mr_str name, mr_call *call, char version[24],
			      mr_error *err)
{
	struct mr_create_model_version request = {0};
	struct mr_uri uri;
	void *response;
	mr_code code = mr_uri_parse(model_uri, &uri, err);

	if (code != MR_OK)
		return code;
	mr_create_model_version_set_name(&request, name);
	mr_create_model_version_set_source(&request, model_uri);
	if (mr_str_is(uri.scheme, "runs"))
		code = resolve_run(client, uri.path, &request, call, err);
	else if (mr_str_is(uri.scheme, "models") && uri.path.len > 3 && memcmp(uri.path.ptr, "/m-", 3) == 0)
		mr_create_model_version_set_model_id(&request, mr_str_make(uri.path.ptr + 1, uri.path.len - 1));
	if (code == MR_OK)
		code = mr_client_invoke(client, &mr_op_create_model_version, &request, &response, call, err);
	if (code == MR_OK && version)
		snprintf(version, 24, "%.*s",
			 MR_STR_ARG(((struct mr_create_model_version_response *)response)->model_version->version));
	return code;
}

mr_code mr_register_model(const char *model_uri, const char *name, char version[24], mr_error *err)
{
	mr_call *call = mr_call_new(CALL_MAX);
	mr_client *client;
	mr_code code = call ? mr_session_client(&client, err) : mr_error_no_memory(err);

	if (version)
		version[0] = 0;
	if (code == MR_OK)
		code = ensure_model(client, mr_str_from(name), call, err);
	if (code == MR_OK)
		code = create_version(client, mr_str_from(model_uri), mr_str_from(name), call, version, err);
	mr_call_free(call);
	return code;
}
