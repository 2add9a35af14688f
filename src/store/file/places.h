/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a run, or a logged model, was found last, so that not every experiment
 * has to be looked at again. A hint only: who asks looks whether it is there.
 */
#ifndef MR_STORE_FILE_PLACES_H
#define MR_STORE_FILE_PLACES_H

#include <millrace/types.h>

struct mr_file_places;

struct mr_file_places *mr_file_places_new(void);
void mr_file_places_free(struct mr_file_places *places);
/* folder: of the experiment, below the root. */
void mr_file_places_set(struct mr_file_places *places, mr_str id, mr_str folder);
/* Length 0 when it is not known. */
size_t mr_file_places_get(const struct mr_file_places *places, mr_str id, char out[80]);

#endif
