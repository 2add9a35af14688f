/* SPDX-License-Identifier: Apache-2.0
 *
 * One evaluator for a program that has model and run itself: a built-in one, and that of the example plugin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <millrace/evaluate.h>

#include "model/table.h"

/* A program that is asked. */
struct program {
	int outputs_n;
	const char *outputs_fail, *metric_fail;
	char metrics[2048], artifacts[256];
	double error; /* of metric "dummy_error" */
};

static const double truth[] = {1, 2, 3, 4}, said[] = {1, 2.5, 3, 3.5};
static struct mr_table data;
static struct program program;
static struct mr_evaluator_call what;
static mr_error err;

static void make_table(struct mr_table *out, const char *first, const double *a, const char *second, const double *b)
{
	mr_table_builder *builder = mr_table_builder_new();

	assert_non_null(builder);
	assert_int_equal(mr_table_add_column(builder, mr_str_from(first), MR_COLUMN_DOUBLE, NULL), MR_OK);
	if (b)
		assert_int_equal(mr_table_add_column(builder, mr_str_from(second), MR_COLUMN_DOUBLE, NULL), MR_OK);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(mr_table_add_double(builder, 0, a[i], NULL), MR_OK);
		if (b)
			assert_int_equal(mr_table_add_double(builder, 1, b[i], NULL), MR_OK);
	}
	assert_int_equal(mr_table_finish(builder, out, NULL), MR_OK);
	mr_table_builder_free(builder);
}

static mr_code outputs(void *arg, struct ArrowSchema *schema, struct ArrowArray *table, mr_error *e)
{
	struct program *p = arg;
	struct mr_table answer;

	p->outputs_n++;
	if (p->outputs_fail)
		return mr_error_set(e, MR_BAD_REQUEST, "%s", p->outputs_fail);
	make_table(&answer, "prediction", said, NULL, NULL);
	*schema = answer.schema;
	*table = answer.array;
	return MR_OK;
}

static mr_code metric(void *arg, mr_str name, double value, mr_error *e)
{
	struct program *p = arg;
	size_t n = strlen(p->metrics);

	if (p->metric_fail)
		return mr_error_set(e, MR_ABORTED, "%s", p->metric_fail);
	snprintf(p->metrics + n, sizeof p->metrics - n, "%.*s;", MR_STR_ARG(name));
	if (mr_str_is(name, "dummy_error") || mr_str_is(name, "mean_absolute_error"))
		p->error = value;
	return MR_OK;
}

static mr_code artifact(void *arg, mr_str name, mr_str path, mr_error *e)
{
	struct program *p = arg;

	(void)e;
	snprintf(p->artifacts, sizeof p->artifacts, "%.*s %d", MR_STR_ARG(name), access(path.ptr, R_OK));
	return MR_OK;
}

static int set_up(void **state)
{
	static const mr_str features[] = {{"x", 1}};

	(void)state;
	make_table(&data, "x", truth, "truth", truth);
	program = (struct program){0};
	mr_error_init(&err);
	what = (struct mr_evaluator_call){.size = sizeof what,
					  .model_type = mr_str_from("regressor"),
					  .schema = &data.schema,
					  .table = &data.array,
					  .targets = mr_str_from("truth"),
					  .features = features,
					  .features_n = 1,
					  .predictions = mr_str_from("prediction"),
					  .outputs = outputs,
					  .metric = metric,
					  .artifact = artifact,
					  .arg = &program};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mr_table_release(&data);
	return 0;
}

static void test_built_in_and_plugin(void **state)
{
	(void)state;
	what.evaluator = mr_str_from("default");
	assert_int_equal(mr_evaluator_run(&what, &err), MR_OK);
	assert_true(fabs(program.error - 0.25) < 1e-12);
	assert_non_null(strstr(program.metrics, "r2_score;"));
	assert_int_equal(program.outputs_n, 1);
	program = (struct program){0};
	what.evaluator = mr_str_from("dummy_evaluator");
	assert_int_equal(mr_evaluator_run(&what, &err), MR_OK);
	assert_true(fabs(program.error - 0.25) < 1e-12);
	assert_string_equal(program.metrics, "dummy_error;");
	assert_string_equal(program.artifacts, "note 0");
}

static void test_failures_are_the_evaluations(void **state)
{
	(void)state;
	what.evaluator = mr_str_from("dummy_evaluator");
	program.outputs_fail = "the model broke";
	assert_int_equal(mr_evaluator_run(&what, &err), MR_BAD_REQUEST);
	assert_non_null(strstr(err.message, "the model broke"));
	mr_error_init(&err);
	program = (struct program){.metric_fail = "no room"};
	assert_int_equal(mr_evaluator_run(&what, &err), MR_ABORTED);
	mr_error_init(&err);
	program = (struct program){0};
	what.targets = mr_str_from("no_such_column");
	assert_int_equal(mr_evaluator_run(&what, &err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "no_such_column"));
	mr_error_init(&err);
	what.evaluator = mr_str_from("nobody");
	assert_int_equal(mr_evaluator_run(&what, &err), MR_INVALID_PARAMETER_VALUE);
}

static void test_who_can(void **state)
{
	bool can = true;

	(void)state;
	assert_int_equal(mr_evaluator_can_evaluate("default", "regressor", "{}", &can, &err), MR_OK);
	assert_true(can);
	assert_int_equal(mr_evaluator_can_evaluate("dummy_evaluator", "text", NULL, &can, &err), MR_OK);
	assert_false(can);
	can = true;
	assert_int_equal(mr_evaluator_can_evaluate("nobody", "text", NULL, &can, &err), MR_INVALID_PARAMETER_VALUE);
	assert_false(can);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_built_in_and_plugin, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failures_are_the_evaluations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_can, set_up, tear_down),
	};

	setenv("MILLRACE_PYTHON", "none", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
