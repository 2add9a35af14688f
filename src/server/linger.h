/* SPDX-License-Identifier: Apache-2.0
 *
 * Sockets that are read empty for a while after an answer that came before the
 * request had ended: were they closed at once, the kernel would answer what
 * still comes in with a reset, which takes our answer from the client's hands.
 */
#ifndef MR_SERVER_LINGER_H
#define MR_SERVER_LINGER_H

#include <stdint.h>

#include "server/list.h"

struct mr_linger;

/* A duplicate of fd goes into the list and into the epoll set, with the linger as its data.ptr. */
void mr_linger_begin(struct mr_link *list, int epoll_fd, int fd);
/* There is something to read; may free the linger. */
void mr_linger_read(struct mr_linger *linger);
/* Ends those whose time is over. */
void mr_linger_expire(struct mr_link *list, int64_t now_ns);

#endif
