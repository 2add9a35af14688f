/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads filters and orders, a line each: entity, "filter" or "order", and the
 * text as JSON, between tabs; prints what src/search makes of each as a line of
 * JSON. test_filter_grammar.py compares that with MLflow's own parsers.
 */
#include <stdlib.h>

#include "base/json.h"
#include "search/search.h"

static const char *const entities[] = {"runs", "experiments", "registered_models", "model_versions", "logged_models"};
static const char *const types[] = {"attribute", "metric", "parameter", "tag", "dataset"};
static const char *const ops[] = {"=",	  "!=",	   "<",	 "<=",	   ">",	      ">=",
				  "LIKE", "ILIKE", "IN", "NOT IN", "IS NULL", "IS NOT NULL"};

static void write_member(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void write_value(mr_json_writer *w, const struct mr_search_clause *c)
{
	size_t i;

	mr_json_write_key(w, mr_str_from("value"));
	if (c->op == MR_SEARCH_IS_NULL || c->op == MR_SEARCH_IS_NOT_NULL) {
		mr_json_write_null(w);
	} else if (c->list) {
		mr_json_write_begin(w, '[');
		for (i = 0; i < c->list_n; i++)
			mr_json_write_string(w, c->list[i]);
		mr_json_write_end(w, ']');
	} else if (c->is_number) {
		mr_json_write_double(w, c->number);
	} else {
		mr_json_write_string(w, c->text);
	}
}

static mr_code dump_filter(mr_search_entity entity, mr_str text, mr_arena *arena, mr_json_writer *w, mr_error *err)
{
	struct mr_search_filter filter;
	mr_code code = mr_search_parse_filter(entity, text, arena, &filter, err);
	size_t i;

	if (code != MR_OK)
		return code;
	mr_json_write_begin(w, '[');
	for (i = 0; i < filter.n; i++) {
		mr_json_write_begin(w, '{');
		write_member(w, "type", mr_str_from(types[filter.clauses[i].type]));
		write_member(w, "key", filter.clauses[i].key);
		write_member(w, "op", mr_str_from(ops[filter.clauses[i].op]));
		write_value(w, &filter.clauses[i]);
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, ']');
	return MR_OK;
}

static mr_code dump_order(mr_search_entity entity, mr_str text, mr_arena *arena, mr_json_writer *w, mr_error *err)
{
	struct mr_search_order order;
	mr_code code = mr_search_parse_order(entity, text, arena, &order, err);

	if (code != MR_OK)
		return code;
	mr_json_write_begin(w, '{');
	write_member(w, "type", mr_str_from(types[order.type]));
	write_member(w, "key", order.key);
	mr_json_write_key(w, mr_str_from("ascending"));
	mr_json_write_bool(w, order.ascending);
	mr_json_write_end(w, '}');
	return MR_OK;
}

static mr_code dump(char *line, mr_arena *arena, mr_buf *out, mr_error *err)
{
	char *what = strchr(line, '\t'), *text = what ? strchr(what + 1, '\t') : NULL;
	mr_json_writer w;
	mr_json *value;
	size_t i;

	if (!text)
		return mr_error_set(err, MR_BAD_REQUEST, "a line has three fields");
	*what++ = 0;
	*text++ = 0;
	mr_json_write_init(&w, out, MR_JSON_COMPACT);
	if (mr_json_parse(mr_str_from(text), arena, &value, err) != MR_OK)
		return err->code;
	for (i = 0; i < sizeof entities / sizeof entities[0]; i++)
		if (!strcmp(line, entities[i]))
			return (*what == 'f' ? dump_filter : dump_order)((mr_search_entity)i, value->text, arena, &w, err);
	return mr_error_set(err, MR_BAD_REQUEST, "no entity '%s'", line);
}

int main(void)
{
	mr_arena *arena = mr_arena_new(0);
	size_t room = 0;
	char *line = NULL;
	mr_error err;
	mr_buf out;
	ssize_t n;

	mr_buf_init(&out, 1 << 24);
	while ((n = getline(&line, &room, stdin)) > 0) {
		line[n - 1] = 0;
		mr_arena_reset(arena);
		mr_buf_clear(&out);
		mr_error_init(&err);
		if (dump(line, arena, &out, &err) != MR_OK) {
			mr_json_writer w;

			mr_buf_clear(&out);
			mr_json_write_init(&w, &out, MR_JSON_COMPACT);
			mr_json_write_begin(&w, '{');
			write_member(&w, "error", mr_str_make(err.message, err.length));
			mr_json_write_end(&w, '}');
		}
		puts(out.ptr ? out.ptr : "");
	}
	mr_buf_dispose(&out);
	mr_arena_free(arena);
	free(line);
	return 0;
}
