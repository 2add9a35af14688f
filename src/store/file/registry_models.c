/* SPDX-License-Identifier: Apache-2.0
 *
 * Registered models, their tags and aliases.
 */
#include <strings.h>

#include "api/python.h"
#include "store/file/registry.h"
#include "store/rules_registry.h"

/* ---- the model's own file ---- */

/* As the folder of aliases has them, with the one that is about to change. */
static mr_code set_aliases(struct mr_file_write *write, mr_str folder, mr_json *meta, mr_str alias, mr_str version,
			   mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json map = {.type = MR_JSON_OBJECT};
	struct mr_value *values;
	size_t n;
	mr_code code = mr_values_read(write->store, mr_file_join(call, folder, "aliases"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		mr_json item = {.type = MR_JSON_STRING, .text = values[i].value};

		if (!alias.ptr || !mr_str_eq(values[i].key, alias))
			code = mr_meta_set(&map, call, values[i].key.ptr, item, err);
	}
	if (code == MR_OK && alias.ptr && version.ptr) {
		mr_json item = {.type = MR_JSON_STRING, .text = version};

		alias = mr_call_copy(call, alias);
		code = alias.ptr ? mr_meta_set(&map, call, alias.ptr, item, err) : mr_error_no_memory(err);
	}
	return code == MR_OK ? mr_meta_set(meta, call, "aliases", map, err) : code;
}

mr_code mr_file_registered_touch(struct mr_file_write *write, mr_str name, mr_str alias, mr_str version, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json *meta;
	mr_str folder;
	mr_code code = mr_file_registered_find(write->store, name, call, &folder, &meta, err);

	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err);
	if (code == MR_OK)
		code = set_aliases(write, folder, meta, alias, version, err);
	return code == MR_OK ? mr_meta_put(&write->change, folder, meta, err) : code;
}

/* ---- creating, changing, removing ---- */

static bool is_prompt(struct mr_registered_model_tag *const *tags, size_t n)
{
	bool prompt = false;

	for (size_t i = 0; i < n; i++)
		if (mr_str_is(tags[i]->key, MR_TAG_IS_PROMPT))
			prompt = mr_str_is(tags[i]->value, "true") || mr_str_is(tags[i]->value, "True");
	return prompt;
}

static mr_code refuse_existing(const struct mr_file_store *store, const struct mr_create_registered_model *request,
			       mr_call *call, mr_error *err)
{
	struct mr_registered_model *existing;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_file_registered_get(store, request->name, call, &existing, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST)
		return MR_OK;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	return mr_rule_model_exists(request->name, is_prompt(existing->tags, existing->tags_n),
				    is_prompt(request->tags, request->tags_n), err);
}

static mr_code make_meta(const struct mr_create_registered_model *request, mr_call *call, mr_json **out, mr_error *err)
{
	mr_str none = mr_str_from(NULL);
	mr_json empty = {.type = MR_JSON_OBJECT};
	const struct {
		const char *key;
		mr_str text;
	} texts[] = {{"name", request->name},
		     {"description", request->description.ptr ? request->description : mr_str_from("")},
		     {"deployment_job_id", none},
		     {"deployment_job_state", none},
		     {"workspace", mr_str_from("default")}};
	mr_json *meta = mr_meta_new(call);
	mr_code code = meta ? mr_meta_set(meta, call, "aliases", empty, err) : mr_error_no_memory(err);

	*out = meta;
	for (size_t i = 0; i < sizeof texts / sizeof *texts && code == MR_OK; i++)
		code = mr_meta_set_text(meta, call, texts[i].key, texts[i].text, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "creation_timestamp", call->now_ms, err);
	return code == MR_OK ? mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err) : code;
}

/* MLflow lists a model as soon as its folder is there, so meta.yaml is the first file in it. */
static mr_code create_in(struct mr_file_write *write, const struct mr_create_registered_model *request, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder, tags;
	mr_json *meta;
	mr_code code = refuse_existing(write->store, request, call, err);

	if (code == MR_OK)
		code = mr_file_model_folder(request->name, call, &folder, err);
	if (code == MR_OK)
		code = make_meta(request, call, &meta, err);
	if (code == MR_OK)
		code = mr_meta_put(&write->change, folder, meta, err);
	if (code != MR_OK)
		return code;
	tags = mr_file_join(call, folder, "tags");
	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_value_put(&write->change, tags, request->tags[i]->key, request->tags[i]->value, err);
	return code;
}

static mr_code create_registered_model(void *self, const struct mr_create_registered_model *request,
				       struct mr_create_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_model_name(request->name, err);

	for (size_t i = 0; i < request->tags_n && code == MR_OK; i++)
		code = mr_rule_registered_model_tag(request->tags[i]->key, request->tags[i]->value, err);
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = create_in(&write, request, err);
	if (code == MR_OK)
		code = mr_change_commit(&write.change, err);
	if (code == MR_OK)
		code = mr_file_registered_get(self, request->name, call, &response->registered_model, err);
	MR_SET(response, MR_CREATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_file_write_end(&write, code, err);
}

static mr_code update_in(struct mr_file_write *write, const struct mr_update_registered_model *request,
			 struct mr_registered_model **out, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_json *meta;
	mr_str folder;
	mr_code code = mr_file_registered_find(write->store, request->name, call, &folder, &meta, err);

	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "description",
					request->description.ptr ? request->description : mr_str_from(""), err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err);
	if (code == MR_OK)
		code = mr_meta_put(&write->change, folder, meta, err);
	return code == MR_OK ? mr_file_registered_read(write->store, folder, meta, call, out, err) : code;
}

static mr_code update_registered_model(void *self, const struct mr_update_registered_model *request,
				       struct mr_update_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	if (code != MR_OK)
		return code;
	MR_SET(response, MR_UPDATE_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_file_write_end(&write, update_in(&write, request, &response->registered_model, err), err);
}

/* The name stands in the versions' files, too. The folder moves last. */
static mr_code rename_in(struct mr_file_write *write, mr_str name, mr_str new_name, mr_error *err)
{
	mr_call *call = write->change.call;
	struct mr_list versions = {0};
	mr_str folder, to;
	mr_json *meta;
	mr_code code = mr_file_registered_find(write->store, name, call, &folder, &meta, err);

	if (code == MR_OK)
		code = mr_file_model_folder(new_name, call, &to, err);
	if (code == MR_OK && mr_disk_has_folder(&write->store->disk, to))
		return mr_error_set(err, MR_RESOURCE_ALREADY_EXISTS, "Registered Model (name=%.*s) already exists.",
				    MR_STR_ARG(new_name));
	if (code == MR_OK)
		code = mr_file_versions_list(write->store, folder, call, &versions, err);
	for (size_t i = 0; i < versions.n && code == MR_OK; i++) {
		struct mr_file_version *v = versions.items[i];

		code = mr_meta_set_text(v->meta, call, "name", new_name, err);
		if (code == MR_OK)
			code = mr_meta_set_int(v->meta, call, "last_updated_timestamp", call->now_ms, err);
		if (code == MR_OK)
			code = mr_meta_put(&write->change, v->folder, v->meta, err);
	}
	if (code == MR_OK)
		code = mr_meta_set_text(meta, call, "name", new_name, err);
	if (code == MR_OK)
		code = mr_meta_set_int(meta, call, "last_updated_timestamp", call->now_ms, err);
	if (code == MR_OK)
		code = mr_meta_put(&write->change, folder, meta, err);
	if (code == MR_OK)
		mr_change_move(&write->change, folder, to);
	return code;
}

static mr_code rename_registered_model(void *self, const struct mr_rename_registered_model *request,
				       struct mr_rename_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_model_new_name(request->new_name, err);

	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	code = rename_in(&write, request->name, request->new_name, err);
	if (code == MR_OK)
		code = mr_change_commit(&write.change, err);
	if (code == MR_OK)
		code = mr_file_registered_get(self, request->new_name, call, &response->registered_model, err);
	MR_SET(response, MR_RENAME_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_file_write_end(&write, code, err);
}

static mr_code delete_registered_model(void *self, const struct mr_delete_registered_model *request,
				       struct mr_delete_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_json *meta;
	mr_str folder;
	mr_code code = mr_file_write_begin(self, call, &write, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_registered_find(self, request->name, call, &folder, &meta, err);
	if (code == MR_OK)
		mr_change_remove_tree(&write.change, folder);
	return mr_file_write_end(&write, code, err);
}

/* ---- reading ---- */

static mr_code get_registered_model(void *self, const struct mr_get_registered_model *request,
				    struct mr_get_registered_model_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_hold hold;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	if (code != MR_OK)
		return code;
	MR_SET(response, MR_GET_REGISTERED_MODEL_RESPONSE_HAS_REGISTERED_MODEL);
	return mr_file_read_end(self, &hold,
				mr_file_registered_get(self, request->name, call, &response->registered_model, err));
}

static mr_code wants_stage(const struct mr_get_latest_versions *request, mr_str stage, bool *out, mr_error *err)
{
	const char *canonical;
	mr_code code = MR_OK;

	*out = request->stages_n == 0;
	for (size_t i = 0; i < request->stages_n && code == MR_OK; i++) {
		code = mr_rule_stage(request->stages[i], &canonical, err);
		*out = *out || (code == MR_OK && mr_str_is(stage, canonical));
	}
	return code;
}

static mr_code get_latest_versions(void *self, const struct mr_get_latest_versions *request,
				   struct mr_get_latest_versions_response *response, mr_call *call, mr_error *err)
{
	struct mr_registered_model *model;
	struct mr_file_hold hold;
	bool wanted;
	mr_code code = mr_file_read_begin(self, call, &hold, err);

	(void)response;
	if (code != MR_OK)
		return code;
	code = mr_file_read_end(self, &hold, mr_file_registered_get(self, request->name, call, &model, err));
	if (code == MR_OK)
		code = wants_stage(request, mr_str_from(""), &wanted, err); /* unknown stages are refused in any case */
	for (size_t i = 0; code == MR_OK && i < model->latest_versions_n; i++) {
		code = wants_stage(request, model->latest_versions[i]->current_stage, &wanted, err);
		if (code == MR_OK && wanted)
			code = mr_call_emit(call, model->latest_versions[i], err);
	}
	return code;
}

/* ---- tags ---- */

static mr_code set_tag_in(struct mr_file_write *write, const struct mr_set_registered_model_tag *request, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder, tags;
	mr_json *meta;
	mr_code code = mr_file_registered_find(write->store, request->name, call, &folder, &meta, err);

	if (code != MR_OK)
		return code;
	tags = mr_file_join(call, folder, "tags");
	code = mr_value_check(write->store, tags, request->key, call, err);
	if (code == MR_OK)
		code = mr_value_put(&write->change, tags, request->key, request->value, err);
	return code == MR_OK ? mr_file_registered_touch(write, request->name, mr_str_from(NULL), mr_str_from(NULL), err)
			     : code;
}

static mr_code set_registered_model_tag(void *self, const struct mr_set_registered_model_tag *request,
					struct mr_set_registered_model_tag_response *response, mr_call *call, mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_registered_model_tag(request->key, request->value, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, set_tag_in(&write, request, err), err) : code;
}

static mr_code delete_tag_in(struct mr_file_write *write, mr_str name, mr_str key, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder, tags;
	mr_json *meta;
	mr_code code = mr_file_registered_find(write->store, name, call, &folder, &meta, err);

	if (code != MR_OK)
		return code;
	tags = mr_file_join(call, folder, "tags");
	if (!mr_value_exists(write->store, tags, key, call))
		return MR_OK;
	mr_change_remove(&write->change, mr_file_join_str(call, tags, key));
	return mr_file_registered_touch(write, name, mr_str_from(NULL), mr_str_from(NULL), err);
}

static mr_code delete_registered_model_tag(void *self, const struct mr_delete_registered_model_tag *request,
					   struct mr_delete_registered_model_tag_response *response, mr_call *call,
					   mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_name(request->key, MR_PLACE_NONE, "key", err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, delete_tag_in(&write, request->name, request->key, err), err)
			     : code;
}

/* ---- aliases ---- */

static mr_code set_registered_model_alias(void *self, const struct mr_set_registered_model_alias *request,
					  struct mr_set_registered_model_alias_response *response, mr_call *call,
					  mr_error *err)
{
	struct mr_file_version v;
	struct mr_file_write write;
	mr_str folder, number;
	int64_t version;
	mr_code code = mr_file_model_folder(request->name, call, &folder, err);

	(void)response;
	if (code == MR_OK)
		code = mr_rule_alias(request->alias, true, err);
	if (code == MR_OK)
		code = mr_rule_model_version(request->version, &version, err);
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	if (code != MR_OK)
		return code;
	number = mr_arena_printf(call->arena, "%lld", (long long)version);
	code = mr_file_version_find(self, request->name, version, call, &v, err);
	if (code == MR_OK)
		code = mr_value_put(&write.change, mr_file_join(call, folder, "aliases"), request->alias, number, err);
	if (code == MR_OK)
		code = mr_file_registered_touch(&write, request->name, request->alias, number, err);
	return mr_file_write_end(&write, code, err);
}

static mr_code delete_alias_in(struct mr_file_write *write, mr_str name, mr_str alias, mr_error *err)
{
	mr_call *call = write->change.call;
	mr_str folder, aliases;
	mr_json *meta;
	mr_code code = mr_file_registered_find(write->store, name, call, &folder, &meta, err);

	if (code != MR_OK)
		return code;
	aliases = mr_file_join(call, folder, "aliases");
	if (!mr_value_exists(write->store, aliases, alias, call))
		return MR_OK;
	mr_change_remove(&write->change, mr_file_join_str(call, aliases, alias));
	return mr_file_registered_touch(write, name, alias, mr_str_from(NULL), err);
}

static mr_code delete_registered_model_alias(void *self, const struct mr_delete_registered_model_alias *request,
					     struct mr_delete_registered_model_alias_response *response, mr_call *call,
					     mr_error *err)
{
	struct mr_file_write write;
	mr_code code = mr_rule_alias(request->alias, false, err);

	(void)response;
	if (code == MR_OK)
		code = mr_file_write_begin(self, call, &write, err);
	return code == MR_OK ? mr_file_write_end(&write, delete_alias_in(&write, request->name, request->alias, err), err)
			     : code;
}

mr_code mr_file_alias_find(const struct mr_file_store *store, mr_str model, mr_str alias, mr_call *call, int64_t *version,
			   mr_error *err)
{
	struct mr_python_int number;
	mr_str text;
	mr_code code = mr_value_find(store, mr_file_join(call, model, "aliases"), alias, call, &text, err);

	if (code != MR_OK)
		return code;
	if (!text.ptr)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Registered model alias %.*s not found.",
				    MR_STR_ARG(alias));
	if (mr_python_int(text, &number) && mr_python_int64(number, version))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_STATE, "The alias %.*s points at '%.*s', which is no version", MR_STR_ARG(alias),
			    MR_STR_ARG(text));
}

/* "latest": the highest version of those that are not deleted. */
static mr_code find_latest(const struct mr_file_store *store, mr_str name, mr_str folder, mr_call *call, int64_t *version,
			   mr_error *err)
{
	struct mr_list versions = {0};
	mr_code code = mr_file_versions_list(store, folder, call, &versions, err);

	*version = 0;
	for (size_t i = 0; i < versions.n && code == MR_OK; i++) {
		const struct mr_file_version *v = versions.items[i];

		if (!v->deleted)
			*version = v->number;
	}
	if (code == MR_OK && !*version)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Latest version not found for model %.*s.",
				    MR_STR_ARG(name));
	return code;
}

static mr_code by_alias(struct mr_file_store *store, const struct mr_get_model_version_by_alias *request, mr_call *call,
			struct mr_model_version **out, mr_error *err)
{
	bool latest = request->alias.len == 6 && strncasecmp(request->alias.ptr, "latest", 6) == 0;
	mr_json *meta;
	mr_str folder;
	int64_t version;
	mr_code code = mr_file_registered_find(store, request->name, call, &folder, &meta, err);

	if (code == MR_OK && latest)
		code = find_latest(store, request->name, folder, call, &version, err);
	else if (code == MR_OK)
		code = mr_file_alias_find(store, folder, request->alias, call, &version, err);
	return code == MR_OK ? mr_file_version_get(store, request->name, version, call, out, err) : code;
}

static mr_code get_model_version_by_alias(void *self, const struct mr_get_model_version_by_alias *request,
					  struct mr_get_model_version_by_alias_response *response, mr_call *call,
					  mr_error *err)
{
	struct mr_file_hold hold;
	mr_code code = mr_rule_alias(request->alias, false, err);

	if (code == MR_OK)
		code = mr_file_read_begin(self, call, &hold, err);
	if (code != MR_OK)
		return code;
	MR_SET(response, MR_GET_MODEL_VERSION_BY_ALIAS_RESPONSE_HAS_MODEL_VERSION);
	return mr_file_read_end(self, &hold, by_alias(self, request, call, &response->model_version, err));
}

const struct mr_registered_models_ops mr_file_registered_models = {
	.size = sizeof mr_file_registered_models,
	.create_registered_model = create_registered_model,
	.rename_registered_model = rename_registered_model,
	.update_registered_model = update_registered_model,
	.delete_registered_model = delete_registered_model,
	.get_registered_model = get_registered_model,
	.search_registered_models = mr_file_search_registered_models,
	.get_latest_versions = get_latest_versions,
	.set_registered_model_tag = set_registered_model_tag,
	.delete_registered_model_tag = delete_registered_model_tag,
	.set_registered_model_alias = set_registered_model_alias,
	.delete_registered_model_alias = delete_registered_model_alias,
	.get_model_version_by_alias = get_model_version_by_alias,
};
