/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree: a value is read by the scanner, so its depth is bounded and the
 * recursion here with it.
 */
#include "base/json.h"

static bool parse_value(mr_json_scanner *sc, mr_json *out);

/* Room for one more item; items and keys grow together, by doubling. */
static bool make_room(mr_json_scanner *sc, mr_json *out, size_t *room)
{
	size_t more = *room ? *room * 2 : 4;

	if (out->count < *room)
		return true;
	out->items = mr_arena_grow(sc->arena, out->items, *room * sizeof *out->items, more * sizeof *out->items);
	if (out->type == MR_JSON_OBJECT)
		out->keys = mr_arena_grow(sc->arena, out->keys, *room * sizeof *out->keys, more * sizeof *out->keys);
	*room = more;
	if (out->items && (out->keys || out->type == MR_JSON_ARRAY))
		return true;
	mr_error_no_memory(sc->err);
	return false;
}

static bool parse_container(mr_json_scanner *sc, mr_json *out)
{
	size_t room = 0;
	mr_str key;

	if (!mr_json_scan_enter(sc, out->type))
		return false;
	for (; mr_json_scan_next(sc, out->type, out->count == 0, &key); out->count++) {
		if (!make_room(sc, out, &room))
			return false;
		if (out->type == MR_JSON_OBJECT)
			out->keys[out->count] = key;
		if (!parse_value(sc, &out->items[out->count]))
			return false;
	}
	return !mr_json_scan_failed(sc);
}

static bool parse_value(mr_json_scanner *sc, mr_json *out)
{
	memset(out, 0, sizeof *out);
	if (!mr_json_scan_peek(sc, &out->type))
		return false;
	switch (out->type) {
	case MR_JSON_NULL:
		return mr_json_scan_null(sc);
	case MR_JSON_BOOL:
		return mr_json_scan_bool(sc, &out->boolean);
	case MR_JSON_NUMBER:
		return mr_json_scan_number(sc, &out->text);
	case MR_JSON_STRING:
		return mr_json_scan_string(sc, &out->text);
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
	default:
		return parse_container(sc, out);
	}
}

mr_code mr_json_parse(mr_str text, mr_arena *arena, mr_json **out, mr_error *err)
{
	mr_json_scanner sc;
	mr_error own;
	mr_json *root = mr_arena_alloc(arena, sizeof *root);

	if (!root)
		return mr_error_no_memory(err);
	if (!err) {
		mr_error_init(&own);
		err = &own;
	}
	mr_json_scan_init(&sc, text, arena, err);
	if (!parse_value(&sc, root) || !mr_json_scan_end(&sc))
		return err->code;
	*out = root;
	return MR_OK;
}

const mr_json *mr_json_get(const mr_json *object, const char *key)
{
	size_t i;

	if (!object || object->type != MR_JSON_OBJECT)
		return NULL;
	for (i = object->count; i > 0; i--)
		if (mr_str_is(object->keys[i - 1], key))
			return &object->items[i - 1];
	return NULL;
}

mr_str mr_json_str(const mr_json *value, mr_str otherwise)
{
	return value && value->type == MR_JSON_STRING ? value->text : otherwise;
}

int64_t mr_json_int(const mr_json *value, int64_t otherwise)
{
	int64_t out;

	/* MLflow sends an int64 as a number here and as a string there */
	if (value && (value->type == MR_JSON_NUMBER || value->type == MR_JSON_STRING) &&
	    mr_parse_int64(value->text, &out))
		return out;
	return otherwise;
}

static void write_container(mr_json_writer *w, const mr_json *value)
{
	bool object = value->type == MR_JSON_OBJECT;
	size_t i;

	mr_json_write_begin(w, object ? '{' : '[');
	for (i = 0; i < value->count; i++) {
		if (object)
			mr_json_write_key(w, value->keys[i]);
		mr_json_write_tree(w, &value->items[i]);
	}
	mr_json_write_end(w, object ? '}' : ']');
}

void mr_json_write_tree(mr_json_writer *w, const mr_json *value)
{
	if (!value) {
		mr_json_write_null(w);
		return;
	}
	switch (value->type) {
	case MR_JSON_NULL:
		mr_json_write_null(w);
		break;
	case MR_JSON_BOOL:
		mr_json_write_bool(w, value->boolean);
		break;
	case MR_JSON_NUMBER:
		mr_json_write_raw(w, value->text);
		break;
	case MR_JSON_STRING:
		mr_json_write_string(w, value->text);
		break;
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
	default:
		write_container(w, value);
		break;
	}
}
