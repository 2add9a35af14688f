/* SPDX-License-Identifier: Apache-2.0
 *
 * The call: what travels with one operation through every layer. Opaque to
 * plugins, which ask about it through the host table.
 */
#ifndef MR_API_CALL_H
#define MR_API_CALL_H

#include <millrace/api.h>
#include <stdatomic.h>

#include "base/arena.h"

/* Takes one row of a listing; called between the start and the end of an operation. */
typedef mr_code mr_emit_fn(void *arg, const void *row, mr_error *err);

struct mr_call {
	mr_arena *arena;
	int64_t now_ms; /* fixed when the call began */
	int64_t deadline_ns; /* monotonic; 0: none */
	atomic_bool cancelled;
	bool (*asked)(void *arg); /* whether to cancel it, as whoever made the call knows; or NULL */
	void *asked_arg;
	mr_call *parent; /* cancelled together with it, when it outlives this one; or NULL */
	mr_str workspace, user;
	mr_emit_fn *emit; /* NULL: the operation has no rows */
	void *emit_arg;
	bool no_retry; /* a request that fails in passing is not repeated: who made the call does that himself */
	bool keeps_rows; /* rows must outlive emit: release of a mark does nothing */
	uint64_t random[2]; /* state of the call's generator; the seed is drawn once, so a rerun repeats it */
	uint64_t random_seed[2];
};

/* cap: of the arena. NULL when out of memory. */
mr_call *mr_call_new(size_t cap);
void mr_call_free(mr_call *call);
/* Ready for the next operation: memory, flags, sink and identity are forgotten,
 * the clock and the seed are taken anew. */
void mr_call_reset(mr_call *call);
/* Before a member of a group runs again: memory allocated since `mark` goes, the
 * random numbers repeat. */
void mr_call_rewind(mr_call *call, mr_arena_mark mark);

void *mr_call_alloc(mr_call *call, size_t size);
void *mr_call_zalloc(mr_call *call, size_t size);
mr_str mr_call_copy(mr_call *call, mr_str s);
size_t mr_call_mark(mr_call *call);
void mr_call_release(mr_call *call, size_t mark);
void mr_call_random(mr_call *call, void *out, size_t size);
void mr_call_uuid(mr_call *call, char out[33]); /* 32 hex digits, in the order of their making */
bool mr_call_is_cancelled(mr_call *call); /* also when the deadline has passed */
mr_code mr_call_emit(mr_call *call, const void *row, mr_error *err);

/* Messages in the call's memory. */
void *mr_msg_new(mr_call *call, const struct mr_msg_desc *desc);
mr_code mr_msg_copy(mr_call *call, const struct mr_msg_desc *desc, const void *source, void **out, mr_error *err);

/* A sink that collects rows into response->rows by deep copy; begin sets it up
 * on the call, end puts the array into the response. */
struct mr_rows {
	const struct mr_op_desc *op;
	mr_call *call;
	void **items;
	size_t n, room;
};
void mr_rows_begin(struct mr_rows *rows, mr_call *call, const struct mr_op_desc *op);
void mr_rows_end(struct mr_rows *rows, void *response);

#endif
