/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluators that do one thing wrong, each a table of its own made by a macro.
 */
#include <math.h>
#include <millrace/model_evaluator.h>
#include <stdlib.h>
#include <unistd.h>

/* Mean of the predictions: outputs, then a column, then a metric. */
static mr_code mean(const struct mr_evaluation *in, double *out, mr_call *call, mr_error *err)
{
	const struct ArrowSchema *schema;
	const struct ArrowArray *table;
	const double *values;
	mr_code code = in->outputs(in->host_arg, &schema, &table, call, err);

	if (code == MR_OK)
		code = in->doubles(in->host_arg, schema, table, in->predictions, &values, call, err);
	*out = 0;
	for (int64_t i = 0; code == MR_OK && i < table->length; i++)
		*out += values[i] / (double)table->length;
	return code;
}

static bool can(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host, (void)config_json, (void)call;
	return mr_str_is(model_type, "regressor");
}

static bool can_slowly(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	usleep(100000);
	return can(host, model_type, config_json, call);
}

/* An evaluator whose last steps are these; value is the mean. */
#define EVALUATOR(ident, can_it, steps)                                                                                \
	static mr_code ident##_evaluate(const mr_host *host, const struct mr_evaluation *in, mr_call *call,            \
					mr_error *err)                                                                 \
	{                                                                                                              \
		double value;                                                                                          \
		mr_code code = mean(in, &value, call, err);                                                            \
                                                                                                                       \
		(void)host;                                                                                            \
		steps;                                                                                                 \
		return code;                                                                                           \
	}                                                                                                              \
	static const struct mr_model_evaluator_ops ident = {                                                           \
		.size = sizeof ident, .can_evaluate = can_it, .evaluate = ident##_evaluate};

#define GIVE(name, number)                                                                                             \
	if (code == MR_OK)                                                                                             \
	code = in->metric(in->host_arg, mr_str_from(name), number, err)
static double counter;

EVALUATOR(good, can, GIVE("mean", value))
EVALUATOR(slow, can_slowly, GIVE("mean", value))
EVALUATOR(mute, can, (void)value)
EVALUATOR(no_file, can, GIVE("mean", value);
	  if (code == MR_OK) code = in->artifact(in->host_arg, mr_str_from("a"), mr_str_from("/no/such/file"), err))
EVALUATOR(counting, can, GIVE("calls", counter++))
EVALUATOR(deaf, can, GIVE("mean", value); mr_error_init(err); code = MR_OK)
EVALUATOR(trusting, can, mr_error_init(err); code = MR_OK; GIVE("rows", (double)in->table->length))
EVALUATOR(writing, can, GIVE("mean", value); ((double *)in->table->children[0]->buffers[1])[0] = 77)

#define E(ENTRY, rule, ops) ENTRY(MR_GROUP_MODEL_EVALUATOR, "evaluator." rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	E(ENTRY, "none", good)                                                                                         \
	E(ENTRY, "results", mute) E(ENTRY, "artifacts", no_file) E(ENTRY, "same-again", counting)                      \
		E(ENTRY, "metric-fails", deaf) E(ENTRY, "model-fails", trusting) E(ENTRY, "borrows", writing)          \
			E(ENTRY, "can-evaluate-is-quick", slow)

MR_PLUGIN_EXPORT("broken-evaluator", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)
