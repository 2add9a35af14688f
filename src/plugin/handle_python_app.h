/* SPDX-License-Identifier: Apache-2.0
 *
 * A server app of Python (group "mlflow.app"): a process in which a Flask or
 * FastAPI application stands between the server's public port and the server
 * behind. Each request is a connection to it; src/python/host/millrace_app.py
 * tells what goes over that.
 */
#ifndef MR_PLUGIN_HANDLE_PYTHON_APP_H
#define MR_PLUGIN_HANDLE_PYTHON_APP_H

#include "plugin/host.h"

typedef struct mr_python_app mr_python_app;

/* What --app-name found is one of these, and no table of hooks. */
bool mr_python_app_is(const struct mr_entry *entry);

/* behind: the socket of the server behind, in a folder that only this user can enter; the app's own is made beside it.
 * environment: pairs of a name and a value, for MLflow. Starts nothing. */
mr_code mr_python_app_new(const struct mr_entry *entry, mr_str behind, const struct mr_map_string *environment, size_t n,
			  mr_python_app **out, mr_error *err);
/* A connection to it. It is started if it does not run, which is waited for until the deadline
 * (MR_DEADLINE_EXCEEDED: it goes on). Any thread. */
mr_code mr_python_app_connect(mr_python_app *app, int64_t deadline_ns, int *fd, mr_error *err);
/* Ends its process, in which a request hangs; the next connection starts another. */
void mr_python_app_end(mr_python_app *app);
mr_str mr_python_app_name(const mr_python_app *app);
/* Lets it end in peace, for a moment; it is not started again. */
void mr_python_app_stop(mr_python_app *app);
/* Behind that, when nobody can use it any more. */
void mr_python_app_free(mr_python_app *app);

#endif
