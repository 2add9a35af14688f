/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds: what holds, what fails and how it is said. That MLflow says the same is seen by scenario/evaluate_reference.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "evaluate/result.h"

static mr_evaluation_result *candidate, *baseline;

static void put(mr_evaluation_result *r, const char *name, double value)
{
	assert_int_equal(result_put_metric(r, mr_str_from(name), value, mr_str_from("test"), NULL, NULL), MR_OK);
}

static int set_up(void **state)
{
	(void)state;
	candidate = result_new();
	baseline = result_new();
	put(candidate, "accuracy", 0.9);
	put(baseline, "accuracy", 0.8);
	put(candidate, "loss", 0.5);
	put(baseline, "loss", 0.0);
	put(candidate, "r2", -0.5);
	put(baseline, "r2", -1.0);
	put(candidate, "only_here", 1);
	put(candidate, "undefined", NAN);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mr_evaluation_free(candidate);
	mr_evaluation_free(baseline);
	return 0;
}

static struct mr_metric_validation check(const char *metric, bool greater, double threshold, double absolute, double relative,
					 mr_code expected)
{
	struct mr_metric_threshold t = {metric, greater, threshold, absolute, relative};
	struct mr_metric_validation v = {0};
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_validate_evaluation(&t, 1, candidate, baseline, &v, &err), expected);
	if (expected != MR_INVALID_PARAMETER_VALUE)
		assert_int_equal(v.passed, expected == MR_OK);
	assert_int_equal(err.code, expected);
	return v;
}

static void bounds(void **state)
{
	(void)state;
	check("accuracy", true, 0.9, NAN, NAN, MR_OK);
	assert_true(check("accuracy", true, 0.91, NAN, NAN, MR_BAD_REQUEST).threshold_failed);
	check("loss", false, 0.5, NAN, NAN, MR_OK);
	check("loss", false, 0.4, NAN, NAN, MR_BAD_REQUEST);
	check("undefined", true, 0, NAN, NAN, MR_BAD_REQUEST); /* nothing holds of what is no number */
	assert_true(check("absent", true, 0, NAN, NAN, MR_BAD_REQUEST).missing_candidate);
}

static void changes(void **state)
{
	(void)state;
	check("accuracy", true, NAN, 0.09, 0.12, MR_OK);
	assert_true(check("accuracy", true, NAN, 0.2, NAN, MR_BAD_REQUEST).min_absolute_change_failed);
	assert_true(check("accuracy", true, NAN, NAN, 0.2, MR_BAD_REQUEST).min_relative_change_failed);
	check("r2", true, NAN, NAN, 0.5, MR_OK); /* of the baseline's size, whatever its sign */
	check("loss", true, NAN, NAN, 0.5, MR_OK); /* of 0 there are no parts: better is enough */
	check("loss", false, NAN, NAN, 0.5, MR_BAD_REQUEST);
	assert_true(check("only_here", true, NAN, 1, NAN, MR_BAD_REQUEST).missing_baseline);
	assert_true(isnan(check("only_here", true, 1, NAN, NAN, MR_OK).baseline));
}

static void thresholds_that_make_no_sense(void **state)
{
	(void)state;
	check("accuracy", true, NAN, NAN, NAN, MR_INVALID_PARAMETER_VALUE);
	check("accuracy", true, NAN, 0, NAN, MR_INVALID_PARAMETER_VALUE);
	check("accuracy", true, NAN, NAN, 1.5, MR_INVALID_PARAMETER_VALUE);
	check("accuracy", true, NAN, NAN, -0.1, MR_INVALID_PARAMETER_VALUE);
	check("", true, 1, NAN, NAN, MR_INVALID_PARAMETER_VALUE);
}

static void the_report(void **state)
{
	struct mr_metric_threshold rules[] = {{"accuracy", true, 0.95, 0.2, 0.5}, {"r2", true, -2, NAN, NAN}, {"absent", true, 1, NAN, NAN}};
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_validate_evaluation(rules, 3, candidate, baseline, NULL, &err), MR_BAD_REQUEST);
	assert_string_equal(
		err.message,
		"Metric accuracy value threshold check failed: candidate model accuracy = 0.9, accuracy threshold = 0.95. "
		"Metric accuracy minimum absolute change check failed: candidate model accuracy = 0.9, baseline model accuracy = 0.8, "
		"accuracy minimum absolute change threshold = 0.2. "
		"Metric accuracy minimum relative change check failed: candidate model accuracy = 0.9, baseline model accuracy = 0.8, "
		"accuracy minimum relative change threshold = 0.5.\n"
		"Metric validation failed: metric absent was missing from the evaluation result of the candidate model.");
}

static void a_result_as_json(void **state)
{
	mr_evaluation_result *r = result_new();
	struct result_metric old;
	const char *uri;
	double value;

	(void)state;
	put(r, "b", 1);
	assert_int_equal(result_put_metric(r, mr_str_from("b"), 2, mr_str_from("other"), &old, NULL), MR_OK);
	assert_string_equal(old.evaluator.ptr, "test");
	put(r, "a", NAN);
	assert_int_equal(result_put_artifact(r, mr_str_from("plot"), mr_str_from("s3://b/plot.png"), NULL), MR_OK);
	assert_int_equal(result_finish(r, NULL), MR_OK);
	assert_int_equal(mr_evaluation_metrics(r), 2);
	assert_string_equal(mr_evaluation_metric_at(r, 0, &value), "b");
	assert_true(value == 2 && !mr_evaluation_metric_at(r, 2, &value) && !mr_evaluation_artifact_at(r, 1, &uri));
	assert_string_equal(mr_evaluation_artifact_at(r, 0, &uri), "plot");
	assert_string_equal(uri, "s3://b/plot.png");
	assert_non_null(strstr(mr_evaluation_json(r), "\"b\": 2.0,\n    \"a\": \"NaN\""));
	assert_string_equal(mr_evaluation_run_id(r), "");
	mr_evaluation_free(r);
	mr_evaluation_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds),     cmocka_unit_test(changes), cmocka_unit_test(thresholds_that_make_no_sense),
		cmocka_unit_test(the_report), cmocka_unit_test(a_result_as_json),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
