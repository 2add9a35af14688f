/* SPDX-License-Identifier: Apache-2.0
 *
 * The run contexts that need no library: who, with which program, and what
 * MLFLOW_RUN_CONTEXT says.
 */
#include <errno.h>
#include <millrace/run_context.h>

#include "base/json.h"
#include "base/os.h"
#include "client/builtins.h"

/* As MLflow's DefaultRunContext: the user who logs in to the tracking server, else of this machine. */
static mr_code default_tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	const char *login = mr_getenv("MLFLOW_TRACKING_USERNAME");
	mr_arena *arena = mr_arena_new(0);
	mr_str user;
	mr_code code;

	(void)host;
	(void)call;
	if (!arena)
		return mr_error_no_memory(err);
	user = login ? mr_str_from(login) : mr_os_user(arena);
	code = user.len ? visit(arg, mr_str_from("mlflow.user"), user, err) : MR_OK;
	if (code == MR_OK)
		code = visit(arg, mr_str_from("mlflow.source.name"), mr_str_from(program_invocation_name), err);
	if (code == MR_OK)
		code = visit(arg, mr_str_from("mlflow.source.type"), mr_str_from("LOCAL"), err);
	mr_arena_free(arena);
	return code;
}

static bool environment_in_context(const mr_host *host, mr_call *call)
{
	(void)host;
	(void)call;
	return mr_getenv("MLFLOW_RUN_CONTEXT") != NULL;
}

/* A value that is not a text is given as its JSON, as MLflow's str() would for numbers and booleans. */
static mr_code environment_tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	mr_arena *arena = mr_arena_new(1 << 20);
	mr_json *tags = NULL;
	mr_code code;

	(void)host;
	(void)call;
	if (!arena)
		return mr_error_no_memory(err);
	code = mr_json_parse(mr_str_from(mr_getenv("MLFLOW_RUN_CONTEXT")), arena, &tags, err);
	if (code == MR_OK && tags->type != MR_JSON_OBJECT)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "MLFLOW_RUN_CONTEXT must be a JSON object such as {\"team\": \"pumps\"}");
	for (size_t i = 0; code == MR_OK && i < tags->count; i++) {
		const mr_json *value = &tags->items[i];
		mr_str text = value->type == MR_JSON_BOOL   ? mr_str_from(value->boolean ? "True" : "False")
			      : value->type == MR_JSON_NULL ? mr_str_from("None")
							    : value->text;

		code = visit(arg, tags->keys[i], text, err);
	}
	mr_arena_free(arena);
	return code;
}

static const struct mr_run_context_ops by_default = {.size = sizeof by_default, .tags = default_tags};
static const struct mr_run_context_ops environment = {
	.size = sizeof environment, .in_context = environment_in_context, .tags = environment_tags};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_RUN_CONTEXT, "default", &by_default, NULL, 0)                                      \
	ENTRY(MR_GROUP_RUN_CONTEXT, "environment", &environment, NULL, 0)

MR_PLUGIN_BUILTIN(mr_builtin_context, "run-context", MR_VERSION, "User and program of a run; MLFLOW_RUN_CONTEXT.",
		  "Apache-2.0", ENTRIES)
