/* SPDX-License-Identifier: Apache-2.0
 *
 * Folders for what a project run needs for a while.
 */
#ifndef MR_PROJECT_TEMPORARY_H
#define MR_PROJECT_TEMPORARY_H

#include "base/arena.h"

/* A new folder that is ours alone, in parent (made when it is not there; empty: TMPDIR or /tmp). */
mr_code temporary_folder(mr_arena *arena, mr_str parent, mr_str *out, mr_error *err);
/* With all that is in it; nothing for an empty name. */
void temporary_remove(mr_str folder);

#endif
