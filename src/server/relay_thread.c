/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that talks to the app. The clock of a deadline runs only while it is
 * the app that others wait for.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "plugin/stats.h"
#include "server/relay_inner.h"

enum { PIECE = 64 << 10 };
/* How long an app may take to end a request that was given up, before its process is ended; how much longer than the server
 * behind may take the whole of it. */
enum { DRAIN_MS = 2000, GRACE_MS = 5000 };
static const int64_t ns_of_ms = 1000000;

static void fail(struct relay *r, mr_code code, const char *why)
{
	pthread_mutex_lock(&r->lock);
	if (!r->ended) {
		if (!r->failed)
			mr_error_set(&r->err, code, "%s", why);
		r->failed = true;
	}
	relay_wake_loop(r);
	pthread_mutex_unlock(&r->lock);
}

static void fail_app(struct relay *r, mr_code code, const char *what)
{
	char text[512];

	snprintf(text, sizeof text, "The app '%.*s' %s, so the request is denied", MR_STR_ARG(mr_python_app_name(r->gate->app)),
		 what);
	mr_log(MR_LOG_WARNING, "server", "%s", text);
	fail(r, code, text);
}

/* What is to be sent next, if there is something. */
static mr_str next_out(struct relay *r)
{
	if (r->out_at < r->out.len)
		return mr_str_make(r->out.ptr + r->out_at, r->out.len - r->out_at);
	if (r->send_at == r->send_n && !r->end_sent) {
		pthread_mutex_lock(&r->lock);
		if (r->filled || r->whole) {
			char *filled = r->filling;

			r->filling = r->sending;
			r->sending = filled;
			r->end_sent = r->filled == 0; /* a block of nothing ends it */
			relay_put_length(r->sending, r->filled);
			r->send_at = 0;
			r->send_n = RELAY_PREFIX + r->filled;
			r->filled = 0;
			if (r->paused) {
				r->paused = false;
				relay_wake_loop(r);
			}
		}
		pthread_mutex_unlock(&r->lock);
	}
	return mr_str_make(r->sending + r->send_at, r->send_n - r->send_at);
}

static bool send_some(struct relay *r, mr_str bytes)
{
	ssize_t n = send(r->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (r->out_at < r->out.len)
		r->out_at += (size_t)n;
	else
		r->send_at += (size_t)n;
	return true;
}

static int64_t limit_ns(const struct relay *r)
{
	const struct mr_server_config *config = &r->gate->server->config;

	if (!r->going_on)
		return config->app_timeout_ms * ns_of_ms;
	return config->request_timeout_ms ? (config->request_timeout_ms + GRACE_MS) * ns_of_ms : INT64_MAX / 4;
}

/* A request that was given up: the app gets a moment to end it, else its process is ended. */
static void drain(struct relay *r)
{
	int64_t until = mr_monotonic_ns() + DRAIN_MS * ns_of_ms;
	char nothing[4096];

	shutdown(r->fd, SHUT_WR);
	while (mr_monotonic_ns() < until) {
		poll(&(struct pollfd){.fd = r->fd, .events = POLLIN}, 1, DRAIN_MS / 10);
		ssize_t n = recv(r->fd, nothing, sizeof nothing, MSG_DONTWAIT);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return;
	}
	mr_python_app_end(r->gate->app);
}

/* One turn; false when it is the last. */
static bool turn(struct relay *r, char piece[PIECE])
{
	mr_str out = next_out(r);
	struct pollfd fds[2] = {{.fd = r->fd, .events = out.len ? POLLOUT : 0}, {.fd = r->wake, .events = POLLIN}};
	int64_t now = mr_monotonic_ns(), wait;
	bool gone, owing;
	size_t room;
	ssize_t n;
	uint64_t count;

	pthread_mutex_lock(&r->lock);
	gone = r->x == NULL;
	room = RELAY_BUFFER - r->down_n;
	owing = !gone && ((!r->whole && !out.len && !r->headed) || (r->headed && !room)); /* the client */
	pthread_mutex_unlock(&r->lock);
	if (gone && (r->going_on || r->headed))
		return false; /* nobody hears the answer */
	if (owing)
		r->until_ns = now + limit_ns(r);
	if (now >= r->until_ns) {
		fail_app(r, MR_TEMPORARILY_UNAVAILABLE, "did not answer in time");
		drain(r);
		return false;
	}
	if (room)
		fds[0].events |= POLLIN;
	if (!fds[0].events)
		fds[0].fd = -1; /* its end would be reported again and again */
	wait = (r->until_ns - now) / ns_of_ms + 1;
	poll(fds, 2, wait > 60000 ? 60000 : (int)wait);
	if (fds[1].revents && read(r->wake, &count, sizeof count) < 0)
		count = 0;
	if ((fds[0].revents & POLLOUT) && out.len) {
		if (send_some(r, out))
			r->until_ns = mr_monotonic_ns() + limit_ns(r);
		else
			r->end_sent = true, r->send_at = r->send_n, r->out_at = r->out.len; /* it has what it wants */
	}
	if (!(fds[0].revents & (POLLIN | POLLHUP | POLLERR)) || !room)
		return true;
	n = recv(r->fd, piece, room < PIECE ? room : PIECE, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n > 0 && relay_take(r, piece, (size_t)n)) {
		r->until_ns = mr_monotonic_ns() + limit_ns(r);
		return !r->ended;
	}
	fail_app(r, n > 0 ? MR_INTERNAL_ERROR : MR_TEMPORARILY_UNAVAILABLE,
		 n > 0 ? "gave an answer that HTTP cannot carry" : "failed or ended before it had answered");
	return false;
}

void relay_run(struct mr_task *task)
{
	struct relay *r = (struct relay *)task; /* the first member */
	char *piece = mr_malloc(PIECE);
	const struct mr_entry *entry = r->gate->entry; /* which outlives the relay */
	int64_t began = mr_stats_begin(entry);
	mr_error err;
	mr_code code;
	bool last;

	mr_error_init(&err);
	r->until_ns = mr_monotonic_ns() + limit_ns(r);
	if (!piece) {
		fail(r, MR_RESOURCE_EXHAUSTED, "Out of memory");
	} else if (mr_python_app_connect(r->gate->app, r->until_ns, &r->fd, &err) != MR_OK) {
		mr_log(MR_LOG_ERROR, "server", "A request is denied: %s", err.message);
		fail(r, MR_TEMPORARILY_UNAVAILABLE, "The app of this server does not run, so the request is denied; try again");
	} else {
		r->until_ns = mr_monotonic_ns() + limit_ns(r);
		while (turn(r, piece))
			;
	}
	mr_free(piece);
	if (r->fd >= 0)
		close(r->fd);
	pthread_mutex_lock(&r->lock);
	r->thread_over = true;
	last = r->x == NULL;
	code = r->failed ? r->err.code : MR_OK;
	pthread_mutex_unlock(&r->lock);
	mr_stats_end(entry, began, code);
	if (last)
		relay_free(r);
}
