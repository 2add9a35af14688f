/* SPDX-License-Identifier: Apache-2.0
 *
 * The access log: a line a request in the combined format of Apache and nginx,
 * with the time that it took behind it. Each event loop collects its lines and
 * writes them at the end of its turn, so that a busy server makes few calls.
 */
#ifndef MR_SERVER_ACCESS_LOG_H
#define MR_SERVER_ACCESS_LOG_H

#include "server/http.h"

typedef struct mr_access_log mr_access_log;

/* path: a file to append to, "-" for standard output. */
mr_code mr_access_log_open(mr_str path, unsigned loops, mr_access_log **out, mr_error *err);
void mr_access_log_close(mr_access_log *log);
/* Opens the file anew, after somebody has moved it away. Any thread. */
void mr_access_log_reopen(mr_access_log *log);
/* On the exchange's loop, when it is done. */
void mr_access_log_add(mr_access_log *log, const mr_http_exchange *x, bool complete);
void mr_access_log_flush(mr_access_log *log, unsigned loop);

#endif
