/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs read and made. A data set is a folder of its experiment; that a run
 * read it is a folder of the run. MLflow writes the id of what was read as both
 * ends of this edge, and reads it so; we do the same.
 */
#include "store/file/runs.h"
#include "store/rules.h"

#define TYPE_DATASET "DATASET"
#define TYPE_MODEL "MODEL"
#define TYPE_MADE "MODEL_OUTPUT"

/* ---- reading ---- */

static mr_code read_input_tags(const mr_json *meta, mr_call *call, struct mr_dataset_input *input, mr_error *err)
{
	const mr_json *map = mr_json_get(meta, "tags");
	struct mr_list tags = {0};
	mr_code code = MR_OK;

	for (size_t i = 0; map && map->type == MR_JSON_OBJECT && i < map->count && code == MR_OK; i++) {
		struct mr_input_tag *tag = MR_NEW(call, struct mr_input_tag);

		code = mr_list_add(&tags, call, tag, err);
		if (code != MR_OK)
			break;
		MR_PUT(tag, key, MR_INPUT_TAG_HAS_KEY, map->keys[i]);
		MR_PUT(tag, value, MR_INPUT_TAG_HAS_VALUE, mr_json_str(&map->items[i], mr_str_from("")));
	}
	input->tags = (struct mr_input_tag **)tags.items;
	input->tags_n = tags.n;
	return code;
}

/* Through *out; NULL when the data set's folder is not there, or holds none. */
static mr_code read_dataset(const struct mr_file_store *store, mr_str experiment, mr_str id, mr_call *call,
			    struct mr_dataset **out, mr_error *err)
{
	struct mr_dataset *d = MR_NEW(call, struct mr_dataset);
	mr_json *meta;
	mr_str folder;

	*out = NULL;
	if (!d)
		return mr_error_no_memory(err);
	if (!mr_file_is_name(id))
		return MR_OK;
	folder = mr_file_join_str(call, mr_file_join(call, experiment, "datasets"), id);
	if (!folder.ptr)
		return mr_error_no_memory(err);
	if (mr_meta_read(store, folder, call->arena, &meta, NULL) != MR_OK)
		return MR_OK;
	MR_PUT_TEXT(d, name, MR_DATASET_HAS_NAME, mr_meta_text(meta, "name"));
	MR_PUT_TEXT(d, digest, MR_DATASET_HAS_DIGEST, mr_meta_text(meta, "digest"));
	MR_PUT_TEXT(d, source_type, MR_DATASET_HAS_SOURCE_TYPE, mr_meta_text(meta, "source_type"));
	MR_PUT_TEXT(d, source, MR_DATASET_HAS_SOURCE, mr_meta_text(meta, "source"));
	if (mr_meta_text(meta, "schema").len)
		MR_PUT(d, schema, MR_DATASET_HAS_SCHEMA, mr_meta_text(meta, "schema"));
	if (mr_meta_text(meta, "profile").len)
		MR_PUT(d, profile, MR_DATASET_HAS_PROFILE, mr_meta_text(meta, "profile"));
	*out = d;
	return MR_OK;
}

struct edges {
	struct mr_list datasets, read, made;
};

static mr_code add_dataset(const struct mr_file_store *store, mr_str experiment, const mr_json *meta, mr_call *call,
			   struct edges *edges, mr_error *err)
{
	struct mr_dataset_input *input = MR_NEW(call, struct mr_dataset_input);
	mr_code code = input ? read_dataset(store, experiment, mr_meta_text(meta, "source_id"), call, &input->dataset, err)
			     : mr_error_no_memory(err);

	if (code != MR_OK || !input->dataset)
		return code;
	MR_SET(input, MR_DATASET_INPUT_HAS_DATASET);
	code = read_input_tags(meta, call, input, err);
	return code == MR_OK ? mr_list_add(&edges->datasets, call, input, err) : code;
}

static mr_code add_edge(const struct mr_file_store *store, mr_str experiment, const mr_json *meta, mr_call *call,
			struct edges *edges, mr_error *err)
{
	mr_str from = mr_meta_text(meta, "source_type"), to = mr_meta_text(meta, "destination_type");
	struct mr_model_output *made;
	struct mr_model_input *read;

	if (mr_str_is(from, TYPE_DATASET))
		return add_dataset(store, experiment, meta, call, edges, err);
	if (mr_str_is(from, TYPE_MODEL)) {
		read = MR_NEW(call, struct mr_model_input);
		if (read)
			MR_PUT(read, model_id, MR_MODEL_INPUT_HAS_MODEL_ID, mr_meta_text(meta, "source_id"));
		return mr_list_add(&edges->read, call, read, err);
	}
	if (!mr_str_is(to, TYPE_MADE))
		return MR_OK;
	made = MR_NEW(call, struct mr_model_output);
	if (made) {
		MR_PUT(made, model_id, MR_MODEL_OUTPUT_HAS_MODEL_ID, mr_meta_text(meta, "destination_id"));
		if (mr_meta_int(meta, "step", &made->step))
			MR_SET(made, MR_MODEL_OUTPUT_HAS_STEP);
	}
	return mr_list_add(&edges->made, call, made, err);
}

static mr_code read_edges(const struct mr_file_store *store, mr_str experiment, mr_str folder, mr_call *call,
			  struct edges *edges, mr_error *err)
{
	struct mr_disk_entry *entries;
	mr_json *meta;
	size_t n;
	mr_code code = folder.ptr ? mr_disk_list(&store->disk, folder, call->arena, &entries, &n, err)
				  : mr_error_no_memory(err);

	for (size_t i = 0; code == MR_OK && i < n; i++) {
		mr_str path = mr_file_join_str(call, folder, entries[i].name);

		if (!path.ptr)
			return mr_error_no_memory(err);
		if (entries[i].is_folder && mr_meta_read(store, path, call->arena, &meta, NULL) == MR_OK)
			code = add_edge(store, experiment, meta, call, edges, err);
	}
	return code;
}

mr_code mr_file_run_inputs(const struct mr_file_store *store, mr_str experiment, mr_str folder, struct mr_run *run,
			   mr_call *call, mr_error *err)
{
	struct mr_run_inputs *inputs = MR_NEW(call, struct mr_run_inputs);
	struct mr_run_outputs *outputs = MR_NEW(call, struct mr_run_outputs);
	struct edges edges = {0};
	mr_code code = inputs && outputs ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK)
		code = read_edges(store, experiment, mr_file_join(call, folder, "inputs"), call, &edges, err);
	if (code == MR_OK)
		code = read_edges(store, experiment, mr_file_join(call, folder, "outputs"), call, &edges, err);
	if (code != MR_OK)
		return code;
	inputs->dataset_inputs = (struct mr_dataset_input **)edges.datasets.items;
	inputs->dataset_inputs_n = edges.datasets.n;
	inputs->model_inputs = (struct mr_model_input **)edges.read.items;
	inputs->model_inputs_n = edges.read.n;
	outputs->model_outputs = (struct mr_model_output **)edges.made.items;
	outputs->model_outputs_n = edges.made.n;
	MR_PUT(run, inputs, MR_RUN_HAS_INPUTS, inputs);
	MR_PUT(run, outputs, MR_RUN_HAS_OUTPUTS, outputs);
	return MR_OK;
}

/* ---- writing ---- */

static mr_code put_dataset(struct mr_file_write *write, mr_str experiment, const struct mr_dataset *d, mr_str *id,
			   mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json *meta = mr_meta_new(call);
	mr_str folder, none = mr_str_from(NULL);
	mr_code code;

	*id = mr_file_md5(call, d->name, d->digest);
	folder = mr_file_join_str(call, mr_file_join(call, experiment, "datasets"), *id);
	if (!meta || !folder.ptr)
		return mr_error_no_memory(err);
	if (mr_disk_has_folder(&write->store->disk, folder))
		return MR_OK;
	code = mr_meta_set_text(meta, call, "name", d->name, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "digest", d->digest, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "source_type", d->source_type, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "source", d->source, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "schema", MR_HAS(d, MR_DATASET_HAS_SCHEMA) ? d->schema : none, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "profile", MR_HAS(d, MR_DATASET_HAS_PROFILE) ? d->profile : none, err);
	return code == MR_OK ? mr_meta_put(&write->change, folder, meta, err) : code;
}

static mr_code put_edge(struct mr_file_write *write, mr_str folder, mr_str id, const char *from, const char *to,
			mr_json tags, const int64_t *step, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json *meta = mr_meta_new(call);
	mr_code code = meta ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "source_type", mr_str_from(from), err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "source_id", id, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "destination_type", mr_str_from(to), err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "destination_id", id, err);
	if (code == MR_OK)
		code = mr_meta_set(meta, call, "tags", tags, err);
	if (code == MR_OK && step)
		code = mr_meta_set_int(meta, call, "step", *step, err);
	return code == MR_OK ? mr_meta_put(&write->change, folder, meta, err) : code;
}

static mr_code make_tags(const struct mr_dataset_input *input, mr_call *call, mr_json *out, mr_error *err)
{
	mr_code code = MR_OK;

	*out = (mr_json){.type = MR_JSON_OBJECT};
	for (size_t i = 0; i < input->tags_n && code == MR_OK; i++) {
		mr_str value = input->tags[i]->value, key = input->tags[i]->key;
		mr_json item = {.type = MR_JSON_STRING, .text = value.ptr ? value : mr_str_from("")};

		key = mr_call_copy(call, key);
		code = key.ptr ? mr_meta_set(out, call, key.ptr, item, err) : mr_error_no_memory(err);
	}
	return code;
}

static mr_code put_dataset_input(struct mr_file_write *write, const struct mr_file_run *run,
				 const struct mr_dataset_input *input, mr_error *err)
{
	static const struct mr_dataset none;
	mr_call *call = write->change.call;
	mr_str id, folder;
	mr_json tags;
	mr_code code = put_dataset(write, run->experiment, input->dataset ? input->dataset : &none, &id, err);

	if (code == MR_OK)
		code = make_tags(input, call, &tags, err);
	if (code != MR_OK)
		return code;
	folder = mr_file_join_str(call, mr_file_join(call, run->folder, "inputs"), mr_file_md5(call, id, run->id));
	if (!folder.ptr)
		return mr_error_no_memory(err);
	if (mr_disk_has_folder(&write->store->disk, folder))
		return MR_OK; /* what was logged first stays, as in MLflow */
	return put_edge(write, folder, id, TYPE_DATASET, "RUN", tags, NULL, err);
}

static mr_code put_model_input(struct mr_file_write *write, const struct mr_file_run *run, mr_str model_id, mr_error *err)
{
	mr_str id = model_id.ptr ? model_id : mr_str_from("");
	mr_call *call = write->change.call;
	mr_str folder = mr_file_join_str(call, mr_file_join(call, run->folder, "inputs"),
					 mr_file_md5(call, model_id, run->id));
	mr_json tags = {.type = MR_JSON_OBJECT};

	if (!folder.ptr)
		return mr_error_no_memory(err);
	if (mr_disk_has_folder(&write->store->disk, folder))
		return MR_OK;
	return put_edge(write, folder, id, TYPE_MODEL, "RUN", tags, NULL, err);
}

static mr_code log_inputs_in(struct mr_file_write *write, const struct mr_log_inputs *request, mr_error *err)
{
	struct mr_file_run run;
	mr_code code = mr_file_run_active(write->store, request->run_id, write->change.call, &run, err);

	for (size_t i = 0; i < request->datasets_n && code == MR_OK; i++)
		code = put_dataset_input(write, &run, request->datasets[i], err);
	for (size_t i = 0; i < request->models_n && code == MR_OK; i++)
		code = put_model_input(write, &run, request->models[i]->model_id, err);
	return code;
}

static mr_code log_inputs(void *self, const struct mr_log_inputs *request, struct mr_log_inputs_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_run_id(request->run_id, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_dataset_inputs(request->datasets, request->datasets_n, err);
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, log_inputs_in(&write, request, err), err) : code;
}

static mr_code log_outputs_in(struct mr_file_write *write, const struct mr_log_outputs *request, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json tags = {.type = MR_JSON_OBJECT};
	struct mr_file_run run;
	mr_code code = mr_file_run_active(write->store, request->run_id, call, &run, err);

	for (size_t i = 0; i < request->models_n && code == MR_OK; i++) {
		mr_str id = request->models[i]->model_id, folder;

		if (!mr_file_is_name(id))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Invalid model ID: '%.*s'. It is \"m-\" with 32 hexadecimal digits.", MR_STR_ARG(id));
		folder = mr_file_join_str(call, mr_file_join(call, run.folder, "outputs"), id);
		if (!folder.ptr)
			return mr_error_no_memory(err);
		if (!mr_disk_has_folder(&write->store->disk, folder))
			code = put_edge(write, folder, id, "RUN_OUTPUT", TYPE_MADE, tags, &request->models[i]->step, err);
	}
	return code;
}

static mr_code log_outputs(void *self, const struct mr_log_outputs *request, struct mr_log_outputs_response *response,
			   mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	return code == MR_OK ? mr_file_write_end(&write, log_outputs_in(&write, request, err), err) : code;
}

/* ---- the data sets of experiments ---- */

enum { EXPERIMENTS_MAX = 20, SUMMARIES_MAX = 1000 };

static mr_code check_experiments(const struct mr_search_datasets *request, mr_error *err)
{
	if (request->experiment_ids_n == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "SearchDatasets request must specify at least one experiment_id.");
	if (request->experiment_ids_n > EXPERIMENTS_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "SearchDatasets request cannot specify more than %d experiment_ids. Received %zu "
				    "experiment_ids.",
				    EXPERIMENTS_MAX, request->experiment_ids_n);
	return MR_OK;
}

static mr_str context_of(const struct mr_dataset_input *input)
{
	for (size_t i = 0; i < input->tags_n; i++)
		if (mr_str_is(input->tags[i]->key, MR_TAG_DATASET_CONTEXT))
			return input->tags[i]->value;
	return mr_str_from(NULL);
}

static mr_code add_summary(struct mr_list *all, mr_str experiment_id, const struct mr_dataset_input *input, mr_call *call,
			   mr_error *err)
{
	struct mr_dataset_summary *s;
	mr_str context = context_of(input);

	for (size_t i = 0; i < all->n; i++) {
		s = all->items[i];
		if (mr_str_eq(s->experiment_id, experiment_id) && mr_str_eq(s->name, input->dataset->name) &&
		    mr_str_eq(s->digest, input->dataset->digest) && !s->context.ptr == !context.ptr &&
		    mr_str_eq(s->context, context))
			return MR_OK;
	}
	s = MR_NEW(call, struct mr_dataset_summary);
	if (s) {
		MR_PUT(s, experiment_id, MR_DATASET_SUMMARY_HAS_EXPERIMENT_ID, experiment_id);
		MR_PUT_TEXT(s, name, MR_DATASET_SUMMARY_HAS_NAME, input->dataset->name);
		MR_PUT_TEXT(s, digest, MR_DATASET_SUMMARY_HAS_DIGEST, input->dataset->digest);
		MR_PUT_TEXT(s, context, MR_DATASET_SUMMARY_HAS_CONTEXT, context);
	}
	return mr_list_add(all, call, s, err);
}

static mr_code summarize(struct mr_file_store *store, mr_str id, struct mr_list *all, mr_call *call, mr_error *err)
{
	mr_str experiment = mr_file_experiment_folder(store, id, MR_FILE_ALL, call), *runs;
	size_t n = 0;
	mr_code code;

	if (!experiment.ptr)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Experiment %.*s does not exist.", MR_STR_ARG(id));
	code = mr_file_run_folders(store, experiment, call->arena, &runs, &n, err);
	for (size_t r = 0; r < n && code == MR_OK; r++) {
		mr_str run = mr_file_join_str(call, experiment, runs[r]);
		struct edges edges = {0};

		code = read_edges(store, experiment, mr_file_join(call, run, "inputs"), call, &edges, err);
		for (size_t i = 0; i < edges.datasets.n && all->n < SUMMARIES_MAX && code == MR_OK; i++)
			code = add_summary(all, id, edges.datasets.items[i], call, err);
	}
	return code;
}

static mr_code search_datasets(void *self, const struct mr_search_datasets *request,
			       struct mr_search_datasets_response *response, mr_call *call, mr_error *err)
{
	struct mr_list all = {0};
	struct mr_file_hold hold;
	mr_code code = check_experiments(request, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	for (size_t i = 0; i < request->experiment_ids_n && code == MR_OK; i++)
		code = summarize(self, request->experiment_ids[i], &all, call, err);
	code = mr_file_read_end(self, &hold, code);
	for (size_t i = 0; i < all.n && code == MR_OK; i++)
		code = mr_call_emit(call, all.items[i], err);
	return code;
}

const struct mr_inputs_ops mr_file_inputs = {
	.size = sizeof mr_file_inputs,
	.log_inputs = log_inputs,
	.log_outputs = log_outputs,
	.search_datasets = search_datasets,
};
