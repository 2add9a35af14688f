/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds that no message has yet, or that are rare.
 */
#include "helper.h"

#include "api/datetime.h"
#include "api/decode.h"
#include "api/encode.h"
#include "api/python.h"

static mr_str printed(unsigned kind, const void *value, enum mr_encode_mode mode, int depth)
{
	struct mr_encoding e;
	mr_buf out;
	mr_str copy;

	mr_buf_init(&out, 1 << 20);
	mr_encoding_open(&e, &out, mode, &err);
	e.depth = depth;
	mr_encoding_special(&e, kind, value);
	assert_int_equal(MR_OK, mr_encoding_close(&e));
	copy = mr_call_copy(call, mr_buf_view(&out));
	mr_buf_dispose(&out);
	return copy;
}

static bool reads(unsigned kind, const char *text, void *to)
{
	struct mr_field_desc field = {.kind = (uint8_t)kind};
	bool set;

	return mr_decode_text(&field, mr_str_from(text), call, to, &set) == MR_OK && set;
}

static void times(void **state)
{
	/* as google.protobuf.Timestamp and Duration print them */
	static const struct {
		int64_t ns;
		const char *timestamp, *duration;
	} list[] = {
		{0, "1970-01-01T00:00:00Z", "0s"},
		{1735689600123000000, "2025-01-01T00:00:00.123Z", "1735689600.123s"},
		{1709164799999999000, "2024-02-28T23:59:59.999999Z", "1709164799.999999s"},
		{1709251199000000001, "2024-02-29T23:59:59.000000001Z", "1709251199.000000001s"},
		{-1, "1969-12-31T23:59:59.999999999Z", "-0.000000001s"},
		{-2208988800000000000, "1900-01-01T00:00:00Z", "-2208988800s"},
		{4107542400000000000, "2100-03-01T00:00:00Z", "4107542400s"},
		{1500000000, "1970-01-01T00:00:01.500Z", "1.500s"},
	};
	char text[MR_TIME_TEXT_MAX];
	int64_t got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof list / sizeof *list; i++) {
		assert_str(list[i].timestamp, mr_str_make(text, mr_timestamp_format(text, list[i].ns)));
		assert_str(list[i].duration, mr_str_make(text, mr_duration_format(text, list[i].ns)));
		assert_true(reads(MR_KIND_TIMESTAMP, list[i].timestamp, &got));
		assert_int_equal(list[i].ns, got);
		assert_true(reads(MR_KIND_DURATION, list[i].duration, &got));
		assert_int_equal(list[i].ns, got);
	}
	assert_true(reads(MR_KIND_TIMESTAMP, "2025-01-01T02:30:00.5+02:30", &got));
	assert_int_equal(1735689600500000000, got);
}

static void every_day_of_centuries(void **state)
{
	char text[MR_TIME_TEXT_MAX];
	int64_t day, got, ns = 86400 * (int64_t)1000000000;
	size_t n;

	(void)state;
	for (day = -100000; day < 100000; day++) {
		n = mr_timestamp_format(text, day * ns);
		assert_true(mr_timestamp_parse(mr_str_make(text, n), &got));
		assert_int_equal(day * ns, got);
	}
}

static void wrong_times_are_refused(void **state)
{
	static const char *const wrong[] = {"",
					    "2025-01-01",
					    "2025-01-01T00:00:00",
					    "2025-13-01T00:00:00Z",
					    "2025-02-29T00:00:00Z",
					    "2025-04-31T00:00:00Z",
					    "2025-01-01T24:00:00Z",
					    "2025-01-01T00:00:00.Z",
					    "2025-01-01T00:00:00.1234567890Z",
					    "2025-01-01T00:00:00+1:00",
					    "9999-01-01T00:00:00Z",
					    "1.5",
					    "s",
					    "-s",
					    ".5s",
					    "99999999999999999999s",
					    "1.s"};
	int64_t got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (reads(MR_KIND_TIMESTAMP, wrong[i], &got) || reads(MR_KIND_DURATION, wrong[i], &got))
			fail_msg("%s is taken", wrong[i]);
}

static void bytes_are_base64(void **state)
{
	static const char *const texts[] = {"\"\"", "\"Zg==\"", "\"Zm8=\"", "\"Zm9v\"", "\"Zm9vYg==\"", "\"Zm9vYmE=\""};
	mr_str bytes;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof *texts; i++) {
		bytes = mr_str_make("fooba", i);
		assert_str(texts[i], printed(MR_KIND_BYTES, &bytes, MR_ENCODE_PRETTY, 0));
	}
	assert_true(reads(MR_KIND_BYTES, "Zm9vYmE", &bytes)); /* without padding */
	assert_str("fooba", bytes);
	assert_true(reads(MR_KIND_BYTES, "-_-_+/+/", &bytes)); /* both alphabets */
	assert_same(mr_str_make("\xfb\xff\xbf\xfb\xff\xbf", 6), bytes);
	assert_false(reads(MR_KIND_BYTES, "Zm9vY", &bytes));
}

static void floats_are_as_short_as_can_be(void **state)
{
	static const struct {
		float value;
		const char *text;
	} list[] = {{0.1f, "0.1"},
		    {3.0f, "3.0"},
		    {16777216.0f, "16777216.0"},
		    {1.17549435e-38f, "1.1754944e-38"},
		    {3.4028235e38f, "3.4028235e+38"},
		    {0.33333334f, "0.33333334"}};
	size_t i;
	float got;

	(void)state;
	for (i = 0; i < sizeof list / sizeof *list; i++) {
		assert_str(list[i].text, printed(MR_KIND_FLOAT, &list[i].value, MR_ENCODE_PRETTY, 0));
		assert_true(reads(MR_KIND_FLOAT, list[i].text, &got));
		assert_true(got == list[i].value);
	}
	assert_false(reads(MR_KIND_FLOAT, "1e39", &got));
}

static void free_json_is_indented_anew(void **state)
{
	mr_str json = mr_str_from("{ \"a\":[1,\n{}] }");

	(void)state;
	assert_str("{\n    \"a\": [\n      1,\n      {}\n    ]\n  }",
		   printed(MR_KIND_JSON, &json, MR_ENCODE_PRETTY, 1));
	assert_str("{\"a\":[1,{}]}", printed(MR_KIND_JSON, &json, MR_ENCODE_COMPACT, 1));
}

static void field_masks_change_their_case(void **state)
{
	mr_str paths = mr_str_from("a_b,c.d_e_f"), got;

	(void)state;
	assert_str("\"aB,c.dEF\"", printed(MR_KIND_FIELD_MASK, &paths, MR_ENCODE_PRETTY, 0));
	assert_true(reads(MR_KIND_FIELD_MASK, "aB,c.dEF", &got));
	assert_same(paths, got);
}

static void integers_keep_their_ranges(void **state)
{
	uint64_t u64;
	uint32_t u32;
	int64_t i64;

	(void)state;
	assert_true(reads(MR_KIND_UINT64, "18446744073709551615", &u64) && u64 == UINT64_MAX);
	assert_false(reads(MR_KIND_UINT64, "18446744073709551616", &u64));
	assert_false(reads(MR_KIND_UINT64, "-1", &u64));
	assert_true(reads(MR_KIND_UINT64, "-0", &u64) && u64 == 0);
	assert_false(reads(MR_KIND_UINT32, "4294967296", &u32));
	assert_true(reads(MR_KIND_INT64, "-9223372036854775808", &i64) && i64 == INT64_MIN);
	assert_false(reads(MR_KIND_INT64, "9223372036854775808", &i64));
	assert_false(reads(MR_KIND_INT64, "1.5", &i64));
	assert_false(reads(MR_KIND_INT64, "1__0", &i64));
	assert_false(reads(MR_KIND_INT64, "_1", &i64));
	assert_false(reads(MR_KIND_INT64, "", &i64));
	assert_false(reads(MR_KIND_INT64, "1 ", &i64));
}

static void dumps_as(const char *json, const char *type, const char *expected)
{
	mr_buf out;

	mr_buf_init(&out, 1 << 16);
	mr_python_dump(mr_str_from(json), call->arena, &out);
	assert_str(expected, mr_buf_view(&out));
	assert_string_equal(type, mr_python_type(mr_str_from(json)));
	mr_buf_dispose(&out);
}

static void values_are_shown_as_python_shows_them(void **state)
{
	(void)state;
	dumps_as("{\"b\": 1.50, \"a\": [null, true, -0, 1e3], \"b\": 2}", "dict",
		 "{\"a\":[null,true,0,1000.0],\"b\":2}");
	dumps_as("123456789012345678901234567890", "int", "123456789012345678901234567890");
	dumps_as(" -1E400", "float", "-Infinity");
	dumps_as("NaN", "float", "NaN");
	dumps_as("\"\xc3\xa9\\u0041\"", "str", "\"\\u00e9A\"");
	dumps_as("false", "bool", "false");
	dumps_as("null", "NoneType", "null");
	dumps_as("[]", "list", "[]");
	dumps_as("{}", "dict", "{}");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, call_open, call_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(times),
		TEST(every_day_of_centuries),
		TEST(wrong_times_are_refused),
		TEST(bytes_are_base64),
		TEST(floats_are_as_short_as_can_be),
		TEST(free_json_is_indented_anew),
		TEST(field_masks_change_their_case),
		TEST(integers_keep_their_ranges),
		TEST(values_are_shown_as_python_shows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
