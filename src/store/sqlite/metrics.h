/* SPDX-License-Identifier: Apache-2.0
 *
 * Metrics: what the files metrics_*.c share.
 */
#ifndef MR_STORE_SQLITE_METRICS_H
#define MR_STORE_SQLITE_METRICS_H

#include "store/sqlite/store.h"

mr_code mr_sqlite_log_metric(void *self, const struct mr_log_metric *request, struct mr_log_metric_response *response,
			     mr_call *call, mr_error *err);

#endif
