/* SPDX-License-Identifier: Apache-2.0
 *
 * One scoring server: a process group on a port of its own, from its start to
 * its end, and what its /ping says. Used by the supervisor's one thread; the
 * process dies with it, whatever ends the supervisor.
 */
#ifndef MR_DEPLOY_SERVER_H
#define MR_DEPLOY_SERVER_H

#include <poll.h>
#include <sys/types.h>

#include "deploy/front.h"
#include "deploy/settings.h"

struct server {
	struct server *next; /* of those that are on their way out */
	int64_t revision;
	struct deploy_settings settings; /* its texts are not kept */
	pid_t pid;
	int port;
	struct front_backend *backend;
	bool ended; /* and reaped; then status */
	int status;
	bool up; /* has been healthy */
	bool stopping, killed;
	int64_t started_ns, kill_ns;
	int failures; /* of the probe, one after another */
	int probe_fd; /* -1: none is under way */
	bool probe_sent;
	int64_t probe_until_ns, probe_next_ns;
};

/* log: the file for what it says. */
mr_code server_start(const struct mr_state *state, const struct mr_record *record, const struct mr_revision *revision,
		     mr_str log, struct server **out, mr_error *err);
/* SIGTERM; SIGKILL after the grace. */
void server_stop(struct server *s, int64_t grace_ms);
void server_free(struct server *s); /* it has ended */

/* What the probe waits for. */
struct pollfd server_poll(const struct server *s);
/* Goes on with the probe, and with a stop whose time is over. *next_ns becomes earlier if it has to be called again. */
void server_tick(struct server *s, int64_t now_ns, int64_t *next_ns);
bool server_is_sick(const struct server *s); /* was up, but does not answer any more */

/* How it ended, for people: "it exited with status 3", "it was killed by signal 9 (Killed)". */
void server_how_it_ended(const struct server *s, char *out, size_t room);
/* Whether somebody else listens where it should have: its port was taken between choice and start. */
bool server_lost_its_port(const struct server *s);

/* Ends what a supervisor before us has left running for this folder. */
void server_end_leftovers(const struct mr_state *state);

#endif
