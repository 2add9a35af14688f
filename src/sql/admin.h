/* SPDX-License-Identifier: Apache-2.0
 *
 * What `millrace db` does to a database.
 */
#ifndef MR_SQL_ADMIN_H
#define MR_SQL_ADMIN_H

#include "base/arena.h"
#include "base/buf.h"

struct mr_db_status {
	bool exists;
	mr_str revision;       /* empty: no schema of MLflow */
	const char *expected;  /* the revision that we read and write */
	int64_t bytes;         /* of the file, without its write-ahead log */
	int64_t experiments, runs, metrics; /* rows; -1 when the schema has no such table */
	size_t own_indexes;    /* how many of ours there are */
	size_t own_indexes_of; /* of how many */
};

mr_code mr_db_status_get(mr_str uri, mr_arena *arena, struct mr_db_status *out, mr_error *err);

/* Creates the schema in an absent or empty file; says why it does not upgrade
 * one of an earlier revision, with the command that does. */
mr_code mr_db_upgrade(mr_str uri, mr_error *err);

/* Drops our indexes and leaves the journal mode that the reference begins with,
 * in one file. *dropped: how many indexes there were. */
mr_code mr_db_hand_back(mr_str uri, size_t *dropped, mr_error *err);

/* SQLite's integrity check, foreign keys, the revision, and the tables: a line a
 * finding in *report; *sound when there is none. */
mr_code mr_db_check(mr_str uri, mr_buf *report, bool *sound, mr_error *err);

#endif
