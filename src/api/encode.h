/* SPDX-License-Identifier: Apache-2.0
 *
 * Between encode.c and its neighbours: the state of one encoding.
 */
#ifndef MR_API_ENCODE_H
#define MR_API_ENCODE_H

#include "api/codec.h"
#include "api/plan.h"
#include "api/sink.h"

enum mr_encode_mode {
	MR_ENCODE_PRETTY,
	MR_ENCODE_JSONIFY, /* compact; empty lists are written, NaN is bare, a newline ends the document */
	MR_ENCODE_COMPACT /* one line, as our client sends requests */
};

struct mr_encoding {
	struct mr_sink sink;
	enum mr_encode_mode mode;
	int depth; /* of open brackets */
	mr_code code;
	mr_error *err;
};

void mr_encoding_open(struct mr_encoding *e, mr_buf *out, enum mr_encode_mode mode, mr_error *err);
mr_code mr_encoding_close(struct mr_encoding *e);
/* What stands in front of an item: a comma, a line break. Leaves room for n more bytes. */
bool mr_encoding_item(struct mr_encoding *e, bool first, size_t n);
void mr_encoding_begin(struct mr_encoding *e, char bracket);
void mr_encoding_end(struct mr_encoding *e, char bracket, bool empty);
void mr_encoding_key(struct mr_encoding *e, const struct mr_plan_field *field, bool first);
void mr_encoding_message(struct mr_encoding *e, const struct mr_plan *plan, const void *message);
/* The members but one; gives whether anything stands in the object now. */
bool mr_encoding_members(struct mr_encoding *e, const struct mr_plan *plan, const void *message,
			 const struct mr_field_desc *skip, bool any);

/* The kinds that are rare: bytes, float, JSON, times, field masks. */
void mr_encoding_special(struct mr_encoding *e, unsigned kind, const void *value);
void mr_encoding_double(struct mr_encoding *e, double value);

/* The object without a newline behind it. */
mr_code mr_encode_object(const struct mr_msg_desc *desc, const void *message, enum mr_encode_mode mode, mr_buf *out,
			 mr_error *err);

#endif
