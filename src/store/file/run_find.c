/* SPDX-License-Identifier: Apache-2.0
 *
 * Which folder a run is, and what its meta.yaml says.
 */
#include "store/file/places.h"
#include "store/file/runs.h"
#include "store/rules.h"

/* ---- the folder ---- */

/* A folder with these in it, so that a meta.yaml among somebody's artifacts makes no run. */
static bool is_run(const struct mr_file_store *store, mr_str folder, mr_call *call)
{
	static const char *const inside[] = {"metrics", "params", "artifacts"};

	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
		mr_str path = mr_file_join(call, folder, inside[i]);

		if (!path.ptr || !mr_disk_has_folder(&store->disk, path))
			return false;
	}
	return true;
}

static bool is_there(const struct mr_file_store *store, mr_str experiment, struct mr_file_run *run, mr_call *call)
{
	run->experiment = experiment;
	run->folder = mr_file_join_str(call, experiment, run->id);
	return run->folder.ptr && is_run(store, run->folder, call);
}

static bool is_where_it_was(struct mr_file_store *store, struct mr_file_run *run, mr_call *call)
{
	char folder[80];
	size_t n;

	pthread_mutex_lock(&store->places_lock);
	n = mr_file_places_get(store->places, run->id, folder);
	pthread_mutex_unlock(&store->places_lock);
	return n && is_there(store, mr_call_copy(call, mr_str_make(folder, n)), run, call);
}

static mr_code locate(struct mr_file_store *store, struct mr_file_run *run, mr_call *call, mr_error *err)
{
	mr_str *folders;
	size_t n;
	mr_code code;

	if (is_where_it_was(store, run, call))
		return MR_OK;
	code = mr_file_experiment_folders(store, MR_FILE_ALL, call, &folders, &n, err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		if (is_there(store, folders[i], run, call)) {
			pthread_mutex_lock(&store->places_lock);
			mr_file_places_set(store->places, run->id, folders[i]);
			pthread_mutex_unlock(&store->places_lock);
			return MR_OK;
		}
	if (code == MR_OK)
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Run '%.*s' not found", MR_STR_ARG(run->id));
	return code;
}

static mr_str id_in(const mr_json *meta)
{
	mr_str id = mr_meta_text(meta, "run_id");

	return id.ptr ? id : mr_meta_text(meta, "run_uuid"); /* as it was called before MLflow 1.0 */
}

mr_code mr_file_run_find(struct mr_file_store *store, mr_str run_id, mr_call *call, struct mr_file_run *out, mr_error *err)
{
	mr_str of_folder, stage;
	mr_error why;
	mr_code code = mr_rule_run_id(run_id, err);

	memset(out, 0, sizeof *out);
	if (code != MR_OK)
		return code;
	out->id = mr_call_copy(call, run_id);
	if (!out->id.ptr)
		return mr_error_no_memory(err);
	code = locate(store, out, call, err);
	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	code = mr_meta_read(store, out->folder, call->arena, &out->meta, &why);
	if (code == MR_NOT_FOUND)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Run '%.*s' not found", MR_STR_ARG(run_id));
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	of_folder = out->experiment;
	if (memchr(of_folder.ptr, '/', of_folder.len))
		of_folder = mr_str_make(of_folder.ptr + sizeof MR_FILE_TRASH, of_folder.len - sizeof MR_FILE_TRASH);
	out->experiment_id = of_folder;
	if (!mr_str_eq(mr_meta_text(out->meta, "experiment_id"), of_folder) || !mr_str_eq(id_in(out->meta), run_id))
		return mr_error_set(err, MR_INVALID_STATE, "Run '%.*s' metadata is in invalid state.", MR_STR_ARG(run_id));
	stage = mr_meta_text(out->meta, "lifecycle_stage");
	out->active = !stage.ptr || mr_str_is(stage, "active");
	return MR_OK;
}

mr_code mr_file_run_active(struct mr_file_store *store, mr_str run_id, mr_call *call, struct mr_file_run *out,
			   mr_error *err)
{
	mr_code code = mr_file_run_find(store, run_id, call, out, err);

	if (code != MR_OK || out->active)
		return code;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The run %.*s must be in 'active' lifecycle_stage.",
			    MR_STR_ARG(run_id));
}

mr_code mr_file_run_folders(const struct mr_file_store *store, mr_str experiment, mr_arena *arena, mr_str **out, size_t *n,
			    mr_error *err)
{
	static const char *const others[] = {"tags", "datasets", "traces", "models"};
	struct mr_disk_entry *entries;
	size_t found;
	mr_code code = mr_disk_list(&store->disk, experiment, arena, &entries, &found, err);

	*n = 0;
	*out = mr_arena_alloc(arena, (found + 1) * sizeof **out);
	if (code != MR_OK || !*out)
		return code != MR_OK ? code : mr_error_no_memory(err);
	for (size_t i = 0; i < found; i++) {
		bool other = !entries[i].is_folder;

		for (size_t o = 0; o < sizeof others / sizeof *others; o++)
			other = other || mr_str_is(entries[i].name, others[o]);
		if (!other)
			(*out)[(*n)++] = entries[i].name;
	}
	return MR_OK;
}

/* ---- what it is ---- */

/* A copy of what the map has; ptr NULL when it has none. */
static mr_code copy_text(const mr_json *meta, const char *key, mr_call *call, mr_str *member, uint64_t *has, uint64_t bit,
			 mr_error *err)
{
	mr_str text = mr_meta_text(meta, key);

	if (!text.ptr)
		return MR_OK;
	*member = mr_call_copy(call, text);
	if (!member->ptr)
		return mr_error_no_memory(err);
	*has |= bit;
	return MR_OK;
}

static int32_t status_of(const mr_json *meta)
{
	int64_t status;

	if (!mr_meta_int(meta, "status", &status))
		return MR_RUN_STATUS_RUNNING;
	return status >= MR_RUN_STATUS_RUNNING && status <= MR_RUN_STATUS_KILLED ? (int32_t)status : MR_RUN_STATUS_RUNNING;
}

mr_code mr_file_run_info(const mr_json *meta, mr_call *call, struct mr_run_info **out, mr_error *err)
{
	struct mr_run_info *info = MR_NEW(call, struct mr_run_info);
	mr_code code = info ? MR_OK : mr_error_no_memory(err);

	*out = info;
	if (code == MR_OK)
		code = copy_text(meta, mr_meta_text(meta, "run_id").ptr ? "run_id" : "run_uuid", call, &info->run_id,
				 &info->has, MR_RUN_INFO_HAS_RUN_ID | MR_RUN_INFO_HAS_RUN_UUID, err);
	if (code == MR_OK)
		code = copy_text(meta, mr_meta_text(meta, "run_name").ptr ? "run_name" : "name", call, &info->run_name,
				 &info->has, MR_RUN_INFO_HAS_RUN_NAME, err);
	if (code == MR_OK)
		code = copy_text(meta, "experiment_id", call, &info->experiment_id, &info->has,
				 MR_RUN_INFO_HAS_EXPERIMENT_ID, err);
	if (code == MR_OK)
		code = copy_text(meta, "user_id", call, &info->user_id, &info->has, MR_RUN_INFO_HAS_USER_ID, err);
	if (code == MR_OK)
		code = copy_text(meta, "artifact_uri", call, &info->artifact_uri, &info->has, MR_RUN_INFO_HAS_ARTIFACT_URI,
				 err);
	if (code == MR_OK)
		code = copy_text(meta, "lifecycle_stage", call, &info->lifecycle_stage, &info->has,
				 MR_RUN_INFO_HAS_LIFECYCLE_STAGE, err);
	if (code != MR_OK)
		return code;
	info->run_uuid = info->run_id;
	if (!info->lifecycle_stage.len)
		MR_PUT(info, lifecycle_stage, MR_RUN_INFO_HAS_LIFECYCLE_STAGE, mr_str_from("active"));
	MR_PUT(info, status, MR_RUN_INFO_HAS_STATUS, status_of(meta));
	if (mr_meta_int(meta, "start_time", &info->start_time))
		MR_SET(info, MR_RUN_INFO_HAS_START_TIME);
	if (mr_meta_int(meta, "end_time", &info->end_time) && info->end_time)
		MR_SET(info, MR_RUN_INFO_HAS_END_TIME);
	return MR_OK;
}
