/* SPDX-License-Identifier: Apache-2.0
 *
 * The labels of a classification: numbers, booleans or texts become numbers of
 * classes, in the order in which numpy sorts the labels.
 */
#ifndef MR_EVALUATE_LABELS_H
#define MR_EVALUATE_LABELS_H

#include "evaluate/evaluator.h"

/* In the order in which a mixture of them becomes one kind; texts do not mix. */
typedef enum label_kind { LABEL_BOOL, LABEL_INT, LABEL_FLOAT, LABEL_TEXT } label_kind;

struct label {
	double number;
	mr_str text; /* of LABEL_TEXT */
};

/* A column of labels, or a list of them. */
struct label_column {
	label_kind kind;
	size_t n;
	struct label *labels;
	bool fractions; /* some number is not whole */
};

/* All labels, sorted, each once. */
struct label_set {
	label_kind kind;
	size_t n;
	struct label *labels;
	mr_str *shown; /* as Python prints them */
};

/* Every cell must have a label. */
mr_code labels_read(struct evaluator *e, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
		    struct label_column *out);
/* An array of JSON (key: its name in the config), or a single value. */
mr_code labels_of_json(struct evaluator *e, const mr_json *value, const char *key, struct label_column *out);

mr_code labels_collect(struct evaluator *e, const struct label_column *const *columns, size_t n, struct label_set *out);
/* The number of a label, or -1. */
int64_t labels_find(const struct label_set *set, label_kind kind, const struct label *label);
/* The numbers of all labels of a column, each of which must be in the set. */
mr_code labels_number(struct evaluator *e, const struct label_set *set, const struct label_column *column,
		      uint32_t **out);
/* "a, b, c", for messages. */
mr_str labels_list(struct evaluator *e, const struct label_set *set);

#endif
