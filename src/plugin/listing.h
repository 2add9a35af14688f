/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of plugins as JSON, for `millrace plugins list` and mr_plugins_json.
 */
#ifndef MR_PLUGIN_LISTING_H
#define MR_PLUGIN_LISTING_H

#include "base/buf.h"
#include "plugin/host.h"

const char *mr_source_name(mr_source_kind source); /* "user" */
/* Appends an array of objects. */
void mr_plugins_write_json(mr_buf *out, const struct mr_plugin_info *const *list, size_t n);

#endif
