/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a run. Its params, tags and batches are in run_values.c.
 */
#include "store/file/places.h"
#include "store/file/runs.h"
#include "store/rules.h"

/* ---- creating ---- */

static mr_str tag_value(struct mr_run_tag *const *tags, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (mr_str_is(tags[i]->key, key))
			return tags[i]->value;
	return mr_str_from(NULL);
}

static mr_code find_name(const struct mr_create_run *request, mr_call *call, mr_str *name, mr_error *err)
{
	mr_str tagged = tag_value(request->tags, request->tags_n, MR_TAG_RUN_NAME);
	uint8_t random[24];

	if (request->run_name.len && tagged.len && !mr_str_eq(request->run_name, tagged))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
				    "values (run_name='%.*s', mlflow.runName='%.*s').",
				    MR_STR_ARG(request->run_name), MR_STR_ARG(tagged));
	*name = request->run_name.len ? request->run_name : tagged;
	if (name->len)
		return MR_OK;
	mr_call_random(call, random, sizeof random);
	*name = mr_random_name(call->arena, random);
	return name->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code make_meta(const struct mr_create_run *request, const struct mr_file_experiment *e, mr_str id, mr_str name,
			 mr_call *call, mr_json **out, mr_error *err)
{
	mr_json empty = {.type = MR_JSON_ARRAY};
	struct {
		const char *key;
		mr_str text;
	} texts[] = {{"run_id", id},
		     {"run_name", name},
		     {"experiment_id", e->id},
		     {"user_id", request->user_id.ptr ? request->user_id : mr_str_from("")},
		     {"end_time", {0}},
		     {"lifecycle_stage", mr_str_from("active")},
		     {"source_name", mr_str_from("")},
		     {"entry_point_name", mr_str_from("")},
		     {"source_version", mr_str_from("")},
		     {"artifact_uri", {0}}};
	mr_json *meta = mr_meta_new(call);
	mr_code code = meta ? MR_OK : mr_error_no_memory(err);

	*out = meta;
	if (code == MR_OK)
		code = mr_file_artifact_uri(e, mr_file_join(call, id, "artifacts"), call,
					    &texts[sizeof texts / sizeof *texts - 1].text, err);
	for (size_t i = 0; i < sizeof texts / sizeof *texts && code == MR_OK; i++)
		code = mr_meta_set_text(meta, call, texts[i].key, texts[i].text, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "status", MR_RUN_STATUS_RUNNING, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "start_time", request->start_time, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "source_type", 4, err); /* LOCAL */
	return code == MR_OK ? mr_meta_set(meta, call, "tags", empty, err) : code;
}

static mr_code add_tag(struct mr_file_write *write, mr_str folder, struct mr_list *tags, mr_str key, mr_str value,
		       mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_run_tag *tag = MR_NEW(call, struct mr_run_tag);
	mr_code code = MR_OK;
	size_t i = 0;

	while (i < tags->n && !mr_str_eq(((struct mr_run_tag *)tags->items[i])->key, key))
		i++;
	if (i < tags->n)
		tag = tags->items[i]; /* the later of two is what counts */
	else
		code = mr_list_add(tags, call, tag, err);
	if (code != MR_OK)
		return code;
	MR_PUT(tag, key, MR_RUN_TAG_HAS_KEY, key);
	MR_PUT(tag, value, MR_RUN_TAG_HAS_VALUE, value);
	return mr_value_put(&write->change, folder, key, value, err);
}

/* The tags of the request, and the name where they have none; the caller answers them, too. */
static mr_code put_tags(struct mr_file_write *write, const struct mr_create_run *request, mr_str run, mr_str name,
			struct mr_run_data *data, mr_error *err)
{
	mr_str folder = mr_file_join(write->change.call, run, "tags");
	struct mr_list tags = {0};
	mr_code code = MR_OK;

	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++) {
		mr_str value = request->tags[i]->value;

		code = mr_rule_name(request->tags[i]->key, MR_PLACE_NONE, "key", err);
		if (code == MR_OK)
			code = add_tag(write, folder, &tags, request->tags[i]->key, value, err);
	}
	if (code == MR_OK && !tag_value(request->tags, request->tags_n, MR_TAG_RUN_NAME).len)
		code = add_tag(write, folder, &tags, mr_str_from(MR_TAG_RUN_NAME), name, err);
	data->tags = (struct mr_run_tag **)tags.items;
	data->tags_n = tags.n;
	return code;
}

static mr_code find_experiment(struct mr_file_write *write, mr_str id, struct mr_file_experiment *e, mr_error *err)
{
	mr_code code = mr_file_experiment_find(write->store, id, write->change.call, e, err);

	if (code != MR_OK || e->active)
		return code;
	return mr_error_set(err, MR_INVALID_STATE, "Could not create run under non-active experiment with ID %.*s.",
			    MR_STR_ARG(id));
}

/* meta.yaml comes last: before it, MLflow does not see the run. */
static mr_code create_in(struct mr_file_write *write, const struct mr_create_run *request, struct mr_run *run,
			 mr_error *err)
{
	static const char *const folders[] = {"metrics", "params", "artifacts"};
	mr_call *call = write->change.call;
	struct mr_file_experiment e;
	char hex[33];
	mr_str id, folder, name;
	mr_json *meta;
	mr_code code = find_experiment(write, request->experiment_id, &e, err);

	if (code == MR_OK)
		code = find_name(request, call, &name, err);
	if (code != MR_OK)
		return code;
	mr_call_uuid(call, hex);
	id = mr_call_copy(call, mr_str_from(hex));
	folder = mr_file_join_str(call, e.folder, id);
	if (!folder.ptr)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		mr_change_folder(&write->change, mr_file_join(call, folder, folders[i]));
	code = put_tags(write, request, folder, name, run->data, err);
	if (code == MR_OK)
		code = make_meta(request, &e, id, name, call, &meta, err);
	if (code == MR_OK)
		code = mr_meta_put(&write->change, folder, meta, err);
	return code == MR_OK ? mr_file_run_info(meta, call, &run->info, err) : code;
}

static mr_code create_run(void *self, const struct mr_create_run *request, struct mr_create_run_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_run *run = MR_NEW(call, struct mr_run);
	struct mr_file_write write;
	mr_code code;

	if (!run)
		return mr_error_no_memory(err);
	run->data = MR_NEW(call, struct mr_run_data);
	run->inputs = MR_NEW(call, struct mr_run_inputs);
	run->outputs = MR_NEW(call, struct mr_run_outputs);
	if (!run->data || !run->inputs || !run->outputs)
		return mr_error_no_memory(err);
	run->has = MR_RUN_HAS_INFO | MR_RUN_HAS_DATA | MR_RUN_HAS_INPUTS | MR_RUN_HAS_OUTPUTS;
	code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	MR_PUT(response, run, MR_CREATE_RUN_RESPONSE_HAS_RUN, run);
	return mr_file_write_end(&write, create_in(&write, request, run, err), err);
}

/* ---- changing ---- */

mr_code mr_file_put_tag(struct mr_file_write *write, struct mr_file_run *run, mr_str key, mr_str value, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder = mr_file_join(call, run->folder, "tags");
	mr_code code = mr_value_check(write->store, folder, key, call, err);

	if (code == MR_OK)
		code = mr_value_put(&write->change, folder, key, value, err);
	if (code != MR_OK || !mr_str_is(key, MR_TAG_RUN_NAME) || !value.len)
		return code;
	code = mr_meta_set_text(run->meta, call, "run_name", value, err);
	return code == MR_OK ? mr_meta_put(&write->change, run->folder, run->meta, err) : code;
}

/* A status, an end and a name of nothing change nothing. */
static mr_code update_in(struct mr_file_write *write, const struct mr_update_run *request, struct mr_run_info **info,
			 mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_run run;
	mr_code code = mr_file_run_active(write->store, request->run_id, call, &run, err);

	if (code == MR_OK && MR_HAS(request, MR_UPDATE_RUN_HAS_STATUS) && request->status)
		code = mr_meta_set_int(run.meta, call, "status", request->status, err);
	if (code == MR_OK && MR_HAS(request, MR_UPDATE_RUN_HAS_END_TIME) && request->end_time)
		code = mr_meta_set_int(run.meta, call, "end_time", request->end_time, err);
	if (code == MR_OK && request->run_name.len)
		code = mr_file_put_tag(write, &run, mr_str_from(MR_TAG_RUN_NAME), request->run_name, err);
	if (code == MR_OK)
		code = mr_meta_put(&write->change, run.folder, run.meta, err);
	return code == MR_OK ? mr_file_run_info(run.meta, call, info, err) : code;
}

static mr_code update_run(void *self, const struct mr_update_run *request, struct mr_update_run_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	if (code != MR_OK)
		return code;
	MR_SET(response, MR_UPDATE_RUN_RESPONSE_HAS_RUN_INFO);
	return mr_file_write_end(&write, update_in(&write, request, &response->run_info, err), err);
}

/* ---- deleting, restoring ---- */

static mr_code put_stage(struct mr_file_write *write, mr_str folder, mr_json *meta, bool to_active, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_code code = mr_meta_set_text(meta, call, "lifecycle_stage", mr_str_from(to_active ? "active" : "deleted"), err);

	if (code == MR_OK && to_active)
		mr_meta_drop(meta, "deleted_time");
	else if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "deleted_time", call->now_ms, err);
	return code == MR_OK ? mr_meta_put(&write->change, folder, meta, err) : code;
}

mr_code mr_file_runs_change_stage(struct mr_file_write *write, const struct mr_file_experiment *e, bool to_active,
				  mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json *meta;
	mr_str *names;
	size_t n;
	mr_code code = mr_file_run_folders(write->store, e->folder, call->arena, &names, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_str folder = mr_file_join_str(call, e->folder, names[i]), stage;

		if (!folder.ptr)
			return mr_error_no_memory(err);
		if (mr_meta_read(write->store, folder, call->arena, &meta, NULL) != MR_OK)
			continue; /* no run, or damaged: it moves with the folder */
		stage = mr_meta_text(meta, "lifecycle_stage");
		if (mr_str_eq(mr_meta_text(meta, "experiment_id"), e->id) &&
		    (!stage.ptr || mr_str_is(stage, "active")) != to_active)
			code = put_stage(write, folder, meta, to_active, err);
	}
	return code;
}

static mr_code change_stage(struct mr_file_store *store, mr_str run_id, bool to_active, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_run run;
	mr_code code = mr_file_write_begin(store, call, &write, err);

	if (code != MR_OK)
		return code;
	code = mr_file_run_find(store, run_id, call, &run, err);
	if (code == MR_OK)
		code = put_stage(&write, run.folder, run.meta, to_active, err);
	return mr_file_write_end(&write, code, err);
}

static mr_code delete_run(void *self, const struct mr_delete_run *request, struct mr_delete_run_response *response,
			  mr_call *call, mr_error *err)
{
	(void)response;
	return change_stage(self, request->run_id, false, call, err);
}

static mr_code restore_run(void *self, const struct mr_restore_run *request, struct mr_restore_run_response *response,
			   mr_call *call, mr_error *err)
{
	(void)response;
	return change_stage(self, request->run_id, true, call, err);
}

const struct mr_runs_ops mr_file_runs = {
	.size = sizeof mr_file_runs,
	.create_run = create_run,
	.update_run = update_run,
	.delete_run = delete_run,
	.restore_run = restore_run,
	.get_run = mr_file_get_run,
	.search_runs = mr_file_search_runs,
	.log_param = mr_file_log_param,
	.set_tag = mr_file_set_tag,
	.delete_tag = mr_file_delete_tag,
	.log_batch = mr_file_log_batch,
};
