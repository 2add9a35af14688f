/* SPDX-License-Identifier: Apache-2.0
 *
 * One deployment, as the supervisor keeps it: its front, the server that is
 * asked, the one that is to replace it, and those on their way out.
 */
#ifndef MR_DEPLOY_KEEPER_H
#define MR_DEPLOY_KEEPER_H

#include "deploy/server.h"

struct keeper {
	struct keeper *next;
	struct mr_state *state;
	mr_arena *arena; /* of the record; made anew with each reading */
	struct mr_record record;
	mr_str name; /* lives as long as the keeper */
	char *name_copy;
	struct front *front;
	struct server *live, *fresh, *old; /* old: a list */
	int64_t restarts, backoff_ms;
	int64_t retry_ns; /* not started again before this; 0: at once */
	int64_t old_until_ns; /* when requests of old servers are given up */
	int64_t trim_ns; /* when its log is looked at again */
	bool fresh_again; /* the fresh one has been started a second time */
	bool ending; /* it goes away: deleted, or the supervisor ends */
	int64_t cut_ns; /* then: when what is under way is cut off */
};

struct keeper *keeper_new(struct mr_state *state, mr_str name, mr_error *err);
void keeper_free(struct keeper *k); /* when it is over */

/* Reads its record again. */
void keeper_look(struct keeper *k);
/* Goes on as far as can be now; *next_ns: when it has to be called again. */
void keeper_tick(struct keeper *k, int64_t now_ns, int64_t *next_ns);
/* A process ended; true: it was one of this deployment's. */
bool keeper_ended(struct keeper *k, pid_t pid, int status);
/* Begins the end of everything that runs. */
void keeper_end(struct keeper *k, int64_t now_ns);
bool keeper_is_over(struct keeper *k);

/* Calls visit for each server that runs. */
void keeper_servers(struct keeper *k, void (*visit)(void *arg, struct server *s), void *arg);

#endif
