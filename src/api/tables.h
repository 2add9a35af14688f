/* SPDX-License-Identifier: Apache-2.0
 *
 * The generated tables, and how to look things up in them.
 */
#ifndef MR_API_TABLES_H
#define MR_API_TABLES_H

#include "api/gen_descs.h"

/* By number; holes are NULL. */
extern const struct mr_msg_desc *const mr_messages[];
extern const uint32_t mr_messages_end;
extern const struct mr_op_desc *const mr_operations[];
extern const uint32_t mr_operations_end;
extern const struct mr_enum_desc *const mr_enums[];
extern const uint32_t mr_enums_n;

/* The facets of each side: where their pointer stands in struct mr_<side>_facets,
 * and how large the host's table is. */
struct mr_facet_desc {
	const char *name;
	size_t offset;
	size_t size;
};
extern const struct mr_facet_desc mr_tracking_facet_list[];
extern const uint32_t mr_tracking_facet_list_n;
extern const struct mr_facet_desc mr_registry_facet_list[];
extern const uint32_t mr_registry_facet_list_n;

const struct mr_msg_desc *mr_msg_desc_get(uint32_t id); /* NULL when there is none */
const struct mr_op_desc *mr_op_desc_get(uint32_t id);
const struct mr_op_desc *mr_op_desc_by_name(mr_str name);
const struct mr_field_desc *mr_field_by_name(const struct mr_msg_desc *desc, mr_str name); /* snake or camel */
const struct mr_enum_value *mr_enum_by_name(const struct mr_enum_desc *desc, mr_str name);
const struct mr_enum_value *mr_enum_by_number(const struct mr_enum_desc *desc, int32_t number);
/* "" when unknown. */
const char *mr_enum_name(const struct mr_enum_desc *desc, int32_t number);

#endif
