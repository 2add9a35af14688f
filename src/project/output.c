/* SPDX-License-Identifier: Apache-2.0 */
#include "project/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "project/temporary.h"

/* A command that prints for weeks does not fill the disk. */
static const int64_t kept_max = INT64_C(256) << 20;

mr_code output_init(struct output *o, mr_arena *arena, bool keep, mr_error *err)
{
	mr_code code = MR_OK;

	pthread_mutex_init(&o->lock, NULL);
	o->fd = -1;
	o->folder = o->file = mr_str_make("", 0);
	if (keep)
		code = temporary_folder(arena, o->folder, &o->folder, err);
	if (!keep || code != MR_OK)
		return code;
	o->file = mr_arena_printf(arena, "%.*s/" OUTPUT_NAME, MR_STR_ARG(o->folder));
	o->fd = o->file.ptr ? open(o->file.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	return o->fd >= 0 ? MR_OK : mr_error_set(err, MR_IO_ERROR, "Cannot make %.*s: %s", MR_STR_ARG(o->file), strerror(errno));
}

void output_dispose(struct output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	temporary_remove(o->folder);
	pthread_mutex_destroy(&o->lock);
}

static bool write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

static void keep(struct output *o, const char *bytes, size_t n)
{
	static const char cut[] = "\n(The rest is not kept: it is more than 256 MiB.)\n";

	if (o->fd < 0 || o->broken || o->kept > kept_max)
		return;
	o->kept += (int64_t)n;
	o->broken = !write_all(o->fd, o->kept > kept_max ? cut : bytes, o->kept > kept_max ? sizeof cut - 1 : n);
}

/* In pieces that a pipe takes at once when it takes any, so that an interrupt is never behind a write. */
static void show(struct output *o, int fd, const char *bytes, size_t n)
{
	while (n) {
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		size_t piece = n < PIPE_BUF ? n : PIPE_BUF;

		if (poll(&p, 1, 100) == 1) {
			if (!write_all(fd, bytes, piece))
				return; /* a reader that has gone does not end the run */
			bytes += piece;
			n -= piece;
		} else if (o->cancelled && o->cancelled(o->cancelled_arg)) {
			return;
		}
	}
}

void output_write(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	struct output *o = arg;

	pthread_mutex_lock(&o->lock);
	keep(o, bytes, n);
	if (o->pass)
		o->pass(o->arg, is_stderr, bytes, n);
	else
		show(o, is_stderr ? STDERR_FILENO : STDOUT_FILENO, bytes, n);
	pthread_mutex_unlock(&o->lock);
}
