/* SPDX-License-Identifier: Apache-2.0
 *
 * Who and where we are: environment, user, program, paths, terminal.
 */
#define _GNU_SOURCE
#include "base/os.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

const char *mr_getenv(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* The password database's entry of the running user: its name or its home. */
static mr_str from_passwd(mr_arena *arena, bool home)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	if (getpwuid_r(getuid(), &entry, room, sizeof room, &found) || !found)
		return mr_arena_copy(arena, mr_str_from(""));
	return mr_arena_copy(arena, mr_str_from(home ? found->pw_dir : found->pw_name));
}

mr_str mr_os_user(mr_arena *arena)
{
	static const char *const names[] = {"LOGNAME", "USER", "LNAME", "USERNAME"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (mr_getenv(names[i]))
			return mr_arena_copy(arena, mr_str_from(mr_getenv(names[i])));
	return from_passwd(arena, false);
}

mr_str mr_os_home(mr_arena *arena)
{
	if (mr_getenv("HOME"))
		return mr_arena_copy(arena, mr_str_from(mr_getenv("HOME")));
	return from_passwd(arena, true);
}

mr_str mr_os_executable(mr_arena *arena)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);

	if (n < 0 || (size_t)n == sizeof path)
		return mr_arena_copy(arena, mr_str_from(""));
	return mr_arena_copy(arena, mr_str_make(path, (size_t)n));
}

/* Appends the segments of path to out, which begins with a slash; ".." takes
 * one away. out has room. */
static size_t append_segments(char *out, size_t len, mr_str path)
{
	size_t at = 0, end;

	while (at < path.len) {
		const char *slash = memchr(path.ptr + at, '/', path.len - at);

		end = slash ? (size_t)(slash - path.ptr) : path.len;
		if (end - at == 2 && path.ptr[at] == '.' && path.ptr[at + 1] == '.') {
			while (len > 0 && out[--len] != '/')
				;
		} else if (end > at && !(end - at == 1 && path.ptr[at] == '.')) {
			out[len++] = '/';
			memcpy(out + len, path.ptr + at, end - at);
			len += end - at;
		}
		at = end + 1;
	}
	return len;
}

/* As os.path.abspath, with its one oddity: exactly two leading slashes stay. */
mr_str mr_os_absolute(mr_arena *arena, mr_str path)
{
	bool absolute = path.len > 0 && path.ptr[0] == '/';
	bool two = path.len > 1 && absolute && path.ptr[1] == '/' && !(path.len > 2 && path.ptr[2] == '/');
	char cwd[PATH_MAX];
	mr_str base = mr_str_make(NULL, 0);
	size_t len;
	char *out;

	if (!absolute) {
		if (!getcwd(cwd, sizeof cwd))
			return mr_str_make(NULL, 0);
		base = mr_str_from(cwd);
	}
	out = mr_arena_alloc(arena, base.len + path.len + 4);
	if (!out)
		return mr_str_make(NULL, 0);
	out[0] = '/'; /* before the text proper, for the two slashes */
	len = append_segments(out + 1, 0, base);
	len = append_segments(out + 1, len, path);
	if (len == 0)
		out[++len] = '/';
	out[len + 1] = 0;
	return two ? mr_str_make(out, len + 1) : mr_str_make(out + 1, len);
}

bool mr_is_terminal(int fd)
{
	return isatty(fd) == 1;
}

int mr_terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}
