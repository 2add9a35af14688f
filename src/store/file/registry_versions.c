/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of registered models and their tags.
 */
#include "base/uri.h"
#include "store/file/logged_models.h"
#include "store/file/registry.h"
#include "store/rules_registry.h"

/* ---- creating ---- */

/* Where the files of a new version are, and the run they came from. */
struct lineage {
	mr_str location, run_id;
};

/* Of a model of the tracking store in the same folder. */
static mr_code of_logged_model(const struct mr_file_store *store, mr_str model_id, struct lineage *out, mr_call *call,
			       mr_error *err)
{
	struct mr_file_model m;
	mr_code code = mr_file_model_find(store, model_id, false, call, &m, err);

	if (code != MR_OK)
		return code;
	out->location = mr_meta_text(m.meta, "artifact_location");
	if (!out->run_id.len)
		out->run_id = mr_meta_text(m.meta, "source_run_id");
	return MR_OK;
}

static mr_str location_in(const mr_json *meta)
{
	mr_str location = mr_meta_text(meta, "storage_location");

	return location.len ? location : mr_meta_text(meta, "source");
}

/* "models:/m-..." is a logged model; "models:/name/3" and "models:/name@alias" are versions here. */
static mr_code of_model_uri(const struct mr_file_store *store, mr_str path, struct lineage *out, mr_call *call,
			    mr_error *err)
{
	const char *slash, *at;
	struct mr_file_version v;
	int64_t version = 0;
	mr_str name, folder;
	mr_code code;

	while (path.len && path.ptr[0] == '/')
		path = mr_str_make(path.ptr + 1, path.len - 1);
	slash = path.len ? memchr(path.ptr, '/', path.len) : NULL;
	at = path.len ? memchr(path.ptr, '@', path.len) : NULL;
	if (!slash && !at)
		return of_logged_model(store, path, out, call, err);
	name = mr_str_make(path.ptr, (size_t)((slash ? slash : at) - path.ptr));
	path = mr_str_make(name.ptr + name.len + 1, path.len - name.len - 1);
	code = mr_file_model_folder(name, call, &folder, err);
	if (code == MR_OK)
		code = slash ? mr_rule_model_version(path, &version, err)
			     : mr_file_alias_find(store, folder, path, call, &version, err);
	if (code == MR_OK)
		code = mr_file_version_find(store, name, version, call, &v, err);
	if (code == MR_OK)
		out->location = location_in(v.meta);
	return code;
}

static mr_code resolve_lineage(const struct mr_file_store *store, const struct mr_create_model_version *request,
			       struct lineage *out, mr_call *call, mr_error *err)
{
	struct lineage of_model = {0};
	struct mr_uri uri;
	mr_error why;
	mr_code code;

	out->location = request->source;
	out->run_id = request->run_id;
	mr_error_init(&why);
	if (mr_uri_parse(request->source, &uri, &why) == MR_OK && mr_str_is(uri.scheme, "models")) {
		mr_error_init(&why);
		code = of_model_uri(store, uri.path, out, call, &why);
		if (code != MR_OK)
			return mr_error_set(err, code,
					    "Unable to fetch model from model URI source artifact location '%.*s'.Error: %s",
					    MR_STR_ARG(request->source), why.message);
	}
	if (out->run_id.len || !request->model_id.len)
		return MR_OK;
	code = of_logged_model(store, request->model_id, &of_model, call, err);
	out->run_id = of_model.run_id;
	return code;
}

static mr_code make_meta(const struct mr_create_model_version *request, const struct lineage *lineage, int64_t version,
			 mr_call *call, mr_json **out, mr_error *err)
{
	mr_str none = mr_str_from(NULL), empty = mr_str_from("");
	const struct {
		const char *key;
		mr_str text;
	} texts[] = {{"name", request->name},
		     {"description", request->description.ptr ? request->description : empty},
		     {"user_id", none},
		     {"current_stage", mr_str_from(MR_STAGE_NONE)},
		     {"source", request->source},
		     {"run_id", lineage->run_id.ptr ? lineage->run_id : empty},
		     {"run_link", request->run_link.ptr ? request->run_link : empty},
		     {"status", mr_str_from("READY")},
		     {"status_message", none},
		     {"storage_location", lineage->location},
		     {"model_id", request->model_id.ptr ? request->model_id : empty},
		     {"deployment_job_state", none},
		     {"workspace", mr_str_from("default")}};
	mr_json *meta = mr_meta_new(call);
	mr_code code = meta ? MR_OK : mr_error_no_memory(err);

	*out = meta;
	for (size_t i = 0; i < sizeof texts / sizeof *texts && code == MR_OK; i++)
		code = mr_meta_set_text(meta, call, texts[i].key, texts[i].text, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "version", version, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "creation_timestamp", call->now_ms, err);
	return code == MR_OK ? mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err) : code;
}

/* Deleted versions count, so that a number is not given twice. */
static mr_code new_number(const struct mr_file_store *store, mr_str model, mr_call *call, int64_t *version, mr_error *err)
{
	struct mr_list versions = {0};
	mr_code code = mr_file_versions_list(store, model, call, &versions, err);

	*version = versions.n ? ((struct mr_file_version *)versions.items[versions.n - 1])->number + 1 : 1;
	return code;
}

static mr_code create_in(struct mr_file_write *write, const struct mr_create_model_version *request, int64_t *version,
			 mr_error *err)
{
	mr_call *call = write->change.call;
	struct lineage lineage = {0};
	mr_str model, folder, tags;
	mr_json *meta;
	mr_code code = resolve_lineage(write->store, request, &lineage, call, err);

	if (code == MR_OK)
		code = mr_file_registered_touch(write, request->name, mr_str_from(NULL), mr_str_from(NULL), err);
	if (code == MR_OK)
		code = mr_file_model_folder(request->name, call, &model, err);
	if (code == MR_OK)
		code = new_number(write->store, model, call, version, err);
	if (code == MR_OK)
		code = make_meta(request, &lineage, *version, call, &meta, err);
	if (code != MR_OK)
		return code;
	folder = mr_arena_printf(call->arena, "%.*s/version-%lld", MR_STR_ARG(model), (long long)*version);
	if (!folder.ptr)
		return mr_error_no_memory(err);
	code = mr_meta_put(&write->change, folder, meta, err);
	tags = mr_file_join(call, folder, "tags");
	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_value_put(&write->change, tags, request->tags[i]->key, request->tags[i]->value, err);
	return code;
}

static mr_code create_model_version(void *self, const struct mr_create_model_version *request,
				    struct mr_create_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	int64_t version = 0;
	mr_str folder;
	mr_code code = mr_file_model_folder(request->name, call, &folder, err);

	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_rule_model_version_tag(request->tags[i]->key, request->tags[i]->value, err);
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = create_in(&write, request, &version, err);
	if (code == MR_OK)
		code = mr_change_commit(&write.change, err);
	if (code == MR_OK)
		code = mr_file_version_get(self, request->name, version, call, &response->model_version, err);
	MR_SET(response, MR_CREATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION);
	return mr_file_write_end(&write, code, err);
}

/* ---- changing and removing ---- */

static mr_code put_version(struct mr_file_write *write, struct mr_file_version *v, mr_error *err)
{
	mr_code code = mr_meta_set_int(v->meta, write->change.call, "last_updated_timestamp", write->change.call->now_ms,
				       err);

	return code == MR_OK ? mr_meta_put(&write->change, v->folder, v->meta, err) : code;
}

static mr_code find_version(struct mr_file_write *write, mr_str name, mr_str number, struct mr_file_version *v,
			    mr_error *err)
{
	int64_t version;
	mr_str folder;
	mr_code code = mr_file_model_folder(name, write->change.call, &folder, err);

	if (code == MR_OK)
		code = mr_rule_model_version(number, &version, err);
	return code == MR_OK ? mr_file_version_find(write->store, name, version, write->change.call, v, err) : code;
}

static mr_code commit_and_read(struct mr_file_write *write, mr_str name, const struct mr_file_version *v,
			       struct mr_model_version **out, mr_error *err)
{
	mr_code code = mr_change_commit(&write->change, err);

	return code == MR_OK ? mr_file_version_get(write->store, name, v->number, write->change.call, out, err) : code;
}

static mr_code update_model_version(void *self, const struct mr_update_model_version *request,
				    struct mr_update_model_version_response *response, mr_call *call, mr_error *err)
{
	mr_str description = MR_HAS(request, MR_UPDATE_MODEL_VERSION_HAS_DESCRIPTION) ? request->description
										      : mr_str_from(NULL);
	struct mr_file_write write;
	struct mr_file_version v;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	if (code != MR_OK)
		return code;
	code = find_version(&write, request->name, request->version, &v, err);
	if (code == MR_OK)
		code = mr_meta_set_text(v.meta, call, "description", description, err);
	if (code == MR_OK)
		code = put_version(&write, &v, err);
	if (code == MR_OK)
		code = commit_and_read(&write, request->name, &v, &response->model_version, err);
	MR_SET(response, MR_UPDATE_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION);
	return mr_file_write_end(&write, code, err);
}

static mr_code archive_others(struct mr_file_write *write, mr_str name, const struct mr_file_version *but,
			      const char *stage, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_list versions = {0};
	mr_str folder;
	mr_code code = mr_file_model_folder(name, call, &folder, err);

	if (code == MR_OK)
		code = mr_file_versions_list(write->store, folder, call, &versions, err);
	for (size_t i = 0; i < versions.n && code == MR_OK; i++) {
		struct mr_file_version *v = versions.items[i];

		if (v->number == but->number || !mr_str_is(mr_meta_text(v->meta, "current_stage"), stage))
			continue;
		code = mr_meta_set_text(v->meta, call, "current_stage", mr_str_from(MR_STAGE_ARCHIVED), err);
		if (code == MR_OK)
			code = put_version(write, v, err);
	}
	return code;
}

static mr_code transition_in(struct mr_file_write *write, const struct mr_transition_model_version_stage *request,
			     const char *stage, struct mr_file_version *v, mr_error *err)
{
	mr_code code = find_version(write, request->name, request->version, v, err);

	if (code == MR_OK && request->archive_existing_versions)
		code = archive_others(write, request->name, v, stage, err);
	if (code == MR_OK)
		code = mr_meta_set_text(v->meta, write->change.call, "current_stage", mr_str_from(stage), err);
	if (code == MR_OK)
		code = put_version(write, v, err);
	return code == MR_OK ? mr_file_registered_touch(write, request->name, mr_str_from(NULL), mr_str_from(NULL), err)
			     : code;
}

static mr_code transition_model_version_stage(void *self, const struct mr_transition_model_version_stage *request,
					      struct mr_transition_model_version_stage_response *response, mr_call *call,
					      mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_version v;
	const char *stage;
	mr_code code = mr_rule_stage(request->stage, &stage, err);

	if (code == MR_OK && request->archive_existing_versions)
		code = mr_rule_archiving(request->stage, stage, err);
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = transition_in(&write, request, stage, &v, err);
	if (code == MR_OK)
		code = commit_and_read(&write, request->name, &v, &response->model_version, err);
	MR_SET(response, MR_TRANSITION_MODEL_VERSION_STAGE_RESPONSE_HAS_MODEL_VERSION);
	return mr_file_write_end(&write, code, err);
}

/* The aliases of the version go with it; the model's file lists those that stay. */
static mr_code drop_aliases(struct mr_file_write *write, mr_str name, int64_t version, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json map = {.type = MR_JSON_OBJECT}, *meta;
	mr_str number = mr_arena_printf(call->arena, "%lld", (long long)version), folder, aliases;
	struct mr_value *values;
	size_t n = 0;
	mr_code code = mr_file_registered_find(write->store, name, call, &folder, &meta, err);

	if (code != MR_OK)
		return code;
	aliases = mr_file_join(call, folder, "aliases");
	code = mr_values_read(write->store, aliases, call, &values, &n, err);
	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_json item = {.type = MR_JSON_STRING, .text = values[i].value};

		if (mr_str_eq(values[i].value, number))
			mr_change_remove(&write->change, mr_file_join_str(call, aliases, values[i].key));
		else
			code = mr_meta_set(&map, call, values[i].key.ptr, item, err);
	}
	if (code == MR_OK)
		code = mr_meta_set(meta, call, "aliases", map, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err);
	return code == MR_OK ? mr_meta_put(&write->change, folder, meta, err) : code;
}

static mr_code delete_model_version(void *self, const struct mr_delete_model_version *request,
				    struct mr_delete_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	struct mr_file_version v;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = find_version(&write, request->name, request->version, &v, err);
	if (code == MR_OK)
		code = mr_meta_set_text(v.meta, call, "current_stage", mr_str_from(MR_STAGE_DELETED), err);
	if (code == MR_OK)
		code = put_version(&write, &v, err);
	if (code == MR_OK)
		code = drop_aliases(&write, request->name, v.number, err);
	return mr_file_write_end(&write, code, err);
}

/* ---- reading ---- */

static mr_code get_in(struct mr_file_store *store, mr_str name, mr_str number, mr_call *call, struct mr_file_version *v,
		      mr_error *err)
{
	int64_t version;
	mr_str folder;
	mr_code code = mr_file_model_folder(name, call, &folder, err);

	if (code == MR_OK)
		code = mr_rule_model_version(number, &version, err);
	return code == MR_OK ? mr_file_version_find(store, name, version, call, v, err) : code;
}

static mr_code get_model_version(void *self, const struct mr_get_model_version *request,
				 struct mr_get_model_version_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_version v;
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	if (code != MR_OK)
		return code;
	code = get_in(self, request->name, request->version, call, &v, err);
	if (code == MR_OK)
		code = mr_file_version_get(self, request->name, v.number, call, &response->model_version, err);
	MR_SET(response, MR_GET_MODEL_VERSION_RESPONSE_HAS_MODEL_VERSION);
	return mr_file_read_end(self, &hold, code);
}

static mr_code get_model_version_download_uri(void *self, const struct mr_get_model_version_download_uri *request,
					      struct mr_get_model_version_download_uri_response *response, mr_call *call,
					      mr_error *err)
{
	struct mr_file_version v;
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, get_in(self, request->name, request->version, call, &v, err));
	if (code == MR_OK)
		MR_PUT_TEXT(response, artifact_uri, MR_GET_MODEL_VERSION_DOWNLOAD_URI_RESPONSE_HAS_ARTIFACT_URI,
			    location_in(v.meta));
	return code;
}

/* ---- tags ---- */

static mr_code set_tag_in(struct mr_file_write *write, const struct mr_set_model_version_tag *request, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_version v;
	mr_str tags;
	mr_code code = find_version(write, request->name, request->version, &v, err);

	if (code != MR_OK)
		return code;
	tags = mr_file_join(call, v.folder, "tags");
	code = mr_value_check(write->store, tags, request->key, call, err);
	if (code == MR_OK)
		code = mr_value_put(&write->change, tags, request->key, request->value, err);
	return code == MR_OK ? mr_file_registered_touch(write, request->name, mr_str_from(NULL), mr_str_from(NULL), err)
			     : code;
}

static mr_code set_model_version_tag(void *self, const struct mr_set_model_version_tag *request,
				     struct mr_set_model_version_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_model_version_tag(request->key, request->value, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, set_tag_in(&write, request, err), err) : code;
}

static mr_code delete_tag_in(struct mr_file_write *write, const struct mr_delete_model_version_tag *request, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_file_version v;
	mr_str tags;
	mr_code code = find_version(write, request->name, request->version, &v, err);

	if (code != MR_OK)
		return code;
	tags = mr_file_join(call, v.folder, "tags");
	if (!mr_value_exists(write->store, tags, request->key, call))
		return MR_OK;
	mr_change_remove(&write->change, mr_file_join_str(call, tags, request->key));
	return mr_file_registered_touch(write, request->name, mr_str_from(NULL), mr_str_from(NULL), err);
}

static mr_code delete_model_version_tag(void *self, const struct mr_delete_model_version_tag *request,
					struct mr_delete_model_version_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_name(request->key, MR_PLACE_NONE, "key", err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, delete_tag_in(&write, request, err), err) : code;
}

const struct mr_model_versions_ops mr_file_model_versions = {
	.size = sizeof mr_file_model_versions,
	.create_model_version = create_model_version,
	.update_model_version = update_model_version,
	.transition_model_version_stage = transition_model_version_stage,
	.delete_model_version = delete_model_version,
	.get_model_version = get_model_version,
	.search_model_versions = mr_file_search_model_versions,
	.get_model_version_download_uri = get_model_version_download_uri,
	.set_model_version_tag = set_model_version_tag,
	.delete_model_version_tag = delete_model_version_tag,
};
