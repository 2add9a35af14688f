/* SPDX-License-Identifier: Apache-2.0
 *
 * What was marked as deleted, and removing it for good (mlflow gc).
 */
#include "store/file/logged_models.h"
#include "store/file/runs.h"

/* ---- runs ---- */

static bool is_deleted_since(const mr_json *meta, int64_t before)
{
	int64_t when;

	if (!mr_str_is(mr_meta_text(meta, "lifecycle_stage"), "deleted"))
		return false;
	return !mr_meta_int(meta, "deleted_time", &when) || when <= before; /* old MLflows wrote no time */
}

static mr_code list_runs_of(struct mr_file_store *store, mr_str experiment, int64_t before, struct mr_list *out,
			    mr_call *call, mr_error *err)
{
	struct mr_run_info *info;
	mr_json *meta;
	mr_str *names;
	size_t n;
	mr_code code = mr_file_run_folders(store, experiment, call->arena, &names, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_str folder = mr_file_join_str(call, experiment, names[i]);

		if (!folder.ptr)
			return mr_error_no_memory(err);
		if (mr_meta_read(store, folder, call->arena, &meta, NULL) != MR_OK || !is_deleted_since(meta, before))
			continue;
		code = mr_file_run_info(meta, call, &info, err);
		if (code == MR_OK)
			code = mr_list_add(out, call, info, err);
	}
	return code;
}

static mr_code emit_all(const struct mr_list *list, mr_call *call, mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < list->n && code == MR_OK; i++)
		code = mr_call_emit(call, list->items[i], err);
	return code;
}

typedef mr_code list_of(struct mr_file_store *store, mr_str folder, int64_t before, struct mr_list *out, mr_call *call,
			mr_error *err);

/* Collected while the store is held, handed over afterwards. */
static mr_code list_deleted(struct mr_file_store *store, list_of *list, int64_t older_than_ms, mr_call *call, mr_error *err)
{
	struct mr_list found = {0};
	struct mr_file_hold hold;
	mr_str *folders;
	size_t n = 0;
	mr_code code = mr_file_read_begin(store, call, &hold, err);

	if (code != MR_OK)
		return code;
	code = mr_file_experiment_folders(store, MR_FILE_ALL, call, &folders, &n, err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = list(store, folders[i], call->now_ms - older_than_ms, &found, call, err);
	code = mr_file_read_end(store, &hold, code);
	return code == MR_OK ? emit_all(&found, call, err) : code;
}

static mr_code list_deleted_runs(void *self, const struct mr_list_deleted_runs *request,
				 struct mr_list_deleted_runs_response *response, mr_call *call, mr_error *err)
{
	(void)response;
	return list_deleted(self, list_runs_of, request->older_than_ms, call, err);
}

static mr_code purge_run(void *self, const struct mr_purge_run *request, struct mr_purge_run_response *response,
			 mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_run run;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_run_find(self, request->run_id, call, &run, err);
	if (code == MR_OK && run.active)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Run %.*s is not in `deleted` lifecycle stage. Only runs in `deleted` lifecycle stage can "
				    "be deleted.",
				    MR_STR_ARG(request->run_id));
	if (code == MR_OK)
		mr_change_remove_tree(&write.change, run.folder);
	return mr_file_write_end(&write, code, err);
}

/* ---- experiments ---- */

static mr_code list_deleted_experiments(void *self, const struct mr_list_deleted_experiments *request,
					struct mr_list_deleted_experiments_response *response, mr_call *call, mr_error *err)
{
	int64_t before = call->now_ms - request->older_than_ms;
	struct mr_list all = {0};
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, mr_file_experiments_list(self, MR_FILE_DELETED, call, &all, err));
	for (size_t i = 0; i < all.n && code == MR_OK; i++) {
		const struct mr_experiment *e = all.items[i];

		if (e->last_update_time <= before)
			code = mr_call_emit(call, e, err);
	}
	return code;
}

static mr_code purge_experiment(void *self, const struct mr_purge_experiment *request,
				struct mr_purge_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_str folder;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	folder = mr_file_experiment_folder(self, request->experiment_id, MR_FILE_DELETED, call);
	if (folder.ptr)
		mr_change_remove_tree(&write.change, folder);
	else
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST,
				    "No Experiment with id=%.*s exists among the deleted ones",
				    MR_STR_ARG(request->experiment_id));
	return mr_file_write_end(&write, code, err);
}

/* ---- logged models ---- */

static mr_code list_models_of(struct mr_file_store *store, mr_str folder, int64_t before, struct mr_list *out,
			      mr_call *call, mr_error *err)
{
	const char *slash = memchr(folder.ptr, '/', folder.len);
	mr_str id = slash ? mr_str_make(slash + 1, folder.len - (size_t)(slash + 1 - folder.ptr)) : folder;
	struct mr_list models = {0};
	mr_code code = mr_file_models_list(store, id, call, &models, err);

	for (size_t i = 0; i < models.n && code == MR_OK; i++) {
		const struct mr_file_model *m = models.items[i];
		struct mr_logged_model *model;
		int64_t when = 0;

		mr_meta_int(m->meta, "last_updated_timestamp", &when);
		if (!m->deleted || when > before)
			continue;
		code = mr_file_model_read(store, m, call, &model, err);
		if (code == MR_OK)
			code = mr_list_add(out, call, model, err);
	}
	return code;
}

static mr_code list_deleted_logged_models(void *self, const struct mr_list_deleted_logged_models *request,
					  struct mr_list_deleted_logged_models_response *response, mr_call *call,
					  mr_error *err)
{
	(void)response;
	return list_deleted(self, list_models_of, request->older_than_ms, call, err);
}

static mr_code purge_logged_model(void *self, const struct mr_purge_logged_model *request,
				  struct mr_purge_logged_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_model m;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_model_find(self, request->model_id, true, call, &m, err);
	if (code == MR_OK && !m.deleted)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Logged model %.*s is not in `deleted` lifecycle stage. Only logged models in `deleted` "
				    "lifecycle stage can be deleted.",
				    MR_STR_ARG(request->model_id));
	if (code == MR_OK)
		mr_change_remove_tree(&write.change, m.folder);
	return mr_file_write_end(&write, code, err);
}

const struct mr_maintenance_ops mr_file_maintenance = {
	.size = sizeof mr_file_maintenance,
	.list_deleted_runs = list_deleted_runs,
	.purge_run = purge_run,
	.list_deleted_experiments = list_deleted_experiments,
	.purge_experiment = purge_experiment,
	.list_deleted_logged_models = list_deleted_logged_models,
	.purge_logged_model = purge_logged_model,
};
