/* SPDX-License-Identifier: Apache-2.0 */
#include "base/module.h"

#include <dlfcn.h>

#include "base/os.h"

static const void *load(const struct mr_module *module, mr_arena *arena, mr_error *err)
{
	mr_str folder = mr_os_module_dir(arena);
	mr_str file = mr_arena_printf(arena, "%.*s/%s", MR_STR_ARG(folder), module->file);
	const void *table;
	const char *why;
	void *handle;
	size_t size = 0;

	if (!file.ptr) {
		mr_error_no_memory(err);
		return NULL;
	}
	if (!folder.len) {
		mr_error_set(err, MR_IO_ERROR,
			     "%s needs lib/millrace/%s, which is not there: no folder lib/millrace beside the program or "
			     "library. Install Millrace as a whole (make install, or its package).",
			     module->what, module->file);
		return NULL;
	}
	handle = dlopen(file.ptr, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	table = handle ? dlsym(handle, module->symbol) : NULL;
	if (table)
		memcpy(&size, table, sizeof size);
	if (table && size == module->size)
		return table;
	why = table ? "it is of another version of Millrace" : dlerror();
	mr_error_set(err, MR_IO_ERROR, "%s needs %s, which cannot be loaded: %s. It needs %s and the Millrace that it came with.",
		     module->what, file.ptr, why ? why : "unknown reason", module->needs);
	return NULL;
}

const void *mr_module_get(struct mr_module *module, mr_error *err)
{
	const void *table;
	mr_arena *arena;

	pthread_mutex_lock(&module->lock);
	table = module->table;
	if (!table) {
		arena = mr_arena_new(0);
		if (!arena)
			mr_error_no_memory(err);
		else
			table = module->table = load(module, arena, err);
		mr_arena_free(arena);
	}
	pthread_mutex_unlock(&module->lock);
	return table;
}
