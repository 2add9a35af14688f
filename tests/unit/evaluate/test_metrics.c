/* SPDX-License-Identifier: Apache-2.0
 *
 * Metrics and curves: the expected numbers are scikit-learn's (1.9.1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "evaluate/classifier_metrics.h"
#include "evaluate/curves.h"
#include "evaluate/regressor_metrics.h"

static mr_arena *arena;
static mr_error err;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	mr_error_init(&err);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static void near(double a, double b)
{
	if (isnan(b) ? !isnan(a) : !(fabs(a - b) <= 1e-12 * fmax(1, fabs(b))))
		fail_msg("%.17g is not %.17g", a, b);
}

static const uint32_t truth[] = {0, 1, 2, 2, 1, 0, 3, 1, 2, 0}, predicted[] = {0, 2, 2, 1, 1, 0, 1, 1, 2, 3};
static const double weights[] = {1, 2, .5, 1, 1, 3, 1, 0, 2, 1};

static void scores_of(mr_average average, const double *w, double precision, double recall, double f1)
{
	struct mr_classified rows = {10, 6, truth, predicted, w}; /* two classes occur nowhere */
	struct mr_class_scores scores;

	assert_int_equal(mr_class_scores(&rows, average, 0, arena, &scores, &err), MR_OK);
	near(scores.accuracy, 0.6);
	near(scores.precision, precision);
	near(scores.recall, recall);
	near(scores.f1, f1);
}

static void averages(void **state)
{
	(void)state;
	scores_of(MR_AVERAGE_MICRO, NULL, 0.6, 0.6, 0.6);
	scores_of(MR_AVERAGE_MACRO, NULL, 0.5416666666666666, 0.5, 0.5095238095238095);
	scores_of(MR_AVERAGE_WEIGHTED, NULL, 0.65, 0.6, 0.6114285714285714);
	scores_of(MR_AVERAGE_MICRO, weights, 0.6, 0.6, 0.6);
	scores_of(MR_AVERAGE_MACRO, weights, 0.4722222222222222, 0.46190476190476193, 0.4618055555555555);
	scores_of(MR_AVERAGE_WEIGHTED, weights, 0.6355555555555555, 0.6, 0.6105555555555555);
}

static void an_average_of_another_name(void **state)
{
	mr_average average;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_average_parse(mr_str_from("weighted"), &average, &err), MR_OK);
	assert_int_equal(average, MR_AVERAGE_WEIGHTED);
	assert_int_equal(mr_average_parse(mr_str_from("samples"), &average, &err), MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "'samples'"));
}

static void counts_and_confusion(void **state)
{
	struct mr_classified rows = {10, 4, truth, predicted, NULL};
	struct mr_binary_counts counts = mr_class_counts(&rows, 1);
	double *matrix;

	(void)state;
	assert_int_equal(counts.tp, 2);
	assert_int_equal(counts.fp, 2);
	assert_int_equal(counts.fn, 1);
	assert_int_equal(counts.tn, 5);
	assert_int_equal(mr_class_confusion(&rows, arena, &matrix, &err), MR_OK);
	near(matrix[2 * 4 + 2], 2);
	near(matrix[0 * 4 + 3], 1);
	rows.weights = weights;
	assert_int_equal(mr_class_confusion(&rows, arena, &matrix, &err), MR_OK);
	near(matrix[2 * 4 + 2], 2.5);
}

static const bool positive[] = {0, 1, 1, 0, 1, 0, 0, 1};
static const double score[] = {.1, .9, .4, .4, .8, .35, .4, .05}, score_weights[] = {1, 2, .5, 1, 1, 3, 0, 2};

static void log_loss(void **state)
{
	static const uint32_t y[] = {0, 1, 1, 0, 1, 0, 0, 1}, certain_y[] = {0, 1};
	static const double certain[] = {1, 0, 1, 0};
	double p[16];
	struct mr_classified rows = {8, 2, y, y, NULL};

	(void)state;
	for (int i = 0; i < 8; i++) {
		p[2 * i] = 1 - score[i];
		p[2 * i + 1] = score[i];
	}
	near(mr_class_log_loss(&rows, p), 0.7247902189603055);
	rows.weights = score_weights;
	near(mr_class_log_loss(&rows, p), 0.8373342269882);
	rows = (struct mr_classified){2, 2, certain_y, certain_y, NULL};
	near(mr_class_log_loss(&rows, certain), 18.021826694558577); /* clipped */
}

static void same_points(const struct mr_curve *curve, size_t n, const double *x, const double *y)
{
	assert_int_equal(curve->n, n);
	for (size_t i = 0; i < n; i++) {
		near(curve->x[i], x[i]);
		near(curve->y[i], y[i]);
	}
}

static void roc(void **state)
{
	struct mr_scored rows = {8, positive, score, NULL};
	static const bool none[2] = {0};
	struct mr_curve curve;

	(void)state;
	assert_int_equal(mr_curve_roc(&rows, arena, &curve, &err), MR_OK);
	near(curve.area, 0.6875);
	same_points(&curve, 6, (const double[]){0, 0, 0, .5, 1, 1}, (const double[]){0, .25, .5, .75, .75, 1});
	rows.weights = score_weights;
	assert_int_equal(mr_curve_roc(&rows, arena, &curve, &err), MR_OK);
	near(curve.area, 0.6272727272727272);
	rows = (struct mr_scored){2, none, score, NULL};
	assert_int_equal(mr_curve_roc(&rows, arena, &curve, &err), MR_OK);
	near(curve.area, NAN);
}

static void precision_recall(void **state)
{
	static const double recall[] = {1, .75, .75, .75, .5, .25, 0},
			    precision[] = {.5, 0.42857142857142855, .5, .6, 1, 1, 1};
	struct mr_scored rows = {8, positive, score, NULL};
	struct mr_curve curve;

	(void)state;
	assert_int_equal(mr_curve_precision_recall(&rows, arena, &curve, &err), MR_OK);
	same_points(&curve, 7, recall, precision);
	near(curve.area, 0.775);
	rows.weights = score_weights;
	assert_int_equal(mr_curve_precision_recall(&rows, arena, &curve, &err), MR_OK);
	near(curve.area, 0.8066378066378066);
}

static void calibration_and_lift(void **state)
{
	static const double share[] = {.5, .25, 1, 1}, mean[] = {.075, .3875, .8, .9}, outside[] = {0.5, 1.5};
	struct mr_scored rows = {8, positive, score, NULL};
	struct mr_curve curve;

	(void)state;
	assert_int_equal(mr_curve_calibration(&rows, 5, arena, &curve, &err), MR_OK);
	same_points(&curve, 4, mean, share);
	assert_int_equal(mr_curve_lift(&rows, arena, &curve, &err), MR_OK);
	near(curve.x[0], .125);
	near(curve.y[0], 2);
	near(curve.x[curve.n - 1], 1);
	near(curve.y[curve.n - 1], 1);
	rows = (struct mr_scored){2, positive, outside, NULL};
	assert_int_equal(mr_curve_calibration(&rows, 5, arena, &curve, &err), MR_INVALID_PARAMETER_VALUE);
}

static void regression(void **state)
{
	static const double a[] = {3, -.5, 2, 7, 0}, b[] = {2.5, 0, 2, 8, .1}, w[] = {1, 2, .5, 1, 3}, same[] = {4, 4, 4};
	struct mr_regressor_metrics m;

	(void)state;
	mr_regressor_metrics(a, b, NULL, 5, &m);
	near(m.mean_absolute_error, 0.42000000000000004);
	near(m.mean_squared_error, 0.302);
	near(m.root_mean_squared_error, 0.5495452665613635);
	near(m.r2_score, 0.9578212290502793);
	near(m.mean_absolute_percentage_error, 90071992547410.19);
	near(m.max_error, 1);
	near(m.sum_on_target, 11.5);
	near(m.mean_on_target, 2.3);
	mr_regressor_metrics(a, b, w, 5, &m);
	near(m.mean_absolute_error, 0.3733333333333333);
	near(m.mean_squared_error, 0.23733333333333334);
	near(m.r2_score, 0.96226148409894);
	near(m.mean_absolute_percentage_error, 180143985094820.16);
	near(m.sum_on_target, 10);
	near(m.mean_on_target, 2);
	mr_regressor_metrics(same, same, NULL, 3, &m);
	near(m.r2_score, 1);
	mr_regressor_metrics(same, a, NULL, 3, &m);
	near(m.r2_score, 0);
	mr_regressor_metrics(a, b, NULL, 1, &m);
	near(m.r2_score, NAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(averages),	    cmocka_unit_test(an_average_of_another_name),
		cmocka_unit_test(counts_and_confusion), cmocka_unit_test(log_loss),
		cmocka_unit_test(roc),		    cmocka_unit_test(precision_recall),
		cmocka_unit_test(calibration_and_lift), cmocka_unit_test(regression),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
