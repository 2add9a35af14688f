/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of plugins of this process, and the lookups in it.
 */
#include <stdlib.h>

#include "base/fork.h"
#include "base/log.h"
#include "base/nearest.h"
#include "base/uri.h"
#include "plugin/python.h"
#include "plugin/registry.h"
#include "plugin/stats.h"

enum { FLAGS_MAX = 64, BUILTINS_MAX = 64, NAMES_MAX = 128 };

static struct mr_fork_lock lock = MR_FORK_LOCK_INIT;
static struct registry registry;
static const struct mr_plugin *builtins[BUILTINS_MAX];
static size_t builtins_n;
static char *flags[FLAGS_MAX], *pythons[FLAGS_MAX];
static size_t flags_n, pythons_n;
static char *program_tracking_uri, *program_registry_uri;

static void add_late(const struct mr_plugin *plugin);
static mr_code add_file_late(mr_str path, mr_error *err);

void mr_plugins_add_builtin(const struct mr_plugin *plugin)
{
	bool known = false;

	mr_fork_lock_take(&lock);
	for (size_t i = 0; i < builtins_n; i++)
		known |= builtins[i] == plugin;
	if (!known && builtins_n < BUILTINS_MAX) {
		builtins[builtins_n++] = plugin;
		if (registry.discovered)
			add_late(plugin);
	}
	mr_fork_lock_give(&lock);
}

static mr_code add_flag(mr_str path, const char *what, char **list, size_t *n, mr_error *err)
{
	char *copy = path.len ? strndup(path.ptr, path.len) : NULL;
	mr_code code = MR_OK;

	mr_fork_lock_take(&lock);
	if (!copy || *n == FLAGS_MAX || registry.discovered)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The %s %.*s cannot be added: %s", what,
				    MR_STR_ARG(path), !copy ? "its path is empty" : registry.discovered
				    ? "plugins are in use already" : "there are too many");
	else
		list[(*n)++] = copy;
	mr_fork_lock_give(&lock);
	if (code != MR_OK)
		free(copy);
	return code;
}

mr_code mr_plugins_add_file(mr_str path, mr_error *err)
{
	return add_flag(path, "plugin file", flags, &flags_n, err);
}

mr_code mr_plugins_add_file_now(mr_str path, mr_error *err)
{
	mr_error early;
	mr_code code;

	mr_error_init(&early);
	if (mr_plugins_add_file(path, &early) == MR_OK)
		return MR_OK;
	mr_fork_lock_take(&lock);
	code = registry.discovered ? add_file_late(path, err) : mr_error_set(err, early.code, "%s", early.message);
	mr_fork_lock_give(&lock);
	return code;
}

mr_code mr_plugins_add_python(mr_str environment, mr_error *err)
{
	return add_flag(environment, "Python environment", pythons, &pythons_n, err);
}

static char *keep(mr_str s)
{
	return s.len ? strndup(s.ptr, s.len) : NULL;
}

void mr_host_set_uris(mr_str tracking_uri, mr_str registry_uri)
{
	mr_fork_lock_take(&lock);
	free(program_tracking_uri);
	free(program_registry_uri);
	program_tracking_uri = keep(tracking_uri);
	program_registry_uri = keep(registry_uri);
	mr_fork_lock_give(&lock);
}

void host_uris(mr_arena *arena, mr_str *tracking_uri, mr_str *registry_uri)
{
	mr_fork_lock_take(&lock);
	*tracking_uri = mr_arena_copy(arena, mr_str_from(program_tracking_uri));
	*registry_uri = mr_arena_copy(arena, mr_str_from(program_registry_uri));
	mr_fork_lock_give(&lock);
}

static mr_code registry_put(struct registry *r, struct plugin *p, mr_error *err)
{
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : 16;
		struct plugin **grown = mr_arena_grow(r->arena, r->plugins, r->room * sizeof *grown, room * sizeof *grown);

		if (!grown)
			return mr_error_no_memory(err);
		r->plugins = grown;
		r->room = room;
	}
	r->plugins[r->n++] = p;
	return MR_OK;
}

static bool make_stats(struct registry *r, struct plugin *p, size_t entries_n)
{
	struct mr_plugin_stats *stats = mr_arena_zalloc(r->arena, (entries_n + 1) * sizeof *stats);

	for (size_t i = 0; stats && i < entries_n; i++)
		p->info.entries[i].stats = p->entries[i].stats = &stats[i];
	return stats != NULL;
}

struct plugin *registry_append(struct registry *r, mr_source_kind source, int index, size_t entries_n, mr_error *err)
{
	struct plugin *p = mr_arena_zalloc(r->arena, sizeof *p);

	if (p && entries_n) {
		p->info.entries = mr_arena_zalloc(r->arena, entries_n * sizeof *p->info.entries);
		p->entries = mr_arena_zalloc(r->arena, entries_n * sizeof *p->entries);
	}
	if (!p || (entries_n && (!p->info.entries || !p->entries)) || !make_stats(r, p, entries_n)) {
		mr_error_no_memory(err);
		return NULL;
	}
	p->info.source = source;
	p->info.source_index = index;
	p->info.entries_n = entries_n;
	return registry_put(r, p, err) == MR_OK ? p : NULL;
}

static mr_code add_builtin(struct registry *r, const struct mr_plugin *d, mr_error *err)
{
	struct plugin *p = registry_append(r, MR_SOURCE_BUILTIN, 0, d->entries_n, err);

	if (!p)
		return MR_RESOURCE_EXHAUSTED;
	p->info.name = mr_str_from(d->name);
	p->info.version = mr_str_from(d->version);
	p->info.description = mr_str_from(d->description);
	p->info.licence = mr_str_from(d->licence);
	p->info.abi_major = d->abi_major;
	p->info.abi_minor = d->abi_minor;
	for (size_t i = 0; i < d->entries_n; i++) {
		p->info.entries[i].group = mr_str_from(d->entries[i].group);
		p->info.entries[i].name = mr_str_from(d->entries[i].name);
	}
	return plugin_adopt(r, p, d, err);
}

static void mark_denied(struct registry *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct mr_plugin_info *info = &r->plugins[i]->info;

		if (plugin_allowed(info->name, info->source))
			continue;
		info->state = MR_PLUGIN_DENIED;
		info->why = mr_str_from("MILLRACE_PLUGINS denies it");
	}
}

/* A built-in of a layer that a program came to use after its first lookup. It is the last in rank, as all
 * of them, so that what was handed out goes on to hold. */
static void add_late(const struct mr_plugin *plugin)
{
	mr_error err;

	mr_error_init(&err);
	if (add_builtin(&registry, plugin, &err) != MR_OK) {
		mr_log(MR_LOG_ERROR, "plugin", "The built-in %s cannot be used: %s", plugin->name, err.message);
		return;
	}
	mark_denied(&registry);
	precedence_resolve(&registry);
}

/* A file that a program named after its first lookup: it stands behind the others that were named, before all else. */
static mr_code add_file_late(mr_str path, mr_error *err)
{
	struct registry *r = &registry;
	size_t last = r->n, at = 0;
	mr_str copy = mr_arena_copy(r->arena, path);
	mr_code code = copy.ptr ? registry_add_file(r, copy.ptr, MR_SOURCE_FLAG, FLAGS_MAX + (int)last, err) : mr_error_no_memory(err);
	struct plugin *added;

	if (code != MR_OK || r->n == last) /* it was there already */
		return code;
	added = r->plugins[last];
	while (at < last && r->plugins[at]->info.source == MR_SOURCE_FLAG)
		at++;
	memmove(&r->plugins[at + 1], &r->plugins[at], (last - at) * sizeof *r->plugins);
	r->plugins[at] = added;
	mark_denied(r);
	precedence_resolve(r);
	return MR_OK;
}

/* With the lock held. */
static mr_code ensure_discovered(mr_error *err)
{
	struct registry *r = &registry;
	mr_code code = MR_OK;

	if (r->discovered)
		return MR_OK;
	if (!r->arena && !(r->arena = mr_arena_new(0)))
		return mr_error_no_memory(err);
	r->n = 0;
	r->deferred = NULL;
	r->pythons = pythons;
	r->pythons_n = pythons_n;
	for (size_t i = 0; i < flags_n && code == MR_OK; i++)
		code = registry_add_file(r, flags[i], MR_SOURCE_FLAG, (int)i, err);
	if (code == MR_OK)
		code = discover(r, err);
	for (size_t i = 0; i < builtins_n && code == MR_OK; i++)
		code = add_builtin(r, builtins[i], err);
	if (code == MR_OK && r->deferred)
		code = registry_put(r, r->deferred, err);
	if (code != MR_OK)
		return code;
	mark_denied(r);
	precedence_resolve(r);
	r->discovered = true;
	return MR_OK;
}

mr_code mr_plugin_report(const struct mr_plugin_info *plugin, mr_call *call, mr_json **out, mr_error *err)
{
	struct plugin *p = (struct plugin *)(uintptr_t)plugin; /* whose first member it is */
	mr_code code;

	*out = NULL;
	mr_fork_lock_take(&lock);
	code = plugin_load(&registry, p, err);
	mr_fork_lock_give(&lock);
	return code == MR_OK && p->python ? python_report(p, call, out, err) : code;
}

void mr_plugins_reset(void)
{
	mr_fork_lock_take(&lock);
	mr_arena_free(registry.arena);
	memset(&registry, 0, sizeof registry);
	while (flags_n)
		free(flags[--flags_n]);
	while (pythons_n)
		free(pythons[--pythons_n]);
	mr_fork_lock_give(&lock);
}

mr_code mr_plugins_list(const struct mr_plugin_info *const **out, size_t *n, mr_error *err)
{
	const struct mr_plugin_info **list;
	mr_code code;

	mr_fork_lock_take(&lock);
	code = ensure_discovered(err);
	if (code == MR_OK) {
		list = mr_arena_alloc(registry.arena, (registry.n + 1) * sizeof *list);
		for (size_t i = 0; list && i < registry.n; i++)
			list[i] = &registry.plugins[i]->info;
		*out = list;
		*n = registry.n;
		if (!list)
			code = mr_error_no_memory(err);
	}
	mr_fork_lock_give(&lock);
	return code;
}

mr_code mr_plugins_each(void (*visit)(void *arg, const struct mr_plugin_info *info), void *arg, mr_error *err)
{
	mr_code code;

	mr_fork_lock_take(&lock);
	code = ensure_discovered(err);
	for (size_t i = 0; code == MR_OK && i < registry.n; i++)
		visit(arg, &registry.plugins[i]->info);
	mr_fork_lock_give(&lock);
	return code;
}

/* Denied plugins, and files that were refused before their entries were known: what is looked for may be in one of them. */
static void list_unread(char *out, size_t size)
{
	size_t used = 0;

	out[0] = 0;
	for (size_t i = 0; i < registry.n; i++) {
		const struct mr_plugin_info *p = &registry.plugins[i]->info;
		int n;

		if ((p->state != MR_PLUGIN_REFUSED || p->entries_n) && p->state != MR_PLUGIN_DENIED)
			continue;
		n = p->state == MR_PLUGIN_DENIED
			    ? snprintf(out + used, size - used, " %.*s is denied by MILLRACE_PLUGINS.", MR_STR_ARG(p->name))
			    : snprintf(out + used, size - used, " %.*s was refused: %.*s.", MR_STR_ARG(p->file),
				       MR_STR_ARG(p->why));
		if (n < 0 || (size_t)n >= size - used) {
			out[used] = 0;
			break; /* `plugins list` shows the rest */
		}
		used += (size_t)n;
	}
}

/* What a lookup that found nothing says. */
static mr_code not_found(const char *group_name, mr_str name, mr_error *err)
{
	const struct mr_group *group = mr_group_get(mr_str_from(group_name));
	mr_arena *arena = mr_arena_new(0);
	mr_str known[NAMES_MAX], near = mr_str_make("", 0);
	char names[1024], unread[1024];
	size_t used = 0, known_n = 0;

	list_unread(unread, sizeof unread);
	names[0] = 0;
	for (size_t i = 0; i < registry.n; i++)
		for (size_t e = 0; e < registry.plugins[i]->info.entries_n; e++) {
			const struct mr_entry_info *entry = &registry.plugins[i]->info.entries[e];
			int n;

			if (!mr_str_is(entry->group, group_name) || entry->shadowed_by ||
			    registry.plugins[i]->info.state == MR_PLUGIN_DENIED)
				continue;
			if (known_n < NAMES_MAX)
				known[known_n++] = entry->name;
			n = snprintf(names + used, sizeof names - used, "%s%.*s", used ? ", " : "", MR_STR_ARG(entry->name));
			if (n > 0 && (size_t)n < sizeof names - used)
				used += (size_t)n;
		}
	if (arena)
		near = mr_nearest(arena, name, known, known_n);
	mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "There is no %s%s named '%.*s'.%.*s There are: %s.%s Put the plugin's .so into "
			    "~/.local/share/millrace/plugins, name its folder in MILLRACE_PLUGIN_PATH, or give --plugin FILE; a "
			    "Python plugin is installed with pip into an environment that MILLRACE_PYTHON or --python names; "
			    "`millrace plugins list` shows what was found",
			    group ? group->what : group_name,
			    group && group->lookup == MR_LOOKUP_SCHEME ? " for a URI scheme" : "", MR_STR_ARG(name),
			    MR_STR_ARG(near), used ? names : "none", unread);
	mr_arena_free(arena);
	return MR_INVALID_PARAMETER_VALUE;
}

static mr_code ambiguous(const struct plugin *p, const struct mr_entry_info *entry, mr_error *err)
{
	const struct plugin *other = NULL;

	for (size_t i = 0; i < registry.n && !other; i++)
		for (size_t e = 0; e < registry.plugins[i]->info.entries_n; e++) {
			const struct mr_entry_info *candidate = &registry.plugins[i]->info.entries[e];

			if (registry.plugins[i] != p && registry.plugins[i]->info.source == p->info.source &&
			    registry.plugins[i]->info.source_index == p->info.source_index && candidate->ambiguous &&
			    mr_str_eq(candidate->group, entry->group) && mr_str_eq(candidate->name, entry->name))
				other = registry.plugins[i];
		}
	if (other && p->info.environment.len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Two distributions of the Python environment %.*s offer '%.*s' in %.*s: %.*s and %.*s. "
				    "Remove one (%.*s -m pip uninstall %.*s), or choose one with MILLRACE_PLUGINS=-%.*s",
				    MR_STR_ARG(p->info.environment), MR_STR_ARG(entry->name), MR_STR_ARG(entry->group),
				    MR_STR_ARG(p->info.name), MR_STR_ARG(other->info.name), MR_STR_ARG(p->info.environment),
				    MR_STR_ARG(other->info.name), MR_STR_ARG(other->info.name));
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Two plugins of the same source offer '%.*s' in %.*s: %.*s and %.*s. Remove one, or choose one "
			    "with --plugin FILE",
			    MR_STR_ARG(entry->name), MR_STR_ARG(entry->group), MR_STR_ARG(p->info.file),
			    MR_STR_ARG(other ? other->info.file : p->info.file));
}

static mr_code use_anyway(struct plugin *p, size_t e, const struct mr_entry **out, mr_error *err)
{
	mr_error why;

	mr_error_init(&why);
	if (plugin_load(&registry, p, &why) != MR_OK)
		return mr_error_set(err, why.code, "The plugin %.*s (%.*s), which offers '%.*s' in %.*s, cannot be used: %s",
				    MR_STR_ARG(p->info.name), MR_STR_ARG(p->info.file),
				    MR_STR_ARG(p->info.entries[e].name), MR_STR_ARG(p->info.entries[e].group), why.message);
	if (!p->entries[e].ops)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "The plugin %.*s offers '%.*s' in %.*s, which Python plugins are not used for yet",
				    MR_STR_ARG(p->info.name), MR_STR_ARG(p->info.entries[e].name),
				    MR_STR_ARG(p->info.entries[e].group));
	*out = &p->entries[e];
	return MR_OK;
}

/* MLflow looks an auth provider up by what its get_name answers, whatever its entry point is called. */
static bool has_own_name(const struct plugin *p, const char *group)
{
	return p->info.environment.len && !strcmp(group, MR_GROUP_REQUEST_AUTH);
}

static mr_code use(struct plugin *p, size_t e, const struct mr_entry **out, mr_error *err)
{
	return p->info.entries[e].ambiguous ? ambiguous(p, &p->info.entries[e], err) : use_anyway(p, e, out, err);
}

mr_code mr_plugins_entry(const struct mr_plugin_info *plugin, size_t index, const struct mr_entry **out, mr_error *err)
{
	mr_code code = MR_INVALID_PARAMETER_VALUE;

	mr_fork_lock_take(&lock);
	for (size_t i = 0; i < registry.n; i++)
		if (&registry.plugins[i]->info == plugin && index < plugin->entries_n)
			code = use_anyway(registry.plugins[i], index, out, err);
	mr_fork_lock_give(&lock);
	return code;
}

/* With the lock held. *found says whether there was one. plugin: only this one, when not empty. */
static mr_code look_up(const char *group, mr_str name, mr_str plugin, const struct mr_entry **out, bool *found,
		       mr_error *err)
{
	*found = false;
	for (size_t i = 0; i < registry.n; i++) {
		struct plugin *p = registry.plugins[i];

		if (p->info.state == MR_PLUGIN_DENIED || has_own_name(p, group) ||
		    (plugin.len && !mr_str_eq(plugin, p->info.name)))
			continue;
		for (size_t e = 0; e < p->info.entries_n; e++)
			if (mr_str_is(p->info.entries[e].group, group) && mr_str_eq(p->info.entries[e].name, name)) {
				*found = true;
				return use(p, e, out, err);
			}
	}
	return MR_OK;
}

/* Asks the providers of Python for their names, nearest first; without the lock, as each may start a host. */
static mr_code look_up_own_name(const char *group, mr_str name, const struct mr_entry **out, bool *found, mr_error *err)
{
	const struct mr_entry *const *list;
	size_t n;
	mr_code code = mr_plugins_in_order(group, &list, &n, err);

	for (size_t i = n; i-- > 0 && code == MR_OK && !*found;) {
		mr_str own;
		mr_error why;

		mr_error_init(&why);
		if (!list[i]->plugin->environment.len)
			continue;
		if (python_auth_name(python_entry_of(list[i]->host), &own, &why) != MR_OK)
			mr_log(MR_LOG_WARNING, "plugin", "Left out: %s", why.message);
		else if (mr_str_eq(own, name)) {
			*found = true;
			*out = list[i];
		}
	}
	return code;
}

mr_code mr_plugins_by_name(const char *group, mr_str name, const struct mr_entry **out, mr_error *err)
{
	bool found = false;
	mr_code code;

	mr_fork_lock_take(&lock);
	code = ensure_discovered(err);
	if (code == MR_OK)
		code = look_up(group, name, mr_str_make(NULL, 0), out, &found, err);
	mr_fork_lock_give(&lock);
	if (code == MR_OK && !found && !strcmp(group, MR_GROUP_REQUEST_AUTH))
		code = look_up_own_name(group, name, out, &found, err);
	mr_fork_lock_take(&lock);
	if (code == MR_OK && !found)
		code = not_found(group, name, err);
	mr_fork_lock_give(&lock);
	return code;
}

/* The scheme in lower case, as urlparse gives it; "file" for a path. */
static mr_code scheme_of(mr_str text, mr_arena *arena, mr_str *scheme, mr_str *plugin, mr_error *err)
{
	struct mr_uri uri;
	mr_code code = mr_uri_parse(text, &uri, err);
	mr_str found;
	char *lower;

	if (code != MR_OK)
		return code;
	found = uri.scheme.len ? uri.scheme : mr_str_from("file");
	lower = mr_arena_alloc(arena, found.len + 1);
	if (!lower)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < found.len; i++)
		lower[i] = found.ptr[i] >= 'A' && found.ptr[i] <= 'Z' ? (char)(found.ptr[i] - 'A' + 'a') : found.ptr[i];
	lower[found.len] = 0;
	*scheme = mr_str_make(lower, found.len);
	if (!mr_uri_query_get(arena, uri.query, "millrace.plugin", plugin))
		*plugin = mr_str_make(NULL, 0);
	return MR_OK;
}

mr_code mr_plugins_by_uri(const char *group, mr_str uri, const struct mr_entry **out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str scheme, plugin, dialect;
	bool found = false;
	mr_code code = arena ? scheme_of(uri, arena, &scheme, &plugin, err) : mr_error_no_memory(err);

	if (code == MR_OK) {
		const char *plus = memchr(scheme.ptr, '+', scheme.len);

		dialect = mr_str_make(scheme.ptr, plus ? (size_t)(plus - scheme.ptr) : scheme.len);
		mr_fork_lock_take(&lock);
		code = ensure_discovered(err);
		if (code == MR_OK)
			code = look_up(group, scheme, plugin, out, &found, err);
		if (code == MR_OK && !found && plus)
			code = look_up(group, dialect, plugin, out, &found, err);
		if (code == MR_OK && !found)
			code = not_found(group, scheme, err);
		mr_fork_lock_give(&lock);
	}
	mr_arena_free(arena);
	return code;
}

/* Adds the usable entries of one plugin; a broken one is logged once. */
static void add_in_order(struct plugin *p, const char *group, const struct mr_entry **list, size_t *n)
{
	for (size_t e = 0; e < p->info.entries_n && p->info.state != MR_PLUGIN_DENIED; e++) {
		mr_error why;

		if (!mr_str_is(p->info.entries[e].group, group))
			continue;
		mr_error_init(&why);
		if (use(p, e, &list[*n], &why) == MR_OK)
			++*n;
		else if (!p->warned)
			mr_log(MR_LOG_WARNING, "plugin", "Left out: %s", why.message);
		p->warned |= why.code != MR_OK;
	}
}

mr_code mr_plugins_in_order(const char *group, const struct mr_entry *const **out, size_t *n, mr_error *err)
{
	const struct mr_entry **list;
	size_t room = 0;
	mr_code code;

	*n = 0;
	mr_fork_lock_take(&lock);
	code = ensure_discovered(err);
	if (code == MR_OK) {
		for (size_t i = 0; i < registry.n; i++)
			room += registry.plugins[i]->info.entries_n;
		list = mr_arena_alloc(registry.arena, (room + 1) * sizeof *list);
		for (size_t i = registry.n; list && i-- > 0;) /* the farthest first, so that the nearest speaks last */
			add_in_order(registry.plugins[i], group, list, n);
		*out = list;
		if (!list)
			code = mr_error_no_memory(err);
	}
	mr_fork_lock_give(&lock);
	return code;
}
