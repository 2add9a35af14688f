/* SPDX-License-Identifier: Apache-2.0
 *
 * From a file to tables that can be called.
 */
#include <dlfcn.h>

#include "plugin/registry.h"

static mr_code refuse(struct registry *r, struct plugin *p, mr_error *err)
{
	p->info.state = MR_PLUGIN_REFUSED;
	p->refused = err->code;
	p->info.why = mr_arena_copy(r->arena, mr_str_make(err->message, err->length));
	return err->code;
}

/* The note was believed so far; what was loaded must say the same. */
static mr_code compare_with_note(const struct plugin *p, const struct mr_plugin *d, mr_error *err)
{
	bool same = d->size >= sizeof *d && d->abi_major == p->info.abi_major && d->abi_minor == p->info.abi_minor &&
		    d->name && mr_str_is(p->info.name, d->name) && d->entries_n == p->info.entries_n;

	for (size_t i = 0; same && i < d->entries_n; i++)
		same = d->entries[i].group && d->entries[i].name && d->entries[i].ops &&
		       mr_str_is(p->info.entries[i].group, d->entries[i].group) &&
		       mr_str_is(p->info.entries[i].name, d->entries[i].name);
	return same ? MR_OK
		    : mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				   "its descriptor is not what its note says, or is damaged; build it again with MR_PLUGIN_EXPORT");
}

mr_code plugin_adopt(struct registry *r, struct plugin *p, const struct mr_plugin *descriptor, mr_error *err)
{
	host_table_init(&p->host, p);
	for (size_t i = 0; i < descriptor->entries_n; i++) {
		const struct mr_plugin_entry *from = &descriptor->entries[i];
		const struct mr_group *group = mr_group_get(mr_str_from(from->group));
		struct mr_entry *to = &p->entries[i];

		to->plugin = &p->info;
		to->host = &p->host;
		to->group = p->info.entries[i].group;
		to->name = p->info.entries[i].name;
		to->options = from->options;
		p->info.entries[i].options = from->options;
		to->flags = from->flags;
		to->declared = from;
		to->ops = group ? mr_group_adopt(group, from->ops, r->arena) : NULL; /* groups of a later Millrace: not ours to use */
		if (group && !to->ops)
			return mr_error_no_memory(err);
	}
	p->descriptor = descriptor;
	p->info.state = MR_PLUGIN_LOADED;
	return MR_OK;
}

mr_code plugin_load(struct registry *r, struct plugin *p, mr_error *err)
{
	const struct mr_plugin *descriptor;
	void *library;

	if (p->info.state == MR_PLUGIN_LOADED)
		return MR_OK;
	if (p->info.state == MR_PLUGIN_REFUSED)
		return mr_error_set(err, p->refused, "%.*s", MR_STR_ARG(p->info.why));
	if (p->info.environment.len)
		return python_adopt(r, p, err);
	library = dlopen(p->info.file.ptr, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		const char *why = dlerror();

		mr_error_set(err, MR_INVALID_STATE, "it does not load: %s; to see what is missing run: ldd '%.*s'",
			     why ? why : "unknown reason", MR_STR_ARG(p->info.file));
		return refuse(r, p, err);
	}
	descriptor = dlsym(library, MR_PLUGIN_SYMBOL);
	if (!descriptor)
		mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "it does not export %s (use MR_PLUGIN_EXPORT)", MR_PLUGIN_SYMBOL);
	else if (compare_with_note(p, descriptor, err) == MR_OK && plugin_adopt(r, p, descriptor, err) == MR_OK)
		return MR_OK; /* never unloaded: threads and pointers of the plugin may live on */
	refuse(r, p, err);
	dlclose(library);
	return p->refused;
}
