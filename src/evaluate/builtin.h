/* SPDX-License-Identifier: Apache-2.0
 *
 * The evaluators that are linked in.
 */
#ifndef MR_EVALUATE_BUILTIN_H
#define MR_EVALUATE_BUILTIN_H

#include "plugin/host.h"

extern const struct mr_plugin mr_builtin_evaluators;

/* Makes them known to the plugin host; cheap, and may be called again. */
void mr_evaluators_register(void);

#endif
