/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace.h - logging to MLflow from C and C++. All that a user of
 * libmillrace needs:
 *
 *	#include <millrace.h>
 *
 *	mr_error err;
 *	mr_error_init(&err);
 *	mr_set_experiment("pumps", &err);
 *	mr_start_run(NULL, &err);
 *	mr_log_param("rate", "0.1", &err);
 *	for (int step = 0; step < 100; step++)
 *		mr_log_metric("loss", loss[step], step, &err);
 *	mr_log_artifact("model.bin", "model", &err);
 *	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
 *	if (err.code != MR_OK)
 *		fprintf(stderr, "%s\n", err.message);
 *
 * Where it goes is MLFLOW_TRACKING_URI's to say: a server (http://...), a
 * database (sqlite:///m.db), a folder (./mlruns), or any scheme that a plugin
 * brings. The first error of a chain of calls stays in `err`; every `err` may be
 * NULL. All functions may be called from any thread.
 */
#ifndef MILLRACE_H
#define MILLRACE_H

#include "millrace/artifacts.h"
#include "millrace/client.h"
#include "millrace/deploy.h"
#include "millrace/evaluate.h"
#include "millrace/fluent.h"
#include "millrace/project.h"
#include "millrace/providers.h"

#endif
