/* SPDX-License-Identifier: Apache-2.0
 *
 * Where artifacts are. A local folder is opened only below the folders that the
 * operator named, as a path in the repository of that folder, so that nothing
 * below it can lead out of it; a remote one only on hosts that the operator
 * named (host_policy.h).
 */
#include <pthread.h>

#include "artifact/artifact.h"
#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"
#include "server/artifacts.h"
#include "server/host_policy.h"

enum { REDIRECTS_MAX = 4 };

static const char proxy_route[] = "/api/2.0/mlflow-artifacts/artifacts/";

struct root {
	mr_str path; /* absolute */
	mr_artifact_handle *repository; /* once it was used */
};

struct places {
	mr_server *server;
	pthread_mutex_t lock; /* of what is opened on first use */
	mr_artifact_handle *destination;
	struct root *roots;
	size_t roots_n;
	struct mr_host_policy policy;
};

bool place_local_folder(mr_call *call, mr_str text, mr_str *out)
{
	mr_error ignored;
	mr_str path;
	mr_uri uri;

	mr_error_init(&ignored);
	if (text.len == 0 || mr_uri_parse(text, &uri, &ignored) != MR_OK)
		return false;
	if (uri.scheme.len && !mr_str_is(uri.scheme, "file"))
		return false;
	if (mr_uri_to_local_path(call->arena, text, &path, &ignored) != MR_OK)
		return false;
	*out = mr_os_absolute(call->arena, path);
	return out->ptr != NULL;
}

/* ---- the roots ---- */

static mr_code add_root(struct places *places, mr_call *call, mr_str uri, mr_error *err)
{
	mr_str path;

	if (!place_local_folder(call, uri, &path))
		return MR_OK;
	path = mr_arena_copy(places->server->arena, path);
	if (!path.ptr)
		return mr_error_no_memory(err);
	places->roots[places->roots_n++].path = path;
	return MR_OK;
}

/* Tells the local repositories, too, so that nobody who opens one here can forget it. */
static mr_code confine(const struct places *places, mr_error *err)
{
	mr_str *folders = mr_arena_zalloc(places->server->arena, (places->roots_n + 1) * sizeof *folders);

	if (!folders)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < places->roots_n; i++)
		folders[i] = places->roots[i].path;
	return mr_artifact_file_confine(folders, places->roots_n, err);
}

mr_code places_new(mr_server *server, struct places **out, mr_error *err)
{
	const struct mr_server_config *config = &server->config;
	const mr_str named[] = {config->default_artifact_root, config->artifacts_destination, config->backend_store_uri,
				config->registry_store_uri};
	size_t named_n = sizeof named / sizeof named[0];
	struct places *places = mr_arena_zalloc(server->arena, sizeof *places);
	mr_call *call = mr_call_new(0);
	mr_code code = MR_OK;

	if (places)
		places->roots =
			mr_arena_zalloc(server->arena, (named_n + config->artifact_roots_n) * sizeof places->roots[0]);
	if (!places || !call || !places->roots) {
		mr_call_free(call);
		return mr_error_no_memory(err);
	}
	places->server = server;
	pthread_mutex_init(&places->lock, NULL);
	places->policy.trusted[0] = config->default_artifact_root;
	places->policy.trusted[1] = config->artifacts_destination;
	places->policy.allowed_schemes = mr_getenv("MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES");
	for (size_t i = 0; code == MR_OK && i < named_n; i++)
		code = add_root(places, call, named[i], err);
	for (size_t i = 0; code == MR_OK && i < config->artifact_roots_n; i++)
		code = add_root(places, call, config->artifact_roots[i], err);
	mr_call_free(call);
	*out = places;
	return code == MR_OK ? confine(places, err) : code;
}

mr_code places_check_host(const mr_server *server, mr_str uri, const char *field, mr_error *err)
{
	return mr_host_policy_check(&server->places->policy, uri, field, err);
}

void places_free(struct places *places)
{
	if (!places)
		return;
	mr_artifact_handle_close(places->destination);
	for (size_t i = 0; i < places->roots_n; i++)
		mr_artifact_handle_close(places->roots[i].repository);
	pthread_mutex_destroy(&places->lock);
}

static mr_code open_once(struct places *places, mr_artifact_handle **handle, mr_str uri, mr_error *err)
{
	mr_code code = MR_OK;

	pthread_mutex_lock(&places->lock);
	if (!*handle)
		code = mr_artifact_handle_open(uri, handle, err);
	pthread_mutex_unlock(&places->lock);
	return code;
}

/* ---- a place ---- */

static void use(struct place *place, mr_artifact_handle *repository, mr_str path)
{
	place->repository = repository;
	place->ops = mr_artifact_handle_ops(repository, &place->self);
	place->path = path;
}

void place_close(struct place *place)
{
	if (place->owned)
		mr_artifact_handle_close(place->repository);
	memset(place, 0, sizeof *place);
}

/* "a" and "b/" become "a/b"; repositories take no path with an empty segment. */
static mr_str join(mr_arena *arena, mr_str a, mr_str b)
{
	char *joined = mr_arena_alloc(arena, a.len + b.len + 2);
	size_t n = 0;
	mr_str parts[2] = {a, b};

	if (!joined)
		return mr_str_make(NULL, 0);
	for (int p = 0; p < 2; p++) {
		if (n && parts[p].len)
			joined[n++] = '/';
		for (size_t i = 0; i < parts[p].len; i++) {
			if (parts[p].ptr[i] != '/' || (n && joined[n - 1] != '/'))
				joined[n++] = parts[p].ptr[i];
		}
		while (n && joined[n - 1] == '/')
			n--;
	}
	joined[n] = 0;
	return mr_str_make(joined, n);
}

mr_code place_open_destination(mr_server *server, mr_str path, mr_call *call, struct place *out, mr_error *err)
{
	struct places *places = server->places;
	mr_code code = open_once(places, &places->destination, server->config.artifacts_destination, err);

	memset(out, 0, sizeof *out);
	if (code != MR_OK)
		return code;
	path = join(call->arena, path, mr_str_make(NULL, 0));
	if (!path.ptr)
		return mr_error_no_memory(err);
	use(out, places->destination, path);
	return MR_OK;
}

void place_destination_can(mr_server *server, bool *uploads_in_parts, bool *signs)
{
	struct places *places = server->places;
	mr_error ignored;

	*uploads_in_parts = *signs = false;
	mr_error_init(&ignored);
	if (!server->config.serve_artifacts ||
	    open_once(places, &places->destination, server->config.artifacts_destination, &ignored) != MR_OK)
		return;
	*uploads_in_parts = MR_ARTIFACT_HAS(places->destination, multipart_create);
	*signs = MR_ARTIFACT_HAS(places->destination, presign);
}

/* The path below the destination that a proxied root means. */
static bool proxied_path(mr_str root_uri, mr_str *out)
{
	mr_error ignored;
	const char *at;
	mr_uri uri;

	mr_error_init(&ignored);
	if (mr_uri_parse(root_uri, &uri, &ignored) != MR_OK)
		return false;
	*out = uri.path;
	if (mr_str_is(uri.scheme, "mlflow-artifacts"))
		return true;
	if (!mr_str_is(uri.scheme, "http") && !mr_str_is(uri.scheme, "https"))
		return false;
	at = memmem(uri.path.ptr ? uri.path.ptr : "", uri.path.len, proxy_route, sizeof proxy_route - 1);
	if (!at)
		return false;
	at += sizeof proxy_route - 1;
	*out = mr_str_make(at, uri.path.len - (size_t)(at - uri.path.ptr));
	return true;
}

bool place_proxied_path(const mr_server *server, mr_str root_uri, mr_str *out)
{
	if (!server->config.serve_artifacts || !proxied_path(root_uri, out))
		return false;
	while (out->len && out->ptr[0] == '/')
		*out = mr_str_make(out->ptr + 1, out->len - 1);
	return true;
}

/* ---- what a root means ---- */

static mr_code open_local(mr_server *server, mr_str folder, mr_str path, mr_call *call, struct place *out,
			  mr_error *err)
{
	struct places *places = server->places;

	for (size_t i = 0; i < places->roots_n; i++) {
		struct root *root = &places->roots[i];
		size_t len = root->path.len;
		bool below = folder.len >= len && memcmp(folder.ptr, root->path.ptr, len) == 0 &&
			     (folder.len == len || folder.ptr[len] == '/' || len == 1);

		if (!below)
			continue;
		if (open_once(places, &root->repository, root->path, err) != MR_OK)
			return err->code;
		path = join(call->arena, mr_str_make(folder.ptr + len, folder.len - len), path);
		if (!path.ptr)
			return mr_error_no_memory(err);
		use(out, root->repository, path);
		return MR_OK;
	}
	return mr_error_set(
		err, MR_PERMISSION_DENIED,
		"The folder '%.*s' is not below an artifact root of this server. Clients can use it where they have "
		"it; for the server to open it, start it with --allow-artifact-root %.*s",
		MR_STR_ARG(folder), MR_STR_ARG(folder));
}

static bool has_scheme(mr_str uri, const char *scheme, mr_str *rest)
{
	size_t len = strlen(scheme);

	if (uri.len <= len || memcmp(uri.ptr, scheme, len) != 0 || uri.ptr[len] != ':')
		return false;
	*rest = mr_str_make(uri.ptr + len + 1, uri.len - len - 1);
	while (rest->len && rest->ptr[0] == '/')
		*rest = mr_str_make(rest->ptr + 1, rest->len - 1);
	return true;
}

static mr_str cut_segment(mr_str *path)
{
	const char *slash = memchr(path->ptr, '/', path->len);
	size_t len = slash ? (size_t)(slash - path->ptr) : path->len;
	mr_str segment = mr_str_make(path->ptr, len);

	*path = slash ? mr_str_make(slash + 1, path->len - len - 1) : mr_str_make(NULL, 0);
	return segment;
}

/* "models:/m-<id>/path", "models:/name/version/path" */
static mr_code model_root(mr_server *server, mr_str rest, mr_call *call, mr_str *out, mr_str *below, mr_error *err)
{
	mr_str first = cut_segment(&rest), version;

	if (first.len > 2 && memcmp(first.ptr, "m-", 2) == 0) {
		*below = rest;
		return artifacts_logged_model_root(server, first, call, out, err);
	}
	version = cut_segment(&rest);
	*below = rest;
	return artifacts_model_version_root(server, first, version, call, out, err);
}

/* One step from a URI that refers to something stored to where that lies. */
static mr_code follow(mr_server *server, mr_str *uri, mr_call *call, bool *followed, mr_error *err)
{
	mr_str rest, root, below;
	mr_code code;

	*followed = true;
	if (has_scheme(*uri, "runs", &rest)) {
		mr_str run_id = cut_segment(&rest);

		below = rest;
		code = artifacts_run_root(server, run_id, call, &root, err);
	} else if (has_scheme(*uri, "models", &rest)) {
		code = model_root(server, rest, call, &root, &below, err);
	} else {
		*followed = false;
		return MR_OK;
	}
	if (code != MR_OK)
		return code;
	*uri = below.len ? mr_uri_append_path(call->arena, root, below) : root;
	return uri->ptr ? MR_OK : mr_error_no_memory(err);
}

mr_code place_open(mr_server *server, mr_str root_uri, mr_str path, mr_call *call, struct place *out, mr_error *err)
{
	struct places *places = server->places;
	mr_artifact_handle *repository;
	bool followed = true;
	mr_str folder;

	memset(out, 0, sizeof *out);
	for (int i = 0; followed; i++) {
		if (i == REDIRECTS_MAX)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The location '%.*s' refers to itself",
					    MR_STR_ARG(root_uri));
		if (follow(server, &root_uri, call, &followed, err) != MR_OK)
			return err->code;
	}
	if (place_proxied_path(server, root_uri, &folder)) {
		path = join(call->arena, folder, path);
		return path.ptr ? place_open_destination(server, path, call, out, err) : mr_error_no_memory(err);
	}
	if (place_local_folder(call, root_uri, &folder))
		return open_local(server, folder, path, call, out, err);
	if (mr_host_policy_check(&places->policy, root_uri, NULL, err) != MR_OK)
		return err->code;
	path = join(call->arena, path, mr_str_make(NULL, 0));
	if (!path.ptr)
		return mr_error_no_memory(err);
	if (mr_artifact_handle_open(root_uri, &repository, err) != MR_OK)
		return err->code;
	use(out, repository, path);
	out->owned = true;
	return MR_OK;
}
