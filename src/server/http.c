/* SPDX-License-Identifier: Apache-2.0
 *
 * What was seen of libmicrohttpd 0.9.75, and how it is met here:
 *  - queueing an answer at the first call closes the connection, so an answer
 *    waits for the end of the request (finish_request);
 *  - no answer can be queued while a body comes in. What is left of a small one
 *    is read past; for a large one the answer is written to the socket by hand
 *    and the socket read empty for a while, so that the client gets to read it
 *    (answer_and_hang_up);
 *  - it cuts a request line at a NUL, takes the first of two Content-Lengths,
 *    and waits for ever on an unknown Transfer-Encoding: check_request refuses
 *    these. It decodes paths and queries: both are taken raw, in on_request_line;
 *  - it calls once more for the head of a request that was suspended there; a
 *    call too few for the end of one it makes good (on_request);
 *  - it misses that a client has left when the end of its bytes comes together
 *    with the last of them, in the midst of a body: hang_up_on_gone;
 *  - its time-out begins anew with each byte, so that a slow client could stay
 *    for ever: hang_up_on_slow;
 *  - a suspended connection must be resumed before the daemon is stopped;
 *  - it clears a connection's memory after each request: a third of the time of
 *    a static answer at 64 KiB, hence MEMORY_OF_CONNECTION.
 */
#include "server/http_inner.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "server/http_head.h"
#include "server/linger.h"

enum {
	MEMORY_OF_CONNECTION = 16 << 10,
	DRAIN_MAX = 1 << 20, /* of a body that nobody wants */
	TICK_NS = 200000000,
	BODY_PER_SECOND = 64 << 10, /* slower than this is too slow for a collected body */
	EVENTS = 16
};

/* ---- exchanges ---- */

static struct exchange *exchange_new(struct loop *loop)
{
	struct exchange *x = loop->kept_n ? loop->kept[--loop->kept_n] : mr_malloc(sizeof *x);

	if (!x)
		return NULL;
	memset(x, 0, offsetof(struct exchange, target_inline));
	x->owner = loop;
	x->pub.loop = loop->index;
	mr_list_init(&x->link);
	mr_buf_init(&x->pub.body, loop->http->config.body_max);
	atomic_fetch_add_explicit(&loop->exchanges, 1, memory_order_relaxed);
	return x;
}

static void exchange_free(struct exchange *x)
{
	struct loop *loop = x->owner;

	mr_list_remove(&x->link);
	if (x->response)
		MHD_destroy_response(x->response);
	mr_buf_dispose(&x->pub.body);
	if (x->target != x->target_inline)
		mr_free(x->target);
	atomic_fetch_sub_explicit(&loop->exchanges, 1, memory_order_relaxed);
	if (loop->kept_n < EXCHANGES_KEPT)
		loop->kept[loop->kept_n++] = x;
	else
		mr_free(x);
}

/* Gets the raw target, before libmicrohttpd cuts and decodes it in place. */
static void *on_request_line(void *arg, const char *uri, struct MHD_Connection *mhd)
{
	struct loop *loop = arg;
	struct exchange *x = exchange_new(loop);
	const union MHD_ConnectionInfo *info;
	size_t len = strlen(uri);
	const char *question;

	if (!x)
		return NULL;
	x->mhd = mhd;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	x->connection = info ? info->socket_context : NULL;
	x->target = len < sizeof x->target_inline ? x->target_inline : mr_malloc(len + 1);
	if (!x->target) {
		x->target = x->target_inline;
		len = 0;
	}
	memcpy(x->target, uri, len);
	x->target[len] = 0;
	x->target_end = uri + len;
	question = memchr(x->target, '?', len);
	x->pub.path = mr_str_make(x->target, question ? (size_t)(question - x->target) : len);
	if (question)
		x->pub.query = mr_str_make(question + 1, len - x->pub.path.len - 1);
	return x;
}

struct header_walk {
	struct exchange *x;
	bool doubled; /* a header that must not come twice did */
};

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *key, size_t key_len, const char *value,
				 size_t value_len)
{
	struct header_walk *walk = arg;
	struct exchange *x = walk->x;

	(void)kind;
	walk->doubled |=
		!mr_http_head_add(&x->pub, mr_str_make(key, key_len), mr_str_make(value ? value : "", value_len));
	return MHD_YES;
}

/* Reads the headers; false for a request that two programs could understand differently. */
static bool check_request(struct exchange *x, const char *version)
{
	struct header_walk walk = {x, false};

	MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, on_header, &walk);
	return !walk.doubled && version == x->target_end + 1 && /* else a NUL or a second blank stands between */
	       mr_http_head_check(&x->pub, mr_str_from(x->target), strcmp(version, "HTTP/1.0") == 0);
}

/* ---- the request as it comes in ---- */

/* The rest of the body is of no use to anybody. */
static enum MHD_Result drain(struct exchange *x)
{
	int64_t left = x->pub.content_length - x->received;

	x->state = DRAIN;
	if (x->pub.content_length >= 0 ? left > DRAIN_MAX : x->received > DRAIN_MAX)
		return mr_http_answer_and_hang_up(x);
	return MHD_YES;
}

/* Waits for the client with a deadline that more bytes do not move. */
static void await_body(struct exchange *x)
{
	struct mr_http *http = x->owner->http;
	int64_t extra = x->pub.content_length > 0 ? x->pub.content_length : (int64_t)http->config.body_max;

	if (!x->connection)
		return;
	x->connection->until_ns = x->state == STREAM ? INT64_MAX /* whose reader is patient */
						     : mr_monotonic_ns() + http->config.idle_s * INT64_C(1000000000) +
							       extra / BODY_PER_SECOND * INT64_C(1000000000);
	mr_list_append(&x->owner->bodies, &x->connection->link);
}

static void suspend(struct exchange *x)
{
	x->suspended = true;
	mr_list_append(&x->owner->suspended, &x->link);
	MHD_suspend_connection(x->mhd);
}

/* What the app said to the head. */
static enum MHD_Result take_head(struct exchange *x, mr_http_next next)
{
	struct mr_http *http = x->owner->http;

	if (next == MR_HTTP_DEFER) {
		x->state = HEAD_DEFERRED;
		x->repeats = true;
		if (!x->suspended)
			suspend(x);
		return MHD_YES;
	}
	if (next == MR_HTTP_COLLECT && x->pub.content_length > (int64_t)http->config.body_max) {
		mr_http_refuse_large(x);
		next = MR_HTTP_ANSWERED;
	}
	x->state = DRAIN;
	if (next == MR_HTTP_ANSWERED)
		return x->pub.content_length ? drain(x) : MHD_YES;
	x->state = next == MR_HTTP_STREAM ? STREAM : COLLECT;
	if (x->pub.content_length)
		await_body(x);
	if (x->state == COLLECT && x->pub.content_length) {
		if (x->pub.content_length > 0 && !mr_buf_reserve(&x->pub.body, (size_t)x->pub.content_length))
			return MHD_NO;
	}
	return MHD_YES;
}

static enum MHD_Result begin_request(struct exchange *x, const char *method, const char *version)
{
	struct mr_http *http = x->owner->http;

	x->state = DRAIN;
	x->pub.begun_ns = mr_monotonic_ns();
	x->pub.method = mr_str_from(method);
	if (x->connection)
		mr_list_remove(&x->connection->link);
	if (!check_request(x, version)) {
		bool has_body =
			mr_http_has(&x->pub, MR_HTTP_CONTENT_LENGTH) || mr_http_has(&x->pub, MR_HTTP_TRANSFER_ENCODING);

		mr_http_refuse(x, 400, "Invalid HTTP request received.");
		return has_body ? mr_http_answer_and_hang_up(x) : MHD_YES; /* where the body ends is not known */
	}
	return take_head(x, http->config.app.head(http->config.app.arg, &x->pub));
}

static enum MHD_Result take_piece(struct exchange *x, const char *bytes, size_t *size)
{
	struct mr_http_app *app = &x->owner->http->config.app;
	size_t taken = *size;

	if (x->broken)
		return MHD_NO;
	if (x->response) { /* answered already */
		x->received += (int64_t)*size;
		*size = 0;
		return drain(x);
	}
	if (x->state == COLLECT) {
		mr_buf_add(&x->pub.body, bytes, *size);
		if (x->pub.body.failed)
			mr_http_refuse_large(x);
	} else {
		taken = app->data(app->arg, &x->pub, bytes, *size);
		if (!x->response && taken < *size)
			suspend(x);
	}
	x->received += (int64_t)taken;
	*size -= x->response ? *size : taken;
	return x->response ? drain(x) : MHD_YES;
}

static void defer(struct exchange *x)
{
	x->state = DEFERRED;
	if (!x->suspended)
		suspend(x);
}

/* The answer goes out, unless the app wants it to wait. */
static enum MHD_Result leave(struct exchange *x)
{
	struct mr_http_app *app = &x->owner->http->config.app;

	if (app->leaving && x->response && !x->leaving && !x->over) {
		x->leaving = true;
		if (app->leaving(app->arg, &x->pub) == MR_HTTP_DEFER) {
			defer(x);
			return MHD_YES;
		}
	}
	return mr_http_send_response(x);
}

/* The whole request is there. */
static enum MHD_Result finish_request(struct exchange *x)
{
	struct mr_http_app *app = &x->owner->http->config.app;

	if (x->broken)
		return MHD_NO;
	if (x->connection)
		mr_list_remove(&x->connection->link);
	if (!x->response && app->ready(app->arg, &x->pub) == MR_HTTP_DEFER) {
		defer(x);
		return MHD_YES;
	}
	return leave(x);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
				  const char *version, const char *bytes, size_t *size, void **context)
{
	struct exchange *x = *context;

	(void)arg;
	(void)mhd;
	(void)url;
	if (!x)
		return MHD_NO; /* there was no memory for it */
	if (x->state == HEAD)
		return begin_request(x, method, version);
	if (x->repeats) {
		x->repeats = false;
		if (*size == 0)
			return x->broken ? MHD_NO : MHD_YES;
	}
	return *size ? take_piece(x, bytes, size) : finish_request(x);
}

static void on_completed(void *arg, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	struct loop *loop = arg;
	struct exchange *x = *context;
	struct mr_http_app *app = &loop->http->config.app;

	(void)mhd;
	*context = NULL;
	if (!x)
		return;
	if (x->state != HEAD)
		app->done(app->arg, &x->pub, why == MHD_REQUEST_TERMINATED_COMPLETED_OK || x->hung_up);
	if (x->connection) {
		mr_list_remove(&x->connection->link);
		x->connection->until_ns = mr_monotonic_ns() + loop->http->config.idle_s * INT64_C(1000000000);
		mr_list_append(&loop->waiting, &x->connection->link);
	}
	if (atomic_load(&x->noted))
		x->gone = true; /* freed when the note is read */
	else
		exchange_free(x);
}

static void on_connection(void *arg, struct MHD_Connection *mhd, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct loop *loop = arg;
	struct connection *connection = *context;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (connection) {
			mr_list_remove(&connection->link);
			mr_free(connection);
			*context = NULL;
		}
		atomic_fetch_sub_explicit(&loop->connections, 1, memory_order_relaxed);
		return;
	}
	atomic_fetch_add_explicit(&loop->connections, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&loop->accepted, 1, memory_order_relaxed);
	connection = mr_calloc(1, sizeof *connection);
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (!connection || !info) {
		mr_free(connection);
		return;
	}
	connection->fd = info->connect_fd;
	connection->until_ns = mr_monotonic_ns() + loop->http->config.idle_s * INT64_C(1000000000);
	mr_list_append(&loop->waiting, &connection->link);
	*context = connection;
}

static size_t leave_escaped(void *arg, struct MHD_Connection *mhd, char *text)
{
	(void)arg;
	(void)mhd;
	return strlen(text);
}

/* ---- resuming ---- */

static bool push_notes(struct loop *loop, struct exchange *first, struct exchange *last)
{
	struct exchange *before = atomic_load_explicit(&loop->notes, memory_order_relaxed);

	do {
		last->next_note = before;
	} while (!atomic_compare_exchange_weak_explicit(&loop->notes, &before, first, memory_order_release,
							memory_order_relaxed));
	return before == NULL;
}

static void wake(struct loop *loop)
{
	uint64_t one = 1;

	if (write(loop->event_fd, &one, sizeof one) < 0 && errno != EAGAIN)
		mr_log(MR_LOG_ERROR, "http", "cannot wake an event loop: %s", strerror(errno));
}

void mr_http_resume(mr_http *http, mr_http_exchange *pub)
{
	mr_http_resume_all(http, &pub, 1);
}

/* Once a note is pushed, its exchange may be gone: all is sorted before the first push. */
void mr_http_resume_all(mr_http *http, mr_http_exchange *const *list, size_t n)
{
	struct {
		struct exchange *first, *last;
	} notes[MR_HTTP_LOOPS_MAX];

	memset(notes, 0, http->config.loops * sizeof notes[0]);
	for (size_t i = 0; i < n; i++) {
		struct exchange *x = (struct exchange *)list[i];
		unsigned l = x->pub.loop;

		if (atomic_exchange(&x->noted, true))
			continue;
		x->next_note = notes[l].first;
		notes[l].first = x;
		notes[l].last = notes[l].last ? notes[l].last : x;
	}
	for (unsigned l = 0; l < http->config.loops; l++) {
		if (notes[l].first && push_notes(&http->loops[l], notes[l].first, notes[l].last))
			wake(&http->loops[l]);
	}
}

/* Lets the connection go on: with its answer, with the piece that was left over, or with the source. */
static void go_on(struct exchange *x)
{
	struct mr_http_app *app = &x->owner->http->config.app;

	if (!x->suspended)
		return;
	if (x->state == DEFERRED || x->state == HEAD_DEFERRED) {
		mr_http_next next = x->over || x->broken ? MR_HTTP_ANSWERED : app->resumed(app->arg, &x->pub);
		enum MHD_Result went = MHD_YES;

		if (next == MR_HTTP_DEFER)
			return;
		if (x->state == HEAD_DEFERRED)
			went = take_head(x, next);
		else
			went = leave(x);
		if (x->state == DEFERRED && went == MHD_YES)
			return; /* its answer waits */
		x->broken |= went != MHD_YES;
	}
	x->suspended = false;
	mr_list_remove(&x->link);
	MHD_resume_connection(x->mhd);
}

static void read_notes(struct loop *loop)
{
	struct exchange *x = atomic_exchange_explicit(&loop->notes, NULL, memory_order_acquire), *next;

	for (; x; x = next) {
		next = x->next_note;
		atomic_store(&x->noted, false);
		if (x->gone)
			exchange_free(x);
		else
			go_on(x);
	}
}

/* ---- time ---- */

static void expire(struct loop *loop, int64_t now, bool all)
{
	struct mr_http_app *app = &loop->http->config.app;
	struct mr_link *link = loop->suspended.next, *next;

	for (; link != &loop->suspended; link = next) {
		struct exchange *x = MR_LIST_ELEMENT(link, struct exchange, link);

		next = link->next;
		if (!all && (x->pub.deadline_ns == 0 || now < x->pub.deadline_ns))
			continue;
		if (!app->expire(app->arg, &x->pub, all))
			continue;
		x->over = true;
		if (!x->response)
			x->broken = true;
		go_on(x);
	}
}

static void hang_up_on_slow(struct mr_link *list, int64_t now)
{
	struct mr_link *link = list->next, *next;

	for (; link != list; link = next) {
		struct connection *connection = MR_LIST_ELEMENT(link, struct connection, link);

		next = link->next;
		if (now < connection->until_ns)
			continue;
		mr_list_remove(link);
		shutdown(connection->fd, SHUT_RDWR); /* libmicrohttpd sees the end and closes it */
	}
}

/* Nothing more will come of these bodies. */
static void hang_up_on_gone(struct mr_link *bodies)
{
	struct mr_link *link = bodies->next, *next;

	for (; link != bodies; link = next) {
		struct connection *connection = MR_LIST_ELEMENT(link, struct connection, link);
		char byte;

		next = link->next;
		if (recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0)
			continue;
		mr_list_remove(link);
		shutdown(connection->fd, SHUT_RDWR);
	}
}

static void tick(struct loop *loop)
{
	int64_t now = mr_monotonic_ns();

	if (now - loop->ticked_ns < TICK_NS)
		return;
	loop->ticked_ns = now;
	expire(loop, now, false);
	hang_up_on_slow(&loop->waiting, now);
	hang_up_on_slow(&loop->bodies, now);
	hang_up_on_gone(&loop->bodies);
	mr_linger_expire(&loop->lingers, now);
}

/* ---- the loop ---- */

static void stop_accepting(struct loop *loop)
{
	if (!loop->accepting)
		return;
	loop->accepting = false;
	MHD_quiesce_daemon(loop->daemon); /* the socket is closed by mr_http_free */
	hang_up_on_slow(&loop->waiting, INT64_MAX);
}

static int wait_time(struct loop *loop)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int most = atomic_load_explicit(&loop->connections, memory_order_relaxed) ? TICK_NS / 1000000 : -1;

	if (MHD_get_timeout(loop->daemon, &ms) == MHD_YES && (most < 0 || ms < (MHD_UNSIGNED_LONG_LONG)most))
		most = ms > 1000 ? 1000 : (int)ms;
	return most;
}

static void run_once(struct loop *loop)
{
	struct mr_http_app *app = &loop->http->config.app;
	struct epoll_event events[EVENTS];
	int n = epoll_wait(loop->epoll_fd, events, EVENTS, wait_time(loop));
	uint64_t count;

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == &loop->event_fd) {
			if (read(loop->event_fd, &count, sizeof count) < 0 && errno != EAGAIN)
				mr_log(MR_LOG_ERROR, "http", "an event loop cannot be woken: %s", strerror(errno));
		} else if (events[i].data.ptr != loop) {
			mr_linger_read(events[i].data.ptr);
		}
	}
	atomic_store_explicit(&loop->beat, atomic_load_explicit(&loop->http->beat, memory_order_relaxed),
			      memory_order_relaxed);
	read_notes(loop);
	MHD_run(loop->daemon);
	if (app->turn)
		app->turn(app->arg, loop->index);
	tick(loop);
}

/* libmicrohttpd aborts the process when it is stopped with suspended connections. */
static void end_exchanges(struct loop *loop)
{
	do {
		expire(loop, INT64_MAX, true);
		read_notes(loop);
		MHD_run(loop->daemon);
		if (!mr_list_is_empty(&loop->suspended))
			usleep(1000); /* somebody is about to resume one */
	} while (!mr_list_is_empty(&loop->suspended));
	MHD_run(loop->daemon); /* what was answered just now goes out as far as the sockets take it */
}

static void *loop_main(void *arg)
{
	struct loop *loop = arg;
	int quiet;

	while ((quiet = atomic_load(&loop->http->quiet)) < 2) {
		if (quiet)
			stop_accepting(loop);
		run_once(loop);
	}
	stop_accepting(loop);
	end_exchanges(loop);
	MHD_stop_daemon(loop->daemon);
	loop->daemon = NULL;
	read_notes(loop);
	return NULL;
}

static struct MHD_Daemon *daemon_new(struct loop *loop)
{
	struct mr_http *http = loop->http;
	unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | (MHD_ALLOW_SUSPEND_RESUME & ~(unsigned)MHD_USE_ITC);
	struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)http->config.tls_certificate},
				       {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)http->config.tls_key},
				       {MHD_OPTION_END, 0, NULL}};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

	/* Without the pipe that would wake it: all resuming is done on the loop's own thread. */
	return MHD_start_daemon(
		flags | (http->tls ? MHD_USE_TLS : 0u), 0, NULL, NULL, on_request, loop, MHD_OPTION_LISTEN_SOCKET,
		http->config.listen_fd, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, loop,
		MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, loop, MHD_OPTION_NOTIFY_COMPLETED, on_completed, loop,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, loop, MHD_OPTION_CONNECTION_LIMIT,
		http->config.connections_max / http->config.loops, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)MEMORY_OF_CONNECTION, MHD_OPTION_CONNECTION_TIMEOUT, http->config.idle_s,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, http->tls ? tls : none, MHD_OPTION_END);
}

static mr_code loop_start(struct loop *loop, mr_error *err)
{
	struct epoll_event event = {.events = EPOLLIN};
	const union MHD_DaemonInfo *info;
	char name[16];

	mr_list_init(&loop->waiting);
	mr_list_init(&loop->bodies);
	mr_list_init(&loop->suspended);
	mr_list_init(&loop->lingers);
	loop->accepting = true;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	loop->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->daemon = daemon_new(loop);
	if (loop->epoll_fd < 0 || loop->event_fd < 0 || !loop->daemon)
		return mr_error_set(err, MR_INTERNAL_ERROR, "Cannot start an HTTP event loop: %s%s", strerror(errno),
				    loop->http->tls ? ". Is the TLS certificate with its key a pair in PEM form?" : "");
	info = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	event.data.ptr = loop;
	if (!info || epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, info->epoll_fd, &event) != 0)
		return mr_error_set(err, MR_INTERNAL_ERROR, "Cannot watch the HTTP sockets: %s", strerror(errno));
	event.data.ptr = &loop->event_fd;
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->event_fd, &event) != 0)
		return mr_error_set(err, MR_INTERNAL_ERROR, "Cannot watch an event: %s", strerror(errno));
	snprintf(name, sizeof name, "http-%u", loop->index);
	if (mr_thread_start(&loop->thread, name, loop_main, loop, err) != MR_OK)
		return err->code;
	loop->started = true;
	return MR_OK;
}

mr_code mr_http_start(const struct mr_http_config *config, mr_http **out, mr_error *err)
{
	mr_http *http = mr_calloc(1, sizeof *http);
	mr_code code = MR_OK;

	if (!http || !(http->loops = mr_calloc(config->loops, sizeof *http->loops))) {
		mr_free(http);
		close(config->listen_fd);
		return mr_error_no_memory(err);
	}
	http->config = *config;
	http->tls = config->tls_certificate != NULL;
	for (unsigned i = 0; i < config->loops; i++) {
		http->loops[i].http = http;
		http->loops[i].index = i;
		http->loops[i].epoll_fd = http->loops[i].event_fd = -1;
	}
	*out = http; /* before the loops start: a request may be answered before we return */
	for (unsigned i = 0; code == MR_OK && i < config->loops; i++)
		code = loop_start(&http->loops[i], err);
	if (code != MR_OK) {
		*out = NULL;
		mr_http_free(http);
	}
	return code;
}

static void set_quiet(mr_http *http, int quiet)
{
	atomic_store(&http->quiet, quiet);
	for (unsigned i = 0; i < http->config.loops; i++) {
		if (http->loops[i].started)
			wake(&http->loops[i]);
	}
}

bool mr_http_drain(mr_http *http, int64_t deadline_ns)
{
	struct mr_http_counts counts;

	set_quiet(http, 1);
	for (;;) {
		mr_http_count(http, &counts);
		if (counts.exchanges == 0 || mr_monotonic_ns() >= deadline_ns)
			return counts.exchanges == 0;
		usleep(2000);
	}
}

void mr_http_stop(mr_http *http)
{
	set_quiet(http, 2);
	for (unsigned i = 0; i < http->config.loops; i++) {
		struct loop *loop = &http->loops[i];

		if (loop->started)
			mr_thread_join(loop->thread);
		loop->started = false;
	}
}

static void loop_dispose(struct loop *loop)
{
	if (loop->daemon) { /* its thread did not start */
		MHD_quiesce_daemon(loop->daemon);
		MHD_stop_daemon(loop->daemon);
	}
	if (loop->lingers.next)
		mr_linger_expire(&loop->lingers, INT64_MAX);
	for (size_t i = 0; i < loop->kept_n; i++)
		mr_free(loop->kept[i]);
	if (loop->epoll_fd >= 0)
		close(loop->epoll_fd);
	if (loop->event_fd >= 0)
		close(loop->event_fd);
}

void mr_http_free(mr_http *http)
{
	if (!http)
		return;
	mr_http_stop(http);
	for (unsigned i = 0; i < http->config.loops; i++)
		loop_dispose(&http->loops[i]);
	close(http->config.listen_fd);
	mr_free(http->loops);
	mr_free(http);
}

bool mr_http_beats(mr_http *http)
{
	uint64_t asked = atomic_load_explicit(&http->beat, memory_order_relaxed);
	bool all = true;

	for (unsigned i = 0; i < http->config.loops; i++)
		all &= atomic_load_explicit(&http->loops[i].beat, memory_order_relaxed) == asked;
	if (!all)
		return false;
	atomic_store_explicit(&http->beat, asked + 1, memory_order_relaxed);
	for (unsigned i = 0; i < http->config.loops; i++)
		wake(&http->loops[i]);
	return true;
}
