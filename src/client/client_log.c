/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging to a run that is named, by the queue of a client.
 */
#include "base/error.h"
#include "client/queue.h"
#include "client/session.h"

static mr_code append(mr_client *client, const char *run_id, struct mr_spool_record *record, mr_error *err)
{
	mr_queue *queue;
	mr_code code = MR_OK;

	record->run_id = mr_str_from(run_id);
	if (!record->run_id.len || (!record->key.len && record->kind != MR_SPOOL_STATUS))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "What is logged needs a run and a key");
	if (code == MR_OK)
		code = mr_client_queue(client, &queue, err);
	return code == MR_OK ? mr_queue_append(queue, record, mr_client_patience(client), err) : code;
}

mr_code mr_client_log_metric(mr_client *client, const char *run_id, const char *key, double value, int64_t timestamp_ms,
			     int64_t step, mr_error *err)
{
	struct mr_spool_record record = {
		.kind = MR_SPOOL_METRIC, .key = mr_str_from(key), .number = value, .step = step, .time_ms = timestamp_ms};

	return append(client, run_id, &record, err);
}

mr_code mr_client_log_param(mr_client *client, const char *run_id, const char *key, const char *value, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_PARAM, .key = mr_str_from(key), .text = mr_str_from(value)};

	return append(client, run_id, &record, err);
}

mr_code mr_client_set_tag(mr_client *client, const char *run_id, const char *key, const char *value, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_TAG, .key = mr_str_from(key), .text = mr_str_from(value)};

	return append(client, run_id, &record, err);
}

mr_code mr_client_end_run(mr_client *client, const char *run_id, int32_t status, int64_t end_time_ms, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_STATUS, .step = status, .time_ms = end_time_ms};

	return append(client, run_id, &record, err);
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
