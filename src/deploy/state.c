/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/os.h"
#include "deploy/record.h"

enum { RECORD_MAX = 16 << 20, ID_MAX = 256 };

mr_str mr_state_path(const struct mr_state *s, mr_arena *arena, const char *folder, mr_str name, const char *suffix)
{
	return mr_arena_printf(arena, "%.*s/%s%s%.*s%s", MR_STR_ARG(s->folder), folder, name.len ? "/" : "", MR_STR_ARG(name),
			       suffix);
}

/* ---- the folder ---- */

/* What stands in it is run: it must be nobody's but the user's own. */
static mr_code check_owner(const struct mr_state *s, mr_error *err)
{
	struct stat st;

	if (stat(s->folder.ptr, &st) != 0)
		return mr_error_set(err, MR_IO_ERROR, "Cannot examine %s: %s", s->folder.ptr, strerror(errno));
	if (st.st_uid != geteuid())
		return mr_error_set(err, MR_PERMISSION_DENIED,
				    "%s belongs to another user (%u). Deployments are kept in a folder of one's own", s->folder.ptr,
				    (unsigned)st.st_uid);
	if (st.st_mode & 022)
		return mr_error_set(err, MR_PERMISSION_DENIED,
				    "Others may write to %s, and what stands there is run. Close it: chmod go-w '%s'", s->folder.ptr,
				    s->folder.ptr);
	return MR_OK;
}

static mr_code make_folders(struct mr_state *s, mr_error *err)
{
	static const char *const names[] = {"deployments", "models", "logs"};
	struct stat st;
	bool fresh = stat(s->folder.ptr, &st) != 0;
	mr_code code = mr_dir_make(s->folder, err);

	if (code == MR_OK && fresh && chmod(s->folder.ptr, 0700) != 0)
		code = mr_error_set(err, MR_IO_ERROR, "Cannot make %s private: %s", s->folder.ptr, strerror(errno));
	if (code == MR_OK)
		code = check_owner(s, err);
	for (size_t i = 0; i < 3 && code == MR_OK; i++) {
		mr_str path = mr_state_path(s, s->arena, names[i], mr_str_make(NULL, 0), "");

		code = path.ptr ? mr_dir_make(path, err) : mr_error_no_memory(err);
		if (code == MR_OK && i == 0 && chmod(path.ptr, 0700) != 0) /* they hold the environments of servers */
			code = mr_error_set(err, MR_IO_ERROR, "Cannot make %s private: %s", path.ptr, strerror(errno));
	}
	return code;
}

static mr_code open_lock(const struct mr_state *s, const char *name, int *fd, mr_error *err)
{
	mr_str path = mr_state_path(s, s->arena, name, mr_str_make(NULL, 0), "");

	*fd = path.ptr ? open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (*fd < 0)
		return mr_error_set(err, MR_IO_ERROR, "Cannot open %s: %s", path.ptr ? path.ptr : name, strerror(errno));
	return MR_OK;
}

/* With the lock held, so that two that make it agree. */
static mr_code read_id(struct mr_state *s, mr_error *err)
{
	mr_str path = mr_state_path(s, s->arena, "id", mr_str_make(NULL, 0), "");
	char fresh[33];
	mr_error why;

	mr_error_init(&why);
	if (!path.ptr)
		return mr_error_no_memory(err);
	if (mr_file_read(path, ID_MAX, s->arena, &s->id, &why) == MR_OK && s->id.len == 32)
		return MR_OK;
	mr_uuid_hex(fresh);
	s->id = mr_arena_copy(s->arena, mr_str_make(fresh, 32));
	return s->id.ptr ? mr_file_write_atomic(path, s->id, err) : mr_error_no_memory(err);
}

mr_code mr_state_open(mr_str folder, struct mr_state *s, mr_error *err)
{
	mr_code code;

	*s = (struct mr_state){.arena = mr_arena_new(0), .lock_fd = -1, .supervisor_fd = -1};
	if (!s->arena || !(s->folder = mr_arena_copy(s->arena, folder)).ptr)
		return mr_error_no_memory(err);
	code = make_folders(s, err);
	if (code == MR_OK)
		code = open_lock(s, "lock", &s->lock_fd, err);
	if (code == MR_OK)
		code = open_lock(s, "supervisor.lock", &s->supervisor_fd, err);
	if (code == MR_OK)
		code = mr_state_lock(s, err);
	if (code == MR_OK) {
		code = read_id(s, err);
		mr_state_unlock(s);
	}
	return code;
}

void mr_state_close(struct mr_state *s)
{
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	if (s->supervisor_fd >= 0)
		close(s->supervisor_fd);
	mr_arena_free(s->arena);
	s->arena = NULL;
}

mr_code mr_state_lock(struct mr_state *s, mr_error *err)
{
	while (flock(s->lock_fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return mr_error_set(err, MR_IO_ERROR, "Cannot lock %s/lock: %s", s->folder.ptr, strerror(errno));
	return MR_OK;
}

void mr_state_unlock(struct mr_state *s)
{
	flock(s->lock_fd, LOCK_UN);
}

/* ---- the supervisor ---- */

/* A lock of the open file, which can be asked for without being taken: who only looks disturbs nobody who starts. */
bool mr_state_supervised(const struct mr_state *s)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(s->supervisor_fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool mr_state_supervise(struct mr_state *s)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(s->supervisor_fd, F_OFD_SETLK, &lock) == 0;
}

void mr_state_wake(const struct mr_state *s)
{
	mr_str path = mr_state_path(s, s->arena, "wake", mr_str_make(NULL, 0), "");
	int fd = path.ptr ? open(path.ptr, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW) : -1;

	if (fd < 0)
		return; /* nobody listens: who starts, looks */
	(void)!write(fd, "!", 1); /* a full pipe wakes as well */
	close(fd);
}

bool mr_state_is_there(const struct mr_state *s)
{
	char path[PATH_MAX]; /* it is asked again and again, so nothing of an arena's */
	struct stat ours, there;

	snprintf(path, sizeof path, "%s/lock", s->folder.ptr);
	return fstat(s->lock_fd, &ours) != 0 ||
	       (stat(path, &there) == 0 ? ours.st_ino == there.st_ino && ours.st_dev == there.st_dev
					    : errno != ENOENT && errno != ENOTDIR);
}

/* ---- records ---- */

static bool is_record(const char *file, size_t *name_len)
{
	size_t n = strlen(file);

	*name_len = n > 5 ? n - 5 : 0;
	return n > 5 && file[0] != '.' && strcmp(file + n - 5, ".json") == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const mr_str *)a)->ptr, ((const mr_str *)b)->ptr);
}

mr_code mr_state_names(const struct mr_state *s, mr_arena *arena, mr_str **names, size_t *n, mr_error *err)
{
	mr_str path = mr_state_path(s, arena, "deployments", mr_str_make(NULL, 0), "");
	DIR *dir = path.ptr ? opendir(path.ptr) : NULL;
	struct dirent *entry;
	size_t room = 0, len;

	*names = NULL;
	*n = 0;
	if (!dir)
		return mr_error_set(err, MR_IO_ERROR, "Cannot read %s/deployments: %s", s->folder.ptr, strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		if (!is_record(entry->d_name, &len))
			continue;
		if (*n == room) {
			size_t more = room ? 2 * room : 16;

			*names = mr_arena_grow(arena, *names, room * sizeof **names, more * sizeof **names);
			room = more;
		}
		if (!*names || !((*names)[*n] = mr_arena_copy(arena, mr_str_make(entry->d_name, len))).ptr) {
			closedir(dir);
			return mr_error_no_memory(err);
		}
		++*n;
	}
	closedir(dir);
	if (*n)
		qsort(*names, *n, sizeof **names, by_name);
	return MR_OK;
}

mr_code mr_state_read(const struct mr_state *s, mr_str name, mr_arena *arena, struct mr_record *out, mr_error *err)
{
	mr_str path = mr_state_path(s, arena, "deployments", name, ".json"), text;
	mr_error why;
	mr_code code;

	if (!path.ptr)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	code = mr_file_read(path, RECORD_MAX, arena, &text, &why);
	if (code == MR_NOT_FOUND)
		return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "There is no deployment '%.*s' in %s", MR_STR_ARG(name),
				    s->folder.ptr);
	if (code == MR_OK)
		code = mr_record_parse(text, arena, out, &why);
	if (code == MR_OK && !mr_str_eq(out->name, name))
		code = mr_error_set(&why, MR_INVALID_STATE, "it describes '%.*s'", MR_STR_ARG(out->name));
	return code == MR_OK ? MR_OK
			     : mr_error_set(err, code, "The state of deployment '%.*s' (%s) cannot be read: %s. Remove that file to give the deployment up", MR_STR_ARG(name),
					    path.ptr, why.message);
}

mr_code mr_state_write(const struct mr_state *s, const struct mr_record *record, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str path = arena ? mr_state_path(s, arena, "deployments", record->name, ".json") : mr_str_make(NULL, 0);
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, RECORD_MAX);
	mr_record_write(record, &buf);
	code = path.ptr ? mr_buf_check(&buf, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = mr_file_write_atomic(path, mr_buf_view(&buf), err);
	mr_buf_dispose(&buf);
	mr_arena_free(arena);
	return code;
}

/* ---- removal ---- */

static void remove_at(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		unlinkat(parent, name, 0);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_at(fd, entry->d_name);
	closedir(dir);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void mr_state_remove_tree(mr_str path)
{
	remove_at(AT_FDCWD, path.ptr);
}

#define GONE ".gone-"

void mr_state_discard(const struct mr_state *s, mr_str path, mr_arena *arena)
{
	char unique[33];
	mr_str aside;

	mr_uuid_hex(unique);
	aside = mr_arena_printf(arena, "%.*s/models/" GONE "%s", MR_STR_ARG(s->folder), unique);
	if (aside.ptr)
		(void)rename(path.ptr, aside.ptr);
}

void mr_state_sweep(const struct mr_state *s)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str folder = arena ? mr_state_path(s, arena, "models", mr_str_make(NULL, 0), "") : mr_str_make(NULL, 0);
	DIR *dir = folder.ptr ? opendir(folder.ptr) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, GONE, sizeof GONE - 1) == 0)
			remove_at(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
	mr_arena_free(arena);
}

/* Everything goes before the record does: who sees that the name is free may take it at once. */
mr_code mr_state_remove(struct mr_state *s, mr_str name, bool log, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str file, models, logs;
	mr_code code = arena ? mr_state_lock(s, err) : mr_error_no_memory(err);

	if (code != MR_OK) {
		mr_arena_free(arena);
		return code;
	}
	file = mr_state_path(s, arena, "deployments", name, ".json");
	models = mr_state_path(s, arena, "models", name, "");
	logs = mr_state_path(s, arena, "logs", name, ".log");
	if (!file.ptr || !models.ptr || !logs.ptr) {
		code = mr_error_no_memory(err);
	} else {
		mr_state_discard(s, models, arena);
		if (log) {
			unlink(logs.ptr);
			unlink(mr_arena_printf(arena, "%s.1", logs.ptr).ptr);
		}
		if (unlink(file.ptr) != 0 && errno != ENOENT)
			code = mr_error_set(err, MR_IO_ERROR, "Cannot remove %s: %s", file.ptr, strerror(errno));
	}
	mr_state_unlock(s);
	mr_state_sweep(s);
	mr_arena_free(arena);
	return code;
}
