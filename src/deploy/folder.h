/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a local target's folder is, and how a model's files come into it.
 */
#ifndef MR_DEPLOY_FOLDER_H
#define MR_DEPLOY_FOLDER_H

#include "deploy/state.h"

/* "local": MILLRACE_DEPLOYMENTS_DIR, else $XDG_STATE_HOME/millrace/deployments, else ~/.local/state/...; "local:/folder". */
mr_code folder_open(mr_str uri, struct mr_state *out, mr_error *err);

/* A model's files on their way. */
struct folder_model {
	mr_str incoming; /* the folder that goes when it is not kept; empty: nothing was copied */
	mr_str model; /* what is served: the folder with the model, or the URI itself */
	mr_str flavor; /* its first native flavor, else python_function; empty: there is no MLmodel */
};
/* copy: fetched into the state's folder, else used where it is. flavor: must be in its MLmodel, unless that
 * is empty. needs_mlmodel: a folder without MLmodel is an error that says where it was looked for. */
mr_code folder_fetch(const struct mr_state *s, mr_str model_uri, mr_str flavor, bool copy, bool needs_mlmodel,
		     mr_call *call, mr_arena *arena, struct folder_model *out, mr_error *err);
/* Moves it to its place: models/NAME/REVISION. */
mr_code folder_keep(const struct mr_state *s, mr_str name, int64_t revision, mr_arena *arena, struct folder_model *m,
		    mr_error *err);
void folder_drop(const struct folder_model *m);

/* The process that a name in models/ belongs to as long as it is incoming; 0: it is not. */
long folder_incoming_pid(const char *name);

#endif
