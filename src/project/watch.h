/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of a plugin that do not come back: they are told about while they last, with the plugin's name. They cannot be ended.
 */
#ifndef MR_PROJECT_WATCH_H
#define MR_PROJECT_WATCH_H

#include "base/arena.h"

struct watch;

/* plugin: its name, which must outlive the watch. patience_ms: 0 for 30 s; from then on it is told, ever more seldom. */
mr_code watch_new(struct watch **out, mr_str plugin, int32_t patience_ms, mr_error *err);
void watch_free(struct watch *w); /* NULL is fine */
/* Around each call; what: "status". */
void watch_begin(struct watch *w, const char *what);
void watch_end(struct watch *w);

#endif
