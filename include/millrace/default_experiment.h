/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/default_experiment.h - the contract of group
 * "mlflow.default_experiment_provider": the experiment of runs whose program names
 * none, neither by mr_set_experiment() nor in the environment. An ordered
 * group: the nearest source is asked first, and the first provider that is in its
 * context and does not fail decides. Without one it is experiment "0".
 * An entry's name is only shown to people.
 */
#ifndef MILLRACE_DEFAULT_EXPERIMENT_H
#define MILLRACE_DEFAULT_EXPERIMENT_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MR_GROUP_DEFAULT_EXPERIMENT "mlflow.default_experiment_provider"

struct mr_default_experiment_ops {
	size_t size;
	/* Whether this provider has anything to say here; cheap. NULL: always. */
	bool (*in_context)(const mr_host *host, mr_call *call);
	/* The id; memory of the call (host->alloc), or the plugin's for ever. Empty is a failure. */
	mr_code (*experiment_id)(const mr_host *host, mr_str *out, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
