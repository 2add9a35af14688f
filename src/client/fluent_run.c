/* SPDX-License-Identifier: Apache-2.0
 *
 * Starting runs, and what the process is set to.
 */
#include <millrace/fluent.h>
#include <stdatomic.h>

#include "base/os.h"
#include "client/context.h"
#include "client/experiment.h"
#include "client/session.h"

enum { CALL_MAX = 64 << 20 };

mr_code mr_set_tracking_uri(const char *uri, mr_error *err)
{
	return mr_session_set_tracking_uri(uri, err);
}

mr_code mr_set_registry_uri(const char *uri, mr_error *err)
{
	return mr_session_set_registry_uri(uri, err);
}

size_t mr_get_tracking_uri(char *out, size_t size)
{
	mr_client *client;
	mr_error err;
	mr_str uri = {"", 0};

	mr_error_init(&err);
	if (mr_session_client(&client, &err) == MR_OK)
		uri = mr_client_tracking_uri(client);
	if (size)
		snprintf(out, size, "%.*s", MR_STR_ARG(uri));
	return uri.len;
}

mr_code mr_set_experiment(const char *name, mr_error *err)
{
	mr_call *call = mr_call_new(CALL_MAX);
	mr_client *client;
	mr_str id;
	mr_code code = call ? mr_session_client(&client, err) : mr_error_no_memory(err);

	if (code == MR_OK)
		code = mr_experiment_ensure(client, mr_str_from(name), call, &id, err);
	if (code == MR_OK)
		mr_session_set_experiment(id);
	mr_call_free(call);
	return code;
}

/* MLFLOW_RUN_ID names the run of the first start only, as in MLflow. */
static const char *run_to_continue(const struct mr_run_options *options)
{
	static atomic_bool used;
	const char *given = mr_getenv("MLFLOW_RUN_ID");

	if (options->run_id)
		return options->run_id;
	return given && !atomic_exchange(&used, true) ? given : NULL;
}

static mr_code continue_run(mr_client *client, const char *run_id, mr_call *call, mr_str *id, mr_error *err)
{
	struct mr_get_run get = {0};
	struct mr_update_run update = {0};
	struct mr_get_run_response *found;
	void *response;
	mr_code code;

	mr_get_run_set_run_id(&get, mr_str_from(run_id));
	code = mr_client_invoke(client, &mr_op_get_run, &get, &response, call, err);
	if (code != MR_OK)
		return code;
	found = response;
	if (mr_str_is(found->run->info->lifecycle_stage, "deleted"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Cannot start run with ID %s because it is in the deleted state.", run_id);
	mr_update_run_set_run_id(&update, mr_str_from(run_id));
	mr_update_run_set_status(&update, MR_RUN_STATUS_RUNNING);
	*id = found->run->info->run_id;
	return mr_client_invoke(client, &mr_op_update_run, &update, &response, call, err);
}

static mr_code put(struct mr_tag_set *tags, const char *key, const char *value, mr_error *err)
{
	return value ? mr_tag_set_put(tags, mr_str_from(key), mr_str_from(value), err) : MR_OK;
}

/* What the program says comes last, so that it wins over the contexts. */
static mr_code make_tags(struct mr_tag_set *tags, const struct mr_run_options *options, mr_error *err)
{
	struct mr_open_run *above = mr_session_run();
	const char *parent = options->parent_run_id ? options->parent_run_id : above && options->nested ? above->id : NULL;
	mr_code code = mr_context_tags(tags, err);

	if (code == MR_OK)
		code = put(tags, "mlflow.note.content", options->description, err);
	if (code == MR_OK)
		code = put(tags, "mlflow.parentRunId", parent, err);
	if (code == MR_OK)
		code = put(tags, "mlflow.runName", options->run_name, err);
	for (size_t i = 0; i < options->tags_n && code == MR_OK; i++)
		code = mr_tag_set_put(tags, options->tags[i].key, options->tags[i].value, err);
	return code;
}

static mr_code create_run(mr_client *client, const struct mr_run_options *options, mr_call *call, mr_str *id,
			  mr_error *err)
{
	struct mr_tag_set tags = {.call = call};
	struct mr_create_run request = {0};
	void *response;
	mr_str experiment, user;
	mr_code code;

	if (options->experiment_id)
		experiment = mr_str_from(options->experiment_id);
	else if ((code = mr_session_experiment(call, &experiment, err)) != MR_OK)
		return code;
	code = make_tags(&tags, options, err);
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
	code = mr_client_invoke(client, &mr_op_create_run, &request, &response, call, err);
	if (code == MR_OK)
		*id = ((struct mr_create_run_response *)response)->run->info->run_id;
	return code;
}

mr_code mr_start_run(const struct mr_run_options *given, mr_error *err)
{
	struct mr_run_options options = {.size = sizeof options};
	const char *continued;
	mr_call *call;
	mr_client *client;
	mr_queue *queue;
	mr_str id;
	mr_code code;

	if (given)
		memcpy(&options, given, given->size < sizeof options ? given->size : sizeof options);
	if (mr_session_run() && !options.nested)
		return mr_error_set(err, MR_INVALID_STATE,
				    "Run with UUID %s is already active. To start a new run, first end the current run with "
				    "mr_end_run(). To start a nested run, set nested in mr_run_options",
				    mr_session_run()->id);
	continued = run_to_continue(&options);
	call = mr_call_new(CALL_MAX);
	code = call ? mr_session_queue(&queue, err) : mr_error_no_memory(err); /* fail now rather than at the first metric */
	if (code == MR_OK)
		code = mr_session_client(&client, err);
	if (code == MR_OK)
		code = continued ? continue_run(client, continued, call, &id, err)
				 : create_run(client, &options, call, &id, err);
	if (code == MR_OK)
		code = mr_session_push(id, err);
	mr_call_free(call);
	return code;
}
