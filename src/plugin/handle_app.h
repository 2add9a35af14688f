/* SPDX-License-Identifier: Apache-2.0
 *
 * Open server apps (group "mlflow.app"): their hooks, counted, with the rules of
 * include/millrace/app.h held against what they answer.
 */
#ifndef MR_PLUGIN_HANDLE_APP_H
#define MR_PLUGIN_HANDLE_APP_H

#include <millrace/app.h>

#include "plugin/host.h"

typedef struct mr_app_handle mr_app_handle;

/* given: "key=value" of the user, each named NAME.key when several apps run.
 * Options that are not given are looked for in MILLRACE_APP_<NAME>_<KEY>. */
mr_code mr_app_handle_open(mr_str name, const struct mr_map_string *given, size_t given_n, mr_app_handle **out,
			   mr_error *err);
void mr_app_handle_close(mr_app_handle *app);
mr_str mr_app_name(const mr_app_handle *app);
const struct mr_entry *mr_app_entry(const mr_app_handle *app);
/* Absent hooks are NULL. */
const struct mr_app_ops *mr_app_ops(const mr_app_handle *app);
/* The prefix of its routes that the path lies under, or NULL. */
const char *mr_app_prefix(const mr_app_handle *app, mr_str path);

typedef enum mr_app_hook { MR_APP_BEFORE, MR_APP_AUTHORIZE, MR_APP_ROUTE } mr_app_hook;

/* Calls before(), authorize() or route(). What cannot be an answer is an error of the app. */
mr_code mr_app_ask(mr_app_handle *app, mr_app_hook hook, const struct mr_app_request *request,
		   struct mr_app_answer *answer, mr_call *call, mr_error *err);
mr_code mr_app_after(mr_app_handle *app, const struct mr_app_request *request, int32_t status, const void *response,
		     mr_call *call, mr_error *err);
mr_code mr_app_filter(mr_app_handle *app, const struct mr_app_request *request, uint32_t row_id, const void *row,
		      bool *keep, mr_call *call, mr_error *err);

#endif
