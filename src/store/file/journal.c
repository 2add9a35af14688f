/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal as a file: JSON, for it is short, and a person may have to read it.
 *
 *	{"millrace_journal": 1, "steps": [
 *	  {"do": "put", "path": "0/<run>/tags/a", "from": ".millrace-0f3c.tmp"},
 *	  {"do": "append", "path": "0/<run>/metrics/loss", "at": 120, "lines": "1 0.5 3\n"}, ...]}
 */
#include "base/json.h"
#include "store/file/change.h"

enum { JOURNAL_MAX = 64 << 20 };

static const char *const names[] = {
	[MR_STEP_PUT] = "put",	     [MR_STEP_APPEND] = "append",	    [MR_STEP_FOLDER] = "folder",
	[MR_STEP_REMOVE] = "remove", [MR_STEP_REMOVE_TREE] = "remove tree", [MR_STEP_MOVE] = "move",
};

static void write_member(mr_json_writer *w, const char *key, mr_str value)
{
	if (!value.ptr)
		return;
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void write_step(mr_json_writer *w, const struct mr_step *step)
{
	mr_json_write_begin(w, '{');
	write_member(w, "do", mr_str_from(names[step->kind]));
	write_member(w, "path", step->path);
	write_member(w, "from", step->from);
	if (step->kind == MR_STEP_APPEND) {
		mr_json_write_key(w, mr_str_from("at"));
		mr_json_write_int(w, step->offset);
		write_member(w, "lines", step->bytes);
	}
	mr_json_write_end(w, '}');
}

mr_code mr_journal_write(const struct mr_disk *disk, mr_str name, const struct mr_step *steps, size_t n, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;
	mr_code code;

	mr_buf_init(&buf, JOURNAL_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("millrace_journal"));
	mr_json_write_int(&w, 1);
	mr_json_write_key(&w, mr_str_from("steps"));
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < n; i++)
		write_step(&w, &steps[i]);
	mr_json_write_end(&w, ']');
	mr_json_write_end(&w, '}');
	code = mr_buf_check(&buf, err);
	if (code == MR_OK)
		code = mr_disk_write_new(disk, name, mr_buf_view(&buf), err);
	mr_buf_dispose(&buf);
	return code;
}

static mr_str text_of(const mr_json *step, const char *key)
{
	return mr_json_str(mr_json_get(step, key), mr_str_from(NULL));
}

static bool read_step(const mr_json *json, struct mr_step *step)
{
	mr_str what = text_of(json, "do");

	step->path = text_of(json, "path");
	step->from = text_of(json, "from");
	step->bytes = text_of(json, "lines");
	step->offset = mr_json_int(mr_json_get(json, "at"), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (mr_str_is(what, names[i])) {
			step->kind = (enum mr_step_kind)i;
			return step->path.len != 0;
		}
	return false;
}

mr_code mr_journal_read(const struct mr_disk *disk, mr_str name, mr_arena *arena, struct mr_step **steps, size_t *n,
			mr_error *err)
{
	const mr_json *list;
	mr_json *json = NULL;
	mr_error why;
	mr_str text;
	mr_code code = mr_disk_read(disk, name, arena, &text, err);
	bool good;

	if (code != MR_OK)
		return code;
	mr_error_init(&why);
	good = mr_json_parse(text, arena, &json, &why) == MR_OK &&
	       mr_json_int(mr_json_get(json, "millrace_journal"), 0) == 1;
	list = good ? mr_json_get(json, "steps") : NULL;
	good = list && list->type == MR_JSON_ARRAY;
	*n = good ? list->count : 0;
	*steps = mr_arena_zalloc(arena, (*n + 1) * sizeof **steps);
	if (!*steps)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < *n && good; i++)
		good = read_step(&list->items[i], &(*steps)[i]);
	if (good)
		return MR_OK;
	return mr_error_set(err, MR_DATA_LOSS,
			    "The journal '%.*s' in the folder of the store cannot be read. It was written by another version "
			    "of Millrace, or damaged: open the store with that version, or move the file away to do without "
			    "the one change in it.",
			    MR_STR_ARG(name));
}
