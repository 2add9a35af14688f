/* SPDX-License-Identifier: Apache-2.0
 *
 * MLproject, python_env.yaml, conda.yaml and parameters: what MLflow reads, and what is refused with the place and the
 * nearest name.
 */
#include "helper.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"
#include "project/env.h"
#include "project/params.h"
#include "project/spec.h"
#include "project/temporary.h"

static mr_arena *arena;
static mr_error err;

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	mr_error_init(&err);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static mr_code parse(const char *text, struct project_spec *spec)
{
	mr_error_init(&err);
	return spec_parse(arena, s_("p/MLproject"), s_(text), spec, &err);
}

static void reads_all_of_it(void **state)
{
	static const char text[] = "name: pumps\n"
				   "docker_env:\n"
				   "  image: python:3.11\n"
				   "  volumes: ['/a:/b', '/c:/d']\n"
				   "  environment: [HOME, [MODE, fast], [N, 3]]\n"
				   "entry_points:\n"
				   "  main:\n"
				   "    parameters:\n"
				   "      data: path\n"
				   "      alpha: {type: float, default: 0.10}\n"
				   "      big: {default: 1e10}\n"
				   "      n: {type: int, default: 0x10}\n"
				   "      flag: {type: string, default: yes}\n"
				   "      none: {type: string, default: null}\n"
				   "      text: {type: string, default: ''}\n"
				   "    command: 'train {data}'\n"
				   "  test: {command: pytest}\n";
	static const struct {
		const char *name, *type, *otherwise;
		bool required;
	} expected[] = {{"data", "path", "", true},   {"alpha", "float", "0.1", false},	   {"big", "string", "1e10", false},
			{"n", "int", "16", false},    {"flag", "string", "True", false},   {"none", "string", "", true},
			{"text", "string", "", false}};
	struct project_spec spec;

	(void)state;
	assert_int_equal(parse(text, &spec), MR_OK);
	assert_str(spec.name, "pumps");
	assert_int_equal(spec.env, SPEC_ENV_DOCKER);
	assert_str(spec.docker.image, "python:3.11");
	assert_int_equal(spec.docker.volumes_n, 2);
	assert_int_equal(spec.docker.variables_n, 3);
	assert_true(spec.docker.variables[0].copied && !spec.docker.variables[2].copied);
	assert_str(spec.docker.variables[2].value, "3");
	assert_int_equal(spec.entries_n, 2);
	assert_str(spec.entries[1].command, "pytest");
	assert_int_equal(spec.entries[0].params_n, 7);
	for (size_t i = 0; i < 7; i++) {
		const struct spec_param *p = &spec.entries[0].params[i];

		assert_str(p->name, expected[i].name);
		assert_str(p->type, expected[i].type);
		assert_str(p->otherwise, expected[i].otherwise);
		assert_int_equal(p->required, expected[i].required);
	}
	assert_int_equal(parse("", &spec), MR_OK); /* MLflow raises AttributeError */
	assert_int_equal(spec.entries_n, 0);
	assert_int_equal(parse("name: x\nauthor: somebody\n", &spec), MR_OK); /* keys of others are passed over */
	assert_int_equal(parse("entry_points:\n  main:\n    parameters:\n    command: x\n", &spec), MR_OK);
}

static void refuses_what_is_wrong(void **state)
{
	static const char *const cases[][2] = {
		{"a: [", "p/MLproject is no YAML"},
		{"- a", "there should be an MLproject"},
		{"nmae: x", "Did you mean 'name'?"},
		{"entrypoints: {}", "Did you mean 'entry_points'?"},
		{"entry_points: [main]", "entry_points: there should be a mapping"},
		{"entry_points: {main: train}", "entry_points.main: there should be a mapping"},
		{"entry_points: {main: {parameters: {}}}", "entry_points.main: it has no command"},
		{"entry_points: {main: {comand: x}}", "Did you mean 'command'?"},
		{"entry_points: {main: {command: [x]}}", "entry_points.main.command"},
		{"entry_points: {main: {command: x, parameters: [a]}}", "entry_points.main.parameters: there should be a mapping"},
		{"entry_points: {main: {command: x, parameters: {a: [1]}}}", "entry_points.main.parameters.a"},
		{"entry_points: {main: {command: x, parameters: {a: {defualt: 1}}}}", "Did you mean 'default'?"},
		{"entry_points: {main: {command: x, parameters: {a: {default: [1]}}}}", "text, a number or a boolean, but there is a list"},
		{"python_env: a\nconda_env: b", "multiple environment fields"},
		{"python_env: [a]", "python_env: there should be text"},
		{"docker_env: x", "docker_env: there should be a mapping"},
		{"docker_env: {volumes: []}", "no image attribute found"},
		{"docker_env: {image: a, volumes: /a}", "docker_env.volumes: there should be a list"},
		{"docker_env: {image: a, environment: [[A]]}", "docker_env.environment"},
		{"docker_env: {image: a, environment: ['A=B']}", "a name without '='"},
		{"docker_env: {imgae: a}", "Did you mean 'image'?"},
	};
	struct project_spec spec;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_refused(parse(cases[i][0], &spec), err, cases[i][1]);
}

static void finds_entry_points_and_scripts(void **state)
{
	struct project_spec spec;
	struct spec_entry entry;

	(void)state;
	setenv("SHELL", "/bin/dash", 1);
	assert_int_equal(parse("entry_points: {main: {command: a}, train: {command: b}}", &spec), MR_OK);
	assert_int_equal(spec_entry_find(arena, &spec, s_("train"), &entry, &err), MR_OK);
	assert_str(entry.command, "b");
	assert_int_equal(spec_entry_find(arena, &spec, s_("my {x}.sh"), &entry, &err), MR_OK);
	assert_str(entry.command, "/bin/dash 'my {{x}}.sh'");
	assert_int_equal(spec_entry_find(arena, &spec, s_("sub/fit.R"), &entry, &err), MR_OK);
	assert_str(entry.command, "Rscript -e \"mlflow::mlflow_source('sub/fit.R')\" --args");
	assert_refused(spec_entry_find(arena, &spec, s_("trian"), &entry, &err), err, "Did you mean 'train'");
	mr_error_init(&err);
	assert_refused(spec_entry_find(arena, &spec, s_("'$(x)'.R"), &entry, &err), err, "Could not find");
	mr_error_init(&err);
	assert_refused(spec_entry_find(arena, &spec, s_(".py"), &entry, &err), err, "Could not find .py among entry points ['main', 'train']");
}

static void reads_environments_of_python(void **state)
{
	struct python_env env;

	(void)state;
	assert_int_equal(python_env_parse(arena, s_("f"), s_("python: '3.10'\nbuild_dependencies: [pip, wheel==0.4]\ndependencies:\n- -r r.txt\n- six"),
					  false, &env, &err), MR_OK);
	assert_str(env.python, "3.10");
	assert_int_equal(env.build_dependencies_n, 2);
	assert_str(env.dependencies[0], "-r r.txt");
	assert_int_equal(python_env_parse(arena, s_("f"), s_("dependencies: [python=3.9.1, pip<=22.1, setuptools=60, numpy, {pip: [six, mlflow]}]"),
					  true, &env, &err), MR_OK);
	assert_str(env.python, "3.9.1");
	assert_int_equal(env.build_dependencies_n, 2);
	assert_str(env.build_dependencies[0], "pip<=22.1");
	assert_str(env.build_dependencies[1], "setuptools==60");
	assert_str(env.left_out, "numpy");
	assert_int_equal(env.dependencies_n, 2);
}

static void refuses_wrong_environments(void **state)
{
	static const struct {
		const char *text, *words;
		bool conda;
	} cases[] = {{"python: 3.10", "with its quotes", false},
		     {"pyhton: '3'", "Did you mean 'python'?", false},
		     {"extra: 1", "only python, build_dependencies and dependencies", false},
		     {"dependencies: six", "a list of texts", false},
		     {"dependencies: [1]", "a list of texts", false},
		     {"[]", "a mapping", false},
		     {"dependencies: [python]", "must be pinned", true},
		     {"dependencies: ['python>3.8']", "Invalid version comparator", true},
		     {"dependencies: [{conda: []}]", "{\"pip\": [...]}", true}};
	struct python_env env;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_refused(python_env_parse(arena, s_("f"), s_(cases[i].text), cases[i].conda, &env, &err), err, cases[i].words);
	}
}

static void write_file(mr_str folder, const char *name, const char *text)
{
	assert_int_equal(mr_file_write_atomic(mr_arena_printf(arena, "%s/%s", folder.ptr, name), s_(text), &err), MR_OK);
}

static void looks_for_files_of_the_usual_names(void **state)
{
	struct project_spec spec;
	enum env_manager manager;
	mr_str folder;

	(void)state;
	assert_int_equal(temporary_folder(arena, s_(""), &folder, &err), MR_OK);
	assert_int_equal(spec_load(arena, folder, &spec, &err), MR_OK);
	assert_int_equal(spec.env, SPEC_ENV_NONE);
	assert_int_equal(env_choose(&spec, s_(""), &manager, &err), MR_OK);
	assert_int_equal(manager, ENV_LOCAL);
	write_file(folder, "conda.yaml", "dependencies: []");
	assert_int_equal(spec_load(arena, folder, &spec, &err), MR_OK);
	assert_int_equal(spec.env, SPEC_ENV_CONDA);
	assert_int_equal(env_choose(&spec, s_(""), &manager, &err), MR_OK);
	assert_int_equal(manager, ENV_CONDA);
	assert_int_equal(env_choose(&spec, s_("virtualenv"), &manager, &err), MR_OK);
	write_file(folder, "python_env.yaml", "dependencies: []");
	assert_int_equal(spec_load(arena, folder, &spec, &err), MR_OK);
	assert_int_equal(spec.env, SPEC_ENV_PYTHON);
	assert_int_equal(env_choose(&spec, s_(""), &manager, &err), MR_OK);
	assert_int_equal(manager, ENV_VIRTUALENV);
	assert_refused(env_choose(&spec, s_("conda"), &manager, &err), err, "cannot be executed using conda");
	mr_error_init(&err);
	assert_refused(env_choose(&spec, s_("virtualen"), &manager, &err), err, "Did you mean 'virtualenv'?");
	mr_error_init(&err);
	write_file(folder, "mlPROJECT", "python_env: other.yaml");
	assert_refused(spec_load(arena, folder, &spec, &err), err, "other.yaml, but no such file was found");
	mr_error_init(&err);
	write_file(folder, "MLproject", "conda_env: conda.yaml"); /* the usual way of writing it comes first */
	assert_int_equal(spec_load(arena, folder, &spec, &err), MR_OK);
	assert_int_equal(spec.env, SPEC_ENV_CONDA);
	temporary_remove(folder);
	assert_int_not_equal(access(folder.ptr, F_OK), 0);
	assert_int_equal(spec_load(arena, folder, &spec, &err), MR_IO_ERROR);
}

static void computes_parameters(void **state)
{
	const struct mr_map_string given[] = {{s_("zeta"), s_("1")}, {s_("uri"), s_("s3://b")}}, wrong[] = {{s_("urk"), s_("2")}},
				   plain[] = {{s_("uri"), s_("/a/b")}};
	struct project_spec spec;
	struct params params;

	(void)state;
	assert_int_equal(parse("entry_points: {main: {command: x, parameters: {uri: uri, b: {type: float, default: 0.5}}}}", &spec), MR_OK);
	assert_int_equal(params_read(arena, &spec.entries[0], given, 2, &params, &err), MR_OK);
	assert_int_equal(params.declared_n, 2);
	assert_str(params.declared[0].value, "s3://b");
	assert_str(params.declared[1].value, "0.5");
	assert_int_equal(params.extra_n, 1);
	assert_refused(params_read(arena, &spec.entries[0], wrong, 1, &params, &err), err,
		       "No value given for missing parameters: 'uri' ('urk' was given");
	mr_error_init(&err);
	assert_refused(params_read(arena, &spec.entries[0], plain, 1, &params, &err), err, "Expected URI for parameter uri but got /a/b");
}

static void finds_local_paths(void **state)
{
	const struct mr_map_string given[] = {{s_("a"), s_("there.txt")}}, absent[] = {{s_("a"), s_("not-there.txt")}};
	struct params_storage storage = {.call = NULL};
	struct project_spec spec;
	struct params params;
	mr_str folder;

	(void)state;
	assert_int_equal(temporary_folder(arena, s_(""), &folder, &err), MR_OK);
	assert_int_equal(chdir(folder.ptr), 0);
	write_file(folder, "there.txt", "x");
	mkdir("project", 0700);
	write_file(folder, "project/default.txt", "x");
	storage.work_dir = mr_arena_printf(arena, "%s/project", folder.ptr);
	assert_int_equal(parse("entry_points: {main: {command: x, parameters: {a: path, b: {type: path, default: default.txt}}}}", &spec), MR_OK);
	assert_int_equal(params_read(arena, &spec.entries[0], given, 1, &params, &err), MR_OK);
	assert_int_equal(params_fetch(arena, &spec.entries[0], &params, &storage, &err), MR_OK);
	assert_str(params.declared[0].value, mr_arena_printf(arena, "%s/there.txt", folder.ptr).ptr);
	assert_str(params.declared[1].value, mr_arena_printf(arena, "%s/project/default.txt", folder.ptr).ptr);
	assert_int_equal(params_read(arena, &spec.entries[0], absent, 1, &params, &err), MR_OK);
	assert_refused(params_fetch(arena, &spec.entries[0], &params, &storage, &err), err, "no such file or directory was found");
	assert_int_equal(chdir("/"), 0);
	temporary_remove(folder);
}

#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {T(reads_all_of_it),	      T(refuses_what_is_wrong),
					   T(finds_entry_points_and_scripts), T(reads_environments_of_python),
					   T(refuses_wrong_environments),  T(looks_for_files_of_the_usual_names),
					   T(computes_parameters),	      T(finds_local_paths)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
