/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace manual: man pages and completions, made from the tables that the commands parse by.
 */
#include "cli/sub.h"
#include "cli/tour.h"

struct flags {
	struct mr_common_flags common;
	mr_str folder;
};

static const struct mr_opt man_options[] = {
	{"folder", 0, MR_OPT_TEXT, offsetof(struct flags, folder), "FOLDER", NULL, NULL, 0, 0, "Where they are written."}};

static mr_code man(struct mr_cli *cli, void *arg)
{
	struct flags *f = arg;
	struct mr_tour tour;
	mr_code code = mr_cli_need(cli, f->folder.len > 0, "--folder");

	if (code == MR_OK)
		code = mr_tour_take(cli->arena, &tour, &cli->err);
	return code == MR_OK ? mr_manual_write(&tour, f->folder, cli->arena, &cli->err) : code;
}

static mr_code complete(struct mr_cli *cli, void (*print)(const struct mr_tour *tour, FILE *out))
{
	struct mr_tour tour;
	mr_code code = mr_tour_take(cli->arena, &tour, &cli->err);

	if (code == MR_OK)
		print(&tour, stdout);
	return code;
}

static mr_code bash(struct mr_cli *cli, void *flags)
{
	(void)flags;
	return complete(cli, mr_complete_bash);
}

static mr_code zsh(struct mr_cli *cli, void *flags)
{
	(void)flags;
	return complete(cli, mr_complete_zsh);
}

static mr_code fish(struct mr_cli *cli, void *flags)
{
	(void)flags;
	return complete(cli, mr_complete_fish);
}

static const struct mr_sub subs[] = {
	{"bash", "completions for bash", NULL, 0, NULL, bash, "source <(millrace manual bash)"},
	{"zsh", "completions for zsh", NULL, 0, NULL, zsh, "millrace manual zsh >~/.zsh/completions/_millrace"},
	{"fish", "completions for fish", NULL, 0, NULL, fish, "millrace manual fish >~/.config/fish/completions/millrace.fish"},
	{"man", "man pages", man_options, 1, NULL, man, "millrace manual man --folder ~/.local/share/man/man1"},
	{NULL, NULL, NULL, 0, NULL, NULL, NULL},
};

int mr_cmd_manual(int argc, char **argv)
{
	static const struct mr_sub_table table = {"manual", "Completions for shells, and man pages; a package brings them.",
						  sizeof(struct flags), subs};

	return mr_sub_run(&table, argc, argv);
}
