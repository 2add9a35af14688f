/* SPDX-License-Identifier: Apache-2.0 */
#include "artifact/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

static mr_code failed(const char *what, const char *name, mr_error *err)
{
	int why = errno;
	mr_code code = why == EACCES || why == EPERM || why == EROFS	     ? MR_PERMISSION_DENIED
		       : why == EISDIR || why == ENOTDIR || why == ENOTEMPTY ? MR_INVALID_PARAMETER_VALUE
		       : why == ENAMETOOLONG				     ? MR_INVALID_PARAMETER_VALUE
									     : MR_IO_ERROR;

	return mr_error_set(err, code, "Cannot %s '%s': %s", what, name, strerror(why));
}

static bool sync_fd(int fd)
{
	return !mr_inject_io() && fsync(fd) == 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- folders ---- */

static bool make_dir(int folder, const char *name)
{
	return !mr_inject_io() && (mkdirat(folder, name, 0777) == 0 || errno == EEXIST);
}

/* One folder further down; made when it is missing. */
static mr_code step(int folder, mr_str name, bool durable, int *fd, mr_error *err)
{
	char copy[256];
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_open_beneath(folder, name, O_RDONLY | O_DIRECTORY, 0, fd, &why);
	if (code != MR_NOT_FOUND)
		return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
	if (name.len >= sizeof copy)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path: a name of %zu bytes is too long",
				    name.len);
	memcpy(copy, name.ptr, name.len);
	copy[name.len] = 0;
	if (!make_dir(folder, copy) || (durable && !sync_fd(folder)))
		return failed("make the folder", copy, err);
	mr_error_init(&why);
	code = mr_open_beneath(folder, name, O_RDONLY | O_DIRECTORY, 0, fd, &why);
	if (code == MR_NOT_FOUND)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%s' is no folder, so that nothing can be stored below it", copy);
	return code == MR_OK ? MR_OK : mr_error_set(err, code, "%s", why.message);
}

/* The first segment of *path, which is taken off. */
static mr_str first_segment(mr_str *path)
{
	const char *slash = path->len ? memchr(path->ptr, '/', path->len) : NULL;
	size_t n = slash ? (size_t)(slash - path->ptr) : path->len, skip = slash ? n + 1 : n;
	mr_str segment = mr_str_make(path->ptr, n);

	*path = mr_str_make(path->ptr + skip, path->len - skip);
	return segment;
}

mr_code mr_folder_make(int root, mr_str path, bool durable, int *fd, mr_error *err)
{
	int folder = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), next = -1;
	mr_code code = MR_OK;

	if (folder < 0)
		return failed("open", ".", err);
	while (path.len && code == MR_OK) {
		mr_str segment = first_segment(&path);

		if (!segment.len)
			continue;
		code = step(folder, segment, durable, &next, err);
		if (code == MR_OK) {
			close(folder);
			folder = next;
		}
	}
	if (code == MR_OK)
		*fd = folder;
	else
		close(folder);
	return code;
}

/* ---- a file ---- */

static mr_code set_name(struct mr_folder_file *file, mr_str name, mr_error *err)
{
	if (!name.len || mr_str_is(name, ".") || mr_str_is(name, "..") || memchr(name.ptr, 0, name.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path");
	if (name.len >= sizeof file->name)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path: a name of %zu bytes is too long",
				    name.len);
	if (name.len >= strlen(MR_FOLDER_TEMP_PREFIX) &&
	    !memcmp(name.ptr, MR_FOLDER_TEMP_PREFIX, strlen(MR_FOLDER_TEMP_PREFIX)))
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"Invalid artifact file name: '%.*s'. Artifact names starting with '" MR_FOLDER_TEMP_PREFIX
			"' are reserved.",
			MR_STR_ARG(name));
	memcpy(file->name, name.ptr, name.len);
	file->name[name.len] = 0;
	return MR_OK;
}

mr_code mr_folder_file_begin(struct mr_folder_file *file, int root, mr_str path, bool durable, mr_error *err)
{
	mr_str name = path;
	char unique[33];
	mr_code code;

	file->folder = file->fd = -1;
	file->durable = durable;
	while (name.len && memchr(name.ptr, '/', name.len))
		name = mr_str_make(name.ptr + 1, name.len - 1);
	code = set_name(file, name, err);
	if (code == MR_OK)
		code = mr_folder_make(root, mr_str_make(path.ptr, path.len - name.len), durable, &file->folder, err);
	if (code != MR_OK)
		return code;
	mr_uuid_hex(unique);
	snprintf(file->temp, sizeof file->temp, MR_FOLDER_TEMP_PREFIX "%s", unique);
	if (!mr_inject_io())
		file->fd = openat(file->folder, file->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (file->fd >= 0)
		return MR_OK;
	code = failed("create", file->name, err);
	close_fd(&file->folder);
	return code;
}

mr_code mr_folder_file_write(struct mr_folder_file *file, const void *bytes, size_t n, mr_error *err)
{
	const char *at = bytes;
	ssize_t done;

	while (n > 0) {
		done = mr_inject_io() ? -1 : write(file->fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return failed("write", file->name, err);
		at += done;
		n -= (size_t)done;
	}
	return MR_OK;
}

void mr_folder_file_abort(struct mr_folder_file *file)
{
	if (file->folder >= 0 && file->temp[0])
		(void)unlinkat(file->folder, file->temp, 0);
	close_fd(&file->fd);
	close_fd(&file->folder);
}

mr_code mr_folder_file_commit(struct mr_folder_file *file, mr_error *err)
{
	mr_code code = MR_OK;
	int fd = file->fd;

	if (file->durable && !sync_fd(fd))
		code = failed("sync", file->name, err);
	file->fd = -1;
	if (close(fd) && code == MR_OK)
		code = failed("close", file->name, err);
	if (code == MR_OK && (mr_inject_io() || renameat(file->folder, file->temp, file->folder, file->name)))
		code = failed("put in place", file->name, err);
	if (code == MR_OK)
		file->temp[0] = 0;
	if (code == MR_OK && file->durable && !sync_fd(file->folder))
		code = failed("sync the folder of", file->name, err);
	mr_folder_file_abort(file);
	return code;
}
