/* SPDX-License-Identifier: Apache-2.0
 *
 * A run as MLflow answers it: what it is, the latest metrics, params, tags,
 * data sets and models.
 */
#include "store/file/runs.h"
#include "store/rules.h"

static mr_code read_metrics(const struct mr_file_store *store, mr_str run, struct mr_run_data *data, mr_str run_id,
			    mr_call *call, mr_error *err)
{
	mr_str folder = mr_file_join(call, run, "metrics");
	struct mr_file_point p;
	struct mr_value *keys;
	struct mr_list metrics = {0};
	size_t n;
	bool found;
	mr_code code = mr_values_list(store, folder, call, &keys, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_metric *m = MR_NEW(call, struct mr_metric);

		code = mr_file_points_latest(store, folder, keys[i].key, call, &p, &found, err);
		if (code != MR_OK || !found)
			continue;
		code = mr_list_add(&metrics, call, m, err);
		if (code != MR_OK)
			break;
		MR_PUT(m, key, MR_METRIC_HAS_KEY, keys[i].key);
		MR_PUT(m, value, MR_METRIC_HAS_VALUE, p.value);
		MR_PUT(m, timestamp, MR_METRIC_HAS_TIMESTAMP, p.timestamp);
		MR_PUT(m, step, MR_METRIC_HAS_STEP, p.step);
		MR_PUT(m, run_id, MR_METRIC_HAS_RUN_ID, run_id);
		MR_PUT_TEXT(m, dataset_name, MR_METRIC_HAS_DATASET_NAME, p.dataset_name);
		MR_PUT_TEXT(m, dataset_digest, MR_METRIC_HAS_DATASET_DIGEST, p.dataset_digest);
	}
	data->metrics = (struct mr_metric **)metrics.items;
	data->metrics_n = metrics.n;
	return code;
}

static mr_code read_params(const struct mr_file_store *store, mr_str run, struct mr_run_data *data, mr_call *call,
			   mr_error *err)
{
	struct mr_value *values;
	struct mr_list params = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, run, "params"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_param *p = MR_NEW(call, struct mr_param);

		code = mr_list_add(&params, call, p, err);
		if (code != MR_OK)
			break;
		MR_PUT(p, key, MR_PARAM_HAS_KEY, values[i].key);
		MR_PUT(p, value, MR_PARAM_HAS_VALUE, values[i].value);
	}
	data->params = (struct mr_param **)params.items;
	data->params_n = params.n;
	return code;
}

static mr_code read_tags(const struct mr_file_store *store, mr_str run, struct mr_run_data *data, mr_call *call,
			 mr_error *err)
{
	struct mr_value *values;
	struct mr_list tags = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, run, "tags"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_run_tag *t = MR_NEW(call, struct mr_run_tag);

		code = mr_list_add(&tags, call, t, err);
		if (code != MR_OK)
			break;
		MR_PUT(t, key, MR_RUN_TAG_HAS_KEY, values[i].key);
		MR_PUT(t, value, MR_RUN_TAG_HAS_VALUE, values[i].value);
	}
	data->tags = (struct mr_run_tag **)tags.items;
	data->tags_n = tags.n;
	return code;
}

/* Runs of before MLflow 1.30 have their name in the tag only. */
static void name_from_tag(struct mr_run *run)
{
	if (run->info->run_name.len)
		return;
	for (size_t i = 0; i < run->data->tags_n; i++)
		if (mr_str_is(run->data->tags[i]->key, MR_TAG_RUN_NAME) && run->data->tags[i]->value.len)
			MR_PUT(run->info, run_name, MR_RUN_INFO_HAS_RUN_NAME, run->data->tags[i]->value);
}

mr_code mr_file_run_fill(const struct mr_file_store *store, mr_str experiment, mr_str folder, struct mr_run *run,
			 mr_call *call, mr_error *err)
{
	struct mr_run_data *data = MR_NEW(call, struct mr_run_data);
	mr_code code = data ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK)
		code = read_metrics(store, folder, data, run->info->run_id, call, err);
	if (code == MR_OK)
		code = read_params(store, folder, data, call, err);
	if (code == MR_OK)
		code = read_tags(store, folder, data, call, err);
	if (code != MR_OK)
		return code;
	MR_PUT(run, data, MR_RUN_HAS_DATA, data);
	name_from_tag(run);
	return mr_file_run_inputs(store, experiment, folder, run, call, err);
}

static mr_code read_run(struct mr_file_store *store, mr_str run_id, struct mr_run *run, mr_call *call, mr_error *err)
{
	struct mr_file_run found;
	mr_code code = mr_file_run_find(store, run_id, call, &found, err);

	if (code == MR_OK)
		code = mr_file_run_info(found.meta, call, &run->info, err);
	if (code != MR_OK)
		return code;
	MR_SET(run, MR_RUN_HAS_INFO);
	return mr_file_run_fill(store, found.experiment, found.folder, run, call, err);
}

mr_code mr_file_get_run(void *self, const struct mr_get_run *request, struct mr_get_run_response *response, mr_call *call,
			mr_error *err)
{
	struct mr_run *run = MR_NEW(call, struct mr_run);
	struct mr_file_hold hold;
	mr_code code = run ? mr_file_read_begin(self, call, &hold, err) : mr_error_no_memory(err);

	if (code != MR_OK)
		return code;
	MR_PUT(response, run, MR_GET_RUN_RESPONSE_HAS_RUN, run);
	return mr_file_read_end(self, &hold, read_run(self, request->run_id, run, call, err));
}
