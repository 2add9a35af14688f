/* SPDX-License-Identifier: Apache-2.0
 *
 * A run as MLflow answers it: what it is, the latest metrics, params, tags,
 * data sets and models. One statement reads it all, a range of an index for each
 * part; its rows say in their first column what they are.
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

mr_code mr_sqlite_run_info(mr_stmt *stmt, int first, mr_call *call, struct mr_run_info **out, mr_error *err)
{
	struct mr_run_info *info = MR_NEW(call, struct mr_run_info);
	mr_code code;

	*out = info;
	if (!info)
		return mr_error_no_memory(err);
	code = mr_column_text(stmt, first, call, &info->run_id, &info->has,
			      MR_RUN_INFO_HAS_RUN_ID | MR_RUN_INFO_HAS_RUN_UUID, err);
	info->run_uuid = info->run_id;
	if (code == MR_OK)
		code = mr_column_text(stmt, first + 1, call, &info->run_name, &info->has, MR_RUN_INFO_HAS_RUN_NAME, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, first + 2, call, &info->user_id, &info->has, MR_RUN_INFO_HAS_USER_ID, err);
	info->status = mr_sqlite_run_status(mr_stmt_text(stmt, first + 3));
	if (info->status)
		MR_SET(info, MR_RUN_INFO_HAS_STATUS);
	mr_column_int(stmt, first + 4, &info->start_time, &info->has, MR_RUN_INFO_HAS_START_TIME);
	if (mr_stmt_int(stmt, first + 5)) /* MLflow leaves an end at 0 out */
		mr_column_int(stmt, first + 5, &info->end_time, &info->has, MR_RUN_INFO_HAS_END_TIME);
	if (code == MR_OK)
		code = mr_column_text(stmt, first + 6, call, &info->lifecycle_stage, &info->has,
				      MR_RUN_INFO_HAS_LIFECYCLE_STAGE, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, first + 7, call, &info->artifact_uri, &info->has, MR_RUN_INFO_HAS_ARTIFACT_URI, err);
	if (code == MR_OK)
		code = mr_column_text(stmt, first + 8, call, &info->experiment_id, &info->has, MR_RUN_INFO_HAS_EXPERIMENT_ID,
				      err);
	return code;
}

/* ---- the statement ---- */

enum part { RUN, METRIC, PARAM, TAG, DATASET, MODEL_READ, MODEL_MADE };

/* Every part has as many columns as the longest, RUN. */
#define PARTS                                                                                            \
	" UNION ALL SELECT 1, key, value, timestamp, step, is_nan, NULL, NULL, NULL, NULL "                     \
	"FROM latest_metrics WHERE run_uuid = ?1"                                                               \
	" UNION ALL SELECT 2, key, value, NULL, NULL, NULL, NULL, NULL, NULL, NULL "                            \
	"FROM params WHERE run_uuid = ?1"                                                                       \
	" UNION ALL SELECT 3, key, value, NULL, NULL, NULL, NULL, NULL, NULL, NULL "                            \
	"FROM tags WHERE run_uuid = ?1"                                                                         \
	" UNION ALL SELECT 4, i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, "        \
	"d.dataset_schema, d.dataset_profile, NULL, NULL FROM inputs i "                                        \
	"CROSS JOIN datasets d ON d.dataset_uuid = i.source_id "                                                \
	"WHERE i.destination_type = 'RUN' AND i.destination_id = ?1"                                            \
	" UNION ALL SELECT 6, destination_id, step, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM inputs "      \
	"WHERE source_type = 'RUN_OUTPUT' AND source_id = ?1 AND destination_type = 'MODEL_OUTPUT'"

/* By its id; and by its number in the table, as a search finds it, which leaves out the models that it read, as MLflow does. */
static mr_query find_run = MR_QUERY("SELECT 0, " MR_SQLITE_RUN_COLUMNS " FROM runs r WHERE r.run_uuid = ?1" PARTS
				    " UNION ALL SELECT 5, destination_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL "
				    "FROM inputs WHERE source_type = 'RUN_INPUT' AND source_id = ?1 AND "
				    "destination_type = 'MODEL_INPUT'");
static mr_query find_row = MR_QUERY("SELECT 0, " MR_SQLITE_RUN_COLUMNS " FROM runs r WHERE r.rowid = ?2" PARTS);

static mr_query find_input_tags = MR_QUERY("SELECT name, value FROM input_tags WHERE input_uuid = ?1");

/* ---- its parts ---- */

struct reader {
	mr_conn *conn;
	mr_call *call;
	mr_stmt *stmt;
	struct mr_run *run;
	struct mr_items parts[MODEL_MADE + 1];
};

static mr_code read_metric(struct reader *r, mr_error *err)
{
	struct mr_metric *m = MR_NEW(r->call, struct mr_metric);
	mr_code code = mr_items_add(&r->parts[METRIC], r->call, m, err);

	if (code != MR_OK)
		return code;
	m->value = mr_stmt_int(r->stmt, 5) ? (double)NAN : mr_stmt_double(r->stmt, 2);
	m->has = MR_METRIC_HAS_VALUE;
	mr_column_int(r->stmt, 3, &m->timestamp, &m->has, MR_METRIC_HAS_TIMESTAMP);
	mr_column_int(r->stmt, 4, &m->step, &m->has, MR_METRIC_HAS_STEP);
	return mr_column_text(r->stmt, 1, r->call, &m->key, &m->has, MR_METRIC_HAS_KEY, err);
}

static mr_code read_param(struct reader *r, mr_error *err)
{
	struct mr_param *p = MR_NEW(r->call, struct mr_param);
	mr_code code = mr_items_add(&r->parts[PARAM], r->call, p, err);

	if (code == MR_OK)
		code = mr_column_text(r->stmt, 1, r->call, &p->key, &p->has, MR_PARAM_HAS_KEY, err);
	return code == MR_OK ? mr_column_text(r->stmt, 2, r->call, &p->value, &p->has, MR_PARAM_HAS_VALUE, err) : code;
}

static mr_code read_tag(struct reader *r, mr_error *err)
{
	struct mr_run_tag *t = MR_NEW(r->call, struct mr_run_tag);
	mr_code code = mr_items_add(&r->parts[TAG], r->call, t, err);

	if (code == MR_OK)
		code = mr_column_text(r->stmt, 1, r->call, &t->key, &t->has, MR_RUN_TAG_HAS_KEY, err);
	return code == MR_OK ? mr_column_text(r->stmt, 2, r->call, &t->value, &t->has, MR_RUN_TAG_HAS_VALUE, err) : code;
}

static mr_code read_dataset(struct reader *r, struct mr_dataset **out, mr_error *err)
{
	struct mr_dataset *d = MR_NEW(r->call, struct mr_dataset);
	mr_code code = d ? MR_OK : mr_error_no_memory(err);

	*out = d;
	if (code == MR_OK)
		code = mr_column_text(r->stmt, 2, r->call, &d->name, &d->has, MR_DATASET_HAS_NAME, err);
	if (code == MR_OK)
		code = mr_column_text(r->stmt, 3, r->call, &d->digest, &d->has, MR_DATASET_HAS_DIGEST, err);
	if (code == MR_OK)
		code = mr_column_text(r->stmt, 4, r->call, &d->source_type, &d->has, MR_DATASET_HAS_SOURCE_TYPE, err);
	if (code == MR_OK)
		code = mr_column_text(r->stmt, 5, r->call, &d->source, &d->has, MR_DATASET_HAS_SOURCE, err);
	if (code == MR_OK && mr_stmt_text(r->stmt, 6).len)
		code = mr_column_text(r->stmt, 6, r->call, &d->schema, &d->has, MR_DATASET_HAS_SCHEMA, err);
	if (code == MR_OK && mr_stmt_text(r->stmt, 7).len)
		code = mr_column_text(r->stmt, 7, r->call, &d->profile, &d->has, MR_DATASET_HAS_PROFILE, err);
	return code;
}

static mr_code read_input_tags(struct reader *r, mr_str input, struct mr_items *tags, mr_error *err)
{
	struct mr_input_tag *t;
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(r->conn, &find_input_tags, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, input);
	while ((code = mr_stmt_step(stmt, &row, err)) == MR_OK && row) {
		t = MR_NEW(r->call, struct mr_input_tag);
		code = mr_items_add(tags, r->call, t, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 0, r->call, &t->key, &t->has, MR_INPUT_TAG_HAS_KEY, err);
		if (code == MR_OK)
			code = mr_column_text(stmt, 1, r->call, &t->value, &t->has, MR_INPUT_TAG_HAS_VALUE, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(stmt);
	return code;
}

static mr_code read_dataset_input(struct reader *r, mr_error *err)
{
	struct mr_dataset_input *input = MR_NEW(r->call, struct mr_dataset_input);
	struct mr_items tags = {0};
	mr_code code = mr_items_add(&r->parts[DATASET], r->call, input, err);

	if (code == MR_OK)
		code = read_dataset(r, &input->dataset, err);
	if (code == MR_OK)
		code = read_input_tags(r, mr_stmt_text(r->stmt, 1), &tags, err);
	if (code != MR_OK)
		return code;
	MR_SET(input, MR_DATASET_INPUT_HAS_DATASET);
	input->tags = (struct mr_input_tag **)tags.items;
	input->tags_n = tags.n;
	return MR_OK;
}

static mr_code read_model_read(struct reader *r, mr_error *err)
{
	struct mr_model_input *m = MR_NEW(r->call, struct mr_model_input);
	mr_code code = mr_items_add(&r->parts[MODEL_READ], r->call, m, err);

	return code == MR_OK ? mr_column_text(r->stmt, 1, r->call, &m->model_id, &m->has, MR_MODEL_INPUT_HAS_MODEL_ID, err)
			     : code;
}

static mr_code read_model_made(struct reader *r, mr_error *err)
{
	struct mr_model_output *m = MR_NEW(r->call, struct mr_model_output);
	mr_code code = mr_items_add(&r->parts[MODEL_MADE], r->call, m, err);

	if (code != MR_OK)
		return code;
	mr_column_int(r->stmt, 2, &m->step, &m->has, MR_MODEL_OUTPUT_HAS_STEP);
	return mr_column_text(r->stmt, 1, r->call, &m->model_id, &m->has, MR_MODEL_OUTPUT_HAS_MODEL_ID, err);
}

static mr_code read_part(struct reader *r, mr_error *err)
{
	switch (mr_stmt_int(r->stmt, 0)) {
	case RUN:
		MR_SET(r->run, MR_RUN_HAS_INFO);
		return mr_sqlite_run_info(r->stmt, 1, r->call, &r->run->info, err);
	case METRIC:
		return read_metric(r, err);
	case PARAM:
		return read_param(r, err);
	case TAG:
		return read_tag(r, err);
	case DATASET:
		return read_dataset_input(r, err);
	case MODEL_READ:
		return read_model_read(r, err);
	default:
		return read_model_made(r, err);
	}
}

/* ---- putting them together ---- */

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

static mr_code put_together(struct reader *r, mr_error *err)
{
	struct mr_run_data *data = MR_NEW(r->call, struct mr_run_data);
	struct mr_run_inputs *inputs = MR_NEW(r->call, struct mr_run_inputs);
	struct mr_run_outputs *outputs = MR_NEW(r->call, struct mr_run_outputs);

	if (!data || !inputs || !outputs)
		return mr_error_no_memory(err);
	data->metrics = (struct mr_metric **)r->parts[METRIC].items;
	data->metrics_n = r->parts[METRIC].n;
	data->params = (struct mr_param **)r->parts[PARAM].items;
	data->params_n = r->parts[PARAM].n;
	data->tags = (struct mr_run_tag **)r->parts[TAG].items;
	data->tags_n = r->parts[TAG].n;
	inputs->dataset_inputs = (struct mr_dataset_input **)r->parts[DATASET].items;
	inputs->dataset_inputs_n = r->parts[DATASET].n;
	inputs->model_inputs = (struct mr_model_input **)r->parts[MODEL_READ].items;
	inputs->model_inputs_n = r->parts[MODEL_READ].n;
	outputs->model_outputs = (struct mr_model_output **)r->parts[MODEL_MADE].items;
	outputs->model_outputs_n = r->parts[MODEL_MADE].n;
	MR_PUT(r->run, data, MR_RUN_HAS_DATA, data);
	MR_PUT(r->run, inputs, MR_RUN_HAS_INPUTS, inputs);
	MR_PUT(r->run, outputs, MR_RUN_HAS_OUTPUTS, outputs);
	name_from_tag(r->run);
	return MR_OK;
}

static mr_code read_run(mr_conn *conn, mr_query *query, mr_str run_id, int64_t rowid, mr_call *call, struct mr_run **out,
			mr_error *err)
{
	struct reader r = {.conn = conn, .call = call, .run = MR_NEW(call, struct mr_run)};
	bool row;
	mr_code code = r.run ? mr_conn_query(conn, query, &r.stmt, err) : mr_error_no_memory(err);

	*out = r.run;
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(r.stmt, 1, run_id);
	mr_stmt_bind_int(r.stmt, 2, rowid);
	while ((code = mr_stmt_step(r.stmt, &row, err)) == MR_OK && row) {
		code = read_part(&r, err);
		if (code != MR_OK)
			break;
	}
	mr_stmt_done(r.stmt);
	if (code == MR_OK && !r.run->info)
		return mr_sqlite_run_absent(run_id, err);
	return code == MR_OK ? put_together(&r, err) : code;
}

mr_code mr_sqlite_run_at(mr_conn *conn, int64_t rowid, mr_str run_id, mr_call *call, struct mr_run **out, mr_error *err)
{
	return read_run(conn, &find_row, run_id, rowid, call, out, err);
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
		code = row ? mr_sqlite_run_info(stmt, 0, call, out, err) : mr_sqlite_run_absent(run_id, err);
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_sqlite_get_run(void *self, const struct mr_get_run *request, struct mr_get_run_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn;
	mr_code code = mr_db_read_begin(store->db, call, &conn, err);

	if (code != MR_OK)
		return code;
	code = read_run(conn, &find_run, request->run_id, 0, call, &response->run, err);
	mr_db_read_end(conn);
	MR_SET(response, MR_GET_RUN_RESPONSE_HAS_RUN);
	return code;
}
