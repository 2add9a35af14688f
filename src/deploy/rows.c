/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/rows.h"

enum { REQUEST_MAX = 1 << 30 };

static bool is_request(const mr_json *o)
{
	static const char *const keys[] = {"dataframe_split", "dataframe_records", "instances", "inputs",
					   "messages",	      "prompt",		   "input"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (mr_json_get(o, keys[i]))
			return true;
	return false;
}

static bool all_of(const mr_json *list, mr_json_type type)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].type != type)
			return false;
	return list->count > 0;
}

/* Columns with the same labels, or the same number of cells, in the same order. */
static mr_code check_columns(const mr_json *o, mr_error *err)
{
	const mr_json *first = &o->items[0];

	for (size_t i = 1; i < o->count; i++) {
		const mr_json *column = &o->items[i];
		bool same = column->count == first->count;

		for (size_t k = 0; same && first->type == MR_JSON_OBJECT && k < first->count; k++)
			same = mr_str_eq(first->keys[k], column->keys[k]);
		if (!same)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The columns '%.*s' and '%.*s' do not have the same rows",
					    MR_STR_ARG(o->keys[0]), MR_STR_ARG(o->keys[i]));
	}
	return MR_OK;
}

static void write_columns(mr_json_writer *w, const mr_json *o)
{
	mr_json_write_key(w, mr_str_from("dataframe_split"));
	mr_json_write_begin(w, '{');
	mr_json_write_key(w, mr_str_from("columns"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < o->count; i++)
		mr_json_write_string(w, o->keys[i]);
	mr_json_write_end(w, ']');
	mr_json_write_key(w, mr_str_from("data"));
	mr_json_write_begin(w, '[');
	for (size_t row = 0; row < o->items[0].count; row++) {
		mr_json_write_begin(w, '[');
		for (size_t i = 0; i < o->count; i++)
			mr_json_write_tree(w, &o->items[i].items[row]);
		mr_json_write_end(w, ']');
	}
	mr_json_write_end(w, ']');
	mr_json_write_end(w, '}');
}

static mr_code refuse(mr_error *err)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The input is no table: it must be a list of rows ([{\"a\": 1}, ...]), columns as pandas writes them "
			    "({\"a\": {\"0\": 1}, ...}), or a scoring request with dataframe_split, dataframe_records, instances or inputs");
}

static mr_code write_request(const mr_json *tree, mr_json_writer *w, mr_error *err)
{
	const char *key;
	mr_code code = MR_OK;

	mr_json_write_begin(w, '{');
	if (tree->type == MR_JSON_ARRAY && tree->count) {
		key = all_of(tree, MR_JSON_OBJECT) ? "dataframe_records" : "instances";
		mr_json_write_key(w, mr_str_from(key));
		mr_json_write_tree(w, tree);
	} else if (tree->type == MR_JSON_OBJECT && mr_json_get(tree, "columns") && mr_json_get(tree, "data")) {
		mr_json_write_key(w, mr_str_from("dataframe_split"));
		mr_json_write_tree(w, tree);
	} else if (tree->type == MR_JSON_OBJECT && (all_of(tree, MR_JSON_OBJECT) || all_of(tree, MR_JSON_ARRAY))) {
		code = check_columns(tree, err);
		if (code == MR_OK)
			write_columns(w, tree);
	} else {
		code = refuse(err);
	}
	mr_json_write_end(w, '}');
	return code;
}

mr_code mr_rows_to_request(mr_str json, mr_arena *arena, mr_str *out, mr_error *err)
{
	mr_json_writer w;
	mr_json *tree;
	mr_buf buf;
	mr_code code = mr_json_parse(json, arena, &tree, err);

	*out = json;
	if (code != MR_OK || (tree->type == MR_JSON_OBJECT && is_request(tree)))
		return code;
	mr_buf_init(&buf, REQUEST_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
	code = write_request(tree, &w, err);
	if (code == MR_OK)
		code = mr_buf_check(&buf, err);
	if (code == MR_OK && !(*out = mr_arena_copy(arena, mr_buf_view(&buf))).ptr)
		code = mr_error_no_memory(err);
	mr_buf_dispose(&buf);
	return code;
}
