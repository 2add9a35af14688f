/* SPDX-License-Identifier: Apache-2.0
 *
 * After a plugin folder was changed: the Python environments follow (cmd_python.c). Says what it did, and what it could not
 * do, which is no failure of the command that changed the folder.
 */
#ifndef MR_CLI_PYTHON_H
#define MR_CLI_PYTHON_H

#include "cli/sub.h"

void mr_python_sync(struct mr_cli *cli);

#endif
