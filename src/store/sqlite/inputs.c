/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs read and made: data sets, once an experiment by name and digest,
 * and edges from them and from logged models to runs (inputs).
 */
#include "store/rules.h"
#include "store/sqlite/runs.h"

/* ---- data sets ---- */

struct edge {
	mr_conn *conn;
	mr_str run_id;
	int64_t experiment_id;
};

static const struct mr_dataset *dataset_of(const struct mr_dataset_input *input)
{
	static const struct mr_dataset none;

	return input->dataset ? input->dataset : &none;
}

/* A text from the first column of a row, copied; ptr NULL when there is no row. Then done. */
static mr_code get_text(mr_stmt *stmt, mr_call *call, mr_str *out, mr_error *err)
{
	bool row;
	mr_code code = mr_stmt_step(stmt, &row, err);

	*out = mr_str_from(NULL);
	if (code == MR_OK && row)
		code = mr_stmt_copy(stmt, 0, call, out, err);
	mr_stmt_done(stmt);
	return code;
}

static mr_str new_id(mr_call *call)
{
	char *id = mr_call_alloc(call, 33);

	if (id)
		mr_call_uuid(call, id);
	return mr_str_make(id, id ? 32 : 0);
}

static mr_code insert_dataset(const struct edge *e, const struct mr_dataset *d, mr_str id, mr_error *err)
{
	static mr_query put = MR_QUERY(
		"INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, "
		"dataset_schema, dataset_profile) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(e->conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, id);
	mr_stmt_bind_int(stmt, 2, e->experiment_id);
	mr_stmt_bind_text(stmt, 3, d->name);
	mr_stmt_bind_text(stmt, 4, d->digest);
	mr_stmt_bind_text(stmt, 5, d->source_type);
	mr_stmt_bind_text(stmt, 6, d->source);
	mr_stmt_bind_text_if(stmt, 7, MR_HAS(d, MR_DATASET_HAS_SCHEMA), d->schema);
	mr_stmt_bind_text_if(stmt, 8, MR_HAS(d, MR_DATASET_HAS_PROFILE), d->profile);
	return mr_stmt_run(stmt, err);
}

/* The id of the data set in this experiment, new if need be. */
static mr_code dataset_id(const struct edge *e, const struct mr_dataset *d, mr_call *call, mr_str *id, mr_error *err)
{
	static mr_query find =
		MR_QUERY("SELECT dataset_uuid FROM datasets WHERE experiment_id = ?1 AND name = ?2 AND digest = ?3");
	mr_stmt *stmt;
	mr_code code = mr_conn_query(e->conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_int(stmt, 1, e->experiment_id);
	mr_stmt_bind_text(stmt, 2, d->name);
	mr_stmt_bind_text(stmt, 3, d->digest);
	code = get_text(stmt, call, id, err);
	if (code != MR_OK || id->ptr)
		return code;
	*id = new_id(call);
	return id->ptr ? insert_dataset(e, d, *id, err) : mr_error_no_memory(err);
}

static mr_code edge_exists(const struct edge *e, mr_str dataset, bool *exists, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM inputs WHERE source_type = 'DATASET' AND source_id = ?1 AND "
					"destination_type = 'RUN' AND destination_id = ?2");
	mr_stmt *stmt;
	int64_t one;
	mr_code code = mr_conn_query(e->conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, dataset);
	mr_stmt_bind_text(stmt, 2, e->run_id);
	return mr_stmt_get_int(stmt, &one, exists, err);
}

static mr_code insert_input(mr_conn *conn, mr_str id, const char *source_type, mr_str source, const char *target_type,
			    mr_str target, int64_t step, mr_error *err)
{
	static mr_query put = MR_QUERY(
		"INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (source_type, source_id, destination_type, destination_id) "
		"DO UPDATE SET input_uuid = excluded.input_uuid");
	mr_stmt *stmt;
	mr_code code = id.ptr ? mr_conn_query(conn, &put, &stmt, err) : mr_error_no_memory(err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, id);
	mr_stmt_bind_text(stmt, 2, mr_str_from(source_type));
	mr_stmt_bind_text(stmt, 3, source);
	mr_stmt_bind_text(stmt, 4, mr_str_from(target_type));
	mr_stmt_bind_text(stmt, 5, target);
	mr_stmt_bind_int(stmt, 6, step);
	return mr_stmt_run(stmt, err);
}

static mr_code insert_tags(const struct edge *e, mr_str id, const struct mr_dataset_input *input, mr_error *err)
{
	static mr_query put = MR_QUERY("INSERT INTO input_tags (input_uuid, name, value) VALUES (?1, ?2, ?3)");
	mr_stmt *stmt;
	size_t i;
	mr_code code = mr_conn_query(e->conn, &put, &stmt, err);

	for (i = 0; i < input->tags_n && code == MR_OK; i++) {
		mr_stmt_bind_text(stmt, 1, id);
		mr_stmt_bind_text(stmt, 2, input->tags[i]->key);
		mr_stmt_bind_text(stmt, 3, input->tags[i]->value);
		code = mr_stmt_run(stmt, err);
	}
	return code;
}

static mr_code put_dataset_input(const struct edge *e, const struct mr_dataset_input *input, mr_call *call, mr_error *err)
{
	mr_str dataset, id;
	bool exists = false;
	mr_code code = dataset_id(e, dataset_of(input), call, &dataset, err);

	if (code == MR_OK)
		code = edge_exists(e, dataset, &exists, err);
	if (code != MR_OK || exists)
		return code;
	id = new_id(call);
	code = insert_input(e->conn, id, "DATASET", dataset, "RUN", e->run_id, 0, err);
	return code == MR_OK ? insert_tags(e, id, input, err) : code;
}

/* Of several with one name and digest the first counts. */
static bool is_first(struct mr_dataset_input *const *inputs, size_t i)
{
	const struct mr_dataset *d = dataset_of(inputs[i]), *other;
	size_t j;

	for (j = 0; j < i; j++) {
		other = dataset_of(inputs[j]);
		if (mr_str_eq(d->name, other->name) && mr_str_eq(d->digest, other->digest))
			return false;
	}
	return true;
}

static mr_code check_unique_tags(const struct mr_log_inputs *request, mr_error *err)
{
	size_t i, j, k;

	for (i = 0; i < request->datasets_n; i++)
		for (j = 0; j < request->datasets[i]->tags_n; j++)
			for (k = 0; k < j; k++)
				if (mr_str_eq(request->datasets[i]->tags[j]->key, request->datasets[i]->tags[k]->key))
					return mr_error_set(err, MR_BAD_REQUEST,
							    "Tag '%.*s' of a data set is given twice. Give each key once.",
							    MR_STR_ARG(request->datasets[i]->tags[j]->key));
	return MR_OK;
}

static mr_code log_inputs(void *self, const struct mr_log_inputs *request, struct mr_log_inputs_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct edge e = {.run_id = request->run_id};
	size_t i;
	mr_code code = mr_rule_run_id(request->run_id, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_dataset_inputs(request->datasets, request->datasets_n, err);
	if (code == MR_OK)
		code = check_unique_tags(request, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &e.conn, err);
	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_active(e.conn, request->run_id, &e.experiment_id, err);
	for (i = 0; i < request->datasets_n && code == MR_OK; i++)
		if (is_first(request->datasets, i))
			code = put_dataset_input(&e, request->datasets[i], call, err);
	for (i = 0; i < request->models_n && code == MR_OK; i++)
		code = insert_input(e.conn, new_id(call), "RUN_INPUT", e.run_id, "MODEL_INPUT",
				    request->models[i]->model_id, 0, err);
	return mr_db_write_end(e.conn, code, err);
}

/* ---- models that a run made ---- */

static mr_code output_is_free(mr_conn *conn, const struct mr_log_outputs *request, size_t i, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM inputs WHERE source_type = 'RUN_OUTPUT' AND source_id = ?1 AND "
					"destination_type = 'MODEL_OUTPUT' AND destination_id = ?2");
	mr_str model_id = request->models[i]->model_id;
	mr_stmt *stmt;
	int64_t one;
	bool found;
	size_t j;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, request->run_id);
	mr_stmt_bind_text(stmt, 2, model_id);
	code = mr_stmt_get_int(stmt, &one, &found, err);
	for (j = 0; j < i; j++)
		found = found || mr_str_eq(request->models[j]->model_id, model_id);
	if (code == MR_OK && found)
		code = mr_error_set(err, MR_BAD_REQUEST, "Model '%.*s' was already logged as an output of run '%.*s'.",
				    MR_STR_ARG(model_id), MR_STR_ARG(request->run_id));
	return code;
}

static mr_code log_outputs(void *self, const struct mr_log_outputs *request, struct mr_log_outputs_response *response,
			   mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	int64_t experiment_id;
	mr_conn *conn;
	size_t i;
	mr_code code = mr_db_write_begin(store->db, call, &conn, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);
	for (i = 0; i < request->models_n && code == MR_OK; i++)
		code = output_is_free(conn, request, i, err);
	for (i = 0; i < request->models_n && code == MR_OK; i++)
		code = insert_input(conn, new_id(call), "RUN_OUTPUT", request->run_id, "MODEL_OUTPUT",
				    request->models[i]->model_id, request->models[i]->step, err);
	return mr_db_write_end(conn, code, err);
}

/* ---- the data sets of experiments ---- */

enum { SUMMARIES_MAX = 1000, SUMMARY_EXPERIMENTS_MAX = 20 };

static mr_code check_experiments(const struct mr_search_datasets *request, mr_error *err)
{
	if (request->experiment_ids_n == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "SearchDatasets request must specify at least one experiment_id.");
	if (request->experiment_ids_n > SUMMARY_EXPERIMENTS_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "SearchDatasets request cannot specify more than %d experiment_ids. Received %zu "
				    "experiment_ids.",
				    SUMMARY_EXPERIMENTS_MAX, request->experiment_ids_n);
	return MR_OK;
}

/* SELECT ... WHERE experiment_id IN (1, 2) */
static mr_code write_search(const struct mr_search_datasets *request, mr_buf *sql, mr_error *err)
{
	int64_t id;
	size_t i;
	mr_code code = MR_OK;

	mr_buf_c(sql, "SELECT DISTINCT d.experiment_id, d.name, d.digest, t.value FROM datasets d "
		      "JOIN inputs i ON i.source_type = 'DATASET' AND i.source_id = d.dataset_uuid "
		      "LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid AND t.name = '" MR_TAG_DATASET_CONTEXT "' "
		      "WHERE d.experiment_id IN (");
	for (i = 0; i < request->experiment_ids_n && code == MR_OK; i++) {
		code = mr_rule_experiment_id(request->experiment_ids[i], &id, err);
		mr_buf_printf(sql, "%s%lld", i ? ", " : "", (long long)id);
	}
	mr_buf_printf(sql, ") LIMIT %d", SUMMARIES_MAX);
	return code == MR_OK ? mr_buf_check(sql, err) : code;
}

static mr_code emit_summary(mr_stmt *stmt, mr_call *call, mr_error *err)
{
	struct mr_dataset_summary s = {.has = MR_DATASET_SUMMARY_HAS_EXPERIMENT_ID | MR_DATASET_SUMMARY_HAS_NAME |
					      MR_DATASET_SUMMARY_HAS_DIGEST,
				       .experiment_id = mr_stmt_text(stmt, 0),
				       .name = mr_stmt_text(stmt, 1),
				       .digest = mr_stmt_text(stmt, 2)};

	if (!mr_stmt_is_null(stmt, 3))
		MR_PUT(&s, context, MR_DATASET_SUMMARY_HAS_CONTEXT, mr_stmt_text(stmt, 3));
	return mr_call_emit(call, &s, err);
}

static mr_code search_datasets(void *self, const struct mr_search_datasets *request,
			       struct mr_search_datasets_response *response, mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	mr_conn *conn = NULL;
	mr_stmt *stmt = NULL;
	mr_buf sql;
	bool row;
	mr_code code = check_experiments(request, err);

	(void)response;
	mr_buf_init(&sql, 4096);
	if (code == MR_OK)
		code = write_search(request, &sql, err);
	if (code == MR_OK)
		code = mr_db_read_begin(store->db, call, &conn, err);
	if (code == MR_OK)
		code = mr_conn_prepare(conn, mr_buf_view(&sql), &stmt, err);
	while (code == MR_OK && (code = mr_stmt_step(stmt, &row, err)) == MR_OK && row)
		code = emit_summary(stmt, call, err);
	mr_stmt_done(stmt);
	mr_db_read_end(conn);
	mr_buf_dispose(&sql);
	return code;
}

const struct mr_inputs_ops mr_sqlite_inputs = {
	.size = sizeof mr_sqlite_inputs,
	.log_inputs = log_inputs,
	.log_outputs = log_outputs,
	.search_datasets = search_datasets,
};
