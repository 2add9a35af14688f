/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/find_library.h - opens a library that a plugin does not link: a file
 * that the user names, else what lies in a package of the Python environment in
 * use or of npm, else what the system has. And settings by key. All of it is inline.
 *
 *	static const char *const names[] = {"libxgboost.so", NULL};
 *	static const char *const packaged[] = {"xgboost/lib/libxgboost.so", NULL};
 *	static const struct mr_library library = {
 *		"XGBoost", "MILLRACE_XGBOOST_LIBRARY", names, packaged, "pip install xgboost"};
 *
 *	void *handle = mr_library_open(&library, host->option_string(options, "library"), err);
 *	const struct mr_symbol symbols[] = {{"XGBoosterCreate", &create}, ...};
 *	if (!handle || !mr_library_symbols(handle, &library, symbols, n, err)) ...
 */
#ifndef MILLRACE_FIND_LIBRARY_H
#define MILLRACE_FIND_LIBRARY_H

#include <dlfcn.h>
#include <glob.h>
#include <stdlib.h>

#include "millrace/api.h"
#include "millrace/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MR_LIBRARY_PATH_MAX 4096

struct mr_library {
	const char *what;     /* "XGBoost" */
	const char *variable; /* "MILLRACE_XGBOOST_LIBRARY" */
	const char *const *names; /* for the system's loader; ends with NULL */
	const char *const *packaged; /* below site-packages or node_modules, as glob patterns; ends with NULL */
	const char *how_to_get; /* "apt-get install libxgboost0, or pip install xgboost" */
};

/* The newest file that fits: names with versions sort last. */
static inline void *mr_library_open_pattern(const char *pattern)
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

static inline void *mr_library_open_below(const struct mr_library *library, const char *folder, const char *between)
{
	char pattern[MR_LIBRARY_PATH_MAX];
	void *handle = NULL;
	size_t i;

	for (i = 0; library->packaged[i] && !handle; i++)
		if (snprintf(pattern, sizeof pattern, "%s/%s/%s", folder, between, library->packaged[i]) <
		    (int)sizeof pattern)
			handle = mr_library_open_pattern(pattern);
	return handle;
}

/* The environment of MILLRACE_PYTHON (a program), of VIRTUAL_ENV and CONDA_PREFIX (folders), the packages of npm. */
static inline void *mr_library_open_packaged(const struct mr_library *library)
{
	static const char *const prefixes[] = {"VIRTUAL_ENV", "CONDA_PREFIX"};
	const char *python = getenv("MILLRACE_PYTHON"), *prefix, *node = getenv("NODE_PATH");
	char folder[MR_LIBRARY_PATH_MAX];
	void *handle = NULL;
	char *slash;
	size_t i;

	if (python && strlen(python) < sizeof folder) {
		strcpy(folder, python);
		slash = strrchr(folder, '/');
		if (slash) {
			*slash = 0;
			handle = mr_library_open_below(library, folder, "../lib/python3*/site-packages");
		}
	}
	for (i = 0; !handle && i < 2; i++) {
		prefix = getenv(prefixes[i]);
		if (prefix && prefix[0])
			handle = mr_library_open_below(library, prefix, "lib/python3*/site-packages");
	}
	if (!handle && node && node[0])
		handle = mr_library_open_below(library, node, ".");
	return handle ? handle : mr_library_open_below(library, ".", "node_modules");
}

/* A file that was named must open; NULL with an error otherwise. The library stays for good: it has threads. */
static inline void *mr_library_open(const struct mr_library *library, mr_str option, mr_error *err)
{
	const char *given = getenv(library->variable);
	char path[MR_LIBRARY_PATH_MAX];
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
	handle = mr_library_open_packaged(library);
	for (i = 0; library->names[i] && !handle; i++)
		handle = dlopen(library->names[i], RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		mr_error_set(err, MR_FEATURE_DISABLED,
			     "%s is not found: no %s in the Python of MILLRACE_PYTHON, VIRTUAL_ENV or CONDA_PREFIX, in "
			     "node_modules, or in the system. Get it (%s), or name the file in %s",
			     library->what, library->names[0], library->how_to_get, library->variable);
	return handle;
}

struct mr_symbol {
	const char *name;
	void *to; /* a pointer to a pointer to a function */
};

/* false with an error when one is missing. */
static inline bool mr_library_symbols(void *handle, const struct mr_library *library, const struct mr_symbol *symbols, size_t n,
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
static inline mr_str mr_setting(const struct mr_map_string *settings, size_t n, const char *key)
{
	for (; n > 0; n--)
		if (mr_str_is(settings[n - 1].key, key))
			return settings[n - 1].value;
	return mr_str_make("", 0);
}

/* The path of the model's file as a C string: the setting "data", a name below
 * the model's folder, or `otherwise` when it is empty. One that leads out of the
 * folder is refused. */
static inline mr_code mr_setting_path(mr_str folder, mr_str data, const char *otherwise, char out[MR_LIBRARY_PATH_MAX],
				      mr_error *err)
{
	size_t i;
	int n;

	for (i = 0; i + 1 < data.len; i++)
		if (data.ptr[0] == '/' || (data.ptr[i] == '.' && data.ptr[i + 1] == '.' && (!i || data.ptr[i - 1] == '/')))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The MLmodel says that the model's data is in '%.*s', outside of its folder",
					    MR_STR_ARG(data));
	n = snprintf(out, MR_LIBRARY_PATH_MAX, "%.*s/%.*s%s", MR_STR_ARG(folder), MR_STR_ARG(data), data.len ? "" : otherwise);
	return n > 0 && n < MR_LIBRARY_PATH_MAX
		       ? MR_OK
		       : mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The model's path is too long");
}

#ifdef __cplusplus
}
#endif
#endif
