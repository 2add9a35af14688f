/* SPDX-License-Identifier: Apache-2.0
 *
 * The environment that a command runs in: the one that is there, a virtual
 * environment made from python_env.yaml or conda.yaml and kept by its content, conda's, or a
 * container. Each ends as text around the command. Source of the rules: mlflow/projects/backend/local.py of
 * the reference; where a project names no environment, none is made.
 */
#ifndef MR_PROJECT_ENV_H
#define MR_PROJECT_ENV_H

#include <millrace/api.h>

#include "base/process.h"
#include "project/spec.h"

enum env_manager { ENV_LOCAL, ENV_VIRTUALENV, ENV_UV, ENV_CONDA, ENV_DOCKER };

struct env_request {
	const struct project_spec *spec;
	enum env_manager manager;
	mr_str commit; /* of the project; may be empty */
	/* What the programs that make the environment say, and whether to stop them. */
	void (*output)(void *arg, bool is_stderr, const char *bytes, size_t n);
	mr_stop (*stop)(void *arg);
	void (*progress)(void *arg, const char *line);
	void *arg;
	/* Of docker. */
	const struct mr_map_string *docker_args;
	size_t docker_args_n;
	bool build_image;
	const struct mr_map_string *environment; /* of the command: MLFLOW_RUN_ID, ... */
	size_t environment_n;
	mr_str tracking_uri, artifact_uri;
};

/* What is asked for, or what the project's kind of environment means when nothing is. */
mr_code env_choose(const struct project_spec *spec, mr_str asked, enum env_manager *out, mr_error *err);
/* "virtualenv"; of the tag mlflow.project.env, which `local` does not have. */
const char *env_name(enum env_manager manager);

/* What was made. */
struct env {
	mr_str activation;        /* a command that goes before, "source .../activate"; empty: none */
	mr_str image, image_id;   /* of docker */
};
mr_code env_prepare(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err);
/* The whole command: activated, or within `docker run`. */
mr_code env_wrap(mr_arena *arena, const struct env_request *request, const struct env *env, mr_str command, mr_str *out,
		 mr_error *err);

/* The parts. */
mr_code env_virtualenv(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err);
mr_code env_conda(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err);
mr_code env_docker_image(mr_arena *arena, const struct env_request *request, struct env *out, mr_error *err);
mr_code env_docker_command(mr_arena *arena, const struct env_request *request, mr_str image, mr_str command, mr_str *out,
			   mr_error *err);

/* Runs one of the programs; its failure is an error with the end of what it said. out (may be NULL) gets its standard output. */
mr_code env_run(const struct env_request *request, const char *const *argv, const char *folder,
		const char *const *environment, mr_buf *out, mr_error *err);
MR_PRINTF(2, 3)
void env_say(const struct env_request *request, const char *format, ...);
/* FNV-1a, for the name of what is made from a text. */
uint64_t env_hash(mr_str text);
/* The interpreter of a version ("3.11", "3.11.7", empty: any), and its whole version. */
mr_code env_find_python(mr_arena *arena, const struct env_request *request, mr_str wanted, mr_str *file, mr_str *version,
			mr_error *err);

#endif
