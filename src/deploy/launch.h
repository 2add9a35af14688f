/* SPDX-License-Identifier: Apache-2.0
 *
 * What to run: a revision's scoring server, and a folder's supervisor.
 */
#ifndef MR_DEPLOY_LAUNCH_H
#define MR_DEPLOY_LAUNCH_H

#include "deploy/settings.h"

/* In the environment of each process that was started for a folder, with the folder's id. */
#define LAUNCH_MARK "MILLRACE_DEPLOYMENTS_OF"

/* All of it ready for execve. */
struct launch {
	const char *program, *folder;
	char **argv, **environment;
};

mr_code launch_prepare(const struct mr_state *state, mr_str name, const struct mr_revision *revision, const char *host,
		       int port, mr_arena *arena, struct launch *out, mr_error *err);

/* The program named by its path, or found on a PATH; empty when there is none that can be run. */
mr_str launch_find(mr_str name, mr_str path, mr_arena *arena);
/* The program millrace: this one, the one of this install, or one on PATH. */
mr_str launch_millrace(mr_arena *arena);

/* Starts the supervisor of a folder, unless there is one; it lives on its own. */
mr_code launch_supervisor(const struct mr_state *state, mr_error *err);

#endif
