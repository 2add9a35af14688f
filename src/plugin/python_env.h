/* SPDX-License-Identifier: Apache-2.0
 *
 * Python environments: which there are, where their packages lie, and what of
 * MLflow's entry points is installed in them. All of it is read from files.
 */
#ifndef MR_PLUGIN_PYTHON_ENV_H
#define MR_PLUGIN_PYTHON_ENV_H

#include "plugin/registry.h"

struct python_env {
	mr_str python;  /* the interpreter as it is to be started: a link of a virtual environment is not followed */
	mr_str *sites;  /* folders of packages, in the order of sys.path */
	size_t sites_n, room;
	mr_str version; /* "3.11" */
	bool failed;    /* out of memory */
};

/* What a person named: an interpreter, its name on PATH, or the folder of an environment. The message says
 * what was looked for. */
mr_code python_env_find(mr_arena *arena, mr_str named, struct python_env *out, mr_error *err);

/* What names an environment, in order of rank, is visited: of MR_SOURCE_PYTHON_NAMED the flags, MILLRACE_PYTHON and VIRTUAL_ENV;
 * of MR_SOURCE_PYTHON_OTHER the Python that this program came with (MILLRACE_OWN_PYTHON), else python3. */
struct python_names {
	char *const *flags; /* of --python */
	size_t flags_n;
	mr_code (*visit)(void *arg, mr_str named, mr_source_kind source, int index, mr_error *err);
	void *arg;
};
mr_code python_env_each(mr_arena *arena, const struct python_names *names, mr_source_kind source, mr_error *err);

/* The environments of a rank (MR_SOURCE_PYTHON_NAMED, MR_SOURCE_PYTHON_OTHER) and their distributions with
 * entry points of MLflow's groups are appended. MLflow's own wait in r->deferred. */
mr_code python_discover(struct registry *r, mr_source_kind source, mr_error *err);

/* What one environment has (python_scan.c). */
mr_code python_scan(struct registry *r, const struct python_env *env, mr_source_kind source, int index, mr_error *err);

#endif
