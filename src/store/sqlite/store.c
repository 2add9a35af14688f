/* SPDX-License-Identifier: Apache-2.0
 *
 * An object of the store, groups of writes, and small things that its files share.
 */
#include "store/sqlite/store.h"

#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"


mr_str mr_sqlite_absolute_root(mr_arena *arena, mr_str root)
{
	mr_uri uri;
	mr_error ignored;

	mr_error_init(&ignored);
	if (mr_uri_parse(root, &uri, &ignored) != MR_OK)
		return root;
	if (uri.scheme.len == 0)
		return root.len && root.ptr[0] != '/' ? mr_os_absolute(arena, root) : root;
	if (mr_str_is(uri.scheme, "file") && !uri.has_authority && uri.path.len && uri.path.ptr[0] != '/')
		return mr_arena_printf(arena, "file://%.*s", MR_STR_ARG(mr_os_absolute(arena, uri.path)));
	return root;
}

static mr_code keep_root(struct mr_sqlite_store *store, mr_str root, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str absolute = arena ? mr_sqlite_absolute_root(arena, root.len ? root : mr_str_from("./mlruns")) : root;
	char *copy = arena && absolute.ptr ? mr_malloc(absolute.len + 1) : NULL;

	if (copy) {
		memcpy(copy, absolute.ptr, absolute.len);
		copy[absolute.len] = 0;
		store->artifact_root = mr_str_make(copy, absolute.len);
	}
	mr_arena_free(arena);
	return copy ? MR_OK : mr_error_no_memory(err);
}

static mr_code read_options(const mr_host *host, const mr_options *options, struct mr_db_options *out, mr_error *err)
{
	mr_str durability;

	out->own_indexes = true;
	if (!options)
		return MR_OK;
	durability = host->option_string(options, "durability");
	out->no_sync = mr_str_is(durability, "off");
	if (!out->no_sync && !mr_str_is(durability, "full"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Option 'durability' must be 'full' or 'off', got '%.*s'", MR_STR_ARG(durability));
	out->cache_bytes = host->option_int(options, "cache_mb") << 20;
	if (out->cache_bytes < 0 || out->cache_bytes > (int64_t)1 << 40)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Option 'cache_mb' must be from 0 to 1048576");
	return MR_OK;
}

mr_code mr_sqlite_store_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct mr_db_options options = {0};
	struct mr_sqlite_store *store = mr_calloc(1, sizeof *store);
	mr_code code;

	*self = store;
	if (!store)
		return mr_error_no_memory(err);
	store->host = host;
	code = read_options(host, args->options, &options, err);
	if (code == MR_OK)
		code = keep_root(store, args->artifact_root, err);
	return code == MR_OK ? mr_db_open(args->uri, &options, &store->db, err) : code;
}

void mr_sqlite_store_close(void *self)
{
	struct mr_sqlite_store *store = self;

	if (!store)
		return;
	mr_db_close(store->db);
	mr_free((char *)(uintptr_t)store->artifact_root.ptr);
	mr_free(store);
}

/* ---- groups ---- */

static mr_db *db_of(void *self)
{
	return ((struct mr_sqlite_store *)self)->db;
}

static const void *group_key(void *self)
{
	return mr_db_group_key(db_of(self));
}

static mr_code group_begin(void *self, mr_error *err)
{
	return mr_db_group_begin(db_of(self), err);
}

static mr_code group_member_begin(void *self, mr_error *err)
{
	return mr_db_member_begin(db_of(self), err);
}

static mr_code group_member_end(void *self, bool keep, bool *alive, mr_error *err)
{
	return mr_db_member_end(db_of(self), keep, alive, err);
}

static mr_code group_commit(void *self, mr_error *err)
{
	return mr_db_group_commit(db_of(self), err);
}

static void group_rollback(void *self)
{
	mr_db_group_rollback(db_of(self));
}

const struct mr_group_ops mr_sqlite_group = {
	.size = sizeof mr_sqlite_group,
	.key = group_key,
	.begin = group_begin,
	.member_begin = group_member_begin,
	.member_end = group_member_end,
	.commit = group_commit,
	.rollback = group_rollback,
};

/* ---- small things ---- */

mr_code mr_items_add(struct mr_items *items, mr_call *call, void *item, mr_error *err)
{
	void **grown;
	size_t room;

	if (!item)
		return mr_error_no_memory(err);
	if (items->n == items->room) {
		room = items->room ? items->room * 2 : 8;
		grown = mr_arena_grow(call->arena, items->items, items->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		items->items = grown;
		items->room = room;
	}
	items->items[items->n++] = item;
	return MR_OK;
}

mr_code mr_column_text(mr_stmt *stmt, int column, mr_call *call, mr_str *member, uint64_t *has, uint64_t bit,
		       mr_error *err)
{
	mr_str text = mr_stmt_text(stmt, column);

	if (!text.ptr)
		return MR_OK;
	*member = mr_call_copy(call, text);
	if (!member->ptr)
		return mr_error_no_memory(err);
	*has |= bit;
	return MR_OK;
}

void mr_column_int(mr_stmt *stmt, int column, int64_t *member, uint64_t *has, uint64_t bit)
{
	if (mr_stmt_is_null(stmt, column))
		return;
	*member = mr_stmt_int(stmt, column);
	*has |= bit;
}
