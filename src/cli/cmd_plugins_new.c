/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace plugins new: a package to start from.
 */
#include "author/author.h"
#include "cli/plugins.h"

#define AT(member) offsetof(struct mr_plugins_flags, member)
const struct mr_opt mr_plugins_new_options[] = {
	{"group", 0, MR_OPT_TEXT, AT(group), "GROUP", NULL, NULL, 0, 0,
	 "The kind of plugin: tracking_store, model_registry_store, artifact_repository, run_context_provider, "
	 "request_header_provider, request_auth_provider, project_backend, deployments, model_evaluator, model_flavor, "
	 "app."},
	{"scheme", 0, MR_OPT_TEXT, AT(entry), "NAME", NULL, NULL, 0, 0,
	 "The URI scheme, or the name, by which users will ask for it. Default: the plugin's name."},
	{"folder", 0, MR_OPT_TEXT, AT(folder), "FOLDER", NULL, NULL, 0, 0, "Where the new folder goes. Default: here."},
	{"author", 0, MR_OPT_TEXT, AT(author), "'NAME <MAIL>'", NULL, NULL, 0, 0,
	 "Who writes it. Default: DEBFULLNAME and DEBEMAIL, else you on this machine."},
	{"wheel", 0, MR_OPT_FLAG, AT(wheel), NULL, NULL, NULL, 0, 0,
	 "Also a pyproject.toml, by which `pip wheel .` makes a Python wheel of the plugin, for MLflow."},
};
_Static_assert(sizeof mr_plugins_new_options / sizeof *mr_plugins_new_options == MR_PLUGINS_NEW_OPTIONS, "count them");
#undef AT

mr_code mr_plugins_new(struct mr_cli *cli, void *flags)
{
	struct mr_plugins_flags *f = flags;
	struct mr_author_new o = {.group = f->group, .entry = f->entry, .folder = f->folder, .author = f->author, .wheel = f->wheel};
	mr_str path;
	mr_code code = mr_cli_need(cli, cli->words.n == 1, "The name of the new plugin");

	if (code == MR_OK)
		code = mr_cli_need(cli, f->group.len > 0, "--group");
	if (code != MR_OK)
		return code;
	o.name = cli->words.items[0];
	code = mr_author_new(&o, cli->arena, &path, &cli->err);
	if (code == MR_OK)
		printf("%s is ready: its plugin.c is the smallest that does something.\n"
		       "Next:  cd %s && cmake -B build && cmake --build build && ctest --test-dir build\n",
		       path.ptr, path.ptr);
	if (code == MR_OK && f->wheel)
		printf("For MLflow in Python:  cd %s && pip wheel --no-deps .\n", path.ptr);
	return code;
}
