/* SPDX-License-Identifier: Apache-2.0
 *
 * One rule in a process of its own.
 */
#ifndef MR_CONFORM_CHILD_H
#define MR_CONFORM_CHILD_H

#include "conform/check.h"
#include "conform/conform.h"
#include "conform/slots.h"

enum { WHY_MAX = 1500, OPERATIONS_MAX = 2048 };

/* Memory of parent and child. */
struct shared {
	volatile int outcome; /* mr_conform_outcome, -1 until the child says one */
	bool default_uri; /* the user named none for this entry */
	char why[WHY_MAX];
	bool noted[WATCHES];
	char notes[WATCHES][300];
	bool offered[SLOTS_MAX], called[SLOTS_MAX];
	bool operation_offered[OPERATIONS_MAX], operation_called[OPERATIONS_MAX];
};

struct subject { /* what all rules of an entry have in common */
	const struct mr_plugin_info *plugin;
	size_t index; /* of the entry */
	const struct kind *kind;
	mr_str uri_pattern; /* with {folder}, or empty */
	const struct mr_conform_options *options;
	bool probing; /* the rule says whether others make sense */
};

/* Fills result; what the child noted and called stays in shared, which is begun anew. */
void child_run(const struct subject *subject, const struct rule *rule, struct shared *shared, mr_arena *arena,
	       struct mr_conform_result *result);
/* In the child: says the outcome and ends it. */
_Noreturn void child_finish(struct check *c, int outcome);

#endif
