/* SPDX-License-Identifier: Apache-2.0
 *
 * The table that git.so offers. libgit2 is initialised when it is loaded, and stays.
 */
#include <millrace/export.h>
#include <pthread.h>

#include "git/parts.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void)
{
	git_libgit2_init();
}

static mr_code describe(mr_str path, mr_arena *arena, struct mr_git_facts *out, mr_error *err)
{
	pthread_once(&once, initialise);
	return git_describe(path, arena, out, err);
}

static mr_code fetch(const struct mr_git_request *request, mr_arena *arena, struct mr_git_result *out, mr_error *err)
{
	pthread_once(&once, initialise);
	return git_fetch(request, arena, out, err);
}

MR_API const struct mr_git mr_git_module;
const struct mr_git mr_git_module = {sizeof mr_git_module, describe, fetch};
