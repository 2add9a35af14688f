/* SPDX-License-Identifier: Apache-2.0
 *
 * Points of metrics: the history (metrics), the latest of each key
 * (latest_metrics), and those of logged models (logged_model_metrics).
 */
#include <float.h>
#include <math.h>

#include "base/map.h"
#include "store/rules.h"
#include "store/sqlite/metrics.h"

double mr_sqlite_metric_value(double value, bool *is_nan)
{
	*is_nan = isnan(value);
	if (*is_nan)
		return 0;
	if (isinf(value))
		return value > 0 ? DBL_MAX : -DBL_MAX;
	return value;
}

/* A point that is there already, to the value, is no error and not stored again. */
static mr_query put_point = MR_QUERY("INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) "
				     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");

/* The latest is the one with the greatest step, then time, then value. */
static mr_query put_latest = MR_QUERY(
	"INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
	"ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, "
	"step = excluded.step, is_nan = excluded.is_nan "
	"WHERE (excluded.step, excluded.timestamp, excluded.value) > (step, timestamp, value)");

static void bind_metric(mr_stmt *stmt, const struct mr_metric *m, mr_str run_id)
{
	bool is_nan;
	double value = mr_sqlite_metric_value(m->value, &is_nan);

	mr_stmt_bind_text(stmt, 1, m->key);
	mr_stmt_bind_double(stmt, 2, value);
	mr_stmt_bind_int(stmt, 3, m->timestamp);
	mr_stmt_bind_text(stmt, 4, run_id);
	mr_stmt_bind_int(stmt, 5, m->step);
	mr_stmt_bind_int(stmt, 6, is_nan);
}

static bool is_later(const struct mr_metric *a, const struct mr_metric *b)
{
	bool ignored;

	if (a->step != b->step)
		return a->step > b->step;
	if (a->timestamp != b->timestamp)
		return a->timestamp > b->timestamp;
	return mr_sqlite_metric_value(a->value, &ignored) > mr_sqlite_metric_value(b->value, &ignored);
}

static mr_code update_latest(mr_conn *conn, mr_str run_id, const struct mr_metric *m, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, &put_latest, &stmt, err);

	if (code != MR_OK)
		return code;
	bind_metric(stmt, m, run_id);
	return mr_stmt_run(stmt, err);
}

/* Of each key the latest of the batch is all that can become the latest of the run. */
static mr_code update_latest_of_each(mr_conn *conn, mr_str run_id, const mr_map *latest, mr_error *err)
{
	mr_code code = MR_OK;
	void *metric;
	mr_str key;
	size_t i;

	for (i = 0; code == MR_OK && mr_map_at(latest, i, &key, &metric); i++)
		code = update_latest(conn, run_id, metric, err);
	return code;
}

static mr_code put_one(mr_conn *conn, mr_str run_id, const struct mr_metric *m, bool *is_new, mr_error *err)
{
	mr_stmt *stmt;
	int64_t changed = 0;
	mr_code code = mr_conn_query(conn, &put_point, &stmt, err);

	if (code != MR_OK)
		return code;
	bind_metric(stmt, m, run_id);
	code = mr_stmt_change(stmt, conn, &changed, err);
	*is_new = changed > 0;
	return code;
}

mr_code mr_sqlite_put_metrics(mr_conn *conn, mr_str run_id, struct mr_metric *const *metrics, size_t n, mr_call *call,
			      mr_error *err)
{
	mr_map *latest = n > 1 ? mr_map_new(call->arena, n < 64 ? n : 64) : NULL;
	mr_code code = n > 1 && !latest ? mr_error_no_memory(err) : MR_OK;
	bool is_new;
	size_t i;

	for (i = 0; i < n && code == MR_OK; i++) {
		const struct mr_metric *known = latest ? mr_map_get(latest, metrics[i]->key) : NULL;

		code = put_one(conn, run_id, metrics[i], &is_new, err);
		if (code != MR_OK || !is_new)
			continue;
		if (!latest)
			code = update_latest(conn, run_id, metrics[i], err);
		else if ((!known || is_later(metrics[i], known)) &&
			 !mr_map_set(latest, metrics[i]->key, metrics[i], NULL))
			code = mr_error_no_memory(err);
	}
	return code == MR_OK && latest ? update_latest_of_each(conn, run_id, latest, err) : code;
}

/* ---- metrics of logged models ---- */

static bool is_of_model(const struct mr_metric *m)
{
	return m->model_id.len > 0;
}

static mr_code model_exists(mr_conn *conn, mr_str model_id, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM logged_models WHERE model_id = ?1");
	mr_stmt *stmt;
	int64_t one;
	bool found;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, model_id);
	code = mr_stmt_get_int(stmt, &one, &found, err);
	if (code == MR_OK && !found)
		code = mr_error_set(err, MR_BAD_REQUEST, "Logged model with ID '%.*s' not found.", MR_STR_ARG(model_id));
	return code;
}

/* What is stored of a point of a model: whether there is such a point, and whether it is this one. */
static mr_code model_point_is_free(mr_conn *conn, mr_str run_id, const struct mr_metric *m, bool *same, mr_error *err)
{
	static mr_query find = MR_QUERY(
		"SELECT metric_value IS ?6 AND dataset_name IS ?7 AND dataset_digest IS ?8 FROM logged_model_metrics "
		"WHERE model_id = ?1 AND metric_name = ?2 AND metric_timestamp_ms = ?3 AND metric_step = ?4 AND run_id = ?5");
	mr_stmt *stmt;
	int64_t equal;
	bool found, is_nan;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	*same = false;
	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, m->model_id);
	mr_stmt_bind_text(stmt, 2, m->key);
	mr_stmt_bind_int(stmt, 3, m->timestamp);
	mr_stmt_bind_int(stmt, 4, m->step);
	mr_stmt_bind_text(stmt, 5, run_id);
	mr_stmt_bind_double(stmt, 6, mr_sqlite_metric_value(m->value, &is_nan));
	mr_stmt_bind_text_if(stmt, 7, m->dataset_name.len > 0, m->dataset_name);
	mr_stmt_bind_text_if(stmt, 8, m->dataset_digest.len > 0, m->dataset_digest);
	code = mr_stmt_get_int(stmt, &equal, &found, err);
	*same = found && equal;
	if (code == MR_OK && found && !equal)
		code = mr_error_set(err, MR_BAD_REQUEST,
				    "Metric '%.*s' of model '%.*s' was already logged by this run with another value for "
				    "timestamp %lld and step %lld.",
				    MR_STR_ARG(m->key), MR_STR_ARG(m->model_id), (long long)m->timestamp,
				    (long long)m->step);
	return code;
}

static bool same_point(const struct mr_metric *a, const struct mr_metric *b)
{
	return is_of_model(a) && is_of_model(b) && a->timestamp == b->timestamp && a->step == b->step &&
	       mr_str_eq(a->key, b->key) && mr_str_eq(a->model_id, b->model_id);
}

static bool same_value(const struct mr_metric *a, const struct mr_metric *b)
{
	return (a->value == b->value || (isnan(a->value) && isnan(b->value))) &&
	       mr_str_eq(a->dataset_name, b->dataset_name) && mr_str_eq(a->dataset_digest, b->dataset_digest);
}

static mr_code check_within(struct mr_metric *const *metrics, size_t i, mr_error *err)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (same_point(metrics[i], metrics[j]) && !same_value(metrics[i], metrics[j]))
			return mr_error_set(err, MR_BAD_REQUEST,
					    "Metric '%.*s' of model '%.*s' has two values for timestamp %lld and step %lld.",
					    MR_STR_ARG(metrics[i]->key), MR_STR_ARG(metrics[i]->model_id),
					    (long long)metrics[i]->timestamp, (long long)metrics[i]->step);
	return MR_OK;
}

mr_code mr_sqlite_check_model_metrics(mr_conn *conn, mr_str run_id, struct mr_metric *const *metrics, size_t n,
				      mr_error *err)
{
	mr_code code = MR_OK;
	bool same;
	size_t i;

	for (i = 0; i < n && code == MR_OK; i++) {
		const struct mr_metric *m = metrics[i];

		if ((m->dataset_name.len == 0) != (m->dataset_digest.len == 0))
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Both dataset_name and dataset_digest must be provided if one is provided");
		if (code != MR_OK || !is_of_model(m))
			continue;
		code = model_exists(conn, m->model_id, err);
		if (code == MR_OK)
			code = model_point_is_free(conn, run_id, m, &same, err);
		if (code == MR_OK)
			code = check_within(metrics, i, err);
	}
	return code;
}

static mr_code put_model_point(mr_conn *conn, mr_str run_id, int64_t experiment_id, const struct mr_metric *m,
			       mr_error *err)
{
	static mr_query put = MR_QUERY(
		"INSERT INTO logged_model_metrics (model_id, metric_name, metric_timestamp_ms, metric_step, metric_value, "
		"experiment_id, run_id, dataset_uuid, dataset_name, dataset_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
		"NULL, ?8, ?9) ON CONFLICT DO NOTHING");
	mr_stmt *stmt;
	bool is_nan;
	mr_code code = mr_conn_query(conn, &put, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, m->model_id);
	mr_stmt_bind_text(stmt, 2, m->key);
	mr_stmt_bind_int(stmt, 3, m->timestamp);
	mr_stmt_bind_int(stmt, 4, m->step);
	mr_stmt_bind_double(stmt, 5, mr_sqlite_metric_value(m->value, &is_nan));
	mr_stmt_bind_int(stmt, 6, experiment_id);
	mr_stmt_bind_text(stmt, 7, run_id);
	mr_stmt_bind_text_if(stmt, 8, m->dataset_name.len > 0, m->dataset_name);
	mr_stmt_bind_text_if(stmt, 9, m->dataset_digest.len > 0, m->dataset_digest);
	return mr_stmt_run(stmt, err);
}

mr_code mr_sqlite_put_model_metrics(mr_conn *conn, mr_str run_id, int64_t experiment_id,
				    struct mr_metric *const *metrics, size_t n, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	for (i = 0; i < n && code == MR_OK; i++)
		if (is_of_model(metrics[i]))
			code = put_model_point(conn, run_id, experiment_id, metrics[i], err);
	return code;
}

/* ---- the operation ---- */

static mr_code log_to_run(mr_conn *conn, const struct mr_log_metric *request, struct mr_metric *metric, mr_call *call,
			  mr_error *err)
{
	int64_t experiment_id;
	mr_code code = mr_sqlite_run_active(conn, request->run_id, &experiment_id, err);

	if (code == MR_OK && is_of_model(metric)) /* MLflow looks at the run before the metric here */
		code = mr_rule_metric(metric->key, metric->value, metric->timestamp, MR_PLACE_NONE, err);
	if (code == MR_OK && is_of_model(metric))
		code = mr_sqlite_check_model_metrics(conn, request->run_id, &metric, 1, err);
	if (code == MR_OK)
		code = mr_sqlite_put_metrics(conn, request->run_id, &metric, 1, call, err);
	if (code == MR_OK && is_of_model(metric))
		code = mr_sqlite_put_model_metrics(conn, request->run_id, experiment_id, &metric, 1, err);
	return code;
}

mr_code mr_sqlite_log_metric(void *self, const struct mr_log_metric *request, struct mr_log_metric_response *response,
			     mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct mr_metric metric = {.key = request->key,
				   .value = request->value,
				   .timestamp = request->timestamp,
				   .step = request->step,
				   .model_id = request->model_id,
				   .dataset_name = request->dataset_name,
				   .dataset_digest = request->dataset_digest};
	mr_conn *conn;
	mr_code code = MR_OK;

	(void)response;
	if ((metric.dataset_name.len == 0) != (metric.dataset_digest.len == 0))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Both dataset_name and dataset_digest must be provided if one is provided");
	if (!is_of_model(&metric))
		code = mr_rule_metric(metric.key, metric.value, metric.timestamp, MR_PLACE_NONE, err);
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &conn, err);
	if (code != MR_OK)
		return code;
	code = log_to_run(conn, request, &metric, call, err);
	return mr_db_write_end(conn, code, err);
}
