/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds, with the meaning and the messages of MLflow's
 * validate_evaluation_results.
 */
#include <float.h>
#include <math.h>

#include "base/buf.h"
#include "evaluate/result.h"

static mr_code wrong(mr_error *err, const char *why)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Could not instantiate MetricThreshold class: %s", why);
}

static mr_code check_threshold(const struct mr_metric_threshold *t, mr_error *err)
{
	if (!t->metric || !*t->metric)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A threshold must name its metric");
	if (!isnan(t->min_absolute_change) && !(t->min_absolute_change > 0))
		return wrong(err, "`min_absolute_change` parameter must be a positive number.");
	if (!isnan(t->min_relative_change) && !(t->min_relative_change >= 0 && t->min_relative_change <= 1))
		return wrong(err, "`min_relative_change` parameter must be between 0 and 1.");
	if (isnan(t->threshold) && isnan(t->min_absolute_change) && isnan(t->min_relative_change))
		return wrong(err, "no threshold was specified.");
	return MR_OK;
}

static bool at_least(const struct mr_metric_threshold *t, double value, double bound)
{
	return t->greater_is_better ? value >= bound : value <= bound;
}

static double better_by(const struct mr_metric_threshold *t, double value, double change)
{
	return t->greater_is_better ? value + change : value - change;
}

static bool relative_change_fails(const struct mr_metric_threshold *t, double candidate, double baseline)
{
	double change = t->greater_is_better ? candidate - baseline : baseline - candidate;

	if (baseline == 0) /* no part of nothing: it must be better at all */
		return !at_least(t, candidate, better_by(t, baseline, 1e-10));
	return change / fabs(baseline) < t->min_relative_change;
}

/* Doubles are compared as they are: MLflow's Decimals have exactly their values. */
static void validate(const struct mr_metric_threshold *t, const mr_evaluation_result *candidate,
		     const mr_evaluation_result *baseline, struct mr_metric_validation *v)
{
	bool compared = t->min_absolute_change > 0 || t->min_relative_change > 0;

	*v = (struct mr_metric_validation){.metric = t->metric, .candidate = NAN, .baseline = NAN};
	v->missing_candidate = !mr_evaluation_metric(candidate, t->metric, &v->candidate);
	if (baseline)
		mr_evaluation_metric(baseline, t->metric, &v->baseline);
	if (v->missing_candidate)
		return;
	v->threshold_failed = !isnan(t->threshold) && !at_least(t, v->candidate, t->threshold);
	v->missing_baseline = (compared || !isnan(t->min_relative_change)) &&
			      !(baseline && mr_evaluation_metric(baseline, t->metric, NULL));
	if (!v->missing_baseline && !isnan(t->min_absolute_change))
		v->min_absolute_change_failed =
			!at_least(t, v->candidate, better_by(t, v->baseline, t->min_absolute_change));
	if (!v->missing_baseline && !isnan(t->min_relative_change))
		v->min_relative_change_failed = relative_change_fails(t, v->candidate, v->baseline);
	v->passed = !v->missing_baseline && !v->threshold_failed && !v->min_absolute_change_failed &&
		    !v->min_relative_change_failed;
}

/* ---- the report ---- */

static void add_comparison(mr_buf *out, const struct mr_metric_validation *v, const char *what, double change)
{
	const char *m = v->metric;

	mr_buf_printf(out, "Metric %s minimum %s change check failed: candidate model %s = ", m, what, m);
	mr_buf_double(out, v->candidate);
	mr_buf_printf(out, ", baseline model %s = ", m);
	mr_buf_double(out, v->baseline);
	mr_buf_printf(out, ", %s minimum %s change threshold = ", m, what);
	mr_buf_double(out, change);
	mr_buf_c(out, ". ");
}

static void add_failure(mr_buf *out, const struct mr_metric_threshold *t, const struct mr_metric_validation *v)
{
	const char *m = v->metric;

	if (out->len)
		mr_buf_char(out, '\n');
	if (v->missing_candidate) {
		mr_buf_printf(out, "Metric validation failed: metric %s was missing from the evaluation result of the candidate model. ",
			      m);
	} else if (v->threshold_failed) {
		mr_buf_printf(out, "Metric %s value threshold check failed: candidate model %s = ", m, m);
		mr_buf_double(out, v->candidate);
		mr_buf_printf(out, ", %s threshold = ", m);
		mr_buf_double(out, t->threshold);
		mr_buf_c(out, ". ");
	}
	if (v->missing_baseline)
		mr_buf_printf(out, "Model comparison failed: metric %s was missing from the evaluation result of the baseline model. ",
			      m);
	if (v->min_absolute_change_failed)
		add_comparison(out, v, "absolute", t->min_absolute_change);
	if (v->min_relative_change_failed)
		add_comparison(out, v, "relative", t->min_relative_change);
	if (out->len && out->ptr[out->len - 1] == ' ')
		out->ptr[--out->len] = 0;
}

mr_code mr_validate_evaluation(const struct mr_metric_threshold *thresholds, size_t n,
			       const mr_evaluation_result *candidate, const mr_evaluation_result *baseline,
			       struct mr_metric_validation *validations, mr_error *err)
{
	mr_code code = MR_OK;
	mr_buf report;

	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = check_threshold(&thresholds[i], err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&report, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		struct mr_metric_validation v;

		validate(&thresholds[i], candidate, baseline, &v);
		if (validations)
			validations[i] = v;
		if (v.passed)
			continue;
		code = MR_BAD_REQUEST;
		add_failure(&report, &thresholds[i], &v);
	}
	if (code != MR_OK)
		mr_error_set(err, code, "%s", report.ptr ? report.ptr : "Model validation failed");
	mr_buf_dispose(&report);
	return code;
}
