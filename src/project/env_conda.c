/* SPDX-License-Identifier: Apache-2.0
 *
 * Environments of conda, by the conda program. Source of the rules: mlflow/utils/conda.py of the reference.
 */
#include <inttypes.h>

#include "base/json.h"
#include "base/os.h"
#include "base/yaml.h"
#include "project/env.h"
#include "project/shell.h"

enum { LIST_MAX = 4 << 20 };

/* Of MLFLOW_CONDA_HOME, else beside CONDA_EXE, else on PATH. */
static mr_str program(mr_arena *arena, const char *name)
{
	const char *home = mr_getenv("MLFLOW_CONDA_HOME"), *exe = mr_getenv("CONDA_EXE");
	const char *slash = exe ? strrchr(exe, '/') : NULL;

	if (home)
		return mr_program_find(arena, mr_arena_printf(arena, "%s/bin/%s", home, name));
	if (slash)
		return mr_program_find(arena, mr_arena_printf(arena, "%.*s/%s", (int)(slash - exe), exe, name));
	return mr_program_find(arena, mr_str_from(name));
}

static mr_code is_there(mr_arena *arena, const struct env_request *request, const char *conda, mr_str name, bool *there,
			mr_error *err)
{
	const char *const argv[] = {conda, "env", "list", "--json", NULL};
	const mr_json *envs;
	mr_json *root;
	mr_buf out;
	mr_code code;

	mr_buf_init(&out, LIST_MAX);
	code = env_run(request, argv, NULL, NULL, &out, err);
	if (code == MR_OK)
		code = mr_json_parse(mr_arena_copy(arena, mr_buf_view(&out)), arena, &root, err);
	mr_buf_dispose(&out);
	envs = code == MR_OK ? mr_json_get(root, "envs") : NULL;
	*there = false;
	for (size_t i = 0; envs && envs->type == MR_JSON_ARRAY && i < envs->count; i++) {
		mr_str path = envs->items[i].text;

		*there |= path.len > name.len && path.ptr[path.len - name.len - 1] == '/' &&
			  memcmp(path.ptr + path.len - name.len, name.ptr, name.len) == 0;
	}
	return code;
}

static mr_code name_of(mr_arena *arena, const struct env_request *request, mr_str *name, mr_error *err)
{
	mr_str text;
	mr_code code = mr_file_read(request->spec->env_file, MR_YAML_SIZE_MAX, arena, &text, err);

	if (code == MR_OK)
		*name = mr_arena_printf(arena, "millrace-%016" PRIx64, env_hash(text));
	return code == MR_OK && !name->ptr ? mr_error_no_memory(err) : code;
}

static mr_code create(mr_arena *arena, const struct env_request *request, mr_str name, mr_error *err)
{
	const char *with = mr_getenv("MLFLOW_CONDA_CREATE_ENV_CMD");
	mr_str file = program(arena, with ? with : "conda");
	const char *const argv[] = {file.ptr, "env", "create", "-n", name.ptr, "--file", request->spec->env_file.ptr, NULL};

	if (!file.len)
		return mr_error_set(err, MR_NOT_FOUND, "There is no program '%s' (MLFLOW_CONDA_CREATE_ENV_CMD)", with ? with : "conda");
	env_say(request, "Creating conda environment %.*s", MR_STR_ARG(name));
	return env_run(request, argv, request->spec->folder.ptr, NULL, NULL, err);
}

mr_code env_conda(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err)
{
	mr_str conda = program(arena, "conda"), name, script;
	bool there = false;
	mr_code code;
	size_t n;

	if (!conda.len)
		return mr_error_set(err, MR_NOT_FOUND,
				    "The project's environment is conda's (%.*s), and there is no conda: neither in MLFLOW_CONDA_HOME, "
				    "nor beside CONDA_EXE, nor on PATH. Install it, or use --env-manager virtualenv, which "
				    "installs what pip can, or --env-manager local",
				    MR_STR_ARG(request->spec->env_file));
	code = name_of(arena, request, &name, err);
	if (code == MR_OK)
		code = is_there(arena, request, conda.ptr, name, &there, err);
	if (code == MR_OK && !there)
		code = create(arena, request, name, err);
	if (code != MR_OK)
		return code;
	for (n = conda.len; n > 0 && conda.ptr[n - 1] != '/'; n--)
		;
	script = shell_quote(arena, mr_arena_printf(arena, "%.*s../etc/profile.d/conda.sh", (int)n, conda.ptr));
	out->activation = mr_arena_printf(arena, "source %.*s && conda activate %.*s 1>&2", MR_STR_ARG(script), MR_STR_ARG(name));
	return script.ptr && out->activation.ptr ? MR_OK : mr_error_no_memory(err);
}
