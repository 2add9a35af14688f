/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts in a folder of this machine: paths, file: and file:// URIs. The
 * layout is MLflow's (an artifact's path is its path below the root), so that
 * either reads what the other wrote.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/call.h"
#include "artifact/artifact.h"
#include "artifact/folder.h"
#include "base/fork.h"
#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"
#include "base/utf8.h"

struct repository {
	mr_arena *arena;
	mr_str root; /* absolute */
	mr_str trust; /* the folder that is opened by its name; the rest of root is reached beneath it */
};

/* ---- where repositories may be ---- */

static struct mr_fork_lock lock = MR_FORK_LOCK_INIT;
static mr_arena *confines; /* NULL: none */
static mr_str *folders;
static size_t folders_n;

mr_code mr_artifact_file_confine(const mr_str *wanted, size_t n, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0), *old;
	mr_str *copies = arena ? mr_arena_alloc(arena, (n + 1) * sizeof *copies) : NULL;
	bool ok = copies != NULL;

	for (size_t i = 0; ok && i < n; i++) {
		copies[i] = mr_os_absolute(arena, wanted[i]);
		ok = copies[i].ptr != NULL;
	}
	if (!ok) {
		mr_arena_free(arena);
		return mr_error_no_memory(err);
	}
	mr_fork_lock_take(&lock);
	old = confines;
	confines = arena;
	folders = copies;
	folders_n = n;
	mr_fork_lock_give(&lock);
	mr_arena_free(old);
	return MR_OK;
}

static bool is_confined(void)
{
	bool confined;

	mr_fork_lock_take(&lock);
	confined = confines != NULL;
	mr_fork_lock_give(&lock);
	return confined;
}

static bool is_within(mr_str path, mr_str folder)
{
	if (folder.len == 1)
		return true; /* "/" */
	return path.len >= folder.len && !memcmp(path.ptr, folder.ptr, folder.len) &&
	       (path.len == folder.len || path.ptr[folder.len] == '/');
}

/* Which folder is opened by name; for the rest no link is followed. */
static mr_code find_trust(struct repository *r, mr_error *err)
{
	mr_str best = mr_str_make(NULL, 0);
	mr_code code = MR_OK;

	mr_fork_lock_take(&lock);
	if (!confines)
		best = r->root;
	for (size_t i = 0; confines && i < folders_n; i++)
		if (is_within(r->root, folders[i]) && folders[i].len > best.len)
			best = folders[i];
	if (!best.len)
		code = mr_error_set(
			err, MR_PERMISSION_DENIED,
			"The artifact location '%.*s' is not below a folder that this server may open. Start the "
			"server with its artifact folder as --default-artifact-root or --artifacts-destination.",
			MR_STR_ARG(r->root));
	else
		r->trust = mr_arena_copy(r->arena, best);
	mr_fork_lock_give(&lock);
	if (code == MR_OK && !r->trust.ptr)
		code = mr_error_no_memory(err);
	return code;
}

static void file_close(void *self)
{
	struct repository *r = self;

	if (!r)
		return;
	mr_arena_free(r->arena);
	mr_free(r);
}

static mr_code file_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct repository *r = mr_calloc(1, sizeof *r);
	mr_str path;
	mr_code code;

	(void)host;
	if (!r || !(r->arena = mr_arena_new(0))) {
		mr_free(r);
		return mr_error_no_memory(err);
	}
	code = mr_uri_to_local_path(r->arena, args->uri, &path, err);
	if (code == MR_OK) {
		r->root = mr_os_absolute(r->arena, path);
		code = r->root.ptr ? find_trust(r, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		*self = r;
	else
		file_close(r);
	return code;
}

/* ---- the root ---- */

static mr_str below_trust(const struct repository *r)
{
	size_t n = r->trust.len;

	while (n < r->root.len && r->root.ptr[n] == '/')
		n++;
	return mr_str_make(r->root.ptr + n, r->root.len - n);
}

/* MR_NOT_FOUND, without a message, when it is not there and make is false. */
static mr_code open_root(const struct repository *r, bool make, int *fd, mr_error *err)
{
	int trust = -1;
	mr_error why;
	mr_code code = make ? mr_dir_make(r->trust, err) : MR_OK;

	*fd = -1;
	if (code != MR_OK)
		return code;
	if (!mr_inject_io())
		trust = open(r->trust.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (trust < 0 && (errno == ENOENT || errno == ENOTDIR))
		return MR_NOT_FOUND;
	if (trust < 0)
		return mr_error_set(err, errno == EACCES ? MR_PERMISSION_DENIED : MR_IO_ERROR,
				    "Cannot open the artifact folder %s: %s", r->trust.ptr, strerror(errno));
	if (make) {
		code = mr_folder_make(trust, below_trust(r), true, fd, err);
	} else {
		mr_error_init(&why);
		code = mr_open_beneath(trust, below_trust(r), O_RDONLY | O_DIRECTORY, 0, fd, &why);
		if (code != MR_OK && code != MR_NOT_FOUND)
			mr_error_set(err, code, "%s", why.message);
	}
	close(trust);
	return code;
}

static mr_code no_such(mr_str path, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "No such artifact: '%.*s'", MR_STR_ARG(path));
}

/* Opens what is at path; MR_RESOURCE_DOES_NOT_EXIST as MLflow says it. */
static mr_code open_at(const struct repository *r, mr_str path, int flags, int *fd, mr_error *err)
{
	mr_error why;
	mr_code code;
	int root;

	code = open_root(r, false, &root, err);
	if (code == MR_NOT_FOUND)
		return no_such(path, err);
	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	code = mr_open_beneath(root, path, flags, 0, fd, &why);
	close(root);
	if (code == MR_NOT_FOUND)
		return no_such(path, err);
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

/* ---- writing ---- */

static mr_code push_begin(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err)
{
	const struct repository *r = self;
	struct mr_folder_file *file = mr_malloc(sizeof *file);
	mr_code code;
	int root = -1;

	(void)size_hint;
	(void)call;
	if (!file)
		return mr_error_no_memory(err);
	code = open_root(r, true, &root, err);
	if (code == MR_OK)
		code = mr_folder_file_begin(file, root, path, true, err);
	if (root >= 0)
		close(root);
	if (code == MR_OK)
		*push = file;
	else
		mr_free(file);
	return code;
}

static mr_code push_write(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err)
{
	(void)self;
	(void)call;
	return mr_folder_file_write(push, bytes, size, err);
}

static mr_code push_commit(void *self, void *push, mr_call *call, mr_error *err)
{
	mr_code code = mr_folder_file_commit(push, err);

	(void)self;
	(void)call;
	mr_free(push);
	return code;
}

static void push_abort(void *self, void *push)
{
	(void)self;
	mr_folder_file_abort(push);
	mr_free(push);
}

/* ---- reading ---- */

static int64_t modified_ms(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
}

static mr_code pull_open(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
			 mr_error *err)
{
	int *fd = mr_malloc(sizeof *fd);
	struct stat st;
	mr_code code;

	if (!fd)
		return mr_error_no_memory(err);
	code = open_at(self, path, O_RDONLY, fd, err);
	if (code != MR_OK) {
		mr_free(fd);
		return code;
	}
	if (fstat(*fd, &st) || !S_ISREG(st.st_mode)) {
		code = no_such(path, err);
	} else {
		*info = (struct mr_artifact_info){
			.path = mr_call_copy(call, path), .size = st.st_size, .modified_ms = modified_ms(&st)};
		code = info->path.ptr ? MR_OK : mr_error_no_memory(err);
	}
	if (code == MR_OK) {
		*pull = fd;
		return MR_OK;
	}
	close(*fd);
	mr_free(fd);
	return code;
}

static mr_code pull_read(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			 mr_error *err)
{
	const int *fd = pull;
	ssize_t n;

	(void)self;
	(void)call;
	do
		n = mr_inject_io() ? -1 : pread(*fd, out, size, offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return mr_error_set(err, MR_IO_ERROR, "Cannot read the artifact: %s", strerror(errno));
	*got = (size_t)n;
	return MR_OK;
}

static void pull_close(void *self, void *pull)
{
	const int *fd = pull;

	(void)self;
	close(*fd);
	mr_free(pull);
}

/* ---- listing ---- */

struct entry {
	mr_str name;
	bool is_dir;
	int64_t size, modified_ms;
};

struct entries {
	mr_arena *arena;
	struct entry *items;
	size_t n, room;
};

static mr_code take_entry(void *arg, const char *name, const struct stat *st, mr_error *err)
{
	struct entries *list = arg;
	size_t room = list->room ? list->room * 2 : 64;
	struct entry *grown;
	mr_str copy = mr_str_from(name);

	/* A name that is no text cannot be said in JSON, nor asked for. */
	if (!strncmp(name, MR_FOLDER_TEMP_PREFIX, strlen(MR_FOLDER_TEMP_PREFIX)) || !mr_utf8_valid(copy))
		return MR_OK;
	if (list->n == list->room) {
		grown = mr_arena_grow(list->arena, list->items, list->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		list->items = grown;
		list->room = room;
	}
	copy = mr_arena_copy(list->arena, copy);
	if (!copy.ptr)
		return mr_error_no_memory(err);
	list->items[list->n++] = (struct entry){copy, S_ISDIR(st->st_mode), st->st_size, modified_ms(st)};
	return MR_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name.ptr, ((const struct entry *)b)->name.ptr);
}

static mr_code visit_all(const struct entries *list, mr_str path, mr_artifact_visit *visit, void *arg, mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < list->n && code == MR_OK; i++) {
		const struct entry *entry = &list->items[i];
		mr_arena_mark mark = mr_arena_mark_get(list->arena);
		struct mr_artifact_info info = {
			.path = mr_arena_printf(list->arena, "%.*s%s%s", MR_STR_ARG(path), path.len ? "/" : "",
						entry->name.ptr),
			.is_dir = entry->is_dir,
			.size = entry->is_dir ? -1 : entry->size,
			.modified_ms = entry->modified_ms,
		};

		code = info.path.ptr ? visit(arg, &info, err) : mr_error_no_memory(err);
		mr_arena_release(list->arena, mark);
	}
	return code;
}

static mr_code list(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	struct entries found = {.arena = mr_arena_new(0)};
	mr_error why;
	mr_code code;
	int fd = -1;

	(void)call;
	if (!found.arena)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	code = open_at(self, path, O_RDONLY | O_DIRECTORY, &fd, &why);
	if (code == MR_RESOURCE_DOES_NOT_EXIST) { /* nothing there, or a file */
		code = MR_OK;
		goto out;
	}
	if (code != MR_OK) {
		mr_error_set(err, code, "%s", why.message);
		goto out;
	}
	code = mr_folder_each(fd, take_entry, &found, err);
	close(fd);
	if (code != MR_OK)
		goto out;
	if (found.n)
		qsort(found.items, found.n, sizeof *found.items, by_name);
	code = visit_all(&found, path, visit, arg, err);
out:
	mr_arena_free(found.arena);
	return code;
}

/* ---- the rest ---- */

/* The folder itself, once it is empty. One that the operator named stays, and so does a link to a folder. */
static mr_code remove_root(const struct repository *r, mr_error *err)
{
	mr_code code;
	int trust;

	if (mr_str_eq(r->root, r->trust)) {
		if (!is_confined())
			(void)rmdir(r->root.ptr);
		return MR_OK;
	}
	trust = open(r->trust.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (trust < 0)
		return MR_OK; /* gone meanwhile */
	code = mr_folder_remove(trust, below_trust(r), err);
	close(trust);
	return code;
}

static mr_code remove_path(void *self, mr_str path, mr_call *call, mr_error *err)
{
	const struct repository *r = self;
	mr_code code;
	int root;

	(void)call;
	code = open_root(r, false, &root, err);
	if (code != MR_OK)
		return code == MR_NOT_FOUND ? MR_OK : code;
	code = path.len ? mr_folder_remove(root, path, err) : mr_folder_empty(root, err);
	close(root);
	if (code == MR_OK && !path.len)
		code = remove_root(r, err);
	return code;
}

static mr_code local_path(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err)
{
	const struct repository *r = self;
	mr_code code;
	int fd;

	code = open_at(r, path, O_PATH, &fd, err);
	if (code != MR_OK)
		return code;
	close(fd);
	*out = mr_arena_printf(call->arena, "%.*s%s%.*s", MR_STR_ARG(r->root), path.len && r->root.len > 1 ? "/" : "",
			       MR_STR_ARG(path));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static const struct mr_artifact_repository_ops ops = {
	.size = sizeof ops,
	.open = file_open,
	.close = file_close,
	.push_begin = push_begin,
	.push_write = push_write,
	.push_commit = push_commit,
	.push_abort = push_abort,
	.pull_open = pull_open,
	.pull_read = pull_read,
	.pull_close = pull_close,
	.list = list,
	.remove = remove_path,
	.local_path = local_path,
};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_ARTIFACT_REPOSITORY, "file", &ops, NULL, MR_ENTRY_OWN_QUERY)
MR_PLUGIN_BUILTIN(mr_builtin_artifact_file, "local-artifacts", MR_VERSION, "Artifacts in a folder of this machine.",
		  "Apache-2.0", ENTRIES)
