/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor of a write: a bare loop of prepared statements on SQLite, with the
 * durability of the server (WAL, synchronous=FULL), into the same database.
 *
 *	floor_sqlite DATABASE RUN_ID METRICS_A_REQUEST REQUESTS_A_COMMIT SECONDS
 *
 * prints requests a second.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void check(int rc, int wanted)
{
	if (rc != wanted) {
		fprintf(stderr, "floor_sqlite: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *stmt;

	check(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	return stmt;
}

static void run(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	if (rc != SQLITE_ROW)
		check(rc, SQLITE_DONE);
	sqlite3_reset(stmt);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	sqlite3_stmt *begin, *commit, *metric, *latest;
	long per_request, per_commit, done = 0, step = 100000000;
	double seconds, start;

	if (argc != 6)
		return 2;
	per_request = atol(argv[3]);
	per_commit = atol(argv[4]);
	seconds = atof(argv[5]);
	check(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), SQLITE_OK);
	check(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL), SQLITE_OK);
	begin = prepare("BEGIN IMMEDIATE");
	commit = prepare("COMMIT");
	metric = prepare("INSERT OR IGNORE INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?1, ?2, ?3, ?4, ?5, 0)");
	latest = prepare("INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?1, ?2, ?3, ?5, 0, ?4) "
			 "ON CONFLICT (key, run_uuid) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, "
			 "step = excluded.step, is_nan = 0 WHERE (excluded.step, excluded.timestamp, excluded.value) > "
			 "(latest_metrics.step, latest_metrics.timestamp, latest_metrics.value)");
	start = now();
	while (now() - start < seconds) {
		run(begin);
		for (long r = 0; r < per_commit; r++) {
			for (long i = 0; i < per_request; i++) {
				char key[8];

				step++;
				snprintf(key, sizeof key, "f%ld", i % 10);
				for (int s = 0; s < 2; s++) {
					sqlite3_stmt *stmt = s ? latest : metric;

					sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
					sqlite3_bind_double(stmt, 2, drand48());
					sqlite3_bind_int64(stmt, 3, 1700000000000 + step);
					sqlite3_bind_text(stmt, 4, argv[2], -1, SQLITE_STATIC);
					sqlite3_bind_int64(stmt, 5, step);
					run(stmt);
				}
			}
			done++;
		}
		run(commit);
	}
	printf("%.0f\n", (double)done / (now() - start));
	return 0;
}
