/* SPDX-License-Identifier: Apache-2.0
 *
 * The files meta.yaml: maps whose keys are sorted when they are written, as
 * MLflow's. What is changed is changed in the map that was read, so that keys
 * that we know nothing of stay.
 */
#include <stdlib.h>
#include <time.h>

#include "base/yaml.h"
#include "store/file/store.h"

enum { TRIES = 4 };

static mr_code join_meta(mr_arena *arena, mr_str folder, mr_str *out, mr_error *err)
{
	*out = mr_arena_printf(arena, "%.*s/" MR_META, MR_STR_ARG(folder));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

/* MLflow writes in place, so a file may be empty for a moment; it waits, too (_read_yaml). */
static mr_code read_text(const struct mr_file_store *store, mr_str path, mr_arena *arena, mr_str *text, mr_error *err)
{
	mr_code code = MR_OK;

	for (int i = 0; i < TRIES; i++) {
		struct timespec pause = {.tv_nsec = 50L * 1000 * 1000 * i};

		if (i)
			nanosleep(&pause, NULL);
		code = mr_disk_read(&store->disk, path, arena, text, err);
		if (code != MR_OK || text->len)
			break;
	}
	return code;
}

mr_code mr_meta_read(const struct mr_file_store *store, mr_str folder, mr_arena *arena, mr_json **out, mr_error *err)
{
	mr_error why;
	mr_str path, text;
	mr_code code = join_meta(arena, folder, &path, err);

	*out = NULL;
	if (code == MR_OK)
		code = read_text(store, path, arena, &text, err);
	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	if (mr_yaml_parse(text, arena, out, &why) == MR_OK && *out && (*out)->type == MR_JSON_OBJECT)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_STATE, "'%.*s' in the folder of the store cannot be read: %s", MR_STR_ARG(path),
			    why.code == MR_OK ? "it is not a map" : why.message);
}

static mr_json *find(mr_json *meta, const char *key)
{
	for (size_t i = 0; i < meta->count; i++)
		if (mr_str_is(meta->keys[i], key))
			return &meta->items[i];
	return NULL;
}

mr_str mr_meta_text(const mr_json *meta, const char *key)
{
	const mr_json *value = mr_json_get(meta, key);

	if (!value || (value->type != MR_JSON_STRING && value->type != MR_JSON_NUMBER))
		return mr_str_from(NULL);
	return value->text.ptr ? value->text : mr_str_from("");
}

bool mr_meta_int(const mr_json *meta, const char *key, int64_t *out)
{
	const mr_json *value = mr_json_get(meta, key);
	double number;

	if (!value || (value->type != MR_JSON_NUMBER && value->type != MR_JSON_STRING))
		return false;
	if (mr_parse_int64(value->text, out))
		return true;
	if (!mr_parse_double(value->text, &number) || !(number > -9e18 && number < 9e18))
		return false;
	*out = (int64_t)number;
	return true;
}

mr_json *mr_meta_new(mr_call *call)
{
	mr_json *meta = MR_NEW(call, mr_json);

	if (meta)
		meta->type = MR_JSON_OBJECT;
	return meta;
}

mr_code mr_meta_set(mr_json *meta, mr_call *call, const char *key, mr_json value, mr_error *err)
{
	mr_json *old = find(meta, key), *items;
	mr_str *keys;

	if (old) {
		*old = value;
		return MR_OK;
	}
	items = mr_call_alloc(call, (meta->count + 1) * sizeof *items);
	keys = mr_call_alloc(call, (meta->count + 1) * sizeof *keys);
	if (!items || !keys)
		return mr_error_no_memory(err);
	if (meta->count) {
		memcpy(items, meta->items, meta->count * sizeof *items);
		memcpy(keys, meta->keys, meta->count * sizeof *keys);
	}
	items[meta->count] = value;
	keys[meta->count] = mr_str_from(key);
	meta->items = items;
	meta->keys = keys;
	meta->count++;
	return MR_OK;
}

mr_code mr_meta_set_text(mr_json *meta, mr_call *call, const char *key, mr_str value, mr_error *err)
{
	mr_json item = {.type = value.ptr ? MR_JSON_STRING : MR_JSON_NULL, .text = value};

	return mr_meta_set(meta, call, key, item, err);
}

mr_code mr_meta_set_int(mr_json *meta, mr_call *call, const char *key, int64_t value, mr_error *err)
{
	mr_json item = {.type = MR_JSON_NUMBER,
			.text = mr_arena_printf(call->arena, "%lld", (long long)value)};

	return item.text.ptr ? mr_meta_set(meta, call, key, item, err) : mr_error_no_memory(err);
}

void mr_meta_drop(mr_json *meta, const char *key)
{
	mr_json *old = find(meta, key);
	size_t i = old ? (size_t)(old - meta->items) : 0;

	if (!old)
		return;
	memmove(&meta->items[i], &meta->items[i + 1], (meta->count - i - 1) * sizeof *meta->items);
	memmove(&meta->keys[i], &meta->keys[i + 1], (meta->count - i - 1) * sizeof *meta->keys);
	meta->count--;
}

/* A few keys: insertion is quick, and keeps keys and items together. */
static void sort_keys(mr_json *map)
{
	for (size_t i = 1; i < map->count; i++)
		for (size_t j = i; j > 0; j--) {
			mr_str key = map->keys[j];
			mr_json item = map->items[j];
			size_t n = key.len < map->keys[j - 1].len ? key.len : map->keys[j - 1].len;
			int order = n ? memcmp(key.ptr, map->keys[j - 1].ptr, n) : 0;

			if (order > 0 || (order == 0 && key.len >= map->keys[j - 1].len))
				break;
			map->keys[j] = map->keys[j - 1];
			map->items[j] = map->items[j - 1];
			map->keys[j - 1] = key;
			map->items[j - 1] = item;
		}
	for (size_t i = 0; i < map->count; i++)
		if (map->items[i].type == MR_JSON_OBJECT)
			sort_keys(&map->items[i]);
}

mr_code mr_meta_put(struct mr_change *change, mr_str folder, mr_json *meta, mr_error *err)
{
	mr_str path, text = mr_str_from(NULL);
	mr_buf buf;
	mr_code code = join_meta(change->call->arena, folder, &path, err);

	if (code != MR_OK)
		return code;
	sort_keys(meta);
	mr_buf_init(&buf, MR_YAML_SIZE_MAX);
	code = mr_yaml_write(&buf, meta, err);
	if (code == MR_OK) {
		text = mr_call_copy(change->call, mr_buf_view(&buf));
		code = text.ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(&buf);
	if (code == MR_OK)
		mr_change_put(change, path, text);
	return code;
}
