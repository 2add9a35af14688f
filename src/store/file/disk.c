/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading, and what both halves share. Writing is in disk_write.c.
 */
#define _GNU_SOURCE
#include "store/file/disk_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

enum { BLOCK = 4096, FILE_MAX = 1 << 30, ENTRIES_MAX = 10 * 1000 * 1000 };

mr_code mr_disk_failed(const char *what, mr_str path, mr_error *err)
{
	int why = errno;
	mr_code code = why == ENOENT || why == ENOTDIR	 ? MR_NOT_FOUND
		       : why == EACCES || why == EPERM || why == EROFS ? MR_PERMISSION_DENIED
						       : MR_IO_ERROR;

	return mr_error_set(err, code, "Cannot %s '%.*s' in the folder of the store: %s", what, MR_STR_ARG(path),
			    strerror(why));
}

mr_code mr_disk_open(struct mr_disk *disk, mr_str absolute, mr_error *err)
{
	mr_code code = mr_dir_make(absolute, err);
	char path[4096];

	disk->root = -1;
	if (code != MR_OK)
		return code;
	snprintf(path, sizeof path, "%.*s", MR_STR_ARG(absolute));
	disk->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return disk->root >= 0 ? MR_OK : mr_disk_failed("open", absolute, err);
}

void mr_disk_close(struct mr_disk *disk)
{
	if (disk->root >= 0)
		close(disk->root);
	disk->root = -1;
}

mr_code mr_disk_parent(const struct mr_disk *disk, mr_str path, int *folder, char name[MR_DISK_NAME_MAX + 1],
		       mr_error *err)
{
	const char *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;
	size_t before = slash ? (size_t)(slash - path.ptr) : 0;
	mr_str last = slash ? mr_str_make(slash + 1, path.len - before - 1) : path;

	if (last.len > MR_DISK_NAME_MAX || memchr(last.ptr ? last.ptr : "", 0, last.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%.*s' cannot be a file's name: it is longer than %d bytes or has a NUL in it",
				    MR_STR_ARG(last), MR_DISK_NAME_MAX);
	if (last.len == 0 || mr_str_is(last, ".") || mr_str_is(last, ".."))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' cannot be a file's name", MR_STR_ARG(path));
	memcpy(name, last.ptr, last.len);
	name[last.len] = 0;
	return mr_open_beneath(disk->root, mr_str_make(path.ptr, before), O_PATH | O_DIRECTORY, 0, folder, err);
}

mr_code mr_disk_look(const struct mr_disk *disk, mr_str path, struct mr_disk_stat *out, bool *there, mr_error *err)
{
	struct stat st;
	int fd = -1;
	mr_error why;
	mr_code code;

	*there = false;
	memset(out, 0, sizeof *out);
	mr_error_init(&why);
	code = mr_open_beneath(disk->root, path, O_PATH, 0, &fd, &why);
	if (code == MR_NOT_FOUND || code == MR_INVALID_PARAMETER_VALUE)
		return MR_OK; /* what leads through a link is not there */
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	if (fstat(fd, &st))
		code = mr_disk_failed("examine", path, err);
	else
		*there = S_ISDIR(st.st_mode) || S_ISREG(st.st_mode);
	close(fd);
	if (!*there)
		return code;
	out->is_folder = S_ISDIR(st.st_mode);
	out->size = st.st_size;
	out->changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	out->inode = st.st_ino;
	return MR_OK;
}

bool mr_disk_stat(const struct mr_disk *disk, mr_str path, struct mr_disk_stat *out)
{
	bool there;

	return mr_disk_look(disk, path, out, &there, NULL) == MR_OK && there;
}

bool mr_disk_has_folder(const struct mr_disk *disk, mr_str path)
{
	struct mr_disk_stat st;

	return mr_disk_stat(disk, path, &st) && st.is_folder;
}

bool mr_disk_has_file(const struct mr_disk *disk, mr_str path)
{
	struct mr_disk_stat st;

	return mr_disk_stat(disk, path, &st) && !st.is_folder;
}

static mr_code read_all(int fd, mr_str path, int64_t offset, size_t size, mr_arena *arena, mr_str *out, mr_error *err)
{
	char *bytes = mr_arena_alloc(arena, size + 1);
	size_t n = 0;
	ssize_t got = 1;

	if (!bytes)
		return mr_error_no_memory(err);
	while (n < size && got > 0) {
		got = mr_inject_io() ? -1 : pread(fd, bytes + n, size - n, offset + (off_t)n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			n += (size_t)got;
	}
	if (got < 0)
		return mr_disk_failed("read", path, err);
	bytes[n] = 0;
	*out = mr_str_make(bytes, n);
	return MR_OK;
}

static mr_code open_file(const struct mr_disk *disk, mr_str path, int *fd, int64_t *size, mr_error *err)
{
	struct stat st;
	mr_code code = mr_open_beneath(disk->root, path, O_RDONLY, 0, fd, err);

	if (code != MR_OK)
		return code;
	if (fstat(*fd, &st))
		code = mr_disk_failed("examine", path, err);
	else if (!S_ISREG(st.st_mode))
		code = mr_error_set(err, MR_NOT_FOUND, "'%.*s' is not a file", MR_STR_ARG(path));
	else if (st.st_size > FILE_MAX)
		code = mr_error_set(err, MR_RESOURCE_EXHAUSTED, "'%.*s' is too large: %lld bytes", MR_STR_ARG(path),
				    (long long)st.st_size);
	*size = code == MR_OK ? st.st_size : 0;
	if (code != MR_OK)
		close(*fd);
	return code;
}

mr_code mr_disk_read_from(const struct mr_disk *disk, mr_str path, int64_t offset, mr_arena *arena, mr_str *out,
			  mr_error *err)
{
	int64_t size;
	int fd;
	mr_code code = open_file(disk, path, &fd, &size, err);

	*out = mr_str_from(NULL);
	if (code != MR_OK)
		return code;
	code = read_all(fd, path, offset, size > offset ? (size_t)(size - offset) : 0, arena, out, err);
	close(fd);
	return code;
}

mr_code mr_disk_read(const struct mr_disk *disk, mr_str path, mr_arena *arena, mr_str *out, mr_error *err)
{
	return mr_disk_read_from(disk, path, 0, arena, out, err);
}

mr_code mr_disk_end_of_lines(const struct mr_disk *disk, mr_str path, int64_t *end, mr_error *err)
{
	char block[BLOCK];
	mr_error why;
	int64_t size;
	int fd;
	mr_code code;

	*end = 0;
	mr_error_init(&why);
	code = open_file(disk, path, &fd, &size, &why);
	if (code == MR_NOT_FOUND)
		return MR_OK;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	while (size > 0 && *end == 0 && code == MR_OK) {
		size_t n = size < BLOCK ? (size_t)size : BLOCK;
		const char *newline;

		if (mr_inject_io() || pread(fd, block, n, size - (off_t)n) != (ssize_t)n) {
			code = mr_disk_failed("read", path, err);
			break;
		}
		newline = memrchr(block, '\n', n);
		size -= (int64_t)n;
		*end = newline ? size + (newline - block) + 1 : 0;
	}
	close(fd);
	return code;
}

/* ---- folders ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct mr_disk_entry *)a)->name.ptr, ((const struct mr_disk_entry *)b)->name.ptr);
}

/* 1: a folder, 0: a file, -1: neither, such as a link. */
static int kind_of(int folder, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type == DT_DIR)
		return 1;
	if (entry->d_type == DT_REG)
		return 0;
	if (entry->d_type != DT_UNKNOWN || fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
		return -1;
	return S_ISDIR(st.st_mode) ? 1 : S_ISREG(st.st_mode) ? 0 : -1;
}

struct listing {
	mr_arena *arena;
	struct mr_disk_entry *entries;
	size_t n, room;
};

static mr_code add_entry(struct listing *l, const char *name, bool is_folder, mr_error *err)
{
	size_t room = l->room ? l->room * 2 : 16;
	struct mr_disk_entry *grown;

	if (l->n == l->room) {
		if (room > ENTRIES_MAX)
			return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "A folder of the store has too many entries");
		grown = mr_arena_alloc(l->arena, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		if (l->n)
			memcpy(grown, l->entries, l->n * sizeof *grown);
		l->entries = grown;
		l->room = room;
	}
	l->entries[l->n].is_folder = is_folder;
	l->entries[l->n].name = mr_arena_copy(l->arena, mr_str_from(name));
	return l->entries[l->n++].name.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code read_folder(DIR *dir, struct listing *l, mr_error *err)
{
	const struct dirent *entry;
	mr_code code = MR_OK;

	while (code == MR_OK && (entry = readdir(dir))) {
		int kind;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		kind = kind_of(dirfd(dir), entry);
		if (kind >= 0)
			code = add_entry(l, entry->d_name, kind == 1, err);
	}
	return code;
}

mr_code mr_disk_list(const struct mr_disk *disk, mr_str path, mr_arena *arena, struct mr_disk_entry **out, size_t *n,
		     mr_error *err)
{
	struct listing l = {.arena = arena};
	mr_error why;
	int fd = -1;
	DIR *dir;
	mr_code code;

	*out = NULL;
	*n = 0;
	mr_error_init(&why);
	code = mr_open_beneath(disk->root, path, O_RDONLY | O_DIRECTORY, 0, &fd, &why);
	if (code == MR_NOT_FOUND)
		return MR_OK;
	if (code != MR_OK)
		return mr_error_set(err, code, "%s", why.message);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return mr_disk_failed("list", path, err);
	}
	code = read_folder(dir, &l, err);
	closedir(dir);
	if (code != MR_OK)
		return code;
	if (l.n)
		qsort(l.entries, l.n, sizeof *l.entries, by_name);
	*out = l.entries;
	*n = l.n;
	return MR_OK;
}
