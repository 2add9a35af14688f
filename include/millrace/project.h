/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/project.h - running MLflow projects: what `millrace run` and `mlflow
 * run` do. A project is a folder with a file MLproject (or just scripts), a zip of
 * one, or a git repository.
 *
 *	struct mr_project_options options = {.size = sizeof options, .uri = "./train"};
 *	struct mr_project_result result = {.size = sizeof result};
 *
 *	if (mr_project_run(client, &options, &result, &err) == MR_OK)
 *		printf("run %s finished\n", result.run_id);
 */
#ifndef MILLRACE_PROJECT_H
#define MILLRACE_PROJECT_H

#include "millrace/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Strings may be NULL, except uri; they are read during the call only. */
struct mr_project_options {
	size_t size;             /* sizeof(struct mr_project_options) */
	const char *uri;         /* a folder, "folder#subfolder", a .zip (path or http URL), a git URL */
	const char *entry_point; /* "main"; or a script of the project: "train.py", "run.sh" */
	const char *version;     /* of a git repository: a branch, tag or commit */
	const struct mr_map_string *parameters;
	size_t parameters_n;
	const struct mr_map_string *docker_args; /* of `docker run`; a value whose ptr is NULL: a flag */
	size_t docker_args_n;
	const char *experiment_name; /* made when there is none; not together with experiment_id */
	const char *experiment_id;   /* neither: MLFLOW_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_ID, or the active one */
	const char *backend;         /* "local", "slurm", or a plugin's */
	const char *backend_config;  /* a JSON object, or the path of a file that ends in .json */
	const char *env_manager;     /* "local", "virtualenv", "uv", "conda"; NULL: what the project asks for */
	const char *storage_dir;     /* what is downloaded stays below this; NULL: in a temporary folder that goes */
	const char *run_id;          /* an existing run that is used instead of a new one */
	const char *run_name;
	bool build_image;            /* of a Docker project: an image with its files */
	bool discard_output;         /* not kept as the run's artifact "mlproject.log" */

	/* What the command says, in pieces, from any thread but one at a time. NULL: to where ours goes. */
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t size);
	/* What is being done ("Fetching ..."), one line without its end. NULL: it is logged. */
	void (*progress)(void *arg, const char *line);
	/* Once, when the command was handed to the backend. */
	void (*started)(void *arg, const char *run_id);
	/* Asked several times a second, at every stage: 0 goes on; 1 ends the command and what it
	 * started (SIGTERM, ten seconds later SIGKILL); 2 ends it at once. NULL: never. */
	int (*cancelled)(void *arg);
	void *arg;
};

struct mr_project_result {
	size_t size;       /* sizeof(struct mr_project_result) */
	char run_id[64];   /* empty: it did not come to a run */
	int32_t status;    /* enum mr_run_status, as the run has it at the end */
	int32_t exit_code; /* of the command; 128 + n for signal n; -1: unknown, or it did not come to that */
};

/* Runs a project and waits for its end. MR_OK: the command ended with 0. Otherwise err says why and the run, if
 * there is one, is FAILED, or KILLED (MR_CANCELLED). The command is a child process: the host program may handle
 * signals as it likes, but must not ignore SIGCHLD or wait for children that are not its own. result may be NULL. */
MR_API mr_code mr_project_run(mr_client *client, const struct mr_project_options *options,
			      struct mr_project_result *result, mr_error *err);

/* Follows the command of a run that another process has handed to a backend that can find its jobs again (slurm), when that
 * process is gone: shows and keeps the output from its start, waits for the end, and says in the run how it ended. Of the
 * options run_id, discard_output and the callbacks count. When the job cannot be found the run stays as it is. */
MR_API mr_code mr_project_attach(mr_client *client, const struct mr_project_options *options,
				 struct mr_project_result *result, mr_error *err);

#ifdef __cplusplus
}
#endif
#endif
