/* SPDX-License-Identifier: Apache-2.0
 *
 * Logged models. The search is in search_logged_models.c.
 */
#include "store/file/logged_models.h"

#include "search/repr.h"
#include "store/file/runs.h"
#include "store/rules.h"

/* ---- finding ---- */

static mr_code absent(mr_str model_id, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Model '%.*s' not found", MR_STR_ARG(model_id));
}

static mr_str models_of(mr_str experiment, mr_call *call)
{
	return mr_file_join(call, experiment, "models");
}

static mr_str id_of_folder(mr_str experiment)
{
	const char *slash = memchr(experiment.ptr, '/', experiment.len);

	return slash ? mr_str_make(slash + 1, experiment.len - (size_t)(slash + 1 - experiment.ptr)) : experiment;
}

/* false: this folder holds no model. */
static bool read_meta(const struct mr_file_store *store, struct mr_file_model *m, mr_call *call)
{
	if (!m->folder.ptr || mr_meta_read(store, m->folder, call->arena, &m->meta, NULL) != MR_OK)
		return false;
	m->deleted = mr_str_is(mr_meta_text(m->meta, "lifecycle_stage"), "deleted");
	return true;
}

mr_code mr_file_model_find(const struct mr_file_store *store, mr_str model_id, bool deleted_too, mr_call *call,
			   struct mr_file_model *out, mr_error *err)
{
	mr_str *folders;
	size_t n;
	mr_code code;

	memset(out, 0, sizeof *out);
	if (!mr_file_is_name(model_id))
		return absent(model_id, err);
	out->id = mr_call_copy(call, model_id);
	code = mr_file_experiment_folders(store, MR_FILE_ALL, call, &folders, &n, err);
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		out->folder = mr_file_join_str(call, models_of(folders[i], call), out->id);
		if (!out->folder.ptr)
			return mr_error_no_memory(err);
		if (!mr_disk_has_folder(&store->disk, out->folder) || !read_meta(store, out, call))
			continue;
		out->experiment_id = id_of_folder(folders[i]);
		if (out->deleted && !deleted_too)
			return absent(model_id, err);
		if (!mr_str_eq(mr_meta_text(out->meta, "experiment_id"), out->experiment_id))
			return mr_error_set(err, MR_INVALID_STATE, "Model '%.*s' metadata is in invalid state.",
					    MR_STR_ARG(model_id));
		return MR_OK;
	}
	return code == MR_OK ? absent(model_id, err) : code;
}

mr_code mr_file_models_list(const struct mr_file_store *store, mr_str experiment_id, mr_call *call, struct mr_list *out,
			    mr_error *err)
{
	mr_str experiment = mr_file_experiment_folder(store, experiment_id, MR_FILE_ALL, call), models;
	struct mr_disk_entry *entries;
	size_t n;
	mr_code code;

	if (!experiment.ptr)
		return MR_OK;
	models = models_of(experiment, call);
	code = models.ptr ? mr_disk_list(&store->disk, models, call->arena, &entries, &n, err) : mr_error_no_memory(err);
	for (size_t i = 0; code == MR_OK && i < n; i++) {
		struct mr_file_model *m = MR_NEW(call, struct mr_file_model);

		if (!m)
			return mr_error_no_memory(err);
		m->id = entries[i].name;
		m->experiment_id = id_of_folder(experiment);
		m->folder = mr_file_join_str(call, models, m->id);
		if (entries[i].is_folder && read_meta(store, m, call) &&
		    mr_str_eq(mr_meta_text(m->meta, "experiment_id"), m->experiment_id))
			code = mr_list_add(out, call, m, err);
	}
	return code;
}

mr_code mr_file_model_metrics_folder(const struct mr_file_store *store, mr_str experiment, mr_str model_id, mr_call *call,
				     mr_str *out, mr_error *err)
{
	mr_str folder;

	if (!mr_file_is_name(model_id))
		return absent(model_id, err);
	folder = mr_file_join_str(call, models_of(experiment, call), model_id);
	*out = folder.ptr ? mr_file_join(call, folder, "metrics") : folder;
	if (!out->ptr)
		return mr_error_no_memory(err);
	return mr_disk_has_folder(&store->disk, folder) ? MR_OK : absent(model_id, err);
}

/* ---- reading ---- */

static mr_code read_tags(const struct mr_file_store *store, mr_str folder, mr_call *call, struct mr_logged_model_info *info,
			 mr_error *err)
{
	struct mr_value *values;
	struct mr_list tags = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, folder, "tags"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_logged_model_tag *t = MR_NEW(call, struct mr_logged_model_tag);

		code = mr_list_add(&tags, call, t, err);
		if (code != MR_OK)
			break;
		MR_PUT(t, key, MR_LOGGED_MODEL_TAG_HAS_KEY, values[i].key);
		MR_PUT(t, value, MR_LOGGED_MODEL_TAG_HAS_VALUE, values[i].value);
	}
	info->tags = (struct mr_logged_model_tag **)tags.items;
	info->tags_n = tags.n;
	return code;
}

static mr_code read_params(const struct mr_file_store *store, mr_str folder, mr_call *call,
			   struct mr_logged_model_data *data, mr_error *err)
{
	struct mr_value *values;
	struct mr_list params = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, folder, "params"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_logged_model_parameter *p = MR_NEW(call, struct mr_logged_model_parameter);

		code = mr_list_add(&params, call, p, err);
		if (code != MR_OK)
			break;
		MR_PUT(p, key, MR_LOGGED_MODEL_PARAMETER_HAS_KEY, values[i].key);
		MR_PUT(p, value, MR_LOGGED_MODEL_PARAMETER_HAS_VALUE, values[i].value);
	}
	data->params = (struct mr_logged_model_parameter **)params.items;
	data->params_n = params.n;
	return code;
}

static bool same_dataset(const struct mr_file_point *a, const struct mr_file_point *b)
{
	return !a->dataset_name.ptr == !b->dataset_name.ptr && mr_str_eq(a->dataset_name, b->dataset_name) &&
	       mr_str_eq(a->dataset_digest, b->dataset_digest);
}

/* The latest value for each data set, in the order in which the data sets come. */
static size_t keep_latest(struct mr_file_point *points, size_t n)
{
	size_t kept = 0, k;

	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < kept && !same_dataset(&points[k], &points[i]); k++)
			;
		if (k == kept)
			points[kept++] = points[i];
		else if (mr_file_point_after(&points[i], &points[k]))
			points[k] = points[i];
	}
	return kept;
}

static mr_code add_metrics(const struct mr_file_store *store, mr_str folder, mr_str model_id, mr_str key, mr_call *call,
			   struct mr_list *out, mr_error *err)
{
	struct mr_file_point *points;
	size_t n;
	mr_code code = mr_file_points_read(store, folder, key, true, call, &points, &n, err);

	n = code == MR_OK ? keep_latest(points, n) : 0;
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_metric *m = MR_NEW(call, struct mr_metric);

		code = mr_list_add(out, call, m, err);
		if (code != MR_OK)
			break;
		MR_PUT(m, key, MR_METRIC_HAS_KEY, key);
		MR_PUT(m, value, MR_METRIC_HAS_VALUE, points[i].value);
		MR_PUT(m, timestamp, MR_METRIC_HAS_TIMESTAMP, points[i].timestamp);
		MR_PUT(m, step, MR_METRIC_HAS_STEP, points[i].step);
		MR_PUT(m, model_id, MR_METRIC_HAS_MODEL_ID, model_id);
		MR_PUT_TEXT(m, run_id, MR_METRIC_HAS_RUN_ID, points[i].run_id);
		MR_PUT_TEXT(m, dataset_name, MR_METRIC_HAS_DATASET_NAME, points[i].dataset_name);
		MR_PUT_TEXT(m, dataset_digest, MR_METRIC_HAS_DATASET_DIGEST, points[i].dataset_digest);
	}
	return code;
}

static mr_code read_metrics(const struct mr_file_store *store, mr_str folder, mr_str model_id, mr_call *call,
			    struct mr_logged_model_data *data, mr_error *err)
{
	mr_str metrics = mr_file_join(call, folder, "metrics");
	struct mr_list all = {0};
	struct mr_value *keys;
	size_t n;
	mr_code code = mr_values_list(store, metrics, call, &keys, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = add_metrics(store, metrics, model_id, keys[i].key, call, &all, err);
	data->metrics = (struct mr_metric **)all.items;
	data->metrics_n = all.n;
	return code;
}

static void read_info(const mr_json *meta, struct mr_logged_model_info *info)
{
	int64_t status = 0;

	MR_PUT_TEXT(info, model_id, MR_LOGGED_MODEL_INFO_HAS_MODEL_ID, mr_meta_text(meta, "model_id"));
	MR_PUT_TEXT(info, experiment_id, MR_LOGGED_MODEL_INFO_HAS_EXPERIMENT_ID, mr_meta_text(meta, "experiment_id"));
	MR_PUT_TEXT(info, name, MR_LOGGED_MODEL_INFO_HAS_NAME, mr_meta_text(meta, "name"));
	MR_PUT_TEXT(info, artifact_uri, MR_LOGGED_MODEL_INFO_HAS_ARTIFACT_URI, mr_meta_text(meta, "artifact_location"));
	MR_PUT_TEXT(info, model_type, MR_LOGGED_MODEL_INFO_HAS_MODEL_TYPE, mr_meta_text(meta, "model_type"));
	MR_PUT_TEXT(info, source_run_id, MR_LOGGED_MODEL_INFO_HAS_SOURCE_RUN_ID, mr_meta_text(meta, "source_run_id"));
	MR_PUT_TEXT(info, status_message, MR_LOGGED_MODEL_INFO_HAS_STATUS_MESSAGE, mr_meta_text(meta, "status_message"));
	if (mr_meta_int(meta, "creation_timestamp", &info->creation_timestamp_ms))
		MR_SET(info, MR_LOGGED_MODEL_INFO_HAS_CREATION_TIMESTAMP_MS);
	if (mr_meta_int(meta, "last_updated_timestamp", &info->last_updated_timestamp_ms))
		MR_SET(info, MR_LOGGED_MODEL_INFO_HAS_LAST_UPDATED_TIMESTAMP_MS);
	mr_meta_int(meta, "status", &status);
	MR_PUT(info, status, MR_LOGGED_MODEL_INFO_HAS_STATUS, (int32_t)status);
}

mr_code mr_file_model_read(const struct mr_file_store *store, const struct mr_file_model *from, mr_call *call,
			   struct mr_logged_model **out, mr_error *err)
{
	struct mr_logged_model *model = MR_NEW(call, struct mr_logged_model);
	struct mr_logged_model_info *info = MR_NEW(call, struct mr_logged_model_info);
	struct mr_logged_model_data *data = MR_NEW(call, struct mr_logged_model_data);
	mr_code code = model && info && data ? MR_OK : mr_error_no_memory(err);

	*out = model;
	if (code != MR_OK)
		return code;
	read_info(from->meta, info);
	code = read_tags(store, from->folder, call, info, err);
	if (code == MR_OK)
		code = read_params(store, from->folder, call, data, err);
	if (code == MR_OK)
		code = read_metrics(store, from->folder, from->id, call, data, err);
	MR_PUT(model, info, MR_LOGGED_MODEL_HAS_INFO, info);
	MR_PUT(model, data, MR_LOGGED_MODEL_HAS_DATA, data);
	return code;
}

static mr_code find_and_read(struct mr_file_store *store, const struct mr_get_logged_model *request, mr_call *call,
			     struct mr_logged_model **out, mr_error *err)
{
	struct mr_file_model m;
	mr_code code = mr_file_model_find(store, request->model_id, request->allow_deleted, call, &m, err);

	return code == MR_OK ? mr_file_model_read(store, &m, call, out, err) : code;
}

static mr_code get_logged_model(void *self, const struct mr_get_logged_model *request,
				struct mr_get_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	if (code != MR_OK)
		return code;
	MR_SET(response, MR_GET_LOGGED_MODEL_RESPONSE_HAS_MODEL);
	return mr_file_read_end(self, &hold, find_and_read(self, request, call, &response->model, err));
}

/* ---- creating ---- */

static mr_code make_meta(const struct mr_create_logged_model *r, const struct mr_file_experiment *e, mr_str id, mr_str name,
			 mr_str location, mr_call *call, mr_json **out, mr_error *err)
{
	mr_str none = mr_str_from(NULL), empty = mr_str_from("");
	const struct {
		const char *key;
		mr_str text;
	} texts[] = {{"experiment_id", e->id},
		     {"model_id", id},
		     {"name", name},
		     {"artifact_location", location},
		     {"source_run_id", r->source_run_id.ptr ? r->source_run_id : empty},
		     {"model_type", r->model_type.ptr ? r->model_type : empty},
		     {"status_message", none},
		     {"lifecycle_stage", mr_str_from("active")}};
	mr_json *meta = mr_meta_new(call);
	mr_code code = meta ? MR_OK : mr_error_no_memory(err);

	*out = meta;
	for (size_t i = 0; i < sizeof texts / sizeof *texts && code == MR_OK; i++)
		code = mr_meta_set_text(meta, call, texts[i].key, texts[i].text, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "status", MR_LOGGED_MODEL_STATUS_LOGGED_MODEL_PENDING, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "creation_timestamp", call->now_ms, err);
	return code == MR_OK ? mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err) : code;
}

static mr_code find_experiment(struct mr_file_write *write, mr_str id, struct mr_file_experiment *e, mr_error *err)
{
	mr_code code = mr_file_experiment_find(write->store, id, write->change.call, e, err);

	if (code != MR_OK || e->active)
		return code;
	return mr_error_set(err, MR_INVALID_STATE, "Could not create model under non-active experiment with ID %.*s.",
			    MR_STR_ARG(id));
}

static mr_code put_params(struct mr_file_write *write, mr_str model, struct mr_logged_model_parameter *const *params,
			  size_t n, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder = mr_file_join(call, model, "params");
	mr_code code = MR_OK;

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_str value = params[i]->value;

		code = mr_rule_param(params[i]->key, &value, MR_PLACE_NONE, err);
		if (code == MR_OK)
			code = mr_value_check(write->store, folder, params[i]->key, call, err);
		if (code == MR_OK)
			code = mr_value_put(&write->change, folder, params[i]->key, params[i]->value, err);
	}
	return code;
}

static mr_code put_tags(struct mr_file_write *write, mr_str model, struct mr_logged_model_tag *const *tags, size_t n,
			mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder = mr_file_join(call, model, "tags");
	mr_code code = MR_OK;

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		code = mr_rule_name(tags[i]->key, MR_PLACE_NONE, "name", err);
		if (code == MR_OK)
			code = mr_value_check(write->store, folder, tags[i]->key, call, err);
		if (code == MR_OK)
			code = mr_value_put(&write->change, folder, tags[i]->key, tags[i]->value, err);
	}
	return code;
}

/* Puts the model's files into the change; meta.yaml is the last. */
static mr_code create_in(struct mr_file_write *write, const struct mr_create_logged_model *request,
			 struct mr_file_model *m, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_experiment e;
	mr_str location, name = request->name;
	uint8_t random[24];
	char hex[33];
	mr_code code = find_experiment(write, request->experiment_id, &e, err);

	if (code != MR_OK)
		return code;
	mr_call_uuid(call, hex);
	m->id = mr_arena_printf(call->arena, "m-%s", hex);
	m->folder = mr_file_join_str(call, models_of(e.folder, call), m->id);
	if (!name.len) {
		mr_call_random(call, random, sizeof random);
		name = mr_random_name(call->arena, random);
	}
	if (!m->folder.ptr || !name.ptr)
		return mr_error_no_memory(err);
	code = mr_file_artifact_uri(&e, mr_arena_printf(call->arena, "models/m-%s/artifacts", hex), call, &location, err);
	if (code == MR_OK)
		code = make_meta(request, &e, m->id, name, location, call, &m->meta, err);
	mr_change_folder(&write->change, mr_file_join(call, m->folder, "metrics"));
	mr_change_folder(&write->change, mr_file_join(call, m->folder, "params"));
	if (code == MR_OK)
		code = put_params(write, m->folder, request->params, request->params_n, err);
	if (code == MR_OK)
		code = put_tags(write, m->folder, request->tags, request->tags_n, err);
	return code == MR_OK ? mr_meta_put(&write->change, m->folder, m->meta, err) : code;
}

static mr_code create_logged_model(void *self, const struct mr_create_logged_model *request,
				   struct mr_create_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_model m = {0};
	struct mr_file_write write;
	mr_code code = request->name.len ? mr_rule_logged_model_name(request->name, err) : MR_OK;

	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = create_in(&write, request, &m, err);
	if (code == MR_OK)
		code = mr_change_commit(&write.change, err);
	if (code == MR_OK)
		code = mr_file_model_read(self, &m, call, &response->model, err);
	MR_SET(response, MR_CREATE_LOGGED_MODEL_RESPONSE_HAS_MODEL);
	return mr_file_write_end(&write, code, err);
}

/* ---- changing ---- */

static mr_code finalize_in(struct mr_file_write *write, const struct mr_finalize_logged_model *request,
			   struct mr_logged_model **out, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_model m;
	mr_code code = mr_file_model_find(write->store, request->model_id, false, call, &m, err);

	if (code == MR_OK)
		code = mr_meta_set_int(m.meta, call, "status", request->status, err);
	if (code == MR_OK)
		code = mr_meta_set_int(m.meta, call, "last_updated_timestamp", call->now_ms, err);
	if (code == MR_OK)
		code = mr_meta_put(&write->change, m.folder, m.meta, err);
	return code == MR_OK ? mr_file_model_read(write->store, &m, call, out, err) : code;
}

static mr_code finalize_logged_model(void *self, const struct mr_finalize_logged_model *request,
				     struct mr_finalize_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	if (code != MR_OK)
		return code;
	MR_SET(response, MR_FINALIZE_LOGGED_MODEL_RESPONSE_HAS_MODEL);
	return mr_file_write_end(&write, finalize_in(&write, request, &response->model, err), err);
}

static mr_code delete_in(struct mr_file_write *write, mr_str model_id, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_model m;
	mr_code code = mr_file_model_find(write->store, model_id, false, call, &m, err);

	if (code == MR_OK)
		code = mr_meta_set_text(m.meta, call, "lifecycle_stage", mr_str_from("deleted"), err);
	if (code == MR_OK)
		code = mr_meta_set_int(m.meta, call, "last_updated_timestamp", call->now_ms, err);
	return code == MR_OK ? mr_meta_put(&write->change, m.folder, m.meta, err) : code;
}

static mr_code delete_logged_model(void *self, const struct mr_delete_logged_model *request,
				   struct mr_delete_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	return code == MR_OK ? mr_file_write_end(&write, delete_in(&write, request->model_id, err), err) : code;
}

static mr_code set_logged_model_tags(void *self, const struct mr_set_logged_model_tags *request,
				     struct mr_set_logged_model_tags_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_model m;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_model_find(self, request->model_id, false, call, &m, err);
	if (code == MR_OK)
		code = put_tags(&write, m.folder, request->tags, request->tags_n, err);
	return mr_file_write_end(&write, code, err);
}

static mr_code tag_absent(const struct mr_delete_logged_model_tag *request, mr_error *err)
{
	mr_buf buf;

	mr_buf_init(&buf, MR_ERROR_MESSAGE_MAX);
	mr_buf_c(&buf, "No tag with key ");
	mr_repr_text(&buf, request->tag_key);
	mr_buf_c(&buf, " found for model with ID ");
	mr_repr_text(&buf, request->model_id);
	mr_buf_char(&buf, '.');
	return mr_repr_error(err, MR_RESOURCE_DOES_NOT_EXIST, &buf);
}

static mr_code delete_logged_model_tag(void *self, const struct mr_delete_logged_model_tag *request,
				       struct mr_delete_logged_model_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_model m;
	mr_str folder;
	mr_code code = mr_rule_name(request->tag_key, MR_PLACE_NONE, "name", err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = mr_file_model_find(self, request->model_id, false, call, &m, err);
	folder = code == MR_OK ? mr_file_join(call, m.folder, "tags") : mr_str_from("");
	if (code == MR_OK && !mr_value_exists(self, folder, request->tag_key, call))
		code = tag_absent(request, err);
	if (code == MR_OK)
		mr_change_remove(&write.change, mr_file_join_str(call, folder, request->tag_key));
	return mr_file_write_end(&write, code, err);
}

static mr_code log_logged_model_params(void *self, const struct mr_log_logged_model_params_request *request,
				       struct mr_log_logged_model_params_request_response *response, mr_call *call,
				       mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_model m;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_model_find(self, request->model_id, false, call, &m, err);
	if (code == MR_OK)
		code = put_params(&write, m.folder, request->params, request->params_n, err);
	return mr_file_write_end(&write, code, err);
}

const struct mr_logged_models_ops mr_file_logged_models = {
	.size = sizeof mr_file_logged_models,
	.create_logged_model = create_logged_model,
	.finalize_logged_model = finalize_logged_model,
	.get_logged_model = get_logged_model,
	.delete_logged_model = delete_logged_model,
	.search_logged_models = mr_file_search_logged_models,
	.set_logged_model_tags = set_logged_model_tags,
	.delete_logged_model_tag = delete_logged_model_tag,
	.log_logged_model_params = log_logged_model_params,
	.log_model = mr_file_log_model,
};
