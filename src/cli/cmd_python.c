/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace python list|sync: the Python environments, and the native plugins that MLflow finds in them.
 */
#include "author/author.h"
#include "base/json.h"
#include "cli/python.h"

struct flags {
	struct mr_common_flags common;
	bool check;
};

static mr_code print_json(struct mr_cli *cli, const struct mr_author_python *list, size_t n)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 16 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < n; i++) {
		mr_json_write_begin(&w, '{');
		mr_json_write_text(&w, "python", list[i].python);
		mr_json_write_text(&w, "version", list[i].version);
		mr_json_write_text(&w, "site", list[i].site);
		mr_json_write_text(&w, "millrace", list[i].package);
		mr_json_write_text(&w, "why", list[i].why);
		mr_json_write_key(&w, mr_str_from("plugins"));
		mr_json_write_begin(&w, '[');
		for (size_t k = 0; k < list[i].items_n; k++) {
			mr_json_write_begin(&w, '{');
			mr_json_write_text(&w, "name", list[i].items[k].plugin);
			mr_json_write_text(&w, "version", list[i].items[k].version);
			mr_json_write_text(&w, "file", list[i].items[k].file);
			mr_json_write_text(&w, "state", mr_str_from(mr_python_state_text(&list[i].items[k])));
			mr_json_write_end(&w, '}');
		}
		mr_json_write_end(&w, ']');
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, ']');
	return mr_print_json(&buf, &cli->err);
}

static void print_table(struct mr_cli *cli, const struct mr_author_python *list, size_t n)
{
	static const char *const headings[] = {"PYTHON", "VERSION", "MILLRACE", "PLUGIN", "STATE"};
	struct mr_rows_printer rows;

	mr_print_begin(&rows, cli->arena, cli->output, headings, 5);
	for (size_t i = 0; i < n; i++) {
		mr_str package = list[i].package.len ? list[i].package : mr_str_from("-");

		for (size_t k = 0; k < list[i].items_n || k == 0; k++) {
			bool any = k < list[i].items_n;
			mr_str cells[5] = {list[i].python, list[i].version, package, mr_str_from("-"), list[i].why};

			if (!list[i].package.len && !list[i].why.len)
				cells[4] = mr_str_from("the package millrace is not in it");

			if (any) {
				const struct mr_author_python_item *item = &list[i].items[k];

				cells[3] = mr_arena_printf(cli->arena, "%.*s %.*s", MR_STR_ARG(item->plugin), MR_STR_ARG(item->version));
				cells[4] = mr_str_from(mr_python_state_text(item));
			}
			mr_print_row(&rows, cells);
		}
	}
	mr_print_end(&rows, "No Python environment was found: name one with --python, or in MILLRACE_PYTHON.");
}

static mr_code show(struct mr_cli *cli, const struct mr_author_python *list, size_t n)
{
	mr_code code = MR_OK;

	if (cli->output == MR_OUTPUT_JSON)
		code = print_json(cli, list, n);
	else
		print_table(cli, list, n);
	fflush(stdout);
	return code;
}

static mr_code look(struct mr_cli *cli, bool change, struct mr_author_python **list, size_t *n)
{
	return mr_author_python(cli->common->pythons.items, cli->common->pythons.n, change, cli->arena, list, n, &cli->err);
}

static mr_code list(struct mr_cli *cli, void *flags)
{
	struct mr_author_python *list;
	size_t n;
	mr_code code = look(cli, false, &list, &n);

	(void)flags;
	return code == MR_OK ? show(cli, list, n) : code;
}

static size_t count_amiss(const struct mr_author_python *one)
{
	size_t n = 0;

	for (size_t k = 0; k < one->items_n; k++)
		n += one->items[k].state != MR_PYTHON_FINE && one->items[k].state != MR_PYTHON_FOREIGN && !one->items[k].done;
	return n;
}

static mr_code sync(struct mr_cli *cli, void *arg)
{
	const struct flags *flags = arg;
	struct mr_author_python *list;
	size_t n, amiss = 0;
	mr_code code = look(cli, !flags->check, &list, &n);

	if (code == MR_OK)
		code = show(cli, list, n);
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		amiss += count_amiss(&list[i]);
		if (list[i].why.len && (list[i].named || count_amiss(&list[i])))
			code = mr_error_set(&cli->err, MR_PERMISSION_DENIED, "%.*s", MR_STR_ARG(list[i].why));
	}
	if (code == MR_OK && amiss)
		code = mr_error_set(&cli->err, MR_INVALID_STATE,
				    "%zu of the plugins are not as MLflow should find them; `millrace python sync` mends that", amiss);
	return code;
}

void mr_python_sync(struct mr_cli *cli)
{
	struct mr_author_python *list;
	mr_error err = cli->err;
	size_t n;

	if (look(cli, true, &list, &n) != MR_OK) {
		fprintf(stderr, "millrace: The Python environments were not looked at: %s\n", cli->err.message);
		cli->err = err; /* what was asked for is done */
		return;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].items_n && cli->output != MR_OUTPUT_JSON; k++)
			if (list[i].items[k].done)
				printf("MLflow of %.*s: %.*s %.*s was %s\n", MR_STR_ARG(list[i].python), MR_STR_ARG(list[i].items[k].plugin),
				       MR_STR_ARG(list[i].items[k].version), mr_python_state_text(&list[i].items[k]));
		if (count_amiss(&list[i]) && list[i].why.len)
			fprintf(stderr, "millrace: MLflow of %.*s is not in step: %.*s\n", MR_STR_ARG(list[i].python), MR_STR_ARG(list[i].why));
	}
}

#define AT(member) offsetof(struct flags, member)
static const struct mr_opt sync_options[] = {
	{"check", 0, MR_OPT_FLAG, AT(check), NULL, NULL, NULL, 0, 0, "Change nothing; fail when something would have to be changed."},
};
#undef AT

static const struct mr_sub subs[] = {
	{"list", "the environments, the millrace package in them, and the plugins that MLflow finds there", NULL, 0, NULL, list,
	 "millrace python list"},
	{"sync", "shows the plugins of the plugin folders to MLflow in each environment with the millrace package", sync_options,
	 1, NULL, sync, "millrace python sync --python ~/venv"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_python(int argc, char **argv)
{
	static const struct mr_sub_table table = {
		"python",
		"Python environments in which native plugins are MLflow's: those of --python, MILLRACE_PYTHON and VIRTUAL_ENV, and that of python3.",
		sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
