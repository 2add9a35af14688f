/* SPDX-License-Identifier: Apache-2.0
 *
 * Curves over the threshold of a score, for one class against the rest, with the
 * conventions of scikit-learn's roc_curve, precision_recall_curve and
 * calibration_curve, which MLflow's evaluator uses.
 */
#ifndef MR_EVALUATE_CURVES_H
#define MR_EVALUATE_CURVES_H

#include "base/arena.h"

struct mr_curve {
	size_t n;
	double *x, *y;
	double area; /* of ROC: under the curve; of precision and recall: the average precision. NaN where undefined */
};

/* The rows that a curve is drawn from. */
struct mr_scored {
	size_t n;
	const bool *positive;
	const double *score; /* no NaN */
	const double *weights; /* NULL: all 1 */
};

/* x: false positive rate, y: true positive rate. With one class only the area is NaN. */
mr_code mr_curve_roc(const struct mr_scored *rows, mr_arena *arena, struct mr_curve *out, mr_error *err);
/* x: recall, falling from 1 to 0; y: precision. */
mr_code mr_curve_precision_recall(const struct mr_scored *rows, mr_arena *arena, struct mr_curve *out, mr_error *err);
/* x: part of the rows, highest score first; y: how much more often they are positive than the average row. */
mr_code mr_curve_lift(const struct mr_scored *rows, mr_arena *arena, struct mr_curve *out, mr_error *err);
/* x: mean score of a bin, y: part of positives in it; bins of equal width, the empty ones left out. Without weights. */
mr_code mr_curve_calibration(const struct mr_scored *rows, size_t bins, mr_arena *arena, struct mr_curve *out,
			     mr_error *err);

#endif
