/* SPDX-License-Identifier: Apache-2.0 */
#include "project/spec.h"

#include <dirent.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/os.h"
#include "base/process.h"
#include "base/yaml.h"
#include "project/shell.h"
#include "project/yaml_read.h"

/* ---- entry points ---- */

static mr_code read_param(struct yaml_reading *r, mr_str entry, mr_str name, const mr_json *value, struct spec_param *out)
{
	static const char *const keys[] = {"type", "default", NULL};
	const char *where = yaml_where(r, "entry_points.%.*s.parameters.%.*s", MR_STR_ARG(entry), MR_STR_ARG(name));
	const mr_json *otherwise;
	mr_code code;

	out->name = name;
	out->required = true;
	out->type = mr_str_from("string");
	if (value->type == MR_JSON_STRING) {
		out->type = value->text;
		return MR_OK;
	}
	if (value->type != MR_JSON_OBJECT)
		return yaml_wrong(r, where, "a type such as float, or a mapping {type: float, default: 0.1}", value);
	code = yaml_check_keys(r, where, value, keys);
	if (code == MR_OK)
		code = yaml_text(r, where, value, "type", &out->type);
	otherwise = mr_json_get(value, "default");
	if (code == MR_OK && otherwise && otherwise->type != MR_JSON_NULL) {
		out->required = false;
		code = yaml_python_str(r, where, otherwise, &out->otherwise);
	}
	return code;
}

static mr_code read_entry(struct yaml_reading *r, mr_str name, const mr_json *value, struct spec_entry *out)
{
	static const char *const keys[] = {"parameters", "command", NULL};
	const char *where = yaml_where(r, "entry_points.%.*s", MR_STR_ARG(name));
	const mr_json *params = mr_json_get(value, "parameters");
	mr_code code;

	out->name = name;
	if (value->type != MR_JSON_OBJECT)
		return yaml_wrong(r, where, "a mapping with command and, if need be, parameters", value);
	code = yaml_check_keys(r, where, value, keys);
	if (code == MR_OK && !mr_json_get(value, "command"))
		code = yaml_fail(r, where, "it has no command");
	if (code == MR_OK)
		code = yaml_text(r, where, value, "command", &out->command);
	if (code != MR_OK || !params || params->type == MR_JSON_NULL)
		return code;
	if (params->type != MR_JSON_OBJECT)
		return yaml_wrong(r, yaml_where(r, "%s.parameters", where), "a mapping from names to types", params);
	out->params = mr_arena_zalloc(r->arena, (params->count + 1) * sizeof *out->params);
	if (!out->params)
		return mr_error_no_memory(r->err);
	out->params_n = params->count;
	for (size_t i = 0; i < params->count && code == MR_OK; i++)
		code = read_param(r, name, params->keys[i], &params->items[i], &out->params[i]);
	return code;
}

static mr_code read_entries(struct yaml_reading *r, const mr_json *value, struct project_spec *out)
{
	mr_code code = MR_OK;

	if (!value || value->type == MR_JSON_NULL)
		return MR_OK;
	if (value->type != MR_JSON_OBJECT)
		return yaml_wrong(r, "entry_points", "a mapping from names to entry points", value);
	out->entries = mr_arena_zalloc(r->arena, (value->count + 1) * sizeof *out->entries);
	if (!out->entries)
		return mr_error_no_memory(r->err);
	out->entries_n = value->count;
	for (size_t i = 0; i < value->count && code == MR_OK; i++)
		code = read_entry(r, value->keys[i], &value->items[i], &out->entries[i]);
	return code;
}

/* ---- environments ---- */

static mr_code read_variables(struct yaml_reading *r, const mr_json *list, struct spec_docker *out)
{
	static const char *const expected = "a list of names to copy and of pairs to define: [\"HOME\", [\"MODE\", \"fast\"]]";
	mr_code code = MR_OK;

	if (!list || list->type == MR_JSON_NULL)
		return MR_OK;
	if (list->type != MR_JSON_ARRAY)
		return yaml_wrong(r, "docker_env.environment", expected, list);
	out->variables = mr_arena_zalloc(r->arena, (list->count + 1) * sizeof *out->variables);
	if (!out->variables)
		return mr_error_no_memory(r->err);
	out->variables_n = list->count;
	for (size_t i = 0; i < list->count && code == MR_OK; i++) {
		const mr_json *item = &list->items[i];
		struct spec_variable *v = &out->variables[i];

		v->copied = item->type == MR_JSON_STRING;
		if (v->copied)
			v->name = item->text;
		else if (item->type != MR_JSON_ARRAY || item->count != 2 || item->items[0].type != MR_JSON_STRING)
			code = yaml_wrong(r, "docker_env.environment", expected, item);
		else if ((code = yaml_python_str(r, "docker_env.environment", &item->items[1], &v->value)) == MR_OK)
			v->name = item->items[0].text;
		if (code == MR_OK && (!v->name.len || memchr(v->name.ptr, '=', v->name.len)))
			code = yaml_fail(r, "docker_env.environment", "a variable needs a name without '='");
	}
	return code;
}

static mr_code read_docker(struct yaml_reading *r, const mr_json *value, struct spec_docker *out)
{
	static const char *const keys[] = {"image", "volumes", "environment", NULL};
	mr_code code;

	if (value->type != MR_JSON_OBJECT)
		return yaml_wrong(r, "docker_env", "a mapping with image", value);
	code = yaml_check_keys(r, "docker_env", value, keys);
	if (code == MR_OK)
		code = yaml_text(r, "docker_env", value, "image", &out->image);
	if (code == MR_OK && !out->image.len)
		code = yaml_fail(r, "docker_env", "Docker environment specified but no image attribute found.");
	if (code == MR_OK)
		code = yaml_texts(r, "docker_env", value, "volumes", &out->volumes, &out->volumes_n);
	return code == MR_OK ? read_variables(r, mr_json_get(value, "environment"), out) : code;
}

static mr_code read_env(struct yaml_reading *r, const mr_json *root, struct project_spec *out)
{
	static const char *const keys[] = {"python_env", "conda_env", "docker_env"};
	static const enum spec_env kinds[] = {SPEC_ENV_PYTHON, SPEC_ENV_CONDA, SPEC_ENV_DOCKER};
	const mr_json *value = NULL;
	const char *first = NULL;
	mr_code code = MR_OK;

	for (size_t i = 0; i < 3 && code == MR_OK; i++) {
		if (!mr_json_get(root, keys[i]))
			continue;
		if (first)
			code = mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
					    "Project cannot contain multiple environment fields: %.*s has %s and %s",
					    MR_STR_ARG(r->file), first, keys[i]);
		first = keys[i];
		value = mr_json_get(root, first);
		out->env = value->type == MR_JSON_NULL ? SPEC_ENV_NONE : kinds[i];
	}
	if (code != MR_OK || out->env == SPEC_ENV_NONE)
		return code;
	return out->env == SPEC_ENV_DOCKER ? read_docker(r, value, &out->docker)
					   : yaml_text(r, "", root, first, &out->env_file);
}

mr_code spec_parse(mr_arena *arena, mr_str file, mr_str text, struct project_spec *out, mr_error *err)
{
	static const char *const keys[] = {"name",	"entry_points", "python_env", "conda_env",
					   "docker_env", "databricks_spark_job", NULL};
	struct yaml_reading r = {arena, file, err};
	mr_json *root;
	mr_code code;

	memset(out, 0, sizeof *out);
	out->file = file;
	code = yaml_read(&r, text, "an MLproject: a mapping with name and entry_points", &root);
	if (code == MR_OK)
		code = yaml_check_keys(&r, "", root, keys);
	if (code == MR_OK)
		code = yaml_text(&r, "", root, "name", &out->name);
	if (code == MR_OK)
		code = read_entries(&r, mr_json_get(root, "entry_points"), out);
	return code == MR_OK ? read_env(&r, root, out) : code;
}

/* ---- the folder ---- */

/* "MLproject" however it is written; the usual way first, then by the alphabet. */
static mr_code find_file(mr_arena *arena, mr_str folder, mr_str *out, mr_error *err)
{
	struct dirent **names = NULL;
	int n = scandir(folder.ptr, &names, NULL, alphasort);
	const char *found = NULL;

	*out = mr_str_make("", 0);
	if (n < 0)
		return mr_error_set(err, MR_IO_ERROR, "The project's folder %s cannot be read", folder.ptr);
	for (int i = 0; i < n; i++)
		if (!strcasecmp(names[i]->d_name, "mlproject") && (!found || !strcmp(names[i]->d_name, "MLproject")))
			found = names[i]->d_name;
	if (found)
		*out = mr_arena_printf(arena, "%s/%s", folder.ptr, found);
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static bool exists(mr_str path)
{
	return path.ptr && access(path.ptr, F_OK) == 0;
}

/* The environment's file: what MLproject names, else one of the usual names. */
static mr_code find_env(mr_arena *arena, struct project_spec *spec, mr_error *err)
{
	mr_str usual;

	if (spec->env == SPEC_ENV_PYTHON || spec->env == SPEC_ENV_CONDA) {
		mr_str named = spec->env_file;

		spec->env_file = named.len && named.ptr[0] == '/'
					 ? named
					 : mr_arena_printf(arena, "%s/%.*s", spec->folder.ptr, MR_STR_ARG(named));
		if (exists(spec->env_file))
			return MR_OK;
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Project specified %s file %.*s, but no such file was found. (%.*s says so.)",
				    spec->env == SPEC_ENV_PYTHON ? "python_env" : "conda environment", MR_STR_ARG(spec->env_file),
				    MR_STR_ARG(spec->file));
	}
	if (spec->env == SPEC_ENV_DOCKER)
		return MR_OK;
	usual = mr_arena_printf(arena, "%s/python_env.yaml", spec->folder.ptr);
	if (exists(usual)) {
		spec->env = SPEC_ENV_PYTHON;
		spec->env_file = usual;
		return MR_OK;
	}
	usual = mr_arena_printf(arena, "%s/conda.yaml", spec->folder.ptr);
	if (exists(usual)) {
		spec->env = SPEC_ENV_CONDA;
		spec->env_file = usual;
	}
	return MR_OK;
}

mr_code spec_load(mr_arena *arena, mr_str folder, struct project_spec *out, mr_error *err)
{
	mr_str absolute = mr_os_absolute(arena, folder), file, text;
	mr_code code = absolute.ptr ? find_file(arena, absolute, &file, err) : mr_error_no_memory(err);

	memset(out, 0, sizeof *out);
	if (code == MR_OK && file.len) {
		code = mr_file_read(file, MR_YAML_SIZE_MAX, arena, &text, err);
		if (code == MR_OK)
			code = spec_parse(arena, file, text, out, err);
	}
	out->folder = absolute;
	return code == MR_OK ? find_env(arena, out, err) : code;
}

/* ---- finding an entry point ---- */

static mr_str extension(mr_str name)
{
	size_t i = name.len;

	while (i > 0 && name.ptr[i - 1] != '.' && name.ptr[i - 1] != '/')
		i--;
	return i > 1 && name.ptr[i - 1] == '.' && name.ptr[i - 2] != '/' ? mr_str_make(name.ptr + i - 1, name.len - i + 1)
									 : mr_str_make("", 0);
}

/* Where "python" is not there, as on Debian, "python3" is what it means. */
static const char *python(mr_arena *arena)
{
	bool only_three = !mr_program_find(arena, mr_str_from("python")).len && mr_program_find(arena, mr_str_from("python3")).len;

	return only_three ? "python3" : "python";
}

static mr_str double_braces(mr_arena *arena, mr_str text)
{
	char *out = mr_arena_alloc(arena, 2 * text.len + 1);
	size_t n = 0;

	for (size_t i = 0; out && i < text.len; i++) {
		out[n++] = text.ptr[i];
		if (text.ptr[i] == '{' || text.ptr[i] == '}')
			out[n++] = text.ptr[i];
	}
	if (out)
		out[n] = 0;
	return mr_str_make(out, n);
}

static mr_code no_such_entry(mr_arena *arena, const struct project_spec *spec, mr_str name, mr_error *err)
{
	mr_str *names = mr_arena_alloc(arena, (spec->entries_n + 1) * sizeof *names);
	mr_str near = mr_str_make("", 0), all = near;

	for (size_t i = 0; names && i < spec->entries_n; i++) {
		names[i] = spec->entries[i].name;
		all = mr_arena_printf(arena, "%.*s%s'%.*s'", MR_STR_ARG(all), i ? ", " : "", MR_STR_ARG(names[i]));
	}
	if (names)
		near = mr_nearest(arena, name, names, spec->entries_n);
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Could not find %.*s among entry points [%.*s] or interpret %.*s as a runnable script. Supported "
			    "script file extensions: ['.py', '.sh', '.R'].%.*s (Looked for in %.*s)",
			    MR_STR_ARG(name), MR_STR_ARG(all), MR_STR_ARG(name), MR_STR_ARG(near),
			    MR_STR_ARG(spec->file.len ? spec->file : spec->folder));
}

mr_code spec_entry_find(mr_arena *arena, const struct project_spec *spec, mr_str name, struct spec_entry *out, mr_error *err)
{
	const char *shell = mr_getenv("SHELL");
	mr_str suffix = extension(name), quoted;

	for (size_t i = 0; i < spec->entries_n; i++)
		if (mr_str_eq(spec->entries[i].name, name)) {
			*out = spec->entries[i];
			return MR_OK;
		}
	*out = (struct spec_entry){.name = name};
	quoted = shell_quote(arena, name);
	if (mr_str_is(suffix, ".py"))
		out->command = mr_arena_printf(arena, "%s %.*s", python(arena), MR_STR_ARG(quoted));
	else if (mr_str_is(suffix, ".sh"))
		out->command = mr_arena_printf(arena, "%s %.*s", shell ? shell : "bash", MR_STR_ARG(quoted));
	else if (mr_str_is(suffix, ".R") && shell_is_plain(name))
		out->command = mr_arena_printf(arena, "Rscript -e \"mlflow::mlflow_source('%.*s')\" --args", MR_STR_ARG(name));
	else
		return no_such_entry(arena, spec, name, err);
	out->command = double_braces(arena, out->command);
	return out->command.ptr ? MR_OK : mr_error_no_memory(err);
}
