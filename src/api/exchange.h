/* SPDX-License-Identifier: Apache-2.0
 *
 * An operation by MLflow's REST API, whatever carries the request: a server's
 * address (src/store/rest), or the host of a Python plugin. What the server's side of a row
 * of the operations table decodes, this side encodes.
 */
#ifndef MR_API_EXCHANGE_H
#define MR_API_EXCHANGE_H

#include <millrace/http.h>

#include "api/request.h"

/* Fills status and body of the response, in the call's memory. */
typedef mr_code mr_exchange_send(void *arg, const struct mr_request_parts *parts, struct mr_http_response *response,
				 mr_call *call, mr_error *err);

/* What a store's invoke does: encodes, sends, decodes the answer or MLflow's error in it, hands rows to emit. */
mr_code mr_exchange_invoke(uint32_t operation, const void *request, void *response, mr_exchange_send *send, void *arg,
			   mr_call *call, mr_error *err);

#endif
