/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers as libmicrohttpd is given them, and what is known of an exchange.
 */
#include <arpa/inet.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/inject.h"
#include "server/http_inner.h"
#include "server/linger.h"

static ssize_t read_source(void *arg, uint64_t position, char *out, size_t room)
{
	struct exchange *x = arg;
	int64_t got = x->broken ? MR_HTTP_FAILED : x->source.read(x->source.arg, position, out, room);

	if (got > 0)
		return (ssize_t)got;
	if (got == 0) {
		x->suspended = true;
		mr_list_append(&x->owner->suspended, &x->link);
		MHD_suspend_connection(x->mhd);
		return 0;
	}
	return got == MR_HTTP_END ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *response_new(struct exchange *x, struct mr_http_answer *answer)
{
	size_t len;
	char *bytes;

	if (answer->taken) {
		len = answer->taken->len;
		if (len == 0)
			mr_buf_dispose(answer->taken);
		bytes = len ? mr_buf_take(answer->taken) : NULL;
		x->response_body = mr_str_make(bytes, len);
		return MHD_create_response_from_buffer(len, bytes,
						       bytes ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	}
	if (answer->has_fd)
		return MHD_create_response_from_fd_at_offset64((uint64_t)answer->size, answer->fd, answer->offset);
	if (answer->source) {
		x->source = *answer->source;
		return MHD_create_response_from_callback(answer->size < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)answer->size,
							 64 << 10, read_source, x, NULL);
	}
	x->response_body = answer->lasting;
	return MHD_create_response_from_buffer(answer->lasting.len, (void *)(uintptr_t)answer->lasting.ptr,
					       MHD_RESPMEM_PERSISTENT);
}

void mr_http_answer(mr_http_exchange *pub, struct mr_http_answer *answer)
{
	struct exchange *x = (struct exchange *)pub;

	if (x->response)
		MHD_destroy_response(x->response);
	x->pub.sent = answer->taken			 ? (int64_t)answer->taken->len
		      : answer->has_fd || answer->source ? answer->size
							 : (int64_t)answer->lasting.len;
	x->response = response_new(x, answer);
	x->pub.status = answer->status;
	if (!x->response) {
		x->broken = true;
		return;
	}
	for (size_t i = 0; i < answer->fields_n; i++)
		MHD_add_response_header(x->response, answer->fields[i].name, answer->fields[i].value);
	if (answer->close || atomic_load_explicit(&x->owner->http->quiet, memory_order_relaxed))
		MHD_add_response_header(x->response, "Connection", "close");
}

enum MHD_Result mr_http_send_response(struct exchange *x)
{
	enum MHD_Result sent;

	if (!x->response)
		return MHD_NO;
	x->state = SENDING;
	sent = MHD_queue_response(x->mhd, (unsigned)x->pub.status, x->response);
	MHD_destroy_response(x->response);
	x->response = NULL;
	return sent;
}

struct head_text {
	mr_buf buf;
};

static enum MHD_Result add_head_line(void *arg, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct head_text *text = arg;

	(void)kind;
	if (strcasecmp(key, "Connection") != 0)
		mr_buf_printf(&text->buf, "%s: %s\r\n", key, value);
	return MHD_YES;
}

enum MHD_Result mr_http_answer_and_hang_up(struct exchange *x)
{
	struct head_text text;
	int fd = x->connection ? x->connection->fd : -1;

	x->hung_up = true;
	if (x->owner->http->tls || fd < 0 || !x->response)
		return MHD_NO;
	mr_buf_init(&text.buf, 128 << 10);
	mr_buf_printf(&text.buf, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %zu\r\n", x->pub.status,
		      MHD_get_reason_phrase_for((unsigned)x->pub.status), x->response_body.len);
	MHD_get_response_headers(x->response, add_head_line, &text);
	mr_buf_c(&text.buf, "\r\n");
	mr_buf_str(&text.buf, x->response_body);
	if (!text.buf.failed && send(fd, text.buf.ptr, text.buf.len, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
		mr_linger_begin(&x->owner->lingers, x->owner->epoll_fd, fd);
		shutdown(fd, SHUT_WR);
	}
	mr_buf_dispose(&text.buf);
	return MHD_NO;
}

void mr_http_refuse(struct exchange *x, int status, const char *text)
{
	static const struct mr_http_field fields[] = {{"Content-Type", "text/plain; charset=utf-8"}};
	struct mr_http_answer answer = {
		.status = status, .fields = fields, .fields_n = 1, .lasting = mr_str_from(text), .close = true};

	mr_http_answer(&x->pub, &answer);
}

void mr_http_refuse_large(struct exchange *x)
{
	char text[200];
	struct mr_http_field fields[] = {{"Content-Type", "application/json"}};
	mr_buf body;
	struct mr_http_answer answer = {.status = 413, .fields = fields, .fields_n = 1, .taken = &body, .close = true};

	snprintf(text, sizeof text,
		 "{\"error_code\": \"BAD_REQUEST\", \"message\": \"The request body is larger than %zu bytes, the most "
		 "that this server takes (--max-request-size).\"}",
		 x->owner->http->config.body_max);
	mr_buf_init(&body, 1024);
	mr_buf_c(&body, text);
	mr_http_answer(&x->pub, &answer);
}

/* ---- facts ---- */

void mr_http_peer(const mr_http_exchange *pub, char *out, size_t room)
{
	const struct exchange *x = (const struct exchange *)pub;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const void *address = NULL;
	int family = info && info->client_addr ? info->client_addr->sa_family : AF_UNSPEC;

	if (family == AF_INET)
		address = &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr;
	else if (family == AF_INET6)
		address = &((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr;
	if (!address || !inet_ntop(family, address, out, (socklen_t)room))
		snprintf(out, room, "-");
}

struct visiting {
	bool (*visit)(void *arg, mr_str name, mr_str value);
	void *arg;
};

static enum MHD_Result visit_header(void *arg, enum MHD_ValueKind kind, const char *key, size_t key_len,
				    const char *value, size_t value_len)
{
	const struct visiting *visiting = arg;

	(void)kind;
	return visiting->visit(visiting->arg, mr_str_make(key, key_len), mr_str_make(value ? value : "", value_len))
		       ? MHD_YES
		       : MHD_NO;
}

void mr_http_each_header(const mr_http_exchange *pub, bool (*visit)(void *arg, mr_str name, mr_str value), void *arg)
{
	struct visiting visiting = {visit, arg};

	MHD_get_connection_values_n(((const struct exchange *)pub)->mhd, MHD_HEADER_KIND, visit_header, &visiting);
}

bool mr_http_is_tls(const mr_http *http)
{
	return http->tls;
}

void mr_http_count(const mr_http *http, struct mr_http_counts *out)
{
	memset(out, 0, sizeof *out);
	for (unsigned i = 0; i < http->config.loops; i++) {
		out->connections += atomic_load_explicit(&http->loops[i].connections, memory_order_relaxed);
		out->exchanges += atomic_load_explicit(&http->loops[i].exchanges, memory_order_relaxed);
		out->accepted += atomic_load_explicit(&http->loops[i].accepted, memory_order_relaxed);
	}
}
