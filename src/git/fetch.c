/* SPDX-License-Identifier: Apache-2.0
 *
 * A repository at a version, in a folder of its own.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/os.h"
#include "base/uri.h"
#include "git/parts.h"

enum { NAMES_MAX = 4096, DEPTH_MAX = 10 };

struct fetching {
	const struct mr_git_request *request;
	mr_arena *arena;
	mr_str shown; /* the URL, without a password */
	git_repository *repository;
	git_remote *remote;
	struct git_credentials credentials;
	int depth; /* of submodules */
	mr_error *err;
	/* What the version turned out to be. */
	mr_str branch;      /* short name */
	const char *refspecs[3];
	size_t refspecs_n;
	const char *target; /* what to check out, once it is here */
};

static mr_code failed(struct fetching *f, const char *what)
{
	const struct mr_git_request *q = f->request;

	if (q->cancelled && q->cancelled(q->arg))
		return mr_error_set(f->err, MR_CANCELLED, "Fetching %.*s was cancelled", MR_STR_ARG(f->shown));
	return mr_error_set(f->err, MR_IO_ERROR, "%s the git repository %.*s failed: %s", what, MR_STR_ARG(f->shown), git_why());
}

static int is_cancelled(const struct mr_git_request *q)
{
	return q->cancelled && q->cancelled(q->arg) ? GIT_EUSER : 0;
}

static int on_progress(const git_indexer_progress *progress, void *arg)
{
	(void)progress;
	return is_cancelled(((struct fetching *)arg)->request);
}

static int on_credentials(git_credential **out, const char *url, const char *user, unsigned int allowed, void *arg)
{
	return git_credentials_get(out, url, user, allowed, &((struct fetching *)arg)->credentials);
}

static void set_callbacks(struct fetching *f, git_remote_callbacks *callbacks)
{
	callbacks->transfer_progress = on_progress;
	callbacks->credentials = on_credentials;
	callbacks->payload = f;
}

/* ---- which commit ---- */

static bool has_ref(const git_remote_head **heads, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(heads[i]->name, name))
			return true;
	return false;
}

static void want_branch(struct fetching *f, mr_str name)
{
	f->branch = name;
	f->refspecs[f->refspecs_n++] = mr_arena_printf(f->arena, "+refs/heads/%.*s:refs/remotes/origin/%.*s", MR_STR_ARG(name),
						       MR_STR_ARG(name)).ptr;
	f->target = mr_arena_printf(f->arena, "refs/remotes/origin/%.*s", MR_STR_ARG(name)).ptr;
}

/* A reference that keeps its name here. */
static void want_ref(struct fetching *f, const char *name)
{
	f->refspecs[f->refspecs_n++] = mr_arena_printf(f->arena, "+%s:%s", name, name).ptr;
	f->target = name;
}

static void want_all(struct fetching *f, const char *target)
{
	f->refspecs[f->refspecs_n++] = "+refs/heads/*:refs/remotes/origin/*";
	f->refspecs[f->refspecs_n++] = "+refs/tags/*:refs/tags/*";
	f->target = target;
}

static mr_code choose_default(struct fetching *f, const git_remote_head **heads, size_t n)
{
	static const char prefix[] = "refs/heads/";
	git_buf name = {NULL, 0, 0};
	char hex[GIT_OID_HEXSZ + 1];

	if (git_remote_default_branch(&name, f->remote) == 0 && strncmp(name.ptr, prefix, sizeof prefix - 1) == 0)
		want_branch(f, mr_arena_copy(f->arena, mr_str_from(name.ptr + sizeof prefix - 1)));
	for (size_t i = 0; i < n && !f->target; i++) /* a detached HEAD */
		if (!strcmp(heads[i]->name, "HEAD"))
			want_all(f, mr_arena_strdup(f->arena, git_oid_tostr(hex, sizeof hex, &heads[i]->oid)));
	git_buf_dispose(&name);
	return f->target ? MR_OK
			 : mr_error_set(f->err, MR_NOT_FOUND, "The git repository %.*s has no commit yet", MR_STR_ARG(f->shown));
}

static mr_code choose(struct fetching *f)
{
	git_remote_callbacks callbacks;
	mr_str version = f->request->version;
	const char *head, *tag, *tracked;
	const git_remote_head **heads;
	size_t n;

	git_remote_init_callbacks(&callbacks, GIT_REMOTE_CALLBACKS_VERSION);
	set_callbacks(f, &callbacks);
	if (git_remote_connect(f->remote, GIT_DIRECTION_FETCH, &callbacks, NULL, NULL) != 0 ||
	    git_remote_ls(&heads, &n, f->remote) != 0)
		return failed(f, "Connecting to");
	if (!version.len)
		return choose_default(f, heads, n);
	head = mr_arena_printf(f->arena, "refs/heads/%.*s", MR_STR_ARG(version)).ptr;
	tag = mr_arena_printf(f->arena, "refs/tags/%.*s", MR_STR_ARG(version)).ptr;
	tracked = mr_arena_printf(f->arena, "refs/remotes/origin/%.*s", MR_STR_ARG(version)).ptr;
	if (!head || !tag || !tracked)
		return mr_error_no_memory(f->err);
	if (has_ref(heads, n, head))
		want_branch(f, version);
	else if (has_ref(heads, n, tag))
		want_ref(f, tag);
	else if (has_ref(heads, n, tracked))
		want_ref(f, tracked);
	else
		want_all(f, mr_arena_copy(f->arena, version).ptr);
	return MR_OK;
}

static mr_code unknown_version(struct fetching *f, const char *why)
{
	const struct mr_git_request *q = f->request;
	mr_str *names = mr_arena_alloc(f->arena, NAMES_MAX * sizeof *names), near = mr_str_make("", 0);
	const git_remote_head **heads;
	size_t n = 0, count = 0;

	if (names && git_remote_ls(&heads, &count, f->remote) == 0)
		for (size_t i = 0; i < count && n < NAMES_MAX; i++) {
			const char *name = heads[i]->name;

			if (!strncmp(name, "refs/heads/", 11))
				names[n++] = mr_str_from(name + 11);
			else if (!strncmp(name, "refs/tags/", 10) && !strchr(name, '^'))
				names[n++] = mr_str_from(name + 10);
		}
	if (names)
		near = mr_nearest(f->arena, q->version, names, n);
	return mr_error_set(f->err, MR_NOT_FOUND,
			    "Unable to checkout version '%.*s' of git repo %.*s- please ensure that the version exists in the "
			    "repo. Error: %s.%.*s",
			    MR_STR_ARG(q->version), MR_STR_ARG(f->shown), why, MR_STR_ARG(near));
}

/* ---- files ---- */

static mr_code run(struct fetching *f, struct mr_git_result *out);

/* git_submodule_update of libgit2 1.5 looks for the folder from where the process is, so this is done by hand: another
 * repository, at the commit that this one names, in the folder that the checkout made. */
static mr_code fetch_submodule(struct fetching *f, const git_index_entry *entry, const char *given)
{
	struct mr_git_request request = *f->request;
	struct fetching inner = {.request = &request, .arena = f->arena, .depth = f->depth + 1, .err = f->err};
	struct mr_git_result ignored;
	git_buf url = {NULL, 0, 0};
	char hex[GIT_OID_HEXSZ + 1];
	int root = open(f->request->folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
	mr_code code;

	if (inner.depth > DEPTH_MAX)
		code = mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE, "The submodules of %.*s are nested too deep", MR_STR_ARG(f->shown));
	else /* no link on the way, nothing above it */
		code = mr_open_beneath(root, mr_str_from(entry->path), O_RDONLY | O_DIRECTORY, 0, &fd, f->err);
	if (code == MR_OK && git_submodule_resolve_url(&url, f->repository, given) != 0)
		code = failed(f, "Finding a submodule of");
	if (code == MR_OK) {
		request.url = mr_arena_copy(f->arena, mr_str_from(url.ptr));
		request.version = mr_arena_copy(f->arena, mr_str_from(git_oid_tostr(hex, sizeof hex, &entry->id)));
		request.folder = mr_arena_printf(f->arena, "%.*s/%s", MR_STR_ARG(f->request->folder), entry->path);
		inner.shown = mr_uri_redact(f->arena, request.url);
		code = request.url.ptr && request.version.ptr && request.folder.ptr && inner.shown.ptr ? run(&inner, &ignored)
												       : mr_error_no_memory(f->err);
	}
	git_buf_dispose(&url);
	git_remote_free(inner.remote);
	git_repository_free(inner.repository);
	close(fd);
	close(root);
	return code;
}

/* What .gitmodules says about the one at a path; NULL: nothing. The iterator instead of git_submodule_lookup, whose regular
 * expressions leak in libgit2 1.5. */
static const char *submodule_url(struct fetching *f, git_config *modules, const char *path)
{
	git_config_iterator *each = NULL;
	git_config_entry *entry;
	git_buf found = {NULL, 0, 0};
	mr_str key = mr_str_make(NULL, 0);
	const char *url = NULL;

	if (git_config_iterator_new(&each, modules) != 0)
		return NULL;
	while (!key.ptr && git_config_next(&entry, each) == 0) {
		size_t n = strlen(entry->name);

		if (n > 5 && strcmp(entry->name + n - 5, ".path") == 0 && strcmp(entry->value, path) == 0)
			key = mr_arena_printf(f->arena, "%.*s.url", (int)(n - 5), entry->name);
	}
	if (key.ptr && git_config_get_string_buf(&found, modules, key.ptr) == 0)
		url = mr_arena_copy(f->arena, mr_str_make(found.ptr, found.size)).ptr;
	git_buf_dispose(&found);
	git_config_iterator_free(each);
	return url;
}

/* Those that the commit has: .gitmodules may name more. */
static mr_code fetch_submodules(struct fetching *f)
{
	mr_str file = mr_arena_printf(f->arena, "%.*s/.gitmodules", MR_STR_ARG(f->request->folder));
	git_config *modules = NULL;
	git_index *index = NULL;
	mr_code code = MR_OK;

	if (!file.ptr || access(file.ptr, F_OK) != 0)
		return file.ptr ? MR_OK : mr_error_no_memory(f->err);
	if (git_config_open_ondisk(&modules, file.ptr) != 0 || git_repository_index(&index, f->repository) != 0)
		code = failed(f, "Reading the submodules of");
	for (size_t i = 0; code == MR_OK && i < git_index_entrycount(index); i++) {
		const git_index_entry *entry = git_index_get_byindex(index, i);
		const char *url = entry->mode == GIT_FILEMODE_COMMIT ? submodule_url(f, modules, entry->path) : NULL;

		if (url)
			code = fetch_submodule(f, entry, url);
	}
	git_index_free(index);
	git_config_free(modules);
	return code;
}

static mr_code check_out(struct fetching *f, git_object *commit)
{
	git_checkout_options options;
	git_reference *branch = NULL;
	int rc;

	git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
	options.checkout_strategy = GIT_CHECKOUT_FORCE;
	rc = git_checkout_tree(f->repository, commit, &options);
	if (rc == 0 && f->branch.len)
		rc = git_branch_create(&branch, f->repository, f->branch.ptr, (git_commit *)commit, 1);
	if (rc == 0)
		rc = branch ? git_repository_set_head(f->repository, git_reference_name(branch))
			    : git_repository_set_head_detached(f->repository, git_object_id(commit));
	git_reference_free(branch);
	return rc ? failed(f, "Checking out") : fetch_submodules(f);
}

static mr_code download(struct fetching *f)
{
	git_fetch_options options;
	git_strarray refspecs = {(char **)(uintptr_t)f->refspecs, f->refspecs_n};

	for (size_t i = 0; i < f->refspecs_n; i++)
		if (!f->refspecs[i])
			return mr_error_no_memory(f->err);
	git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
	set_callbacks(f, &options.callbacks);
	return git_remote_fetch(f->remote, &refspecs, &options, NULL) ? failed(f, "Fetching from") : MR_OK;
}

static mr_code run(struct fetching *f, struct mr_git_result *out)
{
	git_object *found = NULL, *commit = NULL;
	char hex[GIT_OID_HEXSZ + 1];
	mr_code code;

	if (git_repository_init(&f->repository, f->request->folder.ptr, 0) != 0 ||
	    git_remote_create(&f->remote, f->repository, "origin", f->request->url.ptr) != 0)
		return failed(f, "Preparing for");
	code = choose(f);
	if (code == MR_OK)
		code = download(f);
	if (code != MR_OK)
		return code;
	if (git_revparse_single(&found, f->repository, f->target) != 0 ||
	    git_object_peel(&commit, found, GIT_OBJECT_COMMIT) != 0)
		code = unknown_version(f, git_why());
	if (code == MR_OK)
		code = check_out(f, commit);
	if (code == MR_OK) {
		out->commit = mr_arena_copy(f->arena, mr_str_from(git_oid_tostr(hex, sizeof hex, git_object_id(commit))));
		out->branch = f->request->version.len ? f->branch : mr_str_make("", 0);
	}
	git_object_free(found);
	git_object_free(commit);
	return code;
}

mr_code git_fetch(const struct mr_git_request *request, mr_arena *arena, struct mr_git_result *out, mr_error *err)
{
	struct fetching f = {.request = request, .arena = arena, .err = err};
	mr_code code;

	memset(out, 0, sizeof *out);
	f.shown = mr_uri_redact(arena, request->url);
	code = f.shown.ptr ? run(&f, out) : mr_error_no_memory(err);
	git_remote_free(f.remote);
	git_repository_free(f.repository);
	return code;
}
