/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

const struct mr_command mr_commands[] = {
	{"server", "serves MLflow's REST API, artifacts and the web pages", mr_cmd_server},
	{"ui", "the same as server", mr_cmd_server},
	{NULL, NULL, NULL},
};

int mr_cli_fail(const char *command, const mr_error *err)
{
	fprintf(stderr, "millrace %s: %s\n", command, err->length ? err->message : "it failed and did not say why");
	return MR_EXIT_FAILED;
}
