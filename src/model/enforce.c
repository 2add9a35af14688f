/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns and tensors against a schema. Which conversions are allowed is MLflow's
 * table: to a type of the same kind that is as wide or wider, small integers to
 * double, text to dates.
 */
#include "model/enforce.h"

#include <math.h>

#include "model/datetime.h"
#include "model/table_parts.h"
#include "model/tensor.h"
#include "search/repr.h"

/* ---- names ---- */

/* A DataFrame made of an array has numbers as names, which Python prints without quotes. */
static bool names_are_numbers(const struct ArrowSchema *table)
{
	char number[24];
	int64_t i;

	for (i = 0; i < table->n_children; i++) {
		snprintf(number, sizeof number, "%lld", (long long)i);
		if (!mr_str_is(mr_table_name(table, (size_t)i), number))
			return false;
	}
	return true;
}

static void add_name(mr_buf *buf, mr_str name, bool number)
{
	mr_buf_c(buf, buf->len ? ", " : "");
	if (number)
		mr_buf_str(buf, name);
	else
		mr_repr_text(buf, name);
}

static bool has_field(const struct mr_model_schema *schema, mr_str name)
{
	size_t i;

	for (i = 0; i < schema->n; i++)
		if (mr_str_eq(schema->fields[i].name, name))
			return true;
	return false;
}

static mr_code check_names(const struct mr_model_schema *schema, const struct ArrowSchema *table, mr_error *err)
{
	mr_buf missing, extra;
	bool any = false;
	mr_code code = MR_OK;
	int64_t i;

	mr_buf_init(&missing, 1500);
	mr_buf_init(&extra, 1500);
	for (i = 0; i < (int64_t)schema->n; i++)
		if (schema->fields[i].required && mr_table_find(table, schema->fields[i].name) < 0) {
			add_name(&missing, schema->fields[i].name, false);
			any = true;
		}
	for (i = 0; any && i < table->n_children; i++)
		if (!has_field(schema, mr_table_name(table, (size_t)i)))
			add_name(&extra, mr_table_name(table, (size_t)i), names_are_numbers(table));
	if (any && extra.len)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Model is missing inputs [%.*s]. Note that there were extra inputs: [%.*s].",
				    MR_STR_ARG(mr_buf_view(&missing)), MR_STR_ARG(mr_buf_view(&extra)));
	else if (any)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Model is missing inputs [%.*s].",
				    MR_STR_ARG(mr_buf_view(&missing)));
	mr_buf_dispose(&missing);
	mr_buf_dispose(&extra);
	return code;
}

/* ---- columns ---- */

#define MISSING_VALUES_HINT                                                                                            \
	" Hint: the type mismatch is likely caused by missing values. Integer columns in python can not represent "  \
	"missing values and are therefore encoded as floats. The best way to avoid this problem is to infer the "    \
	"model schema based on a realistic data sample (training dataset) that includes missing values. "            \
	"Alternatively, you can declare integer columns as doubles (float64) whenever these columns may have "       \
	"missing values. See `Handling Integers With Missing Values "                                               \
	"<https://www.mlflow.org/docs/latest/models.html#handling-integers-with-missing-values>`_ for more details."

/* As numpy prints the type that is wanted. */
static const char *numpy_name(mr_column_type type)
{
	static const char *const names[] = {
		[MR_COLUMN_BOOL] = "bool",   [MR_COLUMN_INT32] = "int32",   [MR_COLUMN_INT64] = "int64",
		[MR_COLUMN_FLOAT] = "float32", [MR_COLUMN_DOUBLE] = "float64", [MR_COLUMN_STRING] = "<U0",
		[MR_COLUMN_BINARY] = "|S0",  [MR_COLUMN_DATETIME] = "datetime64[ns]",
	};

	return names[type];
}

static bool missing_made_floats(const struct mr_column_view *view)
{
	bool missing = false;
	double value;
	size_t i;

	if (view->kind != MR_ELEMENT_FLOAT || view->bits != 64)
		return false;
	for (i = 0; i < view->length; i++) {
		value = mr_column_view_null(view, i) ? (double)NAN : mr_column_view_double(view, i);
		if (isnan(value))
			missing = true;
		else if (floor(value) != value)
			return false;
	}
	return missing;
}

static bool all_zero_or_one(const struct mr_column_view *view)
{
	size_t i;

	for (i = 0; i < view->length; i++)
		if (!mr_column_view_null(view, i) && (uint64_t)mr_column_view_int(view, i) > 1)
			return false;
	return true;
}

static bool may_become(const struct mr_column_view *view, mr_column_type type)
{
	bool signed_int = view->kind == MR_ELEMENT_INT, any_int = signed_int || view->kind == MR_ELEMENT_UINT;
	int wanted = (int)mr_table_item_size(type) * 8;

	switch (type) {
	case MR_COLUMN_INT32:
	case MR_COLUMN_INT64:
		return (signed_int && view->bits <= wanted) || (any_int && !signed_int && view->bits < wanted);
	case MR_COLUMN_FLOAT:
		return (view->kind == MR_ELEMENT_FLOAT && view->bits <= 32) ||
		       (signed_int && view->bits == 64 && all_zero_or_one(view));
	case MR_COLUMN_DOUBLE:
		return view->kind == MR_ELEMENT_FLOAT || (any_int && view->bits <= 32) ||
		       (signed_int && all_zero_or_one(view));
	case MR_COLUMN_BOOL:
		return view->kind == MR_ELEMENT_BOOL;
	case MR_COLUMN_STRING:
		return view->kind == MR_ELEMENT_TEXT;
	case MR_COLUMN_BINARY:
		return view->kind == MR_ELEMENT_BINARY || view->kind == MR_ELEMENT_TEXT;
	case MR_COLUMN_DATETIME:
		return view->kind == MR_ELEMENT_DATETIME || view->kind == MR_ELEMENT_DATE ||
		       view->kind == MR_ELEMENT_TEXT;
	default:
		return false;
	}
}

static mr_code add_converted(const struct mr_column_view *view, size_t row, mr_column_type type, mr_str name,
			     mr_table_builder *builder, mr_error *err)
{
	int64_t when;

	if (mr_column_view_null(view, row))
		return mr_table_add_null(builder, 0, err);
	switch (type) {
	case MR_COLUMN_FLOAT:
	case MR_COLUMN_DOUBLE:
		return mr_table_add_double(builder, 0, mr_column_view_double(view, row), err);
	case MR_COLUMN_STRING:
	case MR_COLUMN_BINARY:
		return mr_table_add_text(builder, 0, mr_column_view_bytes(view, row), err);
	case MR_COLUMN_DATETIME:
		if (view->kind != MR_ELEMENT_TEXT)
			return mr_table_add_int(builder, 0, mr_column_view_nanoseconds(view, row), err);
		if (!mr_datetime_parse(mr_column_view_bytes(view, row), &when))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Failed to convert column %.*s from type str to datetime.", MR_STR_ARG(name));
		return mr_table_add_int(builder, 0, when, err);
	default:
		return mr_table_add_int(builder, 0, mr_column_view_int(view, row), err);
	}
}

/* The column alone, as a table. */
static mr_code convert_column(const struct mr_column_view *view, mr_column_type type, mr_str name,
			      struct mr_table *out, mr_error *err)
{
	mr_table_builder *builder = mr_table_builder_new();
	mr_code code = builder ? mr_table_add_column(builder, name, type, err) : mr_error_no_memory(err);
	size_t i;

	for (i = 0; !code && i < view->length; i++)
		code = add_converted(view, i, type, name, builder, err);
	if (!code)
		code = mr_table_finish(builder, out, err);
	mr_table_builder_free(builder);
	return code;
}

static mr_code enforce_column(const struct mr_model_field *field, mr_str name, const struct ArrowSchema *schema,
			      const struct ArrowArray *table, size_t column, struct ArrowSchema *out_schema,
			      struct ArrowArray *out, mr_error *err)
{
	struct mr_table_piece piece = {table->children[column], table->offset, (size_t)table->length};
	struct mr_column_view view;
	struct mr_table converted;
	mr_code code = mr_column_view_init(&view, schema, table, column, err);

	if (code)
		return code;
	if (!field->type)
		return mr_error_set(err, MR_NOT_IMPLEMENTED,
				    "Input %.*s of the signature is of type %.*s, which native flavors do not take",
				    MR_STR_ARG(name), MR_STR_ARG(field->type_name));
	if (!may_become(&view, field->type))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Incompatible input types for column %.*s. Can not safely convert %s to %s.%s",
				    MR_STR_ARG(name), mr_table_type_name(view.schema), numpy_name(field->type),
				    (field->type == MR_COLUMN_INT32 || field->type == MR_COLUMN_INT64) &&
						    missing_made_floats(&view)
					    ? MISSING_VALUES_HINT
					    : "");
	if (!strcmp(view.schema->format, mr_table_format_of(field->type)))
		return mr_table_copy_column(schema->children[column], &piece, 1, out_schema, out, err);
	code = convert_column(&view, field->type, name, &converted, err);
	if (code)
		return code;
	/* The only child moves; what is left of the table around it goes. */
	*out_schema = *converted.schema.children[0];
	*out = *converted.array.children[0];
	converted.schema.children[0]->release = NULL;
	converted.array.children[0]->release = NULL;
	mr_table_release(&converted);
	return MR_OK;
}

static mr_code enforce_columns(const struct mr_model_schema *schema, const struct ArrowSchema *table_schema,
			       const struct ArrowArray *table, struct mr_table *out, mr_error *err)
{
	size_t n = 0, i, at = 0;
	int64_t column;
	mr_str name;
	mr_code code;

	for (i = 0; i < schema->n; i++)
		n += !schema->named || mr_table_find(table_schema, schema->fields[i].name) >= 0;
	code = mr_table_schema_new(&out->schema, "+s", mr_str_from(""), n, err);
	if (!code)
		code = mr_table_array_new(&out->array, 1, n, err);
	for (i = 0; !code && i < schema->n; i++) {
		column = schema->named ? mr_table_find(table_schema, schema->fields[i].name) : (int64_t)i;
		if (column < 0)
			continue; /* an optional one that is not there */
		name = mr_table_name(table_schema, (size_t)column);
		code = enforce_column(&schema->fields[i], name, table_schema, table, (size_t)column,
				      out->schema.children[at], out->array.children[at], err);
		at++;
	}
	if (!code)
		out->array.length = table->length;
	return code;
}

/* ---- tensors ---- */

static mr_code wrong_shape(const struct mr_tensor *tensor, const struct mr_model_field *field, mr_error *err)
{
	mr_buf is, wanted;
	mr_code code;

	mr_buf_init(&is, 512);
	mr_buf_init(&wanted, 512);
	mr_model_shape_print(tensor->shape, tensor->dims, &is);
	mr_model_shape_print(field->shape, field->shape_n, &wanted);
	code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Shape of input %.*s does not match expected shape %.*s.",
			    MR_STR_ARG(mr_buf_view(&is)), MR_STR_ARG(mr_buf_view(&wanted)));
	mr_buf_dispose(&is);
	mr_buf_dispose(&wanted);
	return code;
}

static mr_code check_tensor(const struct mr_tensor *tensor, const struct mr_model_field *field, mr_error *err)
{
	size_t i;

	if (tensor->dims != field->shape_n)
		return wrong_shape(tensor, field, err);
	for (i = 0; i < tensor->dims; i++)
		if (field->shape[i] != -1 && field->shape[i] != tensor->shape[i])
			return wrong_shape(tensor, field, err);
	if (!mr_str_is(field->dtype, tensor->type->name))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "dtype of input %s does not match expected dtype %.*s",
				    tensor->type->name, MR_STR_ARG(field->dtype));
	return MR_OK;
}

/* A column of flat lists, as a table has it, takes the shape and the type that are wanted. */
static mr_code reshape_lists(struct mr_tensor *tensor, const struct mr_model_field *field, mr_arena *arena,
			     mr_error *err)
{
	const struct mr_dtype *type = mr_dtype_get(field->dtype);
	int64_t items = 1, width = tensor->dims == 2 ? tensor->shape[1] : -1;
	size_t i;

	if (tensor->dims == 1 && type && field->shape_n == 1)
		return mr_tensor_cast(tensor, type, arena, err);
	if (tensor->dims != 2 || !type)
		return MR_OK;
	for (i = 1; i < field->shape_n; i++)
		items *= field->shape[i];
	if (field->shape_n > 1 && items == width) {
		tensor->dims = field->shape_n;
		for (i = 1; i < field->shape_n; i++)
			tensor->shape[i] = field->shape[i];
	}
	return mr_tensor_cast(tensor, type, arena, err);
}

static mr_code wrong_columns(const struct mr_model_field *field, size_t columns, mr_error *err)
{
	mr_buf shape;
	mr_code code;

	mr_buf_init(&shape, 512);
	mr_model_shape_print(field->shape, field->shape_n, &shape);
	code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "This model contains a model signature with an unnamed input. Since the input data is a pandas "
			    "DataFrame containing multiple columns, the input shape must be of the structure (-1, "
			    "number_of_dataframe_columns). Instead, the input DataFrame passed had %zu columns and an input "
			    "shape of %.*s with all values within the DataFrame of scalar type. Please adjust the passed in "
			    "DataFrame to match the expected structure",
			    columns, MR_STR_ARG(mr_buf_view(&shape)));
	mr_buf_dispose(&shape);
	return code;
}

static mr_code one_unnamed(const struct mr_model_field *field, const struct ArrowSchema *table_schema,
			   const struct ArrowArray *table, mr_arena *arena, struct mr_tensor *out, mr_error *err)
{
	mr_code code;

	if (table_schema->n_children > 1 &&
	    (field->shape_n != 2 || field->shape[0] != -1 || field->shape[1] != table_schema->n_children))
		return wrong_columns(field, (size_t)table_schema->n_children, err);
	if (table_schema->n_children > 1) {
		code = mr_tensor_from_columns(table_schema, table, arena, out, err);
	} else {
		code = mr_tensor_from_column(table_schema, table, 0, arena, out, err);
		if (!code && mr_table_name(table_schema, 0).len)
			code = reshape_lists(out, field, arena, err);
	}
	out->name = mr_str_make("", 0);
	return code;
}

static mr_code enforce_tensors(const struct mr_model_schema *schema, const struct ArrowSchema *table_schema,
			       const struct ArrowArray *table, mr_arena *arena, struct mr_table *out, mr_error *err)
{
	struct mr_tensor *tensors = mr_arena_zalloc(arena, schema->n * sizeof *tensors);
	const struct mr_model_field *field;
	mr_code code = tensors ? MR_OK : mr_error_no_memory(err);
	int64_t column;
	size_t i;

	if (!code && !table_schema->n_children)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Input DataFrame is empty.");
	for (i = 0; !code && i < schema->n; i++) {
		field = &schema->fields[i];
		if (!schema->named) {
			code = one_unnamed(field, table_schema, table, arena, &tensors[i], err);
		} else {
			/* A single input needs no name to be told from others. */
			column = mr_table_find(table_schema, field->name);
			if (column < 0)
				column = 0;
			code = mr_tensor_from_column(table_schema, table, (size_t)column, arena, &tensors[i], err);
			if (!code)
				code = reshape_lists(&tensors[i], field, arena, err);
			tensors[i].name = field->name;
		}
		if (!code)
			code = check_tensor(&tensors[i], field, err);
	}
	return code ? code : mr_tensor_table(tensors, schema->n, out, err);
}

/* ---- the whole ---- */

mr_code mr_model_enforce_inputs(const struct mr_model_schema *schema, const struct ArrowSchema *table_schema,
				const struct ArrowArray *table, struct mr_table *out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_code code = arena ? MR_OK : mr_error_no_memory(err);
	bool lone_tensor = schema->tensors && schema->n == 1 && table_schema->n_children == 1 &&
			   !mr_table_name(table_schema, 0).len;

	memset(out, 0, sizeof *out);
	if (!code && schema->named && !lone_tensor)
		code = check_names(schema, table_schema, err);
	else if (!code && !schema->tensors && (size_t)table_schema->n_children < schema->n)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Model inference is missing inputs. The model signature declares %zu inputs  but the "
				    "provided value only has %lld inputs. Note: the inputs were not named in the signature "
				    "so we can only verify their count.",
				    schema->n, (long long)table_schema->n_children);
	if (!code)
		code = schema->tensors ? enforce_tensors(schema, table_schema, table, arena, out, err)
				       : enforce_columns(schema, table_schema, table, out, err);
	if (code)
		mr_table_release(out);
	mr_arena_free(arena);
	return code;
}
