/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include <stdlib.h>

#include "base/error.h"

static void the_first_message_wins(void **state)
{
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_error_set(&err, MR_NOT_FOUND, "no %s", "x"), MR_NOT_FOUND);
	assert_int_equal(mr_error_set(&err, MR_IO_ERROR, "later"), MR_IO_ERROR);
	assert_int_equal(err.code, MR_NOT_FOUND);
	assert_string_equal(err.message, "no x");
	assert_int_equal(err.length, 4);
	assert_int_equal(mr_error_set(NULL, MR_IO_ERROR, "nobody asks"), MR_IO_ERROR);
}

static void a_long_message_is_cut(void **state)
{
	mr_error err;
	char *text = malloc(10000);

	(void)state;
	memset(text, 'm', 9999);
	text[9999] = 0;
	mr_error_init(&err);
	mr_error_set(&err, MR_INTERNAL_ERROR, "%s", text);
	assert_int_equal(err.length, MR_ERROR_MESSAGE_MAX - 1);
	assert_int_equal(strlen(err.message), err.length);
	free(text);
}

/* data/error_codes.txt is what the reference says of each of its codes, see README.md. */
static void the_table_is_the_references(void **state)
{
	mr_arena *arena = mr_arena_new(0);
	char *text = (char *)test_data(arena, "error_codes.txt").ptr, *line, *rest = NULL;
	char name[64], sqlstate[16], error_class[64];
	int code, status, known = 0;

	(void)state;
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const struct mr_code_info *info;

		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%63s %d %d %15s %63s", name, &code, &status, sqlstate, error_class), 5);
		info = mr_code_info((mr_code)code);
		if ((int)info->code != code)
			continue; /* a code that we never give */
		known++;
		assert_string_equal(info->name, name);
		assert_int_equal(info->http_status, status);
		assert_string_equal(info->sqlstate ? info->sqlstate : "-", sqlstate);
		assert_string_equal(info->error_class ? info->error_class : "-", error_class);
		assert_int_equal(mr_code_from_name(mr_str_from(name)), code);
		assert_string_equal(mr_code_name((mr_code)code), name);
		assert_int_equal(mr_code_http_status((mr_code)code), status);
	}
	assert_int_equal(known, 23); /* every member of mr_code but MR_OK */
	mr_arena_free(arena);
}

static void what_is_unknown_is_internal(void **state)
{
	(void)state;
	assert_int_equal(mr_code_from_name(LIT("QUOTA_EXCEEDED")), MR_INTERNAL_ERROR);
	assert_int_equal(mr_code_from_name(LIT("")), MR_INTERNAL_ERROR);
	assert_int_equal(mr_code_from_name(LIT("OK")), MR_INTERNAL_ERROR);
	assert_string_equal(mr_code_name((mr_code)77), "INTERNAL_ERROR");
	assert_int_equal(mr_code_http_status((mr_code)77), 500);
}

/* mlflow.exceptions.HTTP_STATUS_TO_ERROR_CODE of the reference */
static void statuses_become_codes(void **state)
{
	static const struct {
		int status;
		mr_code code;
	} cases[] = {
		{500, MR_INTERNAL_ERROR},    {501, MR_NOT_IMPLEMENTED},	   {503, MR_TEMPORARILY_UNAVAILABLE},
		{504, MR_DEADLINE_EXCEEDED}, {429, MR_RESOURCE_EXHAUSTED}, {499, MR_CANCELLED},
		{409, MR_ALREADY_EXISTS},    {404, MR_ENDPOINT_NOT_FOUND}, {403, MR_PERMISSION_DENIED},
		{401, MR_UNAUTHENTICATED},   {400, MR_BAD_REQUEST},	   {418, MR_INTERNAL_ERROR},
		{200, MR_INTERNAL_ERROR},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(mr_code_from_http_status(cases[i].status), cases[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_message_wins),      cmocka_unit_test(a_long_message_is_cut),
		cmocka_unit_test(the_table_is_the_references), cmocka_unit_test(what_is_unknown_is_internal),
		cmocka_unit_test(statuses_become_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
