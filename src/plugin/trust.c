/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/trust.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum place { ITSELF, DIRECTLY_ABOVE, FURTHER_ABOVE };

static mr_code check_one(const char *path, enum place place, mr_error *err)
{
	struct stat st;
	bool sticky, by_others, by_group;

	if (lstat(path, &st) < 0)
		return mr_error_set(err, MR_IO_ERROR, "%s: %s", path, strerror(errno));
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return mr_error_set(err, MR_PERMISSION_DENIED,
				    "%s belongs to user %u, who could change it; run: chown %u '%s'", path,
				    (unsigned)st.st_uid, (unsigned)geteuid(), path);
	sticky = place == FURTHER_ABOVE && (st.st_mode & S_ISVTX);
	by_others = (st.st_mode & S_IWOTH) && !sticky;
	by_group = (st.st_mode & S_IWGRP) && st.st_gid != 0 && st.st_gid != getegid() && !sticky;
	if ((by_others || by_group) && (st.st_mode & S_ISVTX)) /* /tmp, which is as it must be */
		return mr_error_set(err, MR_PERMISSION_DENIED,
				    "%s can be written by others, so anybody's code could lie there; put it into a folder of your own",
				    path);
	if (by_others || by_group)
		return mr_error_set(err, MR_PERMISSION_DENIED,
				    "%s can be written by %s, so anybody's code could run here; run: chmod %s '%s'", path,
				    by_others ? "everybody" : "its group", by_others ? "go-w" : "g-w", path);
	return MR_OK;
}

mr_code mr_trust_check(const char *path, mr_error *err)
{
	char part[4096];
	size_t n = strlen(path);
	enum place place = ITSELF;
	struct stat st;
	/* A folder is itself the last one: what lies above it only must not let others put another in its place. */
	bool is_folder = lstat(path, &st) == 0 && S_ISDIR(st.st_mode);

	if (n == 0 || n >= sizeof part || path[0] != '/')
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%s is not an absolute path", path);
	memcpy(part, path, n + 1);
	for (;;) {
		mr_code code = check_one(part, place, err);
		char *slash = strrchr(part, '/');

		if (code != MR_OK || strcmp(part, "/") == 0)
			return code;
		slash[slash == part] = 0; /* "/a" -> "/" */
		place = place == ITSELF && !is_folder ? DIRECTLY_ABOVE : FURTHER_ABOVE;
	}
}
