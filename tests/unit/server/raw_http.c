/* SPDX-License-Identifier: Apache-2.0 */
#include "raw_http.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int raw_connect(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
	struct timeval patience = {20, 0};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

bool raw_send_bytes(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		n -= (size_t)sent;
	}
	return true;
}

void raw_send(int fd, const char *text)
{
	raw_send_bytes(fd, text, strlen(text));
}

struct text {
	char *ptr;
	size_t len;
};

static bool read_some(int fd, struct text *text, size_t most)
{
	char piece[65536];
	ssize_t got = recv(fd, piece, most < sizeof piece ? most : sizeof piece, 0);

	if (got <= 0)
		return false;
	text->ptr = realloc(text->ptr, text->len + (size_t)got + 1);
	memcpy(text->ptr + text->len, piece, (size_t)got);
	text->len += (size_t)got;
	text->ptr[text->len] = 0;
	return true;
}

static const char *header(const char *answer, const char *name)
{
	const char *end = strstr(answer, "\r\n\r\n"), *line = strstr(answer, "\r\n");

	for (; line && line < end; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, strlen(name)) == 0 && line[2 + strlen(name)] == ':')
			return line + 2 + strlen(name) + 1;
	}
	return NULL;
}

char *raw_answer(int fd)
{
	struct text text = {NULL, 0};
	const char *length, *end = NULL;
	size_t want;

	/* Byte by byte to the end of the head, so that nothing of a following answer is taken. */
	while (!text.ptr || !(end = strstr(text.ptr, "\r\n\r\n"))) {
		if (!read_some(fd, &text, 1)) {
			free(text.ptr);
			return NULL;
		}
	}
	length = header(text.ptr, "Content-Length");
	want = length ? (size_t)atoll(length) : 0;
	while (length && want) {
		size_t before = text.len;

		if (!read_some(fd, &text, want))
			break;
		want -= text.len - before;
	}
	if (!length && header(text.ptr, "Transfer-Encoding")) {
		while (!(text.len >= 5 && memcmp(text.ptr + text.len - 5, "0\r\n\r\n", 5) == 0) &&
		       read_some(fd, &text, 1))
			;
	}
	return text.ptr;
}

char *raw_rest(int fd)
{
	struct text text = {NULL, 0};

	while (read_some(fd, &text, 65536))
		;
	return text.ptr;
}

char *raw_ask(int port, const char *method, const char *target, const char *headers, const char *body)
{
	int fd = raw_connect(port);
	char head[8192], length[64] = "", *answer;

	if (fd < 0)
		return NULL;
	if (body)
		snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(body));
	snprintf(head, sizeof head, "%s %s HTTP/1.1\r\n%sConnection: close\r\n%s%s\r\n", method, target,
		 strstr(headers, "Host:") ? "" : "Host: localhost\r\n", headers, length);
	raw_send(fd, head);
	if (body)
		raw_send(fd, body);
	answer = raw_rest(fd);
	close(fd);
	return answer;
}

int raw_status(const char *answer)
{
	return answer && strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

const char *raw_body(const char *answer)
{
	const char *end = answer ? strstr(answer, "\r\n\r\n") : NULL;

	return end ? end + 4 : "";
}

bool raw_has(const char *answer, const char *line)
{
	const char *at = answer, *end = answer ? strstr(answer, "\r\n\r\n") : NULL;

	for (; at && at < end; at = strstr(at + 2, "\r\n")) {
		if (strncasecmp(at == answer ? at : at + 2, line, strlen(line)) == 0)
			return true;
	}
	return false;
}
