/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON as Python shows the value that json.loads makes of it: what MLflow's
 * commands print of dictionaries and lists.
 */
#ifndef MR_CLI_PYTHON_REPR_H
#define MR_CLI_PYTHON_REPR_H

#include "base/json.h"

void mr_python_repr(const mr_json *value, mr_buf *out);
/* str(value): a text as it is, anything else as repr has it. */
void mr_python_str(const mr_json *value, mr_buf *out);

#endif
