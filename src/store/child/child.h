/* SPDX-License-Identifier: Apache-2.0
 *
 * A store in a process of its own: a `millrace serve-store` that this program starts, and that ends with it. It speaks
 * MLflow's REST API on a Unix socket in a folder that only this user can enter. One process a URI and artifact root, whoever asks,
 * also after a fork. README.md says when, and why.
 */
#ifndef MR_STORE_CHILD_CHILD_H
#define MR_STORE_CHILD_CHILD_H

#include "store/wire.h"

/* What the started process finds: descriptors, and variables (a URI may hold a password, and everyone may read a command line). */
enum { CHILD_LISTEN_FD = 3, CHILD_CONTROL_FD = 4 };
enum { CHILD_TURN_MS = 100 }; /* how often a call that waits looks whether it was given up: the socket's receive timeout */
#define CHILD_URI    "MILLRACE_STORE_URI"
#define CHILD_SOCKET "MILLRACE_STORE_SOCKET"
#define CHILD_ROOT   "MILLRACE_STORE_ARTIFACT_ROOT"
#define CHILD_PLUGINS "MILLRACE_STORE_PLUGINS" /* files, a line each */

struct child;

/* Started if it is not there. Given back by child_release; the last one ends it. */
mr_code child_acquire(mr_str uri, mr_str artifact_root, struct child **out, mr_error *err);
void child_release(struct child *child);

struct child_connection {
	int fd;
	unsigned generation; /* which process it leads to */
	bool kept; /* it was used before, so that the process may have closed it */
};

/* One that was kept, if may_be_kept, or a new one; the process is started again if it has ended. */
mr_code child_connect(struct child *child, bool may_be_kept, struct child_connection *out, mr_error *err);
/* A connection broke: when that is because the process is ending, waits a moment until it has, so that the next goes to another. */
void child_settle(struct child *child, unsigned generation);
/* After an exchange: for the next one, or closed. */
void child_disconnect(struct child *child, const struct child_connection *connection, bool keep);
/* One request and its answer on a connection (talk.c). *reusable: another may follow on it. *unanswered: not a byte of an
 * answer came. */
mr_code child_talk(int fd, const struct mr_wire_request *request, struct mr_http_response *response, bool *reusable,
		   bool *unanswered, mr_call *call, mr_error *err);

#endif
