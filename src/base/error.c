/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: mlflow/exceptions.py and mlflow/error_classification.py
 * of the reference.
 */
#include "base/error.h"

#define INTERNAL "XXM00", "CLIENT_INTERNAL_ERROR"
#define INVALID	 "KAM00", "INVALID_PARAMETER_VALUE"
#define DENIED	 "KAM00", "PERMISSION_DENIED"
#define ABSENT	 "KAM00", "RESOURCE_NOT_FOUND"
#define PLAIN	 NULL, NULL

/* Where several codes have one status, the last of them is what a client makes
 * of that status, as in MLflow (BAD_REQUEST, ENDPOINT_NOT_FOUND and
 * INTERNAL_ERROR by name, the others by order). */
static const struct mr_code_info table[] = {
	{MR_OK, "OK", 200, PLAIN},
	{MR_FEATURE_DISABLED, "FEATURE_DISABLED", 500, "KAM00", "FEATURE_DISABLED"},
	{MR_IO_ERROR, "IO_ERROR", 500, PLAIN},
	{MR_INVALID_STATE, "INVALID_STATE", 500, INTERNAL},
	{MR_DATA_LOSS, "DATA_LOSS", 500, PLAIN},
	{MR_INTERNAL_ERROR, "INTERNAL_ERROR", 500, INTERNAL},
	{MR_NOT_IMPLEMENTED, "NOT_IMPLEMENTED", 501, PLAIN},
	{MR_TEMPORARILY_UNAVAILABLE, "TEMPORARILY_UNAVAILABLE", 503, INTERNAL},
	{MR_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", 504, PLAIN},
	{MR_REQUEST_LIMIT_EXCEEDED, "REQUEST_LIMIT_EXCEEDED", 429, PLAIN},
	{MR_CANCELLED, "CANCELLED", 499, PLAIN},
	{MR_RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED", 429, PLAIN},
	{MR_ABORTED, "ABORTED", 409, PLAIN},
	{MR_RESOURCE_CONFLICT, "RESOURCE_CONFLICT", 409, PLAIN},
	{MR_ALREADY_EXISTS, "ALREADY_EXISTS", 409, PLAIN},
	{MR_NOT_FOUND, "NOT_FOUND", 404, ABSENT},
	{MR_RESOURCE_DOES_NOT_EXIST, "RESOURCE_DOES_NOT_EXIST", 404, ABSENT},
	{MR_ENDPOINT_NOT_FOUND, "ENDPOINT_NOT_FOUND", 404, ABSENT},
	{MR_PERMISSION_DENIED, "PERMISSION_DENIED", 403, DENIED},
	{MR_CUSTOMER_UNAUTHORIZED, "CUSTOMER_UNAUTHORIZED", 401, DENIED},
	{MR_UNAUTHENTICATED, "UNAUTHENTICATED", 401, PLAIN},
	{MR_RESOURCE_ALREADY_EXISTS, "RESOURCE_ALREADY_EXISTS", 400, "KAM00", "RESOURCE_ALREADY_EXISTS"},
	{MR_INVALID_PARAMETER_VALUE, "INVALID_PARAMETER_VALUE", 400, INVALID},
	{MR_BAD_REQUEST, "BAD_REQUEST", 400, INVALID},
};

enum { TABLE_LENGTH = sizeof table / sizeof table[0] };

const struct mr_code_info *mr_code_info(mr_code code)
{
	size_t i;

	for (i = 0; i < TABLE_LENGTH; i++)
		if (table[i].code == code)
			return &table[i];
	return mr_code_info(MR_INTERNAL_ERROR);
}

const char *mr_code_name(mr_code code)
{
	return mr_code_info(code)->name;
}

int mr_code_http_status(mr_code code)
{
	return mr_code_info(code)->http_status;
}

mr_code mr_code_from_name(mr_str name)
{
	size_t i;

	for (i = 1; i < TABLE_LENGTH; i++)
		if (mr_str_is(name, table[i].name))
			return table[i].code;
	return MR_INTERNAL_ERROR;
}

mr_code mr_code_from_http_status(int status)
{
	size_t i;

	for (i = TABLE_LENGTH - 1; i > 0; i--)
		if (table[i].http_status == status)
			return table[i].code;
	return MR_INTERNAL_ERROR;
}
