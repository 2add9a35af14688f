/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of plugins as JSON, for `millrace plugins list` and mr_plugins_json.
 */
#ifndef MR_PLUGIN_LISTING_H
#define MR_PLUGIN_LISTING_H

#include "base/buf.h"
#include "base/json.h"
#include "plugin/host.h"

const char *mr_source_name(mr_source_kind source); /* "user" */
/* The array of all, as they are at this moment. */
mr_code mr_plugins_write_all(mr_json_writer *w, mr_error *err);
/* Appends an array of objects. */
void mr_plugins_write_json(mr_buf *out, const struct mr_plugin_info *const *list, size_t n);

#endif
