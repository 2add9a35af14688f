/* SPDX-License-Identifier: Apache-2.0
 *
 * libyaml's events to a tree. An alias shares the children of what it names,
 * so memory is bounded by the text; what walks the tree is bounded by the
 * budget that each alias's size is taken from.
 */
#include "base/yaml.h"

#include <yaml.h>

#include "base/map.h"
#include "base/yaml_scalar.h"

enum { ALIAS_BUDGET = 100000 }; /* nodes that all aliases together may stand for */

struct anchor {
	struct anchor *before;
	mr_str name;
	mr_json value;
	size_t nodes; /* in it, aliases counted out */
	int height;
	bool complete;
};

struct reader {
	yaml_parser_t parser;
	mr_arena *arena;
	mr_error *err;
	struct anchor *anchors;
	size_t nodes, aliased;
	int depth, deepest;
};

static bool read_node(struct reader *r, yaml_event_t *event, mr_json *out);

static bool fail_at(struct reader *r, yaml_mark_t mark, const char *what)
{
	mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "Invalid YAML at line %zu column %zu: %s", mark.line + 1,
		     mark.column + 1, what);
	return false;
}

static bool fail_memory(struct reader *r)
{
	mr_error_no_memory(r->err);
	return false;
}

static bool next_event(struct reader *r, yaml_event_t *event)
{
	if (yaml_parser_parse(&r->parser, event))
		return true;
	if (r->parser.error == YAML_MEMORY_ERROR)
		return fail_memory(r);
	return fail_at(r, r->parser.error == YAML_READER_ERROR ? r->parser.mark : r->parser.problem_mark,
		       r->parser.problem ? r->parser.problem : "it cannot be read");
}

static mr_str scalar_text(const yaml_event_t *event)
{
	return mr_str_make((const char *)event->data.scalar.value, event->data.scalar.length);
}

/* The kind by tag where there is one, else by the look of a plain scalar. -1: an unknown tag. */
static int scalar_kind(const yaml_event_t *event)
{
	static const struct {
		const char *tag;
		yaml_kind kind;
	} known[] = {
		{YAML_NULL_TAG, YAML_KIND_NULL},
		{YAML_BOOL_TAG, YAML_KIND_BOOL},
		{YAML_STR_TAG, YAML_KIND_TEXT},
		{YAML_INT_TAG, YAML_KIND_INT},
		{YAML_FLOAT_TAG, YAML_KIND_FLOAT},
		{YAML_TIMESTAMP_TAG, YAML_KIND_TIMESTAMP},
		{"!", YAML_KIND_TEXT},
	};
	const char *tag = (const char *)event->data.scalar.tag;
	size_t i;

	if (!tag)
		return event->data.scalar.plain_implicit ? (int)mr_yaml_kind(scalar_text(event)) : YAML_KIND_TEXT;
	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (!strcmp(tag, known[i].tag))
			return (int)known[i].kind;
	return -1;
}

static bool read_number(struct reader *r, const yaml_event_t *event, yaml_kind kind, mr_json *out)
{
	mr_str text = scalar_text(event);
	yaml_kind look = mr_yaml_kind(text);

	/* "!!float 1" is fine, "!!int x" is not */
	if (look != kind && !(kind == YAML_KIND_FLOAT && look == YAML_KIND_INT))
		return fail_at(r, event->start_mark, "this is not the number that its tag says");
	out->type = MR_JSON_NUMBER;
	out->text = mr_yaml_number(r->arena, text, kind);
	if (!out->text.ptr)
		return fail_memory(r);
	return out->text.len || fail_at(r, event->start_mark, "the number is too large");
}

static bool read_scalar(struct reader *r, const yaml_event_t *event, mr_json *out)
{
	int kind = scalar_kind(event);

	switch (kind) {
	case -1:
		return fail_at(r, event->start_mark, "unknown tag; only the standard types of YAML are read");
	case YAML_KIND_NULL:
		return true;
	case YAML_KIND_BOOL:
		if (mr_yaml_kind(scalar_text(event)) != YAML_KIND_BOOL)
			return fail_at(r, event->start_mark, "this is not the boolean that its tag says");
		out->type = MR_JSON_BOOL;
		out->boolean = mr_yaml_bool(scalar_text(event));
		return true;
	case YAML_KIND_INT:
	case YAML_KIND_FLOAT:
		return read_number(r, event, (yaml_kind)kind, out);
	default:
		out->type = MR_JSON_STRING;
		out->text = mr_arena_copy(r->arena, scalar_text(event));
		return out->text.ptr || fail_memory(r);
	}
}

/* Room for one more in items (and keys, when it is an object), by doubling. */
static bool make_room(struct reader *r, mr_json *out, size_t *room)
{
	size_t more = *room ? *room * 2 : 4;

	if (out->count < *room)
		return true;
	out->items = mr_arena_grow(r->arena, out->items, *room * sizeof *out->items, more * sizeof *out->items);
	if (out->type == MR_JSON_OBJECT)
		out->keys = mr_arena_grow(r->arena, out->keys, *room * sizeof *out->keys, more * sizeof *out->keys);
	*room = more;
	return (out->items && (out->keys || out->type == MR_JSON_ARRAY)) || fail_memory(r);
}

static bool read_sequence(struct reader *r, mr_json *out)
{
	yaml_event_t event;
	size_t room = 0;
	bool ok = true, end;

	out->type = MR_JSON_ARRAY;
	while (ok) {
		if (!next_event(r, &event))
			return false;
		end = event.type == YAML_SEQUENCE_END_EVENT;
		if (!end)
			ok = make_room(r, out, &room) && read_node(r, &event, &out->items[out->count]);
		yaml_event_delete(&event);
		if (end)
			return true;
		out->count++;
	}
	return false;
}

/* A key as text, as json.dumps writes one that is no text. */
static bool key_text(struct reader *r, yaml_mark_t mark, const mr_json *key, mr_str *out)
{
	switch (key->type) {
	case MR_JSON_STRING:
	case MR_JSON_NUMBER:
		*out = key->text;
		return true;
	case MR_JSON_NULL:
		*out = mr_str_from("null");
		return true;
	case MR_JSON_BOOL:
		*out = mr_str_from(key->boolean ? "true" : "false");
		return true;
	case MR_JSON_ARRAY:
	case MR_JSON_OBJECT:
	default:
		return fail_at(r, mark, "a key must be text or a number");
	}
}

/* Adds to the mapping what a merge ("<<: *defaults") names and it has not. */
static bool merge_one(struct reader *r, yaml_mark_t mark, mr_map *known, const mr_json *from, mr_json *out,
		      size_t *room)
{
	size_t i;

	if (from->type != MR_JSON_OBJECT)
		return fail_at(r, mark, "expected a mapping or list of mappings for merging");
	for (i = 0; i < from->count; i++) {
		if (mr_map_get(known, from->keys[i]))
			continue;
		if (!make_room(r, out, room))
			return false;
		if (!mr_map_set(known, from->keys[i], r, NULL))
			return fail_memory(r);
		out->keys[out->count] = from->keys[i];
		out->items[out->count++] = from->items[i];
	}
	return true;
}

static bool merge(struct reader *r, yaml_mark_t mark, const mr_json *from, mr_json *out, size_t *room)
{
	mr_map *known = mr_map_new(r->arena, out->count + from->count);
	size_t i;

	if (!known)
		return fail_memory(r);
	for (i = 0; i < out->count; i++)
		if (!mr_map_set(known, out->keys[i], r, NULL))
			return fail_memory(r);
	if (from->type != MR_JSON_ARRAY)
		return merge_one(r, mark, known, from, out, room);
	for (i = 0; i < from->count; i++)
		if (!merge_one(r, mark, known, &from->items[i], out, room))
			return false;
	return true;
}

static bool is_merge(const yaml_event_t *event)
{
	return event->type == YAML_SCALAR_EVENT && scalar_kind(event) == YAML_KIND_MERGE;
}

/* The value that belongs to a key. */
static bool read_value(struct reader *r, mr_json *out)
{
	yaml_event_t event;
	bool ok;

	if (!next_event(r, &event))
		return false;
	ok = read_node(r, &event, out);
	yaml_event_delete(&event);
	return ok;
}

/* One key and its value; merges are put off until the own keys are known. */
static bool read_pair(struct reader *r, yaml_event_t *event, mr_json *out, size_t *room, mr_json *merged)
{
	mr_json key;
	bool ok;

	if (is_merge(event)) {
		if (merged->type != MR_JSON_NULL)
			return fail_at(r, event->start_mark, "a second '<<' in a mapping; give one a list of mappings");
		return read_value(r, merged);
	}
	if (!make_room(r, out, room) || !read_node(r, event, &key) ||
	    !key_text(r, event->start_mark, &key, &out->keys[out->count]))
		return false;
	ok = read_value(r, &out->items[out->count]);
	out->count++;
	return ok;
}

static bool read_mapping(struct reader *r, yaml_mark_t start, mr_json *out)
{
	mr_json merged = {.type = MR_JSON_NULL};
	yaml_event_t event;
	size_t room = 0;
	bool ok = true, end;

	out->type = MR_JSON_OBJECT;
	while (ok) {
		if (!next_event(r, &event))
			return false;
		end = event.type == YAML_MAPPING_END_EVENT;
		if (!end)
			ok = read_pair(r, &event, out, &room, &merged);
		yaml_event_delete(&event);
		if (end)
			return merged.type == MR_JSON_NULL || merge(r, start, &merged, out, &room);
	}
	return false;
}

static bool read_alias(struct reader *r, const yaml_event_t *event, mr_json *out)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct anchor *anchor;

	for (anchor = r->anchors; anchor && !mr_str_is(anchor->name, name); anchor = anchor->before)
		;
	if (!anchor)
		return fail_at(r, event->start_mark, "this alias names nothing that came before");
	if (!anchor->complete)
		return fail_at(r, event->start_mark, "this alias stands inside of what it names");
	r->aliased += anchor->nodes;
	r->nodes += anchor->nodes;
	if (r->aliased > ALIAS_BUDGET)
		return fail_at(r, event->start_mark, "the aliases stand for more than is allowed");
	if (r->depth + anchor->height > MR_JSON_DEPTH_MAX)
		return fail_at(r, event->start_mark, "nested too deeply");
	if (r->deepest < r->depth + anchor->height)
		r->deepest = r->depth + anchor->height;
	*out = anchor->value;
	return true;
}

static bool read_content(struct reader *r, const yaml_event_t *event, mr_json *out)
{
	const char *tag;

	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(r, event, out);
	case YAML_SEQUENCE_START_EVENT:
		tag = (const char *)event->data.sequence_start.tag;
		if (tag && strcmp(tag, YAML_SEQ_TAG) && strcmp(tag, "!"))
			break;
		return read_sequence(r, out);
	case YAML_MAPPING_START_EVENT:
		tag = (const char *)event->data.mapping_start.tag;
		if (tag && strcmp(tag, YAML_MAP_TAG) && strcmp(tag, "!"))
			break;
		return read_mapping(r, event->start_mark, out);
	default:
		return fail_at(r, event->start_mark, "a value is expected");
	}
	return fail_at(r, event->start_mark, "unknown tag; only the standard types of YAML are read");
}

static const char *anchor_name(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return (const char *)event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

static struct anchor *add_anchor(struct reader *r, const char *name)
{
	struct anchor *anchor = mr_arena_zalloc(r->arena, sizeof *anchor);

	if (anchor)
		anchor->name = mr_arena_copy(r->arena, mr_str_from(name));
	if (!anchor || !anchor->name.ptr)
		return NULL;
	anchor->before = r->anchors;
	r->anchors = anchor;
	return anchor;
}

static bool read_node(struct reader *r, yaml_event_t *event, mr_json *out)
{
	size_t nodes = r->nodes++;
	int deepest = r->deepest;
	struct anchor *anchor = NULL;

	memset(out, 0, sizeof *out);
	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(r, event, out);
	if (anchor_name(event)) {
		anchor = add_anchor(r, anchor_name(event));
		if (!anchor)
			return fail_memory(r);
	}
	if (r->depth >= MR_JSON_DEPTH_MAX && event->type != YAML_SCALAR_EVENT)
		return fail_at(r, event->start_mark, "nested too deeply");
	r->depth++;
	r->deepest = r->depth;
	if (!read_content(r, event, out))
		return false;
	if (anchor) {
		anchor->value = *out;
		anchor->nodes = r->nodes - nodes;
		anchor->height = r->deepest - r->depth + 1;
		anchor->complete = true;
	}
	r->depth--;
	if (r->deepest < deepest)
		r->deepest = deepest;
	return true;
}

/* Stream start, at most one document, stream end. */
static bool read_stream(struct reader *r, mr_json *out)
{
	yaml_event_t event;
	bool ok = true, end = false, any = false;

	while (ok && !end) {
		if (!next_event(r, &event))
			return false;
		if (event.type == YAML_DOCUMENT_START_EVENT && any)
			ok = fail_at(r, event.start_mark, "a second document; one is expected");
		else if (event.type == YAML_STREAM_END_EVENT)
			end = true;
		else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_START_EVENT &&
			 event.type != YAML_DOCUMENT_END_EVENT) {
			any = true;
			ok = read_node(r, &event, out);
		}
		yaml_event_delete(&event);
	}
	return ok;
}

mr_code mr_yaml_parse(mr_str text, mr_arena *arena, mr_json **out, mr_error *err)
{
	struct reader r;
	mr_error own;
	mr_json *root = mr_arena_zalloc(arena, sizeof *root);
	bool ok;

	memset(&r, 0, sizeof r);
	if (!root || !yaml_parser_initialize(&r.parser))
		return mr_error_no_memory(err);
	mr_error_init(&own);
	r.arena = arena;
	r.err = err ? err : &own;
	if (text.len > MR_YAML_SIZE_MAX)
		ok = fail_at(&r, r.parser.mark, "the text is too large");
	else {
		yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.ptr ? text.ptr : ""), text.len);
		ok = read_stream(&r, root);
	}
	yaml_parser_delete(&r.parser);
	if (!ok)
		return r.err->code;
	*out = root;
	return MR_OK;
}
