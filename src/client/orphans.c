/* SPDX-License-Identifier: Apache-2.0 */
#include "client/orphans.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/log.h"

static int is_spool(const struct dirent *entry)
{
	static const char suffix[] = ".spool";
	size_t n = strlen(entry->d_name);

	return n > sizeof suffix - 1 && strcmp(entry->d_name + n - (sizeof suffix - 1), suffix) == 0;
}

static void visit_one(mr_str path, const mr_str *tracking_uri, mr_orphan_visit *visit, void *arg)
{
	mr_spool *spool;
	mr_error why;

	mr_error_init(&why);
	if (mr_spool_adopt(path, &spool, &why) != MR_OK) {
		if (why.code != MR_ABORTED) /* its process lives */
			mr_log(MR_LOG_WARNING, "client", "%s", why.message);
		return;
	}
	if (mr_spool_damaged(spool))
		mr_log(MR_LOG_WARNING, "client", "The spool file %.*s is damaged: what follows its last good record is lost",
		       MR_STR_ARG(path));
	if (!tracking_uri || mr_str_eq(*tracking_uri, mr_spool_tracking_uri(spool)))
		visit(arg, spool);
	else
		mr_spool_close(spool);
}

mr_code mr_orphans_each(mr_str folder, const mr_str *tracking_uri, mr_orphan_visit *visit, void *arg, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct dirent **names = NULL;
	mr_str path;
	int n;

	if (!arena)
		return mr_error_no_memory(err);
	path = mr_arena_copy(arena, folder);
	n = path.ptr ? scandir(path.ptr, &names, is_spool, alphasort) : -1; /* no folder: no orphans */
	for (int i = 0; i < n; i++) {
		path = mr_arena_printf(arena, "%.*s/%s", MR_STR_ARG(folder), names[i]->d_name);
		if (path.ptr)
			visit_one(path, tracking_uri, visit, arg);
		free(names[i]);
	}
	free(names);
	mr_arena_free(arena);
	return MR_OK;
}
