/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a library that the plugin does not link: from the option "library", from
 * an environment variable, from the system, or out of a package of a Python
 * environment or of npm.
 */
#ifndef MILLRACE_PLUGINS_FIND_LIBRARY_H
#define MILLRACE_PLUGINS_FIND_LIBRARY_H

#include <dlfcn.h>
#include <glob.h>
#include <limits.h>
#include <millrace/plugin.h>
#include <stdlib.h>

struct library {
	const char *what;     /* "XGBoost" */
	const char *variable; /* "MILLRACE_XGBOOST_LIBRARY" */
	const char *const *names; /* for the system's loader; ends with NULL */
	const char *const *packaged; /* below site-packages or node_modules, as glob patterns; ends with NULL */
	const char *how_to_get; /* "apt-get install libxgboost0, or pip install xgboost" */
};

/* The newest file that fits: names with versions sort last. */
static void *open_pattern(const char *pattern)
{
	void *handle = NULL;
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (i = found.gl_pathc; i > 0 && !handle; i--)
			handle = dlopen(found.gl_pathv[i - 1], RTLD_NOW | RTLD_LOCAL);
	globfree(&found);
	return handle;
}

static void *open_below(const struct library *library, const char *folder, const char *between)
{
	char pattern[PATH_MAX];
	void *handle = NULL;
	size_t i;

	for (i = 0; library->packaged[i] && !handle; i++)
		if (snprintf(pattern, sizeof pattern, "%s/%s/%s", folder, between, library->packaged[i]) <
		    (int)sizeof pattern)
			handle = open_pattern(pattern);
	return handle;
}

/* The environment of MILLRACE_PYTHON (a program), of VIRTUAL_ENV and CONDA_PREFIX (folders), the packages of npm. */
static void *open_packaged(const struct library *library)
{
	static const char *const prefixes[] = {"VIRTUAL_ENV", "CONDA_PREFIX"};
	const char *python = getenv("MILLRACE_PYTHON"), *prefix, *node = getenv("NODE_PATH");
	char folder[PATH_MAX];
	void *handle = NULL;
	char *slash;
	size_t i;

	if (python && strlen(python) < sizeof folder) {
		strcpy(folder, python);
		slash = strrchr(folder, '/');
		if (slash) {
			*slash = 0;
			handle = open_below(library, folder, "../lib/python3*/site-packages");
		}
	}
	for (i = 0; !handle && i < 2; i++) {
		prefix = getenv(prefixes[i]);
		if (prefix && prefix[0])
			handle = open_below(library, prefix, "lib/python3*/site-packages");
	}
	if (!handle && node && node[0])
		handle = open_below(library, node, ".");
	return handle ? handle : open_below(library, ".", "node_modules");
}

/* A file that was named must open; NULL with an error otherwise. The library stays for good: it has threads. */
static void *open_library(const struct library *library, mr_str option, mr_error *err)
{
	const char *given = getenv(library->variable);
	char path[PATH_MAX];
	void *handle = NULL;
	size_t i;

	if (option.len && option.len < sizeof path) {
		memcpy(path, option.ptr, option.len);
		path[option.len] = 0;
		given = path;
	}
	if (given && given[0]) {
		handle = dlopen(given, RTLD_NOW | RTLD_LOCAL);
		if (!handle)
			mr_error_set(err, MR_FEATURE_DISABLED, "%s cannot be loaded: %s", library->what, dlerror());
		return handle;
	}
	for (i = 0; library->names[i] && !handle; i++)
		handle = dlopen(library->names[i], RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		handle = open_packaged(library);
	if (!handle)
		mr_error_set(err, MR_FEATURE_DISABLED,
			     "%s is not found: no %s in the system, in the Python of MILLRACE_PYTHON, VIRTUAL_ENV or "
			     "CONDA_PREFIX, or in node_modules. Get it (%s), or name the file in %s",
			     library->what, library->names[0], library->how_to_get, library->variable);
	return handle;
}

struct symbol {
	const char *name;
	void *to; /* a pointer to a pointer to a function */
};

/* false with an error when one is missing. */
static bool find_symbols(void *handle, const struct library *library, const struct symbol *symbols, size_t n,
			 mr_error *err)
{
	void *found;
	size_t i;

	for (i = 0; i < n; i++) {
		found = dlsym(handle, symbols[i].name);
		if (!found) {
			mr_error_set(err, MR_FEATURE_DISABLED, "This %s has no function %s: it is too old",
				     library->what, symbols[i].name);
			return false;
		}
		memcpy(symbols[i].to, &found, sizeof found);
	}
	return true;
}

/* A setting or parameter; the last of its key. Empty when there is none. */
static mr_str setting(const struct mr_map_string *settings, size_t n, const char *key)
{
	for (; n > 0; n--)
		if (mr_str_is(settings[n - 1].key, key))
			return settings[n - 1].value;
	return mr_str_make("", 0);
}

/* The path of the model's file as a C string, from the setting "data" (and a name below it, when that is a folder). */
static mr_code data_path(mr_str folder, mr_str data, const char *otherwise, char out[PATH_MAX], mr_error *err)
{
	int n = snprintf(out, PATH_MAX, "%.*s/%.*s%s", MR_STR_ARG(folder), MR_STR_ARG(data), data.len ? "" : otherwise);

	return n > 0 && n < PATH_MAX ? MR_OK
				     : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The model's path is too long");
}

#endif
