/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin with evaluators: one that counts, with a configuration; one that says
 * something else of a metric that the built-in gives; one that fails half-way; one
 * that never ends; one that crashes; one that is for a kind of model of its own.
 */
#define _DEFAULT_SOURCE /* pause */
#include <math.h>
#include <millrace/model_evaluator.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static bool for_regressors(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host;
	(void)call;
	return mr_str_is(model_type, "regressor") && !strstr(config_json.ptr, "not_now");
}

/* Only when it is named, so that the other tests do not fail. */
static bool for_sleepers(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host;
	(void)model_type;
	(void)config_json;
	(void)call;
	return getenv("JUDGES_FILE") != NULL;
}

static bool for_rankers(const mr_host *host, mr_str model_type, mr_str config_json, mr_call *call)
{
	(void)host;
	(void)config_json;
	(void)call;
	return mr_str_is(model_type, "ranker");
}

/* How many predictions are within the tolerance that the configuration says: {"tolerance": 1.5}. */
static mr_code within(const mr_host *host, const struct mr_evaluation *e, mr_call *call, mr_error *err)
{
	const char *given = strstr(e->config_json.ptr, "\"tolerance\":");
	double tolerance = given ? atof(given + strlen("\"tolerance\":")) : 1, count = 0;
	const struct ArrowSchema *schema;
	const struct ArrowArray *outputs;
	const double *truth, *predicted;
	mr_code code = e->outputs(e->host_arg, &schema, &outputs, call, err);

	if (code == MR_OK)
		code = e->doubles(e->host_arg, e->schema, e->table, e->targets, &truth, call, err);
	if (code == MR_OK)
		code = e->doubles(e->host_arg, schema, outputs, mr_str_from(schema->children[0]->name), &predicted, call, err);
	for (int64_t i = 0; code == MR_OK && i < outputs->length; i++)
		count += fabs(truth[i] - predicted[i]) <= tolerance;
	if (code == MR_OK)
		code = e->metric(e->host_arg, mr_str_from("within"), count, err);
	host->log(host, MR_PLUGIN_INFO, "%zu features", e->features_n);
	return code;
}

static mr_code contradicts(const mr_host *host, const struct mr_evaluation *e, mr_call *call, mr_error *err)
{
	mr_code code = e->metric(e->host_arg, mr_str_from("max_error"), 1, err);

	(void)host;
	(void)call;
	if (code == MR_OK)
		code = e->metric(e->host_arg, mr_str_from("max_error"), 12345, err);
	return code;
}

/* Writes a file, hands it over, and then fails. */
static mr_code half(const mr_host *host, const struct mr_evaluation *e, mr_call *call, mr_error *err)
{
	const char *path = getenv("JUDGES_FILE");
	FILE *file = fopen(path, "w");
	mr_code code = e->metric(e->host_arg, mr_str_from("half/done"), 0.5, err);

	(void)host;
	(void)call;
	fputs("half\n", file);
	fclose(file);
	if (code == MR_OK)
		code = e->artifact(e->host_arg, mr_str_from("note"), mr_str_from(path), err);
	return code == MR_OK ? mr_error_set(err, MR_INTERNAL_ERROR, "the judge fell asleep") : code;
}

/* Says that it is at work, and never ends. */
static mr_code hangs(const mr_host *host, const struct mr_evaluation *e, mr_call *call, mr_error *err)
{
	(void)call;
	(void)err;
	fprintf(stderr, "hangs in %.*s\n", MR_STR_ARG(e->run_id));
	while (host)
		pause();
	return MR_OK;
}

static mr_code crashes(const mr_host *host, const struct mr_evaluation *e, mr_call *call, mr_error *err)
{
	(void)host;
	(void)e;
	(void)call;
	(void)err;
	raise(SIGKILL); /* nothing in this process can see to anything any more */
	return MR_OK;
}

static const struct mr_model_evaluator_ops crashes_ops = {sizeof crashes_ops, for_sleepers, crashes};
static const struct mr_model_evaluator_ops hangs_ops = {sizeof hangs_ops, for_sleepers, hangs};
static const struct mr_model_evaluator_ops within_ops = {sizeof within_ops, for_regressors, within};
static const struct mr_model_evaluator_ops contradicts_ops = {sizeof contradicts_ops, for_regressors, contradicts};
static const struct mr_model_evaluator_ops half_ops = {sizeof half_ops, for_sleepers, half};
static const struct mr_model_evaluator_ops ranker_ops = {sizeof ranker_ops, for_rankers, within};

#define ENTRIES(ENTRY)                                                                                   \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "within", &within_ops, NULL, 0)                                  \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "contradicts", &contradicts_ops, NULL, 0)                        \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "half", &half_ops, NULL, 0)                                      \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "hangs", &hangs_ops, NULL, 0)                                    \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "crashes", &crashes_ops, NULL, 0)                                \
	ENTRY(MR_GROUP_MODEL_EVALUATOR, "ranker", &ranker_ops, NULL, 0)
MR_PLUGIN_EXPORT("judges", "1.0.0", "Evaluators of a test.", "Apache-2.0", ENTRIES)
