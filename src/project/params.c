/* SPDX-License-Identifier: Apache-2.0 */
#include "project/params.h"

#include <unistd.h>

#include "artifact/transfer.h"
#include "base/nearest.h"
#include "base/os.h"
#include "base/uri.h"
#include "project/temporary.h"

/* ---- which values ---- */

static const struct mr_map_string *find(const struct mr_map_string *given, size_t n, mr_str name)
{
	for (size_t i = 0; i < n; i++)
		if (mr_str_eq(given[i].key, name))
			return &given[i];
	return NULL;
}

static bool declares(const struct spec_entry *entry, mr_str name)
{
	for (size_t i = 0; i < entry->params_n; i++)
		if (mr_str_eq(entry->params[i].name, name))
			return true;
	return false;
}

/* What was given that this entry point does not know, and that is near to the name. */
static mr_str near_given(mr_arena *arena, const struct spec_entry *entry, const struct mr_map_string *given, size_t given_n,
			 mr_str name)
{
	for (size_t i = 0; i < given_n; i++)
		if (!declares(entry, given[i].key) && mr_nearest(arena, name, &given[i].key, 1).len)
			return mr_arena_printf(arena, " ('%.*s' was given; it is none of its parameters)", MR_STR_ARG(given[i].key));
	return mr_str_make("", 0);
}

static mr_code check_missing(mr_arena *arena, const struct spec_entry *entry, const struct mr_map_string *given,
			     size_t given_n, mr_error *err)
{
	mr_str names = mr_str_make("", 0), near = names;

	for (size_t i = 0; i < entry->params_n; i++) {
		const struct spec_param *p = &entry->params[i];

		if (!p->required || find(given, given_n, p->name))
			continue;
		names = mr_arena_printf(arena, "%.*s%s'%.*s'", MR_STR_ARG(names), names.len ? ", " : "", MR_STR_ARG(p->name));
		if (!near.len)
			near = near_given(arena, entry, given, given_n, p->name);
	}
	if (!names.len)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "No value given for missing parameters: %.*s%.*s. Entry point '%.*s' needs it: -P NAME=VALUE",
			    MR_STR_ARG(names), MR_STR_ARG(near), MR_STR_ARG(entry->name));
}

/* As Python's urlparse finds a scheme. */
static bool is_uri(mr_str value)
{
	mr_uri uri;

	return mr_uri_parse(value, &uri, NULL) == MR_OK && uri.scheme.len > 0;
}

mr_code params_read(mr_arena *arena, const struct spec_entry *entry, const struct mr_map_string *given, size_t given_n,
		    struct params *out, mr_error *err)
{
	mr_code code = check_missing(arena, entry, given, given_n, err);

	memset(out, 0, sizeof *out);
	out->declared = mr_arena_alloc(arena, (entry->params_n + 1) * sizeof *out->declared);
	out->extra = mr_arena_alloc(arena, (given_n + 1) * sizeof *out->extra);
	if (code == MR_OK && (!out->declared || !out->extra))
		code = mr_error_no_memory(err);
	for (size_t i = 0; i < entry->params_n && code == MR_OK; i++) {
		const struct spec_param *p = &entry->params[i];
		const struct mr_map_string *value = find(given, given_n, p->name);
		struct shell_value *v = &out->declared[out->declared_n++];

		v->name = p->name;
		v->value = value ? value->value : p->otherwise;
		if (mr_str_is(p->type, "uri") && !is_uri(v->value))
			code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Expected URI for parameter %.*s but got %.*s",
					    MR_STR_ARG(p->name), MR_STR_ARG(v->value));
	}
	for (size_t i = 0; i < given_n && code == MR_OK; i++)
		if (!declares(entry, given[i].key))
			out->extra[out->extra_n++] = (struct shell_value){given[i].key, given[i].value};
	return code;
}

/* ---- paths ---- */

static void watch(void *arg, mr_str path, int64_t done, int64_t total)
{
	struct params_storage *s = arg;

	(void)path;
	(void)done;
	(void)total;
	if (s->cancelled && s->cancelled(s->arg))
		atomic_store(&s->call->cancelled, true);
}

static mr_code download(mr_arena *arena, struct params_storage *s, size_t position, mr_str uri, mr_str *out, mr_error *err)
{
	struct mr_transfer transfer = {.call = s->call, .progress = watch, .progress_arg = s};
	mr_artifact_handle *repository = NULL;
	mr_str root, path, folder;
	mr_code code = MR_OK;

	if (!s->made.len)
		code = temporary_folder(arena, s->parent, &s->made, err);
	if (code == MR_OK) {
		folder = mr_arena_printf(arena, "%.*s/param_%zu", MR_STR_ARG(s->made), position);
		code = folder.ptr ? mr_dir_make(folder, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		code = mr_transfer_split_uri(arena, uri, &root, &path, err);
	if (code == MR_OK)
		code = mr_artifact_handle_open(root, &repository, err);
	if (code == MR_OK)
		code = mr_transfer_download(repository, path, folder, &transfer, arena, out, err);
	mr_artifact_handle_close(repository);
	return code;
}

static bool exists(mr_str path)
{
	return path.ptr && access(path.ptr, F_OK) == 0;
}

/* A path on this machine: absolute, from where we are; a default may also be meant from the project's folder. */
static mr_code local(mr_arena *arena, const struct params_storage *s, const struct spec_param *p, mr_str value, mr_str *out,
		     mr_error *err)
{
	mr_str path, in_project;
	mr_code code = mr_uri_to_local_path(arena, value, &path, err);

	if (code != MR_OK)
		return code;
	*out = mr_os_absolute(arena, path);
	if (exists(*out))
		return MR_OK;
	in_project = mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(s->work_dir), MR_STR_ARG(path));
	if (!p->required && mr_str_eq(value, p->otherwise) && exists(in_project)) {
		*out = mr_os_absolute(arena, in_project);
		return MR_OK;
	}
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Got value %.*s for parameter %.*s, but no such file or directory was found. (Looked for %.*s)",
			    MR_STR_ARG(value), MR_STR_ARG(p->name), MR_STR_ARG(*out));
}

mr_code params_fetch(mr_arena *arena, const struct spec_entry *entry, struct params *params, struct params_storage *storage,
		     mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < entry->params_n && code == MR_OK; i++) {
		const struct spec_param *p = &entry->params[i];
		mr_str *value = &params->declared[i].value, found;
		mr_uri uri;

		if (!mr_str_is(p->type, "path"))
			continue;
		code = mr_uri_parse(*value, &uri, err);
		if (code != MR_OK)
			break;
		if (!uri.scheme.len || (mr_str_is(uri.scheme, "file") && !uri.authority.len))
			code = local(arena, storage, p, *value, &found, err);
		else
			code = download(arena, storage, i, *value, &found, err);
		*value = found;
	}
	return code;
}
