/* SPDX-License-Identifier: Apache-2.0
 *
 * Experiments: folders of the root, or of .trash when they are deleted.
 */
#ifndef MR_STORE_FILE_EXPERIMENTS_H
#define MR_STORE_FILE_EXPERIMENTS_H

#include "store/file/store.h"

#define MR_FILE_TRASH ".trash"

enum mr_file_view { MR_FILE_ACTIVE = 1, MR_FILE_DELETED = 2, MR_FILE_ALL = 3 };

struct mr_file_experiment {
	mr_str id, folder; /* folder: below the root */
	mr_json *meta;
	bool active;
};

/* The folder of an experiment; ptr NULL when there is none (or out of memory). */
mr_str mr_file_experiment_folder(const struct mr_file_store *store, mr_str id, enum mr_file_view view, mr_call *call);
/* MLflow's errors for one that is not there, or is damaged. */
mr_code mr_file_experiment_find(const struct mr_file_store *store, mr_str id, mr_call *call,
				struct mr_file_experiment *out, mr_error *err);
/* The folders of all experiments, those of the root first. */
mr_code mr_file_experiment_folders(const struct mr_file_store *store, enum mr_file_view view, mr_call *call, mr_str **out,
				   size_t *n, mr_error *err);
/* As the message that answers show, with its tags. */
mr_code mr_file_experiment_read(const struct mr_file_store *store, const struct mr_file_experiment *e, mr_call *call,
				struct mr_experiment **out, mr_error *err);
/* location: ptr NULL for one below the artifact root. */
mr_code mr_file_experiment_create(const struct mr_file_store *store, struct mr_change *change, mr_str id, mr_str name,
				  mr_str location, mr_error *err);
/* The artifact location of an experiment with something below it. */
mr_code mr_file_artifact_uri(const struct mr_file_experiment *e, mr_str below, mr_call *call, mr_str *out, mr_error *err);

/* All of them that can be read; search_experiments.c. */
mr_code mr_file_experiments_list(const struct mr_file_store *store, enum mr_file_view view, mr_call *call,
				 struct mr_list *out, mr_error *err);
mr_code mr_file_search_experiments(void *self, const struct mr_search_experiments *request,
				   struct mr_search_experiments_response *response, mr_call *call, mr_error *err);
/* The first of this name, in the order in which MLflow looks; NULL when there is none. */
mr_code mr_file_experiment_named(const struct mr_file_store *store, mr_str name, mr_call *call,
				 struct mr_experiment **out, mr_error *err);

#endif
