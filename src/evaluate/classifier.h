/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of the evaluator of classifiers share.
 */
#ifndef MR_EVALUATE_CLASSIFIER_H
#define MR_EVALUATE_CLASSIFIER_H

#include "evaluate/classifier_metrics.h"
#include "evaluate/curves.h"
#include "evaluate/labels.h"

struct classifier {
	struct evaluator *e;
	struct label_set labels; /* of the data and of label_list */
	bool *listed; /* which of them are in label_list; all, if there is none */
	size_t listed_n;
	uint32_t *truth, *predicted;
	struct mr_classified rows; /* these, with the weights */
	/* rows by labels; NULL: unknown. The labels are then just those of the list. */
	double *probabilities;
	bool narrow; /* they were 32-bit floats */
	bool binary;
	uint32_t positive; /* class, of a binary one */
	struct mr_curve *roc, *precision_recall; /* of each class, or of the positive one; NULL: not wanted */
};

/* Finds labels, predictions and probabilities in what the model gave. */
mr_code classifier_read(struct classifier *c);
/* The rows of one class against the rest, ready for a curve. */
mr_code classifier_scored(struct classifier *c, uint32_t class, bool weighted, struct mr_scored *out);
/* One class against the rest: 1 and 0. */
mr_code classifier_one_class(struct classifier *c, uint32_t class, struct mr_classified *out);
bool classifier_int(const struct classifier *c, const char *key, int64_t otherwise, int64_t *out);

mr_code classifier_binary_charts(struct classifier *c);
mr_code classifier_class_charts(struct classifier *c);
mr_code classifier_confusion(struct classifier *c);
mr_code classifier_report(struct classifier *c); /* per_class_metrics.csv */

#endif
