/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging to the active run. The hot path: no allocation, no lock but the queue's.
 */
#include <millrace/fluent.h>

#include "base/os.h"
#include "client/session.h"

/* The active run of this thread; one is started when there is none. */
static mr_code need_run(struct mr_open_run **out, mr_error *err)
{
	mr_code code = MR_OK;

	*out = mr_session_run();
	if (!*out) {
		code = mr_start_run(NULL, err);
		*out = mr_session_run();
	}
	return code;
}

/* The errors of a chain of calls share one mr_error: after the first, the rest
 * still log what they can, but its message stays. */
static mr_code append(struct mr_spool_record *record, mr_error *err)
{
	struct mr_open_run *run;
	mr_queue *queue;
	mr_code code = need_run(&run, err);

	if (code == MR_OK)
		code = mr_session_queue(&queue, err);
	if (code != MR_OK)
		return code;
	record->run_id = mr_str_from(run->id);
	return mr_queue_append(queue, record, MR_QUEUE_FULL_WAIT_MS, err);
}

static mr_code no_key(const char *what, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "A %s needs a key", what);
}

mr_code mr_log_metric(const char *key, double value, int64_t step, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_METRIC, .key = mr_str_from(key), .number = value, .step = step};

	if (!record.key.len)
		return no_key("metric", err);
	record.time_ms = mr_time_ms();
	return append(&record, err);
}

mr_code mr_log_param(const char *key, const char *value, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_PARAM, .key = mr_str_from(key), .text = mr_str_from(value)};

	return record.key.len ? append(&record, err) : no_key("parameter", err);
}

mr_code mr_set_tag(const char *key, const char *value, mr_error *err)
{
	struct mr_spool_record record = {.kind = MR_SPOOL_TAG, .key = mr_str_from(key), .text = mr_str_from(value)};

	return record.key.len ? append(&record, err) : no_key("tag", err);
}

mr_code mr_flush(int32_t timeout_ms, mr_error *err)
{
	int64_t timeout = timeout_ms > 0 ? timeout_ms : mr_session_flush_timeout();
	mr_queue *queue;
	mr_code code = mr_session_queue(&queue, err);

	return code == MR_OK ? mr_queue_flush(queue, timeout, err) : code;
}

mr_code mr_active_run_id(char out[33], mr_error *err)
{
	struct mr_open_run *run;
	mr_code code = need_run(&run, err);

	out[0] = 0;
	if (code == MR_OK)
		memcpy(out, run->id, sizeof run->id);
	return code;
}

mr_code mr_end_run(int32_t status, mr_error *err)
{
	struct mr_open_run *run = mr_session_run();
	struct mr_spool_record record = {.kind = MR_SPOOL_STATUS, .step = status};
	mr_code code;

	if (!run)
		return MR_OK; /* as mlflow.end_run() */
	record.time_ms = mr_time_ms();
	code = append(&record, err);
	mr_session_pop();
	return code == MR_OK ? mr_flush(0, err) : code;
}
