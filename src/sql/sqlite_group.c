/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes: alone, in a transaction of their own, or as members of a group that
 * shares one. SQLite undoes the whole transaction by itself after an I/O error,
 * a full disk, or out of memory; autocommit is on again then.
 */
#include "sql/sqlite_db.h"

#include "base/log.h"
#include "base/os.h"

static mr_query begin = MR_QUERY("BEGIN IMMEDIATE");
static mr_query commit = MR_QUERY("COMMIT");
static mr_query rollback = MR_QUERY("ROLLBACK");
static mr_query enforce_on = MR_QUERY("PRAGMA foreign_keys = ON");
static mr_query enforce_off = MR_QUERY("PRAGMA foreign_keys = OFF");
static mr_query savepoint = MR_QUERY("SAVEPOINT member");
static mr_query release_member = MR_QUERY("RELEASE member");
static mr_query data_version = MR_QUERY("PRAGMA data_version");
static mr_query undo_member = MR_QUERY("ROLLBACK TO member");

static mr_code run(mr_conn *conn, mr_query *query, mr_error *err)
{
	mr_stmt *stmt;
	mr_code code = mr_conn_query(conn, query, &stmt, err);

	return code == MR_OK ? mr_stmt_run(stmt, err) : code;
}

static bool alive(const mr_conn *conn)
{
	return !sqlite3_get_autocommit(conn->handle);
}

static void undo_all(mr_conn *conn)
{
	mr_error err;

	conn->db->undone++;
	mr_error_init(&err);
	if (alive(conn) && run(conn, &rollback, &err) != MR_OK)
		mr_log(MR_LOG_ERROR, "sql", "a rollback failed: %s", err.message);
}

static void writer_give(mr_db *db)
{
	if (db->enforced)
		run(db->writer, &enforce_off, NULL);
	db->enforced = false;
	mr_db_writer_give(db);
}

/* enforced: with foreign keys, which SQLite switches outside of transactions only. */
static mr_code transaction_begin(mr_db *db, mr_call *call, bool enforced, mr_error *err)
{
	int64_t give_up_ns = mr_conn_give_up_ns(call);
	mr_code code = mr_db_writer_take(db, give_up_ns, err);

	if (code != MR_OK)
		return code;
	db->writer->give_up_ns = give_up_ns;
	db->versioned = false;
	db->enforced = enforced;
	if (enforced)
		code = run(db->writer, &enforce_on, err);
	if (code == MR_OK)
		code = run(db->writer, &begin, err);
	if (code != MR_OK)
		writer_give(db);
	return code;
}

/* Commits, or undoes it all; gives the writer back in any case. */
static mr_code transaction_end(mr_db *db, bool keep, mr_error *err)
{
	mr_code code = MR_OK;

	if (keep && !alive(db->writer))
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The database undid the transaction; try again.");
	else if (keep)
		code = run(db->writer, &commit, err);
	if (!keep || code != MR_OK)
		undo_all(db->writer);
	writer_give(db);
	return code;
}

static bool in_my_group(mr_db *db)
{
	bool mine;

	pthread_mutex_lock(&db->lock);
	mine = db->in_group && pthread_equal(db->group_thread, pthread_self());
	pthread_mutex_unlock(&db->lock);
	return mine;
}

mr_code mr_db_write_begin(mr_db *db, mr_call *call, mr_conn **out, mr_error *err)
{
	mr_code code = in_my_group(db) ? MR_OK : transaction_begin(db, call, false, err);

	*out = code == MR_OK ? db->writer : NULL;
	return code;
}

mr_code mr_db_write_begin_enforced(mr_db *db, mr_call *call, mr_conn **out, mr_error *err)
{
	mr_code code;

	*out = NULL;
	if (in_my_group(db))
		return mr_error_set(err, MR_INVALID_STATE, "What removes things for good cannot be a member of a group");
	code = transaction_begin(db, call, true, err);
	*out = code == MR_OK ? db->writer : NULL;
	return code;
}

mr_code mr_db_write_end(mr_conn *conn, mr_code code, mr_error *err)
{
	mr_code ended;

	if (in_my_group(conn->db)) {
		conn->db->undo = conn->db->undo || code != MR_OK;
		return code;
	}
	ended = transaction_end(conn->db, code == MR_OK, err);
	return code == MR_OK ? ended : code;
}

mr_code mr_conn_savepoint(mr_conn *conn, mr_error *err)
{
	mr_db *db = conn->db;
	mr_code code;

	if (db->savepoint || !in_my_group(db))
		return MR_OK;
	code = run(conn, &savepoint, err);
	db->savepoint = code == MR_OK;
	return code;
}

uint64_t mr_conn_version(mr_conn *conn)
{
	mr_db *db = conn->db;
	mr_stmt *stmt;
	mr_error err;
	int64_t version = 0;

	if (!db->versioned) {
		mr_error_init(&err);
		if (mr_conn_query(conn, &data_version, &stmt, &err) == MR_OK)
			mr_stmt_get_int(stmt, &version, &db->versioned, &err);
		db->version = (uint32_t)version;
		db->undone += !db->versioned; /* unknown: whoever compares has to look again */
	}
	return (uint64_t)db->undone << 32 | db->version;
}

const void *mr_db_group_key(const mr_db *db)
{
	return db;
}

mr_code mr_db_group_begin(mr_db *db, mr_error *err)
{
	mr_code code = transaction_begin(db, NULL, false, err);

	if (code != MR_OK)
		return code;
	pthread_mutex_lock(&db->lock);
	db->in_group = true;
	db->group_thread = pthread_self();
	pthread_mutex_unlock(&db->lock);
	return MR_OK;
}

mr_code mr_db_member_begin(mr_db *db, mr_error *err)
{
	(void)err;
	db->undo = false;
	db->savepoint = false;
	db->changes = sqlite3_total_changes64(db->writer->handle);
	return MR_OK;
}

mr_code mr_db_member_end(mr_db *db, bool keep, bool *still_alive, mr_error *err)
{
	mr_conn *writer = db->writer;
	bool undo = !keep || db->undo;
	mr_code code = MR_OK;

	*still_alive = false;
	if (!alive(writer))
		return MR_OK;
	if (undo && !db->savepoint)
		*still_alive = sqlite3_total_changes64(writer->handle) == db->changes;
	else
		*still_alive = true;
	db->undone += undo;
	if (db->savepoint) {
		code = undo ? run(writer, &undo_member, err) : MR_OK;
		if (code == MR_OK)
			code = run(writer, &release_member, err);
		*still_alive = code == MR_OK && alive(writer);
	}
	db->savepoint = false;
	db->undo = false;
	return code;
}

static void group_leave(mr_db *db)
{
	pthread_mutex_lock(&db->lock);
	db->in_group = false;
	pthread_mutex_unlock(&db->lock);
}

mr_code mr_db_group_commit(mr_db *db, mr_error *err)
{
	group_leave(db);
	return transaction_end(db, true, err);
}

void mr_db_group_rollback(mr_db *db)
{
	mr_error err;

	mr_error_init(&err);
	group_leave(db);
	transaction_end(db, false, &err);
}
