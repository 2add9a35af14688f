/* SPDX-License-Identifier: Apache-2.0 */
#include "helper.h"

#include "base/inject.h"
#include "model/mlmodel.h"

static mr_arena *arena;
static mr_error err;

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

static struct mr_mlmodel *parse_file(const char *name)
{
	struct mr_mlmodel *model;

	if (mr_mlmodel_parse(test_data(arena, name), &model, &err))
		fail_msg("%s: %s", name, err.message);
	return model;
}

static mr_str printed(const struct mr_model_schema *schema)
{
	mr_buf buf;
	mr_str out;

	mr_buf_init(&buf, 1 << 20);
	mr_model_schema_print(schema, &buf);
	out = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return out;
}

/* The files in data/ were written by MLflow; what we write of them is the same, byte for byte. */
static void what_mlflow_wrote_is_written_as_it_was(void **state)
{
	static const char *const names[] = {"xgb_reg.MLmodel", "xgb_clf.MLmodel", "onnx_clf.MLmodel"};
	struct mr_mlmodel *model;
	mr_buf buf;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		model = parse_file(names[i]);
		mr_buf_init(&buf, 1 << 20);
		assert_int_equal(mr_mlmodel_write(model, &buf, &err), MR_OK);
		assert_str(test_data(arena, names[i]).ptr, mr_buf_view(&buf));
		mr_buf_dispose(&buf);
		mr_mlmodel_free(model);
	}
}

static void the_parts_of_a_model(void **state)
{
	struct mr_mlmodel *model = parse_file("xgb_reg.MLmodel");

	(void)state;
	assert_str("3.17.2", model->mlflow_version);
	assert_str("9cf1030b8ff44ed7becf72c014208aca", model->model_uuid);
	assert_str("", model->run_id);
	assert_str("xgboost", mr_mlmodel_loader(model));
	assert_int_equal(model->flavors_n, 2);
	assert_non_null(mr_mlmodel_flavor(model, mr_str_from("xgboost")));
	assert_null(mr_mlmodel_flavor(model, mr_str_from("onnx")));
	assert_str("model.ubj",
		   mr_json_str(mr_json_get(mr_mlmodel_flavor(model, mr_str_from("xgboost"))->conf, "data"), mr_str_from("")));
	assert_str("['age': double (required), 'sex': double (required), 'bmi': double (required), 'bp': double "
		   "(required), 's1': double (required), 's2': double (required), 's3': double (required), 's4': double "
		   "(required), 's5': double (required), 's6': double (required)]",
		   printed(model->inputs));
	assert_str("[Tensor('float32', (-1,))]", printed(model->outputs));
	assert_false(model->has_params);
	assert_non_null(model->input_example);
	mr_mlmodel_free(model);

	model = parse_file("xgb_clf.MLmodel");
	assert_int_equal(model->params_n, 1);
	assert_str("output_margin", model->params[0].name);
	assert_int_equal(model->params[0].type, MR_COLUMN_BOOL);
	mr_mlmodel_free(model);

	model = parse_file("onnx_clf.MLmodel");
	assert_true(model->inputs->tensors && !model->inputs->named);
	assert_int_equal(model->inputs->fields[0].shape_n, 2);
	assert_int_equal(model->inputs->fields[0].shape[1], 4);
	assert_str("[Tensor('float32', (-1, 4))]", printed(model->inputs));
	mr_mlmodel_free(model);
}

static void what_is_no_model_is_refused(void **state)
{
	static const struct {
		const char *yaml, *message;
	} cases[] = {
		{"[]", "The MLmodel is not a mapping"},
		{"a: 1", "The MLmodel has no flavors"},
		{"flavors: {x: 1}", "Flavor 'x' of the MLmodel is not a mapping"},
		{"{flavors: {x: {}}, signature: {inputs: '[{\"type\": \"quad\"}]'}}",
		 "Unsupported type 'quad', expected instance of DataType or one of [boolean, integer, long, float, "
		 "double, string, binary, datetime]"},
		{"{flavors: {x: {}}, signature: {inputs: '[]'}}", "Creating Schema with empty inputs is not allowed."},
		{"{flavors: {x: {}}, signature: {inputs: '[{\"type\": \"long\"}, {\"type\": \"long\", \"name\": \"a\"}]'}}",
		 "Creating Schema with a combination of named and unnamed inputs is not allowed."},
		{"{flavors: {x: {}}, signature: {inputs: '[{\"type\": \"tensor\"}]'}}",
		 "Missing keys in TensorSpec JSON. Expected to find keys `dtype` and `shape`"},
		{"{flavors: {x: {}}, signature: {params: '[{\"name\": \"a\"}]'}}",
		 "Missing keys in ParamSpec JSON. Expected to find keys `name`, `type`(or `dtype`) and `default`."},
	};
	struct mr_mlmodel *model;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		mr_error_init(&err);
		assert_int_equal(mr_mlmodel_parse(mr_str_from(cases[i].yaml), &model, &err),
				 MR_INVALID_PARAMETER_VALUE);
		assert_str(cases[i].message, mr_str_make(err.message, err.length));
		assert_null(model);
	}
}

static void running_out_of_memory_leaves_nothing(void **state)
{
	mr_str yaml = test_data(arena, "xgb_clf.MLmodel");
	struct mr_mlmodel *model;
	mr_code code;
	long n;

	(void)state;
	for (n = 1;; n++) {
		mr_error_init(&err);
		mr_inject_alloc_fail_at(n);
		code = mr_mlmodel_parse(yaml, &model, &err);
		if (!code)
			mr_mlmodel_free(model);
		if (!mr_inject_alloc_off())
			break;
		if (code != MR_RESOURCE_EXHAUSTED)
			fail_msg("allocation %ld: %d %s", n, (int)code, err.message);
	}
	assert_int_equal(code, MR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_mlflow_wrote_is_written_as_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_parts_of_a_model, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_model_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(running_out_of_memory_leaves_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
