/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/regressor_metrics.h"

#include <float.h>
#include <math.h>

static double weight_of(const double *weights, size_t i)
{
	return weights ? weights[i] : 1;
}

/* 1 - errors / spread, with scikit-learn's finite values for a spread of 0. */
static double r2(const double *truth, const double *weights, size_t n, long double mean, long double errors)
{
	long double spread = 0;

	if (n < 2)
		return NAN;
	for (size_t i = 0; i < n; i++)
		spread += weight_of(weights, i) * (truth[i] - mean) * (truth[i] - mean);
	if (spread == 0)
		return errors == 0;
	return (double)(1 - errors / spread);
}

void mr_regressor_metrics(const double *truth, const double *predicted, const double *weights, size_t n,
			  struct mr_regressor_metrics *out)
{
	long double all = 0, absolute = 0, squared = 0, relative = 0, sum = 0;
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		double weight = weight_of(weights, i), error = fabs(truth[i] - predicted[i]);

		all += weight;
		absolute += (long double)weight * error;
		squared += (long double)weight * error * error;
		relative += (long double)weight * error / fmax(fabs(truth[i]), DBL_EPSILON);
		sum += (long double)weight * truth[i];
		worst = fmax(worst, error);
	}
	out->mean_absolute_error = (double)(absolute / all);
	out->mean_squared_error = (double)(squared / all);
	out->root_mean_squared_error = sqrt(out->mean_squared_error);
	out->sum_on_target = (double)sum;
	out->mean_on_target = (double)(sum / n);
	out->r2_score = r2(truth, weights, n, sum / all, squared);
	out->max_error = worst;
	out->mean_absolute_percentage_error = (double)(relative / all);
}
