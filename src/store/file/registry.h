/* SPDX-License-Identifier: Apache-2.0
 *
 * The model registry: folders below models/ of the root, one a model, and in it
 * one a version.
 */
#ifndef MR_STORE_FILE_REGISTRY_H
#define MR_STORE_FILE_REGISTRY_H

#include "store/file/store.h"

/* registry_read.c */

/* The folder of a model whose name may be one; whether it is there is not looked at. */
mr_code mr_file_model_folder(mr_str name, mr_call *call, mr_str *out, mr_error *err);
/* MLflow's error when it is not there. */
mr_code mr_file_registered_find(const struct mr_file_store *store, mr_str name, mr_call *call, mr_str *folder,
				mr_json **meta, mr_error *err);
mr_code mr_file_registered_read(const struct mr_file_store *store, mr_str folder, const mr_json *meta, mr_call *call,
				struct mr_registered_model **out, mr_error *err);
/* By name: find and read. */
mr_code mr_file_registered_get(const struct mr_file_store *store, mr_str name, mr_call *call,
			       struct mr_registered_model **out, mr_error *err);

struct mr_file_version {
	int64_t number;
	mr_str folder;
	mr_json *meta;
	bool deleted;
};
/* Of a model whose folder is there. */
mr_code mr_file_version_find(const struct mr_file_store *store, mr_str name, int64_t number, mr_call *call,
			     struct mr_file_version *out, mr_error *err);
mr_code mr_file_version_read(const struct mr_file_store *store, mr_str model, const struct mr_file_version *from,
			     mr_call *call, struct mr_model_version **out, mr_error *err);
mr_code mr_file_version_get(const struct mr_file_store *store, mr_str name, int64_t number, mr_call *call,
			    struct mr_model_version **out, mr_error *err);
/* Items are struct mr_file_version, deleted ones too, by number. */
mr_code mr_file_versions_list(const struct mr_file_store *store, mr_str model, mr_call *call, struct mr_list *out,
			      mr_error *err);
/* Names of the models' folders. */
mr_code mr_file_registered_list(const struct mr_file_store *store, mr_call *call, struct mr_disk_entry **out, size_t *n,
				mr_error *err);

/* registry_models.c */

/* The model's meta.yaml with a new time; alias (ptr NULL: none) as it will point: version ptr NULL removes it. */
mr_code mr_file_registered_touch(struct mr_file_write *write, mr_str name, mr_str alias, mr_str version, mr_error *err);
/* The version that an alias points at; MLflow's error when there is none. */
mr_code mr_file_alias_find(const struct mr_file_store *store, mr_str model, mr_str alias, mr_call *call, int64_t *version,
			   mr_error *err);

/* registry_search.c */
mr_code mr_file_search_registered_models(void *self, const struct mr_search_registered_models *request,
					 struct mr_search_registered_models_response *response, mr_call *call,
					 mr_error *err);
mr_code mr_file_search_model_versions(void *self, const struct mr_search_model_versions *request,
				      struct mr_search_model_versions_response *response, mr_call *call, mr_error *err);

#endif
