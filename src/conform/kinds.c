/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of plugin: which rules each has, and what is tried by default.
 */
#include "conform/rule.h"

#include <millrace/default_experiment.h>
#include <millrace/model_flavor.h>

#include "conform/check.h"

const struct kind kinds[] = {
	{MR_GROUP_TRACKING_STORE, "tracking", tracking_rules, &tracking_rules_n, "open close", NULL, tracking_use,
	 "://{folder}/data"},
	{MR_GROUP_MODEL_REGISTRY_STORE, "registry", registry_rules, &registry_rules_n, "open close", NULL, registry_use,
	 "://{folder}/data"},
	{MR_GROUP_ARTIFACT_REPOSITORY, "artifact", artifact_rules, &artifact_rules_n,
	 "open close pull_open pull_read pull_close list",
	 "push_begin push_write push_commit push_abort;multipart_create multipart_complete multipart_abort",
	 artifact_use, "://{folder}/data"},
	{MR_GROUP_RUN_CONTEXT, "context", context_rules, &context_rules_n, "tags", NULL, context_use, NULL},
	{MR_GROUP_DEFAULT_EXPERIMENT, "experiment", experiment_rules, &experiment_rules_n, "experiment_id", NULL, experiment_use, NULL},
	{MR_GROUP_REQUEST_HEADER, "header", header_rules, &header_rules_n, "headers", NULL, header_use, NULL},
	{MR_GROUP_REQUEST_AUTH, "auth", auth_rules, &auth_rules_n, "authorize", NULL, auth_use, NULL},
	{MR_GROUP_PROJECT_BACKEND, "backend", backend_rules, &backend_rules_n, "submit status cancel job_release", NULL,
	 backend_use, ""},
	{MR_GROUP_DEPLOYMENTS, "deployment", deployment_rules, &deployment_rules_n, "open target_help",
	 "create_endpoint remove_endpoint", deployment_use, ":{folder}"},
	{MR_GROUP_MODEL_EVALUATOR, "evaluator", evaluator_rules, &evaluator_rules_n, "can_evaluate evaluate", NULL,
	 evaluator_use, NULL},
	{MR_GROUP_MODEL_FLAVOR, "flavor", flavor_rules, &flavor_rules_n, "open close predict", NULL, flavor_use, ""},
	{MR_GROUP_APP, "app", app_rules, &app_rules_n, "open", NULL, app_use, ""},
};
const size_t kinds_n = sizeof kinds / sizeof *kinds;

const struct kind *kind_get(mr_str group)
{
	for (size_t i = 0; i < kinds_n; i++)
		if (mr_str_is(group, kinds[i].group))
			return &kinds[i];
	return NULL;
}
