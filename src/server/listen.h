/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_SERVER_LISTEN_H
#define MR_SERVER_LISTEN_H

#include <millrace/types.h>

/* A socket that listens; *port is what was taken when 0 was asked for. */
mr_code mr_listen(const char *host, int *port, int *fd, mr_error *err);

/* A socket of this machine, with a name that has room in a sockaddr_un. */
mr_code mr_listen_local(const char *path, int *fd, mr_error *err);

#endif
