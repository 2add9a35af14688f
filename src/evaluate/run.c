/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/run.h"

#include "base/json.h"
#include "base/os.h"
#include "client/context.h"
#include "client/default_experiment.h"
#include "client/experiment.h"
#include "client/session.h"

enum { METRICS_MAX = 1000, JSON_MAX = 16 << 20 };

/* ---- begin and end ---- */

static mr_code get_run(struct evaluation_run *run, mr_str id, const struct mr_run **out, mr_error *err)
{
	struct mr_get_run request = {0};
	void *response;
	mr_code code;

	mr_get_run_set_run_id(&request, id);
	code = mr_client_invoke(run->client, &mr_op_get_run, &request, &response, run->call, err);
	if (code == MR_OK)
		*out = ((struct mr_get_run_response *)response)->run;
	return code;
}

static mr_code update(struct evaluation_run *run, int32_t status, bool ended, mr_error *err)
{
	struct mr_update_run request = {0};
	void *response;

	mr_update_run_set_run_id(&request, run->id);
	mr_update_run_set_status(&request, status);
	if (ended)
		mr_update_run_set_end_time(&request, mr_time_ms());
	return mr_client_invoke(run->client, &mr_op_update_run, &request, &response, run->call, err);
}

static mr_code continue_run(struct evaluation_run *run, mr_str id, mr_error *err)
{
	const struct mr_run *found;
	mr_code code = get_run(run, id, &found, err);

	if (code != MR_OK)
		return code;
	if (mr_str_is(found->info->lifecycle_stage, "deleted"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Cannot start run with ID %.*s because it is in the deleted state.", MR_STR_ARG(id));
	run->id = found->info->run_id;
	run->artifact_uri = found->info->artifact_uri;
	return run->ours ? update(run, MR_RUN_STATUS_RUNNING, false, err) : MR_OK;
}

/* As the environment says; of the fluent API, what mr_set_experiment said goes before. */
static mr_code find_experiment(struct evaluation_run *run, const struct mr_evaluate_options *options, mr_str *out,
			       mr_error *err)
{
	const char *name = mr_getenv("MLFLOW_EXPERIMENT_NAME");

	if (options->experiment_id) {
		*out = mr_str_from(options->experiment_id);
		return MR_OK;
	}
	if (!options->client)
		return mr_session_experiment(run->call, out, err);
	if (name)
		return mr_experiment_ensure(run->client, mr_str_from(name), run->call, out, err);
	return mr_default_experiment(run->call, out, err);
}

static mr_code create_run(struct evaluation_run *run, const struct mr_evaluate_options *options, mr_error *err)
{
	struct mr_tag_set tags = {.call = run->call};
	struct mr_create_run request = {0};
	const struct mr_run *made;
	void *response;
	mr_str experiment, user;
	mr_code code = find_experiment(run, options, &experiment, err);

	if (code == MR_OK)
		code = mr_context_tags(&tags, err);
	if (code == MR_OK && options->run_name)
		code = mr_tag_set_put(&tags, mr_str_from("mlflow.runName"), mr_str_from(options->run_name), err);
	if (code != MR_OK)
		return code;
	user = mr_tag_set_get(&tags, "mlflow.user");
	mr_create_run_set_experiment_id(&request, experiment);
	mr_create_run_set_user_id(&request, user.len ? user : mr_str_from("unknown"));
	mr_create_run_set_start_time(&request, mr_time_ms());
	if (options->run_name)
		mr_create_run_set_run_name(&request, mr_str_from(options->run_name));
	request.tags = tags.tags;
	request.tags_n = tags.n;
	code = mr_client_invoke(run->client, &mr_op_create_run, &request, &response, run->call, err);
	if (code != MR_OK)
		return code;
	made = ((struct mr_create_run_response *)response)->run;
	run->id = made->info->run_id;
	run->artifact_uri = made->info->artifact_uri;
	return MR_OK;
}

mr_code run_begin(struct evaluation_run *run, const struct mr_evaluate_options *options, mr_call *call, mr_error *err)
{
	struct mr_open_run *active = options->client ? NULL : mr_session_run();
	mr_code code = MR_OK;

	*run = (struct evaluation_run){.client = options->client, .call = call, .ours = true};
	if (options->no_run)
		return MR_OK;
	if (!run->client)
		code = mr_session_client(&run->client, err);
	if (code != MR_OK)
		return code;
	if (options->run_id)
		return continue_run(run, mr_str_from(options->run_id), err);
	if (!active || options->experiment_id)
		return create_run(run, options, err);
	run->ours = false; /* who began it ends it */
	return continue_run(run, mr_str_from(active->id), err);
}

mr_code run_end(struct evaluation_run *run, mr_code code, mr_error *err)
{
	mr_code ended;

	if (!run->id.len || !run->ours)
		return code;
	ended = update(run, code == MR_OK ? MR_RUN_STATUS_FINISHED : MR_RUN_STATUS_FAILED, true, err);
	return code == MR_OK ? ended : code;
}

/* ---- the data set ---- */

mr_code run_log_dataset(struct evaluation_run *run, const struct subject *subject, mr_str context, mr_error *err)
{
	struct mr_log_inputs request = {0};
	struct mr_dataset dataset = {0};
	struct mr_input_tag tag = {0}, *tags[] = {&tag};
	struct mr_dataset_input input = {0}, *inputs[] = {&input};
	struct mr_model_input model = {0}, *models[] = {&model};
	mr_arena *arena = run->call->arena;
	mr_str type, source, schema, profile;
	void *response;
	mr_code code = dataset_source(&subject->data, arena, &type, &source, err);

	if (code == MR_OK)
		code = dataset_schema(&subject->data, arena, &schema, err);
	if (code == MR_OK)
		code = dataset_profile(&subject->data, arena, &profile, err);
	if (code != MR_OK || !run->id.len)
		return code;
	mr_dataset_set_name(&dataset, subject->data.name);
	mr_dataset_set_digest(&dataset, subject->digest);
	mr_dataset_set_source_type(&dataset, type);
	mr_dataset_set_source(&dataset, source);
	if (schema.len)
		mr_dataset_set_schema(&dataset, schema);
	mr_dataset_set_profile(&dataset, profile);
	mr_dataset_input_set_dataset(&input, &dataset);
	if (context.len) {
		mr_input_tag_set_key(&tag, mr_str_from("mlflow.data.context"));
		mr_input_tag_set_value(&tag, context);
		input.tags = tags;
		input.tags_n = 1;
	}
	mr_log_inputs_set_run_id(&request, run->id);
	request.datasets = inputs;
	request.datasets_n = 1;
	if (subject->model_id.len) {
		mr_model_input_set_model_id(&model, subject->model_id);
		request.models = models;
		request.models_n = 1;
	}
	return mr_client_invoke(run->client, &mr_op_log_inputs, &request, &response, run->call, err);
}

static bool is_entry(const mr_json *entry, mr_str name, mr_str hash, mr_str model)
{
	mr_str none = mr_str_from("");

	return mr_str_eq(mr_json_str(mr_json_get(entry, "name"), none), name) &&
	       mr_str_eq(mr_json_str(mr_json_get(entry, "hash"), none), hash) &&
	       mr_str_eq(mr_json_str(mr_json_get(entry, "model"), none), model);
}

static void write_pair(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

/* What the tag says already, and this data set, unless it is there. */
static void write_datasets(mr_json_writer *w, const mr_json *before, const struct subject *subject, mr_str hash, mr_str model)
{
	bool known = false;

	mr_json_write_begin(w, '[');
	for (size_t i = 0; before && before->type == MR_JSON_ARRAY && i < before->count; i++) {
		mr_json_write_tree(w, &before->items[i]);
		known = known || is_entry(&before->items[i], subject->data.name, hash, model);
	}
	if (!known) {
		mr_json_write_begin(w, '{');
		write_pair(w, "name", subject->data.name);
		write_pair(w, "hash", hash);
		if (subject->data.path.len)
			write_pair(w, "path", subject->data.path);
		write_pair(w, "model", model);
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, ']');
}

mr_code run_tag_dataset(struct evaluation_run *run, const struct subject *subject, mr_str model_uuid, mr_error *err)
{
	const struct mr_run *found;
	struct mr_set_tag request = {0};
	mr_json *before = NULL;
	mr_json_writer w;
	mr_error ignored;
	mr_buf buf;
	mr_str hash;
	void *response;
	mr_code code = run->id.len ? get_run(run, run->id, &found, err) : MR_OK;

	if (code != MR_OK || !run->id.len)
		return code;
	mr_error_init(&ignored);
	for (size_t i = 0; found->data && i < found->data->tags_n; i++)
		if (mr_str_is(found->data->tags[i]->key, "mlflow.datasets"))
			mr_json_parse(found->data->tags[i]->value, run->call->arena, &before, &ignored);
	code = dataset_hash(&subject->data, run->call->arena, &hash, err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&buf, JSON_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
	write_datasets(&w, before, subject, hash, model_uuid);
	code = mr_buf_check(&buf, err);
	if (code == MR_OK) {
		mr_set_tag_set_run_id(&request, run->id);
		mr_set_tag_set_key(&request, mr_str_from("mlflow.datasets"));
		mr_set_tag_set_value(&request, mr_buf_view(&buf));
		code = mr_client_invoke(run->client, &mr_op_set_tag, &request, &response, run->call, err);
	}
	mr_buf_dispose(&buf);
	return code;
}

/* ---- results ---- */

static void fill_metric(struct mr_metric *m, const struct subject *subject, const struct result_metric *from, int64_t now,
			mr_str model_id)
{
	mr_metric_set_key(m, from->name);
	mr_metric_set_value(m, from->value);
	mr_metric_set_timestamp(m, now);
	mr_metric_set_step(m, 0);
	mr_metric_set_dataset_name(m, subject->data.name);
	mr_metric_set_dataset_digest(m, subject->digest);
	if (model_id.len)
		mr_metric_set_model_id(m, model_id);
}

mr_code run_log_metrics(struct evaluation_run *run, const struct subject *subject, const struct result_metric *metrics,
			size_t n, mr_str model_id, mr_error *err)
{
	struct mr_metric *all = mr_call_zalloc(run->call, (n + 1) * sizeof *all);
	struct mr_metric **list = mr_call_alloc(run->call, (n + 1) * sizeof *list);
	int64_t now = mr_time_ms();
	mr_code code = all && list ? MR_OK : mr_error_no_memory(err);

	for (size_t i = 0; code == MR_OK && run->id.len && i < n; i += METRICS_MAX) {
		struct mr_log_batch request = {0};
		void *response;
		size_t part = n - i < METRICS_MAX ? n - i : METRICS_MAX;

		for (size_t k = i; k < i + part; k++) {
			fill_metric(&all[k], subject, &metrics[k], now, model_id);
			mr_metric_set_run_id(&all[k], run->id);
			list[k] = &all[k];
		}
		mr_log_batch_set_run_id(&request, run->id);
		request.metrics = list + i;
		request.metrics_n = part;
		code = mr_client_invoke(run->client, &mr_op_log_batch, &request, &response, run->call, err);
	}
	return code;
}

mr_code run_log_artifact(struct evaluation_run *run, mr_str local_path, mr_str *uri, mr_error *err)
{
	mr_str path = mr_call_copy(run->call, local_path), id = mr_call_copy(run->call, run->id);
	const char *name = path.ptr ? strrchr(path.ptr, '/') : NULL;
	mr_code code;

	if (!path.ptr || !id.ptr)
		return mr_error_no_memory(err);
	name = name ? name + 1 : path.ptr;
	code = mr_client_log_artifact(run->client, id.ptr, path.ptr, NULL, NULL, NULL, err);
	*uri = mr_arena_printf(run->call->arena, "%.*s%s%s", MR_STR_ARG(run->artifact_uri),
			       run->artifact_uri.len && run->artifact_uri.ptr[run->artifact_uri.len - 1] == '/' ? "" : "/", name);
	return code == MR_OK && !uri->ptr ? mr_error_no_memory(err) : code;
}
