/* SPDX-License-Identifier: Apache-2.0
 *
 * Spools whose process is gone.
 */
#ifndef MR_CLIENT_ORPHANS_H
#define MR_CLIENT_ORPHANS_H

#include "client/spool.h"

/* Called with each spool of the folder whose process is gone, oldest name first; the
 * callee owns it. tracking_uri: only those for it; NULL for all. */
typedef void mr_orphan_visit(void *arg, mr_spool *spool);
mr_code mr_orphans_each(mr_str folder, const mr_str *tracking_uri, mr_orphan_visit *visit, void *arg, mr_error *err);

#endif
