/* SPDX-License-Identifier: Apache-2.0
 *
 * MLproject: what a project is, by MLflow's rules (mlflow/projects/_project_spec.py of the
 * reference), stricter where a slip would go unseen: a value of the wrong type and a key that is nearly
 * a known one are errors that name the file and the key.
 */
#ifndef MR_PROJECT_SPEC_H
#define MR_PROJECT_SPEC_H

#include "base/arena.h"

struct spec_param {
	mr_str name, type; /* "string", "float", "path", "uri", or anything */
	mr_str otherwise;  /* the default, as Python's str() gives it */
	bool required;
};

struct spec_entry {
	mr_str name, command;
	struct spec_param *params;
	size_t params_n;
};

enum spec_env {
	SPEC_ENV_NONE, /* says nothing, and has no file of a usual name */
	SPEC_ENV_PYTHON,
	SPEC_ENV_CONDA,
	SPEC_ENV_DOCKER
};

struct spec_docker {
	mr_str image;
	mr_str *volumes;
	size_t volumes_n;
	struct spec_variable {
		mr_str name, value;
		bool copied; /* from the environment of who runs it */
	} *variables;
	size_t variables_n;
};

struct project_spec {
	mr_str folder; /* absolute */
	mr_str file;   /* of the MLproject; empty: there is none */
	mr_str name;   /* may be empty */
	struct spec_entry *entries;
	size_t entries_n;
	enum spec_env env;
	mr_str env_file; /* of python and conda */
	struct spec_docker docker;
};

/* The project in a folder; one without MLproject has no entry points but its scripts. */
mr_code spec_load(mr_arena *arena, mr_str folder, struct project_spec *out, mr_error *err);
/* The text of an MLproject alone; env_file is as it stands there. */
mr_code spec_parse(mr_arena *arena, mr_str file, mr_str text, struct project_spec *out, mr_error *err);
/* By its name; else a script of the project: "train.py", "run.sh", "fit.R". */
mr_code spec_entry_find(mr_arena *arena, const struct project_spec *spec, mr_str name, struct spec_entry *out, mr_error *err);

/* What an environment of Python has: python_env.yaml, or the part of a conda.yaml that pip understands. */
struct python_env {
	mr_str python; /* "3.11.7", "3.11"; empty: any */
	mr_str *build_dependencies;
	size_t build_dependencies_n;
	mr_str *dependencies; /* lines of a requirements file */
	size_t dependencies_n;
	mr_str left_out; /* conda's packages, which pip cannot install; empty: none */
};
mr_code python_env_load(mr_arena *arena, const struct project_spec *spec, struct python_env *out, mr_error *err);
mr_code python_env_parse(mr_arena *arena, mr_str file, mr_str text, bool conda, struct python_env *out, mr_error *err);

#endif
