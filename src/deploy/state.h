/* SPDX-License-Identifier: Apache-2.0
 *
 * The folder of a local target: what is wanted, and what is. Each deployment is
 * one file, replaced whole; who changes one holds the folder's lock from reading
 * to writing. The folder's supervisor holds another lock as long as it lives, so
 * that nobody believes what a dead one has written.
 *
 *	lock, supervisor.lock    never removed
 *	supervisor.log
 *	id                       marks the processes that were started for this folder
 *	wake                     a FIFO: whoever has changed something writes a byte
 *	deployments/NAME.json
 *	models/NAME/REVISION/    the files of the model that is served
 *	logs/NAME.log            what the servers said
 */
#ifndef MR_DEPLOY_STATE_H
#define MR_DEPLOY_STATE_H

#include <millrace/api.h>

#include "base/arena.h"

struct mr_state {
	mr_arena *arena;
	mr_str folder, id;
	int lock_fd, supervisor_fd;
};

/* What is served: a model and how. Each change makes a new one. */
struct mr_revision {
	int64_t number; /* from 1; 0: none */
	int64_t made_ms;
	mr_str model_uri; /* as the user gave it */
	mr_str model; /* what the server is started with */
	mr_str flavor;
	bool flavor_chosen; /* by the user; else the server chooses for itself */
	struct mr_map_string *config; /* the user's settings */
	size_t config_n;
	struct mr_map_string *environment; /* of the server, all of it */
	size_t environment_n;
};

struct mr_record {
	mr_str name, host;
	int64_t port; /* of the front; 0: not chosen yet */
	int64_t created_ms;
	struct mr_revision wanted;
	struct mr_revision current; /* the last that was healthy */
	int64_t failed; /* the last revision that did not become healthy, */
	mr_str failed_why;
	bool deleting;
	/* What the supervisor says of it. */
	mr_str state, why;
	int64_t since_ms, restarts, pid, server_port;
};

/* folder: absolute; it is made when it is not there. */
mr_code mr_state_open(mr_str folder, struct mr_state *out, mr_error *err);
void mr_state_close(struct mr_state *s);
/* For reading, changing and writing; short. */
mr_code mr_state_lock(struct mr_state *s, mr_error *err);
void mr_state_unlock(struct mr_state *s);

/* Sorted. */
mr_code mr_state_names(const struct mr_state *s, mr_arena *arena, mr_str **names, size_t *n, mr_error *err);
mr_code mr_state_read(const struct mr_state *s, mr_str name, mr_arena *arena, struct mr_record *out, mr_error *err);
mr_code mr_state_write(const struct mr_state *s, const struct mr_record *record, mr_error *err);
/* Takes the lock. The deployment is gone with its file and its model's, and with its log when log is set. */
mr_code mr_state_remove(struct mr_state *s, mr_str name, bool log, mr_error *err);
/* With the lock held: a folder of models/ is out of the way at once, and its files go with the next sweep. */
void mr_state_discard(const struct mr_state *s, mr_str path, mr_arena *arena);
void mr_state_sweep(const struct mr_state *s);

mr_str mr_state_path(const struct mr_state *s, mr_arena *arena, const char *folder, mr_str name, const char *suffix);
/* A folder and all in it; what is not there is fine. */
void mr_state_remove_tree(mr_str path);

/* Whether another supervisor lives; become the one: false when there is another. */
bool mr_state_supervised(const struct mr_state *s);
bool mr_state_supervise(struct mr_state *s);
void mr_state_wake(const struct mr_state *s);
/* Whether the folder that was opened is still the one at its path: false when somebody has removed it. */
bool mr_state_is_there(const struct mr_state *s);

#endif
