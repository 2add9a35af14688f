/* SPDX-License-Identifier: Apache-2.0
 *
 * One evaluator for a program that has the model, the run and what is to become of the results itself.
 */
#include <millrace/evaluate.h>
#include <millrace/model_evaluator.h>

#include "api/call.h"
#include "client/builtins.h"
#include "evaluate/builtin.h"
#include "model/table.h"
#include "plugin/stats.h"

enum { CALL_MAX = 0 }; /* no limit: how much memory it takes is the data's to say */

struct guest {
	struct mr_evaluator_call what; /* at our size */
	struct mr_table outputs; /* once they are there */
	bool has_outputs;
};

static mr_code give_outputs(void *arg, const struct ArrowSchema **schema, const struct ArrowArray **table, mr_call *call, mr_error *err)
{
	struct guest *g = arg;
	mr_code code = MR_OK;

	(void)call;
	if (!g->has_outputs)
		code = g->what.outputs(g->what.arg, &g->outputs.schema, &g->outputs.array, err);
	g->has_outputs |= code == MR_OK;
	*schema = &g->outputs.schema;
	*table = &g->outputs.array;
	return code;
}

static mr_code give_predictions(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, struct ArrowSchema *out_schema,
				struct ArrowArray *out, mr_call *call, mr_error *err)
{
	const struct guest *g = arg;

	(void)call;
	return g->what.predict(g->what.arg, schema, table, out_schema, out, err);
}

static mr_code find(const struct ArrowSchema *schema, mr_str column, size_t *at, mr_error *err)
{
	int64_t found = mr_table_find(schema, column);

	*at = (size_t)found;
	return found >= 0 ? MR_OK : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no column '%.*s'", MR_STR_ARG(column));
}

static mr_code give_doubles(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column, const double **out,
			    mr_call *call, mr_error *err)
{
	double *values;
	size_t at;
	mr_code code = find(schema, column, &at, err);

	(void)arg;
	if (code == MR_OK)
		code = mr_table_doubles(schema, table, at, call->arena, &values, err);
	if (code == MR_OK)
		*out = values;
	return code;
}

static mr_code give_texts(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column, const mr_str **out,
			  mr_call *call, mr_error *err)
{
	mr_str *values;
	size_t at;
	mr_code code = find(schema, column, &at, err);

	(void)arg;
	if (code == MR_OK)
		code = mr_table_texts(schema, table, at, call->arena, &values, err);
	if (code == MR_OK)
		*out = values;
	return code;
}

static mr_code take_metric(void *arg, mr_str name, double value, mr_error *err)
{
	const struct guest *g = arg;

	if (!name.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "An evaluator gave a metric without a name");
	return g->what.metric(g->what.arg, name, value, err);
}

static mr_code take_artifact(void *arg, mr_str name, mr_str local_path, mr_error *err)
{
	const struct guest *g = arg;

	return g->what.artifact(g->what.arg, name, local_path, err);
}

static void describe(struct guest *g, struct mr_evaluation *out)
{
	const struct mr_evaluator_call *w = &g->what;

	*out = (struct mr_evaluation){
		.size = sizeof *out, .model_type = w->model_type, .config_json = w->config_json.len ? w->config_json : mr_str_from("{}"),
		.run_id = w->run_id, .tracking_uri = w->tracking_uri, .schema = w->schema, .table = w->table, .targets = w->targets,
		.features = w->features, .features_n = w->features_n, .dataset_name = w->dataset_name, .dataset_digest = w->dataset_digest,
		.model_uri = w->model_uri, .model_id = w->model_id, .model_json = w->model_json, .predictions = w->predictions,
		.probabilities = w->probabilities, .probabilities_n = w->probabilities_n, .host_arg = g, .outputs = give_outputs,
		.predict = w->predict ? give_predictions : NULL, .doubles = give_doubles, .texts = give_texts, .metric = take_metric,
		.artifact = take_artifact,
	};
}

static mr_code find_evaluator(mr_str name, const struct mr_entry **entry, const struct mr_model_evaluator_ops **ops, mr_error *err)
{
	mr_code code;

	mr_builtins_register();
	mr_evaluators_register();
	code = mr_plugins_by_name(MR_GROUP_MODEL_EVALUATOR, name, entry, err);
	if (code != MR_OK)
		return code;
	*ops = (*entry)->ops;
	if (!(*ops)->evaluate)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "The evaluator '%.*s' (plugin %.*s) has no function evaluate", MR_STR_ARG(name),
				    MR_STR_ARG((*entry)->plugin->name));
	return MR_OK;
}

static mr_code run(struct guest *g, mr_call *call, mr_error *err)
{
	const struct mr_model_evaluator_ops *ops;
	const struct mr_entry *entry;
	struct mr_evaluation in;
	int64_t began;
	mr_error why;
	mr_code code = find_evaluator(g->what.evaluator, &entry, &ops, err);

	if (code != MR_OK)
		return code;
	describe(g, &in);
	call->asked = g->what.cancelled;
	call->asked_arg = g->what.arg;
	mr_error_init(&why);
	began = mr_stats_begin(entry);
	code = mr_stats_end(entry, began, ops->evaluate(entry->host, &in, call, &why));
	if (code != MR_OK)
		mr_error_set(err, code, "The evaluator '%.*s' failed: %s", MR_STR_ARG(g->what.evaluator),
			     why.length ? why.message : "it did not say why");
	return code;
}

mr_code mr_evaluator_run(const struct mr_evaluator_call *what, mr_error *err)
{
	struct guest g = {.has_outputs = false};
	mr_call *call = mr_call_new(CALL_MAX);
	mr_code code;

	memcpy(&g.what, what, what->size < sizeof g.what ? what->size : sizeof g.what);
	code = call ? run(&g, call, err) : mr_error_no_memory(err);
	mr_table_release(&g.outputs);
	mr_call_free(call);
	return code;
}

mr_code mr_evaluator_can_evaluate(const char *evaluator, const char *model_type, const char *config_json, bool *out, mr_error *err)
{
	const struct mr_model_evaluator_ops *ops;
	const struct mr_entry *entry;
	mr_call *call = mr_call_new(CALL_MAX);
	mr_code code = call ? find_evaluator(mr_str_from(evaluator), &entry, &ops, err) : mr_error_no_memory(err);

	*out = code == MR_OK && (!ops->can_evaluate || ops->can_evaluate(entry->host, mr_str_from(model_type ? model_type : ""),
									 mr_str_from(config_json ? config_json : "{}"), call));
	mr_call_free(call);
	return code;
}
