/* SPDX-License-Identifier: Apache-2.0
 *
 * runs/log-model, the way of before MLflow 3: a run's tag mlflow.log-model.history
 * is a JSON list with an entry a model (record_logged_model).
 */
#ifndef MR_STORE_MODEL_HISTORY_H
#define MR_STORE_MODEL_HISTORY_H

#include "base/json.h"

enum { MR_MODEL_HISTORY_MAX = 1 << 24 };

/* model_json of the request: an object that has what it must have. */
mr_code mr_model_history_parse(mr_str text, mr_arena *arena, mr_json **out, mr_error *err);
/* The list with one entry more; history: as it is stored, ptr NULL when there is none. */
mr_code mr_model_history_add(mr_str history, const mr_json *model, mr_str run_id, int64_t now_ms, mr_arena *arena,
			     mr_buf *out, mr_error *err);

#endif
