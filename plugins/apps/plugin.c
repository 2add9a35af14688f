/* SPDX-License-Identifier: Apache-2.0
 *
 * Three server apps: basic-auth, rate-limit and audit-log. README.md tells how
 * they are used; each has a file of its own.
 */
#include "apps.h"

mr_str app_header(const struct mr_app_request *request, const char *name)
{
	for (size_t i = 0; i < request->headers_n; i++)
		if (mr_str_is(request->headers[i].name, name))
			return request->headers[i].value;
	return mr_str_make("", 0);
}

#define ENTRIES(ENTRY)                                                                                                 \
	ENTRY(MR_GROUP_APP, "basic-auth", &basic_auth_app, basic_auth_options, 0)                                      \
	ENTRY(MR_GROUP_APP, "rate-limit", &rate_limit_app, rate_limit_options, 0)                                      \
	ENTRY(MR_GROUP_APP, "audit-log", &audit_log_app, audit_log_options, 0)

MR_PLUGIN_EXPORT("apps", "1.0.0", "Server apps: users and permissions, a limit of requests, an audit log.", "Apache-2.0",
		 ENTRIES)
