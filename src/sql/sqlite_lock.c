/* SPDX-License-Identifier: Apache-2.0
 *
 * The one writer of a database, taken by one thread of this process at a time.
 * Other processes are SQLite's business (BEGIN IMMEDIATE).
 */
#include "sql/sqlite_db.h"

#include <errno.h>
#include <time.h>

mr_code mr_db_writer_take(mr_db *db, int64_t give_up_ns, mr_error *err)
{
	struct timespec until = {give_up_ns / 1000000000, give_up_ns % 1000000000};
	mr_code code = MR_OK;

	pthread_mutex_lock(&db->lock);
	db->waiting++;
	while (db->writing && code == MR_OK)
		if (pthread_cond_timedwait(&db->free_writer, &db->lock, &until) == ETIMEDOUT && db->writing)
			code = mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
					    "The database is busy with other writes; try again.");
	db->waiting--;
	if (code == MR_OK)
		db->writing = true;
	pthread_mutex_unlock(&db->lock);
	return code;
}

void mr_db_writer_give(mr_db *db)
{
	pthread_mutex_lock(&db->lock);
	db->writing = false;
	pthread_cond_signal(&db->free_writer);
	pthread_mutex_unlock(&db->lock);
}
