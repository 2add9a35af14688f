/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/transfer.h"
#include "base/os.h"
#include "base/uri.h"
#include "base/yaml.h"

#define INCOMING ".incoming-"

enum { MLMODEL_MAX = 16 << 20 };

/* ---- the state's folder ---- */

static mr_str default_folder(mr_arena *arena)
{
	const char *set = mr_getenv("MILLRACE_DEPLOYMENTS_DIR"), *state = mr_getenv("XDG_STATE_HOME");
	mr_str home = mr_os_home(arena);

	if (set)
		return mr_str_from(set);
	if (state)
		return mr_arena_printf(arena, "%s/millrace/deployments", state);
	return home.len ? mr_arena_printf(arena, "%.*s/.local/state/millrace/deployments", MR_STR_ARG(home)) : home;
}

static mr_code folder_of(mr_str uri, mr_arena *arena, mr_str *out, mr_error *err)
{
	const char *colon = uri.len ? memchr(uri.ptr, ':', uri.len) : NULL;
	mr_str path = colon ? mr_str_make(colon + 1, uri.len - (size_t)(colon + 1 - uri.ptr)) : mr_str_make(NULL, 0);

	if (path.len >= 2 && memcmp(path.ptr, "//", 2) == 0) {
		if (path.len < 3 || path.ptr[2] != '/')
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "'%.*s' names a host. The target local is of the form local, local:/folder or "
					    "local:///folder", MR_STR_ARG(uri));
		path = mr_str_make(path.ptr + 2, path.len - 2);
	}
	if (!path.len)
		path = default_folder(arena);
	if (!path.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "There is no home folder to keep deployments in. Name one: local:/folder, or MILLRACE_DEPLOYMENTS_DIR");
	*out = mr_os_absolute(arena, path);
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

mr_code folder_open(mr_str uri, struct mr_state *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str folder;
	mr_code code;

	*out = (struct mr_state){.lock_fd = -1, .supervisor_fd = -1};
	code = arena ? folder_of(uri, arena, &folder, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_state_open(folder, out, err);
	mr_arena_free(arena);
	return code;
}

/* ---- a model's files ---- */

long folder_incoming_pid(const char *name)
{
	return strncmp(name, INCOMING, sizeof INCOMING - 1) == 0 ? atol(name + sizeof INCOMING - 1) : 0;
}

static mr_code download(const struct mr_state *s, mr_str uri, mr_call *call, mr_arena *arena, struct folder_model *out,
			mr_error *err)
{
	struct mr_transfer transfer = {.call = call};
	mr_artifact_handle *repository = NULL;
	char unique[33];
	mr_code code;

	mr_uuid_hex(unique);
	out->incoming = mr_arena_printf(arena, "%.*s/models/" INCOMING "%ld-%.8s", MR_STR_ARG(s->folder), (long)getpid(), unique);
	code = out->incoming.ptr ? mr_dir_make(out->incoming, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_artifact_handle_open(uri, &repository, err);
	if (code == MR_OK)
		code = mr_transfer_download(repository, mr_str_make(NULL, 0), out->incoming, &transfer, arena, NULL, err);
	mr_artifact_handle_close(repository);
	out->model = out->incoming;
	return code;
}

/* The folder itself, when it is of this machine. */
static mr_code in_place(mr_str uri, mr_arena *arena, struct folder_model *out, mr_error *err)
{
	mr_uri parts;
	mr_str path;
	mr_code code = mr_uri_parse(uri, &parts, err);

	if (code != MR_OK)
		return code;
	if (parts.scheme.len && !mr_str_is(parts.scheme, "file"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "With copy=false the model is used where it is, so it must be a folder of this machine, not %.*s",
				    MR_STR_ARG(mr_uri_redact(arena, uri)));
	code = mr_uri_to_local_path(arena, uri, &path, err);
	if (code == MR_OK)
		out->model = mr_os_absolute(arena, path);
	return code != MR_OK || out->model.ptr ? code : mr_error_no_memory(err);
}

static mr_code read_flavors(mr_str model, mr_str uri, bool needed, mr_arena *arena, const mr_json **out, mr_error *err)
{
	mr_str path = mr_arena_printf(arena, "%.*s/MLmodel", MR_STR_ARG(model)), text;
	mr_json *tree;
	mr_error why;

	*out = NULL;
	if (!path.ptr)
		return mr_error_no_memory(err);
	if (access(path.ptr, F_OK) != 0)
		return !needed ? MR_OK
			       : mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST,
					      "%.*s is no model: there is no file MLmodel in it, or it is not there at all",
					      MR_STR_ARG(mr_uri_redact(arena, uri)));
	mr_error_init(&why);
	if (mr_file_read(path, MLMODEL_MAX, arena, &text, &why) != MR_OK || mr_yaml_parse(text, arena, &tree, &why) != MR_OK ||
	    tree->type != MR_JSON_OBJECT || !(*out = mr_json_get(tree, "flavors")) || (*out)->type != MR_JSON_OBJECT ||
	    !(*out)->count)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The MLmodel file of %.*s cannot be used: %s",
				    MR_STR_ARG(mr_uri_redact(arena, uri)), why.length ? why.message : "it names no flavors");
	return MR_OK;
}

static mr_code choose_flavor(const mr_json *flavors, mr_str wanted, mr_str uri, mr_arena *arena, mr_str *out, mr_error *err)
{
	char known[1024];
	size_t used = 0;

	*out = mr_str_make("", 0);
	known[0] = 0;
	for (size_t i = 0; flavors && i < flavors->count; i++) {
		bool python = mr_str_is(flavors->keys[i], "python_function");
		int n = snprintf(known + used, sizeof known - used, "%s%.*s", used ? ", " : "", MR_STR_ARG(flavors->keys[i]));

		used += n > 0 && (size_t)n < sizeof known - used ? (size_t)n : 0;
		if (wanted.len ? mr_str_eq(flavors->keys[i], wanted) : !out->len || mr_str_is(*out, "python_function"))
			*out = python && out->len ? *out : flavors->keys[i];
	}
	if (wanted.len && !out->len && flavors)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%.*s has no flavor '%.*s'; it has: %s",
				    MR_STR_ARG(mr_uri_redact(arena, uri)), MR_STR_ARG(wanted), known);
	if (!flavors)
		*out = wanted;
	return MR_OK;
}

mr_code folder_fetch(const struct mr_state *s, mr_str model_uri, mr_str flavor, bool copy, bool needs_mlmodel,
		     mr_call *call, mr_arena *arena, struct folder_model *out, mr_error *err)
{
	const mr_json *flavors;
	mr_code code;

	*out = (struct folder_model){0};
	code = copy ? download(s, model_uri, call, arena, out, err) : in_place(model_uri, arena, out, err);
	if (code == MR_OK)
		code = read_flavors(out->model, model_uri, needs_mlmodel, arena, &flavors, err);
	if (code == MR_OK)
		code = choose_flavor(flavors, flavor, model_uri, arena, &out->flavor, err);
	if (code != MR_OK)
		folder_drop(out);
	return code;
}

mr_code folder_keep(const struct mr_state *s, mr_str name, int64_t revision, mr_arena *arena, struct folder_model *m,
		    mr_error *err)
{
	mr_str parent = mr_state_path(s, arena, "models", name, ""), place;
	mr_code code;

	if (!m->incoming.len)
		return MR_OK;
	place = mr_arena_printf(arena, "%.*s/%lld", MR_STR_ARG(parent), (long long)revision);
	code = parent.ptr && place.ptr ? mr_dir_make(parent, err) : mr_error_no_memory(err);
	if (code != MR_OK)
		return code;
	mr_state_remove_tree(place); /* of a command that was killed */
	if (rename(m->incoming.ptr, place.ptr) != 0)
		return mr_error_set(err, MR_IO_ERROR, "Cannot move the model to %s: %s", place.ptr, strerror(errno));
	m->incoming = mr_str_make(NULL, 0);
	m->model = place;
	return MR_OK;
}

void folder_drop(const struct folder_model *m)
{
	if (m->incoming.len)
		mr_state_remove_tree(m->incoming);
}
