/* SPDX-License-Identifier: Apache-2.0
 *
 * Which evaluators judge, and with which configuration, as MLflow's
 * resolve_evaluators_and_configs has it.
 */
#ifndef MR_EVALUATE_RESOLVE_H
#define MR_EVALUATE_RESOLVE_H

#include <millrace/evaluate.h>
#include <millrace/model_evaluator.h>

#include "plugin/host.h"

struct chosen {
	const struct mr_entry *entry;
	const struct mr_model_evaluator_ops *ops;
	mr_str config_json; /* an object */
	mr_str prefix; /* metric_prefix of it */
};

/* At least one that can evaluate, in the order in which they do. */
mr_code resolve_evaluators(const struct mr_evaluate_options *options, mr_call *call, struct chosen **out, size_t *n,
			   mr_error *err);

#endif
