/* SPDX-License-Identifier: Apache-2.0
 *
 * The backend `slurm`, in its parts: what sbatch is given, and what squeue answers.
 */
#ifndef MR_PROJECT_SLURM_H
#define MR_PROJECT_SLURM_H

#include <millrace/project_backend.h>

#include "base/arena.h"

/* What --backend-config says. */
struct slurm_config {
	const char **options; /* of sbatch: "--partition=gpu" */
	size_t options_n;
	bool has_export, has_name; /* options that we give otherwise */
	mr_str *setup;             /* lines of shell before the command */
	size_t setup_n;
	mr_str folder;             /* where script and output go; empty: the usual place */
};
mr_code slurm_config_read(mr_arena *arena, mr_str json, struct slurm_config *out, mr_error *err);

/* The batch script. It leaves the command's exit status in folder/exit. */
mr_code slurm_script(mr_arena *arena, const struct mr_project_submit *submit, const struct slurm_config *config,
		     mr_str folder, mr_str *out, mr_error *err);

/* A line of squeue, "STATE|reason". message says what people want to know; empty: nothing. */
mr_job_state slurm_state(mr_arena *arena, mr_str line, mr_str *message);

#endif
