/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/settings.h"

#include <stdlib.h>

#include "deploy/rows.h"
#include "helper.h"

static mr_code read_one(const char *key, const char *value, struct deploy_settings *out, mr_error *err)
{
	struct mr_map_string pair = {mr_str_from(key), mr_str_from(value)};

	mr_error_init(err);
	return deploy_settings_read(&pair, 1, out, err);
}

static void settings_are_typed(void **state)
{
	struct deploy_settings s;
	mr_error err;

	(void)state;
	assert_int_equal(deploy_settings_read(NULL, 0, &s, NULL), MR_OK);
	assert_true(s.copy && s.port == 0 && s.startup_timeout == 120000 && mr_str_is(s.host, "127.0.0.1") && !s.command.len);
	assert_int_equal(read_one("port", "8080", &s, &err), MR_OK);
	assert_int_equal(s.port, 8080);
	assert_int_equal(read_one("copy", "False", &s, &err), MR_OK);
	assert_false(s.copy);
	assert_int_equal(read_one("stop_timeout", "1.5m", &s, &err), MR_OK);
	assert_int_equal(s.stop_timeout, 90000);
	assert_int_equal(read_one("stop_timeout", "2", &s, &err), MR_OK);
	assert_int_equal(s.stop_timeout, 2000);
	assert_int_equal(read_one("host", "::1", &s, &err), MR_OK);
	assert_int_equal(read_one("env.A", "", &s, &err), MR_OK);
}

static void wrong_settings_say_what_is_right(void **state)
{
	static const struct {
		const char *key, *value, *says;
	} cases[] = {
		{"port", "x", "a port from 0 to 65535, got 'x'"},   {"port", "65536", "a port from"},
		{"port", "-1", "a port from"},			    {"copy", "maybe", "true or false"},
		{"stop_timeout", "", "a duration"},		    {"stop_timeout", "5 s", "a duration"},
		{"stop_timeout", "0", "a duration"},		    {"stop_timeout", "1e9h", "a duration"},
		{"host", "localhost", "a numeric address"},	    {"host", "1.2.3", "a numeric address"},
		{"command", "", "not empty"},			    {"prot", "1", "has no setting 'prot'"},
		{"env.", "1", "has no setting 'env.'"},		    {"env.A=B", "1", "has no setting"},
		{"PORT", "1", "has no setting 'PORT'"},
	};
	struct deploy_settings s;
	mr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(read_one(cases[i].key, cases[i].value, &s, &err), MR_INVALID_PARAMETER_VALUE);
		assert_says(&err, cases[i].says);
	}
}

static void later_settings_replace_earlier_ones(void **state)
{
	struct mr_map_string before[] = {{mr_str_from("port"), mr_str_from("1")}, {mr_str_from("copy"), mr_str_from("true")}};
	struct mr_map_string given[] = {{mr_str_from("copy"), mr_str_from("false")}, {mr_str_from("env.A"), mr_str_from("b")}};
	struct mr_map_string *all;
	size_t n;

	(void)state;
	assert_int_equal(deploy_settings_merge(before, 2, given, 2, arena, &all, &n, NULL), MR_OK);
	assert_int_equal(n, 3);
	assert_text(all[0].key, "port");
	assert_text(all[1].value, "false");
	assert_text(all[2].key, "env.A");
}

static const char *find(const struct mr_map_string *list, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (mr_str_is(list[i].key, key))
			return list[i].value.ptr;
	return NULL;
}

static void secrets_stay_out_of_the_environment(void **state)
{
	struct mr_map_string config[] = {{mr_str_from("env.MLFLOW_TRACKING_PASSWORD"), mr_str_from("said")},
					 {mr_str_from("env.PATH"), mr_str_from("/mine")}};
	struct mr_map_string *all;
	size_t n;

	(void)state;
	setenv("MLFLOW_TRACKING_PASSWORD", "hidden", 1);
	setenv("MLFLOW_TRACKING_TOKEN", "hidden", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "hidden", 1);
	setenv("MLFLOW_TRACKING_URI", "http://u:p@h", 1);
	setenv("MLFLOW_REGISTRY_URI", "http://h", 1);
	setenv("OTHER_THING", "x", 1);
	setenv("LC_ALL", "C", 1);
	assert_int_equal(deploy_settings_environment(config, 2, arena, &all, &n, NULL), MR_OK);
	assert_string_equal(find(all, n, "MLFLOW_TRACKING_PASSWORD"), "said");
	assert_string_equal(find(all, n, "PATH"), "/mine");
	assert_string_equal(find(all, n, "LC_ALL"), "C");
	assert_string_equal(find(all, n, "MLFLOW_REGISTRY_URI"), "http://h");
	assert_null(find(all, n, "MLFLOW_TRACKING_TOKEN"));
	assert_null(find(all, n, "MLFLOW_TRACKING_URI"));
	assert_null(find(all, n, "AWS_SECRET_ACCESS_KEY"));
	assert_null(find(all, n, "OTHER_THING"));
}

static const struct mr_command_values values = {{"my name", 7}, {"/a b/'c\" $(x)", 13}, {"127.0.0.1", 9}, 5001};

static void a_value_stays_one_word(void **state)
{
	static const char *const expected[] = {"serve", "-m", "/a b/'c\" $(x)", "--port=5001", "a b", "c'd", "{x}", "", "my name!", "\\"};
	char **argv;
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_command_words(mr_str_from("  serve -m {model_uri}\t--port={port} 'a b' c\\'d {{x}} \"\" \"{name}\"! '\\'"),
					  &values, arena, &argv, &err),
			 MR_OK);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		assert_string_equal(argv[i], expected[i]);
	assert_null(argv[sizeof expected / sizeof *expected]);
}

static void commands_that_mean_nothing_are_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"", "names no program"},      {"  ", "names no program"}, {"''", "names no program"},
		{"a 'b", "a quote (')"},       {"a \"b", "a quote (\")"},   {"a {model}x{prot}", "has '{prot'"},
		{"a {port", "can be filled in"}, {"a {}", "can be filled in"},
	};
	char **argv;
	mr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_command_words(mr_str_from(cases[i].text), &values, arena, &argv, &err), MR_INVALID_PARAMETER_VALUE);
		assert_says(&err, cases[i].says);
	}
}

static void tables_become_requests(void **state)
{
	static const struct {
		const char *json, *request;
	} cases[] = {
		{"[{\"a\": 1, \"b\": null}]", "{\"dataframe_records\":[{\"a\":1,\"b\":null}]}"},
		{"[[1, 2.50], [3, 4]]", "{\"instances\":[[1,2.50],[3,4]]}"},
		{"{\"a\": {\"0\": 1, \"1\": 2}, \"b\": {\"0\": \"x\", \"1\": NaN}}",
		 "{\"dataframe_split\":{\"columns\":[\"a\",\"b\"],\"data\":[[1,\"x\"],[2,NaN]]}}"},
		{"{\"a\": [1, 2], \"b\": [3, 4]}", "{\"dataframe_split\":{\"columns\":[\"a\",\"b\"],\"data\":[[1,3],[2,4]]}}"},
		{"{\"columns\": [\"a\"], \"index\": [0], \"data\": [[1]]}",
		 "{\"dataframe_split\":{\"columns\":[\"a\"],\"index\":[0],\"data\":[[1]]}}"},
		{"{\"inputs\": [1]}", "{\"inputs\": [1]}"},
		{"{\"dataframe_split\": 1, \"params\": {}}", "{\"dataframe_split\": 1, \"params\": {}}"},
		{"{\"messages\": []}", "{\"messages\": []}"},
	};
	mr_error err;
	mr_str out;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_rows_to_request(mr_str_from(cases[i].json), arena, &out, &err), MR_OK);
		assert_text(out, cases[i].request);
	}
}

static void what_is_no_table_is_refused(void **state)
{
	static const char *const cases[] = {"1", "null", "\"a\"", "[]", "{}", "{\"a\": 1}", "{\"a\": [1], \"b\": 2}"};
	mr_error err;
	mr_str out;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_rows_to_request(mr_str_from(cases[i]), arena, &out, &err), MR_INVALID_PARAMETER_VALUE);
		assert_says(&err, "is no table");
	}
	mr_error_init(&err);
	assert_int_equal(mr_rows_to_request(mr_str_from("{\"a\": {\"0\": 1}, \"b\": {\"1\": 1}}"), arena, &out, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_says(&err, "The columns 'a' and 'b' do not have the same rows");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_typed),
		cmocka_unit_test(wrong_settings_say_what_is_right),
		cmocka_unit_test_setup_teardown(later_settings_replace_earlier_ones, set_up_arena, tear_down_arena),
		cmocka_unit_test_setup_teardown(secrets_stay_out_of_the_environment, set_up_arena, tear_down_arena),
		cmocka_unit_test_setup_teardown(a_value_stays_one_word, set_up_arena, tear_down_arena),
		cmocka_unit_test_setup_teardown(commands_that_mean_nothing_are_refused, set_up_arena, tear_down_arena),
		cmocka_unit_test_setup_teardown(tables_become_requests, set_up_arena, tear_down_arena),
		cmocka_unit_test_setup_teardown(what_is_no_table_is_refused, set_up_arena, tear_down_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
