/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

static mr_str body_of(mr_code code, const char *message)
{
	mr_error error;
	mr_buf out;
	mr_str copy;

	mr_error_init(&error);
	mr_error_set(&error, code, "%s", message);
	mr_buf_init(&out, 1 << 16);
	mr_error_encode(&error, &out);
	copy = mr_call_copy(call, mr_buf_view(&out));
	mr_buf_dispose(&out);
	return copy;
}

static void bodies_are_those_of_the_reference(void **state)
{
	(void)state;
	assert_str("{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\", \"message\": \"Run 'a\\\"\\u00e9' not found\", "
		   "\"sqlstate\": \"KAM00\", \"error_class\": \"RESOURCE_NOT_FOUND\"}",
		   body_of(MR_RESOURCE_DOES_NOT_EXIST, "Run 'a\"\xc3\xa9' not found"));
	assert_str("{\"error_code\": \"DATA_LOSS\", \"message\": \"\"}", body_of(MR_DATA_LOSS, ""));
	assert_str("{\"error_code\": \"INTERNAL_ERROR\", \"message\": \"\", \"sqlstate\": \"XXM00\", "
		   "\"error_class\": \"CLIENT_INTERNAL_ERROR\"}",
		   body_of(MR_OK, ""));
}

static void reads(int status, const char *body, mr_code code, const char *message)
{
	mr_error error;

	mr_error_decode(status, mr_str_from(body), mr_str_from("/api/2.0/x"), &error);
	assert_int_equal(code, error.code);
	assert_str(message, mr_str_make(error.message, error.length));
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	reads(404, body_of(MR_RESOURCE_DOES_NOT_EXIST, "no \"such\" run\n").ptr, MR_RESOURCE_DOES_NOT_EXIST,
	      "no \"such\" run\n");
	reads(400, body_of(MR_RESOURCE_ALREADY_EXISTS, "x").ptr, MR_RESOURCE_ALREADY_EXISTS, "x");
}

static void other_bodies_are_read_as_by_the_client(void **state)
{
	(void)state;
	reads(404, "<h1>Not Found</h1>", MR_ENDPOINT_NOT_FOUND,
	      "API request to endpoint /api/2.0/x failed with error code 404 != 200. Response body: '<h1>Not "
	      "Found</h1>'");
	reads(503, "", MR_TEMPORARILY_UNAVAILABLE,
	      "API request to endpoint /api/2.0/x failed with error code 503 != 200. Response body: ''");
	reads(500, "{\"error_code\": \"403\", \"message\": \"m\"}", MR_PERMISSION_DENIED, "m");
	reads(500, "{\"error_code\": 401, \"message\": \"m\"}", MR_UNAUTHENTICATED, "m");
	reads(429, "{\"message\": \"slow down\"}", MR_RESOURCE_EXHAUSTED, "slow down");
	reads(403, "{\"error_code\": \"A_NEW_ONE\", \"message\": \"m\"}", MR_PERMISSION_DENIED, "m");
	reads(500, "{\"detail\": 1}", MR_INTERNAL_ERROR, "Response: {\"detail\": 1}");
	reads(400, "[]", MR_BAD_REQUEST,
	      "API request to endpoint /api/2.0/x failed with error code 400 != 200. Response body: '[]'");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, call_open, call_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bodies_are_those_of_the_reference),
		TEST(what_is_written_is_read),
		TEST(other_bodies_are_read_as_by_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
