/* SPDX-License-Identifier: Apache-2.0 */
#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 64 * 1024, BODY_KEPT = 16 << 20, CONNECTIONS_MAX = 256 };

struct connection {
	struct http_server *server;
	pthread_t thread;
	int fd, number;
};

struct http_server {
	http_handler *handler;
	void *arg;
	int listener, port;
	char url[64];
	pthread_t acceptor;
	pthread_mutex_t lock;
	struct connection connections[CONNECTIONS_MAX];
	int connections_n, requests_n;
	bool stopping;
};

/* What was read behind the last request stays for the next. */
struct reader {
	int fd;
	char bytes[HEAD_MAX + 1];
	size_t n;
};

static bool more(struct reader *in)
{
	ssize_t got;

	if (in->n == HEAD_MAX)
		return false;
	got = read(in->fd, in->bytes + in->n, HEAD_MAX - in->n);
	if (got <= 0)
		return false;
	in->n += (size_t)got;
	in->bytes[in->n] = 0;
	return true;
}

static void drop(struct reader *in, size_t n)
{
	memmove(in->bytes, in->bytes + n, in->n - n);
	in->n -= n;
	in->bytes[in->n] = 0;
}

static bool read_head(struct reader *in, struct http_exchange *x)
{
	char *end;

	in->bytes[in->n] = 0;
	while ((end = strstr(in->bytes, "\r\n\r\n")) == NULL)
		if (!more(in))
			return false;
	end[2] = 0;
	x->head = strdup(in->bytes);
	drop(in, (size_t)(end + 4 - in->bytes));
	return x->head && sscanf(x->head, "%15s %2047s", x->method, x->target) == 2;
}

const char *http_header(struct http_exchange *x, const char *name)
{
	static _Thread_local char values[4][4096];
	static _Thread_local int turn;
	const char *line = strstr(x->head, "\r\n");
	size_t n = strlen(name), len;
	char *value = values[turn++ % 4];

	for (; line && line[2]; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':')
			continue;
		line += 3 + n;
		line += strspn(line, " ");
		len = strcspn(line, "\r");
		snprintf(value, sizeof values[0], "%.*s", (int)len, line);
		return value;
	}
	return NULL;
}

static void keep(struct http_exchange *x, const char *bytes, size_t n)
{
	size_t room = x->body_len < BODY_KEPT ? BODY_KEPT - x->body_len : 0, kept = n < room ? n : room;
	char *grown;

	if (kept) {
		grown = realloc(x->body, x->body_len + kept + 1);
		if (!grown)
			abort();
		x->body = grown;
		memcpy(x->body + x->body_len, bytes, kept);
		x->body[x->body_len + kept] = 0;
	}
	x->body_len += n;
}

static bool read_n(struct reader *in, struct http_exchange *x, size_t n)
{
	while (n > 0) {
		size_t now = in->n < n ? in->n : n;

		keep(x, in->bytes, now);
		drop(in, now);
		n -= now;
		if (n > 0 && !more(in))
			return false;
	}
	return true;
}

static bool read_chunks(struct reader *in, struct http_exchange *x)
{
	size_t size;
	char *end;

	for (;;) {
		while ((end = strstr(in->bytes, "\r\n")) == NULL)
			if (!more(in))
				return false;
		size = strtoul(in->bytes, NULL, 16);
		drop(in, (size_t)(end + 2 - in->bytes));
		if (!read_n(in, x, size))
			return false;
		while (in->n < 2)
			if (!more(in))
				return false;
		drop(in, 2);
		if (size == 0)
			return true;
	}
}

static bool read_body(struct reader *in, struct http_exchange *x)
{
	const char *length = http_header(x, "Content-Length"), *encoding = http_header(x, "Transfer-Encoding");

	if (encoding && !strcasecmp(encoding, "chunked"))
		return read_chunks(in, x);
	return length ? read_n(in, x, strtoul(length, NULL, 10)) : true;
}

static void count(struct http_exchange *x)
{
	pthread_mutex_lock(&x->server->lock);
	x->request = ++x->server->requests_n;
	pthread_mutex_unlock(&x->server->lock);
}

static void *serve(void *arg)
{
	struct connection *connection = arg;
	struct reader *in = calloc(1, sizeof *in);
	bool open = true;

	in->fd = connection->fd;
	while (open) {
		struct http_exchange x = {.server = connection->server,
					  .arg = connection->server->arg,
					  .fd = connection->fd,
					  .connection = connection->number};

		open = read_head(in, &x);
		if (open) {
			x.body_complete = read_body(in, &x);
			count(&x);
			connection->server->handler(&x);
			open = !x.close && x.body_complete;
		}
		free(x.head);
		free(x.body);
	}
	free(in);
	shutdown(connection->fd, SHUT_RDWR);
	return NULL;
}

static void *accept_all(void *arg)
{
	struct http_server *server = arg;
	int fd, yes = 1;

	while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
		struct connection *connection;

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
		pthread_mutex_lock(&server->lock);
		if (server->stopping || server->connections_n == CONNECTIONS_MAX) {
			close(fd);
		} else {
			connection = &server->connections[server->connections_n++];
			connection->server = server;
			connection->fd = fd;
			connection->number = server->connections_n;
			pthread_create(&connection->thread, NULL, serve, connection);
		}
		pthread_mutex_unlock(&server->lock);
	}
	return NULL;
}

struct http_server *http_server_start(http_handler *handler, void *arg)
{
	struct http_server *server = calloc(1, sizeof *server);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	server->handler = handler;
	server->arg = arg;
	pthread_mutex_init(&server->lock, NULL);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, sizeof address) ||
	    listen(server->listener, 64) || getsockname(server->listener, (struct sockaddr *)&address, &size))
		abort();
	server->port = ntohs(address.sin_port);
	snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", server->port);
	pthread_create(&server->acceptor, NULL, accept_all, server);
	return server;
}

void http_server_stop(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_mutex_unlock(&server->lock);
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->acceptor, NULL);
	for (int i = 0; i < server->connections_n; i++)
		shutdown(server->connections[i].fd, SHUT_RDWR);
	for (int i = 0; i < server->connections_n; i++) {
		pthread_join(server->connections[i].thread, NULL);
		close(server->connections[i].fd);
	}
	close(server->listener);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

const char *http_server_url(const struct http_server *server)
{
	return server->url;
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

int http_server_connections(struct http_server *server)
{
	int n;

	pthread_mutex_lock(&server->lock);
	n = server->connections_n;
	pthread_mutex_unlock(&server->lock);
	return n;
}

int http_server_requests(struct http_server *server)
{
	int n;

	pthread_mutex_lock(&server->lock);
	n = server->requests_n;
	pthread_mutex_unlock(&server->lock);
	return n;
}

bool http_send(struct http_exchange *x, const void *bytes, size_t n)
{
	const char *at = bytes;
	ssize_t sent;

	while (n > 0) {
		sent = send(x->fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		at += sent;
		n -= (size_t)sent;
	}
	return true;
}

bool http_send_text(struct http_exchange *x, const char *text)
{
	return http_send(x, text, strlen(text));
}

void http_reply_bytes(struct http_exchange *x, int status, const char *headers, const void *body, size_t n)
{
	char head[512];

	snprintf(head, sizeof head, "HTTP/1.1 %d Status\r\nContent-Length: %zu\r\n", status, n);
	if (http_send_text(x, head) && http_send_text(x, headers) && http_send_text(x, "\r\n") &&
	    strcmp(x->method, "HEAD") != 0)
		http_send(x, body, n);
}

void http_reply(struct http_exchange *x, int status, const char *headers, const char *body)
{
	http_reply_bytes(x, status, headers, body, strlen(body));
}

/* TCP's disconnect sends the reset at once; the descriptor stays until the server stops. */
void http_reset(struct http_exchange *x)
{
	struct sockaddr nothing = {.sa_family = AF_UNSPEC};

	connect(x->fd, &nothing, sizeof nothing);
	x->close = true;
}
