/* SPDX-License-Identifier: Apache-2.0
 *
 * The experiment of runs whose program names none.
 */
#ifndef MR_CLIENT_DEFAULT_EXPERIMENT_H
#define MR_CLIENT_DEFAULT_EXPERIMENT_H

#include "api/call.h"

/* What the environment's MLFLOW_EXPERIMENT_ID says, else a provider, else "0"; in the call's memory or for ever. A provider that
 * fails is logged and left out. */
mr_code mr_default_experiment(mr_call *call, mr_str *out, mr_error *err);

/* What the providers say; empty: nothing. */
mr_code mr_provided_experiment(mr_call *call, mr_str *out, mr_error *err);

#endif
