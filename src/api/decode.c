/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects, lists and maps. Of equal keys the last counts; null means absent;
 * unknown names are passed over. The depth of what is known is bounded by the
 * descriptions, of what is not by the scanner.
 */
#include "api/decode.h"

#include "api/member.h"
#include "api/python.h"

static mr_str path_text(const struct mr_decode_path *path, mr_call *call)
{
	const struct mr_decode_path *steps[MR_JSON_DEPTH_MAX];
	char room[512];
	size_t n = 0, used = 0;

	for (; path && n < MR_JSON_DEPTH_MAX; path = path->up)
		steps[n++] = path;
	while (n-- > 0 && used < sizeof room) {
		const struct mr_decode_path *step = steps[n];

		if (step->name.ptr)
			used += (size_t)snprintf(room + used, sizeof room - used, "%s%.*s", used ? "." : "",
						 MR_STR_ARG(step->name));
		else
			used += (size_t)snprintf(room + used, sizeof room - used, "[%zu]", step->index);
	}
	return mr_call_copy(call, mr_str_from(room));
}

bool mr_decode_wrong(struct mr_decoding *d, const mr_json_scanner *from)
{
	mr_str json;

	d->sc = *from;
	if (!mr_json_scan_skip(&d->sc, &json))
		return false;
	d->wrong.json = json;
	d->wrong.path = path_text(d->path, d->call);
	if (!d->wrong.path.ptr)
		mr_error_no_memory(d->err);
	return false;
}

mr_code mr_wrong_value_set(const struct mr_wrong_value *wrong, mr_call *call, mr_error *err)
{
	mr_buf shown;

	mr_buf_init(&shown, 3000); /* a message has no room for more */
	mr_python_dump(wrong->json, call->arena, &shown);
	mr_error_set(
		err, MR_INVALID_PARAMETER_VALUE,
		"Invalid value %.*s%s for parameter '%.*s' supplied:  Hint: Value was of type '%s'. See the API docs "
		"for more information about request parameters.",
		MR_STR_ARG(mr_buf_view(&shown)), shown.failed ? "..." : "", MR_STR_ARG(wrong->path),
		mr_python_type(wrong->json));
	mr_buf_dispose(&shown);
	return MR_INVALID_PARAMETER_VALUE;
}

/* ---- repeated ---- */

struct list {
	char *items;
	size_t n, room, size;
};

/* The place of the next element, zeroed. */
static void *next_item(struct mr_decoding *d, struct list *list)
{
	size_t more = list->room ? list->room * 2 : 8;
	char *grown;

	if (list->n == list->room) {
		grown = mr_arena_grow(d->call->arena, list->items, list->room * list->size, more * list->size);
		if (!grown) {
			mr_error_no_memory(d->err);
			return NULL;
		}
		list->items = grown;
		list->room = more;
	}
	return memset(list->items + list->n * list->size, 0, list->size);
}

static bool decode_element(struct mr_decoding *d, const struct mr_plan_field *field, struct list *list)
{
	struct mr_decode_path step = {d->path, {NULL, 0}, list->n};
	void *to = next_item(d, list);
	mr_json_type type;
	bool set, good;

	if (!to || !mr_json_scan_peek(&d->sc, &type))
		return false;
	d->path = &step;
	good = mr_decode_value(d, field, type, to, &set);
	d->path = step.up;
	list->n += good && set;
	return good;
}

/* A wrong element makes a list of scalars wrong as a whole: that is how the reference names it. */
static bool decode_list(struct mr_decoding *d, const struct mr_plan_field *field, struct list *list)
{
	mr_json_scanner from = d->sc;
	bool first = true;

	if (!mr_json_scan_enter(&d->sc, MR_JSON_ARRAY))
		return false;
	for (; mr_json_scan_next(&d->sc, MR_JSON_ARRAY, first, NULL); first = false) {
		if (decode_element(d, field, list))
			continue;
		if (!d->wrong.path.ptr || field->desc->kind == MR_KIND_MESSAGE)
			return false;
		return mr_decode_wrong(d, &from);
	}
	return !mr_json_scan_failed(&d->sc);
}

static bool decode_map_value(struct mr_decoding *d, unsigned kind, mr_str key, void *to)
{
	static const struct mr_field_desc text = {.kind = MR_KIND_STRING}, number = {.kind = MR_KIND_DOUBLE};
	struct mr_plan_field of_value = {.desc = kind == MR_KIND_MAP_STRING ? &text : &number};
	struct mr_decode_path step = {d->path, key, 0};
	struct mr_map_string *pair = to;
	struct mr_map_double *entry = to;
	mr_json_type type;
	bool set, good;

	if (!mr_json_scan_peek(&d->sc, &type))
		return false;
	d->path = &step;
	if (kind == MR_KIND_MAP_STRING) {
		pair->key = key;
		good = mr_decode_value(d, &of_value, type, &pair->value, &set);
	} else {
		entry->key = key;
		good = mr_decode_value(d, &of_value, type, &entry->value, &set);
	}
	d->path = step.up;
	return good;
}

/* Where the key stands already, so that the last of equal ones counts. Maps are small. */
static void *map_item(struct mr_decoding *d, struct list *list, mr_str key, bool *is_new)
{
	size_t i;

	*is_new = false;
	for (i = 0; i < list->n; i++) {
		char *item = list->items + i * list->size;

		if (mr_str_eq(*(const mr_str *)(const void *)item, key)) /* the key is the first member of both kinds */
			return item;
	}
	*is_new = true;
	return next_item(d, list);
}

static bool decode_map(struct mr_decoding *d, unsigned kind, struct list *list)
{
	bool first = true, is_new;
	mr_str key;
	void *to;

	if (!mr_json_scan_enter(&d->sc, MR_JSON_OBJECT))
		return false;
	for (; mr_json_scan_next(&d->sc, MR_JSON_OBJECT, first, &key); first = false) {
		to = mr_decode_keep(d, &key) ? map_item(d, list, key, &is_new) : NULL;
		if (!to || !decode_map_value(d, kind, key, to))
			return false;
		list->n += is_new;
	}
	return !mr_json_scan_failed(&d->sc);
}

static bool decode_repeated(struct mr_decoding *d, const struct mr_plan_field *field, void *message, mr_json_type type)
{
	unsigned kind = field->desc->kind;
	bool map = kind == MR_KIND_MAP_STRING || kind == MR_KIND_MAP_DOUBLE;
	struct list list = {NULL, 0, 0, mr_kind_size(kind)};
	mr_json_scanner from = d->sc;

	if (type != (map ? MR_JSON_OBJECT : MR_JSON_ARRAY))
		return mr_decode_wrong(d, &from);
	if (!(map ? decode_map(d, kind, &list) : decode_list(d, field, &list)))
		return false;
	*(void **)mr_member(message, field->desc) = list.items;
	*mr_member_count(message, field->desc) = list.n;
	return true;
}

/* ---- members ---- */

static void clear_member(const struct mr_plan_field *field, void *message)
{
	if (field->desc->flags & MR_FIELD_REPEATED)
		*mr_member_count(message, field->desc) = 0;
	else
		mr_member_set(message, field->index, false);
}

static bool decode_member(struct mr_decoding *d, const struct mr_plan_field *field, void *message)
{
	struct mr_decode_path step = {d->path, mr_plan_field_name(field), 0};
	mr_json_type type;
	bool good, set;

	if (!mr_json_scan_peek(&d->sc, &type))
		return false;
	if (type == MR_JSON_NULL && field->desc->kind != MR_KIND_JSON) {
		clear_member(field, message);
		return mr_json_scan_null(&d->sc);
	}
	d->path = &step;
	if (field->desc->flags & MR_FIELD_REPEATED) {
		good = decode_repeated(d, field, message, type);
	} else {
		good = mr_decode_value(d, field, type, mr_member(message, field->desc), &set);
		if (good && set)
			mr_member_set(message, field->index, true);
	}
	d->path = step.up;
	return good;
}

/* Which spellings of the fields stand in an object. */
struct seen {
	uint64_t snake, camel;
};

static bool is_named(const struct mr_plan_field *field, mr_str name, struct seen *seen)
{
	uint64_t bit = (uint64_t)1 << field->index;

	if (name.len == field->key_len - 3u && memcmp(name.ptr, field->key + 1, name.len) == 0) {
		seen->snake |= bit;
		return true;
	}
	if (!field->two_names || name.len != field->json_name_len ||
	    memcmp(name.ptr, field->desc->json_name, name.len) != 0)
		return false;
	seen->camel |= bit;
	return true;
}

/* Mostly the one behind the last. */
static const struct mr_plan_field *find_member(const struct mr_plan *plan, uint32_t guess, mr_str name,
					       struct seen *seen)
{
	uint32_t i;

	if (guess < plan->desc->fields_n && is_named(&plan->fields[guess], name, seen))
		return &plan->fields[guess];
	for (i = 0; i < plan->desc->fields_n; i++)
		if (is_named(&plan->fields[i], name, seen))
			return &plan->fields[i];
	return NULL;
}

static bool refuse_both_names(struct mr_decoding *d, const struct mr_plan *plan, const struct seen *seen)
{
	uint64_t both = seen->snake & seen->camel;
	const struct mr_field_desc *field;

	if (!both)
		return true;
	field = plan->fields[__builtin_ctzll(both)].desc;
	mr_error_set(d->err, MR_INVALID_PARAMETER_VALUE,
		     "Request specifies both '%s' and '%s'; provide only one of them.", field->name, field->json_name);
	return false;
}

/* A wrong member of a request is noted and passed over. */
static bool note_wrong(struct mr_decoding *d, const mr_json_scanner *from, struct mr_decoded_top *top, unsigned index)
{
	if (!top || !d->wrong.path.ptr)
		return false;
	top->wrong[index] = d->wrong;
	d->wrong.path.ptr = NULL;
	d->sc = *from;
	return mr_json_scan_skip(&d->sc, NULL);
}

/* The value that was just read. */
static mr_str text_since(const struct mr_decoding *d, const mr_json_scanner *from)
{
	const char *at = from->at;

	while (at < d->sc.at && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
		at++;
	return mr_str_make(at, (size_t)(d->sc.at - at));
}

bool mr_decode_object(struct mr_decoding *d, const struct mr_plan *plan, void *message, struct mr_decoded_top *top)
{
	const struct mr_plan_field *field;
	struct seen seen = {0, 0};
	mr_json_scanner from;
	bool first = true;
	uint32_t guess = 0;
	mr_str key;

	if (!mr_json_scan_enter(&d->sc, MR_JSON_OBJECT))
		return false;
	for (; mr_json_scan_next(&d->sc, MR_JSON_OBJECT, first, &key); first = false) {
		field = find_member(plan, guess, key, &seen);
		if (!field) {
			if (!mr_json_scan_skip(&d->sc, NULL))
				return false;
			continue;
		}
		guess = field->index + 1u;
		from = d->sc;
		if (top)
			memset(&top->wrong[field->index], 0, sizeof top->wrong[0]); /* the last of equal keys counts */
		if (!decode_member(d, field, message) && !note_wrong(d, &from, top, field->index))
			return false;
		if (top)
			top->json[field->index] = text_since(d, &from);
	}
	return !mr_json_scan_failed(&d->sc) && refuse_both_names(d, plan, &seen);
}

mr_code mr_msg_decode(const struct mr_msg_desc *desc, mr_str text, mr_call *call, void **out, mr_error *err)
{
	struct mr_decoding d = {.call = call, .err = err};
	const struct mr_plan *plan = mr_plan_get(desc);
	mr_error own;
	void *message = mr_msg_new(call, desc);

	if (!plan || !message)
		return mr_error_no_memory(err);
	if (!err) {
		mr_error_init(&own);
		d.err = &own;
	}
	mr_json_scan_init(&d.sc, text, call->arena, d.err);
	if (!mr_decode_object(&d, plan, message, NULL) || !mr_json_scan_end(&d.sc))
		return d.wrong.path.ptr ? mr_wrong_value_set(&d.wrong, call, d.err) : d.err->code;
	*out = message;
	return MR_OK;
}
