/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/project_backend.h - the contract of group "mlflow.project_backend":
 * where `millrace run` executes an entry point. A named group; the name is what
 * `--backend` is given ("local" is built in).
 *
 * The host fetches the project, parses MLproject, checks parameters, creates
 * the run with its tags, and hands over a command; a backend runs it and tells
 * how it ends. The host sets the run's final status from that.
 */
#ifndef MILLRACE_PROJECT_BACKEND_H
#define MILLRACE_PROJECT_BACKEND_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_project_submit {
	size_t size;
	mr_str project_uri, version; /* as the user gave them */
	mr_str work_dir;             /* the project's files on this machine */
	mr_str entry_point;
	mr_str command;      /* for /bin/sh -c, parameters substituted and quoted */
	const struct mr_map_string *params;
	size_t params_n;
	const struct mr_map_string *environment; /* to add: MLFLOW_RUN_ID, MLFLOW_TRACKING_URI, ... */
	size_t environment_n;
	mr_str env_manager;  /* "local", "virtualenv", "uv", "conda" */
	mr_str config_json;  /* of --backend-config: an object */
	mr_str run_id, experiment_id, tracking_uri;
	/* Where output goes, line by line or in pieces; may be called from any thread. */
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t size);
	void *output_arg;
};

typedef enum mr_job_state {
	MR_JOB_PENDING = 1,
	MR_JOB_RUNNING = 2,
	MR_JOB_FINISHED = 3,
	MR_JOB_FAILED = 4,
	MR_JOB_KILLED = 5
} mr_job_state;

struct mr_job_status {
	size_t size;
	int32_t state;     /* mr_job_state */
	int32_t exit_code; /* of the command, -1 unknown; 128 + n when signal n ended it */
	mr_str message;
};

struct mr_project_backend_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);
	/* Starts the command; *job stands for it until job_release. */
	mr_code (*submit)(void *self, const struct mr_project_submit *submit, void **job, mr_call *call, mr_error *err);
	/* The state now, or, when wait is true, once it has ended or the call is cancelled. */
	mr_code (*status)(void *self, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err);
	/* Ends the job and all its processes; MR_OK when it has ended already. */
	mr_code (*cancel)(void *self, void *job, mr_call *call, mr_error *err);
	void (*job_release)(void *self, void *job);
	/* A text by which another process finds the job again, and back. Optional. */
	mr_code (*job_id)(void *self, void *job, mr_str *out, mr_call *call, mr_error *err);
	mr_code (*job_find)(void *self, mr_str id, void **job, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
