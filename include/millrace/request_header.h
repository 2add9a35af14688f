/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/request_header.h - the contract of group
 * "mlflow.request_header_provider": headers for every outgoing request to a
 * tracking server. An ordered group. Where two providers give the same header,
 * the values are joined by a space, as MLflow does. A header that the request
 * itself sets is not replaced. A provider that fails is logged and left out.
 */
#ifndef MILLRACE_REQUEST_HEADER_H
#define MILLRACE_REQUEST_HEADER_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef mr_code mr_header_visit(void *arg, mr_str name, mr_str value, mr_error *err);

struct mr_request_header_ops {
	size_t size;
	bool (*in_context)(const mr_host *host, mr_call *call); /* NULL: always */
	mr_code (*headers)(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
