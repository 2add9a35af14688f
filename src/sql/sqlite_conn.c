/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection to the file: how it is opened, how long it waits for other
 * processes, when it gives a read up.
 */
#include "sql/sqlite_db.h"

#include <time.h>

#include "base/inject.h"
#include "base/os.h"

/* Waits a little, longer each time, until the call's deadline. */
static int wait_for_others(void *arg, int attempt)
{
	mr_conn *conn = arg;
	struct timespec pause = {0, 0};
	uint8_t jitter;

	if (mr_monotonic_ns() >= conn->give_up_ns || (conn->stop && atomic_load(conn->stop)))
		return 0;
	mr_random_bytes(&jitter, sizeof jitter);
	pause.tv_nsec = (attempt < 20 ? 100000L * (attempt + 1) : 2000000L) + jitter * 4000L;
	nanosleep(&pause, NULL);
	return 1;
}

static int look_at_deadline(void *arg)
{
	mr_conn *conn = arg;

	if (conn->stop && atomic_load(conn->stop))
		return 1;
	return conn->call && mr_call_is_cancelled(conn->call);
}

int64_t mr_conn_give_up_ns(const mr_call *call)
{
	return call && call->deadline_ns ? call->deadline_ns : mr_monotonic_ns() + (int64_t)MR_DB_WAIT_MS * 1000000;
}

mr_code mr_conn_exec(mr_conn *conn, const char *sql, mr_error *err)
{
	if (sqlite3_exec(conn->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return mr_sqlite_failed(conn->handle, err);
	return MR_OK;
}

/* EXTRA is FULL in a file that has its write-ahead log. Until then it also makes
 * the end of the rollback journal durable, by which the switch to the log is
 * committed: were that undone by a power cut, SQLite would throw the log away,
 * with everything that was acknowledged (tests/torture/test_sqlite_power_cut.c).
 *
 * The writer does without the CHECKs of MLflow's tables: they are lists of words
 * that SQLite makes a table of for each row it writes, a third of the time of
 * creating a run, and what stores write there comes from enums. */
static mr_code configure(mr_conn *conn, const struct mr_db_options *options, mr_error *err)
{
	char sql[400];
	int64_t cache = options->cache_bytes ? options->cache_bytes : CACHE_BYTES;

	sqlite3_busy_handler(conn->handle, wait_for_others, conn);
	sqlite3_progress_handler(conn->handle, PROGRESS_STEPS, look_at_deadline, conn);
	sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	snprintf(sql, sizeof sql,
		 "PRAGMA cache_size = -%lld; PRAGMA synchronous = %s; PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF;"
		 "PRAGMA ignore_check_constraints = %s; PRAGMA case_sensitive_like = ON;"
		 "PRAGMA journal_size_limit = 33554432;",
		 (long long)(cache / 1024), options->no_sync ? "OFF" : "EXTRA", conn->writer ? "ON" : "OFF");
	return mr_conn_exec(conn, sql, err);
}

mr_code mr_conn_open(mr_db *db, bool writer, bool create, mr_conn **out, mr_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	mr_conn *conn = mr_calloc(1, sizeof *conn);
	mr_code code;

	*out = NULL;
	if (!conn)
		return mr_error_no_memory(err);
	conn->db = db;
	conn->writer = writer;
	conn->give_up_ns = mr_conn_give_up_ns(NULL);
	if (sqlite3_open_v2(db->path, &conn->handle, flags | (create ? SQLITE_OPEN_CREATE : 0), NULL) != SQLITE_OK) {
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
				    "The database file '%s' cannot be opened: %s. Check that it exists and that this "
				    "user may write it and its folder.",
				    db->path, conn->handle ? sqlite3_errmsg(conn->handle) : "out of memory");
		goto out;
	}
	code = configure(conn, &db->options, err);
out:
	if (code == MR_OK)
		*out = conn;
	else
		mr_conn_close(conn);
	return code;
}

void mr_conn_close(mr_conn *conn)
{
	if (!conn)
		return;
	mr_conn_forget_statements(conn);
	sqlite3_close_v2(conn->handle);
	mr_free(conn);
}

mr_db *mr_conn_db(mr_conn *conn)
{
	return conn->db;
}
