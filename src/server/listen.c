/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static int listen_on(const struct addrinfo *address)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* Accepted sockets inherit it: an answer goes out whole and at once. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

static int port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 0;
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&address)->sin6_port
						   : ((struct sockaddr_in *)(void *)&address)->sin_port);
}

mr_code mr_listen(const char *host, int *port, int *out, mr_error *err)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE},
			*list = NULL;
	char service[16];
	int rc, fd = -1, why = 0;

	snprintf(service, sizeof service, "%d", *port);
	rc = getaddrinfo(host, service, &hints, &list);
	if (rc)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "There is no address for the host '%s': %s", host,
				    gai_strerror(rc));
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = listen_on(a);
		why = errno;
	}
	freeaddrinfo(list);
	if (fd >= 0) {
		*port = port_of(fd);
		*out = fd;
		return MR_OK;
	}
	if (why == EADDRINUSE)
		return mr_error_set(err, MR_RESOURCE_CONFLICT,
				    "Port %d of %s is in use by another program. Stop it, or choose another: --port %d",
				    *port, host, *port + 1);
	return mr_error_set(err, MR_IO_ERROR, "Cannot listen on %s, port %d: %s", host, *port, strerror(why));
}

mr_code mr_listen_local(const char *path, int *out, mr_error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)(const void *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0) {
		*out = fd;
		return MR_OK;
	}
	mr_error_set(err, MR_IO_ERROR, "Cannot listen on the socket %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return err->code;
}
