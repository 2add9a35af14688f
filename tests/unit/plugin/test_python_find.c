/* SPDX-License-Identifier: Apache-2.0
 *
 * Python plugins are found by the files of an environment, without Python: the
 * environments here have an interpreter that cannot run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <millrace/tracking_store.h>

#include "base/arena.h"
#include "base/os.h"
#include "plugin/host.h"
#include "plugin/python_meta.h"
#include "workshop.h"

static char folder[256], path_before[4096];

static void put(const char *text, const char *format, ...)
{
	char name[300], path[700];
	mr_arena *arena = mr_arena_new(0);
	mr_error err;
	va_list args;
	char *slash;
	FILE *file;

	mr_error_init(&err);
	va_start(args, format);
	vsnprintf(name, sizeof name, format, args);
	va_end(args);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	slash = strrchr(path, '/');
	assert_int_equal(mr_dir_make(mr_str_make(path, (size_t)(slash - path)), &err), MR_OK);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	mr_arena_free(arena);
}

/* A virtual environment whose interpreter is no program of this machine. */
static void make_env(const char *env)
{
	char path[600];

	put("not a program", "%s/bin/python3", env);
	snprintf(path, sizeof path, "%s/%s/bin/python3", folder, env);
	assert_int_equal(chmod(path, 0755), 0);
	put("home = /nowhere/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n", "%s/pyvenv.cfg", env);
}

static void make_dist(const char *site, const char *name, const char *version, const char *entries)
{
	char metadata[300];

	snprintf(metadata, sizeof metadata, "Metadata-Version: 2.1\nName: %s\nVersion: %s\nSummary: Of a test.\nLicense: MIT\n\nX\n",
		 name, version);
	put(metadata, "%s/%s-%s.dist-info/METADATA", site, name, version);
	put(entries, "%s/%s-%s.dist-info/entry_points.txt", site, name, version);
}

#define SITE "env/lib/python3.11/site-packages"
#define STORE(scheme, object) "[mlflow.tracking_store]\n" scheme " = " object "\n"

static int setup(void **state)
{
	char none[300];

	(void)state;
	workshop_open(folder);
	snprintf(none, sizeof none, "%s/none", folder);
	setenv("XDG_DATA_HOME", none, 1);
	setenv("MILLRACE_PLUGINS", "-example,-git-context", 1);
	unsetenv("MILLRACE_PLUGIN_PATH");
	unsetenv("VIRTUAL_ENV");
	unsetenv("PYTHONPATH");
	snprintf(path_before, sizeof path_before, "%s", getenv("PATH"));
	setenv("PATH", none, 1);
	make_env("env");
	mr_plugins_reset();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	setenv("PATH", path_before, 1);
	mr_plugins_reset();
	workshop_close(folder);
	return 0;
}

static void use_env(const char *names)
{
	setenv("MILLRACE_PYTHON", names, 1);
	mr_plugins_reset();
}

static const struct mr_plugin_info *find(const char *name)
{
	const struct mr_plugin_info *const *list;
	size_t n;
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_plugins_list(&list, &n, &err), MR_OK);
	for (size_t i = 0; i < n; i++)
		if (mr_str_is(list[i]->name, name))
			return list[i];
	return NULL;
}

static void env_path(char out[300], const char *name)
{
	snprintf(out, 300, "%s/%s", folder, name);
}

static void test_of_a_distribution(void **state)
{
	const struct mr_plugin_info *p;
	char env[300];

	(void)state;
	make_dist(SITE, "mlflow_fine", "1.2", "[console_scripts]\nx = y:z\n\n" STORE("fine", "fine.store:Store [more]")
						 "[mlflow.deployments]\ntarget=fine.deploy\n");
	make_dist(SITE, "other", "1", "[console_scripts]\nx = y:z\n");
	env_path(env, "env");
	use_env(env);
	p = find("mlflow_fine");
	assert_non_null(p);
	assert_null(find("other"));
	assert_int_equal(p->source, MR_SOURCE_PYTHON_NAMED);
	assert_int_equal(p->state, MR_PLUGIN_FOUND);
	assert_true(mr_str_is(p->version, "1.2"));
	assert_true(mr_str_is(p->description, "Of a test."));
	assert_true(mr_str_is(p->licence, "MIT"));
	assert_int_equal(p->entries_n, 2);
	assert_true(mr_str_is(p->entries[0].group, "mlflow.tracking_store"));
	assert_true(mr_str_is(p->entries[0].name, "fine"));
	assert_true(mr_str_is(p->entries[0].object, "fine.store:Store"));
	assert_true(mr_str_is(p->entries[1].object, "fine.deploy"));
	strcat(env, "/bin/python3");
	assert_true(mr_str_is(p->environment, env));
	use_env(env); /* the interpreter names its environment, too */
	assert_non_null(find("mlflow_fine"));
	use_env("none");
	assert_null(find("mlflow_fine"));
}

static void test_ways_of_installing(void **state)
{
	char env[300], text[600];
	const struct mr_plugin_info *p;

	(void)state;
	/* PEP 660: dist-info here, the source elsewhere */
	make_dist(SITE, "edited", "0.1", STORE("edited", "edited:Store"));
	snprintf(text, sizeof text, "{\"dir_info\": {\"editable\": true}, \"url\": \"file://%s/source%%20of\"}", folder);
	put(text, SITE "/edited-0.1.dist-info/direct_url.json");
	/* setup.py develop: a link, and egg-info beside the source */
	snprintf(text, sizeof text, "%s/developed\n.", folder);
	put(text, SITE "/developed.egg-link");
	put(STORE("developed", "developed:Store"), "developed/developed.egg-info/entry_points.txt");
	put("Name: developed\nVersion: 7\n", "developed/developed.egg-info/PKG-INFO");
	/* a folder that a .pth names, relative and with code beside it */
	put("import sys; sys.exit(1)\n# no\n../further\n", SITE "/further.pth");
	put(STORE("further", "further:Store"), "env/lib/python3.11/further/further-1.dist-info/entry_points.txt");
	/* an egg */
	put(STORE("egg", "egg:Store"), SITE "/egg-1-py3.egg/EGG-INFO/entry_points.txt");
	put("Name: egg\nVersion: 1\n", SITE "/egg-1-py3.egg/EGG-INFO/PKG-INFO");
	/* the first of one name counts */
	make_dist("env/lib/python3.11/further", "EDITED", "9", STORE("edited9", "edited:Store"));
	env_path(env, "env");
	use_env(env);
	p = find("edited");
	assert_non_null(p);
	snprintf(text, sizeof text, "%s/source of", folder);
	assert_true(mr_str_is(p->editable, text));
	assert_true(mr_str_is(find("developed")->version, "7"));
	assert_non_null(find("further"));
	assert_non_null(find("egg"));
	assert_null(find("EDITED"));
}

static void test_precedence_and_two_with_one_scheme(void **state)
{
	const struct mr_entry *entry;
	char env[300], both[700];
	mr_error err;

	(void)state;
	make_dist(SITE, "first", "1", STORE("same", "first:Store"));
	make_dist(SITE, "second", "1", STORE("same", "second:Store"));
	make_env("far");
	make_dist("far/lib/python3.11/site-packages", "third", "1", STORE("same", "third:Store"));
	env_path(env, "env");
	snprintf(both, sizeof both, "%s:%s/far", env, folder);
	use_env(both);
	assert_true(find("first")->entries[0].ambiguous);
	assert_true(find("second")->entries[0].ambiguous);
	assert_non_null(find("third")->entries[0].shadowed_by);
	mr_error_init(&err);
	assert_int_equal(mr_plugins_by_uri(MR_GROUP_TRACKING_STORE, mr_str_from("same:/x"), &entry, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "first and second"));
	assert_non_null(strstr(err.message, "-m pip uninstall second"));
}

static void test_what_is_no_environment(void **state)
{
	const struct mr_entry *entry;
	char env[300];
	mr_error err;

	(void)state;
	env_path(env, "empty");
	assert_int_equal(mkdir(env, 0755), 0);
	use_env(env);
	assert_int_equal(find("python")->state, MR_PLUGIN_REFUSED);
	mr_error_init(&err);
	assert_int_equal(mr_plugins_by_uri(MR_GROUP_TRACKING_STORE, mr_str_from("nosuch:/x"), &entry, &err),
			 MR_INVALID_PARAMETER_VALUE);
	assert_non_null(strstr(err.message, "the folder has no bin/python3"));
	/* somebody else could write it */
	make_dist(SITE, "open", "1", STORE("open", "open:Store"));
	env_path(env, "env");
	strcat(env, "/lib/python3.11/site-packages");
	assert_int_equal(chmod(env, 0777), 0);
	env_path(env, "env");
	use_env(env);
	assert_int_equal(find("open")->state, MR_PLUGIN_REFUSED);
	mr_error_init(&err);
	assert_int_equal(mr_plugins_by_uri(MR_GROUP_TRACKING_STORE, mr_str_from("open:/x"), &entry, &err),
			 MR_PERMISSION_DENIED);
	assert_non_null(strstr(err.message, "chmod"));
}

static void test_mlflow_itself_comes_last(void **state)
{
	char env[300];

	(void)state;
	make_dist(SITE, "mlflow", "3.17.2", "[mlflow.deployments]\nhttp=mlflow.deployments.mlflow\nopenai=mlflow.deployments.openai\n");
	make_dist(SITE, "mlflow_skinny", "3.17.2", "[mlflow.deployments]\nopenai=mlflow.deployments.openai\n");
	env_path(env, "env");
	use_env(env);
	assert_non_null(find("mlflow"));
	assert_int_equal(find("mlflow")->source, MR_SOURCE_REFERENCE);
	assert_null(find("mlflow_skinny"));
	assert_false(find("mlflow")->entries[1].ambiguous);
}

static void test_many_distributions_are_quick(void **state)
{
	int64_t start, spent;
	char env[300], name[40];

	(void)state;
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "dist%d", i);
		make_dist(SITE, name, "1", i % 50 ? "[console_scripts]\nx = y:z\n" : STORE("many", "many:Store"));
	}
	env_path(env, "env");
	use_env(env);
	start = mr_monotonic_ns();
	assert_non_null(find("dist50"));
	spent = mr_monotonic_ns() - start;
	print_message("500 distributions: %.2f ms\n", (double)spent / 1e6);
	assert_true(spent < 1000000000);
}

struct seen {
	char text[400];
};

static void note(void *arg, mr_str group, mr_str name, mr_str object)
{
	struct seen *s = arg;
	size_t n = strlen(s->text);

	snprintf(s->text + n, sizeof s->text - n, "%.*s|%.*s|%.*s;", MR_STR_ARG(group), MR_STR_ARG(name), MR_STR_ARG(object));
}

static void test_entry_points(void **state)
{
	struct seen s = {""};

	(void)state;
	mr_entry_points_parse(mr_str_from("x = before.a:b\n[mlflow.app]\r\n  a=b : c [x]\r\n# n = o\n=x\ny=\nz = not a name\n"
					  "w = m:a:b\n[other]\nq = r\n[mlflow.deployments]\nlast = mod.sub"),
			      note, &s);
	assert_string_equal(s.text, "mlflow.app|a|b : c;mlflow.deployments|last|mod.sub;");
}

/* With the compiler that is on the path otherwise. */
static void build(const char *inside, const char *name, const char *word)
{
	char none[300];

	setenv("PATH", path_before, 1);
	workshop_build(inside, name, workshop_context(name, word), "");
	snprintf(none, sizeof none, "%s/none", folder);
	setenv("PATH", none, 1);
}

/* A native plugin in a wheel of its own is listed as what it is, its entries for MLflow are not; nor are those of ours. */
static void test_native_in_a_wheel(void **state)
{
	const struct mr_plugin_info *p;
	char inside[512];

	(void)state;
	make_dist(SITE, "millrace_plugin_mill", "1.0",
		  "[millrace.native_plugin]\nmill = millrace_plugin_mill.deep:mill.so\nodd = no.such:file.so\nbad = nothing\n"
		  "[mlflow.run_context_provider]\nmill = millrace_plugin_mill:x\n");
	put("", SITE "/millrace_plugin_mill/deep/__init__.py");
	snprintf(inside, sizeof inside, "%s/" SITE "/millrace_plugin_mill/deep", folder);
	build(inside, "mill", "grist");
	make_dist(SITE, "millrace", "0.1.0", STORE("millrace+sqlite", "millrace.mlflow_plugins.entry:tracking_store"));
	make_dist(SITE, "both", "1.0",
		  STORE("ours", "millrace.mlflow_plugins.entry:tracking_store") "theirs = millrace.mlflow_pluginsx:tracking_store\n");
	snprintf(inside, sizeof inside, "%s/env", folder);
	use_env(inside);
	p = find("mill");
	assert_non_null(p);
	assert_int_equal(p->environment.len, 0);
	assert_int_equal(p->source, MR_SOURCE_PYTHON_NAMED);
	assert_true(mr_str_is(p->entries[0].name, "word"));
	assert_null(find("millrace_plugin_mill"));
	assert_null(find("millrace"));
	p = find("both");
	assert_non_null(p);
	assert_int_equal(p->entries_n, 1);
	assert_true(mr_str_is(p->entries[0].name, "theirs"));
}

/* A file that is added while plugins are in use comes before those that were found, and is found once. */
static void test_added_late(void **state)
{
	const struct mr_plugin_info *const *list;
	char file[512];
	mr_error err;
	size_t n, before;

	(void)state;
	use_env("none");
	mr_error_init(&err);
	assert_int_equal(mr_plugins_list(&list, &before, &err), MR_OK);
	build(folder, "late", "flour");
	snprintf(file, sizeof file, "%s/late.so", folder);
	assert_int_equal(mr_plugins_add_file_now(mr_str_from(file), &err), MR_OK);
	assert_int_equal(mr_plugins_add_file_now(mr_str_from(file), &err), MR_OK);
	assert_int_equal(mr_plugins_list(&list, &n, &err), MR_OK);
	assert_int_equal(n, before + 1);
	assert_true(mr_str_is(list[0]->name, "late"));
	assert_int_equal(mr_plugins_add_file_now(mr_str_from("/nowhere/x.so"), &err), MR_IO_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_native_in_a_wheel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_added_late, setup, teardown),
		cmocka_unit_test(test_entry_points),
		cmocka_unit_test_setup_teardown(test_of_a_distribution, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ways_of_installing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_precedence_and_two_with_one_scheme, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mlflow_itself_comes_last, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_distributions_are_quick, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
