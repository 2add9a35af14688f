/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder that others wrote to: damaged files, links, names that lead out, an
 * MLflow that writes beside us.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_world.h"

static struct file_world world;
static char run[40];

static int setup(void **state)
{
	(void)state;
	file_world_make(&world);
	snprintf(run, sizeof run, "%s",
		 file_get(file_do(&world, "create_run", "{\"experiment_id\": \"0\", \"run_name\": \"first\"}"), "run.info.run_id"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	file_world_remove(&world);
	return 0;
}

static void test_damage_hides_nothing_else(void **state)
{
	const char *answer;

	(void)state;
	file_write(&world, ": [not yaml", "1/meta.yaml");
	file_write(&world, "experiment_id: '9'\nname: wrong\n", "2/meta.yaml");
	file_write(&world, "x", "0/no_run/file");
	file_write(&world, "- a list", "0/%032d/meta.yaml", 7);
	answer = file_do(&world, "search_experiments", "{\"max_results\": 10}");
	assert_int_equal(file_count(answer, "experiments"), 1);
	answer = file_do(&world, "search_runs", "{\"experiment_ids\": [\"0\", \"1\", \"2\"]}");
	assert_int_equal(file_count(answer, "runs"), 1);
	assert_non_null(strstr(file_ask(&world, "get_experiment", "{\"experiment_id\": \"1\"}"), "INVALID_STATE: '1/meta.yaml'"));
	assert_string_equal(file_ask(&world, "get_experiment", "{\"experiment_id\": \"2\"}"),
			    "RESOURCE_DOES_NOT_EXIST: Experiment '2' does not exist.");
}

static void test_a_run_of_another_folder(void **state)
{
	(void)state;
	file_write(&world, "experiment_id: '5'\nrun_id: abc\nstatus: 1\n", "0/abc/meta.yaml");
	assert_string_equal(file_ask(&world, "get_run", "{\"run_id\": \"abc\"}"),
			    "RESOURCE_DOES_NOT_EXIST: Run 'abc' not found"); /* no metrics, params, artifacts: no run */
	file_write(&world, "1 1.0 0\n", "0/abc/metrics/m");
	file_write(&world, "1", "0/abc/params/p");
	file_write(&world, "1", "0/abc/artifacts/a");
	assert_string_equal(file_ask(&world, "get_run", "{\"run_id\": \"abc\"}"),
			    "INVALID_STATE: Run 'abc' metadata is in invalid state.");
}

static void test_old_files(void **state)
{
	const char *answer;

	(void)state;
	file_write(&world, "experiment_id: 0\nrun_uuid: old\nname: ''\nstatus: 3\nstart_time: 7\nend_time: null\nuser_id: me\n"
			   "artifact_uri: /a\n",
		   "0/old/meta.yaml");
	file_write(&world, "1 1.0\n", "0/old/metrics/m");
	file_write(&world, "several\nlines\n", "0/old/params/p");
	file_write(&world, "1", "0/old/artifacts/a");
	file_write(&world, "named by its tag", "0/old/tags/mlflow.runName");
	answer = file_do(&world, "get_run", "{\"run_id\": \"old\"}");
	assert_string_equal(file_get(answer, "run.info.run_name"), "named by its tag");
	assert_string_equal(file_get(answer, "run.info.experiment_id"), "0");
	assert_string_equal(file_get(answer, "run.info.lifecycle_stage"), "active");
	assert_string_equal(file_get(answer, "run.data.params.0.value"), "several\nlines\n");
	assert_int_equal(file_count(file_do(&world, "search_runs",
					    "{\"experiment_ids\": [\"0\"], \"filter\": \"run_name = 'named by its tag'\"}"),
				    "runs"),
			 1);
}

static void test_unknown_keys_stay(void **state)
{
	char text[4096];

	(void)state;
	snprintf(text, sizeof text, "%szzz: kept\n", file_text(&world, "0/%s/meta.yaml", run));
	file_write(&world, text, "0/%s/meta.yaml", run);
	file_do(&world, "update_run", "{\"run_id\": \"%s\", \"status\": \"FAILED\"}", run);
	assert_non_null(strstr(file_text(&world, "0/%s/meta.yaml", run), "\nzzz: kept\n"));
	assert_non_null(strstr(file_text(&world, "0/%s/meta.yaml", run), "\nstatus: 4\n"));
}

static void link_to(const char *target, const char *name)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", world.root, name);
	assert_int_equal(symlink(target, path), 0);
}

static void test_links_are_not_followed(void **state)
{
	char outside[128], name[128];
	FILE *file;

	(void)state;
	snprintf(outside, sizeof outside, "%s/secret", world.path);
	file = fopen(outside, "w");
	fputs("secret", file);
	fclose(file);
	snprintf(name, sizeof name, "0/%s/params/stolen", run);
	link_to(outside, name);
	snprintf(name, sizeof name, "0/%s/tags/up", run);
	link_to(world.path, name);
	assert_null(strstr(file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run), "secret"));
	assert_int_equal(file_count(file_do(&world, "search_runs",
					    "{\"experiment_ids\": [\"0\"], \"filter\": \"params.stolen = 'secret'\"}"),
				    "runs"),
			 0);
	assert_non_null(strstr(file_ask(&world, "set_tag", "{\"run_id\": \"%s\", \"key\": \"up/secret\", \"value\": \"x\"}", run),
			       "symbolic link"));
	link_to(world.path, "77");
	assert_string_equal(file_ask(&world, "get_experiment", "{\"experiment_id\": \"77\"}"),
			    "RESOURCE_DOES_NOT_EXIST: Could not find experiment with ID 77");
}

static void test_names_do_not_lead_out(void **state)
{
	static const char *const keys[] = {"../x", "a/../../x", "/x", "..", "a//b", "./a", "a\\u0000b"};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_non_null(strstr(file_ask(&world, "set_tag", "{\"run_id\": \"%s\", \"key\": \"%s\", \"value\": \"1\"}", run,
						keys[i]),
				       "INVALID_PARAMETER_VALUE: Invalid value "));
		assert_non_null(strstr(file_ask(&world, "log_metric",
						"{\"run_id\": \"%s\", \"key\": \"%s\", \"value\": 1, \"timestamp\": 1}", run, keys[i]),
				       "INVALID_PARAMETER_VALUE: Invalid value "));
	}
	assert_string_equal(file_ask(&world, "get_run", "{\"run_id\": \"../0\"}"),
			    "INVALID_PARAMETER_VALUE: Invalid value \"../0\" for parameter 'run_id' supplied.");
	assert_string_equal(file_ask(&world, "get_experiment", "{\"experiment_id\": \"../0\"}"),
			    "INVALID_PARAMETER_VALUE: Invalid experiment ID: '../0'");
	assert_non_null(strstr(file_ask(&world, "get_logged_model", "{\"model_id\": \"../../0\"}"), "not found"));
	assert_non_null(strstr(file_ask(&world, "log_outputs", "{\"run_id\": \"%s\", \"models\": [{\"model_id\": \"../x\"}]}", run),
			       "INVALID_PARAMETER_VALUE: Invalid model ID: '../x'"));
	assert_non_null(strstr(file_ask(&world, "create_registered_model", "{\"name\": \"..\"}"), "INVALID_PARAMETER_VALUE"));
	assert_non_null(strstr(file_ask(&world, "create_registered_model", "{\"name\": \"a%%2e\"}"),
			       "Registered model name cannot contain '%' character"));
}

static void test_too_long_names(void **state)
{
	char key[252];

	(void)state;
	memset(key, 'k', sizeof key - 1);
	key[250] = 0;
	file_do(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"%s\", \"value\": \"1\"}", run, key);
	for (size_t i = 0; i < 250; i += 2)
		memcpy(key + i, "\xc3\xa9", 2); /* 125 characters, 250 bytes */
	file_do(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"%s\", \"value\": \"1\"}", run, key);
	assert_non_null(strstr(file_ask(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"%s%s\", \"value\": \"1\"}", run, key,
					"xxxxxx"),
			       "longer than a file's name"));
}

/* MLflow appends and rewrites in place, without our lock. */
static void test_mlflow_beside_us(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "log_metric", "{\"run_id\": \"%s\", \"key\": \"m\", \"value\": 1, \"timestamp\": 1, \"step\": 0}", run);
	file_write(&world, "1 1.0 0\n2 2.0 1\n", "0/%s/metrics/m", run);
	file_do(&world, "log_metric", "{\"run_id\": \"%s\", \"key\": \"m\", \"value\": 3, \"timestamp\": 3, \"step\": 2}", run);
	assert_string_equal(file_text(&world, "0/%s/metrics/m", run), "1 1.0 0\n2 2.0 1\n3 3.0 2\n");
	file_write(&world, "there", "0/%s/params/theirs", run);
	answer = file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run);
	assert_string_equal(file_get(answer, "run.data.params.0.value"), "there");
}

static void test_a_folder_that_can_only_be_read(void **state)
{
	char command[200];

	(void)state;
	if (geteuid() == 0)
		skip(); /* root may write anywhere */
	snprintf(command, sizeof command, "chmod -R a-w %s", world.root);
	assert_int_equal(system(command), 0);
	file_world_reopen(&world);
	file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run);
	assert_non_null(strstr(file_ask(&world, "set_tag", "{\"run_id\": \"%s\", \"key\": \"a\", \"value\": \"1\"}", run),
			       "PERMISSION_DENIED"));
	snprintf(command, sizeof command, "chmod -R u+w %s", world.root);
	assert_int_equal(system(command), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_damage_hides_nothing_else), TEST(test_a_run_of_another_folder),
		TEST(test_old_files),		      TEST(test_unknown_keys_stay),
		TEST(test_links_are_not_followed),    TEST(test_names_do_not_lead_out),
		TEST(test_too_long_names),	      TEST(test_mlflow_beside_us),
		TEST(test_a_folder_that_can_only_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
