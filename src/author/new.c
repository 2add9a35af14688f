/* SPDX-License-Identifier: Apache-2.0
 *
 * A new package: the templates with their words replaced.
 */
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "author/author.h"
#include "author/embedded.h"
#include "author/kinds.h"
#include "base/buf.h"
#include "base/os.h"
#include "plugin/groups.h"

#define PACKAGE "src/author/templates/package/"
#define GROUPS	"src/author/templates/groups/"
#define WHEEL	"src/author/templates/wheel/"

enum { FILE_MAX = 1 << 20 };

struct word {
	const char *name; /* as it stands between two '@' */
	mr_str value;
};

/* What its README.md says of a wheel. */
static const char on_wheel[] =
	"For MLflow in Python, `pip wheel .` makes a wheel, which has the plugin and its entry points; where the package millrace is not\n"
	"on an index, `pip wheel --no-build-isolation .` uses the one that is installed:\n\n"
	"    pip wheel --no-deps .\n"
	"    pip install millrace_plugin_*.whl\n\n";

struct writing {
	const struct author_kind *kind;
	bool wheel;
	mr_arena *arena;
	const char *folder; /* that is written to, under another name until it is whole */
	struct word words[25];
	size_t words_n;
	mr_error *err;
};

/* ---- words ---- */

static mr_str value_of(const struct writing *w, mr_str name)
{
	for (size_t i = 0; i < w->words_n; i++)
		if (mr_str_is(name, w->words[i].name))
			return w->words[i].value;
	return mr_str_make(NULL, 0);
}

/* @WORD@ where WORD is one of ours; anything else stays. */
static void replace(const struct writing *w, mr_str text, mr_buf *out)
{
	const char *at = text.ptr, *end = text.ptr + text.len;

	while (at < end) {
		const char *first = memchr(at, '@', (size_t)(end - at));
		const char *second = first ? memchr(first + 1, '@', (size_t)(end - first - 1)) : NULL;
		mr_str value;

		if (!second)
			break;
		value = value_of(w, mr_str_make(first + 1, (size_t)(second - first - 1)));
		mr_buf_add(out, at, (size_t)(first - at) + (value.ptr ? 0 : 1));
		if (value.ptr)
			mr_buf_str(out, value);
		at = value.ptr ? second + 1 : first + 1;
	}
	mr_buf_add(out, at, (size_t)(end - at));
}

static mr_str replaced(struct writing *w, const char *text)
{
	mr_buf buf;
	mr_str out;

	mr_buf_init(&buf, FILE_MAX);
	replace(w, mr_str_from(text), &buf);
	out = mr_arena_copy(w->arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

static void add_word(struct writing *w, const char *name, mr_str value)
{
	w->words[w->words_n].name = name;
	w->words[w->words_n++].value = value.ptr ? value : mr_str_from("");
}

/* "site-tags" as SITE_TAGS. */
static mr_str variable_of(mr_arena *arena, mr_str name)
{
	char *out = mr_arena_strdup(arena, name.ptr);

	for (char *p = out; p && *p; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p == '-' || *p == '.' || *p == '+' ? '_' : *p;
	return mr_str_from(out);
}

static mr_str author_of(mr_arena *arena, mr_str given)
{
	const char *name = mr_getenv("DEBFULLNAME"), *mail = mr_getenv("DEBEMAIL");
	mr_str user = mr_os_user(arena);
	char machine[256] = "localhost";

	if (given.len)
		return given;
	gethostname(machine, sizeof machine - 1);
	return mr_arena_printf(arena, "%s <%s%s%s>", name ? name : user.ptr, mail ? mail : user.ptr, mail ? "" : "@",
			       mail ? "" : machine);
}

static void add_words(struct writing *w, const struct mr_author_new *o, mr_str entry)
{
	const struct mr_group *group = mr_group_get(mr_str_from(w->kind->group));
	time_t now = time(NULL);
	char date[64], year[16];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
	strftime(year, sizeof year, "%Y", &tm);
	add_word(w, "NAME", o->name);
	add_word(w, "ENTRY", entry);
	add_word(w, "GROUP", mr_str_from(w->kind->group));
	add_word(w, "KIND", mr_str_from(group->what));
	add_word(w, "VARIABLE", variable_of(w->arena, o->name));
	add_word(w, "PACKAGE", mr_arena_printf(w->arena, "millrace-plugin-%.*s", MR_STR_ARG(o->name)));
	add_word(w, "AUTHOR", author_of(w->arena, o->author));
	add_word(w, "DATE", mr_arena_copy(w->arena, mr_str_from(date)));
	add_word(w, "YEAR", mr_arena_copy(w->arena, mr_str_from(year)));
	add_word(w, "WHAT", mr_str_from(w->kind->what));
	add_word(w, "WHAT_SHORT", mr_str_from(w->kind->what));
	/* what has words in it itself */
	add_word(w, "USE", replaced(w, w->kind->use));
	add_word(w, "WHEEL", mr_str_from(w->wheel ? on_wheel : ""));
	add_word(w, "CHECK_SETUP", replaced(w, w->kind->setup ? w->kind->setup : ""));
	add_word(w, "CHECK_ARGUMENTS", replaced(w, w->kind->arguments ? w->kind->arguments : ""));
	add_word(w, "CHECK_ENVIRONMENT", replaced(w, w->kind->environment ? w->kind->environment : ""));
}

/* ---- files ---- */

/* "package/debian+rules.in" as FOLDER/debian/rules. */
static mr_str path_of(struct writing *w, const char *name)
{
	size_t n = strlen(name);
	mr_str path;

	if (n > 3 && strcmp(name + n - 3, ".in") == 0)
		n -= 3;
	path = mr_arena_printf(w->arena, "%s/%s%.*s", w->folder, strncmp(name, "gitignore", 9) == 0 ? "." : "", (int)n,
			       name);
	for (size_t i = strlen(w->folder) + 1; path.ptr && i < path.len; i++)
		if (path.ptr[i] == '+')
			((char *)path.ptr)[i] = '/';
	return path;
}

static mr_code write_file(struct writing *w, const struct embedded_file *file, const char *name)
{
	mr_str path = path_of(w, name), parent;
	mr_buf buf;
	mr_code code;

	if (!path.ptr)
		return mr_error_no_memory(w->err);
	parent = mr_str_make(path.ptr, (size_t)(strrchr(path.ptr, '/') - path.ptr));
	parent = mr_arena_copy(w->arena, parent);
	mr_buf_init(&buf, FILE_MAX);
	replace(w, mr_str_make(file->bytes, file->size), &buf);
	code = mr_buf_check(&buf, w->err);
	if (code == MR_OK)
		code = mr_dir_make(parent, w->err);
	if (code == MR_OK)
		code = mr_file_write_atomic(path, mr_buf_view(&buf), w->err);
	if (code == MR_OK && mr_buf_view(&buf).len > 2 && memcmp(mr_buf_view(&buf).ptr, "#!", 2) == 0 &&
	    chmod(path.ptr, 0755) < 0)
		code = mr_error_set(w->err, MR_IO_ERROR, "%s cannot be made executable: %s", path.ptr, strerror(errno));
	mr_buf_dispose(&buf);
	return code;
}

static mr_code write_all(struct writing *w)
{
	mr_str plugin = mr_arena_printf(w->arena, GROUPS "%s.c.in", strchr(w->kind->group, '.') + 1);
	mr_code code = plugin.ptr ? MR_OK : mr_error_no_memory(w->err);

	for (size_t i = 0; i < embedded_files_n && code == MR_OK; i++) {
		const struct embedded_file *file = &embedded_files[i];

		if (strncmp(file->path, PACKAGE, sizeof PACKAGE - 1) == 0)
			code = write_file(w, file, file->path + sizeof PACKAGE - 1);
		else if (w->wheel && strncmp(file->path, WHEEL, sizeof WHEEL - 1) == 0)
			code = write_file(w, file, file->path + sizeof WHEEL - 1);
		else if (strcmp(file->path, plugin.ptr) == 0)
			code = write_file(w, file, "plugin.c");
		else if (!strchr(file->path, '/'))
			code = write_file(w, file, file->path); /* LICENSE */
	}
	return code;
}

/* ---- what was asked for ---- */

static bool is_word(mr_str s, const char *others)
{
	bool ok = s.len > 0 && s.len < 64 && s.ptr[0] >= 'a' && s.ptr[0] <= 'z';

	for (size_t i = 0; ok && i < s.len; i++)
		ok = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
		     strchr(others, s.ptr[i]);
	return ok;
}

static mr_code check_options(const struct mr_author_new *o, mr_str entry, const struct author_kind **kind,
			     mr_error *err)
{
	char groups[1024];

	*kind = author_kind_get(o->group);
	author_kinds_list(groups, sizeof groups);
	if (!*kind)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "There is no template for the group '%.*s'; there are: %s", MR_STR_ARG(o->group),
				    groups);
	if (!is_word(o->name, "-"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%.*s' cannot be a plugin's name: it begins with a letter and has lower-case "
				    "letters, digits and '-'",
				    MR_STR_ARG(o->name));
	if (!is_word(entry, "-+."))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%.*s' cannot be a %s: it begins with a letter and has lower-case letters, "
				    "digits, '-', '+' and '.'",
				    MR_STR_ARG(entry), (*kind)->scheme ? "URI scheme" : "name");
	for (size_t i = 0; i < o->author.len; i++)
		if ((unsigned char)o->author.ptr[i] < ' ')
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The author must be one line");
	return MR_OK;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

mr_code mr_author_new(const struct mr_author_new *o, mr_arena *arena, mr_str *path, mr_error *err)
{
	mr_str entry = o->entry.len ? o->entry : o->name;
	struct writing w = {.wheel = o->wheel, .arena = arena, .err = err};
	char *folder;
	struct stat st;
	mr_code code = check_options(o, entry, &w.kind, err);

	if (code != MR_OK)
		return code;
	*path = mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(o->folder.len ? o->folder : mr_str_from(".")),
				MR_STR_ARG(o->name));
	folder = path->ptr ? mr_arena_strdup(arena, mr_arena_printf(arena, "%s.XXXXXX", path->ptr).ptr) : NULL;
	if (!folder)
		return mr_error_no_memory(err);
	if (lstat(path->ptr, &st) == 0)
		return mr_error_set(err, MR_ALREADY_EXISTS, "%s is there already; choose another name, or --folder",
				    path->ptr);
	if (!mkdtemp(folder) || chmod(folder, 0755) < 0)
		return mr_error_set(err, MR_IO_ERROR, "The folder %s cannot be made: %s", path->ptr, strerror(errno));
	w.folder = folder;
	add_words(&w, o, entry);
	code = write_all(&w);
	if (code == MR_OK && rename(folder, path->ptr) < 0)
		code = mr_error_set(err, MR_IO_ERROR, "The folder %s cannot be made: %s", path->ptr, strerror(errno));
	if (code != MR_OK)
		nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return code;
}
