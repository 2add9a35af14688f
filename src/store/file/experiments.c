/* SPDX-License-Identifier: Apache-2.0
 *
 * Experiments (mlflow/store/tracking/file_store.py). The search is in
 * search_experiments.c.
 */
#include "store/file/experiments.h"

#include "base/uri.h"
#include "base/utf8.h"
#include "search/repr.h"
#include "search/unicode.h"
#include "store/file/runs.h"
#include "store/rules.h"

enum { ID_MAX = 64, CUSTOM_VIEWS_MAX = 25 };

/* ---- finding ---- */

/* ^[a-zA-Z0-9][\w\-]{0,63}$ */
static bool is_id(mr_str id)
{
	const char *at = id.ptr, *end = id.ptr + id.len;
	size_t n, length = 0;

	if (!id.len || (unsigned char)*at >= 0x80 || *at == '_' || !mr_unicode_is_word((unsigned char)*at))
		return false;
	for (; at < end; at += n, length++) {
		int32_t c = mr_utf8_get(at, end, &n);

		if (c < 0 || (c != '-' && !mr_unicode_is_word((uint32_t)c)))
			return false;
	}
	return length <= ID_MAX;
}

static bool is_folder_of_experiment(mr_str name)
{
	return name.len && name.ptr[0] != '.' && !mr_str_is(name, "models");
}

mr_str mr_file_experiment_folder(const struct mr_file_store *store, mr_str id, enum mr_file_view view, mr_call *call)
{
	mr_str path;

	if (!mr_file_is_name(id) || !is_folder_of_experiment(id))
		return mr_str_from(NULL);
	if ((view & MR_FILE_ACTIVE) && mr_disk_has_folder(&store->disk, id))
		return mr_call_copy(call, id);
	path = mr_file_join_str(call, mr_str_from(MR_FILE_TRASH), id);
	if ((view & MR_FILE_DELETED) && path.ptr && mr_disk_has_folder(&store->disk, path))
		return path;
	return mr_str_from(NULL);
}

static mr_code absent(mr_str id, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Could not find experiment with ID %.*s", MR_STR_ARG(id));
}

mr_code mr_file_experiment_find(const struct mr_file_store *store, mr_str id, mr_call *call,
				struct mr_file_experiment *out, mr_error *err)
{
	mr_code code;

	memset(out, 0, sizeof *out);
	if (!is_id(id))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid experiment ID: '%.*s'", MR_STR_ARG(id));
	out->id = mr_call_copy(call, id);
	out->folder = mr_file_experiment_folder(store, id, MR_FILE_ALL, call);
	if (!out->folder.ptr)
		return absent(id, err);
	code = mr_meta_read(store, out->folder, call->arena, &out->meta, err);
	if (code != MR_OK)
		return code;
	if (!mr_str_eq(mr_meta_text(out->meta, "experiment_id"), id))
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Experiment '%.*s' does not exist.", MR_STR_ARG(id));
	out->active = mr_str_is(mr_meta_text(out->meta, "lifecycle_stage"), "active");
	return MR_OK;
}

static mr_code add_folders(const struct mr_file_store *store, const char *parent, mr_call *call, mr_str **out, size_t *n,
			   mr_error *err)
{
	struct mr_disk_entry *entries;
	size_t found, old = *n;
	mr_str *grown;
	mr_code code = mr_disk_list(&store->disk, mr_str_from(parent), call->arena, &entries, &found, err);

	if (code != MR_OK || found == 0)
		return code;
	grown = mr_call_alloc(call, (old + found) * sizeof *grown);
	if (!grown)
		return mr_error_no_memory(err);
	if (old)
		memcpy(grown, *out, old * sizeof *grown);
	for (size_t i = 0; i < found; i++) {
		if (!entries[i].is_folder || !is_folder_of_experiment(entries[i].name))
			continue;
		grown[*n] = *parent ? mr_file_join_str(call, mr_str_from(parent), entries[i].name) : entries[i].name;
		if (!grown[(*n)++].ptr)
			return mr_error_no_memory(err);
	}
	*out = grown;
	return MR_OK;
}

mr_code mr_file_experiment_folders(const struct mr_file_store *store, enum mr_file_view view, mr_call *call, mr_str **out,
				   size_t *n, mr_error *err)
{
	mr_code code = MR_OK;

	*out = NULL;
	*n = 0;
	if (view & MR_FILE_ACTIVE)
		code = add_folders(store, "", call, out, n, err);
	if (code == MR_OK && (view & MR_FILE_DELETED))
		code = add_folders(store, MR_FILE_TRASH, call, out, n, err);
	return code;
}

/* ---- reading ---- */

static mr_code read_tags(const struct mr_file_store *store, mr_str folder, mr_call *call, struct mr_experiment *e,
			 mr_error *err)
{
	struct mr_value *values;
	struct mr_list tags = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, folder, "tags"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_experiment_tag *tag = MR_NEW(call, struct mr_experiment_tag);

		code = mr_list_add(&tags, call, tag, err);
		if (code != MR_OK)
			break;
		MR_PUT(tag, key, MR_EXPERIMENT_TAG_HAS_KEY, values[i].key);
		MR_PUT(tag, value, MR_EXPERIMENT_TAG_HAS_VALUE, values[i].value);
	}
	e->tags = (struct mr_experiment_tag **)tags.items;
	e->tags_n = tags.n;
	return code;
}

mr_code mr_file_experiment_read(const struct mr_file_store *store, const struct mr_file_experiment *from, mr_call *call,
				struct mr_experiment **out, mr_error *err)
{
	struct mr_experiment *e = MR_NEW(call, struct mr_experiment);

	*out = e;
	if (!e)
		return mr_error_no_memory(err);
	MR_PUT_TEXT(e, experiment_id, MR_EXPERIMENT_HAS_EXPERIMENT_ID, from->id);
	MR_PUT_TEXT(e, name, MR_EXPERIMENT_HAS_NAME, mr_meta_text(from->meta, "name"));
	MR_PUT_TEXT(e, artifact_location, MR_EXPERIMENT_HAS_ARTIFACT_LOCATION,
		    mr_meta_text(from->meta, "artifact_location"));
	MR_PUT_TEXT(e, lifecycle_stage, MR_EXPERIMENT_HAS_LIFECYCLE_STAGE, mr_meta_text(from->meta, "lifecycle_stage"));
	MR_PUT_TEXT(e, workspace, MR_EXPERIMENT_HAS_WORKSPACE, mr_meta_text(from->meta, "workspace"));
	if (mr_meta_int(from->meta, "creation_time", &e->creation_time) && e->creation_time)
		MR_SET(e, MR_EXPERIMENT_HAS_CREATION_TIME);
	if (mr_meta_int(from->meta, "last_update_time", &e->last_update_time) && e->last_update_time)
		MR_SET(e, MR_EXPERIMENT_HAS_LAST_UPDATE_TIME);
	return read_tags(store, from->folder, call, e, err);
}

static mr_code get_in(struct mr_file_store *store, mr_str id, mr_call *call, struct mr_experiment **out, mr_error *err)
{
	struct mr_file_experiment e;
	mr_code code = mr_file_experiment_find(store, id, call, &e, err);

	return code == MR_OK ? mr_file_experiment_read(store, &e, call, out, err) : code;
}

static mr_code get_experiment(void *self, const struct mr_get_experiment *request,
			      struct mr_get_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	if (code != MR_OK)
		return code;
	MR_SET(response, MR_GET_EXPERIMENT_RESPONSE_HAS_EXPERIMENT);
	return mr_file_read_end(self, &hold, get_in(self, request->experiment_id, call, &response->experiment, err));
}

static mr_code get_experiment_by_name(void *self, const struct mr_get_experiment_by_name *request,
				      struct mr_get_experiment_by_name_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	if (code != MR_OK)
		return code;
	code = mr_file_experiment_named(self, request->experiment_name, call, &response->experiment, err);
	if (code == MR_OK && !response->experiment)
		code = mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Could not find experiment with name '%.*s'",
				    MR_STR_ARG(request->experiment_name));
	MR_SET(response, MR_GET_EXPERIMENT_BY_NAME_RESPONSE_HAS_EXPERIMENT);
	return mr_file_read_end(self, &hold, code);
}

mr_code mr_file_artifact_uri(const struct mr_file_experiment *e, mr_str below, mr_call *call, mr_str *out, mr_error *err)
{
	mr_str location = mr_meta_text(e->meta, "artifact_location");

	if (!below.ptr)
		return mr_error_no_memory(err);
	*out = mr_uri_append_path(call->arena, location, below);
	return out->ptr ? MR_OK : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid query string");
}

/* ---- creating ---- */

mr_code mr_file_experiment_create(const struct mr_file_store *store, struct mr_change *change, mr_str id, mr_str name,
				  mr_str location, mr_error *err)
{
	mr_call *call = change->call;
	mr_json *meta = mr_meta_new(call);
	mr_code code = meta ? MR_OK : mr_error_no_memory(err);

	if (!location.len)
		location = mr_uri_append_path(call->arena, store->artifact_root, id);
	if (!location.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid query string");
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "experiment_id", id, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "name", name, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "artifact_location", location, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "lifecycle_stage", mr_str_from("active"), err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "creation_time", call->now_ms, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "last_update_time", call->now_ms, err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "trace_location", mr_str_from(NULL), err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "effective_trace_archival_retention", mr_str_from(NULL), err);
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "workspace", mr_str_from("default"), err);
	return code == MR_OK ? mr_meta_put(change, id, meta, err) : code;
}

static mr_code name_is_free(const struct mr_file_store *store, mr_str name, mr_call *call, mr_error *err)
{
	struct mr_experiment *taken;
	mr_buf buf;
	mr_code code = mr_file_experiment_named(store, name, call, &taken, err);

	if (code != MR_OK || !taken)
		return code;
	if (!mr_str_is(taken->lifecycle_stage, "deleted"))
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "Experiment '%.*s' already exists.", MR_STR_ARG(name));
	mr_buf_init(&buf, MR_ERROR_MESSAGE_MAX);
	mr_buf_c(&buf, "Experiment ");
	mr_repr_text(&buf, name);
	mr_buf_c(&buf, " already exists in deleted state. You can restore the experiment, or permanently delete the "
		       "experiment from the .trash folder (under tracking server's root folder) in order to use this "
		       "experiment name again.");
	return mr_repr_error(err, MR_RESOURCE_ALREADY_EXISTS, &buf);
}

/* 18 digits, the first of them not 0, as MLflow's: a number that is a text. */
static mr_code new_id(const struct mr_file_store *store, mr_call *call, mr_str *out, mr_error *err)
{
	uint8_t random[18];
	char id[19];

	do {
		mr_call_random(call, random, sizeof random);
		for (size_t i = 0; i < sizeof random; i++)
			id[i] = (char)('0' + (i == 0 ? 1 + random[i] % 9 : random[i] % 10));
		*out = mr_call_copy(call, mr_str_make(id, sizeof random));
		if (!out->ptr)
			return mr_error_no_memory(err);
	} while (mr_file_experiment_folder(store, *out, MR_FILE_ALL, call).ptr);
	return MR_OK;
}

static bool is_view(mr_str key)
{
	static const char prefix[] = "mlflow.customView.view";

	return key.len >= sizeof prefix - 1 && memcmp(key.ptr, prefix, sizeof prefix - 1) == 0;
}

static mr_code check_new_tags(const struct mr_create_experiment *request, mr_call *call, mr_error *err)
{
	size_t views = 0;
	mr_code code = MR_OK;

	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++) {
		views += is_view(request->tags[i]->key);
		code = mr_rule_experiment_tag(request->tags[i]->key, request->tags[i]->value, call->arena, err);
	}
	if (code == MR_OK && views > CUSTOM_VIEWS_MAX)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Unable to create another custom view; the maximum number of custom views per experiment "
				    "is %d. Delete an existing custom view before creating a new one.",
				    CUSTOM_VIEWS_MAX);
	return code;
}

static mr_code create_in(struct mr_file_write *write, const struct mr_create_experiment *request, mr_str location,
			 mr_str *id, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str tags;
	mr_code code = name_is_free(write->store, request->name, call, err);

	if (code == MR_OK)
		code = new_id(write->store, call, id, err);
	if (code != MR_OK)
		return code;
	tags = mr_file_join(call, *id, "tags");
	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_value_put(&write->change, tags, request->tags[i]->key, request->tags[i]->value, err);
	return code == MR_OK ? mr_file_experiment_create(write->store, &write->change, *id, request->name, location, err)
			     : code;
}

static mr_code create_experiment(void *self, const struct mr_create_experiment *request,
				 struct mr_create_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_str location = request->artifact_location, id = mr_str_from(NULL);
	mr_code code = mr_rule_experiment_name(request->name, err);

	if (code == MR_OK && location.len) {
		code = mr_rule_artifact_location(location, err);
		location = mr_file_absolute(call->arena, location);
	}
	if (code == MR_OK)
		code = check_new_tags(request, call, err);
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = mr_file_write_end(&write, create_in(&write, request, location, &id, err), err);
	MR_PUT(response, experiment_id, MR_CREATE_EXPERIMENT_RESPONSE_HAS_EXPERIMENT_ID, id);
	return code;
}

/* ---- deleting, restoring, renaming ---- */

/* A map of the tags, which MLflow puts into the file whenever it writes it again; nobody reads it. */
static mr_code put_meta(struct mr_file_write *write, const struct mr_file_experiment *e, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json tags = {.type = MR_JSON_OBJECT};
	struct mr_value *values;
	size_t n;
	mr_code code = mr_values_read(write->store, mr_file_join(call, e->folder, "tags"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_json value = {.type = MR_JSON_STRING, .text = values[i].value};

		code = mr_meta_set(&tags, call, values[i].key.ptr, value, err);
	}
	if (code == MR_OK)
		code = mr_meta_set(e->meta, call, "tags", tags, err);
	return code == MR_OK ? mr_meta_put(&write->change, e->folder, e->meta, err) : code;
}

/* The other of the two stages, for the experiment and its runs; the folder moves last. */
static mr_code change_stage(struct mr_file_write *write, mr_str id, const char *stage, mr_str to, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_experiment e;
	mr_code code = mr_file_experiment_find(write->store, id, call, &e, err);

	if (code == MR_OK)
		code = mr_file_runs_change_stage(write, &e, strcmp(stage, "active") == 0, err);
	if (code == MR_OK)
		code = mr_meta_set_text(e.meta, call, "lifecycle_stage", mr_str_from(stage), err);
	if (code == MR_OK)
		code = mr_meta_set_int(e.meta, call, "last_update_time", call->now_ms, err);
	if (code == MR_OK)
		code = put_meta(write, &e, err);
	if (code == MR_OK)
		mr_change_move(&write->change, e.folder, to);
	return code;
}

static mr_code delete_in(struct mr_file_write *write, mr_str id, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder, to;

	if (mr_str_is(id, "0"))
		return mr_error_set(err, MR_INTERNAL_ERROR, "Cannot delete the default experiment '0'. This is an internally "
							     "reserved experiment.");
	folder = mr_file_experiment_folder(write->store, id, MR_FILE_ACTIVE, call);
	if (!folder.ptr)
		return absent(id, err);
	to = mr_file_join_str(call, mr_str_from(MR_FILE_TRASH), id);
	if (mr_disk_has_folder(&write->store->disk, to))
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS,
				    "Cannot delete experiment with ID %.*s. A deleted experiment with same ID already exists.",
				    MR_STR_ARG(id));
	return change_stage(write, id, "deleted", to, err);
}

static mr_code delete_experiment(void *self, const struct mr_delete_experiment *request,
				 struct mr_delete_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	return code == MR_OK ? mr_file_write_end(&write, delete_in(&write, request->experiment_id, err), err) : code;
}

static mr_code restore_in(struct mr_file_write *write, mr_str id, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder = mr_file_experiment_folder(write->store, id, MR_FILE_DELETED, call);

	if (!folder.ptr)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Could not find deleted experiment with ID %.*s",
				    MR_STR_ARG(id));
	if (mr_file_experiment_folder(write->store, id, MR_FILE_ACTIVE, call).ptr)
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS,
				    "Cannot restore experiment with ID %.*s. An experiment with same ID already exists.",
				    MR_STR_ARG(id));
	return change_stage(write, id, "active", mr_call_copy(call, id), err);
}

static mr_code restore_experiment(void *self, const struct mr_restore_experiment *request,
				  struct mr_restore_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	return code == MR_OK ? mr_file_write_end(&write, restore_in(&write, request->experiment_id, err), err) : code;
}

static mr_code rename_in(struct mr_file_write *write, mr_str id, mr_str name, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_experiment e;
	mr_code code = mr_file_experiment_find(write->store, id, call, &e, err);

	if (code == MR_OK)
		code = name_is_free(write->store, name, call, err);
	if (code == MR_OK && !e.active)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Cannot rename experiment in non-active lifecycle stage. Current stage: %.*s",
				    MR_STR_ARG(mr_meta_text(e.meta, "lifecycle_stage")));
	if (code == MR_OK)
		code = mr_meta_set_text(e.meta, call, "name", name, err);
	if (code == MR_OK)
		code = mr_meta_set_int(e.meta, call, "last_update_time", call->now_ms, err);
	return code == MR_OK ? put_meta(write, &e, err) : code;
}

static mr_code update_experiment(void *self, const struct mr_update_experiment *request,
				 struct mr_update_experiment_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_experiment_name(request->new_name, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK
		       ? mr_file_write_end(&write, rename_in(&write, request->experiment_id, request->new_name, err), err)
		       : code;
}

/* ---- tags ---- */

static mr_code find_active(struct mr_file_write *write, mr_str id, const char *what, struct mr_file_experiment *e,
			   mr_error *err)
{
	mr_code code = mr_file_experiment_find(write->store, id, write->change.call, e, err);

	if (code != MR_OK || e->active)
		return code;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The experiment %.*s must be in the 'active' lifecycle_stage to %s tags", MR_STR_ARG(id), what);
}

/* Adding a view is capped, changing one is not (handlers.py, _validate_custom_view_tag_write). */
static mr_code check_views(const struct mr_file_write *write, mr_str id, mr_str folder, mr_str key, mr_error *err)
{
	struct mr_value *values;
	size_t n, views = 0;
	mr_code code;

	if (!is_view(key) || mr_value_exists(write->store, folder, key, write->change.call))
		return MR_OK;
	code = mr_values_list(write->store, folder, write->change.call, &values, &n, err);
	for (size_t i = 0; i < n && code == MR_OK; i++)
		views += is_view(values[i].key);
	if (code != MR_OK || views < CUSTOM_VIEWS_MAX)
		return code;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Unable to create another custom view for experiment %.*s; the maximum number of custom views per "
			    "experiment is %d. Delete an existing custom view before creating a new one.",
			    MR_STR_ARG(id), CUSTOM_VIEWS_MAX);
}

static mr_code set_tag_in(struct mr_file_write *write, const struct mr_set_experiment_tag *request, mr_error *err)
{
	struct mr_file_experiment e;
	mr_str folder;
	mr_code code = find_active(write, request->experiment_id, "set", &e, err);

	if (code != MR_OK)
		return code;
	folder = mr_file_join(write->change.call, e.folder, "tags");
	code = mr_value_check(write->store, folder, request->key, write->change.call, err);
	if (code == MR_OK)
		code = check_views(write, e.id, folder, request->key, err);
	return code == MR_OK ? mr_value_put(&write->change, folder, request->key, request->value, err) : code;
}

static mr_code set_experiment_tag(void *self, const struct mr_set_experiment_tag *request,
				  struct mr_set_experiment_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_experiment_tag(request->key, request->value, call->arena, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, set_tag_in(&write, request, err), err) : code;
}

static mr_code delete_tag_in(struct mr_file_write *write, const struct mr_delete_experiment_tag *request, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_experiment e;
	mr_str folder;
	mr_code code = find_active(write, request->experiment_id, "delete", &e, err);

	if (code == MR_OK)
		code = mr_rule_name(request->key, MR_PLACE_NONE, "name", err);
	if (code != MR_OK)
		return code;
	folder = mr_file_join(call, e.folder, "tags");
	if (!mr_value_exists(write->store, folder, request->key, call))
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No tag with name: %.*s in experiment with id %.*s",
				    MR_STR_ARG(request->key), MR_STR_ARG(request->experiment_id));
	mr_change_remove(&write->change, mr_file_join_str(call, folder, request->key));
	return MR_OK;
}

static mr_code delete_experiment_tag(void *self, const struct mr_delete_experiment_tag *request,
				     struct mr_delete_experiment_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	return code == MR_OK ? mr_file_write_end(&write, delete_tag_in(&write, request, err), err) : code;
}

const struct mr_experiments_ops mr_file_experiments = {
	.size = sizeof mr_file_experiments,
	.create_experiment = create_experiment,
	.search_experiments = mr_file_search_experiments,
	.get_experiment = get_experiment,
	.get_experiment_by_name = get_experiment_by_name,
	.delete_experiment = delete_experiment,
	.restore_experiment = restore_experiment,
	.update_experiment = update_experiment,
	.set_experiment_tag = set_experiment_tag,
	.delete_experiment_tag = delete_experiment_tag,
};
