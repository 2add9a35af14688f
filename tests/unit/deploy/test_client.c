/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's side: what a target is given, and that what it answers is held against the contract.
 */
#include <millrace/deploy.h>
#include <millrace/deployments.h>
#include <stdlib.h>

#include "base/inject.h"
#include "deploy/target.h"
#include "helper.h"

/* What the target answers next, and what it was given. */
static struct mr_deployment_info answer;
static mr_str prediction;
static mr_code outcome;
static char seen[4096];
static int closed;

static void see(const char *what, mr_str a, mr_str b)
{
	size_t n = strlen(seen);

	snprintf(seen + n, sizeof seen - n, "%s(%.*s,%.*s)", what, MR_STR_ARG(a), MR_STR_ARG(b));
}

static mr_code open_target(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	(void)host;
	(void)err;
	see("open", args->uri, mr_str_make(NULL, 0));
	*self = &answer;
	return outcome;
}

static void close_target(void *self)
{
	assert_ptr_equal(self, &answer);
	closed++;
}

static mr_code create(void *self, const struct mr_deployment_spec *spec, struct mr_deployment_info *out, mr_call *call,
		      mr_error *err)
{
	(void)self;
	(void)call;
	(void)err;
	see("create", spec->name, spec->model_uri);
	for (size_t i = 0; i < spec->config_n; i++)
		see("C", spec->config[i].key, spec->config[i].value);
	*out = answer;
	return outcome;
}

static mr_code get(void *self, mr_str name, mr_str endpoint, struct mr_deployment_info *out, mr_call *call, mr_error *err)
{
	(void)self;
	(void)call;
	(void)err;
	see("get", name, endpoint);
	*out = answer;
	return outcome;
}

static mr_code list(void *self, mr_str endpoint, mr_deployment_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	mr_code code = MR_OK;

	(void)self;
	(void)call;
	see("list", endpoint, mr_str_make(NULL, 0));
	for (int i = 0; i < 2 && code == MR_OK; i++)
		code = visit(arg, &answer, err);
	return code;
}

static mr_code predict(void *self, const struct mr_deployment_input *input, mr_str *out, mr_call *call, mr_error *err)
{
	(void)self;
	(void)call;
	(void)err;
	see("predict", input->deployment, input->content_type);
	*out = prediction;
	return outcome;
}

static mr_code target_help(const mr_host *host, mr_str *out, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	(void)err;
	*out = mr_str_from("no help");
	return MR_OK;
}

static const struct mr_deployments_ops table = {.size = sizeof table,
						.open = open_target,
						.close = close_target,
						.create = create,
						.list = list,
						.get = get,
						.predict = predict,
						.target_help = target_help};
static const struct mr_deployments_ops helpless = {.size = sizeof helpless, .open = open_target};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_DEPLOYMENTS, "scripted", &table, NULL, 0)                                          \
	ENTRY(MR_GROUP_DEPLOYMENTS, "Odd_Name", &table, NULL, 0)                                          \
	ENTRY(MR_GROUP_DEPLOYMENTS, "helpless", &helpless, NULL, 0)
MR_PLUGIN_BUILTIN(scripted_plugin, "scripted-plugin", "1", "A target that does what a test says.", "Apache-2.0", ENTRIES)

static mr_deployments *d;
static mr_error err;

static int set_up(void **state)
{
	(void)state;
	mr_plugins_add_builtin(&scripted_plugin);
	answer = (struct mr_deployment_info){.size = sizeof answer, .name = mr_str_from("a")};
	outcome = MR_OK;
	seen[0] = 0;
	closed = 0;
	mr_error_init(&err);
	return mr_deploy_client("scripted:/x", &d, &err) == MR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_deploy_close(d);
	return closed == 1 ? 0 : -1;
}

static void targets_are_found_by_their_uri(void **state)
{
	static const struct {
		const char *uri, *name;
	} cases[] = {{"local", "local"}, {"LOCAL:/x", "local"}, {"http://h:1/p", "http"}, {"MyTarget", "MyTarget"},
		     {"my_target:/x", "my_target"}, {"a://b", "a"}};
	mr_deployments *found;
	mr_str name;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(mr_deploy_target_name(mr_str_from(cases[i].uri), arena, &name, NULL), MR_OK);
		assert_text(name, cases[i].name);
	}
	assert_int_equal(mr_deploy_target_name(mr_str_from(""), arena, &name, &err), MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "Not a proper deployment URI");
	mr_error_init(&err);
	assert_int_equal(mr_deploy_client("Odd_Name:/y", &found, &err), MR_OK);
	mr_deploy_close(found);
	closed = 0;
	assert_int_not_equal(mr_deploy_client("scrpted", &found, &err), MR_OK);
	assert_says(&err, "'scrpted'");
	assert_says(&err, "scripted");
	mr_error_init(&err);
	assert_int_equal(mr_deploy_client("helpless", &found, &err), MR_INVALID_STATE);
	assert_says(&err, "without the function target_help");
	mr_error_init(&err);
	unsetenv("MLFLOW_DEPLOYMENTS_TARGET");
	assert_int_equal(mr_deploy_client(NULL, &found, &err), MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "MLFLOW_DEPLOYMENTS_TARGET");
	mr_error_init(&err);
	assert_int_not_equal(mr_deploy_client("scripted:/x?unknown=1", &found, &err), MR_OK);
	assert_says(&err, "has no option 'unknown'");
}

static void a_target_that_does_not_open_says_why(void **state)
{
	mr_deployments *found;

	(void)state;
	outcome = MR_IO_ERROR;
	assert_int_equal(mr_deploy_client("scripted", &found, &err), MR_IO_ERROR);
	assert_null(found);
	assert_says(&err, "scripted-plugin failed in open");
}

static void a_description_is_json_with_a_name(void **state)
{
	struct mr_map_string fields[] = {{mr_str_from("url"), mr_str_from("x\"y")}};
	struct mr_map_string given[] = {{mr_str_from("k"), mr_str_from("v")}};
	struct mr_deploy_request request = {.name = "a", .model_uri = "m", .config = given, .config_n = 1};
	mr_str out;

	(void)state;
	answer.flavor = mr_str_from("onnx");
	answer.fields = fields;
	answer.fields_n = 1;
	answer.json = mr_str_from("{\"name\": \"other\", \"url\": 1, \"n\": [1, null]}");
	assert_int_equal(mr_deploy_create(d, &request, &out, &err), MR_OK);
	assert_string_equal(out.ptr, "{\"name\": \"a\", \"flavor\": \"onnx\", \"url\": \"x\\\"y\", \"n\": [1, null]}");
	mr_str_free(out);
	assert_string_equal(seen, "open(scripted:/x,)create(a,m)C(k,v)");
	answer = (struct mr_deployment_info){.size = sizeof answer, .json = mr_str_from("{\"name\": \"a\", \"x\": {}}")};
	assert_int_equal(mr_deploy_list(d, "e", &out, &err), MR_OK);
	assert_string_equal(out.ptr, "[{\"name\": \"a\", \"x\": {}}, {\"name\": \"a\", \"x\": {}}]");
	mr_str_free(out);
	assert_int_equal(mr_deploy_get(d, "a", NULL, NULL, &err), MR_OK); /* nobody wants it */
}

static void descriptions_that_break_the_contract_are_refused(void **state)
{
	static const struct {
		const char *name, *json, *says;
	} cases[] = {
		{"", "", "a description has no \"name\""},
		{"", "{\"name\": 1}", "a description has no \"name\""},
		{"b", "", "asked for 'a', it described 'b'"},
		{"a", "[1]", "no JSON object"},
		{"a", "{\"x\": }", "no JSON:"},
	};
	mr_str out;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		answer.name = mr_str_from(cases[i].name);
		answer.json = mr_str_from(cases[i].json);
		mr_error_init(&err);
		assert_int_equal(mr_deploy_get(d, "a", NULL, &out, &err), MR_INVALID_STATE);
		assert_says(&err, "The plugin scripted-plugin broke the contract");
		assert_says(&err, cases[i].says);
	}
	outcome = MR_RESOURCE_DOES_NOT_EXIST;
	mr_error_init(&err);
	assert_int_equal(mr_deploy_get(d, "a", NULL, &out, &err), MR_RESOURCE_DOES_NOT_EXIST);
	assert_says(&err, "scripted-plugin failed in get without saying why");
}

static void what_is_given_is_checked_first(void **state)
{
	struct mr_map_string twice[] = {{mr_str_from("k"), mr_str_from("1")}, {mr_str_from("k"), mr_str_from("2")}};
	static const char opened[] = "open(scripted:/x,)";
	mr_str out;

	(void)state;
	assert_int_equal(mr_deploy_create(d, &(struct mr_deploy_request){.model_uri = "m"}, &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "name of the deployment");
	mr_error_init(&err);
	assert_int_equal(mr_deploy_create(d, &(struct mr_deploy_request){.name = "a"}, &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "URI of the model");
	mr_error_init(&err);
	assert_int_equal(mr_deploy_create(d, &(struct mr_deploy_request){.name = "a\n", .model_uri = "m"}, &out, &err),
			 MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_deploy_create(d, &(struct mr_deploy_request){.name = "a", .model_uri = "m", .config = twice, .config_n = 2},
					  &out, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "Repeated parameter: 'k'");
	mr_error_init(&err);
	assert_int_equal(mr_deploy_predict(d, "a", "e", mr_str_from("1"), NULL, &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_int_equal(mr_deploy_predict(d, NULL, NULL, mr_str_from("1"), NULL, &out, NULL), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_equal(mr_deploy_predict(d, "a", NULL, mr_str_from("{"), NULL, &out, &err), MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "no JSON");
	assert_string_equal(seen, opened);
}

static void what_a_target_has_not_is_said(void **state)
{
	struct mr_deploy_request request = {.name = "a"};
	mr_str out;

	(void)state;
	assert_int_equal(mr_deploy_update(d, &request, &out, &err), MR_NOT_IMPLEMENTED);
	assert_says(&err, "'scripted' (plugin scripted-plugin) cannot do this: it has no function update");
	assert_int_equal(mr_deploy_delete(d, &request, NULL), MR_NOT_IMPLEMENTED);
	assert_int_equal(mr_deploy_list_endpoints(d, &out, NULL), MR_NOT_IMPLEMENTED);
	assert_int_equal(mr_deploy_create_endpoint(d, "e", NULL, 0, &out, NULL), MR_NOT_IMPLEMENTED);
	mr_error_init(&err);
	assert_int_equal(mr_deploy_explain(d, "a", NULL, mr_str_from("{}"), NULL, &out, &err), MR_NOT_IMPLEMENTED);
	assert_says(&err, "Computing model explanations is not yet supported");
	assert_int_equal(mr_deploy_help("scripted", &out, &err), MR_OK);
	assert_string_equal(out.ptr, "no help");
	mr_str_free(out);
}

static void predictions_are_json(void **state)
{
	mr_str out;

	(void)state;
	prediction = mr_str_from("{\"predictions\":[1]}");
	assert_int_equal(mr_deploy_predict(d, "a", NULL, mr_str_from("a,b\n"), "text/csv", &out, &err), MR_OK);
	assert_string_equal(out.ptr, "{\"predictions\":[1]}");
	mr_str_free(out);
	prediction = mr_str_from("[1]");
	assert_int_equal(mr_deploy_predict(d, "a", NULL, mr_str_from("{}"), NULL, &out, &err), MR_INVALID_STATE);
	assert_says(&err, "no JSON object");
	prediction = mr_str_from("nothing");
	mr_error_init(&err);
	assert_int_equal(mr_deploy_predict(d, "a", NULL, mr_str_from("{}"), NULL, &out, &err), MR_INVALID_STATE);
}

static void memory_may_run_out_anywhere(void **state)
{
	struct mr_deploy_request request = {.name = "a", .model_uri = "m"};
	mr_deployments *found;
	mr_str out;

	(void)state;
	answer.json = mr_str_from("{\"n\": [1, {\"x\": \"y\"}]}");
	for (long n = 1;; n++) {
		mr_code code;

		mr_inject_alloc_fail_at(n);
		code = mr_deploy_client("scripted:/x", &found, NULL);
		if (code == MR_OK && mr_deploy_create(found, &request, &out, NULL) == MR_OK)
			mr_str_free(out);
		mr_deploy_close(found);
		if (!mr_inject_alloc_off())
			break;
	}
	closed = 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(targets_are_found_by_their_uri),
		TEST(a_target_that_does_not_open_says_why),
		TEST(a_description_is_json_with_a_name),
		TEST(descriptions_that_break_the_contract_are_refused),
		TEST(what_is_given_is_checked_first),
		TEST(what_a_target_has_not_is_said),
		TEST(predictions_are_json),
		TEST(memory_may_run_out_anywhere),
	};

	return cmocka_run_group_tests(tests, set_up_arena, tear_down_arena);
}
