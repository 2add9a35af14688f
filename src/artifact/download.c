/* SPDX-License-Identifier: Apache-2.0
 *
 * From a repository to local files. What a repository says is not trusted: each
 * path is checked, and files are made below the destination without following
 * links. Source of the rules: artifact_repo.py in mlflow/store/artifact, and
 * tracking/artifact_utils.py of the reference.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/folder.h"
#include "artifact/transfer_jobs.h"
#include "base/os.h"
#include "base/uri.h"

enum { DEPTH_MAX = 256 };

struct download_file {
	mr_str path, local; /* local: below the destination */
	int64_t size;
};

struct download {
	mr_artifact_handle *repository;
	const struct mr_artifact_repository_ops *ops;
	void *self;
	struct transfer_account account;
	mr_arena *arena;
	int root; /* of the destination */
	struct download_file *files;
	size_t n, room;
	/* The folder that is listed now. */
	mr_str folder;
	mr_str *subfolders;
	size_t subfolders_n, subfolders_room, entries;
};

/* ---- one file ---- */

static mr_code copy_out(struct download *d, mr_str path, void *pull, struct mr_folder_file *file, mr_call *call,
			char *buffer, mr_error *err)
{
	int64_t at = 0;
	size_t got;
	mr_code code;

	for (;;) {
		if (mr_call_is_cancelled(call))
			return mr_error_set(err, MR_CANCELLED, "The transfer was cancelled");
		code = d->ops->pull_read(d->self, pull, at, buffer, TRANSFER_BLOCK, &got, call, err);
		if (code != MR_OK || got == 0)
			return code;
		code = mr_folder_file_write(file, buffer, got, err);
		if (code != MR_OK)
			return code;
		at += (int64_t)got;
		transfer_account_add(&d->account, path, (int64_t)got);
	}
}

static mr_code download_one(void *arg, size_t i, mr_call *call, char *buffer, mr_error *err)
{
	struct download *d = arg;
	mr_str path = d->files[i].path;
	struct mr_artifact_info info;
	struct mr_folder_file file;
	void *pull;
	mr_code code = d->ops->pull_open(d->self, path, &pull, &info, call, err);

	if (code != MR_OK)
		return code;
	if (d->n == 1 && d->account.total < 0) /* a file that was not listed */
		d->account.total = info.size;
	code = mr_folder_file_begin(&file, d->root, d->files[i].local, false, err);
	if (code == MR_OK) {
		code = copy_out(d, path, pull, &file, call, buffer, err);
		if (code == MR_OK)
			code = mr_folder_file_commit(&file, err);
		else
			mr_folder_file_abort(&file);
	}
	d->ops->pull_close(d->self, pull);
	return code;
}

/* ---- which files ---- */

static void *grown(mr_arena *arena, void *old, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;

	if (n < *room)
		return old;
	old = mr_arena_grow(arena, old, *room * size, more * size);
	*room = old ? more : *room;
	return old;
}

static mr_code add_file(struct download *d, mr_str path, int64_t size, mr_error *err)
{
	struct download_file *files = grown(d->arena, d->files, d->n, &d->room, sizeof *files);

	path = mr_arena_copy(d->arena, path);
	if (!files || !path.ptr)
		return mr_error_no_memory(err);
	d->files = files;
	d->files[d->n++] = (struct download_file){path, path, size};
	d->account.total = d->account.total < 0 || size < 0 ? -1 : d->account.total + size;
	return MR_OK;
}

static bool is_child(mr_str path, mr_str folder)
{
	return path.len > folder.len + 1 && !memcmp(path.ptr, folder.len ? folder.ptr : "", folder.len) &&
	       path.ptr[folder.len] == '/';
}

static mr_code take_entry(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct download *d = arg;
	mr_str *subfolders;
	mr_code code = mr_artifact_path_check(info->path, false, err);

	if (code != MR_OK)
		return code;
	if (d->folder.len && !is_child(info->path, d->folder))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid path: '%.*s' is not in the folder '%.*s' that was listed",
				    MR_STR_ARG(info->path), MR_STR_ARG(d->folder));
	d->entries++;
	if (!info->is_dir)
		return add_file(d, info->path, info->size, err);
	subfolders = grown(d->arena, d->subfolders, d->subfolders_n, &d->subfolders_room, sizeof *subfolders);
	if (!subfolders)
		return mr_error_no_memory(err);
	d->subfolders = subfolders;
	d->subfolders[d->subfolders_n] = mr_arena_copy(d->arena, info->path);
	return d->subfolders[d->subfolders_n++].ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code make_folder(struct download *d, mr_str path, mr_error *err)
{
	int fd;
	mr_code code = mr_folder_make(d->root, path, false, &fd, err);

	if (code == MR_OK)
		close(fd);
	return code;
}

static int depth_of(mr_str path)
{
	int depth = 0;

	for (size_t i = 0; i < path.len; i++)
		depth += path.ptr[i] == '/';
	return depth;
}

/* One folder; its files and subfolders are added to what is to be done. */
static mr_code list_one(struct download *d, mr_str folder, mr_call *call, mr_error *err)
{
	d->folder = folder;
	d->entries = 0;
	if (depth_of(folder) > DEPTH_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is more than %d folders deep",
				    MR_STR_ARG(folder), DEPTH_MAX);
	if (mr_call_is_cancelled(call))
		return mr_error_set(err, MR_CANCELLED, "The transfer was cancelled");
	return d->ops->list(d->self, folder, take_entry, d, call, err);
}

static mr_code list_all(struct download *d, mr_str path, mr_call *call, mr_error *err)
{
	mr_code code = list_one(d, path, call, err);

	if (code == MR_OK && d->entries == 0 && path.len)
		return add_file(d, path, -1, err); /* a file, or nothing, which its download says */
	while (code == MR_OK && d->subfolders_n > 0) {
		mr_str folder = d->subfolders[--d->subfolders_n];
		mr_arena_mark mark = mr_arena_mark_get(call->arena);

		code = list_one(d, folder, call, err);
		mr_arena_release(call->arena, mark);
		if (code == MR_OK && d->entries == 0)
			code = make_folder(d, folder, err);
	}
	return code;
}

/* ---- the transfer ---- */

static mr_code open_destination(struct download *d, mr_str folder, mr_error *err)
{
	struct stat st;
	mr_code code;

	if (stat(folder.ptr, &st) == 0 && !S_ISDIR(st.st_mode))
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"The destination path for downloaded artifacts must be a directory! Destination path: %s",
			folder.ptr);
	code = mr_dir_make(folder, err);
	if (code != MR_OK)
		return code;
	d->root = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return d->root >= 0 ? MR_OK : mr_error_set(err, MR_IO_ERROR, "Cannot open %s: %s", folder.ptr, strerror(errno));
}

static mr_str name_of(void *arg, size_t i)
{
	return ((const struct download *)arg)->files[i].path;
}

static mr_code run(struct download *d, const struct mr_transfer *transfer, mr_error *err)
{
	struct transfer_jobs jobs = {.transfer = transfer, .run = download_one, .arg = d, .n = d->n, .name = name_of};
	mr_str uri = mr_uri_redact(d->arena, mr_artifact_handle_uri(d->repository));

	if (d->n == 0)
		return MR_OK;
	if (uri.ptr)
		jobs.what =
			mr_arena_printf(d->arena, "downloading one or more artifacts from %.*s", MR_STR_ARG(uri)).ptr;
	return jobs.what ? transfer_jobs_run(&jobs, err) : mr_error_no_memory(err);
}

static void begin(struct download *d, mr_artifact_handle *repository, const struct mr_transfer *transfer)
{
	*d = (struct download){.repository = repository, .root = -1, .arena = mr_arena_new(0)};
	transfer_account_init(&d->account, transfer, 0);
	d->ops = mr_artifact_handle_ops(repository, &d->self);
}

static void end(struct download *d)
{
	if (d->root >= 0)
		close(d->root);
	transfer_account_dispose(&d->account);
	mr_arena_free(d->arena);
}

mr_code mr_transfer_download_file(mr_artifact_handle *repository, mr_str path, mr_str local_file,
				  const struct mr_transfer *transfer, mr_error *err)
{
	struct download d;
	mr_str folder;
	const char *slash;
	mr_code code;

	begin(&d, repository, transfer);
	folder = d.arena ? mr_os_absolute(d.arena, local_file) : mr_str_make(NULL, 0);
	code = folder.ptr ? add_file(&d, path, -1, err) : mr_error_no_memory(err);
	if (code == MR_OK) {
		slash = strrchr(folder.ptr, '/');
		d.files[0].local = mr_str_from(slash + 1);
		folder = mr_arena_copy(d.arena, mr_str_make(folder.ptr, slash == folder.ptr ? 1 : (size_t)(slash - folder.ptr)));
		code = folder.ptr ? open_destination(&d, folder, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		code = run(&d, transfer, err);
	end(&d);
	return code;
}

mr_code mr_transfer_download(mr_artifact_handle *repository, mr_str path, mr_str local_folder,
			     const struct mr_transfer *transfer, mr_arena *arena, mr_str *local, mr_error *err)
{
	struct download d;
	mr_call *call = mr_call_new((size_t)1 << 30);
	mr_code code;
	mr_str folder;

	begin(&d, repository, transfer);
	code = d.arena && call ? MR_OK : mr_error_no_memory(err);
	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	if (code == MR_OK) {
		folder = mr_os_absolute(arena, local_folder);
		code = folder.ptr ? open_destination(&d, folder, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK) {
		call->parent = transfer ? transfer->call : NULL;
		if (call->parent) {
			call->workspace = call->parent->workspace;
			call->user = call->parent->user;
			call->deadline_ns = call->parent->deadline_ns;
		}
		code = list_all(&d, path, call, err);
	}
	if (code == MR_OK)
		code = run(&d, transfer, err);
	if (code == MR_OK && local) {
		*local = mr_arena_printf(arena, path.len ? "%.*s/%.*s" : "%.*s%.*s", MR_STR_ARG(folder),
					 MR_STR_ARG(path));
		code = local->ptr ? MR_OK : mr_error_no_memory(err);
	}
	end(&d);
	mr_call_free(call);
	return code;
}

static mr_code read_all(const struct mr_artifact_repository_ops *ops, void *self, void *pull, mr_str path, int64_t size,
			size_t cap, mr_call *call, mr_str *out, mr_error *err)
{
	size_t room = size >= 0 && (uint64_t)size <= cap ? (size_t)size + 1 : TRANSFER_BLOCK, n = 0, got = 1;
	char *bytes = mr_call_alloc(call, room + 1);
	mr_code code = MR_OK;

	while (bytes && code == MR_OK && got > 0 && n <= cap) {
		if (n == room) {
			bytes = mr_arena_grow(call->arena, bytes, room + 1, room * 2 + 1);
			room *= 2;
		}
		if (bytes)
			code = ops->pull_read(self, pull, (int64_t)n, bytes + n, room - n, &got, call, err);
		n += code == MR_OK ? got : 0;
	}
	if (code != MR_OK)
		return code;
	if (!bytes)
		return mr_error_no_memory(err);
	if (n > cap)
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED,
				    "The artifact '%.*s' has more than the %zu bytes allowed here", MR_STR_ARG(path),
				    cap);
	bytes[n] = 0;
	*out = mr_str_make(bytes, n);
	return MR_OK;
}

mr_code mr_transfer_download_bytes(mr_artifact_handle *repository, mr_str path, size_t cap, mr_call *call, mr_str *out,
				   mr_error *err)
{
	void *self, *pull;
	const struct mr_artifact_repository_ops *ops = mr_artifact_handle_ops(repository, &self);
	struct mr_artifact_info info;
	mr_code code = ops->pull_open(self, path, &pull, &info, call, err);

	if (code != MR_OK)
		return code;
	code = read_all(ops, self, pull, path, info.size, cap, call, out, err);
	ops->pull_close(self, pull);
	return code;
}

/* ---- URIs of one artifact ---- */

/* "models:/name/1/a/b": the model takes two segments, or one with an '@' in it. */
static size_t model_length(mr_str uri, const mr_uri *parsed)
{
	size_t at = (size_t)(parsed->path.ptr - uri.ptr), end = at + parsed->path.len;
	bool alias = false;

	while (at < end && uri.ptr[at] == '/')
		at++;
	for (; at < end && uri.ptr[at] != '/'; at++)
		alias |= uri.ptr[at] == '@';
	if (!alias && at < end)
		for (at++; at < end && uri.ptr[at] != '/'; at++)
			;
	return at;
}

mr_code mr_transfer_split_uri(mr_arena *arena, mr_str uri, mr_str *root, mr_str *path, mr_error *err)
{
	mr_uri parsed;
	size_t cut, end, tail;
	mr_code code = mr_uri_parse(uri, &parsed, err);

	if (code != MR_OK)
		return code;
	end = uri.len;
	if (parsed.scheme.len) /* a query belongs to the root */
		end = (size_t)(parsed.path.ptr - uri.ptr) + parsed.path.len;
	tail = end;
	while (end > 1 && uri.ptr[end - 1] == '/')
		end--;
	cut = end;
	if (mr_str_is(parsed.scheme, "models")) {
		cut = model_length(mr_str_make(uri.ptr, end), &parsed);
		*path = mr_str_make(uri.ptr + cut + (cut < end), end - cut - (cut < end));
	} else {
		while (cut > 0 && uri.ptr[cut - 1] != '/' && uri.ptr[cut - 1] != ':')
			cut--;
		*path = mr_str_make(uri.ptr + cut, end - cut);
		while (cut > 1 && uri.ptr[cut - 1] == '/' && uri.ptr[cut - 2] != '/' && uri.ptr[cut - 2] != ':')
			cut--;
	}
	*root = mr_arena_printf(arena, "%.*s%.*s", (int)cut, uri.ptr, (int)(uri.len - tail), uri.ptr + tail);
	if (parsed.scheme.len && !mr_str_is(parsed.scheme, "models"))
		code = mr_uri_decode(arena, *path, path, err);
	return code == MR_OK && !root->ptr ? mr_error_no_memory(err) : code;
}
