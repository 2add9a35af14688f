/* SPDX-License-Identifier: Apache-2.0
 *
 * An operation as an HTTP request, both ways: what the server decodes and
 * validates, what the REST store sends; and the router. All from the tables.
 */
#ifndef MR_API_REQUEST_H
#define MR_API_REQUEST_H

#include "api/codec.h"

enum { MR_PATH_PARAMS_MAX = 4 };

struct mr_path_param {
	const char *name; /* "model_id"; of a rest-of-path parameter {*name} without the star */
	mr_str value; /* as it stands in the path: still percent-encoded */
};

struct mr_route_match {
	const struct mr_op_desc *op; /* NULL: no such route, or not for this method; HEAD finds what GET does */
	struct mr_path_param params[MR_PATH_PARAMS_MAX];
	size_t params_n;
	bool other_method; /* the path exists, for the methods in allow only; so it is for OPTIONS, too */
	char allow[64]; /* "GET, HEAD, OPTIONS, POST", in alphabetical order */
};

/* Builds the router, which the first search does, too; a server does it at its start, because it takes memory. */
mr_code mr_route_prepare(mr_error *err);
/* path: raw, without query and static prefix. Any thread. */
void mr_route_find(mr_str method, mr_str path, struct mr_route_match *out);

struct mr_request_source {
	mr_str method;
	const struct mr_route_match *route;
	mr_str query; /* raw, without '?' */
	mr_str body;
	mr_str content_type; /* empty: absent */
	bool has_content_type;
};

/* Decodes and validates as MLflow's handlers do, with their messages. */
mr_code mr_request_decode(const struct mr_request_source *source, mr_call *call, void **out, mr_error *err);

struct mr_request_parts {
	const char *method;
	mr_str target; /* path and query, below the server's base */
	mr_str body; /* JSON; empty when there is none */
};
/* By the operation's first route. */
mr_code mr_request_encode(const struct mr_op_desc *op, const void *request, mr_call *call, struct mr_request_parts *out,
			  mr_error *err);

/* The OpenAPI 3.0 document of every operation that has a route. */
mr_code mr_openapi_write(mr_buf *out, mr_error *err);

#endif
