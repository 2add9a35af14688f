/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders of values: params, tags, aliases, and the names of metrics. A key
 * with slashes lies in sub-folders, so `a` and `a/b` cannot both be there.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "search/repr.h"
#include "store/file/store.h"
#include "store/rules.h"

enum { DEPTH_MAX = 32 };

struct reader {
	const struct mr_file_store *store;
	mr_call *call;
	mr_str folder;
	struct mr_value *values;
	size_t n, room;
	bool with_values;
	mr_error *err;
};

/* What is in the file; bytes that are no UTF-8 become question marks, for no answer can hold them. */
static mr_code read_value(const struct mr_file_store *store, mr_str path, mr_call *call, mr_str *value, mr_error *err)
{
	mr_code code = mr_disk_read(&store->disk, path, call->arena, value, err);

	if (code != MR_OK || mr_utf8_valid(*value))
		return code;
	for (size_t i = 0; i < value->len; i++) {
		char *bytes = (char *)(uintptr_t)value->ptr;

		if ((unsigned char)bytes[i] >= 0x80)
			bytes[i] = '?';
	}
	return MR_OK;
}

static mr_code add(struct reader *r, mr_str key)
{
	size_t room = r->room ? r->room * 2 : 16;
	struct mr_value *grown;
	mr_str path;

	if (!mr_utf8_valid(key) || mr_rule_name(key, MR_PLACE_NONE, "key", NULL) != MR_OK)
		return MR_OK;
	if (r->n == r->room) {
		grown = mr_arena_grow(r->call->arena, r->values, r->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(r->err);
		r->values = grown;
		r->room = room;
	}
	r->values[r->n] = (struct mr_value){.key = key};
	if (r->with_values) {
		mr_code code;

		path = mr_file_join_str(r->call, r->folder, key);
		code = path.ptr ? read_value(r->store, path, r->call, &r->values[r->n].value, NULL)
				: mr_error_no_memory(r->err);
		if (code == MR_NOT_FOUND)
			return MR_OK; /* removed meanwhile */
		if (code != MR_OK)
			return mr_error_set(r->err, code, "Cannot read '%.*s' in the folder of the store", MR_STR_ARG(path));
	}
	r->n++;
	return MR_OK;
}

static mr_code walk(struct reader *r, mr_str prefix, int depth)
{
	mr_str path = prefix.len ? mr_file_join_str(r->call, r->folder, prefix) : r->folder;
	struct mr_disk_entry *entries;
	size_t n;
	mr_code code = path.ptr ? mr_disk_list(&r->store->disk, path, r->call->arena, &entries, &n, r->err)
				: mr_error_no_memory(r->err);

	for (size_t i = 0; code == MR_OK && i < n; i++) {
		mr_str key = prefix.len ? mr_file_join_str(r->call, prefix, entries[i].name) : entries[i].name;

		if (!key.ptr)
			code = mr_error_no_memory(r->err);
		else if (!entries[i].is_folder)
			code = add(r, key);
		else if (depth < DEPTH_MAX)
			code = walk(r, key, depth + 1);
	}
	return code;
}

static mr_code read_folder(const struct mr_file_store *store, mr_str folder, bool with_values, mr_call *call,
			   struct mr_value **out, size_t *n, mr_error *err)
{
	struct reader r = {.store = store, .call = call, .folder = folder, .with_values = with_values, .err = err};
	mr_code code = walk(&r, mr_str_from(NULL), 0);

	*out = r.values;
	*n = r.n;
	return code;
}

mr_code mr_values_read(const struct mr_file_store *store, mr_str folder, mr_call *call, struct mr_value **out, size_t *n,
		       mr_error *err)
{
	return read_folder(store, folder, true, call, out, n, err);
}

mr_code mr_values_list(const struct mr_file_store *store, mr_str folder, mr_call *call, struct mr_value **out, size_t *n,
		       mr_error *err)
{
	return read_folder(store, folder, false, call, out, n, err);
}

mr_code mr_value_find(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call, mr_str *value,
		      mr_error *err)
{
	mr_str path = mr_file_join_str(call, folder, key);
	mr_code code;

	*value = mr_str_from(NULL);
	if (!path.ptr)
		return mr_error_no_memory(err);
	code = read_value(store, path, call, value, NULL);
	if (code == MR_OK || code == MR_NOT_FOUND || code == MR_INVALID_PARAMETER_VALUE)
		return MR_OK; /* what cannot be a file's name is not there */
	return mr_error_set(err, code, "Cannot read '%.*s' in the folder of the store", MR_STR_ARG(path));
}

bool mr_value_exists(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call)
{
	mr_str path = mr_file_join_str(call, folder, key);

	return path.ptr && mr_disk_has_file(&store->disk, path);
}

mr_code mr_value_check(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call, mr_error *err)
{
	mr_str path = mr_file_join_str(call, folder, key);
	size_t from;

	if (!path.ptr)
		return mr_error_no_memory(err);
	from = path.len - key.len;
	for (size_t i = from; i < path.len; i++) {
		size_t end = i;

		while (end < path.len && path.ptr[end] != '/')
			end++;
		if (end - i > 255)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The file store cannot keep the key '%.*s': a part of it is longer than a file's "
					    "name of 255 bytes. Choose a shorter key.",
					    MR_STR_ARG(key));
		if (end < path.len && mr_disk_has_file(&store->disk, mr_str_make(path.ptr, end)))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The file store cannot keep the key '%.*s' beside the key '%.*s', for a file "
					    "cannot be a folder. Choose another key.",
					    MR_STR_ARG(key), (int)(end - from), path.ptr + from);
		i = end;
	}
	if (mr_disk_has_folder(&store->disk, path))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The file store cannot keep the key '%.*s' beside keys that begin with '%.*s/', for a file "
				    "cannot be a folder. Choose another key.",
				    MR_STR_ARG(key), MR_STR_ARG(key));
	return MR_OK;
}

mr_code mr_value_put(struct mr_change *change, mr_str folder, mr_str key, mr_str value, mr_error *err)
{
	mr_str path = mr_file_join_str(change->call, folder, key);

	if (!path.ptr)
		return mr_error_no_memory(err);
	mr_change_put(change, path, value);
	return MR_OK;
}
