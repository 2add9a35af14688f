/* SPDX-License-Identifier: Apache-2.0
 *
 * The asynchronous log queue: callers append to a spool, a thread sends. It
 * starts on first use; before its own records it sends what processes that are
 * gone left behind for the same tracking URI.
 */
#ifndef MR_CLIENT_QUEUE_H
#define MR_CLIENT_QUEUE_H

#include "client/client.h"
#include "client/spool.h"

typedef struct mr_queue mr_queue;

mr_code mr_queue_open(mr_client *client, mr_queue **out, mr_error *err);
/* Waits for the thread's pass to end, but sends nothing more: flush before. */
void mr_queue_close(mr_queue *queue);
/* The same for the exit, where other threads may still be logging: the object stays, and refuses what comes now. */
void mr_queue_retire(mr_queue *queue);
/* In a forked child: forgets the parent's queue; its thread is not here. */
void mr_queue_abandon(mr_queue *queue);

enum { MR_QUEUE_FULL_WAIT_MS = 60000 };

/* About a microsecond; waits while the spool is full (at most this long, then
 * MR_TEMPORARILY_UNAVAILABLE, which names the reason that the store gave). */
mr_code mr_queue_append(mr_queue *queue, const struct mr_spool_record *record, int64_t full_wait_ms, mr_error *err);

/* All of them, one behind the other unless the spool is full. The ticket may be NULL. */
mr_code mr_queue_append_all(mr_queue *queue, const struct mr_spool_record *records, size_t n, int64_t full_wait_ms,
			    struct mr_log_ticket *ticket, mr_error *err);
/* Until these are stored; a refusal of one of them, the first; MR_DEADLINE_EXCEEDED as for a flush. */
mr_code mr_queue_wait(mr_queue *queue, const struct mr_log_ticket *ticket, int64_t timeout_ms, mr_error *err);

/* Waits until all that was appended before is stored or refused. The first
 * refusal since the last flush is returned; MR_DEADLINE_EXCEEDED when time is
 * up: the records wait in the spool. */
mr_code mr_queue_flush(mr_queue *queue, int64_t timeout_ms, mr_error *err);

#endif
