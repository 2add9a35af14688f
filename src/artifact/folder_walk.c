/* SPDX-License-Identifier: Apache-2.0
 *
 * What is in a folder, and away with it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "artifact/folder.h"
#include "base/inject.h"
#include "base/os.h"

enum { DEPTH_MAX = 256, ROUNDS_MAX = 8 };

static mr_code failed(const char *what, const char *name, mr_error *err)
{
	int why = errno;

	return mr_error_set(err, why == EACCES || why == EPERM || why == EROFS ? MR_PERMISSION_DENIED : MR_IO_ERROR,
			    "Cannot %s '%s': %s", what, name, strerror(why));
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* A stream of a descriptor of its own: fd stays the caller's. */
static DIR *open_stream(int fd)
{
	int own = mr_inject_io() ? -1 : openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = own < 0 ? NULL : fdopendir(own);

	if (own >= 0 && !stream)
		close(own);
	return stream;
}

mr_code mr_folder_each(int fd, mr_folder_visit *visit, void *arg, mr_error *err)
{
	DIR *stream = open_stream(fd);
	struct dirent *entry;
	struct stat st;
	mr_code code = MR_OK;

	if (!stream)
		return failed("list", ".", err);
	while (code == MR_OK && (errno = 0, entry = readdir(stream)) != NULL) {
		if (is_dots(entry->d_name) || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue; /* gone meanwhile */
		if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
			code = visit(arg, entry->d_name, &st, err);
	}
	if (code == MR_OK && errno)
		code = failed("list", ".", err);
	closedir(stream);
	return code;
}

static mr_code empty_at(int fd, int depth, mr_error *err);

/* One name in a folder; a folder is emptied first, again when somebody put something in meanwhile. */
static mr_code remove_at(int folder, const char *name, int depth, mr_error *err)
{
	struct stat st;
	mr_code code = MR_OK;
	int fd;

	for (int round = 0; code == MR_OK; round++) {
		if (mr_inject_io() || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
			return errno == ENOENT ? MR_OK : failed("remove", name, err);
		if (!unlinkat(folder, name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) || errno == ENOENT)
			return MR_OK;
		if (!S_ISDIR(st.st_mode) || (errno != ENOTEMPTY && errno != EEXIST) || round == ROUNDS_MAX)
			return failed("remove", name, err);
		fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return errno == ENOENT ? MR_OK : failed("remove", name, err);
		code = empty_at(fd, depth + 1, err);
		close(fd);
	}
	return code;
}

static mr_code empty_at(int fd, int depth, mr_error *err)
{
	DIR *stream;
	struct dirent *entry;
	mr_code code = MR_OK;

	if (depth > DEPTH_MAX)
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED,
				    "The folder is more than %d folders deep; remove it by other means", DEPTH_MAX);
	stream = open_stream(fd);
	if (!stream)
		return failed("list", ".", err);
	while (code == MR_OK && (entry = readdir(stream)) != NULL)
		if (!is_dots(entry->d_name))
			code = remove_at(fd, entry->d_name, depth, err);
	closedir(stream);
	return code;
}

mr_code mr_folder_empty(int root, mr_error *err)
{
	return empty_at(root, 0, err);
}

mr_code mr_folder_remove(int root, mr_str path, mr_error *err)
{
	mr_str name = path;
	char copy[256];
	mr_error why;
	mr_code code;
	int folder;

	while (name.len && memchr(name.ptr, '/', name.len))
		name = mr_str_make(name.ptr + 1, name.len - 1);
	if (!name.len || name.len >= sizeof copy || memchr(name.ptr, 0, name.len) || mr_str_is(name, ".") ||
	    mr_str_is(name, ".."))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path");
	memcpy(copy, name.ptr, name.len);
	copy[name.len] = 0;
	mr_error_init(&why);
	code = mr_open_beneath(root, mr_str_make(path.ptr, path.len - name.len), O_RDONLY | O_DIRECTORY, 0, &folder,
			       &why);
	if (code != MR_OK)
		return code == MR_NOT_FOUND ? MR_OK : mr_error_set(err, code, "%s", why.message);
	code = remove_at(folder, copy, 0, err);
	close(folder);
	return code;
}
