/* SPDX-License-Identifier: Apache-2.0
 *
 * What MLflow says of a data set: its digest, its schema, how large it is.
 */
#ifndef MR_EVALUATE_DATASET_H
#define MR_EVALUATE_DATASET_H

#include <millrace/arrow.h>

#include "base/arena.h"

struct dataset {
	const struct ArrowSchema *schema;
	const struct ArrowArray *table;
	mr_str path; /* of its file; empty: it is in memory */
	mr_str source_type, source; /* as a plugin says it; empty: by path */
	mr_str name;
	/* Columns of the table; predictions may be -1. */
	int64_t targets, predictions;
	const size_t *features;
	size_t features_n;
};

/* mlflow.data.digest_utils.compute_pandas_digest: 8 hex digits. */
mr_code dataset_digest(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err);
/* EvaluationDataset.hash, which the tag mlflow.datasets has: of the first and last five rows. 32 hex digits. */
mr_code dataset_hash(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err);
/* JSON of the parts of mlflow.entities.Dataset. The schema is empty when MLflow has no name for a type. */
mr_code dataset_schema(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err);
mr_code dataset_profile(const struct dataset *d, mr_arena *arena, mr_str *out, mr_error *err);
mr_code dataset_source(const struct dataset *d, mr_arena *arena, mr_str *type, mr_str *out, mr_error *err);

#endif
