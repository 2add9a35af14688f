/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/net.so when the first request is made. It stays: libcurl
 * and its TLS library cannot be taken out of a process again.
 */
#include "net/net.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/os.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct mr_net *loaded;

static mr_code load(mr_arena *arena, const struct mr_net **out, mr_error *err)
{
	mr_str folder = mr_os_module_dir(arena);
	mr_str file = mr_arena_printf(arena, "%.*s/net.so", MR_STR_ARG(folder));
	const struct mr_net *net;
	const char *why;
	void *handle;

	if (!file.ptr)
		return mr_error_no_memory(err);
	if (!folder.len)
		return mr_error_set(
			err, MR_IO_ERROR,
			"HTTP needs lib/millrace/net.so, which is not there: no folder lib/millrace beside the "
			"program or library. Install Millrace as a whole (make install, or its package).");
	handle = dlopen(file.ptr, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	net = handle ? dlsym(handle, MR_NET_SYMBOL) : NULL;
	if (net && net->size == sizeof *net) {
		*out = net;
		return MR_OK;
	}
	why = net ? "it is of another version of Millrace" : dlerror();
	return mr_error_set(err, MR_IO_ERROR,
			    "HTTP needs %s, which cannot be loaded: %s. It needs libcurl (on Debian: apt-get install "
			    "libcurl4) and the Millrace that it came with.",
			    file.ptr, why ? why : "unknown reason");
}

const struct mr_net *mr_net_get(mr_error *err)
{
	const struct mr_net *net;
	mr_arena *arena;

	pthread_mutex_lock(&lock);
	net = loaded;
	if (!net) {
		arena = mr_arena_new(0);
		if (!arena)
			mr_error_no_memory(err);
		else if (load(arena, &net, err) == MR_OK)
			loaded = net;
		mr_arena_free(arena);
	}
	pthread_mutex_unlock(&lock);
	return net;
}
