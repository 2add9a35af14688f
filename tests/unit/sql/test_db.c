/* SPDX-License-Identifier: Apache-2.0
 *
 * The database object: creation, sharing, refusal, transactions and groups.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/os.h"
#include "sql/db.h"
#include "sql/schema.h"
#include "sql/stmt.h"

static char folder[] = "/tmp/mr-sql-XXXXXX";
static unsigned files;

static mr_query insert_run = MR_QUERY("INSERT INTO runs (run_uuid, experiment_id) VALUES (?1, 0)");
static mr_query count_runs = MR_QUERY("SELECT count(*) FROM runs");

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static const char *fresh(char uri[100])
{
	snprintf(uri, 100, "sqlite:///%s/%u.db", folder, files++);
	return uri;
}

static mr_db *opened(const char *uri)
{
	mr_db *db;
	mr_error err;

	mr_error_init(&err);
	if (mr_db_open(mr_str_from(uri), NULL, &db, &err) != MR_OK)
		fail_msg("%s", err.message);
	return db;
}

static mr_code insert(mr_db *db, const char *id, mr_code outcome)
{
	mr_conn *conn;
	mr_stmt *stmt;
	mr_error err;

	mr_error_init(&err);
	assert_int_equal(mr_db_write_begin(db, NULL, &conn, &err), MR_OK);
	assert_int_equal(mr_conn_query(conn, &insert_run, &stmt, &err), MR_OK);
	mr_stmt_bind_text(stmt, 1, mr_str_from(id));
	if (mr_stmt_run(stmt, &err) != MR_OK)
		outcome = MR_BAD_REQUEST;
	return mr_db_write_end(conn, outcome, &err);
}

static int64_t runs(mr_db *db)
{
	mr_conn *conn;
	mr_stmt *stmt;
	mr_error err;
	int64_t n;
	bool found;

	mr_error_init(&err);
	assert_int_equal(mr_db_read_begin(db, NULL, &conn, &err), MR_OK);
	assert_int_equal(mr_conn_query(conn, &count_runs, &stmt, &err), MR_OK);
	assert_int_equal(mr_stmt_get_int(stmt, &n, &found, &err), MR_OK);
	mr_db_read_end(conn);
	return n;
}

static void creates_and_shares(void **state)
{
	char uri[100];
	mr_db *first = opened(fresh(uri));
	mr_db *second = opened(uri);

	(void)state;
	assert_ptr_equal(first, second);
	assert_true(mr_db_wait_indexes(first));
	assert_int_equal(insert(first, "a", MR_OK), MR_OK);
	mr_db_close(first);
	assert_int_equal(runs(second), 1);
	mr_db_close(second);
	first = opened(uri);
	assert_int_equal(runs(first), 1);
	mr_db_close(first);
}

static void undoes_a_failed_write(void **state)
{
	char uri[100];
	mr_db *db = opened(fresh(uri));

	(void)state;
	assert_int_equal(insert(db, "a", MR_INVALID_STATE), MR_INVALID_STATE);
	assert_int_equal(runs(db), 0);
	mr_db_close(db);
}

static void member(mr_db *db, const char *id, mr_code outcome, bool with_savepoint, bool expect_alive)
{
	mr_error err;
	mr_conn *conn;
	bool alive;
	mr_code code;

	mr_error_init(&err);
	assert_int_equal(mr_db_member_begin(db, &err), MR_OK);
	if (with_savepoint) {
		assert_int_equal(mr_db_write_begin(db, NULL, &conn, &err), MR_OK);
		assert_int_equal(mr_conn_savepoint(conn, &err), MR_OK);
	}
	code = insert(db, id, outcome);
	assert_int_equal(mr_db_member_end(db, code == MR_OK, &alive, &err), MR_OK);
	assert_int_equal(alive, expect_alive);
}

static void groups(void **state)
{
	char uri[100];
	mr_db *db = opened(fresh(uri));
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_db_group_begin(db, &err), MR_OK);
	member(db, "a", MR_OK, false, true);
	member(db, "a", MR_OK, false, true); /* refused by the key, so nothing to undo */
	member(db, "b", MR_INVALID_STATE, true, true);
	member(db, "c", MR_OK, true, true);
	assert_int_equal(runs(db), 0); /* a reader sees what was committed */
	assert_int_equal(mr_db_group_commit(db, &err), MR_OK);
	assert_int_equal(runs(db), 2);

	assert_int_equal(mr_db_group_begin(db, &err), MR_OK);
	member(db, "d", MR_OK, false, true);
	member(db, "e", MR_INVALID_STATE, false, false); /* changed something and failed: the group is lost */
	mr_db_group_rollback(db);
	assert_int_equal(runs(db), 2);
	assert_int_equal(insert(db, "f", MR_OK), MR_OK);
	assert_int_equal(runs(db), 3);
	mr_db_close(db);
}

struct writer {
	mr_db *db;
	int number;
};

static void *write_many(void *arg)
{
	struct writer *writer = arg;
	char id[33];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(id, sizeof id, "%d-%d", writer->number, i);
		if (insert(writer->db, id, MR_OK) != MR_OK)
			return (void *)1;
		runs(writer->db);
	}
	return NULL;
}

static void many_threads(void **state)
{
	char uri[100];
	mr_db *db = opened(fresh(uri));
	struct writer writers[4];
	pthread_t threads[4];
	void *result;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		writers[i].db = db;
		writers[i].number = i;
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
	assert_int_equal(runs(db), 200);
	mr_db_close(db);
}

static void execute(const char *uri, const char *sql)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(uri + strlen("sqlite:///"), &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
}

static void refuses(void **state)
{
	char uri[100];
	mr_db *db = opened(fresh(uri));
	mr_error err;

	(void)state;
	mr_db_close(db);
	execute(uri, "UPDATE alembic_version SET version_num = '1bd49d398cd23'");
	mr_error_init(&err);
	assert_int_equal(mr_db_open(mr_str_from(uri), NULL, &db, &err), MR_INTERNAL_ERROR);
	assert_non_null(strstr(err.message, "found version 1bd49d398cd23, but expected " MR_SCHEMA_REVISION));
	assert_non_null(strstr(err.message, "'mlflow db upgrade sqlite:///"));
	assert_null(db);

	execute(fresh(uri), "CREATE TABLE mine (x)");
	mr_error_init(&err);
	assert_int_equal(mr_db_open(mr_str_from(uri), NULL, &db, &err), MR_INTERNAL_ERROR);
	assert_non_null(strstr(err.message, "found version None"));

	mr_error_init(&err);
	assert_int_equal(mr_db_open(mr_str_from("sqlite://"), NULL, &db, &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	assert_int_not_equal(mr_db_open(mr_str_from("sqlite:////dev/null/x.db"), NULL, &db, &err), MR_OK);
	assert_int_not_equal(err.code, MR_OK);
}

/* Another process, as SQLite sees it, holds the lock: a write gives up at its deadline. */
static void waits_until_the_deadline(void **state)
{
	char uri[100];
	mr_db *db = opened(fresh(uri));
	mr_call *call = mr_call_new(0);
	sqlite3 *other;
	mr_conn *conn;
	mr_error err;
	int64_t began;

	(void)state;
	assert_int_equal(sqlite3_open(uri + strlen("sqlite:///"), &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	began = mr_monotonic_ns();
	call->deadline_ns = began + 50000000;
	mr_error_init(&err);
	assert_int_equal(mr_db_write_begin(db, call, &conn, &err), MR_TEMPORARILY_UNAVAILABLE);
	assert_true(mr_monotonic_ns() - began < 2000000000);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(insert(db, "a", MR_OK), MR_OK);
	mr_call_free(call);
	mr_db_close(db);
}

/* A file without our indexes, as the reference leaves it, gets them behind our back. */
static void builds_indexes(void **state)
{
	char uri[100], sql[100];
	mr_db *db = opened(fresh(uri));
	size_t i;

	(void)state;
	mr_db_close(db);
	for (i = 0; i < mr_own_indexes_n; i++) {
		snprintf(sql, sizeof sql, "DROP INDEX %s", mr_own_indexes[i].name);
		execute(uri, sql);
	}
	db = opened(uri);
	assert_true(mr_db_wait_indexes(db));
	mr_db_close(db);
	for (i = 0; i < mr_own_indexes_n; i++) {
		snprintf(sql, sizeof sql, "DROP INDEX %s", mr_own_indexes[i].name);
		execute(uri, sql);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creates_and_shares),	     cmocka_unit_test(undoes_a_failed_write),
		cmocka_unit_test(groups),		     cmocka_unit_test(many_threads),
		cmocka_unit_test(refuses),		     cmocka_unit_test(waits_until_the_deadline),
		cmocka_unit_test(builds_indexes),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
