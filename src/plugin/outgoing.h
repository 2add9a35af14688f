/* SPDX-License-Identifier: Apache-2.0
 *
 * host->http: an outgoing request with the user's credentials (the
 * environment's, or MLFLOW_TRACKING_AUTH's provider), the header providers, TLS
 * settings and retries. The transfer itself is src/net's, loaded on first use.
 */
#ifndef MR_PLUGIN_OUTGOING_H
#define MR_PLUGIN_OUTGOING_H

#include <millrace/http.h>

#include "api/call.h"
#include "plugin/host.h"

mr_code mr_outgoing(const struct mr_http_request *request, struct mr_http_response *response, mr_call *call,
		    mr_error *err);

#endif
