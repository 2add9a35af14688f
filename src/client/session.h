/* SPDX-License-Identifier: Apache-2.0
 *
 * What the fluent API keeps for the process: the client, the queue, the active
 * experiment, and the open runs of every thread.
 */
#ifndef MR_CLIENT_SESSION_H
#define MR_CLIENT_SESSION_H

#include "client/client.h"
#include "client/queue.h"

struct mr_open_run {
	char id[33];
	struct mr_open_run *below;       /* of this thread */
	struct mr_open_run *older, *newer; /* of the process */
	mr_artifact_handle *artifacts;   /* once needed; used by the run's thread */
};

/* The client of the process, opened on first use. */
mr_code mr_session_client(mr_client **out, mr_error *err);
/* Closes client and queue, so that the next use opens them at the new URI. */
mr_code mr_session_set_tracking_uri(const char *uri, mr_error *err);
mr_code mr_session_set_registry_uri(const char *uri, mr_error *err);
/* The queue of the process. It is there once this has succeeded, so that later calls are a load. */
mr_code mr_session_queue(mr_queue **out, mr_error *err);
/* The id of the active experiment, in the call's memory. */
mr_code mr_session_experiment(mr_call *call, mr_str *out, mr_error *err);
void mr_session_set_experiment(mr_str id);
bool mr_session_has_experiment(void); /* one was set, so that the environment does not count */

/* The active run of this thread, or NULL. */
struct mr_open_run *mr_session_run(void);
mr_code mr_session_push(mr_str run_id, mr_error *err);
void mr_session_pop(void);

/* How long a flush waits that was not told: MILLRACE_FLUSH_TIMEOUT. */
int64_t mr_session_flush_timeout(void);
/* Seconds in an environment variable, as milliseconds. */
int64_t mr_session_timeout(const char *variable, int64_t otherwise_ms);

#endif
