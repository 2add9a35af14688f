/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns to the tensors that the model wants.
 */
#include "model.h"

static size_t element_size(int type)
{
	static const unsigned char sizes[] = {
		[ORT_FLOAT] = 4, [ORT_UINT8] = 1, [ORT_INT8] = 1,   [ORT_UINT16] = 2, [ORT_INT16] = 2,	[ORT_INT32] = 4,
		[ORT_INT64] = 8, [ORT_BOOL] = 1,  [ORT_DOUBLE] = 8, [ORT_UINT32] = 4, [ORT_UINT64] = 8,
	};

	return type > 0 && type < (int)sizeof sizes ? sizes[type] : 0;
}

static void store(int type, void *to, double value)
{
	float f = (float)value;
	int64_t whole = value > -9.2e18 && value < 9.2e18 ? (int64_t)value : 0;
	uint8_t truth = value != 0;

	switch (type) {
	case ORT_FLOAT:
		memcpy(to, &f, sizeof f);
		break;
	case ORT_DOUBLE:
		memcpy(to, &value, sizeof value);
		break;
	case ORT_BOOL:
		memcpy(to, &truth, 1);
		break;
	default: /* the low bytes, on little-endian machines, which are all that are supported */
		memcpy(to, &whole, element_size(type));
	}
}

/* All columns of the input: one of its name, or everything when the model has only one input. */
static mr_code choose_columns(const struct onnx_model *m, const struct onnx_input *input,
			      const struct ArrowSchema *schema, int64_t *first, int64_t *n, mr_error *err)
{
	int64_t i;

	*first = 0;
	*n = schema->n_children;
	if (m->inputs_n == 1)
		return MR_OK;
	*n = 1;
	for (i = 0; i < schema->n_children; i++)
		if (schema->children[i]->name && !strcmp(schema->children[i]->name, input->name)) {
			*first = i;
			return MR_OK;
		}
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The model has an input '%s', and the data has no column of that name", input->name);
}

/* The shape of a column with its lists, or of several side by side; a model that wants (n, 1) gets it of a plain column. */
static size_t find_shape(const struct onnx_input *input, const struct ArrowSchema *columns, int64_t n, int64_t rows,
			 int64_t shape[MR_ARROW_DIMS_MAX])
{
	const struct ArrowSchema *level = columns;
	size_t dims = 1;

	shape[0] = rows;
	if (n != 1) {
		shape[dims++] = n;
		return dims;
	}
	while (!strncmp(level->format, "+w:", 3) && dims < MR_ARROW_DIMS_MAX) {
		shape[dims++] = (int64_t)strtoul(level->format + 3, NULL, 10);
		level = level->children[0];
	}
	if (dims == 1 && input->dims == 2)
		shape[dims++] = 1;
	return dims;
}

static mr_code numbers(const struct onnx_model *m, const struct onnx_input *input, const struct ArrowSchema *columns,
		       const struct ArrowArray *table, const int64_t *shape, size_t dims, ort_value **out, void **data,
		       mr_error *err)
{
	size_t count = (size_t)table->length * mr_arrow_matrix_width(columns), size = element_size(input->type), i;
	double *cells;
	mr_code code;

	if (!size)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "Input '%s' has elements of type %d, which cannot be given",
				    input->name, input->type);
	cells = malloc((count + 1) * sizeof *cells);
	*data = malloc((count + 1) * size);
	code = cells && *data ? mr_arrow_matrix(columns, table, cells, err) : mr_error_no_memory(err);
	for (i = 0; !code && i < count; i++)
		store(input->type, (char *)*data + i * size, cells[i]);
	free(cells);
	return code ? code
		    : onnx_failed(m, m->ort.create_tensor_with_data(m->memory, *data, count * size, shape, dims,
								    input->type, out),
				  MR_INTERNAL_ERROR, "take the input", err);
}

/* Whole numbers of 64 bits, which doubles do not hold. */
static mr_code whole_numbers(const struct onnx_model *m, const struct onnx_input *input, const struct ArrowArray *table,
			     int64_t first, const int64_t *shape, size_t dims, ort_value **out, void **data, mr_error *err)
{
	const struct ArrowArray *column = table->children[first];
	size_t size = (size_t)table->length * sizeof(int64_t);

	*data = malloc(size + 1);
	if (!*data)
		return mr_error_no_memory(err);
	if (size)
		memcpy(*data, (const int64_t *)column->buffers[1] + column->offset + table->offset, size);
	return onnx_failed(m, m->ort.create_tensor_with_data(m->memory, *data, size, shape, dims, input->type, out),
			   MR_INTERNAL_ERROR, "take the input", err);
}

/* Columns of texts side by side, as strings with a NUL behind each. */
static mr_code texts(const struct onnx_model *m, const struct onnx_input *input, const struct ArrowSchema *columns,
		     const struct ArrowArray *table, const int64_t *shape, size_t dims, ort_value **out, void **data,
		     mr_error *err)
{
	size_t width = (size_t)columns->n_children, count = (size_t)table->length * width, size = 0, i, k;
	const int32_t *offsets;
	const char **list;
	char *to;
	mr_code code;

	for (k = 0; k < width; k++) {
		if (strcmp(columns->children[k]->format, "u") != 0)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Input '%s' is of texts, column '%s' is not",
					    input->name, columns->children[k]->name);
		offsets = (const int32_t *)table->children[k]->buffers[1] + table->children[k]->offset + table->offset;
		size += (size_t)(offsets[table->length] - offsets[0]);
	}
	*data = list = malloc((count + 1) * sizeof *list + size + count);
	if (!list)
		return mr_error_no_memory(err);
	to = (char *)(list + count + 1);
	for (i = 0; i < (size_t)table->length; i++)
		for (k = 0; k < width; k++) {
			const char *bytes = table->children[k]->buffers[2];
			size_t n;

			offsets = (const int32_t *)table->children[k]->buffers[1] + table->children[k]->offset +
				  table->offset + i;
			n = (size_t)(offsets[1] - offsets[0]);
			if (n)
				memcpy(to, bytes + offsets[0], n);
			to[n] = 0;
			list[i * width + k] = to;
			to += n + 1;
		}
	code = onnx_failed(m, m->ort.create_tensor(m->allocator, shape, dims, ORT_STRING, out), MR_INTERNAL_ERROR,
			   "make a tensor", err);
	return code ? code
		    : onnx_failed(m, m->ort.fill_strings(*out, list, count), MR_INTERNAL_ERROR, "take the texts", err);
}

mr_code onnx_input_value(const struct onnx_model *m, const struct onnx_input *input, const struct ArrowSchema *schema,
			 const struct ArrowArray *table, ort_value **out, void **data, mr_error *err)
{
	struct ArrowSchema columns = *schema;
	struct ArrowArray part = *table;
	int64_t shape[MR_ARROW_DIMS_MAX], first, n;
	size_t dims;
	mr_code code = choose_columns(m, input, schema, &first, &n, err);

	if (code)
		return code;
	columns.children += first;
	columns.n_children = n;
	part.children += first;
	part.n_children = n;
	dims = find_shape(input, n == 1 ? columns.children[0] : &columns, n, table->length, shape);
	if (input->type == ORT_STRING)
		return texts(m, input, &columns, &part, shape, dims, out, data, err);
	if (input->type == ORT_INT64 && n == 1 && !strcmp(columns.children[0]->format, "l") &&
	    !part.children[0]->buffers[0])
		return whole_numbers(m, input, &part, 0, shape, dims, out, data, err);
	return numbers(m, input, &columns, &part, shape, dims, out, data, err);
}
