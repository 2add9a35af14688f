/* SPDX-License-Identifier: Apache-2.0
 *
 * What the codec makes of the tables at the first use: lengths of names, the
 * text of each key, the order of output. One block of memory for all messages,
 * kept until the process ends.
 */
#ifndef MR_API_PLAN_H
#define MR_API_PLAN_H

#include "api/tables.h"

struct mr_plan;

enum { MR_PLAN_KEY_PAD = 32 };

struct mr_plan_field {
	const struct mr_field_desc *desc;
	const struct mr_plan *message; /* of a field that holds messages */
	const char *key; /* "name": and MR_PLAN_KEY_PAD readable bytes behind it */
	uint16_t key_len;
	uint16_t json_name_len;
	uint8_t index; /* in the description: its bit in `has` */
	bool two_names;
};

struct mr_plan {
	const struct mr_msg_desc *desc;
	const struct mr_plan_field *fields; /* in the order of the description */
	const struct mr_plan_field *const *order; /* by number, as protobuf writes them */
};

static inline mr_str mr_plan_field_name(const struct mr_plan_field *field)
{
	return mr_str_make(field->key + 1, field->key_len - 3u);
}

/* NULL when out of memory. Any thread. */
const struct mr_plan *mr_plan_get(const struct mr_msg_desc *desc);

#endif
