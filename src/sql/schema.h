/* SPDX-License-Identifier: Apache-2.0
 *
 * MLflow's SQL schema at the reference's Alembic head, as its migrations leave
 * it in SQLite, and the indexes that we add to it. Ours are called millrace_*
 * and are plain column lists: Alembic's batch mode drops anything else.
 */
#ifndef MR_SQL_SCHEMA_H
#define MR_SQL_SCHEMA_H

#include <millrace/types.h>

#define MR_SCHEMA_REVISION "dc11669786a5"

/* Statements; each list ends with NULL. */
extern const char *const mr_schema_tracking[];
extern const char *const mr_schema_registry[];
extern const char *const mr_schema_traces[];
extern const char *const mr_schema_evaluation[];
extern const char *const mr_schema_gateway[];
/* The rows of a fresh database. */
extern const char *const mr_schema_rows[];

struct mr_own_index {
	const char *name; /* "millrace_runs_start" */
	const char *sql;  /* CREATE INDEX */
};
extern const struct mr_own_index mr_own_indexes[];
extern const size_t mr_own_indexes_n;

#endif
