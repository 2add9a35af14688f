/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a run can be written to, remembered by the writer: most writes go to
 * a run that was written to just before.
 */
#include "base/inject.h"
#include "store/sqlite/store.h"

enum { ENTRIES = 256, ID_MAX = 32 };

/* Active runs only, by a hash of the id; empty: length 0. */
struct cache {
	uint64_t version;
	struct entry {
		uint8_t length;
		char id[ID_MAX];
		int64_t experiment_id;
	} entries[ENTRIES];
};

static void *make(void)
{
	return mr_calloc(1, sizeof(struct cache));
}

/* The cache of this database, emptied if somebody else has written since. NULL when there is no memory for one. */
static struct cache *cache_of(mr_conn *conn)
{
	struct cache *cache = mr_conn_keep(conn, make, mr_free);
	uint64_t version = mr_conn_version(conn);

	if (cache && cache->version != version) {
		memset(cache->entries, 0, sizeof cache->entries);
		cache->version = version;
	}
	return cache;
}

static struct entry *entry_of(struct cache *cache, mr_str id)
{
	uint32_t hash = 2166136261u;
	size_t i;

	if (!cache || id.len == 0 || id.len > ID_MAX)
		return NULL;
	for (i = 0; i < id.len; i++)
		hash = (hash ^ (unsigned char)id.ptr[i]) * 16777619u;
	return &cache->entries[(hash ^ hash >> 16) % ENTRIES];
}

static bool entry_is(const struct entry *entry, mr_str id)
{
	return entry && entry->length == id.len && memcmp(entry->id, id.ptr, id.len) == 0;
}

static mr_code not_active(mr_str run_id, mr_str stage, mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The run %.*s must be in the 'active' state. Current state is %.*s.", MR_STR_ARG(run_id),
			    MR_STR_ARG(stage));
}

mr_code mr_sqlite_run_absent(mr_str run_id, mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST, "Run with id=%.*s not found", MR_STR_ARG(run_id));
}

static mr_code look_up(mr_conn *conn, mr_str run_id, int64_t *experiment_id, mr_error *err)
{
	static mr_query find = MR_QUERY("SELECT experiment_id, lifecycle_stage FROM runs WHERE run_uuid = ?1");
	mr_stmt *stmt;
	bool row;
	mr_code code = mr_conn_query(conn, &find, &stmt, err);

	if (code != MR_OK)
		return code;
	mr_stmt_bind_text(stmt, 1, run_id);
	code = mr_stmt_step(stmt, &row, err);
	if (code == MR_OK && !row)
		code = mr_sqlite_run_absent(run_id, err);
	else if (code == MR_OK && !mr_str_is(mr_stmt_text(stmt, 1), "active"))
		code = not_active(run_id, mr_stmt_text(stmt, 1), err);
	else if (code == MR_OK)
		*experiment_id = mr_stmt_int(stmt, 0);
	mr_stmt_done(stmt);
	return code;
}

mr_code mr_sqlite_run_active(mr_conn *conn, mr_str run_id, int64_t *experiment_id, mr_error *err)
{
	struct entry *entry = entry_of(cache_of(conn), run_id);
	mr_code code;

	*experiment_id = 0;
	if (entry_is(entry, run_id)) {
		*experiment_id = entry->experiment_id;
		return MR_OK;
	}
	code = look_up(conn, run_id, experiment_id, err);
	if (code == MR_OK && entry) {
		memcpy(entry->id, run_id.ptr, run_id.len);
		entry->length = (uint8_t)run_id.len;
		entry->experiment_id = *experiment_id;
	}
	return code;
}

void mr_sqlite_run_forget(mr_conn *conn, mr_str run_id)
{
	struct cache *cache = cache_of(conn);
	struct entry *entry = entry_of(cache, run_id);

	if (entry_is(entry, run_id))
		entry->length = 0;
	else if (cache && run_id.len == 0)
		memset(cache->entries, 0, sizeof cache->entries);
}
