/* SPDX-License-Identifier: Apache-2.0
 *
 * The distributions of native plugins in Python environments. One is made under another name and renamed, so that Python
 * never finds half of one; whoever changes an environment holds a lock on the folder of its packages.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "author/python_dist.h"
#include "base/os.h"
#include "plugin/python_env.h"

#define UNFINISHED ".millrace_plugin-"

struct sync {
	mr_arena *arena;
	bool change;
	struct mr_author_python *list;
	size_t n, room;
};

/* One environment. */
struct look {
	struct sync *sync;
	struct mr_author_python *out;
	struct dist_list wanted;
	size_t room;
	int folder, lock; /* of the site that is read */
	mr_str site;
	mr_error *err;
};

/* ---- files ---- */

/* A folder that has files and no folders. */
static int remove_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(fd, entry->d_name, 0);
	closedir(dir);
	return unlinkat(at, name, AT_REMOVEDIR);
}

/* In one step it is no longer a distribution. */
static int remove_dist(struct look *l, const char *name)
{
	mr_str hidden = mr_arena_printf(l->sync->arena, "%.*s/" UNFINISHED "XXXXXX", MR_STR_ARG(l->site));

	if (!hidden.ptr || !mkdtemp((char *)hidden.ptr))
		return -1;
	hidden = mr_str_from(strrchr(hidden.ptr, '/') + 1);
	if (renameat(l->folder, name, l->folder, hidden.ptr) < 0) {
		unlinkat(l->folder, hidden.ptr, AT_REMOVEDIR);
		return -1;
	}
	return remove_folder(l->folder, hidden.ptr);
}

static int write_file(int at, const struct dist_file *file)
{
	int fd = openat(at, file->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), why;
	bool ok = fd >= 0 && write(fd, file->text.ptr, file->text.len) == (ssize_t)file->text.len && fchmod(fd, 0644) == 0 &&
		  fsync(fd) == 0;

	why = errno;
	if (fd >= 0)
		close(fd);
	errno = why;
	return ok ? 0 : -1;
}

/* In place of what is there, if something is. */
static int put_in_place(struct look *l, const char *hidden, const char *name)
{
	if (renameat2(l->folder, hidden, l->folder, name, RENAME_EXCHANGE) == 0)
		return remove_folder(l->folder, hidden);
	if (errno == ENOENT || remove_dist(l, name) == 0) /* a file system that cannot exchange */
		return renameat(l->folder, hidden, l->folder, name);
	return -1;
}

static int write_dist(struct look *l, const struct dist *d)
{
	mr_str path = mr_arena_printf(l->sync->arena, "%.*s/" UNFINISHED "XXXXXX", MR_STR_ARG(l->site));
	const char *hidden;
	int fd, rc, why;

	if (!path.ptr || !mkdtemp((char *)path.ptr))
		return -1;
	hidden = strrchr(path.ptr, '/') + 1;
	fd = open(path.ptr, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	rc = fd >= 0 ? fchmod(fd, 0755) : -1;
	for (size_t i = 0; i < DIST_FILES && rc == 0; i++)
		rc = write_file(fd, &d->files[i]);
	if (rc == 0)
		rc = fsync(fd);
	if (rc == 0)
		rc = put_in_place(l, hidden, d->folder.ptr);
	why = errno;
	if (fd >= 0)
		close(fd);
	if (rc == 0)
		fsync(l->folder);
	else
		remove_folder(l->folder, hidden);
	errno = why;
	return rc;
}

/* ---- what is there ---- */

static bool is_dist_name(const char *name)
{
	size_t n = strlen(name);

	return n > sizeof DIST_PREFIX + sizeof DIST_SUFFIX && !memcmp(name, DIST_PREFIX, sizeof DIST_PREFIX - 1) &&
	       !strcmp(name + n - (sizeof DIST_SUFFIX - 1), DIST_SUFFIX);
}

static bool has_text(int site, const char *folder, const char *file, mr_str text)
{
	char path[512], bytes[4096];
	int fd = snprintf(path, sizeof path, "%s/%s", folder, file) < (int)sizeof path
			 ? openat(site, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
			 : -1;
	size_t at = 0;
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, bytes, sizeof bytes)) > 0 && (size_t)n <= text.len - at && !memcmp(bytes, text.ptr + at, (size_t)n))
		at += (size_t)n;
	if (fd >= 0)
		close(fd);
	return n == 0 && at == text.len;
}

static const struct dist *wanted_as(const struct look *l, const char *folder)
{
	for (size_t i = 0; i < l->wanted.n; i++)
		if (mr_str_is(l->wanted.items[i].folder, folder))
			return &l->wanted.items[i];
	return NULL;
}

static struct mr_author_python_item *add_item(struct look *l, mr_str plugin, mr_str version, const char *folder,
					      enum mr_python_state state)
{
	struct mr_author_python *out = l->out;
	struct mr_author_python_item *item;

	if (out->items_n == l->room) {
		size_t room = l->room ? 2 * l->room : 8;
		struct mr_author_python_item *grown =
			mr_arena_grow(l->sync->arena, out->items, l->room * sizeof *grown, room * sizeof *grown);

		if (!grown)
			return NULL;
		out->items = grown;
		l->room = room;
	}
	item = &out->items[out->items_n++];
	*item = (struct mr_author_python_item){
		.plugin = plugin,
		.version = version,
		.state = state,
		.file = mr_arena_printf(l->sync->arena, "%.*s/%s", MR_STR_ARG(l->site), folder),
	};
	return item->file.ptr ? item : NULL;
}

/* "site" and "1.0" of "millrace_plugin_site-1.0.dist-info". */
static void words_of(mr_arena *arena, const char *folder, mr_str *plugin, mr_str *version)
{
	const char *name = folder + sizeof DIST_PREFIX - 1, *dash = strchr(name, '-');
	size_t end = strlen(name) - (sizeof DIST_SUFFIX - 1);

	*plugin = mr_arena_copy(arena, mr_str_make(name, dash ? (size_t)(dash - name) : end));
	*version = dash ? mr_arena_copy(arena, mr_str_make(dash + 1, (size_t)(name + end - dash - 1))) : mr_str_from("");
}

/* One of ours, made here before. */
static mr_code look_at(struct look *l, const char *name)
{
	const struct dist *d = mr_str_eq(l->site, l->out->site) ? wanted_as(l, name) : NULL;
	enum mr_python_state state = d ? MR_PYTHON_FINE : MR_PYTHON_ORPHAN;
	mr_str plugin, version;

	for (size_t i = 0; d && i < DIST_FILES; i++)
		if (!has_text(l->folder, name, d->files[i].name, d->files[i].text))
			state = MR_PYTHON_OLD;
	words_of(l->sync->arena, name, &plugin, &version);
	return add_item(l, d ? d->plugin : plugin, d ? d->version : version, name, state) ? MR_OK : mr_error_no_memory(l->err);
}

/* Whether somebody else has a distribution of this plugin there, of whatever version. */
static bool is_taken(DIR *dir, const struct dist *d)
{
	size_t n = (size_t)(strchr(d->folder.ptr, '-') - d->folder.ptr) + 1;
	struct dirent *entry;
	bool taken = false;

	rewinddir(dir);
	while (!taken && (entry = readdir(dir)))
		taken = !strncmp(entry->d_name, d->folder.ptr, n) && is_dist_name(entry->d_name) &&
			!has_text(dirfd(dir), entry->d_name, "INSTALLER", mr_str_from(DIST_INSTALLER));
	return taken;
}

static bool is_known(const struct look *l, const struct dist *d)
{
	for (size_t i = 0; i < l->out->items_n; i++)
		if (mr_str_is(d->folder, strrchr(l->out->items[i].file.ptr, '/') + 1))
			return true;
	return false;
}

static mr_code look_for(struct look *l, DIR *dir)
{
	for (size_t i = 0; i < l->wanted.n; i++) {
		const struct dist *d = &l->wanted.items[i];

		if (!is_known(l, d) && !add_item(l, d->plugin, d->version, d->folder.ptr, is_taken(dir, d) ? MR_PYTHON_FOREIGN : MR_PYTHON_MISSING))
			return mr_error_no_memory(l->err);
	}
	return MR_OK;
}

/* ---- changes ---- */

static void failed(struct look *l, int why)
{
	bool forbidden = why == EACCES || why == EPERM || why == EROFS;

	l->out->why = mr_arena_printf(l->sync->arena, "%.*s cannot be changed: %s%s%.*s", MR_STR_ARG(l->site), strerror(why),
				      forbidden ? "; as whoever may: millrace python sync --python " : "",
				      MR_STR_ARG(forbidden ? l->out->python : mr_str_from("")));
}

/* Those from index on, which are of the site that is open. */
static void mend(struct look *l, size_t index)
{
	for (; index < l->out->items_n; index++) {
		struct mr_author_python_item *item = &l->out->items[index];
		const char *folder = strrchr(item->file.ptr, '/') + 1;
		int rc = 0;

		if (item->state == MR_PYTHON_FINE || item->state == MR_PYTHON_FOREIGN)
			continue;
		rc = item->state == MR_PYTHON_ORPHAN ? remove_dist(l, folder) : write_dist(l, wanted_as(l, folder));
		item->done = rc == 0;
		if (rc != 0)
			failed(l, errno);
	}
}

/* What somebody who was interrupted left. */
static void sweep(DIR *dir)
{
	struct dirent *entry;

	rewinddir(dir);
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, UNFINISHED, sizeof UNFINISHED - 1))
			remove_folder(dirfd(dir), entry->d_name);
}

static mr_code look_through(struct look *l, mr_str site)
{
	DIR *dir = opendir(site.ptr);
	size_t first = l->out->items_n;
	struct dirent *entry;
	mr_code code = MR_OK;

	if (!dir)
		return MR_OK;
	l->site = site;
	l->folder = dirfd(dir);
	if (l->sync->change && flock(l->folder, LOCK_EX) == 0)
		sweep(dir);
	rewinddir(dir);
	while (code == MR_OK && (entry = readdir(dir)))
		if (is_dist_name(entry->d_name) && has_text(l->folder, entry->d_name, "INSTALLER", mr_str_from(DIST_INSTALLER)))
			code = look_at(l, entry->d_name);
	if (code == MR_OK && mr_str_eq(site, l->out->site))
		code = look_for(l, dir);
	if (code == MR_OK && l->sync->change)
		mend(l, first);
	closedir(dir);
	return code;
}

/* ---- environments ---- */

/* The version of the package in a site; empty: it is not in it. */
static mr_str package_in(mr_arena *arena, const char *site)
{
	static const char prefix[] = "millrace-";
	mr_str init = mr_arena_printf(arena, "%s/millrace/__init__.py", site), found = mr_str_make("", 0);
	DIR *dir = init.ptr && access(init.ptr, F_OK) == 0 ? opendir(site) : NULL;
	struct dirent *entry;

	while (dir && !found.len && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name), behind = sizeof prefix - 1 + sizeof DIST_SUFFIX - 1;

		if (n > behind && !memcmp(entry->d_name, prefix, sizeof prefix - 1) &&
		    !strcmp(entry->d_name + n - (sizeof DIST_SUFFIX - 1), DIST_SUFFIX))
			found = mr_arena_copy(arena, mr_str_make(entry->d_name + sizeof prefix - 1, n - behind));
	}
	if (dir)
		closedir(dir);
	return found;
}

static mr_code look_into(struct look *l, struct python_env *env)
{
	mr_arena *arena = l->sync->arena;
	mr_code code = MR_OK;

	for (size_t i = 0; i < env->sites_n; i++) {
		char *real = realpath(env->sites[i].ptr, NULL);

		if (real)
			env->sites[i] = mr_arena_copy(arena, mr_str_from(real));
		free(real);
		if (!env->sites[i].ptr)
			return mr_error_no_memory(l->err);
		if (!l->out->site.len && (l->out->package = package_in(arena, env->sites[i].ptr)).len)
			l->out->site = env->sites[i];
	}
	if (l->out->site.len)
		code = dist_list_fill(&l->wanted, l->out->site, l->err);
	for (size_t i = 0; i < env->sites_n && code == MR_OK; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again = again || mr_str_eq(env->sites[k], env->sites[i]);
		if (!again)
			code = look_through(l, env->sites[i]);
	}
	return code;
}

static struct mr_author_python *add_environment(struct sync *s)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 4;
		struct mr_author_python *grown = mr_arena_grow(s->arena, s->list, s->room * sizeof *grown, room * sizeof *grown);

		if (!grown)
			return NULL;
		s->list = grown;
		s->room = room;
	}
	s->list[s->n] = (struct mr_author_python){.items = NULL};
	return &s->list[s->n++];
}

static mr_code visit(void *arg, mr_str named, mr_source_kind source, int index, mr_error *err)
{
	struct sync *s = arg;
	struct look l = {.sync = s, .wanted = {.arena = s->arena}, .err = err};
	struct python_env env;
	mr_error why;

	(void)index;
	mr_error_init(&why);
	if (python_env_find(s->arena, named, &env, &why) != MR_OK) {
		if (why.code == MR_RESOURCE_EXHAUSTED)
			return mr_error_no_memory(err);
		if (source == MR_SOURCE_PYTHON_OTHER)
			return MR_OK;
		env.python = named;
	}
	for (size_t i = 0; i < s->n; i++)
		if (mr_str_eq(s->list[i].python, env.python))
			return MR_OK; /* named twice */
	l.out = add_environment(s);
	if (!l.out)
		return mr_error_no_memory(err);
	l.out->python = env.python;
	l.out->named = source == MR_SOURCE_PYTHON_NAMED;
	if (why.code != MR_OK) {
		l.out->why = mr_arena_copy(s->arena, mr_str_make(why.message, why.length));
		return MR_OK;
	}
	l.out->version = env.version;
	return look_into(&l, &env);
}

mr_code mr_author_python(const mr_str *flags, size_t flags_n, bool change, mr_arena *arena, struct mr_author_python **out, size_t *n,
			 mr_error *err)
{
	struct sync s = {.arena = arena, .change = change};
	char **named = mr_arena_alloc(arena, (flags_n + 1) * sizeof *named);
	struct python_names names = {.flags = named, .flags_n = flags_n, .visit = visit, .arg = &s};
	mr_code code;

	for (size_t i = 0; named && i < flags_n; i++)
		named[i] = mr_arena_strdup(arena, flags[i].ptr);
	code = named ? python_env_each(arena, &names, MR_SOURCE_PYTHON_NAMED, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = python_env_each(arena, &names, MR_SOURCE_PYTHON_OTHER, err);
	*out = s.list;
	*n = s.n;
	return code;
}

const char *mr_python_state_text(const struct mr_author_python_item *item)
{
	static const char *const found[] = {"in step", "missing", "out of date", "without a plugin", "installed by somebody else"};
	static const char *const mended[] = {"", "added", "renewed", "removed", ""};

	return item->done ? mended[item->state] : found[item->state];
}
