/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace plugins: list says what there is, without running any of it;
 * the other subcommands have files of their own.
 */
#include "base/json.h"
#include "cli/plugins.h"
#include "plugin/listing.h"

static mr_code print_json(struct mr_cli *cli, const struct mr_plugin_info *const *list, size_t n)
{
	mr_buf buf;

	mr_buf_init(&buf, 64 << 20);
	mr_plugins_write_json(&buf, list, n);
	return mr_print_json(&buf, &cli->err);
}

/* Of a Python distribution the environment that it is installed in, else the rank of the folder. */
static mr_str source_text(const struct mr_plugin_info *p)
{
	return p->environment.len ? p->environment : mr_str_from(mr_source_name(p->source));
}

static mr_str entry_note(struct mr_cli *cli, const struct mr_plugin_info *p, const struct mr_entry_info *e)
{
	if (p->state == MR_PLUGIN_REFUSED)
		return mr_arena_printf(cli->arena, "refused: %.*s", MR_STR_ARG(p->why));
	if (p->state == MR_PLUGIN_DENIED)
		return p->why;
	if (e->ambiguous)
		return mr_str_from("ambiguous: another plugin of the same source has this name");
	if (e->shadowed_by)
		return mr_arena_printf(cli->arena, "shadowed by %.*s", MR_STR_ARG(e->shadowed_by->name));
	return mr_str_from("");
}

static void print_entries(struct mr_cli *cli, const struct mr_plugin_info *const *list, size_t n)
{
	static const char *const headings[] = {"GROUP", "NAME", "PLUGIN", "VERSION", "SOURCE", "NOTE"};
	struct mr_rows_printer rows;

	mr_print_begin(&rows, cli->arena, cli->output, headings, 6);
	for (size_t i = 0; i < n; i++) {
		const struct mr_plugin_info *p = list[i];
		struct mr_entry_info none = {.group = mr_str_from("-"), .name = mr_str_from("-")};

		for (size_t k = 0; k < p->entries_n || (k == 0 && p->state == MR_PLUGIN_REFUSED); k++) {
			const struct mr_entry_info *e = p->entries_n ? &p->entries[k] : &none;
			mr_str cells[6] = {e->group, e->name, p->name, p->version,
					   source_text(p), entry_note(cli, p, e)};

			mr_print_row(&rows, cells);
		}
	}
	mr_print_end(&rows, "There are no plugins.");
}

static mr_code list(struct mr_cli *cli, void *flags)
{
	const struct mr_plugin_info *const *plugins;
	size_t n;
	mr_code code = mr_plugins_list(&plugins, &n, &cli->err);

	(void)flags;
	if (code != MR_OK)
		return code;
	if (cli->output == MR_OUTPUT_JSON)
		return print_json(cli, plugins, n);
	print_entries(cli, plugins, n);
	return MR_OK;
}

static const struct mr_sub subs[] = {
	{"list", "all plugins that are found, with what they offer and which wins", NULL, 0, NULL, list, "millrace plugins list"},
	MR_PLUGINS_INFO,
	MR_PLUGINS_NEW,
	MR_PLUGINS_CHECK,
	MR_PLUGINS_INSTALL,
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_plugins(int argc, char **argv)
{
	static const struct mr_sub_table table = {
		"plugins", "Plugins: tracking stores, artifact repositories, run contexts and the other kinds.",
		sizeof(struct mr_plugins_flags), subs};

	return mr_sub_run(&table, argc, argv);
}
