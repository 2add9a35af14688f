/* SPDX-License-Identifier: Apache-2.0
 *
 * What changes files and folders, one system call or few at a time; how they
 * make an atomic change together stands in change.c.
 */
#define _GNU_SOURCE
#include "store/file/disk_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

enum { DEPTH_MAX = 64 };

void (*mr_disk_watch)(const struct mr_disk_event *event);

static void tell(enum mr_disk_event_kind kind, mr_str path, mr_str to, int64_t offset, mr_str bytes)
{
	struct mr_disk_event event = {kind, path, to, offset, bytes};

	if (mr_disk_watch)
		mr_disk_watch(&event);
}

static void tell_path(enum mr_disk_event_kind kind, mr_str path)
{
	tell(kind, path, mr_str_from(NULL), 0, mr_str_from(NULL));
}

/* One write(2) where the kernel takes it all, so that a line is never seen in part. */
static bool write_all(int fd, mr_str bytes, int64_t offset)
{
	size_t done = 0;

	while (done < bytes.len) {
		ssize_t n = mr_inject_io() ? -1 : pwrite(fd, bytes.ptr + done, bytes.len - done, offset + (off_t)done);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			done += (size_t)n;
	}
	return true;
}

static bool sync_data(int fd)
{
	return !mr_inject_io() && fdatasync(fd) == 0;
}

mr_code mr_disk_write_new(const struct mr_disk *disk, mr_str path, mr_str bytes, mr_error *err)
{
	int fd = -1;
	mr_code code = mr_open_beneath(disk->root, path, O_WRONLY | O_CREAT | O_EXCL, 0666, &fd, err);

	if (code != MR_OK)
		return code;
	if (!write_all(fd, bytes, 0))
		code = mr_disk_failed("write", path, err);
	else
		tell(MR_DISK_WROTE, path, mr_str_from(NULL), 0, bytes);
	if (code == MR_OK && !sync_data(fd))
		code = mr_disk_failed("sync", path, err);
	else if (code == MR_OK)
		tell_path(MR_DISK_SYNCED, path);
	if (close(fd) && code == MR_OK)
		code = mr_disk_failed("close", path, err);
	if (code != MR_OK)
		mr_disk_remove(disk, path, NULL);
	return code;
}

static bool cut(int fd, mr_str path, int64_t size)
{
	if (ftruncate(fd, size))
		return false;
	tell(MR_DISK_CUT, path, mr_str_from(NULL), size, mr_str_from(NULL));
	return true;
}

mr_code mr_disk_write_at(const struct mr_disk *disk, mr_str path, int64_t offset, mr_str bytes, mr_error *err)
{
	struct stat st;
	int fd = -1;
	mr_code code = mr_open_beneath(disk->root, path, O_WRONLY, 0, &fd, err);

	if (code != MR_OK)
		return code;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return mr_error_set(err, MR_IO_ERROR, "'%.*s' is not a file", MR_STR_ARG(path));
	}
	if (st.st_size > offset && !cut(fd, path, offset))
		code = mr_disk_failed("shorten", path, err);
	if (code == MR_OK && !write_all(fd, bytes, offset))
		code = mr_disk_failed("write", path, err);
	else if (code == MR_OK)
		tell(MR_DISK_WROTE, path, mr_str_from(NULL), offset, bytes);
	if (code == MR_OK && !sync_data(fd))
		code = mr_disk_failed("sync", path, err);
	else if (code == MR_OK)
		tell_path(MR_DISK_SYNCED, path);
	if (code != MR_OK && cut(fd, path, offset))
		(void)fdatasync(fd);
	close(fd);
	return code;
}

mr_code mr_disk_cut(const struct mr_disk *disk, mr_str path, int64_t size, mr_error *err)
{
	int fd = -1;
	mr_code code = mr_open_beneath(disk->root, path, O_WRONLY, 0, &fd, err);

	if (code != MR_OK)
		return code;
	if (!cut(fd, path, size) || fdatasync(fd))
		code = mr_disk_failed("shorten", path, err);
	else
		tell_path(MR_DISK_SYNCED, path);
	close(fd);
	return code;
}

mr_code mr_disk_rename(const struct mr_disk *disk, mr_str from, mr_str to, mr_error *err)
{
	char from_name[MR_DISK_NAME_MAX + 1], to_name[MR_DISK_NAME_MAX + 1];
	int from_folder = -1, to_folder = -1;
	mr_code code = mr_disk_parent(disk, from, &from_folder, from_name, err);

	if (code == MR_OK)
		code = mr_disk_parent(disk, to, &to_folder, to_name, err);
	if (code == MR_OK && (mr_inject_io() || renameat(from_folder, from_name, to_folder, to_name)))
		code = mr_disk_failed("rename a file to", to, err);
	else if (code == MR_OK)
		tell(MR_DISK_RENAMED, from, to, 0, mr_str_from(NULL));
	if (from_folder >= 0)
		close(from_folder);
	if (to_folder >= 0)
		close(to_folder);
	return code;
}

mr_code mr_disk_make_folder(const struct mr_disk *disk, mr_str path, bool *made, mr_error *err)
{
	char name[MR_DISK_NAME_MAX + 1];
	int folder = -1;
	mr_code code = mr_disk_parent(disk, path, &folder, name, err);

	if (made)
		*made = false;
	if (code != MR_OK)
		return code;
	if (!mr_inject_io() && mkdirat(folder, name, 0777) == 0) {
		tell_path(MR_DISK_MADE_FOLDER, path);
		if (made)
			*made = true;
	} else if (errno != EEXIST || !mr_disk_has_folder(disk, path)) {
		code = mr_disk_failed("make the folder", path, err);
	}
	close(folder);
	return code;
}

/* ---- removing ---- */

mr_code mr_disk_remove(const struct mr_disk *disk, mr_str path, mr_error *err)
{
	char name[MR_DISK_NAME_MAX + 1];
	int folder = -1;
	mr_error why;
	mr_code code;

	mr_error_init(&why);
	code = mr_disk_parent(disk, path, &folder, name, &why);
	if (code == MR_NOT_FOUND)
		return MR_OK;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	if (mr_inject_io() || unlinkat(folder, name, 0)) {
		if (errno != ENOENT)
			code = mr_disk_failed("remove", path, err);
	} else {
		tell_path(MR_DISK_REMOVED, path);
	}
	close(folder);
	return code;
}

static mr_code remove_below(const struct mr_disk *disk, mr_str path, int depth, mr_arena *arena, mr_error *err);

/* Links go as what they are: they are not in the listing, so what is not a folder is unlinked by name. */
static mr_code remove_entries(const struct mr_disk *disk, int fd, mr_str path, int depth, mr_arena *arena, mr_error *err)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	mr_code code = MR_OK;

	if (!dir) {
		close(fd);
		return mr_disk_failed("list", path, err);
	}
	while (code == MR_OK && (entry = readdir(dir))) {
		mr_str child;
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		child = mr_arena_printf(arena, "%.*s/%s", MR_STR_ARG(path), entry->d_name);
		if (!child.ptr)
			code = mr_error_no_memory(err);
		else if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode))
			code = remove_below(disk, child, depth + 1, arena, err);
		else
			code = mr_disk_remove(disk, child, err);
	}
	closedir(dir);
	return code;
}

static mr_code remove_below(const struct mr_disk *disk, mr_str path, int depth, mr_arena *arena, mr_error *err)
{
	char name[MR_DISK_NAME_MAX + 1];
	int fd = -1, folder = -1;
	mr_code code;

	if (depth > DEPTH_MAX)
		return mr_error_set(err, MR_IO_ERROR, "'%.*s' lies too deep to be removed", MR_STR_ARG(path));
	code = mr_open_beneath(disk->root, path, O_RDONLY | O_DIRECTORY, 0, &fd, err);
	if (code == MR_OK)
		code = remove_entries(disk, fd, path, depth, arena, err);
	if (code == MR_OK)
		code = mr_disk_parent(disk, path, &folder, name, err);
	if (code != MR_OK)
		return code;
	if (mr_inject_io() || unlinkat(folder, name, AT_REMOVEDIR))
		code = mr_disk_failed("remove the folder", path, err);
	else
		tell_path(MR_DISK_REMOVED_FOLDER, path);
	close(folder);
	return code;
}

mr_code mr_disk_remove_tree(const struct mr_disk *disk, mr_str path, mr_error *err)
{
	struct mr_disk_stat st;
	mr_arena *arena;
	bool there;
	mr_code code;

	code = mr_disk_look(disk, path, &st, &there, err);
	if (code != MR_OK || !there || !st.is_folder)
		return code;
	arena = mr_arena_new(0);
	code = arena ? remove_below(disk, path, 0, arena, err) : mr_error_no_memory(err);
	mr_arena_free(arena);
	return code;
}

/* ---- syncing, locking ---- */

mr_code mr_disk_sync_folder(const struct mr_disk *disk, mr_str path, mr_error *err)
{
	int fd = -1;
	mr_code code = mr_open_beneath(disk->root, path, O_RDONLY | O_DIRECTORY, 0, &fd, err);

	if (code != MR_OK)
		return code;
	if (mr_inject_io() || fsync(fd))
		code = mr_disk_failed("sync the folder", path, err);
	else
		tell_path(MR_DISK_SYNCED_FOLDER, path);
	close(fd);
	return code;
}

mr_code mr_disk_open_lock(const struct mr_disk *disk, mr_str name, int *fd, mr_error *err)
{
	mr_error why;
	mr_code code;

	*fd = -1;
	mr_error_init(&why);
	code = mr_open_beneath(disk->root, name, O_RDONLY, 0, fd, &why);
	if (code == MR_NOT_FOUND)
		return mr_open_beneath(disk->root, name, O_RDONLY | O_CREAT, 0666, fd, err);
	return code == MR_OK ? code : mr_error_set(err, code, "%s", why.message);
}
