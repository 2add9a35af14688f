/* SPDX-License-Identifier: Apache-2.0
 *
 * Models of a flavor that is linked in here: "sum" adds up the numbers of a row,
 * times the parameter "factor". The texts of the errors are MLflow's.
 */
#include "helper.h"

#include <math.h>
#include <millrace/arrow_columns.h>
#include <millrace/model_flavor.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"
#include "model/model.h"

static mr_arena *arena;
static mr_error err;
static char folder[] = "/tmp/millrace-model-test-XXXXXX";

/* ---- the flavor ---- */

struct sum {
	double base; /* the setting "base" */
};

static mr_code sum_open(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *e)
{
	struct sum *sum = calloc(1, sizeof *sum);
	size_t i;

	if (!sum)
		return mr_error_no_memory(e);
	for (i = 0; i < args->settings_n; i++)
		if (mr_str_is(args->settings[i].key, "base"))
			sum->base = strtod(args->settings[i].value.ptr, NULL);
	if (host->option_bool(args->options, "broken")) {
		free(sum);
		return mr_error_set(e, MR_IO_ERROR, "broken, as was asked for");
	}
	*self = sum;
	return MR_OK;
}

static mr_code sum_predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
			   struct ArrowArray *out, mr_call *call, mr_error *e)
{
	struct mr_arrow_column column = {.name = "predictions", .format = "g", .shape = {table->length}, .dims = 1};
	size_t width = mr_arrow_matrix_width(schema), i, k;
	double *cells = malloc(((size_t)table->length * width + 1) * sizeof *cells);
	double *sums = calloc((size_t)table->length + 1, sizeof *sums), factor = 1;
	mr_code code = mr_arrow_matrix(schema, table, cells, e);

	(void)call;
	for (i = 0; i < params_n; i++)
		if (mr_str_is(params[i].key, "factor"))
			factor = strtod(params[i].value.ptr, NULL);
	for (i = 0; !code && i < (size_t)table->length; i++) {
		sums[i] = ((struct sum *)self)->base;
		for (k = 0; k < width; k++)
			sums[i] += factor * cells[i * width + k];
	}
	column.data = sums;
	if (!code)
		code = mr_arrow_make(&column, 1, out_schema, out, e);
	free(sums);
	free(cells);
	return code;
}

static const struct mr_option_desc sum_options[] = {{"broken", MR_OPTION_BOOL, "false", "Fails."}, {NULL, 0, NULL, NULL}};
static const struct mr_model_flavor_ops sum_ops = {
	.size = sizeof sum_ops, .open = sum_open, .close = free, .predict = sum_predict};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_MODEL_FLAVOR, "sum", &sum_ops, sum_options, 0)
MR_PLUGIN_BUILTIN(sum_plugin, "sum", "1.0.0", "Adds up.", "Apache-2.0", ENTRIES)

/* ---- what the tests share ---- */

static int set_up(void **state)
{
	(void)state;
	arena = mr_arena_new(0);
	mr_error_init(&err);
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	mr_arena_free(arena);
	return 0;
}

static int set_up_all(void **state)
{
	(void)state;
	setenv("MLFLOW_TRACKING_URI", "/nonexistent/mlruns", 1);
	mr_plugins_add_builtin(&sum_plugin);
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down_all(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/MLmodel", folder);
	unlink(path);
	return rmdir(folder);
}

#define LOADER "python_function: {loader_module: mlflow.sum}, sklearn: {}"

static void write_model(const char *signature)
{
	mr_str path = mr_arena_printf(arena, "%s/MLmodel", folder);
	mr_str yaml = mr_arena_printf(arena, "flavors: {" LOADER ", sum: {base: 100, nothing: null}}\n%s", signature);

	assert_int_equal(mr_file_write_atomic(path, yaml, &err), MR_OK);
}

static mr_model *open_model(const char *signature)
{
	mr_model *model;

	write_model(signature);
	if (mr_model_open(mr_str_from(folder), NULL, &model, &err))
		fail_msg("%s", err.message);
	return model;
}

/* What a table of JSON gives, as text; the error's message when there is one. */
static mr_str predict_json(mr_model *model, const char *json, const char *params)
{
	struct mr_table table, out;
	mr_str text;

	mr_error_init(&err);
	if (mr_table_read(mr_str_from(json), MR_TABLE_JSON, &table, &err))
		fail_msg("%s", err.message);
	if (mr_model_predict(model, &table.schema, &table.array, mr_str_from(params), &out, NULL, &err)) {
		text = mr_arena_copy(arena, mr_str_make(err.message, err.length));
	} else {
		text = dump(arena, &out);
		mr_table_release(&out);
	}
	mr_table_release(&table);
	return text;
}

#define NAMED                                                                                                          \
	"signature: {inputs: '[{\"type\": \"double\", \"name\": \"a\", \"required\": true}, {\"type\": \"long\", "    \
	"\"name\": \"b\", \"required\": true}, {\"type\": \"double\", \"name\": \"c\", \"required\": false}]'}"

/* ---- the tests ---- */

static void a_model_without_a_signature_takes_what_comes(void **state)
{
	mr_model *model = open_model("");

	(void)state;
	assert_str("sum", mr_model_flavor_name(model));
	assert_str("predictions float64: 103.0 | 107.5", predict_json(model, "[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4.5}]", ""));
	mr_model_close(model);
}

static void columns_as_the_signature_says(void **state)
{
	mr_model *model = open_model(NAMED);

	(void)state;
	assert_str("predictions float64: 103.0", predict_json(model, "[{\"b\":2,\"z\":9,\"a\":1.0}]", ""));
	assert_str("predictions float64: 106.5", predict_json(model, "[{\"b\":2,\"c\":3.5,\"a\":1}]", ""));
	assert_str("Model is missing inputs ['a', 'b'].", predict_json(model, "[{\"c\":2.5}]", ""));
	assert_str("Model is missing inputs ['a']. Note that there were extra inputs: ['z'].",
		   predict_json(model, "[{\"b\":2,\"z\":1}]", ""));
	assert_int_equal(err.code, MR_INVALID_PARAMETER_VALUE);
	assert_str("Incompatible input types for column b. Can not safely convert float64 to int64.",
		   predict_json(model, "[{\"a\":1.0,\"b\":2.5}]", ""));
	assert_str("Incompatible input types for column a. Can not safely convert int64 to float64.",
		   predict_json(model, "[{\"a\":7,\"b\":2}]", ""));
	assert_str("Incompatible input types for column a. Can not safely convert str to float64.",
		   predict_json(model, "[{\"a\":\"x\",\"b\":2}]", ""));
	predict_json(model, "[{\"a\":1.0,\"b\":2},{\"a\":1.0,\"b\":null}]", "");
	assert_memory_equal(err.message,
			    "Incompatible input types for column b. Can not safely convert float64 to int64. Hint: the type "
			    "mismatch is likely caused by missing values.",
			    139);
	mr_model_close(model);
}

static void columns_without_names_are_counted(void **state)
{
	mr_model *model = open_model("signature: {inputs: '[{\"type\": \"double\"}, {\"type\": \"double\"}]'}");

	(void)state;
	assert_str("predictions float64: 103.5", predict_json(model, "[{\"x\":1.5,\"y\":2.0,\"more\":7}]", ""));
	assert_str("Model inference is missing inputs. The model signature declares 2 inputs  but the provided value only "
		   "has 1 inputs. Note: the inputs were not named in the signature so we can only verify their count.",
		   predict_json(model, "[{\"x\":1.5}]", ""));
	mr_model_close(model);
}

static void tensors_have_a_shape_and_a_type(void **state)
{
	mr_model *model = open_model("signature: {inputs: '[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float64\", "
				     "\"shape\": [-1, 2]}}]'}");

	(void)state;
	assert_str("predictions float64: 103.0 | 107.0",
		   predict_json(model, "[{\"x\":1.0,\"y\":2.0},{\"x\":3.0,\"y\":4.0}]", ""));
	assert_str("predictions float64: 103.0 | 107.0", predict_json(model, "{\"x\":[[1,2],[3,4]]}", ""));
	assert_str("Shape of input (1, 3) does not match expected shape (-1, 2).", predict_json(model, "{\"x\":[[1,2,3]]}", ""));
	predict_json(model, "[{\"x\":1.0,\"y\":2.0,\"z\":3.0}]", "");
	assert_non_null(strstr(err.message, "Instead, the input DataFrame passed had 3 columns and an input shape of (-1, 2) "));
	assert_str("dtype of input int64 does not match expected dtype float64", predict_json(model, "[{\"x\":1,\"y\":2}]", ""));
	mr_model_close(model);
}

static void parameters_as_the_signature_says(void **state)
{
	mr_model *model = open_model("signature: {params: '[{\"name\": \"factor\", \"type\": \"double\", \"default\": 2.0, "
				     "\"shape\": null}, {\"name\": \"list\", \"type\": \"long\", \"default\": [1], \"shape\": "
				     "[-1]}]'}");

	(void)state;
	assert_str("predictions float64: 106.0", predict_json(model, "[{\"x\":3}]", ""));
	assert_str("predictions float64: 130.0", predict_json(model, "[{\"x\":3}]", "{\"factor\": 10, \"other\": 1}"));
	assert_str("Invalid parameters found: {('factor', \"Failed to validate type and shape for 'factor': double (default: "
		   "2.0), error: Can not safely convert `<class 'str'>` to `DataType.double` for value `x`\")}",
		   predict_json(model, "[{\"x\":3}]", "{\"factor\": \"x\"}"));
	assert_str("Invalid parameters found: {('list', \"Value must be a 1D array with shape (-1,) for param 'list': long "
		   "(default: [1]) (shape: (-1,)), received int with ndim 0\")}",
		   predict_json(model, "[{\"x\":3}]", "{\"list\": 3}"));
	assert_str("Parameters must be a dictionary. Got type 'list'.", predict_json(model, "[{\"x\":3}]", "[1]"));
	mr_model_close(model);
}

static void what_cannot_be_opened_says_why(void **state)
{
	struct mr_model_options options = {.config_json = mr_str_from("{\"broken\": true}")};
	mr_model *model;

	(void)state;
	write_model("");
	assert_int_equal(mr_model_open(mr_str_from(folder), &options, &model, &err), MR_IO_ERROR);
	assert_str("broken, as was asked for", mr_str_make(err.message, err.length));
	mr_error_init(&err);
	options.config_json = mr_str_make("", 0);
	options.flavor = mr_str_from("sklearn");
	assert_int_equal(mr_model_open(mr_str_from(folder), &options, &model, &err), MR_NOT_IMPLEMENTED);
	assert_non_null(strstr(err.message, "The model has the flavors python_function, sklearn, sum, and no plugin loads "
					    "'sklearn'."));
	mr_error_init(&err);
	options.flavor = mr_str_from("nope");
	assert_int_equal(mr_model_open(mr_str_from(folder), &options, &model, &err), MR_INVALID_PARAMETER_VALUE);
	assert_str("The model has no flavor 'nope'; it has python_function, sklearn, sum",
		   mr_str_make(err.message, err.length));
	mr_error_init(&err);
	assert_int_equal(mr_model_open(mr_str_from("/nonexistent"), NULL, &model, &err), MR_RESOURCE_DOES_NOT_EXIST);
	assert_non_null(strstr(err.message, "There is no model in /nonexistent: it has no file MLmodel."));
	assert_null(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_model_without_a_signature_takes_what_comes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(columns_as_the_signature_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(columns_without_names_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tensors_have_a_shape_and_a_type, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parameters_as_the_signature_says, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened_says_why, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
