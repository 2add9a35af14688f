/* SPDX-License-Identifier: Apache-2.0
 *
 * The file MLmodel, which is in the folder of every saved model: its flavors, its
 * signature, where it comes from. Read and written; what is not told apart here
 * stays in `root` and is written as it was.
 */
#ifndef MR_MODEL_MLMODEL_H
#define MR_MODEL_MLMODEL_H

#include "base/json.h"
#include "model/table.h"

#define MR_MLMODEL_FILE "MLmodel"

/* An input or output: a column, or a tensor. */
struct mr_model_field {
	mr_str name; /* ptr NULL: it has none */
	bool required;
	mr_column_type type; /* of a column; 0 for arrays, objects, maps and what else there is */
	mr_str type_name; /* as written: "double", "array"; of a tensor "tensor" */
	mr_str dtype; /* of a tensor: "float32" */
	int64_t *shape; /* -1: any */
	size_t shape_n;
};

/* All columns or all tensors; all named or none. */
struct mr_model_schema {
	struct mr_model_field *fields;
	size_t n;
	bool tensors, named;
};

struct mr_mlmodel_param {
	mr_str name;
	mr_column_type type; /* 0: an object */
	mr_str type_name;
	const mr_json *otherwise; /* the default */
	bool list; /* of shape (-1,) */
};

struct mr_model_flavor {
	mr_str name;
	const mr_json *conf; /* an object */
};

struct mr_mlmodel {
	mr_arena *arena; /* of all that is here */
	mr_json *root;
	mr_str artifact_path, run_id, model_id, model_uuid, utc_time_created, mlflow_version; /* empty when not there */
	struct mr_model_flavor *flavors;
	size_t flavors_n;
	struct mr_model_schema *inputs, *outputs; /* NULL: none is given */
	struct mr_mlmodel_param *params;
	size_t params_n;
	bool has_params; /* a schema of parameters, which may be empty */
	const mr_json *input_example; /* saved_input_example_info, or NULL */
	const mr_json *metadata; /* or NULL */
};

mr_code mr_mlmodel_parse(mr_str yaml, struct mr_mlmodel **out, mr_error *err);
/* The MLmodel of a folder. */
mr_code mr_mlmodel_read(mr_str folder, struct mr_mlmodel **out, mr_error *err);
void mr_mlmodel_free(struct mr_mlmodel *model);
mr_code mr_mlmodel_write(const struct mr_mlmodel *model, mr_buf *out, mr_error *err);

const struct mr_model_flavor *mr_mlmodel_flavor(const struct mr_mlmodel *model, mr_str name); /* NULL: not there */
/* The name of the flavor behind python_function's loader_module ("mlflow.xgboost" is "xgboost"); empty: none. */
mr_str mr_mlmodel_loader(const struct mr_mlmodel *model);

/* A schema from its JSON text; NULL for "null" and "". */
mr_code mr_model_schema_parse(mr_str json, mr_arena *arena, struct mr_model_schema **out, mr_error *err);
/* As Python's repr of a Schema: "['a': double (required), 'b': long (optional)]". */
void mr_model_schema_print(const struct mr_model_schema *schema, mr_buf *out);

/* As a tuple: "(-1, 3)". */
void mr_model_shape_print(const int64_t *shape, size_t n, mr_buf *out);
/* "boolean" and its kin; 0 when there is none of that name. And back. */
mr_column_type mr_model_type(mr_str name);
const char *mr_model_type_name(mr_column_type type);

#endif
