/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugins that are linked in.
 */
#ifndef MR_CLIENT_BUILTINS_H
#define MR_CLIENT_BUILTINS_H

#include <millrace/plugin.h>

extern const struct mr_plugin mr_builtin_context; /* src/client */
extern const struct mr_plugin mr_builtin_headers; /* src/plugin */
extern const struct mr_plugin mr_builtin_sqlite;  /* src/store/sqlite */
extern const struct mr_plugin mr_builtin_file_store; /* src/store/file */
extern const struct mr_plugin mr_builtin_child;   /* src/store/child */
extern const struct mr_plugin mr_builtin_rest;    /* src/store/rest */

/* Makes all built-ins known to the plugin host; cheap, and may be called again. */
void mr_builtins_register(void);

#endif
