/* SPDX-License-Identifier: Apache-2.0
 *
 * The forms of a request in JSON: dataframe_split, dataframe_records, instances,
 * inputs. Values take the types of the signature while they are read, as MLflow's
 * server casts them; what cannot be cast is refused in its words.
 */
#include "base/map.h"
#include "model/datetime.h"
#include "model/scoring.h"
#include "model/table_json.h"
#include "model/table_parts.h"
#include "model/tensor.h"
#include "search/repr.h"

#define FORMS "{'dataframe_split', 'dataframe_records', 'instances', 'inputs'}"
#define INPUT_FORM "The input must be a JSON dictionary with exactly one of the input fields " FORMS
struct reader {
	const struct mr_model_schema *schema; /* or NULL */
	mr_arena *arena;
	mr_error *err;
	bool frame; /* how a failure is worded */
};

static const char *class_of(const mr_json *value)
{
	static const char *const names[] = {
		[MR_JSON_NULL] = "NoneType", [MR_JSON_BOOL] = "bool", [MR_JSON_NUMBER] = "float",
		[MR_JSON_STRING] = "str",    [MR_JSON_ARRAY] = "list", [MR_JSON_OBJECT] = "dict",
	};
	int64_t whole;

	return value->type == MR_JSON_NUMBER && mr_parse_int64(value->text, &whole) ? "int" : names[value->type];
}

/* ---- a column of values ---- */

/* ValueError("text") without what is around the text. */
static mr_str bare_reason(const mr_error *why)
{
	const char *open = strchr(why->message, '(');
	size_t n = why->length;

	if (!open || n < 4 || why->message[n - 1] != ')' || (open[1] != '"' && open[1] != '\''))
		return mr_str_make(why->message, n);
	return mr_str_make(open + 2, n - 2 - (size_t)(open + 2 - why->message));
}

static mr_code cannot_cast(struct reader *r, mr_str name, const char *type, const mr_error *why)
{
	if (why->code == MR_RESOURCE_EXHAUSTED)
		return mr_error_set(r->err, why->code, "%s", why->message);
	if (r->frame)
		return mr_error_set(r->err, MR_BAD_REQUEST,
				    "Invalid input. Data is not compatible with model signature. Failed to convert column "
				    "%.*s to type '%s'. Error: '%s'",
				    MR_STR_ARG(name), type, why->message);
	return mr_error_set(r->err, MR_BAD_REQUEST, "Invalid input. %.*s", MR_STR_ARG(bare_reason(why)));
}

/* The only column of a table moves into a larger one. */
static void move_column(struct mr_table *from, struct ArrowSchema *schema, struct ArrowArray *array)
{
	*schema = *from->schema.children[0];
	*array = *from->array.children[0];
	from->schema.children[0]->release = NULL;
	from->array.children[0]->release = NULL;
	mr_table_release(from);
}

static mr_code add_text(mr_table_builder *builder, const mr_json *cell, mr_column_type type, mr_error *why)
{
	mr_str text = cell->text;
	int64_t when;

	if (cell->type == MR_JSON_NULL)
		return mr_table_add_null(builder, 0, why);
	if (cell->type == MR_JSON_BOOL)
		text = mr_str_from(cell->boolean ? "True" : "False");
	else if (cell->type != MR_JSON_STRING && cell->type != MR_JSON_NUMBER)
		return mr_error_set(why, MR_BAD_REQUEST, "TypeError('a text is needed, not %s')", class_of(cell));
	if (type != MR_COLUMN_DATETIME)
		return mr_table_add_text(builder, 0, text, why);
	if (!mr_datetime_parse(text, &when))
		return mr_error_set(why, MR_BAD_REQUEST, "ValueError('time data \"%.*s\" is no date and time')",
				    MR_STR_ARG(text));
	return mr_table_add_int(builder, 0, when, why);
}

static mr_code text_column(struct reader *r, mr_str name, const mr_json *values, mr_column_type type,
			   struct ArrowSchema *schema, struct ArrowArray *array)
{
	mr_table_builder *builder = mr_table_builder_new();
	struct mr_table column;
	mr_error why;
	mr_code code;
	size_t i;

	mr_error_init(&why);
	code = builder ? mr_table_add_column(builder, name, type, &why) : mr_error_no_memory(&why);
	for (i = 0; !code && i < values->count; i++)
		code = add_text(builder, &values->items[i], type, &why);
	if (!code)
		code = mr_table_finish(builder, &column, &why);
	mr_table_builder_free(builder);
	if (code)
		return cannot_cast(r, name, type == MR_COLUMN_DATETIME ? "datetime64[ns]" : "object", &why);
	move_column(&column, schema, array);
	return MR_OK;
}

static bool all_texts(const mr_json *values)
{
	size_t i;

	for (i = 0; i < values->count; i++)
		if (values->items[i].type != MR_JSON_STRING && values->items[i].type != MR_JSON_NULL)
			return false;
	return values->count && (values->items[0].type == MR_JSON_STRING || values->items[0].type == MR_JSON_NULL);
}

static const struct mr_dtype *dtype_for(const struct mr_model_field *field)
{
	if (!field)
		return NULL;
	return field->type ? mr_dtype_of(mr_table_format_of(field->type)) : mr_dtype_get(field->dtype);
}

/* pandas makes floats of integers with gaps, and refuses to make them integers again; a column without any value stays one
 * of objects. */
static bool lacks_integers(const mr_json *values, const struct mr_dtype *type)
{
	bool some = false, missing = false;
	size_t i;

	for (i = 0; i < values->count; i++)
		*(values->items[i].type == MR_JSON_NULL ? &missing : &some) = true;
	return some && missing && type && (type->kind == 'i' || type->kind == 'u');
}

/* Values (an array) as a column: numbers and lists of numbers by way of a tensor. */
static mr_code value_column(struct reader *r, mr_str name, const struct mr_model_field *field, const mr_json *values,
			    struct ArrowSchema *schema, struct ArrowArray *array)
{
	const struct mr_dtype *type = dtype_for(field);
	mr_column_type text = field ? field->type : MR_COLUMN_STRING;
	struct mr_tensor tensor;
	struct mr_table column;
	mr_error why;
	mr_code code = MR_OK;

	mr_error_init(&why);
	if (text == MR_COLUMN_BINARY && field)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED, "Column %.*s is of binary data, which native flavors do "
								"not take", MR_STR_ARG(name));
	if ((field && (text == MR_COLUMN_STRING || text == MR_COLUMN_DATETIME)) || (!type && all_texts(values)))
		return text_column(r, name, values, text, schema, array);
	if (field && !type)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED,
				    "Input %.*s of the signature is of type %.*s, which native flavors do not take",
				    MR_STR_ARG(name), MR_STR_ARG(field->dtype.len ? field->dtype : field->type_name));
	if (r->frame && lacks_integers(values, type))
		code = mr_error_set(&why, MR_BAD_REQUEST,
				    "IntCastingNaNError(\"Cannot convert non-finite values (NA or inf) to integer. Replace or "
				    "remove non-finite values or cast to an integer type that supports these values (e.g. "
				    "'Int64')\")");
	if (!code)
		code = mr_tensor_from_json(values, type, r->arena, &tensor, &why);
	tensor.name = name;
	if (!code)
		code = mr_tensor_table(&tensor, 1, &column, &why);
	if (code)
		return cannot_cast(r, name, type ? type->name : "object", &why);
	move_column(&column, schema, array);
	return MR_OK;
}

/* ---- several columns ---- */

struct columns {
	size_t n;
	mr_str *names;
	mr_json *values; /* an array each */
};

static mr_code make_columns(struct reader *r, size_t n, struct columns *out)
{
	out->n = n;
	out->names = mr_arena_zalloc(r->arena, (n + 1) * sizeof *out->names);
	out->values = mr_arena_zalloc(r->arena, (n + 1) * sizeof *out->values);
	return out->names && out->values ? MR_OK : mr_error_no_memory(r->err);
}

/* The field of the signature that a column is cast to; NULL: none, its type is inferred. */
static const struct mr_model_field *field_of(const struct reader *r, mr_str name, size_t at)
{
	size_t i;

	if (!r->schema)
		return NULL;
	if (!r->schema->named) {
		if (r->schema->tensors)
			return &r->schema->fields[0];
		return at < r->schema->n ? &r->schema->fields[at] : NULL;
	}
	for (i = 0; i < r->schema->n; i++)
		if (mr_str_eq(r->schema->fields[i].name, name))
			return &r->schema->fields[i];
	return NULL;
}

static mr_code to_table(struct reader *r, const struct columns *columns, struct mr_table *out)
{
	mr_code code = mr_table_schema_new(&out->schema, "+s", mr_str_from(""), columns->n, r->err);
	size_t i;

	if (!code)
		code = mr_table_array_new(&out->array, 1, columns->n, r->err);
	for (i = 0; !code && i < columns->n; i++) {
		code = value_column(r, columns->names[i], field_of(r, columns->names[i], i), &columns->values[i],
				    out->schema.children[i], out->array.children[i]);
		if (!code && i && out->array.children[i]->length != out->array.children[0]->length)
			code = mr_error_set(r->err, MR_BAD_REQUEST,
					    "Invalid input. The length of values for each input/column name are not the "
					    "same");
	}
	if (!code && columns->n)
		out->array.length = out->array.children[0]->length;
	return code;
}

static mr_code frame_table(struct reader *r, const struct mr_json_cells *cells, struct mr_table *out)
{
	static const mr_json null;
	struct columns columns;
	mr_json *items;
	size_t i, row;
	mr_code code = make_columns(r, cells->columns, &columns);

	for (i = 0; !code && i < cells->columns; i++) {
		items = mr_arena_alloc(r->arena, (cells->rows + 1) * sizeof *items);
		if (!items)
			return mr_error_no_memory(r->err);
		for (row = 0; row < cells->rows; row++)
			items[row] = mr_json_cell(cells, i, row) ? *mr_json_cell(cells, i, row) : null;
		columns.names[i] = cells->names[i];
		columns.values[i] = (mr_json){.type = MR_JSON_ARRAY, .items = items, .count = cells->rows};
	}
	if (!code)
		code = to_table(r, &columns, out);
	if (!code)
		out->array.length = (int64_t)cells->rows;
	return code;
}

/* ---- dataframe_split, dataframe_records ---- */

static mr_code check_split(struct reader *r, const mr_json *value)
{
	mr_buf keys;
	bool extra = false;
	mr_code code = MR_OK;
	size_t i;

	if (value->type != MR_JSON_OBJECT)
		return mr_error_set(r->err, MR_BAD_REQUEST,
				    "Invalid input. Dataframe split format must be a dictionary. Got %s%s%s.",
				    value->type == MR_JSON_ARRAY ? "" : "type <class '", class_of(value),
				    value->type == MR_JSON_ARRAY ? "" : "'>");
	mr_buf_init(&keys, 1024);
	for (i = 0; i < value->count; i++) {
		mr_buf_c(&keys, i ? ", " : "");
		mr_repr_text(&keys, value->keys[i]);
		extra = extra || (!mr_str_is(value->keys[i], "columns") && !mr_str_is(value->keys[i], "data") &&
				  !mr_str_is(value->keys[i], "index"));
	}
	if (extra || !mr_json_get(value, "data"))
		code = mr_error_set(r->err, MR_BAD_REQUEST,
				    "Invalid input. Dataframe split format must have 'data' field and optionally 'columns' "
				    "and 'index' fields. Got {%.*s}.'",
				    MR_STR_ARG(mr_buf_view(&keys)));
	mr_buf_dispose(&keys);
	return code;
}

static mr_code read_frame(struct reader *r, const mr_json *value, bool split, struct mr_table *out)
{
	struct mr_json_cells cells;
	mr_error why;
	mr_code code;

	r->frame = true;
	mr_error_init(&why);
	if (!split && value->type != MR_JSON_ARRAY)
		return mr_error_set(r->err, MR_BAD_REQUEST,
				    "Invalid input. Dataframe records format must be a list of records. Got %s%s%s.",
				    value->type == MR_JSON_OBJECT ? "" : "type <class '",
				    value->type == MR_JSON_OBJECT ? "dictionary" : class_of(value),
				    value->type == MR_JSON_OBJECT ? "" : "'>");
	code = split ? check_split(r, value) : MR_OK;
	if (code)
		return code;
	code = split ? mr_json_cells_split(value, r->arena, &cells, &why)
		     : mr_json_cells_records(value, r->arena, &cells, &why);
	if (code)
		return mr_error_set(r->err, MR_BAD_REQUEST,
				    "Invalid input. Provided dataframe_%s field is not a valid dataframe representation in "
				    "'%s' format. Error: '%s'",
				    split ? "split" : "records", split ? "split" : "records", why.message);
	return frame_table(r, &cells, out);
}

/* ---- instances, inputs ---- */

/* An array as DataFrame(array) has it: a column for each item of a row, called by its number. */
static mr_code spread(struct reader *r, struct mr_tensor *tensor, struct mr_table *out)
{
	size_t rows = (size_t)tensor->shape[0], width = tensor->dims > 1 ? (size_t)tensor->shape[1] : 1, i, row;
	struct mr_tensor *columns;
	size_t size = tensor->type->size;

	if (tensor->dims > 2)
		return mr_error_set(r->err, MR_INVALID_PARAMETER_VALUE, "Must pass 2-d input. shape=%zu dimensions",
				    tensor->dims);
	columns = mr_arena_zalloc(r->arena, (width + 1) * sizeof *columns);
	for (i = 0; columns && i < width; i++) {
		columns[i].name = mr_arena_printf(r->arena, "%zu", i);
		columns[i].type = tensor->type;
		columns[i].dims = 1;
		columns[i].shape[0] = (int64_t)rows;
		columns[i].data = mr_arena_alloc(r->arena, rows * size + 1);
		if (!columns[i].data || !columns[i].name.ptr)
			return mr_error_no_memory(r->err);
		for (row = 0; row < rows; row++)
			memcpy((char *)columns[i].data + row * size, (char *)tensor->data + (row * width + i) * size, size);
	}
	return columns ? mr_tensor_table(columns, width, out, r->err) : mr_error_no_memory(r->err);
}

/* A schema of columns makes a DataFrame of an array; one of tensors, or none, leaves it as it is. */
static mr_code read_array(struct reader *r, const mr_json *value, struct mr_table *out)
{
	const struct mr_model_field *field = r->schema ? &r->schema->fields[0] : NULL;
	const struct mr_dtype *type = dtype_for(field);
	mr_json lone = {.type = MR_JSON_ARRAY, .items = (mr_json *)value, .count = 1};
	struct mr_tensor tensor;
	mr_error why;
	mr_buf spec;

	mr_error_init(&why);
	if (field && !type)
		return mr_error_set(r->err, MR_NOT_IMPLEMENTED,
				    "An array cannot be given to a model whose first input is of type %.*s; name its inputs",
				    MR_STR_ARG(field->dtype.len ? field->dtype : field->type_name));
	if (mr_tensor_from_json(value->type == MR_JSON_ARRAY ? value : &lone, type, r->arena, &tensor, &why)) {
		if (value->type == MR_JSON_ARRAY || !field)
			return cannot_cast(r, mr_str_from(""), "", &why);
		mr_buf_init(&spec, 512);
		mr_model_schema_print(&(struct mr_model_schema){(struct mr_model_field *)field, 1, r->schema->tensors,
							       r->schema->named},
				      &spec);
		mr_error_set(r->err, MR_BAD_REQUEST,
			     "Invalid input. Failed to convert data `%.*s` to type `%.*s` defined in the model signature.",
			     MR_STR_ARG(value->text), (int)(spec.len - 2), spec.ptr + 1);
		mr_buf_dispose(&spec);
		return MR_BAD_REQUEST;
	}
	tensor.name = mr_str_make("", 0);
	return r->schema && !r->schema->tensors ? spread(r, &tensor, out) : mr_tensor_table(&tensor, 1, out, r->err);
}

/* {"a": [...], "b": [...]}: values by name; single values are one row. */
static mr_code read_named(struct reader *r, const mr_json *object, struct mr_table *out)
{
	struct columns columns;
	mr_code code = make_columns(r, object->count, &columns);
	size_t i;

	for (i = 0; !code && i < object->count; i++) {
		columns.names[i] = object->keys[i];
		columns.values[i] = object->items[i];
		if (object->items[i].type != MR_JSON_ARRAY)
			columns.values[i] = (mr_json){.type = MR_JSON_ARRAY, .items = &object->items[i], .count = 1};
	}
	return code ? code : to_table(r, &columns, out);
}

/* [{"a": 1}, {"a": 2}]: every record has all names. */
static mr_code read_records(struct reader *r, const mr_json *array, struct mr_table *out)
{
	struct mr_json_cells cells;
	size_t i, row;
	mr_code code = mr_json_cells_records(array, r->arena, &cells, r->err);

	for (i = 0; !code && i < cells.columns; i++)
		for (row = 0; row < cells.rows; row++)
			if (!mr_json_cell(&cells, i, row))
				return mr_error_set(r->err, MR_BAD_REQUEST,
						    "Invalid input. The length of values for each input/column name are "
						    "not the same");
	return code ? code : frame_table(r, &cells, out);
}

static mr_code read_tensors(struct reader *r, const mr_json *value, struct mr_table *out)
{
	mr_json named = {.type = MR_JSON_OBJECT, .items = (mr_json *)value, .count = 1};
	bool records = value->type == MR_JSON_ARRAY && value->count && value->items[0].type == MR_JSON_OBJECT;

	if (records)
		return read_records(r, value, out);
	if (r->schema && r->schema->named && r->schema->n == 1 && value->type == MR_JSON_ARRAY) {
		named.keys = &r->schema->fields[0].name;
		return read_named(r, &named, out);
	}
	if (r->schema && !r->schema->named && value->type == MR_JSON_OBJECT)
		return mr_error_set(r->err, MR_BAD_REQUEST,
				    "Invalid input. Failed to parse input data. This model contains an un-named  model "
				    "signature which expects a single n-dimensional array or a single value as input, however, "
				    "an input of type <class 'dict'> was found.");
	return value->type == MR_JSON_OBJECT ? read_named(r, value, out) : read_array(r, value, out);
}

/* ---- the body ---- */

static mr_code bad_json(mr_str body, const mr_error *why, mr_error *err)
{
	return mr_error_set(err, MR_BAD_REQUEST,
			    "Invalid input. Ensure that input is a valid JSON formatted string. Error: 'JSONDecodeError('%s')'"
			    "\nInput: \nb'%.*s'\n",
			    why->message, (int)(body.len > 1000 ? 1000 : body.len), body.ptr);
}

static mr_code find_form(const mr_json *root, const char **form, mr_error *err)
{
	static const char *const forms[] = {"dataframe_split", "dataframe_records", "instances", "inputs"};
	mr_buf found;
	size_t i, k, n = 0;
	mr_code code = MR_OK;

	mr_buf_init(&found, 256);
	for (i = 0; i < root->count; i++)
		for (k = 0; k < 4; k++)
			if (mr_str_is(root->keys[i], forms[k])) {
				mr_buf_printf(&found, "%s'%s'", n++ ? ", " : "", forms[k]);
				*form = forms[k];
			}
	if (n != 1)
		code = mr_error_set(err, MR_BAD_REQUEST, INPUT_FORM ". Received dictionary with input fields: [%.*s]. "
							 MR_SCORE_PROTOCOL_CHANGE, MR_STR_ARG(mr_buf_view(&found)));
	mr_buf_dispose(&found);
	return code;
}

static mr_str params_text(const mr_json *root, mr_arena *arena)
{
	const mr_json *params = mr_json_get(root, "params");
	mr_json_writer w;
	mr_buf buf;
	mr_str out;

	if (!params || params->type == MR_JSON_NULL)
		return mr_str_make("", 0);
	mr_buf_init(&buf, SIZE_MAX / 2);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	mr_json_write_tree(&w, params);
	out = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

mr_code mr_score_read_json(mr_str body, const struct mr_model_schema *schema, mr_arena *arena,
			   struct mr_score_input *out, mr_error *err)
{
	struct reader r = {.schema = schema, .arena = arena, .err = err};
	const char *form = NULL;
	mr_json *root;
	mr_error why;
	mr_code code;

	memset(out, 0, sizeof *out);
	mr_error_init(&why);
	if (mr_json_parse(body, arena, &root, &why))
		return bad_json(body, &why, err);
	if (root->type == MR_JSON_ARRAY)
		return mr_error_set(err, MR_BAD_REQUEST, "Invalid input. " INPUT_FORM ". Received a list.");
	if (root->type != MR_JSON_OBJECT)
		return mr_error_set(err, MR_BAD_REQUEST,
				    "Invalid input. " INPUT_FORM ". Received unexpected input type '<class '%s'>.",
				    class_of(root));
	code = find_form(root, &form, err);
	if (code)
		return code;
	if (!strncmp(form, "dataframe_", 10))
		code = read_frame(&r, mr_json_get(root, form), !strcmp(form, "dataframe_split"), &out->table);
	else
		code = read_tensors(&r, mr_json_get(root, form), &out->table);
	if (code)
		mr_table_release(&out->table);
	out->frame = schema ? !schema->tensors : r.frame;
	out->params_json = params_text(root, arena);
	return code;
}

mr_code mr_score_read_csv(mr_str body, const struct mr_model_schema *schema, mr_arena *arena,
			  struct mr_score_input *out, mr_error *err)
{
	struct mr_csv_type *types = NULL;
	size_t n = 0, i;
	mr_error why;

	memset(out, 0, sizeof *out);
	mr_error_init(&why);
	if (schema && schema->named && !schema->tensors)
		types = mr_arena_alloc(arena, (schema->n + 1) * sizeof *types);
	for (i = 0; types && i < schema->n; i++)
		if (schema->fields[i].type && schema->fields[i].type != MR_COLUMN_DATETIME)
			types[n++] = (struct mr_csv_type){schema->fields[i].name, schema->fields[i].type};
	out->frame = !schema || !schema->tensors;
	if (mr_table_read_csv(body, types, n, &out->table, &why) == MR_OK)
		return MR_OK;
	return mr_error_set(err, MR_BAD_REQUEST,
			    "Failed to parse input as a Pandas DataFrame. Ensure that the input is a valid CSV-formatted "
			    "Pandas DataFrame produced using the `pandas.DataFrame.to_csv()` method. Error: '%s'",
			    why.message);
}
