/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of an object: declared by the plugin, given in the URI's query or as
 * pairs, checked against their type before the plugin sees them. What begins
 * with "millrace." is the host's and never reaches the plugin.
 */
#include "plugin/options.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/uri.h"

struct value {
	mr_str text;
	int64_t integer;
	double number;
	bool given;
};

struct mr_options {
	mr_arena *arena;
	const struct mr_option_desc *descs;
	struct value *values;
	size_t n;
};

static bool parse_bool(mr_str s, int64_t *out)
{
	static const char *const yes[] = {"true", "1", "yes", "on", "True"}, *const no[] = {"false", "0", "no", "off", "False"};

	for (size_t i = 0; i < 5; i++) {
		if (mr_str_is(s, yes[i]) || mr_str_is(s, no[i])) {
			*out = mr_str_is(s, yes[i]);
			return true;
		}
	}
	return false;
}

static bool parse_duration(mr_str s, int64_t *ms)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = {{"ms", 1}, {"s", 1e3}, {"m", 6e4}, {"h", 3.6e6}};
	size_t digits = 0;
	double number;

	while (digits < s.len && ((s.ptr[digits] >= '0' && s.ptr[digits] <= '9') || s.ptr[digits] == '.'))
		digits++;
	if (!mr_parse_double(mr_str_make(s.ptr, digits), &number))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (mr_str_is(mr_str_make(s.ptr + digits, s.len - digits), units[i].unit) &&
		    number * units[i].factor < 9e15) {
			*ms = (int64_t)(number * units[i].factor);
			return true;
		}
	return false;
}

static bool parse_value(const struct mr_option_desc *desc, struct value *v)
{
	switch (desc->type) {
	case MR_OPTION_INT:
		return mr_parse_int64(v->text, &v->integer);
	case MR_OPTION_BOOL:
		return parse_bool(v->text, &v->integer);
	case MR_OPTION_DOUBLE:
		return mr_parse_double(v->text, &v->number);
	case MR_OPTION_DURATION:
		return parse_duration(v->text, &v->integer);
	default:
		return true;
	}
}

static mr_code set(struct mr_options *o, const struct mr_entry *entry, mr_str key, mr_str text, mr_error *err)
{
	static const char *const shapes[] = {"", "text", "a whole number", "true or false", "a number",
					     "a duration such as 250ms, 5s or 2m", "text"};
	struct value v = {.text = mr_arena_copy(o->arena, text), .given = true};
	char known[512];
	size_t used = 0;

	if (!v.text.ptr)
		return mr_error_no_memory(err);
	known[0] = 0;
	for (size_t i = 0; i < o->n; i++) {
		int n = snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", o->descs[i].name);

		used += n > 0 && (size_t)n < sizeof known - used ? (size_t)n : 0;
		if (!mr_str_is(key, o->descs[i].name))
			continue;
		if (!parse_value(&o->descs[i], &v))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Option '%.*s' of plugin %.*s must be %s, got '%.*s'", MR_STR_ARG(key),
					    MR_STR_ARG(entry->plugin->name), shapes[o->descs[i].type], MR_STR_ARG(text));
		o->values[i] = v;
		return MR_OK;
	}
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Plugin %.*s has no option '%.*s'; it has: %s",
			    MR_STR_ARG(entry->plugin->name), MR_STR_ARG(key), used ? known : "none");
}

static bool is_host_option(mr_str key)
{
	static const char prefix[] = "millrace.";

	return key.len > sizeof prefix - 1 && memcmp(key.ptr, prefix, sizeof prefix - 1) == 0;
}

static mr_code take_host_option(mr_str key, mr_error *err)
{
	if (mr_str_is(key, "millrace.plugin")) /* heard by mr_plugins_by_uri */
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no option '%.*s' of Millrace; there is: millrace.plugin",
			    MR_STR_ARG(key));
}

static void keep_pair(mr_buf *kept, mr_str pair)
{
	if (kept->len)
		mr_buf_char(kept, '&');
	mr_buf_str(kept, pair);
}

/* One "key=value" of the query: the host's, the plugin's own, or an option. */
static mr_code take_pair(struct mr_options *o, const struct mr_entry *entry, mr_str pair, mr_buf *kept, mr_error *err)
{
	const char *equals = pair.len ? memchr(pair.ptr, '=', pair.len) : NULL;
	mr_str raw_key = mr_str_make(pair.ptr, equals ? (size_t)(equals - pair.ptr) : pair.len), key, value;
	mr_str raw_value = mr_str_make(pair.ptr + raw_key.len + (equals != NULL), pair.len - raw_key.len - (equals != NULL));
	mr_code code;

	if (!pair.len)
		return MR_OK;
	if ((entry->flags & MR_ENTRY_OWN_QUERY) && !is_host_option(raw_key)) {
		keep_pair(kept, pair);
		return MR_OK;
	}
	code = mr_uri_decode(o->arena, raw_key, &key, err);
	if (code == MR_OK)
		code = mr_uri_decode(o->arena, raw_value, &value, err);
	if (code != MR_OK)
		return code;
	return is_host_option(key) ? take_host_option(key, err) : set(o, entry, key, value, err);
}

static mr_code take_query(struct mr_options *o, const struct mr_entry *entry, mr_str text, mr_str *clean, mr_error *err)
{
	struct mr_uri uri;
	mr_buf kept;
	mr_code code = mr_uri_parse(text, &uri, err);
	mr_str rest;

	if (code != MR_OK)
		return code;
	*clean = mr_arena_copy(o->arena, text);
	if (!uri.query.len)
		return clean->ptr ? MR_OK : mr_error_no_memory(err);
	mr_buf_init(&kept, text.len + 1);
	for (rest = uri.query; rest.len && code == MR_OK;) {
		const char *amp = memchr(rest.ptr, '&', rest.len);
		size_t n = amp ? (size_t)(amp - rest.ptr) : rest.len;

		code = take_pair(o, entry, mr_str_make(rest.ptr, n), &kept, err);
		rest = mr_str_make(rest.ptr + n + (amp != NULL), rest.len - n - (amp != NULL));
	}
	if (code == MR_OK) {
		size_t before = (size_t)(uri.query.ptr - text.ptr) - 1, after = before + 1 + uri.query.len;

		*clean = mr_arena_printf(o->arena, "%.*s%s%.*s%.*s", (int)before, text.ptr, kept.len ? "?" : "",
					 MR_STR_ARG(mr_buf_view(&kept)), (int)(text.len - after), text.ptr + after);
		code = clean->ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(&kept);
	return code;
}

static mr_code set_defaults(struct mr_options *o, const struct mr_entry *entry, mr_error *err)
{
	for (size_t i = 0; i < o->n; i++) {
		o->values[i].text = mr_str_from(o->descs[i].default_text);
		if (o->descs[i].default_text && !parse_value(&o->descs[i], &o->values[i]))
			return mr_error_set(err, MR_INVALID_STATE, "Plugin %.*s declares a default of option '%s' that is not of its type",
					    MR_STR_ARG(entry->plugin->name), o->descs[i].name);
	}
	return MR_OK;
}

mr_code mr_options_make(const struct mr_entry *entry, mr_str uri, const struct mr_map_string *pairs, size_t pairs_n,
			mr_options **out, mr_str *clean, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_options *o = arena ? mr_arena_zalloc(arena, sizeof *o) : NULL;
	mr_code code;

	*out = NULL;
	if (!o) {
		mr_arena_free(arena);
		return mr_error_no_memory(err);
	}
	o->arena = arena;
	o->descs = entry->options;
	while (o->descs && o->descs[o->n].name)
		o->n++;
	o->values = mr_arena_zalloc(arena, (o->n + 1) * sizeof *o->values);
	code = o->values ? set_defaults(o, entry, err) : mr_error_no_memory(err);
	if (code == MR_OK)
		code = take_query(o, entry, uri, clean, err);
	for (size_t i = 0; i < pairs_n && code == MR_OK; i++)
		code = is_host_option(pairs[i].key) ? take_host_option(pairs[i].key, err)
						    : set(o, entry, pairs[i].key, pairs[i].value, err);
	if (code == MR_OK)
		*out = o;
	else
		mr_arena_free(arena);
	return code;
}

void mr_options_free(mr_options *options)
{
	if (options)
		mr_arena_free(options->arena);
}

static const struct value *find(const mr_options *options, const char *name)
{
	static const struct value nothing;

	for (size_t i = 0; options && i < options->n; i++)
		if (strcmp(options->descs[i].name, name) == 0)
			return &options->values[i];
	return &nothing;
}

mr_str options_string(const mr_options *options, const char *name)
{
	return find(options, name)->text;
}

int64_t options_int(const mr_options *options, const char *name)
{
	return find(options, name)->integer;
}

bool options_bool(const mr_options *options, const char *name)
{
	return find(options, name)->integer != 0;
}

double options_double(const mr_options *options, const char *name)
{
	return find(options, name)->number;
}
