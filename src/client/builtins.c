/* SPDX-License-Identifier: Apache-2.0 */
#include "client/builtins.h"

#include "plugin/host.h"

void mr_builtins_register(void)
{
	mr_plugins_add_builtin(&mr_builtin_context);
}
