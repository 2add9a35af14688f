/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace models serve, predict, and describe of a saved model, with the flags
 * of `mlflow models`.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "cli/models.h"
#include "model/scoring.h"
#include "server/scoring_server.h"

#define INPUT_MAX ((size_t)1 << 30)
#define AT(member) offsetof(struct mr_models_flags, member)
#define MODEL_URI                                                                                                      \
	{"model-uri", 'm', MR_OPT_TEXT, AT(model_uri), "URI", NULL, NULL, 0, 0,                                        \
	 "The model: a folder, runs:/ID/PATH, models:/NAME/VERSION, models:/NAME@ALIAS, or any artifact URI."}
#define FLAVOR                                                                                                         \
	{"flavor", 0, MR_OPT_TEXT, AT(flavor), "NAME", NULL, NULL, 0, 0,                                               \
	 "Which of the model's flavors to load. Default: that of its python_function, else the first that a plugin loads."}
#define CONFIG                                                                                                         \
	{"config", 0, MR_OPT_LIST, AT(config), "KEY=VALUE", NULL, NULL, 0, 0,                                          \
	 "An option of the flavor's plugin, such as library=/opt/libxgboost.so. May be repeated."}
#define NO_ENVIRONMENTS                                                                                                \
	{"env-manager", 0, MR_OPT_IGNORED, 0, "NAME", NULL, NULL, 0, 0, "there is no Python environment to make."},   \
	{"no-conda", 0, MR_OPT_IGNORED, 0, NULL, NULL, NULL, 0, 0, "there is no Python environment to make."},         \
	{"install-mlflow", 0, MR_OPT_IGNORED, 0, NULL, NULL, NULL, 0, 0, "there is no Python environment to make."}

const struct mr_opt mr_models_serve_options[] = {
	MODEL_URI,
	{"port", 'p', MR_OPT_TEXT, AT(port), "PORT", "MLFLOW_PORT", NULL, 0, 0,
	 "The port to listen on; 0: any free one, which the first line of output names. Default: 5000."},
	{"host", 'h', MR_OPT_TEXT, AT(host), "HOST", "MLFLOW_HOST", NULL, 0, 0,
	 "The address to listen on. Default: 127.0.0.1, this machine only; 0.0.0.0 is every interface."},
	{"timeout", 't', MR_OPT_DURATION, AT(timeout), "TIME", "MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT", NULL, 0, 0,
	 "After this time a request is answered with 504. Default: 60s."},
	{"workers", 'w', MR_OPT_INT, AT(workers), "N", "MLFLOW_MODELS_WORKERS", NULL, 1, 64,
	 "Predictions at a time, in one process. Default: as many as there are processors."},
	{"allowed-hosts", 0, MR_OPT_TEXT, AT(allowed_hosts), "LIST", NULL, NULL, 0, 0,
	 "Comma-separated Host headers to accept. Default: on 127.0.0.1 those of this machine, else all."},
	FLAVOR,
	CONFIG,
	NO_ENVIRONMENTS,
};
_Static_assert(sizeof mr_models_serve_options / sizeof(struct mr_opt) == MR_MODELS_SERVE_OPTIONS_N, "as declared");

const struct mr_opt mr_models_predict_options[] = {
	MODEL_URI,
	{"input-path", 'i', MR_OPT_TEXT, AT(input), "FILE", NULL, NULL, 0, 0, "The data. Default: standard input."},
	{"output-path", 'o', MR_OPT_TEXT, AT(result), "FILE", NULL, NULL, 0, 0,
	 "Where the predictions go. Default: standard output."},
	{"content-type", 't', MR_OPT_TEXT, AT(content_type), "TYPE", NULL, NULL, 0, 0,
	 "json (dataframe_split, dataframe_records, instances or inputs) or csv. Default: json."},
	FLAVOR,
	CONFIG,
	NO_ENVIRONMENTS,
};
_Static_assert(sizeof mr_models_predict_options / sizeof(struct mr_opt) == MR_MODELS_PREDICT_OPTIONS_N, "as declared");

/* The pairs of --config as a JSON object. */
static mr_code config_json(struct mr_cli *cli, const struct mr_opt_list *pairs, mr_str *out)
{
	mr_str key, value;
	mr_json_writer w;
	mr_buf buf;
	mr_code code = MR_OK;
	size_t i;

	*out = mr_str_make("", 0);
	if (!pairs->n)
		return MR_OK;
	mr_buf_init(&buf, 1 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	for (i = 0; !code && i < pairs->n; i++) {
		code = mr_cli_pair(cli, pairs->items[i], &key, &value);
		if (code)
			break;
		mr_json_write_key(&w, key);
		mr_json_write_string(&w, value);
	}
	mr_json_write_end(&w, '}');
	if (!code)
		code = mr_buf_check(&buf, &cli->err);
	if (!code)
		*out = mr_arena_copy(cli->arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return code;
}

static mr_code open_model(struct mr_cli *cli, const struct mr_models_flags *f, bool files_only, mr_model **out)
{
	struct mr_model_options options = {.flavor = f->flavor, .files_only = files_only};
	mr_code code = mr_cli_need(cli, f->model_uri.len > 0, "--model-uri");

	*out = NULL;
	if (!code)
		code = mr_cli_client(cli, &options.client);
	if (!code)
		code = config_json(cli, &f->config, &options.config_json);
	return code ? code : mr_model_open(f->model_uri, &options, out, &cli->err);
}

static mr_code read_port(struct mr_cli *cli, mr_str text, int *out)
{
	int64_t port;

	if (!text.len)
		return MR_OK;
	if (!mr_parse_int64(text, &port) || port < 0 || port > 65535)
		return mr_error_set(&cli->err, MR_INVALID_PARAMETER_VALUE, "--port is a number from 0 to 65535, not '%.*s'",
				    MR_STR_ARG(text));
	*out = (int)port;
	return MR_OK;
}

mr_code mr_models_serve(struct mr_cli *cli, void *flags)
{
	struct mr_models_flags *f = flags;
	struct mr_scoring_config config = {.host = f->host, .port = 5000, .allowed_hosts = f->allowed_hosts};
	mr_model *model;
	mr_code code = read_port(cli, f->port, &config.port);

	if (!code)
		code = open_model(cli, f, false, &model);
	if (code)
		return code;
	config.timeout_ms = f->timeout;
	config.workers = (unsigned)f->workers;
	code = mr_scoring_run(model, &config, &cli->err);
	mr_model_close(model);
	return code;
}

/* ---- predict ---- */

static mr_code read_input(struct mr_cli *cli, mr_str path, mr_str *out)
{
	mr_buf all;
	char *room;
	ssize_t n = 1;

	if (path.len)
		return mr_file_read(path, INPUT_MAX, cli->arena, out, &cli->err);
	mr_buf_init(&all, INPUT_MAX);
	while (n > 0 && (room = mr_buf_reserve(&all, 65536))) {
		n = read(STDIN_FILENO, room, 65536);
		if (n > 0)
			all.len += (size_t)n;
	}
	*out = mr_arena_copy(cli->arena, mr_buf_view(&all));
	if (all.failed || !out->ptr)
		mr_error_set(&cli->err, MR_RESOURCE_EXHAUSTED, "Standard input has more than %zu bytes", INPUT_MAX);
	else if (n < 0)
		mr_error_set(&cli->err, MR_IO_ERROR, "Standard input cannot be read");
	mr_buf_dispose(&all);
	return cli->err.code;
}

static mr_code write_result(struct mr_cli *cli, mr_str path, mr_str json)
{
	if (path.len)
		return mr_file_write_atomic(path, json, &cli->err);
	if (fwrite(json.ptr, 1, json.len, stdout) != json.len || fflush(stdout))
		return mr_error_set(&cli->err, MR_IO_ERROR, "Standard output cannot be written");
	return MR_OK;
}

static mr_code predict_and_print(struct mr_cli *cli, mr_model *model, const struct mr_score_input *input, mr_buf *out)
{
	struct mr_table predictions;
	mr_code code = mr_model_predict(model, &input->table.schema, &input->table.array, input->params_json, &predictions,
					cli->call, &cli->err);

	if (code)
		return code;
	code = mr_score_print(&predictions, input->frame, out, &cli->err);
	mr_table_release(&predictions);
	return code;
}

mr_code mr_models_predict(struct mr_cli *cli, void *flags)
{
	struct mr_models_flags *f = flags;
	bool csv = mr_str_is(f->content_type, "csv");
	struct mr_score_input input = {0};
	const struct mr_model_schema *schema;
	mr_model *model;
	mr_str body;
	mr_buf out;
	mr_code code;

	if (f->content_type.len && !csv && !mr_str_is(f->content_type, "json"))
		return mr_error_set(&cli->err, MR_INVALID_PARAMETER_VALUE, "Unknown content type '%.*s'; it is json or csv",
				    MR_STR_ARG(f->content_type));
	code = open_model(cli, f, false, &model);
	if (code)
		return code;
	mr_buf_init(&out, INPUT_MAX);
	schema = mr_model_info(model)->inputs;
	code = read_input(cli, f->input, &body);
	if (!code)
		code = (csv ? mr_score_read_csv : mr_score_read_json)(body, schema, cli->arena, &input, &cli->err);
	if (!code)
		code = predict_and_print(cli, model, &input, &out);
	if (!code)
		code = write_result(cli, f->result, mr_buf_view(&out));
	mr_table_release(&input.table);
	mr_buf_dispose(&out);
	mr_model_close(model);
	return code;
}

/* ---- describe ---- */

static mr_str schema_text(struct mr_cli *cli, const struct mr_model_schema *schema)
{
	mr_str out = mr_str_from("-");
	mr_buf buf;

	mr_buf_init(&buf, 1 << 20);
	if (schema) {
		mr_model_schema_print(schema, &buf);
		out = mr_arena_copy(cli->arena, mr_buf_view(&buf));
	}
	mr_buf_dispose(&buf);
	return out;
}

static mr_str flavors_text(struct mr_cli *cli, const struct mr_mlmodel *info)
{
	mr_str out = mr_str_make("", 0);
	size_t i;

	for (i = 0; i < info->flavors_n; i++)
		out = mr_arena_printf(cli->arena, "%.*s%s%.*s", MR_STR_ARG(out), i ? ", " : "",
				      MR_STR_ARG(info->flavors[i].name));
	return out;
}

static void print_line(const char *name, mr_str value)
{
	if (value.len)
		printf("%-14s %.*s\n", name, MR_STR_ARG(value));
}

/* "fits the signature", or why it does not; empty: there is none. */
static mr_str example_text(struct mr_cli *cli, const mr_model *model)
{
	mr_str example;
	mr_error why;

	mr_error_init(&why);
	if (mr_model_example(model, cli->arena, &example, &why) == MR_OK && !example.len)
		return example;
	if (why.code || mr_model_check_example(model, example, &why))
		return mr_arena_printf(cli->arena, "does not fit the signature: %s", why.message);
	return mr_str_from("fits the signature");
}

static void print_table(struct mr_cli *cli, const struct mr_mlmodel *info, mr_str native, mr_str details, mr_str example)
{
	size_t i;

	print_line("flavors", flavors_text(cli, info));
	print_line("loads here as", native);
	print_line("of it", details);
	print_line("inputs", schema_text(cli, info->inputs));
	print_line("outputs", schema_text(cli, info->outputs));
	for (i = 0; i < info->params_n; i++)
		printf("%-14s %.*s: %.*s\n", i ? "" : "params", MR_STR_ARG(info->params[i].name),
		       MR_STR_ARG(info->params[i].type_name));
	print_line("example", example);
	print_line("run", info->run_id);
	print_line("model id", info->model_id);
	print_line("uuid", info->model_uuid);
	print_line("created (UTC)", info->utc_time_created);
	print_line("mlflow", info->mlflow_version);
}

static void print_json(const struct mr_mlmodel *info, mr_str native, mr_str details, mr_str example)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 64 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("native_flavor"));
	if (native.len)
		mr_json_write_string(&w, native);
	else
		mr_json_write_null(&w);
	mr_json_write_key(&w, mr_str_from("native"));
	mr_json_write_raw(&w, details.len ? details : mr_str_from("null"));
	mr_json_write_key(&w, mr_str_from("input_example"));
	if (example.len)
		mr_json_write_string(&w, example);
	else
		mr_json_write_null(&w);
	mr_json_write_key(&w, mr_str_from("mlmodel"));
	mr_json_write_tree(&w, info->root);
	mr_json_write_end(&w, '}');
	printf("%.*s\n", MR_STR_ARG(mr_buf_view(&buf)));
	mr_buf_dispose(&buf);
}

/* A model that no plugin loads is described, too; what keeps it from being loaded goes to standard error. */
mr_code mr_models_describe_saved(struct mr_cli *cli, const struct mr_models_flags *f)
{
	struct mr_model_options options = {.flavor = f->flavor};
	mr_str native = mr_str_make("", 0), details = native;
	mr_model *model;
	mr_error why;
	mr_code code = open_model(cli, f, true, &model);

	if (code)
		return code;
	mr_error_init(&why);
	if (mr_model_load(model, &options, &why)) {
		fprintf(stderr, "Not loaded here: %s\n", why.message);
	} else {
		native = mr_model_flavor_name(model);
		if (mr_model_describe(model, &details, cli->call, &why))
			details = mr_str_make("", 0);
	}
	if (cli->output == MR_OUTPUT_JSON)
		print_json(mr_model_info(model), native, details, example_text(cli, model));
	else
		print_table(cli, mr_model_info(model), native, details, example_text(cli, model));
	mr_model_close(model);
	return MR_OK;
}
