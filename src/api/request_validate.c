/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the messages: mlflow/server/handlers.py, _validate_param_against_schema
 * and the _assert_ functions, and mlflow/utils/validation.py.
 */
#include "api/request_validate.h"

#include "api/member.h"
#include "api/python.h"

#define SEE_DOCS " See the API docs for more information about request parameters."

static bool is_absent(mr_str json)
{
	return json.len == 0 || mr_str_is(json, "null");
}

static bool is_empty_text(mr_str json)
{
	return mr_str_is(json, "\"\"");
}

static mr_code missing(const char *name, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Missing value for required parameter '%s'." SEE_DOCS,
			    name);
}

/* Of most members the reference asserts first that they are there, which an empty
 * text is not; of integers and lists of texts first the type. */
static bool type_comes_first(const struct mr_field_desc *field)
{
	return field->kind == MR_KIND_INT64 || field->kind == MR_KIND_INT32 ||
	       (field->kind == MR_KIND_STRING && field->flags & MR_FIELD_REPEATED);
}

static bool is_missing(const struct mr_field_desc *field, mr_str json)
{
	return is_absent(json) || (is_empty_text(json) && !type_comes_first(field));
}

/* ---- limits ---- */

static int64_t integer_of(const struct mr_field_desc *field, const void *message)
{
	const void *member = mr_member(message, field);

	return field->kind == MR_KIND_INT64 ? *(const int64_t *)member : *(const int32_t *)member;
}

static mr_code check_count(const struct mr_plan *plan, const struct mr_field_desc *field, const void *message,
			   mr_error *err)
{
	size_t n = *mr_member_count(message, field);

	if (n <= (size_t)field->max)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "%s request must specify at most %lld %s. Received %zu %s." SEE_DOCS, plan->desc->name,
			    (long long)field->max, field->name, n, field->name);
}

/* Where it compares, the reference takes int() of the text, which knows no "5.0". */
static bool is_text_of_no_int(mr_str json)
{
	struct mr_python_int value;

	return json.len >= 2 && json.ptr[0] == '"' && !mr_python_int(mr_str_make(json.ptr + 1, json.len - 2), &value);
}

/* A maximum alone is MLflow's _assert_less_than_or_equal, both are its _assert_intlike_within_range. */
static mr_code check_limits(const struct mr_plan *plan, uint32_t index, const void *message, mr_str json, mr_call *call,
			    mr_error *err)
{
	const struct mr_field_desc *field = plan->fields[index].desc;
	struct mr_wrong_value value = {mr_str_from(field->name), json};
	int64_t number;

	if (!field->min && !field->max)
		return MR_OK;
	if (field->flags & MR_FIELD_REPEATED)
		return check_count(plan, field, message, err);
	if (!mr_member_is_set(message, index))
		return MR_OK;
	if (is_text_of_no_int(json))
		return mr_wrong_value_set(&value, call, err);
	number = integer_of(field, message);
	if (number >= (field->min ? field->min : INT64_MIN) && number <= field->max)
		return MR_OK;
	if (field->min)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%s must be between %lld and %lld." SEE_DOCS,
				    field->name, (long long)field->min, (long long)field->max);
	return mr_wrong_value_set(&value, call, err);
}

/* ---- elements ---- */

static bool is_empty(const void *message, const struct mr_plan_field *field)
{
	if (field->desc->flags & MR_FIELD_REPEATED)
		return *mr_member_count(message, field->desc) == 0;
	if (!mr_member_is_set(message, field->index))
		return true;
	return field->desc->kind == MR_KIND_STRING && ((const mr_str *)mr_member(message, field->desc))->len == 0;
}

static mr_code check_elements(const struct mr_plan_field *field, const void *message, mr_error *err)
{
	const struct mr_plan *of = field->message;
	const void *const *elements = *(const void *const *const *)mr_member(message, field->desc);
	size_t n = *mr_member_count(message, field->desc), i;
	char path[256];
	uint32_t k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < of->desc->fields_n; k++) {
			if (!(of->desc->fields[k].flags & MR_FIELD_REQUIRED) || !is_empty(elements[i], &of->fields[k]))
				continue;
			snprintf(path, sizeof path, "%s[%zu].%s", field->desc->name, i, of->desc->fields[k].name);
			return missing(path, err);
		}
	}
	return MR_OK;
}

/* An empty text for a number that must be there counts as missing here, too. */
static bool is_missing_in_element(const struct mr_plan_field *field, const struct mr_wrong_value *wrong)
{
	const struct mr_field_desc *inner = NULL;
	size_t n = wrong->path.len;

	while (n && wrong->path.ptr[n - 1] != '.')
		n--;
	if (field->message && n)
		inner = mr_field_by_name(field->message->desc, mr_str_make(wrong->path.ptr + n, wrong->path.len - n));
	return inner && inner->flags & MR_FIELD_REQUIRED && is_empty_text(wrong->json);
}

/* ---- all ---- */

/* run_uuid, where run_id is absent. */
static void stand_in(const struct mr_plan *plan, uint32_t index, void *message, struct mr_decoded_top *top)
{
	const struct mr_field_desc *field = plan->fields[index].desc;
	uint32_t other = field->else_field;
	const struct mr_field_desc *from;

	if (other == MR_FIELD_NONE || !is_absent(top->json[index]) || is_absent(top->json[other]))
		return;
	from = plan->fields[other].desc;
	top->json[index] = top->json[other];
	top->wrong[index] = top->wrong[other];
	if (top->wrong[index].path.ptr)
		top->wrong[index].path = mr_str_from(field->name);
	memcpy(mr_member(message, field), mr_member(message, from), mr_kind_size(field->kind));
	mr_member_set(message, index, mr_member_is_set(message, other));
}

static mr_code check_member(const struct mr_plan *plan, uint32_t index, void *message, struct mr_decoded_top *top,
			    mr_call *call, mr_error *err)
{
	const struct mr_plan_field *field = &plan->fields[index];
	const struct mr_wrong_value *wrong = &top->wrong[index];
	bool checked = field->desc->flags & MR_FIELD_CHECKED;
	mr_code code;

	stand_in(plan, index, message, top);
	if (field->desc->flags & MR_FIELD_REQUIRED && is_missing(field->desc, top->json[index]))
		return missing(field->desc->name, err);
	if (wrong->path.ptr)
		return checked && is_missing_in_element(field, wrong) ? missing(wrong->path.ptr, err)
								      : mr_wrong_value_set(wrong, call, err);
	code = check_limits(plan, index, message, top->json[index], call, err);
	return code == MR_OK && checked ? check_elements(field, message, err) : code;
}

mr_code mr_request_validate(const struct mr_plan *plan, void *message, struct mr_decoded_top *top, mr_call *call,
			    mr_error *err)
{
	mr_code code = MR_OK;
	uint32_t i;

	for (i = 0; i < plan->desc->fields_n && code == MR_OK; i++)
		code = check_member(plan, i, message, top, call, err);
	return code;
}
