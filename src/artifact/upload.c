/* SPDX-License-Identifier: Apache-2.0
 *
 * From local files to a repository: pushed, or in parts to where the repository
 * says. Source of the rules: artifact_repo.py and http_artifact_repo.py in
 * mlflow/store/artifact of the reference.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "artifact/environment.h"
#include "artifact/transfer_jobs.h"
#include "artifact/upload_parts.h"
#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"
#include "plugin/outgoing_parts.h"

enum { BEGIN_AGAIN_FROM = 1 << 20, DEPTH_MAX = 256 }; /* what is smaller a repository sends again on its own */

struct upload_file {
	mr_str local, path;
	int64_t size;
};

struct upload {
	mr_artifact_handle *repository;
	const struct mr_artifact_repository_ops *ops;
	void *self;
	const struct mr_transfer *transfer;
	struct transfer_account account;
	mr_arena *arena;
	struct upload_file *files;
	size_t n, room;
};

/* ---- one file ---- */

static mr_code unreadable(mr_str local, mr_error *err)
{
	mr_code code = errno == ENOENT || errno == ENOTDIR ? MR_RESOURCE_DOES_NOT_EXIST
		       : errno == EACCES		   ? MR_PERMISSION_DENIED
							   : MR_IO_ERROR;

	return mr_error_set(err, code, "Cannot read '%.*s': %s", MR_STR_ARG(local), strerror(errno));
}

static mr_code open_local(mr_str local, int *fd, int64_t *size, mr_error *err)
{
	struct stat st;

	*fd = mr_inject_io() ? -1 : open(local.ptr, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0 || fstat(*fd, &st))
		return unreadable(local, err);
	if (!S_ISREG(st.st_mode))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is no file", MR_STR_ARG(local));
	*size = st.st_size;
	return MR_OK;
}

static mr_code copy_in(struct upload *u, const struct upload_file *file, int fd, void *push, int64_t *sent,
		       mr_call *call, char *buffer, mr_error *err)
{
	mr_code code = MR_OK;
	ssize_t n;

	while (code == MR_OK) {
		if (mr_call_is_cancelled(call))
			return mr_error_set(err, MR_CANCELLED, "The transfer was cancelled");
		do
			n = mr_inject_io() ? -1 : pread(fd, buffer, TRANSFER_BLOCK, *sent);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return unreadable(file->local, err);
		if (n == 0)
			return MR_OK;
		code = u->ops->push_write(u->self, push, buffer, (size_t)n, call, err);
		*sent += n;
		if (code == MR_OK)
			transfer_account_add(&u->account, file->path, n);
	}
	return code;
}

static mr_code push_once(struct upload *u, const struct upload_file *file, int fd, mr_call *call, char *buffer,
			 mr_error *err)
{
	void *push = NULL;
	int64_t sent = 0;
	mr_code code = u->ops->push_begin(u->self, file->path, file->size, &push, call, err);

	if (code != MR_OK)
		return code;
	code = copy_in(u, file, fd, push, &sent, call, buffer, err);
	if (code == MR_OK)
		code = u->ops->push_commit(u->self, push, call, err);
	else
		u->ops->push_abort(u->self, push);
	if (code != MR_OK)
		transfer_account_add(&u->account, file->path, -sent);
	return code;
}

static bool wait_ms(mr_call *call, int64_t ms)
{
	int64_t end = mr_monotonic_ns() + ms * 1000000;

	while (mr_monotonic_ns() < end && !mr_call_is_cancelled(call))
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	return !mr_call_is_cancelled(call);
}

/* Waits before the file is sent once more; false: this failure is the last. */
static bool may_begin_again(const struct upload_file *file, mr_code code, int failures, mr_call *call)
{
	struct settings settings;
	mr_error ignored;

	if ((code != MR_TEMPORARILY_UNAVAILABLE && code != MR_DEADLINE_EXCEEDED) || file->size <= BEGIN_AGAIN_FROM)
		return false;
	mr_error_init(&ignored);
	return mr_settings_read(call->arena, false, &settings, &ignored) == MR_OK && failures <= settings.max_retries &&
	       wait_ms(call, mr_retry_wait_ms(&settings, failures, mr_str_make(NULL, 0)));
}

/* A stream cannot be sent again by who sends it, but here the file still is. */
static mr_code push_file(struct upload *u, const struct upload_file *file, int fd, mr_call *call, char *buffer,
			 mr_error *err)
{
	mr_error why;
	mr_code code;
	int failures = 0;

	do {
		mr_error_init(&why);
		code = push_once(u, file, fd, call, buffer, &why);
	} while (code != MR_OK && may_begin_again(file, code, ++failures, call));
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

static mr_code upload_one(void *arg, size_t i, mr_call *call, char *buffer, mr_error *err)
{
	struct upload *u = arg;
	struct upload_file *file = &u->files[i];
	int64_t in_parts_from = (int64_t)500 << 20;
	int fd = -1;
	mr_code code = open_local(file->local, &fd, &file->size, err);

	if (code == MR_OK)
		code = mr_environment_size("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", &in_parts_from, err);
	if (code == MR_OK && file->size >= in_parts_from && MR_ARTIFACT_HAS(u->repository, multipart_create)) {
		struct upload_parts parts = {u->ops,	  u->self,    u->transfer, &u->account,
					     file->local, file->path, fd,	   file->size};
		bool offered;

		code = upload_in_parts(&parts, &offered, call, err);
		if (offered || code != MR_OK)
			goto out;
	}
	if (code == MR_OK)
		code = push_file(u, file, fd, call, buffer, err);
out:
	if (fd >= 0)
		close(fd);
	return code;
}

/* ---- which files ---- */

static mr_code add_file(struct upload *u, mr_str local, mr_str path, int64_t size, mr_error *err)
{
	size_t room = u->room ? u->room * 2 : 16;
	struct upload_file *grown;

	if (!local.ptr || !path.ptr)
		return mr_error_no_memory(err);
	if (u->n == u->room) {
		grown = mr_arena_grow(u->arena, u->files, u->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		u->files = grown;
		u->room = room;
	}
	u->files[u->n++] = (struct upload_file){local, path, size};
	u->account.total += size;
	return MR_OK;
}

static mr_str joined(mr_arena *arena, mr_str folder, const char *name)
{
	return mr_arena_printf(arena, "%.*s%s%s", MR_STR_ARG(folder), folder.len ? "/" : "", name);
}

static mr_code add_folder(struct upload *u, mr_str local, mr_str path, int depth, mr_error *err);

static mr_code add_name(struct upload *u, mr_str local, mr_str path, const char *name, int depth, mr_error *err)
{
	mr_str below = joined(u->arena, local, name), to = joined(u->arena, path, name);
	struct stat st;

	if (!below.ptr || !to.ptr)
		return mr_error_no_memory(err);
	if (lstat(below.ptr, &st))
		return unreadable(below, err);
	if (S_ISDIR(st.st_mode))
		return add_folder(u, below, to, depth + 1, err);
	if (S_ISLNK(st.st_mode) && stat(below.ptr, &st) == 0 && S_ISDIR(st.st_mode))
		return MR_OK;
	return add_file(u, below, to, st.st_size, err);
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static mr_code add_folder(struct upload *u, mr_str local, mr_str path, int depth, mr_error *err)
{
	struct dirent **entries = NULL;
	mr_code code = MR_OK;
	int n;

	if (depth > DEPTH_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is more than %d folders deep",
				    MR_STR_ARG(local), DEPTH_MAX);
	n = mr_inject_io() ? -1 : scandir(local.ptr, &entries, is_entry, by_bytes);
	if (n < 0)
		return unreadable(local, err);
	for (int i = 0; i < n; i++) {
		if (code == MR_OK)
			code = add_name(u, local, path, entries[i]->d_name, depth, err);
		free(entries[i]);
	}
	free(entries);
	return code;
}

/* ---- the transfer ---- */

static mr_str name_of(void *arg, size_t i)
{
	const struct upload *u = arg;

	return u->files[i].path;
}

static mr_code run(struct upload *u, mr_error *err)
{
	struct transfer_jobs jobs = {.transfer = u->transfer, .run = upload_one, .arg = u, .n = u->n, .name = name_of};
	mr_str uri = mr_uri_redact(u->arena, mr_artifact_handle_uri(u->repository));

	if (u->n == 0)
		return MR_OK;
	if (uri.ptr)
		jobs.what = mr_arena_printf(u->arena, "uploading one or more artifacts to %.*s", MR_STR_ARG(uri)).ptr;
	return jobs.what ? transfer_jobs_run(&jobs, err) : mr_error_no_memory(err);
}

static mr_code begin(struct upload *u, mr_artifact_handle *repository, const struct mr_transfer *transfer,
		     mr_error *err)
{
	memset(u, 0, sizeof *u);
	u->repository = repository;
	u->ops = mr_artifact_handle_ops(repository, &u->self);
	u->transfer = transfer;
	transfer_account_init(&u->account, transfer, 0);
	u->arena = mr_arena_new(0);
	return u->arena ? MR_OK : mr_error_no_memory(err);
}

static void end(struct upload *u)
{
	transfer_account_dispose(&u->account);
	mr_arena_free(u->arena);
}

mr_code mr_transfer_upload_folder(mr_artifact_handle *repository, mr_str local, mr_str folder,
				  const struct mr_transfer *transfer, mr_error *err)
{
	struct upload u;
	mr_code code = begin(&u, repository, transfer, err);

	if (code == MR_OK) {
		local = mr_os_absolute(u.arena, local);
		code = local.ptr ? add_folder(&u, local, folder, 0, err) : mr_error_no_memory(err);
	}
	if (code == MR_OK)
		code = run(&u, err);
	end(&u);
	return code;
}

mr_code mr_transfer_upload(mr_artifact_handle *repository, mr_str local, mr_str folder,
			   const struct mr_transfer *transfer, mr_error *err)
{
	struct upload u;
	const char *slash;
	mr_code code = begin(&u, repository, transfer, err);

	if (code == MR_OK) {
		local = mr_os_absolute(u.arena, local);
		code = local.ptr ? MR_OK : mr_error_no_memory(err);
	}
	if (code == MR_OK) {
		slash = strrchr(local.ptr, '/');
		code = add_name(&u, mr_str_make(local.ptr, (size_t)(slash - local.ptr)), folder, slash + 1, 0, err);
	}
	if (code == MR_OK)
		code = run(&u, err);
	end(&u);
	return code;
}

mr_code mr_transfer_upload_bytes(mr_artifact_handle *repository, mr_str path, mr_str bytes, mr_call *call,
				 mr_error *err)
{
	void *self, *push = NULL;
	const struct mr_artifact_repository_ops *ops = mr_artifact_handle_ops(repository, &self);
	mr_code code = ops->push_begin(self, path, (int64_t)bytes.len, &push, call, err);

	if (code != MR_OK)
		return code;
	if (bytes.len)
		code = ops->push_write(self, push, bytes.ptr, bytes.len, call, err);
	if (code == MR_OK)
		return ops->push_commit(self, push, call, err);
	ops->push_abort(self, push);
	return code;
}
