/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in deployment targets.
 */
#ifndef MR_DEPLOY_DEPLOY_H
#define MR_DEPLOY_DEPLOY_H

#include <millrace/plugin.h>

extern const struct mr_plugin mr_builtin_deploy_http; /* http.c */
extern const struct mr_plugin mr_builtin_deploy_local; /* local.c */

/* Makes them known to the plugin host, together with those of the layers below. */
void mr_deploy_builtins_register(void);

#endif
