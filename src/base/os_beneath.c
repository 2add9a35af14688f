/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening below a root folder without leaving it. openat2 lets the kernel see
 * to it in one call. Where the kernel is too old or a filter (seccomp, as in
 * some containers) answers ENOSYS or EPERM, each folder on the way is opened
 * on its own, none of them through a symbolic link; as every step starts from
 * a descriptor, renaming folders meanwhile does not lead out either.
 */
#define _GNU_SOURCE
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/inject.h"

static atomic_bool always_walk;

void mr_open_beneath_without_openat2(bool walk)
{
	atomic_store(&always_walk, walk);
}

/* The next segment of a path that *at points into; its length, 0 at the end. */
static size_t next_segment(const char **at)
{
	while (**at == '/')
		++*at;
	return strcspn(*at, "/");
}

/* Refuses what no artifact's path has, before the kernel sees it: both ways then agree. */
static mr_code check_path(mr_str path, char out[PATH_MAX], mr_error *err)
{
	const char *at;
	size_t n;

	if (path.len >= PATH_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path: it is longer than %d bytes",
				    PATH_MAX - 1);
	if (path.len && (path.ptr[0] == '/' || memchr(path.ptr, 0, path.len)))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid path: it must be relative and without NUL characters");
	if (path.len)
		memcpy(out, path.ptr, path.len);
	out[path.len] = 0;
	for (at = out; (n = next_segment(&at)) > 0; at += n)
		if (n == 2 && at[0] == '.' && at[1] == '.')
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path: '..' is not allowed in it");
	if (path.len == 0)
		memcpy(out, ".", 2);
	return MR_OK;
}

static int open_by_kernel(int root, const char *path, int flags, unsigned mode)
{
	struct open_how how;
	int tries = 16;
	long fd;

	memset(&how, 0, sizeof how);
	how.flags = (unsigned)flags;
	how.mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? mode & 07777 : 0; /* else it is EINVAL */
	how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || (errno == EAGAIN && tries-- > 0))); /* EAGAIN: a rename went on meanwhile */
	return (int)fd;
}

/* openat() of one segment; a symbolic link is ELOOP, as openat2 has it. */
static int open_segment(int folder, const char *name, int flags, unsigned mode)
{
	struct stat st;
	int fd;

	do
		fd = openat(folder, name, flags | O_NOFOLLOW, mode);
	while (fd < 0 && errno == EINTR);
	if (fd < 0 && errno == ENOTDIR && fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
		errno = ELOOP;
	if (fd >= 0 && (flags & O_PATH) && fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		close(fd); /* O_PATH opens a link itself */
		errno = ELOOP;
		return -1;
	}
	return fd;
}

/* path is changed meanwhile. */
static int open_by_walking(int root, char *path, int flags, unsigned mode)
{
	const char *at = path;
	char *name;
	int folder = root, fd, why;
	size_t n = next_segment(&at), after;

	if (n == 0)
		return open_segment(root, ".", flags, mode);
	for (;;) {
		name = path + (at - path);
		at += n;
		after = next_segment(&at);
		if (after == 0 && name[n] == '/')
			flags |= O_DIRECTORY; /* "folder/" */
		name[n] = 0;
		fd = after == 0 ? open_segment(folder, name, flags, mode)
				: open_segment(folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
		why = errno;
		if (folder != root)
			close(folder);
		errno = why;
		if (fd < 0 || after == 0)
			return fd;
		folder = fd;
		n = after;
	}
}

static mr_code failed(mr_str path, mr_error *err)
{
	int why = errno;
	mr_code code = why == ENOENT || why == ENOTDIR ? MR_NOT_FOUND
		       : why == EACCES || why == EPERM ? MR_PERMISSION_DENIED
		       : why == EEXIST		       ? MR_ALREADY_EXISTS
						       : MR_IO_ERROR;

	if (why == ELOOP || why == EXDEV)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Invalid path: '%.*s' leads through a symbolic link, which is not followed here",
				    MR_STR_ARG(path));
	return mr_error_set(err, code, "Cannot open '%.*s': %s", MR_STR_ARG(path), strerror(why));
}

mr_code mr_open_beneath(int root_fd, mr_str path, int flags, unsigned mode, int *fd, mr_error *err)
{
	char name[PATH_MAX];
	mr_code code = check_path(path, name, err);

	if (code)
		return code;
	flags |= O_CLOEXEC;
	if (!(flags & O_PATH))
		flags |= O_NOCTTY | O_NONBLOCK; /* a pipe that somebody put there must not hang us */
	*fd = -1;
	if (mr_inject_io())
		return failed(path, err);
	if (!atomic_load(&always_walk)) {
		*fd = open_by_kernel(root_fd, name, flags, mode);
		if (*fd < 0 && errno != ENOSYS && errno != EPERM)
			return failed(path, err);
	}
	if (*fd < 0)
		*fd = open_by_walking(root_fd, name, flags, mode);
	return *fd < 0 ? failed(path, err) : MR_OK;
}
