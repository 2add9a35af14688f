/* SPDX-License-Identifier: Apache-2.0
 *
 * A database: one object a file and process, whoever opens it (the tracking and
 * the registry side of one URI share it). It has one writer, a few readers, and
 * the group of writes that is under way. Nothing above src/sql sees which
 * database it is; SQLite is the one that there is, in sqlite_*.c.
 *
 * A read:
 *
 *	code = mr_db_read_begin(db, call, &conn, err);
 *	if (code != MR_OK)
 *		return code;
 *	... statements (sql/stmt.h), all of which see the same state ...
 *	mr_db_read_end(conn);
 *
 * A write, alone or as a member of a group alike:
 *
 *	code = mr_db_write_begin(db, call, &conn, err);
 *	if (code != MR_OK)
 *		return code;
 *	code = change(conn, ..., err);
 *	return mr_db_write_end(conn, code, err);
 *
 * write_end makes it durable when code is MR_OK and undoes it otherwise. In a
 * group it does neither: the group's owner does. Undoing one member of a group
 * is free when it failed before it changed anything, so look first and change
 * afterwards; an operation that may fail half-way calls mr_conn_savepoint
 * before its first change.
 *
 * Foreign keys are not enforced by the connection (a write looks its parent up
 * once, not once a row): whoever deletes or renames a parent sees to the children.
 */
#ifndef MR_SQL_DB_H
#define MR_SQL_DB_H

#include "api/call.h"

typedef struct mr_db mr_db;
typedef struct mr_conn mr_conn; /* a connection in use, by one thread */

/* How long to wait for another process when a call has no deadline; MLflow's busy_timeout. */
#define MR_DB_WAIT_MS 20000

struct mr_db_options {
	bool own_indexes;    /* build ours in the background where they are missing */
	bool must_exist;     /* an absent file is an error, not a new database */
	int64_t cache_bytes; /* of each connection; 0: the default */
	bool no_sync;        /* acknowledge without waiting for the disk: a power cut may lose or damage data */
};

/* uri: "sqlite:///relative/path" or "sqlite:////absolute/path"; a dialect's
 * driver ("sqlite+pysqlite") is ignored. A fresh file gets MLflow's schema. One
 * of another revision is refused with the command that upgrades it. options may
 * be NULL: own_indexes. Each open needs its close; the last one checkpoints. */
mr_code mr_db_open(mr_str uri, const struct mr_db_options *options, mr_db **out, mr_error *err);
void mr_db_close(mr_db *db);

mr_code mr_db_read_begin(mr_db *db, mr_call *call, mr_conn **out, mr_error *err);
void mr_db_read_end(mr_conn *conn);

mr_code mr_db_write_begin(mr_db *db, mr_call *call, mr_conn **out, mr_error *err);
mr_code mr_db_write_end(mr_conn *conn, mr_code code, mr_error *err);
/* A write of its own, never a member of a group, in which foreign keys are
 * enforced: deleting a parent takes along what the schema says. */
mr_code mr_db_write_begin_enforced(mr_db *db, mr_call *call, mr_conn **out, mr_error *err);
mr_code mr_conn_savepoint(mr_conn *conn, mr_error *err);

/* struct mr_group_ops, for the store. Begin waits for the writer. */
const void *mr_db_group_key(const mr_db *db);
mr_code mr_db_group_begin(mr_db *db, mr_error *err);
mr_code mr_db_member_begin(mr_db *db, mr_error *err);
mr_code mr_db_member_end(mr_db *db, bool keep, bool *alive, mr_error *err);
mr_code mr_db_group_commit(mr_db *db, mr_error *err);
void mr_db_group_rollback(mr_db *db);

/* Of the writer in a write: a number that is another one when some other
 * connection, of this process or another, has changed the file, or when a write
 * was undone; for what is remembered between transactions. */
uint64_t mr_conn_version(mr_conn *conn);
mr_db *mr_conn_db(mr_conn *conn);
/* Within a write: what a store remembers for the writer (a cache), made at the
 * first use, dropped with the database. NULL when out of memory. */
void *mr_conn_keep(mr_conn *conn, void *(*make)(void), void (*drop)(void *kept));

/* Waits until the background has done what it can; whether our indexes are all there. For tests and benchmarks. */
bool mr_db_wait_indexes(mr_db *db);

#endif
