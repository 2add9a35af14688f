/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/describe.h"

MR_PRINTF(4, 5)
static mr_code broken(const mr_deployments *t, const char *what, mr_error *err, const char *format, ...)
{
	char why[512];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return mr_error_set(err, MR_INVALID_STATE,
			    "The plugin %.*s broke the contract of deployment targets (%.*s, in %s): %s. This is for its developers to mend",
			    MR_STR_ARG(t->entry->plugin->name), MR_STR_ARG(t->entry->name), what, why);
}

static mr_code parse_more(const mr_deployments *t, const char *what, mr_str json, mr_arena *arena, mr_json **out,
			  mr_error *err)
{
	mr_error why;

	*out = NULL;
	if (!json.len)
		return MR_OK;
	mr_error_init(&why);
	if (mr_json_parse(json, arena, out, &why) != MR_OK)
		return broken(t, what, err, "the description is no JSON: %.200s", why.message);
	if ((*out)->type != MR_JSON_OBJECT)
		return broken(t, what, err, "the description is no JSON object: %.200s", mr_arena_copy(arena, json).ptr);
	return MR_OK;
}

/* The members that the fields have, too, come from there. */
static bool is_field(const struct mr_deployment_info *info, mr_str key, mr_str name)
{
	bool found = (mr_str_is(key, "name") && name.len) || (mr_str_is(key, "flavor") && info->flavor.len);

	for (size_t i = 0; i < info->fields_n && !found; i++)
		found = mr_str_eq(info->fields[i].key, key);
	return found;
}

static void write_text(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void write(mr_json_writer *w, const struct mr_deployment_info *info, mr_str name, const mr_json *more)
{
	mr_json_write_begin(w, '{');
	write_text(w, "name", name);
	if (info->flavor.len)
		write_text(w, "flavor", info->flavor);
	for (size_t i = 0; i < info->fields_n; i++) {
		mr_json_write_key(w, info->fields[i].key);
		mr_json_write_string(w, info->fields[i].value);
	}
	for (size_t i = 0; more && i < more->count; i++) {
		if (is_field(info, more->keys[i], name))
			continue;
		mr_json_write_key(w, more->keys[i]);
		mr_json_write_tree(w, &more->items[i]);
	}
	mr_json_write_end(w, '}');
}

mr_code mr_describe(const mr_deployments *t, const char *what, const struct mr_deployment_info *info, mr_str wanted,
		    mr_json_writer *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_json *more;
	mr_str name = info->name;
	mr_code code = arena ? parse_more(t, what, info->json, arena, &more, err) : mr_error_no_memory(err);

	if (code == MR_OK && !name.len && more)
		name = mr_json_str(mr_json_get(more, "name"), name);
	if (code == MR_OK && !name.len)
		code = broken(t, what, err, "a description has no \"name\", or one that is no text");
	if (code == MR_OK && wanted.len && !mr_str_eq(name, wanted))
		code = broken(t, what, err, "asked for '%.*s', it described '%.*s'", MR_STR_ARG(wanted), MR_STR_ARG(name));
	if (code == MR_OK)
		write(out, info, name, more);
	mr_arena_free(arena);
	return code;
}

mr_code mr_describe_answer(const mr_deployments *t, const char *what, mr_str answer, bool object, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_json *tree;
	mr_error why;
	mr_code code = MR_OK;

	if (!arena)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	if (mr_json_parse(answer, arena, &tree, &why) != MR_OK)
		code = broken(t, what, err, "the answer is no JSON: %.200s", why.message);
	else if (object && tree->type != MR_JSON_OBJECT)
		code = broken(t, what, err, "the answer is no JSON object");
	mr_arena_free(arena);
	return code;
}
