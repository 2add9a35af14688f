/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployment targets of Python. A description comes as its name, its flavor,
 * and the text of the JSON object that the plugin's dictionary is.
 */
#include <limits.h>
#include <millrace/deployments.h>

#include "base/inject.h"
#include "plugin/python.h"

struct target {
	const struct python_entry *entry;
	mr_arena *arena;
	mr_str uri, tracking_uri, registry_uri;
};

static void target_close(void *self)
{
	struct target *t = self;

	if (!t)
		return;
	mr_arena_free(t->arena);
	mr_free(t);
}

static mr_code target_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct target *t = mr_calloc(1, sizeof *t);

	if (!t || !(t->arena = mr_arena_new(0)))
		goto no_memory;
	t->entry = python_entry_of(host);
	t->uri = mr_arena_copy(t->arena, args->uri);
	t->tracking_uri = mr_arena_copy(t->arena, args->tracking_uri);
	t->registry_uri = mr_arena_copy(t->arena, args->registry_uri.len ? args->registry_uri : args->tracking_uri);
	if (!t->uri.ptr || !t->tracking_uri.ptr || !t->registry_uri.ptr)
		goto no_memory;
	*self = t;
	return MR_OK;
no_memory:
	target_close(t);
	return mr_error_no_memory(err);
}

/* What an operation is about; texts that are not there are left out. */
struct question {
	mr_str name, model_uri, flavor, endpoint, content_type, body;
	const struct mr_map_string *config;
	size_t config_n;
};

static void optional(struct python_params *p, const char *key, mr_str value)
{
	if (value.len)
		python_params_text(p, key, value);
}

static mr_code ask(const struct target *t, const char *op, const struct question *q, int32_t limit_ms,
		   struct python_answer *answer, mr_call *call, mr_error *err)
{
	struct python_request rq = {.entry = t->entry, .tracking_uri = t->tracking_uri, .registry_uri = t->registry_uri,
				    .op = op, .blob = q->body, .limit_ms = limit_ms};
	struct python_params p;
	mr_code code;

	python_params_begin(&p);
	python_params_text(&p, "target", t->uri);
	optional(&p, "name", q->name);
	optional(&p, "model_uri", q->model_uri);
	optional(&p, "flavor", q->flavor);
	optional(&p, "endpoint", q->endpoint);
	optional(&p, "content_type", q->content_type);
	if (q->config_n) {
		mr_json_write_key(&p.w, mr_str_from("config"));
		mr_json_write_begin(&p.w, '{');
		for (size_t i = 0; i < q->config_n; i++) {
			mr_json_write_key(&p.w, q->config[i].key);
			mr_json_write_string(&p.w, q->config[i].value);
		}
		mr_json_write_end(&p.w, '}');
	}
	rq.params = python_params_end(&p);
	code = rq.params.ptr ? python_call(&rq, answer, call, err) : mr_error_no_memory(err);
	python_params_dispose(&p);
	return code;
}

static struct mr_deployment_info info_of(const mr_json *described)
{
	mr_str none = mr_str_make("", 0);

	return (struct mr_deployment_info){
		.size = sizeof(struct mr_deployment_info),
		.name = mr_json_str(mr_json_get(described, "name"), none),
		.flavor = mr_json_str(mr_json_get(described, "flavor"), none),
		.json = mr_json_str(mr_json_get(described, "json"), none),
	};
}

static mr_code describe(const struct target *t, const char *op, const struct question *q, struct mr_deployment_info *out,
			mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code = ask(t, op, q, PYTHON_TRANSFER_MS, &answer, call, err);

	if (code == MR_OK)
		*out = info_of(answer.result);
	return code;
}

static mr_code rows(const struct target *t, const char *op, const struct question *q, mr_deployment_visit *visit, void *arg,
		    mr_call *call, mr_error *err)
{
	struct python_answer answer;
	mr_code code = ask(t, op, q, PYTHON_STORE_MS, &answer, call, err);

	for (size_t i = 0; code == MR_OK && i < answer.result->count; i++) {
		struct mr_deployment_info info = info_of(&answer.result->items[i]);

		code = visit(arg, &info, err);
	}
	return code;
}

static struct question of_spec(const struct mr_deployment_spec *spec)
{
	return (struct question){.name = spec->name, .model_uri = spec->model_uri, .flavor = spec->flavor,
				 .endpoint = spec->endpoint, .config = spec->config, .config_n = spec->config_n};
}

static mr_code create(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	struct question q = of_spec(spec);

	return describe(self, "deploy.create", &q, out, call, err);
}

static mr_code update(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	struct question q = of_spec(spec);

	return describe(self, "deploy.update", &q, out, call, err);
}

static mr_code remove_deployment(void *self, const struct mr_deployment_spec *spec, mr_call *call, mr_error *err)
{
	struct question q = of_spec(spec);
	struct python_answer answer;

	return ask(self, "deploy.remove", &q, PYTHON_TRANSFER_MS, &answer, call, err);
}

static mr_code list(void *self, mr_str endpoint, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	return rows(self, "deploy.list", &(struct question){.endpoint = endpoint}, visit, arg, call, err);
}

static mr_code get(void *self, mr_str name, mr_str endpoint, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	return describe(self, "deploy.get", &(struct question){.name = name, .endpoint = endpoint}, out, call, err);
}

static mr_code infer(void *self, const char *op, const struct mr_deployment_input *input, mr_str *out, mr_call *call,
		     mr_error *err)
{
	struct question q = {.name = input->deployment, .endpoint = input->endpoint, .content_type = input->content_type,
			     .body = input->body};
	struct python_answer answer;
	mr_code code = ask(self, op, &q, PYTHON_STORE_MS, &answer, call, err);

	if (code == MR_OK)
		*out = answer.blob;
	return code;
}

static mr_code predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	return infer(self, "deploy.predict", input, out, call, err);
}

static mr_code explain(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	return infer(self, "deploy.explain", input, out, call, err);
}

static mr_code create_endpoint(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
			       struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	struct question q = {.name = name, .config = config, .config_n = config_n};

	return describe(self, "deploy.create_endpoint", &q, out, call, err);
}

static mr_code update_endpoint(void *self, mr_str name, const struct mr_map_string *config, size_t config_n,
			       struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	struct question q = {.name = name, .config = config, .config_n = config_n};

	return describe(self, "deploy.update_endpoint", &q, out, call, err);
}

static mr_code remove_endpoint(void *self, mr_str name, mr_call *call, mr_error *err)
{
	struct python_answer answer;

	return ask(self, "deploy.remove_endpoint", &(struct question){.name = name}, PYTHON_STORE_MS, &answer, call, err);
}

static mr_code list_endpoints(void *self, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	return rows(self, "deploy.list_endpoints", &(struct question){.name = {"", 0}}, visit, arg, call, err);
}

static mr_code get_endpoint(void *self, mr_str name, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	return describe(self, "deploy.get_endpoint", &(struct question){.name = name}, out, call, err);
}

/* ---- without an object ---- */

static mr_code run_local(const mr_host *host, mr_str target_uri, const struct mr_deployment_spec *spec, mr_call *call,
			 mr_error *err)
{
	struct target t = {.entry = python_entry_of(host), .uri = target_uri};
	struct question q = of_spec(spec);
	struct python_answer answer;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	host_uris(call->arena, &t.tracking_uri, &t.registry_uri);
	code = ask(&t, "deploy.run_local", &q, INT_MAX, &answer, call, &why);
	if (code == MR_OK || code == MR_CANCELLED) /* the latter is how it is meant to end */
		return MR_OK;
	return mr_error_set(err, code, "%s", why.message);
}

static mr_code target_help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	struct target t = {.entry = python_entry_of(host)};
	struct python_answer answer;
	mr_code code;

	host_uris(call->arena, &t.tracking_uri, &t.registry_uri);
	code = ask(&t, "deploy.help", &(struct question){.name = {"", 0}}, PYTHON_SHORT_MS, &answer, call, err);
	if (code == MR_OK)
		*out = answer.blob;
	return code;
}

const struct mr_deployments_ops python_deployments_ops = {
	.size = sizeof python_deployments_ops,
	.open = target_open,
	.close = target_close,
	.create = create,
	.update = update,
	.remove = remove_deployment,
	.list = list,
	.get = get,
	.predict = predict,
	.explain = explain,
	.create_endpoint = create_endpoint,
	.update_endpoint = update_endpoint,
	.remove_endpoint = remove_endpoint,
	.list_endpoints = list_endpoints,
	.get_endpoint = get_endpoint,
	.run_local = run_local,
	.target_help = target_help,
};
