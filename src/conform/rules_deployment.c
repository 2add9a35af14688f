/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of deployment targets. Names are the rule's own, and what a rule
 * deploys it removes again.
 */
#include <millrace/deployments.h>
#include <pthread.h>
#include <unistd.h>

#include "base/os.h"
#include "conform/check.h"

#define OPS ((const struct mr_deployments_ops *)c->ops)

static struct mr_deployment_spec spec_of(struct check *c, const char *suffix)
{
	struct mr_deployment_spec spec = {.size = sizeof spec,
					  .name = check_text(c, "conform-%s-%s", c->unique, suffix),
					  .model_uri = c->settings->model_uri,
					  .flavor = mr_str_from(""),
					  .endpoint = mr_str_from("")};

	if (!spec.model_uri.len) { /* a folder that looks like a model, for targets that do not open it */
		mr_str path = check_text(c, "%s/model/MLmodel", c->folder);
		mr_error err;

		mr_error_init(&err);
		spec.model_uri = check_text(c, "%s/model", c->folder);
		mr_dir_make(spec.model_uri, &err);
		mr_file_write_atomic(path, mr_str_from("flavors:\n  conform:\n    value: 1\n"), &err);
	}
	return spec;
}

static void create(struct check *c, const struct mr_deployment_spec *spec)
{
	struct mr_deployment_info out = {.size = sizeof out};
	char why[500];
	mr_code code = OPS->create(c->self, spec, &out, c->call, &c->err);

	if (code != MR_OK && !c->settings->model_uri.len && !c->starved) {
		snprintf(why, sizeof why, "%.490s", c->err.message);
		check_skip(c, "it does not deploy a model of no known flavor: %s. Give --model with one that it can",
			   why);
	}
	check_ok(c, code, "create");
	check_that(c, mr_str_eq(out.name, spec->name) || (!out.name.len && out.json.len),
		   "create of '%s' answers with the name '%.*s'", spec->name.ptr, MR_STR_ARG(out.name));
}

static mr_code get(struct check *c, mr_str name, struct mr_deployment_info *out)
{
	memset(out, 0, sizeof *out);
	out->size = sizeof *out;
	return OPS->get(c->self, name, mr_str_from(""), out, c->call, &c->err);
}

static void remove_it(struct check *c, const struct mr_deployment_spec *spec)
{
	check_ok(c, OPS->remove(c->self, spec, c->call, &c->err), "remove");
}

struct rows {
	struct check *c;
	mr_str names[256];
	size_t n, visits;
	bool fail;
};

static mr_code take(void *arg, const struct mr_deployment_info *info, mr_error *err)
{
	struct rows *r = arg;

	r->visits++;
	if (r->fail)
		return mr_error_set(err, MR_CANCELLED, "enough");
	if (r->n < 256)
		r->names[r->n++] = mr_arena_copy(r->c->arena, info->name);
	return MR_OK;
}

void deployment_use(struct check *c)
{
	static _Atomic unsigned count;
	struct mr_deployment_spec spec = spec_of(c, check_text(c, "use-%u", count++).ptr);
	struct mr_deployment_info out;
	struct rows rows = {.c = c};

	check_open(c);
	if (OPS->create && OPS->remove && OPS->get) {
		create(c, &spec);
		check_ok(c, get(c, spec.name, &out), "get");
		remove_it(c, &spec);
	} else if (OPS->list_endpoints) {
		check_ok(c, OPS->list_endpoints(c->self, take, &rows, c->call, &c->err), "list_endpoints");
	}
	check_close(c);
}

static void says_help(struct check *c)
{
	mr_str text = {0};

	check_ok(c, OPS->target_help(c->host, &text, c->call, &c->err), "target_help");
	check_that(c, text.len > 20, "its help is '%.*s', which helps nobody", MR_STR_ARG(text));
}

static void creates(struct check *c)
{
	struct mr_deployment_spec spec = spec_of(c, "a");
	struct mr_deployment_info out;

	check_open(c);
	create(c, &spec);
	check_ok(c, get(c, spec.name, &out), "get");
	check_that(c, mr_str_eq(out.name, spec.name), "get of '%s' answers with the name '%.*s'", spec.name.ptr,
		   MR_STR_ARG(out.name));
	check_code(c, OPS->create(c->self, &spec, &out, c->call, &c->err), MR_RESOURCE_ALREADY_EXISTS,
		   "create of a name that exists");
	remove_it(c, &spec);
	check_close(c);
}

static void removes(struct check *c)
{
	struct mr_deployment_spec spec = spec_of(c, "a");
	struct mr_deployment_info out;

	check_open(c);
	create(c, &spec);
	remove_it(c, &spec);
	check_code(c, get(c, spec.name, &out), MR_RESOURCE_DOES_NOT_EXIST, "get of what was removed");
	remove_it(c, &spec);
	check_close(c);
}

static void updates(struct check *c)
{
	struct mr_deployment_spec spec = spec_of(c, "a"), none = spec_of(c, "none");
	struct mr_deployment_info out = {.size = sizeof out};

	check_open(c);
	create(c, &spec);
	check_ok(c, OPS->update(c->self, &spec, &out, c->call, &c->err), "update");
	check_that(c, mr_str_eq(out.name, spec.name), "update of '%s' answers with the name '%.*s'", spec.name.ptr,
		   MR_STR_ARG(out.name));
	check_code(c, OPS->update(c->self, &none, &out, c->call, &c->err), MR_RESOURCE_DOES_NOT_EXIST,
		   "update of a name that is not there");
	remove_it(c, &spec);
	check_close(c);
}

static void lists(struct check *c)
{
	struct mr_deployment_spec b = spec_of(c, "b"), a = spec_of(c, "a");
	struct rows rows = {.c = c};
	size_t found = 0;

	check_open(c);
	create(c, &b);
	create(c, &a);
	check_ok(c, OPS->list(c->self, mr_str_from(""), take, &rows, c->call, &c->err), "list");
	for (size_t i = 0; i < rows.n; i++) {
		found += mr_str_eq(rows.names[i], a.name) || mr_str_eq(rows.names[i], b.name);
		check_that(c, i == 0 || strcmp(rows.names[i - 1].ptr, rows.names[i].ptr) < 0,
			   "'%s' is listed before '%s'", i ? rows.names[i - 1].ptr : "", rows.names[i].ptr);
	}
	check_that(c, found == 2, "of 2 deployments %zu are listed", found);
	rows = (struct rows){.c = c, .fail = true};
	check_code(c, OPS->list(c->self, mr_str_from(""), take, &rows, c->call, &c->err), MR_CANCELLED,
		   "list, whose visitor fails,");
	check_that(c, rows.visits == 1, "list went on after its visitor had failed");
	remove_it(c, &a);
	remove_it(c, &b);
	check_close(c);
}

static void refuses_config(struct check *c)
{
	static const struct mr_map_string odd[] = {{{"conform-no-such-key", 19}, {"1", 1}}};
	struct mr_deployment_spec spec = spec_of(c, "a");
	struct mr_deployment_info out = {.size = sizeof out};

	check_open(c);
	spec.config = odd;
	spec.config_n = 1;
	check_code(c, OPS->create(c->self, &spec, &out, c->call, &c->err), MR_INVALID_PARAMETER_VALUE,
		   "create with an unknown key of config");
	check_code(c, get(c, spec.name, &out), MR_RESOURCE_DOES_NOT_EXIST, "get of what could not be created");
	check_close(c);
}

static void predicts(struct check *c)
{
	struct mr_deployment_spec spec = spec_of(c, "a");
	struct mr_deployment_input input = {.size = sizeof input,
					    .deployment = spec.name,
					    .endpoint = mr_str_from(""),
					    .body = mr_str_from("{\"inputs\": [[1.0]]}"),
					    .content_type = mr_str_from("application/json")};
	mr_str out = {0};
	mr_json *tree;
	mr_code code;

	check_open(c);
	if (OPS->create && OPS->remove)
		create(c, &spec);
	code = OPS->predict(c->self, &input, &out, c->call, &c->err);
	if (code == MR_OK)
		check_that(c, mr_json_parse(out, c->arena, &tree, &c->err) == MR_OK && tree->type == MR_JSON_OBJECT,
			   "predict answers '%.*s', which is no JSON object", (int)(out.len < 200 ? out.len : 200),
			   out.ptr);
	else
		check_refused(c, code, "predict"); /* the input may not suit the model */
	input.deployment = mr_str_from("conform-no-such-deployment");
	check_refused(c, OPS->predict(c->self, &input, &out, c->call, &c->err), "predict of what is not there");
	if (OPS->create && OPS->remove)
		remove_it(c, &spec);
	check_close(c);
}

static void explains(struct check *c)
{
	struct mr_deployment_spec spec = spec_of(c, "a");
	struct mr_deployment_input input = {.size = sizeof input,
					    .deployment = spec.name,
					    .endpoint = mr_str_from(""),
					    .body = mr_str_from("{\"inputs\": [[1.0]]}"),
					    .content_type = mr_str_from("application/json")};
	mr_str out = {0};
	mr_json *tree;

	check_open(c);
	create(c, &spec);
	check_ok(c, OPS->explain(c->self, &input, &out, c->call, &c->err), "explain");
	check_that(c, mr_json_parse(out, c->arena, &tree, &c->err) == MR_OK, "what explain answers is no JSON");
	remove_it(c, &spec);
	check_close(c);
}

static void seen_by_others(struct check *c)
{
	struct mr_deployment_spec spec = spec_of(c, "a");
	struct mr_deployment_info out;
	void *own;

	check_open(c);
	create(c, &spec);
	own = c->self;
	check_ok(c, check_open_as(c, &c->self), "open for the second time");
	check_ok(c, get(c, spec.name, &out), "get by another object");
	check_close_as(c, own);
	check_ok(c, get(c, spec.name, &out), "get after the first object was closed");
	remove_it(c, &spec);
	check_close(c);
}

static void endpoints(struct check *c)
{
	mr_str name = check_text(c, "conform-%s", c->unique);
	struct mr_deployment_info out = {.size = sizeof out};
	struct rows rows = {.c = c};
	bool found = false;

	check_open(c);
	check_ok(c, OPS->create_endpoint(c->self, name, NULL, 0, &out, c->call, &c->err), "create_endpoint");
	check_code(c, OPS->create_endpoint(c->self, name, NULL, 0, &out, c->call, &c->err), MR_RESOURCE_ALREADY_EXISTS,
		   "create_endpoint of a name that exists");
	out = (struct mr_deployment_info){.size = sizeof out};
	check_ok(c, OPS->get_endpoint(c->self, name, &out, c->call, &c->err), "get_endpoint");
	check_that(c, mr_str_eq(out.name, name), "get_endpoint of '%s' answers with the name '%.*s'", name.ptr,
		   MR_STR_ARG(out.name));
	check_ok(c, OPS->update_endpoint(c->self, name, NULL, 0, &out, c->call, &c->err), "update_endpoint");
	check_ok(c, OPS->list_endpoints(c->self, take, &rows, c->call, &c->err), "list_endpoints");
	for (size_t i = 0; i < rows.n; i++)
		found |= mr_str_eq(rows.names[i], name);
	check_that(c, found, "an endpoint that was created is not listed");
	check_ok(c, OPS->remove_endpoint(c->self, name, c->call, &c->err), "remove_endpoint");
	check_code(c, OPS->get_endpoint(c->self, name, &out, c->call, &c->err), MR_RESOURCE_DOES_NOT_EXIST,
		   "get_endpoint of what was removed");
	check_close(c);
}

/* ---- run_local ---- */

struct local {
	struct check *c;
	struct mr_deployment_spec spec;
	mr_call *call;
	mr_error err;
	mr_code code;
	_Atomic bool ended;
};

static void *local_main(void *arg)
{
	struct local *l = arg;
	struct check *c = l->c;

	l->code = OPS->run_local(c->host, c->uri, &l->spec, l->call, &l->err);
	l->ended = true;
	return NULL;
}

static void run_local_ends(struct check *c)
{
	struct local *l = mr_arena_zalloc(c->arena, sizeof *l);
	pthread_t thread;
	bool early;

	l->c = c;
	l->spec = spec_of(c, "local");
	l->call = check_call_new(c);
	mr_error_init(&l->err);
	check_that(c, pthread_create(&thread, NULL, local_main, l) == 0, "no thread could be made");
	for (int i = 0; i < 50 && !l->ended; i++)
		usleep(10000);
	early = l->ended;
	if (early && l->code != MR_OK && !c->settings->model_uri.len)
		check_skip(c, "it does not serve a model of no known flavor: %.490s. Give --model with one that it can",
			   l->err.message);
	check_that(c, !early, "run_local came back before it was cancelled: %s", l->err.message);
	l->call->cancelled = true;
	for (int i = 0; i < 500 && !l->ended; i++)
		usleep(10000);
	check_that(c, l->ended, "run_local did not come back within 5 seconds of being cancelled");
	pthread_join(thread, NULL);
	check_that(c, l->code == MR_OK, "run_local, cancelled, fails: %s", l->err.message);
	if (ftruncate(STDOUT_FILENO, 0) < 0) /* it is a program in the foreground, so what it prints is for the user */
		check_fail(c, "the kit cannot empty its own file");
}

#define HEADER "deployments.h"
const struct rule deployment_rules[] = {
	{"deployment.help", "target_help says something", HEADER, NULL, says_help},
	{"deployment.create", "a deployment has the name that was asked for, once", HEADER, "create get remove",
	 creates},
	{"deployment.remove", "what is removed is gone, and removing it again is MR_OK", HEADER, "create get remove",
	 removes},
	{"deployment.update", "update answers with the deployment, or that there is none", HEADER,
	 "create update remove", updates},
	{"deployment.list", "list has all, sorted by name, and stops with its visitor", HEADER, "create list remove",
	 lists},
	{"deployment.config", "an unknown key of config is refused, and nothing is left", HEADER, "create get",
	 refuses_config},
	{"deployment.predict", "predict answers with a JSON object", HEADER, "predict", predicts},
	{"deployment.explain", "explain answers with JSON", HEADER, "create explain remove", explains},
	{"deployment.seen-by-others", "a deployment is seen by another object, and stays", HEADER, "create get remove",
	 seen_by_others},
	{"deployment.endpoints", "endpoints are created, found, listed and removed", HEADER,
	 "create_endpoint get_endpoint update_endpoint list_endpoints remove_endpoint", endpoints},
	{"deployment.run-local", "run_local serves until it is cancelled, which is MR_OK", HEADER, "run_local",
	 run_local_ends},
};
const size_t deployment_rules_n = sizeof deployment_rules / sizeof *deployment_rules;
