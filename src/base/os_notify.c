/* SPDX-License-Identifier: Apache-2.0
 *
 * sd_notify(3)'s protocol: a datagram of lines to the socket in NOTIFY_SOCKET. All of
 * it that a service needs, so that the server links no libsystemd.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json.h"
#include "base/os.h"

/* "/path" or "@abstract"; false for others, vsock among them. */
static bool read_address(const char *text, struct sockaddr_un *out, socklen_t *size)
{
	size_t len = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || len < 2 || len >= sizeof out->sun_path)
		return false;
	memset(out, 0, sizeof *out);
	out->sun_family = AF_UNIX;
	memcpy(out->sun_path, text, len);
	if (text[0] == '@')
		out->sun_path[0] = 0;
	*size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (text[0] == '/'));
	return true;
}

mr_code mr_os_notify(const char *lines, mr_error *err)
{
	const char *to = mr_getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t size;
	ssize_t sent;
	int fd;

	if (!to)
		return MR_OK;
	if (!read_address(to, &address, &size))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "NOTIFY_SOCKET names no socket: %s", to);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	do {
		sent = fd < 0 ? -1
			      : sendto(fd, lines, strlen(lines), MSG_NOSIGNAL, (const struct sockaddr *)(const void *)&address,
				       size);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		mr_error_set(err, MR_IO_ERROR, "The service manager cannot be told at %s: %s", to, strerror(errno));
	if (fd >= 0)
		close(fd);
	return sent < 0 ? MR_IO_ERROR : MR_OK;
}

int64_t mr_os_watchdog_us(void)
{
	const char *time = mr_getenv("WATCHDOG_USEC"), *whose = mr_getenv("WATCHDOG_PID");
	int64_t us, pid;

	if (!mr_getenv("NOTIFY_SOCKET") || !time || !mr_parse_int64(mr_str_from(time), &us) || us <= 0)
		return 0;
	if (whose && (!mr_parse_int64(mr_str_from(whose), &pid) || pid != getpid()))
		return 0;
	return us;
}
