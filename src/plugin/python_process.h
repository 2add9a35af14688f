/* SPDX-License-Identifier: Apache-2.0
 *
 * Between python_host.c and python_process.c only: the process of a host, from
 * its start to its end.
 */
#ifndef MR_PLUGIN_PYTHON_PROCESS_H
#define MR_PLUGIN_PYTHON_PROCESS_H

#include <sys/types.h>

#include "plugin/python.h"

enum { PYTHON_HOW = 128 };

struct python_process {
	pid_t pid;
	int pidfd;  /* -1: the kernel has none */
	int socket; /* frames */
	int output; /* what is written to its standard output and error behind Python's back */
};

/* uris: for the host's environment. */
mr_code python_process_start(const struct python_entry *entry, mr_str tracking_uri, mr_str registry_uri, mr_str spool,
			     struct python_process *out, mr_error *err);
/* Whether it uses more memory than MILLRACE_PYTHON_MEMORY allows (by default half of the machine's); then why says so. */
bool python_process_is_large(const struct python_process *process, char why[PYTHON_HOW]);
/* SIGKILL to it and to all that it started. */
void python_process_kill(const struct python_process *process);
/* After its end: reaps it, ends what it left running, closes; says how it ended ("killed by signal 9"). */
void python_process_reap(struct python_process *process, char how[PYTHON_HOW]);

#endif
