/* SPDX-License-Identifier: Apache-2.0
 *
 * What is judged: the data, which columns are what, and where predictions come from.
 */
#ifndef MR_EVALUATE_SUBJECT_H
#define MR_EVALUATE_SUBJECT_H

#include <millrace/evaluate.h>
#include <millrace/model_evaluator.h>

#include "api/call.h"
#include "evaluate/dataset.h"
#include "model/model.h"

struct subject {
	const struct mr_evaluate_options *options;
	mr_arena *arena;
	struct mr_table owned; /* what was read from a file */
	struct dataset data;
	mr_str *feature_names, *probabilities;
	mr_str digest;
	mr_model *model; /* NULL: a table of predictions is judged */
	mr_str model_json, model_uuid, model_id;
	struct mr_table outputs; /* once they are there */
	bool has_outputs;
};

/* Opens the model, reads the data and finds the columns. */
mr_code subject_open(struct subject *s, const struct mr_evaluate_options *options, mr_arena *arena, mr_error *err);
void subject_close(struct subject *s);

/* What an evaluator is told of it. */
void subject_describe(struct subject *s, struct mr_evaluation *out);
/* Makes the outputs, once. */
mr_code subject_outputs(struct subject *s, mr_call *call, mr_error *err);
/* What the model says of other features. */
mr_code subject_predict(struct subject *s, const struct ArrowSchema *schema, const struct ArrowArray *table,
			struct mr_table *out, mr_call *call, mr_error *err);
mr_code subject_doubles(struct subject *s, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
			const double **out, mr_call *call, mr_error *err);
mr_code subject_texts(struct subject *s, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
		      const mr_str **out, mr_call *call, mr_error *err);

#endif
