/* SPDX-License-Identifier: Apache-2.0
 *
 * Stores at the other end of a wire: what they get is a request of MLflow's REST API, so one that is there already, from
 * MLflow's own client, can be passed on as it is.
 */
#ifndef MR_STORE_WIRE_H
#define MR_STORE_WIRE_H

#include <millrace/http.h>

#include "api/request.h"
#include "plugin/handle.h"

struct mr_wire_request {
	struct mr_request_parts parts;
	mr_str content_type; /* of the body; empty: JSON */
	const struct mr_header *headers; /* besides */
	size_t headers_n;
	bool authorized; /* they hold what MLFLOW_TRACKING_AUTH would add */
};

/* Fills status and body of the response in the call's memory; any status is MR_OK. */
typedef mr_code mr_wire_send(void *self, const struct mr_wire_request *request, struct mr_http_response *response,
			     mr_call *call, mr_error *err);

/* NULL: this store is in the process, and takes messages. */
mr_wire_send *mr_wire_of(const mr_store_handle *store, void **self);

/* The two stores of this kind. */
mr_store_open rest_open, child_open;
mr_wire_send rest_send, child_send;

/* The scheme of a store that runs in a child of this program, before its own URI; and the millrace that is run for
 * it, which is empty until it is said. The string must live. */
#define MR_CHILD_SCHEME "millrace-child"
void mr_child_program_set(mr_str program);
mr_str mr_child_program(void);
/* A plugin file that each process of a store, of those that start from now on, is given. */
mr_code mr_child_plugin_add(mr_str file, mr_error *err);

#endif
