/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace plugins install|remove|verify: the files of a plugin folder.
 */
#include "author/author.h"
#include "base/json.h"
#include "cli/plugins.h"
#include "cli/python.h"

#define AT(member) offsetof(struct mr_plugins_flags, member)
#define WHERE                                                                                                          \
	{"user", 0,    MR_OPT_FLAG, AT(user), NULL,                                                                    \
	 NULL,	 NULL, 0,	    0,	      "In your own folder, ~/.local/share/millrace/plugins. The default."},    \
	{                                                                                                              \
		"system", 0, MR_OPT_FLAG, AT(system), NULL, NULL, NULL, 0, 0,                                          \
			"In the folder of this installation, for all its users."                                       \
	}
const struct mr_opt mr_plugins_install_options[] = {
	WHERE,
	{"checksum", 0, MR_OPT_TEXT, AT(checksum), "SHA256", NULL, NULL, 0, 0, "Refuse a file with another SHA-256."},
	{"key", 0, MR_OPT_TEXT, AT(key), "FILE", NULL, NULL, 0, 0,
	 "Refuse a file that is not signed with this public key: minisign's, or OpenSSL's of Ed25519 in PEM."},
	{"signature", 0, MR_OPT_TEXT, AT(signature), "FILE", NULL, NULL, 0, 0,
	 "Its signature. Default: the plugin's file with .minisig behind."},
};
_Static_assert(sizeof mr_plugins_install_options / sizeof *mr_plugins_install_options == MR_PLUGINS_INSTALL_OPTIONS,
	       "count them");
#undef AT

static mr_code where_of(struct mr_cli *cli, const struct mr_plugins_flags *f, mr_source_kind *where)
{
	*where = f->system ? MR_SOURCE_SYSTEM : MR_SOURCE_USER;
	return f->user && f->system ? mr_error_set(&cli->err, MR_BAD_REQUEST, "Give --user or --system, not both")
				    : MR_OK;
}

static mr_code print_json(struct mr_cli *cli, const struct mr_author_items *items)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 16 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < items->n; i++) {
		const struct mr_author_item *item = &items->list[i];

		mr_json_write_begin(&w, '{');
		mr_json_write_text(&w, "file",
		     mr_arena_printf(cli->arena, "%.*s/%.*s", MR_STR_ARG(items->folder), MR_STR_ARG(item->file)));
		mr_json_write_text(&w, "name", item->name);
		mr_json_write_text(&w, "version", item->version);
		mr_json_write_text(&w, "sha256", item->sha256);
		mr_json_write_text(&w, "signed_by", item->signed_by);
		mr_json_write_text(&w, "from", item->from);
		mr_json_write_text(&w, "state", item->state);
		mr_json_write_key(&w, mr_str_from("well"));
		mr_json_write_bool(&w, item->well);
		mr_json_write_end(&w, '}');
	}
	mr_json_write_end(&w, ']');
	return mr_print_json(&buf, &cli->err);
}

mr_code mr_plugins_install(struct mr_cli *cli, void *flags)
{
	struct mr_plugins_flags *f = flags;
	struct mr_author_install o = {.checksum = f->checksum, .key = f->key, .signature = f->signature};
	struct mr_author_items items;
	mr_code code = mr_cli_need(cli, cli->words.n == 1, "The file of a plugin, or a folder with some,");

	if (code == MR_OK)
		code = where_of(cli, f, &o.where);
	if (code == MR_OK && f->signature.len && !f->key.len)
		code = mr_error_set(&cli->err, MR_BAD_REQUEST, "A signature means nothing without --key");
	if (code != MR_OK)
		return code;
	o.path = cli->words.items[0];
	code = mr_author_install(&o, cli->arena, &items, &cli->err);
	if (code == MR_OK && cli->output == MR_OUTPUT_JSON) {
		code = print_json(cli, &items);
		mr_python_sync(cli);
	}
	if (code != MR_OK || cli->output == MR_OUTPUT_JSON)
		return code;
	for (size_t i = 0; i < items.n; i++)
		printf("Installed %.*s %.*s as %.*s/%.*s%s%.*s\n", MR_STR_ARG(items.list[i].name),
		       MR_STR_ARG(items.list[i].version), MR_STR_ARG(items.folder), MR_STR_ARG(items.list[i].file),
		       items.list[i].signed_by.len ? ", signed by " : "", MR_STR_ARG(items.list[i].signed_by));
	mr_python_sync(cli);
	return MR_OK;
}

mr_code mr_plugins_remove(struct mr_cli *cli, void *flags)
{
	struct mr_author_items items;
	mr_source_kind where;
	mr_code code = mr_cli_need(cli, cli->words.n == 1, "The name of one plugin");

	if (code == MR_OK)
		code = where_of(cli, flags, &where);
	if (code == MR_OK)
		code = mr_author_remove(where, cli->words.items[0], cli->arena, &items, &cli->err);
	if (code == MR_OK) {
		printf("Removed %.*s/%.*s\n", MR_STR_ARG(items.folder), MR_STR_ARG(items.list[0].file));
		mr_python_sync(cli);
	}
	return code;
}

mr_code mr_plugins_verify(struct mr_cli *cli, void *flags)
{
	static const char *const headings[] = {"FILE", "PLUGIN", "VERSION", "SIGNED BY", "STATE"};
	struct mr_rows_printer rows;
	struct mr_author_items items;
	mr_source_kind where;
	size_t wrong = 0;
	mr_code code = where_of(cli, flags, &where);

	if (code == MR_OK)
		code = mr_author_verify(where, cli->arena, &items, &cli->err);
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < items.n; i++)
		wrong += !items.list[i].well;
	if (cli->output == MR_OUTPUT_JSON) {
		code = print_json(cli, &items);
	} else {
		mr_print_begin(&rows, cli->arena, cli->output, headings, 5);
		for (size_t i = 0; i < items.n; i++) {
			mr_str cells[5] = {items.list[i].file, items.list[i].name, items.list[i].version,
					   items.list[i].signed_by, items.list[i].state};

			mr_print_row(&rows, cells);
		}
		mr_print_end(&rows, "No plugin was installed there.");
	}
	fflush(stdout);
	if (code == MR_OK && wrong)
		return mr_error_set(&cli->err, MR_DATA_LOSS, "%zu of %zu files in %.*s are not as they were installed",
				    wrong, items.n, MR_STR_ARG(items.folder));
	return code;
}
