/* SPDX-License-Identifier: Apache-2.0
 *
 * Deploys a model from a program: deploys TARGET MODEL COMMAND. It prints the
 * description, what there is, and a prediction; the deployment outlives it.
 */
#include <millrace.h>
#include <stdlib.h>

static void need(mr_code code, const mr_error *err)
{
	if (code == MR_OK)
		return;
	fprintf(stderr, "%s\n", err->message);
	exit(1);
}

static void print(mr_str text)
{
	printf("%s\n", text.ptr);
	mr_str_free(text);
}

int main(int argc, char **argv)
{
	struct mr_map_string config;
	struct mr_deploy_request request = {.name = "lib", .config = &config, .config_n = 1};
	mr_deployments *target;
	mr_error err;
	mr_str out;

	if (argc != 4)
		return 2;
	config.key = mr_str_from("command");
	config.value = mr_str_from(argv[3]);
	request.model_uri = argv[2];
	mr_error_init(&err);
	need(mr_plugins_json(&out, &err), &err); /* plugins are looked for before the first target is opened */
	mr_str_free(out);
	need(mr_deploy_client(argv[1], &target, &err), &err);
	need(mr_deploy_create(target, &request, &out, &err), &err);
	print(out);
	need(mr_deploy_list(target, NULL, &out, &err), &err);
	print(out);
	need(mr_deploy_predict(target, "lib", NULL, mr_str_from("{\"inputs\": [7]}"), "application/json", &out, &err), &err);
	print(out);
	need(mr_deploy_help(argv[1], &out, &err), &err);
	print(out);
	mr_deploy_close(target);
	return 0;
}
