/* SPDX-License-Identifier: Apache-2.0
 *
 * A deployment's record as JSON, and back.
 */
#ifndef MR_DEPLOY_RECORD_H
#define MR_DEPLOY_RECORD_H

#include "base/buf.h"
#include "deploy/state.h"

void mr_record_write(const struct mr_record *record, mr_buf *out);
/* What is in the record are views of the arena's memory. */
mr_code mr_record_parse(mr_str text, mr_arena *arena, struct mr_record *out, mr_error *err);

#endif
