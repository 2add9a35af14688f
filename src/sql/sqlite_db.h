/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite side of sql/db.h, for the files sqlite_*.c only. Nothing outside
 * src/sql includes this or sqlite3.h.
 */
#ifndef MR_SQL_SQLITE_DB_H
#define MR_SQL_SQLITE_DB_H

#include <pthread.h>
#include <sqlite3.h>

#include "sql/db.h"
#include "sql/stmt.h"

enum {
	READERS_MAX = 16,      /* connections; the next read waits */
	READERS_IDLE = 4,      /* kept open */
	PREPARED_MAX = 16,     /* statements of their own text that a connection remembers */
	KEPT_MAX = 4,
	CACHE_BYTES = 4 << 20, /* of one connection: the upper levels of the indexes of a large file */
	PROGRESS_STEPS = 20000 /* of SQLite's machine between two looks at the deadline: some ms */
};

struct prepared {
	sqlite3_stmt *stmt;
	uint64_t hash, used;
};

struct mr_conn {
	sqlite3 *handle;
	mr_db *db;
	bool writer, begun;
	sqlite3_stmt **queries; /* by mr_query.number */
	unsigned queries_n;
	struct prepared prepared[PREPARED_MAX];
	uint64_t clock;      /* of the use of prepared */
	mr_call *call;       /* whose deadline a read keeps; NULL: none */
	int64_t give_up_ns;  /* when to stop waiting for another process */
	atomic_bool *stop;   /* the background's: give up at once */
	mr_conn *next;       /* of the idle ones */
};

struct kept {
	void *(*make)(void);
	void (*drop)(void *kept);
	void *kept;
};

struct mr_db {
	char *path;
	uint64_t device, inode; /* of the real file */
	unsigned users;         /* guarded by the list's lock */
	mr_db *next;
	struct mr_db_options options;

	pthread_mutex_t lock; /* guards what follows, until the writer */
	pthread_cond_t free_writer, free_reader, background;
	bool writing;
	unsigned waiting; /* for the writer */
	bool in_group;
	pthread_t group_thread;
	mr_conn *idle;
	unsigned readers, readers_idle;
	bool indexed, background_done;

	struct kept kept[KEPT_MAX]; /* this and what follows: of whoever set `writing` */
	mr_conn *writer;
	bool enforced;	 /* foreign keys, until the end of this write */
	bool savepoint;  /* the member of the group has one */
	bool undo;       /* the member failed */
	bool versioned;	  /* version is that of this transaction */
	uint32_t version; /* SQLite's data_version */
	uint32_t undone;  /* how often something was */
	sqlite3_int64 changes; /* of the writer, when the member began */

	unsigned long background_thread; /* builds our indexes */
	bool has_background;
	atomic_bool stop;
};

/* sqlite_conn.c */
mr_code mr_conn_open(mr_db *db, bool writer, bool create, mr_conn **out, mr_error *err);
void mr_conn_close(mr_conn *conn);
mr_code mr_conn_exec(mr_conn *conn, const char *sql, mr_error *err);
int64_t mr_conn_give_up_ns(const mr_call *call);

/* sqlite_stmt.c */
void mr_conn_forget_statements(mr_conn *conn);

/* sqlite_error.c: sets err from the connection's last failure. */
mr_code mr_sqlite_failed(sqlite3 *handle, mr_error *err);

/* sqlite_schema.c. Empty: the file has no tables but Alembic's own; revision has 33 bytes, "" for none. */
mr_code mr_db_look(mr_conn *conn, bool *empty, char revision[33], mr_error *err);
mr_code mr_db_create_schema(mr_conn *conn, bool own_indexes, mr_error *err);
mr_code mr_db_refuse_revision(mr_str uri, const char *revision, mr_error *err);
mr_code mr_db_prepare_schema(mr_conn *conn, mr_str uri, const struct mr_db_options *options, mr_error *err);
mr_code mr_conn_count(mr_conn *conn, const char *sql, int64_t *out, mr_error *err);
mr_code mr_conn_has_index(mr_conn *conn, const char *name, bool *has, mr_error *err);
/* The conn.db of a connection of its own. */
mr_code mr_db_new(mr_str path, const struct mr_db_options *options, mr_db **out, mr_error *err);
void mr_db_free(mr_db *db);
mr_code mr_db_path(mr_str uri, mr_arena *arena, mr_str *path, mr_error *err);

/* sqlite_background.c */
mr_code mr_db_background_start(mr_db *db, mr_error *err);
void mr_db_background_stop(mr_db *db);

/* sqlite_lock.c: the one writer. */
mr_code mr_db_writer_take(mr_db *db, int64_t give_up_ns, mr_error *err);
void mr_db_writer_give(mr_db *db);

#endif
