/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of the groups' tables, and a count of those that were called:
 * a copy of the table in which each function is a few instructions of ours that
 * make a mark and jump on, whatever the function's parameters are.
 */
#ifndef MR_CONFORM_SLOTS_H
#define MR_CONFORM_SLOTS_H

#include "conform/rule.h"

enum { SLOTS_MAX = 64 };

struct slot_table {
	const char *group;
	const struct slot *slots;
	size_t n, size;
};

/* The tables of a group: its own, and for a store the one of its group of writes. */
const struct slot_table *slots_of(mr_str group);
const struct slot_table *slots_of_group_ops(void);
/* Whether the group is a store's, so that its operations are functions, too; and its side. */
bool slots_side(mr_str group, int *side);

/* A table like ops that counts. Slots of the group's table come first in `called`,
 * those of mr_group_ops behind them. */
const void *slots_count(mr_str group, const void *ops, mr_arena *arena);
/* Which of them the table has, in the same order. */
void slots_offered(mr_str group, const void *ops, bool offered[SLOTS_MAX]);
/* Which were called since, by index. */
bool slots_called(size_t index);

#endif
