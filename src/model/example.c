/* SPDX-License-Identifier: Apache-2.0
 *
 * The input example that a model was saved with: a file beside MLmodel, which
 * saved_input_example_info names. MLflow writes it twice, the second time as a
 * scoring request; older models have the first only.
 */
#include "base/os.h"
#include "model/enforce.h"
#include "model/scoring.h"

#define EXAMPLE_MAX ((size_t)64 << 20)

static mr_str text_of(const mr_json *object, const char *key)
{
	return mr_json_str(mr_json_get(object, key), mr_str_make("", 0));
}

/* A name of the model's own folder, as MLflow writes it; anything else could reach out of it. */
static mr_code read_beside(const mr_model *model, mr_str name, mr_arena *arena, mr_str *out, mr_error *err)
{
	mr_str path = mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(mr_model_folder(model)), MR_STR_ARG(name));

	if (!name.len || name.ptr[0] == '/' || (name.len >= 2 && memmem(name.ptr, name.len, "..", 2)))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The MLmodel names '%.*s' as its input example, which is no file of its folder",
				    MR_STR_ARG(name));
	return path.ptr ? mr_file_read(path, EXAMPLE_MAX, arena, out, err) : mr_error_no_memory(err);
}

mr_code mr_model_example(const mr_model *model, mr_arena *arena, mr_str *out, mr_error *err)
{
	const mr_json *info = mr_model_info(model)->input_example;
	mr_str serving, type, orient, example;
	mr_code code;

	*out = mr_str_make("", 0);
	if (!info || info->type != MR_JSON_OBJECT)
		return MR_OK;
	serving = text_of(info, "serving_input_path");
	if (serving.len)
		return read_beside(model, serving, arena, out, err);
	type = text_of(info, "type");
	orient = text_of(info, "pandas_orient");
	code = read_beside(model, text_of(info, "artifact_path"), arena, &example, err);
	if (code || !mr_str_is(type, "dataframe")) {
		*out = code ? *out : example; /* arrays are written as requests from the first on */
		return code;
	}
	*out = mr_arena_printf(arena, "{\"dataframe_%.*s\": %.*s}", MR_STR_ARG(orient.len ? orient : mr_str_from("split")),
			       MR_STR_ARG(example));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

mr_code mr_model_check_example(const mr_model *model, mr_str example, mr_error *err)
{
	const struct mr_model_schema *schema = mr_model_info(model)->inputs;
	mr_arena *arena = mr_arena_new(0);
	struct mr_score_input input = {0};
	struct mr_map_string *params;
	struct mr_table enforced = {0};
	size_t n;
	mr_code code = arena ? mr_score_read_json(example, schema, arena, &input, err) : mr_error_no_memory(err);

	if (!code && schema)
		code = mr_model_enforce_inputs(schema, &input.table.schema, &input.table.array, &enforced, err);
	if (!code)
		code = mr_model_enforce_params(mr_model_info(model), input.params_json, arena, &params, &n, err);
	mr_table_release(&enforced);
	mr_table_release(&input.table);
	mr_arena_free(arena);
	return code;
}
