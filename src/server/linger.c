/* SPDX-License-Identifier: Apache-2.0 */
#include "server/linger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

enum {
	LINGER_MS = 2000,
	LINGER_BYTES = 32 << 20,
	READS_AT_ONCE = 64 /* so that one fast sender does not hold up the loop */
};

struct mr_linger {
	struct mr_link link;
	int fd, epoll_fd;
	int64_t until_ns, left;
};

static void end(struct mr_linger *linger)
{
	mr_list_remove(&linger->link);
	epoll_ctl(linger->epoll_fd, EPOLL_CTL_DEL, linger->fd, NULL); /* others may hold the socket open */
	close(linger->fd);
	mr_free(linger);
}

void mr_linger_begin(struct mr_link *list, int epoll_fd, int fd)
{
	struct mr_linger *linger = mr_calloc(1, sizeof *linger);
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data = {.ptr = linger}};

	if (!linger)
		return;
	linger->until_ns = mr_monotonic_ns() + LINGER_MS * INT64_C(1000000);
	linger->left = LINGER_BYTES;
	linger->epoll_fd = epoll_fd;
	mr_list_append(list, &linger->link);
	linger->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (linger->fd >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, linger->fd, &event) == 0)
		return;
	mr_list_remove(&linger->link);
	if (linger->fd >= 0)
		close(linger->fd);
	mr_free(linger);
}

void mr_linger_read(struct mr_linger *linger)
{
	char scrap[16 << 10];
	ssize_t got;

	for (int i = 0; i < READS_AT_ONCE; i++) {
		got = recv(linger->fd, scrap, sizeof scrap, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		linger->left -= got;
		if (got <= 0 || linger->left <= 0) {
			end(linger);
			return;
		}
	}
}

void mr_linger_expire(struct mr_link *list, int64_t now_ns)
{
	struct mr_link *link = list->next, *next;

	for (; link != list; link = next) {
		struct mr_linger *linger = MR_LIST_ELEMENT(link, struct mr_linger, link);

		next = link->next;
		if (now_ns >= linger->until_ns)
			end(linger);
	}
}
