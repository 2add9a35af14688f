/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/plot.so when the first chart is drawn. It stays, as all that
 * cairo and fontconfig keep for a process does.
 */
#include <dlfcn.h>
#include <pthread.h>

#include "base/os.h"
#include "plot/plot.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct mr_plot *loaded;

static mr_code load(mr_arena *arena, const struct mr_plot **out, mr_error *err)
{
	mr_str folder = mr_os_module_dir(arena);
	mr_str file = mr_arena_printf(arena, "%.*s/plot.so", MR_STR_ARG(folder));
	const struct mr_plot *plot;
	const char *why;
	void *handle;

	if (!file.ptr)
		return mr_error_no_memory(err);
	if (!folder.len)
		return mr_error_set(
			err, MR_IO_ERROR,
			"Charts need lib/millrace/plot.so, which is not there: no folder lib/millrace beside the "
			"program or library. Install Millrace as a whole (make install, or its package).");
	handle = dlopen(file.ptr, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	plot = handle ? dlsym(handle, MR_PLOT_SYMBOL) : NULL;
	if (plot && plot->size == sizeof *plot) {
		*out = plot;
		return MR_OK;
	}
	why = plot ? "it is of another version of Millrace" : dlerror();
	return mr_error_set(err, MR_IO_ERROR,
			    "Charts need %s, which cannot be loaded: %s. It needs cairo (on Debian: apt-get install "
			    "libcairo2) and the Millrace that it came with.",
			    file.ptr, why ? why : "unknown reason");
}

const struct mr_plot *mr_plot_get(mr_error *err)
{
	const struct mr_plot *plot;
	mr_arena *arena;

	pthread_mutex_lock(&lock);
	plot = loaded;
	if (!plot) {
		arena = mr_arena_new(0);
		if (!arena)
			mr_error_no_memory(err);
		else if (load(arena, &plot, err) == MR_OK)
			loaded = plot;
		mr_arena_free(arena);
	}
	pthread_mutex_unlock(&lock);
	return plot;
}
