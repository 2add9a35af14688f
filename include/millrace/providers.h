/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/providers.h - what native plugins have to say of runs and requests that another MLflow client makes: tags of
 * a new run, headers, credentials. What this library says itself, that client says, too: only plugins are asked.
 */
#ifndef MILLRACE_PROVIDERS_H
#define MILLRACE_PROVIDERS_H

#include "millrace/client.h"
#include "millrace/request_auth.h"
#include "millrace/run_context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each tag, each header once. A plugin that fails is logged and left out. */
MR_API mr_code mr_plugin_tags(mr_tag_visit *visit, void *arg, mr_error *err);
MR_API mr_code mr_plugin_headers(mr_header_visit *visit, void *arg, mr_error *err);
/* The experiment of a run whose program names none; empty: no plugin says. Freed by mr_str_free. */
MR_API mr_code mr_plugin_default_experiment(mr_str *out, mr_error *err);

/* The headers by which the provider of that name (as in MLFLOW_TRACKING_AUTH) authorizes a request; ask again at each
 * attempt, and give them to no other host. */
MR_API mr_code mr_plugin_authorize(const char *provider, const struct mr_auth_request *request, mr_header_visit *visit, void *arg,
				   mr_error *err);
/* After a 401 or 407: whether another attempt makes sense. */
MR_API mr_code mr_plugin_challenge(const char *provider, const struct mr_auth_request *request,
				   const struct mr_http_response *response, bool *again, mr_error *err);

#ifdef __cplusplus
}
#endif
#endif
