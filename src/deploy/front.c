/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread for each connection: a scoring server is asked by a few programs, not
 * by thousands of browsers.
 */
#include "deploy/front.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/log.h"
#include "base/os.h"
#include "deploy/front_parts.h"

enum { CONNECTIONS_MAX = 512, BACKLOG = 512 };

static pthread_mutex_t backends_lock = PTHREAD_MUTEX_INITIALIZER;

struct front_backend *front_backend_new(int port)
{
	struct front_backend *b = mr_calloc(1, sizeof *b);

	if (b) {
		b->port = port;
		b->holds = 1;
	}
	return b;
}

unsigned front_in_flight(struct front_backend *b)
{
	unsigned n;

	pthread_mutex_lock(&backends_lock);
	n = b->in_flight;
	pthread_mutex_unlock(&backends_lock);
	return n;
}

void front_hold(struct front_backend *b)
{
	pthread_mutex_lock(&backends_lock);
	b->holds++;
	pthread_mutex_unlock(&backends_lock);
}

static void let_go(struct front_backend *b, unsigned requests)
{
	bool last;

	pthread_mutex_lock(&backends_lock);
	b->in_flight -= requests;
	last = --b->holds == 0;
	pthread_mutex_unlock(&backends_lock);
	if (last)
		mr_free(b);
}

void front_backend_release(struct front_backend *b)
{
	if (b)
		let_go(b, 0);
}

void front_give_back(struct front_backend *b)
{
	let_go(b, 1);
}

struct front_backend *front_take(struct front *f, int64_t *timeout_ms, bool *closing)
{
	struct front_backend *b;

	pthread_mutex_lock(&f->lock);
	b = f->closing ? NULL : f->backend;
	*closing = f->closing;
	*timeout_ms = f->timeout_ms;
	pthread_mutex_lock(&backends_lock);
	if (b) {
		b->in_flight++;
		b->holds++;
	}
	pthread_mutex_unlock(&backends_lock);
	pthread_mutex_unlock(&f->lock);
	return b;
}

void front_switch(struct front *f, struct front_backend *backend)
{
	struct front_backend *before;

	if (backend)
		front_hold(backend);
	pthread_mutex_lock(&f->lock);
	before = f->backend;
	f->backend = backend;
	pthread_mutex_unlock(&f->lock);
	front_backend_release(before);
}

/* ---- the socket ---- */

static bool address_of(const char *host, int port, struct sockaddr_storage *out, socklen_t *size)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		*size = sizeof *four;
		return true;
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	*size = sizeof *six;
	return inet_pton(AF_INET6, host, &six->sin6_addr) == 1;
}

static int port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		return 0;
	return ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
						  : ((struct sockaddr_in6 *)&address)->sin6_port);
}

static mr_code listen_on(const char *host, int *port, int *out, mr_error *err)
{
	struct sockaddr_storage address;
	socklen_t size;
	int on = 1, fd;

	if (!address_of(host, *port, &address, &size))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'%s' is not a numeric address such as 127.0.0.1, 0.0.0.0 or ::1", host);
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, BACKLOG) != 0) {
		int why = errno;

		if (fd >= 0)
			close(fd);
		return mr_error_set(err, why == EADDRINUSE ? MR_RESOURCE_CONFLICT : MR_IO_ERROR, "Cannot listen on %s port %d: %s",
				    host, *port, why == EADDRINUSE ? "another program does" : strerror(why));
	}
	*port = port_of(fd);
	*out = fd;
	return MR_OK;
}

mr_code front_open(const char *host, int *port, int64_t request_timeout_ms, struct front **out, mr_error *err)
{
	struct front *f = mr_calloc(1, sizeof *f);
	mr_code code = f ? listen_on(host, port, &f->fd, err) : mr_error_no_memory(err);

	if (code != MR_OK) {
		mr_free(f);
		return code;
	}
	pthread_mutex_init(&f->lock, NULL);
	f->timeout_ms = request_timeout_ms;
	*out = f;
	return MR_OK;
}

void front_set_timeout(struct front *f, int64_t request_timeout_ms)
{
	pthread_mutex_lock(&f->lock);
	f->timeout_ms = request_timeout_ms;
	pthread_mutex_unlock(&f->lock);
}

int front_fd(struct front *f)
{
	return front_connections(f) < CONNECTIONS_MAX ? f->fd : -1;
}

/* ---- connections ---- */

static void *serve(void *arg)
{
	struct front_connection *c = arg;
	struct front *f = c->front;

	front_relay(c);
	pthread_mutex_lock(&f->lock);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	close(c->fd); /* with the lock, so that nobody shuts down a descriptor that is another's by then */
	f->connections_n--;
	pthread_mutex_unlock(&f->lock); /* the front may be gone after this */
	mr_buf_dispose(&c->in);
	mr_free(c);
	return NULL;
}

static void begin(struct front *f, int fd)
{
	struct front_connection *c = mr_calloc(1, sizeof *c);
	unsigned long thread;
	mr_error err;
	int on = 1;

	if (!c) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	c->front = f;
	c->fd = fd;
	c->backend_fd = -1;
	mr_buf_init(&c->in, (size_t)1 << 30);
	pthread_mutex_lock(&f->lock);
	c->next = f->connections;
	c->link = &f->connections;
	if (c->next)
		c->next->link = &c->next;
	f->connections = c;
	f->connections_n++;
	mr_error_init(&err);
	if (mr_thread_start(&thread, "front", serve, c, &err) == MR_OK) {
		pthread_detach((pthread_t)thread);
	} else {
		*c->link = c->next;
		if (c->next)
			c->next->link = c->link;
		f->connections_n--;
		close(fd);
		mr_free(c);
		mr_log(MR_LOG_ERROR, "deploy", "A connection was refused: %s", err.message);
	}
	pthread_mutex_unlock(&f->lock);
}

void front_accept(struct front *f)
{
	int fd = f->fd < 0 ? -1 : accept4(f->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		begin(f, fd);
}

unsigned front_connections(struct front *f)
{
	unsigned n;

	pthread_mutex_lock(&f->lock);
	n = f->connections_n;
	pthread_mutex_unlock(&f->lock);
	return n;
}

void front_set_idle(struct front_connection *c, bool idle)
{
	pthread_mutex_lock(&c->front->lock);
	c->idle = idle;
	if (idle && c->front->closing)
		shutdown(c->fd, SHUT_RD);
	pthread_mutex_unlock(&c->front->lock);
}

/* What a client had sent before is still read, so that it gets an answer. */
static void shut(struct front *f, int how, bool idle_only)
{
	for (struct front_connection *c = f->connections; c; c = c->next)
		if (c->idle || !idle_only)
			shutdown(c->fd, how);
}

void front_close(struct front *f)
{
	pthread_mutex_lock(&f->lock);
	f->closing = true;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	shut(f, SHUT_RD, true);
	pthread_mutex_unlock(&f->lock);
}

void front_cut(struct front *f)
{
	pthread_mutex_lock(&f->lock);
	shut(f, SHUT_RDWR, false);
	pthread_mutex_unlock(&f->lock);
}

void front_free(struct front *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		close(f->fd);
	front_backend_release(f->backend);
	pthread_mutex_destroy(&f->lock);
	mr_free(f);
}
