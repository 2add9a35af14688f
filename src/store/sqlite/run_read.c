/* SPDX-License-Identifier: Apache-2.0
 *
 * A run as MLflow answers it: what it is, the latest metrics, params, tags,
 * data sets and models. Each part is one range of an index.
 */
#include "store/rules.h"
#include "store/sqlite/runs.h"

#include <math.h>

static const struct {
	const char *name;
	int32_t status;
} statuses[] = {
	{"FINISHED", MR_RUN_STATUS_FINISHED}, {"RUNNING", MR_RUN_STATUS_RUNNING}, {"FAILED", MR_RUN_STATUS_FAILED},
	{"KILLED", MR_RUN_STATUS_KILLED},     {"SCHEDULED", MR_RUN_STATUS_SCHEDULED},
};

int32_t mr_sqlite_run_status(mr_str text)
{
	size_t i;

	for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		if (mr_str_is(text, statuses[i].name))
			return statuses[i].status;
	return 0;
}

const char *mr_sqlite_run_status_name(int32_t status)
{
	size_t i;

	for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		if (status == statuses[i].status)
			return statuses[i].name;
	return NULL;
}

mr_code mr_sqlite_run_info(mr_stmt *stmt, mr_call *call, struct mr_run_info **out, mr_error *err)
{
	struct mr_run_info *info = MR_NEW(call, struct mr_run_info);
	mr_code code;

	*out = info;
	if (!info)
		return mr_error_no_memory(err);
	code = mr_column_text(stmt, 0, call, &info->run_id, &info->has,
			      MR_RUN_INFO_HAS_RUN_ID | MR_RUN_INFO_HAS_RUN_UUID, err);
	info->run_uuid = info->run_id;
	if (code == MR_OK)
		code = mr_column_text(stmt, 1, call, &info->run_name, &info->has, MR_RUN_INFO_HAS_RUN_NAME, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 2, call, &info->user_id, &info->has, MR_RUN_INFO_HAS_USER_ID, err);
	info->status = mr_sqlite_run_status(mr_stmt_text(stmt, 3));
	if (info->status)
		MR_SET(info, MR_RUN_INFO_HAS_STATUS);
	mr_column_int(stmt, 4, &info->start_time, &info->has, MR_RUN_INFO_HAS_START_TIME);
	if (mr_stmt_int(stmt, 5)) /* MLflow leaves an end at 0 out */
		mr_column_int(stmt, 5, &info->end_time, &info->has, MR_RUN_INFO_HAS_END_TIME);
	if (code == MR_OK)
		code = mr_column_text(stmt, 6, call, &info->lifecycle_stage, &info->has,
				      MR_RUN_INFO_HAS_LIFECYCLE_STAGE, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 7, call, &info->artifact_uri, &info->has, MR_RUN_INFO_HAS_ARTIFACT_URI, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 8, call, &info->experiment_id, &info->has, MR_RUN_INFO_HAS_EXPERIMENT_ID,
				      err);
	return code;
}

/* ---- data ---- */

static mr_query find_metrics =
	MR_QUERY("SELECT key, value, timestamp, step, is_nan FROM latest_metrics WHERE run_uuid = ?1 ORDER BY rowid");
static mr_query find_params = MR_QUERY("SELECT key, value FROM params WHERE run_uuid = ?1 ORDER BY rowid");
static mr_query find_tags = MR_QUERY("SELECT key, value FROM tags WHERE run_uuid = ?1 ORDER BY rowid");

/* Adds the current row to items. */
typedef mr_code read_row(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err);

static mr_code read_metric(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_metric *m = MR_NEW(call, struct mr_metric);
	mr_code code = mr_items_add(items, call, m, err);

	if (code != MR_OK)
		return code;
	m->value = mr_stmt_int(stmt, 4) ? (double)NAN : mr_stmt_double(stmt, 1);
	m->has = MR_METRIC_HAS_VALUE;
	mr_column_int(stmt, 2, &m->timestamp, &m->has, MR_METRIC_HAS_TIMESTAMP);
	mr_column_int(stmt, 3, &m->step, &m->has, MR_METRIC_HAS_STEP);
	return mr_column_text(stmt, 0, call, &m->key, &m->has, MR_METRIC_HAS_KEY, err);
}

static mr_code read_param(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_param *p = MR_NEW(call, struct mr_param);
	mr_code code = mr_items_add(items, call, p, err);

	if (code == MR_OK)
		code = mr_column_text(stmt, 0, call, &p->key, &p->has, MR_PARAM_HAS_KEY, err);
	return code == MR_OK ? mr_column_text(stmt, 1, call, &p->value, &p->has, MR_PARAM_HAS_VALUE, err) : code;
}

static mr_code read_tag(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_run_tag *t = MR_NEW(call, struct mr_run_tag);
	mr_code code = mr_items_add(items, call, t, err);

	if (code == MR_OK)
		code = mr_column_text(stmt, 0, call, &t->key, &t->has, MR_RUN_TAG_HAS_KEY, err);
	return code == MR_OK ? mr_column_text(stmt, 1, call, &t->value, &t->has, MR_RUN_TAG_HAS_VALUE, err) : code;
}

static mr_code read_rows(mr_conn *conn, mr_query *query, mr_str run_id, read_row *read, struct mr_items *items,
			 mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, run_id);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		code = read(stmt, call, items, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	return code;
}

static mr_code fill_data(mr_conn *conn, mr_str run_id, struct mr_run *run, mr_call *call, mr_error *err)
{
	struct mr_items metrics = {0}, params = {0}, tags = {0};
	struct mr_run_data *data = MR_NEW(call, struct mr_run_data);
	mr_code code = data ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK)
		code = read_rows(conn, &find_metrics, run_id, read_metric, &metrics, call, err);
	if (code == MR_OK)
		code = read_rows(conn, &find_params, run_id, read_param, &params, call, err);
	if (code == MR_OK)
		code = read_rows(conn, &find_tags, run_id, read_tag, &tags, call, err);
	if (code != MR_OK)
		return code;
	data->metrics = (struct mr_metric **)metrics.items;
	data->metrics_n = metrics.n;
	data->params = (struct mr_param **)params.items;
	data->params_n = params.n;
	data->tags = (struct mr_run_tag **)tags.items;
	data->tags_n = tags.n;
	MR_PUT(run, data, MR_RUN_HAS_DATA, data);
	return MR_OK;
}

/* Runs of before MLflow 1.30 have their name in the tag only. */
static void name_from_tag(struct mr_run *run)
{
	size_t i;

	if (run->info->run_name.len)
		return;
	for (i = 0; i < run->data->tags_n; i++)
		if (mr_str_is(run->data->tags[i]->key, MR_TAG_RUN_NAME)) {
			if (run->data->tags[i]->value.len)
				MR_PUT(run->info, run_name, MR_RUN_INFO_HAS_RUN_NAME, run->data->tags[i]->value);
			return;
		}
}

/* ---- inputs and outputs ---- */

static mr_query find_datasets = MR_QUERY(
	"SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, "
	"d.dataset_profile FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id "
	"WHERE i.destination_type = 'RUN' AND i.destination_id = ?1");
static mr_query find_input_tags = MR_QUERY("SELECT name, value FROM input_tags WHERE input_uuid = ?1");
/* By the primary key: source_type, source_id, destination_type, destination_id. */
static mr_query find_models_read = MR_QUERY("SELECT destination_id, step FROM inputs WHERE source_type = 'RUN_INPUT' AND "
					    "source_id = ?1 AND destination_type = 'MODEL_INPUT'");
static mr_query find_models_made = MR_QUERY("SELECT destination_id, step FROM inputs WHERE source_type = 'RUN_OUTPUT' "
					    "AND source_id = ?1 AND destination_type = 'MODEL_OUTPUT'");

static mr_code read_input_tag(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_input_tag *t = MR_NEW(call, struct mr_input_tag);
	mr_code code = mr_items_add(items, call, t, err);

	if (code == MR_OK)
		code = mr_column_text(stmt, 0, call, &t->key, &t->has, MR_INPUT_TAG_HAS_KEY, err);
	return code == MR_OK ? mr_column_text(stmt, 1, call, &t->value, &t->has, MR_INPUT_TAG_HAS_VALUE, err) : code;
}

static mr_code read_dataset(mr_stmt *stmt, mr_call *call, struct mr_dataset **out, mr_error *err)
{
	struct mr_dataset *d = MR_NEW(call, struct mr_dataset);
	mr_code code = d ? MR_OK : mr_error_no_memory(err);

	*out = d;
	if (code == MR_OK)
		code = mr_column_text(stmt, 1, call, &d->name, &d->has, MR_DATASET_HAS_NAME, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 2, call, &d->digest, &d->has, MR_DATASET_HAS_DIGEST, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 3, call, &d->source_type, &d->has, MR_DATASET_HAS_SOURCE_TYPE, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, 4, call, &d->source, &d->has, MR_DATASET_HAS_SOURCE, err);
	if (code == MR_OK && mr_stmt_text(stmt, 5).len)
		code = mr_column_text(stmt, 5, call, &d->schema, &d->has, MR_DATASET_HAS_SCHEMA, err);
	if (code == MR_OK && mr_stmt_text(stmt, 6).len)
		code = mr_column_text(stmt, 6, call, &d->profile, &d->has, MR_DATASET_HAS_PROFILE, err);
	return code;
}

static mr_code read_dataset_input(mr_conn *conn, mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_dataset_input *input = MR_NEW(call, struct mr_dataset_input);
	struct mr_items tags = {0};
	mr_code code = mr_items_add(items, call, input, err);

	if (code == MR_OK)
		code = read_dataset(stmt, call, &input->dataset, err);
	if (code == MR_OK)
		code = read_rows(conn, &find_input_tags, mr_stmt_text(stmt, 0), read_input_tag, &tags, call, err);
	if (code != MR_OK)
		return code;
	MR_SET(input, MR_DATASET_INPUT_HAS_DATASET);
	input->tags = (struct mr_input_tag **)tags.items;
	input->tags_n = tags.n;
	return MR_OK;
}

static mr_code read_dataset_inputs(mr_conn *conn, mr_str run_id, struct mr_items *items, mr_call *call, mr_error *err)
{
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &find_datasets, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, run_id);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		code = read_dataset_input(conn, stmt, call, items, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	return code;
}

static mr_code read_model_input(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_model_input *m = MR_NEW(call, struct mr_model_input);
	mr_code code = mr_items_add(items, call, m, err);

	return code == MR_OK ? mr_column_text(stmt, 0, call, &m->model_id, &m->has, MR_MODEL_INPUT_HAS_MODEL_ID, err)
			     : code;
}

static mr_code read_model_output(mr_stmt *stmt, mr_call *call, struct mr_items *items, mr_error *err)
{
	struct mr_model_output *m = MR_NEW(call, struct mr_model_output);
	mr_code code = mr_items_add(items, call, m, err);

	if (code != MR_OK)
		return code;
	mr_column_int(stmt, 1, &m->step, &m->has, MR_MODEL_OUTPUT_HAS_STEP);
	return mr_column_text(stmt, 0, call, &m->model_id, &m->has, MR_MODEL_OUTPUT_HAS_MODEL_ID, err);
}

static mr_code fill_inputs(mr_conn *conn, mr_str run_id, struct mr_run *run, bool model_inputs, mr_call *call,
			   mr_error *err)
{
	struct mr_items datasets = {0}, read = {0}, made = {0};
	struct mr_run_inputs *inputs = MR_NEW(call, struct mr_run_inputs);
	struct mr_run_outputs *outputs = MR_NEW(call, struct mr_run_outputs);
	mr_code code = inputs && outputs ? MR_OK : mr_error_no_memory(err);

	if (code == MR_OK)
		code = read_dataset_inputs(conn, run_id, &datasets, call, err);
	if (code == MR_OK && model_inputs)
		code = read_rows(conn, &find_models_read, run_id, read_model_input, &read, call, err);
	if (code == MR_OK)
		code = read_rows(conn, &find_models_made, run_id, read_model_output, &made, call, err);
	if (code != MR_OK)
		return code;
	inputs->dataset_inputs = (struct mr_dataset_input **)datasets.items;
	inputs->dataset_inputs_n = datasets.n;
	inputs->model_inputs = (struct mr_model_input **)read.items;
	inputs->model_inputs_n = read.n;
	outputs->model_outputs = (struct mr_model_output **)made.items;
	outputs->model_outputs_n = made.n;
	MR_PUT(run, inputs, MR_RUN_HAS_INPUTS, inputs);
	MR_PUT(run, outputs, MR_RUN_HAS_OUTPUTS, outputs);
	return MR_OK;
}

mr_code mr_sqlite_run_fill(mr_conn *conn, struct mr_run *run, bool model_inputs, mr_call *call, mr_error *err)
{
	mr_str run_id = run->info->run_id;
	mr_code code = fill_data(conn, run_id, run, call, err);

	if (code != MR_OK)
		return code;
	name_from_tag(run);
	return fill_inputs(conn, run_id, run, model_inputs, call, err);
}

mr_code mr_sqlite_run_read(mr_conn *conn, mr_str run_id, mr_call *call, struct mr_run_info **out, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT " MR_SQLITE_RUN_COLUMNS " FROM runs r WHERE r.run_uuid = ?1");
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, run_id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK)
		code = row ? mr_sqlite_run_info(stmt, call, out, err) : mr_sqlite_run_absent(run_id, err);
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_sqlite_get_run(void *self, const struct mr_get_run *request, struct mr_get_run_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_run *run = MR_NEW(call, struct mr_run);
	mr_conn *conn;
	mr_code code = run ? mr_db_read_begin(store->db, call, &conn, err) : mr_error_no_memory(err);

	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_read(conn, request->run_id, call, &run->info, err);
	if (code == MR_OK) {
		MR_SET(run, MR_RUN_HAS_INFO);
		code = mr_sqlite_run_fill(conn, run, true, call, err);
	}
	mr_db_read_end(conn);
	MR_PUT(response, run, MR_GET_RUN_RESPONSE_HAS_RUN, run);
	return code;
}
