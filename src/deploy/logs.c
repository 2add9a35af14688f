/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_MAX = 10 << 20, TAIL_MAX = 1500 };

int logs_open(mr_str path)
{
	return open(path.ptr, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Copied and cut, not renamed: the server goes on writing to the file that it has open, at its end. */
void logs_trim(mr_str path)
{
	int from = open(path.ptr, O_RDWR | O_CLOEXEC | O_NOFOLLOW), to = -1;
	char before[4096], piece[65536];
	struct stat st;
	ssize_t n = 0;

	if (from < 0 || fstat(from, &st) != 0 || st.st_size <= LOG_MAX)
		goto out;
	snprintf(before, sizeof before, "%s.1", path.ptr);
	to = open(before, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (to >= 0 && (n = read(from, piece, sizeof piece)) > 0)
		if (write(to, piece, (size_t)n) != n)
			break;
	if (to >= 0 && n <= 0)
		(void)!ftruncate(from, 0);
out:
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
}

mr_str logs_tail(mr_str path, mr_arena *arena)
{
	char *bytes = mr_arena_zalloc(arena, TAIL_MAX + 1), *line;
	int fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0, from = size > TAIL_MAX ? size - TAIL_MAX : 0;
	ssize_t n = fd >= 0 && bytes ? pread(fd, bytes, TAIL_MAX, from) : 0;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return mr_str_from("(nothing)");
	bytes[n] = 0;
	for (ssize_t i = 0; i < n; i++)
		if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t')
			bytes[i] = ' ';
	line = from ? strchr(bytes, '\n') : NULL;
	return mr_str_from(line && line[1] ? line + 1 : bytes);
}
