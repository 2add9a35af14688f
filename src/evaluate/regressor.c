/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's metrics of a regressor, and what MLflow does not draw: the residuals,
 * and the predictions over the truth.
 */
#include <float.h>
#include <math.h>

#include "evaluate/evaluator.h"
#include "evaluate/regressor_metrics.h"

enum { BINS = 25, POINTS_MAX = 20000 };

/* Of many rows every so-manieth is drawn: more points than this make no other picture. */
struct points {
	double *truth, *predicted, *residuals;
	size_t n;
};

static mr_code choose_points(struct evaluator *e, const double *truth, const double *predicted, struct points *out)
{
	size_t every = e->rows / POINTS_MAX + 1;

	out->truth = mr_arena_alloc(e->arena, 3 * (e->rows / every + 1) * sizeof *out->truth);
	if (!out->truth)
		return mr_error_no_memory(e->err);
	out->predicted = out->truth + e->rows / every + 1;
	out->residuals = out->predicted + e->rows / every + 1;
	out->n = 0;
	for (size_t i = 0; i < e->rows; i += every) {
		out->truth[out->n] = truth[i];
		out->predicted[out->n] = predicted[i];
		out->residuals[out->n++] = truth[i] - predicted[i];
	}
	return MR_OK;
}

/* "442 rows", or "20000 of 500000 rows". */
static mr_str rows_text(struct evaluator *e, const struct points *p)
{
	return p->n == e->rows ? mr_arena_printf(e->arena, "%zu rows", e->rows)
			       : mr_arena_printf(e->arena, "%zu of %zu rows", p->n, e->rows);
}

static mr_code log_metrics(struct evaluator *e, const struct mr_regressor_metrics *m)
{
	const struct {
		const char *name;
		double value;
	} all[] = {
		{"example_count", (double)e->rows},
		{"mean_absolute_error", m->mean_absolute_error},
		{"mean_squared_error", m->mean_squared_error},
		{"root_mean_squared_error", m->root_mean_squared_error},
		{"sum_on_target", m->sum_on_target},
		{"mean_on_target", m->mean_on_target},
		{"r2_score", m->r2_score},
		{"max_error", m->max_error},
		{"mean_absolute_percentage_error", m->mean_absolute_percentage_error},
	};
	mr_code code = MR_OK;

	for (size_t i = 0; i < sizeof all / sizeof *all && code == MR_OK; i++)
		code = evaluator_metric(e, all[i].name, all[i].value);
	return code;
}

static void range_of(const double *values, size_t n, double *low, double *high)
{
	for (size_t i = 0; i < n; i++) {
		*low = fmin(*low, values[i]);
		*high = fmax(*high, values[i]);
	}
}

static mr_code draw_residuals(struct evaluator *e, const double *truth, const double *predicted, const struct points *p,
			      const struct mr_regressor_metrics *m)
{
	double low = DBL_MAX, high = -DBL_MAX, reach = m->max_error > 0 ? m->max_error * 1.06 : 1, ends[2], zero[2] = {0, 0};
	double counts[BINS] = {0};
	struct mr_plot_series series[2] = {{.x = p->predicted, .y = p->residuals, .n = p->n, .style = MR_PLOT_POINTS},
					   {.x = ends, .y = zero, .n = 2, .style = MR_PLOT_GUIDE}};
	struct mr_plot_lines chart = {.title = mr_str_from("Residuals"), .x_label = mr_str_from("Predicted value"),
				      .y_label = mr_str_from("Residual (true \xe2\x88\x92 predicted)"), .series = series,
				      .series_n = 2, .x_min = NAN, .x_max = NAN};

	/* The same above as below, so that a bias is seen. */
	for (size_t i = 0; i < e->rows; i++)
		counts[(int)fmin((truth[i] - predicted[i] + reach) / (2 * reach) * BINS, BINS - 1)]++;
	range_of(predicted, e->rows, &low, &high);
	ends[0] = low - (high - low);
	ends[1] = high + (high - low);
	chart.y_min = -reach;
	chart.y_max = reach;
	chart.beside = (struct mr_plot_counts){counts, BINS, -reach, reach, mr_str_from("rows")};
	chart.subtitle = mr_arena_printf(e->arena, "%.*s, RMSE %.4g, MAE %.4g", MR_STR_ARG(rows_text(e, p)), m->root_mean_squared_error,
					 m->mean_absolute_error);
	return evaluator_lines(e, "residual_plot", &chart);
}

static mr_code draw_predictions(struct evaluator *e, const double *truth, const double *predicted, const struct points *p,
				const struct mr_regressor_metrics *m)
{
	double low = DBL_MAX, high = -DBL_MAX, ends[2], margin;
	struct mr_plot_series series[2] = {
		{.x = p->truth, .y = p->predicted, .n = p->n, .style = MR_PLOT_POINTS},
		{.label = mr_str_from("perfect prediction"), .x = ends, .y = ends, .n = 2, .style = MR_PLOT_GUIDE}};
	struct mr_plot_lines chart = {.title = mr_str_from("Predicted and true values"),
				      .x_label = mr_str_from("True value"), .y_label = mr_str_from("Predicted value"),
				      .series = series, .series_n = 2};

	range_of(truth, e->rows, &low, &high);
	range_of(predicted, e->rows, &low, &high);
	margin = high > low ? (high - low) * 0.04 : fmax(fabs(high), 1) * 0.1;
	ends[0] = chart.x_min = chart.y_min = low - margin;
	ends[1] = chart.x_max = chart.y_max = high + margin;
	chart.subtitle = mr_arena_printf(e->arena, "%.*s, R\xc2\xb2 %.4g", MR_STR_ARG(rows_text(e, p)), m->r2_score);
	return evaluator_lines(e, "predicted_vs_true_plot", &chart);
}

/* Where sums of two values are numbers, too. */
static bool can_be_drawn(struct evaluator *e, const double *truth, const double *predicted)
{
	double low = 0, high = 0;

	range_of(truth, e->rows, &low, &high);
	range_of(predicted, e->rows, &low, &high);
	if (high < 1e300 && low > -1e300)
		return true;
	e->host->log(e->host, MR_PLUGIN_WARNING, "the values are too large for charts");
	return false;
}

mr_code evaluate_regressor(struct evaluator *e)
{
	const struct mr_evaluation *in = e->in;
	struct mr_regressor_metrics metrics;
	struct points points = {0};
	const double *truth, *predicted;
	mr_str column;
	mr_code code = evaluator_predictions(e, &column);

	if (code == MR_OK)
		code = evaluator_doubles(e, in->schema, in->table, in->targets, &truth);
	if (code == MR_OK)
		code = evaluator_doubles(e, e->outputs_schema, e->outputs, column, &predicted);
	if (code != MR_OK)
		return code;
	mr_regressor_metrics(truth, predicted, e->weights, e->rows, &metrics);
	if (evaluator_is_sklearn(e)) /* what its score() is for a regressor */
		code = evaluator_metric(e, "score", metrics.r2_score);
	if (code == MR_OK)
		code = log_metrics(e, &metrics);
	if (code != MR_OK || !can_be_drawn(e, truth, predicted))
		return code;
	code = choose_points(e, truth, predicted, &points);
	if (code == MR_OK)
		code = draw_residuals(e, truth, predicted, &points, &metrics);
	if (code == MR_OK)
		code = draw_predictions(e, truth, predicted, &points, &metrics);
	return code;
}
