/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in header provider: who we are. What another provider gives as
 * User-Agent is appended to it, as with MLflow's own.
 */
#include <millrace/request_header.h>

static mr_code headers(const mr_host *host, mr_header_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)host;
	(void)call;
	return visit(arg, mr_str_from("User-Agent"), mr_str_from("millrace/" MR_VERSION), err);
}

static const struct mr_request_header_ops ops = {sizeof ops, NULL, headers};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_REQUEST_HEADER, "default", &ops, NULL, 0)
MR_PLUGIN_BUILTIN(mr_builtin_headers, "default-headers", MR_VERSION, "Says who sends a request (User-Agent).",
		  "Apache-2.0", ENTRIES)
