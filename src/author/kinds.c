/* SPDX-License-Identifier: Apache-2.0 */
#include "author/kinds.h"

#include <millrace/default_experiment.h>
#include <millrace/model_flavor.h>

static const struct author_kind kinds[] = {
	{MR_GROUP_TRACKING_STORE, true,
	 "A tracking store that another store keeps, with a line in the log for each operation.",
	 "    MLFLOW_TRACKING_URI=@ENTRY@:///var/lib/runs millrace experiments search", NULL, NULL, NULL},
	{MR_GROUP_MODEL_REGISTRY_STORE, true,
	 "A model registry that another store keeps, with a line in the log for each operation.",
	 "    MLFLOW_REGISTRY_URI=@ENTRY@:///var/lib/models millrace models search", NULL, NULL, NULL},
	{MR_GROUP_ARTIFACT_REPOSITORY, true, "Artifacts below a place that has a short name.",
	 "    export @VARIABLE@_BASE=file:///mnt/archive\n    millrace artifacts list --artifact-uri @ENTRY@://models",
	 NULL, NULL, NULL},
	{MR_GROUP_RUN_CONTEXT, false, "Tags each run with the machine that it ran on.",
	 "Every run that begins from now on has the tags `@ENTRY@.host` and `@ENTRY@.architecture`.", NULL, NULL, NULL},
	{MR_GROUP_DEFAULT_EXPERIMENT, false, "Runs go to the experiment of their project, whose id is in a file.",
	 "    echo 3 >$HOME/.experiment\n    export @VARIABLE@_FILE=$HOME/.experiment\n\n"
	 "Runs whose program names no experiment go to experiment 3 from now on.",
	 "file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/experiment \"3\\n\")", "@VARIABLE@_FILE=${CMAKE_CURRENT_BINARY_DIR}/experiment", NULL},
	{MR_GROUP_REQUEST_HEADER, false, "Says in each request which machine it comes from.",
	 "Every request to a tracking server has the header `X-Client-Host` from now on.", NULL, NULL, NULL},
	{MR_GROUP_REQUEST_AUTH, false, "Sends a token from a file, which another program may renew.",
	 "    export MLFLOW_TRACKING_AUTH=@ENTRY@ @VARIABLE@_TOKEN_FILE=$HOME/token\n    millrace experiments search",
	 "file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/token \"for-the-test\\n\")",
	 "@VARIABLE@_TOKEN_FILE=${CMAKE_CURRENT_BINARY_DIR}/token", NULL},
	{MR_GROUP_PROJECT_BACKEND, false, "Runs projects on this machine, with the lowest priority.",
	 "    millrace run PROJECT --backend @ENTRY@", NULL, NULL, NULL},
	{MR_GROUP_DEPLOYMENTS, false, "Asks a scoring server that is there already.",
	 "    millrace deployments predict -t @ENTRY@:http://127.0.0.1:5000 --name any -I input.json", NULL, NULL,
	 " --uri @ENTRY@:http://127.0.0.1:9"},
	{MR_GROUP_MODEL_EVALUATOR, false,
	 "Judges a regressor by its largest error, and by how often it is near enough.",
	 "    millrace evaluate --evaluator @ENTRY@ --help", NULL, NULL, NULL},
	{MR_GROUP_MODEL_FLAVOR, false, "A model that answers one number, to compare others with.",
	 "A model of this flavor is a folder with the file `MLmodel`:\n\n    flavors:\n      @ENTRY@:\n        value: "
	 "0.5\n\n"
	 "    millrace models serve -m FOLDER",
	 "file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/model/MLmodel \"flavors:\\n  @ENTRY@:\\n    value: 0.5\\n\")", NULL,
	 " --uri @ENTRY@:${CMAKE_CURRENT_BINARY_DIR}/model"},
	{MR_GROUP_APP, false, "Lets in who knows the token.",
	 "    openssl rand -hex 32 >token && chmod 600 token\n"
	 "    millrace server --app-name @ENTRY@ --app-config token_file=token\n"
	 "    MLFLOW_TRACKING_TOKEN=$(cat token) millrace experiments search --tracking-uri http://localhost:5000",
	 "file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/token \"for-the-test\\n\")", NULL,
	 " --option token_file=${CMAKE_CURRENT_BINARY_DIR}/token"},
};

static const char *last_word(const char *group)
{
	const char *dot = strchr(group, '.');

	return dot ? dot + 1 : group;
}

const struct author_kind *author_kind_get(mr_str group)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (mr_str_is(group, kinds[i].group) || mr_str_is(group, last_word(kinds[i].group)))
			return &kinds[i];
	return NULL;
}

void author_kinds_list(char *out, size_t size)
{
	size_t used = 0;

	out[0] = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int n = snprintf(out + used, size - used, "%s%s", used ? ", " : "", last_word(kinds[i].group));

		used += n > 0 && (size_t)n < size - used ? (size_t)n : 0;
	}
}
