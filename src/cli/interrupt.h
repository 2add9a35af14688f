/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a run when the command that fills it does not come to its end:
 * interrupted (Ctrl-C, SIGTERM), it is ended as KILLED; crashed, as a plugin may
 * do it, as FAILED. It is not left behind as RUNNING.
 */
#ifndef MR_CLI_INTERRUPT_H
#define MR_CLI_INTERRUPT_H

#include "client/client.h"

/* From now on a signal ends the process, and the run that interrupt_run named. Before other threads are started and before
 * the client is used: it forks a process that sees to the run when this one is gone. */
mr_code interrupt_watch(mr_client *client, mr_error *err);
/* A callback: this run is under way; "": it is over. */
void interrupt_run(void *unused, const char *run_id);

#endif
