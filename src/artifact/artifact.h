/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in artifact repositories, each a plugin in the same form as a third
 * party's (millrace/artifact_repository.h).
 */
#ifndef MR_ARTIFACT_ARTIFACT_H
#define MR_ARTIFACT_ARTIFACT_H

#include <millrace/artifact_repository.h>

extern const struct mr_plugin mr_builtin_artifact_file; /* file */
extern const struct mr_plugin mr_builtin_artifact_http; /* mlflow-artifacts, http, https */
extern const struct mr_plugin mr_builtin_artifact_runs; /* runs */
extern const struct mr_plugin mr_builtin_artifact_models; /* models */

/* For a server: from now on local repositories open only in and below these
 * folders (absolute paths, links in them allowed), whatever an artifact location
 * says; what is below is reached without following links. n 0: nowhere. Never
 * called: everywhere, as is right for a program that works for its own user. */
mr_code mr_artifact_file_confine(const mr_str *folders, size_t n, mr_error *err);

#endif
