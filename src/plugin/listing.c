/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/listing.h"

#include "base/json.h"
#include "plugin/stats.h"

/* Defaults of secrets are not for reading either. */
static void write_options(mr_json_writer *w, const struct mr_option_desc *option)
{
	static const char *const types[] = {"", "string", "int", "bool", "double", "duration", "secret"};

	mr_json_write_key(w, mr_str_from("options"));
	mr_json_write_begin(w, '[');
	for (; option && option->name; option++) {
		bool known = option->type > 0 && option->type < (int)(sizeof types / sizeof *types);

		mr_json_write_begin(w, '{');
		mr_json_write_text(w, "name", mr_str_from(option->name));
		mr_json_write_text(w, "type", mr_str_from(known ? types[option->type] : "unknown"));
		if (option->default_text)
			mr_json_write_text(w, "default", mr_str_from(option->type == MR_OPTION_SECRET ? "***" : option->default_text));
		mr_json_write_text(w, "doc", mr_str_from(option->doc));
		mr_json_write_end(w, '}');
	}
	mr_json_write_end(w, ']');
}

static void number(mr_json_writer *w, const char *key, uint64_t value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_int(w, (int64_t)value);
}

static void seconds(mr_json_writer *w, const char *key, uint64_t ns)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_double(w, (double)ns / 1e9);
}

static void write_calls(mr_json_writer *w, const struct mr_plugin_stats *s)
{
	mr_json_write_key(w, mr_str_from("calls"));
	mr_json_write_begin(w, '{');
	number(w, "returned", atomic_load_explicit(&s->calls, memory_order_relaxed));
	number(w, "refused", atomic_load_explicit(&s->refused, memory_order_relaxed));
	number(w, "failed", atomic_load_explicit(&s->failed, memory_order_relaxed));
	seconds(w, "seconds", atomic_load_explicit(&s->ns, memory_order_relaxed));
	seconds(w, "longest_seconds", atomic_load_explicit(&s->longest_ns, memory_order_relaxed));
	number(w, "running", atomic_load_explicit(&s->running, memory_order_relaxed));
	number(w, "stuck", atomic_load_explicit(&s->stuck, memory_order_relaxed));
	mr_json_write_end(w, '}');
}

static void write_entry(mr_json_writer *w, const struct mr_entry_info *e)
{
	mr_json_write_begin(w, '{');
	mr_json_write_text(w, "group", e->group);
	mr_json_write_text(w, "name", e->name);
	if (e->object.len)
		mr_json_write_text(w, "object", e->object);
	if (e->shadowed_by)
		mr_json_write_text(w, "shadowed_by", e->shadowed_by->name);
	if (e->ambiguous) {
		mr_json_write_key(w, mr_str_from("ambiguous"));
		mr_json_write_bool(w, true);
	}
	if (e->options && e->options->name)
		write_options(w, e->options);
	if (e->stats && mr_stats_used(e->stats))
		write_calls(w, e->stats);
	mr_json_write_end(w, '}');
}

static void write_plugin(mr_json_writer *w, const struct mr_plugin_info *p)
{
	static const char *const states[] = {"found", "loaded", "refused", "denied"};
	char abi[32];

	mr_json_write_begin(w, '{');
	mr_json_write_text(w, "name", p->name);
	mr_json_write_text(w, "version", p->version);
	mr_json_write_text(w, "description", p->description);
	mr_json_write_text(w, "licence", p->licence);
	mr_json_write_text(w, "source", mr_str_from(mr_source_name(p->source)));
	if (p->file.len)
		mr_json_write_text(w, "file", p->file);
	if (p->environment.len) {
		mr_json_write_text(w, "environment", p->environment);
		if (p->editable.len)
			mr_json_write_text(w, "editable", p->editable);
	} else {
		snprintf(abi, sizeof abi, "%u.%u", p->abi_major, p->abi_minor);
		mr_json_write_text(w, "abi", mr_str_from(abi));
	}
	mr_json_write_text(w, "state", mr_str_from(states[p->state]));
	if (p->why.len)
		mr_json_write_text(w, "why", p->why);
	mr_json_write_key(w, mr_str_from("entries"));
	mr_json_write_begin(w, '[');
	for (size_t i = 0; i < p->entries_n; i++)
		write_entry(w, &p->entries[i]);
	mr_json_write_end(w, ']');
	mr_json_write_end(w, '}');
}

static void write_next(void *arg, const struct mr_plugin_info *info)
{
	write_plugin(arg, info);
}

mr_code mr_plugins_write_all(mr_json_writer *w, mr_error *err)
{
	mr_code code;

	mr_json_write_begin(w, '[');
	code = mr_plugins_each(write_next, w, err);
	mr_json_write_end(w, ']');
	return code;
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
