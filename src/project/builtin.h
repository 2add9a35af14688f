/* SPDX-License-Identifier: Apache-2.0
 *
 * The backends that are linked in.
 */
#ifndef MR_PROJECT_BUILTIN_H
#define MR_PROJECT_BUILTIN_H

#include <millrace/project_backend.h>

extern const struct mr_plugin mr_builtin_local_backend; /* backend_local.c */
extern const struct mr_plugin mr_builtin_slurm_backend; /* slurm.c */

/* Makes them known to the plugin host; cheap, and may be called again. */
void mr_project_register(void);

/* FINISHED for 0, KILLED for the signals by which people and systems end a program, else FAILED. */
mr_job_state backend_state(int exit_code);

#endif
