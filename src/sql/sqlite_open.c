/* SPDX-License-Identifier: Apache-2.0
 *
 * The databases that are open in this process, each once, found by the real
 * file; their readers.
 */
#include "sql/sqlite_db.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#include "base/fork.h"
#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"

static struct mr_fork_lock list_lock = MR_FORK_LOCK_INIT;
static mr_db *list;

static mr_query read_begin = MR_QUERY("BEGIN");
static mr_query read_end = MR_QUERY("COMMIT");

/* Without opening it: closing any descriptor of the file would drop SQLite's locks. */
static bool file_identity(const char *path, uint64_t *device, uint64_t *inode)
{
	struct stat st;

	if (stat(path, &st))
		return false;
	*device = (uint64_t)st.st_dev;
	*inode = (uint64_t)st.st_ino;
	return true;
}

static mr_db *find_open(const char *path)
{
	uint64_t device, inode;
	mr_db *db;

	if (!file_identity(path, &device, &inode))
		return NULL;
	for (db = list; db; db = db->next)
		if (db->device == device && db->inode == inode)
			return db;
	return NULL;
}

void mr_db_free(mr_db *db)
{
	size_t i;

	if (!db)
		return;
	mr_db_background_stop(db);
	while (db->idle) {
		mr_conn *next = db->idle->next;

		mr_conn_close(db->idle);
		db->idle = next;
	}
	mr_conn_close(db->writer);
	for (i = 0; i < KEPT_MAX; i++)
		if (db->kept[i].kept)
			db->kept[i].drop(db->kept[i].kept);
	pthread_cond_destroy(&db->free_writer);
	pthread_cond_destroy(&db->free_reader);
	pthread_cond_destroy(&db->background);
	pthread_mutex_destroy(&db->lock);
	mr_free(db->path);
	mr_free(db);
}

mr_code mr_db_new(mr_str path, const struct mr_db_options *options, mr_db **out, mr_error *err)
{
	mr_db *db = mr_calloc(1, sizeof *db);
	pthread_condattr_t monotonic;

	*out = db;
	if (!db)
		return mr_error_no_memory(err);
	db->options = *options;
	pthread_mutex_init(&db->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&db->free_writer, &monotonic);
	pthread_cond_init(&db->free_reader, &monotonic);
	pthread_cond_init(&db->background, &monotonic);
	pthread_condattr_destroy(&monotonic);
	db->path = mr_malloc(path.len + 1);
	if (!db->path)
		return mr_error_no_memory(err);
	memcpy(db->path, path.ptr, path.len);
	db->path[path.len] = 0;
	return MR_OK;
}

/* MLflow makes the folders above a database (mlflow/store/db/utils.py). */
static mr_code make_folder(mr_str path, mr_error *err)
{
	size_t n = path.len;

	while (n && path.ptr[n - 1] != '/')
		n--;
	return n > 1 ? mr_dir_make(mr_str_make(path.ptr, n - 1), err) : MR_OK;
}

static mr_code open_new(mr_str uri, mr_str path, const struct mr_db_options *options, mr_db **out, mr_error *err)
{
	mr_db *db = NULL;
	mr_code code = mr_db_new(path, options, &db, err);

	if (code == MR_OK && !options->must_exist)
		code = make_folder(path, err);
	if (code == MR_OK)
		code = mr_conn_open(db, true, !options->must_exist, &db->writer, err);
	if (code == MR_OK && !file_identity(db->path, &db->device, &db->inode))
		code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "The database file '%s' is gone: %s", db->path,
				    strerror(errno));
	if (code == MR_OK)
		code = mr_db_prepare_schema(db->writer, uri, options, err);
	if (code == MR_OK && options->own_indexes)
		code = mr_db_background_start(db, err);
	if (code != MR_OK) {
		mr_db_free(db);
		return code;
	}
	db->users = 1;
	db->next = list;
	list = db;
	*out = db;
	return MR_OK;
}

mr_code mr_db_path(mr_str uri, mr_arena *arena, mr_str *path, mr_error *err)
{
	mr_code code = mr_uri_to_local_path(arena, uri, path, err);

	if (code == MR_OK && (path->len == 0 || mr_str_is(*path, ":memory:") || memchr(path->ptr, 0, path->len)))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%.*s' names no file. A SQLite database is given as sqlite:///relative/path or "
				    "sqlite:////absolute/path; a database in memory is not supported.",
				    MR_STR_ARG(uri));
	return code;
}

/* SQLite's own settings: nobody reads its statistics, and they cost a lock each allocation. */
static void sqlite_settings(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

mr_code mr_db_open(mr_str uri, const struct mr_db_options *options, mr_db **out, mr_error *err)
{
	static const struct mr_db_options usual = {.own_indexes = true};
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	mr_arena *arena = mr_arena_new(0);
	mr_str path;
	mr_code code;

	*out = NULL;
	pthread_once(&once, sqlite_settings);
	if (!arena)
		return mr_error_no_memory(err);
	code = mr_db_path(uri, arena, &path, err);
	if (code != MR_OK)
		goto out;
	mr_fork_lock_take(&list_lock);
	*out = find_open(path.ptr);
	if (*out)
		(*out)->users++;
	else
		code = open_new(uri, path, options ? options : &usual, out, err);
	mr_fork_lock_give(&list_lock);
out:
	mr_arena_free(arena);
	return code;
}

void mr_db_close(mr_db *db)
{
	mr_db **at;

	if (!db)
		return;
	mr_fork_lock_take(&list_lock);
	if (--db->users == 0) {
		for (at = &list; *at != db;)
			at = &(*at)->next;
		*at = db->next;
		mr_db_free(db); /* the last connection to close checkpoints and removes the log */
	}
	mr_fork_lock_give(&list_lock);
}

/* ---- readers ---- */

static mr_code reader_take(mr_db *db, int64_t give_up_ns, mr_conn **out, mr_error *err)
{
	struct timespec until = {give_up_ns / 1000000000, give_up_ns % 1000000000};
	mr_code code = MR_OK;

	*out = NULL;
	pthread_mutex_lock(&db->lock);
	while (!db->idle && db->readers == READERS_MAX && code == MR_OK)
		if (pthread_cond_timedwait(&db->free_reader, &db->lock, &until) == ETIMEDOUT)
			code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
					    "The database is busy with other queries; try again.");
	if (code == MR_OK && db->idle) {
		*out = db->idle;
		db->idle = (*out)->next;
		db->readers_idle--;
	} else if (code == MR_OK) {
		db->readers++; /* opened below, without the lock */
	}
	pthread_mutex_unlock(&db->lock);
	return code;
}

/* conn NULL: it could not be opened. */
static void reader_give(mr_db *db, mr_conn *conn)
{
	bool keep;

	pthread_mutex_lock(&db->lock);
	keep = conn && db->readers_idle < READERS_IDLE;
	if (keep) {
		conn->next = db->idle;
		db->idle = conn;
		db->readers_idle++;
	} else {
		db->readers--;
	}
	pthread_cond_signal(&db->free_reader);
	pthread_mutex_unlock(&db->lock);
	if (!keep)
		mr_conn_close(conn);
}

mr_code mr_db_read_begin(mr_db *db, mr_call *call, mr_conn **out, mr_error *err)
{
	int64_t give_up_ns = mr_conn_give_up_ns(call);
	mr_conn *conn = NULL;
	mr_stmt *stmt;
	mr_code code = reader_take(db, give_up_ns, &conn, err);

	*out = NULL;
	if (code != MR_OK)
		return code;
	if (!conn)
		code = mr_conn_open(db, false, false, &conn, err);
	if (code != MR_OK) {
		reader_give(db, NULL);
		return code;
	}
	conn->call = call;
	conn->give_up_ns = give_up_ns;
	code = mr_conn_query(conn, &read_begin, &stmt, err);
	if (code == MR_OK)
		code = mr_stmt_run(stmt, err);
	if (code == MR_OK)
		*out = conn;
	else
		reader_give(db, conn);
	return code;
}

void mr_db_read_end(mr_conn *conn)
{
	mr_stmt *stmt;
	mr_error err;
	mr_code code;

	if (!conn)
		return;
	conn->call = NULL;
	mr_error_init(&err);
	code = mr_conn_query(conn, &read_end, &stmt, &err);
	if (code == MR_OK)
		code = mr_stmt_run(stmt, &err);
	if (code != MR_OK && !sqlite3_get_autocommit(conn->handle)) {
		mr_log(MR_LOG_WARNING, "sql", "a reader was closed: %s", err.message);
		reader_give(conn->db, NULL);
		mr_conn_close(conn);
		return;
	}
	reader_give(conn->db, conn);
}

/* ---- what stores keep ---- */

void *mr_conn_keep(mr_conn *conn, void *(*make)(void), void (*drop)(void *kept))
{
	mr_db *db = conn->db;
	size_t i;

	for (i = 0; i < KEPT_MAX; i++) {
		struct kept *k = &db->kept[i];

		if (k->kept && k->make == make)
			return k->kept;
		if (!k->kept) {
			k->make = make;
			k->drop = drop;
			k->kept = make();
			return k->kept;
		}
	}
	return NULL;
}
