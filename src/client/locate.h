/* SPDX-License-Identifier: Apache-2.0
 *
 * Where stores are, when nobody says.
 */
#ifndef MR_CLIENT_LOCATE_H
#define MR_CLIENT_LOCATE_H

#include "base/arena.h"

/* given, else MLFLOW_TRACKING_URI, else what MLflow means without it: ./mlruns when
 * it holds a file store, else sqlite:///mlflow.db. ptr NULL when out of memory. */
mr_str mr_tracking_uri(mr_arena *arena, const char *given);
/* given, else MLFLOW_REGISTRY_URI, else the tracking URI. */
mr_str mr_registry_uri(mr_arena *arena, const char *given, mr_str tracking_uri);

#endif
