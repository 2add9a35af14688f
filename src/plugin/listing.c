/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/listing.h"

#include "base/json.h"

static void text(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void write_entry(mr_json_writer *w, const struct mr_entry_info *e)
{
	mr_json_write_begin(w, '{');
	text(w, "group", e->group);
	text(w, "name", e->name);
	if (e->object.len)
		text(w, "object", e->object);
	if (e->shadowed_by)
		text(w, "shadowed_by", e->shadowed_by->name);
	if (e->ambiguous) {
		mr_json_write_key(w, mr_str_from("ambiguous"));
		mr_json_write_bool(w, true);
	}
	mr_json_write_end(w, '}');
}

static void write_plugin(mr_json_writer *w, const struct mr_plugin_info *p)
{
	static const char *const states[] = {"found", "loaded", "refused"};
	char abi[32];

	mr_json_write_begin(w, '{');
	text(w, "name", p->name);
	text(w, "version", p->version);
	text(w, "description", p->description);
	text(w, "licence", p->licence);
	text(w, "source", mr_str_from(mr_source_name(p->source)));
	if (p->file.len)
		text(w, "file", p->file);
	if (p->environment.len) {
		text(w, "environment", p->environment);
		if (p->editable.len)
			text(w, "editable", p->editable);
	} else {
		snprintf(abi, sizeof abi, "%u.%u", p->abi_major, p->abi_minor);
		text(w, "abi", mr_str_from(abi));
	}
	text(w, "state", mr_str_from(states[p->state]));
	if (p->why.len)
		text(w, "why", p->why);
	mr_json_write_key(w, mr_str_from("entries"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < p->entries_n; i++)
		write_entry(w, &p->entries[i]);
	mr_json_write_end(w, ']');
	mr_json_write_end(w, '}');
}

void mr_plugins_write_json(mr_buf *out, const struct mr_plugin_info *const *list, size_t n)
{
	mr_json_writer w;

	mr_json_write_init(&w, out, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	for (size_t i = 0; i < n; i++)
		write_plugin(&w, list[i]);
	mr_json_write_end(&w, ']');
}
