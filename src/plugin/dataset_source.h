/* SPDX-License-Identifier: Apache-2.0
 *
 * Data sets by a URI that a Python plugin knows (group "mlflow.dataset_source"; there are no native ones).
 */
#ifndef MR_PLUGIN_DATASET_SOURCE_H
#define MR_PLUGIN_DATASET_SOURCE_H

#include "api/call.h"

struct mr_dataset_found {
	mr_str path; /* a file of this machine; empty: nobody knows such a source */
	mr_str type, json; /* as MLflow stores a source */
};

/* The nearest that can resolve it loads it. In the call's memory. */
mr_code mr_dataset_source_load(mr_str raw, mr_call *call, struct mr_dataset_found *out, mr_error *err);

#endif
