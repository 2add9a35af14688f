/* SPDX-License-Identifier: Apache-2.0
 *
 * The run of a project in the tracking store: made with MLflow's tags, and ended truly.
 */
#ifndef MR_PROJECT_RECORD_H
#define MR_PROJECT_RECORD_H

#include <millrace/project.h>

#include "client/client.h"
#include "client/context.h"
#include "project/params.h"
#include "project/source.h"

struct record {
	mr_client *client;
	mr_call *call; /* for the memory of its requests */
	mr_str run_id, experiment_id, artifact_uri;
};

/* The experiment that the options, the environment or the session name. */
mr_code record_experiment(struct record *r, const struct mr_project_options *options, mr_error *err);

struct record_facts {
	const struct source *source;
	mr_str entry_point, backend, env_manager; /* the latter empty for `local` */
	const struct params *params;
};
/* A new run, or the one that the options name: RUNNING, with tags and parameters. */
mr_code record_begin(struct record *r, const struct mr_project_options *options, const struct record_facts *facts,
		     mr_error *err);
/* A run whose command was handed over by another process, and under which name; error when it has ended, or nothing is known. */
mr_code record_find(struct record *r, mr_str run_id, mr_str *backend, const char *job_tag, mr_str *job, mr_error *err);
mr_code record_tag(struct record *r, const char *key, mr_str value, mr_error *err);
/* Sets the status, unless the command has done so itself: a run that it ended as FINISHED is still made FAILED or
 * KILLED when that is how the command ended. *now: what it is. */
mr_code record_end(struct record *r, int32_t status, int32_t *now, mr_error *err);

/* For a child in another folder: a relative path of a store becomes absolute. */
mr_str record_child_uri(mr_arena *arena, mr_str uri);

#endif
