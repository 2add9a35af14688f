/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/request_auth.h - the contract of group
 * "mlflow.request_auth_provider": credentials for outgoing requests. A named
 * group: MLFLOW_TRACKING_AUTH holds the entry's name; a name that no plugin has
 * is an error of the request. Asked again at each attempt of a request, never
 * for another host than the one the request was made for (redirects).
 */
#ifndef MILLRACE_REQUEST_AUTH_H
#define MILLRACE_REQUEST_AUTH_H

#include "millrace/plugin.h"
#include "millrace/request_header.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_auth_request {
	size_t size;
	mr_str method;
	mr_str url;
	const struct mr_header *headers; /* as they will be sent, without the credentials */
	size_t headers_n;
	mr_str body;     /* the bytes, when they are at hand */
	int64_t body_size; /* -1 unknown, with an empty body when it streams */
	int32_t attempt; /* from 1 */
};

struct mr_request_auth_ops {
	size_t size;
	/* Gives the headers that authorize the request; they replace equal ones. */
	mr_code (*authorize)(const mr_host *host, const struct mr_auth_request *request, mr_header_visit *visit,
			     void *arg, mr_call *call, mr_error *err);
	/* After a 401 or 407: whether another attempt makes sense (a token was
	 * renewed). Asked at most twice a request. NULL: no. */
	bool (*on_challenge)(const mr_host *host, const struct mr_auth_request *request,
			     const struct mr_http_response *response, mr_call *call);
};

#ifdef __cplusplus
}
#endif
#endif
