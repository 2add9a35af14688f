/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in plugin "sqlite": MLflow's schema in a SQLite file, in the form
 * in which a third party's plugin would be.
 */
#include "store/sqlite/registry.h"

static const struct mr_option_desc options[] = {
	{"durability", MR_OPTION_STRING, "full",
	 "full: a write is acknowledged when it is on the disk; off: before that, so that a power cut may lose data"},
	{"cache_mb", MR_OPTION_INT, "4", "Page cache of each of the few connections, in MB"},
	{NULL, 0, NULL, NULL},
};

static mr_code open_tracking(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	mr_code code = mr_sqlite_store_open(host, args, self, err);

	if (code == MR_OK)
		code = mr_sqlite_experiments_init(*self, err);
	if (code != MR_OK) {
		mr_sqlite_store_close(*self);
		*self = NULL;
	}
	return code;
}

static const struct mr_tracking_facets tracking_facets = {
	.size = sizeof tracking_facets,
	.experiments = &mr_sqlite_experiments,
	.runs = &mr_sqlite_runs,
	.metrics = &mr_sqlite_metrics,
	.inputs = &mr_sqlite_inputs,
	.logged_models = &mr_sqlite_logged_models,
	.maintenance = &mr_sqlite_maintenance,
};

static const struct mr_tracking_store_ops tracking = {
	.size = sizeof tracking,
	.flags = MR_STORE_NEVER_BLOCKS,
	.open = open_tracking,
	.close = mr_sqlite_store_close,
	.facets = &tracking_facets,
	.group = &mr_sqlite_group,
};

static const struct mr_registry_facets registry_facets = {
	.size = sizeof registry_facets,
	.registered_models = &mr_sqlite_registered_models,
	.model_versions = &mr_sqlite_model_versions,
};

static const struct mr_model_registry_store_ops registry = {
	.size = sizeof registry,
	.flags = MR_STORE_NEVER_BLOCKS,
	.open = mr_sqlite_store_open,
	.close = mr_sqlite_store_close,
	.facets = &registry_facets,
	.group = &mr_sqlite_group,
};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_TRACKING_STORE, "sqlite", &tracking, options, 0)                                   \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, "sqlite", &registry, options, 0)

MR_PLUGIN_BUILTIN(mr_builtin_sqlite, "sqlite", MR_VERSION, "MLflow's tables in a SQLite file", "Apache-2.0", ENTRIES)
