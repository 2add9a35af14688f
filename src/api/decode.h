/* SPDX-License-Identifier: Apache-2.0
 *
 * Between decode.c and its neighbours: the state of one decoding.
 *
 * A value of a wrong type is not an error at once: it is described in `wrong`,
 * and the function that found it gives false. A request collects these for its
 * own members, because MLflow reports them in the order of its schema and not
 * of the text. A syntax error stands in err, and `wrong` is empty then.
 */
#ifndef MR_API_DECODE_H
#define MR_API_DECODE_H

#include "api/codec.h"
#include "api/plan.h"

struct mr_decode_path {
	const struct mr_decode_path *up;
	mr_str name; /* of a member */
	size_t index; /* of an element, when name is NULL */
};

struct mr_wrong_value {
	mr_str path; /* "metrics[3].value"; ptr is NULL while nothing is wrong */
	mr_str json; /* the value there */
};

struct mr_decoding {
	mr_json_scanner sc;
	mr_call *call;
	mr_error *err;
	const struct mr_decode_path *path;
	struct mr_wrong_value wrong;
};

/* What a request needs to know of its own members beyond the message. */
struct mr_decoded_top {
	/* by index of the field: */
	mr_str json[64]; /* what stands there; empty when it does not */
	struct mr_wrong_value wrong[64];
};

bool mr_decode_object(struct mr_decoding *d, const struct mr_plan *plan, void *message, struct mr_decoded_top *top);
/* One value, of the type that was peeked, into the storage of a single member or an
 * element. *set becomes false for an enum's unknown name, which protobuf passes over. */
bool mr_decode_value(struct mr_decoding *d, const struct mr_plan_field *field, mr_json_type type, void *to, bool *set);
/* A copy with a NUL of what the scanner gave, unless it is one already. */
bool mr_decode_keep(struct mr_decoding *d, mr_str *s);
/* From a text that no JSON surrounds: a parameter of a query or a path.
 * MR_INVALID_PARAMETER_VALUE when it is none of the field's kind, or MR_RESOURCE_EXHAUSTED. */
mr_code mr_decode_text(const struct mr_field_desc *field, mr_str text, mr_call *call, void *to, bool *set);

/* Goes back to `from`, takes the value there as the wrong one, and gives false. */
bool mr_decode_wrong(struct mr_decoding *d, const mr_json_scanner *from);
/* MLflow's message about it. */
mr_code mr_wrong_value_set(const struct mr_wrong_value *wrong, mr_call *call, mr_error *err);

#endif
