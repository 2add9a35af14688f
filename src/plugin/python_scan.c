/* SPDX-License-Identifier: Apache-2.0
 *
 * The distributions of an environment that have entry points of MLflow's
 * groups. Most have none: a file without "mlflow." in it is read and forgotten.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <millrace/model_flavor.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/map.h"
#include "base/uri.h"
#include "plugin/python_env.h"
#include "plugin/python_meta.h"
#include "plugin/trust.h"

enum { ENTRY_POINTS_MAX = 1 << 20, METADATA_MAX = 1 << 16, LINK_DEPTH = 2 };

struct scan {
	struct registry *r;
	const struct python_env *env;
	mr_source_kind source;
	int index;
	mr_map *seen; /* normalized names of distributions: the first on sys.path counts */
	mr_error interpreter; /* why it is not trusted */
	mr_arena *scratch;
	char *file; /* one buffer for all entry_points.txt */
	mr_error *err;
};

/* Where one distribution was found. */
struct found {
	mr_str site;   /* real */
	mr_str folder; /* "/…/x-1.0.dist-info" */
	const mr_error *untrusted; /* NULL: fine */
};

struct entries {
	struct mr_entry_info *items;
	size_t n, room;
	mr_arena *arena;
	bool failed;
};

static void add_entry(void *arg, mr_str group, mr_str name, mr_str object)
{
	struct entries *list = arg;
	struct mr_entry_info *grown;

	for (size_t i = 0; i < list->n; i++)
		if (mr_str_eq(list->items[i].group, group) && mr_str_eq(list->items[i].name, name))
			return; /* the second is never looked at, as in importlib.metadata */
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 8;

		grown = mr_arena_grow(list->arena, list->items, list->room * sizeof *grown, room * sizeof *grown);
		if (!grown) {
			list->failed = true;
			return;
		}
		list->items = grown;
		list->room = room;
	}
	list->items[list->n++] = (struct mr_entry_info){.group = group, .name = name, .object = object};
}

/* The file at dir/name, as much as there is room for; -1: it cannot be read. */
static ssize_t read_at(int dir, const char *name, char *out, size_t room)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n, total = 0;

	if (fd < 0)
		return -1;
	while ((n = read(fd, out + total, room - (size_t)total)) > 0)
		total += n;
	close(fd);
	return n < 0 ? -1 : total;
}

static mr_str read_header_file(struct scan *s, mr_str folder)
{
	static const char *const names[] = {"METADATA", "PKG-INFO"};
	char *text = mr_arena_alloc(s->scratch, METADATA_MAX);
	int dir = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t n = -1;

	for (int i = 0; text && dir >= 0 && n < 0 && i < 2; i++)
		n = read_at(dir, names[i], text, METADATA_MAX);
	if (dir >= 0)
		close(dir);
	return mr_str_make(text, n > 0 ? (size_t)n : 0);
}

/* "x" of "/…/x-1.0.dist-info", for a distribution without metadata. */
static mr_str name_of_folder(mr_str folder)
{
	const char *slash = memrchr(folder.ptr, '/', folder.len);
	const char *at = slash ? slash + 1 : folder.ptr;

	return mr_str_make(at, strcspn(at, "-"));
}

/* The folder of the source, when the distribution is installed so that it can be edited (PEP 610). */
static mr_str editable_source(struct scan *s, mr_str folder)
{
	mr_str text, url, local;
	int dir = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *bytes = mr_arena_alloc(s->scratch, METADATA_MAX);
	ssize_t n = dir >= 0 && bytes ? read_at(dir, "direct_url.json", bytes, METADATA_MAX) : -1;
	const mr_json *info;
	mr_json *root;
	mr_error ignored;

	if (dir >= 0)
		close(dir);
	if (n <= 0)
		return mr_str_make("", 0);
	mr_error_init(&ignored);
	text = mr_str_make(bytes, (size_t)n);
	if (mr_json_parse(text, s->scratch, &root, &ignored) != MR_OK || root->type != MR_JSON_OBJECT)
		return mr_str_make("", 0);
	info = mr_json_get(root, "dir_info");
	info = info && info->type == MR_JSON_OBJECT ? mr_json_get(info, "editable") : NULL;
	url = mr_json_str(mr_json_get(root, "url"), mr_str_make("", 0));
	if (!info || !info->boolean || mr_uri_to_local_path(s->r->arena, url, &local, &ignored) != MR_OK)
		return mr_str_make("", 0);
	return local;
}

static bool is_the_reference(mr_str normalized)
{
	return mr_str_is(normalized, "mlflow") || mr_str_is(normalized, "mlflow-skinny") ||
	       mr_str_is(normalized, "mlflow-tracing");
}

/* MLflow's own entry points are the reference's built-ins: they come behind ours, once. */
static struct plugin *append(struct scan *s, mr_str normalized, size_t entries_n)
{
	bool reference = is_the_reference(normalized);
	struct plugin *p;

	if (reference && s->r->deferred && !mr_str_is(normalized, "mlflow"))
		return NULL; /* its parts say the same as the whole */
	p = registry_append(s->r, reference ? MR_SOURCE_REFERENCE : s->source, s->index, entries_n, s->err);
	if (p && reference) {
		s->r->n--;
		s->r->deferred = p;
	}
	return p;
}

static mr_code describe(struct scan *s, const struct found *f, struct plugin *p, const struct entries *list, mr_str headers)
{
	mr_arena *arena = s->r->arena;
	const mr_error *why = s->interpreter.code != MR_OK ? &s->interpreter : f->untrusted;
	mr_str name = mr_metadata_header(headers, "Name");

	p->info.name = mr_arena_copy(arena, name.len ? name : name_of_folder(f->folder));
	p->info.version = mr_arena_copy(arena, mr_metadata_header(headers, "Version"));
	p->info.description = mr_arena_copy(arena, mr_metadata_header(headers, "Summary"));
	p->info.licence = mr_metadata_header(headers, "License-Expression");
	if (!p->info.licence.len)
		p->info.licence = mr_metadata_header(headers, "License");
	p->info.licence = mr_arena_copy(arena, p->info.licence);
	p->info.file = mr_arena_printf(arena, "%.*s/entry_points.txt", MR_STR_ARG(f->folder));
	p->info.environment = s->env->python;
	p->info.editable = editable_source(s, f->folder);
	for (size_t i = 0; i < list->n; i++) {
		p->info.entries[i].group = mr_arena_copy(arena, list->items[i].group);
		p->info.entries[i].name = mr_arena_copy(arena, list->items[i].name);
		p->info.entries[i].object = mr_arena_copy(arena, list->items[i].object);
		if (!p->info.entries[i].object.ptr || !p->info.entries[i].group.ptr || !p->info.entries[i].name.ptr)
			return mr_error_no_memory(s->err);
	}
	if (why) {
		p->info.state = MR_PLUGIN_REFUSED;
		p->refused = why->code;
		p->info.why = mr_arena_copy(arena, mr_str_make(why->message, why->length));
	}
	return p->info.name.ptr && p->info.file.ptr ? MR_OK : mr_error_no_memory(s->err);
}

/* A native plugin in a wheel is a native plugin: its file is listed, and of its entries for MLflow nothing. */
static mr_code take_native(struct scan *s, const struct found *f, const struct mr_entry_info *entry)
{
	const char *colon = memchr(entry->object.ptr, ':', entry->object.len);
	size_t package_n = colon ? (size_t)(colon - entry->object.ptr) : 0;
	char *path = mr_arena_alloc(s->scratch, f->site.len + entry->object.len + 2), *package = path ? path + f->site.len + 1 : NULL;
	mr_error why;

	mr_error_init(&why);
	if (!path)
		return mr_error_no_memory(s->err);
	memcpy(path, f->site.ptr, f->site.len); /* "a.b:c.so" is SITE/a/b/c.so */
	package[-1] = '/';
	memcpy(package, entry->object.ptr, entry->object.len);
	package[entry->object.len] = 0;
	for (size_t i = 0; i < package_n; i++)
		package[i] = package[i] == '.' ? '/' : package[i];
	package[package_n] = '/';
	if (colon && registry_add_file(s->r, path, s->source, s->index, &why) != MR_OK)
		mr_log(MR_LOG_WARNING, "plugin", "%.*s: %s", MR_STR_ARG(f->folder), why.message);
	return MR_OK;
}

/* Without the entries that lead to this Millrace's own plugins; with a native one, that and nothing else. */
static mr_code take_natives(struct scan *s, const struct found *f, struct entries *list)
{
	static const char own[] = MR_PYTHON_OWN_MODULES;
	bool native = false;
	size_t kept = 0;
	mr_code code = MR_OK;

	for (size_t i = 0; i < list->n && code == MR_OK; i++) {
		const struct mr_entry_info *e = &list->items[i];

		if (mr_str_is(e->group, MR_PYTHON_NATIVE_GROUP)) {
			native = true;
			code = take_native(s, f, e);
		} else if (e->object.len < sizeof own - 1 || memcmp(e->object.ptr, own, sizeof own - 1) != 0) {
			list->items[kept++] = *e;
		}
	}
	list->n = native ? 0 : kept;
	return code;
}

static mr_code take(struct scan *s, const struct found *f, mr_str text)
{
	struct entries list = {.arena = s->scratch};
	mr_str headers, name;
	struct plugin *p;

	mr_entry_points_parse(text, add_entry, &list);
	headers = read_header_file(s, f->folder);
	name = mr_metadata_header(headers, "Name");
	name = mr_python_name(s->r->arena, name.len ? name : name_of_folder(f->folder));
	if (is_the_reference(name)) /* MLflow has no entry point for it, and can do it nevertheless */
		add_entry(&list, mr_str_from(MR_GROUP_MODEL_FLAVOR), mr_str_from("python_function"), mr_str_from("mlflow.pyfunc"));
	if (list.failed || !name.ptr)
		return mr_error_no_memory(s->err);
	if (!list.n || mr_map_get(s->seen, name))
		return MR_OK;
	if (!mr_map_set(s->seen, name, s, NULL))
		return mr_error_no_memory(s->err);
	if (take_natives(s, f, &list) != MR_OK)
		return s->err->code;
	if (!list.n)
		return MR_OK;
	p = append(s, name, list.n);
	if (!p)
		return s->err->code;
	return describe(s, f, p, &list, headers);
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* A distribution's folder, when it has a file of entry points that names MLflow. */
static mr_code look_into(struct scan *s, struct found *f, int dir, const char *name, const char *below)
{
	char path[512];
	ssize_t n;
	struct stat st;
	mr_arena_mark mark = mr_arena_mark_get(s->scratch);
	mr_code code = MR_OK;

	if ((size_t)snprintf(path, sizeof path, "%s%s/entry_points.txt", name, below) >= sizeof path)
		return MR_OK;
	n = read_at(dir, path, s->file, ENTRY_POINTS_MAX);
	if (n <= 0 || (!memmem(s->file, (size_t)n, "mlflow.", 7) && !memmem(s->file, (size_t)n, MR_PYTHON_NATIVE_GROUP, 22)))
		return MR_OK;
	f->folder = mr_arena_printf(s->r->arena, "%.*s/%s%s", MR_STR_ARG(f->site), name, below);
	if (!f->folder.ptr)
		return mr_error_no_memory(s->err);
	if (stat(f->folder.ptr, &st) == 0)
		code = take(s, f, mr_str_make(s->file, (size_t)n));
	mr_arena_release(s->scratch, mark);
	return code;
}

static mr_code scan_site(struct scan *s, mr_str site, int depth);

/* "X.egg-link": its first line is the folder of the source, in which "X.egg-info" lies. */
static mr_code follow_link(struct scan *s, int dir, const char *name, int depth)
{
	char text[4096];
	ssize_t n = read_at(dir, name, text, sizeof text - 1);

	if (n <= 0 || depth == LINK_DEPTH || text[0] != '/')
		return MR_OK;
	text[n] = 0;
	text[strcspn(text, "\r\n")] = 0;
	return scan_site(s, mr_arena_copy(s->r->arena, mr_str_from(text)), depth + 1);
}

static mr_code scan_site(struct scan *s, mr_str site, int depth)
{
	char *real = site.ptr ? realpath(site.ptr, NULL) : NULL;
	struct found f = {0};
	struct dirent *entry;
	mr_error why;
	mr_code code = MR_OK;
	DIR *dir = real ? opendir(real) : NULL;

	if (!dir) {
		free(real);
		return MR_OK;
	}
	mr_error_init(&why);
	if (mr_trust_check(real, &why) != MR_OK)
		f.untrusted = &why;
	f.site = mr_arena_copy(s->r->arena, mr_str_from(real));
	free(real);
	if (!f.site.ptr)
		code = mr_error_no_memory(s->err);
	while (code == MR_OK && (entry = readdir(dir))) {
		if (ends_with(entry->d_name, ".dist-info") || ends_with(entry->d_name, ".egg-info"))
			code = look_into(s, &f, dirfd(dir), entry->d_name, "");
		else if (ends_with(entry->d_name, ".egg"))
			code = look_into(s, &f, dirfd(dir), entry->d_name, "/EGG-INFO");
		else if (ends_with(entry->d_name, ".egg-link"))
			code = follow_link(s, dirfd(dir), entry->d_name, depth);
	}
	closedir(dir);
	return code;
}

static int by_name(const void *a, const void *b)
{
	const struct plugin *const *x = a, *const *y = b;
	mr_str p = (*x)->info.name, q = (*y)->info.name;
	int order = memcmp(p.ptr, q.ptr, p.len < q.len ? p.len : q.len);

	return order ? order : p.len < q.len ? -1 : p.len > q.len;
}

static void check_interpreter(struct scan *s)
{
	char *real = realpath(s->env->python.ptr, NULL);

	mr_error_init(&s->interpreter);
	if (!real)
		mr_error_set(&s->interpreter, MR_IO_ERROR, "%s: %s", s->env->python.ptr, strerror(errno));
	else
		mr_trust_check(real, &s->interpreter);
	free(real);
}

mr_code python_scan(struct registry *r, const struct python_env *env, mr_source_kind source, int index, mr_error *err)
{
	struct scan s = {.r = r, .env = env, .source = source, .index = index, .err = err};
	size_t first = r->n;
	mr_code code = MR_OK;

	for (size_t i = 0; i < r->n; i++)
		if (mr_str_eq(r->plugins[i]->info.environment, env->python))
			return MR_OK; /* named twice */
	s.scratch = mr_arena_new(0);
	s.file = s.scratch ? mr_arena_alloc(s.scratch, ENTRY_POINTS_MAX) : NULL;
	s.seen = mr_map_new(r->arena, 16);
	if (!s.file || !s.seen)
		code = mr_error_no_memory(err);
	if (code == MR_OK)
		check_interpreter(&s);
	for (size_t i = 0; i < env->sites_n && code == MR_OK; i++)
		code = scan_site(&s, env->sites[i], 0);
	if (r->n > first) /* the order of a folder's entries is chance */
		qsort(r->plugins + first, r->n - first, sizeof *r->plugins, by_name);
	mr_arena_free(s.scratch);
	return code;
}
