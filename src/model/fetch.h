/* SPDX-License-Identifier: Apache-2.0
 *
 * The folder of a model on this machine, whatever URI names it.
 */
#ifndef MR_MODEL_FETCH_H
#define MR_MODEL_FETCH_H

#include "base/arena.h"

struct mr_fetched {
	mr_str folder;
	mr_str temporary; /* to be removed with all in it; empty: the folder is the user's own */
};

/* A path or file:// URI is used where it is; anything else is downloaded. The client's URIs must be known to the host. */
mr_code mr_model_fetch(mr_str uri, mr_arena *arena, struct mr_fetched *out, mr_error *err);
void mr_model_fetched_remove(struct mr_fetched *fetched);

#endif
