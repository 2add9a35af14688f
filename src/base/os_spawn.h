/* SPDX-License-Identifier: Apache-2.0
 *
 * Between os_process.c and os_spawn.c only: what every child process of ours begins with.
 */
#ifndef MR_BASE_OS_SPAWN_H
#define MR_BASE_OS_SPAWN_H

#include <spawn.h>

/* A process group of its own, and the signals' defaults: a caller that ignores SIGPIPE or blocks SIGINT does not want that
 * of its children. Gives 0 or an errno. */
int mr_spawn_attributes(posix_spawnattr_t *attributes);

#endif
