/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that tracking and registry stores share.
 */
#ifndef MR_CONFORM_RULES_STORE_H
#define MR_CONFORM_RULES_STORE_H

#include <millrace/store.h>

#include "conform/check.h"

/* Every operation of the side, with values of the right kinds that mean nothing. */
void rules_store_every_operation(struct check *c, int side);
void rules_store_unknown_operation(struct check *c, mr_store_invoke *invoke);
/* Skips the rule when the store has no group of writes; fails when a function of it is missing. */
void rules_store_need_group(struct check *c, const struct mr_group_ops *group);
struct group_member {
	const char *operation;
	mr_str request;
};
/* A group with a member that succeeds and, when there is one, another that must fail and is undone. It is then
 * committed, or rolled back: when commit is false, or the store says that the group is lost. Whether it was committed.
 */
bool rules_store_group(struct check *c, const struct mr_group_ops *group, const struct group_member *kept,
		       const struct group_member *undone, bool commit);

#endif
