/* SPDX-License-Identifier: Apache-2.0
 *
 * From a spool to the store: records become batches, in order for each run, and
 * what the store refuses goes to the dead letters.
 */
#ifndef MR_CLIENT_SENDER_H
#define MR_CLIENT_SENDER_H

#include "client/client.h"
#include "client/spool.h"

/* What one pass did. */
struct mr_send_result {
	uint64_t records;  /* that the store took, or refused for good */
	uint64_t refused;  /* of them: now dead letters */
	mr_error refusal;  /* the first of these */
	bool away;         /* the store could not be asked: try again later */
	mr_error why_away;
};

typedef struct mr_sender mr_sender;

/* The folder is where dead letters go. NULL when out of memory. */
mr_sender *mr_sender_new(mr_client *client, mr_str folder);
void mr_sender_free(mr_sender *sender);
/* Told of each refused record before it is consumed, on the thread of the pass. */
typedef void mr_sender_refused(void *arg, const mr_spool *spool, const struct mr_spool_record *record, const mr_error *refusal);
void mr_sender_on_refused(mr_sender *sender, mr_sender_refused *refused, void *arg);

/* Sends at most a few thousand records from the head on, and consumes what was
 * dealt with. One thread at a time for each spool. */
void mr_sender_pass(mr_sender *sender, mr_spool *spool, struct mr_send_result *out);

/* Passes until the spool is empty or the store is away. */
void mr_sender_drain(mr_sender *sender, mr_spool *spool, struct mr_send_result *out);

#endif
