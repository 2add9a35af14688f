/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/run_context.h - the contract of group "mlflow.run_context_provider":
 * tags for every run that the fluent API starts. An ordered group: all
 * providers are asked, built-ins first, and a later one's tag replaces an
 * earlier one's of the same key. An entry's name is only shown to people.
 * A provider that fails is logged and left out; the run starts all the same.
 */
#ifndef MILLRACE_RUN_CONTEXT_H
#define MILLRACE_RUN_CONTEXT_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef mr_code mr_tag_visit(void *arg, mr_str key, mr_str value, mr_error *err);

struct mr_run_context_ops {
	size_t size;
	/* Whether this provider has anything to say here; cheap. NULL: always. */
	bool (*in_context)(const mr_host *host, mr_call *call);
	/* Gives its tags, each by a call of visit; a failure of visit is returned. */
	mr_code (*tags)(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
