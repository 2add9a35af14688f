/* SPDX-License-Identifier: Apache-2.0
 *
 * What a new model version says of where it comes from. The registry keeps the
 * source, the run and the logged model; whether they belong together only the
 * server can tell, which has the tracking store, too. The rules and texts are
 * those of MLflow's handler (_create_model_version): a source that a client
 * names must lie in what it names beside it, so that nobody gets at artifacts
 * of others, or at the server's own files, through the registry.
 */
#ifndef MR_SERVER_LINEAGE_H
#define MR_SERVER_LINEAGE_H

#include "server/state.h"

/* Checks job->request (CreateModelVersion) and fills in what it inherits. May
 * ask both stores: not on the event loop unless they never block. */
mr_code lineage_check(struct job *job, mr_error *err);

/* After the version was created: the logged model's tag that names its versions. */
mr_code lineage_tag(struct job *job, mr_error *err);

#endif
