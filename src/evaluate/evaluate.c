/* SPDX-License-Identifier: Apache-2.0
 *
 * mr_evaluate: from the options to the result, by way of the evaluators.
 */
#include <math.h>

#include "base/log.h"
#include "base/os.h"
#include "client/session.h"
#include "evaluate/resolve.h"
#include "evaluate/result.h"
#include "evaluate/run.h"
#include "evaluate/subject.h"

enum { CALL_MAX = 0 }; /* no limit: how much memory it takes is the data's to say */

/* One evaluation; what evaluators get as host_arg. */
struct job {
	struct mr_evaluate_options options;
	struct subject subject;
	struct evaluation_run run;
	struct chosen *chosen;
	size_t chosen_n;
	mr_evaluation_result *result;
	mr_evaluation_result *part; /* of the evaluator at work */
	mr_call *call; /* of the evaluator at work */
};

/* ---- what evaluators call ---- */

static mr_code give_outputs(void *arg, const struct ArrowSchema **schema, const struct ArrowArray **table, mr_call *call,
			    mr_error *err)
{
	struct job *job = arg;
	mr_code code = subject_outputs(&job->subject, call, err);

	*schema = &job->subject.outputs.schema;
	*table = &job->subject.outputs.array;
	return code;
}

static mr_code give_predictions(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table,
				struct ArrowSchema *out_schema, struct ArrowArray *out, mr_call *call, mr_error *err)
{
	struct job *job = arg;
	struct mr_table answer = {0};
	mr_code code = subject_predict(&job->subject, schema, table, &answer, call, err);

	*out_schema = answer.schema;
	*out = answer.array;
	return code;
}

static mr_code give_doubles(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
			    const double **out, mr_call *call, mr_error *err)
{
	return subject_doubles(&((struct job *)arg)->subject, schema, table, column, out, call, err);
}

static mr_code give_texts(void *arg, const struct ArrowSchema *schema, const struct ArrowArray *table, mr_str column,
			  const mr_str **out, mr_call *call, mr_error *err)
{
	return subject_texts(&((struct job *)arg)->subject, schema, table, column, out, call, err);
}

static mr_code take_metric(void *arg, mr_str name, double value, mr_error *err)
{
	struct job *job = arg;

	if (!name.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "An evaluator gave a metric without a name");
	return result_put_metric(job->part, name, value, mr_str_from(""), NULL, err);
}

static mr_code take_artifact(void *arg, mr_str name, mr_str local_path, mr_error *err)
{
	struct job *job = arg;
	mr_str uri = mr_str_from("");
	mr_code code = job->run.id.len ? run_log_artifact(&job->run, local_path, &uri, err) : MR_OK;

	return code == MR_OK && uri.len ? result_put_artifact(job->part, name, uri, err) : code;
}

/* ---- one evaluator ---- */

/* As dict.update in MLflow: the later evaluator's value stands. That it differs is said. */
static mr_code merge(struct job *job, mr_str evaluator, mr_error *err)
{
	mr_evaluation_result *part = job->part;
	mr_code code = MR_OK;

	for (size_t i = 0; i < part->metrics_n && code == MR_OK; i++) {
		struct result_metric old, *now = &part->metrics[i];

		code = result_put_metric(job->result, now->name, now->value, evaluator, &old, err);
		if (code == MR_OK && old.name.len && old.value != now->value && !(isnan(old.value) && isnan(now->value)))
			mr_log(MR_LOG_WARNING, "evaluate",
			       "two evaluators gave %.*s: %.17g is from '%.*s', %.17g from '%.*s', and the latter stands",
			       MR_STR_ARG(now->name), old.value, MR_STR_ARG(old.evaluator), now->value, MR_STR_ARG(evaluator));
	}
	for (size_t i = 0; i < part->artifacts_n && code == MR_OK; i++)
		code = result_put_artifact(job->result, part->artifacts[i].name, part->artifacts[i].uri, err);
	return code;
}

static mr_code log_part(struct job *job, mr_error *err)
{
	return run_log_metrics(&job->run, &job->subject, job->part->metrics, job->part->metrics_n,
			       job->subject.model_id, err);
}

static mr_code call_evaluator(struct job *job, const struct chosen *c, mr_error *err)
{
	mr_str name = c->entry->name;
	struct mr_evaluation in = {.size = sizeof in,
				   .config_json = c->config_json,
				   .run_id = job->run.id,
				   .host_arg = job,
				   .outputs = give_outputs,
				   .predict = job->subject.model ? give_predictions : NULL,
				   .doubles = give_doubles,
				   .texts = give_texts,
				   .metric = take_metric,
				   .artifact = take_artifact};
	mr_error why;
	mr_code code;

	if (job->run.client)
		in.tracking_uri = mr_client_tracking_uri(job->run.client);
	subject_describe(&job->subject, &in);
	mr_error_init(&why);
	code = c->ops->evaluate(c->entry->host, &in, job->call, &why);
	if (code != MR_OK)
		mr_error_set(err, code, "The evaluator '%.*s' failed: %s", MR_STR_ARG(name),
			     why.length ? why.message : "it did not say why");
	return code;
}

/* What it gave is logged even if it failed then: it is true all the same. */
static mr_code run_evaluator(struct job *job, const struct chosen *c, mr_error *err)
{
	mr_code code, logged;

	job->part = result_new();
	job->call = mr_call_new(CALL_MAX);
	code = job->part && job->call ? call_evaluator(job, c, err) : mr_error_no_memory(err);
	if (job->part) {
		logged = log_part(job, err);
		code = code == MR_OK ? logged : code;
	}
	if (code == MR_OK)
		code = merge(job, c->entry->name, err);
	mr_evaluation_free(job->part);
	mr_call_free(job->call);
	job->part = NULL;
	job->call = NULL;
	return code;
}

/* ---- the whole ---- */

static mr_code check_options(const struct mr_evaluate_options *o, mr_error *err)
{
	const char *type = o->model_type ? o->model_type : "";

	if (!o->data_path && !(o->schema && o->table))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The data argument cannot be None.");
	if (!*type)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The model type must be given: 'classifier', 'regressor', or what an evaluator knows");
	if (!o->targets && (strcmp(type, "classifier") == 0 || strcmp(type, "regressor") == 0))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The targets argument must be specified for %s models.", type);
	if (!o->model_uri && !o->predictions && !o->probabilities_n)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Either a model or set of predictions must be specified in order to evaluate. Either specify "
				    "the model, or the column of the data that has the predictions.");
	return MR_OK;
}

static mr_str context_of(const struct job *job)
{
	for (size_t i = 0; i < job->chosen_n; i++)
		if (job->chosen[i].entry->plugin->source == MR_SOURCE_BUILTIN && job->chosen[i].prefix.len)
			return job->chosen[i].prefix;
	return mr_str_from("");
}

static mr_code evaluate_all(struct job *job, mr_error *err)
{
	mr_code code = run_log_dataset(&job->run, &job->subject, context_of(job), err);

	if (code == MR_OK && job->subject.model_uuid.len)
		code = run_tag_dataset(&job->run, &job->subject, job->subject.model_uuid, err);
	for (size_t i = 0; i < job->chosen_n && code == MR_OK; i++)
		code = run_evaluator(job, &job->chosen[i], err);
	return code;
}

static mr_code describe_result(struct job *job, mr_error *err)
{
	mr_evaluation_result *r = job->result;

	r->run_id = mr_arena_copy(r->arena, job->run.id);
	r->dataset_name = mr_arena_copy(r->arena, job->subject.data.name);
	r->dataset_digest = mr_arena_copy(r->arena, job->subject.digest);
	r->evaluators = mr_arena_zalloc(r->arena, (job->chosen_n + 1) * sizeof *r->evaluators);
	if (!r->run_id.ptr || !r->dataset_name.ptr || !r->dataset_digest.ptr || !r->evaluators)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < job->chosen_n; i++)
		r->evaluators[r->evaluators_n++] = mr_arena_copy(r->arena, job->chosen[i].entry->name);
	return result_finish(r, err);
}

static void tell_run(const struct job *job, mr_str id)
{
	char text[33];

	snprintf(text, sizeof text, "%.*s", MR_STR_ARG(id));
	if (job->options.run_begun && job->run.id.len)
		job->options.run_begun(job->options.run_begun_arg, text);
}

/* Whatever can be wrong with the question is found before a run is begun. */
static mr_code evaluate(struct job *job, mr_call *call, mr_error *err)
{
	mr_code code = resolve_evaluators(&job->options, call, &job->chosen, &job->chosen_n, err);

	if (code == MR_OK)
		code = subject_open(&job->subject, &job->options, call->arena, err);
	if (code == MR_OK)
		code = run_begin(&job->run, &job->options, call, err);
	if (code != MR_OK)
		return code;
	tell_run(job, job->run.id);
	code = evaluate_all(job, err);
	if (code == MR_OK)
		code = describe_result(job, err);
	tell_run(job, mr_str_from(""));
	return run_end(&job->run, code, err);
}

mr_code mr_evaluate(const struct mr_evaluate_options *options, mr_evaluation_result **out, mr_error *err)
{
	struct job job = {.result = NULL};
	mr_call *call = mr_call_new(CALL_MAX);
	mr_error own;
	mr_code code;

	*out = NULL;
	if (!err) {
		mr_error_init(&own);
		err = &own;
	}
	memcpy(&job.options, options, options->size < sizeof job.options ? options->size : sizeof job.options);
	job.result = result_new();
	code = call && job.result ? check_options(&job.options, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = evaluate(&job, call, err);
	subject_close(&job.subject);
	mr_call_free(call);
	if (code == MR_OK)
		*out = job.result;
	else
		mr_evaluation_free(job.result);
	return code;
}

/* ---- a result of another day ---- */

static mr_code read_run(mr_client *client, const char *run_id, mr_call *call, mr_evaluation_result *r, mr_error *err)
{
	struct mr_get_run request = {0};
	const struct mr_run *run;
	void *response;
	mr_code code = client ? MR_OK : mr_session_client(&client, err);

	mr_get_run_set_run_id(&request, mr_str_from(run_id));
	if (code == MR_OK)
		code = mr_client_invoke(client, &mr_op_get_run, &request, &response, call, err);
	if (code != MR_OK)
		return code;
	run = ((struct mr_get_run_response *)response)->run;
	r->run_id = mr_arena_copy(r->arena, mr_str_from(run_id));
	for (size_t i = 0; run->data && i < run->data->metrics_n && code == MR_OK; i++)
		code = result_put_metric(r, run->data->metrics[i]->key, run->data->metrics[i]->value, mr_str_from(""), NULL, err);
	return code == MR_OK ? result_finish(r, err) : code;
}

mr_code mr_evaluation_of_run(mr_client *client, const char *run_id, mr_evaluation_result **out, mr_error *err)
{
	mr_evaluation_result *r = result_new();
	mr_call *call = mr_call_new(CALL_MAX);
	mr_code code = r && call ? read_run(client, run_id, call, r, err) : mr_error_no_memory(err);

	*out = code == MR_OK ? r : NULL;
	if (code != MR_OK)
		mr_evaluation_free(r);
	mr_call_free(call);
	return code;
}
