/* SPDX-License-Identifier: Apache-2.0
 *
 * Params and tags of a run, and batches, which are stored whole or not at all.
 */
#include "store/file/runs.h"
#include "store/rules.h"

/* ---- params ---- */

static mr_code put_param(struct mr_file_write *write, const struct mr_file_run *run, mr_str key, mr_str value,
			 mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder = mr_file_join(call, run->folder, "params"), old;
	mr_code code = mr_value_check(write->store, folder, key, call, err);

	if (code == MR_OK)
		code = mr_value_find(write->store, folder, key, call, &old, err);
	if (code != MR_OK || (old.ptr && mr_str_eq(old, value)))
		return code;
	if (old.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Changing param values is not allowed. Param with key='%.*s' was already logged with "
				    "value='%.*s' for run ID='%.*s'. Attempted logging new value '%.*s'.",
				    MR_STR_ARG(key), MR_STR_ARG(old), MR_STR_ARG(run->id), MR_STR_ARG(value));
	return mr_value_put(&write->change, folder, key, value, err);
}

mr_code mr_file_log_param(void *self, const struct mr_log_param *request, struct mr_log_param_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_run run;
	mr_str value = request->value;
	mr_code code = mr_rule_param(request->key, &value, MR_PLACE_NONE, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = mr_file_run_active(self, request->run_id, call, &run, err);
	if (code == MR_OK)
		code = put_param(&write, &run, request->key, value, err);
	return mr_file_write_end(&write, code, err);
}

/* ---- tags ---- */

mr_code mr_file_set_tag(void *self, const struct mr_set_tag *request, struct mr_set_tag_response *response, mr_call *call,
			mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_run run;
	mr_str value = request->value;
	mr_code code = mr_rule_tag(request->key, &value, MR_PLACE_NONE, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = mr_file_run_active(self, request->run_id, call, &run, err);
	if (code == MR_OK)
		code = mr_file_put_tag(&write, &run, request->key, value, err);
	return mr_file_write_end(&write, code, err);
}

static mr_code delete_in(struct mr_file_write *write, const struct mr_delete_tag *request, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_run run;
	mr_str folder;
	mr_code code = mr_file_run_active(write->store, request->run_id, call, &run, err);

	if (code == MR_OK)
		code = mr_rule_name(request->key, MR_PLACE_NONE, "name", err);
	if (code != MR_OK)
		return code;
	folder = mr_file_join(call, run.folder, "tags");
	if (!mr_value_exists(write->store, folder, request->key, call))
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No tag with name: %.*s in run with id %.*s",
				    MR_STR_ARG(request->key), MR_STR_ARG(request->run_id));
	mr_change_remove(&write->change, mr_file_join_str(call, folder, request->key));
	return MR_OK;
}

mr_code mr_file_delete_tag(void *self, const struct mr_delete_tag *request, struct mr_delete_tag_response *response,
			   mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	return code == MR_OK ? mr_file_write_end(&write, delete_in(&write, request, err), err) : code;
}

/* ---- batches ---- */

/* A key that is a file cannot be the folder of another of the same batch. */
static mr_code check_paths(const struct mr_change *change, mr_error *err)
{
	for (size_t i = 0; i < change->n; i++)
		for (size_t j = 0; j < change->n; j++) {
			mr_str a = change->steps[i].path, b = change->steps[j].path;

			if (a.len < b.len && b.ptr[a.len] == '/' && memcmp(a.ptr, b.ptr, a.len) == 0)
				return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
						    "The file store cannot keep both '%.*s' and '%.*s', for a file cannot be a "
						    "folder. Choose another key.",
						    MR_STR_ARG(a), MR_STR_ARG(b));
		}
	return MR_OK;
}

static mr_code put_batch(struct mr_file_write *write, const struct mr_log_batch *request, mr_error *err)
{
	struct mr_file_run run;
	mr_code code = mr_file_run_active(write->store, request->run_id, write->change.call, &run, err);

	for (size_t i = 0; i < request->params_n && code == MR_OK; i++)
		code = put_param(write, &run, request->params[i]->key, request->params[i]->value, err);
	if (code == MR_OK)
		code = mr_file_put_metrics(write, &run, request->metrics, request->metrics_n, err);
	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_file_put_tag(write, &run, request->tags[i]->key, request->tags[i]->value, err);
	return code == MR_OK ? check_paths(&write->change, err) : code;
}

mr_code mr_file_log_batch(void *self, const struct mr_log_batch *request, struct mr_log_batch_response *response,
			  mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_batch(request, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, put_batch(&write, request, err), err) : code;
}
