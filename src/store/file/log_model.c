/* SPDX-License-Identifier: Apache-2.0
 *
 * runs/log-model: a tag of the run that lists its models (model_history.h).
 */
#include "store/model_history.h"

#include "store/file/logged_models.h"
#include "store/file/runs.h"
#include "store/rules.h"

static mr_code log_in(struct mr_file_write *write, mr_str run_id, const mr_json *model, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str key = mr_str_from(MR_TAG_LOGGED_MODELS), history, text = mr_str_from(NULL);
	struct mr_file_run run;
	mr_buf value;
	mr_code code = mr_file_run_active(write->store, run_id, call, &run, err);

	if (code == MR_OK)
		code = mr_value_find(write->store, mr_file_join(call, run.folder, "tags"), key, call, &history, err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&value, MR_MODEL_HISTORY_MAX);
	code = mr_model_history_add(history, model, run_id, call->now_ms, call->arena, &value, err);
	if (code == MR_OK) {
		text = mr_call_copy(call, mr_buf_view(&value));
		code = text.ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(&value);
	return code == MR_OK ? mr_file_put_tag(write, &run, key, text, err) : code;
}

mr_code mr_file_log_model(void *self, const struct mr_log_model *request, struct mr_log_model_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_json *model;
	mr_code code = mr_model_history_parse(request->model_json, call->arena, &model, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, log_in(&write, request->run_id, model, err), err) : code;
}
