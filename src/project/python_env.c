/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: _PythonEnv in mlflow/utils/environment.py of the reference.
 */
#include "base/os.h"
#include "base/yaml.h"
#include "project/spec.h"
#include "project/yaml_read.h"

static mr_code read_python_env(struct yaml_reading *r, const mr_json *root, struct python_env *out)
{
	static const char *const keys[] = {"python", "build_dependencies", "dependencies", NULL};
	const mr_json *python = mr_json_get(root, "python");
	mr_code code = yaml_check_keys(r, "", root, keys);

	for (size_t i = 0; i < root->count && code == MR_OK; i++) {
		mr_str key = root->keys[i];

		if (!mr_str_is(key, keys[0]) && !mr_str_is(key, keys[1]) && !mr_str_is(key, keys[2]))
			code = yaml_fail(r, key.ptr, "there are only python, build_dependencies and dependencies here");
	}
	if (code == MR_OK && python && python->type == MR_JSON_NUMBER) /* 3.10 is the number 3.1 */
		code = yaml_wrong(r, "python", "text, such as \"3.11\" with its quotes", python);
	if (code == MR_OK)
		code = yaml_text(r, "", root, "python", &out->python);
	if (code == MR_OK)
		code = yaml_texts(r, "", root, "build_dependencies", &out->build_dependencies, &out->build_dependencies_n);
	if (code == MR_OK)
		code = yaml_texts(r, "", root, "dependencies", &out->dependencies, &out->dependencies_n);
	return code;
}

/* ---- conda.yaml ---- */

static bool begins(mr_str text, const char *with, mr_str *rest)
{
	size_t n = strlen(with);

	if (text.len < n || memcmp(text.ptr, with, n) != 0)
		return false;
	*rest = mr_str_make(text.ptr + n, text.len - n);
	return true;
}

/* python, pip, setuptools and wheel, with an operator and a version of digits and points. */
static bool split_dependency(mr_str text, mr_str *package, mr_str *op, mr_str *version)
{
	static const char *const packages[] = {"python", "pip", "setuptools", "wheel"};
	static const char *const ops[] = {"<=", ">=", "==", "!=", "<", ">", "="};

	for (size_t p = 0; p < 4; p++) {
		mr_str rest;

		if (!begins(text, packages[p], &rest))
			continue;
		*package = mr_str_from(packages[p]);
		*op = mr_str_make("", 0);
		*version = rest;
		for (size_t o = 0; o < 7 && !op->len; o++)
			if (begins(rest, ops[o], version))
				*op = mr_str_from(ops[o]);
		for (size_t i = 0; i < version->len; i++)
			if (!strchr("0123456789.", version->ptr[i]) || !version->ptr[i])
				return false;
		return true;
	}
	return false;
}

static mr_code take_python(struct yaml_reading *r, mr_str text, mr_str op, mr_str version, struct python_env *out)
{
	if (!op.len || !version.len)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "%.*s: Invalid dependency for python: %.*s. It must be pinned (e.g. python=3.8.13).",
				    MR_STR_ARG(r->file), MR_STR_ARG(text));
	if (mr_str_is(op, "<") || mr_str_is(op, ">") || mr_str_is(op, "!="))
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE,
				    "%.*s: Invalid version comparator for python: '%.*s'. Must be one of ['<=', '>=', '=', '=='].",
				    MR_STR_ARG(r->file), MR_STR_ARG(op));
	out->python = version;
	return MR_OK;
}

static mr_code take_package(struct yaml_reading *r, mr_str text, struct python_env *out)
{
	mr_str package, op, version;

	if (!split_dependency(text, &package, &op, &version)) {
		out->left_out = mr_arena_printf(r->arena, "%.*s%s%.*s", MR_STR_ARG(out->left_out), out->left_out.len ? ", " : "",
						MR_STR_ARG(text));
		return out->left_out.ptr ? MR_OK : mr_error_no_memory(r->err);
	}
	if (mr_str_is(package, "python") && !out->python.len)
		return take_python(r, text, op, version, out);
	if (mr_str_is(op, "=")) /* which pip does not know */
		op = mr_str_from("==");
	text = mr_arena_printf(r->arena, "%.*s%.*s%.*s", MR_STR_ARG(package), MR_STR_ARG(op), MR_STR_ARG(version));
	out->build_dependencies[out->build_dependencies_n++] = text;
	return text.ptr ? MR_OK : mr_error_no_memory(r->err);
}

static mr_code read_conda(struct yaml_reading *r, const mr_json *root, struct python_env *out)
{
	const mr_json *list = mr_json_get(root, "dependencies");
	mr_code code = MR_OK;

	if (!list || list->type == MR_JSON_NULL)
		return MR_OK;
	if (list->type != MR_JSON_ARRAY)
		return yaml_wrong(r, "dependencies", "a list", list);
	out->build_dependencies = mr_arena_alloc(r->arena, (list->count + 1) * sizeof *out->build_dependencies);
	if (!out->build_dependencies)
		return mr_error_no_memory(r->err);
	for (size_t i = 0; i < list->count && code == MR_OK; i++) {
		const mr_json *item = &list->items[i];

		if (item->type == MR_JSON_STRING)
			code = take_package(r, item->text, out);
		else if (item->type == MR_JSON_OBJECT && item->count == 1 && mr_str_is(item->keys[0], "pip"))
			code = yaml_texts(r, "dependencies", item, "pip", &out->dependencies, &out->dependencies_n);
		else
			code = yaml_wrong(r, "dependencies", "text, or a mapping in the form of {\"pip\": [...]}", item);
	}
	return code;
}

mr_code python_env_parse(mr_arena *arena, mr_str file, mr_str text, bool conda, struct python_env *out, mr_error *err)
{
	struct yaml_reading r = {arena, file, err};
	mr_json *root;
	mr_code code;

	memset(out, 0, sizeof *out);
	out->left_out = mr_str_make("", 0);
	code = yaml_read(&r, text, conda ? "a mapping with dependencies" : "a mapping with python and dependencies", &root);
	if (code == MR_OK)
		code = conda ? read_conda(&r, root, out) : read_python_env(&r, root, out);
	return code;
}

mr_code python_env_load(mr_arena *arena, const struct project_spec *spec, struct python_env *out, mr_error *err)
{
	mr_str text;
	mr_code code;

	memset(out, 0, sizeof *out);
	if (!spec->env_file.len)
		return MR_OK;
	code = mr_file_read(spec->env_file, MR_YAML_SIZE_MAX, arena, &text, err);
	return code == MR_OK ? python_env_parse(arena, spec->env_file, text, spec->env == SPEC_ENV_CONDA, out, err) : code;
}
