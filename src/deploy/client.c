/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of a target: what comes in is checked, then the plugin is
 * called, then what it answered is checked.
 */
#include "base/inject.h"
#include "deploy/deploy.h"
#include "deploy/describe.h"

enum { CALL_MAX = 1 << 30 };

/* One operation under way. */
struct op {
	mr_deployments *target;
	const char *what; /* the function, for messages */
	mr_call *call;
	mr_buf buf; /* the answer, in the making */
	mr_json_writer json;
};

static mr_code begin(struct op *op, mr_deployments *target, const char *what, bool there, mr_error *err)
{
	*op = (struct op){.target = target, .what = what};
	mr_buf_init(&op->buf, CALL_MAX);
	mr_json_write_init(&op->json, &op->buf, MR_JSON_SPACED);
	if (!there)
		return mr_error_set(err, MR_NOT_IMPLEMENTED,
				    "The deployment target '%.*s' (plugin %.*s) cannot do this: it has no function %s. "
				    "`millrace deployments help -t %.*s` tells what it has",
				    MR_STR_ARG(target->entry->name), MR_STR_ARG(target->entry->plugin->name), what,
				    MR_STR_ARG(target->entry->name));
	op->call = mr_call_new(CALL_MAX);
	if (!op->call)
		return mr_error_no_memory(err);
	op->call->asked = target->cancelled;
	op->call->asked_arg = target->cancelled_arg;
	return MR_OK;
}

void mr_deploy_on_cancel(mr_deployments *target, bool (*cancelled)(void *arg), void *arg)
{
	target->cancelled = cancelled;
	target->cancelled_arg = arg;
}

/* Hands the answer over. */
static mr_code end(struct op *op, mr_code code, mr_str *out, mr_error *err)
{
	if (code == MR_OK)
		code = mr_buf_check(&op->buf, err);
	if (code == MR_OK && out) {
		size_t len = op->buf.len;

		*out = mr_str_make(mr_buf_take(&op->buf), len);
	}
	mr_buf_dispose(&op->buf);
	mr_call_free(op->call);
	return code;
}

static mr_code result(const struct op *op, mr_code code, mr_error *err)
{
	if (code != MR_OK)
		mr_error_set(err, code, "The plugin %.*s failed in %s without saying why",
			     MR_STR_ARG(op->target->entry->plugin->name), op->what);
	return code;
}

static mr_code described(struct op *op, mr_code code, const struct mr_deployment_info *info, mr_str wanted, mr_error *err)
{
	code = result(op, code, err);
	return code == MR_OK ? mr_describe(op->target, op->what, info, wanted, &op->json, err) : code;
}

static mr_code check_pairs(const struct mr_map_string *config, size_t n, mr_error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!config[i].key.len)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A key of the config is empty");
		for (size_t k = 0; k < i; k++)
			if (mr_str_eq(config[i].key, config[k].key))
				return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Repeated parameter: '%.*s'",
						    MR_STR_ARG(config[i].key));
	}
	return MR_OK;
}

static mr_code check_name(mr_str name, const char *what, mr_error *err)
{
	if (!name.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The name of the %s must be given", what);
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 127)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The name of the %s has a control character in it", what);
	return MR_OK;
}

static mr_code make_spec(const struct mr_deploy_request *request, bool needs_model, struct mr_deployment_spec *spec,
			 mr_error *err)
{
	mr_code code;

	*spec = (struct mr_deployment_spec){.size = sizeof *spec,
					    .name = mr_str_from(request->name),
					    .model_uri = mr_str_from(request->model_uri),
					    .flavor = mr_str_from(request->flavor),
					    .config = request->config,
					    .config_n = request->config_n,
					    .endpoint = mr_str_from(request->endpoint)};
	code = check_name(spec->name, "deployment", err);
	if (code == MR_OK && needs_model && !spec->model_uri.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The URI of the model must be given");
	return code == MR_OK ? check_pairs(spec->config, spec->config_n, err) : code;
}

mr_code mr_deploy_create(mr_deployments *t, const struct mr_deploy_request *request, mr_str *out, mr_error *err)
{
	struct mr_deployment_info info = {.size = sizeof info};
	struct mr_deployment_spec spec;
	struct op op;
	mr_code code = begin(&op, t, "create", t->ops->create, err);

	if (code == MR_OK)
		code = make_spec(request, true, &spec, err);
	if (code == MR_OK)
		code = described(&op, t->ops->create(t->self, &spec, &info, op.call, err), &info, spec.name, err);
	return end(&op, code, out, err);
}

mr_code mr_deploy_update(mr_deployments *t, const struct mr_deploy_request *request, mr_str *out, mr_error *err)
{
	struct mr_deployment_info info = {.size = sizeof info};
	struct mr_deployment_spec spec;
	struct op op;
	mr_code code = begin(&op, t, "update", t->ops->update, err);

	if (code == MR_OK)
		code = make_spec(request, false, &spec, err);
	if (code == MR_OK)
		code = described(&op, t->ops->update(t->self, &spec, &info, op.call, err), &info, spec.name, err);
	return end(&op, code, out, err);
}

mr_code mr_deploy_delete(mr_deployments *t, const struct mr_deploy_request *request, mr_error *err)
{
	struct mr_deployment_spec spec;
	struct op op;
	mr_code code = begin(&op, t, "remove", t->ops->remove, err);

	if (code == MR_OK)
		code = make_spec(request, false, &spec, err);
	if (code == MR_OK)
		code = result(&op, t->ops->remove(t->self, &spec, op.call, err), err);
	return end(&op, code, NULL, err);
}

mr_code mr_deploy_get(mr_deployments *t, const char *name, const char *endpoint, mr_str *out, mr_error *err)
{
	struct mr_deployment_info info = {.size = sizeof info};
	struct op op;
	mr_code code = begin(&op, t, "get", t->ops->get, err);

	if (code == MR_OK)
		code = check_name(mr_str_from(name), "deployment", err);
	if (code == MR_OK)
		code = described(&op, t->ops->get(t->self, mr_str_from(name), mr_str_from(endpoint), &info, op.call, err), &info,
				 mr_str_from(name), err);
	return end(&op, code, out, err);
}

static mr_code take_row(void *arg, const struct mr_deployment_info *info, mr_error *err)
{
	struct op *op = arg;

	return mr_describe(op->target, op->what, info, mr_str_make(NULL, 0), &op->json, err);
}

mr_code mr_deploy_list(mr_deployments *t, const char *endpoint, mr_str *out, mr_error *err)
{
	struct op op;
	mr_code code = begin(&op, t, "list", t->ops->list, err);

	mr_json_write_begin(&op.json, '[');
	if (code == MR_OK)
		code = result(&op, t->ops->list(t->self, mr_str_from(endpoint), take_row, &op, op.call, err), err);
	mr_json_write_end(&op.json, ']');
	return end(&op, code, out, err);
}

/* ---- predictions ---- */

typedef mr_code predict_fn(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err);

static mr_code check_json(mr_str body, mr_call *call, mr_error *err)
{
	mr_arena_mark mark = mr_arena_mark_get(call->arena);
	mr_json *tree;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_json_parse(body, call->arena, &tree, &why);
	mr_arena_release(call->arena, mark);
	return code == MR_OK ? MR_OK
			     : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The input is no JSON: %s", why.message);
}

static mr_code ask(mr_deployments *t, predict_fn *fn, const char *what, struct mr_deployment_input *input, mr_str *out,
		   mr_error *err)
{
	mr_str answer = mr_str_make(NULL, 0);
	struct op op;
	mr_code code;

	if (!fn && strcmp(what, "explain") == 0)
		mr_error_set(err, MR_NOT_IMPLEMENTED,
			     "Computing model explanations is not yet supported for this deployment target (%.*s)",
			     MR_STR_ARG(t->entry->name));
	code = begin(&op, t, what, fn, err);
	input->size = sizeof *input;
	if (code == MR_OK && !input->deployment.len == !input->endpoint.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Must specify exactly one of deployment name or endpoint.");
	if (code == MR_OK && mr_str_is(input->content_type, "application/json"))
		code = check_json(input->body, op.call, err);
	if (code == MR_OK)
		code = result(&op, fn(t->self, input, &answer, op.call, err), err);
	if (code == MR_OK)
		code = mr_describe_answer(t, what, answer, strcmp(what, "predict") == 0, err);
	if (code == MR_OK)
		mr_buf_str(&op.buf, answer);
	return end(&op, code, out, err);
}

static struct mr_deployment_input make_input(const char *name, const char *endpoint, mr_str body, const char *content_type)
{
	return (struct mr_deployment_input){
		.deployment = mr_str_from(name),
		.endpoint = mr_str_from(endpoint),
		.body = body,
		.content_type = mr_str_from(content_type ? content_type : "application/json"),
	};
}

mr_code mr_deploy_predict(mr_deployments *t, const char *name, const char *endpoint, mr_str body,
			  const char *content_type, mr_str *out, mr_error *err)
{
	struct mr_deployment_input input = make_input(name, endpoint, body, content_type);

	return ask(t, t->ops->predict, "predict", &input, out, err);
}

mr_code mr_deploy_explain(mr_deployments *t, const char *name, const char *endpoint, mr_str body,
			  const char *content_type, mr_str *out, mr_error *err)
{
	struct mr_deployment_input input = make_input(name, endpoint, body, content_type);

	return ask(t, t->ops->explain, "explain", &input, out, err);
}

/* ---- endpoints ---- */

typedef mr_code endpoint_fn(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
			    struct mr_deployment_info *out, mr_call *call, mr_error *err);

static mr_code change_endpoint(mr_deployments *t, endpoint_fn *fn, const char *what, const char *name,
			       const struct mr_map_string *config, size_t config_n, mr_str *out, mr_error *err)
{
	struct mr_deployment_info info = {.size = sizeof info};
	struct op op;
	mr_code code = begin(&op, t, what, fn, err);

	if (code == MR_OK)
		code = check_name(mr_str_from(name), "endpoint", err);
	if (code == MR_OK)
		code = check_pairs(config, config_n, err);
	if (code == MR_OK)
		code = described(&op, fn(t->self, mr_str_from(name), config, config_n, &info, op.call, err), &info,
				 mr_str_from(name), err);
	return end(&op, code, out, err);
}

mr_code mr_deploy_create_endpoint(mr_deployments *t, const char *name, const struct mr_map_string *config, size_t config_n,
				  mr_str *out, mr_error *err)
{
	return change_endpoint(t, t->ops->create_endpoint, "create_endpoint", name, config, config_n, out, err);
}

mr_code mr_deploy_update_endpoint(mr_deployments *t, const char *name, const struct mr_map_string *config, size_t config_n,
				  mr_str *out, mr_error *err)
{
	return change_endpoint(t, t->ops->update_endpoint, "update_endpoint", name, config, config_n, out, err);
}

mr_code mr_deploy_delete_endpoint(mr_deployments *t, const char *name, mr_error *err)
{
	struct op op;
	mr_code code = begin(&op, t, "remove_endpoint", t->ops->remove_endpoint, err);

	if (code == MR_OK)
		code = check_name(mr_str_from(name), "endpoint", err);
	if (code == MR_OK)
		code = result(&op, t->ops->remove_endpoint(t->self, mr_str_from(name), op.call, err), err);
	return end(&op, code, NULL, err);
}

mr_code mr_deploy_list_endpoints(mr_deployments *t, mr_str *out, mr_error *err)
{
	struct op op;
	mr_code code = begin(&op, t, "list_endpoints", t->ops->list_endpoints, err);

	mr_json_write_begin(&op.json, '[');
	if (code == MR_OK)
		code = result(&op, t->ops->list_endpoints(t->self, take_row, &op, op.call, err), err);
	mr_json_write_end(&op.json, ']');
	return end(&op, code, out, err);
}

mr_code mr_deploy_get_endpoint(mr_deployments *t, const char *name, mr_str *out, mr_error *err)
{
	struct mr_deployment_info info = {.size = sizeof info};
	struct op op;
	mr_code code = begin(&op, t, "get_endpoint", t->ops->get_endpoint, err);

	if (code == MR_OK)
		code = check_name(mr_str_from(name), "endpoint", err);
	if (code == MR_OK)
		code = described(&op, t->ops->get_endpoint(t->self, mr_str_from(name), &info, op.call, err), &info,
				 mr_str_from(name), err);
	return end(&op, code, out, err);
}

/* ---- without an open target ---- */

mr_code mr_deploy_run_local(const char *target_uri, const struct mr_deploy_request *request, mr_call *call, mr_error *err)
{
	struct mr_deployment_spec spec;
	mr_deployments *t;
	struct op op;
	mr_code code = mr_deploy_find(target_uri, &t, err);

	if (code != MR_OK)
		return code;
	code = begin(&op, t, "run_local", t->ops->run_local, err);
	if (code == MR_OK)
		code = make_spec(request, true, &spec, err);
	if (code == MR_OK)
		code = result(&op, t->ops->run_local(t->entry->host, t->uri, &spec, call, err), err);
	code = end(&op, code, NULL, err);
	mr_deploy_close(t);
	return code;
}

mr_code mr_deploy_serve(const char *target_uri, const struct mr_deploy_request *request, bool (*cancelled)(void *arg), void *arg,
			mr_error *err)
{
	mr_call *call = mr_call_new(CALL_MAX);
	mr_code code;

	if (!call)
		return mr_error_no_memory(err);
	call->asked = cancelled;
	call->asked_arg = arg;
	code = mr_deploy_run_local(target_uri, request, call, err);
	mr_call_free(call);
	return code;
}

mr_code mr_deploy_help(const char *target_uri, mr_str *out, mr_error *err)
{
	mr_str text = mr_str_make(NULL, 0);
	mr_deployments *t;
	struct op op;
	mr_code code = mr_deploy_find(target_uri, &t, err);

	if (code != MR_OK)
		return code;
	code = begin(&op, t, "target_help", true, err);
	if (code == MR_OK)
		code = result(&op, t->ops->target_help(t->entry->host, &text, op.call, err), err);
	mr_buf_str(&op.buf, text);
	code = end(&op, code, out, err);
	mr_deploy_close(t);
	return code;
}
