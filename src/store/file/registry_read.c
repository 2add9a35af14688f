/* SPDX-License-Identifier: Apache-2.0
 *
 * Registered models and their versions, as they are read.
 */
#include <stdlib.h>

#include "api/gen_descs.h"
#include "api/tables.h"
#include "store/file/registry.h"
#include "store/rules_registry.h"

#define MODELS "models"
#define VERSION_PREFIX "version-"

/* ---- models ---- */

mr_code mr_file_model_folder(mr_str name, mr_call *call, mr_str *out, mr_error *err)
{
	mr_code code = mr_rule_model_name(name, err);

	if (code != MR_OK)
		return code;
	if (memchr(name.ptr, '%', name.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid name: '%.*s'. Registered model name cannot contain '%%' character",
				    MR_STR_ARG(name));
	if (!mr_file_is_name(name))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid name: '%.*s'. The file store keeps a model in a folder of its name, which may have "
				    "up to 255 bytes.",
				    MR_STR_ARG(name));
	*out = mr_file_join_str(call, mr_str_from(MODELS), name);
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

mr_code mr_file_registered_find(const struct mr_file_store *store, mr_str name, mr_call *call, mr_str *folder,
				mr_json **meta, mr_error *err)
{
	mr_error why;
	mr_code code = mr_file_model_folder(name, call, folder, err);

	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	code = mr_meta_read(store, *folder, call->arena, meta, &why);
	if (code == MR_NOT_FOUND)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Registered Model with name=%.*s not found",
				    MR_STR_ARG(name));
	return code == MR_OK ? code : mr_error_set(err, code, "%s", why.message);
}

static mr_code read_model_tags(const struct mr_file_store *store, mr_str folder, mr_call *call,
			       struct mr_registered_model *model, mr_error *err)
{
	struct mr_value *values;
	struct mr_list tags = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, folder, "tags"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_registered_model_tag *t = MR_NEW(call, struct mr_registered_model_tag);

		code = mr_list_add(&tags, call, t, err);
		if (code != MR_OK)
			break;
		MR_PUT(t, key, MR_REGISTERED_MODEL_TAG_HAS_KEY, values[i].key);
		MR_PUT(t, value, MR_REGISTERED_MODEL_TAG_HAS_VALUE, values[i].value);
	}
	model->tags = (struct mr_registered_model_tag **)tags.items;
	model->tags_n = tags.n;
	return code;
}

static mr_code read_model_aliases(const struct mr_file_store *store, mr_str folder, mr_call *call,
				  struct mr_registered_model *model, mr_error *err)
{
	struct mr_value *values;
	struct mr_list aliases = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, folder, "aliases"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_registered_model_alias *a = MR_NEW(call, struct mr_registered_model_alias);

		code = mr_list_add(&aliases, call, a, err);
		if (code != MR_OK)
			break;
		MR_PUT(a, alias, MR_REGISTERED_MODEL_ALIAS_HAS_ALIAS, values[i].key);
		MR_PUT(a, version, MR_REGISTERED_MODEL_ALIAS_HAS_VERSION, values[i].value);
	}
	model->aliases = (struct mr_registered_model_alias **)aliases.items;
	model->aliases_n = aliases.n;
	return code;
}

/* The latest version of each stage, in the order of the stages. */
static mr_code read_latest(const struct mr_file_store *store, mr_str folder, mr_call *call,
			   struct mr_registered_model *model, mr_error *err)
{
	static const char *const stages[] = {MR_STAGE_NONE, "Staging", "Production", MR_STAGE_ARCHIVED};
	struct mr_list versions = {0}, latest = {0};
	mr_code code = mr_file_versions_list(store, folder, call, &versions, err);

	for (size_t s = 0; s < sizeof stages / sizeof *stages && code == MR_OK; s++) {
		const struct mr_file_version *best = NULL;
		struct mr_model_version *v;

		for (size_t i = 0; i < versions.n; i++) {
			const struct mr_file_version *one = versions.items[i];

			if (mr_str_is(mr_meta_text(one->meta, "current_stage"), stages[s]))
				best = one;
		}
		if (!best)
			continue;
		code = mr_file_version_read(store, folder, best, call, &v, err);
		if (code == MR_OK)
			code = mr_list_add(&latest, call, v, err);
	}
	model->latest_versions = (struct mr_model_version **)latest.items;
	model->latest_versions_n = latest.n;
	return code;
}

mr_code mr_file_registered_read(const struct mr_file_store *store, mr_str folder, const mr_json *meta, mr_call *call,
				struct mr_registered_model **out, mr_error *err)
{
	struct mr_registered_model *model = MR_NEW(call, struct mr_registered_model);
	mr_code code;

	*out = model;
	if (!model)
		return mr_error_no_memory(err);
	MR_PUT_TEXT(model, name, MR_REGISTERED_MODEL_HAS_NAME, mr_meta_text(meta, "name"));
	if (mr_meta_text(meta, "description").len)
		MR_PUT(model, description, MR_REGISTERED_MODEL_HAS_DESCRIPTION, mr_meta_text(meta, "description"));
	if (mr_meta_int(meta, "creation_timestamp", &model->creation_timestamp))
		MR_SET(model, MR_REGISTERED_MODEL_HAS_CREATION_TIMESTAMP);
	if (mr_meta_int(meta, "last_updated_timestamp", &model->last_updated_timestamp))
		MR_SET(model, MR_REGISTERED_MODEL_HAS_LAST_UPDATED_TIMESTAMP);
	code = read_model_tags(store, folder, call, model, err);
	if (code == MR_OK)
		code = read_model_aliases(store, folder, call, model, err);
	return code == MR_OK ? read_latest(store, folder, call, model, err) : code;
}

mr_code mr_file_registered_get(const struct mr_file_store *store, mr_str name, mr_call *call,
			       struct mr_registered_model **out, mr_error *err)
{
	mr_json *meta;
	mr_str folder;
	mr_code code = mr_file_registered_find(store, name, call, &folder, &meta, err);

	return code == MR_OK ? mr_file_registered_read(store, folder, meta, call, out, err) : code;
}

mr_code mr_file_registered_list(const struct mr_file_store *store, mr_call *call, struct mr_disk_entry **out, size_t *n,
				mr_error *err)
{
	size_t kept = 0;
	mr_code code = mr_disk_list(&store->disk, mr_str_from(MODELS), call->arena, out, n, err);

	for (size_t i = 0; i < *n && code == MR_OK; i++)
		if ((*out)[i].is_folder)
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return code;
}

/* ---- versions ---- */

static bool read_version_meta(const struct mr_file_store *store, struct mr_file_version *v, mr_call *call)
{
	if (mr_meta_read(store, v->folder, call->arena, &v->meta, NULL) != MR_OK)
		return false;
	v->deleted = mr_str_is(mr_meta_text(v->meta, "current_stage"), MR_STAGE_DELETED);
	return mr_meta_int(v->meta, "version", &v->number);
}

mr_code mr_file_version_find(const struct mr_file_store *store, mr_str name, int64_t number, mr_call *call,
			     struct mr_file_version *out, mr_error *err)
{
	mr_json *model;
	mr_str folder;
	mr_code code = mr_file_registered_find(store, name, call, &folder, &model, err);

	memset(out, 0, sizeof *out);
	if (code != MR_OK)
		return code;
	out->folder = mr_arena_printf(call->arena, "%.*s/" VERSION_PREFIX "%lld", MR_STR_ARG(folder), (long long)number);
	if (!out->folder.ptr)
		return mr_error_no_memory(err);
	if (read_version_meta(store, out, call) && !out->deleted)
		return MR_OK;
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Model Version (name=%.*s, version=%lld) not found",
			    MR_STR_ARG(name), (long long)number);
}

static mr_code read_version_tags(const struct mr_file_store *store, mr_str folder, mr_call *call,
				 struct mr_model_version *v, mr_error *err)
{
	struct mr_value *values;
	struct mr_list tags = {0};
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, folder, "tags"), call, &values, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_model_version_tag *t = MR_NEW(call, struct mr_model_version_tag);

		code = mr_list_add(&tags, call, t, err);
		if (code != MR_OK)
			break;
		MR_PUT(t, key, MR_MODEL_VERSION_TAG_HAS_KEY, values[i].key);
		MR_PUT(t, value, MR_MODEL_VERSION_TAG_HAS_VALUE, values[i].value);
	}
	v->tags = (struct mr_model_version_tag **)tags.items;
	v->tags_n = tags.n;
	return code;
}

static mr_code read_version_aliases(const struct mr_file_store *store, mr_str model, mr_call *call,
				    struct mr_model_version *v, mr_error *err)
{
	struct mr_value *values;
	size_t n;
	mr_code code = mr_values_read(store, mr_file_join(call, model, "aliases"), call, &values, &n, err);

	if (code != MR_OK || n == 0)
		return code;
	v->aliases = mr_call_alloc(call, n * sizeof *v->aliases);
	if (!v->aliases)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < n; i++)
		if (mr_str_eq(values[i].value, v->version))
			v->aliases[v->aliases_n++] = values[i].key;
	return MR_OK;
}

static int32_t status_of(const mr_json *meta)
{
	mr_str name = mr_meta_text(meta, "status");
	const struct mr_enum_value *value = name.ptr ? mr_enum_by_name(&mr_desc_enum_model_version_status, name) : NULL;

	return value ? value->number : MR_MODEL_VERSION_STATUS_READY;
}

mr_code mr_file_version_read(const struct mr_file_store *store, mr_str model, const struct mr_file_version *from,
			     mr_call *call, struct mr_model_version **out, mr_error *err)
{
	struct mr_model_version *v = MR_NEW(call, struct mr_model_version);
	const mr_json *meta = from->meta;
	mr_code code;

	*out = v;
	if (!v)
		return mr_error_no_memory(err);
	MR_PUT_TEXT(v, name, MR_MODEL_VERSION_HAS_NAME, mr_meta_text(meta, "name"));
	MR_PUT(v, version, MR_MODEL_VERSION_HAS_VERSION, mr_arena_printf(call->arena, "%lld", (long long)from->number));
	MR_PUT_TEXT(v, user_id, MR_MODEL_VERSION_HAS_USER_ID, mr_meta_text(meta, "user_id"));
	MR_PUT_TEXT(v, current_stage, MR_MODEL_VERSION_HAS_CURRENT_STAGE, mr_meta_text(meta, "current_stage"));
	MR_PUT_TEXT(v, description, MR_MODEL_VERSION_HAS_DESCRIPTION, mr_meta_text(meta, "description"));
	MR_PUT_TEXT(v, source, MR_MODEL_VERSION_HAS_SOURCE, mr_meta_text(meta, "source"));
	MR_PUT_TEXT(v, run_id, MR_MODEL_VERSION_HAS_RUN_ID, mr_meta_text(meta, "run_id"));
	MR_PUT_TEXT(v, run_link, MR_MODEL_VERSION_HAS_RUN_LINK, mr_meta_text(meta, "run_link"));
	if (mr_meta_text(meta, "status_message").len)
		MR_PUT(v, status_message, MR_MODEL_VERSION_HAS_STATUS_MESSAGE, mr_meta_text(meta, "status_message"));
	MR_PUT(v, status, MR_MODEL_VERSION_HAS_STATUS, status_of(meta));
	if (mr_meta_int(meta, "creation_timestamp", &v->creation_timestamp))
		MR_SET(v, MR_MODEL_VERSION_HAS_CREATION_TIMESTAMP);
	if (mr_meta_int(meta, "last_updated_timestamp", &v->last_updated_timestamp))
		MR_SET(v, MR_MODEL_VERSION_HAS_LAST_UPDATED_TIMESTAMP);
	code = read_version_tags(store, from->folder, call, v, err);
	return code == MR_OK ? read_version_aliases(store, model, call, v, err) : code;
}

mr_code mr_file_version_get(const struct mr_file_store *store, mr_str name, int64_t number, mr_call *call,
			    struct mr_model_version **out, mr_error *err)
{
	struct mr_file_version v;
	mr_str model;
	mr_code code = mr_file_version_find(store, name, number, call, &v, err);

	if (code == MR_OK)
		code = mr_file_model_folder(name, call, &model, err);
	return code == MR_OK ? mr_file_version_read(store, model, &v, call, out, err) : code;
}

static int by_number(const void *a, const void *b)
{
	const struct mr_file_version *x = *(void *const *)a, *y = *(void *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

mr_code mr_file_versions_list(const struct mr_file_store *store, mr_str model, mr_call *call, struct mr_list *out,
			      mr_error *err)
{
	size_t n, prefix = sizeof VERSION_PREFIX - 1;
	struct mr_disk_entry *entries;
	mr_code code = mr_disk_list(&store->disk, model, call->arena, &entries, &n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		struct mr_file_version *v = MR_NEW(call, struct mr_file_version);

		if (!v)
			return mr_error_no_memory(err);
		if (!entries[i].is_folder || entries[i].name.len <= prefix ||
		    memcmp(entries[i].name.ptr, VERSION_PREFIX, prefix))
			continue;
		v->folder = mr_file_join_str(call, model, entries[i].name);
		if (!v->folder.ptr)
			return mr_error_no_memory(err);
		if (read_version_meta(store, v, call))
			code = mr_list_add(out, call, v, err);
	}
	if (out->n)
		qsort(out->items, out->n, sizeof *out->items, by_number);
	return code;
}
