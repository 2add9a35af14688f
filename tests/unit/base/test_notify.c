/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/os.h"

/* A manager's socket; name as NOTIFY_SOCKET has it. */
static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	size_t len = strlen(name);

	assert_true(fd >= 0);
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = 0;
	assert_int_equal(bind(fd, (struct sockaddr *)&address,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'))),
			 0);
	return fd;
}

static void expect(const char *name)
{
	int fd = listen_at(name);
	char text[64];
	ssize_t n;
	mr_error err;

	mr_error_init(&err);
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(mr_os_notify("READY=1\nSTATUS=Serves", &err), MR_OK);
	n = recv(fd, text, sizeof text, MSG_DONTWAIT);
	assert_int_equal(n, 21);
	assert_memory_equal(text, "READY=1\nSTATUS=Serves", 21);
	close(fd);
}

static void test_both_kinds_of_sockets(void **state)
{
	char path[108], abstract[108];

	(void)state;
	snprintf(path, sizeof path, "/tmp/millrace-notify-%d", (int)getpid());
	snprintf(abstract, sizeof abstract, "@millrace-notify-%d", (int)getpid());
	expect(path);
	unlink(path);
	expect(abstract);
}

static void test_nobody_to_tell(void **state)
{
	mr_error err;

	(void)state;
	mr_error_init(&err);
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(mr_os_notify("READY=1", &err), MR_OK);
	setenv("NOTIFY_SOCKET", "/nowhere/socket", 1);
	assert_int_equal(mr_os_notify("READY=1", &err), MR_IO_ERROR);
	mr_error_init(&err);
	setenv("NOTIFY_SOCKET", "vsock:2:1", 1);
	assert_int_equal(mr_os_notify("READY=1", &err), MR_INVALID_PARAMETER_VALUE);
	mr_error_init(&err);
	setenv("NOTIFY_SOCKET",
	       "/tmp/a-path-that-is-longer-than-a-socket-may-have-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789", 1);
	assert_int_equal(mr_os_notify("READY=1", &err), MR_INVALID_PARAMETER_VALUE);
}

static void test_watchdog(void **state)
{
	char pid[32];

	(void)state;
	setenv("NOTIFY_SOCKET", "@x", 1);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "3000000", 1);
	assert_int_equal(mr_os_watchdog_us(), 3000000);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(mr_os_watchdog_us(), 3000000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(mr_os_watchdog_us(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(mr_os_watchdog_us(), 0);
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(mr_os_watchdog_us(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_both_kinds_of_sockets), cmocka_unit_test(test_nobody_to_tell),
					   cmocka_unit_test(test_watchdog)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
