/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection of a front port: request by request to the backend of the
 * moment, and its answers back.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"
#include "deploy/front_http.h"
#include "deploy/front_parts.h"

enum {
	IDLE_MS = 60000, /* for a next request */
	CLIENT_MS = 30000, /* of silence in the middle of one */
	CONNECT_MS = 5000,
	DRAIN_MS = 2000,
	KEPT_MAX = 1 << 20 /* a body up to here is read whole before it is sent, so that it can be sent again */
};

/* A request under way. */
struct relay {
	struct front_connection *c;
	struct front_head head, answer;
	mr_buf out; /* what goes to the backend: the head, and a kept body */
	size_t body_left; /* of a body with a length, still to come from the client */
	struct front_chunks chunks;
	bool kept; /* the whole body is in out */
	bool reused; /* the backend's connection had requests before */
	bool lasts; /* the client's connection, beyond this request */
	int64_t timeout_ms;
	mr_buf in; /* of the backend */
};

/* ---- bytes ---- */

static bool wait_for(int fd, short events, int64_t timeout_ms)
{
	int64_t until = mr_monotonic_ns() + timeout_ms * 1000000;
	struct pollfd p = {.fd = fd, .events = events};
	int n;

	do {
		int64_t left = (until - mr_monotonic_ns() + 999999) / 1000000;

		n = poll(&p, 1, left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

static bool send_all(int fd, const char *bytes, size_t n, int64_t timeout_ms)
{
	while (n) {
		ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (sent < 0 && !wait_for(fd, POLLOUT, timeout_ms))
			return false;
		bytes += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

/* Some bytes: their number, 0 at the end, -1 when there came none in time or the connection broke. */
static ssize_t receive(int fd, char *out, size_t room, int64_t timeout_ms)
{
	for (;;) {
		ssize_t n = recv(fd, out, room, 0);

		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n;
		if (!wait_for(fd, POLLIN, timeout_ms)) {
			errno = ETIMEDOUT;
			return -1;
		}
	}
}

static ssize_t read_more(mr_buf *buf, int fd, struct front_connection *c, int64_t timeout_ms)
{
	ssize_t n = receive(fd, c->piece, sizeof c->piece, timeout_ms);

	if (n > 0)
		mr_buf_add(buf, c->piece, (size_t)n);
	return buf->failed ? -1 : n;
}

static void consume(mr_buf *buf, size_t n)
{
	memmove(buf->ptr, buf->ptr + n, buf->len - n);
	buf->len -= n;
	buf->ptr[buf->len] = 0;
}

/* ---- answers of our own ---- */

static const char *reason(int status)
{
	switch (status) {
	case 400:
		return "Bad Request";
	case 408:
		return "Request Timeout";
	case 431:
		return "Request Header Fields Too Large";
	case 501:
		return "Not Implemented";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	default:
		return "Gateway Timeout";
	}
}

/* As MLflow's errors look; the connection ends. What the client still sends is read for a moment, else the
 * kernel would reset the connection and take the answer away. */
static void refuse(struct front_connection *c, int status, const char *code, const char *message)
{
	int64_t until = mr_monotonic_ns() + (int64_t)DRAIN_MS * 1000000;
	char body[512], head[512];
	int n = snprintf(body, sizeof body, "{\"error_code\": \"%s\", \"message\": \"%s\"}", code, message);

	snprintf(head, sizeof head,
		 "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n", status,
		 reason(status), n, status == 503 ? "Retry-After: 1\r\n" : "");
	if (!send_all(c->fd, head, strlen(head), CLIENT_MS) || !send_all(c->fd, body, (size_t)n, CLIENT_MS))
		return;
	shutdown(c->fd, SHUT_WR);
	while (mr_monotonic_ns() < until && receive(c->fd, c->piece, sizeof c->piece, DRAIN_MS / 4) > 0)
		;
}

/* ---- the backend ---- */

static void hang_up(struct front_connection *c)
{
	if (c->backend_fd < 0)
		return;
	close(c->backend_fd);
	front_backend_release(c->backend);
	c->backend_fd = -1;
	c->backend = NULL;
}

static bool dial(struct front_connection *c, struct front_backend *backend)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)backend->port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), why = 0;
	socklen_t size = sizeof why;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return false;
	if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 &&
	    (errno != EINPROGRESS || !wait_for(fd, POLLOUT, CONNECT_MS) ||
	     getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) != 0 || why)) {
		close(fd);
		return false;
	}
	front_hold(backend);
	c->backend_fd = fd;
	c->backend = backend;
	return true;
}

/* The kept connection, if it is to this backend and still good; else a new one. */
static bool reach(struct relay *r, struct front_backend *backend)
{
	struct front_connection *c = r->c;

	r->reused = false;
	if (c->backend_fd >= 0 && c->backend == backend && !wait_for(c->backend_fd, POLLIN, 0)) {
		r->reused = true;
		return true;
	}
	hang_up(c);
	return dial(c, backend);
}

/* ---- the request's body ---- */

static bool invite(struct relay *r)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!r->head.expects || r->c->in.len || (!r->head.chunked && r->head.length <= 0))
		return true;
	return send_all(r->c->fd, go_on, sizeof go_on - 1, CLIENT_MS);
}

/* Reads a small body; the head is consumed with it. */
static bool keep_body(struct relay *r)
{
	mr_buf *in = &r->c->in;

	while (in->len < r->body_left)
		if (read_more(in, r->c->fd, r->c, CLIENT_MS) <= 0)
			return false;
	mr_buf_add(&r->out, in->ptr, r->body_left);
	consume(in, r->body_left);
	r->body_left = 0;
	r->kept = true;
	return !r->out.failed;
}

/* Takes what belongs to the body from the front of what was read. */
static size_t body_piece(struct relay *r, mr_str have)
{
	size_t n = have.len < r->body_left ? have.len : r->body_left;

	if (r->head.chunked)
		return front_chunks_take(&r->chunks, have.ptr, have.len);
	r->body_left -= n;
	return n;
}

static bool body_over(const struct relay *r)
{
	return r->head.chunked ? r->chunks.done || r->chunks.bad : r->body_left == 0;
}

/* *theirs: it was the client that failed, not the backend. */
static bool stream_body(struct relay *r, bool *theirs)
{
	mr_buf *in = &r->c->in;

	*theirs = false;
	while (!body_over(r)) {
		size_t n;

		if (!in->len && read_more(in, r->c->fd, r->c, CLIENT_MS) <= 0) {
			*theirs = true;
			return false;
		}
		n = body_piece(r, mr_buf_view(in));
		if (!send_all(r->c->backend_fd, in->ptr, n, r->timeout_ms))
			return false;
		consume(in, n);
	}
	*theirs = r->chunks.bad;
	return !r->chunks.bad;
}

/* ---- the answer ---- */

/* 1: the head of the final answer is there; 0: the backend ended or broke; -1: it is silent; -2: it is no HTTP. */
static int read_answer(struct relay *r)
{
	int status;

	for (;;) {
		size_t n = front_head_length(r->in.ptr, r->in.len);
		ssize_t got;

		if (n && front_head_parse(mr_str_make(r->in.ptr, n), true, &r->answer, &status))
			return -2;
		if (n && r->answer.status >= 200)
			return 1;
		if (n) { /* "100 Continue" */
			consume(&r->in, n);
			continue;
		}
		if (r->in.len >= FRONT_HEAD_MAX)
			return -2;
		got = read_more(&r->in, r->c->backend_fd, r->c, r->timeout_ms);
		if (got <= 0)
			return got < 0 && errno == ETIMEDOUT ? -1 : 0;
	}
}

/* The body behind the head that was sent; false when it was cut short. */
static bool pass_body(struct relay *r)
{
	struct front_chunks chunks = {0};
	bool to_end = !r->answer.chunked && r->answer.length < 0;
	uint64_t left = r->answer.length > 0 ? (uint64_t)r->answer.length : 0;

	for (;;) {
		size_t n = r->in.len;

		if (r->answer.chunked)
			n = front_chunks_take(&chunks, r->in.ptr, r->in.len);
		else if (!to_end && left < n)
			n = (size_t)left;
		if (!send_all(r->c->fd, r->in.ptr, n, CLIENT_MS) || chunks.bad)
			return false;
		left -= to_end ? 0 : (left < n ? left : n);
		if (r->in.len)
			consume(&r->in, n);
		if (r->answer.chunked ? chunks.done : !to_end && !left)
			return true;
		if (read_more(&r->in, r->c->backend_fd, r->c, r->timeout_ms) <= 0)
			return to_end;
	}
}

static bool pass_answer(struct relay *r)
{
	size_t n = front_head_length(r->in.ptr, r->in.len);
	bool body = front_has_body(&r->answer, r->head.method);
	bool ends = body && !r->answer.chunked && r->answer.length < 0;
	mr_buf head;
	bool sent;

	r->lasts = !r->head.close && !ends && !r->answer.close;
	mr_buf_init(&head, 2 * FRONT_HEAD_MAX);
	front_head_write(mr_str_make(r->in.ptr, n), &r->answer,
			 !r->lasts ? "Connection: close\r\n" : r->head.minor == 0 ? "Connection: keep-alive\r\n" : "", &head);
	sent = !head.failed && send_all(r->c->fd, head.ptr, head.len, CLIENT_MS);
	mr_buf_dispose(&head);
	consume(&r->in, n);
	sent = sent && (!body || pass_body(r));
	if (!sent || ends || r->answer.close || r->in.len)
		hang_up(r->c);
	return sent;
}

/* One try. 1: done; 0: it broke before it was answered; -1: answered by us, or the client is gone. */
static int attempt(struct relay *r, struct front_backend *backend)
{
	bool theirs = false;
	int got;

	mr_buf_clear(&r->in);
	if (!reach(r, backend))
		return 0;
	/* A backend that answers early stops reading: then there is an answer, though sending failed. */
	if (send_all(r->c->backend_fd, r->out.ptr, r->out.len, r->timeout_ms) && !r->kept)
		stream_body(r, &theirs);
	if (theirs)
		return -1;
	got = read_answer(r);
	if (got == 1) {
		r->lasts = pass_answer(r) && r->lasts && body_over(r);
		return 1;
	}
	hang_up(r->c);
	if (got == 0)
		return 0;
	refuse(r->c, got == -1 ? 504 : 502, got == -1 ? "DEADLINE_EXCEEDED" : "INTERNAL_ERROR",
	       got == -1 ? "The scoring server did not answer in time." : "The scoring server's answer is no HTTP.");
	return -1;
}

/* True: the connection goes on. */
static bool relay_request(struct relay *r)
{
	bool closing;
	struct front_backend *backend;
	int done;

	if (!invite(r))
		return false;
	if (!r->head.chunked && r->head.length <= KEPT_MAX && !keep_body(r))
		return false;
	backend = front_take(r->c->front, &r->timeout_ms, &closing);
	if (!backend) {
		refuse(r->c, 503, "TEMPORARILY_UNAVAILABLE",
		       closing ? "The deployment is being deleted." : "No scoring server of the deployment is up at the moment.");
		return false;
	}
	done = attempt(r, backend);
	if (done == 0 && r->kept && r->reused && !r->in.len) /* closed by the backend while it lay idle */
		done = attempt(r, backend);
	front_give_back(backend);
	if (done == 0)
		refuse(r->c, 502, "INTERNAL_ERROR", "The scoring server ended before it answered.");
	if (done != 1)
		hang_up(r->c);
	return done == 1 && r->lasts;
}

/* Reads a head; false at the end of the connection. */
static bool read_head(struct front_connection *c, size_t *length)
{
	bool idle = !c->in.len;

	if (idle)
		front_set_idle(c, true);
	while ((*length = front_head_length(c->in.ptr, c->in.len)) == 0 && c->in.len < FRONT_HEAD_MAX) {
		ssize_t n = read_more(&c->in, c->fd, c, c->in.len ? CLIENT_MS : IDLE_MS);

		if (n <= 0)
			return false;
		if (idle)
			front_set_idle(c, idle = false);
	}
	if (*length && *length <= FRONT_HEAD_MAX)
		return true;
	refuse(c, 431, "INVALID_PARAMETER_VALUE", "The head of the request is longer than 64 KiB.");
	return false;
}

static bool one_request(struct front_connection *c)
{
	struct relay r = {.c = c};
	const char *wrong;
	size_t length;
	bool goes_on = false;
	char message[256], *copy;
	mr_str text;
	int status;

	if (!read_head(c, &length))
		return false;
	mr_buf_init(&r.out, KEPT_MAX + 4 * FRONT_HEAD_MAX);
	mr_buf_init(&r.in, (size_t)1 << 30);
	copy = mr_malloc(length); /* its bytes, whatever they are */
	if (copy)
		memcpy(copy, c->in.ptr, length);
	text = mr_str_make(copy, length);
	wrong = !copy ? "there is no memory left for it" : front_head_parse(text, false, &r.head, &status);
	if (wrong && copy) {
		snprintf(message, sizeof message, "The request cannot be read: %s.", wrong);
		refuse(c, status, "BAD_REQUEST", message);
	} else if (!wrong) {
		consume(&c->in, length);
		front_head_write(text, &r.head, r.head.minor == 0 ? "Connection: close\r\n" : "", &r.out);
		r.body_left = r.head.length > 0 ? (size_t)r.head.length : 0;
		goes_on = relay_request(&r);
	}
	mr_free(copy);
	mr_buf_dispose(&r.out);
	mr_buf_dispose(&r.in);
	return goes_on;
}

void front_relay(struct front_connection *c)
{
	while (one_request(c))
		;
	hang_up(c);
}
