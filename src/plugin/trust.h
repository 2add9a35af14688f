/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a file may be run: nobody but root and this user can have written it.
 */
#ifndef MR_PLUGIN_TRUST_H
#define MR_PLUGIN_TRUST_H

#include <millrace/types.h>

/* path: real and absolute. Checks the file or folder and each folder above it;
 * MR_PERMISSION_DENIED with the command that mends it. A sticky folder above
 * (such as /tmp) is fine, the last folder itself must not be writable by others. */
mr_code mr_trust_check(const char *path, mr_error *err);

#endif
