/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of a project, as its stages hand it on: run.c before and after, job.c what the backend does.
 */
#ifndef MR_PROJECT_RUN_H
#define MR_PROJECT_RUN_H

#include <millrace/project.h>
#include <millrace/project_backend.h>

#include "project/env.h"
#include "project/output.h"
#include "project/params.h"
#include "project/record.h"
#include "project/source.h"
#include "project/spec.h"
#include "project/watch.h"

/* The tag by which the backend finds a job again. */
#define RUN_JOB_TAG "millrace.project.job"

struct running {
	struct mr_project_options o; /* at our size */
	mr_arena *arena;
	mr_call *call;      /* of the backend and of downloads */
	mr_call *asking;    /* of one question to the backend */
	mr_error *err;
	struct record record;
	struct source source;
	struct project_spec spec;
	struct spec_entry entry;
	struct params params;
	struct params_storage storage;
	struct output output;
	enum env_manager manager;
	mr_str entry_point, what, config, child_uri, child_registry_uri;
	const struct mr_entry *backend;
	struct watch *watch; /* of its calls */
	struct mr_map_string environment[8];
	size_t environment_n;
	struct mr_job_status job;
	bool cancelled; /* it was asked for */
	int64_t next_cancel; /* when the backend is told, again if need be */
	int cancel_failures;
};

/* What the caller asks for; fits mr_process. arg: the struct running. */
mr_stop run_stop(void *arg);
void run_say(void *arg, const char *line);

/* Hands the command to the backend and waits for its end, which is in r->job. */
mr_code job_run(struct running *r, mr_str command);
/* The same for a job that another process has handed over. */
mr_code job_attach(struct running *r, mr_str id);

#endif
