/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes in groups: what many connections want to write runs one after another
 * on one thread inside one transaction, and each is answered after the commit.
 * The store's side of it is struct mr_group_ops (millrace/store.h).
 *
 * A group closes at 256 members, 1 MiB of requests or 2 ms of work, or when
 * nobody waits. A member that fails is undone alone. When the store says that the
 * group is lost, or the commit fails, nobody is acknowledged: the member at
 * fault gets its error, the others run again, each in a transaction of its own.
 * A member whose deadline has passed does not start; one that runs is not
 * interrupted.
 */
#ifndef MR_SERVER_GROUP_H
#define MR_SERVER_GROUP_H

#include <millrace/store.h>

#include "api/call.h"

enum { MR_GROUP_MEMBERS_MAX = 256, MR_GROUP_BYTES_MAX = 1 << 20, MR_GROUP_WORK_NS = 2000000, MR_GROUP_SIZES = 9 };

typedef struct mr_group_queue mr_group_queue;

struct mr_group_member {
	struct mr_group_member *next;
	mr_call *call; /* its memory and random numbers go back to where they were before run() is repeated */
	size_t bytes; /* of the request */
	/* Does the work; a function of the request alone, so that it can be repeated. */
	mr_code (*run)(struct mr_group_member *member, mr_error *err);
	mr_arena_mark mark; /* the queue's */
	mr_error err; /* how it ended; code is MR_OK when it is durable */
};

struct mr_group_config {
	const struct mr_group_ops *ops;
	void *self;
	/* On the thread that wrote, once a group: its members, in order, linked by next. */
	void (*finished)(void *arg, struct mr_group_member *list);
	void *arg;
	int64_t work_ns; /* 0: MR_GROUP_WORK_NS */
};

struct mr_group_counts {
	uint64_t queued; /* now */
	uint64_t groups, members, lost, reruns; /* since the start */
	uint64_t sizes[MR_GROUP_SIZES]; /* groups of up to 1, 2, 4, ... 256 members */
};

mr_group_queue *mr_group_queue_new(const struct mr_group_config *config);
/* Takes a whole list, linked by next. Refuses it when too many wait. */
mr_code mr_group_queue_add(mr_group_queue *queue, struct mr_group_member *list, mr_error *err);
/* The same, but when nobody writes or waits they are run here and now: two changes of threads less, for a caller that has
 * nothing better to do until the commit. */
mr_code mr_group_queue_run(mr_group_queue *queue, struct mr_group_member *list, mr_error *err);
void mr_group_queue_count(mr_group_queue *queue, struct mr_group_counts *out);
/* Runs what is queued, then ends. */
void mr_group_queue_free(mr_group_queue *queue);

#endif
