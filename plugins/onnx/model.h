/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the plugin share.
 */
#ifndef MILLRACE_PLUGINS_ONNX_MODEL_H
#define MILLRACE_PLUGINS_ONNX_MODEL_H

#include <millrace/arrow_columns.h>

#include "ort.h"

struct onnx_input {
	char *name;
	int type; /* of its elements */
	size_t dims;
	int64_t shape[MR_ARROW_DIMS_MAX]; /* -1: any */
};

struct onnx_model {
	struct ort ort;
	const char *version;
	void *env, *session, *memory, *allocator;
	struct onnx_input *inputs;
	char **output_names;
	size_t inputs_n, outputs_n;
};

/* Finds the library; false with an error. */
bool onnx_load(struct onnx_model *m, mr_str option, mr_error *err);
/* MR_OK when there is no status; else the status becomes the error, and is released. */
mr_code onnx_failed(const struct onnx_model *m, ort_status *status, mr_code code, const char *what, mr_error *err);

/* The value for one input of the model; *data is what it points at, to be freed after the run. */
mr_code onnx_input_value(const struct onnx_model *m, const struct onnx_input *input, const struct ArrowSchema *schema,
			 const struct ArrowArray *table, ort_value **out, void **data, mr_error *err);
/* The outputs as a table. */
mr_code onnx_output_table(const struct onnx_model *m, ort_value *const *outputs, struct ArrowSchema *schema,
			  struct ArrowArray *array, mr_error *err);

#endif
