/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's variables as it reads them.
 */
#ifndef MR_ARTIFACT_ENVIRONMENT_H
#define MR_ARTIFACT_ENVIRONMENT_H

#include <millrace/types.h>

/* false, and *set false, when the variable is not set. */
mr_code mr_environment_bool(const char *name, bool *value, bool *set, mr_error *err);
/* A positive number; *value stays when the variable is not set. */
mr_code mr_environment_size(const char *name, int64_t *value, mr_error *err);

#endif
