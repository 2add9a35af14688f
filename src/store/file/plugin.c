/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in plugin "file": MLflow's folders, `mlruns`, in the form in which
 * a third party's plugin would be. A path without a scheme is a file store, too.
 */
#include "store/file/store.h"

static mr_code open_tracking(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	mr_code code = mr_file_store_open(host, args, self, err);

	if (code == MR_OK)
		code = mr_file_store_init(*self, err);
	if (code != MR_OK) {
		mr_file_store_close(*self);
		*self = NULL;
	}
	return code;
}

static const struct mr_tracking_facets tracking_facets = {
	.size = sizeof tracking_facets,
	.experiments = &mr_file_experiments,
	.runs = &mr_file_runs,
	.metrics = &mr_file_metrics,
	.inputs = &mr_file_inputs,
	.logged_models = &mr_file_logged_models,
	.maintenance = &mr_file_maintenance,
};

static const struct mr_tracking_store_ops tracking = {
	.size = sizeof tracking,
	.open = open_tracking,
	.close = mr_file_store_close,
	.facets = &tracking_facets,
};

static const struct mr_registry_facets registry_facets = {
	.size = sizeof registry_facets,
	.registered_models = &mr_file_registered_models,
	.model_versions = &mr_file_model_versions,
};

static const struct mr_model_registry_store_ops registry = {
	.size = sizeof registry,
	.open = mr_file_store_open,
	.close = mr_file_store_close,
	.facets = &registry_facets,
};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_TRACKING_STORE, "file", &tracking, NULL, 0)                                        \
	ENTRY(MR_GROUP_MODEL_REGISTRY_STORE, "file", &registry, NULL, 0)

MR_PLUGIN_BUILTIN(mr_builtin_file_store, "file-store", MR_VERSION, "MLflow's folders (mlruns)", "Apache-2.0", ENTRIES)
