/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace deployments: models deployed to a target.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "cli/python_repr.h"
#include "cli/sub.h"
#include "deploy/supervise.h"
#include "deploy/target.h"

enum { INPUT_MAX = 1 << 30, OUTPUT_MAX = 1 << 30 };

struct flags {
	struct mr_common_flags common;
	mr_str target, name, model_uri, flavor, endpoint, input_path, output_path, content_type;
	struct mr_opt_list config;
};

#define AT(member) offsetof(struct flags, member)
#define TARGET                                                                                           \
	{"target", 't', MR_OPT_TEXT, AT(target), "URI", "MLFLOW_DEPLOYMENTS_TARGET", NULL, 0, 0,          \
	 "Where to: local, http://HOST:PORT, or a target that a plugin brings. `millrace deployments help -t TARGET` tells of each."}
#define NAME {"name", 0, MR_OPT_TEXT, AT(name), "NAME", NULL, NULL, 0, 0, "Name of the deployment."}
#define ENDPOINT {"endpoint", 0, MR_OPT_TEXT, AT(endpoint), "NAME", NULL, NULL, 0, 0, "Name of the endpoint."}
#define CONFIG                                                                                           \
	{"config", 'C', MR_OPT_LIST, AT(config), "NAME=VALUE", NULL, NULL, 0, 0,                          \
	 "A setting that the target understands. May be repeated."}
#define MODEL                                                                                            \
	{"model-uri", 'm', MR_OPT_TEXT, AT(model_uri), "URI", NULL, NULL, 0, 0,                           \
	 "The model: a folder, runs:/ID/PATH, models:/NAME/VERSION, models:/NAME@ALIAS, s3://..."}
#define FLAVOR                                                                                           \
	{"flavor", 'f', MR_OPT_TEXT, AT(flavor), "FLAVOR", NULL, NULL, 0, 0, "Which of the model's flavors. Default: the target chooses."}

static const struct mr_opt create_options[] = {TARGET, NAME, MODEL, FLAVOR, CONFIG, ENDPOINT};
static const struct mr_opt delete_options[] = {TARGET, NAME, CONFIG, ENDPOINT};
static const struct mr_opt list_options[] = {TARGET, ENDPOINT};
static const struct mr_opt get_options[] = {TARGET, NAME, ENDPOINT};
static const struct mr_opt target_options[] = {TARGET};
static const struct mr_opt run_options[] = {TARGET, NAME, MODEL, FLAVOR, CONFIG};
static const struct mr_opt predict_options[] = {
	TARGET,
	NAME,
	ENDPOINT,
	{"input-path", 'I', MR_OPT_TEXT, AT(input_path), "FILE", NULL, NULL, 0, 0, "What to predict; -, or nothing: standard input."},
	{"output-path", 'O', MR_OPT_TEXT, AT(output_path), "FILE", NULL, NULL, 0, 0, "Where the answer goes. Default: standard output."},
	{"content-type", 0, MR_OPT_TEXT, AT(content_type), "TYPE", NULL, NULL, 0, 0,
	 "Of the input. Default: text/csv for FILE.csv, else application/json."},
};
static const struct mr_opt endpoint_options[] = {TARGET, ENDPOINT, CONFIG};
static const struct mr_opt endpoint_name_options[] = {TARGET, ENDPOINT};

/* ---- in ---- */

static mr_code make_config(struct mr_cli *cli, const struct flags *f, struct mr_map_string **out)
{
	struct mr_map_string *pairs = mr_arena_alloc(cli->arena, (f->config.n + 1) * sizeof *pairs);
	mr_code code = pairs ? MR_OK : mr_error_no_memory(&cli->err);

	for (size_t i = 0; i < f->config.n && code == MR_OK; i++) {
		const char *equals = memchr(f->config.items[i].ptr, '=', f->config.items[i].len);

		if (!equals || equals == f->config.items[i].ptr)
			return mr_error_set(&cli->err, MR_BAD_REQUEST,
					    "Config options must be a pair and should be provided as ``-C key=value`` or "
					    "``--config key=value``, not '%.*s'", MR_STR_ARG(f->config.items[i]));
		code = mr_cli_pair(cli, f->config.items[i], &pairs[i].key, &pairs[i].value);
	}
	*out = pairs;
	return code;
}

static mr_code open_target(struct mr_cli *cli, const struct flags *f, mr_deployments **out)
{
	mr_client *client;
	mr_code code = mr_cli_client(cli, &client);

	*out = NULL;
	return code == MR_OK ? mr_deploy_open(f->target.ptr, client, out, &cli->err) : code;
}

/* Options that must be there, in MLflow's order; then the config, then the target. */
static mr_code begin(struct mr_cli *cli, const struct flags *f, struct mr_deploy_request *request, bool model,
		     mr_deployments **target)
{
	struct mr_map_string *config;
	mr_code code = mr_cli_need(cli, f->name.len, "--name");

	*target = NULL;
	if (code == MR_OK)
		code = mr_cli_need(cli, f->target.len, "--target");
	if (code == MR_OK && model)
		code = mr_cli_need(cli, f->model_uri.len, "--model-uri");
	if (code == MR_OK)
		code = make_config(cli, f, &config);
	if (code != MR_OK)
		return code;
	*request = (struct mr_deploy_request){.name = f->name.ptr,
					      .model_uri = f->model_uri.ptr,
					      .flavor = f->flavor.ptr,
					      .endpoint = f->endpoint.ptr,
					      .config = config,
					      .config_n = f->config.n};
	return open_target(cli, f, target);
}

/* ---- out ---- */

/* What came back, as a tree for printing; the text lives as long as the command. */
static mr_code take(struct mr_cli *cli, mr_str *json, mr_json **tree)
{
	mr_str copy = mr_arena_copy(cli->arena, *json);

	mr_str_free(*json);
	*json = copy;
	return copy.ptr ? mr_json_parse(copy, cli->arena, tree, &cli->err) : mr_error_no_memory(&cli->err);
}

static mr_str show(struct mr_cli *cli, const mr_json *value, bool repr)
{
	mr_str out;
	mr_buf buf;

	mr_buf_init(&buf, OUTPUT_MAX);
	if (value && repr)
		mr_python_repr(value, &buf);
	else if (value)
		mr_python_str(value, &buf);
	out = mr_arena_copy(cli->arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

static mr_code print_get(struct mr_cli *cli, mr_code code, mr_str json)
{
	mr_json *tree;

	if (code == MR_OK)
		code = take(cli, &json, &tree);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON) {
		printf("%.*s\n", MR_STR_ARG(json));
		return MR_OK;
	}
	for (size_t i = 0; i < tree->count; i++)
		printf("%.*s: %.*s\n", MR_STR_ARG(tree->keys[i]), MR_STR_ARG(show(cli, &tree->items[i], false)));
	printf("\n\n"); /* as MLflow does */
	return MR_OK;
}

static void print_table(struct mr_cli *cli, const mr_json *rows, const char *const *keys, const char *const *headings,
			size_t n, const char *nothing)
{
	struct mr_rows_printer printer;
	mr_str cells[8];

	mr_print_begin(&printer, cli->arena, cli->output, headings, n);
	for (size_t i = 0; i < rows->count; i++) {
		for (size_t k = 0; k < n; k++)
			cells[k] = show(cli, mr_json_get(&rows->items[i], keys[k]), false);
		mr_print_row(&printer, cells);
	}
	mr_print_end(&printer, nothing);
}

/* As MLflow prints it, unless --output says otherwise. */
static mr_code print_list(struct mr_cli *cli, mr_code code, mr_str json, const char *what, const char *const *keys,
			  const char *const *headings, size_t n)
{
	mr_json *tree;

	if (code == MR_OK)
		code = take(cli, &json, &tree);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		printf("%.*s\n", MR_STR_ARG(json));
	else if (cli->common->output.len)
		print_table(cli, tree, keys, headings, n, "There are none.");
	else
		printf("List of all %s:\n%.*s\n", what, MR_STR_ARG(show(cli, tree, true)));
	return MR_OK;
}

/* ---- deployments ---- */

static mr_code create(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_deploy_request request;
	mr_deployments *target;
	mr_str json, flavor;
	mr_json *tree;
	mr_code code = begin(cli, f, &request, true, &target);

	if (code == MR_OK)
		code = mr_deploy_create(target, &request, &json, &cli->err);
	if (code == MR_OK)
		code = take(cli, &json, &tree);
	mr_deploy_close(target);
	if (code != MR_OK)
		return code;
	flavor = mr_json_str(mr_json_get(tree, "flavor"), mr_str_make("", 0));
	if (cli->output == MR_OUTPUT_JSON)
		printf("%.*s\n", MR_STR_ARG(json));
	else
		printf("\n%.*s%sdeployment %.*s is created\n", MR_STR_ARG(flavor), flavor.len ? " " : "", MR_STR_ARG(f->name));
	return MR_OK;
}

static mr_code update(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_deploy_request request;
	mr_deployments *target;
	mr_str json, flavor;
	mr_json *tree;
	mr_code code = begin(cli, f, &request, false, &target);

	if (code == MR_OK)
		code = mr_deploy_update(target, &request, &json, &cli->err);
	if (code == MR_OK)
		code = take(cli, &json, &tree);
	mr_deploy_close(target);
	if (code != MR_OK)
		return code;
	flavor = mr_json_str(mr_json_get(tree, "flavor"), mr_str_make("", 0));
	if (cli->output == MR_OUTPUT_JSON)
		printf("%.*s\n", MR_STR_ARG(json));
	else if (flavor.len)
		printf("Deployment %.*s is updated (with flavor %.*s)\n", MR_STR_ARG(f->name), MR_STR_ARG(flavor));
	else
		printf("Deployment %.*s is updated\n", MR_STR_ARG(f->name));
	return MR_OK;
}

static mr_code delete_one(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_deploy_request request;
	mr_deployments *target;
	mr_code code = begin(cli, f, &request, false, &target);

	if (code == MR_OK)
		code = mr_deploy_delete(target, &request, &cli->err);
	mr_deploy_close(target);
	if (code == MR_OK)
		printf("Deployment %.*s is deleted\n", MR_STR_ARG(f->name));
	return code;
}

static mr_code list(struct mr_cli *cli, void *arg)
{
	static const char *const keys[] = {"name", "state", "flavor", "url", "model_uri"};
	static const char *const headings[] = {"NAME", "STATE", "FLAVOR", "URL", "MODEL"};
	struct flags *f = arg;
	mr_deployments *target = NULL;
	mr_str json = mr_str_make(NULL, 0);
	mr_code code = mr_cli_need(cli, f->target.len, "--target");

	if (code == MR_OK)
		code = open_target(cli, f, &target);
	if (code == MR_OK)
		code = mr_deploy_list(target, f->endpoint.ptr, &json, &cli->err);
	mr_deploy_close(target);
	return print_list(cli, code, json, "deployments", keys, headings, 5);
}

static mr_code get(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	mr_deployments *target = NULL;
	mr_str json = mr_str_make(NULL, 0);
	mr_code code = mr_cli_need(cli, f->name.len, "--name");

	if (code == MR_OK)
		code = mr_cli_need(cli, f->target.len, "--target");
	if (code == MR_OK)
		code = open_target(cli, f, &target);
	if (code == MR_OK)
		code = mr_deploy_get(target, f->name.ptr, f->endpoint.ptr, &json, &cli->err);
	mr_deploy_close(target);
	return print_get(cli, code, json);
}

static mr_code target_help(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	mr_str text;
	mr_code code = mr_cli_need(cli, f->target.len, "--target");

	if (code == MR_OK)
		code = mr_deploy_help(f->target.ptr, &text, &cli->err);
	if (code != MR_OK)
		return code;
	printf("%.*s\n", MR_STR_ARG(text));
	mr_str_free(text);
	return MR_OK;
}

/* ---- serving in the foreground ---- */

static mr_call *running;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&running->cancelled, true);
}

static mr_code run_local(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct sigaction act = {.sa_handler = on_signal};
	struct mr_deploy_request request;
	mr_deployments *target;
	mr_code code = begin(cli, f, &request, true, &target);

	mr_deploy_close(target);
	if (code != MR_OK)
		return code;
	running = cli->call;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	return mr_deploy_run_local(f->target.ptr, &request, cli->call, &cli->err);
}

static mr_code supervise(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	mr_code code = mr_cli_need(cli, f->target.len, "--target");

	return code == MR_OK ? mr_deploy_supervise(f->target, &cli->err) : code;
}

/* ---- predictions ---- */

static mr_code read_stdin(struct mr_cli *cli, mr_str *out)
{
	mr_buf buf;
	char *at;
	ssize_t n = 1;

	if (isatty(STDIN_FILENO))
		fprintf(stderr, "Reading the input from the terminal; end it with Ctrl-D.\n");
	mr_buf_init(&buf, INPUT_MAX);
	while (n > 0 && (at = mr_buf_reserve(&buf, 1 << 16)) != NULL) {
		n = read(STDIN_FILENO, at, 1 << 16);
		buf.len += n > 0 ? (size_t)n : 0;
	}
	*out = mr_arena_copy(cli->arena, mr_buf_view(&buf));
	n = n == 0 && !buf.failed && out->ptr ? 0 : -1;
	mr_buf_dispose(&buf);
	return n == 0 ? MR_OK : mr_error_set(&cli->err, MR_IO_ERROR, "The standard input cannot be read, or is larger than 1 GiB");
}

static mr_code read_input(struct mr_cli *cli, struct flags *f, mr_str *body)
{
	bool csv = f->input_path.len > 4 && memcmp(f->input_path.ptr + f->input_path.len - 4, ".csv", 4) == 0;

	if (!f->content_type.len)
		f->content_type = mr_str_from(csv ? "text/csv" : "application/json");
	if (!f->input_path.len || mr_str_is(f->input_path, "-"))
		return read_stdin(cli, body);
	return mr_file_read(f->input_path, INPUT_MAX, cli->arena, body, &cli->err);
}

typedef mr_code ask_fn(mr_deployments *target, const char *name, const char *endpoint, mr_str body,
		       const char *content_type, mr_str *out, mr_error *err);

static mr_code ask(struct mr_cli *cli, struct flags *f, ask_fn *fn)
{
	mr_deployments *target = NULL;
	mr_str body, answer;
	mr_code code = mr_cli_need(cli, f->target.len, "--target");

	if (code == MR_OK && !f->name.len == !f->endpoint.len)
		code = mr_error_set(&cli->err, MR_BAD_REQUEST, "Must specify exactly one of --name or --endpoint.");
	if (code == MR_OK)
		code = read_input(cli, f, &body);
	if (code == MR_OK)
		code = open_target(cli, f, &target);
	if (code == MR_OK)
		code = fn(target, f->name.ptr, f->endpoint.ptr, body, f->content_type.ptr, &answer, &cli->err);
	mr_deploy_close(target);
	if (code != MR_OK)
		return code;
	if (f->output_path.len)
		code = mr_file_write_atomic(f->output_path, answer, &cli->err);
	else
		printf("%.*s%s", MR_STR_ARG(answer), answer.len && answer.ptr[answer.len - 1] == '\n' ? "" : "\n");
	mr_str_free(answer);
	return code;
}

static mr_code predict(struct mr_cli *cli, void *arg)
{
	return ask(cli, arg, mr_deploy_predict);
}

static mr_code explain(struct mr_cli *cli, void *arg)
{
	return ask(cli, arg, mr_deploy_explain);
}

/* ---- endpoints ---- */

static mr_code begin_endpoint(struct mr_cli *cli, const struct flags *f, struct mr_map_string **config,
			      mr_deployments **target)
{
	mr_code code = mr_cli_need(cli, f->endpoint.len, "--endpoint");

	*target = NULL;
	if (code == MR_OK)
		code = mr_cli_need(cli, f->target.len, "--target");
	if (code == MR_OK)
		code = make_config(cli, f, config);
	return code == MR_OK ? open_target(cli, f, target) : code;
}

typedef mr_code endpoint_fn(mr_deployments *target, const char *name, const struct mr_map_string *config,
			    size_t config_n, mr_str *out, mr_error *err);

static mr_code change_endpoint(struct mr_cli *cli, const struct flags *f, endpoint_fn *fn, const char *done)
{
	struct mr_map_string *config;
	mr_deployments *target;
	mr_str json;
	mr_code code = begin_endpoint(cli, f, &config, &target);

	if (code == MR_OK)
		code = fn(target, f->endpoint.ptr, config, f->config.n, &json, &cli->err);
	mr_deploy_close(target);
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		printf("%.*s\n", MR_STR_ARG(json));
	else
		printf("\nEndpoint %.*s is %s\n", MR_STR_ARG(f->endpoint), done);
	mr_str_free(json);
	return MR_OK;
}

static mr_code create_endpoint(struct mr_cli *cli, void *arg)
{
	return change_endpoint(cli, arg, mr_deploy_create_endpoint, "created");
}

static mr_code update_endpoint(struct mr_cli *cli, void *arg)
{
	return change_endpoint(cli, arg, mr_deploy_update_endpoint, "updated");
}

static mr_code delete_endpoint(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_map_string *config;
	mr_deployments *target;
	mr_code code = begin_endpoint(cli, f, &config, &target);

	if (code == MR_OK)
		code = mr_deploy_delete_endpoint(target, f->endpoint.ptr, &cli->err);
	mr_deploy_close(target);
	if (code == MR_OK)
		printf("\nEndpoint %.*s is deleted\n", MR_STR_ARG(f->endpoint));
	return code;
}

static mr_code list_endpoints(struct mr_cli *cli, void *arg)
{
	static const char *const keys[] = {"name", "endpoint_type", "model", "endpoint_url"};
	static const char *const headings[] = {"NAME", "TYPE", "MODEL", "URL"};
	struct flags *f = arg;
	mr_deployments *target = NULL;
	mr_str json = mr_str_make(NULL, 0);
	mr_code code = mr_cli_need(cli, f->target.len, "--target");

	if (code == MR_OK)
		code = open_target(cli, f, &target);
	if (code == MR_OK)
		code = mr_deploy_list_endpoints(target, &json, &cli->err);
	mr_deploy_close(target);
	return print_list(cli, code, json, "endpoints", keys, headings, 4);
}

static mr_code get_endpoint(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_map_string *config;
	mr_deployments *target;
	mr_str json = mr_str_make(NULL, 0);
	mr_code code = begin_endpoint(cli, f, &config, &target);

	if (code == MR_OK)
		code = mr_deploy_get_endpoint(target, f->endpoint.ptr, &json, &cli->err);
	mr_deploy_close(target);
	return print_get(cli, code, json);
}

#define N(array) array, sizeof array / sizeof *array
static const struct mr_sub subs[] = {
	{"create", "deploys a model", N(create_options), NULL, create,
	 "millrace deployments create -t local --name pumps -m models:/pumps/3"},
	{"update", "another model, flavor or setting for a deployment", N(create_options), NULL, update,
	 "millrace deployments update -t local --name pumps -m models:/pumps/4"},
	{"delete", "ends a deployment", N(delete_options), NULL, delete_one, "millrace deployments delete -t local --name pumps"},
	{"list", "the deployments of a target", N(list_options), NULL, list, "millrace deployments list -t local --output table"},
	{"get", "all that is known of one", N(get_options), NULL, get, "millrace deployments get -t local --name pumps"},
	{"predict", "asks a deployment or endpoint for predictions", N(predict_options), NULL, predict,
	 "millrace deployments predict -t local --name pumps -I rows.json"},
	{"explain", "asks for what explains the predictions", N(predict_options), NULL, explain,
	 "millrace deployments explain -t TARGET --name pumps -I rows.json"},
	{"run-local", "serves a model here, in the foreground, to try it", N(run_options), NULL, run_local,
	 "millrace deployments run-local -t local --name try -m models:/pumps/3 -C port=5001"},
	{"help", "what a target is, and its settings", N(target_options), NULL, target_help, "millrace deployments help -t local"},
	{"create-endpoint", "makes an endpoint", N(endpoint_options), NULL, create_endpoint,
	 "millrace deployments create-endpoint -t TARGET --endpoint front"},
	{"update-endpoint", "other settings for an endpoint", N(endpoint_options), NULL, update_endpoint,
	 "millrace deployments update-endpoint -t TARGET --endpoint front -C key=value"},
	{"delete-endpoint", "ends an endpoint", N(endpoint_name_options), NULL, delete_endpoint,
	 "millrace deployments delete-endpoint -t TARGET --endpoint front"},
	{"list-endpoints", "the endpoints of a target", N(target_options), NULL, list_endpoints,
	 "millrace deployments list-endpoints -t http://localhost:5000"},
	{"get-endpoint", "all that is known of one", N(endpoint_name_options), NULL, get_endpoint,
	 "millrace deployments get-endpoint -t http://localhost:5000 --endpoint chat"},
	{"supervise", "keeps the deployments of the target local up; other commands start it by themselves", N(target_options),
	 NULL, supervise, "millrace deployments supervise -t local"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_deployments(int argc, char **argv)
{
	static const struct mr_sub_table table = {
		"deployments",
		"Models deployed to a target: the built-in ones are local (scoring servers on this machine, supervised) and\n"
		"http, https (an MLflow deployments server); plugins bring others.",
		sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
