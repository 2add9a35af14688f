/* SPDX-License-Identifier: Apache-2.0
 *
 * Experiments by name, as mlflow.set_experiment means it.
 */
#ifndef MR_CLIENT_EXPERIMENT_H
#define MR_CLIENT_EXPERIMENT_H

#include "client/client.h"

/* The id of the experiment of this name, which is created when there is none; a
 * deleted one is an error. */
mr_code mr_experiment_ensure(mr_client *client, mr_str name, mr_call *call, mr_str *id, mr_error *err);

#endif
