/* SPDX-License-Identifier: Apache-2.0
 *
 * The parameters of an entry point: those it declares, by their types and
 * defaults, and those beyond, which follow as --name value. Source of the rules:
 * EntryPoint and Parameter in mlflow/projects/_project_spec.py of the reference.
 */
#ifndef MR_PROJECT_PARAMS_H
#define MR_PROJECT_PARAMS_H

#include <millrace/api.h>

#include "api/call.h"
#include "project/shell.h"
#include "project/spec.h"

struct params {
	struct shell_value *declared, *extra;
	size_t declared_n, extra_n;
};

/* Checks names, requiredness and URIs; the values as they were given, for the run. */
mr_code params_read(mr_arena *arena, const struct spec_entry *entry, const struct mr_map_string *given, size_t given_n,
		    struct params *out, mr_error *err);

/* Where what a `path` parameter names is downloaded to; made at the first that needs it. */
struct params_storage {
	mr_str parent;    /* the folder to make one in */
	mr_str work_dir;  /* of the project: where a relative default may lie */
	mr_call *call;
	mr_str made;      /* out: the folder, or empty */
	bool (*cancelled)(void *arg);
	void *arg;
};
/* Replaces the values of `path` parameters by paths on this machine. */
mr_code params_fetch(mr_arena *arena, const struct spec_entry *entry, struct params *params, struct params_storage *storage,
		     mr_error *err);

#endif
