/* SPDX-License-Identifier: Apache-2.0
 *
 * The tracking side of the file store: what it answers and what it writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "file_world.h"

static struct file_world world;
static char run[40], experiment[40];

static int setup(void **state)
{
	const char *answer;

	(void)state;
	file_world_make(&world);
	answer = file_do(&world, "create_experiment", "{\"name\": \"e\"}");
	snprintf(experiment, sizeof experiment, "%s", file_get(answer, "experiment_id"));
	answer = file_do(&world, "create_run", "{\"experiment_id\": \"%s\", \"run_name\": \"first\", \"start_time\": 5}",
			 experiment);
	snprintf(run, sizeof run, "%s", file_get(answer, "run.info.run_id"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	file_world_remove(&world);
	return 0;
}

/* ---- experiments ---- */

static void test_the_default_experiment_is_there(void **state)
{
	const char *text;

	(void)state;
	assert_string_equal(file_get(file_do(&world, "get_experiment", "{\"experiment_id\": \"0\"}"), "experiment.name"),
			    "Default");
	text = file_text(&world, "0/meta.yaml");
	assert_non_null(text);
	assert_non_null(strstr(text, "experiment_id: '0'\n"));
	assert_non_null(strstr(text, "\nname: Default\n"));
	assert_true(file_is_there(&world, ".trash"));
}

static void test_a_name_is_taken_also_by_a_deleted_experiment(void **state)
{
	(void)state;
	assert_string_equal(file_ask(&world, "create_experiment", "{\"name\": \"e\"}"),
			    "RESOURCE_ALREADY_EXISTS: Experiment 'e' already exists.");
	file_do(&world, "delete_experiment", "{\"experiment_id\": \"%s\"}", experiment);
	assert_non_null(strstr(file_ask(&world, "create_experiment", "{\"name\": \"e\"}"),
			       "RESOURCE_ALREADY_EXISTS: Experiment 'e' already exists in deleted state."));
}

static void test_deleting_an_experiment_moves_it_with_its_runs(void **state)
{
	const char *text;

	(void)state;
	file_do(&world, "delete_experiment", "{\"experiment_id\": \"%s\"}", experiment);
	assert_false(file_is_there(&world, "%s", experiment));
	text = file_text(&world, ".trash/%s/%s/meta.yaml", experiment, run);
	assert_non_null(text);
	assert_non_null(strstr(text, "lifecycle_stage: deleted\n"));
	assert_non_null(strstr(text, "deleted_time: "));
	assert_string_equal(file_get(file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run), "run.info.lifecycle_stage"),
			    "deleted");
	assert_string_equal(file_ask(&world, "set_tag", "{\"run_id\": \"%s\", \"key\": \"a\", \"value\": \"b\"}", run) +
				    strlen("INVALID_PARAMETER_VALUE: The run ") + 32,
			    " must be in 'active' lifecycle_stage.");
	file_do(&world, "restore_experiment", "{\"experiment_id\": \"%s\"}", experiment);
	assert_string_equal(file_get(file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run), "run.info.lifecycle_stage"),
			    "active");
	assert_null(strstr(file_text(&world, "%s/%s/meta.yaml", experiment, run), "deleted_time"));
}

static void test_experiments_are_searched(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "set_experiment_tag", "{\"experiment_id\": \"%s\", \"key\": \"x/y\", \"value\": \"1\"}", experiment);
	file_do(&world, "create_experiment", "{\"name\": \"other\"}");
	assert_string_equal(file_text(&world, "%s/tags/x/y", experiment), "1");
	answer = file_do(&world, "search_experiments", "{\"max_results\": 10, \"filter\": \"tags.`x/y` = '1'\"}");
	assert_int_equal(file_count(answer, "experiments"), 1);
	assert_string_equal(file_get(answer, "experiments.0.name"), "e");
	answer = file_do(&world, "search_experiments", "{\"max_results\": 10, \"order_by\": [\"name DESC\"]}");
	assert_string_equal(file_get(answer, "experiments.0.name"), "other");
	assert_int_equal(file_count(answer, "experiments"), 3);
	answer = file_do(&world, "search_experiments", "{\"max_results\": 2, \"order_by\": [\"name\"]}");
	assert_string_equal(file_get(answer, "experiments.0.name"), "Default");
	answer = file_do(&world, "search_experiments",
			 "{\"max_results\": 2, \"order_by\": [\"name\"], \"page_token\": \"%s\"}",
			 file_get(answer, "next_page_token"));
	assert_string_equal(file_get(answer, "experiments.0.name"), "other");
	assert_string_equal(file_get(answer, "next_page_token"), "");
}

/* ---- runs ---- */

static void test_a_run_is_a_folder(void **state)
{
	const char *text = file_text(&world, "%s/%s/meta.yaml", experiment, run);

	(void)state;
	assert_non_null(text);
	assert_non_null(strstr(text, "\nend_time: null\n"));
	assert_non_null(strstr(text, "\nrun_name: first\n"));
	assert_non_null(strstr(text, "\nstatus: 1\ntags: []\nuser_id: ''\n"));
	assert_string_equal(file_text(&world, "%s/%s/tags/mlflow.runName", experiment, run), "first");
	assert_true(file_is_there(&world, "%s/%s/artifacts", experiment, run));
	assert_true(file_is_there(&world, "%s/%s/metrics", experiment, run));
	assert_true(file_is_there(&world, "%s/%s/params", experiment, run));
	assert_false(file_is_there(&world, ".millrace-journal"));
}

static void test_update_run(void **state)
{
	const char *answer = file_do(&world, "update_run",
				     "{\"run_id\": \"%s\", \"status\": \"FINISHED\", \"end_time\": 9, \"run_name\": \"new\"}",
				     run);

	(void)state;
	assert_string_equal(file_get(answer, "run_info.status"), "FINISHED");
	assert_string_equal(file_get(answer, "run_info.end_time"), "9");
	assert_string_equal(file_text(&world, "%s/%s/tags/mlflow.runName", experiment, run), "new");
	file_do(&world, "set_tag", "{\"run_id\": \"%s\", \"key\": \"mlflow.runName\", \"value\": \"newer\"}", run);
	answer = file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run);
	assert_string_equal(file_get(answer, "run.info.run_name"), "newer");
	assert_string_equal(file_get(answer, "run.info.status"), "FINISHED");
}

static void test_params_cannot_change(void **state)
{
	(void)state;
	file_do(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"a/b\", \"value\": \"1\"}", run);
	file_do(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"a/b\", \"value\": \"1\"}", run);
	assert_non_null(strstr(file_ask(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"a/b\", \"value\": \"2\"}", run),
			       "INVALID_PARAMETER_VALUE: Changing param values is not allowed. Param with key='a/b' was already "
			       "logged with value='1' for run ID="));
	assert_non_null(strstr(file_ask(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"a\", \"value\": \"2\"}", run),
			       "a file cannot be a folder"));
	assert_non_null(strstr(file_ask(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"a/b/c\", \"value\": \"2\"}", run),
			       "a file cannot be a folder"));
	assert_string_equal(file_text(&world, "%s/%s/params/a/b", experiment, run), "1");
}

static void test_tags(void **state)
{
	(void)state;
	file_do(&world, "set_tag", "{\"run_id\": \"%s\", \"key\": \"k\", \"value\": \"line\\n\\u00e9\"}", run);
	assert_string_equal(file_text(&world, "%s/%s/tags/k", experiment, run), "line\n\xc3\xa9");
	file_do(&world, "delete_tag", "{\"run_id\": \"%s\", \"key\": \"k\"}", run);
	assert_false(file_is_there(&world, "%s/%s/tags/k", experiment, run));
	assert_non_null(strstr(file_ask(&world, "delete_tag", "{\"run_id\": \"%s\", \"key\": \"k\"}", run),
			       "RESOURCE_DOES_NOT_EXIST: No tag with name: k in run with id "));
}

static void test_a_batch_is_whole_or_not_at_all(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"old\", \"value\": \"1\"}", run);
	answer = file_ask(&world, "log_batch",
			  "{\"run_id\": \"%s\", \"metrics\": [{\"key\": \"m\", \"value\": 1, \"timestamp\": 1, \"step\": 0}], "
			  "\"params\": [{\"key\": \"new\", \"value\": \"1\"}, {\"key\": \"old\", \"value\": \"2\"}], "
			  "\"tags\": [{\"key\": \"t\", \"value\": \"1\"}]}",
			  run);
	assert_non_null(strstr(answer, "Changing param values is not allowed"));
	assert_false(file_is_there(&world, "%s/%s/params/new", experiment, run));
	assert_false(file_is_there(&world, "%s/%s/metrics/m", experiment, run));
	assert_false(file_is_there(&world, "%s/%s/tags/t", experiment, run));
	file_do(&world, "log_batch",
		"{\"run_id\": \"%s\", \"metrics\": [{\"key\": \"m\", \"value\": 1, \"timestamp\": 1, \"step\": 0}, "
		"{\"key\": \"m\", \"value\": \"NaN\", \"timestamp\": 2, \"step\": 1}], "
		"\"params\": [{\"key\": \"new\", \"value\": \"1\"}], \"tags\": [{\"key\": \"t\", \"value\": \"1\"}]}",
		run);
	assert_string_equal(file_text(&world, "%s/%s/metrics/m", experiment, run), "1 1.0 0\n2 nan 1\n");
	assert_string_equal(file_text(&world, "%s/%s/params/new", experiment, run), "1");
	assert_false(file_is_there(&world, ".millrace-journal"));
}

static void test_deleted_runs_are_listed_and_purged(void **state)
{
	const char *answer;

	(void)state;
	assert_non_null(strstr(file_ask(&world, "purge_run", "{\"run_id\": \"%s\"}", run), "is not in `deleted` lifecycle stage"));
	file_do(&world, "delete_run", "{\"run_id\": \"%s\"}", run);
	answer = file_do(&world, "list_deleted_runs", "{\"older_than_ms\": 0}");
	assert_int_equal(file_count(answer, "runs"), 1);
	assert_int_equal(file_count(file_do(&world, "list_deleted_runs", "{\"older_than_ms\": 3600000}"), "runs"), 0);
	file_do(&world, "purge_run", "{\"run_id\": \"%s\"}", run);
	assert_false(file_is_there(&world, "%s/%s", experiment, run));
	assert_non_null(strstr(file_ask(&world, "get_run", "{\"run_id\": \"%s\"}", run), "RESOURCE_DOES_NOT_EXIST: Run '"));
}

/* ---- metrics ---- */

static void test_history(void **state)
{
	const char *answer;

	(void)state;
	for (int i = 0; i < 5; i++)
		file_do(&world, "log_metric",
			"{\"run_id\": \"%s\", \"key\": \"loss\", \"value\": %d.5, \"timestamp\": %d, \"step\": %d}", run, i,
			100 - i, i);
	answer = file_do(&world, "get_metric_history", "{\"run_id\": \"%s\", \"metric_key\": \"loss\", \"max_results\": 3}", run);
	assert_int_equal(file_count(answer, "metrics"), 3);
	assert_string_equal(file_get(answer, "metrics.0.timestamp"), "100");
	answer = file_do(&world, "get_metric_history",
			 "{\"run_id\": \"%s\", \"metric_key\": \"loss\", \"max_results\": 3, \"page_token\": \"%s\"}", run,
			 file_get(answer, "next_page_token"));
	assert_int_equal(file_count(answer, "metrics"), 2);
	assert_string_equal(file_get(answer, "metrics.1.value"), "4.5");
	answer = file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run);
	assert_string_equal(file_get(answer, "run.data.metrics.0.value"), "4.5"); /* the last step, not the last time */
	answer = file_do(&world, "get_metric_history_bulk", "{\"run_id\": [\"%s\"], \"metric_key\": \"loss\"}", run);
	assert_string_equal(file_get(answer, "metrics.0.timestamp"), "96");
	answer = file_do(&world, "get_metric_history_bulk_interval",
			 "{\"run_ids\": [\"%s\"], \"metric_key\": \"loss\", \"max_results\": 2}", run);
	assert_string_equal(file_get(answer, "metrics.0.step"), "0");
	assert_string_equal(file_get(answer, "metrics.1.step"), "2");
	assert_string_equal(file_get(answer, "metrics.2.step"), "4");
}

static void test_a_line_that_was_cut_off(void **state)
{
	(void)state;
	file_write(&world, "1 0.5 0\n2 0.25 1\n3 0.1", "%s/%s/metrics/m", experiment, run);
	assert_int_equal(file_count(file_do(&world, "get_metric_history", "{\"run_id\": \"%s\", \"metric_key\": \"m\"}", run),
				    "metrics"),
			 2);
	file_do(&world, "log_metric", "{\"run_id\": \"%s\", \"key\": \"m\", \"value\": 7, \"timestamp\": 4, \"step\": 2}", run);
	assert_string_equal(file_text(&world, "%s/%s/metrics/m", experiment, run), "1 0.5 0\n2 0.25 1\n4 7.0 2\n");
}

static void test_old_metric_lines(void **state)
{
	const char *answer;

	(void)state;
	file_write(&world, "1 0.5\n2 inf 3\n9 0.25 4 data digest\n", "%s/%s/metrics/m", experiment, run);
	answer = file_do(&world, "get_metric_history", "{\"run_id\": \"%s\", \"metric_key\": \"m\"}", run);
	assert_string_equal(file_get(answer, "metrics.0.step"), "0");
	assert_string_equal(file_get(answer, "metrics.1.value"), "Infinity");
	assert_string_equal(file_get(answer, "metrics.2.dataset_name"), "data");
	assert_string_equal(file_get(answer, "metrics.2.step"), "4");
	file_write(&world, "1 0.5 1 x\n", "%s/%s/metrics/bad", experiment, run);
	assert_non_null(strstr(file_ask(&world, "get_metric_history", "{\"run_id\": \"%s\", \"metric_key\": \"bad\"}", run),
			       "INTERNAL_ERROR: Metric 'bad' is malformed; persisted metric data contained 4 fields."));
}

/* ---- searching runs ---- */

static void fill(void)
{
	for (int i = 0; i < 6; i++) {
		const char *answer = file_do(&world, "create_run",
					     "{\"experiment_id\": \"%s\", \"run_name\": \"r%d\", \"start_time\": %d}", experiment,
					     i, 1000 + i);
		char id[40];

		snprintf(id, sizeof id, "%s", file_get(answer, "run.info.run_id"));
		file_do(&world, "log_param", "{\"run_id\": \"%s\", \"key\": \"p\", \"value\": \"%s\"}", id, i % 2 ? "odd" : "even");
		if (i != 3)
			file_do(&world, "log_metric",
				"{\"run_id\": \"%s\", \"key\": \"acc\", \"value\": %s, \"timestamp\": 1, \"step\": 0}", id,
				i == 4 ? "\"NaN\"" : i == 0 ? "0.5" : "0.75");
	}
}

/* The names of the runs found, together. */
static const char *names(const char *filter, const char *order)
{
	static char out[200];
	const char *answer = file_do(&world, "search_runs",
				     "{\"experiment_ids\": [\"%s\", \"77\"], \"filter\": \"%s\", \"order_by\": [%s]}", experiment,
				     filter, order);
	int n = file_count(answer, "runs");

	out[0] = 0;
	for (int i = 0; i < n; i++) {
		char path[64];

		snprintf(path, sizeof path, "runs.%d.info.run_name", i);
		strncat(out, file_get(answer, path), sizeof out - strlen(out) - 2);
		strcat(out, " ");
	}
	return out;
}

static void test_filters(void **state)
{
	(void)state;
	fill();
	assert_string_equal(names("", ""), "r5 r4 r3 r2 r1 r0 first ");
	assert_string_equal(names("params.p = 'odd'", ""), "r5 r3 r1 ");
	assert_string_equal(names("params.p != 'odd'", ""), "r4 r2 r0 ");
	assert_string_equal(names("params.p IS NULL", ""), "first ");
	assert_string_equal(names("metrics.acc > 0.5", ""), "r5 r2 r1 ");
	assert_string_equal(names("metrics.acc != 0.75", ""), "r4 r0 ");
	assert_string_equal(names("attributes.start_time >= 1004 AND params.p LIKE 'e%%'", ""), "r4 ");
	assert_string_equal(names("tags.`mlflow.runName` ILIKE 'R%%'", ""), "r5 r4 r3 r2 r1 r0 ");
	assert_string_equal(names("status = 'RUNNING' and run_name = 'r2'", ""), "r2 ");
	assert_string_equal(names("status = 'running'", ""), "");
	assert_string_equal(file_ask(&world, "search_runs", "{\"experiment_ids\": [\"%s\"], \"filter\": \"params.p = 1\"}",
				     experiment),
			    "INVALID_PARAMETER_VALUE: Expected a quoted string value for parameter (e.g. 'my-value'). Got value 1");
}

static void test_orders(void **state)
{
	(void)state;
	fill();
	assert_string_equal(names("", "\"metrics.acc\""), "r0 r5 r2 r1 r4 r3 first ");
	assert_string_equal(names("", "\"metrics.acc DESC\""), "r5 r2 r1 r0 r4 r3 first ");
	assert_string_equal(names("", "\"params.p\", \"start_time ASC\""), "r0 r2 r4 r1 r3 r5 first ");
	assert_string_equal(names("", "\"attributes.run_name DESC\""), "r5 r4 r3 r2 r1 r0 first ");
}

/* ---- inputs and models ---- */

static void test_inputs(void **state)
{
	const char *answer;

	(void)state;
	file_do(&world, "log_inputs",
		"{\"run_id\": \"%s\", \"datasets\": [{\"dataset\": {\"name\": \"ds\", \"digest\": \"dig\", \"source_type\": "
		"\"local\", \"source\": \"{}\"}, \"tags\": [{\"key\": \"mlflow.data.context\", \"value\": \"train\"}]}]}",
		run);
	/* md5("ds" "dig"), as MLflow names the folder */
	assert_true(file_is_there(&world, "%s/datasets/79bcebb868a42de631e11eba9b08975b/meta.yaml", experiment));
	answer = file_do(&world, "get_run", "{\"run_id\": \"%s\"}", run);
	assert_string_equal(file_get(answer, "run.inputs.dataset_inputs.0.dataset.name"), "ds");
	assert_string_equal(file_get(answer, "run.inputs.dataset_inputs.0.tags.0.value"), "train");
	answer = file_do(&world, "search_datasets", "{\"experiment_ids\": [\"%s\"]}", experiment);
	assert_string_equal(file_get(answer, "dataset_summaries.0.context"), "train");
	assert_string_equal(names("dataset.name = 'ds' AND datasets.context = 'train'", ""), "first ");
	assert_string_equal(names("dataset.digest = 'other'", ""), "");
}

static void test_logged_models(void **state)
{
	const char *answer = file_do(&world, "create_logged_model",
				     "{\"experiment_id\": \"%s\", \"name\": \"m\", \"source_run_id\": \"%s\", \"params\": [{\"key\": "
				     "\"p\", \"value\": \"1\"}], \"tags\": [{\"key\": \"t\", \"value\": \"2\"}]}",
				     experiment, run);
	char id[40];

	(void)state;
	snprintf(id, sizeof id, "%s", file_get(answer, "model.info.model_id"));
	assert_string_equal(file_get(answer, "model.data.params.0.value"), "1");
	file_do(&world, "finalize_logged_model", "{\"model_id\": \"%s\", \"status\": \"LOGGED_MODEL_READY\"}", id);
	file_do(&world, "log_metric",
		"{\"run_id\": \"%s\", \"key\": \"acc\", \"value\": 0.5, \"timestamp\": 1, \"step\": 2, \"model_id\": \"%s\", "
		"\"dataset_name\": \"d\", \"dataset_digest\": \"x\"}",
		run, id);
	assert_string_equal(file_text(&world, "%s/%s/metrics/acc", experiment, run), "1 0.5 2 d x\n");
	answer = file_do(&world, "search_logged_models",
			 "{\"experiment_ids\": [\"%s\"], \"filter\": \"metrics.acc > 0.4 AND status = 'READY'\"}", experiment);
	assert_int_equal(file_count(answer, "models"), 1);
	assert_string_equal(file_get(answer, "models.0.data.metrics.0.run_id"), run);
	assert_string_equal(file_get(answer, "models.0.info.status"), "LOGGED_MODEL_READY");
	answer = file_do(&world, "search_logged_models",
			 "{\"experiment_ids\": [\"%s\"], \"datasets\": [{\"dataset_name\": \"other\"}]}", experiment);
	assert_int_equal(file_count(answer, "models"), 0);
	file_do(&world, "delete_logged_model", "{\"model_id\": \"%s\"}", id);
	assert_non_null(strstr(file_ask(&world, "get_logged_model", "{\"model_id\": \"%s\"}", id), "RESOURCE_DOES_NOT_EXIST"));
	assert_int_equal(file_count(file_do(&world, "list_deleted_logged_models", "{\"older_than_ms\": 0}"), "models"), 1);
	file_do(&world, "purge_logged_model", "{\"model_id\": \"%s\"}", id);
	assert_false(file_is_there(&world, "%s/models/%s", experiment, id));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_default_experiment_is_there),
		TEST(test_a_name_is_taken_also_by_a_deleted_experiment),
		TEST(test_deleting_an_experiment_moves_it_with_its_runs),
		TEST(test_experiments_are_searched),
		TEST(test_a_run_is_a_folder),
		TEST(test_update_run),
		TEST(test_params_cannot_change),
		TEST(test_tags),
		TEST(test_a_batch_is_whole_or_not_at_all),
		TEST(test_deleted_runs_are_listed_and_purged),
		TEST(test_history),
		TEST(test_a_line_that_was_cut_off),
		TEST(test_old_metric_lines),
		TEST(test_filters),
		TEST(test_orders),
		TEST(test_inputs),
		TEST(test_logged_models),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
