/* SPDX-License-Identifier: Apache-2.0
 *
 * What Python's site.py would put on sys.path, without asking Python.
 */
#include "plugin/python_env.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "base/process.h"
#include "plugin/python_meta.h"

enum { SMALL_FILE = 1 << 16, SITES_MAX = 256 };

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static mr_str folder_of(mr_arena *arena, mr_str path)
{
	const char *slash = memrchr(path.ptr, '/', path.len);

	if (!slash || slash == path.ptr)
		return mr_str_from("/");
	return mr_arena_copy(arena, mr_str_make(path.ptr, (size_t)(slash - path.ptr)));
}

static mr_str real_path(mr_arena *arena, mr_str path)
{
	char *real = realpath(path.ptr, NULL);
	mr_str out = real ? mr_arena_copy(arena, mr_str_from(real)) : mr_str_make("", 0);

	free(real);
	return out;
}

static mr_str read_small(mr_arena *arena, mr_str path)
{
	mr_str text;
	mr_error ignored;

	mr_error_init(&ignored);
	return mr_file_read(path, SMALL_FILE, arena, &text, &ignored) == MR_OK ? text : mr_str_make("", 0);
}

/* ---- folders of packages ---- */

static void add_site(struct python_env *env, mr_arena *arena, mr_str path)
{
	if (!path.ptr || env->failed) {
		env->failed = true;
		return;
	}
	if (!path.len || !is_folder(path.ptr) || env->sites_n == SITES_MAX)
		return;
	for (size_t i = 0; i < env->sites_n; i++)
		if (mr_str_eq(env->sites[i], path))
			return;
	if (env->sites_n == env->room) {
		size_t room = env->room ? 2 * env->room : 8;
		mr_str *grown = mr_arena_grow(arena, env->sites, env->room * sizeof *grown, room * sizeof *grown);

		if (!grown) {
			env->failed = true;
			return;
		}
		env->sites = grown;
		env->room = room;
	}
	env->sites[env->sites_n++] = path;
}

static int is_pth(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 4, ".pth") == 0;
}

/* The lines that are paths; what begins with "import" is code, which is not run here. */
static void add_pth_lines(struct python_env *env, mr_arena *arena, mr_str site, mr_str text)
{
	while (text.len) {
		const char *end = memchr(text.ptr, '\n', text.len);
		mr_str line = mr_str_make(text.ptr, end ? (size_t)(end - text.ptr) : text.len);

		text = mr_str_make(text.ptr + line.len + (end != NULL), text.len - line.len - (end != NULL));
		while (line.len && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == ' ' ||
				    line.ptr[line.len - 1] == '\t'))
			line.len--;
		if (!line.len || line.ptr[0] == '#' || (line.len > 6 && !memcmp(line.ptr, "import", 6) &&
							(line.ptr[6] == ' ' || line.ptr[6] == '\t')))
			continue;
		add_site(env, arena, line.ptr[0] == '/' ? mr_arena_copy(arena, line)
							: mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(site), MR_STR_ARG(line)));
	}
}

/* A folder that site.py reads, with the folders that its .pth files name. */
static void add_site_folder(struct python_env *env, mr_arena *arena, mr_str site)
{
	struct dirent **names = NULL;
	int n;

	if (!site.ptr || !site.len || !is_folder(site.ptr)) {
		env->failed |= !site.ptr;
		return;
	}
	add_site(env, arena, site);
	n = scandir(site.ptr, &names, is_pth, alphasort);
	for (int i = 0; i < n; i++) {
		mr_str path = mr_arena_printf(arena, "%.*s/%s", MR_STR_ARG(site), names[i]->d_name);

		if (path.ptr)
			add_pth_lines(env, arena, site, read_small(arena, path));
		free(names[i]);
	}
	free(names);
}

static void add_python_path(struct python_env *env, mr_arena *arena)
{
	const char *value = secure_getenv("PYTHONPATH");

	while (value && *value) {
		size_t n = strcspn(value, ":");

		if (n && value[0] == '/')
			add_site(env, arena, mr_arena_copy(arena, mr_str_make(value, n)));
		value += n + (value[n] == ':');
	}
}

static void add_user_site(struct python_env *env, mr_arena *arena)
{
	const char *base = secure_getenv("PYTHONUSERBASE"), *off = secure_getenv("PYTHONNOUSERSITE");
	mr_str home = base && *base ? mr_str_from(base) : mr_os_home(arena);

	if ((off && *off) || !home.len)
		return;
	add_site_folder(env, arena, mr_arena_printf(arena, "%.*s%s/lib/python%.*s/site-packages", MR_STR_ARG(home),
						    base && *base ? "" : "/.local", MR_STR_ARG(env->version)));
}

static void add_prefix(struct python_env *env, mr_arena *arena, mr_str prefix)
{
	mr_str v = env->version;

	if (mr_str_is(prefix, "/usr")) /* Debian's own folders */
		add_site_folder(env, arena, mr_arena_printf(arena, "/usr/local/lib/python%.*s/dist-packages", MR_STR_ARG(v)));
	add_site_folder(env, arena, mr_arena_printf(arena, "%.*s/lib/python%.*s/site-packages", MR_STR_ARG(prefix), MR_STR_ARG(v)));
	if (mr_str_is(prefix, "/usr"))
		add_site_folder(env, arena, mr_str_from("/usr/lib/python3/dist-packages"));
}

/* ---- which Python ---- */

/* "3.11" of a text that begins so; empty otherwise. */
static mr_str short_version(mr_str text)
{
	size_t n = 0, dots = 0;

	while (n < text.len && ((text.ptr[n] >= '0' && text.ptr[n] <= '9') || (text.ptr[n] == '.' && !dots)))
		dots += text.ptr[n++] == '.';
	return dots == 1 && n > 2 && text.ptr[n - 1] != '.' ? mr_str_make(text.ptr, n) : mr_str_make("", 0);
}

/* By the name of the interpreter's file, else by the one lib/python3.* that there is. */
static mr_str version_of(mr_arena *arena, mr_str real, mr_str prefix)
{
	const char *name = memrchr(real.ptr, '/', real.len);
	mr_str lib = mr_arena_printf(arena, "%.*s/lib", MR_STR_ARG(prefix)), found = mr_str_make("", 0), v;
	struct dirent *entry;
	DIR *dir;
	int n = 0;

	name = name ? name + 1 : real.ptr;
	if (!strncmp(name, "python", 6) && (v = short_version(mr_str_from(name + 6))).len)
		return v;
	dir = lib.ptr ? opendir(lib.ptr) : NULL;
	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "python3.", 8) && (v = short_version(mr_str_from(entry->d_name + 6))).len) {
			found = mr_arena_copy(arena, v);
			n++;
		}
	if (dir)
		closedir(dir);
	return n == 1 ? found : mr_str_make("", 0);
}

static mr_code not_python(mr_str named, const char *why, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "%.*s is no Python environment: %s. Name the folder of a virtual environment, or a Python "
			    "interpreter (python3 -c 'import sys; print(sys.executable)' prints it)",
			    MR_STR_ARG(named), why);
}

static mr_code fill_sites(mr_arena *arena, mr_str named, struct python_env *env, mr_error *err)
{
	mr_str bin = folder_of(arena, env->python), prefix = folder_of(arena, bin), real = real_path(arena, env->python);
	mr_str cfg = read_small(arena, mr_arena_printf(arena, "%.*s/pyvenv.cfg", MR_STR_ARG(prefix)));
	mr_str home = mr_pyvenv_value(cfg, "home"), version = mr_pyvenv_value(cfg, "version");
	bool is_venv = home.len > 0;

	if (!version.len)
		version = mr_pyvenv_value(cfg, "version_info");
	env->version = short_version(version);
	if (!is_venv)
		prefix = folder_of(arena, folder_of(arena, real));
	if (!env->version.len)
		env->version = version_of(arena, real, prefix);
	if (!env->version.len)
		return not_python(named, "its version cannot be told from its files", err);
	add_python_path(env, arena);
	if (is_venv)
		add_prefix(env, arena, prefix);
	if (!is_venv || mr_str_is(mr_pyvenv_value(cfg, "include-system-site-packages"), "true")) {
		add_user_site(env, arena);
		add_prefix(env, arena, is_venv ? folder_of(arena, mr_arena_copy(arena, home)) : prefix);
	}
	return env->failed ? mr_error_no_memory(err) : MR_OK;
}

/* pyenv's programs are scripts that choose one of its versions. */
static mr_str behind_shim(mr_arena *arena, mr_str file)
{
	const char *shims = memmem(file.ptr, file.len, "/shims/", 7), *chosen = secure_getenv("PYENV_VERSION");
	mr_str root, version, out;

	if (!shims)
		return file;
	root = mr_str_make(file.ptr, (size_t)(shims - file.ptr));
	version = chosen ? mr_str_from(chosen)
			 : read_small(arena, mr_arena_printf(arena, "%.*s/version", MR_STR_ARG(root)));
	version.len = version.len ? strcspn(version.ptr, ":\n\r ") : 0;
	out = mr_arena_printf(arena, "%.*s/versions/%.*s/bin/python3", MR_STR_ARG(root), MR_STR_ARG(version));
	return version.len && out.ptr && is_program(out.ptr) ? out : mr_str_make("", 0);
}

mr_code python_env_find(mr_arena *arena, mr_str named, struct python_env *out, mr_error *err)
{
	static const char *const inside[] = {"bin/python3", "bin/python"};
	mr_str path = named.len && memchr(named.ptr, '/', named.len) ? mr_os_absolute(arena, named) : mr_arena_copy(arena, named);

	*out = (struct python_env){.python = mr_str_make("", 0)};
	if (!path.ptr)
		return mr_error_no_memory(err);
	if (is_folder(path.ptr)) {
		path = mr_os_absolute(arena, path);
		for (size_t i = 0; i < 2 && !out->python.len; i++) {
			mr_str file = mr_arena_printf(arena, "%.*s/%s", MR_STR_ARG(path), inside[i]);

			if (file.ptr && is_program(file.ptr))
				out->python = file;
		}
		if (!out->python.len)
			return not_python(named, "the folder has no bin/python3", err);
	} else {
		out->python = mr_program_find(arena, path);
		if (!out->python.len)
			return not_python(named, "there is no such folder or program", err);
		out->python = behind_shim(arena, mr_os_absolute(arena, out->python));
		if (!out->python.len)
			return not_python(named, "it is a script of pyenv, and which version it means cannot be told", err);
	}
	return fill_sites(arena, named, out, err);
}

/* ---- those that there are ---- */

/* One that was named and is none: shown, and part of what a lookup that finds nothing says. */
static mr_code append_refused(struct registry *r, mr_str named, mr_source_kind source, int index, const mr_error *why,
			      mr_error *err)
{
	struct plugin *p = registry_append(r, source, index, 0, err);

	if (!p)
		return MR_RESOURCE_EXHAUSTED;
	p->info.name = mr_str_from("python");
	p->info.file = mr_arena_copy(r->arena, named);
	p->info.state = MR_PLUGIN_REFUSED;
	p->refused = why->code;
	p->info.why = mr_arena_copy(r->arena, mr_str_make(why->message, why->length));
	return MR_OK;
}

static mr_code use_env(void *arg, mr_str named, mr_source_kind source, int index, mr_error *err)
{
	struct registry *r = arg;
	struct python_env env;
	mr_error why;

	mr_error_init(&why);
	if (python_env_find(r->arena, named, &env, &why) == MR_OK)
		return python_scan(r, &env, source, index, err);
	if (why.code == MR_RESOURCE_EXHAUSTED)
		return mr_error_no_memory(err);
	if (source == MR_SOURCE_PYTHON_OTHER) {
		mr_log(MR_LOG_DEBUG, "plugin", "%s", why.message);
		return MR_OK;
	}
	return append_refused(r, named, source, index, &why, err);
}

static atomic_bool unwanted;

void mr_plugins_without_python(void)
{
	atomic_store(&unwanted, true);
}

static bool python_is_off(const char *value)
{
	return atomic_load(&unwanted) || (value && (!strcmp(value, "none") || !strcmp(value, "off")));
}

static mr_code each_named(mr_arena *arena, const struct python_names *names, const char *variable, mr_error *err)
{
	const char *virtual_env = secure_getenv("VIRTUAL_ENV");
	mr_code code = MR_OK;
	int index = 0;

	for (size_t i = 0; i < names->flags_n && code == MR_OK; i++)
		code = names->visit(names->arg, mr_str_from(names->flags[i]), MR_SOURCE_PYTHON_NAMED, index++, err);
	while (variable && *variable && code == MR_OK) {
		size_t n = strcspn(variable, ":");

		if (n)
			code = names->visit(names->arg, mr_arena_copy(arena, mr_str_make(variable, n)), MR_SOURCE_PYTHON_NAMED, index++,
					    err);
		variable += n + (variable[n] == ':');
	}
	if (code == MR_OK && virtual_env && *virtual_env)
		code = names->visit(names->arg, mr_arena_copy(arena, mr_str_from(virtual_env)), MR_SOURCE_PYTHON_NAMED, index, err);
	return code;
}

mr_code python_env_each(mr_arena *arena, const struct python_names *names, mr_source_kind source, mr_error *err)
{
	const char *variable = secure_getenv("MILLRACE_PYTHON"), *own = secure_getenv("MILLRACE_OWN_PYTHON");

	if (python_is_off(variable))
		return MR_OK;
	if (source == MR_SOURCE_PYTHON_NAMED)
		return each_named(arena, names, variable, err);
	/* a program that lies in an environment means that one */
	return names->visit(names->arg, own && *own ? mr_arena_copy(arena, mr_str_from(own)) : mr_str_from("python3"), source, 0, err);
}

mr_code python_discover(struct registry *r, mr_source_kind source, mr_error *err)
{
	const struct python_names names = {.flags = r->pythons, .flags_n = r->pythons_n, .visit = use_env, .arg = r};

	return python_env_each(r->arena, &names, source, err);
}
