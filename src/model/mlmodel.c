/* SPDX-License-Identifier: Apache-2.0 */
#include "model/mlmodel.h"

#include "base/os.h"
#include "base/yaml.h"

#define FILE_MAX ((size_t)16 << 20)

static mr_str text_of(const mr_json *object, const char *key)
{
	const mr_json *value = mr_json_get(object, key);

	return value && value->type == MR_JSON_STRING ? value->text : mr_str_make("", 0);
}

static mr_code read_flavors(struct mr_mlmodel *model, mr_error *err)
{
	const mr_json *flavors = mr_json_get(model->root, "flavors");
	size_t i;

	if (!flavors || flavors->type != MR_JSON_OBJECT || !flavors->count)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The MLmodel has no flavors");
	model->flavors = mr_arena_zalloc(model->arena, flavors->count * sizeof *model->flavors);
	if (!model->flavors)
		return mr_error_no_memory(err);
	for (i = 0; i < flavors->count; i++) {
		if (flavors->items[i].type != MR_JSON_OBJECT)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Flavor '%.*s' of the MLmodel is not a mapping", MR_STR_ARG(flavors->keys[i]));
		model->flavors[i].name = flavors->keys[i];
		model->flavors[i].conf = &flavors->items[i];
	}
	model->flavors_n = flavors->count;
	return MR_OK;
}

/* ---- the signature: JSON texts inside the YAML ---- */

static mr_code read_tensor(const mr_json *item, mr_arena *arena, struct mr_model_field *out, mr_error *err)
{
	const mr_json *spec = mr_json_get(item, "tensor-spec"), *shape = spec ? mr_json_get(spec, "shape") : NULL;
	size_t i;

	out->dtype = spec ? text_of(spec, "dtype") : mr_str_make("", 0);
	if (!out->dtype.len || !shape || shape->type != MR_JSON_ARRAY)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Missing keys in TensorSpec JSON. Expected to find keys `dtype` and `shape`");
	out->shape = mr_arena_alloc(arena, (shape->count + 1) * sizeof *out->shape);
	if (!out->shape)
		return mr_error_no_memory(err);
	for (i = 0; i < shape->count; i++) {
		out->shape[i] = mr_json_int(&shape->items[i], INT64_MIN);
		if (out->shape[i] < -1)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "The shape of a tensor in the signature is not made of sizes");
	}
	out->shape_n = shape->count;
	return MR_OK;
}

static mr_code read_field(const mr_json *item, mr_arena *arena, struct mr_model_field *out, mr_error *err)
{
	const mr_json *name, *required;

	memset(out, 0, sizeof *out);
	if (item->type != MR_JSON_OBJECT || !text_of(item, "type").len)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Missing keys in ColSpec JSON. Expected to find key `type`");
	out->type_name = text_of(item, "type");
	name = mr_json_get(item, "name");
	if (name && name->type != MR_JSON_NULL)
		out->name = name->text.ptr ? name->text : mr_str_make("", 0);
	required = mr_json_get(item, "required");
	out->required = !required || required->type != MR_JSON_BOOL || required->boolean;
	if (mr_str_is(out->type_name, "tensor"))
		return read_tensor(item, arena, out, err);
	out->type = mr_model_type(out->type_name);
	if (!out->type && !mr_str_is(out->type_name, "array") && !mr_str_is(out->type_name, "object") &&
	    !mr_str_is(out->type_name, "map") && !mr_str_is(out->type_name, "any") &&
	    !mr_str_is(out->type_name, "sparkml_vector"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Unsupported type '%.*s', expected instance of DataType or one of [boolean, integer, "
				    "long, float, double, string, binary, datetime]",
				    MR_STR_ARG(out->type_name));
	return MR_OK;
}

static mr_code check_schema(const struct mr_model_schema *schema, mr_error *err)
{
	size_t i;

	for (i = 1; i < schema->n; i++) {
		if ((schema->fields[i].name.ptr != NULL) != schema->named)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Creating Schema with a combination of named and unnamed inputs is not "
					    "allowed.");
		if (mr_str_is(schema->fields[i].type_name, "tensor") != schema->tensors)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Creating Schema with a combination of ColSpec and TensorSpec is not "
					    "supported. Please choose one of ColSpec or TensorSpec");
	}
	if (schema->tensors && schema->n > 1 && !schema->named)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Creating Schema with multiple unnamed TensorSpecs is not supported. Please provide "
				    "names for each TensorSpec.");
	return MR_OK;
}

mr_code mr_model_schema_parse(mr_str json, mr_arena *arena, struct mr_model_schema **out, mr_error *err)
{
	struct mr_model_schema *schema;
	mr_json *root;
	size_t i;
	mr_code code;

	*out = NULL;
	if (!json.len)
		return MR_OK;
	code = mr_json_parse(json, arena, &root, err);
	if (code || root->type == MR_JSON_NULL)
		return code;
	if (root->type != MR_JSON_ARRAY || !root->count)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Creating Schema with empty inputs is not allowed.");
	schema = mr_arena_zalloc(arena, sizeof *schema);
	if (schema)
		schema->fields = mr_arena_zalloc(arena, root->count * sizeof *schema->fields);
	if (!schema || !schema->fields)
		return mr_error_no_memory(err);
	for (i = 0; !code && i < root->count; i++)
		code = read_field(&root->items[i], arena, &schema->fields[i], err);
	if (code)
		return code;
	schema->n = root->count;
	schema->named = schema->fields[0].name.ptr != NULL;
	schema->tensors = mr_str_is(schema->fields[0].type_name, "tensor");
	*out = schema;
	return check_schema(schema, err);
}

static mr_code read_params(struct mr_mlmodel *model, mr_str json, mr_error *err)
{
	const mr_json *shape, *item;
	mr_json *root;
	size_t i;
	mr_code code;

	if (!json.len)
		return MR_OK;
	code = mr_json_parse(json, model->arena, &root, err);
	if (code || root->type == MR_JSON_NULL)
		return code;
	model->params = mr_arena_zalloc(model->arena, (root->count + 1) * sizeof *model->params);
	if (!model->params)
		return mr_error_no_memory(err);
	for (i = 0; root->type == MR_JSON_ARRAY && i < root->count; i++) {
		item = &root->items[i];
		model->params[i].name = text_of(item, "name");
		model->params[i].type_name = text_of(item, mr_json_get(item, "type") ? "type" : "dtype");
		model->params[i].type = mr_model_type(model->params[i].type_name);
		model->params[i].otherwise = mr_json_get(item, "default");
		shape = mr_json_get(item, "shape");
		model->params[i].list = shape && shape->type == MR_JSON_ARRAY;
		if (!model->params[i].name.len || !model->params[i].type_name.len || !model->params[i].otherwise)
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
					    "Missing keys in ParamSpec JSON. Expected to find keys `name`, `type`(or "
					    "`dtype`) and `default`.");
	}
	model->params_n = root->type == MR_JSON_ARRAY ? root->count : 0;
	model->has_params = true;
	return MR_OK;
}

static mr_code read_signature(struct mr_mlmodel *model, mr_error *err)
{
	const mr_json *signature = mr_json_get(model->root, "signature");
	mr_code code;

	if (!signature || signature->type != MR_JSON_OBJECT)
		return MR_OK;
	code = mr_model_schema_parse(text_of(signature, "inputs"), model->arena, &model->inputs, err);
	if (!code)
		code = mr_model_schema_parse(text_of(signature, "outputs"), model->arena, &model->outputs, err);
	return code ? code : read_params(model, text_of(signature, "params"), err);
}

/* ---- the file ---- */

static mr_code read_root(struct mr_mlmodel *model, mr_error *err)
{
	const mr_json *root = model->root;
	mr_code code;

	if (root->type != MR_JSON_OBJECT)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The MLmodel is not a mapping");
	model->artifact_path = text_of(root, "artifact_path");
	model->run_id = text_of(root, "run_id");
	model->model_id = text_of(root, "model_id");
	model->model_uuid = text_of(root, "model_uuid");
	model->utc_time_created = text_of(root, "utc_time_created");
	model->mlflow_version = text_of(root, "mlflow_version");
	model->input_example = mr_json_get(root, "saved_input_example_info");
	model->metadata = mr_json_get(root, "metadata");
	code = read_flavors(model, err);
	return code ? code : read_signature(model, err);
}

mr_code mr_mlmodel_parse(mr_str yaml, struct mr_mlmodel **out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct mr_mlmodel *model = arena ? mr_arena_zalloc(arena, sizeof *model) : NULL;
	mr_code code;

	*out = NULL;
	if (!model) {
		mr_arena_free(arena);
		return mr_error_no_memory(err);
	}
	model->arena = arena;
	yaml = mr_arena_copy(arena, yaml); /* the tree has views of it */
	code = yaml.ptr ? mr_yaml_parse(yaml, arena, &model->root, err) : mr_error_no_memory(err);
	if (!code)
		code = read_root(model, err);
	if (code)
		mr_arena_free(arena);
	else
		*out = model;
	return code;
}

mr_code mr_mlmodel_read(mr_str folder, struct mr_mlmodel **out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str path, yaml;
	mr_error own;
	mr_code code;

	*out = NULL;
	mr_error_init(&own);
	path = arena ? mr_arena_printf(arena, "%.*s/" MR_MLMODEL_FILE, MR_STR_ARG(folder)) : mr_str_make(NULL, 0);
	code = path.ptr ? mr_file_read(path, FILE_MAX, arena, &yaml, &own) : mr_error_no_memory(&own);
	if (code == MR_NOT_FOUND)
		mr_error_set(err, MR_RESOURCE_DOES_NOT_EXIST,
			     "There is no model in %.*s: it has no file MLmodel. A model is a folder that MLflow's "
			     "save_model or log_model made",
			     MR_STR_ARG(folder));
	else if (code)
		mr_error_set(err, code, "%s", own.message);
	if (code == MR_NOT_FOUND)
		code = MR_RESOURCE_DOES_NOT_EXIST;
	if (!code) {
		code = mr_mlmodel_parse(yaml, out, &own);
		if (code)
			mr_error_set(err, code, "%.*s: %s", MR_STR_ARG(path), own.message);
	}
	mr_arena_free(arena);
	return code;
}

void mr_mlmodel_free(struct mr_mlmodel *model)
{
	if (model)
		mr_arena_free(model->arena);
}

mr_code mr_mlmodel_write(const struct mr_mlmodel *model, mr_buf *out, mr_error *err)
{
	return mr_yaml_write(out, model->root, err);
}

const struct mr_model_flavor *mr_mlmodel_flavor(const struct mr_mlmodel *model, mr_str name)
{
	size_t i;

	for (i = 0; i < model->flavors_n; i++)
		if (mr_str_eq(model->flavors[i].name, name))
			return &model->flavors[i];
	return NULL;
}

mr_str mr_mlmodel_loader(const struct mr_mlmodel *model)
{
	const struct mr_model_flavor *flavor = mr_mlmodel_flavor(model, mr_str_from("python_function"));
	mr_str module = flavor ? text_of(flavor->conf, "loader_module") : mr_str_make("", 0);

	if (module.len > 7 && !memcmp(module.ptr, "mlflow.", 7))
		return mr_str_make(module.ptr + 7, module.len - 7);
	return mr_str_make("", 0);
}

/* ---- types and their print ---- */

static const char *const type_names[] = {
	[MR_COLUMN_BOOL] = "boolean",  [MR_COLUMN_INT32] = "integer", [MR_COLUMN_INT64] = "long",
	[MR_COLUMN_FLOAT] = "float",   [MR_COLUMN_DOUBLE] = "double", [MR_COLUMN_STRING] = "string",
	[MR_COLUMN_BINARY] = "binary", [MR_COLUMN_DATETIME] = "datetime",
};

mr_column_type mr_model_type(mr_str name)
{
	int i;

	for (i = MR_COLUMN_BOOL; i <= MR_COLUMN_DATETIME; i++)
		if (mr_str_is(name, type_names[i]))
			return (mr_column_type)i;
	return (mr_column_type)0;
}

const char *mr_model_type_name(mr_column_type type)
{
	return type >= MR_COLUMN_BOOL && type <= MR_COLUMN_DATETIME ? type_names[type] : "";
}

void mr_model_shape_print(const int64_t *shape, size_t n, mr_buf *out)
{
	size_t i;

	mr_buf_char(out, '(');
	for (i = 0; i < n; i++) {
		mr_buf_c(out, i ? ", " : "");
		mr_buf_int(out, shape[i]);
	}
	mr_buf_c(out, n == 1 ? ",)" : ")");
}

void mr_model_schema_print(const struct mr_model_schema *schema, mr_buf *out)
{
	const struct mr_model_field *field;
	size_t i;

	mr_buf_char(out, '[');
	for (i = 0; i < schema->n; i++) {
		field = &schema->fields[i];
		mr_buf_c(out, i ? ", " : "");
		if (field->name.ptr)
			mr_buf_printf(out, "'%.*s': ", MR_STR_ARG(field->name));
		if (schema->tensors) {
			mr_buf_printf(out, "Tensor('%.*s', ", MR_STR_ARG(field->dtype));
			mr_model_shape_print(field->shape, field->shape_n, out);
			mr_buf_char(out, ')');
		} else {
			mr_buf_printf(out, "%.*s (%s)", MR_STR_ARG(field->type_name),
				      field->required ? "required" : "optional");
		}
	}
	mr_buf_char(out, ']');
}
