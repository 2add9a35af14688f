/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sub.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/codec.h"
#include "plugin/host.h"

enum { CALL_MAX = 1 << 30 };

#define AT(member) offsetof(struct mr_common_flags, member)
static const struct mr_opt common_options[] = {
	{"tracking-uri", 0, MR_OPT_TEXT, AT(tracking_uri), "URI", NULL, NULL, 0, 0,
	 "Where experiments and runs are. Default: MLFLOW_TRACKING_URI, else ./mlruns if it holds experiments, else "
	 "sqlite:///mlflow.db."},
	{"registry-uri", 0, MR_OPT_TEXT, AT(registry_uri), "URI", NULL, NULL, 0, 0,
	 "Where registered models are. Default: MLFLOW_REGISTRY_URI, else with the runs."},
	{"output", 0, MR_OPT_TEXT, AT(output), "table|json|csv", NULL, NULL, 0, 0,
	 "table (for people), json or csv (for programs). Default: table."},
	{"plugin", 0, MR_OPT_LIST, AT(plugins), "FILE", NULL, NULL, 0, 0, "A plugin to use before all others. May be repeated."},
	{"python", 0, MR_OPT_LIST, AT(pythons), "PYTHON", NULL, NULL, 0, 0,
	 "A Python interpreter, or the folder of its environment, whose MLflow plugins are used before those of "
	 "MILLRACE_PYTHON, VIRTUAL_ENV and the python3 on PATH. May be repeated."},
	{"help", 0, MR_OPT_FLAG, 0, NULL, NULL, NULL, 0, 0, "This text."},
};
#undef AT

static void print_subs(FILE *out, const struct mr_sub_table *table)
{
	fprintf(out, "Usage: millrace %s SUBCOMMAND [OPTION...]\n\n%s\n\nSubcommands:\n", table->command, table->summary);
	for (const struct mr_sub *s = table->subs; s->name; s++)
		fprintf(out, "  %-15s %s\n", s->name, s->summary);
	fprintf(out, "\nmillrace %s SUBCOMMAND --help tells more of each.\n", table->command);
}

static mr_code start(struct mr_cli *cli)
{
	mr_code code = mr_output_parse(cli->common->output, &cli->output, &cli->err);

	for (size_t i = 0; i < cli->common->plugins.n && code == MR_OK; i++)
		code = mr_plugins_add_file(cli->common->plugins.items[i], &cli->err);
	for (size_t i = 0; i < cli->common->pythons.n && code == MR_OK; i++)
		code = mr_plugins_add_python(cli->common->pythons.items[i], &cli->err);
	return code;
}

static int finish(struct mr_cli *cli, mr_code code, bool usage)
{
	mr_client_close(cli->client);
	mr_call_free(cli->call);
	mr_arena_free(cli->arena);
	if (code == MR_OK && fflush(stdout) == 0)
		return MR_EXIT_OK;
	mr_cli_fail(cli->name, &cli->err);
	return usage ? MR_EXIT_USAGE : MR_EXIT_FAILED;
}

static int parse_and_run(const struct mr_sub *sub, const char *name, void *flags, int argc, char **argv)
{
	char usage[256], example[512];
	struct mr_opt_group groups[3] = {{"Options", sub->options, sub->options_n},
					 {"Options of all commands", common_options, sizeof common_options / sizeof *common_options - 1},
					 {NULL, NULL, 0}};
	struct mr_opt_table table = {usage, sub->summary, sub->example ? example : NULL,
				     sub->options_n ? groups : groups + 1};
	struct mr_cli cli = {.name = name, .common = flags, .arena = mr_arena_new(0), .call = mr_call_new(CALL_MAX)};
	mr_opt_outcome outcome;
	mr_code code;

	mr_error_init(&cli.err);
	if (!cli.arena || !cli.call)
		return finish(&cli, mr_error_no_memory(&cli.err), false);
	snprintf(usage, sizeof usage, "millrace %s [OPTION...]%s%s", name, sub->words ? " " : "", sub->words ? sub->words : "");
	snprintf(example, sizeof example, "Example:\n  %s\n", sub->example ? sub->example : "");
	outcome = mr_options_parse(&table, argc, argv, flags, sub->words ? &cli.words : NULL, cli.arena, &cli.err);
	if (outcome != MR_OPT_DONE)
		return finish(&cli, outcome == MR_OPT_HELPED ? MR_OK : MR_INVALID_PARAMETER_VALUE, true);
	code = start(&cli);
	if (code == MR_OK)
		code = sub->run(&cli, flags);
	return finish(&cli, code, cli.err.code == MR_BAD_REQUEST);
}

int mr_sub_run_one(const struct mr_sub *sub, size_t flags_size, int argc, char **argv)
{
	void *flags = calloc(1, flags_size);
	int status = flags ? parse_and_run(sub, sub->name, flags, argc, argv) : MR_EXIT_FAILED;

	free(flags);
	return status;
}

/* A subcommand of that name is something else than this text. */
static bool has_help(const struct mr_sub_table *table)
{
	for (const struct mr_sub *s = table->subs; s->name; s++)
		if (strcmp(s->name, "help") == 0)
			return true;
	return false;
}

static int run_sub(const struct mr_sub_table *table, const struct mr_sub *s, int argc, char **argv)
{
	void *flags = calloc(1, table->flags_size);
	char name[128];
	int status;

	snprintf(name, sizeof name, "%s %s", table->command, s->name);
	status = flags ? parse_and_run(s, name, flags, argc, argv) : MR_EXIT_FAILED;
	free(flags);
	return status;
}

static int take_tour(const struct mr_opt_tour *tour, const struct mr_sub_table *table)
{
	char *argv[] = {NULL};
	int status = MR_EXIT_OK;

	tour->command(tour->arg, table->summary);
	for (const struct mr_sub *s = table->subs; s->name && status == MR_EXIT_OK; s++) {
		tour->sub(tour->arg, s->name, s->summary);
		status = run_sub(table, s, 0, argv);
	}
	return status;
}

int mr_sub_run(const struct mr_sub_table *table, int argc, char **argv)
{
	bool help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
				 (strcmp(argv[1], "help") == 0 && !has_help(table)));

	if (mr_options_tour())
		return take_tour(mr_options_tour(), table);
	if (argc < 2 || help) {
		print_subs(help ? stdout : stderr, table);
		return help ? MR_EXIT_OK : MR_EXIT_USAGE;
	}
	for (const struct mr_sub *s = table->subs; s->name; s++) {
		if (strcmp(s->name, argv[1]) == 0)
			return run_sub(table, s, argc - 1, argv + 1);
	}
	fprintf(stderr, "millrace %s: there is no subcommand '%s'. See millrace %s --help\n", table->command, argv[1],
		table->command);
	return MR_EXIT_USAGE;
}

mr_code mr_cli_client(struct mr_cli *cli, mr_client **out)
{
	mr_code code = MR_OK;

	if (!cli->client)
		code = mr_client_open(cli->common->tracking_uri.ptr, cli->common->registry_uri.ptr, &cli->client, &cli->err);
	*out = cli->client;
	return code;
}

mr_code mr_cli_call(struct mr_cli *cli, const struct mr_op_desc *op, const void *request, void **response)
{
	mr_client *client;
	mr_code code = mr_cli_client(cli, &client);

	return code == MR_OK ? mr_client_invoke(client, op, request, response, cli->call, &cli->err) : code;
}

mr_code mr_cli_need(struct mr_cli *cli, bool given, const char *option)
{
	return given ? MR_OK
		     : mr_error_set(&cli->err, MR_BAD_REQUEST, "%s must be given. See millrace %s --help", option, cli->name);
}

mr_code mr_cli_print_message(struct mr_cli *cli, const struct mr_msg_desc *desc, const void *message)
{
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, CALL_MAX);
	code = mr_msg_encode(desc, message, MR_STYLE_PRETTY, &buf, &cli->err);
	if (code == MR_OK)
		printf("%.*s\n", MR_STR_ARG(mr_buf_view(&buf)));
	mr_buf_dispose(&buf);
	return code;
}

mr_code mr_cli_pair(struct mr_cli *cli, mr_str text, mr_str *key, mr_str *value)
{
	const char *equals = text.len ? memchr(text.ptr, '=', text.len) : NULL;

	if (!equals || equals == text.ptr)
		return mr_error_set(&cli->err, MR_BAD_REQUEST, "'%.*s' is not of the form KEY=VALUE", MR_STR_ARG(text));
	*key = mr_str_make(text.ptr, (size_t)(equals - text.ptr));
	*value = mr_str_make(equals + 1, text.len - key->len - 1);
	return MR_OK;
}
