/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP/1.1 as a front port passes it on: heads are read strictly, because what
 * two readers understand differently is how requests are smuggled; bodies pass
 * as they are, and only their end is looked for.
 */
#ifndef MR_DEPLOY_FRONT_HTTP_H
#define MR_DEPLOY_FRONT_HTTP_H

#include "base/buf.h"

enum { FRONT_HEAD_MAX = 65536 };

struct front_head {
	bool response;
	mr_str method, target; /* of a request */
	int status; /* of a response */
	int minor; /* HTTP/1.minor */
	bool close; /* the sender closes after this message */
	bool chunked;
	int64_t length; /* Content-Length; -1: not said */
	bool expects; /* "Expect: 100-continue" */
	mr_str connection; /* names fields that are for the next hop alone */
};

/* The length of the head at the beginning of the bytes, its blank line included; 0 when it is not all there. */
size_t front_head_length(const char *bytes, size_t n);
/* text: a whole head. NULL, or what is wrong with it; *status is then what to answer a request with. */
const char *front_head_parse(mr_str text, bool response, struct front_head *out, int *status);
/* The head for the next hop: without the fields for this one, and with those given ("A: b\r\n"). */
void front_head_write(mr_str text, const struct front_head *head, const char *fields, mr_buf *out);
/* Whether a response to this method has a body, and how it ends. */
bool front_has_body(const struct front_head *response, mr_str method);

/* Where a chunked body ends. All zero is its beginning. */
struct front_chunks {
	int state;
	uint64_t left; /* of the chunk */
	int digits, line; /* of the size; bytes of the line */
	bool done, bad;
};
/* How many of the bytes belong to the body. */
size_t front_chunks_take(struct front_chunks *c, const char *bytes, size_t n);

#endif
