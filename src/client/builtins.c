/* SPDX-License-Identifier: Apache-2.0 */
#include "client/builtins.h"

#include "artifact/artifact.h"
#include "plugin/host.h"

void mr_builtins_register(void)
{
	static const struct mr_plugin *const builtins[] = {
		&mr_builtin_context,	   &mr_builtin_headers,	     &mr_builtin_sqlite,	&mr_builtin_rest,
		&mr_builtin_file_store, &mr_builtin_child,	   &mr_builtin_artifact_file,
		&mr_builtin_artifact_http, &mr_builtin_artifact_runs, &mr_builtin_artifact_models,
	};

	for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
		mr_plugins_add_builtin(builtins[i]);
}
