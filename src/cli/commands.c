/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

const struct mr_command mr_commands[] = {
	{"server", "serves MLflow's REST API, artifacts and the web pages", mr_cmd_server},
	{"ui", "the same as server", mr_cmd_server},
	{"experiments", "sets of runs: create, search, rename, delete", mr_cmd_experiments},
	{"runs", "runs: search, describe, create, delete", mr_cmd_runs},
	{"run", "runs a project: a folder, a zip, a git repository", mr_cmd_run},
	{"artifacts", "files of runs and models: list, log, download", mr_cmd_artifacts},
	{"models", "the model registry: versions, aliases, stages", mr_cmd_models},
	{"deployments", "models deployed to a target: create, update, predict", mr_cmd_deployments},
	{"evaluate", "judges predictions: metrics, charts, thresholds", mr_cmd_evaluate},
	{"plugins", "plugins: list, write, check and install them", mr_cmd_plugins},
	{"python", "Python environments, and the plugins that MLflow finds in them", mr_cmd_python},
	{"spool", "what was logged while a store was away", mr_cmd_spool},
	{"db", "databases: status, upgrade, check, hand back", mr_cmd_db},
	{"gc", "removes for good what was deleted", mr_cmd_gc},
	{"doctor", "versions, settings, and what is wrong", mr_cmd_doctor},
	{"openapi", "the OpenAPI document of the REST API", mr_cmd_openapi},
	{"manual", "man pages, and completions for bash, zsh and fish", mr_cmd_manual},
	{"serve-store", NULL, /* those without a line come last */
	  mr_cmd_serve_store},
	{NULL, NULL, NULL},
};

int mr_cli_fail(const char *command, const mr_error *err)
{
	fprintf(stderr, "millrace %s: %s\n", command, err->length ? err->message : "it failed and did not say why");
	return MR_EXIT_FAILED;
}
