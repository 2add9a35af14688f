/* SPDX-License-Identifier: Apache-2.0
 *
 * What MLflow's evaluator computes for a regressor, as scikit-learn computes it.
 */
#ifndef MR_EVALUATE_REGRESSOR_METRICS_H
#define MR_EVALUATE_REGRESSOR_METRICS_H

#include <millrace/types.h>

struct mr_regressor_metrics {
	double mean_absolute_error, mean_squared_error, root_mean_squared_error;
	double sum_on_target;  /* with weights: of their products */
	double mean_on_target; /* that by the number of rows, with weights too */
	double r2_score;       /* NaN for one row; 1 or 0 when all targets are equal */
	double max_error;      /* without weights */
	double mean_absolute_percentage_error;
};

/* n is at least 1. weights may be NULL. */
void mr_regressor_metrics(const double *truth, const double *predicted, const double *weights, size_t n,
			  struct mr_regressor_metrics *out);

#endif
