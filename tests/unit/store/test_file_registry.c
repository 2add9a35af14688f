/* SPDX-License-Identifier: Apache-2.0
 *
 * The registry side of the file store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "file_world.h"

static struct file_world world;

static int setup(void **state)
{
	(void)state;
	file_world_make(&world);
	file_do(&world, "create_registered_model",
		"{\"name\": \"m\", \"description\": \"d\", \"tags\": [{\"key\": \"t\", \"value\": \"1\"}]}");
	file_do(&world, "create_model_version", "{\"name\": \"m\", \"source\": \"s3://b/1\", \"run_id\": \"r1\"}");
	file_do(&world, "create_model_version", "{\"name\": \"m\", \"source\": \"models:/m/1\"}");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	file_world_remove(&world);
	return 0;
}

static void test_files(void **state)
{
	const char *text = file_text(&world, "models/m/meta.yaml");

	(void)state;
	assert_non_null(text);
	assert_ptr_equal(strstr(text, "aliases: {}\ncreation_timestamp: "), text);
	assert_non_null(strstr(text, "\ndescription: d\n"));
	assert_string_equal(file_text(&world, "models/m/tags/t"), "1");
	text = file_text(&world, "models/m/version-2/meta.yaml");
	assert_non_null(strstr(text, "\nstorage_location: s3://b/1\n"));
	assert_non_null(strstr(text, "\ncurrent_stage: None\n"));
	assert_string_equal(file_get(file_do(&world, "get_model_version_download_uri",
					     "{\"name\": \"m\", \"version\": \"2\"}"),
				     "artifact_uri"),
			    "s3://b/1");
}

static void test_existing_and_absent(void **state)
{
	(void)state;
	assert_string_equal(file_ask(&world, "create_registered_model", "{\"name\": \"m\"}"),
			    "RESOURCE_ALREADY_EXISTS: Registered Model (name=m) already exists.");
	assert_string_equal(file_ask(&world, "get_registered_model", "{\"name\": \"x\"}"),
			    "RESOURCE_DOES_NOT_EXIST: Registered Model with name=x not found");
	assert_string_equal(file_ask(&world, "get_model_version", "{\"name\": \"m\", \"version\": \"7\"}"),
			    "RESOURCE_DOES_NOT_EXIST: Model Version (name=m, version=7) not found");
	assert_non_null(strstr(file_ask(&world, "create_model_version", "{\"name\": \"m\", \"source\": \"models:/m/9\"}"),
			       "Unable to fetch model from model URI source artifact location 'models:/m/9'."));
}

static void test_stages(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "transition_model_version_stage",
		"{\"name\": \"m\", \"version\": \"1\", \"stage\": \"production\", \"archive_existing_versions\": false}");
	answer = file_do(&world, "transition_model_version_stage",
			 "{\"name\": \"m\", \"version\": \"2\", \"stage\": \"Production\", \"archive_existing_versions\": true}");
	assert_string_equal(file_get(answer, "model_version.current_stage"), "Production");
	answer = file_do(&world, "get_model_version", "{\"name\": \"m\", \"version\": \"1\"}");
	assert_string_equal(file_get(answer, "model_version.current_stage"), "Archived");
	answer = file_do(&world, "get_latest_versions", "{\"name\": \"m\", \"stages\": [\"Production\"]}");
	assert_int_equal(file_count(answer, "model_versions"), 1);
	assert_string_equal(file_get(answer, "model_versions.0.version"), "2");
}

static void test_aliases(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "set_registered_model_alias", "{\"name\": \"m\", \"alias\": \"best\", \"version\": \"1\"}");
	assert_string_equal(file_text(&world, "models/m/aliases/best"), "1");
	assert_non_null(strstr(file_text(&world, "models/m/meta.yaml"), "aliases:\n  best: '1'\n"));
	answer = file_do(&world, "get_model_version_by_alias", "{\"name\": \"m\", \"alias\": \"best\"}");
	assert_string_equal(file_get(answer, "model_version.version"), "1");
	assert_string_equal(file_get(answer, "model_version.aliases.0"), "best");
	answer = file_do(&world, "get_model_version_by_alias", "{\"name\": \"m\", \"alias\": \"latest\"}");
	assert_string_equal(file_get(answer, "model_version.version"), "2");
	file_do(&world, "delete_model_version", "{\"name\": \"m\", \"version\": \"1\"}");
	assert_string_equal(file_ask(&world, "get_model_version_by_alias", "{\"name\": \"m\", \"alias\": \"best\"}"),
			    "INVALID_PARAMETER_VALUE: Registered model alias best not found.");
	answer = file_do(&world, "create_model_version", "{\"name\": \"m\", \"source\": \"s\"}");
	assert_string_equal(file_get(answer, "model_version.version"), "3");
}

static void test_renaming_keeps_everything(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "set_registered_model_alias", "{\"name\": \"m\", \"alias\": \"best\", \"version\": \"1\"}");
	file_do(&world, "set_model_version_tag", "{\"name\": \"m\", \"version\": \"1\", \"key\": \"a/b\", \"value\": \"c\"}");
	file_do(&world, "rename_registered_model", "{\"name\": \"m\", \"new_name\": \"n\"}");
	assert_false(file_is_there(&world, "models/m"));
	answer = file_do(&world, "get_registered_model", "{\"name\": \"n\"}");
	assert_string_equal(file_get(answer, "registered_model.tags.0.value"), "1");
	assert_string_equal(file_get(answer, "registered_model.aliases.0.alias"), "best");
	assert_string_equal(file_get(answer, "registered_model.latest_versions.0.name"), "n");
	answer = file_do(&world, "get_model_version", "{\"name\": \"n\", \"version\": \"1\"}");
	assert_string_equal(file_get(answer, "model_version.tags.0.key"), "a/b");
	file_do(&world, "delete_registered_model", "{\"name\": \"n\"}");
	assert_false(file_is_there(&world, "models/n"));
}

static void test_searches(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "create_registered_model", "{\"name\": \"other\"}");
	file_do(&world, "create_registered_model",
		"{\"name\": \"prompt\", \"tags\": [{\"key\": \"mlflow.prompt.is_prompt\", \"value\": \"true\"}]}");
	answer = file_do(&world, "search_registered_models", "{}");
	assert_int_equal(file_count(answer, "registered_models"), 2);
	answer = file_do(&world, "search_registered_models", "{\"filter\": \"tags.`mlflow.prompt.is_prompt` = 'true'\"}");
	assert_string_equal(file_get(answer, "registered_models.0.name"), "prompt");
	answer = file_do(&world, "search_registered_models", "{\"filter\": \"name LIKE 'o%%'\"}");
	assert_int_equal(file_count(answer, "registered_models"), 1);
	answer = file_do(&world, "search_registered_models", "{\"order_by\": [\"name DESC\"], \"max_results\": 1}");
	assert_string_equal(file_get(answer, "registered_models.0.name"), "other");
	answer = file_do(&world, "search_registered_models",
			 "{\"order_by\": [\"name DESC\"], \"max_results\": 1, \"page_token\": \"%s\"}",
			 file_get(answer, "next_page_token"));
	assert_string_equal(file_get(answer, "registered_models.0.name"), "m");
	answer = file_do(&world, "search_model_versions", "{\"filter\": \"name = 'm' AND version_number > 1\"}");
	assert_int_equal(file_count(answer, "model_versions"), 1);
	answer = file_do(&world, "search_model_versions", "{\"filter\": \"run_id IN ('r1', 'r2')\"}");
	assert_string_equal(file_get(answer, "model_versions.0.version"), "1");
	assert_non_null(strstr(file_ask(&world, "search_model_versions", "{\"max_results\": 0}"),
			       "Invalid value for max_results. It must be a positive integer, but got 0"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files),   TEST(test_existing_and_absent),	  TEST(test_stages),
		TEST(test_aliases), TEST(test_renaming_keeps_everything), TEST(test_searches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
