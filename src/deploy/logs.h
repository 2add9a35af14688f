/* SPDX-License-Identifier: Apache-2.0
 *
 * What servers say: a file for each deployment, which they append to themselves.
 */
#ifndef MR_DEPLOY_LOGS_H
#define MR_DEPLOY_LOGS_H

#include "base/arena.h"

/* For appending; -1 with errno. */
int logs_open(mr_str path);
/* When it has grown over 10 MiB, what it says goes to PATH.1, in place of what was there, and it begins anew. */
void logs_trim(mr_str path);
/* The last lines, for messages. */
mr_str logs_tail(mr_str path, mr_arena *arena);

#endif
