/* SPDX-License-Identifier: Apache-2.0
 *
 * Finding an interpreter: on PATH, among pyenv's, or made by pyenv.
 */
#include <dirent.h>
#include <stdlib.h>

#include "base/os.h"
#include "project/env.h"

struct finding {
	mr_arena *arena;
	mr_str wanted;
	mr_str file, version; /* the newest that fits so far */
	mr_str seen;          /* "3.11.2 (/usr/bin/python3)", for the error */
};

/* "3.11" fits 3.11.7 and not 3.110.1. */
static bool fits(mr_str version, mr_str wanted)
{
	return version.len >= wanted.len && memcmp(version.ptr, wanted.len ? wanted.ptr : "", wanted.len) == 0 &&
	       (version.len == wanted.len || !wanted.len || version.ptr[wanted.len] == '.');
}

static int compare(mr_str a, mr_str b)
{
	const char *x = a.ptr, *y = b.ptr;

	while (*x && *y) {
		char *end_x, *end_y;
		long m = strtol(x, &end_x, 10), n = strtol(y, &end_y, 10);

		if (m != n)
			return m < n ? -1 : 1;
		if (end_x == x || end_y == y)
			break;
		x = end_x + (*end_x == '.');
		y = end_y + (*end_y == '.');
	}
	return strcmp(x, y);
}

/* Asks the program itself: names lie, and pyenv's are scripts that choose another by the folder. */
static mr_str version_of(mr_arena *arena, mr_str *file)
{
	static const char *const script = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";
	const char *const argv[] = {file->ptr, "-I", "-c", script, NULL};
	mr_str version = mr_str_make("", 0);
	const char *end;
	int status = -1;
	mr_buf out;

	mr_buf_init(&out, 8192);
	if (mr_process_capture(argv, 20000, &out, NULL, &status, NULL) == MR_OK && status == 0 && out.len > 1 &&
	    (end = memchr(out.ptr, '\n', out.len))) {
		version = mr_arena_copy(arena, mr_str_make(out.ptr, (size_t)(end - out.ptr)));
		if (end[1] == '/')
			*file = mr_arena_copy(arena, mr_str_make(end + 1, out.len - version.len - 2));
	}
	mr_buf_dispose(&out);
	return version.ptr && file->ptr ? version : mr_str_make("", 0);
}

static void consider(struct finding *f, mr_str file)
{
	mr_str version = file.len ? version_of(f->arena, &file) : file;

	if (!version.len)
		return;
	f->seen = mr_arena_printf(f->arena, "%.*s%s%.*s (%.*s)", MR_STR_ARG(f->seen), f->seen.len ? ", " : "",
				  MR_STR_ARG(version), MR_STR_ARG(file));
	if (fits(version, f->wanted) && (!f->file.len || compare(version, f->version) > 0)) {
		f->file = file;
		f->version = version;
	}
}

/* python3.11 of "3.11.7" or "3.11"; else python3, python. */
static void look_on_path(struct finding *f)
{
	size_t n = 0, points = 0;

	while (n < f->wanted.len && (f->wanted.ptr[n] != '.' || points++ == 0))
		n++;
	if (f->wanted.len)
		consider(f, mr_program_find(f->arena, mr_arena_printf(f->arena, "python%.*s", (int)n, f->wanted.ptr)));
	if (!f->file.len)
		consider(f, mr_program_find(f->arena, mr_str_from("python3")));
	if (!f->file.len)
		consider(f, mr_program_find(f->arena, mr_str_from("python")));
}

static void look_at_pyenv(struct finding *f, mr_str root)
{
	mr_str folder = mr_arena_printf(f->arena, "%.*s/versions", MR_STR_ARG(root));
	DIR *dir = folder.ptr ? opendir(folder.ptr) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		mr_str file;

		if (entry->d_name[0] == '.' || !fits(mr_str_from(entry->d_name), f->wanted))
			continue;
		file = mr_program_find(f->arena, mr_arena_printf(f->arena, "%.*s/%s/bin/python", MR_STR_ARG(folder), entry->d_name));
		consider(f, file);
	}
	if (dir)
		closedir(dir);
}

static mr_str pyenv_root(mr_arena *arena)
{
	const char *given = mr_getenv("PYENV_ROOT");

	return given ? mr_str_from(given) : mr_arena_printf(arena, "%.*s/.pyenv", MR_STR_ARG(mr_os_home(arena)));
}

/* What pyenv can make of a version that is whole. */
static mr_code install(const struct env_request *request, struct finding *f, mr_str pyenv, mr_error *err)
{
	const char *const argv[] = {pyenv.ptr, "install", "--skip-existing", mr_arena_copy(f->arena, f->wanted).ptr, NULL};
	mr_code code;

	env_say(request, "Installing python %.*s with pyenv", MR_STR_ARG(f->wanted));
	code = env_run(request, argv, NULL, NULL, NULL, err);
	if (code == MR_OK)
		look_at_pyenv(f, pyenv_root(f->arena));
	return code;
}

static bool is_whole(mr_str version)
{
	size_t points = 0;

	for (size_t i = 0; i < version.len; i++)
		points += version.ptr[i] == '.';
	return points == 2;
}

mr_code env_find_python(mr_arena *arena, const struct env_request *request, mr_str wanted, mr_str *file, mr_str *version,
			mr_error *err)
{
	mr_str none = mr_str_make("", 0), pyenv;
	struct finding f = {arena, wanted, none, none, none};
	mr_code code = MR_OK;

	for (size_t i = 0; i < wanted.len; i++)
		if (!strchr("0123456789.", wanted.ptr[i]))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%.*s' is no version of Python such as 3.11 or 3.11.7 (%.*s)",
					    MR_STR_ARG(wanted), MR_STR_ARG(request->spec->env_file));
	look_on_path(&f);
	if (!f.file.len)
		look_at_pyenv(&f, pyenv_root(arena));
	pyenv = mr_program_find(arena, mr_str_from("pyenv"));
	if (!f.file.len && pyenv.len && is_whole(wanted))
		code = install(request, &f, pyenv, err);
	*file = f.file;
	*version = f.version;
	if (code != MR_OK || f.file.len)
		return code;
	return mr_error_set(err, MR_NOT_FOUND,
			    "There is no Python %.*s, which %.*s asks for. There is: %.*s. Install it (pyenv makes any version), "
			    "or ask for less in that file: \"3.11\" is any 3.11",
			    MR_STR_ARG(wanted), MR_STR_ARG(request->spec->env_file),
			    MR_STR_ARG(f.seen.len ? f.seen : mr_str_from("none on PATH")));
}
