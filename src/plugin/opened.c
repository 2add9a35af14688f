/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/opened.h"

#include "base/uri.h"
#include "plugin/registry.h"
#include "plugin/stats.h"

mr_code opened_find(struct opened *o, const char *group, mr_str uri, mr_error *err)
{
	mr_code code = mr_plugins_by_uri(group, uri, &o->entry, err);

	if (code != MR_OK)
		return code;
	o->arena = mr_arena_new(0);
	if (!o->arena)
		return mr_error_no_memory(err);
	return mr_options_make(o->entry, uri, NULL, 0, &o->options, &o->uri, err);
}

mr_code opened_find_name(struct opened *o, const char *group, mr_str name, const struct mr_map_string *pairs,
			 size_t pairs_n, mr_error *err)
{
	mr_code code = mr_plugins_by_name(group, name, &o->entry, err);

	if (code != MR_OK)
		return code;
	o->arena = mr_arena_new(0);
	if (!o->arena)
		return mr_error_no_memory(err);
	return mr_options_make(o->entry, mr_str_make("", 0), pairs, pairs_n, &o->options, &o->uri, err);
}

mr_code opened_open(struct opened *o, opened_open_fn *open, mr_str artifact_root, mr_error *err)
{
	int64_t began;
	struct mr_open_args args = {.size = sizeof args, .uri = o->uri, .options = o->options, .artifact_root = artifact_root};

	if (!open)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "The plugin %.*s cannot open '%.*s': it has no open function",
				    MR_STR_ARG(o->entry->plugin->name), MR_STR_ARG(mr_uri_redact(o->arena, o->uri)));
	host_uris(o->arena, &args.tracking_uri, &args.registry_uri);
	if (!args.tracking_uri.ptr || !args.registry_uri.ptr)
		return mr_error_no_memory(err);
	if (o->tracking_uri.ptr)
		args.tracking_uri = o->tracking_uri;
	if (o->registry_uri.ptr)
		args.registry_uri = o->registry_uri;
	began = opened_begin(o);
	return opened_end(o, began, open(o->entry->host, &args, &o->self, err), "open", err);
}

void opened_dispose(struct opened *o)
{
	mr_options_free(o->options);
	mr_arena_free(o->arena);
}

int64_t opened_begin(const struct opened *o)
{
	return mr_stats_begin(o->entry);
}

mr_code opened_end(const struct opened *o, int64_t began, mr_code code, const char *what, mr_error *err)
{
	return opened_result(o, mr_stats_end(o->entry, began, code), what, err);
}

mr_code opened_result(const struct opened *o, mr_code code, const char *what, mr_error *err)
{
	if (code != MR_OK)
		mr_error_set(err, code, "The plugin %.*s failed in %s without saying why", MR_STR_ARG(o->entry->plugin->name),
			     what);
	return code;
}
