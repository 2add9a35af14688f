/* SPDX-License-Identifier: Apache-2.0 */
#include "client/builtins.h"

#include "deploy/deploy.h"
#include "plugin/host.h"

void mr_deploy_builtins_register(void)
{
	mr_builtins_register();
	mr_plugins_add_builtin(&mr_builtin_deploy_http);
	mr_plugins_add_builtin(&mr_builtin_deploy_local);
}
