/* SPDX-License-Identifier: Apache-2.0
 *
 * host->http: an outgoing request with the user's credentials (the
 * environment's, or MLFLOW_TRACKING_AUTH's provider), the header providers, TLS
 * settings and retries. The transfer itself is src/net's, loaded on first use.
 *
 * Codes of a request that got no answer: MR_TEMPORARILY_UNAVAILABLE (the network
 * or the server failed in a way that may pass; all retries were used up),
 * MR_DEADLINE_EXCEEDED, MR_CANCELLED, MR_IO_ERROR (TLS, what is no HTTP),
 * MR_PERMISSION_DENIED (PUBLIC_ONLY), MR_RESOURCE_EXHAUSTED (the answer is too
 * large), MR_INVALID_PARAMETER_VALUE (the URL, a header, a variable).
 */
#ifndef MR_PLUGIN_OUTGOING_H
#define MR_PLUGIN_OUTGOING_H

#include <millrace/http.h>

#include "api/call.h"
#include "plugin/host.h"

mr_code mr_outgoing(const struct mr_http_request *request, struct mr_http_response *response, mr_call *call,
		    mr_error *err);

#endif
