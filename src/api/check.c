/* SPDX-License-Identifier: Apache-2.0 */
#include "api/check.h"

#include <inttypes.h>

static bool is_present(const struct mr_msg_desc *desc, const char *message, size_t index)
{
	const struct mr_field_desc *f = &desc->fields[index];
	uint64_t has;
	size_t n;
	mr_str text;

	if (f->flags & MR_FIELD_REPEATED) {
		memcpy(&n, message + f->count_offset, sizeof n);
		return n > 0;
	}
	memcpy(&has, message, sizeof has);
	if (!(has >> index & 1))
		return false;
	if (f->kind != MR_KIND_STRING)
		return true;
	memcpy(&text, message + f->offset, sizeof text);
	return text.len > 0;
}

static mr_code check_limits(const struct mr_field_desc *f, const char *message, mr_error *err)
{
	int64_t value = 0;

	if (f->kind == MR_KIND_INT64) {
		memcpy(&value, message + f->offset, sizeof value);
	} else if (f->kind == MR_KIND_INT32) {
		int32_t narrow;

		memcpy(&narrow, message + f->offset, sizeof narrow);
		value = narrow;
	} else {
		return MR_OK;
	}
	if ((f->min == 0 && f->max == 0) || (value >= f->min && value <= f->max))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Invalid value %" PRId64 " for parameter '%s' supplied: it must be between %" PRId64
			    " and %" PRId64,
			    value, f->name, f->min, f->max);
}

mr_code mr_request_check(const struct mr_op_desc *op, const void *request, mr_error *err)
{
	const struct mr_msg_desc *desc = op->request;

	for (size_t i = 0; i < desc->fields_n; i++) {
		const struct mr_field_desc *f = &desc->fields[i];
		bool present = is_present(desc, request, i);

		if (!present && (f->flags & (MR_FIELD_REQUIRED | MR_FIELD_IN_PATH)))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Missing value for required parameter '%s' of %s", f->name, op->name);
		if (present && !(f->flags & MR_FIELD_REPEATED) && check_limits(f, request, err) != MR_OK)
			return MR_INVALID_PARAMETER_VALUE;
	}
	return MR_OK;
}
