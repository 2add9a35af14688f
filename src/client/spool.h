/* SPDX-License-Identifier: Apache-2.0
 *
 * The spool: a ring of records in a memory-mapped file, so that what a process
 * accepted outlives it. One writer and one reader; who owns the file holds a
 * lock on it, and another process takes it over when the owner is gone.
 *
 * File: a page of header, then the ring. Positions count bytes since the file
 * was made and never go back; a record lies at its position modulo the ring's
 * size, begins on 8 bytes, never wraps, and carries a CRC. The writer moves
 * `tail` after the record is whole, the reader moves `head` when the store has
 * it, so that a crash between any two instructions leaves a valid file.
 */
#ifndef MR_CLIENT_SPOOL_H
#define MR_CLIENT_SPOOL_H

#include "base/arena.h"

typedef struct mr_spool mr_spool;

typedef enum mr_spool_kind {
	MR_SPOOL_METRIC = 1, /* key, number, step, time_ms */
	MR_SPOOL_PARAM = 2,  /* key, text */
	MR_SPOOL_TAG = 3,    /* key, text */
	MR_SPOOL_STATUS = 4  /* step: enum mr_run_status; time_ms: the end, 0 for none */
} mr_spool_kind;

/* Texts are views of the map: good until the record is consumed. */
struct mr_spool_record {
	mr_spool_kind kind;
	mr_str run_id, key, text;
	double number;
	int64_t step, time_ms;
	uint64_t end; /* once read: the position behind it */
};

/* MILLRACE_SPOOL_DIR, else $XDG_STATE_HOME/millrace/spool, else ~/.local/state/millrace/spool. */
mr_str mr_spool_folder(mr_arena *arena);

/* A new file in the folder, made of size bytes at once, so that a full disk is an error
 * here and never a signal later. size 0: MILLRACE_SPOOL_SIZE, or 16 MiB. */
mr_code mr_spool_create(mr_str folder, mr_str tracking_uri, size_t size, mr_spool **out, mr_error *err);
/* An existing file; MR_ABORTED when its process lives. A damaged record ends what is read. */
mr_code mr_spool_adopt(mr_str path, mr_spool **out, mr_error *err);
/* Removes the file when all in it was consumed. */
void mr_spool_close(mr_spool *spool);
/* In a forked child: lets go of the map without touching the parent's file. */
void mr_spool_abandon(mr_spool *spool);

mr_str mr_spool_path(const mr_spool *spool);
mr_str mr_spool_tracking_uri(const mr_spool *spool);
bool mr_spool_damaged(const mr_spool *spool); /* what follows the last good record was left out */

/* MR_RESOURCE_EXHAUSTED when there is no room now, MR_INVALID_PARAMETER_VALUE when there never can be. */
mr_code mr_spool_append(mr_spool *spool, const struct mr_spool_record *record, mr_error *err);
uint64_t mr_spool_tail(const mr_spool *spool);
uint64_t mr_spool_head(const mr_spool *spool);

/* The record at the cursor, which moves behind it; false at the tail. Begin with mr_spool_head(). */
bool mr_spool_read(const mr_spool *spool, uint64_t *cursor, struct mr_spool_record *out);
/* All before the cursor is done. */
void mr_spool_consume(mr_spool *spool, uint64_t cursor);

#endif
