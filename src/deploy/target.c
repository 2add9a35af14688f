/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/target.h"

#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"
#include "client/builtins.h"
#include "client/client.h"
#include "deploy/deploy.h"

mr_code mr_deploy_target_name(mr_str text, mr_arena *arena, mr_str *name, mr_error *err)
{
	const char *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
	mr_str copy = mr_arena_copy(arena, mr_str_make(text.ptr, colon ? (size_t)(colon - text.ptr) : text.len));
	char *at = (char *)(uintptr_t)copy.ptr;

	if (!at)
		return mr_error_no_memory(err);
	if (!copy.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Not a proper deployment URI: %.*s. Deployment URIs must be of the form 'target' or "
				    "'target:/suffix'", MR_STR_ARG(text));
	for (size_t i = 0; colon && mr_uri_scheme_valid(copy) && i < copy.len; i++)
		at[i] = at[i] >= 'A' && at[i] <= 'Z' ? (char)(at[i] - 'A' + 'a') : at[i];
	*name = copy;
	return MR_OK;
}

static mr_code the_uri(const char *given, mr_str *uri, mr_error *err)
{
	*uri = mr_str_from(given ? given : mr_getenv("MLFLOW_DEPLOYMENTS_TARGET"));
	if (!uri->ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "No deployments target has been set. Name one, such as \"local\", or set "
				    "MLFLOW_DEPLOYMENTS_TARGET to the URI of a deployments server");
	return MR_OK;
}

/* What every target must have. */
static mr_code check_table(const mr_deployments *t, mr_error *err)
{
	const char *lacking = !t->ops->open ? "open" : !t->ops->target_help ? "target_help" : NULL;

	if (!lacking)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_STATE,
			    "The plugin %.*s has the deployment target '%.*s' without the function %s, which every target must have",
			    MR_STR_ARG(t->entry->plugin->name), MR_STR_ARG(t->entry->name), lacking);
}

mr_code mr_deploy_find(const char *given, mr_deployments **out, mr_error *err)
{
	mr_deployments *t = mr_calloc(1, sizeof *t);
	mr_str uri, name;
	mr_code code = the_uri(given, &uri, err);

	*out = NULL;
	mr_deploy_builtins_register();
	if (!t || !(t->arena = mr_arena_new(0))) {
		mr_free(t);
		return mr_error_no_memory(err);
	}
	if (code == MR_OK)
		code = mr_deploy_target_name(uri, t->arena, &name, err);
	if (code == MR_OK)
		code = mr_plugins_by_name(MR_GROUP_DEPLOYMENTS, name, &t->entry, err);
	if (code == MR_OK) {
		t->ops = t->entry->ops;
		code = check_table(t, err);
	}
	if (code == MR_OK)
		code = mr_options_make(t->entry, uri, NULL, 0, &t->options, &t->uri, err);
	if (code == MR_OK && !(t->shown = mr_uri_redact(t->arena, t->uri)).ptr)
		code = mr_error_no_memory(err);
	if (code == MR_OK)
		*out = t;
	else
		mr_deploy_close(t);
	return code;
}

mr_code mr_deploy_open(const char *target_uri, mr_client *client, mr_deployments **out, mr_error *err)
{
	struct mr_open_args args = {.size = sizeof args,
				    .tracking_uri = mr_client_tracking_uri(client),
				    .registry_uri = mr_client_registry_uri(client)};
	mr_deployments *t;
	mr_code code = mr_deploy_find(target_uri, &t, err);

	*out = NULL;
	if (code != MR_OK)
		return code;
	args.uri = t->uri;
	args.options = t->options;
	code = t->ops->open(t->entry->host, &args, &t->self, err);
	if (code != MR_OK) {
		mr_error_set(err, code, "The plugin %.*s failed in open without saying why",
			     MR_STR_ARG(t->entry->plugin->name));
		mr_deploy_close(t);
		return code;
	}
	t->open = true;
	*out = t;
	return MR_OK;
}

mr_code mr_deploy_client(const char *target_uri, mr_deployments **out, mr_error *err)
{
	mr_client *client = NULL;
	mr_code code = mr_client_open(NULL, NULL, &client, err); /* which tells the host where the stores are */

	*out = NULL;
	if (code == MR_OK)
		code = mr_deploy_open(target_uri, client, out, err);
	mr_client_close(client);
	return code;
}

void mr_deploy_close(mr_deployments *t)
{
	if (!t)
		return;
	if (t->open && t->ops->close)
		t->ops->close(t->self);
	mr_options_free(t->options);
	mr_arena_free(t->arena);
	mr_free(t);
}
