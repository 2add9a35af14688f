/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP with the process: our own server at the other end of a local socket, so what it does not say (redirects,
 * continuations, trailers) is not read. A whole request goes out by one call, an answer that fits comes by one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/error.h"
#include "base/os.h"
#include "store/child/child.h"

enum { HEAD_MAX = 16 << 10, BODY_MAX = 1 << 30, TURN_MS = CHILD_TURN_MS };

struct talk {
	int fd;
	mr_call *call;
	char head[HEAD_MAX]; /* of the answer, and what came with it */
	size_t head_n, got, used;
};

/* ---- out ---- */

static bool is_line(mr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
			return false;
	return true;
}

static mr_code write_head(const struct mr_wire_request *rq, mr_buf *head, mr_error *err)
{
	bool clean = is_line(rq->parts.target) && !memchr(rq->parts.target.ptr, ' ', rq->parts.target.len);

	mr_buf_printf(head, "%s %.*s HTTP/1.1\r\nHost: localhost\r\n", rq->parts.method, MR_STR_ARG(rq->parts.target));
	for (size_t i = 0; i < rq->headers_n; i++) {
		clean = clean && is_line(rq->headers[i].name) && is_line(rq->headers[i].value);
		mr_buf_printf(head, "%.*s: %.*s\r\n", MR_STR_ARG(rq->headers[i].name), MR_STR_ARG(rq->headers[i].value));
	}
	if (rq->parts.body.len)
		mr_buf_printf(head, "Content-Type: %.*s\r\n",
			      MR_STR_ARG(rq->content_type.len ? rq->content_type : mr_str_from("application/json")));
	mr_buf_printf(head, "Content-Length: %zu\r\n\r\n", rq->parts.body.len);
	if (!clean)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is a space or a control character in the request for %.*s",
				    MR_STR_ARG(rq->parts.target));
	return mr_buf_check(head, err);
}

/* False: the call was given up. */
static bool wait_for(struct talk *t, short event)
{
	struct pollfd p = {t->fd, event, 0};

	do {
		if (poll(&p, 1, TURN_MS) > 0)
			return true;
	} while (!mr_call_is_cancelled(t->call));
	return false;
}

static mr_code given_up(mr_error *err)
{
	return mr_error_set(err, MR_DEADLINE_EXCEEDED, "The store did not answer in time, or the call was cancelled");
}

static mr_code broken(mr_error *err)
{
	return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "The process of the store ended in the middle of a request");
}

static mr_code send_all(struct talk *t, mr_str head, mr_str body, mr_error *err)
{
	struct iovec parts[2] = {{(void *)(uintptr_t)head.ptr, head.len}, {(void *)(uintptr_t)body.ptr, body.len}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	while (parts[0].iov_len + parts[1].iov_len) {
		ssize_t n = sendmsg(t->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN && !wait_for(t, POLLOUT))
			return given_up(err);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return broken(err);
		for (int i = 0; i < 2 && n > 0; i++) {
			size_t part = (size_t)n < parts[i].iov_len ? (size_t)n : parts[i].iov_len;

			parts[i].iov_base = (char *)parts[i].iov_base + part;
			parts[i].iov_len -= part;
			n -= (ssize_t)part;
		}
	}
	return MR_OK;
}

/* ---- in ---- */

/* At least one byte, or an error. The socket has a receive timeout of a turn. */
static mr_code receive(struct talk *t, char *out, size_t room, size_t *got, mr_error *err)
{
	for (;;) {
		ssize_t n = recv(t->fd, out, room, 0);

		if (n > 0) {
			*got = (size_t)n;
			return MR_OK;
		}
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			return broken(err);
		if (mr_call_is_cancelled(t->call))
			return given_up(err);
	}
}

static mr_code read_head(struct talk *t, mr_error *err)
{
	for (;;) {
		char *end = t->got >= 4 ? memmem(t->head, t->got, "\r\n\r\n", 4) : NULL;
		size_t n;
		mr_code code;

		if (end) {
			t->head_n = t->used = (size_t)(end - t->head) + 4;
			end[2] = 0;
			return MR_OK;
		}
		if (t->got + 1 >= sizeof t->head)
			return mr_error_set(err, MR_INTERNAL_ERROR, "The headers of the store's answer are too long");
		code = receive(t, t->head + t->got, sizeof t->head - 1 - t->got, &n, err);
		if (code != MR_OK)
			return code;
		t->got += n;
	}
}

/* The header's value up to its end of line, or NULL. */
static const char *field(const struct talk *t, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = strstr(t->head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n"))
		if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':')
			return line + 3 + n + strspn(line + 3 + n, " ");
	return NULL;
}

/* n bytes of the body, first from what came with the head. */
static mr_code take(struct talk *t, char *out, size_t n, mr_error *err)
{
	size_t have = t->got - t->used < n ? t->got - t->used : n, got;
	mr_code code;

	memcpy(out, t->head + t->used, have);
	t->used += have;
	while (have < n) {
		code = receive(t, out + have, n - have, &got, err);
		if (code != MR_OK)
			return code;
		have += got;
	}
	return MR_OK;
}

static mr_code take_line(struct talk *t, char *out, size_t room, mr_error *err)
{
	size_t n = 0;

	while (n + 1 < room) {
		mr_code code = take(t, out + n, 1, err);

		if (code != MR_OK)
			return code;
		if (out[n] == '\n')
			break;
		n++;
	}
	out[n] = 0;
	return MR_OK;
}

static mr_code too_long(mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "The store's answer is longer than %d bytes", BODY_MAX);
}

static mr_code take_chunks(struct talk *t, mr_str *out, mr_error *err)
{
	mr_buf body;
	char line[64], *room;
	size_t size;
	mr_code code;

	mr_buf_init(&body, BODY_MAX);
	do {
		code = take_line(t, line, sizeof line, err);
		size = code == MR_OK ? (size_t)strtoull(line, NULL, 16) : 0;
		room = code == MR_OK ? mr_buf_reserve(&body, size) : NULL;
		if (code == MR_OK && !room)
			code = too_long(err);
		if (code == MR_OK)
			code = take(t, room, size, err);
		if (code == MR_OK) {
			body.len += size;
			code = take_line(t, line, sizeof line, err); /* behind each chunk, and behind the last one */
		}
	} while (code == MR_OK && size);
	if (code == MR_OK) {
		*out = mr_call_copy(t->call, mr_buf_view(&body));
		code = out->ptr ? MR_OK : mr_error_no_memory(err);
	}
	mr_buf_dispose(&body);
	return code;
}

static mr_code take_body(struct talk *t, mr_str *out, mr_error *err)
{
	const char *length = field(t, "Content-Length"), *coding = field(t, "Transfer-Encoding");
	unsigned long long n = length ? strtoull(length, NULL, 10) : 0;
	char *body;

	if (coding && strncasecmp(coding, "chunked", 7) == 0)
		return take_chunks(t, out, err);
	if (n > BODY_MAX)
		return too_long(err);
	body = mr_call_alloc(t->call, (size_t)n + 1);
	if (!body)
		return mr_error_no_memory(err);
	body[n] = 0;
	*out = mr_str_make(body, (size_t)n);
	return take(t, body, (size_t)n, err);
}

mr_code child_talk(int fd, const struct mr_wire_request *request, struct mr_http_response *response, bool *reusable,
		   bool *unanswered, mr_call *call, mr_error *err)
{
	struct talk t = {.fd = fd, .call = call};
	const char *connection;
	mr_buf head;
	mr_code code;

	*reusable = false;
	*unanswered = true;
	mr_buf_init(&head, 1 << 20);
	code = write_head(request, &head, err);
	if (code == MR_OK)
		code = send_all(&t, mr_buf_view(&head), request->parts.body, err);
	if (code == MR_OK)
		code = read_head(&t, err);
	mr_buf_dispose(&head);
	*unanswered = t.got == 0;
	if (code != MR_OK)
		return code;
	if (strncmp(t.head, "HTTP/1.1 ", 9) != 0)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The store's answer is not HTTP");
	response->status = (int32_t)strtol(t.head + 9, NULL, 10);
	code = take_body(&t, &response->body, err);
	if (code != MR_OK)
		return code;
	connection = field(&t, "Connection");
	*reusable = !connection || strncasecmp(connection, "close", 5) != 0;
	return MR_OK;
}
