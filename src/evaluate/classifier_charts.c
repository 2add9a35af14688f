/* SPDX-License-Identifier: Apache-2.0
 *
 * The charts of a classifier, under MLflow's names.
 */
#include <math.h>

#include "evaluate/classifier.h"

#define TEXT(c_string) mr_str_from(c_string)

static double diagonal[] = {0, 1}, ones[] = {1, 1};

/* A chart of curves over the square from 0 to 1. */
static struct mr_plot_lines unit_chart(const char *title, const char *x, const char *y)
{
	return (struct mr_plot_lines){.title = TEXT(title), .x_label = TEXT(x), .y_label = TEXT(y), .x_max = 1, .y_max = 1};
}

static mr_str rows_text(const struct classifier *c)
{
	return mr_arena_printf(c->e->arena, "%zu rows, %zu classes", c->rows.n, c->labels.n);
}

static mr_str positive_text(const struct classifier *c)
{
	return mr_arena_printf(c->e->arena, "%zu rows, positive label: %.*s", c->rows.n,
			       MR_STR_ARG(c->labels.shown[c->positive]));
}

/* ---- ROC, precision and recall ---- */

static void add_curve(const struct classifier *c, struct mr_plot_series *out, const struct mr_curve *curve,
		      const char *measure, mr_str label, mr_plot_style style)
{
	*out = (struct mr_plot_series){.label = label, .x = curve->x, .y = curve->y, .n = curve->n, .style = style};
	out->value = isnan(curve->area) ? TEXT("undefined") : mr_arena_printf(c->e->arena, "%s %.3f", measure, curve->area);
}

/* The precision of a model that knows nothing. */
static void add_prevalence(const struct classifier *c, struct mr_plot_series *out, double level[2])
{
	struct mr_binary_counts counts = mr_class_counts(&c->rows, c->positive);

	level[0] = level[1] = (double)(counts.tp + counts.fn) / (double)c->rows.n;
	*out = (struct mr_plot_series){.label = TEXT("chance"), .x = diagonal, .y = level, .n = 2, .style = MR_PLOT_GUIDE};
	out->value = mr_arena_printf(c->e->arena, "AP %.3f", level[0]);
}

/* Precision at the recalls between two points is that of the point with the higher recall: the points come by falling
 * recall, so a step holds from the left. */
static mr_code draw_curves(struct classifier *c, const struct mr_curve *curves, uint32_t first, size_t n, bool roc)
{
	struct mr_plot_series *series = mr_arena_zalloc(c->e->arena, (n + 1) * sizeof *series);
	double level[2];
	struct mr_plot_lines chart =
		roc ? unit_chart("ROC curve", "False positive rate", "True positive rate")
		    : unit_chart("Precision-recall curve", "Recall", "Precision");

	if (!series)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; i < n; i++)
		add_curve(c, &series[i], &curves[i], roc ? "AUC" : "AP", c->labels.shown[first + i],
			  roc ? MR_PLOT_LINE : MR_PLOT_STEPS);
	chart.subtitle = n == 1 ? positive_text(c) : mr_arena_printf(c->e->arena, "%.*s, each against the rest",
								     MR_STR_ARG(rows_text(c)));
	if (roc)
		series[n++] = (struct mr_plot_series){.label = TEXT("chance"), .value = TEXT("AUC 0.500"), .x = diagonal,
						      .y = diagonal, .n = 2, .style = MR_PLOT_GUIDE};
	else if (n == 1)
		add_prevalence(c, &series[n++], level);
	chart.series = series;
	chart.series_n = n;
	return evaluator_lines(c->e, roc ? "roc_curve_plot" : "precision_recall_curve_plot", &chart);
}

/* ---- lift ---- */

static mr_code draw_lift(struct classifier *c)
{
	struct mr_plot_series series[3] = {{.label = TEXT("no model"), .x = diagonal, .y = ones, .n = 2,
					    .style = MR_PLOT_GUIDE}};
	struct mr_plot_lines chart = {.title = TEXT("Lift curve"), .x_label = TEXT("Part of the rows, highest score first"),
				      .y_label = TEXT("Lift"), .series = series, .series_n = 3, .x_max = 1, .y_max = NAN};
	struct mr_curve curves[2];

	for (uint32_t class = 0; class < 2; class ++) {
		struct mr_scored rows;
		mr_code code = classifier_scored(c, class, false, &rows);

		if (code == MR_OK)
			code = mr_curve_lift(&rows, c->e->arena, &curves[class], c->e->err);
		if (code != MR_OK)
			return code;
		if (!curves[class].n) /* no row has this label */
			return MR_OK;
		series[class + 1] = (struct mr_plot_series){.x = curves[class].x, .y = curves[class].y, .n = curves[class].n};
		series[class + 1].label = mr_arena_printf(c->e->arena, "%.*s%s", MR_STR_ARG(c->labels.shown[class]),
							  class == c->positive ? " (positive)" : "");
	}
	chart.subtitle = mr_arena_printf(c->e->arena, "%zu rows: how much denser a class is among the rows that score highest",
					 c->rows.n);
	return evaluator_lines(c->e, "lift_curve_plot", &chart);
}

/* ---- calibration ---- */

static mr_code calibration_settings(struct classifier *c, int64_t *bins, mr_str *title)
{
	const mr_json *name = mr_json_get(c->e->config, "calibration_classifier_name");

	if (!classifier_int(c, "calibration_n_bins", 10, bins) || *bins > 1000)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "'calibration_n_bins' in the evaluator's config must be a whole number from 1 to 1000");
	if (name && name->type != MR_JSON_STRING && name->type != MR_JSON_NULL)
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "'calibration_classifier_name' in the evaluator's config must be a string");
	*title = mr_arena_printf(c->e->arena, "%.*s%salibration curve", MR_STR_ARG(mr_json_str(name, TEXT(""))),
				 name && name->type == MR_JSON_STRING ? " c" : "C");
	return title->ptr ? MR_OK : mr_error_no_memory(c->e->err);
}

/* How many rows there are of each predicted probability. */
static mr_code count_scores(struct classifier *c, const struct mr_scored *rows, size_t bins, struct mr_plot_counts *out)
{
	double *counts = mr_arena_zalloc(c->e->arena, bins * sizeof *counts);

	if (!counts)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; i < rows->n; i++)
		counts[(size_t)fmin(rows->score[i] * (double)bins, (double)bins - 1)]++;
	*out = (struct mr_plot_counts){counts, bins, 0, 1, TEXT("rows")};
	return MR_OK;
}

static mr_code draw_calibration(struct classifier *c, uint32_t first, size_t n)
{
	struct mr_plot_series *series = mr_arena_zalloc(c->e->arena, (n + 1) * sizeof *series);
	struct mr_plot_lines chart = unit_chart("", "Mean predicted probability", "Fraction of positives");
	int64_t bins;
	mr_code code = series ? calibration_settings(c, &bins, &chart.title) : mr_error_no_memory(c->e->err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_scored rows;
		struct mr_curve curve;

		code = classifier_scored(c, first + (uint32_t)i, false, &rows);
		if (code == MR_OK)
			code = mr_curve_calibration(&rows, (size_t)bins, c->e->arena, &curve, c->e->err);
		if (code == MR_OK && n == 1)
			code = count_scores(c, &rows, (size_t)bins, &chart.below);
		if (code == MR_OK)
			series[i] = (struct mr_plot_series){.label = c->labels.shown[first + i], .x = curve.x, .y = curve.y,
							    .n = curve.n, .style = MR_PLOT_MARKED};
	}
	if (code != MR_OK)
		return code;
	series[n] = (struct mr_plot_series){.label = TEXT("perfectly calibrated"), .x = diagonal, .y = diagonal, .n = 2,
					    .style = MR_PLOT_GUIDE};
	chart.subtitle = n == 1 ? positive_text(c) : rows_text(c);
	chart.series = series;
	chart.series_n = n + 1;
	return evaluator_lines(c->e, "calibration_curve_plot", &chart);
}

/* ---- which are drawn ---- */

mr_code classifier_binary_charts(struct classifier *c)
{
	mr_code code = draw_curves(c, c->roc, c->positive, 1, true);

	if (code == MR_OK)
		code = draw_curves(c, c->precision_recall, c->positive, 1, false);
	if (code == MR_OK)
		code = draw_lift(c);
	return code == MR_OK ? draw_calibration(c, c->positive, 1) : code;
}

mr_code classifier_class_charts(struct classifier *c)
{
	mr_code code = draw_calibration(c, 0, c->labels.n);

	if (code == MR_OK && c->roc)
		code = draw_curves(c, c->roc, 0, c->labels.n, true);
	if (code == MR_OK && c->roc)
		code = draw_curves(c, c->precision_recall, 0, c->labels.n, false);
	return code;
}

/* Of the labels that are listed; rows with others do not count. */
mr_code classifier_confusion(struct classifier *c)
{
	size_t n = c->listed_n, all = c->labels.n, row = 0;
	mr_str *labels = mr_arena_alloc(c->e->arena, n * sizeof *labels);
	double *counts = mr_arena_alloc(c->e->arena, n * n * sizeof *counts), *matrix;
	double *shares = mr_arena_alloc(c->e->arena, n * n * sizeof *shares);
	struct mr_plot_matrix chart = {.title = TEXT("Confusion matrix"), .x_label = TEXT("Predicted label"),
				       .y_label = TEXT("True label"), .scale_label = TEXT("share of the true label"),
				       .labels = labels, .n = n, .shares = shares, .counts = counts};
	mr_code code = labels && counts && shares ? mr_class_confusion(&c->rows, c->e->arena, &matrix, c->e->err)
						  : mr_error_no_memory(c->e->err);

	for (size_t i = 0; i < all && code == MR_OK; i++) {
		size_t column = 0;
		double sum = 0;

		if (!c->listed[i])
			continue;
		labels[row] = c->labels.shown[i];
		for (size_t k = 0; k < all; k++) {
			if (!c->listed[k])
				continue;
			counts[row * n + column++] = matrix[i * all + k];
			sum += matrix[i * all + k];
		}
		for (size_t k = 0; k < n; k++)
			shares[row * n + k] = sum > 0 ? counts[row * n + k] / sum : NAN;
		row++;
	}
	chart.subtitle = mr_arena_printf(c->e->arena, "%zu %srows; each row of the matrix adds up to 100%%", c->rows.n,
					 c->rows.weights ? "weighted " : "");
	return code == MR_OK ? evaluator_matrix(c->e, "confusion_matrix", &chart) : code;
}
