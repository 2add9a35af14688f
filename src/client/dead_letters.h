/* SPDX-License-Identifier: Apache-2.0
 *
 * What a store refused for good: lines of JSON in dead-letters.jsonl of the
 * spool's folder, for `millrace spool list`.
 */
#ifndef MR_CLIENT_DEAD_LETTERS_H
#define MR_CLIENT_DEAD_LETTERS_H

#include "client/spool.h"

/* Appended by one write and synced. */
mr_code mr_dead_letter_add(mr_str folder, const struct mr_spool_record *record, mr_str tracking_uri,
			   const mr_error *refusal, mr_error *err);

/* The path of the file in the folder. */
mr_str mr_dead_letters_path(mr_arena *arena, mr_str folder);
const char *mr_spool_kind_name(mr_spool_kind kind); /* "metric" */

#endif
