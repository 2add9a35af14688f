/* SPDX-License-Identifier: Apache-2.0
 *
 * Experiments: what reading one and the search share.
 */
#ifndef MR_STORE_SQLITE_EXPERIMENTS_H
#define MR_STORE_SQLITE_EXPERIMENTS_H

#include "store/sqlite/store.h"

#define MR_SQLITE_EXPERIMENT_COLUMNS                                                                     \
	"e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time, e.last_update_time, "  \
	"e.workspace"

/* The experiment of the current row, with its tags. */
mr_code mr_sqlite_experiment_read(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_experiment **out,
				  mr_error *err);

mr_code mr_sqlite_search_experiments(void *self, const struct mr_search_experiments *request,
				     struct mr_search_experiments_response *response, mr_call *call, mr_error *err);

#endif
