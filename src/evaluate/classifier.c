/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's metrics of a classifier.
 */
#include "evaluate/classifier.h"

#include <math.h>

bool classifier_int(const struct classifier *c, const char *key, int64_t otherwise, int64_t *out)
{
	const mr_json *given = mr_json_get(c->e->config, key);

	*out = otherwise;
	if (!given || given->type == MR_JSON_NULL)
		return true;
	return given->type == MR_JSON_NUMBER && mr_parse_int64(given->text, out) && *out > 0;
}

mr_code classifier_scored(struct classifier *c, uint32_t class, bool weighted, struct mr_scored *out)
{
	bool *positive = mr_arena_alloc(c->e->arena, c->rows.n * sizeof *positive);
	double *score = mr_arena_alloc(c->e->arena, c->rows.n * sizeof *score);

	if (!positive || !score)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; i < c->rows.n; i++) {
		positive[i] = c->truth[i] == class;
		score[i] = c->probabilities[i * c->labels.n + class];
	}
	*out = (struct mr_scored){c->rows.n, positive, score, weighted ? c->rows.weights : NULL};
	return MR_OK;
}

mr_code classifier_one_class(struct classifier *c, uint32_t class, struct mr_classified *out)
{
	uint32_t *truth = mr_arena_alloc(c->e->arena, c->rows.n * sizeof *truth);
	uint32_t *predicted = mr_arena_alloc(c->e->arena, c->rows.n * sizeof *predicted);

	if (!truth || !predicted)
		return mr_error_no_memory(c->e->err);
	for (size_t i = 0; i < c->rows.n; i++) {
		truth[i] = c->truth[i] == class;
		predicted[i] = c->predicted[i] == class;
	}
	*out = (struct mr_classified){c->rows.n, 2, truth, predicted, c->rows.weights};
	return MR_OK;
}

/* ---- metrics ---- */

static mr_code log_loss(struct classifier *c)
{
	float *losses = c->narrow ? mr_arena_alloc(c->e->arena, c->rows.n * sizeof *losses) : NULL;

	if (!c->narrow)
		return evaluator_metric(c->e, "log_loss", mr_class_log_loss(&c->rows, c->probabilities));
	return losses ? evaluator_metric(c->e, "log_loss", mr_class_log_loss_narrow(&c->rows, c->probabilities, losses))
		      : mr_error_no_memory(c->e->err);
}

static mr_code log_common(struct classifier *c, mr_average average)
{
	struct evaluator *e = c->e;
	struct mr_class_scores scores;
	mr_code code = mr_class_scores(&c->rows, average, c->positive, e->arena, &scores, e->err);

	if (code == MR_OK)
		code = evaluator_metric(e, "example_count", (double)e->rows);
	if (code == MR_OK)
		code = evaluator_metric(e, "accuracy_score", scores.accuracy);
	if (code == MR_OK)
		code = evaluator_metric(e, "recall_score", scores.recall);
	if (code == MR_OK)
		code = evaluator_metric(e, "precision_score", scores.precision);
	if (code == MR_OK)
		code = evaluator_metric(e, "f1_score", scores.f1);
	if (code == MR_OK && c->probabilities)
		code = log_loss(c);
	return code;
}

/* What score() of scikit-learn's models is for a classifier. */
static mr_code log_score(struct classifier *c)
{
	struct mr_class_scores scores;
	mr_code code = mr_class_scores(&c->rows, MR_AVERAGE_MICRO, 0, c->e->arena, &scores, c->e->err);

	return code == MR_OK ? evaluator_metric(c->e, "score", scores.accuracy) : code;
}

static mr_code log_counts(struct classifier *c)
{
	struct mr_binary_counts counts = mr_class_counts(&c->rows, c->positive);
	mr_code code = evaluator_metric(c->e, "true_negatives", (double)counts.tn);

	if (code == MR_OK)
		code = evaluator_metric(c->e, "false_positives", (double)counts.fp);
	if (code == MR_OK)
		code = evaluator_metric(c->e, "false_negatives", (double)counts.fn);
	if (code == MR_OK)
		code = evaluator_metric(c->e, "true_positives", (double)counts.tp);
	return code;
}

static mr_code make_curves(struct classifier *c, uint32_t first, size_t n)
{
	struct evaluator *e = c->e;
	mr_code code = MR_OK;

	c->roc = mr_arena_zalloc(e->arena, n * sizeof *c->roc);
	c->precision_recall = mr_arena_zalloc(e->arena, n * sizeof *c->precision_recall);
	if (!c->roc || !c->precision_recall)
		return mr_error_no_memory(e->err);
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_scored rows;

		code = classifier_scored(c, first + (uint32_t)i, true, &rows);
		if (code == MR_OK)
			code = mr_curve_roc(&rows, e->arena, &c->roc[i], e->err);
		if (code == MR_OK)
			code = mr_curve_precision_recall(&rows, e->arena, &c->precision_recall[i], e->err);
	}
	return code;
}

static mr_code evaluate_binary(struct classifier *c)
{
	struct evaluator *e = c->e;
	mr_code code = log_counts(c);

	if (code == MR_OK)
		code = log_common(c, MR_AVERAGE_BINARY);
	if (code == MR_OK && c->probabilities) {
		code = make_curves(c, c->positive, 1);
		if (code == MR_OK)
			code = evaluator_metric(e, "roc_auc", c->roc->area);
		if (code == MR_OK)
			code = evaluator_metric(e, "precision_recall_auc", c->precision_recall->area);
		if (code == MR_OK)
			code = classifier_binary_charts(c);
	}
	return code;
}

/* Why scikit-learn refuses the probabilities of several classes; NULL if it does not. MLflow fails then. */
static const char *why_no_roc(const struct classifier *c)
{
	bool seen;

	for (uint32_t class = 0; class < c->labels.n; class ++) {
		seen = false;
		for (size_t i = 0; i < c->rows.n && !seen; i++)
			seen = c->truth[i] == class;
		if (!seen)
			return "there are rows of some classes only";
	}
	for (size_t i = 0; i < c->rows.n; i++) {
		double sum = 0;

		for (size_t k = 0; k < c->labels.n; k++)
			sum += c->probabilities[i * c->labels.n + k];
		if (!(fabs(1 - sum) <= 1e-8 + 1e-5 * fabs(sum)))
			return "the probabilities of a row do not sum up to 1";
	}
	return NULL;
}

/* The area of each class against the rest, averaged. */
static mr_code log_roc_auc(struct classifier *c, mr_average average)
{
	long double sum = 0, weights = 0;
	const char *why = why_no_roc(c);

	if (why) {
		c->e->host->log(c->e->host, MR_PLUGIN_WARNING, "roc_auc was left out: %s", why);
		return MR_OK;
	}
	for (uint32_t class = 0; class < c->labels.n; class ++) {
		struct mr_scored rows;
		struct mr_curve curve;
		long double weight = 0;
		mr_code code = classifier_scored(c, class, true, &rows);

		if (code == MR_OK)
			code = mr_curve_roc(&rows, c->e->arena, &curve, c->e->err);
		if (code != MR_OK)
			return code;
		for (size_t i = 0; i < rows.n && average == MR_AVERAGE_WEIGHTED; i++)
			weight += rows.positive[i] ? rows.weights ? rows.weights[i] : 1 : 0;
		if (average == MR_AVERAGE_MACRO)
			weight = 1;
		sum += weight * curve.area;
		weights += weight;
	}
	return evaluator_metric(c->e, "roc_auc", weights != 0 ? (double)(sum / weights) : 0);
}

/* Curves of each class are wanted unless there are too many classes. */
static mr_code class_curves(struct classifier *c)
{
	int64_t most;

	if (!classifier_int(c, "max_classes_for_multiclass_roc_pr", 10, &most))
		return mr_error_set(c->e->err, MR_INVALID_PARAMETER_VALUE,
				    "'max_classes_for_multiclass_roc_pr' in the evaluator's config must be a whole number above 0");
	if (c->labels.n <= (size_t)most)
		return make_curves(c, 0, c->labels.n);
	c->e->host->log(c->e->host, MR_PLUGIN_WARNING,
			"there are %zu classes, more than %lld: no ROC and precision-recall curves are drawn; "
			"'max_classes_for_multiclass_roc_pr' in the evaluator's config sets the limit",
			c->labels.n, (long long)most);
	return MR_OK;
}

static mr_code evaluate_classes(struct classifier *c)
{
	struct evaluator *e = c->e;
	const mr_json *given = mr_json_get(e->config, "average");
	mr_average average;
	mr_code code;

	if (given && given->type != MR_JSON_STRING)
		return mr_error_set(e->err, MR_INVALID_PARAMETER_VALUE, "'average' in the evaluator's config must be a string");
	code = mr_average_parse(mr_json_str(given, mr_str_from("weighted")), &average, e->err);
	if (code == MR_OK)
		code = log_common(c, average);
	if (code == MR_OK && c->probabilities && average != MR_AVERAGE_MICRO)
		code = log_roc_auc(c, average);
	if (code == MR_OK && c->probabilities)
		code = class_curves(c);
	if (code == MR_OK && c->probabilities)
		code = classifier_class_charts(c);
	if (code == MR_OK)
		code = classifier_report(c);
	return code;
}

mr_code evaluate_classifier(struct evaluator *e)
{
	struct classifier c = {.e = e};
	mr_code code = classifier_read(&c);

	if (code == MR_OK && evaluator_is_sklearn(e))
		code = log_score(&c);
	if (code == MR_OK)
		code = c.binary ? evaluate_binary(&c) : evaluate_classes(&c);
	if (code == MR_OK)
		code = classifier_confusion(&c);
	return code;
}
