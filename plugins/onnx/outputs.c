/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model answers as a table: a column for each output. A tensor becomes
 * numbers or fixed-size lists; a sequence of maps, as classifiers give their
 * probabilities, a struct with a member for each key.
 */
#include "model.h"

/* A tensor's type, shape and data, while its value lives. */
struct tensor {
	int type;
	size_t dims, count;
	int64_t shape[MR_ARROW_DIMS_MAX];
	const void *data; /* of strings: mr_str, to be freed with `bytes` */
	char *bytes;
};

static const char *format_of(int type)
{
	static const char *const formats[] = {
		[ORT_FLOAT] = "f", [ORT_UINT8] = "C", [ORT_INT8] = "c",	  [ORT_UINT16] = "S",
		[ORT_INT16] = "s", [ORT_INT32] = "i", [ORT_INT64] = "l",  [ORT_STRING] = "u",
		[ORT_BOOL] = "b",  [ORT_DOUBLE] = "g", [ORT_UINT32] = "I", [ORT_UINT64] = "L",
	};

	return type > 0 && type < (int)(sizeof formats / sizeof *formats) ? formats[type] : NULL;
}

static void tensor_dispose(struct tensor *t)
{
	if (t->bytes)
		free((void *)t->data);
	free(t->bytes);
}

static mr_code read_strings(const struct onnx_model *m, const ort_value *value, struct tensor *t, mr_error *err)
{
	size_t size = 0, i, *offsets = NULL;
	mr_str *texts = NULL;
	mr_code code = onnx_failed(m, m->ort.strings_length(value, &size), MR_INTERNAL_ERROR, "read texts", err);

	if (!code) {
		t->bytes = malloc(size + 1);
		offsets = malloc((t->count + 1) * sizeof *offsets);
		texts = malloc((t->count + 1) * sizeof *texts);
		t->data = texts;
		if (!t->bytes || !offsets || !texts)
			code = mr_error_no_memory(err);
	}
	if (!code && t->count)
		code = onnx_failed(m, m->ort.strings_content(value, t->bytes, size, offsets, t->count), MR_INTERNAL_ERROR,
				   "read texts", err);
	for (i = 0; !code && i < t->count; i++)
		texts[i] = mr_str_make(t->bytes + offsets[i], (i + 1 < t->count ? offsets[i + 1] : size) - offsets[i]);
	free(offsets);
	if (code && !t->bytes)
		free(texts);
	return code;
}

static mr_code read_tensor(const struct onnx_model *m, ort_value *value, const char *name, struct tensor *t, mr_error *err)
{
	ort_type *type = NULL;
	mr_code code;

	memset(t, 0, sizeof *t);
	code = onnx_failed(m, m->ort.tensor_type(value, &type), MR_INTERNAL_ERROR, "tell an output's type", err);
	if (!code)
		code = onnx_failed(m, m->ort.element_type(type, &t->type), MR_INTERNAL_ERROR, "tell the elements", err);
	if (!code)
		code = onnx_failed(m, m->ort.dims_count(type, &t->dims), MR_INTERNAL_ERROR, "tell the shape", err);
	if (!code && t->dims > MR_ARROW_DIMS_MAX)
		code = mr_error_set(err, MR_NOT_IMPLEMENTED, "Output '%s' has %zu dimensions", name, t->dims);
	if (!code)
		code = onnx_failed(m, m->ort.dims(type, t->shape, t->dims), MR_INTERNAL_ERROR, "tell the shape", err);
	if (!code)
		code = onnx_failed(m, m->ort.element_count(type, &t->count), MR_INTERNAL_ERROR, "tell the size", err);
	if (type)
		m->ort.release_tensor_type(type);
	if (!code && !format_of(t->type))
		code = mr_error_set(err, MR_NOT_IMPLEMENTED, "Output '%s' has elements of ONNX type %d", name, t->type);
	if (code)
		return code;
	if (t->type == ORT_STRING)
		return read_strings(m, value, t, err);
	return onnx_failed(m, m->ort.tensor_data(value, (void **)&t->data), MR_INTERNAL_ERROR, "give the result", err);
}

static mr_code tensor_column(const struct onnx_model *m, ort_value *value, const char *name, struct ArrowSchema *schema,
			     struct ArrowArray *array, mr_error *err)
{
	struct mr_arrow_column column = {.name = name};
	struct tensor t;
	mr_code code = read_tensor(m, value, name, &t, err);

	if (!code) {
		column.format = format_of(t.type);
		column.data = t.data;
		column.dims = t.dims ? t.dims : 1; /* a scalar is one row */
		column.shape[0] = 1;
		if (t.dims)
			memcpy(column.shape, t.shape, t.dims * sizeof *t.shape);
		if (!mr_arrow_make_column(&column, schema, array))
			code = mr_error_no_memory(err);
	}
	tensor_dispose(&t);
	return code;
}

/* ---- a sequence of maps ---- */

struct maps {
	size_t rows, width;
	mr_str *keys; /* of the first map; all have the same */
	char (*key_texts)[24]; /* of whole numbers */
	double *values; /* key after key */
};

static mr_code read_map(const struct onnx_model *m, ort_value *sequence, size_t row, const char *name, struct maps *maps,
			struct tensor *keys, mr_error *err)
{
	ort_value *map = NULL, *key_value = NULL, *value = NULL;
	struct tensor values = {0};
	size_t i;
	mr_code code = onnx_failed(m, m->ort.get_value(sequence, (int)row, m->allocator, &map), MR_INTERNAL_ERROR,
				   "give a row", err);

	if (!code)
		code = onnx_failed(m, m->ort.get_value(map, 0, m->allocator, &key_value), MR_INTERNAL_ERROR,
				   "give the keys", err);
	if (!code)
		code = onnx_failed(m, m->ort.get_value(map, 1, m->allocator, &value), MR_INTERNAL_ERROR,
				   "give the values", err);
	if (!code && row == 0) {
		code = read_tensor(m, key_value, name, keys, err);
		maps->width = keys->count;
		maps->values = calloc(maps->rows * maps->width + 1, sizeof *maps->values);
		maps->keys = calloc(maps->width + 1, sizeof *maps->keys);
		maps->key_texts = calloc(maps->width + 1, sizeof *maps->key_texts);
		if (!code && (!maps->values || !maps->keys || !maps->key_texts))
			code = mr_error_no_memory(err);
		for (i = 0; !code && i < maps->width; i++) {
			snprintf(maps->key_texts[i], sizeof *maps->key_texts, "%lld",
				 keys->type == ORT_INT64 ? (long long)((const int64_t *)keys->data)[i] : 0);
			maps->keys[i] = keys->type == ORT_STRING ? ((const mr_str *)keys->data)[i]
								 : mr_str_from(maps->key_texts[i]);
		}
	}
	if (!code)
		code = read_tensor(m, value, name, &values, err);
	if (!code && (values.count != maps->width || (values.type != ORT_FLOAT && values.type != ORT_DOUBLE)))
		code = mr_error_set(err, MR_NOT_IMPLEMENTED, "Output '%s' has maps of different keys, or not to numbers", name);
	for (i = 0; !code && i < maps->width; i++)
		maps->values[i * maps->rows + row] = values.type == ORT_FLOAT ? (double)((const float *)values.data)[i]
									      : ((const double *)values.data)[i];
	tensor_dispose(&values);
	m->ort.release_value(key_value);
	m->ort.release_value(value);
	m->ort.release_value(map);
	return code;
}

static mr_code make_struct(const struct maps *maps, const char *name, struct ArrowSchema *schema, struct ArrowArray *array,
			   mr_error *err)
{
	struct mr_arrow_column column = {.format = "g", .shape = {(int64_t)maps->rows}, .dims = 1};
	bool made = mr_arrow_new_schema(schema, "+s", name, maps->width) &&
		    mr_arrow_new_array(array, (int64_t)maps->rows, 1, maps->width);
	char key[256];
	size_t i;

	for (i = 0; made && i < maps->width; i++) {
		snprintf(key, sizeof key, "%.*s", MR_STR_ARG(maps->keys[i]));
		column.name = key;
		column.data = maps->values + i * maps->rows;
		made = mr_arrow_make_column(&column, schema->children[i], array->children[i]);
	}
	return made ? MR_OK : mr_error_no_memory(err);
}

static mr_code sequence_column(const struct onnx_model *m, ort_value *value, const char *name, struct ArrowSchema *schema,
			       struct ArrowArray *array, mr_error *err)
{
	struct maps maps = {0};
	struct tensor keys = {0};
	mr_code code = onnx_failed(m, m->ort.value_count(value, &maps.rows), MR_INTERNAL_ERROR, "count the rows", err);
	size_t row;

	for (row = 0; !code && row < maps.rows; row++)
		code = read_map(m, value, row, name, &maps, &keys, err);
	if (!code)
		code = make_struct(&maps, name, schema, array, err);
	tensor_dispose(&keys);
	free(maps.values);
	free(maps.keys);
	free(maps.key_texts);
	return code;
}

mr_code onnx_output_table(const struct onnx_model *m, ort_value *const *outputs, struct ArrowSchema *schema,
			  struct ArrowArray *array, mr_error *err)
{
	bool made = mr_arrow_new_schema(schema, "+s", "", m->outputs_n);
	mr_code code;
	int type = 0;
	size_t i;

	memset(array, 0, sizeof *array);
	code = made && mr_arrow_new_array(array, 0, 1, m->outputs_n) ? MR_OK : mr_error_no_memory(err);
	for (i = 0; !code && i < m->outputs_n; i++) {
		code = onnx_failed(m, m->ort.value_type(outputs[i], &type), MR_INTERNAL_ERROR, "tell an output's type", err);
		if (code)
			break;
		code = (type == ORT_IS_SEQUENCE ? sequence_column : tensor_column)(
			m, outputs[i], m->output_names[i], schema->children[i], array->children[i], err);
		if (!code && i && array->children[i]->length != array->length)
			code = mr_error_set(err, MR_NOT_IMPLEMENTED,
					    "Output '%s' has %lld rows where '%s' has %lld: they are no table",
					    m->output_names[i], (long long)array->children[i]->length, m->output_names[0],
					    (long long)array->length);
		if (!code)
			array->length = array->children[i]->length;
	}
	if (code && schema->release)
		schema->release(schema);
	if (code && array->release)
		array->release(array);
	return code;
}
