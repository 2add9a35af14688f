/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in evaluators, under MLflow's names: `classifier`, `regressor`, and
 * `default`, which is the one of the two that fits.
 */
#include "evaluate/builtin.h"

#include "api/call.h"
#include "evaluate/evaluator.h"

#define CLASSIFIER "classifier"
#define REGRESSOR "regressor"

static bool can_classify(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host;
	(void)config_json;
	(void)call;
	return mr_str_is(model_type, CLASSIFIER);
}

static bool can_regress(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host;
	(void)config_json;
	(void)call;
	return mr_str_is(model_type, REGRESSOR);
}

static bool can_either(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	return can_classify(host, model_type, config_json, call) || can_regress(host, model_type, config_json, call);
}

static mr_code evaluate(const mr_host *host, const struct mr_evaluation *in, mr_call *call, mr_error *err)
{
	struct evaluator e;
	mr_code code = evaluator_begin(&e, host, in, call, err);

	if (code == MR_OK)
		code = mr_str_is(in->model_type, CLASSIFIER) ? evaluate_classifier(&e) : evaluate_regressor(&e);
	evaluator_end(&e);
	return code;
}

static const struct mr_model_evaluator_ops default_ops = {sizeof default_ops, can_either, evaluate};
static const struct mr_model_evaluator_ops classifier_ops = {sizeof classifier_ops, can_classify, evaluate};
static const struct mr_model_evaluator_ops regressor_ops = {sizeof regressor_ops, can_regress, evaluate};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "default", &default_ops, NULL, 0)                                \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, CLASSIFIER, &classifier_ops, NULL, 0)                            \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, REGRESSOR, &regressor_ops, NULL, 0)

MR_PLUGIN_BUILTIN(mr_builtin_evaluators, "evaluators", "0.1.0", "MLflow's metrics and charts of classifiers and regressors.",
		  "Apache-2.0", ENTRIES)

void mr_evaluators_register(void)
{
	mr_plugins_add_builtin(&mr_builtin_evaluators);
}
