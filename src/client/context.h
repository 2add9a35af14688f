/* SPDX-License-Identifier: Apache-2.0
 *
 * The tags of a new run: what the run context providers say, and what its
 * maker says, who has the last word.
 */
#ifndef MR_CLIENT_CONTEXT_H
#define MR_CLIENT_CONTEXT_H

#include "api/call.h"
#include "api/tables.h"

struct mr_tag_set {
	mr_call *call;
	struct mr_run_tag **tags;
	size_t n, room;
};

/* A later value of a key replaces an earlier one. */
mr_code mr_tag_set_put(struct mr_tag_set *set, mr_str key, mr_str value, mr_error *err);
mr_str mr_tag_set_get(const struct mr_tag_set *set, const char *key); /* empty when absent */

/* Adds what one run context provider says; one that fails is logged and left out. */
struct mr_entry; /* plugin/host.h */
mr_code mr_context_ask(struct mr_tag_set *set, const struct mr_entry *entry, mr_error *err);
/* Adds what all run context providers say; one that fails is logged and left out. */
mr_code mr_context_tags(struct mr_tag_set *set, mr_error *err);

#endif
