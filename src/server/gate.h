/* SPDX-License-Identifier: Apache-2.0
 *
 * With an app of Python, the server has two sides. The gate listens on the
 * public port, makes the checks of app.c, and gives each request to the app's
 * process (relay.h). The server behind it listens on a socket that only this user
 * can open; what the app lets pass comes in there. So there is no way past the
 * app, and an app that crashed or hangs denies.
 */
#ifndef MR_SERVER_GATE_H
#define MR_SERVER_GATE_H

#include "plugin/handle_python_app.h"
#include "server/state.h"

struct mr_gate {
	mr_server *server;
	const struct mr_entry *entry;
	mr_http *http;
	mr_pool *pool;
	mr_python_app *app;
	mr_str folder, behind; /* of the sockets; the socket of the server behind */
	int behind_fd; /* until that listens; -1 then */
};

/* Makes server->gate and the socket for the server behind. */
mr_code gate_open(mr_server *server, const struct mr_entry *entry, mr_error *err);
/* Loads the app and serves; the server behind runs already. config: of the public side, its socket is taken over. */
mr_code gate_start(struct mr_gate *gate, struct mr_http_config *config, mr_error *err);
/* Ends all traffic, at the latest at the deadline. False when threads wait for the app even so. */
bool gate_stop(struct mr_gate *gate, int64_t deadline_ns);
void gate_free(struct mr_gate *gate);

#endif
