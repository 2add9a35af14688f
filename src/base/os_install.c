/* SPDX-License-Identifier: Apache-2.0 */
#include "base/os.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

mr_str mr_os_module_dir(mr_arena *arena)
{
	/* Beside libmillrace.so (…/lib/millrace), or beside the program (…/bin/../lib/millrace, with Debian's folder
	 * of the architecture between them in its packages). */
	static const char *const places[] = {"millrace", "../lib/millrace", "../lib/" MR_ARCHITECTURE "/millrace", "lib/millrace",
					     "../millrace"}; /* a module of that folder asks */
	Dl_info info;
	char *real, *slash;
	mr_str found = mr_str_make(NULL, 0);

	if (!dladdr((const void *)&mr_time_ms, &info) || !info.dli_fname)
		return found;
	/* Of a program found through PATH this is a bare name, which says nothing of where it lies. */
	real = strchr(info.dli_fname, '/') ? realpath(info.dli_fname, NULL) : NULL;
	if (!real)
		real = realpath("/proc/self/exe", NULL);
	if (!real)
		return found;
	slash = strrchr(real, '/');
	*slash = 0;
	for (size_t i = 0; i < sizeof places / sizeof *places && !found.len; i++) {
		char *path, *clean;

		if (asprintf(&path, "%s/%s", real, places[i]) < 0)
			break;
		clean = is_dir(path) ? realpath(path, NULL) : NULL;
		if (clean)
			found = mr_arena_copy(arena, mr_str_from(clean));
		free(clean);
		free(path);
	}
	free(real);
	return found;
}
