/* SPDX-License-Identifier: Apache-2.0 */
#include "server/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"

enum { LINES_MAX = 64 << 10 };

struct mr_access_log {
	char *path;
	atomic_int fd;
	unsigned loops;
	struct lines {
		mr_buf buf;
		time_t second; /* that stamp is for */
		char stamp[40];
	} * lines;
};

static int open_file(const char *path)
{
	return strcmp(path, "-") == 0 ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

mr_code mr_access_log_open(mr_str path, unsigned loops, mr_access_log **out, mr_error *err)
{
	mr_access_log *log = mr_calloc(1, sizeof *log);
	int fd = -1;

	if (log) {
		log->path = mr_malloc(path.len + 1);
		log->lines = mr_calloc(loops, sizeof log->lines[0]);
	}
	if (!log || !log->path || !log->lines) {
		mr_access_log_close(log);
		return mr_error_no_memory(err);
	}
	memcpy(log->path, path.ptr, path.len);
	log->path[path.len] = 0;
	log->loops = loops;
	for (unsigned i = 0; i < loops; i++)
		mr_buf_init(&log->lines[i].buf, 4 * LINES_MAX);
	fd = open_file(log->path);
	atomic_store(&log->fd, fd);
	if (fd >= 0) {
		*out = log;
		return MR_OK;
	}
	mr_error_set(err, MR_IO_ERROR, "Cannot open the access log %s: %s", log->path, strerror(errno));
	mr_access_log_close(log);
	return MR_IO_ERROR;
}

void mr_access_log_close(mr_access_log *log)
{
	int fd;

	if (!log)
		return;
	for (unsigned i = 0; i < log->loops; i++) {
		mr_access_log_flush(log, i);
		mr_buf_dispose(&log->lines[i].buf);
	}
	fd = atomic_load(&log->fd);
	if (fd > STDERR_FILENO)
		close(fd);
	mr_free(log->lines);
	mr_free(log->path);
	mr_free(log);
}

void mr_access_log_reopen(mr_access_log *log)
{
	int fd = open_file(log->path), old = atomic_load(&log->fd);

	if (fd < 0)
		mr_log(MR_LOG_ERROR, "server", "cannot open the access log %s: %s", log->path, strerror(errno));
	else if (old > STDERR_FILENO && dup3(fd, old, O_CLOEXEC) < 0) /* a loop may be writing to it right now */
		mr_log(MR_LOG_ERROR, "server", "cannot go on with the access log %s: %s", log->path, strerror(errno));
	if (fd > STDERR_FILENO)
		close(fd);
}

/* What a client sent, so that no line can be forged with it. */
static void add_escaped(mr_buf *buf, mr_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c < ' ' || c >= 0x7f || c == '"' || c == '\\')
			mr_buf_printf(buf, "\\x%02x", c);
		else
			mr_buf_char(buf, (char)c);
	}
}

/* A user's name, without what would end the field. */
static void add_word(mr_buf *buf, mr_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ')
			mr_buf_c(buf, "\\x20");
		else
			add_escaped(buf, mr_str_make(text.ptr + i, 1));
	}
}

static void add_quoted(mr_buf *buf, mr_str text)
{
	mr_buf_c(buf, " \"");
	if (text.len)
		add_escaped(buf, text);
	else
		mr_buf_char(buf, '-');
	mr_buf_char(buf, '"');
}

static const char *stamp(struct lines *lines)
{
	time_t now = time(NULL);
	struct tm tm;

	if (now != lines->second) {
		lines->second = now;
		localtime_r(&now, &tm);
		strftime(lines->stamp, sizeof lines->stamp, "%d/%b/%Y:%H:%M:%S %z", &tm);
	}
	return lines->stamp;
}

void mr_access_log_add(mr_access_log *log, const mr_http_exchange *x, bool complete)
{
	struct lines *lines = &log->lines[x->loop];
	int64_t us = (mr_monotonic_ns() - x->begun_ns) / 1000;
	char peer[64];

	mr_http_peer(x, peer, sizeof peer);
	mr_buf_printf(&lines->buf, "%s - ", peer);
	if (x->sender.len)
		add_word(&lines->buf, x->sender);
	else
		mr_buf_char(&lines->buf, '-');
	mr_buf_printf(&lines->buf, " [%s] \"", stamp(lines));
	add_escaped(&lines->buf, x->method);
	mr_buf_char(&lines->buf, ' ');
	add_escaped(&lines->buf, x->path);
	if (x->query.len) {
		mr_buf_char(&lines->buf, '?');
		add_escaped(&lines->buf, x->query);
	}
	mr_buf_printf(&lines->buf, " HTTP/1.1\" %d ", complete ? x->status : 499);
	if (x->sent < 0)
		mr_buf_char(&lines->buf, '-');
	else
		mr_buf_printf(&lines->buf, "%lld", (long long)x->sent);
	add_quoted(&lines->buf, x->headers[MR_HTTP_REFERER]);
	add_quoted(&lines->buf, x->headers[MR_HTTP_USER_AGENT]);
	mr_buf_printf(&lines->buf, " %lld.%06lld\n", (long long)(us / 1000000), (long long)(us % 1000000));
	if (lines->buf.len > LINES_MAX || lines->buf.failed)
		mr_access_log_flush(log, x->loop);
}

void mr_access_log_flush(mr_access_log *log, unsigned loop)
{
	mr_buf *buf = &log->lines[loop].buf;
	size_t at = 0;

	while (at < buf->len) {
		ssize_t n = write(atomic_load(&log->fd), buf->ptr + at, buf->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break; /* a log that cannot be written must not stop the server */
		at += (size_t)n;
	}
	mr_buf_clear(buf);
}
