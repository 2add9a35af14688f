/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/project_backend.h - the contract of group "mlflow.project_backend":
 * where `millrace run` executes an entry point. A named group; the name is what
 * `--backend` is given ("local" and "slurm" are built in).
 *
 * The host fetches the project, parses MLproject, checks parameters, prepares
 * the environment, creates the run with its tags, and hands over one command
 * that has all of that in it; a backend runs it and tells how it ends. The host
 * sets the run's final status from that, and keeps the output as an artifact.
 *
 * For one object: submit, then status again and again (with wait set) until the
 * state is final, then job_release. cancel may come from another thread while
 * status waits. Several jobs of one object may be under way at once.
 */
#ifndef MILLRACE_PROJECT_BACKEND_H
#define MILLRACE_PROJECT_BACKEND_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Views live until the job is released. */
struct mr_project_submit {
	size_t size;
	mr_str project_uri, version; /* as the user gave them, passwords removed */
	mr_str project_name;         /* of MLproject; may be empty */
	mr_str work_dir;             /* the project's files on this machine: where the command runs */
	mr_str entry_point;
	mr_str command; /* for `bash -c`: the environment's activation and the entry point, parameters quoted */
	const struct mr_map_string *params; /* what is logged: as in the command, quoted */
	size_t params_n;
	/* To add: MLFLOW_RUN_ID, MLFLOW_TRACKING_URI, ...; a value whose ptr is NULL: to take away. */
	const struct mr_map_string *environment;
	size_t environment_n;
	mr_str env_manager;  /* "local", "virtualenv", "uv", "conda", or "docker"; done already, told for messages */
	mr_str storage_dir;  /* of --storage-dir: absolute; may be empty */
	mr_str config_json;  /* of --backend-config: an object, "{}" when none was given */
	mr_str run_id, experiment_id, tracking_uri;
	/* Where output goes, in pieces as they come; may be called from any thread, one at a
	 * time, from submit until status has told a final state. */
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t size);
	void *output_arg;
};

typedef enum mr_job_state {
	MR_JOB_PENDING = 1,
	MR_JOB_RUNNING = 2,
	MR_JOB_FINISHED = 3, /* final, as the two below: the command ended with 0 */
	MR_JOB_FAILED = 4,   /* ... otherwise, or could not be run */
	MR_JOB_KILLED = 5    /* ... ended from outside: cancel, a signal, a time limit */
} mr_job_state;

struct mr_job_status {
	size_t size;
	int32_t state;     /* mr_job_state */
	int32_t exit_code; /* of the command, -1 unknown; 128 + n when signal n ended it */
	mr_str message;    /* for people: why it waits, why it failed; in the call's memory; may be empty */
};

/* How cancel ends a job. */
#define MR_CANCEL_FORCE 1u /* at once, without a chance to clean up */

struct mr_project_backend_ops {
	size_t size;
	/* Both optional; without open self is NULL. */
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);
	/* Starts the command; *job stands for it until job_release. What is wrong with the
	 * configuration is an error here, and then nothing was started. */
	mr_code (*submit)(void *self, const struct mr_project_submit *submit, void **job, mr_call *call, mr_error *err);
	/* The state now, or, when wait is true, once it is final or the call's deadline has
	 * passed or it is cancelled (MR_OK, too). An error is of asking and may pass: the job
	 * goes on, and the host asks again. */
	mr_code (*status)(void *self, void *job, bool wait, struct mr_job_status *out, mr_call *call, mr_error *err);
	/* Begins to end the job and all its processes, and does not wait for it; MR_OK when it
	 * has ended already. */
	mr_code (*cancel)(void *self, void *job, uint32_t flags, mr_call *call, mr_error *err);
	/* Forgets the job; one that has not ended goes on, if the backend can let it. */
	void (*job_release)(void *self, void *job);
	/* A text by which another process finds the job again; what stands before its first blank is
	 * for people, who look for it with the backend's own tools. Optional. */
	mr_code (*job_id)(void *self, void *job, mr_str *out, mr_call *call, mr_error *err);
	/* The job of such a text, when whoever submitted it is gone; its output comes from the start. The
	 * text comes from the tracking store: it may be anything. Of submit the size, run_id, output and
	 * output_arg are set, and a job of another run must be refused. Optional. */
	mr_code (*job_find)(void *self, mr_str id, const struct mr_project_submit *submit, void **job, mr_call *call,
			    mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
