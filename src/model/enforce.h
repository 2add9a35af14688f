/* SPDX-License-Identifier: Apache-2.0
 *
 * A signature, enforced as MLflow does: what is missing, what may be converted,
 * and the words in which the rest is refused.
 */
#ifndef MR_MODEL_ENFORCE_H
#define MR_MODEL_ENFORCE_H

#include <millrace/api.h>

#include "model/mlmodel.h"

/* The table as the schema says: its columns in that order and of these types, or its tensors (columns of nested
 * fixed-size lists). The message is the part behind "Error: " of MLflow's. */
mr_code mr_model_enforce_inputs(const struct mr_model_schema *schema, const struct ArrowSchema *table_schema,
				const struct ArrowArray *table, struct mr_table *out, mr_error *err);

/* The parameters that the model has, checked, those not given with their defaults, as key and text; text values bare,
 * lists as JSON. params_json: an object, or empty. Those that are not known are left out, as in MLflow. */
mr_code mr_model_enforce_params(const struct mr_mlmodel *model, mr_str params_json, mr_arena *arena,
				struct mr_map_string **out, size_t *n, mr_error *err);

/* A value of any kind as text: a string bare, null as NULL, the rest as JSON. */
mr_str mr_model_text_of(const mr_json *value, mr_arena *arena);

#endif
