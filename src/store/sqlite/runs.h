/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs: what the files run_*.c, log_batch.c and search_runs.c share.
 */
#ifndef MR_STORE_SQLITE_RUNS_H
#define MR_STORE_SQLITE_RUNS_H

#include "store/sqlite/store.h"

mr_code mr_sqlite_get_run(void *self, const struct mr_get_run *request, struct mr_get_run_response *response,
			  mr_call *call, mr_error *err);
mr_code mr_sqlite_log_batch(void *self, const struct mr_log_batch *request, struct mr_log_batch_response *response,
			    mr_call *call, mr_error *err);
mr_code mr_sqlite_search_runs(void *self, const struct mr_search_runs *request, struct mr_search_runs_response *response,
			      mr_call *call, mr_error *err);

/* A whole run as searches answer it, by its number in the table. */
mr_code mr_sqlite_run_at(mr_conn *conn, int64_t rowid, mr_str run_id, mr_call *call, struct mr_run **out, mr_error *err);
/* What a run is, whatever its stage; MLflow's error when there is none. */
mr_code mr_sqlite_run_read(mr_conn *conn, mr_str run_id, mr_call *call, struct mr_run_info **out, mr_error *err);

/* out->ptr NULL: there is no such param. */
mr_code mr_sqlite_param_find(mr_conn *conn, mr_str run_id, mr_str key, mr_call *call, mr_str *out, mr_error *err);
mr_code mr_sqlite_param_insert(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err);

/* A tag as it is; and one that may be the run's name, which has a column, too. */
mr_code mr_sqlite_put_tag(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err);
mr_code mr_sqlite_set_run_tag(mr_conn *conn, mr_str run_id, mr_str key, mr_str value, mr_error *err);

#endif
