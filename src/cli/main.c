/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace COMMAND [OPTION...]
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "client/builtins.h"
#include "deploy/deploy.h"
#include "evaluate/builtin.h"
#include "project/builtin.h"

static void print_help(FILE *out)
{
	fprintf(out, "Usage: millrace COMMAND [OPTION...]\n\nMLflow, natively.\n\nCommands:\n");
	for (const struct mr_command *c = mr_commands; c->name; c++)
		if (c->summary)
			fprintf(out, "  %-12s %s\n", c->name, c->summary);
	fprintf(out, "\nmillrace COMMAND --help tells more of each; millrace --version says which this is.\n");
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return MR_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("millrace, version %s\n", MR_VERSION);
		return MR_EXIT_OK;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return MR_EXIT_OK;
	}
	for (const struct mr_command *c = mr_commands; c->name; c++) {
		if (strcmp(c->name, argv[1]) != 0)
			continue;
		mr_builtins_register();
		mr_deploy_builtins_register();
		mr_project_register();
		mr_evaluators_register();
		return c->run(argc - 1, argv + 1);
	}
	fprintf(stderr, "millrace: there is no command '%s'. See millrace --help\n", argv[1]);
	return MR_EXIT_USAGE;
}
