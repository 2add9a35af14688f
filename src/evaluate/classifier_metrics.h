/* SPDX-License-Identifier: Apache-2.0
 *
 * What MLflow's evaluator computes for a classifier, as scikit-learn computes it.
 */
#ifndef MR_EVALUATE_CLASSIFIER_METRICS_H
#define MR_EVALUATE_CLASSIFIER_METRICS_H

#include "base/arena.h"

/* Rows whose labels are numbers of classes, 0 .. classes - 1, in the order of the labels. */
struct mr_classified {
	size_t n, classes;
	const uint32_t *truth, *predicted;
	const double *weights; /* NULL: all 1 */
};

typedef enum mr_average { MR_AVERAGE_BINARY, MR_AVERAGE_MICRO, MR_AVERAGE_MACRO, MR_AVERAGE_WEIGHTED } mr_average;
mr_code mr_average_parse(mr_str name, mr_average *out, mr_error *err); /* not "binary" */

struct mr_class_scores {
	double accuracy, precision, recall, f1;
};

/* positive: the class of MR_AVERAGE_BINARY. Classes that occur nowhere do not count for the averages. */
mr_code mr_class_scores(const struct mr_classified *rows, mr_average average, uint32_t positive, mr_arena *arena,
			struct mr_class_scores *out, mr_error *err);

/* matrix[truth * classes + predicted], of weights if there are any. */
mr_code mr_class_confusion(const struct mr_classified *rows, mr_arena *arena, double **matrix, mr_error *err);

/* probabilities[row * classes + class]; 0 and 1 are moved by the epsilon of their type. */
double mr_class_log_loss(const struct mr_classified *rows, const double *probabilities);
/* The same for probabilities that were 32-bit floats: scikit-learn then computes in these, and so does this, to
 * the last bit. losses has room for a number a row. */
double mr_class_log_loss_narrow(const struct mr_classified *rows, const double *probabilities, float *losses);

/* One class against the rest, without weights. */
struct mr_binary_counts {
	size_t tn, fp, fn, tp;
};
struct mr_binary_counts mr_class_counts(const struct mr_classified *rows, uint32_t positive);

#endif
