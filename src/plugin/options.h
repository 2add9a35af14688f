/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading options, as the host table offers it (making them: host.h).
 */
#ifndef MR_PLUGIN_OPTIONS_H
#define MR_PLUGIN_OPTIONS_H

#include "plugin/host.h"

mr_str options_string(const mr_options *options, const char *name);
int64_t options_int(const mr_options *options, const char *name);
bool options_bool(const mr_options *options, const char *name);
double options_double(const mr_options *options, const char *name);

#endif
