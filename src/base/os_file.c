/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole files and folders.
 */
#define _GNU_SOURCE
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inject.h"

/* The path as a C string; a NUL inside would cut it. */
static mr_code path_c(mr_str path, char out[PATH_MAX], mr_error *err)
{
	if (path.len >= PATH_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The path is longer than %d bytes: %.200s...",
				    PATH_MAX - 1, path.ptr);
	if (path.len && memchr(path.ptr, 0, path.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The path has a NUL in it: %.*s",
				    MR_STR_ARG(path));
	if (path.len)
		memcpy(out, path.ptr, path.len);
	out[path.len] = 0;
	return MR_OK;
}

static mr_code failed(const char *what, const char *path, mr_error *err)
{
	int why = errno;
	mr_code code = why == ENOENT || why == ENOTDIR ? MR_NOT_FOUND
		       : why == EACCES || why == EPERM ? MR_PERMISSION_DENIED
						       : MR_IO_ERROR;

	return mr_error_set(err, code, "Cannot %s %s: %s", what, path, strerror(why));
}

static int open_file(const char *path, int flags, mode_t mode)
{
	int fd;

	if (mr_inject_io())
		return -1;
	do
		fd = open(path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static ssize_t read_some(int fd, char *to, size_t n)
{
	ssize_t got;

	if (mr_inject_io())
		return -1;
	do
		got = read(fd, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Reads until the end, however long the file says it is (/proc says 0). */
static mr_code read_all(int fd, const char *path, size_t cap, size_t expected, mr_arena *arena, mr_str *out,
			mr_error *err)
{
	size_t room = expected + 1, len = 0;
	char *bytes = mr_arena_alloc(arena, room + 1);
	char *grown;
	ssize_t got;

	while (bytes && (got = read_some(fd, bytes + len, room - len)) != 0) {
		if (got < 0)
			return failed("read", path, err);
		len += (size_t)got;
		if (len > cap)
			return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "%s has more than the %zu bytes allowed here",
					    path, cap);
		if (len < room)
			continue;
		grown = mr_arena_grow(arena, bytes, room + 1, room * 2 + 4096);
		bytes = grown;
		room = room * 2 + 4095;
	}
	if (!bytes)
		return mr_error_no_memory(err);
	bytes[len] = 0;
	*out = mr_str_make(bytes, len);
	return MR_OK;
}

mr_code mr_file_read(mr_str path, size_t cap, mr_arena *arena, mr_str *out, mr_error *err)
{
	char name[PATH_MAX];
	struct stat st;
	mr_code code = path_c(path, name, err);
	int fd;

	if (code)
		return code;
	fd = open_file(name, O_RDONLY | O_NOCTTY, 0);
	if (fd < 0)
		return failed("open", name, err);
	if (fstat(fd, &st))
		code = failed("examine", name, err);
	else if (S_ISDIR(st.st_mode))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%s is a folder, a file is needed", name);
	else if (st.st_size > 0 && (uint64_t)st.st_size > cap)
		code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "%s has %lld bytes, more than the %zu allowed here",
				    name, (long long)st.st_size, cap);
	else
		code = read_all(fd, name, cap, st.st_size > 0 ? (size_t)st.st_size : 0, arena, out, err);
	close(fd);
	return code;
}

static bool write_all(int fd, mr_str bytes)
{
	size_t at = 0;
	ssize_t n;

	while (at < bytes.len) {
		if (mr_inject_io())
			return false;
		n = write(fd, bytes.ptr + at, bytes.len - at);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			at += (size_t)n;
	}
	return true;
}

static bool sync_fd(int fd)
{
	return !mr_inject_io() && fsync(fd) == 0;
}

/* Makes the new name itself durable. */
static bool sync_folder_of(const char *path)
{
	char folder[PATH_MAX];
	char *slash;
	int fd;
	bool ok;

	memcpy(folder, path, strlen(path) + 1);
	slash = strrchr(folder, '/');
	if (!slash)
		memcpy(folder, ".", 2);
	else
		slash[slash == folder] = 0;
	fd = open_file(folder, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return errno == EACCES; /* writable but not readable: there is no way to sync it */
	ok = sync_fd(fd);
	close(fd);
	return ok;
}

/* The mode that the file to be replaced has, else what open(2) would give. */
static void keep_mode(int fd, const char *name)
{
	struct stat st;

	if (stat(name, &st) == 0)
		(void)fchmod(fd, st.st_mode & 07777); /* a file of another owner: the umask's mode will do */
}

static bool fill_and_rename(const char *name, const char *beside, mr_str bytes)
{
	int fd = open_file(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
	bool ok;

	if (fd < 0)
		return false;
	keep_mode(fd, name);
	ok = write_all(fd, bytes) && sync_fd(fd);
	if (close(fd))
		ok = false;
	return ok && !mr_inject_io() && rename(beside, name) == 0;
}

mr_code mr_file_write_atomic(mr_str path, mr_str bytes, mr_error *err)
{
	char name[PATH_MAX];
	char beside[PATH_MAX + 48];
	char unique[33];
	mr_code code = path_c(path, name, err);

	if (code)
		return code;
	mr_uuid_hex(unique);
	snprintf(beside, sizeof beside, "%s.%.16s.tmp", name, unique);
	if (!fill_and_rename(name, beside, bytes)) {
		code = failed("write", name, err);
		unlink(beside);
		return code;
	}
	return sync_folder_of(name) ? MR_OK : failed("sync the folder of", name, err);
}

static bool make_one(const char *path)
{
	struct stat st;
	int why;

	if (mr_inject_io())
		return false;
	if (mkdir(path, 0777) == 0)
		return sync_folder_of(path);
	why = errno;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return true; /* was there, or another process was faster */
	errno = why;
	return false;
}

mr_code mr_dir_make(mr_str path, mr_error *err)
{
	char name[PATH_MAX];
	mr_code code = path_c(path, name, err);
	char *at;

	if (code)
		return code;
	for (at = name; *at; at++) {
		if (*at != '/' || at == name || at[-1] == '/')
			continue;
		*at = 0;
		if (!make_one(name))
			return failed("make the folder", name, err);
		*at = '/';
	}
	return make_one(name) ? MR_OK : failed("make the folder", name, err);
}
