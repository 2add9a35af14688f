/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/record.h"

#include "base/json.h"

/* ---- out ---- */

static void text(mr_json_writer *w, const char *key, mr_str value)
{
	if (!value.len)
		return;
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void number(mr_json_writer *w, const char *key, int64_t value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_int(w, value);
}

static void pairs(mr_json_writer *w, const char *key, const struct mr_map_string *list, size_t n)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_begin(w, '{');
	for (size_t i = 0; i < n; i++) {
		mr_json_write_key(w, list[i].key);
		mr_json_write_string(w, list[i].value);
	}
	mr_json_write_end(w, '}');
}

static void revision(mr_json_writer *w, const char *key, const struct mr_revision *r)
{
	if (!r->number)
		return;
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_begin(w, '{');
	number(w, "number", r->number);
	number(w, "made_ms", r->made_ms);
	text(w, "model_uri", r->model_uri);
	text(w, "model", r->model);
	text(w, "flavor", r->flavor);
	mr_json_write_key(w, mr_str_from("flavor_chosen"));
	mr_json_write_bool(w, r->flavor_chosen);
	pairs(w, "config", r->config, r->config_n);
	pairs(w, "environment", r->environment, r->environment_n);
	mr_json_write_end(w, '}');
}

void mr_record_write(const struct mr_record *r, mr_buf *out)
{
	mr_json_writer w;

	mr_json_write_init(&w, out, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '{');
	text(&w, "name", r->name);
	text(&w, "host", r->host);
	number(&w, "port", r->port);
	number(&w, "created_ms", r->created_ms);
	revision(&w, "wanted", &r->wanted);
	revision(&w, "current", &r->current);
	number(&w, "failed", r->failed);
	text(&w, "failed_why", r->failed_why);
	mr_json_write_key(&w, mr_str_from("deleting"));
	mr_json_write_bool(&w, r->deleting);
	text(&w, "state", r->state);
	text(&w, "why", r->why);
	number(&w, "since_ms", r->since_ms);
	number(&w, "restarts", r->restarts);
	number(&w, "pid", r->pid);
	number(&w, "server_port", r->server_port);
	mr_json_write_end(&w, '}');
	mr_buf_char(out, '\n');
}

/* ---- in ---- */

static mr_str get_text(const mr_json *object, const char *key)
{
	return mr_json_str(mr_json_get(object, key), mr_str_make("", 0));
}

static int64_t get_number(const mr_json *object, const char *key)
{
	return mr_json_int(mr_json_get(object, key), 0);
}

static bool get_bool(const mr_json *object, const char *key)
{
	const mr_json *value = mr_json_get(object, key);

	return value && value->type == MR_JSON_BOOL && value->boolean;
}

static bool get_pairs(const mr_json *object, const char *key, mr_arena *arena, struct mr_map_string **out, size_t *n)
{
	const mr_json *map = mr_json_get(object, key);

	*n = map && map->type == MR_JSON_OBJECT ? map->count : 0;
	*out = mr_arena_alloc(arena, (*n + 1) * sizeof **out);
	for (size_t i = 0; *out && i < *n; i++) {
		(*out)[i].key = map->keys[i];
		(*out)[i].value = mr_json_str(&map->items[i], mr_str_make("", 0));
	}
	return *out != NULL;
}

static bool get_revision(const mr_json *object, const char *key, mr_arena *arena, struct mr_revision *out)
{
	const mr_json *r = mr_json_get(object, key);

	if (!r)
		return true;
	out->number = get_number(r, "number");
	out->made_ms = get_number(r, "made_ms");
	out->model_uri = get_text(r, "model_uri");
	out->model = get_text(r, "model");
	out->flavor = get_text(r, "flavor");
	out->flavor_chosen = get_bool(r, "flavor_chosen");
	return get_pairs(r, "config", arena, &out->config, &out->config_n) &&
	       get_pairs(r, "environment", arena, &out->environment, &out->environment_n);
}

/* Texts that are used as C strings have a NUL behind them. */
static bool end_texts(mr_arena *arena, mr_str **texts)
{
	for (; *texts; texts++)
		if (!(**texts = mr_arena_copy(arena, **texts)).ptr)
			return false;
	return true;
}

mr_code mr_record_parse(mr_str json, mr_arena *arena, struct mr_record *out, mr_error *err)
{
	mr_str *texts[] = {&out->name, &out->host, &out->wanted.model, &out->current.model, &out->why, &out->failed_why, NULL};
	mr_json *o;
	mr_code code = mr_json_parse(json, arena, &o, err);

	*out = (struct mr_record){0};
	if (code != MR_OK)
		return code;
	out->name = get_text(o, "name");
	out->host = get_text(o, "host");
	out->port = get_number(o, "port");
	out->created_ms = get_number(o, "created_ms");
	out->failed = get_number(o, "failed");
	out->failed_why = get_text(o, "failed_why");
	out->deleting = get_bool(o, "deleting");
	out->state = get_text(o, "state");
	out->why = get_text(o, "why");
	out->since_ms = get_number(o, "since_ms");
	out->restarts = get_number(o, "restarts");
	out->pid = get_number(o, "pid");
	out->server_port = get_number(o, "server_port");
	if (!get_revision(o, "wanted", arena, &out->wanted) || !get_revision(o, "current", arena, &out->current) ||
	    !end_texts(arena, texts))
		return mr_error_no_memory(err);
	if (!out->name.len || !out->host.len || out->wanted.number < 1 || out->port < 0 || out->port > 65535)
		return mr_error_set(err, MR_INVALID_STATE, "it has no name, no host, no valid port or no revision");
	return MR_OK;
}
