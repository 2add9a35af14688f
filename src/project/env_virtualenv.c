/* SPDX-License-Identifier: Apache-2.0
 *
 * Virtual environments, by venv and pip or by uv, kept in MLFLOW_ENV_ROOT under a name that is a hash of all that they
 * are made from. One that is whole has a file with that text in it, which is compared, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "project/env.h"
#include "project/shell.h"
#include "project/temporary.h"

#define MARK "millrace-environment.txt"

enum { RECIPE_MAX = 8 << 20, INCLUDES_MAX = 16 };

struct building {
	mr_arena *arena;
	const struct env_request *request;
	struct python_env packages;
	mr_str python, version; /* the interpreter; empty with uv, which finds one */
	mr_str recipe;          /* all that the environment is made from */
	mr_str folder;
	mr_error *err;
};

/* ---- what it is made from ---- */

/* The file of a line "-r file" or "-c file" of requirements; empty: it is another line. */
static mr_str included(mr_str line, mr_str *option)
{
	static const char *const options[] = {"--requirement", "--constraint", "-r", "-c"};

	while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t'))
		line = mr_str_make(line.ptr + 1, line.len - 1);
	for (size_t i = 0; i < 4; i++) {
		size_t n = strlen(options[i]);
		mr_str rest;

		if (line.len <= n || memcmp(line.ptr, options[i], n) != 0)
			continue;
		rest = mr_str_make(line.ptr + n, line.len - n);
		while (rest.len && strchr(" \t=", rest.ptr[0]))
			rest = mr_str_make(rest.ptr + 1, rest.len - 1);
		while (rest.len && strchr(" \t\r", rest.ptr[rest.len - 1]))
			rest.len--;
		*option = mr_str_from(options[i]);
		return rest;
	}
	return mr_str_make("", 0);
}

static mr_str beside(mr_arena *arena, mr_str folder, mr_str file)
{
	return file.len && file.ptr[0] == '/' ? file : mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(folder), MR_STR_ARG(file));
}

static mr_str folder_of(mr_arena *arena, mr_str file)
{
	size_t n = file.len;

	while (n > 1 && file.ptr[n - 1] != '/')
		n--;
	return mr_arena_copy(arena, mr_str_make(file.ptr, n > 1 ? n - 1 : n));
}

/* Puts a line into the recipe, and with it the content of the file that it includes. */
static mr_code add_line(struct building *b, mr_buf *recipe, mr_str line, mr_str folder, int depth)
{
	mr_str option, file = included(line, &option), text;
	mr_code code;

	mr_buf_str(recipe, line);
	mr_buf_char(recipe, '\n');
	if (!file.len)
		return MR_OK;
	if (depth == INCLUDES_MAX)
		return mr_error_set(b->err, MR_INVALID_PARAMETER_VALUE, "Requirements include each other more than %d deep: %.*s",
				    INCLUDES_MAX, MR_STR_ARG(file));
	file = beside(b->arena, folder, file);
	code = mr_file_read(file, RECIPE_MAX, b->arena, &text, b->err);
	while (code == MR_OK && text.len) {
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t n = end ? (size_t)(end - text.ptr) : text.len;

		code = add_line(b, recipe, mr_str_make(text.ptr, n), folder_of(b->arena, file), depth + 1);
		text = mr_str_make(text.ptr + n + (end != NULL), text.len - n - (end != NULL));
	}
	return code;
}

static mr_code make_recipe(struct building *b)
{
	mr_str folder = b->request->spec->folder;
	mr_code code = MR_OK;
	mr_buf recipe;

	mr_buf_init(&recipe, RECIPE_MAX);
	mr_buf_printf(&recipe, "%s\npython %.*s %.*s\n", env_name(b->request->manager),
		      MR_STR_ARG(b->version.len ? b->version : b->packages.python), MR_STR_ARG(b->python));
	for (size_t i = 0; i < b->packages.build_dependencies_n && code == MR_OK; i++)
		code = add_line(b, &recipe, b->packages.build_dependencies[i], folder, 0);
	mr_buf_c(&recipe, "--\n");
	for (size_t i = 0; i < b->packages.dependencies_n && code == MR_OK; i++)
		code = add_line(b, &recipe, b->packages.dependencies[i], folder, 0);
	if (code == MR_OK)
		code = mr_buf_check(&recipe, b->err);
	if (code == MR_OK)
		b->recipe = mr_arena_copy(b->arena, mr_buf_view(&recipe));
	mr_buf_dispose(&recipe);
	return code == MR_OK && !b->recipe.ptr ? mr_error_no_memory(b->err) : code;
}

/* ---- where it is ---- */

static mr_code place(struct building *b)
{
	const char *given = mr_getenv("MLFLOW_ENV_ROOT");
	mr_str root = given ? mr_os_absolute(b->arena, mr_str_from(given))
			    : mr_arena_printf(b->arena, "%.*s/.mlflow/envs", MR_STR_ARG(mr_os_home(b->arena)));
	mr_code code = root.ptr ? mr_dir_make(root, b->err) : mr_error_no_memory(b->err);

	b->folder = mr_arena_printf(b->arena, "%.*s/millrace-%016" PRIx64, MR_STR_ARG(root), env_hash(b->recipe));
	return code == MR_OK && !b->folder.ptr ? mr_error_no_memory(b->err) : code;
}

/* Only one at a time makes an environment; the others wait for it. */
static mr_code lock(struct building *b, int *fd)
{
	mr_str file = mr_arena_printf(b->arena, "%.*s.lock", MR_STR_ARG(b->folder));
	bool said = false;

	*fd = file.ptr ? open(file.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (*fd < 0)
		return mr_error_set(b->err, MR_IO_ERROR, "Cannot lock %.*s: %s", MR_STR_ARG(file), strerror(errno));
	while (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
		if (b->request->stop && b->request->stop(b->request->arg))
			return mr_error_set(b->err, MR_CANCELLED, "The run was cancelled");
		if (!said)
			env_say(b->request, "Waiting for another process that makes the environment %.*s", MR_STR_ARG(b->folder));
		said = true;
		poll(NULL, 0, 100);
	}
	return MR_OK;
}

static bool is_whole(struct building *b)
{
	mr_str file = mr_arena_printf(b->arena, "%.*s/" MARK, MR_STR_ARG(b->folder)), text;

	return file.ptr && mr_file_read(file, RECIPE_MAX, b->arena, &text, NULL) == MR_OK && mr_str_eq(text, b->recipe);
}

/* ---- making it ---- */

static mr_code make_empty(struct building *b)
{
	mr_str version = b->packages.python;
	const char *wanted = version.len ? mr_arena_printf(b->arena, "--python=%.*s", MR_STR_ARG(version)).ptr : NULL;
	const char *const by_venv[] = {b->python.ptr, "-m", "venv", b->folder.ptr, NULL};
	const char *const by_uv[] = {"uv", "venv", b->folder.ptr, wanted, NULL};

	return env_run(b->request, b->request->manager == ENV_UV ? by_uv : by_venv, NULL, NULL, NULL, b->err);
}

/* A file of requirements, whose includes are found from the project's folder as they would be in it. */
static mr_code write_requirements(struct building *b, const mr_str *lines, size_t n, mr_str file)
{
	mr_str option = mr_str_make("", 0);
	mr_code code;
	mr_buf text;

	mr_buf_init(&text, RECIPE_MAX);
	for (size_t i = 0; i < n; i++) {
		mr_str path = included(lines[i], &option);

		if (path.len) {
			path = beside(b->arena, b->request->spec->folder, path);
			mr_buf_printf(&text, "%.*s %.*s\n", MR_STR_ARG(option), MR_STR_ARG(path));
		} else {
			mr_buf_printf(&text, "%.*s\n", MR_STR_ARG(lines[i]));
		}
	}
	code = mr_buf_check(&text, b->err);
	if (code == MR_OK)
		code = mr_file_write_atomic(file, mr_buf_view(&text), b->err);
	mr_buf_dispose(&text);
	return code;
}

static mr_code install(struct building *b, const mr_str *lines, size_t n)
{
	static const char *const pairs[] = {"PIP_NO_INPUT", "1", NULL};
	mr_str file = mr_arena_printf(b->arena, "%.*s/requirements.txt", MR_STR_ARG(b->folder));
	const char *python = mr_arena_printf(b->arena, "%.*s/bin/python", MR_STR_ARG(b->folder)).ptr;
	const char *const by_pip[] = {python, "-m", "pip", "install", "-r", file.ptr, NULL};
	const char *const by_uv[] = {"uv", "pip", "install", "--python", python, "-r", file.ptr, NULL};
	mr_code code;

	if (n == 0)
		return MR_OK;
	if (!file.ptr || !python)
		return mr_error_no_memory(b->err);
	code = write_requirements(b, lines, n, file);
	if (code == MR_OK)
		code = env_run(b->request, b->request->manager == ENV_UV ? by_uv : by_pip, b->request->spec->folder.ptr,
			       mr_environment_with(b->arena, pairs), NULL, b->err);
	return code;
}

static mr_code make(struct building *b)
{
	const struct python_env *p = &b->packages;
	mr_str mark = mr_arena_printf(b->arena, "%.*s/" MARK, MR_STR_ARG(b->folder));
	mr_code code;

	env_say(b->request, "Creating the environment %.*s with %s%s%.*s", MR_STR_ARG(b->folder), env_name(b->request->manager),
		b->python.len ? " and " : "", MR_STR_ARG(b->python));
	temporary_remove(b->folder); /* what an earlier try left */
	code = make_empty(b);
	if (code == MR_OK && p->build_dependencies_n + p->dependencies_n)
		env_say(b->request, "Installing dependencies");
	if (code == MR_OK)
		code = install(b, p->build_dependencies, p->build_dependencies_n);
	if (code == MR_OK)
		code = install(b, p->dependencies, p->dependencies_n);
	if (code == MR_OK)
		code = mark.ptr ? mr_file_write_atomic(mark, b->recipe, b->err) : mr_error_no_memory(b->err);
	if (code != MR_OK)
		temporary_remove(b->folder);
	return code;
}

static mr_code read_packages(struct building *b)
{
	mr_code code = python_env_load(b->arena, b->request->spec, &b->packages, b->err);

	if (code != MR_OK)
		return code;
	if (b->packages.left_out.len)
		env_say(b->request, "The following conda dependencies will not be installed in the resulting environment: %.*s",
			MR_STR_ARG(b->packages.left_out));
	if (b->request->manager == ENV_UV) {
		b->python = b->version = mr_str_make("", 0);
		if (!mr_program_find(b->arena, mr_str_from("uv")).len)
			return mr_error_set(b->err, MR_NOT_FOUND,
					    "There is no program 'uv' on PATH. Install it (https://docs.astral.sh/uv/), or use "
					    "--env-manager virtualenv");
		return MR_OK;
	}
	return env_find_python(b->arena, b->request, b->packages.python, &b->python, &b->version, b->err);
}

mr_code env_virtualenv(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err)
{
	struct building b = {.arena = arena, .request = request, .err = err};
	mr_code code = read_packages(&b);
	mr_str activate;
	int fd = -1;

	if (code == MR_OK)
		code = make_recipe(&b);
	if (code == MR_OK)
		code = place(&b);
	if (code == MR_OK)
		code = lock(&b, &fd);
	if (code == MR_OK && is_whole(&b))
		env_say(request, "Environment %.*s already exists", MR_STR_ARG(b.folder));
	else if (code == MR_OK)
		code = make(&b);
	if (fd >= 0)
		close(fd);
	if (code != MR_OK)
		return code;
	activate = shell_quote(arena, mr_arena_printf(arena, "%.*s/bin/activate", MR_STR_ARG(b.folder)));
	out->activation = mr_arena_printf(arena, "source %.*s", MR_STR_ARG(activate));
	return activate.ptr && out->activation.ptr ? MR_OK : mr_error_no_memory(err);
}
