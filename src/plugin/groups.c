/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/groups.h"

#include <millrace/app.h>
#include <millrace/artifact_repository.h>
#include <millrace/deployments.h>
#include <millrace/model_evaluator.h>
#include <millrace/model_flavor.h>
#include <millrace/model_registry_store.h>
#include <millrace/project_backend.h>
#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <millrace/default_experiment.h>
#include <millrace/run_context.h>
#include <millrace/tracking_store.h>

#include "api/tables.h"

/* A copy of a table that begins with its size, at the size given. */
static void *adopt_table(const void *table, size_t size, mr_arena *arena, bool *failed)
{
	size_t theirs;
	void *copy;

	if (!table)
		return NULL;
	copy = mr_arena_zalloc(arena, size);
	if (!copy) {
		*failed = true;
		return NULL;
	}
	memcpy(&theirs, table, sizeof theirs);
	memcpy(copy, table, theirs < size ? theirs : size);
	memcpy(copy, &size, sizeof size);
	return copy;
}

static void *adopt_facets(const void *facets, size_t size, const struct mr_facet_desc *list, size_t n, mr_arena *arena,
			  bool *failed)
{
	char *copy = adopt_table(facets, size, arena, failed);

	for (size_t i = 0; copy && i < n; i++) {
		const void *facet;
		void *adopted;

		memcpy(&facet, copy + list[i].offset, sizeof facet);
		adopted = adopt_table(facet, list[i].size, arena, failed);
		memcpy(copy + list[i].offset, &adopted, sizeof adopted);
	}
	return copy;
}

static void adopt_tracking(void *ops, mr_arena *arena, bool *failed)
{
	struct mr_tracking_store_ops *o = ops;

	o->facets = adopt_facets(o->facets, sizeof *o->facets, mr_tracking_facet_list, mr_tracking_facet_list_n, arena,
				 failed);
	o->group = adopt_table(o->group, sizeof *o->group, arena, failed);
}

static void adopt_registry(void *ops, mr_arena *arena, bool *failed)
{
	struct mr_model_registry_store_ops *o = ops;

	o->facets = adopt_facets(o->facets, sizeof *o->facets, mr_registry_facet_list, mr_registry_facet_list_n, arena,
				 failed);
	o->group = adopt_table(o->group, sizeof *o->group, arena, failed);
}

const struct mr_group mr_groups[] = {
	{MR_GROUP_TRACKING_STORE, "tracking store", MR_LOOKUP_SCHEME, sizeof(struct mr_tracking_store_ops), adopt_tracking},
	{MR_GROUP_MODEL_REGISTRY_STORE, "model registry store", MR_LOOKUP_SCHEME,
	 sizeof(struct mr_model_registry_store_ops), adopt_registry},
	{MR_GROUP_ARTIFACT_REPOSITORY, "artifact repository", MR_LOOKUP_SCHEME, sizeof(struct mr_artifact_repository_ops),
	 NULL},
	{MR_GROUP_RUN_CONTEXT, "run context provider", MR_LOOKUP_ORDER, sizeof(struct mr_run_context_ops), NULL},
	{MR_GROUP_DEFAULT_EXPERIMENT, "default experiment provider", MR_LOOKUP_ORDER, sizeof(struct mr_default_experiment_ops), NULL},
	{MR_GROUP_REQUEST_HEADER, "request header provider", MR_LOOKUP_ORDER, sizeof(struct mr_request_header_ops), NULL},
	{MR_GROUP_REQUEST_AUTH, "request auth provider", MR_LOOKUP_NAME, sizeof(struct mr_request_auth_ops), NULL},
	{MR_GROUP_PROJECT_BACKEND, "project backend", MR_LOOKUP_NAME, sizeof(struct mr_project_backend_ops), NULL},
	{MR_GROUP_DEPLOYMENTS, "deployment target", MR_LOOKUP_NAME, sizeof(struct mr_deployments_ops), NULL},
	{MR_GROUP_MODEL_EVALUATOR, "model evaluator", MR_LOOKUP_NAME, sizeof(struct mr_model_evaluator_ops), NULL},
	{MR_GROUP_MODEL_FLAVOR, "model flavor", MR_LOOKUP_NAME, sizeof(struct mr_model_flavor_ops), NULL},
	{MR_GROUP_APP, "server app", MR_LOOKUP_NAME, sizeof(struct mr_app_ops), NULL},
};
const size_t mr_groups_n = sizeof mr_groups / sizeof *mr_groups;

const struct mr_group *mr_group_get(mr_str name)
{
	for (size_t i = 0; i < mr_groups_n; i++)
		if (mr_str_is(name, mr_groups[i].name))
			return &mr_groups[i];
	return NULL;
}

const void *mr_group_adopt(const struct mr_group *group, const void *ops, mr_arena *arena)
{
	bool failed = false;
	void *copy = adopt_table(ops, group->ops_size, arena, &failed);

	if (copy && group->adopt)
		group->adopt(copy, arena, &failed);
	return failed ? NULL : copy;
}
