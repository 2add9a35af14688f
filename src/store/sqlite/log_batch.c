/* SPDX-License-Identifier: Apache-2.0
 *
 * A batch: metrics, params and tags of a run, all or none. MLflow stores them in
 * transactions of their own, so that a part may stay of a batch that failed; we
 * look at everything that can be refused before anything is changed
 * (tests/compat/deviations, failed-batch-stores-nothing).
 */
#include "search/repr.h"
#include "store/rules.h"
#include "store/sqlite/runs.h"

struct batch {
	mr_conn *conn;
	const struct mr_log_batch *request;
	int64_t experiment_id;
	bool *stored; /* of each param: it is there already */
	mr_buf differing;
};

static void add_differing(mr_buf *buf, mr_str key, mr_str old, mr_str value)
{
	mr_buf_c(buf, buf->len ? ", {'key': " : "{'key': ");
	mr_repr_text(buf, key);
	mr_buf_c(buf, ", 'old_value': ");
	mr_repr_text(buf, old);
	mr_buf_c(buf, ", 'new_value': ");
	mr_repr_text(buf, value);
	mr_buf_char(buf, '}');
}

static mr_code has_params(struct batch *b, bool *has, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT 1 FROM params WHERE run_uuid = ?1 LIMIT 1");
	mr_stmt *stmt;
	int64_t one;
	mr_code code = mr_conn_query(b->conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, b->request->run_id);
	return mr_stmt_get_int(stmt, &one, has, err);
}

static mr_code check_params(struct batch *b, mr_call *call, mr_error *err)
{
	const struct mr_log_batch *r = b->request;
	bool any = false;
	mr_str old;
	size_t i;
	mr_code code = r->params_n ? has_params(b, &any, err) : MR_OK;

	if (code != MR_OK || !r->params_n)
		return code;
	b->stored = mr_call_zalloc(call, r->params_n * sizeof *b->stored);
	if (!b->stored)
		return mr_error_no_memory(err);
	for (i = 0; any && i < r->params_n && code == MR_OK; i++) {
		code = mr_sqlite_param_find(b->conn, r->run_id, r->params[i]->key, call, &old, err);
		b->stored[i] = code == MR_OK && old.ptr;
		if (b->stored[i] && !mr_str_eq(old, r->params[i]->value))
			add_differing(&b->differing, r->params[i]->key, old, r->params[i]->value);
	}
	if (code == MR_OK && (b->differing.len || b->differing.failed))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Changing param values is not allowed. Params were already logged='[%.*s]' for run "
				    "ID='%.*s'.",
				    MR_STR_ARG(mr_buf_view(&b->differing)), MR_STR_ARG(r->run_id));
	return code;
}

static mr_code store_batch(struct batch *b, mr_call *call, mr_error *err)
{
	const struct mr_log_batch *r = b->request;
	mr_code code = MR_OK;
	size_t i;

	for (i = 0; i < r->params_n && code == MR_OK; i++)
		if (!b->stored[i])
			code = mr_sqlite_param_insert(b->conn, r->run_id, r->params[i]->key, r->params[i]->value, err);
	if (code == MR_OK)
		code = mr_sqlite_put_metrics(b->conn, r->run_id, r->metrics, r->metrics_n, call, err);
	if (code == MR_OK)
		code = mr_sqlite_put_model_metrics(b->conn, r->run_id, b->experiment_id, r->metrics, r->metrics_n, err);
	for (i = 0; i < r->tags_n && code == MR_OK; i++)
		code = mr_sqlite_set_run_tag(b->conn, r->run_id, r->tags[i]->key, r->tags[i]->value, err);
	return code;
}

mr_code mr_sqlite_log_batch(void *self, const struct mr_log_batch *request, struct mr_log_batch_response *response,
			    mr_call *call, mr_error *err)
{
	struct mr_sqlite_store *store = self;
	struct batch b = {.request = request};
	mr_code code = mr_rule_batch(request, err);

	(void)response;
	if (code == MR_OK)
		code = mr_db_write_begin(store->db, call, &b.conn, err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&b.differing, MR_ERROR_MESSAGE_MAX);
	code = mr_sqlite_run_active(b.conn, request->run_id, &b.experiment_id, err);
	if (code == MR_OK)
		code = check_params(&b, call, err);
	if (code == MR_OK)
		code = mr_sqlite_check_model_metrics(b.conn, request->run_id, request->metrics, request->metrics_n, err);
	if (code == MR_OK)
		code = store_batch(&b, call, err);
	mr_buf_dispose(&b.differing);
	return mr_db_write_end(b.conn, code, err);
}
