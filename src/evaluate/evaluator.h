/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in evaluators: what classifier.c and regressor.c share. One of these
 * is made for each evaluation; its memory is the call's.
 */
#ifndef MR_EVALUATE_EVALUATOR_H
#define MR_EVALUATE_EVALUATOR_H

#include <millrace/model_evaluator.h>

#include "base/json.h"
#include "plot/plot.h"

struct evaluator {
	const mr_host *host;
	const struct mr_evaluation *in;
	mr_call *call;
	mr_arena *arena; /* the call's */
	const struct ArrowSchema *outputs_schema;
	const struct ArrowArray *outputs;
	size_t rows;
	const mr_json *config;
	mr_str prefix; /* metric_prefix */
	const double *weights; /* sample_weights; NULL: none */
	mr_str folder; /* for artifacts that are being made */
	const struct mr_plot *plot; /* NULL: charts cannot be drawn, which has been said */
	mr_error *err;
};

mr_code evaluator_begin(struct evaluator *e, const mr_host *host, const struct mr_evaluation *in, mr_call *call,
			mr_error *err);
/* Removes the folder. */
void evaluator_end(struct evaluator *e);

/* Under its name with the prefix. */
mr_code evaluator_metric(struct evaluator *e, const char *name, double value);
/* The path of the file that NAME.SUFFIX is made as. */
mr_str evaluator_path(struct evaluator *e, bool with_prefix, const char *name, const char *suffix);
mr_code evaluator_artifact(struct evaluator *e, const char *name, mr_str path);
/* Charts are extra: one that cannot be drawn is a warning, as in MLflow. */
mr_code evaluator_lines(struct evaluator *e, const char *name, const struct mr_plot_lines *chart);
mr_code evaluator_matrix(struct evaluator *e, const char *name, const struct mr_plot_matrix *chart);

/* The column of the outputs that has the predictions; empty: all of its columns are probabilities. */
mr_code evaluator_predictions(struct evaluator *e, mr_str *column);
/* A column without an empty cell. */
mr_code evaluator_doubles(struct evaluator *e, const struct ArrowSchema *schema, const struct ArrowArray *table,
			  mr_str column, const double **out);

/* Whether the model is scikit-learn's: MLflow logs its score(), too. */
bool evaluator_is_sklearn(const struct evaluator *e);

mr_code evaluate_classifier(struct evaluator *e);
mr_code evaluate_regressor(struct evaluator *e);

#endif
