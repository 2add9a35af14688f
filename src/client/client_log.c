/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging to a run that is named, by the queue of a client.
 */
#include "base/error.h"
#include "base/inject.h"
#include "client/queue.h"
#include "client/session.h"

enum { ON_STACK = 16 };

static mr_code append(mr_client *client, mr_str run_id, struct mr_spool_record *records, size_t n,
		      struct mr_log_ticket *ticket, mr_error *err)
{
	mr_queue *queue;
	mr_code code;

	for (size_t i = 0; i < n; i++) {
		records[i].run_id = run_id;
		if (!run_id.len || (!records[i].key.len && records[i].kind != MR_SPOOL_STATUS))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "What is logged needs a run and a key");
	}
	code = mr_client_queue(client, &queue, err);
	return code == MR_OK ? mr_queue_append_all(queue, records, n, mr_client_patience(client), ticket, err) : code;
}

mr_code mr_client_log_metric(mr_client *client, const char *run_id, const char *key, double value, int64_t timestamp_ms,
			     int64_t step, mr_error *err)
{
	struct mr_spool_record record = {
		.kind = MR_SPOOL_METRIC, .key = mr_str_from(key), .number = value, .step = step, .time_ms = timestamp_ms};

	return append(client, mr_str_from(run_id), &record, 1, NULL, err);
}

mr_code mr_client_log_param(mr_client *client, const char *run_id, const char *key, const char *value, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_PARAM, .key = mr_str_from(key), .text = mr_str_from(value)};

	return append(client, mr_str_from(run_id), &record, 1, NULL, err);
}

mr_code mr_client_set_tag(mr_client *client, const char *run_id, const char *key, const char *value, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_TAG, .key = mr_str_from(key), .text = mr_str_from(value)};

	return append(client, mr_str_from(run_id), &record, 1, NULL, err);
}

static bool take_record(const struct mr_log_record *from, struct mr_spool_record *to)
{
	bool metric = from->kind == MR_LOGGED_METRIC;

	*to = (struct mr_spool_record){.kind = metric                            ? MR_SPOOL_METRIC
					       : from->kind == MR_LOGGED_PARAM ? MR_SPOOL_PARAM
									       : MR_SPOOL_TAG,
				       .key = from->key,
				       .text = metric ? mr_str_make(NULL, 0) : from->text,
				       .number = metric ? from->number : 0,
				       .step = metric ? from->step : 0,
				       .time_ms = metric ? from->timestamp_ms : 0};
	return from->kind >= MR_LOGGED_METRIC && from->kind <= MR_LOGGED_TAG;
}

mr_code mr_client_log(mr_client *client, mr_str run_id, const struct mr_log_record *records, size_t n,
		      struct mr_log_ticket *ticket, mr_error *err)
{
	struct mr_spool_record few[ON_STACK], *all = n > ON_STACK ? mr_malloc(n * sizeof *all) : few;
	mr_code code = all ? MR_OK : mr_error_no_memory(err);

	for (size_t i = 0; i < n && code == MR_OK; i++)
		if (!take_record(&records[i], &all[i]))
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no kind %d of what is logged", (int)records[i].kind);
	if (code == MR_OK)
		code = append(client, run_id, all, n, ticket, err);
	if (all != few)
		mr_free(all);
	return code;
}

mr_code mr_client_wait(mr_client *client, const struct mr_log_ticket *ticket, int64_t timeout_ms, mr_error *err)
{
	mr_queue *queue = mr_client_queue_if_any(client);

	if (!queue)
		return mr_error_set(err, MR_INVALID_STATE, "The queue that this was logged by is closed, or another process's");
	return mr_queue_wait(queue, ticket, timeout_ms > 0 ? timeout_ms : mr_session_flush_timeout(), err);
}

mr_code mr_client_end_run(mr_client *client, const char *run_id, int32_t status, int64_t end_time_ms, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_STATUS, .step = status, .time_ms = end_time_ms};

	return append(client, mr_str_from(run_id), &record, 1, NULL, err);
}

mr_code mr_client_flush(mr_client *client, int64_t timeout_ms, mr_error *err)
{
	mr_queue *queue = mr_client_queue_if_any(client);

	if (!queue)
		return MR_OK;
	return mr_queue_flush(queue, timeout_ms > 0 ? timeout_ms : mr_session_flush_timeout(), err);
}

mr_code mr_client_retire(mr_client *client, int64_t timeout_ms, mr_error *err)
{
	mr_queue *queue = mr_client_queue_if_any(client);
	mr_code code = mr_client_flush(client, timeout_ms, err);

	if (queue && code != MR_DEADLINE_EXCEEDED) /* its thread may be waiting for the network; the spool is the next process's */
		mr_queue_retire(queue);
	return code;
}

int64_t mr_flush_timeout(void)
{
	return mr_session_flush_timeout();
}
