/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a project comes from: a folder, a zip, a git repository; each with a subfolder behind '#'. Source of
 * the rules: mlflow/projects/utils.py of the reference, but a folder that is given with a version is never
 * changed: the version is fetched from it into a folder of its own.
 */
#ifndef MR_PROJECT_SOURCE_H
#define MR_PROJECT_SOURCE_H

#include "api/call.h"

struct source_request {
	mr_str uri, version;
	mr_str storage; /* where folders for what is fetched are made; empty: the temporary folder */
	mr_call *call;  /* of a download */
	bool (*cancelled)(void *arg);
	void (*progress)(void *arg, const char *line);
	void *arg;
};

struct source {
	mr_str work_dir;    /* absolute */
	mr_str temporary;   /* to be removed at the end; empty: nothing */
	mr_str name;        /* of the tag mlflow.source.name */
	mr_str commit, repo_url, branch; /* empty where there is none */
};

/* *out is filled as far as it came, so that temporary can be removed after a failure, too. */
mr_code source_fetch(mr_arena *arena, const struct source_request *request, struct source *out, mr_error *err);

#endif
