/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookups that are not on a hot path; the codec has its own (plan.h).
 */
#include "api/tables.h"

const struct mr_msg_desc *mr_msg_desc_get(uint32_t id)
{
	return id < mr_messages_end ? mr_messages[id] : NULL;
}

const struct mr_op_desc *mr_op_desc_get(uint32_t id)
{
	return id < mr_operations_end ? mr_operations[id] : NULL;
}

const struct mr_op_desc *mr_op_desc_by_name(mr_str name)
{
	uint32_t i;

	for (i = 0; i < mr_operations_end; i++)
		if (mr_operations[i] && mr_str_is(name, mr_operations[i]->name))
			return mr_operations[i];
	return NULL;
}

const struct mr_field_desc *mr_field_by_name(const struct mr_msg_desc *desc, mr_str name)
{
	uint32_t i;

	for (i = 0; i < desc->fields_n; i++)
		if (mr_str_is(name, desc->fields[i].name) || mr_str_is(name, desc->fields[i].json_name))
			return &desc->fields[i];
	return NULL;
}

const struct mr_enum_value *mr_enum_by_name(const struct mr_enum_desc *desc, mr_str name)
{
	uint32_t i;

	for (i = 0; i < desc->values_n; i++)
		if (mr_str_is(name, desc->values[i].name))
			return &desc->values[i];
	return NULL;
}

const struct mr_enum_value *mr_enum_by_number(const struct mr_enum_desc *desc, int32_t number)
{
	uint32_t i;

	for (i = 0; i < desc->values_n; i++)
		if (desc->values[i].number == number)
			return &desc->values[i];
	return NULL;
}

const char *mr_enum_name(const struct mr_enum_desc *desc, int32_t number)
{
	const struct mr_enum_value *value = mr_enum_by_number(desc, number);

	return value ? value->name : "";
}
