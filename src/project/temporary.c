/* SPDX-License-Identifier: Apache-2.0 */
#include "project/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "artifact/folder.h"
#include "base/os.h"

mr_code temporary_folder(mr_arena *arena, mr_str parent, mr_str *out, mr_error *err)
{
	mr_str otherwise = mr_str_from(mr_getenv("TMPDIR") ? mr_getenv("TMPDIR") : "/tmp");
	mr_str base = mr_os_absolute(arena, parent.len ? parent : otherwise);
	mr_str pattern = mr_arena_printf(arena, "%.*s/millrace-XXXXXX", MR_STR_ARG(base));
	mr_code code = base.ptr && pattern.ptr ? mr_dir_make(base, err) : mr_error_no_memory(err);

	if (code != MR_OK)
		return code;
	if (!mkdtemp((char *)(uintptr_t)pattern.ptr)) /* the arena's bytes are ours to change */
		return mr_error_set(err, MR_IO_ERROR, "No new folder can be made in %.*s: %s", MR_STR_ARG(base), strerror(errno));
	*out = pattern;
	return MR_OK;
}

void temporary_remove(mr_str folder)
{
	int fd = folder.len ? open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	mr_error ignored; /* what cannot be removed stays */

	if (fd < 0)
		return;
	mr_error_init(&ignored);
	mr_folder_empty(fd, &ignored);
	close(fd);
	rmdir(folder.ptr);
}
