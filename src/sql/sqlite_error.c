/* SPDX-License-Identifier: Apache-2.0
 *
 * What SQLite's result codes mean to a caller. The reference answers an
 * OperationalError of its driver, which is what most of these are, with
 * TEMPORARILY_UNAVAILABLE (mlflow/store/db/utils.py).
 */
#include "sql/sqlite_db.h"

static mr_code refused(sqlite3 *handle, mr_code code, const char *advice, mr_error *err)
{
	return mr_error_set(err, code, "The database says: %s (SQLite error %d). %s", sqlite3_errmsg(handle),
			    sqlite3_extended_errcode(handle), advice);
}

mr_code mr_sqlite_failed(sqlite3 *handle, mr_error *err)
{
	switch (sqlite3_errcode(handle)) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return refused(handle, MR_TEMPORARILY_UNAVAILABLE,
			       "Another process is writing to the file; try again.", err);
	case SQLITE_INTERRUPT:
		return mr_error_set(err, MR_DEADLINE_EXCEEDED,
				    "The query was given up: its deadline passed, or its client left");
	case SQLITE_FULL:
		return refused(handle, MR_TEMPORARILY_UNAVAILABLE, "Make room on the disk, then try again.", err);
	case SQLITE_IOERR:
		return refused(handle, MR_TEMPORARILY_UNAVAILABLE,
			       "Reading or writing the file failed; look at the system's log.", err);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return refused(handle, MR_TEMPORARILY_UNAVAILABLE,
			       "Check that the file and its folder can be written by this user.", err);
	case SQLITE_NOMEM:
		return mr_error_no_memory(err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return refused(handle, MR_INTERNAL_ERROR, "Run 'millrace db check' on it, and restore a backup.", err);
	case SQLITE_CONSTRAINT:
		return refused(handle, MR_BAD_REQUEST, "What was to be stored contradicts what is stored.", err);
	case SQLITE_TOOBIG:
		return refused(handle, MR_INVALID_PARAMETER_VALUE, "Send less in one request.", err);
	default:
		return refused(handle, MR_INTERNAL_ERROR, "This is an error of Millrace; please report it.", err);
	}
}
