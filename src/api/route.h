/* SPDX-License-Identifier: Apache-2.0
 *
 * Between route.c, which finds, and route_table.c, which builds what it finds in.
 */
#ifndef MR_API_ROUTE_H
#define MR_API_ROUTE_H

#include "api/request.h"

enum { MR_METHOD_DELETE, MR_METHOD_GET, MR_METHOD_PATCH, MR_METHOD_POST, MR_METHOD_PUT, MR_METHODS };

enum { MR_ROUTE_NONE = UINT16_MAX };

/* HEAD is GET; -1 for others than ours. */
int mr_method_index(mr_str method);

/* One path and who answers it. */
struct mr_endpoint {
	mr_str path;
	const struct mr_op_desc *ops[MR_METHODS];
};

enum mr_segment_kind { MR_SEGMENT_TEXT, MR_SEGMENT_PARAM, MR_SEGMENT_REST };

/* "{name}" and "{*name}" are a parameter and the rest of the path. *text becomes the name. */
enum mr_segment_kind mr_segment_read(mr_str *text);
/* The segment at the front of a path that begins with '/'; *path becomes what is behind it. */
mr_str mr_segment_cut(mr_str *path);
/* Takes off the path what a segment of a pattern stands for; false when it does not fit. */
bool mr_segment_takes(enum mr_segment_kind kind, mr_str text, mr_str *path, mr_str *value);

struct mr_route_node {
	mr_str segment; /* of a parameter its name, with a NUL behind it */
	enum mr_segment_kind kind;
	uint16_t child, next;
	uint16_t endpoint;
};

struct mr_router {
	struct mr_endpoint *endpoints;
	size_t endpoints_n;
	uint16_t *slots; /* indices of the endpoints without parameters */
	size_t slots_mask;
	struct mr_route_node *nodes; /* the first is the root */
	size_t nodes_n;
	char *names; /* of parameters */
};

uint64_t mr_route_hash(mr_str path);
/* The one router of the process, made at the first use; NULL when out of memory. */
const struct mr_router *mr_router_get(void);

#endif
