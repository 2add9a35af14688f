/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds our own indexes where they are missing, on a thread and connection of
 * its own. SQLite builds an index in one write, so this one is given up as soon
 * as somebody has waited for it for a while, and tried again later, with more
 * patience each time: writers lose at most a tenth of their time to it.
 */
#include "sql/sqlite_db.h"

#include <errno.h>
#include <time.h>

#include "base/log.h"
#include "base/os.h"
#include "sql/schema.h"

enum { FIRST_ALLOWANCE_MS = 20, PAUSE_FACTOR = 10 };

struct build {
	mr_db *db;
	int64_t allowance_ns;
	int64_t waited_since; /* 0: nobody waits */
};

static int make_way(void *arg)
{
	struct build *build = arg;
	bool somebody_waits;
	int64_t now;

	if (atomic_load(&build->db->stop))
		return 1;
	pthread_mutex_lock(&build->db->lock);
	somebody_waits = build->db->waiting > 0;
	pthread_mutex_unlock(&build->db->lock);
	if (!somebody_waits) {
		build->waited_since = 0;
		return 0;
	}
	now = mr_monotonic_ns();
	if (!build->waited_since)
		build->waited_since = now;
	return now - build->waited_since > build->allowance_ns;
}

static void pause_for(mr_db *db, int64_t ns)
{
	int64_t until_ns = mr_monotonic_ns() + ns;
	struct timespec until = {until_ns / 1000000000, until_ns % 1000000000};
	int rc = 0;

	pthread_mutex_lock(&db->lock);
	while (!atomic_load(&db->stop) && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&db->background, &db->lock, &until);
	pthread_mutex_unlock(&db->lock);
}

/* One attempt. *built also when another process was quicker. */
static mr_code attempt(struct build *build, mr_conn *conn, const struct mr_own_index *index, bool *built, mr_error *err)
{
	int64_t give_up_ns = mr_monotonic_ns() + (int64_t)MR_DB_WAIT_MS * 1000000;
	mr_code code = mr_db_writer_take(build->db, give_up_ns, err);

	*built = false;
	if (code != MR_OK)
		return code;
	build->waited_since = 0;
	conn->give_up_ns = give_up_ns;
	code = mr_conn_exec(conn, index->sql, err);
	mr_db_writer_give(build->db);
	*built = code == MR_OK;
	return code;
}

static bool may_be_retried(mr_code code)
{
	return code == MR_DEADLINE_EXCEEDED || code == MR_TEMPORARILY_UNAVAILABLE;
}

static bool build_one(struct build *build, mr_conn *conn, const struct mr_own_index *index)
{
	bool built = false;
	mr_error err;
	mr_code code;

	build->allowance_ns = FIRST_ALLOWANCE_MS * 1000000;
	while (!built && !atomic_load(&build->db->stop)) {
		mr_error_init(&err);
		code = mr_conn_has_index(conn, index->name, &built, &err);
		if (code == MR_OK && !built)
			code = attempt(build, conn, index, &built, &err);
		if (code != MR_OK && !may_be_retried(code)) {
			mr_log(MR_LOG_WARNING, "sql", "the index %s was not built, searches will be slower: %s",
			       index->name, err.message);
			return false;
		}
		if (!built) {
			pause_for(build->db, build->allowance_ns * PAUSE_FACTOR);
			build->allowance_ns *= 2;
		}
	}
	return built;
}

static void *build_all(void *arg)
{
	mr_db *db = arg;
	struct build build = {.db = db};
	mr_conn *conn = NULL;
	mr_error err;
	bool all = true;
	size_t i;

	mr_error_init(&err);
	if (mr_conn_open(db, false, false, &conn, &err) != MR_OK) {
		mr_log(MR_LOG_WARNING, "sql", "our indexes are not built, searches will be slower: %s", err.message);
		return NULL;
	}
	conn->stop = &db->stop;
	sqlite3_progress_handler(conn->handle, PROGRESS_STEPS / 10, make_way, &build);
	for (i = 0; i < mr_own_indexes_n && !atomic_load(&db->stop); i++)
		all = build_one(&build, conn, &mr_own_indexes[i]) && all;
	mr_conn_close(conn);
	pthread_mutex_lock(&db->lock);
	db->indexed = all;
	db->background_done = true;
	pthread_cond_broadcast(&db->background);
	pthread_mutex_unlock(&db->lock);
	return NULL;
}

mr_code mr_db_background_start(mr_db *db, mr_error *err)
{
	bool has = true;
	mr_code code = MR_OK;
	size_t i;

	for (i = 0; i < mr_own_indexes_n && has && code == MR_OK; i++)
		code = mr_conn_has_index(db->writer, mr_own_indexes[i].name, &has, err);
	db->indexed = has;
	db->background_done = has;
	if (code != MR_OK || has)
		return code;
	code = mr_thread_start(&db->background_thread, "mr-index", build_all, db, err);
	db->has_background = code == MR_OK;
	return code;
}

void mr_db_background_stop(mr_db *db)
{
	if (!db->has_background)
		return;
	pthread_mutex_lock(&db->lock);
	atomic_store(&db->stop, true);
	pthread_cond_broadcast(&db->background);
	pthread_mutex_unlock(&db->lock);
	mr_thread_join(db->background_thread);
	db->has_background = false;
}

bool mr_db_wait_indexes(mr_db *db)
{
	bool indexed;

	pthread_mutex_lock(&db->lock);
	while (db->has_background && !db->background_done)
		pthread_cond_wait(&db->background, &db->lock);
	indexed = db->indexed;
	pthread_mutex_unlock(&db->lock);
	return indexed;
}
