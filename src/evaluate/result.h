/* SPDX-License-Identifier: Apache-2.0
 *
 * What an evaluation found.
 */
#ifndef MR_EVALUATE_RESULT_H
#define MR_EVALUATE_RESULT_H

#include <millrace/evaluate.h>

#include "base/arena.h"

struct result_metric {
	mr_str name;
	double value;
	mr_str evaluator; /* who said so last */
};

struct result_artifact {
	mr_str name, uri;
};

struct mr_evaluation_result {
	mr_arena *arena;
	mr_str run_id, dataset_name, dataset_digest;
	struct result_metric *metrics;
	size_t metrics_n, metrics_room;
	struct result_artifact *artifacts;
	size_t artifacts_n, artifacts_room;
	mr_str *evaluators;
	size_t evaluators_n;
	mr_str json;
};

mr_evaluation_result *result_new(void); /* NULL when out of memory */
/* A name that is there is replaced; *old (may be NULL) is the metric before, or has an empty name. */
mr_code result_put_metric(mr_evaluation_result *r, mr_str name, double value, mr_str evaluator, struct result_metric *old,
			  mr_error *err);
mr_code result_put_artifact(mr_evaluation_result *r, mr_str name, mr_str uri, mr_error *err);
/* Makes the JSON, when all is in it. */
mr_code result_finish(mr_evaluation_result *r, mr_error *err);
const struct result_metric *result_find(const mr_evaluation_result *r, mr_str name);

#endif
