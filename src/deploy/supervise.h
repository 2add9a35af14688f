/* SPDX-License-Identifier: Apache-2.0
 *
 * The supervisor of a local target's folder: a process that keeps its servers up
 * as the folder's records want them, and writes into these what is. It ends with
 * the last deployment. `millrace deployments supervise` is this function.
 */
#ifndef MR_DEPLOY_SUPERVISE_H
#define MR_DEPLOY_SUPERVISE_H

#include <millrace/types.h>

/* target_uri: "local" or "local:/folder". Says "ready" on standard output; until SIGTERM or SIGINT, or until no
 * deployment is left. MR_RESOURCE_CONFLICT when the folder has a supervisor. */
mr_code mr_deploy_supervise(mr_str target_uri, mr_error *err);

#endif
